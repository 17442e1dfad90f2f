//! From a decoded scalar back to the author's characters. YAML strips indentation, folds lines and
//! resolves escapes, each style by its own rules (YAML 1.2.2, §7.3 and §8.1), so the third
//! character of a value may be three lines below its start.

use std::ops::Range;

use super::{FileId, ScalarStyle, Sources, Span, offset};

/// Maps byte offsets in a decoded value to the source, and turns edits of the value into edits of the source.
#[derive(Debug, Clone)]
pub struct TextMap<'s> {
    /// The source that contains the value.
    source: &'s str,
    file: FileId,
    style: ScalarStyle,
    /// Parts of the value in order, with no gaps.
    runs: Vec<Run>,
    /// End of the scalar in the source.
    end: u32,
    /// Whether a plain value contains a flow indicator: then it may contain another.
    has_indicators: bool,
}

/// A part of a value and what it was decoded from.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// Offset in the value.
    value: u32,
    /// Bytes of the value.
    length: u32,
    /// Offset in the source.
    raw: u32,
    /// Bytes of the source.
    raw_length: u32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Byte for byte the same.
    Same,
    /// An escape, which is edited as a whole.
    Escape,
    /// White space that stands for a line break and the indentation after it.
    Break,
}

impl<'s> TextMap<'s> {
    /// Aligns `value`, a scalar of this `style`, with the characters at `span`
    /// that it was decoded from.
    #[must_use]
    pub fn new(sources: &'s Sources, span: Span, style: ScalarStyle, value: &str) -> Self {
        let raw = sources.slice(span);
        let mut aligner = Aligner {
            raw,
            base: span.start,
            value,
            at: 0,
            to: 0,
            runs: Vec::new(),
        };
        match style {
            _ if raw == value => aligner.same(value.len()),
            ScalarStyle::Plain => aligner.flow(None),
            ScalarStyle::SingleQuoted => aligner.flow(Some('\'')),
            ScalarStyle::DoubleQuoted => aligner.flow(Some('"')),
            ScalarStyle::Literal => aligner.block(indent(sources, span), false),
            ScalarStyle::Folded => aligner.block(indent(sources, span), true),
        }
        let has_indicators = style == ScalarStyle::Plain && value.contains([',', '[', ']', '{', '}']);
        Self {
            source: sources.get(span.file).text(),
            file: span.file,
            style,
            runs: aligner.runs,
            end: span.end,
            has_indicators,
        }
    }

    /// The source span of the value's bytes `range`.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.start_of(range.start);
        let end = if range.is_empty() { start } else { self.end_of(range.end) };
        Span::new(self.file, start, end)
    }

    /// The source span of the whole value.
    #[must_use]
    pub fn whole(&self) -> Span {
        let start = self.runs.first().map_or(self.end, |run| run.raw);
        Span::new(self.file, start, self.end)
    }

    /// The author's characters that the value's bytes `range` were decoded from.
    #[must_use]
    pub fn raw(&self, range: Range<usize>) -> &'s str {
        let span = self.span(range);
        self.source.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Whether every line of the value is a line of the source.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.style == ScalarStyle::Literal
    }

    /// Whether the byte at `at` of the value is a space that YAML made
    /// from a line break of the author's.
    #[must_use]
    pub fn is_folded(&self, at: usize) -> bool {
        self.run_at(at).is_some_and(|run| run.kind == Kind::Break)
    }

    /// The edit of the source that replaces the value's bytes `range` with `text`, written as the
    /// scalar's style needs it; `None` if that cannot be done without touching anything else.
    #[must_use]
    pub fn edit(&self, range: Range<usize>, text: &str) -> Option<(Span, String)> {
        if text.contains(['\n', '\r']) || (self.run_at(range.start).is_none() && !range.is_empty()) {
            return None;
        }
        let (first, last) = (self.run_at(range.start), self.run_at(range.end.max(range.start + 1) - 1));
        if [first, last].iter().flatten().any(|run| run.kind == Kind::Break) {
            return None;
        }
        let text = match self.style {
            ScalarStyle::Literal | ScalarStyle::Folded => text.to_owned(),
            ScalarStyle::SingleQuoted => text.replace('\'', "''"),
            ScalarStyle::DoubleQuoted => {
                // Every JSON escape is also a YAML escape.
                let quoted = serde_json::Value::from(text).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
            ScalarStyle::Plain if self.is_plain_at(range.start, text) => text.to_owned(),
            ScalarStyle::Plain => return None,
        };
        Some((self.span(range), text))
    }

    /// Whether `text` may appear at `at` in an unquoted scalar. Whether that is within `[…]` is not
    /// known here, so flow indicators are allowed only if there are others.
    fn is_plain_at(&self, at: usize, text: &str) -> bool {
        let harmless =
            |c: char| c.is_alphanumeric() || matches!(c, '$' | '\\' | '^' | '(' | ')' | '/' | '<' | '+' | '=');
        let begins = at > 0 || text.starts_with(harmless);
        let ends = !text.ends_with([':', ' ']) && !text.contains(": ") && !text.contains(" #");
        begins && ends && !text.starts_with('#') && (self.has_indicators || !text.contains([',', '[', ']', '{', '}']))
    }

    fn run_at(&self, at: usize) -> Option<Run> {
        let at = offset(at);
        let index = self.runs.partition_point(|run| run.value <= at).checked_sub(1)?;
        let run = self.runs[index];
        (at < run.value + run.length).then_some(run)
    }

    fn start_of(&self, at: usize) -> u32 {
        match self.run_at(at) {
            Some(run) if run.kind == Kind::Same => run.raw + (offset(at) - run.value),
            Some(run) => run.raw,
            None => self.runs.last().map_or(self.end, |run| run.raw + run.raw_length),
        }
    }

    fn end_of(&self, at: usize) -> u32 {
        match self.run_at(at - 1) {
            Some(run) if run.kind == Kind::Same => run.raw + (offset(at) - run.value),
            Some(run) => run.raw + run.raw_length,
            None => self.runs.last().map_or(self.end, |run| run.raw + run.raw_length),
        }
    }
}

/// How far the lines of a block are indented; its content begins at `span`.
fn indent(sources: &Sources, span: Span) -> usize {
    let before = &sources.get(span.file).text()[..span.start as usize];
    before.len() - before.rfind(['\n', '\r']).map_or(0, |at| at + 1)
}

/// Walks the raw scalar and the value side by side.
struct Aligner<'t> {
    raw: &'t str,
    base: u32,
    value: &'t str,
    /// Offset in `raw`.
    at: usize,
    /// Offset in `value`.
    to: usize,
    runs: Vec<Run>,
}

impl Aligner<'_> {
    /// A scalar that isn't a block, with `quote` around it or without quotes.
    fn flow(&mut self, quote: Option<char>) {
        let raw = self.raw;
        self.at = quote.map_or(0, char::len_utf8);
        let end = quote
            .and_then(|quote| raw[self.at.min(raw.len())..].strip_suffix(quote))
            .map_or(raw.len(), |_| raw.len() - 1);
        while self.at < end && self.to < self.value.len() {
            let rest = &raw[self.at..end];
            let special = |c: char| match c {
                '\n' | '\r' => true,
                '\'' => quote == Some('\''),
                '\\' => quote == Some('"'),
                _ => false,
            };
            let stop = rest.find(special).unwrap_or(rest.len());
            // Blanks before a line break go with it.
            let breaks_here = rest[stop..].starts_with(['\n', '\r']);
            let words = if breaks_here { rest[..stop].trim_end_matches([' ', '\t']).len() } else { stop };
            self.same(words);
            let rest = &rest[words..];
            if breaks_here {
                let white = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
                let lines = breaks(&rest[..white]);
                self.push(if lines == 1 { 1 } else { lines - 1 }, white, Kind::Break);
            } else if rest.starts_with('\'') {
                self.push(1, 2, Kind::Escape);
            } else if rest.starts_with('\\') {
                self.escape(rest);
            }
        }
    }

    /// An escape in a double-quoted scalar (YAML 1.2.2, §5.7); an escaped line break
    /// includes the white space after it.
    fn escape(&mut self, rest: &str) {
        let kind = rest[1..].chars().next().unwrap_or('\\');
        if matches!(kind, '\n' | '\r') {
            let white = rest.len() - 1 - rest[1..].trim_start_matches([' ', '\t', '\n', '\r']).len();
            return self.push(breaks(&rest[1..=white]) - 1, 1 + white, Kind::Break);
        }
        let length = match kind {
            'x' => 4,
            'u' => 6,
            'U' => 10,
            kind => 1 + kind.len_utf8(),
        };
        let decoded = self.value[self.to..].chars().next().map_or(1, char::len_utf8);
        self.push(decoded, length.min(rest.len()), Kind::Escape);
    }

    /// A block whose lines are indented by `indent`; what `folded` joins becomes a space.
    fn block(&mut self, indent: usize, folded: bool) {
        // Empty lines before the first one come before the span.
        let leading = self.value.len() - self.value.trim_start_matches('\n').len();
        self.push(leading, 0, Kind::Break);
        let (mut lines, mut blank_before, mut end) = (0, false, 0);
        for (start, line) in lines_of(self.raw) {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let margin = if start == 0 { 0 } else { spaces.min(indent) };
            let content = &line[margin..];
            if !content.is_empty() {
                let blank = content.starts_with([' ', '\t']);
                let kept = !folded || blank || blank_before;
                if lines > 0 {
                    self.at = end;
                    let between = if kept || lines == 1 { lines } else { lines - 1 };
                    self.push(between, start + margin - end, Kind::Break);
                }
                self.same(content.len());
                (lines, blank_before, end) = (0, blank, self.at);
            }
            lines += 1;
        }
    }

    fn same(&mut self, length: usize) {
        let length = length.min(self.value.len() - self.to);
        if length == 0 {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.kind == Kind::Same && (last.raw + last.raw_length) == self.base + offset(self.at) => {
                last.length += offset(length);
                last.raw_length += offset(length);
                self.at += length;
                self.to += length;
            }
            _ => self.push(length, length, Kind::Same),
        }
    }

    fn push(&mut self, length: usize, raw_length: usize, kind: Kind) {
        let length = length.min(self.value.len() - self.to);
        if length > 0 {
            self.runs.push(Run {
                value: offset(self.to),
                length: offset(length),
                raw: self.base + offset(self.at),
                raw_length: offset(raw_length),
                kind,
            });
        }
        self.at += raw_length;
        self.to += length;
    }
}

/// How many line breaks there are; CR LF is one.
fn breaks(text: &str) -> usize {
    let feeds = text.bytes().filter(|byte| *byte == b'\n').count();
    let returns = text.bytes().filter(|byte| *byte == b'\r').count();
    feeds + returns - text.matches("\r\n").count()
}

/// The lines of a text with their offsets, without their breaks.
fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let start = at;
        let Some(length) = text.find(['\n', '\r']) else {
            rest = None;
            return Some((start, text));
        };
        let after = length + if text[length..].starts_with("\r\n") { 2 } else { 1 };
        at += after;
        rest = Some(&text[after..]);
        Some((start, &text[..length]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::source::Source;
    use crate::yaml;

    /// Each scalar as the parser reads it: every word of the value leads back to
    /// the same characters, `|` shows where it is cut.
    #[test]
    fn every_scalar_style_leads_back_to_the_authors_characters() {
        let cases = [
            "plain text",
            "plain\n   folded\n\n   text: no".trim_end_matches(": no"),
            "|\n    one\n\n      two\n    three",
            "|\n\n\n    late\n    start",
            "|2\n      four\n    two",
            "|+\n    kept\n\n",
            ">-\n    one\n    two $x$\n\n    three\n      more\n    less",
            ">\n    > quoted\n    > lines",
            "|\n    | a | b |\n    | --- | --- |\n    | 1 | 2 |\n\n    [[id]]",
            "|\n    \"Cogito\", he said.\n\n    See [[old]].",
            "|\n    'single' first\n    more",
            ">\n    'single' first\n    more",
            "'it''s here'",
            "'two\n   lines\n\n   and ''three'''",
            r#""a \"b\" \u00e9 \U0001F600 target""#,
            "\"a\\\n   joined  \\\n   \\  b\n\n  c\"",
            "|\r\n    carriage\r\n    returns\r\n\r\n    here",
        ];
        for raw in cases {
            let text = format!("key: {raw}\n");
            let mut sources = Sources::default();
            let file = sources.add(Source::new("a.yaml", &text));
            let mut found = Sink::new();
            let tree = yaml::parse(file, &text, &mut found);
            assert!(found.is_empty(), "{raw:?}: {found:?}");
            let node = tree.get(tree.root().unwrap(), "key").unwrap();
            let value = tree.text(node).unwrap();
            let map = TextMap::new(&sources, tree.span(node), tree.style(node), value);
            for (at, c) in value.char_indices().filter(|(_, c)| !c.is_whitespace()) {
                let place = sources.slice(map.span(at..at + c.len_utf8()));
                let meant = match place.strip_prefix('\\').map(|escape| escape.chars().next().unwrap()) {
                    Some('u' | 'U') => {
                        char::from_u32(u32::from_str_radix(&place[2..], 16).unwrap()).unwrap().to_string()
                    }
                    Some(escaped) => escaped.to_string(),
                    None if place == "''" => "'".to_owned(),
                    None => place.to_owned(),
                };
                assert_eq!(meant, c.to_string(), "byte {at} of {value:?} in {raw:?}");
            }
        }
    }

    #[test]
    fn edits_are_written_as_the_style_needs_them() {
        let cases = [
            ("old word", Some("new: no"), None),
            ("old word", Some("new"), Some("new word")),
            ("'old word'", Some("it's"), Some("'it''s word'")),
            ("\"old word\"", Some("a\\b \"c\""), Some("\"a\\\\b \\\"c\\\" word\"")),
            ("|\n  old word", Some("\"new\": #1"), Some("|\n  \"new\": #1 word")),
        ];
        for (raw, new, want) in cases {
            let text = format!("key: {raw}\n");
            let mut sources = Sources::default();
            let file = sources.add(Source::new("a.yaml", &text));
            let tree = yaml::parse(file, &text, &mut Sink::new());
            let node = tree.get(tree.root().unwrap(), "key").unwrap();
            let map = TextMap::new(&sources, tree.span(node), tree.style(node), tree.text(node).unwrap());
            let edited = map.edit(0..3, new.unwrap()).map(|(span, new)| {
                let (start, end) = (span.start as usize, span.end as usize);
                format!("{}{new}{}", &text[..start], &text[end..])
            });
            assert_eq!(edited, want.map(|want| format!("key: {want}\n")), "{raw}");
        }
    }
}
