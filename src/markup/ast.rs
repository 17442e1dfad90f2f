//! What an author's text means, independent of any output. Writers match these enums exhaustively,
//! so that the compiler points out every place that must handle a new node.

use crate::source::Span;

/// A text of any length: an answer, a table cell, a line of a cheatsheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Its blocks in order; empty for a field that the author left out.
    pub blocks: Vec<Block>,
}

impl Document {
    /// A document of one paragraph.
    #[must_use]
    pub fn paragraph(content: Vec<Inline>) -> Self {
        Self { blocks: vec![Block::Paragraph(content)] }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The content of a document that is a single paragraph.
    #[must_use]
    pub fn as_inlines(&self) -> Option<&[Inline]> {
        match self.blocks.as_slice() {
            [Block::Paragraph(content)] => Some(content),
            _ => None,
        }
    }
}

/// A block-level node.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A heading of level 1 to 6, relative to where the document appears.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A titled box that a reader must not miss.
    Alert(Alert),
    /// A list.
    List(List),
    /// A block of code.
    Code(CodeBlock),
    /// A displayed formula.
    Math(Math),
    /// A table.
    Table(Table),
    /// A horizontal rule.
    Rule,
    /// The footnotes of a text, at its end, numbered from 1 in this order.
    Footnotes(Vec<Vec<Block>>),
}

/// A box that GitHub calls an alert and others a callout.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Its kind, which decides its colour.
    pub kind: AlertKind,
    /// Its title: the author's, or the kind's name in the text's language.
    pub title: Vec<Inline>,
    /// Whether the title is the author's own.
    pub titled: bool,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// The kinds of alert that GitHub has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// Worth knowing.
    Note,
    /// Makes it easier.
    Tip,
    /// Needed to succeed.
    Important,
    /// Needs attention at once.
    Warning,
    /// Has bad consequences.
    Caution,
}

/// A bullet, numbered or task list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The first number of a numbered list; `None` for bullets.
    pub start: Option<u64>,
    /// Whether the items are set close together.
    pub tight: bool,
    /// The items.
    pub items: Vec<ListItem>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// A checkbox before it, ticked or not; `None` in an ordinary list.
    pub task: Option<bool>,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// A block of code, which writers highlight if they can.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeBlock {
    /// The language's name as the author wrote it; may be empty.
    pub lang: String,
    /// The code without the last line break.
    pub text: String,
    /// Where it is in the source.
    pub span: Span,
    /// The parts of `text` that a cloze card hides, in order.
    pub hidden: Vec<Hidden>,
}

/// A formula that Anki can render.
#[derive(Debug, Clone, PartialEq)]
pub struct Math {
    /// LaTeX for MathJax, without delimiters: the author's, with macros expanded.
    pub tex: String,
    /// The same for paper, as MathML Core, or an `<merror>` that says why it cannot be printed.
    pub mathml: String,
    /// Where the LaTeX is in the source.
    pub span: Span,
    /// The parts of `tex` that a cloze card hides, in order.
    pub hidden: Vec<Hidden>,
}

impl Math {
    /// A formula that hides nothing.
    #[must_use]
    pub fn new(tex: impl Into<String>, mathml: impl Into<String>, span: Span) -> Self {
        let (tex, mathml) = (tex.into(), mathml.into());
        Self { tex, mathml, span, hidden: Vec::new() }
    }
}

/// A hidden part of a formula or of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Which card hides it, from 1.
    pub number: u16,
    /// Its byte range in the formula or the code.
    pub range: std::ops::Range<usize>,
    /// What is shown instead; may be empty.
    pub hint: String,
}

/// How the cells of a column are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Not specified.
    None,
    /// To the left.
    Left,
    /// Centred.
    Center,
    /// To the right.
    Right,
}

/// A table; every row has as many cells as `align` has entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// One entry per column.
    pub align: Vec<Align>,
    /// The head's cells.
    pub head: Vec<Vec<Inline>>,
    /// The rows' cells.
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// A node in running text.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// Plain characters.
    Text {
        /// The characters, with escapes and entities resolved.
        text: String,
        /// Where they are in the source.
        span: Span,
    },
    /// Code in running text.
    Code {
        /// The code.
        text: String,
        /// Where it is in the source.
        span: Span,
    },
    /// A formula in running text.
    Math(Box<Math>),
    /// A formula on a line of its own in the middle of a paragraph.
    DisplayMath(Box<Math>),
    /// A line break in the source that means a space.
    SoftBreak,
    /// A line break that the author wants.
    HardBreak,
    /// Important.
    Strong(Vec<Inline>),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Struck out.
    Strikethrough(Vec<Inline>),
    /// Raised.
    Superscript(Vec<Inline>),
    /// Lowered.
    Subscript(Vec<Inline>),
    /// Marked as with a highlighter.
    Highlight(Vec<Inline>),
    /// Characters with their reading above them.
    Ruby {
        /// The characters.
        base: String,
        /// How they are read.
        reading: String,
        /// Where it is in the source.
        span: Span,
    },
    /// The number of a footnote, from 1; its text is in the document's
    /// [`Block::Footnotes`].
    Footnote {
        /// From 1.
        number: usize,
        /// Where it is in the source.
        span: Span,
    },
    /// An external link; its scheme is http, https or mailto.
    Link {
        /// Where it leads.
        url: String,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A link to another item of the project, which is known to exist.
    Reference {
        /// The item's id.
        id: String,
        /// Its text: the author's words or the item's title.
        content: Vec<Inline>,
    },
    /// A picture from the project.
    Image(Image),
    /// A sound or a film from the project.
    Recording(Recording),
    /// A part that a cloze card hides.
    Cloze(Cloze),
}

impl Inline {
    /// The running text within a node that only says how it looks or where it leads; `None` for a
    /// cloze, which readers treat as one thing.
    #[must_use]
    pub fn content(&self) -> Option<&[Self]> {
        match self {
            Self::Strong(content)
            | Self::Emphasis(content)
            | Self::Strikethrough(content)
            | Self::Superscript(content)
            | Self::Subscript(content)
            | Self::Highlight(content)
            | Self::Link { content, .. }
            | Self::Reference { content, .. } => Some(content),
            Self::Text { .. }
            | Self::Code { .. }
            | Self::Math(_)
            | Self::DisplayMath(_)
            | Self::SoftBreak
            | Self::HardBreak
            | Self::Ruby { .. }
            | Self::Footnote { .. }
            | Self::Image(_)
            | Self::Recording(_)
            | Self::Cloze(_) => None,
        }
    }

    /// The same, mutable.
    #[must_use]
    pub fn content_mut(&mut self) -> Option<&mut Vec<Self>> {
        match self {
            Self::Strong(content)
            | Self::Emphasis(content)
            | Self::Strikethrough(content)
            | Self::Superscript(content)
            | Self::Subscript(content)
            | Self::Highlight(content)
            | Self::Link { content, .. }
            | Self::Reference { content, .. } => Some(content),
            Self::Text { .. }
            | Self::Code { .. }
            | Self::Math(_)
            | Self::DisplayMath(_)
            | Self::SoftBreak
            | Self::HardBreak
            | Self::Ruby { .. }
            | Self::Footnote { .. }
            | Self::Image(_)
            | Self::Recording(_)
            | Self::Cloze(_) => None,
        }
    }
}

impl Block {
    /// Each run of text directly in this block: in a paragraph, a
    /// heading, a title or a table's cells.
    pub fn runs_mut(&mut self) -> Vec<&mut Vec<Inline>> {
        match self {
            Self::Paragraph(content) | Self::Heading { content, .. } => vec![content],
            Self::Alert(alert) => vec![&mut alert.title],
            Self::Table(table) => table.head.iter_mut().chain(table.rows.iter_mut().flatten()).collect(),
            Self::Quote(_) | Self::List(_) | Self::Code(_) | Self::Math(_) | Self::Rule | Self::Footnotes(_) => {
                Vec::new()
            }
        }
    }

    /// The hidden parts of a formula or of code.
    pub fn hidden_mut(&mut self) -> Option<&mut Vec<Hidden>> {
        match self {
            Self::Math(math) => Some(&mut math.hidden),
            Self::Code(code) => Some(&mut code.hidden),
            Self::Paragraph(_)
            | Self::Heading { .. }
            | Self::Quote(_)
            | Self::Alert(_)
            | Self::List(_)
            | Self::Table(_)
            | Self::Rule
            | Self::Footnotes(_) => None,
        }
    }

    /// The lists of blocks within this block.
    pub fn within_mut(&mut self) -> Vec<&mut Vec<Block>> {
        match self {
            Self::Quote(blocks) => vec![blocks],
            Self::Alert(alert) => vec![&mut alert.blocks],
            Self::List(list) => list.items.iter_mut().map(|item| &mut item.blocks).collect(),
            Self::Footnotes(notes) => notes.iter_mut().collect(),
            Self::Paragraph(_) | Self::Heading { .. } | Self::Code(_) | Self::Math(_) | Self::Table(_) | Self::Rule => {
                Vec::new()
            }
        }
    }
}

impl Inline {
    /// Plain characters that stand for what the author wrote at `span`.
    #[must_use]
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        let text = text.into();
        Self::Text { text, span }
    }
}

/// A picture, by its name in every output.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// File name with the content's hash in it, as in `deck::Media::name`.
    pub name: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// What is shown on a dark page, if that is different.
    pub night: Option<Box<Night>>,
    /// Where it is in the source.
    pub span: Span,
}

/// What is shown in place of a picture on a dark page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Night {
    /// The same with its lightness inverted.
    Inverted,
    /// A different picture, by its name in every output.
    Other(String),
}

/// A sound or a film, by its name in every output.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// File name with the content's hash in it, as in `deck::Media::name`.
    pub name: String,
    /// What is heard or seen; may be empty.
    pub label: String,
    /// Whether there is something to see.
    pub is_film: bool,
    /// Where it is in the source.
    pub span: Span,
}

/// A hidden part of a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Cloze {
    /// Which card hides it, from 1.
    pub number: u16,
    /// What is hidden.
    pub answer: Vec<Inline>,
    /// What is shown instead; may be empty.
    pub hint: Vec<Inline>,
    /// Where it is in the source.
    pub span: Span,
}

/// The span of the bytes `range` of a `text` that is at `span`; exact
/// unless escapes shortened the text.
#[must_use]
pub(super) fn part(text: &str, span: Span, range: std::ops::Range<usize>) -> Span {
    if (span.end - span.start) as usize != text.len() {
        return span;
    }
    let at = |offset| span.start + crate::source::offset(offset);
    Span::new(span.file, at(range.start), at(range.end))
}
