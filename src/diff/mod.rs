//! What a release does in a learner's Anki: compares the ledger of what learners have with the
//! ledger of what they would get. It changes neither.

mod human;
mod json;
mod markdown;
mod shown;
mod words;

pub use human::render as human;
pub use json::render as json;
pub use markdown::render as markdown;

use std::collections::{BTreeMap, BTreeSet};

use crate::anki::Made;
use crate::deck::{Note, retired_tag};
use crate::diag::{Code, Diagnostic};
use crate::lock::breaking::{self, Breaking};
use crate::lock::{Held, Lock, NoteLine, NoteTypeLine};
use crate::markup::plain;

/// A release compared with an earlier one.
#[derive(Debug, Clone)]
pub struct Release {
    /// Title of the deck.
    pub title: String,
    /// The version that learners have; empty if there is none or it isn't known.
    pub from: String,
    /// The version that they would get; empty before it is decided.
    pub to: String,
    /// Every note that changes, in the order of the deck; notes that left come last.
    pub notes: Vec<NoteChange>,
    /// How many notes stay as they are.
    pub unchanged: usize,
    /// Every note type that changes.
    pub note_types: Vec<NoteTypeChange>,
    /// Decks that are new.
    pub new_decks: Vec<String>,
    /// Decks that no longer have any notes.
    pub empty_decks: Vec<String>,
    /// New media files, with their sizes in bytes.
    pub new_media: Vec<(String, u64)>,
    /// Media files that no card shows any longer.
    pub gone_media: Vec<String>,
    /// Changes that cost learners something.
    pub breaking: Vec<Breaking>,
    /// Which of these are accepted, in the manifest or in the ledger.
    pub accepted: BTreeSet<String>,
}

/// What becomes of a note.
#[derive(Debug, Clone)]
pub struct NoteChange {
    /// The author's id.
    pub key: String,
    /// Its GUID.
    pub guid: String,
    /// The first field's text, shortened; empty for a note that is gone.
    pub title: String,
    /// Full name of its deck.
    pub deck: String,
    /// The main change.
    pub what: What,
    /// Its old id, if it has a new one.
    pub renamed_from: Option<String>,
    /// Its old deck, if it is in a different one now.
    pub moved_from: Option<String>,
}

/// The main thing that happens to a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was never there.
    New,
    /// It left once and is back.
    Returned,
    /// Something that Anki stores about it changed.
    Updated(Parts),
    /// Nothing that Anki stores about it changed.
    Unchanged,
    /// This is the last release that has it.
    Retired {
        /// The tag that finds it.
        tag: String,
    },
    /// It was retired and is gone now.
    Left {
        /// The tag that finds it.
        tag: String,
    },
    /// It is gone, and no release announced that.
    Vanished,
}

/// Which parts of a note changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Names of fields.
    pub fields: Vec<String>,
    /// How many cards are new.
    pub new_cards: usize,
    /// How many cards are gone.
    pub lost_cards: usize,
    /// Whether only its tags changed, or something that none of these parts shows.
    pub tags: bool,
    /// Whether Anki takes the change: only if the package's modification time is later than what
    /// learners have.
    pub reaches: bool,
}

/// What becomes of a note type.
#[derive(Debug, Clone)]
pub struct NoteTypeChange {
    /// Stable name within the project.
    pub key: String,
    /// The name that learners see.
    pub name: String,
    /// Whether no earlier package had it.
    pub new: bool,
    /// The name that learners saw, if it was different.
    pub renamed_from: Option<String>,
    /// Whether its style changed.
    pub css: bool,
    /// Whether the content of its templates changed.
    pub templates: bool,
}

/// Compares `new`, which was made from `deck`, with `old`.
#[must_use]
pub fn compare(old: &Lock, new: &Lock, made: &Made) -> Release {
    let mut release = Release {
        title: made.deck.project.title.clone(),
        from: old.last_release().unwrap_or_default().to_owned(),
        to: Some(made.deck.project.version.trim())
            .filter(|version| !old.releases.contains_key(*version))
            .unwrap_or_default()
            .to_owned(),
        notes: Vec::new(),
        unchanged: 0,
        note_types: note_types(old, new),
        new_decks: missing(&new.decks, &old.decks).map(|(name, _)| name.clone()).collect(),
        empty_decks: missing(&old.decks, &new.decks).map(|(name, _)| name.clone()).collect(),
        new_media: missing(&new.media, &old.media).map(|(name, file)| (name.clone(), file.value)).collect(),
        gone_media: missing(&old.media, &new.media).map(|(name, _)| name.clone()).collect(),
        breaking: breaking::find(old, new, made),
        accepted: accepted(new, made),
    };
    let before: BTreeMap<&str, &NoteLine> = old.notes.values().map(|line| (line.guid.as_str(), line)).collect();
    let mut seen = BTreeSet::new();
    for (_, note) in made.deck.notes() {
        let Some(now) = new.notes.get(&note.key) else { continue };
        seen.insert(now.guid.as_str());
        match changed(before.get(now.guid.as_str()).copied(), now, note, made) {
            Some(change) => release.notes.push(change),
            None => release.unchanged += 1,
        }
    }
    let lost = old.notes.values().filter(|line| line.is_live() && !seen.contains(line.guid.as_str()));
    release.notes.extend(lost.map(|line| left(&made.deck.project.id, line)));
    release
}

/// What is in `of` but not in `other`.
fn missing<'l, T>(
    of: &'l BTreeMap<String, Held<T>>,
    other: &'l BTreeMap<String, Held<T>>,
) -> impl Iterator<Item = (&'l String, &'l Held<T>)> {
    let here = |held: &Held<T>| !held.leaves;
    of.iter().filter(move |(name, held)| here(held) && !other.get(*name).is_some_and(here))
}

fn accepted(new: &Lock, made: &Made) -> BTreeSet<String> {
    let recorded = new.accepted.iter().map(|line| line.accepted.clone());
    recorded.chain(made.deck.project.accept.iter().map(|(name, _)| name.clone())).collect()
}

/// What became of a note in the deck; `None` if nothing changed.
fn changed(before: Option<&NoteLine>, now: &NoteLine, note: &Note, made: &Made) -> Option<NoteChange> {
    let what = match before {
        None => What::New,
        Some(before) if !before.is_live() => What::Returned,
        Some(before) => match &now.retired {
            Some(release) if before.retired.as_ref() != Some(release) => {
                What::Retired { tag: retired_tag(&made.deck.project.id, release) }
            }
            _ if before.hash != now.hash => What::Updated(parts(before, now, made, note)),
            _ => What::Unchanged,
        },
    };
    let change = NoteChange {
        key: now.note.clone(),
        guid: now.guid.clone(),
        title: title(note),
        deck: now.deck.clone(),
        what,
        renamed_from: before.filter(|before| before.note != now.note).map(|before| before.note.clone()),
        moved_from: before.filter(|before| before.deck != now.deck).map(|before| before.deck.clone()),
    };
    let same = change.what == What::Unchanged && change.renamed_from.is_none() && change.moved_from.is_none();
    (!same).then_some(change)
}

fn parts(before: &NoteLine, now: &NoteLine, made: &Made, note: &Note) -> Parts {
    let names = made.collection.note_types[note.note_type.index()].fields.iter().enumerate();
    let field = |line: &NoteLine, at: usize| line.fields.get(at).copied().flatten();
    let fields: Vec<String> =
        names.filter(|(at, _)| field(before, *at) != field(now, *at)).map(|(_, field)| field.name.clone()).collect();
    let missing = |of: &NoteLine, from: &NoteLine| of.cards.iter().filter(|ord| !from.cards.contains(ord)).count();
    let (new_cards, lost_cards) = (missing(now, before), missing(before, now));
    let tags = fields.is_empty() && new_cards + lost_cards == 0;
    let reaches = now.r#mod > before.r#mod;
    Parts { fields, new_cards, lost_cards, tags, reaches }
}

/// A note that is gone.
fn left(project: &str, line: &NoteLine) -> NoteChange {
    let what = match &line.retired {
        Some(release) => What::Left { tag: retired_tag(project, release) },
        None => What::Vanished,
    };
    NoteChange {
        key: line.note.clone(),
        guid: line.guid.clone(),
        title: String::new(),
        deck: line.deck.clone(),
        what,
        renamed_from: None,
        moved_from: None,
    }
}

impl NoteChange {
    /// Whether a learner's Anki does something about it, or leaves something undone.
    fn matters(&self) -> bool {
        self.what != What::Unchanged || self.moved_from.is_some()
    }
}

/// The first field on one line, shortened.
fn title(note: &Note) -> String {
    const MOST: usize = 90;
    let text = plain::document(&note.field(0));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= MOST {
        return text;
    }
    let short: String = text.chars().take(MOST - 1).collect();
    format!("{}…", short.trim_end())
}

fn note_types(old: &Lock, new: &Lock) -> Vec<NoteTypeChange> {
    let changes = new.note_types.values().filter_map(|now| {
        let before = old.note_types.get(&now.note_type);
        if before.is_some_and(|before| before.hash == now.hash) {
            return None;
        }
        let renamed_from = before.filter(|before| before.name != now.name).map(|before| before.name.clone());
        let css = before.is_some_and(|before| before.css != now.css);
        let same_lists = |before: &NoteTypeLine| before.fields == now.fields && before.templates == now.templates;
        let templates = before.is_some_and(|before| !same_lists(before) || (renamed_from.is_none() && !css));
        Some(NoteTypeChange {
            key: now.note_type.clone(),
            name: now.name.clone(),
            new: before.is_none(),
            renamed_from,
            css,
            templates,
        })
    });
    changes.collect()
}

/// An error for each way in which the ledger `old` is out of date.
#[must_use]
pub fn stale(old: Option<&Lock>, new: &Lock, made: &Made) -> Vec<Diagnostic> {
    let help = "build without `--locked` and commit cardpress.lock with the sources";
    let Some(old) = old else {
        return vec![Diagnostic::nowhere(Code::STALE_LOCK, "cardpress.lock does not exist").help(help)];
    };
    let release = compare(old, new, made);
    let spans: BTreeMap<&str, _> = made.deck.notes().map(|(_, note)| (note.key.as_str(), note.span)).collect();
    let mut found: Vec<Diagnostic> = release
        .notes
        .iter()
        .map(|change| {
            let message = format!("cardpress.lock is out of date: `{}` {}", change.key, words::short(change));
            let diagnostic = Diagnostic::nowhere(Code::STALE_LOCK, message).help(help);
            Diagnostic {
                span: spans.get(change.key.as_str()).copied(),
                ..diagnostic
            }
        })
        .collect();
    let mut others: Vec<String> =
        release.note_types.iter().map(|change| format!("the note type `{}` changes", change.key)).collect();
    others.extend(release.new_decks.iter().map(|name| format!("the deck `{name}` is new")));
    others.extend(release.empty_decks.iter().map(|name| format!("the deck `{name}` is gone")));
    others.extend(release.new_media.iter().map(|(name, _)| format!("the media file `{name}` is new")));
    others.extend(release.gone_media.iter().map(|name| format!("the media file `{name}` is gone")));
    if others.is_empty() && found.is_empty() {
        others.push("a build would write different contents".to_owned());
    }
    found.extend(others.into_iter().map(|what| {
        Diagnostic::nowhere(Code::STALE_LOCK, format!("cardpress.lock is out of date: {what}")).help(help)
    }));
    found
}
