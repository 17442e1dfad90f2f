//! The ledger `cardpress.lock`: what learners have of a project. By it the same
//! sources give the same bytes on any day, an update reaches a learner under
//! Anki's default options, and a learner's own edits of unchanged notes survive.
//!
//! Anki updates a note only if the package's time of change is larger than its
//! own, and then replaces all fields and tags. So a note whose rendering is what
//! it was keeps its time, and one that changed gets a larger one, a revert too.
//!
//! It decides nothing about content and touches no disk: [`text`] reads and
//! writes the file's lines, [`update`] carries a deck's state over, [`breaking`]
//! finds what would cost learners something, [`from_package`] begins anew.

pub mod breaking;
pub mod hash;
mod package;
pub mod text;
pub mod update;

pub use hash::Fingerprint;
pub use package::from_package;
pub use text::read;
pub use update::update;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// Everything that the ledger knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The project's id; the lock of another project would mix up two decks.
    pub project: String,
    /// The version that was built last.
    pub release: String,
    /// Every note that was ever in a package, by its key.
    pub notes: BTreeMap<String, NoteLine>,
    /// Every note type that was ever in a package, by its key.
    pub note_types: BTreeMap<String, NoteTypeLine>,
    /// The decks of the last package and their ids.
    pub decks: BTreeMap<String, i64>,
    /// The media of the last package and their sizes in bytes.
    pub media: BTreeMap<String, u64>,
    /// Breaking changes that were accepted, each with its release.
    pub accepted: BTreeSet<AcceptedLine>,
    /// Where the file says whose it is.
    pub span: Option<Span>,
}

/// Begins the key of a note that only its GUID names: a package knows no ids.
pub const UNKNOWN: &str = "guid:";

/// What learners have of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteLine {
    /// The author's id; `guid:…` where it is not known any longer.
    pub note: String,
    /// What Anki recognises it by.
    pub guid: String,
    /// Its row's id in packages; those of its cards follow it.
    pub id: i64,
    /// When it last changed, in seconds since 1970.
    pub r#mod: i64,
    /// Of everything that Anki stores of it; see [`hash::note`].
    pub hash: Fingerprint<16>,
    /// Key of its note type.
    #[serde(rename = "type")]
    pub note_type: String,
    /// Full name of its deck.
    pub deck: String,
    /// Which cards it has.
    pub cards: Vec<u16>,
    /// What each card of a cloze note asks for, in the order of `cards`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cloze: Vec<String>,
    /// A short hash of each field up to the last that is filled.
    pub fields: Vec<Option<Fingerprint<3>>>,
    /// The release that retired it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
    /// The first release that no longer has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<String>,
    /// Where the line says which note it is.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// What learners have of a note type. Its fields and templates are frozen:
/// where they change, Anki keeps learners' notes as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteTypeLine {
    /// Stable name within a project, such as `question`.
    pub note_type: String,
    /// Anki's id.
    pub id: i64,
    /// When it last changed, in seconds since 1970.
    pub r#mod: i64,
    /// Of its name, its style, its fields and its templates.
    pub hash: Fingerprint<16>,
    /// The name that learners see.
    pub name: String,
    /// Of its style alone.
    pub css: Fingerprint<3>,
    /// Whether cards come from cloze deletions.
    pub cloze: bool,
    /// The index of the field that Anki sorts by.
    pub sort: usize,
    /// Fields in order: name and id.
    pub fields: Vec<(String, i64)>,
    /// Templates in order: name and id.
    pub templates: Vec<(String, i64)>,
    /// Where the line says which note type it is.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// A breaking change that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedLine {
    /// As its error named it: `vanished-id=some-id`.
    pub accepted: String,
    /// The release that made it.
    pub release: String,
}

impl Lock {
    /// How many of its notes only their GUIDs name.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.notes.keys().filter(|key| key.starts_with(UNKNOWN)).count()
    }
}

/// What each of `cards` asks for, cut to a line's length.
#[must_use]
pub fn cloze_texts(answers: &BTreeMap<u16, String>, cards: &[u16]) -> Vec<String> {
    const MOST: usize = 80;
    let answer = |ord: &u16| answers.get(&(ord + 1)).map(String::as_str).unwrap_or_default();
    cards.iter().map(|ord| answer(ord).chars().take(MOST).collect()).collect()
}

impl NoteLine {
    /// Whether the last package had it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.gone.is_none()
    }
}
