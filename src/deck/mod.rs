//! The intermediate representation between the content and the outputs.
//!
//! A [`Deck`] exists only once every id is unique and every reference resolves, so a backend never
//! checks either. It knows notes, tables, checklists, plans and prose; only `lower` knows what a
//! "story" or a "question" is.

mod chosen;
mod ids;
mod language;
mod media;
mod media_type;
pub mod names;
mod note;
pub mod note_types;
pub mod study;
pub mod template;
mod views;

pub use ids::{Guid, anki_id};
pub use language::{Direction, Language};
pub use media::{Media, MediaSource, NoMedia};
pub use media_type::{HEAD, MediaType, Print, Role as MediaRole, extension};
pub use note::{Body, Card, Entry, NamedFormula, Note, OnSheet, Part, Role, field, has_words, led, split, under};
pub use note_types::{Field, NoteType, NoteTypeId, Template};
pub use views::{all_topics, notes};

use std::collections::BTreeMap;

use crate::markup::{Document, Inline};
use crate::source::Span;
use crate::words::Words;

/// A whole project, ready for any output.
#[derive(Debug, Clone)]
pub struct Deck {
    /// What the manifest says about the project.
    pub project: Project,
    /// The top-level topics in source order.
    pub topics: Vec<Topic>,
    /// Every note type of the project, the built-in ones first, whether or not a note uses it.
    pub note_types: Vec<NoteType>,
    /// Files that the templates and styles of note types name, each with a note type that names it.
    pub type_media: Vec<(NoteTypeId, Media)>,
    /// Notes that earlier releases retired but the sources still have.
    pub left: Vec<Left>,
    /// The ids of drafts, which were left out.
    pub drafts: Vec<String>,
    /// Anki's id of each deck that has a card in it or below it, and of the
    /// root, by its full name.
    pub decks: BTreeMap<String, i64>,
    /// The media that texts refer to, sorted by name.
    pub media: Vec<Media>,
    /// The languages of items that aren't in the project's language, by their ids.
    pub languages: BTreeMap<String, Language>,
    /// What outputs use to choose items, by their ids.
    pub traits: BTreeMap<String, Traits>,
    /// The content files as the lint reads them, in source order; empty in a build.
    pub lessons: Vec<study::Lesson>,
}

/// What the manifest says about the project.
#[derive(Debug, Clone)]
pub struct Project {
    /// Namespace of every GUID; also the stem of file names.
    pub id: String,
    /// Title, as on a cover.
    pub title: String,
    /// One sentence about it; may be empty.
    pub description: String,
    /// The release's version.
    pub version: String,
    /// The release's date, `YYYY-MM-DD`; may be empty.
    pub date: String,
    /// The language of its texts.
    pub language: Language,
    /// SPDX expression; may be empty.
    pub license: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Root deck in Anki.
    pub deck: String,
    /// Where the manifest names the root deck.
    pub deck_span: Span,
    /// Breaking changes that the manifest accepts, as their errors name them.
    pub accept: Vec<(String, Span)>,
    /// How much lint rules matter.
    pub lint: Vec<Level>,
    /// Eight hex digits that identify the sources.
    pub source_hash: String,
    /// The file format of the Anki package.
    pub package: PackageFormat,
    /// The cheatsheets, each with a name of its own.
    pub sheets: Vec<SheetLayout>,
    /// The handouts, each with a name of its own.
    pub handouts: Vec<Extract>,
    /// The sets of text files, each with a name of its own.
    pub csvs: Vec<Extract>,
    /// What the manifest says about outputs, by their names.
    pub outputs: BTreeMap<&'static str, Wish>,
    /// Font files for the cheatsheet.
    pub fonts: Vec<Font>,
    /// What outputs print besides the author's texts.
    pub words: Words,
}

/// What the manifest says about an output; it doesn't mention most of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// It must be made.
    Wanted,
    /// It is left out.
    Off,
}

/// A font file of the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Font {
    /// Path relative to the project.
    pub path: String,
    /// Where the manifest names it.
    pub span: Span,
}

/// How much a lint rule matters in a project.
#[derive(Debug, Clone)]
pub struct Level {
    /// The rule's name, as the manifest has it.
    pub rule: String,
    /// How much it matters.
    pub matters: Matters,
    /// Where the manifest says so.
    pub span: Span,
}

/// How much something matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matters {
    /// Not at all.
    Not,
    /// It is worth a warning.
    Warn,
    /// It is an error.
    Deny,
}

/// File formats of Anki packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PackageFormat {
    /// A schema-11 database and plain media: every Anki reads it.
    #[default]
    Legacy1,
    /// A schema-18 database, everything compressed: for Anki 2.1.54 and later.
    Modern,
}

/// How the cheatsheet is laid out.
#[derive(Debug, Clone)]
pub struct SheetLayout {
    /// Stem of its file's name.
    pub name: String,
    /// Title; the project's if the author doesn't give one.
    pub title: String,
    /// A line beside the title; may be empty.
    pub subtitle: String,
    /// Width of a page in millimetres, with the orientation applied.
    pub width: f64,
    /// Height of a page in millimetres, with the orientation applied.
    pub height: f64,
    /// How many pages it fills; `None` takes as many as it needs, within reason.
    pub pages: Option<usize>,
    /// Columns per page; `None` lets Cardpress choose.
    pub columns: Option<usize>,
    /// The smallest type size allowed, in points.
    pub floor: f64,
    /// Whether topics may be reordered if that gives larger type.
    pub reorder: bool,
    /// What it is printed with.
    pub ink: Ink,
    /// Whether one edge of each page is wider, for punch holes.
    pub punch: bool,
    /// Whether a fingerprint of the sources is printed on it.
    pub provenance: bool,
    /// Which items are shown.
    pub chosen: Chosen,
    /// Which parts of them are shown, sorted.
    pub show: Vec<Show>,
    /// Where the manifest asks for the sheet, or the manifest's start.
    pub span: Span,
}

/// What a sheet shows: parts of questions, and kinds of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Show {
    Short,
    Formulas,
    KeyPoints,
    Answer,
    Code,
    Mistakes,
    FollowUps,
    Facts,
    Choices,
    Patterns,
    Tips,
    Tables,
    Prompts,
    InterviewTypes,
    Checklists,
    Plans,
    Notes,
}

/// An output of the deck or of a part of it.
#[derive(Debug, Clone)]
pub struct Extract {
    /// Its name, which is also the name of its folder, or the start of its files' names.
    pub name: String,
    /// Its title; the project's if the author doesn't give one.
    pub title: String,
    /// Which items are in it.
    pub chosen: Chosen,
    /// Where the manifest asks for it, or the manifest's start.
    pub span: Span,
}

/// Which items an output shows.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Whether only essentials are shown.
    pub core: bool,
    /// Which items are shown, if not all of them.
    pub only: Option<Selection>,
    /// Which items are left out.
    pub except: Option<Selection>,
}

/// Items selected by their own properties. A key without values is ignored.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Topics by their paths.
    pub topics: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Names of difficulties.
    pub difficulty: Vec<&'static str>,
    /// Ids.
    pub ids: Vec<String>,
    /// Where the selection is made.
    pub span: Span,
}

/// What outputs use to choose items.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    /// Its tags and those of its file.
    pub tags: Vec<String>,
    /// Name of its difficulty.
    pub difficulty: Option<&'static str>,
    /// Whether it belongs to the essentials.
    pub core: bool,
}

/// What a sheet is printed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    /// Colours and tinted areas.
    #[default]
    Color,
    /// Colours, but no areas except bars.
    Saving,
    /// Black only.
    Mono,
}

impl Ink {
    /// Lower-case English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Color => "color",
            Self::Saving => "saving",
            Self::Mono => "mono",
        }
    }
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
    /// Notes that are about to leave: packages still carry them, documents do not.
    pub retired: Vec<Note>,
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
#[expect(clippy::large_enum_variant, reason = "nearly every block is a note")]
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

/// What the ledger keeps about a note for as long as learners have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stamp {
    /// Anki's id; the ids of its cards follow it.
    pub id: i64,
    /// When what Anki stores about it last changed, in seconds since 1970.
    pub modified: i64,
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

/// Sorts `tags` and drops duplicates, comparing them as Anki does: `ML` and `ml` are the same tag.
pub fn sort_tags(tags: &mut Vec<String>) {
    let mut keyed: Vec<(String, String)> = tags.iter().map(|tag| (names::key(tag), names::stored(tag))).collect();
    keyed.sort_unstable();
    keyed.dedup_by(|one, before| one.0 == before.0);
    tags.clear();
    tags.extend(keyed.into_iter().map(|(_, tag)| tag));
}
