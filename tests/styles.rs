//! The style of cards: what it is made of, and that the project's own sheet is a source like any other.

#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "`support` runs programs and reads files")]

mod support;

use cardpress::Lint;
use cardpress::anki::theme::Theme;
use cardpress::diag::Diagnostic;
use cardpress::world::World;

/// A project with a style, a picture that it names, and two note types of its own.
const PROJECT: &str = "\
topic: T
questions:
  - {id: a, ask: A?, answer: A.}
notes:
  - {id: b, type: bare, fields: {a: B}}
  - {id: c, type: framed, fields: {a: C}}
#- cardpress.yaml
format: 1
id: a
title: A
version: 1.0.0
content: ['*.yaml']
theme: contrast
style: css/our.css
#- css/our.css
\u{feff}.cp { background: url(../media/a.svg); }\r
#- page.css
.page {}
#- media/a.svg
<svg xmlns='http://www.w3.org/2000/svg'/>
#- note-types/bare/note-type.yaml
name: Bare
frame: none
fields: [{id: a, name: A, required: true}]
cards: [{name: C, front: a.html, back: a.html}]
style: own.css
#- note-types/bare/a.html
{{A}}
#- note-types/bare/own.css
.bare {}
#- note-types/framed/note-type.yaml
name: Framed
fields: [{id: a, name: A, required: true}]
cards: [{name: C, front: a.html, back: a.html}]
style: own.css
#- note-types/framed/a.html
{{A}}
#- note-types/framed/own.css
.framed {}
";

/// The project with other bytes in one of its templates or styles.
fn changed(path: &str, change: impl Fn(&mut Vec<u8>)) -> World {
    let (mut world, _) = support::world(PROJECT);
    world.templates.iter_mut().filter(|file| file.path == path).for_each(|file| change(&mut file.bytes));
    world
}

#[test]
fn the_theme_comes_first_and_the_note_types_own_style_last() {
    let (_, made, diagnostics) = cardpress::deck(&support::world(PROJECT).0);
    let made = made.unwrap_or_else(|| panic!("{diagnostics:?}"));
    let css = |name: &str| {
        let mut all = made.collection.note_types.iter();
        all.find(|note_type| note_type.name == format!("A: {name}")).expect("it is there").css.as_str()
    };
    let media = made.deck.media_on_cards();
    let [picture] = media.as_slice() else { panic!("{media:?}") };
    assert!(picture.name.starts_with("_a-"), "Anki would not keep {}", picture.name);
    let ours = Theme::Contrast.style();
    let projects = format!(".cp {{ background: url({}); }}\n", picture.name);
    assert_eq!(css("question"), format!("{ours}\n{projects}"));
    assert_eq!(css("Framed"), format!("{ours}\n{projects}\n.framed {{}}\n"));
    assert_eq!(css("Bare"), ".bare {}\n");
}

#[test]
fn a_picture_that_only_the_style_names_is_used() {
    let checked = cardpress::check(&support::world(PROJECT).0, &[], &Lint::default()).compiled;
    assert!(checked.diagnostics.iter().all(|found| found.code.name() != "unused-media"), "{:?}", checked.diagnostics);
}

#[test]
fn the_style_and_no_other_sheet_is_a_source() {
    let hash = |path: &str| {
        let world = changed(path, |bytes| bytes.extend(b"/**/"));
        cardpress::deck(&world).1.expect("it compiles").deck.project.source_hash
    };
    assert_ne!(hash(""), hash("css/our.css"));
    assert_ne!(hash(""), hash("note-types/bare/own.css"));
    assert_eq!(hash(""), hash("page.css"));
}

#[test]
fn a_style_that_cannot_be_read_is_reported() {
    let told = |text: &[u8]| {
        let world = changed("css/our.css", |bytes| *bytes = text.to_vec());
        let (sources, made, diagnostics) = cardpress::deck(&world);
        assert!(made.is_none());
        let place = |found: &Diagnostic| sources.get(found.span.expect("it has a place").file).path().to_owned();
        diagnostics.iter().map(|found| (found.code.name(), place(found))).collect::<Vec<_>>()
    };
    assert_eq!(told(&vec![b' '; (256 << 10) + 1]), [("file-too-large", "cardpress.yaml".to_owned())]);
    assert_eq!(told(b".cp { color: \xe4 }"), [("not-utf8", "css/our.css".to_owned())]);
}
