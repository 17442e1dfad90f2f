//! What the manifest says: the project, its outputs and what they show.

use std::collections::BTreeMap;

use super::Language;
use crate::source::Span;
use crate::words::Words;

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
    /// Where learners report a mistake, with `{id}` for the id of the note; may be empty.
    pub report: String,
    /// Whether cards show the options of a choice in a new order at each review.
    pub mix_options: bool,
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
