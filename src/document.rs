//! What any readable output of a deck shares: the sections under each topic, the anchors of items,
//! where links lead, and the media that are shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::deck::{Block, Note, Topic, all_topics};
use crate::markup::{Document, Inline, plain, walk};
use crate::words::{Count, Words};

/// What is under one heading of a topic.
#[derive(Debug)]
pub enum Section<'a> {
    /// The notes of one kind.
    Notes {
        /// What they are, such as `Questions`.
        title: &'a str,
        /// The notes.
        notes: Vec<&'a Note>,
    },
    /// A block with a heading of its own.
    Other(&'a Block),
}

/// The sections of a topic, in the order in which the author begins them.
#[must_use]
pub fn sections(topic: &Topic) -> Vec<Section<'_>> {
    let mut sections: Vec<Section> = Vec::new();
    for block in &topic.blocks {
        let Block::Note(note) = block else {
            sections.push(Section::Other(block));
            continue;
        };
        let open = sections.iter_mut().find_map(|section| match section {
            Section::Notes { title, notes } if *title == note.entry.section => Some(notes),
            Section::Notes { .. } | Section::Other(_) => None,
        });
        match open {
            Some(notes) => notes.push(note),
            None => sections.push(Section::Notes { title: &note.entry.section, notes: vec![note] }),
        }
    }
    sections
}

impl Section<'_> {
    /// Its heading; may be empty.
    #[must_use]
    pub fn title(&self, topic: &Topic) -> Vec<Inline> {
        match self {
            Self::Notes { title, .. } => vec![Inline::text(*title, topic.span)],
            Self::Other(block) => block.title().to_vec(),
        }
    }

    /// How much is in it, in words where it isn't simply notes; empty for prose.
    #[must_use]
    pub fn count(&self, words: &Words) -> String {
        match self {
            Self::Notes { notes, .. } => notes.len().to_string(),
            Self::Other(Block::Table(table)) => words.count(Count::Rows, table.rows.len()),
            Self::Other(Block::Checklist(list)) => words.count(Count::Items, list.items.len()),
            Self::Other(Block::Plan(plan)) => words.count(Count::Days, usize::from(plan.days)),
            Self::Other(Block::Note(_) | Block::Prose(_)) => String::new(),
        }
    }

    /// The author's id, or words from the title if there is no id.
    #[must_use]
    pub fn anchor(&self, topic: &Topic) -> String {
        let id = match self {
            Self::Notes { .. } => "",
            Self::Other(block) => block.id(),
        };
        if !id.is_empty() {
            return anchor(id);
        }
        let title = plain::inline(&self.title(topic));
        let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let name = words.collect::<Vec<_>>().join("-").to_lowercase();
        format!("{}--{name}", topic_anchor(topic))
    }
}

/// The anchor of the item or part with this id: named after it, so that a link survives a new title.
/// A `/` joins the id of a part to that of the whole.
#[must_use]
pub fn anchor(id: &str) -> String {
    id.replace('/', "--")
}

/// The anchor of a topic. A double hyphen keeps it distinct from the author's ids.
#[must_use]
pub fn topic_anchor(topic: &Topic) -> String {
    format!("topic--{}", anchor(&topic.id))
}

/// Where each item is: the name of its page and its anchor.
#[derive(Debug, Default)]
pub struct Places(BTreeMap<String, (String, String)>);

impl Places {
    /// The places of the items in `pages`, each of which is called what `name` says.
    #[must_use]
    pub fn new(pages: &[Topic], name: impl Fn(&Topic) -> String) -> Self {
        let mut places = Self::default();
        for page in pages {
            places.add(page, &name(page));
        }
        places
    }

    fn add(&mut self, topic: &Topic, page: &str) {
        let mut put = |id: &str| {
            self.0.entry(id.to_owned()).or_insert_with(|| (page.to_owned(), anchor(id)));
        };
        for block in &topic.blocks {
            put(block.id());
            match block {
                Block::Table(table) => table.rows.iter().for_each(|row| put(&row.id)),
                Block::Checklist(list) => list.items.iter().for_each(|item| put(&item.id)),
                Block::Note(_) | Block::Plan(_) | Block::Prose(_) => {}
            }
        }
        topic.topics.iter().for_each(|inner| self.add(inner, page));
    }

    /// The address of the item `id` for a link on the page `from`, where the anchor is enough.
    #[must_use]
    pub fn link(&self, id: &str, from: &str) -> Option<String> {
        let (page, anchor) = self.0.get(id)?;
        Some(if page == from { format!("#{anchor}") } else { format!("{page}#{anchor}") })
    }
}

/// The names of the pictures and recordings that `topics` show.
#[must_use]
pub fn media(topics: &[Topic]) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    for block in all_topics(topics).into_iter().flat_map(|topic| &topic.blocks) {
        let title = Document::paragraph(block.title().to_vec());
        shown.extend(walk::media_names(&title).into_iter().map(str::to_owned));
        let documents: Vec<&Document> = match block {
            Block::Note(note) => note.shown().collect(),
            Block::Table(table) => table.rows.iter().flat_map(|row| &row.cells).collect(),
            Block::Checklist(list) => list.items.iter().flat_map(|item| [&item.text, &item.how]).collect(),
            Block::Plan(plan) => {
                let days = plan.weeks.iter().flat_map(|week| &week.days).flat_map(|day| &day.tasks);
                plan.weeks.iter().flat_map(|week| week.daily.iter().chain(&week.goals)).chain(days).collect()
            }
            Block::Prose(prose) => vec![&prose.body],
        };
        shown.extend(documents.into_iter().flat_map(walk::media_names).map(str::to_owned));
    }
    shown
}
