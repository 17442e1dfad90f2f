//! What the cards of a note follow from: the clozes and pictures in its text.

use std::collections::BTreeSet;

use crate::markup::{Block, Document, Inline};

/// The numbers of the clozes in `document`, nested ones included.
pub(super) fn cloze_numbers(document: &Document) -> BTreeSet<u16> {
    let mut numbers = BTreeSet::new();
    blocks(&document.blocks, &mut |node| {
        if let Inline::Cloze(cloze) = node {
            numbers.insert(cloze.number);
        }
    });
    numbers
}

/// The names of the pictures in `document`.
pub(super) fn image_names(document: &Document) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    blocks(&document.blocks, &mut |node| {
        if let Inline::Image(image) = node {
            names.insert(image.name.as_str());
        }
    });
    names
}

fn blocks<'a>(all: &'a [Block], visit: &mut impl FnMut(&'a Inline)) {
    for block in all {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => inlines(content, visit),
            Block::Quote(content) => blocks(content, visit),
            Block::List(list) => list.items.iter().for_each(|item| blocks(&item.blocks, visit)),
            Block::Table(table) => {
                let cells = table.head.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| inlines(cell, visit));
            }
            Block::Code(_) | Block::Math(_) | Block::Rule => {}
        }
    }
}

fn inlines<'a>(content: &'a [Inline], visit: &mut impl FnMut(&'a Inline)) {
    for node in content {
        visit(node);
        match node {
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strikethrough(content)
            | Inline::Link { content, .. }
            | Inline::Reference { content, .. } => inlines(content, visit),
            Inline::Cloze(cloze) => inlines(&cloze.answer, visit),
            Inline::Text { .. }
            | Inline::Code { .. }
            | Inline::Math(_)
            | Inline::DisplayMath(_)
            | Inline::SoftBreak
            | Inline::HardBreak
            | Inline::Image(_) => {}
        }
    }
}
