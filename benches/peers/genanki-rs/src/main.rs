//! Makes a package with genanki-rs: `genanki-rs-peer NOTES OUT`. `prepare.py` describes the
//! format of the notes.

use std::{env, fs};

use genanki_rs::{Deck, Error, Note, basic_model, cloze_model};

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().collect();
    let text = fs::read_to_string(&arguments[1]).expect("the notes are readable");
    let mut deck = Deck::new(2_059_400_110, "Bench", "");
    for note in text.split('\u{1e}') {
        let fields: Vec<&str> = note.split('\u{1f}').collect();
        let [kind, guid, tags, front, back] = fields[..] else { panic!("a note has five parts: {note}") };
        let note = if kind == "cloze" {
            // Its cloze model has one field.
            Note::new(cloze_model(), vec![&format!("{front}{back}")])?
        } else {
            Note::new(basic_model(), vec![front, back])?
        };
        deck.add_note(note.guid(guid).tags(tags.split(' ')));
    }
    deck.write_to_file(&arguments[2])
}
