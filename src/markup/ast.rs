//! What an author's text means, independent of any output. Writers match these
//! enums exhaustively, so that a new node shows every place that must learn it.

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
    /// A heading of level 1 to 6, relative to where the document is put.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A list.
    List(List),
    /// Code set apart.
    Code(CodeBlock),
    /// A formula set apart.
    Math(Math),
    /// A table.
    Table(Table),
    /// A horizontal rule.
    Rule,
}

/// A bullet, numbered or task list.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The first number of a numbered list; `None` for bullets.
    pub start: Option<u64>,
    /// Whether items stand close together.
    pub tight: bool,
    /// The items.
    pub items: Vec<ListItem>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListItem {
    /// A box before it, ticked or not; `None` in an ordinary list.
    pub task: Option<bool>,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// Code set apart, highlighted by the writers that can.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeBlock {
    /// The language's name as the author wrote it; may be empty.
    pub lang: String,
    /// The code without the last line break.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A formula that math-core understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Math {
    /// The author's LaTeX, without delimiters.
    pub tex: String,
    /// The same as MathML Core.
    pub mathml: String,
    /// Where the LaTeX stands.
    pub span: Span,
}

/// How the cells of a column are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Nothing said.
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
    /// One entry a column.
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
        /// The characters, escapes and entities resolved.
        text: String,
        /// Where they stand.
        span: Span,
    },
    /// Code in running text.
    Code {
        /// The code.
        text: String,
        /// Where it stands.
        span: Span,
    },
    /// A formula in running text.
    Math(Math),
    /// A formula on a line of its own in the middle of a paragraph.
    DisplayMath(Math),
    /// A line break of the source that means a space.
    SoftBreak,
    /// A line break that the author wants.
    HardBreak,
    /// Important.
    Strong(Vec<Inline>),
    /// Stressed.
    Emphasis(Vec<Inline>),
    /// Struck out.
    Strikethrough(Vec<Inline>),
    /// A link to the world outside; its scheme is http, https or mailto.
    Link {
        /// Where it leads.
        url: String,
        /// What it says.
        content: Vec<Inline>,
    },
    /// A link to another item of the project, which exists.
    Reference {
        /// The item's id.
        id: String,
        /// What it says: the author's words or the item's title.
        content: Vec<Inline>,
    },
    /// A picture of the project.
    Image(Image),
    /// A part that a cloze card hides.
    Cloze(Cloze),
}

impl Inline {
    /// Plain characters that stand for what the author wrote at `span`.
    #[must_use]
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        let text = text.into();
        Self::Text { text, span }
    }
}

/// A picture, by the name that it has in every output.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// File name with the content's hash in it, as in `deck::Media::name`.
    pub name: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Where it stands.
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
    pub hint: String,
    /// Where it stands.
    pub span: Span,
}
