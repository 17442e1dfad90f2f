//! Anki: what it stores of a deck, and the files in which it does.
//!
//! A [`Collection`] is what Anki knows: note types, notes, cards, decks and media. It is made of a
//! [`crate::deck::Deck`] or read from a package ([`read`]); the ledger gives it ids and times, and
//! compares it with an earlier one; [`write`] makes the database of a package of it.

mod collection;
mod format;
mod ids;
pub mod note_types;
mod order;
pub mod read;
pub mod template;
pub mod theme;
pub(crate) mod write;

pub use collection::{Card, Collection, Deck, Field, Made, Note, NoteType, Preset, Template};
pub(crate) use format::{MODERN, MediaEntries, MediaEntry, Meta};
pub use ids::{Guid, anki_id};
pub use note_types::Design;
