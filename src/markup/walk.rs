//! Every node of a document, in reading order.

use super::ast::{Block, Document, Image, Inline, Night, Recording};

/// Passes each inline node to `visit`, outer ones before those within them.
pub fn inlines<'a>(document: &'a Document, visit: &mut impl FnMut(&'a Inline)) {
    blocks(document, &mut |block| match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => nodes(content, visit),
        Block::Alert(alert) => nodes(&alert.title, visit),
        Block::Table(table) => {
            let cells = table.head.iter().chain(table.rows.iter().flatten());
            cells.for_each(|cell| nodes(cell, visit));
        }
        Block::Quote(_) | Block::List(_) | Block::Code(_) | Block::Math(_) | Block::Rule | Block::Footnotes(_) => {}
    });
}

/// Passes each block to `visit`, outer ones before those within them.
pub fn blocks<'a>(document: &'a Document, visit: &mut impl FnMut(&'a Block)) {
    all_blocks(&document.blocks, visit);
}

/// Removes the language of all code in `document`, so that nothing highlights it.
pub fn forget_languages(document: &mut Document) {
    fn forget(blocks: &mut [Block]) {
        for block in blocks {
            if let Block::Code(code) = block {
                code.lang.clear();
            }
            block.within_mut().into_iter().for_each(|within| forget(within));
        }
    }
    forget(&mut document.blocks);
}

/// The names of the pictures and recordings in `document`, in reading order.
#[must_use]
pub fn media_names(document: &Document) -> Vec<&str> {
    let mut names = Vec::new();
    inlines(document, &mut |node| {
        if let Inline::Image(Image { name, .. }) | Inline::Recording(Recording { name, .. }) = node {
            names.push(name.as_str());
        }
        if let Inline::Image(image) = node
            && let Some(Night::Other(name)) = image.night.as_deref()
        {
            names.push(name);
        }
    });
    names
}

/// Whether `document` shows nothing to a reader.
#[must_use]
pub fn shows_nothing(document: &Document) -> bool {
    let mut seen = false;
    blocks(document, &mut |block| {
        seen |= match block {
            Block::Code(code) => !code.text.trim().is_empty(),
            Block::Math(_) | Block::Rule => true,
            Block::Paragraph(_)
            | Block::Heading { .. }
            | Block::Quote(_)
            | Block::Alert(_)
            | Block::List(_)
            | Block::Table(_)
            | Block::Footnotes(_) => false,
        }
    });
    inlines(document, &mut |node| {
        seen |= match node {
            Inline::Text { text, .. } | Inline::Code { text, .. } => !text.trim().is_empty(),
            Inline::Math(_)
            | Inline::DisplayMath(_)
            | Inline::Ruby { .. }
            | Inline::Footnote { .. }
            | Inline::Image(_)
            | Inline::Recording(_) => true,
            Inline::SoftBreak
            | Inline::HardBreak
            | Inline::Strong(_)
            | Inline::Emphasis(_)
            | Inline::Strikethrough(_)
            | Inline::Superscript(_)
            | Inline::Subscript(_)
            | Inline::Highlight(_)
            | Inline::Link { .. }
            | Inline::Reference { .. }
            | Inline::Cloze(_) => false,
        }
    });
    !seen
}

fn all_blocks<'a>(all: &'a [Block], visit: &mut impl FnMut(&'a Block)) {
    for block in all {
        visit(block);
        match block {
            Block::Quote(content) => all_blocks(content, visit),
            Block::Alert(alert) => all_blocks(&alert.blocks, visit),
            Block::List(list) => list.items.iter().for_each(|item| all_blocks(&item.blocks, visit)),
            Block::Footnotes(notes) => notes.iter().for_each(|note| all_blocks(note, visit)),
            Block::Paragraph(_)
            | Block::Heading { .. }
            | Block::Code(_)
            | Block::Math(_)
            | Block::Table(_)
            | Block::Rule => {}
        }
    }
}

fn nodes<'a>(content: &'a [Inline], visit: &mut impl FnMut(&'a Inline)) {
    for node in content {
        visit(node);
        match node {
            Inline::Cloze(cloze) => {
                nodes(&cloze.answer, visit);
                nodes(&cloze.hint, visit);
            }
            node => nodes(node.content().unwrap_or_default(), visit),
        }
    }
}
