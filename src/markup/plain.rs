//! AST → plain text, for spreadsheets, titles and alternative texts.

use super::ast::{Block, Document, Inline, List};

/// Writes a document, with each block on lines of its own.
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
            Block::Alert(alert) => {
                inlines(&alert.title, out);
                out.push('\n');
                blocks(&alert.blocks, indent, out);
            }
            Block::Footnotes(notes) => {
                for (number, note) in (1..).zip(notes) {
                    out.push_str(&[&footnote(number), " "].concat());
                    blocks(note, indent, out);
                }
            }
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
        if item.blocks.is_empty() {
            out.push('\n');
        }
    }
}

fn inlines(content: &[Inline], out: &mut String) {
    for node in content {
        match node {
            Inline::Text { text, .. } | Inline::Code { text, .. } => out.push_str(text),
            Inline::Math(math) | Inline::DisplayMath(math) => out.push_str(&math.tex),
            Inline::SoftBreak | Inline::HardBreak => out.push(' '),
            // Superscript and subscript characters keep the meaning where there is no markup.
            Inline::Superscript(content) => out.push_str(&raised(&inline(content))),
            Inline::Subscript(content) => out.push_str(&lowered(&inline(content))),
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strikethrough(content)
            | Inline::Highlight(content)
            | Inline::Link { content, .. }
            | Inline::Reference { content, .. } => inlines(content, out),
            Inline::Ruby { base, reading, .. } => out.push_str(&[base, "(", reading, ")"].concat()),
            Inline::Footnote { number, .. } => out.push_str(&footnote(*number)),
            Inline::Image(image) => out.push_str(&image.alt),
            Inline::Recording(recording) if recording.label.is_empty() => out.push_str(&recording.name),
            Inline::Recording(recording) => out.push_str(&recording.label),
            Inline::Cloze(cloze) => inlines(&cloze.answer, out),
        }
    }
}

/// The mark of a footnote.
fn footnote(number: usize) -> String {
    format!("[{number}]")
}

/// `text` in superscript if Unicode has all of it, otherwise after `^`.
fn raised(text: &str) -> String {
    mapped(text, "0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ").unwrap_or_else(|| format!("^{text}"))
}

/// `text` in subscript if Unicode has all of it, otherwise after `_`.
fn lowered(text: &str) -> String {
    mapped(text, "0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎").unwrap_or_else(|| format!("_{text}"))
}

fn mapped(text: &str, from: &str, to: &str) -> Option<String> {
    text.chars().map(|c| from.chars().zip(to.chars()).find(|(plain, _)| *plain == c).map(|(_, c)| c)).collect()
}
