//! What Anki stores: note types, notes, cards, decks and media.

use std::collections::{BTreeMap, BTreeSet};

use super::format::SEPARATOR;
use super::order::{self, Order};
use super::{Design, Guid, anki_id};
use crate::deck::{self, Project};
use crate::words::Word;

/// A collection, without learners' schedules.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// Its note types: those of a deck in the order of [`deck::NoteTypeId`], those of a package by their ids.
    pub note_types: Vec<NoteType>,
    /// What Cardpress knows of each note type besides what Anki stores; none if it was read from a package.
    pub designs: Vec<Design>,
    /// Its notes: those of a deck in the order in which learners see them, those of a package by their ids.
    pub notes: Vec<Note>,
    /// Its decks: those of a deck by their names, those of a package by their ids.
    pub decks: Vec<Deck>,
    /// Its media and their sizes in bytes, by name.
    pub media: BTreeMap<String, u64>,
    /// How its decks are studied, if it is made of a deck. It isn't read from packages.
    pub preset: Option<Preset>,
}

/// How decks are studied, if the learner imports presets too. Anki never updates one that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    /// Its id, derived from the project's.
    pub id: i64,
    /// The name that learners see.
    pub name: String,
    /// How many new cards there are on a day.
    pub new_per_day: u32,
}

/// A deck, and what Anki stores of it.
#[derive(Debug, Clone)]
pub struct Made {
    /// The deck.
    pub deck: deck::Deck,
    /// What Anki stores of it: as many notes, in the same order.
    pub collection: Collection,
}

/// A note. It has as many fields as its note type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id; the ids of the cards that Cardpress writes follow it.
    pub id: i64,
    /// What Anki recognises it by.
    pub guid: Guid,
    /// The index of its note type in the collection.
    pub note_type: usize,
    /// When it last changed, in seconds since 1970.
    pub modified: i64,
    /// See [`Note::tags`].
    pub(super) tags: String,
    /// See [`Note::fields`].
    pub(super) fields: String,
    /// Its cards in ascending order.
    pub cards: Vec<Card>,
    /// Its place among new cards, from 1. It isn't read from packages.
    pub position: u32,
}

/// A card of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// A template's index, or a cloze number minus one.
    pub ord: u16,
    /// The index of its deck in the collection; for a card in a filtered deck, that of its home deck.
    pub deck: u32,
}

/// A note type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteType {
    /// Its id. Cardpress derives it from the project's id and the note type's key; the ledger may have a different one.
    pub id: i64,
    /// The name that learners see.
    pub name: String,
    /// When it last changed, in seconds since 1970.
    pub modified: i64,
    /// Whether cards come from cloze deletions.
    pub cloze: bool,
    /// The index of the field that Anki sorts by.
    pub sort_field: usize,
    /// Style of every card.
    pub css: String,
    /// Whether its editor writes from right to left.
    pub rtl: bool,
    /// Fields in order.
    pub fields: Vec<Field>,
    /// Templates in order.
    pub templates: Vec<Template>,
}

/// A field of a note type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its id, so that a later rename reaches learners; many programs don't write one.
    pub id: Option<i64>,
}

/// A template: one card of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its id, so that a later rename reaches learners; many programs don't write one.
    pub id: Option<i64>,
    /// The whole front.
    pub front: String,
    /// The whole back.
    pub back: String,
    /// The two sides as Anki's browser lists them, if they are different. They aren't read from packages.
    pub browser: Option<[String; 2]>,
}

/// A deck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deck {
    /// Its id.
    pub id: i64,
    /// Its full name, with `::` between the parts; empty if a package has cards in it and doesn't list it.
    pub name: String,
    /// What Anki shows under its name, as HTML. It isn't read from packages.
    pub description: String,
}

impl Note {
    /// A note that has no ids yet, with all fields of its note type as HTML.
    #[must_use]
    pub fn new(
        guid: Guid,
        note_type: usize,
        fields: &[String],
        ords: impl Iterator<Item = u16>,
        tags: &[String],
    ) -> Self {
        Self {
            id: 0,
            guid,
            note_type,
            modified: 0,
            tags: tags.join(" "),
            fields: fields.join(SEPARATOR),
            cards: ords.map(|ord| Card { ord, deck: 0 }).collect(),
            position: 0,
        }
    }

    /// Its tags. Those of a deck's note are sorted, and each is there once.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.tags.split_whitespace()
    }

    /// Its fields as HTML.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.split(SEPARATOR)
    }

    /// What its cards are: templates' indices, or cloze numbers minus one.
    pub fn ords(&self) -> impl Iterator<Item = u16> {
        self.cards.iter().map(|card| card.ord)
    }

    /// Gives it `html` in the field at index `at`.
    pub fn set_field(&mut self, at: usize, html: &str) {
        let fields: Vec<&str> =
            self.fields().enumerate().map(|(own, field)| if own == at { html } else { field }).collect();
        self.fields = fields.join(SEPARATOR);
    }

    /// Gives it these tags too.
    pub fn add_tags(&mut self, tags: &[String]) {
        let mut all: Vec<String> = self.tags().map(str::to_owned).chain(tags.iter().cloned()).collect();
        deck::sort_tags(&mut all);
        self.tags = all.join(" ");
    }
}

impl NoteType {
    /// The index of the field `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl Collection {
    /// What Anki stores of `deck`. `made` has the notes of the deck, each at its [`deck::Note::number`], which then
    /// becomes its place in the collection.
    #[must_use]
    pub fn of(deck: &mut deck::Deck, made: Vec<Note>, note_types: (Vec<NoteType>, Vec<Design>)) -> Self {
        let decks = decks(deck);
        let numbers: BTreeMap<&str, u32> = decks.iter().map(|deck| deck.name.as_str()).zip(0..).collect();
        let mut made: Vec<Option<Note>> = made.into_iter().map(Some).collect();
        let mut notes = Vec::with_capacity(made.len());
        deck.visit_notes(&mut |topic_deck, note| {
            let name = note.deck.as_deref().unwrap_or(topic_deck);
            let Some(number) = &mut note.number else { return };
            let Some(mut own) = made.get_mut(*number).and_then(Option::take) else { return };
            for card in &mut own.cards {
                card.deck = numbers.get(name).copied().unwrap_or_default();
            }
            *number = notes.len();
            notes.push(own);
        });
        drop(numbers);
        in_order(deck, &mut notes);
        let preset = preset(deck, notes.iter().map(|note| note.cards.len()).sum());
        let (note_types, designs) = note_types;
        let media = deck.media_on_cards().iter().map(|file| (file.name.clone(), file.size)).collect();
        Self {
            note_types,
            designs,
            notes,
            decks,
            media,
            preset: Some(preset),
        }
    }

    /// The note type of `note`.
    #[must_use]
    pub fn type_of(&self, note: &Note) -> &NoteType {
        &self.note_types[note.note_type]
    }

    /// The full name of the deck of a note's first card.
    #[must_use]
    pub fn deck_of(&self, note: &Note) -> Option<&str> {
        let deck = self.decks.get(usize::try_from(note.cards.first()?.deck).ok()?)?;
        (!deck.name.is_empty()).then_some(deck.name.as_str())
    }

    /// The indices of the note types that notes use.
    #[must_use]
    pub fn used(&self) -> BTreeSet<usize> {
        self.notes.iter().map(|note| note.note_type).collect()
    }

    /// When anything in it last changed, in seconds since 1970.
    #[must_use]
    pub fn modified(&self) -> i64 {
        let notes = self.notes.iter().map(|note| note.modified);
        notes.chain(self.note_types.iter().map(|note_type| note_type.modified)).max().unwrap_or(0)
    }
}

/// Gives `notes`, which are those of `deck`, the places and the tags that its plan has for them.
fn in_order(deck: &deck::Deck, notes: &mut [Note]) {
    let order = Order::of(deck);
    let keys = || deck.notes().map(|(topic, note)| (note.key.as_str(), topic.deck.as_str()));
    let positions = order.positions(keys());
    for ((own, (key, _)), position) in notes.iter_mut().zip(keys()).zip(positions) {
        own.position = position;
        let planned = order.tags(key);
        if !planned.is_empty() {
            own.add_tags(planned);
        }
    }
}

/// Enough new cards a day to meet all of `cards` within the plan.
fn preset(deck: &deck::Deck, cards: usize) -> Preset {
    /// Anki's own number, for a deck without a plan.
    const USUAL: usize = 20;
    let project = &deck.project;
    let per_day = order::plan(deck).map_or(USUAL, |plan| cards.div_ceil(usize::from(plan.days).max(1)).max(1));
    Preset {
        id: anki_id(&project.id, "preset"),
        name: project.title.clone(),
        new_per_day: u32::try_from(per_day).unwrap_or(u32::MAX).min(9999),
    }
}

/// Every deck that has a card in it or below it, and the root, by their names. This includes a
/// deck's parents: Anki would create them, but without these ids.
fn decks(deck: &deck::Deck) -> Vec<Deck> {
    let project = &deck.project;
    let mut ids: BTreeMap<&str, i64> = BTreeMap::new();
    // Anki's own deck is number one.
    let mut taken: Vec<i64> = vec![1];
    let filled = deck.notes().map(|(topic, note)| note.deck_in(topic));
    for name in std::iter::once(project.deck.as_str()).chain(filled).flat_map(lineage) {
        if !ids.contains_key(name) {
            let mut id = anki_id(&project.id, &format!("deck/{name}"));
            while taken.contains(&id) {
                id += 1;
            }
            taken.push(id);
            ids.insert(name, id);
        }
    }
    let described = |name: &str| if name == project.deck { description(deck) } else { String::new() };
    let decks = ids.into_iter().map(|(name, id)| Deck {
        id,
        description: described(name),
        name: name.to_owned(),
    });
    decks.collect()
}

/// `a::b::c` → `a`, `a::b`, `a::b::c`.
fn lineage(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.match_indices("::").map(|(end, _)| end);
    ends.chain([name.len()]).map(|end| &name[..end])
}

/// What Anki shows under the root deck's name. Every import replaces it, even if the learner has
/// changed it, so it describes the course, not the release.
fn description(deck: &deck::Deck) -> String {
    let project: &Project = &deck.project;
    let mut lines = vec![project.description.clone()];
    if let Some(plan) = order::plan(deck) {
        lines.push(project.words.get(Word::PresetHint).to_owned());
        let tag = plan.sittings.first().map(|first| order::tag(&project.id, plan, first));
        lines.extend(tag.map(|tag| project.words.fill(Word::DaySearch, &[("tag", &format!("tag:{tag}"))])));
    }
    if !project.authors.is_empty() {
        let authors = project.authors.join(project.words.between(Word::Listed));
        lines.push(project.words.fill(Word::Authors, &[("authors", &authors)]));
    }
    if !project.license.is_empty() {
        lines.push(project.words.fill(Word::Licence, &[("license", &project.license)]));
    }
    lines.retain(|line| !line.is_empty());
    let escaped = lines.iter().map(|line| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    escaped.collect::<Vec<_>>().join("<br>")
}

#[cfg(test)]
mod tests {
    use super::lineage;

    #[test]
    fn parents_come_first() {
        assert_eq!(lineage("a::b::c").collect::<Vec<_>>(), ["a", "a::b", "a::b::c"]);
    }
}
