//! The ledger, `cardpress.lock`: what the last build made of a project, and how much of that
//! learners have. It makes builds reproducible, lets an update reach learners under Anki's default
//! options, and preserves learners' own edits to unchanged notes.
//!
//! Learners have what was released. Each line names the first release that had it; a line that has
//! changed since the last release keeps what learners have under `was`. [`Lock::released`] is the
//! ledger as the last release left it. Only that is protected: authors may change or remove
//! whatever was never released.
//!
//! Anki updates a note only if the package's modification time is later than its own, and then
//! replaces all fields and tags. So a note that renders as before keeps its time, and a changed
//! note gets a later one, even if the change is a revert.
//!
//! This module decides nothing about content and never touches the disk: [`text`] reads and writes
//! the file's lines, [`update`] carries a deck's state over, [`breaking`] finds changes that would
//! cost learners something, [`release`] marks what has been published, and [`from_package`] makes a
//! new ledger from a package.

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

use crate::markup::cloze;
use crate::source::Span;

/// Everything that the ledger knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The project's id; a different project's ledger would mix up two decks.
    pub project: String,
    /// Every release, by version, and the date that its manifest gave.
    pub releases: BTreeMap<String, Option<String>>,
    /// The version of the next release: the manifest's, or a later one if that has been released.
    /// Not stored in the file.
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
    /// GUIDs of notes that have lines under several ids, which a merge with a rename can leave. Not
    /// stored in the file.
    pub doubled: BTreeSet<String>,
    /// Where the file names its project.
    pub span: Option<Span>,
}

/// Prefix of the key of a note that is known only by its GUID: packages don't contain ids.
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
    /// The last release has it, but the last build doesn't.
    Leaves,
    /// It left with an earlier release and is back in the last build.
    Returns,
}

/// What the last build made of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteLine {
    /// The author's id, or `guid:…` if that is no longer known.
    pub note: String,
    /// What Anki recognises it by.
    pub guid: String,
    /// The id of its row in packages; the ids of its cards follow it.
    pub id: i64,
    /// When it last changed, in seconds since 1970.
    pub r#mod: i64,
    /// Hash of everything that Anki stores about it; see [`hash::note`].
    pub hash: Fingerprint<16>,
    /// Key of its note type.
    #[serde(rename = "type")]
    pub note_type: String,
    /// Full name of its deck.
    pub deck: String,
    /// The id that its footer shows, if that is a different one: a new id alone doesn't change a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// Which cards it has.
    pub cards: Vec<u16>,
    /// The cloze answer that each card asks for, in the order of `cards`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cloze: Vec<String>,
    /// A short hash of each field up to the last non-empty one.
    pub fields: Vec<Option<Fingerprint<3>>>,
    /// The release that retired it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
    /// The first release that had it; `None` if the note isn't in a release yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The first release that no longer had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone: Option<String>,
    /// What the next release does with it, besides changing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
    /// What learners have, if that is different.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Box<NoteLine>>,
    /// Where the line says which note it is.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// What the last build made of a note type. The fields and templates that learners have are frozen:
/// if they change, Anki leaves learners' notes as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteTypeLine {
    /// Stable name within a project, such as `question`.
    pub note_type: String,
    /// Anki's id.
    pub id: i64,
    /// When it last changed, in seconds since 1970.
    pub r#mod: i64,
    /// Hash of its name, style, fields and templates.
    pub hash: Fingerprint<16>,
    /// The name that learners see.
    pub name: String,
    /// Hash of its style alone.
    pub css: Fingerprint<3>,
    /// Whether cards come from cloze deletions.
    pub cloze: bool,
    /// The index of the field that Anki sorts by.
    pub sort: usize,
    /// Fields in order: name and id.
    pub fields: Vec<(String, i64)>,
    /// Templates in order: name and id.
    pub templates: Vec<(String, i64)>,
    /// The first release that had it; `None` if the note type isn't in a release yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// What learners have, if that is different.
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
    /// The name from its error: `vanished-id=some-id`.
    pub accepted: String,
    /// The release that made the change; `None` until the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

impl Lock {
    /// How many of its notes are known only by their GUIDs.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.notes.keys().filter(|key| key.starts_with(UNKNOWN)).count()
    }
}

/// The cloze answer in the `clozed` ones of a note's fields that each of `cards` asks for, cut to a line's length.
#[must_use]
pub fn cloze_texts<'f>(clozed: &[usize], fields: impl Iterator<Item = &'f str>, cards: &[u16]) -> Vec<String> {
    const MOST: usize = 80;
    let fields: Vec<&str> = fields.collect();
    let texts: Vec<&str> = clozed.iter().filter_map(|at| fields.get(*at).copied()).collect();
    let answers = cloze::answers(&texts.join("\n"));
    let answer = |ord: &u16| answers.get(&(ord + 1)).map(String::as_str).unwrap_or_default();
    cards.iter().map(|ord| answer(ord).chars().take(MOST).collect()).collect()
}

impl NoteLine {
    /// The id that its footer shows.
    fn shown(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.note)
    }

    /// Whether the last build had it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self.next {
            Some(next) => next == Next::Returns,
            None => self.gone.is_none(),
        }
    }
}
