//! The text as pulldown-cmark should see it. Its rules for pairing dollars and placing emphasis are
//! too narrow for money, shell variables, and scripts without spaces; so characters that should
//! mean something else, or nothing, are replaced with others of the same length. Every byte stays
//! in its place, and the reader takes the author's characters by their range.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::markup::script;

/// Means nothing to Markdown: neither white space nor punctuation.
const IDLE: u8 = 0x1a;
/// Stands for a space in the path of a picture.
const SPACE: u8 = b'_';

/// A text as pulldown-cmark is to see it.
pub(super) struct Prepared<'t> {
    /// As long as the original, with the same character boundaries.
    pub(super) text: Cow<'t, str>,
}

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Paragraphs, lists, tables.
    Blocks,
    /// One line: what would begin a list or a heading is an ordinary character.
    Line,
}

/// Replaces what Markdown would misread.
pub(super) fn prepare(text: &str, form: Form, options: Options) -> Prepared<'_> {
    let mut bytes = Cow::Borrowed(text.as_bytes());
    if form == Form::Line
        && let Some(at) = text.find(|c: char| !c.is_whitespace())
        && text.as_bytes()[at].is_ascii()
    {
        bytes.to_mut()[at] = IDLE;
    }
    let has_dollars = text.contains('$');
    let has_scripts = !text.is_ascii() && text.contains('*') && text.contains(script::is_cjk);
    let has_paths = text.contains("![");
    if has_dollars || has_scripts || has_paths {
        let plain = if form == Form::Blocks { paragraphs(text) } else { None };
        for leaf in plain.unwrap_or_else(|| leaves(&bytes, options)) {
            if has_dollars {
                dollars(text, leaf.clone(), &mut bytes);
            }
            if has_scripts {
                emphasis(text, leaf.clone(), &mut bytes);
            }
            if has_paths {
                paths(text, leaf, &mut bytes);
            }
        }
    }
    let text = match bytes {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(bytes) => String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned),
    };
    Prepared { text }
}

/// The [`leaves`] of a text that has only paragraphs, as most texts do: every line begins with a
/// character that cannot begin any other block. `None` for other texts.
fn paragraphs(text: &str) -> Option<Vec<Range<usize>>> {
    let begins_text = |line: &str| line.starts_with(|c: char| c.is_alphabetic() || matches!(c, '$' | '(' | '"'));
    let (mut found, mut open, mut at) = (Vec::new(), None, 0);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim_end_matches('\n').trim_matches([' ', '\t']).is_empty() {
            found.extend(open.take());
        } else if !begins_text(line) || line.contains('\r') {
            return None;
        } else {
            open = Some(open.map_or(start, |before: Range<usize>| before.start)..at);
        }
    }
    found.extend(open);
    Some(found)
}

/// The ranges of running text: paragraphs, headings, cells, and the lines of
/// tight lists.
fn leaves(bytes: &[u8], options: Options) -> Vec<Range<usize>> {
    let text = std::str::from_utf8(bytes).unwrap_or("");
    let mut leaves: Vec<Range<usize>> = Vec::new();
    let mut loose: Option<Range<usize>> = None;
    let mut within = 0_usize;
    for (event, range) in Parser::new_ext(text, options - Options::ENABLE_MATH).into_offset_iter() {
        match event {
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell) => {
                leaves.extend(loose.take());
                leaves.push(range);
                within = 1;
            }
            // Code stays as written, and HTML is reported.
            Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => {
                leaves.extend(loose.take());
                within = 1;
            }
            Event::Start(tag) if super::is_block(&tag) => leaves.extend(loose.take()),
            Event::Start(_) if within > 0 => within += 1,
            Event::End(_) if within > 0 => within -= 1,
            Event::End(end) if super::ends_block(end) => leaves.extend(loose.take()),
            _ if within == 0 => {
                let start = loose.map_or(range.start, |before| before.start.min(range.start));
                loose = Some(start..range.end);
            }
            _ => {}
        }
    }
    leaves.extend(loose);
    leaves
}

/// Pandoc's rule for formulas: an opening `$` has something right after it, a closing one has
/// something right before it and no digit after it. Every other `$` is text.
fn dollars(text: &str, leaf: Range<usize>, bytes: &mut Cow<'_, [u8]>) {
    let all = text.as_bytes();
    // A formula that begins before this never ends.
    let mut dead = 0;
    let mut at = leaf.start;
    while at < leaf.end {
        at = match all[at] {
            b'$' => {
                let paired = all.get(at + 1) == Some(&b'$') && at + 1 < leaf.end;
                let (end, length) = if paired {
                    (closing_pair(all, at + 2, leaf.end), 2)
                } else {
                    (closing(text, at, leaf.end, &mut dead), 1)
                };
                if end.is_none() {
                    bytes.to_mut()[at..at + length].fill(IDLE);
                }
                end.unwrap_or(at + length)
            }
            b'\\' | b'`' | b'<' | b']' => past(all, at, leaf.end),
            _ => at + 1,
        };
    }
}

/// Where to continue after what is at `at`: past the end of code, an address, a link's path or an
/// escaped character, none of which contain delimiters.
fn past(all: &[u8], at: usize, end: usize) -> usize {
    match all[at] {
        b'\\' => at + 2,
        b'`' => after_code(all, at, end),
        b'<' => after_address(all, at, end),
        b']' if all.get(at + 1) == Some(&b'(') => after_path(all, at + 1, end),
        _ => at + 1,
    }
}

/// The end of the formula that the `$` at `start` opens.
fn closing(text: &str, start: usize, end: usize, dead: &mut usize) -> Option<usize> {
    let all = text.as_bytes();
    if start < *dead || start + 1 >= end || all[start + 1].is_ascii_whitespace() {
        return None;
    }
    let (mut at, mut depth, mut deepest) = (start + 1, 0_usize, 0);
    while at < end && at - start < LONGEST {
        match all[at] {
            b'\\' => at += 1,
            b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            // Within braces it belongs to text in the formula: `\text{if $n$ is even}`.
            b'$' if depth > 0 => {}
            b'$' if all[at - 1].is_ascii_whitespace() || all.get(at + 1).is_some_and(u8::is_ascii_digit) => break,
            b'$' if is_variable(&text[start + 1..]) && is_variable(&text[at + 1..]) => return None,
            b'$' => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    if deepest == 0 {
        *dead = at;
    }
    None
}

/// The longest formula in running text, in bytes.
const LONGEST: usize = 4000;

/// Whether a `$` before `rest` begins a shell variable, as in `$PATH`.
pub(super) fn is_variable(rest: &str) -> bool {
    let name = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_';
    let length = rest.bytes().take_while(|c| name(*c)).count();
    let ends = !rest[length..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '^' | '{' | '$'));
    length >= 2 && rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') && ends
}

/// The end of the formula that a `$$` before `from` opens.
fn closing_pair(all: &[u8], from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    while at + 1 < end {
        match (all[at], all[at + 1]) {
            (b'\\', _) => at += 1,
            (b'$', b'$') if at > from => return Some(at + 2),
            _ => {}
        }
        at += 1;
    }
    None
}

/// The end of the code span that begins at `start`, or of its backticks if nothing closes it.
fn after_code(all: &[u8], start: usize, end: usize) -> usize {
    let run = |from: usize| all[from..end].iter().take_while(|c| **c == b'`').count();
    let length = run(start);
    let mut at = start + length;
    while at < end {
        let found = run(at);
        if found == length {
            return at + found;
        }
        at += found.max(1);
    }
    start + length
}

/// The end of an address or a tag in `<…>`.
fn after_address(all: &[u8], start: usize, end: usize) -> usize {
    let inner = all[start + 1..end].iter().take(2000).position(|c| matches!(c, b'>' | b'<' | b' ' | b'\n'));
    match inner {
        Some(length) if length > 0 && all[start + 1 + length] == b'>' => start + length + 2,
        _ => start + 1,
    }
}

/// The end of a link's `(path)`.
fn after_path(all: &[u8], start: usize, end: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in all[start..end].iter().enumerate().take(2000) {
        match c {
            b'(' => depth += 1,
            b')' if depth == 1 => return start + at + 1,
            b')' => depth -= 1,
            b'\n' => break,
            _ => {}
        }
    }
    start + 1
}

/// Markdown lets `**` open or close next to a letter only if there is no punctuation on its other
/// side, which text without spaces cannot satisfy: `は**「重要」**な`. pulldown-cmark is therefore shown
/// punctuation in place of such a letter, following the proposal for scripts without spaces
/// (github.com/tats-u/markdown-cjk-friendly).
fn emphasis(text: &str, leaf: Range<usize>, bytes: &mut Cow<'_, [u8]>) {
    if text[leaf.clone()].is_ascii() {
        return;
    }
    let runs = stars(text, leaf);
    // A letter between two runs is next to both.
    for _ in 0..2 {
        for run in &runs {
            beside(text, run, bytes);
        }
        for run in runs.iter().rev() {
            beside(text, run, bytes);
        }
    }
}

/// The runs of `*` in a leaf, outside of code and addresses.
fn stars(text: &str, leaf: Range<usize>) -> Vec<Range<usize>> {
    let all = text.as_bytes();
    let mut runs = Vec::new();
    let mut at = leaf.start;
    while at < leaf.end {
        at = match all[at] {
            b'*' => {
                let length = all[at..leaf.end].iter().take_while(|c| **c == b'*').count();
                runs.push(at..at + length);
                at + length
            }
            _ => past(all, at, leaf.end),
        };
    }
    runs
}

fn beside(text: &str, run: &Range<usize>, bytes: &mut Cow<'_, [u8]>) {
    let (before, after) = (text[..run.start].chars().next_back(), text[run.end..].chars().next());
    let (Some(before), Some(after)) = (before, after) else { return };
    let (left, right) = (run.start - before.len_utf8(), run.end);
    let is_mark = |c: char, at: usize, bytes: &[u8]| {
        (!c.is_alphanumeric() && !c.is_whitespace()) || bytes[at..].starts_with(stand_in(c))
    };
    if is_mark(after, right, bytes) && script::is_cjk(before) {
        bytes.to_mut()[left..run.start].copy_from_slice(stand_in(before));
    }
    if is_mark(before, left, bytes) && script::is_cjk(after) {
        bytes.to_mut()[right..right + after.len_utf8()].copy_from_slice(stand_in(after));
    }
}

/// Punctuation of the same length as `c`.
fn stand_in(c: char) -> &'static [u8] {
    match c.len_utf8() {
        3 => "‖".as_bytes(),
        4 => "\u{10100}".as_bytes(),
        _ => b"",
    }
}

/// A picture's path may have spaces: `![a plot](media/my plot.png)`.
fn paths(text: &str, leaf: Range<usize>, bytes: &mut Cow<'_, [u8]>) {
    let mut at = leaf.start;
    while let Some(found) = text[at..leaf.end].find("](") {
        let start = at + found + 2;
        at = start;
        let end = after_path(text.as_bytes(), start - 1, leaf.end) - 1;
        if end <= start || !is_path_with_spaces(&text[start..end]) || !text[leaf.start..start].contains("![") {
            continue;
        }
        for (space, _) in text[start..end].match_indices(' ') {
            bytes.to_mut()[start + space] = SPACE;
        }
        at = end;
    }
}

/// Whether `path` has spaces in it and isn't a path with a title.
fn is_path_with_spaces(path: &str) -> bool {
    let named = path.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && (1..=5).contains(&extension.len()) && extension.bytes().all(|c| c.is_ascii_alphanumeric())
    });
    named && path.contains(' ') && path.trim() == path && !path.contains(['<', '>', '"', '\\']) && !path.contains("://")
}

#[cfg(test)]
mod tests {
    use super::super::random::Random;
    use super::*;

    fn seen(text: &str) -> String {
        let options = super::super::options();
        prepare(text, Form::Blocks, options).text.replace('\u{1a}', "·")
    }

    #[test]
    fn paragraphs_are_the_leaves_of_a_text_that_has_nothing_else() {
        const PARTS: [&str; 24] = [
            "a", "é", "字", "$", "(", "\"", "1", ". ", "- ", "# ", "> ", "|", "|-|\n", "===", "---", "[a]: b", "<b>",
            "`", "```", " ", "\t", "\n", "\n\n", "\r",
        ];
        let mut random = Random(1);
        let mut plain = 0;
        for _ in 0..50_000 {
            // Letters and line breaks more often than the rest.
            let mut part = || match random.below(3) {
                0 => random.of(&PARTS),
                1 => "a",
                _ => "\n",
            };
            let text: String = (0..12).map(|_| part()).collect();
            let Some(found) = paragraphs(&text) else { continue };
            plain += 1;
            let shown = |range: &Range<usize>| (range.start, text[range.clone()].trim_end().len());
            let leaves = leaves(text.as_bytes(), super::super::options());
            let both = [found, leaves].map(|ranges| ranges.iter().map(shown).collect::<Vec<_>>());
            assert_eq!(both[0], both[1], "{text:?}");
        }
        assert!(plain > 1_000);
    }

    #[test]
    fn dollars_that_are_no_formula_mean_nothing() {
        let cases = [
            ("costs $5 or US$10 a year", "costs ·5 or US·10 a year"),
            ("between $1,000–$2,000 and $x$", "between ·1,000–·2,000 and $x$"),
            ("/proc/$PID/fd/$FD", "/proc/·PID/fd/·FD"),
            ("$x$ and $y$-axis, $n$th", "$x$ and $y$-axis, $n$th"),
            ("$ x $ and $y $", "· x · and ·y ·"),
            ("`$5` and $5", "`$5` and ·5"),
            ("\\$5 and $a\\$b$", "\\$5 and $a\\$b$"),
            ("[a](http://x.y/$z) $5", "[a](http://x.y/$z) ·5"),
            ("$\\text{if $n$}$ and $5 {and $x$}", "$\\text{if $n$}$ and ·5 {and $x$}"),
            ("$$a\n=b$$ and $$c", "$$a\n=b$$ and ··c"),
            ("- item $5\n- $x$\n\n  more $6", "- item ·5\n- $x$\n\n  more ·6"),
            ("```\necho $5 $x\n```\n\n    $5\n\n$5", "```\necho $5 $x\n```\n\n    $5\n\n·5"),
            ("| $5 | $x$ |\n| --- | --- |\n| $6 | $7 |", "| ·5 | $x$ |\n| --- | --- |\n| ·6 | ·7 |"),
        ];
        for (text, want) in cases {
            assert_eq!(seen(text), want);
        }
    }
}
