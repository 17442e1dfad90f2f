//! Every word that an author writes reaches every output that shows the text, once and in
//! order, or a diagnostic points to it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs and read files; the harness decides their signatures"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;
#[path = "support/words.rs"]
mod words;

use std::path::{Path, PathBuf};

use cardpress::backend;
use cardpress::diag::Sink;
use cardpress::markup::parse::Syntax;
use cardpress::source::{Source, Sources};
use cardpress::world::World;
use cardpress::{content, yaml};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Every YAML file below `folder`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it is readable").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

/// Every scalar of the project's cases and of the course.
fn texts() -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    for folder in ["content", "tests/cases", "tests/mistakes", "assets/init"] {
        files(&root().join(folder), &mut paths);
    }
    let mut texts = Vec::new();
    for path in paths {
        let source = std::fs::read_to_string(&path).expect("it is readable");
        for (_, text) in support::files(&source) {
            let mut sources = Sources::default();
            let file = sources.add(Source::new("a.yaml", &text));
            let tree = yaml::parse(file, &text, &mut Sink::new());
            let scalars = tree.scalars().filter_map(|node| tree.text(node));
            texts.extend(scalars.map(|text| (path.clone(), text.to_owned())));
        }
    }
    texts
}

#[test]
fn every_word_reaches_every_output() {
    let texts = texts();
    assert!(texts.len() > 3000, "only {} texts were found", texts.len());
    let mut wrong = Vec::new();
    for (path, text) in &texts {
        let syntaxes = [Syntax::Plain, Syntax::Cloze];
        let lost = syntaxes.iter().find_map(|syntax| words::lost(text, *syntax));
        wrong.extend(lost.map(|lost| format!("{}: {lost}", path.display())));
    }
    assert!(wrong.is_empty(), "{} texts:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Texts from which an output lost something or repeated something, or seemed to.
const ONCE_LOST: [&str; 16] = [
    "{{c1:: \nr}}ics",
    "a {{b\n::hint}}",
    "in $x`y$ and \\`z",
    "587.\n057.\n0",
    "{{![](a)::![](b) c {{d}}",
    "a &#123;&#123;b::c}} d",
    "{{a&#58;:b}} {{c2&#58;:d}} {{3&#58;e}}",
    "![a][b]\n\n[b]: c",
    "![a][b]\n\n[b]:\n  c",
    "# 1. a\n\n` 2 `. b",
    "&#92;a",
    "&#91;x] a",
    "[\\a](https://b.c)d",
    "> {{\\a\n> }}b",
    "$\\label {a{b}c}d$",
    "\\a {b} + \\lamb{{1:TP}} and {{1:TN}}",
];

#[test]
fn no_word_is_lost_where_one_was() {
    let lost: Vec<String> = ONCE_LOST.iter().filter_map(|text| words::lost(text, Syntax::Cloze)).collect();
    assert!(lost.is_empty(), "{}", lost.join("\n\n"));
}

/// Texts made from the cases' lines in random order, cut and joined at random, with delimiters
/// scattered in them. `CARDPRESS_TEXTS=1000000` tries more of them.
#[test]
fn every_word_of_mixed_texts_reaches_every_output() {
    let texts = texts();
    let lines: Vec<&str> = texts.iter().flat_map(|(_, text)| text.lines()).filter(|line| line.len() < 300).collect();
    let marks = [
        "{{", "}}", "::", "{{c1::", "$", "$$", "*", "**", "~", "~~", "^", "==", "[", "](", "[^1]", "|", "\\", "`",
        "「", "> ",
    ];
    let count = std::env::var("CARDPRESS_TEXTS").ok().and_then(|count| count.parse().ok()).unwrap_or(6000);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64 ^ count;
    let mut next = |most: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % most as u64).unwrap_or(0)
    };
    for _ in 0..count {
        let mut text = String::new();
        for _ in 0..=next(5) {
            let line = lines[next(lines.len())];
            let (start, end) = (next(line.len() + 1), next(line.len() + 1));
            text.push_str(line.get(start.min(end)..start.max(end)).unwrap_or(line));
            if next(3) == 0 {
                let at = next(text.len() + 1);
                text.insert_str(if text.is_char_boundary(at) { at } else { 0 }, marks[next(marks.len())]);
            }
            text.push_str(["", " ", "\n", "\n\n", "\n- ", "\n> "][next(6)]);
        }
        for syntax in [Syntax::Plain, Syntax::Cloze] {
            let lost = words::lost(&text, syntax);
            assert!(lost.is_none(), "{}", lost.unwrap_or_default());
        }
    }
}

/// Keys with values that name something, or that say how to treat an item.
const NO_TEXT: &[&str] = &[
    "type",
    "typed",
    "cards",
    "core",
    "id",
    "formerly",
    "tags",
    "difficulty",
    "lang",
    "see_also",
    "url",
    "draft",
    "prompt",
    "reviewed",
    "retired",
    "allow",
    "cards",
    "renamed_columns",
    "renamed_rows",
    "retired_columns",
    "retired_rows",
    "study",
    "volatile",
    "day",
    "minutes",
    "setup",
    "show",
    "output",
];

/// The lines of an item's texts, and the texts as written in the source.
fn lines_of(
    sources: &Sources,
    tree: &yaml::Tree<'_>,
    node: yaml::NodeId,
    lines: &mut Vec<String>,
    raw: &mut Vec<String>,
) {
    match tree.value(node) {
        yaml::Value::List(items) => items.iter().for_each(|item| lines_of(sources, tree, *item, lines, raw)),
        yaml::Value::Mapping(_) => {
            let texts = tree.entries(node).filter(|(key, _)| !NO_TEXT.contains(&tree.text(*key).unwrap_or("")));
            texts.for_each(|(_, value)| lines_of(sources, tree, value, lines, raw));
        }
        yaml::Value::Scalar(_) => {
            let text = tree.text(node).unwrap_or("");
            // Footnotes and readings move; formulas and links are written differently.
            if !text.contains("[^") {
                let plain = |line: &&str| !line.contains(['[', '<', '&', '$', '{', '|', '\\']);
                lines.extend(text.lines().filter(plain).map(|line| words::least(line, Syntax::Cloze)));
            }
            let source = sources.slice(tree.span(node)).trim();
            if source != text.trim() && source.contains('\\') {
                raw.push(source.to_owned());
            }
        }
    }
}

/// What a project's notes and handouts show, as letters only and in full.
fn shown(world: &World, media: &support::Memory) -> Option<(String, String, String)> {
    let (_, made, _) = cardpress::deck(world);
    let made = made?;
    let fields: Vec<String> = made.collection.notes.iter().flat_map(|note| note.fields().map(str::to_owned)).collect();
    let compiled = support::compile(world);
    let texts = compiled.artifacts.iter().filter(|(_, artifact)| artifact.path.rsplit('.').next() == Some("md"));
    let texts: Vec<String> = texts
        .map(|(_, artifact)| String::from_utf8(support::bytes(artifact, media)).expect("handouts are text"))
        .collect();
    let letters = |all: &[String], of: fn(&str) -> String| all.iter().map(|one| of(one)).collect::<String>();
    let handout = letters(&texts, words::of_markdown);
    (!texts.is_empty()).then(|| (letters(&fields, words::of_html), handout, fields.concat()))
}

/// The course, as a single case with many files.
fn course() -> (String, World, support::Memory) {
    let root = root().join("content");
    let mut paths = vec![root.join("cardpress.yaml")];
    files(&root.join("topics"), &mut paths);
    let media = std::fs::read_dir(root.join("media")).expect("the course has pictures");
    paths.extend(media.map(|entry| entry.expect("it is readable").path()));
    let mut case = String::new();
    for path in paths {
        let name = path.strip_prefix(&root).expect("it is in the course").display().to_string();
        let text = std::fs::read_to_string(&path).expect("it is text");
        case.push_str(&["#- ", &name, "\n", &text, "\n"].concat());
    }
    let (world, media) = support::world(&case);
    ("the course".to_owned(), world, media)
}

/// Every line of every item is in the notes and handouts of its project, and none of them as it
/// is written in YAML.
#[test]
fn every_line_reaches_the_outputs_of_its_item() {
    let mut paths = Vec::new();
    files(&root().join("tests/cases/ok"), &mut paths);
    let mut worlds: Vec<(String, World, support::Memory)> = Vec::new();
    for path in paths {
        let (world, media) = support::world(&std::fs::read_to_string(&path).expect("it is readable"));
        worlds.push((path.display().to_string(), world, media));
    }
    worlds.push(course());
    let mut checked = 0;
    for (name, world, media) in &worlds {
        let Some((cards, handout, html)) = shown(world, media) else { continue };
        for file in &world.files {
            let text = String::from_utf8_lossy(&file.bytes).into_owned();
            let mut sources = Sources::default();
            let id = sources.add(Source::new("a.yaml", &text));
            let tree = yaml::parse(id, &text, &mut Sink::new());
            for (section, item) in content::item_nodes(&tree) {
                let (mut lines, mut raw) = (Vec::new(), Vec::new());
                if ["draft", "retired", "retired_rows"].iter().any(|key| tree.get(item, key).is_some()) {
                    continue;
                }
                let is_printed = tree.get(item, "cards").and_then(|cards| tree.text(cards)) == Some("none");
                lines_of(&sources, &tree, item, &mut lines, &mut raw);
                for line in lines.iter().filter(|line| !line.is_empty()) {
                    checked += 1;
                    assert!(handout.contains(line.as_str()), "{name}: the handout lacks {line:?}");
                    let on_cards =
                        !["plans", "prose", "tables", "checklists", "tips"].contains(&section) && !is_printed;
                    assert!(!on_cards || cards.contains(line.as_str()), "{name}: no note has {line:?}");
                }
                for raw in raw {
                    assert!(!html.contains(&raw), "{name}: a note shows YAML: {raw:?}");
                }
            }
        }
    }
    assert!(checked > 1000, "only {checked} lines were checked");
    assert!(backend::ALL.iter().any(|backend| backend.name == "handout"), "handouts have another name");
}

/// Shows that the test can fail: these texts lose something, and we ignore the diagnostics that
/// would report it.
#[test]
fn a_lost_word_would_be_found() {
    let least = words::least("| a | b |\n| --- | --- |\n| c | d | lost |", Syntax::Plain);
    assert!(!words::is_within(&least, "abcd") && words::is_within(&least, "abcdlost"));
    let least = words::least("[default]: ten", Syntax::Plain);
    assert!(!words::is_within(&least, ""));
    let told = words::told("{{a ![](b)::![](c) hint}} d\n\nlost", Syntax::Cloze);
    assert_eq!(told, "adlost");
    let least = words::least("(2024, 1.5)\n\n[a](https://a.b) lost (y)", Syntax::Plain);
    assert_eq!(least, "202415alosty");
}
