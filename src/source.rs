//! Source files, places in them, and the way back from a decoded YAML value
//! to the characters that the author typed.

mod text_map;

pub use text_map::TextMap;

use std::sync::OnceLock;

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
    /// The source that it is in.
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

    /// The empty span at the start of this one.
    #[must_use]
    pub fn at_start(self) -> Self {
        Self::new(self.file, self.start, self.start)
    }
}

/// How a scalar is written in YAML, according to the parser. Its first character doesn't say,
/// because a block may begin with a `>` or a quotation mark of the author's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In `'…'`.
    SingleQuoted,
    /// In `"…"`.
    DoubleQuoted,
    /// Under `|`.
    Literal,
    /// Under `>`.
    Folded,
}

impl ScalarStyle {
    /// Every style; [`ScalarStyle::number`] is the index here.
    const ALL: [Self; 5] = [Self::Plain, Self::SingleQuoted, Self::DoubleQuoted, Self::Literal, Self::Folded];

    /// A number for the style, which [`ScalarStyle::from_number`] turns back.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The style with this number; plain if there isn't one.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        Self::ALL.get(usize::from(number)).copied().unwrap_or(Self::Plain)
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
    /// Computed on first use: a project without mistakes never needs it.
    line_starts: OnceLock<Vec<u32>>,
}

impl Source {
    /// A source named `path` with the contents `text`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
        }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| offset(at + 1))).collect()
        })
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

    /// Where the byte `at` is; past the end, it is the end.
    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let at = floor_char(&self.text, at as usize);
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start as usize <= at);
        let start = starts[line - 1] as usize;
        Position {
            line,
            column: self.text[start..at].chars().count() + 1,
        }
    }

    /// Byte range of `line` (from 1) without its line break.
    #[must_use]
    pub fn line(&self, line: usize) -> std::ops::Range<usize> {
        let starts = self.line_starts();
        let start = starts[line.clamp(1, starts.len()) - 1] as usize;
        let end = self.text[start..].find('\n').map_or(self.text.len(), |length| start + length);
        start..end
    }

    /// How many lines the text has.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }
}

/// Every source of a project, addressed by [`FileId`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Adds a source and returns its id.
    pub fn add(&mut self, source: Source) -> FileId {
        let id = FileId(offset(self.all.len()));
        self.all.push(source);
        id
    }

    /// The source with this id.
    ///
    /// # Panics
    /// If the id belongs to a different project.
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

/// Sources are at most 256 MiB (`yaml` rejects larger ones), so offsets fit.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A text with the line ends that every system shares: line feeds, and no byte order mark.
pub(crate) fn unix(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// The nearest character boundary at or before `at`.
pub(crate) fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
