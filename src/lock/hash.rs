//! Fingerprints of what Anki stores: equal only where an import would change
//! nothing. The bytes of media are in them by the media's names, which carry
//! the hash of their content.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use crate::deck::{CardFace, NoteType};
use crate::hex;

/// What the ledger compares of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteHash {
    /// Of note type, fields, tags and cards: 32 hex digits.
    pub whole: String,
    /// Of each field up to the last that is filled: six hex digits, or nothing
    /// for an empty field.
    pub fields: Vec<String>,
}

static OF_NOTHING: LazyLock<[u8; 32]> = LazyLock::new(|| Sha256::digest(b"").into());

/// The fingerprint of a note in a deck.
#[must_use]
pub fn card(note_type: &NoteType, card: &CardFace) -> NoteHash {
    note(note_type.key, card.html.iter().map(String::as_str), &card.tags, &card.cards)
}

/// The fingerprint of a note of the type `note_type`.
pub fn note<'a>(note_type: &str, fields: impl Iterator<Item = &'a str>, tags: &[String], cards: &[u16]) -> NoteHash {
    let mut whole = Sha256::new();
    part(&mut whole, note_type.as_bytes());
    let mut short = Vec::new();
    for field in fields {
        // Most fields of most notes are empty.
        let digest = if field.is_empty() { *OF_NOTHING } else { Sha256::digest(field.as_bytes()).into() };
        short.push(if field.is_empty() { String::new() } else { hex::digits(&digest[..3]) });
        part(&mut whole, &digest);
    }
    while short.last().is_some_and(String::is_empty) {
        short.pop();
    }
    for tag in tags {
        part(&mut whole, tag.as_bytes());
    }
    for ord in cards {
        whole.update(ord.to_be_bytes());
    }
    NoteHash {
        whole: hex::digits(&whole.finalize()[..16]),
        fields: short,
    }
}

/// The fingerprint of a note type: 32 hex digits.
#[must_use]
pub fn note_type(note_type: &NoteType) -> String {
    let fields = note_type.fields.iter().map(|field| (field.name, field.id));
    let templates = note_type.templates.iter();
    let templates = templates.map(|own| (own.name, own.id, [own.front.as_str(), own.back.as_str()]));
    shape(&note_type.name, &note_type.css, note_type.cloze, fields, templates)
}

/// The same of a note type from elsewhere: fields are name and id, templates
/// name, id, and front and back.
pub fn shape<'a>(
    name: &str,
    css: &str,
    cloze: bool,
    fields: impl Iterator<Item = (&'a str, i64)>,
    templates: impl Iterator<Item = (&'a str, i64, [&'a str; 2])>,
) -> String {
    let mut whole = Sha256::new();
    for text in [name, css, if cloze { "cloze" } else { "normal" }] {
        part(&mut whole, text.as_bytes());
    }
    for (name, id) in fields {
        part(&mut whole, name.as_bytes());
        part(&mut whole, id.to_string().as_bytes());
    }
    for (name, id, [front, back]) in templates {
        for text in [name, &id.to_string(), front, back] {
            part(&mut whole, text.as_bytes());
        }
    }
    hex::digits(&whole.finalize()[..16])
}

/// A short fingerprint of any text: six hex digits.
#[must_use]
pub fn short(text: &str) -> String {
    hex::digits(&Sha256::digest(text.as_bytes())[..3])
}

/// With its length, so that no two lists of parts are one text.
fn part(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}
