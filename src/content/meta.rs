//! What every item says of itself, whatever its kind.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Allow;
use super::text::{Date, Id, Language, Markdown, Spanned, Tag, Title};

/// What an item says of itself, apart from its content.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Meta {
    /// Stable id: lower-case words joined by `-`. Learners' reviews depend on it, so never change it after a release.
    pub id: Id,
    /// Language of its texts, as a BCP 47 tag; the file's if left out.
    pub lang: Option<Language>,
    /// Earlier ids of this item, oldest first. Reviews survive a rename because the oldest id decides the GUID.
    #[serde(default)]
    pub formerly: Vec<Id>,
    /// The release that retires it. That release still ships its notes, tagged `ID::retired::<release>`;
    /// handouts and sheets leave it out. After that release you may delete the item.
    pub retired: Option<Title>,
    /// How hard it is.
    pub difficulty: Option<Difficulty>,
    /// Tags of its notes in Anki.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Ids of related items.
    #[serde(default)]
    pub see_also: Vec<Id>,
    /// The optional cards of its note, such as `[reverse]`; `none` keeps it out of Anki, so that only handouts and sheets
    /// show it.
    pub cards: Option<Cards>,
    /// What the learner must type on a card that asks for it; there is no such card if left out.
    pub typed: Option<Title>,
    /// Sources to read more.
    #[serde(default)]
    pub references: Vec<Reference>,
    /// Lint rules to ignore here, and why.
    #[serde(default)]
    pub allow: Vec<Allow>,
    /// Whether it is essential: a sheet with `core: true` shows only what is.
    #[serde(default)]
    pub core: bool,
    /// Whether it is unfinished. No output contains a draft, and only its keys are checked.
    #[serde(default)]
    pub draft: bool,
    /// When someone last checked it.
    pub reviewed: Option<Date>,
    /// Whether it can become outdated, as prices, records and versions do. After a year without a review, `check` reports it.
    #[serde(default)]
    pub volatile: bool,
}

impl Meta {
    /// Whether only handouts and sheets show the item.
    #[must_use]
    pub fn is_printed(&self) -> bool {
        matches!(self.cards, Some(Cards::None))
    }

    /// The optional cards of its note.
    #[must_use]
    pub fn optional(&self) -> &[Id] {
        match &self.cards {
            Some(Cards::Also(words)) => words,
            Some(Cards::None) | None => &[],
        }
    }
}

/// Which cards the note of an item has, apart from those that every note of its type has.
#[derive(Debug)]
pub enum Cards {
    /// None at all.
    None,
    /// These optional ones too.
    Also(Vec<Id>),
}

impl<'de> Deserialize<'de> for Cards {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Cards;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list or `none`")
            }

            // Tables and checklists have other words under the same key.
            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Cards, E> {
                Ok(if word == "none" { Cards::None } else { Cards::Also(Vec::new()) })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Cards, A::Error> {
                let mut all = Vec::new();
                while let Some(word) = words.next_element()? {
                    all.push(word);
                }
                Ok(Cards::Also(all))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Items apply only to lists and a pattern only to text, so one schema covers both.
impl JsonSchema for Cards {
    fn schema_name() -> Cow<'static, str> {
        "Cards".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<Id>();
        json_schema!({
            "type": ["array", "string"], "items": word, "pattern": "^none$", "x-rule": "cards",
            "patternErrorMessage": "Either a list such as `[reverse]`, or `none`.",
            "examples": [["reverse"], "none"]
        })
    }
}

/// How hard an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names of difficulties")]
pub enum Difficulty {
    Easy,
    Medium,
    Hard,
}

impl Difficulty {
    /// Lower-case name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
        }
    }
}

/// A source.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "reference"))]
pub struct Reference {
    /// Its title.
    pub title: Title,
    /// Who wrote it.
    pub authors: Option<String>,
    /// The year of publication.
    pub year: Option<u16>,
    /// Its web address.
    pub url: Option<Spanned<String>>,
    /// Which part, or why.
    pub note: Option<Markdown>,
}
