//! Which items an output shows, and the part of a deck that they make up.

use std::borrow::Cow;

use super::{Block, Chosen, Deck, Extract, Project, Selection, Topic, Traits, item_of};
use crate::diag::{Code, Diagnostic};

impl Chosen {
    /// Whether all items are chosen.
    #[must_use]
    pub fn is_all(&self) -> bool {
        !self.core && self.only.is_none() && self.except.is_none()
    }

    /// Whether the item `id` of `topic` is chosen.
    #[must_use]
    pub fn takes(&self, deck: &Deck, topic: &Topic, id: &str) -> bool {
        let usual = Traits::default();
        let traits = deck.traits.get(id).unwrap_or(&usual);
        let root = format!("{}::", deck.project.deck);
        let path = topic.deck.strip_prefix(&root).unwrap_or(&topic.deck);
        let in_topic = |known: &String| {
            path.strip_prefix(known.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        // Whether each key matches; `None` if it has no values.
        let keys = |selection: &Selection| {
            let said = |values: usize, met: bool| (values > 0).then_some(met);
            [
                said(selection.topics.len(), selection.topics.iter().any(in_topic)),
                said(selection.tags.len(), selection.tags.iter().any(|tag| traits.tags.contains(tag))),
                said(selection.difficulty.len(), selection.difficulty.iter().any(|one| traits.difficulty == Some(one))),
                said(selection.ids.len(), selection.ids.iter().any(|one| one == id)),
            ]
        };
        (!self.core || traits.core)
            && self.only.as_ref().is_none_or(|only| keys(only).into_iter().flatten().all(|met| met))
            && !self.except.as_ref().is_some_and(|except| keys(except).into_iter().flatten().any(|met| met))
    }
}

impl Deck {
    /// The topics with only the chosen items; topics without any are left out.
    #[must_use]
    pub fn part(&self, chosen: &Chosen) -> Cow<'_, [Topic]> {
        if chosen.is_all() {
            return Cow::Borrowed(&self.topics);
        }
        Cow::Owned(self.topics.iter().filter_map(|topic| self.part_of(topic, chosen)).collect())
    }

    fn part_of(&self, topic: &Topic, chosen: &Chosen) -> Option<Topic> {
        let takes = |id: &str| chosen.takes(self, topic, id);
        let block = |block: &Block| match block {
            Block::Note(note) => takes(&note.key).then(|| block.clone()),
            // Tables that Cardpress makes from prompts and interview types have no id, but their rows do.
            Block::Table(table) if table.id.is_empty() => {
                let mut table = table.clone();
                table.rows.retain(|row| takes(&row.id));
                (!table.rows.is_empty()).then_some(Block::Table(table))
            }
            Block::Table(table) => takes(&table.id).then(|| block.clone()),
            Block::Checklist(list) => takes(&list.id).then(|| block.clone()),
            Block::Plan(plan) => takes(&plan.id).then(|| block.clone()),
            Block::Prose(prose) => takes(&prose.id).then(|| block.clone()),
        };
        let blocks: Vec<Block> = topic.blocks.iter().filter_map(block).collect();
        let topics: Vec<Topic> = topic.topics.iter().filter_map(|inner| self.part_of(inner, chosen)).collect();
        let aside = topic.aside.iter().filter(|card| chosen.takes(self, topic, item_of(&card.key))).cloned().collect();
        let part = Topic { blocks, aside, topics, ..topic.without_blocks() };
        (!part.blocks.is_empty() || !part.topics.is_empty()).then_some(part)
    }
}

impl Topic {
    fn without_blocks(&self) -> Self {
        Self {
            id: self.id.clone(),
            title: self.title.clone(),
            deck: self.deck.clone(),
            color: self.color,
            blocks: Vec::new(),
            aside: Vec::new(),
            topics: Vec::new(),
            span: self.span,
        }
    }
}

impl Extract {
    /// Reports that it is empty.
    #[must_use]
    pub fn nothing(&self) -> Diagnostic {
        let place = self.chosen.only.as_ref().or(self.chosen.except.as_ref()).map_or(self.span, |chosen| chosen.span);
        Diagnostic::error(Code::EMPTY_OUTPUT, place, format!("nothing is left for `{}`", self.name))
            .label("no item is chosen")
            .help("choose something that is there, or leave this output out")
    }
}

impl Project {
    /// The instances of outputs, each with its output's name.
    #[must_use]
    pub fn instances(&self) -> Vec<(&'static str, &str)> {
        let csvs = self.csvs.iter().map(|one| ("csv", one.name.as_str()));
        let handouts = self.handouts.iter().map(|one| ("handout", one.name.as_str()));
        csvs.chain(handouts).chain(self.sheets.iter().map(|one| ("sheet", one.name.as_str()))).collect()
    }

    /// Drops the instances of outputs that are neither in `named` nor of an output in `whole`.
    pub fn keep_instances(&mut self, whole: &[&str], named: &[String]) {
        let keeps = |output: &str, name: &String| whole.contains(&output) || named.contains(name);
        self.csvs.retain(|one| keeps("csv", &one.name));
        self.handouts.retain(|one| keeps("handout", &one.name));
        self.sheets.retain(|one| keeps("sheet", &one.name));
    }
}
