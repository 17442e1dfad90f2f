//! Notes are made of parts. Each part is parsed once; the fields of a note's cards, its entry in a
//! document and its place on a sheet are views of the same parts.

use std::borrow::Cow;

use super::{Show, Topic};
use crate::markup::{Block, Document, Inline, Math};
use crate::source::Span;

/// Something to learn: one note in Anki, one entry in a document.
#[derive(Debug, Clone)]
pub struct Note {
    /// Unique in the project and stable: the author's id, or, for a part of an item, an id such as `table/row`.
    pub key: String,
    /// Keys that it had in earlier releases, oldest first.
    pub formerly: Vec<String>,
    /// Its note type.
    pub note_type: NoteTypeId,
    /// Full name of its deck, if that isn't the topic's.
    pub deck: Option<String>,
    /// The names of the pictures and recordings on its cards.
    pub media: Vec<String>,
    /// The release in which it leaves, if it is about to.
    pub retired: Option<String>,
    /// Where it is defined.
    pub span: Span,
    /// Its texts, in the order in which documents show them; none if nobody reads them ([`super::Needs`]).
    pub parts: Vec<Part>,
    /// What documents and sheets say of it besides its parts; empty if nobody reads them.
    pub entry: Entry,
    /// Its place among the notes of the collection that is made of the deck; `None` if it isn't in Anki.
    pub number: Option<usize>,
}

/// One of the project's note types: the built-in ones come first, in the order of the constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoteTypeId(u16);

impl NoteTypeId {
    /// A question with a worked answer.
    pub const QUESTION: Self = Self(0);
    /// A STAR story.
    pub const STORY: Self = Self(1);
    /// A code pattern.
    pub const PATTERN: Self = Self(2);
    /// A row of a table.
    pub const TABLE_ROW: Self = Self(3);
    /// A sentence with cloze deletions.
    pub const FACT: Self = Self(4);
    /// A multiple choice.
    pub const CHOICE: Self = Self(5);
    /// Advice for a situation.
    pub const TIP: Self = Self(6);
    /// An item of a checklist.
    pub const CHECKLIST_ITEM: Self = Self(7);

    /// The note type at this index among the note types.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }

    /// Its index among the note types.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A text of a note.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is to the note.
    pub role: Role,
    /// The index of the field that it is in, or one of several texts in; `None` if no card shows it.
    pub field: Option<usize>,
    /// A small heading above it in documents; may be empty.
    pub heading: String,
    /// What stands before its first words in documents; may be empty.
    pub lead: Vec<Inline>,
    /// The text.
    pub document: Document,
}

/// What a part is to its note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The question. In a document its first paragraph is the note's heading.
    Ask,
    /// What a reader sees before answering.
    Prompt,
    /// The answer in one line.
    Short,
    /// The answer, or a part of it.
    Answer,
    /// Formulas and their symbols.
    Formulas,
    /// The points to recall.
    KeyPoints,
    /// Code.
    Code,
    /// What others get wrong.
    Mistakes,
    /// Further questions.
    FollowUps,
    /// Links to other items.
    SeeAlso,
    /// Where it comes from.
    Sources,
    /// What only cards show, because documents show it elsewhere or not at all.
    Card,
}

impl Role {
    /// The `show` value that puts such a part of a question on a sheet.
    #[must_use]
    pub fn shown_by(self) -> Option<Show> {
        match self {
            Self::Short => Some(Show::Short),
            Self::Answer => Some(Show::Answer),
            Self::KeyPoints => Some(Show::KeyPoints),
            Self::Code => Some(Show::Code),
            Self::Mistakes => Some(Show::Mistakes),
            Self::FollowUps => Some(Show::FollowUps),
            Self::Ask | Self::Prompt | Self::Formulas | Self::SeeAlso | Self::Sources | Self::Card => None,
        }
    }

    fn is_before_the_answer(self) -> bool {
        matches!(self, Self::Ask | Self::Prompt)
    }
}

/// What documents and sheets say of a note besides its parts.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Heading that it shares with its neighbours of the same kind, such as `Questions`.
    pub section: String,
    /// A short mark before the title, such as `Q7`; may be empty.
    pub mark: String,
    /// Its heading.
    pub title: Vec<Inline>,
    /// How a sheet shows it.
    pub sheet: OnSheet,
}

/// How a sheet shows a note.
#[derive(Debug, Clone, Default)]
pub enum OnSheet {
    /// It isn't on the sheet.
    #[default]
    None,
    /// In a box of its own: its formulas, then those of its parts that the sheet shows.
    Own {
        /// The box's title.
        title: Vec<Inline>,
        /// Its formulas.
        formulas: Vec<NamedFormula>,
    },
    /// As an entry in a box that it shares with its neighbours in the same section.
    Shared {
        /// The `show` value that asks for it.
        show: Show,
        /// A caption above the entry; may be empty.
        caption: Vec<Inline>,
        /// The entry.
        body: Body,
        /// Whether the box warns of something.
        warns: bool,
    },
}

/// An entry in a box that several notes share.
#[derive(Debug, Clone)]
pub enum Body {
    /// The first part with this role.
    Part(Role),
    /// Something shorter than any of the parts.
    Brief(Document),
}

/// A formula and what it is called.
#[derive(Debug, Clone)]
pub struct NamedFormula {
    /// Its name; may be empty.
    pub name: Vec<Inline>,
    /// The formula.
    pub math: Math,
    /// Whether it belongs to the essentials.
    pub core: bool,
    /// Where it is defined.
    pub span: Span,
}

impl Note {
    /// Full name of its deck, if it is in `topic`.
    #[must_use]
    pub fn deck_in<'d>(&'d self, topic: &'d Topic) -> &'d str {
        self.deck.as_deref().unwrap_or(&topic.deck)
    }

    /// The field at this index: every part that is in it.
    #[must_use]
    pub fn field(&self, at: usize) -> Cow<'_, Document> {
        field(&self.parts, at)
    }

    /// What a reader of a document sees under the title, before answering.
    #[must_use]
    pub fn prompt(&self) -> Document {
        let shown = self.parts.iter().filter(|part| part.role.is_before_the_answer());
        let blocks = shown.flat_map(|part| match part.role {
            Role::Ask => split(&part.document).1.to_vec(),
            _ => part.in_documents(self.span).blocks,
        });
        Document { blocks: blocks.collect() }
    }

    /// What is folded away in a document until the reader opens it.
    #[must_use]
    pub fn answer(&self) -> Document {
        let shown = self.parts.iter().filter(|part| !part.role.is_before_the_answer() && part.role != Role::Card);
        Document {
            blocks: shown.flat_map(|part| part.in_documents(self.span).blocks).collect(),
        }
    }

    /// The parts that documents show.
    pub fn shown(&self) -> impl Iterator<Item = &Document> {
        self.parts.iter().filter(|part| part.role != Role::Card).map(|part| &part.document)
    }

    /// The first part with this role.
    #[must_use]
    pub fn part(&self, role: Role) -> Option<&Document> {
        self.parts.iter().find(|part| part.role == role).map(|part| &part.document)
    }
}

/// The field at this index of a note with these parts.
#[must_use]
pub fn field(parts: &[Part], at: usize) -> Cow<'_, Document> {
    let mut own = parts.iter().filter(|part| part.field == Some(at)).map(|part| &part.document);
    let Some(first) = own.next() else { return Cow::Owned(Document::default()) };
    let mut rest = own.peekable();
    if rest.peek().is_none() {
        return Cow::Borrowed(first);
    }
    Cow::Owned(Document {
        blocks: std::iter::once(first).chain(rest).flat_map(|document| &document.blocks).cloned().collect(),
    })
}

/// A question as a heading and the blocks below it: the heading is the first paragraph, if the text
/// begins with one that has words.
#[must_use]
pub fn split(ask: &Document) -> (&[Inline], &[Block]) {
    match ask.blocks.split_first() {
        Some((Block::Paragraph(content), rest)) if has_words(content) => (content, rest),
        _ => (&[], &ask.blocks),
    }
}

/// Whether running text contains more than pictures.
#[must_use]
pub fn has_words(content: &[Inline]) -> bool {
    content.iter().any(|node| match node {
        Inline::Text { text, .. } => !text.trim().is_empty(),
        Inline::Code { .. } | Inline::Math(_) | Inline::DisplayMath(_) | Inline::Ruby { .. } | Inline::Cloze(_) => true,
        node => node.content().is_some_and(has_words),
    })
}

impl Part {
    /// As documents show it, with its heading. `span` is its note's place.
    fn in_documents(&self, span: Span) -> Document {
        let mut document = self.document.clone();
        if self.role == Role::Short
            && let Some(content) = self.document.as_inlines()
        {
            document = Document::paragraph(vec![Inline::Strong(content.to_vec())]);
        }
        if !self.lead.is_empty() {
            document = led(self.lead.clone(), document);
        }
        self.under_its_heading(document, span)
    }

    /// As a sheet shows it in a note's own box. `span` is its note's place.
    #[must_use]
    pub fn on_sheets(&self, span: Span) -> Cow<'_, Document> {
        // A sheet has no room for what its readers can see.
        if self.heading.is_empty() || self.role == Role::KeyPoints {
            return Cow::Borrowed(&self.document);
        }
        Cow::Owned(self.under_its_heading(self.document.clone(), span))
    }

    fn under_its_heading(&self, document: Document, span: Span) -> Document {
        if self.heading.is_empty() { document } else { under(&self.heading, document, span) }
    }
}

/// A document under a small heading; empty if the document is.
#[must_use]
pub fn under(heading: &str, mut document: Document, span: Span) -> Document {
    if !document.is_empty() {
        document.blocks.insert(0, Block::Paragraph(vec![Inline::Strong(vec![Inline::text(heading, span)])]));
    }
    document
}

/// A document with `words` at the start of its first paragraph, or in a paragraph before it.
#[must_use]
pub fn led(mut words: Vec<Inline>, mut document: Document) -> Document {
    if let Some(Block::Paragraph(content)) = document.blocks.first_mut() {
        words.append(content);
        *content = words;
        return document;
    }
    // If nothing follows the words on their line, they need no trailing space.
    if let Some(Inline::Text { text, .. }) = words.last_mut() {
        text.truncate(text.trim_end().len());
    }
    document.blocks.insert(0, Block::Paragraph(words));
    document
}
