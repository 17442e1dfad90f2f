//! A file indented with tabs: one fault with one remedy.

use super::lines::Line;
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span, offset};

/// The usual widths of a tab, in the order they are tried.
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
    let diagnostic = Diagnostic::error(Code::TAB_INDENTATION, span(start, start + 1), message)
        .label("the first of them; YAML allows only spaces here")
        .help("replace the tabs with spaces, and set your editor to insert spaces when you press Tab");
    // The first way that gives valid YAML.
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

/// `text` with spaces in place of the tabs before its lines. If `deeper`, what is in the
/// column of a dash belongs to its entry.
fn spaced(text: &str, width: usize, deeper: bool) -> String {
    let mut spacing = Spacing { width, deeper, dash: None, block: None };
    text.split_inclusive('\n').map(|line| spacing.line(line)).collect()
}

/// What the lines above say about the next one's indentation.
struct Spacing<'t> {
    width: usize,
    deeper: bool,
    /// The column of the outermost dash.
    dash: Option<usize>,
    /// The column of a key with a text block, and the indentation of the block's first line.
    block: Option<(usize, Option<&'t str>)>,
}

impl<'t> Spacing<'t> {
    fn line(&mut self, line: &'t str) -> String {
        let body = line.trim_start_matches([' ', '\t']);
        if body.trim().is_empty() {
            return line.to_owned();
        }
        let whole = &line[..line.len() - body.len()];
        let column = columns(whole, self.width);
        if let Some((key, first)) = self.block.filter(|(key, _)| column > *key) {
            // Whatever follows the indentation of a block's first line is text.
            let first = first.unwrap_or(whole);
            self.block = Some((key, Some(first)));
            let text = line.strip_prefix(first).unwrap_or(body);
            let indent = if text.len() + first.len() == line.len() { first } else { whole };
            return format!("{}{text}", " ".repeat(self.shifted(columns(indent, self.width), false)));
        }
        let is_dash = body.starts_with("- ") || body.trim_end() == "-";
        if is_dash {
            self.dash = self.dash.filter(|dash| column > *dash).or(Some(column));
        } else {
            self.dash = self.dash.filter(|dash| column >= *dash);
        }
        self.block = Line::around(body, 0).opens_a_block().then_some((column, None));
        format!("{}{body}", " ".repeat(self.shifted(column, is_dash)))
    }

    fn shifted(&self, column: usize, is_dash: bool) -> usize {
        let belongs = self.dash.is_some_and(|dash| column > dash || column == dash && !is_dash);
        if self.deeper && belongs { column + 2 } else { column }
    }
}

fn columns(indent: &str, width: usize) -> usize {
    indent.chars().fold(0, |column, c| if c == '\t' { (column / width + 1) * width } else { column + 1 })
}

/// The lines of `old` that differ from `new`, as a range of bytes, and what replaces them.
fn difference<'n>(old: &str, new: &'n str) -> (usize, usize, &'n str) {
    let same = |(a, b): &(&str, &str)| a == b;
    let lines = || old.split_inclusive('\n').zip(new.split_inclusive('\n'));
    let head: usize = lines().take_while(same).map(|(line, _)| line.len()).sum();
    // Both have the same number of lines.
    let from_below = old.split_inclusive('\n').rev().zip(new.split_inclusive('\n').rev());
    let tail: usize = from_below.take_while(same).map(|(line, _)| line.len()).sum();
    let end = |text: &str| text.len().saturating_sub(tail).max(head);
    (head, end(old), new.get(head..end(new)).unwrap_or(""))
}
