//! Fingerprints of what Anki stores: two are equal only if an import would change nothing. They
//! cover the contents of media files too, because a media file's name carries its hash.

use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::anki::{Note, NoteType};
use crate::hex;

/// The first `N` bytes of a SHA-256, written as hex digits. They aren't strings, because a ledger
/// keeps ten of them per note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint<const N: usize>([u8; N]);

impl<const N: usize> Fingerprint<N> {
    fn of(digest: &[u8; 32]) -> Self {
        Self(std::array::from_fn(|at| digest[at]))
    }
}

impl<const N: usize> Serialize for Fingerprint<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::digits(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Fingerprint<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Digits<const N: usize>;
        impl<const N: usize> de::Visitor<'_> for Digits<N> {
            type Value = Fingerprint<N>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} hex digits", 2 * N)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                let bytes = hex::bytes(text).map(Fingerprint);
                bytes.ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Digits)
    }
}

/// The fingerprints by which the ledger compares a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteHash {
    /// Fingerprint of the note type, fields, tags and cards.
    pub whole: Fingerprint<16>,
    /// Fingerprint of each field up to the last non-empty one; `None` for an empty field.
    pub fields: Vec<Option<Fingerprint<3>>>,
}

static OF_NOTHING: LazyLock<[u8; 32]> = LazyLock::new(|| Sha256::digest(b"").into());

/// The fingerprint of a note of the type that the ledger calls `key`.
#[must_use]
pub fn card(key: &str, own: &Note) -> NoteHash {
    note(key, own.fields(), own.tags(), own.ords())
}

/// The fingerprint of a note of the type `note_type`.
pub fn note<'a>(
    note_type: &str,
    fields: impl Iterator<Item = &'a str>,
    tags: impl Iterator<Item = &'a str>,
    cards: impl Iterator<Item = u16>,
) -> NoteHash {
    let mut whole = Sha256::new();
    part(&mut whole, note_type.as_bytes());
    let mut short = Vec::with_capacity(fields.size_hint().0);
    for field in fields {
        // Most fields of most notes are empty.
        let digest = if field.is_empty() { *OF_NOTHING } else { Sha256::digest(field.as_bytes()).into() };
        short.push((!field.is_empty()).then(|| Fingerprint::of(&digest)));
        part(&mut whole, &digest);
    }
    while short.last().is_some_and(Option::is_none) {
        short.pop();
    }
    for tag in tags {
        part(&mut whole, tag.as_bytes());
    }
    for ord in cards {
        whole.update(ord.to_be_bytes());
    }
    NoteHash {
        whole: Fingerprint::of(&whole.finalize().into()),
        fields: short,
    }
}

/// The fingerprint of a note type.
#[must_use]
pub fn note_type(note_type: &NoteType) -> Fingerprint<16> {
    let fields = note_type.fields.iter().map(|field| (field.name.as_str(), field.id.unwrap_or(0)));
    let templates = note_type.templates.iter();
    let templates =
        templates.map(|own| (own.name.as_str(), own.id.unwrap_or(0), [own.front.as_str(), own.back.as_str()]));
    shape(&note_type.name, &note_type.css, note_type.cloze, fields, templates)
}

/// The same for a note type from elsewhere. A field is its name and id; a template is its name, its
/// id, and its front and back.
pub fn shape<'a>(
    name: &str,
    css: &str,
    cloze: bool,
    fields: impl Iterator<Item = (&'a str, i64)>,
    templates: impl Iterator<Item = (&'a str, i64, [&'a str; 2])>,
) -> Fingerprint<16> {
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
    Fingerprint::of(&whole.finalize().into())
}

/// A short fingerprint of any text.
#[must_use]
pub fn short(text: &str) -> Fingerprint<3> {
    Fingerprint::of(&Sha256::digest(text.as_bytes()).into())
}

/// Hashes the length too, so that different lists of parts never give the same bytes.
fn part(hasher: &mut Sha256, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}
