//! Hostile input: the compiler responds with diagnostics or with correct outputs, in bounded
//! memory, and never panics.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::cast_possible_truncation,
    clippy::format_push_string,
    clippy::too_many_lines,
    reason = "tests run programs, read files and make large texts on machines of 64 bits"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::bounded;

const MANIFEST: &str = "format: 1\nid: hostile\ntitle: Hostile\nversion: 1.0.0\ncontent: ['*.yaml']\n";
const TOPIC: &str = "topic: Theory\nquestions:\n  - id: roc\n    ask: What does it show?\n    answer: A curve.\n";
const MIB: u64 = 1 << 20;

/// A project that is deleted afterwards.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().expect("a temporary folder"));
        project.put("cardpress.yaml", MANIFEST);
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join("deck").join(path)
    }

    fn name(&self, path: &str) -> String {
        self.path(path).to_string_lossy().into_owned()
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("files lie in folders")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }

    fn fifo(&self, path: &str) {
        let made = bounded::output(Command::new("mkfifo").arg(self.path(path))).expect("mkfifo is installed");
        assert!(made.status.success());
    }

    fn check(&self) -> Run {
        self.run(&["check", "--format", "json"])
    }

    fn build(&self) -> Run {
        let out = self.0.path().join("out");
        self.run(&["build", "-o", &out.to_string_lossy()])
    }

    /// Runs the command on the project. After ten minutes we give up, because the binary may be
    /// a debug build on a busy machine. Python reports the peak memory, which the standard
    /// library cannot.
    fn run(&self, arguments: &[&str]) -> Run {
        const SCRIPT: &str = "import resource, subprocess, sys\n\
            code = subprocess.run(sys.argv[2:], timeout=600).returncode\n\
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss\n\
            open(sys.argv[1], 'w').write(str(peak * (1 if sys.platform == 'darwin' else 1024)))\n\
            sys.exit(code if code >= 0 else 128 - code)\n";
        let peak = self.0.path().join("peak");
        let mut command = Command::new("python3");
        command.args(["-c", SCRIPT]).arg(&peak).arg(env!("CARGO_BIN_EXE_cardpress")).arg(arguments[0]);
        let output = bounded::output(command.arg(self.path("")).args(&arguments[1..])).expect("python3 is installed");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (data, messages) = (text(&output.stdout), text(&output.stderr));
        let ours = ["panicked", "fault of Cardpress"];
        assert!(ours.iter().all(|ours| !messages.contains(ours) && !data.contains(ours)), "{data}\n{messages}");
        let peak = fs::read_to_string(peak).unwrap_or_else(|_| panic!("no answer: {messages}"));
        let peak = peak.parse().expect("a number of bytes");
        Run { code: output.status.code(), data, messages, peak }
    }
}

/// What a run printed, and its peak memory.
struct Run {
    code: Option<i32>,
    data: String,
    messages: String,
    peak: u64,
}

impl Run {
    fn codes(&self) -> Vec<&str> {
        let parts = self.data.split("\"code\": \"").skip(1);
        parts.filter_map(|part| part.split('"').next()).collect()
    }

    /// Fails unless the run exited with `code`, using at most `bound` memory.
    #[track_caller]
    fn ended(&self, code: i32, bound: u64) -> &Self {
        let start = |text: &str| text.chars().take(2000).collect::<String>();
        let said = format!("{}\n{}", start(&self.data), start(&self.messages));
        assert_eq!(self.code, Some(code), "{said}");
        assert!(self.peak <= bound, "{} MiB, more than {}\n{said}", self.peak / MIB, bound / MIB);
        self
    }
}

/// What the program itself needs, with a wide margin.
const BASE: u64 = 100 * MIB;

#[test]
fn depth_is_refused() {
    for bomb in
        ["[".repeat(1_000_000), "{a: ".repeat(500_000), "- ".repeat(500_000), "[".repeat(999) + &"]".repeat(999)]
    {
        let project = Project::new();
        let length = bomb.len() as u64;
        project.put("a.yaml", format!("topic: Theory\nquestions: {bomb}\n"));
        let run = project.check();
        assert!(!run.ended(1, BASE + 20 * length).codes().is_empty());
    }
    let nested = |open: &str, close: &str| open.repeat(20_000) + "x" + &close.repeat(20_000);
    for text in [nested("> ", ""), nested("- ", ""), nested("**a ", "**"), nested("[", "](https://a.b)")] {
        let project = Project::new();
        project.put("a.yaml", TOPIC.replace("A curve.", &format!("|\n      {text}")));
        let run = project.check();
        assert!(matches!(run.code, Some(0 | 1)), "{:?} {}", run.code, run.messages);
        assert!(run.peak < 10 * BASE, "{} MiB", run.peak / MIB);
    }
}

/// Nesting in a formula, which is not nesting of the text: every way to open something.
#[test]
fn depth_in_a_formula_is_refused() {
    let ways = [
        ("{", "}"),
        ("\\sqrt{", "}"),
        ("\\sqrt[", "]{a}"),
        ("x^{", "}"),
        ("x_", ""),
        ("\\frac{", "}{b}"),
        ("\\frac1", ""),
        ("\\left(", "\\right)"),
        ("\\hat", ""),
        ("{a \\over ", "}"),
        ("\\begin{matrix}", "\\end{matrix}"),
        ("\\text{\\(", "\\)}"),
        ("\\color{red}{", "}"),
        ("\\phantom{", "}"),
    ];
    let opened = |(open, close): (&str, &str), depth| format!("{}x{}", open.repeat(depth), close.repeat(depth));
    for way in ways {
        let deep = opened(way, 3000);
        for text in [format!("'A ${}$ in a line.'", opened(way, 150)), format!("|\n      $$\n      {deep}\n      $$")] {
            let project = Project::new();
            project.put("a.yaml", TOPIC.replace("A curve.", &text));
            let run = project.check();
            let codes = run.ended(1, BASE + 20 * MIB).codes();
            assert!(codes.contains(&"nesting") || codes.contains(&"bad-formula"), "{way:?}: {codes:?}");
        }
    }
    let project = Project::new();
    let formula = format!("$${}x{}$$", "{".repeat(5000), "}".repeat(5000));
    project.put("a.yaml", TOPIC.replace("A curve.", &format!("'{formula}'")));
    assert_eq!(project.check().ended(1, BASE + 20 * MIB).codes(), ["nesting"]);
    project.put("a.yaml", TOPIC.replace("A curve.", &format!("'{}'", formula.replace("$$", "$"))));
    assert_eq!(project.check().ended(1, BASE + 20 * MIB).codes(), ["unclosed-math"]);
    // A formula without nesting may be long.
    for plain in ["%\n      x", "x+", "'", "\\,", "{x}", "\\sqrt2"] {
        let project = Project::new();
        let text = format!("|\n      $$\n      x{}\n      y\n      $$", plain.repeat(20_000 / plain.len()));
        project.put("a.yaml", TOPIC.replace("A curve.", &text));
        project.check().ended(0, BASE + 100 * MIB);
    }
}

#[test]
fn a_file_too_large_is_not_read() {
    let project = Project::new();
    project.put("a.yaml", TOPIC);
    let large = fs::File::create(project.path("b.yaml")).expect("the file is made");
    large.set_len(8 << 30).expect("the file has holes");
    let run = project.check();
    assert_eq!(run.ended(1, BASE + 600 * MIB).codes(), ["file-too-large"]);
}

#[test]
fn a_file_of_the_largest_size_is_read() {
    let project = Project::new();
    let mut text = TOPIC.to_owned();
    let line = format!("# {}\n", "x".repeat(1021));
    text.push_str(&line.repeat((256 * MIB as usize - text.len()) / line.len()));
    project.put("a.yaml", &text);
    project.check().ended(0, BASE + 5 * 256 * MIB);
}

#[test]
fn a_text_may_be_long() {
    long_texts(&["word ", "*a* ", "<", "`", "[[", "{{", "$x$ ", "\u{e9}"]);
}

#[test]
fn a_text_may_open_much_and_close_nothing() {
    long_texts(&[
        "$a ",
        "{$a ",
        "==a ",
        "~a",
        "^a ",
        "\\(x ",
        "![a](b c ",
        "[^1]",
        "\u{6771}\n      ",
        "[a]: b\n      ",
    ]);
}

fn long_texts(units: &[&str]) {
    for unit in units {
        let project = Project::new();
        let text = unit.repeat(MIB as usize / 2 / unit.len());
        project.put("a.yaml", TOPIC.replace("A curve.", &format!("|\n      {text}")));
        let run = project.check();
        assert!(matches!(run.code, Some(0 | 1)), "{:?} {}", run.code, run.messages);
        assert!(run.peak < BASE + 150 * MIB, "{unit}: {} MiB", run.peak / MIB);
    }
}

/// Grammars that take seconds for one long line must not be given one.
#[test]
fn a_line_of_code_may_be_long() {
    let lines = [
        ("javascript", "a=>"),
        ("haskell", "a :: "),
        ("perl", "s/"),
        ("bash", "{a,"),
        ("python", "f'{"),
        ("sql", "(a "),
    ];
    for (lang, unit) in lines {
        let project = Project::new();
        let code = format!("|\n      ~~~{lang}\n      {}\n      ~~~\n", unit.repeat(300_000 / unit.len()));
        project.put("a.yaml", TOPIC.replace("A curve.", &code));
        let run = project.check();
        assert!(matches!(run.code, Some(0 | 1)), "{:?} {}", run.code, run.messages);
        assert!(run.peak < BASE + 200 * MIB, "{lang}: {} MiB", run.peak / MIB);
    }
}

/// Nor must they be given many long lines. Both cases are reported.
#[test]
fn much_code_gets_no_colours() {
    for (lang, unit) in [("perl", "s/"), ("haskell", "a :: "), ("r", "`a"), ("typescript", "a<b>(")] {
        let project = Project::new();
        let line = format!("      {}\n", unit.repeat(500 / unit.len()));
        let code = format!("|\n      ~~~{lang}\n{}      ~~~\n", line.repeat(10_000));
        project.put("a.yaml", TOPIC.replace("A curve.", &code));
        assert_eq!(
            project.check().ended(0, BASE + 200 * MIB).codes(),
            ["no-source", "plain-code", "long-code-line"],
            "{lang}"
        );
    }
}

/// A link shows the item's title, which may be a whole long question.
#[test]
fn a_link_repeats_no_long_text() {
    let question = |id: &str, ask: &str, more: &str| format!("  - id: {id}\n    ask: '{ask}'\n    {more}\n");
    let long = "word ".repeat(5000);
    for (ask, more) in [
        (long.as_str(), format!("answer: |\n      {}", "[[a]] ".repeat(5000))),
        (&format!("${}x$", "x+".repeat(1500)), format!("answer: |\n      {}", "[[a]] ".repeat(5000))),
        (long.as_str(), format!("answer: A\n    see_also: [{}a]", "a, ".repeat(40_000))),
    ] {
        let project = Project::new();
        let text =
            format!("topic: Theory\nquestions:\n{}{}", question("a", ask, "answer: A"), question("b", "B?", &more));
        project.put("a.yaml", &text);
        let run = project.build();
        run.ended(0, BASE + 8 * text.len() as u64);
        let handout = fs::read_to_string(project.0.path().join("out/handout/theory.md")).expect("a handout");
        assert!(handout.len() < 40 * text.len(), "{} bytes of {}", handout.len(), text.len());
    }
}

/// Words, signs and boxes that are too large for a page are reported before Typst sees them.
#[cfg(feature = "pdf")]
#[test]
fn what_no_page_has_room_for_is_told() {
    let man = "\u{1f468}";
    let shorts = [
        "\u{e9}".repeat(40_000),
        format!("{man}\u{200d}").repeat(30_000) + man,
        format!("a{}", "\u{301}".repeat(20_000)),
        "a\u{301}".repeat(9000),
        "word ".repeat(400_000),
        "x".repeat(19_000),
        format!("`{}`", "x ".repeat(30_000)),
    ];
    for short in shorts {
        let project = Project::new();
        project.put("a.yaml", TOPIC.replace("answer: A curve.", &format!("answer: A curve.\n    short: '{short}'")));
        let out = project.0.path().join("out");
        let run = project.run(&["build", "--only", "sheet", "--format", "json", "-o", &out.to_string_lossy()]);
        let start: String = short.chars().take(20).collect();
        assert_eq!(run.ended(1, BASE + 150 * MIB).codes(), ["sheet-overflow"], "{start}");
        assert!(run.data.contains("\"file\": \"a.yaml\""), "{start}: {}", run.data);
    }
}

/// Pictures of each format with a header that claims more than fits into memory.
#[cfg(feature = "pdf")]
#[test]
fn a_picture_is_not_as_large_as_it_says() {
    let png = |width: u32, height: u32| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
        bytes.extend(b"\x08\x06\0\0\0\0\0\0\0\0\0\0\0IDAT\0\0\0\0");
        bytes
    };
    let pictures: [(&str, Vec<u8>, &str); 7] = [
        (
            "a.gif",
            b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\x01\0\0;".to_vec(),
            "65535 \u{d7} 65535 pixels",
        ),
        ("b.gif", b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\x01\0\0;".to_vec(), ""),
        ("c.png", png(60_000, 60_000), "60000 \u{d7} 60000 pixels"),
        ("d.png", png(u32::MAX, u32::MAX), "pixels"),
        (
            "e.webp",
            b"RIFF\x1e\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff".to_vec(),
            "16777216 \u{d7} 16777216 pixels",
        ),
        (
            "f.jpg",
            b"\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\x03\x01\x22\0\x02\x11\x01\x03\x11\x01".to_vec(),
            "65535 \u{d7} 65535 pixels",
        ),
        (
            "g.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' width='1e9' height='1e9'><rect width='9'/>".to_vec(),
            "is damaged",
        ),
    ];
    for (name, bytes, want) in pictures {
        let project = Project::new();
        project.put(&format!("media/{name}"), bytes);
        let points = format!("answer: A curve.\n    key_points: ['![It](media/{name})']");
        project.put("a.yaml", TOPIC.replace("answer: A curve.", &points));
        let out = project.0.path().join("out");
        let run = project.run(&["build", "--only", "sheet", "--format", "json", "-o", &out.to_string_lossy()]);
        assert_eq!(run.ended(1, BASE + 150 * MIB).codes(), ["bad-media"], "{name}");
        let told = run.data.contains(want) && run.data.contains("\"line\"");
        assert!(told, "{name}: {}", run.data);
    }
}

/// Drawings that cannot be shown on a page are reported, each at its place; unusual ones are shown.
#[cfg(feature = "pdf")]
#[test]
fn a_drawing_may_be_odd() {
    let far = "<path d='M0 0L1e38 1e38L0 9z'/>";
    let told = [
        far.to_owned(),
        format!("<clipPath id='c'>{far}</clipPath><rect clip-path='url(#c)' width='9' height='9'/>"),
        "<g transform='scale(1e30)'><rect width='9' height='9'/></g>".to_owned(),
        "<rect stroke='red' stroke-width='1e30' width='9' height='9'/>".to_owned(),
        "<circle r='1e38'/>".to_owned(),
        "<image href='https://example.org/a.png' width='9' height='9'/>".to_owned(),
        "<image xmlns:x='http://www.w3.org/1999/xlink' x:href='../secret.png' width='9' height='9'/>".to_owned(),
        "<image href='data:image/gif;base64,R0lGODlh/////wAAACwAAAAA/////wAIAQAAOw==' width='9' height='9'/>"
            .to_owned(),
    ];
    let shown = [
        String::new(),
        "<use href='#a'/><g id='a'><use href='#a'/></g>".to_owned(),
        "<mask id='m'><rect mask='url(#m)' width='9' height='9'/></mask><rect mask='url(#m)' width='9' height='9'/>".to_owned(),
        "<text>a</text>".to_owned(),
        "<g>".repeat(500) + "<rect width='9' height='9'/>" + &"</g>".repeat(500),
        "<pattern id='p' width='1e-9' height='1e-9'><rect width='1' height='1'/></pattern><rect fill='url(#p)' width='9' height='9'/>".to_owned(),
        "<filter id='f'><feGaussianBlur stdDeviation='1e9'/></filter><rect filter='url(#f)' width='9' height='9'/>".to_owned(),
        "<image href='data:image/png;base64,AAAA' width='9' height='9'/>".to_owned(),
    ];
    let only = |project: &Project| {
        let out = project.0.path().join("out");
        project.run(&["build", "--only", "sheet", "--format", "json", "-o", &out.to_string_lossy()])
    };
    for (drawings, code) in [(told, 1), (shown, 0)] {
        let project = Project::new();
        let mut points = String::from("answer: A curve.\n    key_points:\n");
        for (number, drawing) in drawings.iter().enumerate() {
            let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'>{drawing}</svg>");
            project.put(&format!("media/{number}.svg"), svg);
            let _ = writeln!(points, "      - '![It](media/{number}.svg)'");
        }
        project.put("a.yaml", TOPIC.replace("answer: A curve.\n", &points));
        let run = only(&project);
        let bad = run.ended(code, BASE + 150 * MIB).codes().iter().filter(|code| **code == "bad-media").count();
        assert_eq!(bad, if code == 1 { drawings.len() } else { 0 }, "{}", run.data);
        assert!(run.data.matches("\"line\"").count() >= bad, "{}", run.data);
    }
}

#[test]
fn a_hundred_thousand_items_are_a_deck() {
    let mut text = "topic: Theory\nquestions:\n".to_owned();
    for number in 0..100_000 {
        let _ = write!(text, "  - id: q-{number}\n    ask: What is {number}?\n    answer: It is [[q-0]].\n");
    }
    let project = Project::new();
    project.put("a.yaml", &text);
    project.check().ended(0, BASE + 150 * text.len() as u64);
}

#[test]
fn a_hundred_thousand_errors_are_bounded() {
    let kinds = ["    tags: [a b]\n", "    nonsense: x\n", "    see_also: [nowhere]\n", "    short: a: b\n"];
    for kind in kinds {
        let mut text = "topic: Theory\nquestions:\n".to_owned();
        for number in 0..100_000 {
            let _ = write!(text, "  - id: q-{number}\n    ask: What is {number}?\n    answer: It.\n{kind}");
        }
        let project = Project::new();
        project.put("a.yaml", &text);
        let run = project.check();
        let codes = run.ended(1, BASE + 100 * text.len() as u64).codes();
        assert!((1000..=10_001).contains(&codes.len()), "{}", codes.len());
        assert_eq!(codes.last(), Some(&"too-many"), "{kind}");
    }
    // Nobody knows which of them is meant, so all are lowered, as for a deck.
    let text = format!("topic: Theory\nquestions:\n{}", "  - {id: a, ask: B?, answer: C.}\n".repeat(100_000));
    let project = Project::new();
    project.put("a.yaml", &text);
    assert_eq!(project.check().ended(1, BASE + 150 * text.len() as u64).codes().last(), Some(&"too-many"));
}

/// A template of the largest size, of whatever its reader looks for and does not find.
#[test]
fn a_template_may_open_much_and_close_nothing() {
    let units = [
        "{{",
        "{{A}}",
        "{{#A}}",
        "{{^A}}{{/A}}",
        "{{/A}}",
        "<!--",
        "<!---->",
        "url(",
        "src=\"",
        "{{word:",
        "{{x:y:z}}",
        "{{word:n}}",
    ];
    for unit in units {
        let project = Project::new();
        let note_type = "name: T\nfields: [{id: a, name: A, required: true}]\ncards: [{name: C, front: a.html, back: a.html}]\nstyle: a.css\n";
        project.put("note-types/t/note-type.yaml", note_type);
        project.put("note-types/t/a.html", format!("{{{{A}}}}{}", unit.repeat((250 << 10) / unit.len())));
        project.put("note-types/t/a.css", unit.repeat((250 << 10) / unit.len()));
        project.put("a.yaml", "topic: T\nnotes:\n  - {id: a, type: t, fields: {a: b}}\n");
        let run = project.check();
        assert!(run.codes().len() <= 300, "{unit}: {}", run.codes().len());
        project.put("note-types/t/a.html", "{{A}}");
        project.put("cardpress.yaml", format!("{MANIFEST}style: note-types/t/a.css\n"));
        let run = project.check();
        assert!(run.codes().len() <= 300, "{unit} in the style: {}", run.codes().len());
    }
    let project = Project::new();
    let many: String = (0..10_000).map(|at| format!("  - {{id: f{at}, name: F{at}}}\n")).collect();
    let note_type = format!("name: T\nfields:\n{many}cards: [{{name: C, front: a.html, back: a.html}}]\n");
    project.put("note-types/t/note-type.yaml", note_type);
    project.put("note-types/t/a.html", "{{F1}}".repeat(100_000));
    project.put("a.yaml", "topic: T\nnotes:\n  - {id: a, type: t, fields: {f1: b}}\n");
    assert_eq!(project.check().codes(), ["bad-field", "file-too-large"]);
}

#[test]
fn links_and_devices_are_no_sources() {
    let project = Project::new();
    project.put("a.yaml", TOPIC);
    project.put("media/a.png", "<svg/>");
    fs::write(project.0.path().join("secret.yaml"), TOPIC.replace("roc", "secret")).expect("the file is written");
    for (target, name) in [
        ("../secret.yaml", "b.yaml"),
        ("/dev/zero", "c.yaml"),
        ("d.yaml", "d.yaml"),
        (".", "loop"),
        ("..", "up"),
        ("../../secret.yaml", "media/secret.png"),
        ("/dev/zero", "media/zero.png"),
        (".", "media/loop"),
    ] {
        symlink(target, project.path(name)).expect("the link is made");
    }
    project.fifo("e.yaml");
    project.fifo("media/fifo.png");
    let run = project.run(&["check", "--verbose"]);
    assert!(run.ended(0, BASE).messages.contains("read 2 sources, 1 media file:"), "{}", run.messages);
    for name in ["secret.png", "zero.png", "fifo.png", "loop/a.png"] {
        project.put("a.yaml", TOPIC.replace("A curve.", &format!("\"![A curve](media/{name})\"")));
        assert_eq!(project.check().ended(1, BASE).codes(), ["missing-media"], "{name}");
    }
}

#[test]
fn the_projects_own_files_are_ordinary_ones() {
    for name in ["cardpress.lock", "cardpress.yaml"] {
        let project = Project::new();
        project.put("a.yaml", TOPIC);
        let _ = fs::remove_file(project.path(name));
        symlink("/dev/zero", project.path(name)).expect("the link is made");
        project.check().ended(2, BASE);
        fs::remove_file(project.path(name)).expect("the link is there");
        project.fifo(name);
        project.check().ended(2, BASE);
    }
}

#[test]
fn names_of_files_may_be_odd() {
    let project = Project::new();
    let pictures = ["A.png", "a.png", "e\u{301}.png", "a b.png", "x\n.png", "\u{202e}gnp.png", "<b>.png", "$x$.png"];
    for name in pictures {
        project.put(&format!("media/{name}"), "GIF89a");
    }
    let shown = "![1](media/A.png) ![2](media/a.png) ![3](media/\u{e9}.png) ![4](<media/a b.png>)";
    project.put("a.yaml", TOPIC.replace("A curve.", &format!("|\n      {shown}")));
    project.put("A.yaml", TOPIC.replace("roc", "other"));
    project.build().ended(0, BASE);
    let handouts = fs::read_dir(project.0.path().join("out/handout/media")).map(Iterator::count);
    assert_eq!(handouts.expect("the handout has media"), 4, "each picture has a name of its own");

    fs::write(project.path("").join(OsStr::from_bytes(b"b\xff.yaml")), TOPIC).expect("the file is written");
    let run = project.check();
    assert!(run.ended(2, BASE).messages.contains("is not UTF-8"), "{}", run.messages);
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let project = Project::new();
    let mut noise = Vec::new();
    let mut state = 1_u64;
    for _ in 0..MIB {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        noise.push((state >> 56) as u8);
    }
    for bytes in [noise, vec![0; MIB as usize], vec![0xff; MIB as usize], "\u{202e}".repeat(100_000).into_bytes()] {
        fs::File::create(project.path("a.yaml"))
            .and_then(|mut file| file.write_all(&bytes))
            .expect("the file is written");
        assert!(!project.check().ended(1, BASE + 200 * MIB).codes().is_empty());
    }
}

#[test]
fn anchors_do_not_multiply() {
    let mut text = "topic: Theory\na: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, of) in ('b'..='z').zip('a'..) {
        let _ =
            writeln!(text, "{name}: &{name} [*{of}, *{of}, *{of}, *{of}, *{of}, *{of}, *{of}, *{of}, *{of}, *{of}]");
    }
    let project = Project::new();
    project.put("a.yaml", text);
    assert!(project.check().ended(1, BASE).codes().contains(&"yaml-anchor"));
}

/// Code that a browser would run, for every place that takes text.
const SCRIPTS: [&str; 16] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert)",
    "[a](JaVaScRiPt:alert)",
    "[a](data:text/html,x)",
    "<javascript:alert>",
    "[a](https://a.b\"onclick=\"alert)",
    "[a](<https://a.b/\" onclick=\"alert>)",
    "[a](https://a.b \"x\\\" onclick=\\\"alert\")",
    "![a](https://a.b/c.png)",
    "![a\\\" onerror=\\\"alert](media/a.png)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>alert(1)</script>`",
    "$\\href{javascript:alert}{x}$",
    "$\\text{<script>alert</script>}$",
];

#[test]
fn no_text_becomes_code() {
    for script in SCRIPTS {
        let quoted = format!("'{}'", script.replace('\'', "''"));
        for place in ["ask", "answer", "title", "short", "key_points", "authors", "code", "columns"] {
            let (value, mut text) = (quoted.as_str(), TOPIC.to_owned());
            match place {
                "ask" => text = text.replace("What does it show?", value),
                "answer" => text = text.replace("A curve.", value),
                "title" | "short" => text.push_str(&format!("    {place}: {value}\n")),
                "key_points" => text.push_str(&format!("    {place}: [{value}]\n")),
                "authors" => text.push_str(&format!("    references: [{{title: {value}, authors: {value}}}]\n")),
                "code" => text.push_str(&format!("    code: [{{lang: text, source: {value}}}]\n")),
                _ => text.push_str(&format!("tables: [{{id: t, title: T, columns: [{value}], rows: [[{value}]]}}]\n")),
            }
            let (world, media) = support::world(&format!("{text}#- media/a.png\nGIF89a\n"));
            let compiled = support::compile(&world);
            if compiled.artifacts.is_empty() {
                assert!(!compiled.diagnostics.is_empty(), "{place}: {script}");
                continue;
            }
            for (_, artifact) in &compiled.artifacts {
                if Path::new(&artifact.path).extension() == Some(OsStr::new("csv")) {
                    let written = support::bytes(artifact, &media);
                    let text = String::from_utf8_lossy(&written).replace("\"\"", "\"");
                    if text.starts_with("#separator:Comma\n#html:true") {
                        harmless(&text, place, script);
                    }
                }
            }
        }
    }
}

/// Fails if a tag in `html` would run code or make a request to a different machine.
fn harmless(html: &str, place: &str, script: &str) {
    for part in html.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or("").to_lowercase();
        // Inside quotes, an attribute's value is only text.
        let bare: String = tag.split('"').step_by(2).collect();
        let runs = tag.starts_with("script") || tag.starts_with("svg") || bare.contains(" on") || bare.contains("/on");
        let calls = tag.contains("=\"javascript:") || tag.contains("=\"data:") || tag.contains("src=\"http");
        assert!(!runs && !calls, "{place}: {script}: <{tag}>");
    }
}

/// Control sequences for terminals, in names that only a package has.
const ACTIVE: &str = "a\u{1b}[2J\u{1b}]0;b\u{7}\r\nc\u{8}\u{7f}\u{9b}1A\u{2028}\u{202e}\u{2066}d";

/// A package with a single note that does not belong to the project, in which every name is [`ACTIVE`].
fn hostile_package(more: &str) -> Vec<u8> {
    let mut database = rusqlite::Connection::open_in_memory().expect("SQLite opens");
    database
        .execute_batch(
            "CREATE TABLE col (ver, models, decks);
             CREATE TABLE notes (id integer PRIMARY KEY, guid, mid, mod, tags, flds);
             CREATE TABLE cards (id integer PRIMARY KEY, nid, ord, did, odid);",
        )
        .expect("the tables are made");
    let models = serde_json::json!({ "7": { "name": format!("{ACTIVE}: Question"), "type": 0,
        "flds": [{ "name": ACTIVE }], "tmpls": [{ "name": ACTIVE, "qfmt": "", "afmt": "" }] } });
    let decks = serde_json::json!({ "9": { "name": ACTIVE } });
    database
        .execute("INSERT INTO col VALUES (11, ?1, ?2)", [models.to_string(), decks.to_string()])
        .and_then(|_| {
            let tag = format!("hostile::retired::{}", ACTIVE.replace(['\r', '\n', '\u{2028}'], ""));
            database.execute("INSERT INTO notes VALUES (5, ?1, 7, 1, ?2, 'x')", [ACTIVE, &tag])
        })
        .and_then(|_| database.execute("INSERT INTO cards VALUES (6, 5, 0, 9, 0)", []))
        .expect("the rows are made");
    database.execute_batch(more).expect("the change is made");
    let bytes = database.serialize("main").expect("the database has bytes").to_vec();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let media = serde_json::json!({ "0": ACTIVE }).to_string();
    for (name, bytes) in [("collection.anki2", &*bytes), ("media", media.as_bytes()), ("0", b"x")] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("the archive takes files");
        zip.write_all(bytes).expect("the archive takes bytes");
    }
    zip.finish().expect("the archive ends").into_inner()
}

/// Fails if a terminal would act on anything in `text`.
#[track_caller]
fn inert(text: &str) {
    let acts = |c: char| c.is_control() && c != '\n' || "\u{2028}\u{202e}\u{2066}".contains(c);
    assert!(!text.contains(acts), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with('c')), "a line is forged: {text:?}");
}

#[test]
fn names_in_a_package_do_nothing_to_a_terminal() {
    let project = Project::new();
    project.put("a.yaml", TOPIC);
    project.put("retired.apkg", hostile_package(""));
    project.put("live.apkg", hostile_package("UPDATE notes SET tags = ''"));
    for (name, format) in [("retired.apkg", "human"), ("retired.apkg", "markdown"), ("live.apkg", "markdown")] {
        let run = project.run(&["diff", "--against", &project.name(name), "--format", format]);
        inert(&run.ended(0, BASE).data);
        assert!(run.data.contains("\\u{1b}"), "{}", run.data);
    }
    let run = project.run(&["diff", "--against", &project.name("live.apkg"), "--format", "json"]);
    inert(&run.ended(0, BASE).data);
    let document: serde_json::Value = serde_json::from_str(&run.data).expect("it is JSON");
    assert_eq!(document["notes"][1]["id"], format!("guid:{ACTIVE}"), "programs get the name itself");
    assert_eq!(document["media"]["gone"], serde_json::json!([ACTIVE]));
}

#[test]
fn names_in_a_ledger_do_nothing_to_a_terminal() {
    let project = Project::new();
    project.put("a.yaml", TOPIC);
    let key = serde_json::json!(ACTIVE).to_string();
    let head = |id: &str| format!("{{\"cardpress_lock\":1,\"project\":{id},\"release\":{key}}}\n");
    let note = |id: &str| {
        format!(
            "{{\"note\":{id},\"guid\":{id},\"id\":5,\"mod\":1,\"hash\":\"00000000000000000000000000000000\",\"type\":{key},\"deck\":{key},\
             \"cards\":[0],\"fields\":[]}}\n"
        )
    };
    let own = head("\"hostile\"");
    let ledgers = [
        (format!("{own}{}", note(&key)), "human"),
        (format!("{own}{}", note(&key)), "github"),
        (head(&key), "human"),
        (format!("{own}{}{}", note(&key), note("\"a\"")), "json"),
        (format!("{own}{{\"note\":\"{ACTIVE}\n"), "human"),
        (format!("{own}{{\"deck\":\"a\",{key}:1}}\n"), "human"),
    ];
    for (ledger, format) in ledgers {
        project.put("cardpress.lock", ledger);
        let run = project.run(&["check", "--format", format]);
        inert(&run.ended(1, BASE).data);
        inert(&run.messages);
    }
}

#[test]
fn a_ledger_made_of_a_package_can_be_read() {
    let project = Project::new();
    project.put("a.yaml", TOPIC);
    let out = project.0.path().join("out").to_string_lossy().into_owned();
    project.run(&["build", "--only", "csv", "-o", &out]).ended(0, BASE);
    let ledger = fs::read_to_string(project.path("cardpress.lock")).expect("a build leaves a ledger");
    let guid = ledger.split("\"guid\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("it has a note");
    // Numbers that are not timestamps, and Anki's own deck.
    for change in ["models = replace(models, '\"7\"', '\"-7\"')", "decks = replace(decks, '\"9\"', '\"1\"')"] {
        let more = format!("UPDATE notes SET guid = '{guid}'; UPDATE col SET {change}; UPDATE cards SET did = 1;");
        let more = if change.starts_with("models") { more + "UPDATE notes SET mid = -7" } else { more };
        project.put("old.apkg", hostile_package(&more));
        project.run(&["lock", "--force", "--from", &project.name("old.apkg")]).ended(0, BASE);
        let run = project.check();
        assert!(!run.codes().contains(&"damaged-lock"), "{}", run.data);
    }
}

#[test]
fn notes_whose_numbers_lie_side_by_side_are_a_package() {
    let project = Project::new();
    let facts =
        "facts:\n  - {id: a, text: '{{One}}, {{two}} and {{three}}.'}\n  - {id: b, text: '{{Four}} and {{five}}.'}\n";
    project.put("a.yaml", format!("{TOPIC}{facts}"));
    let out = project.0.path().join("out").to_string_lossy().into_owned();
    let build = || project.run(&["build", "--only", "apkg", "-o", &out]);
    build().ended(0, BASE);
    let ledger = fs::read_to_string(project.path("cardpress.lock")).expect("a build leaves a ledger");
    let moved = |line: &str| {
        let (start, rest) = line.split_once("\"id\":")?;
        let (_, rest) = rest.split_once(',')?;
        let id = if line.contains("\"note\":\"a\"") { 1000 } else { 1001 + u32::from(line.contains("\"roc\"")) };
        Some(format!("{start}\"id\":{id},{rest}"))
    };
    let lines = ledger.lines().map(|line| {
        let moved = if line.starts_with("{\"note\":") { moved(line) } else { None };
        moved.unwrap_or_else(|| line.to_owned()) + "\n"
    });
    project.put("cardpress.lock", lines.collect::<String>());
    build().ended(0, BASE);
}

/// The layouts of database pages have their own tests, next to the reader.
#[test]
fn a_package_without_end_is_refused() {
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n)";
    let project = Project::new();
    project.put("a.yaml", TOPIC);
    let whole = hostile_package("");
    project.put("half.apkg", &whole[..whole.len() / 2]);
    project.put("filled.apkg", hostile_package("UPDATE notes SET flds = zeroblob(100000000)"));
    let view = format!("DROP TABLE notes; CREATE VIEW notes AS {numbers} SELECT i AS id FROM n");
    project.put("view.apkg", hostile_package(&view));
    for (name, words) in [
        ("half.apkg", "n't an Anki package"),
        ("filled.apkg", "it would take more than 128 MiB"),
        ("view.apkg", "views, triggers"),
    ] {
        let run = project.run(&["lock", "--from", &project.name(name)]);
        let said = &run.ended(2, BASE + 200 * MIB).messages;
        assert!(said.contains(name) && said.contains(words) && said.contains("export it again"), "{said}");
        assert!(!project.path("cardpress.lock").exists());
    }
}
