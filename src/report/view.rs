//! A window on a source: the lines that a message points at, with long ones cut around the place,
//! and the mapping from source offsets into it. It never holds more than a few hundred characters
//! per line, so that a message about a line of two million costs no more than any other.

use std::ops::Range;

use crate::source::{Source, Span, floor_char};

/// Lines longer than this are cut, to [`BEFORE`] and [`AFTER`] bytes around the place.
const LONG: usize = 400;
const BEFORE: usize = 60;
const AFTER: usize = 240;
/// Of spans with more lines than this, only the first line is shown.
const TALL: usize = 8;

/// Some lines of a source.
pub(super) struct View {
    /// What to show.
    pub(super) text: String,
    /// Number of its first line in the source.
    pub(super) first_line: usize,
    /// Whether its columns are those of the source.
    pub(super) columns_hold: bool,
    lines: Vec<Line>,
}

/// A line of a view.
struct Line {
    /// Where it starts in the source.
    start: usize,
    /// What the view keeps of it.
    kept: Range<usize>,
    /// Where that is in the view.
    at: usize,
}

impl View {
    /// The lines of `source` from the first to the last that `spans` touch.
    /// Long lines are cut around the first span that starts in them.
    pub(super) fn new(source: &Source, spans: &[Span]) -> Self {
        let mut view = Self {
            text: String::new(),
            first_line: spans.iter().map(|span| lines(source, *span).0).min().unwrap_or(1),
            columns_hold: true,
            lines: Vec::new(),
        };
        let last = spans.iter().map(|span| lines(source, *span).1).max().unwrap_or(1);
        for number in view.first_line..=last {
            view.push(source.text(), source.line(number), spans);
        }
        view
    }

    fn push(&mut self, text: &str, line: Range<usize>, spans: &[Span]) {
        let starts = spans.iter().map(|span| span.start as usize);
        let kept = if line.len() > LONG {
            let place = starts.into_iter().find(|start| (line.start..=line.end).contains(start));
            let place = place.unwrap_or(line.start);
            let start = floor_char(text, place.saturating_sub(BEFORE).max(line.start));
            start..floor_char(text, (place + AFTER).min(line.end))
        } else {
            line.clone()
        };
        if kept.start > line.start {
            self.text.push('…');
            self.columns_hold = false;
        }
        self.lines.push(Line {
            start: line.start,
            kept: kept.clone(),
            at: self.text.len(),
        });
        self.text.push_str(&text[kept.clone()]);
        if kept.end < line.end {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    /// Where `span` is in the view; what is cut off shrinks to the cut.
    pub(super) fn range(&self, source: &Source, span: Span) -> Range<usize> {
        let span = shown(source, span);
        let start = self.at(source, span.start as usize);
        start..self.at(source, span.end as usize).max(start)
    }

    /// Whether all of `span` is in the view.
    pub(super) fn holds(&self, source: &Source, span: Span) -> bool {
        let kept = |at: u32| {
            self.line(at as usize).is_some_and(|line| (line.kept.start..=line.kept.end).contains(&(at as usize)))
        };
        shown(source, span) == span && kept(span.start) && kept(span.end)
    }

    fn at(&self, source: &Source, offset: usize) -> usize {
        let offset = floor_char(source.text(), offset);
        self.line(offset).map_or(0, |line| line.at + offset.clamp(line.kept.start, line.kept.end) - line.kept.start)
    }

    fn line(&self, offset: usize) -> Option<&Line> {
        let after = self.lines.partition_point(|line| line.start <= offset);
        self.lines.get(after.saturating_sub(1))
    }
}

/// First and last line that the shown part of `span` touches.
pub(super) fn lines(source: &Source, span: Span) -> (usize, usize) {
    let span = shown(source, span);
    (source.position(span.start).line, source.position(span.end).line)
}

/// `span` without trailing white space, and only the first line of a tall one.
fn shown(source: &Source, span: Span) -> Span {
    let text = source.text();
    let start = floor_char(text, span.start as usize);
    let end = floor_char(text, span.end as usize).max(start);
    let inner = &text[start..end];
    let inner = match inner.match_indices('\n').nth(TALL) {
        Some(_) => inner.lines().next().unwrap_or(inner),
        None => inner,
    };
    let length = inner.trim_end().len();
    // The white space alone can be the problem, such as a tab.
    let length = if length == 0 { inner.find('\n').unwrap_or(inner.len()) } else { length };
    Span::new(span.file, crate::source::offset(start), crate::source::offset(start + length))
}
