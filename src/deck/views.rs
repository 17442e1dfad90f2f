//! A deck as its users want to walk it: topics as a list, notes, media on cards, deck names.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, Deck, Media, Note, NoteType, NoteTypeId, Topic, anki_id};

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

    /// The same notes, mutable.
    pub fn notes_mut(&mut self) -> Vec<&mut Note> {
        fn visit<'a>(topics: &'a mut [Topic], found: &mut Vec<&'a mut Note>) {
            for topic in topics {
                found.extend(topic.blocks.iter_mut().flat_map(Block::notes_mut));
                found.extend(&mut topic.retired);
                visit(&mut topic.topics, found);
            }
        }
        let mut found = Vec::new();
        visit(&mut self.topics, &mut found);
        found
    }

    /// The media on cards. Anki copies only what a field names, so a picture that
    /// only a handout shows would be dead weight in a package.
    #[must_use]
    pub fn media_on_cards(&self) -> Vec<&Media> {
        let (mut shown, mut used) = (BTreeSet::new(), BTreeSet::new());
        for (_, note) in self.notes() {
            shown.extend(note.card.media.iter().map(String::as_str));
            used.insert(note.note_type);
        }
        let on_cards = self.media.iter().filter(|file| shown.contains(file.name.as_str()));
        let of_types = self.type_media.iter().filter(|(id, _)| used.contains(id)).map(|(_, file)| file);
        let mut media: Vec<&Media> = on_cards.chain(of_types).collect();
        media.sort_by(|a, b| a.name.cmp(&b.name));
        media.dedup_by(|a, b| a.name == b.name);
        media
    }

    /// The id of each deck by its full name, from the names alone. This includes a deck's parents:
    /// Anki would create them, but without these ids.
    #[must_use]
    pub fn deck_ids(&self) -> BTreeMap<String, i64> {
        let mut ids = BTreeMap::new();
        // Anki's own deck is number one.
        let mut taken: Vec<i64> = vec![1];
        let filled = self.notes().map(|(topic, note)| note.deck_in(topic));
        for name in std::iter::once(self.project.deck.as_str()).chain(filled).flat_map(lineage) {
            if !ids.contains_key(name) {
                let mut id = anki_id(&self.project.id, &format!("deck/{name}"));
                while taken.contains(&id) {
                    id += 1;
                }
                taken.push(id);
                ids.insert(name.to_owned(), id);
            }
        }
        ids
    }

    /// When anything in it last changed, in seconds since 1970.
    #[must_use]
    pub fn modified(&self) -> i64 {
        let notes = self.notes().map(|(_, note)| note.card.stamp.modified);
        notes.chain(self.note_types.iter().map(|note_type| note_type.modified)).max().unwrap_or(0)
    }

    /// The note type with this id.
    #[must_use]
    pub fn note_type(&self, id: NoteTypeId) -> &NoteType {
        &self.note_types[id.index()]
    }
}

impl Note {
    /// Full name of its deck, if it is in `topic`.
    #[must_use]
    pub fn deck_in<'d>(&'d self, topic: &'d Topic) -> &'d str {
        self.deck.as_deref().unwrap_or(&topic.deck)
    }
}

impl Block {
    /// The notes in it.
    #[must_use]
    pub fn notes(&self) -> Vec<&Note> {
        match self {
            Self::Note(note) => vec![note],
            Self::Table(table) => table.rows.iter().filter_map(|row| row.note.as_ref()).collect(),
            Self::Checklist(list) => list.items.iter().filter_map(|item| item.note.as_ref()).collect(),
            Self::Plan(_) | Self::Prose(_) => Vec::new(),
        }
    }

    /// The same notes, mutable.
    pub fn notes_mut(&mut self) -> Vec<&mut Note> {
        match self {
            Self::Note(note) => vec![note],
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
    /// The notes of this topic alone, in source order; those about to leave come last.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.blocks.iter().flat_map(Block::notes).chain(&self.retired)
    }
}

/// `a::b::c` → `a`, `a::b`, `a::b::c`.
fn lineage(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.match_indices("::").map(|(end, _)| end);
    ends.chain([name.len()]).map(|end| &name[..end])
}

#[cfg(test)]
mod tests {
    use super::lineage;

    #[test]
    fn parents_come_first() {
        assert_eq!(lineage("a::b::c").collect::<Vec<_>>(), ["a", "a::b", "a::b::c"]);
    }
}
