//! A deck as its users want to walk it: topics as a list, notes, media on cards, deck names.

use std::collections::BTreeSet;

use super::{Block, Deck, Media, Note, Topic};
use crate::markup::Inline;

impl Deck {
    /// Every topic, each before the topics within it.
    #[must_use]
    pub fn all_topics(&self) -> Vec<&Topic> {
        all_topics(&self.topics)
    }

    /// Every note as Anki knows it, with its topic, in source order.
    pub fn notes(&self) -> impl Iterator<Item = (&Topic, &Note)> {
        notes(&self.topics)
    }

    /// Passes every note in that order to `visit`, with the full name of its topic's deck.
    pub fn visit_notes(&mut self, visit: &mut impl FnMut(&str, &mut Note)) {
        fn walk(topics: &mut [Topic], visit: &mut impl FnMut(&str, &mut Note)) {
            for topic in topics {
                let own = topic.blocks.iter_mut().flat_map(Block::notes_mut).chain(&mut topic.aside);
                own.for_each(|note| visit(&topic.deck, note));
                walk(&mut topic.topics, visit);
            }
        }
        walk(&mut self.topics, visit);
    }

    /// The media on cards. Anki copies only what a field names, so a picture that
    /// only a handout shows would be dead weight in a package.
    #[must_use]
    pub fn media_on_cards(&self) -> Vec<&Media> {
        let (mut shown, mut used) = (BTreeSet::new(), BTreeSet::new());
        for (_, note) in self.notes() {
            shown.extend(note.media.iter().map(String::as_str));
            used.insert(note.note_type);
        }
        let on_cards = self.media.iter().filter(|file| shown.contains(file.name.as_str()));
        let of_types = self.type_media.iter().filter(|(id, _)| used.contains(id)).map(|(_, file)| file);
        let mut media: Vec<&Media> = on_cards.chain(of_types).collect();
        media.sort_by(|a, b| a.name.cmp(&b.name));
        media.dedup_by(|a, b| a.name == b.name);
        media
    }
}

impl Block {
    /// The author's id; empty for a table that Cardpress makes from several items.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Note(note) => &note.key,
            Self::Table(table) => &table.id,
            Self::Checklist(list) => &list.id,
            Self::Plan(plan) => &plan.id,
            Self::Prose(prose) => &prose.id,
        }
    }

    /// Its heading; may be empty.
    #[must_use]
    pub fn title(&self) -> &[Inline] {
        match self {
            Self::Note(note) => &note.entry.title,
            Self::Table(table) => &table.title,
            Self::Checklist(list) => &list.title,
            Self::Plan(plan) => &plan.title,
            Self::Prose(prose) => &prose.title,
        }
    }

    /// The notes in it that are in Anki.
    #[must_use]
    pub fn notes(&self) -> Vec<&Note> {
        match self {
            Self::Note(note) => Vec::from_iter(note.number.is_some().then_some(note)),
            Self::Table(table) => table.rows.iter().filter_map(|row| row.note.as_ref()).collect(),
            Self::Checklist(list) => list.items.iter().filter_map(|item| item.note.as_ref()).collect(),
            Self::Plan(_) | Self::Prose(_) => Vec::new(),
        }
    }

    /// The same notes, mutable.
    pub fn notes_mut(&mut self) -> Vec<&mut Note> {
        match self {
            Self::Note(note) => Vec::from_iter(note.number.is_some().then_some(note)),
            Self::Table(table) => table.rows.iter_mut().filter_map(|row| row.note.as_mut()).collect(),
            Self::Checklist(list) => list.items.iter_mut().filter_map(|item| item.note.as_mut()).collect(),
            Self::Plan(_) | Self::Prose(_) => Vec::new(),
        }
    }
}

/// These topics and those within them, each before the topics within it.
#[must_use]
pub fn all_topics(topics: &[Topic]) -> Vec<&Topic> {
    fn visit<'a>(topics: &'a [Topic], found: &mut Vec<&'a Topic>) {
        for topic in topics {
            found.push(topic);
            visit(&topic.topics, found);
        }
    }
    let mut found = Vec::new();
    visit(topics, &mut found);
    found
}

/// Every note of these topics as Anki knows it, with its topic, in source order.
pub fn notes(topics: &[Topic]) -> impl Iterator<Item = (&Topic, &Note)> {
    all_topics(topics).into_iter().flat_map(|topic| topic.notes().map(move |note| (topic, note)))
}

impl Topic {
    /// The notes of this topic alone, in source order; those that documents don't show come last.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.blocks.iter().flat_map(Block::notes).chain(&self.aside)
    }
}
