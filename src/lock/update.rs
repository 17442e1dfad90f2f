//! What Anki stores of a deck, and what learners have → the collection with identities and
//! modification times, and what learners will have.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::hash::NoteHash;
use super::{Fingerprint, Held, Lock, Next, NoteLine, NoteTypeLine, hash};
use crate::anki::{self, Collection, Design, Guid, NoteType, anki_id};
use crate::deck::{Deck, Note, Topic, names};
use crate::threads::Threads;
use crate::version::{Step, Version};

/// Carries `old` over to `collection`, which was made of `deck`, at the time `now`, in seconds since 1970.
///
/// It rejects nothing: whatever was released and isn't in the deck leaves with the next release,
/// whether or not anybody said so. Whatever was never released and isn't in the deck is forgotten.
pub fn update(deck: &Deck, collection: &mut Collection, old: &Lock, now: i64, threads: Threads) -> Lock {
    let now = now.max(1);
    let note_types = note_types(collection, old, now);
    let notes = notes(deck, collection, old, now, threads);
    decks(collection, old);
    Lock {
        project: deck.project.id.clone(),
        releases: old.releases.clone(),
        next: next(deck.project.version.trim(), old),
        notes,
        note_types,
        decks: held(collection.decks.iter().map(|deck| (deck.name.clone(), deck.id)), &old.decks, names::key),
        media: held(collection.media.iter().map(|(name, size)| (name.clone(), *size)), &old.media, str::to_owned),
        accepted: old.accepted.clone(),
        doubled: BTreeSet::new(),
        span: None,
    }
}

/// The version of the next release: `version`, or, if that has been released, the next minor
/// version after it.
fn next(version: &str, old: &Lock) -> String {
    let last = if old.releases.contains_key(version) { Version::parse(version) } else { None };
    last.map_or_else(|| version.to_owned(), |last| last.next(Step::Minor).text().to_owned())
}

/// What the last build has, plus what the last release had and the build doesn't. Anki compares
/// names by their `key`.
fn held<T: Clone>(
    now: impl Iterator<Item = (String, T)>,
    old: &BTreeMap<String, Held<T>>,
    key: fn(&str) -> String,
) -> BTreeMap<String, Held<T>> {
    let released = old.iter().filter(|(_, held)| held.since.is_some());
    let mut before: BTreeMap<String, (&String, &Held<T>)> =
        released.map(|(name, held)| (key(name), (name, held))).collect();
    let here = now.map(|(name, value)| {
        let since = before.remove(&key(&name)).and_then(|(_, held)| held.since.clone());
        (name, Held { value, since, leaves: false })
    });
    let mut all: BTreeMap<String, Held<T>> = here.collect();
    all.extend(before.into_values().map(|(name, held)| (name.clone(), Held { leaves: true, ..held.clone() })));
    all
}

/// Stamps the note types that notes use, and keeps the lines of other released ones.
fn note_types(collection: &mut Collection, old: &Lock, now: i64) -> BTreeMap<String, NoteTypeLine> {
    let released = old.note_types.iter().filter(|(_, line)| line.since.is_some());
    let mut lines: BTreeMap<String, NoteTypeLine> = released.map(|(key, line)| (key.clone(), line.clone())).collect();
    let mut taken: BTreeSet<i64> = old.note_types.values().map(|line| line.id).collect();
    for at in collection.used() {
        let (note_type, design) = (&mut collection.note_types[at], &collection.designs[at]);
        let known = old.note_types.get(&design.key);
        match known {
            Some(line) => note_type.id = line.id,
            // A ledger from elsewhere may use this number for a different note type.
            None => note_type.id = free(&mut taken, note_type.id),
        }
        let hash = hash::note_type(note_type);
        let same = |line: &NoteTypeLine| (line.r#mod, line.hash == hash);
        let published = known.and_then(|line| line.was.as_deref()).map(same);
        note_type.modified = later(time(known.map(same), now), published, now);
        lines.insert(design.key.clone(), note_type_line(note_type, design, hash, known));
    }
    lines
}

fn note_type_line(
    note_type: &NoteType,
    design: &Design,
    hash: Fingerprint<16>,
    known: Option<&NoteTypeLine>,
) -> NoteTypeLine {
    let line = NoteTypeLine {
        note_type: design.key.clone(),
        id: note_type.id,
        r#mod: note_type.modified,
        hash,
        name: note_type.name.clone(),
        css: hash::short(&note_type.css),
        cloze: note_type.cloze,
        sort: note_type.sort_field,
        fields: note_type.fields.iter().map(|field| (field.name.clone(), field.id.unwrap_or(0))).collect(),
        templates: note_type
            .templates
            .iter()
            .map(|template| (template.name.clone(), template.id.unwrap_or(0)))
            .collect(),
        since: known.and_then(|known| known.since.clone()),
        was: None,
        span: None,
    };
    line.after(known.and_then(NoteTypeLine::released))
}

/// An unchanged note or note type keeps its time. A changed one gets a later time, taken from the
/// clock, because older versions of Anki compare it with their own clock.
fn time(known: Option<(i64, bool)>, now: i64) -> i64 {
    match known {
        Some((modified, true)) => modified,
        Some((modified, false)) => now.max(modified.saturating_add(1)),
        None => now,
    }
}

/// A time late enough to reach learners who have `published`: a modification time, and whether the
/// content is the same. Version control may have reverted the ledger to an earlier state.
fn later(modified: i64, published: Option<(i64, bool)>, now: i64) -> i64 {
    match published {
        Some((theirs, true)) => modified.max(theirs),
        Some((theirs, false)) if modified <= theirs => now.max(theirs.saturating_add(1)),
        _ => modified,
    }
}

fn notes(
    deck: &Deck,
    collection: &mut Collection,
    old: &Lock,
    now: i64,
    threads: Threads,
) -> BTreeMap<String, NoteLine> {
    let pairs: Vec<(&Topic, &Note, &anki::Note)> =
        deck.notes().zip(&collection.notes).map(|((topic, note), own)| (topic, note, own)).collect();
    let faces = threads.map(&pairs, |(topic, note, own)| {
        let design = &collection.designs[own.note_type];
        let deck = note.deck_in(topic).to_owned();
        let cloze = if collection.type_of(own).cloze { clozes(design, own) } else { Vec::new() };
        (deck, design.key.clone(), hash::card(&design.key, own), cloze)
    });
    let mut claims = Claims::new(old);
    let known: Vec<Option<&NoteLine>> = pairs.iter().map(|(_, note, own)| claims.of(note, &own.guid)).collect();
    drop(pairs);
    let claimed = claims.claimed;
    let namespace = deck.project.id.clone();
    // Most builds have no new notes.
    let mut identities = None;
    let mut lines = Vec::with_capacity(faces.len());
    let designs = &collection.designs;
    let all = deck.notes().map(|(_, note)| note).zip(&mut collection.notes).zip(known).zip(faces);
    for (((note, own), known), (deck, note_type, mut hash, cloze)) in all {
        let id_field = designs[own.note_type].id_field;
        let shown = id_field.and_then(|at| {
            if let Some(line) = known {
                keep_id(line, own, &note_type, at, &mut hash);
            }
            own.fields().nth(at).filter(|shown| *shown != note.key).map(str::to_owned)
        });
        if let Some(line) = known {
            own.guid = Guid::known(line.guid.clone());
            own.id = line.id;
        } else {
            let identities = identities.get_or_insert_with(|| Identities::new(&namespace, old, &claimed, now));
            own.guid = identities.guid(&note.key, &own.guid);
            own.id = identities.id(&note.key);
        }
        let same = |line: &NoteLine| (line.r#mod, line.hash == hash.whole);
        let published = known.and_then(|line| line.was.as_deref()).map(same);
        own.modified = later(time(known.map(same), now), published, now);
        let gone = known.and_then(|line| line.gone.clone());
        let line = NoteLine {
            note: note.key.clone(),
            guid: own.guid.as_str().to_owned(),
            id: own.id,
            r#mod: own.modified,
            hash: hash.whole,
            note_type,
            deck,
            shown,
            cards: own.ords().collect(),
            cloze,
            fields: hash.fields,
            retired: note.retired.clone(),
            since: known.and_then(|line| line.since.clone()),
            next: gone.is_some().then_some(Next::Returns),
            gone,
            was: None,
            span: None,
        };
        lines.push((line.note.clone(), after(line, known)));
    }
    // Collected from a list at once: growing a map entry by entry takes twice as long.
    let mut lines: BTreeMap<String, NoteLine> = lines.into_iter().collect();
    let doubled = lines.values().filter(|line| old.doubled.contains(&line.guid));
    let doubled: BTreeSet<String> = doubled.map(|line| line.guid.clone()).collect();
    let left = old.notes.values().filter(|line| line.since.is_some() && !claimed.contains(line.note.as_str()));
    for line in left.filter(|line| !doubled.contains(&line.guid)) {
        let next = line.gone.is_none().then_some(Next::Leaves);
        lines.entry(line.note.clone()).or_insert_with(|| NoteLine { next, span: None, ..line.clone() });
    }
    lines
}

/// A note in which only the id has changed keeps the one that it was made with, so that it is as it was. `at` is the
/// index of the field with it, and `hash` becomes the hash of what the note is now.
fn keep_id(line: &NoteLine, own: &mut anki::Note, note_type: &str, at: usize, hash: &mut NoteHash) {
    let now = own.fields().nth(at).unwrap_or_default().to_owned();
    for earlier in [Some(line), line.was.as_deref()].into_iter().flatten().filter(|earlier| earlier.shown() != now) {
        let mut as_it_was = own.clone();
        as_it_was.set_field(at, earlier.shown());
        let then = hash::card(note_type, &as_it_was);
        if then.whole == earlier.hash {
            (*own, *hash) = (as_it_was, then);
            return;
        }
    }
}

/// `line` with what learners have, if the note was ever released.
fn after(line: NoteLine, known: Option<&NoteLine>) -> NoteLine {
    // Few notes change between two releases, and copying a line takes longer than this check.
    match known {
        Some(known) if known.since.is_some() && !(known.was.is_none() && line.is_same(known)) => {
            line.after(known.released())
        }
        _ => line,
    }
}

/// Whether a line stays: it was released, or something in the deck claims it.
fn is_kept(line: &NoteLine, claimed: &BTreeSet<&str>) -> bool {
    line.since.is_some() || claimed.contains(line.note.as_str())
}

/// The cloze answer that each card asks for, cut to a line's length.
fn clozes(design: &Design, note: &anki::Note) -> Vec<String> {
    super::cloze_texts(&design.clozed, note.fields(), &note.ords().collect::<Vec<_>>())
}

/// Which line belongs to which note of the deck.
struct Claims<'a> {
    old: &'a Lock,
    has_unknown: bool,
    /// Lines of notes renamed since the last release, by the ids that they had in it.
    renamed: BTreeMap<&'a str, &'a NoteLine>,
    claimed: BTreeSet<&'a str>,
}

impl<'a> Claims<'a> {
    fn new(old: &'a Lock) -> Self {
        let earlier = |line: &'a NoteLine| Some((line.was.as_ref()?.note.as_str(), line));
        let renamed = old.notes.values().filter_map(earlier).filter(|(key, line)| *key != line.note);
        Self {
            old,
            has_unknown: old.unknown() > 0,
            renamed: renamed.collect(),
            claimed: BTreeSet::new(),
        }
    }

    /// The line of a note: under its id, under an earlier id (including the one in the last
    /// release), or with `guid`, which it would have. If two branches left several, the later
    /// change wins.
    fn of(&mut self, note: &Note, guid: &Guid) -> Option<&'a NoteLine> {
        let old = self.old;
        let own = old.notes.get(&note.key);
        if !self.has_unknown && self.renamed.is_empty() && note.formerly.is_empty() {
            return own.filter(|line| self.claimed.insert(&line.note));
        }
        let unknown = self.has_unknown.then(|| format!("{}{}", super::UNKNOWN, guid.as_str()));
        let earlier = note.formerly.iter().rev().chain(&unknown).filter_map(|key| old.notes.get(key));
        let renamed = std::iter::once(&note.key).chain(note.formerly.iter().rev());
        let renamed = renamed.filter_map(|key| self.renamed.get(key.as_str()).copied());
        // A renamed note's line is under both of its ids, but counts once.
        let mut all: Vec<&NoteLine> = own.into_iter().chain(earlier).collect();
        all.extend(renamed);
        // Released notes first: learners have them, and nobody has an unreleased note with the same id.
        all.sort_by_key(|line| line.since.is_none());
        let mut found: Option<&NoteLine> = None;
        for line in all {
            if self.claimed.contains(line.note.as_str()) || found.is_some_and(|first| first.guid != line.guid) {
                continue;
            }
            self.claimed.insert(&line.note);
            if found.is_none_or(|first| first.r#mod < line.r#mod) {
                found = Some(line);
            }
        }
        found
    }
}

/// Hands out GUIDs and ids that no other note has.
struct Identities<'a> {
    namespace: &'a str,
    now: i64,
    guids: BTreeSet<Cow<'a, str>>,
    ids: BTreeSet<i64>,
}

/// The gap between two notes' ids, which leaves room for the ids of their cards: cloze numbers end at 499.
const ID_STEP: i64 = 512;
const DAY: i64 = 86_400_000;

impl<'a> Identities<'a> {
    fn new(namespace: &'a str, old: &'a Lock, claimed: &BTreeSet<&str>, now: i64) -> Self {
        let lines = || old.notes.values().filter(|line| is_kept(line, claimed));
        Self {
            namespace,
            now,
            guids: lines().map(|line| Cow::Borrowed(line.guid.as_str())).collect(),
            ids: lines().map(|line| line.id).collect(),
        }
    }

    /// The GUID that was `derived` from the note's oldest id. If a renamed note has taken that GUID along, one made from
    /// this note's key and a number.
    fn guid(&mut self, key: &str, derived: &Guid) -> Guid {
        let mut guid = derived.clone();
        let mut number = 2;
        while !self.guids.insert(Cow::Owned(guid.as_str().to_owned())) {
            guid = Guid::new(self.namespace, &format!("{key}#{number}"));
            number += 1;
        }
        guid
    }

    /// A time on the day when the note is first seen, in milliseconds: Anki shows it as the
    /// creation date and finds it with `added:`. The key decides the time of day, so that two
    /// branches rarely choose the same.
    fn id(&mut self, key: &str) -> i64 {
        // Not before 2001, when milliseconds grew to thirteen digits, nor past 4707.
        let day = (self.now / 86_400).clamp(11_574, 1_000_000);
        let slot = anki_id(self.namespace, &format!("note/{key}")) % (DAY / ID_STEP);
        let mut id = day * DAY + slot * ID_STEP;
        let taken = |ids: &BTreeSet<i64>, id: i64| ids.range(id - ID_STEP + 1..id + ID_STEP).next().is_some();
        while taken(&self.ids, id) {
            id += ID_STEP;
        }
        self.ids.insert(id);
        id
    }
}

/// Decks keep their ids, even if the case of their names changes. A new deck gets a free id.
fn decks(collection: &mut Collection, old: &Lock) {
    let known: BTreeMap<String, i64> = old.decks.iter().map(|(name, deck)| (names::key(name), deck.value)).collect();
    let mut taken: BTreeSet<i64> = old.decks.values().map(|deck| deck.value).chain([1]).collect();
    for deck in &mut collection.decks {
        if let Some(known) = known.get(&names::key(&deck.name)) {
            deck.id = *known;
            continue;
        }
        deck.id = free(&mut taken, deck.id);
    }
}

/// `id`, or the next free number; marks it as taken.
fn free(taken: &mut BTreeSet<i64>, mut id: i64) -> i64 {
    while !taken.insert(id) {
        id += 1;
    }
    id
}
