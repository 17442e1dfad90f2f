//! A published package → the ledger that its build would have left, for a
//! project that has lost its own or never had one.
//!
//! A package doesn't record its release, the earlier ids of its items, or what was accepted or had
//! already left. If no item has a note's GUID, the note is kept under [`UNKNOWN`], so that the next
//! build reports that it would vanish.

use std::collections::{BTreeMap, BTreeSet};

use super::{Held, Lock, NoteLine, NoteTypeLine, UNKNOWN, cloze_texts, hash, text};
use crate::deck::{Deck, Note, NoteType, Topic, sort_tags};
use crate::package::{self, Package};

/// Prefix of the tag on a note that is about to leave.
const RETIRED: &str = "cardpress::retired::";

/// What learners have if they imported `package`, which was a release of `deck`.
#[must_use]
pub fn from_package(package: &Package, deck: &Deck) -> Lock {
    let ours = ours(package, deck);
    let mut lock = Lock {
        project: deck.project.id.clone(),
        releases: BTreeMap::new(),
        next: String::new(),
        notes: notes(package, deck, &ours),
        note_types: ours.iter().map(|(id, known)| note_type(*id, &package.note_types[id], known)).collect(),
        decks: decks(package).into_iter().map(|(name, id)| (name, held(id))).collect(),
        media: package.media.iter().map(|(name, size)| (name.clone(), held(*size))).collect(),
        accepted: BTreeSet::new(),
        doubled: BTreeSet::new(),
        span: None,
    };
    // Learners have it. A package doesn't record its version; the manifest's is the best guess.
    lock.release(deck.project.version.trim(), None);
    lock
}

fn held<T>(value: T) -> Held<T> {
    Held { value, since: None, leaves: false }
}

/// Maps the package's note types to the deck's: by id, or else by the end of the name. The title in
/// front of that may have changed, and a package made by a different program has different ids.
fn ours<'d>(package: &Package, deck: &'d Deck) -> BTreeMap<i64, &'d NoteType> {
    let mut found = BTreeMap::new();
    for known in &deck.note_types {
        let suffix = |name: &str| name.rsplit(": ").next().unwrap_or(name).to_owned();
        // As with notes, a ledger must not hold a note type whose numbers aren't valid timestamps.
        let sound = package.note_types.iter().filter(|(id, own)| text::in_range(**id, own.modified));
        let alike = || sound.clone().find(|(_, other)| suffix(&other.name) == suffix(&known.name));
        let same = sound.clone().find(|(id, _)| **id == known.id).or_else(alike);
        if let Some((id, _)) = same {
            found.entry(*id).or_insert(known);
        }
    }
    found
}

fn note_type(id: i64, note_type: &package::NoteType, known: &NoteType) -> (String, NoteTypeLine) {
    let field = |name: &str| known.fields.iter().find(|field| field.name == name).map(|field| field.id);
    let template = |name: &str| known.templates.iter().find(|template| template.name == name).map(|known| known.id);
    let fields = note_type.fields.iter();
    let fields: Vec<(String, i64)> =
        fields.map(|own| (own.name.clone(), own.id.or_else(|| field(&own.name)).unwrap_or(0))).collect();
    let templates = note_type.templates.iter();
    let templates: Vec<(String, i64)> =
        templates.map(|own| (own.name.clone(), own.id.or_else(|| template(&own.name)).unwrap_or(0))).collect();
    let sides = note_type.templates.iter().map(|own| [own.front.as_str(), own.back.as_str()]);
    let hash = hash::shape(
        &note_type.name,
        &note_type.css,
        note_type.cloze,
        fields.iter().map(|(name, id)| (name.as_str(), *id)),
        templates.iter().zip(sides).map(|((name, id), sides)| (name.as_str(), *id, sides)),
    );
    let line = NoteTypeLine {
        note_type: known.key.clone(),
        id,
        r#mod: note_type.modified,
        hash,
        name: note_type.name.clone(),
        css: hash::short(&note_type.css),
        cloze: note_type.cloze,
        sort: note_type.sort_field,
        fields,
        templates,
        since: None,
        was: None,
        span: None,
    };
    (line.note_type.clone(), line)
}

/// Leaves out notes whose numbers aren't valid timestamps: a ledger must not hold them.
fn notes(package: &Package, deck: &Deck, ours: &BTreeMap<i64, &NoteType>) -> BTreeMap<String, NoteLine> {
    let faces: BTreeMap<&str, (&Topic, &Note)> =
        deck.notes().map(|(topic, card)| (card.card.guid.as_str(), (topic, card))).collect();
    let mut lines: BTreeMap<String, NoteLine> = BTreeMap::new();
    for (id, note) in &package.notes {
        if note.guid.is_empty() || !text::in_range(*id, note.modified) {
            continue;
        }
        let face = faces.get(note.guid.as_str());
        let line = line(*id, note, face, package, deck, ours);
        match lines.get(&line.note) {
            Some(first) if first.r#mod >= line.r#mod => {}
            _ => {
                lines.insert(line.note.clone(), line);
            }
        }
    }
    lines
}

fn line(
    id: i64,
    note: &package::Note,
    face: Option<&(&Topic, &Note)>,
    package: &Package,
    deck: &Deck,
    ours: &BTreeMap<i64, &NoteType>,
) -> NoteLine {
    let note_type = &package.note_types[&note.note_type];
    let key = ours.get(&note.note_type).map_or(note_type.name.as_str(), |known| &known.key);
    let mut tags: Vec<String> = note.tags().map(str::to_owned).collect();
    sort_tags(&mut tags);
    let cards: Vec<u16> = note.cards.keys().copied().collect();
    let hash = hash::note(key, note.fields(), &tags, &cards);
    let cloze = if note_type.cloze {
        let clozed = ours.get(&note.note_type).map_or(&[0][..], |known| &known.clozed);
        cloze_texts(clozed, note.fields(), &cards)
    } else {
        Vec::new()
    };
    let own = note.cards.values().next().and_then(|id| package.decks.get(id)).map(String::as_str);
    let fallback = || face.map_or(deck.project.deck.as_str(), |(topic, card)| card.deck_in(topic));
    NoteLine {
        note: face.map_or_else(|| format!("{UNKNOWN}{}", note.guid), |(_, card)| card.key.clone()),
        guid: note.guid.clone(),
        id,
        r#mod: note.modified,
        hash: hash.whole,
        note_type: key.to_owned(),
        deck: own.unwrap_or_else(fallback).to_owned(),
        cards,
        cloze,
        fields: hash.fields,
        retired: tags.iter().find_map(|tag| tag.strip_prefix(RETIRED)).map(str::to_owned),
        since: None,
        gone: None,
        next: None,
        was: None,
        span: None,
    }
}

/// The decks that contain cards, and their parent decks: a package that Anki itself made has its
/// `Default` deck too.
fn decks(package: &Package) -> BTreeMap<String, i64> {
    let filled: BTreeSet<i64> = package.notes.values().flat_map(|note| note.cards.values().copied()).collect();
    let filled: BTreeSet<&str> = filled.iter().filter_map(|id| package.decks.get(id)).map(String::as_str).collect();
    // If there is a deck below `name`, the first one is the first name at or after `below`.
    let is_above = |name: &str| {
        let below = format!("{name}::");
        filled.contains(name) || filled.range(below.as_str()..).next().is_some_and(|deck| deck.starts_with(&below))
    };
    // The deck that every collection starts with doesn't belong to any project.
    let used = package.decks.iter().filter(|(id, name)| text::is_deck(**id) && is_above(name));
    used.map(|(id, name)| (name.clone(), *id)).collect()
}
