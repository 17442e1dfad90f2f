//! What determines the heights of a sheet's bars and boxes: a shape for each piece, in the order of
//! [`source::write`](super::source::write).

use std::rc::Rc;

use super::boxes::{Content, Divided, Entry, Group, Panel, Said, columns, divided, tally};
use super::estimate::{BOX_BOTTOM, Setter, Shape};
use crate::deck::Week;
use crate::markup::{Block, Inline};
use crate::words::Words;

/// A piece.
pub(super) struct Outline {
    /// What it is made of.
    pub(super) shape: Shape,
    /// What is repeated above it if it opens a column, besides its title.
    pub(super) head: Rc<Shape>,
}

/// The pieces of the groups.
pub(super) fn outlines(groups: &[Group], words: &Words, setter: Setter) -> Vec<Outline> {
    let mut outlines = Vec::new();
    for group in groups {
        outlines.push(Outline {
            shape: Setter::bar(&group.topic.title, &tally(group, words)),
            head: Rc::default(),
        });
        for panel in &group.boxes {
            let (head, shapes) = shapes(panel, setter);
            let head = Rc::new(head);
            outlines.extend(shapes.into_iter().map(|shape| Outline { shape, head: Rc::clone(&head) }));
        }
    }
    outlines
}

/// What a box repeats besides its title, and what its parts are made of.
fn shapes(item: &Panel, setter: Setter) -> (Shape, Vec<Shape>) {
    let mut repeated = Shape::default();
    let mut shapes = match &item.content {
        Content::Entry { mark, title, formulas, body } => {
            let Divided { lead, items, tail } = divided(body);
            let mut first = Setter::title(mark, title);
            for formula in formulas {
                first.push(Setter::named(formula));
            }
            first.push(setter.run(lead, 0.0));
            let is_bare = lead.is_empty() && formulas.is_empty();
            if !items.is_empty() && !is_bare {
                first.space(setter.between_items());
            }
            let items = items.iter().map(|item| setter.item(&item.blocks));
            let mut shapes = under(first, setter.between_items(), items);
            if let Some(last) = shapes.last_mut() {
                last.push(setter.run(tail, 0.62));
            }
            shapes
        }
        Content::Shared { section, entries, .. } => {
            let text = Inline::text(*section, item.span);
            let title =
                if section.is_empty() { Shape::default() } else { Setter::title("", std::slice::from_ref(&text)) };
            let captioned = entries.iter().any(|entry| !entry.caption.is_empty());
            let entry = |entry: &Entry| {
                let mut shape = Shape::default();
                if !entry.caption.is_empty() {
                    shape.push(Setter::line(entry.caption, 0.94));
                    shape.space(0.45);
                }
                shape.push(match &entry.body {
                    Said::Text(body) => setter.item(&body.blocks),
                    Said::Formula(formula) => Setter::named(formula),
                });
                shape
            };
            under(title, if captioned { 0.66 } else { 0.55 }, entries.iter().map(entry))
        }
        Content::Table(table, rows) => {
            let columns = columns(table, rows).into();
            let (head, rows) = setter.rows(&table.columns, &columns, rows.iter().map(|row| &row.cells));
            let mut first = Setter::title("", &table.title);
            first.push(head.clone());
            repeated = head;
            under(first, 0.0, rows.into_iter())
        }
        Content::Checklist(list) => {
            let items = list.items.iter().map(|item| setter.item(&item.text.blocks));
            under(Setter::title("", &list.title), 0.5, items)
        }
        Content::Plan(plan) => {
            let weeks = plan.weeks.iter().map(|one| week(one, setter));
            under(Setter::title("", &plan.title), 0.62, weeks)
        }
    };
    if let Some(last) = shapes.last_mut() {
        last.space(BOX_BOTTOM);
    }
    (repeated, shapes)
}

/// The shapes with a distance between them, the first of them below `first`.
fn under(first: Shape, between: f64, shapes: impl Iterator<Item = Shape>) -> Vec<Shape> {
    let mut all = vec![first];
    for (index, shape) in shapes.enumerate() {
        if let Some(above) = all.last_mut() {
            if index == 0 {
                above.push(shape);
                continue;
            }
            above.space(between);
        }
        all.push(shape);
    }
    all
}

fn week(week: &Week, setter: Setter) -> Shape {
    let mut shape = Setter::line(&week.focus, 1.0);
    shape.space(0.45);
    let daily: Vec<Block> = week.daily.iter().flat_map(|one| &one.blocks).cloned().collect();
    shape.push(setter.item(&daily));
    for goal in &week.goals {
        shape.space(setter.between_items());
        shape.push(setter.item(&goal.blocks));
    }
    // A box to tick for each day.
    shape.space(0.5 + 1.06);
    shape
}
