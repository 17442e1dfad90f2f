//! A place in a source, and the lines around it.

use crate::source::{FileId, Span, offset};

pub(super) struct Place<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl Place<'_> {
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    /// The character at byte `at`.
    pub(super) fn one(&self, at: usize) -> Span {
        let length = self.text[at..].chars().next().map_or(0, char::len_utf8);
        self.span(at, at + length)
    }
}

/// Whether `text` has the form of the format's keys.
pub(super) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
}

/// A line of the source without its break, and where its value begins.
pub(super) struct Line<'t> {
    pub(super) start: usize,
    pub(super) text: &'t str,
    pub(super) indent: usize,
    /// Byte in the source where the value after the first `: ` or `- ` begins.
    pub(super) value: usize,
}

impl<'t> Line<'t> {
    pub(super) fn around(text: &'t str, at: usize) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let line = text[start..end].trim_end_matches('\r');
        let indent = line.len() - line.trim_start_matches(' ').len();
        let dash = if line[indent..].starts_with("- ") { 2 } else { 0 };
        let value = line[indent + dash..].find(": ").map_or(indent + dash, |colon| indent + dash + colon + 2);
        Self { start, text: line, indent, value: start + value }
    }

    /// Where the text of the line ends; in a blank one, where it would begin.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.trim_end().len().max(self.indent)
    }

    /// The line after this one.
    pub(super) fn next(&self, text: &'t str) -> Option<Self> {
        text[self.start..].find('\n').map(|at| Self::around(text, self.start + at + 1))
    }

    /// The line before this one.
    pub(super) fn above(&self, text: &'t str) -> Option<Self> {
        self.start.checked_sub(1).map(|at| Self::around(text, at))
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// What follows the indentation and the `- ` of an entry, and its column.
    pub(super) fn inner(&self) -> (&'t str, usize) {
        let rest = &self.text[self.indent..];
        match rest.strip_prefix("- ") {
            Some(inner) => (inner.trim_start_matches(' '), self.text.len() - inner.trim_start_matches(' ').len()),
            None => (rest, self.indent),
        }
    }

    /// Whether the line begins an entry of a list.
    pub(super) fn has_dash(&self) -> bool {
        let rest = &self.text[self.indent..];
        rest.starts_with("- ") || rest.trim_end() == "-"
    }

    /// The key that the line begins with, as `word: …` or `- word: …`, and its column.
    pub(super) fn key(&self) -> Option<(&'t str, usize)> {
        let (inner, column) = self.inner();
        let (key, value) = inner.split_once(':')?;
        let apart = value.is_empty() || value.starts_with([' ', '\t']);
        (apart && is_key(key)).then_some((key, column))
    }

    /// The same, if the format has such a key.
    pub(super) fn known_key(&self) -> Option<(&'t str, usize)> {
        self.key().filter(|(key, _)| super::KEYS.contains(key))
    }

    /// Whether a block of text begins below this line: `answer: |`.
    pub(super) fn opens_a_block(&self) -> bool {
        let (inner, _) = self.inner();
        let value = inner.split_once(": ").map_or("", |(_, value)| value.trim());
        let mut marks = value.split(" #").next().unwrap_or("").trim_end().chars();
        matches!(marks.next(), Some('|' | '>')) && marks.all(|c| matches!(c, '+' | '-' | '0'..='9'))
    }
}
