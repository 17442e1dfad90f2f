//! The script that shows the options of a choice in a new order at each review.
//!
//! The back must show the order of the front, and no Anki gives both sides a number that differs from
//! review to review. So the front keeps its order for the back: in the page, which stays the same in
//! Anki's desktop program, and in the session's storage, because AnkiDroid loads a new page for the
//! back. A front mixes only once a back of the session has received what its front kept. Without that,
//! or without scripts, both sides show the order that is in the fields.

use super::super::choice;
use crate::anki::note_types::Shape;
use crate::words::Words;

const SCRIPT: &str = include_str!("../../../assets/note-types/choice/mixing.html");

/// Adds the script to the cards whose front shows options; the back contains the front.
pub(super) fn add(shape: &mut Shape, words: &Words) {
    for side in shape.cards.iter_mut().filter(|side| side.question.contains("{{Options}}")) {
        side.script = format!("\n{}", SCRIPT.trim_end().replace("LETTERS", &literal(choice::letters(words))));
    }
}

/// Characters as a string in JavaScript, which an author may have chosen: nothing in it ends the script
/// or begins a field.
fn literal(letters: impl Iterator<Item = char>) -> String {
    let escaped = |letter: char| match letter {
        _ if letter.is_alphanumeric() => letter.to_string(),
        _ => format!("\\u{{{:x}}}", u32::from(letter)),
    };
    let inner: String = letters.map(escaped).collect();
    format!("'{inner}'")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn no_letter_ends_the_script() {
        assert_eq!(literal("ABГ한".chars()), "'ABГ한'");
        assert_eq!(literal(r"'</{\①".chars()), r"'\u{27}\u{3c}\u{2f}\u{7b}\u{5c}①'");
    }
}
