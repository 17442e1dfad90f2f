//! A deck → the rows of a package, for any schema. What belongs to a single note, deck or note type
//! stays in the deck.

use std::collections::BTreeMap;

use crate::anki::DEFAULT;
use crate::deck::{Deck, Note, NoteType, Project};
use crate::words::Word;

/// Everything from a deck that goes into a database.
pub(super) struct Rows<'d> {
    /// In source order, which is the order in which learners see them.
    pub(super) notes: Vec<NoteRow<'d>>,
    /// The note types that notes use, by Anki's id.
    pub(super) note_types: BTreeMap<i64, &'d NoteType>,
    /// Anki's own deck and the project's, by their ids.
    pub(super) decks: BTreeMap<i64, DeckRow<'d>>,
    /// When anything last changed, in seconds since 1970.
    pub(super) modified: i64,
}

/// A note and where it belongs.
pub(super) struct NoteRow<'d> {
    pub(super) card: &'d Note,
    pub(super) note_type: i64,
    pub(super) deck: i64,
}

/// A deck.
pub(super) struct DeckRow<'d> {
    /// Its full name, with `::` between the parts.
    pub(super) name: &'d str,
    pub(super) modified: i64,
    pub(super) usn: i32,
    /// What Anki shows under its name, as HTML; empty for all but the root.
    pub(super) description: String,
}

/// Gathers the rows of `deck`.
pub(super) fn gather(deck: &Deck) -> Rows<'_> {
    let modified = deck.modified();
    let notes = deck.notes().map(|(topic, card)| NoteRow {
        card,
        note_type: deck.note_type(card.note_type).id,
        deck: deck.decks[card.deck_in(topic)],
    });
    let note_types = deck.notes().map(|(_, card)| deck.note_type(card.note_type));
    let root = DeckRow {
        name: "Default",
        modified: 0,
        usn: 0,
        description: String::new(),
    };
    let decks = deck.decks.iter().map(|(name, id)| {
        let description = if *name == deck.project.deck { description(&deck.project) } else { String::new() };
        (*id, DeckRow { name, modified, usn: -1, description })
    });
    Rows {
        notes: notes.collect(),
        note_types: note_types.map(|note_type| (note_type.id, note_type)).collect(),
        decks: std::iter::once((DEFAULT, root)).chain(decks).collect(),
        modified,
    }
}

/// What Anki shows under the root deck's name. Every import replaces it, even if the learner has
/// changed it, so it describes the course, not the release.
fn description(project: &Project) -> String {
    let mut lines = vec![project.description.clone()];
    if !project.authors.is_empty() {
        let authors = project.authors.join(project.words.between(Word::Listed));
        lines.push(project.words.fill(Word::Authors, &[("authors", &authors)]));
    }
    if !project.license.is_empty() {
        lines.push(project.words.fill(Word::Licence, &[("license", &project.license)]));
    }
    lines.retain(|line| !line.is_empty());
    let escaped = lines.iter().map(|line| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    escaped.collect::<Vec<_>>().join("<br>")
}
