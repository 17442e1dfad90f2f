//! Source files, places in them, and the way back from a decoded YAML value
//! to the characters that the author typed.

/// Which source of a [`Sources`] a span points into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The file at position `index` of a [`Sources`].
    #[must_use]
    pub fn new(index: u32) -> Self {
        Self(index)
    }

    /// The position in a [`Sources`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A byte range of one source, always on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source it lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end: end.max(start) }
    }

    /// The empty place before this span.
    #[must_use]
    pub fn at_start(self) -> Self {
        Self::new(self.file, self.start, self.start)
    }
}

/// A line and a column, both counted from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One text file with its path relative to the project, `/` between the parts.
#[derive(Debug, Clone)]
pub struct Source {
    path: String,
    text: String,
    line_starts: Vec<u32>,
}

impl Source {
    /// A source named `path` that says `text`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| offset(at + 1))).collect();
        Self { path: path.into(), text, line_starts }
    }

    /// Path relative to the project.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the byte `at` stands; past the end it is the end.
    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let at = floor_char(&self.text, at as usize);
        let line = self.line_starts.partition_point(|start| *start as usize <= at);
        let start = self.line_starts[line - 1] as usize;
        Position {
            line,
            column: self.text[start..at].chars().count() + 1,
        }
    }

    /// Byte range of `line` (from 1) without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts[line.clamp(1, self.line_starts.len()) - 1] as usize;
        let end = self.text[start..].find('\n').map_or(self.text.len(), |length| start + length);
        start..end
    }

    /// How many lines the text has.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
}

/// Every source of a project, addressed by [`FileId`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Adds a source and says its id.
    pub fn add(&mut self, source: Source) -> FileId {
        let id = FileId(offset(self.all.len()));
        self.all.push(source);
        id
    }

    /// The source with this id.
    ///
    /// # Panics
    /// If the id is another project's.
    #[must_use]
    pub fn get(&self, id: FileId) -> &Source {
        &self.all[id.index()]
    }

    /// Every source with its id, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        let ids = (0..).map(FileId);
        ids.zip(&self.all)
    }

    /// The author's characters at `span`.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let text = self.get(span.file).text();
        let start = floor_char(text, span.start as usize);
        let end = floor_char(text, span.end as usize).max(start);
        &text[start..end]
    }
}

/// Sources are at most 256 MiB (`yaml` refuses larger ones), so offsets fit.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The nearest character boundary at or before `at`.
pub(crate) fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Maps byte offsets of a decoded value back to its source.
///
/// YAML strips indentation, folds lines and resolves escapes, so the third
/// character of a value may stand three lines below its start. The map keeps
/// one entry for each place where the two fall out of step.
#[derive(Debug, Clone)]
pub struct TextMap {
    file: FileId,
    /// `(offset in the value, offset in the source)`, ascending in both.
    steps: Vec<(u32, u32)>,
    /// End of the scalar in the source.
    end: u32,
}

impl TextMap {
    /// Aligns `value` with the characters at `span` that it was decoded from.
    #[must_use]
    pub fn new(sources: &Sources, span: Span, value: &str) -> Self {
        let raw = sources.slice(span);
        let steps = if raw == value { vec![(0, span.start)] } else { align(raw, span.start, value) };
        Self { file: span.file, steps, end: span.end }
    }

    /// The source span of the value's bytes `range`.
    #[must_use]
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let start = self.at(range.start);
        let last = range.end.max(range.start + 1) - 1;
        let end = (self.at(last) + 1).min(self.end.max(start));
        Span::new(self.file, start, if range.is_empty() { start } else { end })
    }

    /// The source span of the whole value.
    #[must_use]
    pub fn whole(&self) -> Span {
        let start = self.steps.first().map_or(self.end, |step| step.1);
        Span::new(self.file, start, self.end)
    }

    fn at(&self, offset: usize) -> u32 {
        let offset = self::offset(offset);
        let step = self.steps.partition_point(|step| step.0 <= offset);
        let (from, to) = self.steps[step.saturating_sub(1)];
        (to + (offset - from.min(offset))).min(self.end)
    }
}

/// Walks value and source side by side. A run of white space with a line break
/// in the source stands for whatever white space the value has there; escapes
/// and doubled quotes stand for one character or none.
fn align(raw: &str, base: u32, value: &str) -> Vec<(u32, u32)> {
    let (body, quote) = body_of(raw);
    let (mut at, mut to) = (body, 0);
    let mut steps = Vec::new();
    let mut expected = usize::MAX;
    while to < value.len() && at < raw.len() {
        if let Some(run) = broken_white_space(&raw[at..])
            && value[to..].starts_with(char::is_whitespace)
        {
            steps.push((offset(to), base + offset(at)));
            to += value.len() - to - value[to..].trim_start().len();
            at += run;
            expected = usize::MAX;
            continue;
        }
        let (raw_len, decoded) = next_char(&raw[at..], quote);
        let Some(want) = value[to..].chars().next() else { break };
        if decoded != Some(want) {
            at += raw_len;
            continue;
        }
        if expected != at.wrapping_sub(to) {
            steps.push((offset(to), base + offset(at)));
        }
        at += raw_len;
        to += want.len_utf8();
        expected = if raw_len == want.len_utf8() { at - to } else { usize::MAX };
    }
    if steps.is_empty() {
        steps.push((0, base));
    }
    steps
}

/// Where the content begins in a raw scalar, and its quote if it has one.
fn body_of(raw: &str) -> (usize, Option<char>) {
    match raw.chars().next() {
        Some(quote @ ('"' | '\'')) => (1, Some(quote)),
        Some('|' | '>') => {
            let header = raw.find('\n').map_or(raw.len(), |at| at + 1);
            let indent = raw[header..].len() - raw[header..].trim_start().len();
            (header + indent, None)
        }
        _ => (0, None),
    }
}

fn broken_white_space(raw: &str) -> Option<usize> {
    let run = raw.len() - raw.trim_start().len();
    raw[..run].contains('\n').then_some(run)
}

/// The next character of a raw scalar: how many bytes it takes, and what it
/// decodes to (`None` for an escaped line break).
fn next_char(raw: &str, quote: Option<char>) -> (usize, Option<char>) {
    let mut chars = raw.chars();
    let first = chars.next().unwrap_or('\0');
    match (first, quote) {
        ('\'', Some('\'')) if chars.next() == Some('\'') => (2, Some('\'')),
        ('\\', Some('"')) => escape(raw),
        _ => (first.len_utf8(), Some(first)),
    }
}

/// Escapes of a double-quoted scalar (YAML 1.2.2, §5.7).
fn escape(raw: &str) -> (usize, Option<char>) {
    let Some(kind) = raw[1..].chars().next() else {
        return (1, Some('\\'));
    };
    let hex = |digits: usize| {
        let code = raw.get(2..2 + digits).and_then(|text| u32::from_str_radix(text, 16).ok());
        (2 + digits.min(raw.len().saturating_sub(2)), code.and_then(char::from_u32))
    };
    let simple = match kind {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return hex(2),
        'u' => return hex(4),
        'U' => return hex(8),
        '\n' => return (2 + raw[2..].len() - raw[2..].trim_start().len(), None),
        other => other,
    };
    (1 + kind.len_utf8(), Some(simple))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_of(raw: &str, value: &str, needle: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.yaml", raw));
        let map = TextMap::new(&sources, Span::new(file, 0, offset(raw.len())), value);
        let at = value.find(needle).unwrap();
        sources.slice(map.span(at..at + needle.len())).to_owned()
    }

    #[test]
    fn every_scalar_style_leads_back_to_the_authors_characters() {
        let cases = [
            ("plain text", "plain text", "text"),
            ("plain\n   folded text", "plain folded text", "folded"),
            ("|\n    one\n\n      two\n    three", "one\n\n  two\nthree\n", "three"),
            (">-\n    one\n    two $x$", "one two $x$", "$x$"),
            ("'it''s here'", "it's here", "here"),
            (r#""a \"b\" \u00e9 target""#, "a \"b\" é target", "target"),
            ("\"a\\\n   joined\"", "ajoined", "joined"),
        ];
        for (raw, value, needle) in cases {
            assert_eq!(column_of(raw, value, needle), needle, "in {raw:?}");
        }
    }
}
