//! Lines that aren't in the column where they belong.

use super::keys::unfinished_key;
use super::lines::is_key;
use super::lines::{Line, Place};
use crate::diag::{Code, Diagnostic, count};
use crate::source::Span;

/// A mistake is rarely farther than this from the line that a message is about.
const NEAR: usize = 50;
/// Text meant for one block is rarely longer than this.
const LONGEST: usize = 1000;
/// A section of a file is rarely longer than this.
const SECTION: usize = 20_000;

/// A tab in the indentation of this line or the next takes precedence over what it causes.
pub(super) fn tab(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let next = line.next(place.text);
    let (start, indent) = [Some(line), next.as_ref()].into_iter().flatten().find_map(|line| {
        let indent = &line.text[..line.text.len() - line.text.trim_start().len()];
        indent.contains('\t').then_some((line.start, indent))
    })?;
    let at = start + indent.find('\t')?;
    let diagnostic = Diagnostic::error(Code::TAB_INDENTATION, place.one(at), "a tab is used for indentation")
        .label("YAML allows only spaces here")
        .help("replace the tab with spaces");
    let whole = place.span(start, start + indent.len());
    Some(match column_above(place.text, start, indent) {
        Some(column) => diagnostic.fix(whole, " ".repeat(column)),
        None => diagnostic.suggest(whole, indent.replace('\t', "    ")),
    })
}

/// The column that `indent`, which contains tabs, stands for: that of the key in the line above,
/// if tabs of a usual width lead there.
fn column_above(text: &str, start: usize, indent: &str) -> Option<usize> {
    let above = Line::around(text, start.checked_sub(1)?);
    let rest = &above.text[above.indent..];
    let dash = if rest.starts_with("- ") { 2 } else { 0 };
    let (key, value) = rest[dash..].split_once(": ")?;
    let block = value.trim().is_empty() || value.starts_with(['|', '>', '"', '\'']);
    let column = above.indent + dash;
    let own = text[start + indent.len()..].split(':').next().unwrap_or("");
    let width = |tab: usize| indent.chars().map(|c| if c == '\t' { tab } else { 1 }).sum::<usize>();
    (is_key(key) && is_key(own) && !block && [2, 4, 8].into_iter().any(|tab| width(tab) == column)).then_some(column)
}

pub(super) fn indentation(place: &Place<'_>, line: &Line<'_>) -> Diagnostic {
    if let Some(diagnostic) = unfinished_key(place, line) {
        return diagnostic;
    }
    let span = place.span(line.start + line.indent, line.end());
    let message = "this line does not line up with the entry it belongs to";
    let diagnostic = Diagnostic::error(Code::INDENTATION, span, message)
        .label(format!("indented {}", spaces(line.indent)))
        .help("all keys of an entry start in the same column");
    match key_above(place.text, line) {
        Some(above) => {
            diagnostic.also(place.span(above.start, above.end), format!("this key is at {}", spaces(above.column)))
        }
        None => diagnostic,
    }
}

/// Lines of a source that move together.
struct Block {
    start: usize,
    end: usize,
}

impl Block {
    /// The text of the block, with each line moved from column `from` to column `to`;
    /// `None` if a line is farther to the left.
    fn moved(&self, text: &str, from: usize, to: usize) -> Option<String> {
        let mut out = String::new();
        for line in text[self.start..self.end].split_inclusive('\n') {
            if line.trim().is_empty() {
                out.push_str(line);
                continue;
            }
            let spaces = line.len() - line.trim_start_matches(' ').len();
            out.push_str(&" ".repeat(spaces.checked_sub(from)? + to));
            out.push_str(&line[spaces..]);
        }
        Some(out)
    }

    fn span(&self, place: &Place<'_>) -> Span {
        place.span(self.start, self.end)
    }
}

/// Text under `answer: |` that is in the column of the key, or left of it.
pub(super) fn text_at_its_key(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let mut opener = Line::around(place.text, line.start);
    for _ in 0..NEAR {
        if opener.opens_a_block() && opener.key().is_some() {
            return under(place, &opener).filter(|_| opener.start <= line.start);
        }
        // The value of a key further up is a different matter.
        if opener.start < line.start && opener.known_key().is_some() {
            return None;
        }
        opener = opener.above(place.text)?;
    }
    None
}

/// Whether the line at byte `at`, which doesn't begin with a key, is text that belongs under a block.
pub(in super::super) fn text_below_its_block(file: crate::source::FileId, text: &str, at: usize) -> Option<Diagnostic> {
    let place = Place { file, text, at };
    text_at_its_key(&place, &Line::around(text, at).above(text)?)
}

/// The text that should be indented under `opener`.
fn under(place: &Place<'_>, opener: &Line<'_>) -> Option<Diagnostic> {
    let (key, column) = opener.key()?;
    let is_end = |line: &Line<'_>| {
        let (inner, at) = line.inner();
        let known = line.known_key().is_some_and(|(_, at)| at <= column);
        known || (line.has_dash() && line.indent < column && at <= column && inner.contains(':'))
    };
    let mut line = opener.next(place.text)?;
    let mut inside = None;
    let mut left = LONGEST;
    while line.is_blank() || line.indent > column {
        left = left.checked_sub(1)?;
        if !line.is_blank() {
            inside = inside.or(Some(line.indent));
        }
        line = line.next(place.text)?;
    }
    if is_end(&line) {
        return None;
    }
    let first = Line::around(place.text, line.start);
    let (mut end, mut margin, mut certain) = (line.end(), line.indent, true);
    while !is_end(&line) {
        left = left.checked_sub(1)?;
        if !line.is_blank() {
            end = line.end();
            margin = margin.min(line.indent);
            // A key that the format doesn't have may be a slip.
            certain &= line.key().is_none();
        }
        match line.next(place.text) {
            Some(next) => line = next,
            None => break,
        }
    }
    let block = Block { start: first.start, end };
    let target = inside.unwrap_or(column + 2);
    let span = place.span(first.start + first.indent, first.end());
    let diagnostic = Diagnostic::error(Code::INDENTATION, span, format!("the text of `{key}` is not indented"))
        .label(format!("belongs under `{key}`"))
        .also(place.span(opener.start + column, opener.end()), "text follows this line")
        .help(format!(
            "indent the text under `{}` two spaces further than its key",
            if opener.text.contains('>') { '>' } else { '|' }
        ));
    Some(match block.moved(place.text, margin, target) {
        Some(text) => diagnostic.edit(block.span(place), text, certain),
        None => diagnostic,
    })
}

/// A key that isn't in the column of its entry's other keys.
pub(super) fn key_out_of_line(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let (key, at) = line.known_key().filter(|_| !line.has_dash())?;
    let columns = columns_above(place.text, line);
    let other = key_above(place.text, line)?;
    let column = if columns.contains(&other.column) && other.column < at {
        other.is_line.then_some(other.column)?
    } else {
        // A key left of its entry: which entry is certain only if it isn't inside another.
        let [only] = columns.as_slice() else { return None };
        (0 < at && at < *only).then_some(*only)?
    };
    let message = if at > column {
        format!("`{key}` is indented further than the other keys of its entry")
    } else {
        format!("`{key}` is indented less than the other keys of its entry")
    };
    let diagnostic =
        Diagnostic::error(Code::INDENTATION, place.span(line.start + at, line.start + at + key.len()), message)
            .label(format!("indented {}", spaces(at)))
            .also(place.span(other.start, other.end), format!("this key is at {}", spaces(other.column)))
            .help("all keys of an entry start in the same column");
    let block = if at > column { end_of(place.text, line, column) } else { end_of_value(place.text, line, column) };
    let block = block.map(|end| Block { start: line.start, end });
    Some(match block.and_then(|block| Some((block.span(place), block.moved(place.text, at, column)?))) {
        Some((span, text)) => diagnostic.fix(span, text),
        None => diagnostic,
    })
}

/// The end of the value of the key in `line`, if that is certain: nothing below is in
/// `column`, where the entry's other keys are.
fn end_of_value(text: &str, line: &Line<'_>, column: usize) -> Option<usize> {
    let value = line.inner().0.split_once(':').map_or("", |(_, value)| value.trim());
    let next = line.next(text);
    if !value.is_empty() && !line.opens_a_block() {
        return next.is_none_or(|next| next.is_blank() || next.indent <= column).then(|| line.end());
    }
    let end = end_of(text, line, line.indent)?;
    let mut below = next.filter(|next| next.start < end);
    while let Some(inner) = below {
        if inner.known_key().is_some_and(|(_, at)| at == column) {
            return None;
        }
        below = inner.next(text).filter(|next| next.start < end);
    }
    Some(end)
}

/// The columns of the keys of the entries around `line`, the innermost first.
fn columns_above(text: &str, line: &Line<'_>) -> Vec<usize> {
    let mut columns = Vec::new();
    let mut left = usize::MAX;
    let mut above = line.above(text);
    for _ in 0..LONGEST {
        let Some(next) = above.filter(|above| above.is_blank() || above.indent > 0 || above.has_dash()) else { break };
        if next.has_dash() && next.key().is_some() && next.indent < left {
            columns.push(next.inner().1);
            left = next.indent;
        }
        above = next.above(text);
    }
    columns
}

/// A key in a line above.
struct Above {
    start: usize,
    end: usize,
    column: usize,
    /// Whether its value is a line of text, so that no deeper key can follow.
    is_line: bool,
}

/// The nearest key above in a different column.
fn key_above(text: &str, line: &Line<'_>) -> Option<Above> {
    let mut above = line.above(text)?;
    for _ in 0..NEAR {
        if let Some((key, column)) = above.known_key().filter(|(_, column)| *column != line.indent) {
            let value = above.inner().0[key.len() + 1..].trim();
            let is_line = !value.is_empty() && !value.starts_with(['|', '>', '[', '{']) && !value.contains(" #");
            let start = above.start + column;
            return Some(Above { start, end: start + key.len(), column, is_line });
        }
        above = above.above(text)?;
    }
    None
}

/// An entry whose dash isn't aligned with the dashes of its list.
pub(super) fn entry_outside(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let (key, _) = line.known_key().filter(|_| line.has_dash())?;
    let first = first_entry(place.text, line)?;
    if first.indent == line.indent || (key != "id" && key != first.known_key()?.0) {
        return None;
    }
    // The first entry is the one outside if its own keys say so.
    let strays = keys_below(place.text, &first) == Some(line.indent + 2)
        && keys_below(place.text, line) == Some(line.indent + 2);
    let (stray, list) = if strays { (&first, line) } else { (line, &first) };
    let column = list.indent;
    let span = place.span(stray.start + stray.indent, stray.end());
    let diagnostic = Diagnostic::error(Code::INDENTATION, span, "this entry does not line up with its list")
        .label(format!("its dash is indented {}", spaces(stray.indent)))
        .also(
            place.span(list.start + column, list.start + column + 1),
            format!("the dash of another entry is indented {}", spaces(column)),
        )
        .help("indent this dash to match the other entries");
    let dash = place.span(stray.start, stray.start + stray.indent);
    Some(match keys_below(place.text, stray) {
        Some(keys) if keys == stray.indent + 2 => shifted(diagnostic, place, stray, column),
        Some(keys) if keys != column + 2 => diagnostic,
        Some(_) | None => diagnostic.fix(dash, " ".repeat(column)),
    })
}

/// The column of the keys below the first line of an entry, if it has more.
fn keys_below(text: &str, entry: &Line<'_>) -> Option<usize> {
    let next = entry.next(text).filter(|next| !next.is_blank() && !next.has_dash())?;
    next.key().map(|(_, column)| column)
}

/// Moves the whole entry that begins in `line`.
fn shifted(diagnostic: Diagnostic, place: &Place<'_>, line: &Line<'_>, column: usize) -> Diagnostic {
    let Some(end) = end_of(place.text, line, line.indent) else { return diagnostic };
    let block = Block { start: line.start, end };
    match block.moved(place.text, line.indent, column) {
        Some(text) => diagnostic.fix(block.span(place), text),
        None => diagnostic,
    }
}

/// The end of `line` and the lines below it that are indented deeper than `column`.
fn end_of(text: &str, line: &Line<'_>, column: usize) -> Option<usize> {
    let mut end = line.end();
    let mut next = line.next(text);
    for _ in 0..LONGEST {
        let Some(below) = next.filter(|below| below.is_blank() || below.indent > column) else { return Some(end) };
        end = if below.is_blank() { end } else { below.end() };
        next = below.next(text);
    }
    None
}

/// The first line with a dash in the section that `line` is in.
fn first_entry<'t>(text: &'t str, line: &Line<'t>) -> Option<Line<'t>> {
    let before = &text[..line.start];
    let is_section = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    let section = before.lines().rev().take(SECTION).find(is_section)?;
    let start = section.as_ptr() as usize - text.as_ptr() as usize;
    let mut next = Line::around(text, start).next(text)?;
    while next.is_blank() || next.text.trim_start().starts_with('#') {
        next = next.next(text)?;
    }
    next.has_dash().then_some(next)
}

fn spaces(number: usize) -> String {
    count(number, "space")
}
