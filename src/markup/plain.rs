//! AST → plain text, for spreadsheets, titles and alternative texts.

use super::ast::{Block, Document, Inline, List};

/// Writes a document; blocks stand on lines of their own.
#[must_use]
pub fn document(document: &Document) -> String {
    let mut out = String::new();
    blocks(&document.blocks, 0, &mut out);
    out.truncate(out.trim_end().len());
    out
}

/// Writes running text on one line.
#[must_use]
pub fn inline(content: &[Inline]) -> String {
    let mut out = String::new();
    inlines(content, &mut out);
    out
}

fn blocks(all: &[Block], indent: usize, out: &mut String) {
    for block in all {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => {
                inlines(content, out);
                out.push('\n');
            }
            Block::Quote(content) => blocks(content, indent, out),
            Block::List(list) => self::list(list, indent, out),
            Block::Code(code) => {
                out.push_str(&code.text);
                out.push('\n');
            }
            Block::Math(math) => {
                out.push_str(&math.tex);
                out.push('\n');
            }
            Block::Table(table) => {
                for row in std::iter::once(&table.head).chain(&table.rows) {
                    let cells: Vec<String> = row.iter().map(|cell| inline(cell)).collect();
                    out.push_str(cells.join(" | ").trim());
                    out.push('\n');
                }
            }
            Block::Rule => {}
        }
    }
}

fn list(list: &List, indent: usize, out: &mut String) {
    for (number, item) in (list.start.unwrap_or(0)..).zip(&list.items) {
        out.push_str(&"  ".repeat(indent));
        match (item.task, list.start) {
            (Some(true), _) => out.push_str("[x] "),
            (Some(false), _) => out.push_str("[ ] "),
            (None, Some(_)) => out.push_str(&[&number.to_string(), ". "].concat()),
            (None, None) => out.push_str("- "),
        }
        blocks(&item.blocks, indent + 1, out);
    }
}

fn inlines(content: &[Inline], out: &mut String) {
    for node in content {
        match node {
            Inline::Text { text, .. } | Inline::Code { text, .. } => out.push_str(text),
            Inline::Math(math) | Inline::DisplayMath(math) => out.push_str(&math.tex),
            Inline::SoftBreak | Inline::HardBreak => out.push(' '),
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strikethrough(content)
            | Inline::Link { content, .. }
            | Inline::Reference { content, .. } => inlines(content, out),
            Inline::Image(image) => out.push_str(&image.alt),
            Inline::Cloze(cloze) => inlines(&cloze.answer, out),
        }
    }
}
