//! The intermediate representation between the content and the outputs.
//!
//! A [`Deck`] exists only once every id is unique and every reference resolves, so a backend never
//! checks either. It knows notes, tables, checklists, plans and prose; only `lower` knows what a
//! "story" or a "question" is.

mod chosen;
mod language;
mod media;
mod media_type;
pub mod names;
mod note;
mod project;
pub mod study;
mod views;

pub use language::{Direction, Language};
pub use media::{Media, MediaSource, NoMedia};
pub use media_type::{HEAD, MediaType, Print, Role as MediaRole, extension};
pub use note::{Body, Entry, NamedFormula, Note, NoteTypeId, OnSheet, Part, Role, field, has_words, led, split, under};
pub use project::{
    Chosen, Extract, Font, Ink, Level, Matters, PackageFormat, Project, Selection, SheetLayout, Show, Traits, Wish,
};
pub use views::{all_topics, notes};

use std::collections::BTreeMap;

use crate::markup::{Document, Inline};
use crate::source::Span;

/// A whole project, ready for any output.
#[derive(Debug, Clone)]
pub struct Deck {
    /// What the manifest says about the project.
    pub project: Project,
    /// The top-level topics in source order.
    pub topics: Vec<Topic>,
    /// Files that the templates and styles of note types name, each with a note type that names it.
    pub type_media: Vec<(NoteTypeId, Media)>,
    /// Notes that earlier releases retired but the sources still have.
    pub left: Vec<Left>,
    /// The ids of drafts, which were left out.
    pub drafts: Vec<String>,
    /// The media that texts refer to, sorted by name.
    pub media: Vec<Media>,
    /// The languages of items that aren't in the project's language, by their ids.
    pub languages: BTreeMap<String, Language>,
    /// What outputs use to choose items, by their ids.
    pub traits: BTreeMap<String, Traits>,
    /// The content files as the lint reads them, in source order; empty in a build.
    pub lessons: Vec<study::Lesson>,
}

/// A topic: a sub-deck, a heading in a handout, a colour on a sheet.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Unique in the project, made from the titles on the way to it.
    pub id: String,
    /// Its own title.
    pub title: String,
    /// Full name of its deck, parts joined by `::`.
    pub deck: String,
    /// Its colour on paper.
    pub color: Color,
    /// What is in it, in source order.
    pub blocks: Vec<Block>,
    /// Notes that are in Anki and not in documents: those of parts of items, and those that are about to leave.
    pub aside: Vec<Note>,
    /// Topics within it.
    pub topics: Vec<Topic>,
    /// Where it is named.
    pub span: Span,
}

/// The colours of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// Blue.
    #[default]
    Blue,
    /// Teal.
    Teal,
    /// Violet.
    Violet,
    /// Amber.
    Amber,
    /// Green.
    Green,
    /// Rose.
    Rose,
    /// Slate.
    Slate,
}

impl Color {
    /// Every colour, in the order in which topics without one get them.
    pub const ALL: [Self; 7] =
        [Self::Blue, Self::Teal, Self::Violet, Self::Amber, Self::Green, Self::Rose, Self::Slate];

    /// Lower-case English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Teal => "teal",
            Self::Violet => "violet",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Rose => "rose",
            Self::Slate => "slate",
        }
    }
}

/// What is in a topic.
#[derive(Debug, Clone)]
pub enum Block {
    /// A note.
    Note(Note),
    /// A table, whose rows may be notes.
    Table(Table),
    /// A list to tick, whose items may be notes.
    Checklist(Checklist),
    /// A study plan.
    Plan(Plan),
    /// Text for readers.
    Prose(Prose),
}

/// What readers of a deck need from notes besides what Anki stores; a deck keeps nothing else of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// The parts that are in fields: [`Note::parts`].
    pub fields: bool,
    /// All parts, [`Note::entry`], the cells of tables, lists, plans and prose.
    pub documents: bool,
    /// Formulas in the form for print.
    pub paper: bool,
}

impl Needs {
    /// Everything.
    pub const ALL: Self = Self { fields: true, documents: true, paper: true };

    /// What either of them needs.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            fields: self.fields || other.fields,
            documents: self.documents || other.documents,
            paper: self.paper || other.paper,
        }
    }
}

/// A note that left with an earlier release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Its key; see [`Note::key`].
    pub key: String,
    /// Keys that it had before.
    pub formerly: Vec<String>,
    /// The release that retired it, according to the author.
    pub release: String,
    /// Where the author says so.
    pub span: Span,
}

/// A table written by the author.
#[derive(Debug, Clone)]
pub struct Table {
    /// The author's id.
    pub id: String,
    /// Where it is defined.
    pub span: Span,
    /// The `show` value that asks for it: the author's tables, or those that Cardpress makes from
    /// prompts and interview types.
    pub show: Show,
    /// Its heading.
    pub title: Vec<Inline>,
    /// One heading per column.
    pub columns: Vec<Vec<Inline>>,
    /// The rows; each has as many cells as there are columns.
    pub rows: Vec<Row>,
}

/// A row of a [`Table`].
#[derive(Debug, Clone)]
pub struct Row {
    /// Where a link to it leads; may be empty.
    pub id: String,
    /// One document per column.
    pub cells: Vec<Document>,
    /// The note that asks about it.
    pub note: Option<Note>,
}

/// A list to tick.
#[derive(Debug, Clone)]
pub struct Checklist {
    /// The author's id.
    pub id: String,
    /// Where it is defined.
    pub span: Span,
    /// Its heading.
    pub title: Vec<Inline>,
    /// The items.
    pub items: Vec<ChecklistItem>,
}

/// An item of a [`Checklist`].
#[derive(Debug, Clone)]
pub struct ChecklistItem {
    /// Where a link to it leads; may be empty.
    pub id: String,
    /// What to tick.
    pub text: Document,
    /// How to do it; may be empty.
    pub how: Document,
    /// The note that asks about it.
    pub note: Option<Note>,
}

/// A study plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The author's id.
    pub id: String,
    /// Where it is defined.
    pub span: Span,
    /// Its heading.
    pub title: Vec<Inline>,
    /// How many days it takes.
    pub days: u16,
    /// Its weeks.
    pub weeks: Vec<Week>,
    /// What it has for each week and each day, in order.
    pub sittings: Vec<Sitting>,
}

/// What a plan has for a day, or for a week as a whole.
#[derive(Debug, Clone)]
pub struct Sitting {
    /// From 1 on the plan's first day; `None` for a week.
    pub day: Option<u16>,
    /// From 1.
    pub week: u8,
    /// The items to study, by their ids.
    pub ids: Vec<String>,
}

/// A week of a [`Plan`].
#[derive(Debug, Clone)]
pub struct Week {
    /// From 1.
    pub number: u8,
    /// What it is about.
    pub focus: Vec<Inline>,
    /// What to do every day.
    pub daily: Vec<Document>,
    /// What to reach by its end.
    pub goals: Vec<Document>,
    /// Items to study, as references.
    pub study: Vec<Inline>,
    /// Its days, if the plan goes day by day.
    pub days: Vec<Day>,
}

/// A day of a [`Plan`].
#[derive(Debug, Clone)]
pub struct Day {
    /// From 1 on the plan's first day.
    pub number: u16,
    /// What it is about.
    pub focus: Vec<Inline>,
    /// What to do.
    pub tasks: Vec<Document>,
    /// Items to study, as references.
    pub study: Vec<Inline>,
}

/// Text for readers: the handout shows it, cards and sheets do not.
#[derive(Debug, Clone)]
pub struct Prose {
    /// The author's id.
    pub id: String,
    /// Where it is defined.
    pub span: Span,
    /// Its heading; may be empty.
    pub title: Vec<Inline>,
    /// The text.
    pub body: Document,
}

/// The id of the part of a question whose note has its key points, with a card for each cloze in them.
pub const KEY_POINTS: &str = "key-points";

/// The id of the item that a note with this key belongs to: a `/` joins it to the ids of parts.
#[must_use]
pub fn item_of(key: &str) -> &str {
    key.split_once('/').map_or(key, |(item, _)| item)
}

/// The tag of the notes that a release retires, in the project with this id. Tags can't contain spaces.
#[must_use]
pub fn retired_tag(project: &str, release: &str) -> String {
    format!("{project}::retired::{}", release.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// Sorts `tags` and drops duplicates, comparing them as Anki does: `ML` and `ml` are the same tag.
pub fn sort_tags(tags: &mut Vec<String>) {
    let mut keyed: Vec<(String, String)> = tags.iter().map(|tag| (names::key(tag), names::stored(tag))).collect();
    keyed.sort_unstable();
    keyed.dedup_by(|one, before| one.0 == before.0);
    tags.clear();
    tags.extend(keyed.into_iter().map(|(_, tag)| tag));
}
