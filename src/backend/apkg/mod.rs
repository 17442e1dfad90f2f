//! Anki packages in the format `legacy1` (a schema-11 database, a JSON media map,
//! plain media files): every Anki since 2.1.28 reads it, and alone among the
//! formats it keeps the ids of fields and templates in older ones too.
//!
//! It refuses nothing that a [`Deck`] can hold; what Anki would take silently and
//! spoil is `lint`'s matter. It writes no schedules, no review log, no presets.

mod collection;
mod decks;
mod models;

use std::collections::BTreeMap;

use super::{Artifact, Content, Entry, Part};
use crate::deck::{Deck, MediaSource};
use crate::diag::Diagnostic;

/// One package of all notes, or nothing if there is no note.
pub fn render(deck: &Deck, _media: &dyn MediaSource, diagnostics: &mut Vec<Diagnostic>) -> Vec<Artifact> {
    if deck.card_faces().next().is_none() {
        return Vec::new();
    }
    match package(deck) {
        Ok(entries) => vec![Artifact {
            path: format!("{}.apkg", deck.project.id),
            content: Content::Archive(entries),
        }],
        Err(failure) => {
            let message = format!("the Anki package cannot be written: {failure}");
            diagnostics.push(Diagnostic::nowhere("apkg-failed", message));
            Vec::new()
        }
    }
}

/// Why a package could not be written; memory apart, nothing is known to cause it.
#[derive(Debug)]
enum Failure {
    Database(rusqlite::Error),
    Json(serde_json::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => write!(f, "{error}"),
            Self::Json(error) => write!(f, "{error}"),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

fn package(deck: &Deck) -> Result<Vec<Entry>, Failure> {
    let media = deck.media_on_cards();
    let names: BTreeMap<usize, &str> = media.iter().map(|file| file.name.as_str()).enumerate().collect();
    let mut entries =
        vec![packed("collection.anki2", collection::write(deck)?), packed("media", serde_json::to_vec(&names)?)];
    entries.extend(media.iter().enumerate().map(|(number, file)| Entry {
        name: number.to_string(),
        // Pictures and sounds are compressed already, as a rule.
        compress: false,
        part: Part::Media(file.path.clone()),
    }));
    Ok(entries)
}

fn packed(name: &str, bytes: Vec<u8>) -> Entry {
    Entry {
        name: name.to_owned(),
        compress: true,
        part: Part::Bytes(bytes),
    }
}
