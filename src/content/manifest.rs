//! `cardpress.yaml`: what a project is, where its content is, and what to build.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::meta::Difficulty;
use super::outputs::Outputs;
use super::text::{Date, Id, Language, Pairs, Spanned, Tag, Title};
use crate::deck;
use crate::words::{CATEGORIES, Count, Word};

/// The manifest of a project.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Cardpress project", extend("x-noun" = "manifest"))]
pub struct Manifest {
    /// Version of the source format.
    #[schemars(extend("const" = 1))]
    pub format: u8,
    /// Namespace of every GUID, and the outputs' file name. Never change it after a release.
    pub id: Id,
    /// Title of the deck.
    pub title: Title,
    /// One sentence about it.
    pub description: Option<String>,
    /// The release, such as `1.2.0`; in quotes if it looks like a number.
    #[schemars(extend("examples" = ["1.2.0"]))]
    pub version: Title,
    /// The release's date, for handouts and sheets.
    pub date: Option<Date>,
    /// The language of the texts and of our headings, as a BCP 47 tag, such as `de` or `pt-BR`; `en` if left out.
    pub language: Option<Language>,
    /// Licence of the content, as an SPDX expression.
    #[schemars(extend("examples" = ["CC-BY-4.0"]))]
    pub license: Option<String>,
    /// Who wrote it.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Patterns of the content files, relative to this file. Files are read in the order of their names.
    #[schemars(length(min = 1), extend("examples" = [["topics/*.yaml"]]))]
    pub content: Vec<Title>,
    /// Root deck in Anki; topics become sub-decks. The title if left out.
    #[schemars(extend("examples" = ["Languages::Latin"]))]
    pub deck: Option<Title>,
    /// Changes that cost learners something and are intended, each as its error names it: `vanished-id=some-id`.
    #[serde(default)]
    #[schemars(extend("examples" = [["vanished-id=some-id"]]))]
    pub accept: Vec<Title>,
    /// How much each lint rule matters: `allow`, `warn` or `deny`.
    #[serde(default)]
    #[schemars(schema_with = "levels", extend("examples" = [{ "no-source": "deny" }]))]
    pub lint: Pairs,
    /// Your own commands for formulas, with `#1` to `#9` for their arguments.
    #[serde(default)]
    #[schemars(schema_with = "macros", extend("examples" = [{ r"\R": r"\mathbb{R}" }]))]
    pub macros: Pairs,
    /// Your own headings and labels, for all outputs. What stands in braces is filled in.
    #[serde(default)]
    #[schemars(schema_with = "words", extend("examples" = [{ "see_also": "Related" }]))]
    pub words: Pairs,
    /// Options of each output, or `none` to leave it out.
    #[serde(default)]
    pub outputs: Outputs,
    /// Font files for the cheatsheet (TTF, OTF, TTC or OTC), relative to this file. They set the characters that the
    /// built-in fonts lack.
    #[serde(default)]
    #[schemars(extend("examples" = [["fonts/NotoSansJP-Regular.otf"]]))]
    pub fonts: Vec<Title>,
}

impl Manifest {
    /// BCP 47 tag of the project's language.
    #[must_use]
    pub fn language_tag(&self) -> &str {
        self.language.as_ref().map_or("en", |language| &language.value.0)
    }
}

fn levels(_: &mut SchemaGenerator) -> Schema {
    let level = json_schema!({ "type": "string", "enum": ["allow", "warn", "deny"] });
    json_schema!({ "type": "object", "additionalProperties": level })
}

fn macros(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object", "additionalProperties": { "type": "string" } })
}

fn words(_: &mut SchemaGenerator) -> Schema {
    let texts = Word::ALL.iter().map(|word| (word.key().to_owned(), word.about().to_owned()));
    let forms = Count::ALL.iter().flat_map(|count| {
        let form = |(category, _)| (format!("{}.{category}", count.key()), count.about().to_owned());
        CATEGORIES.iter().copied().map(form)
    });
    let text = |(key, about): (String, String)| {
        (key, json!({ "type": "string", "minLength": 1, "pattern": "\\S", "x-rule": "text", "description": about }))
    };
    let properties: Map<String, Value> = texts.chain(forms).map(text).collect();
    json_schema!({
        "type": "object", "properties": properties, "additionalProperties": false, "x-noun": "`words` mapping"
    })
}

/// How the Anki package is made.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`apkg` mapping"))]
pub struct Apkg {
    /// Its file format: `legacy1`, which every Anki reads, or `modern`, smaller and for Anki 2.1.54 or later; `legacy1`
    /// if left out.
    pub format: Option<PackageFormat>,
}

/// File formats of Anki packages.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names of formats, which the field explains")]
pub enum PackageFormat {
    Legacy1,
    Modern,
}

/// How a cheatsheet looks, and what it shows.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`sheet` mapping"))]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own")]
pub struct Sheet {
    /// The name of its file without `.pdf`: `cheatsheet` if left out. Of several sheets each has its own.
    pub name: Option<Id>,
    /// Its title; the deck's if left out.
    pub title: Option<String>,
    /// A line beside the title.
    pub subtitle: Option<String>,
    /// Paper size.
    pub paper: Option<Paper>,
    /// Which way the paper is turned.
    pub orientation: Option<Orientation>,
    /// How many pages to fill, in the largest type that has room; the fewest that it needs, up to twelve, if left out.
    #[schemars(range(min = 1, max = 12))]
    pub pages: Option<u8>,
    /// Columns a page; `auto` chooses the number that reads best.
    pub columns: Option<Columns>,
    /// The smallest type that is allowed, in points; 6.5 if left out.
    #[schemars(range(min = 5.5, max = 12.0))]
    pub floor: Option<f64>,
    /// Whether topics may change their places where that gives larger type.
    #[serde(default)]
    pub reorder: bool,
    /// What it is printed with: `color`, `saving` (colours without tinted areas) or `mono` (black alone); `color` if
    /// left out.
    pub ink: Option<Ink>,
    /// Whether one edge of each page is wider, for holes.
    #[serde(default)]
    pub punch: bool,
    /// Whether a fingerprint of the sources stands at the foot of each page.
    #[serde(default)]
    pub provenance: bool,
    /// Whether only items and formulas with `core: true` are shown.
    #[serde(default)]
    pub core: bool,
    /// Which items are shown; all of them if left out. An item must meet each key, by any of its values.
    #[schemars(with = "Option<Selection>")]
    pub only: Option<Spanned<Selection>>,
    /// Which items are left out: those that meet one of the keys.
    #[schemars(with = "Option<Selection>")]
    pub except: Option<Spanned<Selection>>,
    /// What is shown of the items. If left out: `short`, `formulas` and `key_points` of questions, patterns, tips, tables,
    /// prompts, kinds of interview, checklists, plans, and notes of your own note types.
    pub show: Option<Vec<Show>>,
}

/// Items, by what they say of themselves.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "selection"))]
pub struct Selection {
    /// Topics, as their files name them, with their sub-topics.
    #[serde(default)]
    pub topics: Vec<Title>,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// How hard they are.
    #[serde(default)]
    pub difficulty: Vec<Difficulty>,
    /// Their ids.
    #[serde(default)]
    pub ids: Vec<Id>,
}

/// What a sheet shows.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "parts of questions, and kinds of items, by their keys")]
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

impl From<Show> for deck::Show {
    fn from(show: Show) -> Self {
        match show {
            Show::Short => Self::Short,
            Show::Formulas => Self::Formulas,
            Show::KeyPoints => Self::KeyPoints,
            Show::Answer => Self::Answer,
            Show::Code => Self::Code,
            Show::Mistakes => Self::Mistakes,
            Show::FollowUps => Self::FollowUps,
            Show::Facts => Self::Facts,
            Show::Choices => Self::Choices,
            Show::Patterns => Self::Patterns,
            Show::Tips => Self::Tips,
            Show::Tables => Self::Tables,
            Show::Prompts => Self::Prompts,
            Show::InterviewTypes => Self::InterviewTypes,
            Show::Checklists => Self::Checklists,
            Show::Plans => Self::Plans,
            Show::Notes => Self::Notes,
        }
    }
}

/// What a sheet is printed with.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the field explains them")]
pub enum Ink {
    Color,
    Saving,
    Mono,
}

/// Paper sizes.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names of paper sizes")]
pub enum Paper {
    A3,
    A4,
    A5,
    A6,
    Letter,
    Legal,
}

impl Paper {
    /// Width and height in millimetres, upright.
    #[must_use]
    pub fn size(self) -> (f64, f64) {
        match self {
            Self::A3 => (297.0, 420.0),
            Self::A4 => (210.0, 297.0),
            Self::A5 => (148.0, 210.0),
            Self::A6 => (105.0, 148.0),
            Self::Letter => (215.9, 279.4),
            Self::Legal => (215.9, 355.6),
        }
    }
}

/// Which way paper is turned.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names of orientations")]
pub enum Orientation {
    Landscape,
    Portrait,
}

/// Columns a page.
#[derive(Debug, Clone, Copy, Deserialize)]
pub enum Columns {
    /// The number that reads best.
    #[serde(rename = "auto")]
    Auto,
    /// One.
    #[serde(rename = "1")]
    One,
    /// Two.
    #[serde(rename = "2")]
    Two,
    /// Three.
    #[serde(rename = "3")]
    Three,
    /// Four.
    #[serde(rename = "4")]
    Four,
    /// Five.
    #[serde(rename = "5")]
    Five,
    /// Six.
    #[serde(rename = "6")]
    Six,
}

impl Columns {
    /// The number; `None` for [`Columns::Auto`].
    #[must_use]
    pub fn number(self) -> Option<usize> {
        match self {
            Self::Auto => None,
            Self::One => Some(1),
            Self::Two => Some(2),
            Self::Three => Some(3),
            Self::Four => Some(4),
            Self::Five => Some(5),
            Self::Six => Some(6),
        }
    }
}

impl JsonSchema for Columns {
    fn schema_name() -> Cow<'static, str> {
        "Columns".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": ["auto", 1, 2, 3, 4, 5, 6], "description": "Columns a page; `auto` chooses the number that reads best." })
    }
}
