//! AST → GitHub-flavoured Markdown. The author's characters come back unchanged, and backslashes
//! appear only where they are needed, because people read a handout in an editor as often as in a
//! browser. Raw HTML appears only where Markdown has no syntax of its own.

mod escape;
mod inlines;
mod place;
#[cfg(test)]
mod tests;

use super::alert;
use super::ast::{Alert, Align, Block, CodeBlock, Document, Inline, List, Table};
use escape::escape;
use inlines::{formula_apart, inlines, linked, span_of_code};
use place::{Place, Shape};

/// How a text is written.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Where to find the item with this id; `None` leaves only the words.
    pub links: &'a dyn Fn(&str) -> Option<String>,
    /// The level of the heading above the text; the text's own headings begin below it.
    pub level: u8,
}

/// Writes a document, without a line break at its end.
#[must_use]
pub fn document(document: &Document, options: &Options) -> String {
    blocks(&document.blocks, options)
}

/// Writes running text on one line, as for a heading or a link.
#[must_use]
pub fn inline(content: &[Inline], options: &Options) -> String {
    let place = Place { shape: Shape::Line, ..Place::new(options, content) };
    inlines(content, place, (' ', '\n'))
}

/// Writes a document as the cell of a table: on one line, its blocks flattened.
#[must_use]
pub fn cell(document: &Document, options: &Options) -> String {
    let mut lines = Vec::new();
    flatten(&document.blocks, 0, options, &mut lines);
    lines.join("<br>")
}

/// Writes the rows of a table, whose cells are already Markdown; the first row is the head.
#[must_use]
pub fn table(align: &[Align], rows: &[Vec<String>]) -> String {
    let marks = align.iter().map(|align| match align {
        Align::None => "---",
        Align::Left => ":--",
        Align::Center => ":-:",
        Align::Right => "--:",
    });
    let rule = marks.collect::<Vec<_>>().join(" | ");
    let mut lines: Vec<String> = rows.iter().map(|cells| format!("| {} |", cells.join(" | "))).collect();
    lines.insert(lines.len().min(1), format!("| {rule} |"));
    lines.join("\n")
}

/// Writes plain characters.
#[must_use]
pub fn text(text: &str) -> String {
    let options = Options { links: &|_| None, level: 0 };
    let place = Place { shape: Shape::Line, ..Place::new(&options, &[]) };
    let mut out = String::new();
    escape(text, place, (' ', '\n'), &mut out);
    out
}

/// Writes an internal link with these words, dropping any links within them.
#[must_use]
pub fn link(url: &str, content: &[Inline]) -> String {
    let options = Options { links: &|_| None, level: 0 };
    let place = Place {
        shape: Shape::Line,
        ..Place::new(&options, content)
    };
    let mut out = String::new();
    linked(url, content, place, &mut out);
    out
}

/// Puts `first` before `body` and indents the other lines to match.
#[must_use]
pub fn indented(first: &str, body: &str) -> String {
    let margin = " ".repeat(first.chars().count());
    prefixed(first, &margin, body)
}

fn prefixed(first: &str, margin: &str, body: &str) -> String {
    let mut out = String::from(first);
    for (number, line) in body.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
            out.push_str(if line.is_empty() { margin.trim_end() } else { margin });
        }
        out.push_str(line);
    }
    out.truncate(out.trim_end().len());
    out
}

fn blocks(all: &[Block], options: &Options) -> String {
    let mut out = String::new();
    let mut marker_changes = false;
    for (number, block) in all.iter().enumerate() {
        if number > 0 {
            out.push_str("\n\n");
        }
        // Two adjacent lists are one list, unless their markers differ.
        let before = number.checked_sub(1).map(|before| &all[before]);
        marker_changes = !marker_changes && are_lists_of_a_kind(before, block);
        out.push_str(&self::block(block, marker_changes, options));
    }
    out
}

fn are_lists_of_a_kind(before: Option<&Block>, block: &Block) -> bool {
    match (before, block) {
        (Some(Block::List(before)), Block::List(list)) => before.start.is_some() == list.start.is_some(),
        _ => false,
    }
}

fn block(block: &Block, marker_changes: bool, options: &Options) -> String {
    match block {
        Block::Paragraph(content) => paragraph(content, options),
        Block::Heading { level, content } => {
            let level = usize::from(level + options.level).min(6);
            format!("{} {}", "#".repeat(level), inline(content, options))
        }
        Block::Quote(content) => prefixed("> ", "> ", &blocks(content, options)),
        Block::List(list) => self::list(list, marker_changes, options),
        Block::Code(code) => self::code(code),
        Block::Math(math) => formula_apart(math),
        Block::Table(table) => self::grid(table, options),
        Block::Alert(alert) => self::alert(alert, options),
        Block::Footnotes(notes) => {
            let notes = (1..).zip(notes).map(|(number, note)| format!("<sup>{number}</sup> {}", blocks(note, options)));
            notes.collect::<Vec<_>>().join("\n\n")
        }
        // Not `---`, which under a line of text would make it a heading.
        Block::Rule => "___".to_owned(),
    }
}

/// GitHub gives an alert its own title, in English; the author's title goes below it.
fn alert(alert: &Alert, options: &Options) -> String {
    let mut parts = Vec::new();
    if alert.titled {
        parts.push(paragraph(&[Inline::Strong(alert.title.clone())], options));
    }
    parts.push(blocks(&alert.blocks, options));
    parts.retain(|part| !part.is_empty());
    prefixed("> ", "> ", &format!("{}\n{}", alert::mark(alert.kind), parts.join("\n\n")))
}

/// A formula on a line of its own becomes a block: GitHub doesn't always
/// recognise it in the middle of a paragraph.
fn paragraph(content: &[Inline], options: &Options) -> String {
    let place = Place::new(options, content);
    let mut parts = Vec::new();
    for stretch in content.split_inclusive(|node| matches!(node, Inline::DisplayMath(_))) {
        let (text, math) = match stretch {
            [text @ .., Inline::DisplayMath(math)] => (text, Some(math)),
            text => (text, None),
        };
        let text = inlines(text, place, ('\n', '\n')).trim().to_owned();
        parts.extend((!text.is_empty()).then_some(text));
        parts.extend(math.map(|math| formula_apart(math)));
    }
    parts.join("\n\n")
}

fn list(list: &List, marker_changes: bool, options: &Options) -> String {
    let mut out = String::new();
    for (number, item) in (list.start.unwrap_or(0)..).zip(&list.items) {
        if !out.is_empty() {
            out.push_str(if list.tight { "\n" } else { "\n\n" });
        }
        let marker = match (list.start, marker_changes) {
            (None, false) => "- ".to_owned(),
            (None, true) => "* ".to_owned(),
            (Some(_), false) => format!("{number}. "),
            (Some(_), true) => format!("{number}) "),
        };
        let task = match item.task {
            Some(true) => "[x] ",
            Some(false) => "[ ] ",
            None => "",
        };
        let body = if list.tight { close_together(&item.blocks, options) } else { blocks(&item.blocks, options) };
        out.push_str(&indented(&marker, &format!("{task}{body}")));
    }
    out
}

/// The blocks of an item, without blank lines where none are needed.
fn close_together(all: &[Block], options: &Options) -> String {
    match all {
        [Block::Paragraph(_), Block::List(List { start: None | Some(1), .. }) | Block::Code(_)] => {
            let parts: Vec<String> = all.iter().map(|block| self::block(block, false, options)).collect();
            parts.join("\n")
        }
        all => blocks(all, options),
    }
}

fn code(code: &CodeBlock) -> String {
    let fence = "`".repeat((longest_run(&code.text) + 1).max(3));
    let lang = code.lang.replace('`', "");
    format!("{fence}{lang}\n{}\n{fence}", code.text)
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn grid(table: &Table, options: &Options) -> String {
    let rows = std::iter::once(&table.head).chain(&table.rows);
    let rows: Vec<Vec<String>> =
        rows.map(|row| row.iter().map(|content| cell_inline(content, options)).collect()).collect();
    self::table(&table.align, &rows)
}

fn cell_inline(content: &[Inline], options: &Options) -> String {
    let place = Place { shape: Shape::Cell, ..Place::new(options, content) };
    inlines(content, place, (' ', '\n')).trim().to_owned()
}

/// The lines of a cell.
fn flatten(all: &[Block], depth: usize, options: &Options, lines: &mut Vec<String>) {
    let margin = "&nbsp;".repeat(2 * depth);
    for block in all {
        match block {
            Block::Paragraph(content) => lines.push(format!("{margin}{}", cell_inline(content, options))),
            Block::Heading { content, .. } => {
                let strong = [Inline::Strong(content.clone())];
                lines.push(format!("{margin}{}", cell_inline(&strong, options)));
            }
            Block::Quote(content) => flatten(content, depth + 1, options, lines),
            Block::Alert(alert) => {
                let title = [Inline::Strong(alert.title.clone())];
                lines.push(format!("{margin}{}", cell_inline(&title, options)));
                flatten(&alert.blocks, depth + 1, options, lines);
            }
            Block::Footnotes(notes) => {
                for (number, note) in (1..).zip(notes) {
                    let mut of_note = Vec::new();
                    flatten(note, depth, options, &mut of_note);
                    if let Some(first) = of_note.first_mut() {
                        *first = format!("<sup>{number}</sup> {first}");
                    }
                    lines.append(&mut of_note);
                }
            }
            Block::List(list) => flatten_list(list, depth, options, lines),
            Block::Code(code) => {
                let code = code.text.lines().map(|line| cell_code(line, &margin));
                lines.extend(code);
            }
            Block::Math(math) => {
                let content = [Inline::Math(Box::new(math.clone()))];
                lines.push(format!("{margin}{}", cell_inline(&content, options)));
            }
            Block::Table(table) => {
                for row in std::iter::once(&table.head).chain(&table.rows) {
                    let cells: Vec<String> = row.iter().map(|content| cell_inline(content, options)).collect();
                    lines.push(format!("{margin}{}", cells.join(" · ")));
                }
            }
            Block::Rule => lines.push("—".to_owned()),
        }
    }
}

fn flatten_list(list: &List, depth: usize, options: &Options, lines: &mut Vec<String>) {
    for (number, item) in (list.start.unwrap_or(0)..).zip(&list.items) {
        let mark = match (item.task, list.start) {
            (Some(true), _) => "☑".to_owned(),
            (Some(false), _) => "☐".to_owned(),
            (None, Some(_)) => format!("{number}."),
            (None, None) => "•".to_owned(),
        };
        let mut of_item = Vec::new();
        flatten(&item.blocks, 0, options, &mut of_item);
        for (at, line) in of_item.iter().enumerate() {
            let margin = "&nbsp;".repeat(2 * depth + if at == 0 { 0 } else { 2 });
            let mark = if at == 0 { format!("{mark} ") } else { String::new() };
            lines.push(format!("{margin}{mark}{line}"));
        }
    }
}

fn cell_code(line: &str, margin: &str) -> String {
    let code = line.trim_start();
    let margin = format!("{margin}{}", "&nbsp;".repeat(line.len() - code.len()));
    let mut out = margin;
    span_of_code(code, true, &mut out);
    out
}
