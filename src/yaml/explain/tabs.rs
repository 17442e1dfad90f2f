//! A file that is indented with tabs: one fault with one remedy.

use super::lines::Line;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span, offset};

/// Usual widths of a tab, in the order in which they are tried.
const WIDTHS: [usize; 3] = [2, 4, 8];

/// The one diagnostic for a file with several lines that begin with a tab; `reads` says
/// whether a text is YAML.
pub(in super::super) fn all(file: FileId, text: &str, reads: impl Fn(&str) -> bool) -> Option<Diagnostic> {
    let tabbed = |line: &&str| line.starts_with('\t') && !line.trim().is_empty();
    let number = text.lines().filter(tabbed).count();
    if number < 2 {
        return None;
    }
    let first = text.lines().find(tabbed)?;
    let start = first.as_ptr() as usize - text.as_ptr() as usize;
    let span = |from: usize, to: usize| Span::new(file, offset(from), offset(to));
    let message = format!("{number} lines of this file are indented with tabs");
    let diagnostic = Diagnostic::error("tab-indentation", span(start, start + 1), message)
        .label("the first of them; YAML allows only spaces here")
        .help("replace the tabs with spaces, and let your editor insert spaces for the Tab key");
    // The first way that makes YAML of it.
    let ways = WIDTHS.into_iter().flat_map(|width| [(width, false), (width, true)]);
    let mended = ways.map(|(width, deeper)| spaced(text, width, deeper)).find(|mended| reads(mended));
    Some(match mended {
        Some(mended) => {
            let (from, to, new) = difference(text, &mended);
            diagnostic.fix(span(from, to), new)
        }
        None => diagnostic,
    })
}

/// `text` with spaces for the tabs before its lines. If `deeper`, what stands in the column of
/// a dash belongs to its entry.
fn spaced(text: &str, width: usize, deeper: bool) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut dash: Option<usize> = None;
    let mut block: Option<(usize, Option<&str>)> = None;
    for raw in text.split_inclusive('\n') {
        let body = raw.trim_start_matches([' ', '\t']);
        let indent = &raw[..raw.len() - body.len()];
        if body.trim().is_empty() {
            out.push_str(raw);
            continue;
        }
        // Of text under `|`, what stands before its first line's column is indentation.
        let inner = match &mut block {
            Some((column, first)) if columns(indent, width) > *column => Some(&**first.get_or_insert(indent)),
            _ => None,
        };
        if inner.is_none() {
            block = None;
        }
        let (indent, kept) = match inner.and_then(|first| indent.strip_prefix(first).map(|kept| (first, kept))) {
            Some(parts) => parts,
            None => (indent, ""),
        };
        let column = columns(indent, width);
        let line = Line::around(raw, 0);
        let is_dash = inner.is_none() && (body.starts_with("- ") || body.trim_end() == "-");
        if is_dash {
            dash = dash.filter(|dash| column > *dash).or(Some(column));
        } else if dash.is_some_and(|dash| column < dash) {
            dash = None;
        }
        let shift =
            if deeper && dash.is_some_and(|dash| column > dash || (column == dash && !is_dash)) { 2 } else { 0 };
        out.push_str(&" ".repeat(column + shift));
        out.push_str(kept);
        out.push_str(body);
        if inner.is_none() && Line::around(raw.trim_start(), 0).opens_a_block() && line.start == 0 {
            let own = if is_dash { column + 2 } else { column };
            block = Some((if is_dash && deeper { column } else { own.min(column) }, None));
        }
    }
    out
}

fn columns(indent: &str, width: usize) -> usize {
    indent.chars().fold(0, |column, c| if c == '\t' { (column / width + 1) * width } else { column + 1 })
}

/// The part of `old` that differs from `new`, in whole lines, and what stands there.
fn difference<'n>(old: &str, new: &'n str) -> (usize, usize, &'n str) {
    let same = |a: &str, b: &str| a == b;
    let head: usize = old
        .split_inclusive('\n')
        .zip(new.split_inclusive('\n'))
        .take_while(|(a, b)| same(a, b))
        .map(|(a, _)| a.len())
        .sum();
    let lines = |text: &str| text[head..].split_inclusive('\n').rev().map(str::len).collect::<Vec<_>>();
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (mut from, mut to) = (old.len(), new.len());
    for (a, b) in old_lines.iter().zip(&new_lines) {
        if old[from - a..from] != new[to - b..to] {
            break;
        }
        from -= a;
        to -= b;
    }
    (head, from, &new[head..to])
}
