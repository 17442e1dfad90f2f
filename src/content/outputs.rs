//! What the manifest says about each output: how it looks, or that the author does not want it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::meta::Difficulty;
use super::text::{Id, Spanned, Tag, Title};
use crate::deck;

/// How each output looks, or that it is not wanted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`outputs` mapping"))]
pub struct Outputs {
    /// The Anki package; `none` leaves it out.
    pub apkg: Option<Switch<Apkg>>,
    /// The text files, or a list of several, each with a name; `none` leaves them out.
    pub csv: Option<Several<Csv>>,
    /// The Markdown handout, or a list of several, each with a name; `none` leaves it out.
    pub handout: Option<Several<Handout>>,
    /// The sheet, or a list of several, each with a name; `none` leaves it out. Without this key, one is made if
    /// possible.
    pub sheet: Option<Several<Sheet>>,
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

/// The instances of an output to make; empty if the output is switched off.
#[derive(Debug, Clone)]
pub struct Several<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = Several<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping, a list or `none`")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Several<T>, E> {
                none(word).map(|()| Several(Vec::new()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Several<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|one| Several(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Several<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = items.next_element()? {
                    all.push(one);
                }
                Ok(Several(all))
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// Keys apply only to mappings, items only to lists and a pattern only to text, so one schema
/// covers all three.
impl<T: JsonSchema> JsonSchema for Several<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}s", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        let mut schema = Switch::<T>::json_schema(generator);
        let list = json_schema!({
            "type": ["object", "string", "array"], "items": one, "minItems": 1,
            "patternErrorMessage": "Either a mapping, a list of them or `none`."
        });
        for (key, value) in list.as_object().into_iter().flatten() {
            schema.insert(key.clone(), value.clone());
        }
        schema
    }
}

/// Text files of the whole deck, or of a part of it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`csv` mapping"))]
pub struct Csv {
    /// What its files are called before `.basic.csv`, `.cloze.csv` and `.table.csv`: the deck's id if left out. Of several,
    /// each has its own.
    pub name: Option<Id>,
    /// Whether only items with `core: true` are in it.
    #[serde(default)]
    pub core: bool,
    /// Which items are in it; all of them if left out. An item must meet each key, by any of its values.
    #[schemars(with = "Option<Selection>")]
    pub only: Option<Spanned<Selection>>,
    /// Which items are left out: those that meet one of the keys.
    #[schemars(with = "Option<Selection>")]
    pub except: Option<Spanned<Selection>>,
}

/// A handout of the whole deck, or of a part of it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`handout` mapping"))]
pub struct Handout {
    /// The name of its folder: `handout` if left out. Of several, each has its own.
    pub name: Option<Id>,
    /// Its title; the deck's if left out.
    pub title: Option<String>,
    /// Whether only items with `core: true` are in it.
    #[serde(default)]
    pub core: bool,
    /// Which items are in it; all of them if left out. An item must meet each key, by any of its values.
    #[schemars(with = "Option<Selection>")]
    pub only: Option<Spanned<Selection>>,
    /// Which items are left out: those that meet one of the keys.
    #[schemars(with = "Option<Selection>")]
    pub except: Option<Spanned<Selection>>,
}

/// The only word allowed in place of options.
fn none<E: serde::de::Error>(word: &str) -> Result<(), E> {
    if word == "none" { Ok(()) } else { Err(E::unknown_variant(word, &["none"])) }
}

/// Options of an output, or `none`.
#[derive(Debug, Clone)]
pub enum Switch<T> {
    /// The author wants it, with these options.
    On(T),
    /// The author does not want it.
    Off,
}

impl<T> Switch<T> {
    /// The options.
    pub fn on(&self) -> Option<&T> {
        match self {
            Self::On(options) => Some(options),
            Self::Off => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Switch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mixed<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Mixed<T> {
            type Value = Switch<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping or `none`")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Switch<T>, E> {
                none(word).map(|()| Switch::Off)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Switch<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Switch::On)
            }
        }
        deserializer.deserialize_any(Mixed(PhantomData))
    }
}

/// The schema of the options, which also accepts the word. A pattern applies only to text and
/// keys only to mappings, so one schema covers both.
impl<T: JsonSchema> JsonSchema for Switch<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        let word = json_schema!({
            "type": ["object", "string"], "pattern": "^none$", "x-rule": "switch",
            "patternErrorMessage": "Either a mapping or `none`."
        });
        for (key, value) in word.as_object().into_iter().flatten() {
            schema.insert(key.clone(), value.clone());
        }
        schema
    }
}
