//! Every node of running text in a document, in reading order.

use super::ast::{Block, Document, Inline};

/// Shows each inline node to `visit`, outer ones before those within them.
pub fn inlines<'a>(document: &'a Document, visit: &mut impl FnMut(&'a Inline)) {
    blocks(&document.blocks, visit);
}

/// The names of the pictures in `document`, in reading order.
#[must_use]
pub fn image_names(document: &Document) -> Vec<&str> {
    let mut names = Vec::new();
    inlines(document, &mut |node| {
        if let Inline::Image(image) = node {
            names.push(image.name.as_str());
        }
    });
    names
}

fn blocks<'a>(all: &'a [Block], visit: &mut impl FnMut(&'a Inline)) {
    for block in all {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => nodes(content, visit),
            Block::Quote(content) => blocks(content, visit),
            Block::List(list) => list.items.iter().for_each(|item| blocks(&item.blocks, visit)),
            Block::Table(table) => {
                let cells = table.head.iter().chain(table.rows.iter().flatten());
                cells.for_each(|cell| nodes(cell, visit));
            }
            Block::Code(_) | Block::Math(_) | Block::Rule => {}
        }
    }
}

fn nodes<'a>(content: &'a [Inline], visit: &mut impl FnMut(&'a Inline)) {
    for node in content {
        visit(node);
        match node {
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strikethrough(content)
            | Inline::Link { content, .. }
            | Inline::Reference { content, .. } => nodes(content, visit),
            Inline::Cloze(cloze) => nodes(&cloze.answer, visit),
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
