//! What a printed sheet must never do, whatever is on it: print text over other text or outside
//! its column, or fail to appear without a diagnostic.

#![cfg(feature = "pdf")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "tests read files; the harness decides"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use cardpress::diag::{Diagnostic, Sink};
use cardpress::press::sheet::{self, Layout};
use support::random::Random;

/// The sheets of a case and the diagnostics about them; there must be one or the other.
fn sheets(case: &str) -> (Vec<Layout>, Vec<Diagnostic>) {
    let (layouts, found) = set(case);
    assert!(!layouts.is_empty() || !found.is_empty(), "no sheet, and no word of it\n{case}");
    (layouts, found)
}

/// The sheets of a case that must compile, and the diagnostics about them.
fn set(case: &str) -> (Vec<Layout>, Vec<Diagnostic>) {
    let (world, _) = support::world(case);
    let (sources, made, found) = cardpress::deck(&world);
    let report = cardpress::report::human(&sources, &found, cardpress::report::Human::default());
    let deck = made.unwrap_or_else(|| panic!("{report}\n{case}")).deck;
    let mut found: Sink = found.into_iter().collect();
    let mut layouts = Vec::new();
    for layout in &deck.project.sheets {
        layouts.extend(sheet::layout(&deck, layout, &*world.media_source, &mut found));
    }
    (layouts, found.into_report())
}

/// What is printed over something else, one per line, and the number of texts.
fn faults(layouts: &[Layout]) -> (String, usize) {
    let mut said = String::new();
    for fault in layouts.iter().flat_map(|layout| &layout.faults) {
        let _ = writeln!(said, "page {}: `{}` over {:?}", fault.page, fault.text, fault.over);
    }
    (said, layouts.iter().map(|layout| layout.compared).sum())
}

const WORDS: [&str; 34] = [
    "a",
    "of",
    "river",
    "mountain",
    "which",
    "precision",
    "the",
    "Rhein",
    "Donaudampfschifffahrtsgesellschaft",
    "und",
    "Straßenbahnhaltestelle",
    "приветствие",
    "Κωνσταντινούπολη",
    "x_1",
    "`train_test_split(X, y)`",
    "`some_very_long_function_name`",
    "https://example.org/a/very/long/path/that-has-no-spaces/index.html?query=1",
    "2025-06-27T10-53-25Z_bd237f0f",
    "**strong**",
    "*emphasis*",
    "H~2~O",
    "x^2^",
    "==marked==",
    "1,234,567",
    "$x$",
    "$\\frac{a}{b}$",
    "$\\sum_{i=1}^{n} x_i$",
    "$P(A \\mid B) = \\frac{P(B \\mid A) P(A)}{P(B)}$",
    "$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$",
    "$\\lim_{n \\to \\infty} \\left(1 + \\frac{1}{n}\\right)^n = e$",
    "Methionylthreonylthreonylglutaminylarginyl",
    "(in brackets)",
    "—",
    "AntidisestablishmentarianismAntidisestablishmentarianism",
];

const FORMULAS: [&str; 8] = [
    "E = mc^2",
    "\\int_0^\\infty e^{-x^2} \\, dx = \\frac{\\sqrt{\\pi}}{2}",
    "\\mathcal{L}(\\theta) = -\\frac{1}{N} \\sum_{i=1}^{N} \\sum_{c=1}^{C} y_{ic} \\log \\frac{e^{z_{ic}}}{\\sum_{k} e^{z_{ik}}}",
    "\\begin{aligned} a &= b + c + d + e + f + g + h \\\\ &= i + j + k \\end{aligned}",
    "f(x) = \\begin{cases} x & x > 0 \\\\ \\alpha (e^x - 1) & \\text{where it is negative or nothing at all} \\end{cases}",
    "\\begin{bmatrix} 1 & 2 & 3 & 4 \\\\ 5 & 6 & 7 & 8 \\\\ 9 & 10 & 11 & 12 \\end{bmatrix}",
    "a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + a_{10} + a_{11} + a_{12} + a_{13} + a_{14} + a_{15}",
    "\\sqrt{\\frac{1 + \\sqrt{1 + \\frac{x}{y}}}{2}}",
];

fn text(random: &mut Random, most: usize) -> String {
    let words: Vec<&str> = (0..=random.below(most)).map(|_| random.of(&WORDS)).collect();
    format!("'{}'", words.join(" ").replace('\'', "’"))
}

/// A deck with every kind that a sheet shows.
fn deck(random: &mut Random) -> String {
    let mut out = String::new();
    let mut id = 0;
    let mut next = || {
        id += 1;
        format!("i-{id}")
    };
    for topic in 0..=random.below(4) {
        let _ = writeln!(out, "#- t{topic}.yaml\ntopic: {}", text(random, 2).replace(['$', '`', '*', ':'], " "));
        out.push_str("questions:\n");
        for _ in 0..=random.below(9) {
            let _ =
                writeln!(out, "  - id: {}\n    ask: {}\n    answer: {}", next(), text(random, 12), text(random, 30));
            if random.below(4) > 0 {
                let _ = writeln!(out, "    short: {}", text(random, 15));
            }
            let points: Vec<String> = (0..random.below(6)).map(|_| text(random, 10)).collect();
            let _ = writeln!(out, "    key_points: [{}]", points.join(", "));
            if random.below(3) == 0 {
                let _ = writeln!(
                    out,
                    "    formulas: [{{name: {}, tex: '{}'}}]",
                    text(random, 2).replace('$', ""),
                    random.of(&FORMULAS)
                );
            }
        }
        out.push_str("tables:\n");
        for _ in 0..=random.below(3) {
            let columns = 1 + random.below(8);
            let row = |random: &mut Random, most: usize| {
                (0..columns).map(|_| text(random, most)).collect::<Vec<_>>().join(", ")
            };
            let _ = writeln!(
                out,
                "  - id: {}\n    title: {}\n    columns: [{}]\n    rows:",
                next(),
                text(random, 2),
                row(random, 2)
            );
            for _ in 0..=random.below(12) {
                let _ = writeln!(out, "      - [{}]", row(random, 7));
            }
        }
        out.push_str("checklists:\n");
        let items: Vec<String> =
            (0..=random.below(5)).map(|at| format!("{{id: c{topic}-{at}, text: {}}}", text(random, 12))).collect();
        let _ = writeln!(out, "  - {{id: {}, title: {}, items: [{}]}}", next(), text(random, 2), items.join(", "));
        let _ = writeln!(
            out,
            "patterns:\n  - id: {}\n    name: {}\n    lang: python\n    code: |\n      x = {}\n      if x:\n          print(\"{}\")",
            next(),
            text(random, 2),
            random.of(&[
                "1",
                "[value for value in range(10_000) if value % 3 == 0 and value % 5 == 0 and value % 7 == 0]"
            ]),
            random.of(&[
                "short",
                "a line of code that is so long that no column of any sheet has room for it at all, whatever it does"
            ]),
        );
    }
    let paper = random.of(&["a3", "a4", "a5", "letter", "legal"]);
    let turned = random.of(&["landscape", "portrait"]);
    let columns = random.of(&["auto", "auto", "auto", "1", "2", "3"]);
    let language = random.of(&["en", "de", "ru", "el", "eo"]);
    let ink = random.of(&["color", "saving", "mono"]);
    let _ = writeln!(
        out,
        "#- cardpress.yaml\nformat: 1\nid: random\ntitle: {}\nversion: 1.0.0\nlanguage: {language}\ncontent: ['*.yaml']\n\
         outputs: {{sheet: {{paper: {paper}, orientation: {turned}, columns: {columns}, ink: {ink}, floor: 5.5, punch: {}}}}}",
        text(random, 2).replace(['$', '`', '*'], " "),
        random.below(2) == 0,
    );
    out
}

/// `CARDPRESS_DECKS=1000` tries more than the few that a normal run has time for, and
/// `CARDPRESS_DECKS=500..1000` tries a range.
#[test]
fn random_decks_print_nothing_over_anything() {
    let asked = std::env::var("CARDPRESS_DECKS").unwrap_or_else(|_| "8".to_owned());
    let (first, end) = asked.split_once("..").unwrap_or(("0", &asked));
    let number = |text: &str| text.parse::<usize>().expect("a number, or two with `..` between them");
    let (first, end) = (number(first), number(end));
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut compared, mut made, mut wrong) = (0, 0, String::new());
    for round in 0..end {
        let case = deck(&mut random);
        if round < first {
            continue;
        }
        let (layouts, _) = sheets(&case);
        let (said, texts) = faults(&layouts);
        if !said.is_empty() {
            let manifest = case.lines().last().unwrap_or("");
            let _ = writeln!(wrong, "== deck {round}, {manifest}\n{said}");
        }
        compared += texts;
        made += layouts.len();
        if (round + 1) % 100 == 0 {
            println!("{} decks, {made} sheets, {compared} texts: {wrong}", round + 1);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let decks = end - first;
    println!("{made} sheets of {decks} decks, {compared} texts compared");
    assert!(made * 3 > decks * 2, "only {made} of {decks} decks became sheets");
}

/// Where a box continues, its title is repeated on a single line, however long it is.
#[test]
fn a_title_that_is_repeated_has_one_line() {
    let wide =
        r"$P(A \mid B) = \frac{P(B \mid A) P(A)}{P(B)} = \frac{P(B \mid A) P(A)}{\sum_{i=1}^{n} P(B \mid A_i) P(A_i)}$";
    let long = format!("{wide} {}", "Donaudampfschifffahrtsgesellschaft of which $\\frac{a}{b}$ ".repeat(12));
    let points = "Some words of a point that takes a line or two of its column. ".repeat(3);
    let mut case = "#- t.yaml\ntopic: Titles\nquestions:\n".to_owned();
    for (number, title) in ["It", wide, &long].iter().enumerate() {
        let points = vec![format!("'{points}'"); 30].join(", ");
        let _ = writeln!(case, "  - {{id: q-{number}, ask: '{title}', answer: It., key_points: [{points}]}}");
    }
    case.push_str("#- cardpress.yaml\nformat: 1\nid: titles\ntitle: Titles\nversion: 1.0.0\ncontent: ['*.yaml']\n");
    case.push_str("outputs: {sheet: {paper: a5, orientation: landscape, columns: 4, pages: 4, floor: 5.5}}");
    let (layouts, _) = sheets(&case);
    let repeated = layouts.iter().map(|layout| layout.geometry.matches(": … ").count()).sum::<usize>();
    let (said, texts) = faults(&layouts);
    assert!(said.is_empty() && repeated >= 6, "{texts} texts, {repeated} titles repeated\n{said}");
}

/// A small icon isn't stretched to the width of its column.
#[test]
fn a_small_picture_stays_small() {
    let end_of = |doctype: &str, size: &str| {
        let case = format!(
            "topic: Pictures\nquestions:\n  - {{id: q, ask: What?, answer: It., short: '![It](media/a.svg)'}}\n\
             #- media/a.svg\n{doctype}<svg xmlns='http://www.w3.org/2000/svg' {size}/>\n\
             #- cardpress.yaml\nformat: 1\nid: small\ntitle: Small\nversion: 1.0.0\ncontent: ['*.yaml']\n\
             outputs: {{sheet: {{columns: 2}}}}"
        );
        let (layouts, _) = sheets(&case);
        layouts[0].fill[0][0].1
    };
    let end = |size| end_of("", size);
    let icon = end("width='24' height='24'");
    assert!((icon - end_of("<!DOCTYPE svg>", "width='24' height='24'")).abs() < 1e-9, "a doctype changes it");
    for drawing in ["width='400' height='400'", "width='4000' height='4000'", "viewBox='0 0 24 24'"] {
        assert!(icon < 0.6 * end(drawing), "{icon}, {drawing}: {}", end(drawing));
    }
}

/// How far apart the columns of a page end, relative to its height.
fn apart(page: &[(f64, f64)]) -> f64 {
    let ends = page.iter().map(|(_, end)| *end);
    ends.clone().fold(0.0, f64::max) - ends.fold(1.0, f64::min)
}

/// The course's sheets: every page except the last is full, and its columns are level.
#[test]
fn pages_are_full_and_columns_level() {
    let mut case = String::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let mut paths: Vec<_> =
        std::fs::read_dir(root.join("topics")).expect("topics").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let text = std::fs::read_to_string(&path).expect("topics are text");
        let pictures: String =
            text.lines().filter(|line| !line.contains("](media/")).fold(String::new(), |all, line| all + line + "\n");
        let _ = write!(case, "#- {name}\n{pictures}");
    }
    let manifest = std::fs::read_to_string(root.join("cardpress.yaml")).expect("the manifest");
    let _ = write!(case, "#- cardpress.yaml\n{}", manifest.replace("[topics/*.yaml]", "['*.yaml']"));
    let (layouts, _) = sheets(&case);
    assert_eq!(layouts.len(), 2);
    assert_eq!(faults(&layouts).0, "");
    for layout in &layouts {
        let (last, full) = layout.fill.split_last().expect("a page");
        for page in full {
            let share =
                page.iter().map(|(filled, _)| filled).sum::<f64>() / f64::from(u32::try_from(page.len()).expect("few"));
            assert!(share >= 0.9 && apart(page) <= 0.06, "{share} {}\n{}", apart(page), layout.geometry);
        }
        assert!(apart(last) <= 0.06, "{}\n{}", apart(last), layout.geometry);
    }
}

/// What a screen reader would say of a sheet, according to a third-party PDF reader.
#[test]
fn sheets_can_be_heard() {
    let python = support::python::environment("anki", "anki/requirements.txt").expect("the reader installs");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/anki/read_tags.py");
    let folder = tempfile::tempdir().expect("a folder is made");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/ok");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(cases).expect("there are cases").map(|case| case.expect("a case").path()).collect();
    cases.sort();
    let (mut files, mut refused) = (Vec::new(), String::new());
    for case in cases {
        let text = std::fs::read_to_string(&case).expect("cases are text");
        let (layouts, found) = set(&text);
        assert!(found.iter().all(|diagnostic| diagnostic.code.name() != "typst"), "{case:?}: {found:?}");
        for (number, layout) in (1..).zip(layouts) {
            let name =
                format!("{}-{number}", case.file_stem().and_then(|name| name.to_str()).expect("cases have names"));
            let (bytes, reasons) = layout.pdf(&name).expect("the sheet is a file");
            for reason in reasons {
                let _ = writeln!(refused, "{name}: {reason}");
            }
            let file = folder.path().join(name).with_extension("pdf");
            std::fs::write(&file, bytes).expect("the file is written");
            files.push(file);
        }
    }
    let output = support::bounded::output(Command::new(python).arg(script).args(&files)).expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout);
    let faults: String = said.lines().filter(|line| line.starts_with("fault:")).flat_map(|line| [line, "\n"]).collect();
    assert!(faults.is_empty() && refused.is_empty() && files.len() > 20, "{faults}{refused}{} files", files.len());
    let heard = |name: &str| said.split("document ").find(|text| text.starts_with(name)).expect("it was read");
    insta::with_settings!({
        snapshot_path => "../snapshots/heard",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("kinds", heard("kinds-1.pdf")) });
}

/// What `watch` keeps from the previous build does not change a byte of the next one.
#[test]
fn what_is_kept_changes_no_byte() {
    let files = |case: &str| -> Vec<Vec<u8>> {
        sheets(case).0.iter().map(|layout| layout.pdf("one").expect("the sheet is a file").0).collect()
    };
    cardpress::press::keep_layouts();
    let mut random = Random(11);
    let before = loop {
        let case = deck(&mut random);
        if !files(&case).is_empty() {
            break case;
        }
    };
    let after = before.replacen("ask: '", "ask: 'Now that it has a few more words, ", 2);
    let kept = files(&after);
    typst::comemo::evict(0);
    assert!(kept == files(&after) && kept != files(&before), "{after}");
}

/// Formulas of every sort, one per line.
fn formulas() -> impl Iterator<Item = &'static str> + Clone {
    include_str!("support/formulas.txt").lines().filter(|line| !line.is_empty())
}

/// Every kind of item with words of three hundred characters, tables that are too wide for a
/// column, and every formula. `CARDPRESS_STRESS=500` tries more questions than a normal run has
/// time for.
#[test]
fn a_sheet_under_stress_is_made_or_told() {
    /// This many long questions fit on twelve pages.
    const EACH: usize = 100;
    let wanted = std::env::var("CARDPRESS_STRESS").ok().and_then(|number| number.parse().ok()).unwrap_or(40);
    let (word, name) = ("a".repeat(300), "a".repeat(200));
    let mut random = Random(7);
    let mut case = String::new();
    let mut tex = formulas().cycle();
    for number in 0..wanted {
        if number % EACH == 0 {
            let _ = writeln!(case, "#- t{}.yaml\ntopic: Stress {0}\nquestions:", number / EACH);
        }
        let mut said = |most| text(&mut random, most);
        let _ = writeln!(
            case,
            "  - id: q-{number}\n    ask: 'What about {word} in {number}?'\n    answer: It.\n    short: {}\n    \
             key_points: ['{word}', 'https://example.org/{word}', '$x = {}$', {}]\n    \
             formulas: [{{name: A name, tex: '{}'}}]",
            said(60),
            "a + ".repeat(40) + "b",
            said(80),
            tex.next().expect("there are formulas").replace('\'', "''"),
        );
    }
    let cells = vec![format!("'{word}'"); 8].join(", ");
    let inline: Vec<String> = formulas().map(|tex| format!("'${}$'", tex.replace('\'', "''"))).collect();
    let _ = writeln!(
        case,
        "tables:\n  - id: wide\n    title: Wide\n    columns: [{cells}]\n    rows: [[{cells}], [{cells}]]\n  \
         - id: formulas\n    title: Formulas\n    columns: [Name, Formula]\n    rows:\n{}",
        inline.iter().map(|cell| format!("      - [It, {cell}]\n")).collect::<String>()
    );
    let _ = writeln!(
        case,
        "interview_types:\n  - {{id: type, name: '{name}', tests: '{word}', prepare: ['{word}']}}\n\
         prompts:\n  - {{id: failure, ask: '{word}', angle: ['{word}', {point}]}}\n\
         stories:\n  - {{id: leak, title: '{name}', situation: '{word}', task: It., action: It., result: '{word}', \
         answers: [{{prompt: failure, angle: '{word}'}}]}}\n\
         patterns:\n  - {{id: code, name: '{name}', lang: sql, when: '{word}', code: 'SELECT {word} FROM {word};', explain: '{word}'}}\n\
         facts:\n  - {{id: fact, text: '{{{{{word}}}}} and {point_in}'}}\n\
         choices:\n  - {{id: choice, ask: '{word}', options: [{{right: '{word}'}}, {{wrong: {point}}}], explain: '{word}'}}\n\
         tips:\n  - {{id: tip, title: '{name}', ask: '{word}', do: '{word}', why: {point}, say: '{word}'}}\n\
         checklists:\n  - {{id: list, title: '{name}', items: ['{word}', {point}]}}\n\
         plans:\n  - {{id: plan, title: '{name}', days: 30, weeks: [{{week: 1, focus: '{name}', daily: ['{word}'], goals: [{point}]}}]}}",
        point = inline[7],
        point_in = inline[7].trim_matches('\''),
    );
    let topics = wanted.div_ceil(EACH);
    let sheet = |at| {
        format!(
            "{{name: s{at}, pages: 12, floor: 5.5, paper: a3, show: [short, key_points, formulas, facts, choices, patterns, prompts, tips, tables, interview_types, checklists, plans], only: {{topics: [Stress {at}]}}}}"
        )
    };
    let outputs: Vec<String> = (0..topics).map(sheet).collect();
    let _ = writeln!(
        case,
        "#- cardpress.yaml\nformat: 1\nid: stress\ntitle: Stress\nversion: 1.0.0\ncontent: ['*.yaml']\noutputs: {{sheet: [{}]}}",
        outputs.join(", ")
    );
    let (layouts, _) = sheets(&case);
    assert_eq!(layouts.len(), topics, "{}", case.len());
    let (said, texts) = faults(&layouts);
    println!("{wanted} questions, {texts} texts compared");
    assert!(said.is_empty() && texts > 1000, "{texts} texts\n{said}");
}
