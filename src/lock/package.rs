//! A published package → the ledger that its build would have left, for a
//! project that has lost its own or never had one.
//!
//! A package doesn't record its release, the earlier ids of its items, or what was accepted or had
//! already left. If no item has a note's GUID, the note is kept under [`UNKNOWN`], so that the next
//! build reports that it would vanish.

use std::collections::{BTreeMap, BTreeSet};

use super::{Held, Lock, NoteLine, NoteTypeLine, UNKNOWN, cloze_texts, hash, text};
use crate::anki::{self, Collection};
use crate::deck::{Deck, Note, Project, Topic, retired_tag, sort_tags};

/// What learners have if they imported `package`, which was a release of `deck`, or of `made`, which
/// is what Anki would store of it now.
#[must_use]
pub fn from_package(package: &Collection, deck: &Deck, made: &Collection) -> Lock {
    let ours = ours(package, made);
    let known = ours.iter().map(|(at, known)| note_type(&package.note_types[*at], made, *known));
    let mut lock = Lock {
        project: deck.project.id.clone(),
        releases: BTreeMap::new(),
        next: String::new(),
        notes: notes(package, deck, made, &ours),
        note_types: known.collect(),
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
fn ours(package: &Collection, made: &Collection) -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    for (at, known) in made.note_types.iter().enumerate() {
        let suffix = |name: &str| name.rsplit(": ").next().unwrap_or(name).to_owned();
        // As with notes, a ledger must not hold a note type whose numbers aren't valid timestamps.
        let sound = package.note_types.iter().enumerate().filter(|(_, own)| text::in_range(own.id, own.modified));
        let alike = || sound.clone().find(|(_, other)| suffix(&other.name) == suffix(&known.name));
        let same = sound.clone().find(|(_, own)| own.id == known.id).or_else(alike);
        if let Some((own, _)) = same {
            found.entry(own).or_insert(at);
        }
    }
    found
}

fn note_type(note_type: &anki::NoteType, made: &Collection, at: usize) -> (String, NoteTypeLine) {
    let known = &made.note_types[at];
    let field = |name: &str| known.fields.iter().find(|field| field.name == name).and_then(|field| field.id);
    let template = |name: &str| known.templates.iter().find(|own| own.name == name).and_then(|known| known.id);
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
        note_type: made.designs[at].key.clone(),
        id: note_type.id,
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
fn notes(
    package: &Collection,
    deck: &Deck,
    made: &Collection,
    ours: &BTreeMap<usize, usize>,
) -> BTreeMap<String, NoteLine> {
    let known = deck.notes().zip(&made.notes).map(|(known, own)| (own.guid.as_str(), known));
    let known: BTreeMap<&str, (&Topic, &Note)> = known.collect();
    let mut lines: BTreeMap<String, NoteLine> = BTreeMap::new();
    for note in &package.notes {
        let guid = note.guid.as_str();
        if guid.is_empty() || !text::in_range(note.id, note.modified) {
            continue;
        }
        let key = match ours.get(&note.note_type) {
            Some(at) => &made.designs[*at].key,
            None => &package.type_of(note).name,
        };
        let design = ours.get(&note.note_type).map(|at| &made.designs[*at]);
        let clozed = design.map_or(&[0][..], |design| &design.clozed);
        let id_field = design.and_then(|design| design.id_field);
        let line = line(note, package, (key, clozed, id_field), known.get(guid).copied(), &deck.project);
        match lines.get(&line.note) {
            Some(first) if first.r#mod >= line.r#mod => {}
            _ => {
                lines.insert(line.note.clone(), line);
            }
        }
    }
    lines
}

/// `key` is the note type's, `clozed` its fields whose clozes make cards, and `id_field` the one with the note's id;
/// `known` is the deck's note, with its topic.
fn line(
    note: &anki::Note,
    package: &Collection,
    (key, clozed, id_field): (&str, &[usize], Option<usize>),
    known: Option<(&Topic, &Note)>,
    project: &Project,
) -> NoteLine {
    let mut tags: Vec<String> = note.tags().map(str::to_owned).collect();
    sort_tags(&mut tags);
    let cards: Vec<u16> = note.ords().collect();
    let retired = retired_tag(&project.id, "");
    let hash = hash::note(key, note.fields(), tags.iter().map(String::as_str), note.ords());
    let is_cloze = package.type_of(note).cloze;
    let cloze = if is_cloze { cloze_texts(clozed, note.fields(), &cards) } else { Vec::new() };
    let fallback = || known.map_or(project.deck.as_str(), |(topic, note)| note.deck_in(topic));
    let own = known.map_or_else(|| format!("{UNKNOWN}{}", note.guid.as_str()), |(_, note)| note.key.clone());
    let shown = id_field.and_then(|at| note.fields().nth(at)).filter(|shown| !shown.is_empty() && *shown != own);
    NoteLine {
        shown: shown.map(str::to_owned),
        note: own,
        guid: note.guid.as_str().to_owned(),
        id: note.id,
        r#mod: note.modified,
        hash: hash.whole,
        note_type: key.to_owned(),
        deck: package.deck_of(note).unwrap_or_else(fallback).to_owned(),
        cards,
        cloze,
        fields: hash.fields,
        retired: tags.iter().find_map(|tag| tag.strip_prefix(&retired)).map(str::to_owned),
        since: None,
        gone: None,
        next: None,
        was: None,
        span: None,
    }
}

/// The decks that contain cards, and their parent decks: a package that Anki itself made has its
/// `Default` deck too.
fn decks(package: &Collection) -> BTreeMap<String, i64> {
    let filled: BTreeSet<u32> = package.notes.iter().flat_map(|note| &note.cards).map(|card| card.deck).collect();
    let named = || package.decks.iter().filter(|deck| !deck.name.is_empty());
    let is_filled = |at: u32| filled.contains(&at);
    let names = package.decks.iter().zip(0..).filter(|(deck, at)| !deck.name.is_empty() && is_filled(*at));
    let filled: BTreeSet<&str> = names.map(|(deck, _)| deck.name.as_str()).collect();
    // If there is a deck below `name`, the first one is the first name at or after `below`.
    let is_above = |name: &str| {
        let below = format!("{name}::");
        filled.contains(name) || filled.range(below.as_str()..).next().is_some_and(|deck| deck.starts_with(&below))
    };
    // The deck that every collection starts with doesn't belong to any project.
    let used = named().filter(|deck| text::is_deck(deck.id) && is_above(&deck.name));
    used.map(|deck| (deck.name.clone(), deck.id)).collect()
}
