//! The ledger `cardpress.lock`: what the last build made of a project, and what
//! learners have of it. By it the same sources give the same bytes on any day, an
//! update reaches a learner under Anki's default options, and a learner's own edits
//! of unchanged notes survive.
//!
//! Learners have what was released. Each line says since which release that is; a
//! line that changed after it keeps, under `was`, what they have. [`Lock::released`]
//! is the ledger as the last release left it. Only that is protected: what was never
//! released may change or go as its author likes.
//!
//! Anki updates a note only if the package's time of change is larger than its
//! own, and then replaces all fields and tags. So a note whose rendering is what
//! it was keeps its time, and one that changed gets a larger one, a revert too.
//!
//! It decides nothing about content and touches no disk: [`text`] reads and
//! writes the file's lines, [`update`] carries a deck's state over, [`breaking`]
//! finds what would cost learners something, [`release`] marks what is published,
//! [`from_package`] begins anew.

pub mod breaking;
pub mod hash;
mod package;
pub mod release;
pub mod text;
pub mod update;

pub use hash::Fingerprint;
pub use package::from_package;
pub use text::{last_release, read, releases};
pub use update::update;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// Everything that the ledger knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The project's id; the lock of another project would mix up two decks.
    pub project: String,
    /// Every release, by its version, and the date that its manifest gave.
    pub releases: BTreeMap<String, Option<String>>,
    /// The version of the next release: the manifest's, or a later one if that was
    /// released. It isn't in the file.
    pub next: String,
    /// Every note that is in the last build or in any release, by its key.
    pub notes: BTreeMap<String, NoteLine>,
    /// Every note type that is in the last build or in any release, by its key.
    pub note_types: BTreeMap<String, NoteTypeLine>,
    /// The decks of the last build and of the last release, and their ids.
    pub decks: BTreeMap<String, Held<i64>>,
    /// The media of the last build and of the last release, and their sizes in bytes.
    pub media: BTreeMap<String, Held<u64>>,
    /// Breaking changes that were accepted, each with its release.
    pub accepted: BTreeSet<AcceptedLine>,
    /// GUIDs of notes that have lines under several ids, as a merge with a rename leaves them.
    /// They aren't in the file.
    pub doubled: BTreeSet<String>,
    /// Where the file says whose it is.
    pub span: Option<Span>,
}

/// Begins the key of a note that only its GUID names: a package knows no ids.
pub const UNKNOWN: &str = "guid:";

/// A deck or a media file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held<T> {
    /// A deck's id, or a file's size in bytes.
    pub value: T,
    /// The first release that had it.
    pub since: Option<String>,
    /// Whether the last release has it and the last build doesn't.
    pub leaves: bool,
}

/// What the next release does with a note that an earlier one had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Next {
    /// The last release has it, the last build doesn't.
    Leaves,
    /// It left with an earlier release and is in the last build.
    Returns,
}

/// What the last build made of a note.
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
    /// The first release that had it; a note without one is in no release yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The first release that no longer had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<String>,
    /// What the next release does with it, beside changing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
    /// What learners have, if that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Box<NoteLine>>,
    /// Where the line says which note it is.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// What the last build made of a note type. The fields and templates that learners
/// have are frozen: where they change, Anki keeps learners' notes as they are.
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
    /// The first release that had it; a note type without one is in no release yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What learners have, if that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Box<NoteTypeLine>>,
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
    /// The release that made it; none before the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
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
    /// Whether the last build had it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self.next {
            Some(next) => next == Next::Returns,
            None => self.gone.is_none(),
        }
    }
}
