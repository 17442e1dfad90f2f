use super::*;
use crate::source::{Source, Span};

#[test]
fn fixes_change_their_places_only_and_never_each_other() {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.yaml", "\u{feff}eins: 1\r\nzwei: ü\r\n"));
    let fault = |start, end, text: &str| {
        let span = Span::new(file, start, end);
        Diagnostic::error(Code::YAML, span, "x").fix(span, text)
    };
    let all = [fault(18, 20, "\"ü\""), fault(3, 7, "one"), fault(3, 7, "one"), fault(5, 8, "x")];
    let edits = all.iter().filter_map(|diagnostic| {
        let fix = diagnostic.certain_fix()?;
        Some(Edit { diagnostic, fix })
    });
    let made: Vec<&Fix> = apart(edits.collect()).iter().map(|edit| edit.fix).collect();
    assert_eq!(made.iter().map(|fix| fix.text.as_str()).collect::<Vec<_>>(), ["one", "\"ü\""]);
    assert_eq!(apply(&sources, file, &made), "\u{feff}one: 1\r\nzwei: \"ü\"\r\n");
}

const MANIFEST: &str = "format: 1\nid: case\ntitle: Case\nversion: 1.0.0\ncontent: ['*.yaml']\n";

fn world(text: &str) -> World {
    let file = |path: &str, text: &str| File {
        path: path.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    World::of(file("cardpress.yaml", MANIFEST), vec![file("a.yaml", text)])
}

/// Fixes `text` with a compiler whose fixes `spoil` may change.
fn mended(text: &str, spoil: impl Fn(&Sources, &mut Fix)) -> (String, Vec<String>) {
    let options = Options::default();
    let mut world = world(text);
    let outcome = with(&mut world, &|world| {
        let mut compiled = compile(world, &options);
        for fix in compiled.diagnostics.iter_mut().filter_map(|diagnostic| diagnostic.fix.as_mut()) {
            spoil(&compiled.sources, fix);
        }
        compiled
    });
    let failed = outcome.failed.iter().map(|failed| failed.message.clone()).collect();
    (String::from_utf8(world.files[0].bytes.clone()).expect("a fix writes text"), failed)
}

const FAULTY: &str = "topic: A\nquestions:\n  - id: a\n    ask: A?\n    anwser: 2015\n    tags: one\n  \
                      - id: b\n    ask: Why: so?\n    answer: B.\n    reviewed: 2026/1/5\n";
const MENDED: &str = "topic: A\nquestions:\n  - id: a\n    ask: A?\n    answer: \"2015\"\n    tags: [one]\n  \
                      - id: b\n    ask: \"Why: so?\"\n    answer: B.\n    reviewed: 2026-01-05\n";

#[test]
fn what_one_fix_uncovers_another_mends() {
    assert_eq!(mended(FAULTY, |_, _| {}), (MENDED.to_owned(), Vec::new()));
}

#[test]
fn an_edit_that_does_harm_is_not_made_and_the_others_are() {
    let cases = [
        // Does not fix what it claims to.
        ("one", "[one", Code::WRONG_TYPE),
        ("2026/1/5", "2026/01/05", Code::BAD_DATE),
        ("2015", "[2015]", Code::WRONG_TYPE),
        // Breaks the file, or takes an id.
        ("Why: so?", "\"Why", Code::SECOND_COLON),
        ("one", "[one]\n    id: a", Code::WRONG_TYPE),
        // Overwrites what is next to it.
        ("2015", "\"2015\"\n    tgas: [x]", Code::WRONG_TYPE),
    ];
    for (old, new, code) in cases {
        let (text, failed) = mended(FAULTY, |sources, fix| {
            if sources.slice(fix.span) == old {
                new.clone_into(&mut fix.text);
            }
        });
        assert!(!text.contains(new) || MENDED.contains(new), "{old} → {new}: {text}");
        assert_eq!(failed, [format!("the fix for `{code}` would break something else")], "{old} → {new}");
        // A syntax error that stays hides the rest of its entry.
        if code != Code::SECOND_COLON {
            let others = MENDED.lines().filter(|line| FAULTY.lines().all(|faulty| faulty != *line));
            assert_eq!(others.filter(|line| text.contains(line)).count(), 3, "{old} → {new}: {text}");
        }
    }
}

#[test]
fn a_link_is_corrected_only_where_it_stands() {
    let text = "topic: A\nquestions:\n  - id: new\n    formerly: [old]\n    ask: A?\n    answer: See [[old]], which is short.\n";
    assert_eq!(mended(text, |_, _| {}), (text.replace("[[old]]", "[[new]]"), Vec::new()));
    let (after, failed) = mended(text, |_, fix| {
        fix.span.start += 7;
        fix.span.end += 7;
    });
    assert_eq!((after.as_str(), failed.len()), (text, 1));
}

#[test]
fn a_manifest_whose_edit_leaves_a_file_unread_harms_nothing() {
    let mut world = world("topic: A\nquestions:\n  - id: a\n    ask: Why: so?\n    answer: A.\n");
    world.manifest.bytes =
        b"format: 1\nid: p\ntitle: P\nversion: 1.0.0\ncontent: ['*.yaml']s\ncontent: ['*.yaml']\n".to_vec();
    let outcome = super::all(&mut world);
    assert!(outcome.failed.is_empty());
    let text = |file: &File| String::from_utf8(file.bytes.clone()).expect("a fix writes text");
    assert!(text(&world.manifest).contains("content: \"['*.yaml']s\"\n"));
    assert!(text(&world.files[0]).contains("ask: \"Why: so?\"\n"));
}

#[test]
fn many_harmful_edits_take_a_bounded_time() {
    let question = |number: usize| format!("  - id: q-{number}\n    ask: A?\n    answer: 2015\n");
    let text = format!("topic: A\nquestions:\n{}", (0..30).map(question).collect::<String>());
    let (after, failed) = mended(&text, |_, fix| "[".clone_into(&mut fix.text));
    assert!(after == text && !failed.is_empty());
}
