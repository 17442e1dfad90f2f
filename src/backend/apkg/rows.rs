//! A deck → the rows of a package, whatever its schema: what is a note's, a
//! deck's or a note type's own business stays with the deck.

use std::collections::BTreeMap;

use crate::anki::DEFAULT;
use crate::deck::{CardFace, Deck, NoteType, Project};
use crate::words::Word;

/// Everything of a deck that goes into a database.
pub(super) struct Rows<'d> {
    /// In source order, which is the order in which a learner meets them.
    pub(super) notes: Vec<NoteRow<'d>>,
    /// The note types that some note uses, by Anki's id.
    pub(super) note_types: BTreeMap<i64, &'d NoteType>,
    /// Anki's own deck and ours, by their ids.
    pub(super) decks: BTreeMap<i64, DeckRow<'d>>,
    /// When anything last changed, in seconds since 1970.
    pub(super) modified: i64,
}

/// A note and where it belongs.
pub(super) struct NoteRow<'d> {
    pub(super) card: &'d CardFace,
    pub(super) note_type: i64,
    pub(super) deck: i64,
}

/// A deck.
pub(super) struct DeckRow<'d> {
    /// Its full name, `::` between the parts.
    pub(super) name: &'d str,
    pub(super) modified: i64,
    pub(super) usn: i32,
    /// What Anki shows under its name, as HTML; empty for all but the root.
    pub(super) description: String,
}

/// Gathers the rows of `deck`.
pub(super) fn gather(deck: &Deck) -> Rows<'_> {
    let modified = deck.modified();
    let notes = deck.card_faces().map(|(topic, card)| NoteRow {
        card,
        note_type: deck.note_type(card.note_type).id,
        deck: deck.decks[card.deck_in(topic)],
    });
    let note_types = deck.card_faces().map(|(_, card)| deck.note_type(card.note_type));
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

/// What Anki shows under the root deck's name. Every import brings it, over the
/// learner's own words too; so it tells of the course, not of the release.
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
