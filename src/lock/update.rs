//! A deck and what learners have → the deck stamped with identities and times
//! of change, and what learners will have.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Fingerprint, Lock, NoteLine, NoteTypeLine, hash};
use crate::deck::{CardFace, Deck, Guid, NoteType, Stamp, Topic, anki_id, names};
use crate::markup::cloze;
use crate::threads::Threads;

/// Carries `old` over to `deck` at the time `now`, in seconds since 1970.
///
/// Nothing is refused here: what was in `old` and is not in the deck is gone in
/// the result, whether anybody said so or not.
pub fn update(deck: &mut Deck, old: &Lock, now: i64, threads: Threads) -> Lock {
    let now = now.max(1);
    let note_types = note_types(deck, old, now);
    let notes = notes(deck, old, now, threads);
    decks(deck, old);
    Lock {
        project: deck.project.id.clone(),
        release: deck.project.version.trim().to_owned(),
        notes,
        note_types,
        decks: deck.decks.clone(),
        media: deck.media_on_cards().iter().map(|file| (file.name.clone(), file.size)).collect(),
        accepted: old.accepted.clone(),
        span: None,
    }
}

/// Stamps the note types that some note uses; lines of others stay.
fn note_types(deck: &mut Deck, old: &Lock, now: i64) -> BTreeMap<String, NoteTypeLine> {
    let mut lines = old.note_types.clone();
    let used: BTreeSet<_> = deck.card_faces().map(|(_, card)| card.note_type).collect();
    let mut taken: BTreeSet<i64> = old.note_types.values().map(|line| line.id).collect();
    for id in used {
        let note_type = &mut deck.note_types[id.index()];
        let known = old.note_types.get(note_type.key);
        match known {
            Some(line) => note_type.id = line.id,
            // A ledger may have come from elsewhere, with this number for another one.
            None => note_type.id = free(&mut taken, note_type.id),
        }
        let hash = hash::note_type(note_type);
        note_type.modified = time(known.map(|line| (line.r#mod, line.hash == hash)), now);
        lines.insert(note_type.key.to_owned(), note_type_line(note_type, hash));
    }
    lines
}

fn note_type_line(note_type: &NoteType, hash: Fingerprint<16>) -> NoteTypeLine {
    NoteTypeLine {
        note_type: note_type.key.to_owned(),
        id: note_type.id,
        r#mod: note_type.modified,
        hash,
        name: note_type.name.clone(),
        css: hash::short(&note_type.css),
        cloze: note_type.cloze,
        sort: 0,
        fields: note_type.fields.iter().map(|field| (field.name.to_owned(), field.id)).collect(),
        templates: note_type.templates.iter().map(|template| (template.name.to_owned(), template.id)).collect(),
        span: None,
    }
}

/// An unchanged thing keeps its time; a changed one gets a larger one, and a
/// real one, because older versions of Anki compare it with their own clock.
fn time(known: Option<(i64, bool)>, now: i64) -> i64 {
    match known {
        Some((modified, true)) => modified,
        Some((modified, false)) => now.max(modified.saturating_add(1)),
        None => now,
    }
}

fn notes(deck: &mut Deck, old: &Lock, now: i64, threads: Threads) -> BTreeMap<String, NoteLine> {
    let release = deck.project.version.trim().to_owned();
    let cards: Vec<(&Topic, &CardFace)> = deck.card_faces().collect();
    let faces = threads.map(&cards, |(topic, card)| {
        let note_type = deck.note_type(card.note_type);
        (topic.deck.clone(), note_type.key, hash::card(note_type, card), clozes(note_type, card))
    });
    drop(cards);
    let namespace = deck.project.id.clone();
    // Most builds have no new note.
    let mut identities = None;
    let has_unknown = old.unknown() > 0;
    let mut lines = Vec::with_capacity(faces.len());
    let mut claimed = BTreeSet::new();
    for (card, (deck, note_type, hash, cloze)) in deck.card_faces_mut().into_iter().zip(faces) {
        let known = claim(old, has_unknown, card, &mut claimed);
        let id = if let Some(line) = known {
            card.guid = Guid::known(&line.guid);
            line.id
        } else {
            let identities = identities.get_or_insert_with(|| Identities::new(&namespace, old, now));
            card.guid = identities.guid(card);
            identities.id(&card.key)
        };
        let same = |line: &NoteLine| (line.r#mod, line.hash == hash.whole);
        card.stamp = Stamp { id, modified: time(known.map(same), now) };
        let line = NoteLine {
            note: card.key.clone(),
            guid: card.guid.as_str().to_owned(),
            id: card.stamp.id,
            r#mod: card.stamp.modified,
            hash: hash.whole,
            note_type: note_type.to_owned(),
            deck,
            cards: card.cards.clone(),
            cloze,
            fields: hash.fields,
            retired: card.retired.clone(),
            gone: None,
            span: None,
        };
        lines.push((line.note.clone(), line));
    }
    // From a list at once: a map that grows by one is twice the work.
    let mut lines: BTreeMap<String, NoteLine> = lines.into_iter().collect();
    for line in old.notes.values().filter(|line| !claimed.contains(line.note.as_str())) {
        let gone = line.gone.clone().or_else(|| Some(release.clone()));
        lines.entry(line.note.clone()).or_insert_with(|| NoteLine { gone, span: None, ..line.clone() });
    }
    lines
}

/// What each card of a cloze note asks for, cut to a line's length.
fn clozes(note_type: &NoteType, card: &CardFace) -> Vec<String> {
    if !note_type.cloze {
        return Vec::new();
    }
    let answers = card.html.first().map(|html| cloze::answers(html)).unwrap_or_default();
    super::cloze_texts(&answers, &card.cards)
}

/// The line of a note: under its id, or under one that it had, or with the GUID
/// that it would have. Where two branches left several, the later change holds.
fn claim<'a>(
    old: &'a Lock,
    has_unknown: bool,
    card: &CardFace,
    claimed: &mut BTreeSet<&'a str>,
) -> Option<&'a NoteLine> {
    let own = old.notes.get(&card.key);
    let unknown = has_unknown.then(|| format!("{}{}", super::UNKNOWN, card.guid.as_str()));
    let earlier = card.formerly.iter().rev().chain(&unknown).filter_map(|key| old.notes.get(key));
    let mut found: Option<&NoteLine> = None;
    for line in own.into_iter().chain(earlier) {
        if claimed.contains(line.note.as_str()) || found.is_some_and(|first| first.guid != line.guid) {
            continue;
        }
        claimed.insert(&line.note);
        if found.is_none_or(|first| first.r#mod < line.r#mod) {
            found = Some(line);
        }
    }
    found
}

/// Hands out GUIDs and ids that no note ever had.
struct Identities<'a> {
    namespace: &'a str,
    now: i64,
    guids: BTreeSet<Cow<'a, str>>,
    ids: BTreeSet<i64>,
}

/// Between two notes' ids, so that the ids of their cards fit in: cloze
/// numbers end at 499.
const ID_STEP: i64 = 512;
const DAY: i64 = 86_400_000;

impl<'a> Identities<'a> {
    fn new(namespace: &'a str, old: &'a Lock, now: i64) -> Self {
        Self {
            namespace,
            now,
            guids: old.notes.values().map(|line| Cow::Borrowed(line.guid.as_str())).collect(),
            ids: old.notes.values().map(|line| line.id).collect(),
        }
    }

    /// The GUID of the note's oldest id; with a number behind it where a note
    /// that was renamed took that one along.
    fn guid(&mut self, card: &CardFace) -> Guid {
        let mut guid = card.guid.clone();
        let mut number = 2;
        while !self.guids.insert(Cow::Owned(guid.as_str().to_owned())) {
            guid = Guid::new(self.namespace, &format!("{}#{number}", card.key));
            number += 1;
        }
        guid
    }

    /// A time of the day on which the note is first seen, in milliseconds: Anki
    /// shows it as the day of creation and finds it with `added:`. Which time,
    /// the key decides, so that two branches hardly ever choose the same.
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

/// Decks keep their ids, in whatever case they are written; a new one's must be free.
fn decks(deck: &mut Deck, old: &Lock) {
    let known: BTreeMap<String, i64> = old.decks.iter().map(|(name, id)| (names::key(name), *id)).collect();
    let mut taken: BTreeSet<i64> = old.decks.values().copied().chain([1]).collect();
    for (name, id) in &mut deck.decks {
        if let Some(known) = known.get(&names::key(name)) {
            *id = *known;
            continue;
        }
        *id = free(&mut taken, *id);
    }
}

/// `id`, or the next number that nothing has; from now on it is taken.
fn free(taken: &mut BTreeSet<i64>, mut id: i64) -> i64 {
    while !taken.insert(id) {
        id += 1;
    }
    id
}
