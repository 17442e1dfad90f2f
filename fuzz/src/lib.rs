//! What the fuzz targets share: a project from any bytes, a text from any characters, and what
//! must be true of every diagnostic and every output.

#[path = "../../tests/support/words.rs"]
pub mod words;

use cardpress::diag::{Diagnostic, Sink};
use cardpress::fix::Fixed;
use cardpress::markup::parse::{self, Form, Media, MediaKind, Resolver, Syntax};
use cardpress::markup::tex::Macros;
use cardpress::markup::{Document, Inline};
use cardpress::report::{self, Human};
use cardpress::source::{ScalarStyle, Source, Sources, Span, TextMap};
use cardpress::world::{File, World};

const MANIFEST: &str = "format: 1\nid: fuzz\ntitle: Fuzz\nversion: 1.0.0\ncontent: ['*.yaml']\n";

/// A project with a few items and notes of every kind, in the form that [`world`] reads.
pub const PROJECT: &[u8] = b"\
topic: Theory
questions:
  - {id: roc, ask: What does the curve show?, answer: Both rates., tags: [a, b]}
  - {id: auc, formerly: [area], ask: And the area under it?, answer: A probability.}
facts:
  - {id: cap, text: '{{Paris}} is the capital of {{2:France}}.'}
  - {id: sea, text: 'The {{Nile}} ends in the {{sea}}.'}
choices:
  - {id: pick, ask: Which one?, options: [{right: This}, {wrong: That}]}
tables:
  - {id: units, title: Units, columns: [Name, Unit], cards: row, rows: [{metre: [Length, m]}, {second: [Time, s]}]}
#- b.yaml
topic: Practice
questions:
  - {id: last, ask: How?, answer: So., retired: 1.0.0}
";

/// Turns bytes into the project that they describe. As in test cases, a line `#- path` begins a
/// file, and everything before the first such line is `case.yaml`.
#[must_use]
pub fn world(bytes: &[u8]) -> World {
    let mut files = vec![("case.yaml".to_owned(), Vec::new())];
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if let Some(path) = line.strip_prefix(b"#- ") {
            files.push((String::from_utf8_lossy(path).trim().to_owned(), Vec::new()));
        } else if let Some((_, content)) = files.last_mut() {
            content.extend_from_slice(line);
        }
    }
    let mut take = |path: &str| {
        let at = files.iter().position(|(name, _)| name == path)?;
        let (path, bytes) = files.swap_remove(at);
        Some(File { path, bytes })
    };
    let manifest = take("cardpress.yaml");
    let lock = take("cardpress.lock");
    files.retain(|(path, _)| !["cardpress.yaml", "cardpress.lock"].contains(&path.as_str()));
    files.sort();
    files.dedup_by(|a, b| a.0 == b.0);
    let manifest = manifest.unwrap_or_else(|| File {
        path: "cardpress.yaml".to_owned(),
        bytes: MANIFEST.into(),
    });
    let files = files.into_iter().map(|(path, bytes)| File { path, bytes });
    let is_template = |file: &File| file.path.ends_with(".html") || file.path.ends_with(".css");
    let (templates, files): (Vec<File>, Vec<File>) = files.partition(is_template);
    World {
        templates,
        lock,
        now: 1_767_355_200,
        ..World::of(manifest, files)
    }
}

/// Checks that every diagnostic points to whole characters of a source and can be shown in
/// every format.
pub fn shown(sources: &Sources, diagnostics: &[Diagnostic]) {
    let spans = |diagnostic: &Diagnostic| {
        let fix = diagnostic.fix.as_ref().map(|fix| fix.span);
        diagnostic.labels.iter().map(|label| label.span).chain(diagnostic.span).chain(fix).collect::<Vec<_>>()
    };
    for diagnostic in diagnostics {
        assert!(!diagnostic.help.is_empty(), "`{}` has no remedy", diagnostic.code);
        for span in spans(diagnostic) {
            let text = sources.get(span.file).text();
            let range = span.start as usize..span.end as usize;
            assert!(text.get(range).is_some(), "`{}` points between characters: {span:?}", diagnostic.code);
        }
    }
    let first: Vec<Diagnostic> = diagnostics.iter().take(50).cloned().collect();
    let _ = report::human(sources, &first, Human::default());
    let _ = report::json(sources, &first);
    let _ = report::sarif(sources, &first, "deck");
    let _ = report::github(sources, &first, "deck");
}

/// The contents of a file after making the edits of every pass, one by one.
#[must_use]
pub fn replayed(fixed: &Fixed) -> Vec<u8> {
    let mut bytes = fixed.before.clone();
    for edit in fixed.passes.iter().flat_map(|pass| pass.iter().rev()) {
        bytes.splice(edit.span.start as usize..edit.span.end as usize, edit.text.bytes());
    }
    bytes
}

/// A project with only the item `a` and the file `media/a.png`.
struct One;

impl Resolver for One {
    fn title(&self, id: &str) -> Option<Vec<Inline>> {
        let span = Span::new(Sources::default().add(Source::new("", "")), 0, 0);
        (id == "a").then(|| vec![Inline::text("A & <b>", span)])
    }

    fn renamed(&self, id: &str) -> Option<String> {
        (id == "b").then(|| "a".to_owned())
    }

    fn is_draft(&self, id: &str) -> bool {
        id == "c"
    }

    fn similar(&self, id: &str) -> Option<String> {
        id.starts_with('a').then(|| "a".to_owned())
    }

    fn media(&self, path: &str, _: Span) -> Option<Media> {
        let media = |name: &str, kind| Some(Media { name: name.to_owned(), kind, night: None });
        match path {
            "media/a.png" => media("a-0123.png", MediaKind::Picture),
            "media/a.mp3" => media("a-0123.mp3", MediaKind::Sound),
            _ => None,
        }
    }

    fn similar_media(&self, _: &str) -> Option<String> {
        Some("media/a.png".to_owned())
    }

    fn language(&self) -> &str {
        "de"
    }

    fn macros(&self) -> &Macros {
        static NONE: std::sync::LazyLock<Macros> = std::sync::LazyLock::new(Macros::default);
        &NONE
    }
}

/// Parses `text` as a value in double quotes in a file.
pub fn parsed(text: &str, syntax: Syntax) -> (Document, Vec<Diagnostic>) {
    let escaped: Vec<String> = text.chars().map(escape).collect();
    let mut sources = Sources::default();
    let raw = format!("\"{}\"", escaped.concat());
    let end = u32::try_from(raw.len()).expect("fuzzed texts are short");
    let file = sources.add(Source::new("case.yaml", raw));
    let map = TextMap::new(&sources, Span::new(file, 0, end), ScalarStyle::DoubleQuoted, text);
    let mut diagnostics = Sink::new();
    let document = parse::document(text, (Form::Blocks, syntax), &map, &One, &mut diagnostics);
    shown(&sources, &diagnostics);
    (document, diagnostics.into_report())
}

fn escape(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        c if c.is_control() => format!("\\U{:08X}", u32::from(c)),
        c => c.to_string(),
    }
}

/// Checks for what a browser, including the one in Anki, must never see in the HTML of an
/// author's text: scripts, event handlers, addresses that run code, and tags that are unclosed
/// or were never opened.
pub fn harmless(html: &str) {
    let mut open = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or_else(|| panic!("a tag without end: <{part}"));
        // Inside quotes, an attribute's value is only text.
        let bare: String = tag.split('"').step_by(2).collect::<String>().to_lowercase();
        let (name, attributes) = bare.split_once([' ', '/']).unwrap_or((&bare, ""));
        assert!(!["script", "svg", "iframe", "style", "object"].contains(&name), "<{tag}>");
        assert!(!attributes.trim_start().starts_with("on") && !attributes.contains(" on"), "<{tag}>");
        let value = tag.to_lowercase();
        for scheme in ["javascript:", "data:", "vbscript:"] {
            assert!(!value.contains(&format!("=\"{scheme}")), "<{tag}>");
        }
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "closed in the wrong order: {html}"),
            None if ["br", "hr", "img", "input"].contains(&name) => {}
            None => open.push(name.to_owned()),
        }
    }
    assert!(open.is_empty(), "{open:?} stay open: {html}");
    assert!(!html.contains(|c: char| c < ' ' && !c.is_whitespace()), "a control character: {html:?}");
}

/// The characters of Typst code outside its string literals.
///
/// # Panics
/// If a literal is not closed.
#[must_use]
pub fn outside_literals(code: &str) -> String {
    let (mut outside, mut in_literal, mut escaped) = (String::new(), false, false);
    for c in code.chars() {
        match (in_literal, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (_, '"') => {
                in_literal = !in_literal;
                outside.push('"');
            }
            (true, _) => {}
            (false, c) => outside.push(c),
        }
    }
    assert!(!in_literal, "a literal without end: {code}");
    outside
}
