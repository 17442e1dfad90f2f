//! No output prints our own words in a language other than the project's. The tests cover every
//! language, every output and every kind of item, with texts that contain none of our letters.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::path::Path;

use cardpress::backend::{self, Artifact, Content, Part};
use cardpress::words::{Count, LANGUAGES, Part as Piece, Word, Words, parts};

/// The case with every kind of item, in the language `tag`, and without its own words.
fn case(tag: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/ok/words.yaml");
    let text = std::fs::read_to_string(path).expect("the case is there");
    let (before, _) = text.split_once("words:\n").expect("it has words of its own");
    before.replace("language: de\n", &format!("language: {tag}\n"))
}

/// What every output of a project shows, including the package's templates.
fn shown(case: &str) -> String {
    let (world, _) = support::world(case);
    // A sheet needs fonts for the script; its code is checked below.
    let compiled = support::compile_for(&world, &backend::ALL[..3], false);
    assert!(compiled.diagnostics.iter().all(|found| found.code.name() == "no-words"), "{:?}", compiled.diagnostics);
    let mut shown = String::new();
    for (_, Artifact { content, .. }) in &compiled.artifacts {
        if let Content::File(Part::Bytes(bytes)) = content
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            shown.push_str(text);
        }
    }
    let made = cardpress::deck(&world).1.expect("it compiles");
    for note_type in &made.collection.note_types {
        for template in &note_type.templates {
            shown.push_str(&template.front);
            shown.push_str(&template.back);
        }
    }
    for deck in &made.collection.decks {
        shown.push_str(&deck.description);
    }
    for field in made.collection.notes.iter().flat_map(cardpress::anki::Note::fields) {
        shown.push_str(field);
        shown.push('\n');
    }
    shown + &sheet(&world)
}

/// The Typst code of the sheet, if the built-in fonts have the script.
#[cfg(feature = "pdf")]
fn sheet(world: &cardpress::world::World) -> String {
    let deck = cardpress::deck(world).1.expect("it compiles").deck;
    let layout = deck.project.sheets.first().expect("the manifest asks for a sheet");
    let layout =
        cardpress::press::sheet::layout(&deck, layout, &*world.media_source, &mut cardpress::diag::Sink::new());
    // Without the places where long words may break.
    layout.map(|layout| layout.typst_source.replace(['\u{ad}', '\u{200b}'], "")).unwrap_or_default()
}

#[cfg(not(feature = "pdf"))]
fn sheet(_: &cardpress::world::World) -> String {
    String::new()
}

/// The pieces of a word between its places, without punctuation.
fn pieces(words: &Words, word: Word) -> Vec<String> {
    let texts = parts(words.get(word)).filter_map(|part| if let Piece::Text(text) = part { Some(text) } else { None });
    let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    texts.map(bare).filter(|text| text.chars().count() > 1).collect()
}

#[test]
fn every_word_is_printed_in_the_language_of_the_project() {
    let english = Words::of("en");
    let in_english = shown(&case("en"));
    for (tag, _) in LANGUAGES {
        let words = Words::of(tag);
        let shown = shown(&case(tag));
        // Letters are printed one by one, and the heading of formulas appears only on sheets.
        for word in Word::ALL.iter().filter(|word| !matches!(word, Word::Letters | Word::Formulas)) {
            for piece in pieces(&english, *word) {
                assert!(in_english.contains(&piece), "`{}` is printed nowhere", word.key());
            }
            for piece in pieces(&words, *word) {
                assert!(shown.contains(&piece), "{tag}: `{}` is not printed: {piece}", word.key());
            }
        }
    }
}

/// Whether a word appears as a whole word: `Do` isn't in `Doppelpunkt`.
fn stands(word: &str, text: &str) -> bool {
    let is_part = |c: Option<char>| {
        c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '}' | '{' | '#' | '/' | '^'))
    };
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    })
}

#[test]
fn no_word_of_english_is_printed_in_another_language() {
    let english = Words::of("en");
    for (tag, _) in LANGUAGES.into_iter().filter(|(tag, _)| *tag != "en") {
        let words = Words::of(tag);
        // Templates contain the names of fields.
        let shown = shown(&case(tag));
        let own: String = Word::ALL.iter().map(|word| words.get(*word)).collect::<Vec<_>>().join(" ");
        for word in Word::ALL.iter().filter(|word| !matches!(word, Word::Letters)) {
            for piece in pieces(&english, *word).into_iter().filter(|piece| !stands(piece, &own)) {
                assert!(!stands(&piece, &shown), "{tag}: `{piece}` ({}) is printed", word.key());
            }
        }
        for count in Count::ALL {
            for number in [1, 2, 7] {
                let count = english.count(*count, number);
                let own = Count::ALL.iter().any(|own| words.count(*own, number) == count);
                assert!(own || !stands(&count, &shown), "{tag}: `{count}` is printed");
            }
        }
    }
}
