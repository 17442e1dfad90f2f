//! The order in which learners meet new cards: that of the study plan, or else of the sources; and
//! the tags that find what a plan has for a day.

use std::collections::BTreeMap;

use crate::deck::{Block, Deck, Plan, Sitting, item_of};

/// What a deck's first plan says of its items.
pub(super) struct Order<'d> {
    namespace: &'d str,
    /// When each item is studied, by its id: a position in the plan, and the tags of its days or weeks.
    planned: BTreeMap<&'d str, (usize, Vec<String>)>,
}

impl<'d> Order<'d> {
    /// The order of the first plan of `deck`; without one, nothing is planned.
    pub(super) fn of(deck: &'d Deck) -> Self {
        let mut order = Self {
            namespace: &deck.project.id,
            planned: BTreeMap::new(),
        };
        if let Some(plan) = plan(deck) {
            order.add(plan);
        }
        order
    }

    fn add(&mut self, plan: &'d Plan) {
        for sitting in &plan.sittings {
            let tag = tag(self.namespace, plan, sitting);
            for id in &sitting.ids {
                let position = self.planned.len();
                let (_, tags) = self.planned.entry(id).or_insert_with(|| (position, Vec::new()));
                tags.push(tag.clone());
            }
        }
    }

    /// The tags of the note with this key.
    pub(super) fn tags(&self, key: &str) -> &[String] {
        self.planned.get(item_of(key)).map_or(&[], |(_, tags)| tags.as_slice())
    }

    /// The positions of notes among new cards, from 1. `notes` has each note's key and its topic. A note that isn't in the
    /// plan comes after all that its topic has before it, and a topic that isn't in the plan comes last.
    pub(super) fn positions<'k>(&self, notes: impl Iterator<Item = (&'k str, &'k str)>) -> Vec<u32> {
        let mut latest: BTreeMap<&str, usize> = BTreeMap::new();
        // Notes of the parts of an item come after the note of the item.
        let mut items: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut ranks, mut owners): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for (key, topic) in notes {
            owners.push(*items.entry(item_of(key)).or_insert(ranks.len()));
            let own = self.planned.get(item_of(key)).map(|(position, _)| *position);
            if let Some(own) = own {
                let known = latest.entry(topic).or_insert(own);
                *known = own.max(*known);
            }
            ranks.push(own.or_else(|| latest.get(topic).copied()).unwrap_or(usize::MAX));
        }
        let mut order: Vec<usize> = (0..ranks.len()).collect();
        order.sort_by_key(|at| (ranks[*at], owners[*at]));
        let mut positions = vec![0; ranks.len()];
        for (position, at) in (1..).zip(order) {
            positions[at] = position;
        }
        positions
    }
}

/// The tag of what a plan has for a day or a week.
pub(super) fn tag(namespace: &str, plan: &Plan, sitting: &Sitting) -> String {
    match sitting.day {
        Some(day) => {
            // Tags sort as text.
            let width = plan.days.to_string().len();
            format!("{namespace}::plan::day-{day:0width$}")
        }
        None => format!("{namespace}::plan::week-{}", sitting.week),
    }
}

/// The first plan of a deck.
pub(super) fn plan(deck: &Deck) -> Option<&Plan> {
    deck.all_topics().into_iter().flat_map(|topic| &topic.blocks).find_map(|block| match block {
        Block::Plan(plan) => Some(plan),
        Block::Note(_) | Block::Table(_) | Block::Checklist(_) | Block::Prose(_) => None,
    })
}
