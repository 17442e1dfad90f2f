//! What Markdown would silently drop: definitions that nothing uses, cells beyond the last
//! column, footnotes without a reference.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::Tag;

use super::Reader;
use crate::diag::{Code, Diagnostic};
use crate::markup::ast::Block;

/// What was read of a text.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The places of what is shown, in order.
    shown: Vec<Range<usize>>,
    /// Labels of the definitions that links use.
    labels: BTreeSet<String>,
    /// Labels of footnotes, in the order of their numbers.
    footnotes: Vec<String>,
    /// Footnotes by label.
    definitions: BTreeMap<String, (Vec<Block>, Range<usize>)>,
}

impl Seen {
    pub(super) fn leaf(&mut self, tag: &Tag<'_>, range: &Range<usize>) {
        let leaf =
            matches!(tag, Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) | Tag::Table(_) | Tag::HtmlBlock);
        if leaf {
            self.shown.push(range.clone());
        }
    }

    pub(super) fn loose(&mut self, range: &Range<usize>) {
        match self.shown.last_mut() {
            Some(last) if last.start <= range.start && range.start <= last.end + 1 => {
                last.end = last.end.max(range.end);
            }
            _ => self.shown.push(range.clone()),
        }
    }

    pub(super) fn label(&mut self, label: &str) {
        if !label.is_empty() {
            self.labels.insert(folded(label));
        }
    }

    /// The number of the footnote called `label`.
    pub(super) fn footnote(&mut self, label: &str) -> usize {
        let label = folded(label);
        let known = self.footnotes.iter().position(|known| *known == label);
        known.unwrap_or_else(|| {
            self.footnotes.push(label);
            self.footnotes.len() - 1
        }) + 1
    }

    fn is_shown(&self, at: usize) -> bool {
        let index = self.shown.partition_point(|range| range.start <= at);
        // Leaves come one after another, but lists extend over those within them.
        self.shown[..index].iter().rev().take(8).any(|range| at < range.end)
    }
}

/// Labels are compared case-insensitively, with any white space in them as one space.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Reader<'_, '_> {
    pub(super) fn define_footnote(&mut self, label: &str, blocks: Vec<Block>, range: &Range<usize>) {
        let key = folded(label);
        if let Some((_, first)) = self.seen.definitions.get(&key) {
            let diagnostic =
                Diagnostic::error(Code::UNUSED_DEFINITION, self.first_line(range), "this footnote is defined twice")
                    .label(format!("second definition of `{label}`"))
                    .also(self.first_line(first), "first definition")
                    .help("give one of them a different label, and refer to it");
            self.diagnostics.push(diagnostic);
            return;
        }
        self.seen.definitions.insert(key, (blocks, range.clone()));
    }

    /// The footnotes that the text refers to, by number.
    pub(super) fn footnotes(&mut self) -> Option<Block> {
        let labels = std::mem::take(&mut self.seen.footnotes);
        let mut definitions = std::mem::take(&mut self.seen.definitions);
        let notes: Vec<Vec<Block>> =
            labels.iter().filter_map(|label| definitions.remove(label)).map(|(blocks, _)| blocks).collect();
        for (label, (_, range)) in definitions {
            let place = self.first_line(&range);
            let diagnostic = Diagnostic::error(Code::UNUSED_DEFINITION, place, "this footnote is never used")
                .label("no output would show it")
                .help(format!("write `[^{label}]` where it belongs, or remove the footnote"));
            self.diagnostics.push(diagnostic);
        }
        (!notes.is_empty()).then_some(Block::Footnotes(notes))
    }

    fn first_line(&self, range: &Range<usize>) -> crate::source::Span {
        let slice = self.text.get(range.clone()).unwrap_or("");
        let length = slice.trim_end().lines().next().unwrap_or("").len();
        self.map.span(range.start..range.start + length)
    }

    /// Reports the lines that pulldown-cmark took for link definitions but that no link
    /// uses, so that it shows them nowhere.
    pub(super) fn lost(&mut self) {
        if !self.text.contains("]:") {
            return;
        }
        let mut known: Vec<(Range<usize>, bool)> = Vec::new();
        for (label, definition) in self.events.reference_definitions().iter() {
            known.push((definition.span.clone(), self.seen.labels.contains(&folded(label))));
        }
        known.sort_by_key(|(range, _)| range.start);
        let mut lost: Vec<Range<usize>> =
            known.iter().filter(|(_, used)| !used).map(|(range, _)| range.clone()).collect();
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let text = line.trim_start_matches([' ', '>', '\t']).trim_end();
            let start = at + line.len() - line.trim_start_matches([' ', '>', '\t']).len();
            at += line.len();
            let defines = text.starts_with('[') && text.contains("]:") && !text.starts_with("[^");
            let index = known.partition_point(|(range, _)| range.start <= start);
            let is_known = index.checked_sub(1).is_some_and(|before| start < known[before].0.end);
            if defines && !is_known && !self.seen.is_shown(start) {
                lost.push(start..start + text.len());
            }
        }
        lost.sort_by_key(|range| range.start);
        for range in lost {
            self.unused_definition(&range);
        }
    }

    fn unused_definition(&mut self, range: &Range<usize>) {
        let slice = self.text.get(range.clone()).unwrap_or("");
        let url = slice.split_once("]:").is_some_and(|(_, url)| url.contains("://"));
        let place = self.first_line(range);
        let diagnostic = Diagnostic::error(Code::UNUSED_DEFINITION, place, "no output would show this line")
            .label("Markdown reads it as a link definition, and no link uses it")
            .help("if it is text, write `\\[` for the bracket; if not, remove the line");
        let edit = self.map.edit(range.start..range.start + 1, "\\[");
        self.diagnostics.push(match edit {
            Some((span, text)) => diagnostic.edit(span, text, !url),
            None => diagnostic,
        });
    }

    /// Reports `[^1]` if it has no text of its own.
    pub(super) fn look_for_lost_footnote(&mut self, range: &Range<usize>) {
        let text = self.text;
        for (at, _) in text[range.clone()].match_indices('^') {
            let start = range.start + at;
            let Some(rest) = text.get(start + 1..) else { return };
            let length = rest.bytes().take_while(u8::is_ascii_digit).count();
            let is_reference = text[..start].ends_with('[') && length > 0 && rest[length..].starts_with(']');
            if is_reference && !self.is_escaped(start - 1) {
                let label = &rest[..length];
                let place = self.map.span(start - 1..start + length + 2);
                let diagnostic = Diagnostic::warning(
                    Code::UNKNOWN_FOOTNOTE,
                    place,
                    format!("the footnote `{label}` is not defined"),
                )
                .label("shown literally")
                .help(format!(
                    "start a paragraph of this text with `[^{label}]: `, or write `\\[` for a literal bracket"
                ));
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// Reports cells of a row beyond the table's columns.
    pub(super) fn surplus_cells(&mut self, range: &Range<usize>, columns: usize) {
        let Some(row) = self.text.get(range.clone()) else { return };
        let row = row.trim_end();
        let body = row.trim_start_matches([' ', '>', '\t']);
        let mut at = row.len() - body.len();
        at += usize::from(body.starts_with('|'));
        let (mut cells, mut start, mut surplus) = (0, at, None);
        let mut escaped = false;
        for (offset, c) in row[at..].char_indices() {
            let place = at + offset;
            if c == '|' && !escaped {
                cells += 1;
                start = place + 1;
                if cells == columns {
                    surplus = Some(start);
                }
            }
            escaped = c == '\\' && !escaped;
        }
        cells += usize::from(start < row.len());
        let Some(surplus) =
            surplus.filter(|surplus| row[*surplus..].contains(|c: char| c != '|' && !c.is_whitespace()))
        else {
            return;
        };
        let place = self.map.span(range.start + surplus..range.start + row.len());
        let message = format!("this row has {cells} cells, but the table has {columns} columns");
        let diagnostic = Diagnostic::error(Code::ROW_LENGTH, place, message)
            .label("no output would show these")
            .help("write `\\|` for a `|` inside a cell, even in code and formulas; otherwise add columns to the table");
        self.diagnostics.push(diagnostic);
    }
}
