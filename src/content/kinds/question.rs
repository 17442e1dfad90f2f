//! Theory questions.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::Example;
use crate::content::text::{Id, Lang, Markdown, Pairs, Point, Title, mixed};

/// A theory question and its answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "question", "defaultSnippets" = serde_json::json!([{ "label": "question", "body": { "id": "$1", "ask": "$2", "answer": "$3" } }])))]
pub struct Question {
    /// The question, one sentence.
    #[schemars(extend("examples" = ["What does the learning rate do?"]))]
    pub ask: Markdown,
    /// A short name for the sheet and for links to it; the question if left out.
    pub title: Option<Title>,
    /// The answer in one line, on the back of the card and on the sheet.
    pub short: Option<Markdown>,
    /// The full answer, as you would give it aloud.
    pub answer: Markdown,
    /// What an answer must include; printed on the sheet.
    #[serde(default)]
    pub key_points: Vec<Point>,
    /// Formulas that belong to it.
    #[serde(default)]
    pub formulas: Vec<Formula>,
    /// Code that belongs to it.
    #[serde(default)]
    pub code: Vec<Code>,
    /// Common mistakes.
    #[serde(default)]
    pub mistakes: Vec<MistakeOrPoint>,
    /// Questions that an examiner or interviewer asks next.
    #[serde(default)]
    pub follow_ups: Vec<FollowUp>,
}

/// A formula.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "formula", "defaultSnippets" = serde_json::json!([{ "label": "formula", "body": { "name": "$1", "tex": "$2" } }])))]
pub struct Formula {
    /// Its id within the item: with one, it is a card of its own. Learners' reviews depend on it.
    pub id: Option<Id>,
    /// Earlier ids of it within the item, oldest first.
    #[serde(default)]
    pub formerly: Vec<Id>,
    /// The release that retires its card; see `retired` of the item.
    pub retired: Option<Title>,
    /// What it is called.
    pub name: Option<Title>,
    /// LaTeX without dollar signs; in single quotes or a `|` block.
    #[schemars(extend("examples" = [r"\mathrm{TP} / (\mathrm{TP} + \mathrm{FP})"]))]
    pub tex: Markdown,
    /// Symbols (LaTeX) and what they mean.
    pub r#where: Option<Pairs>,
    /// Whether it is essential: a sheet with `core: true` shows only what is.
    #[serde(default)]
    pub core: bool,
}

/// Code.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "code sample"))]
pub struct Code {
    /// Its id within the item: with one, it is a card of its own, as a pattern is. Learners' reviews depend on it.
    pub id: Option<Id>,
    /// Earlier ids of it within the item, oldest first.
    #[serde(default)]
    pub formerly: Vec<Id>,
    /// The release that retires its card; see `retired` of the item.
    pub retired: Option<Title>,
    /// Its language.
    pub lang: Lang,
    /// What it shows.
    pub caption: Option<Markdown>,
    /// The code, as a `|` block.
    pub source: Markdown,
    /// The code at work on a small data set.
    pub example: Option<Example>,
}

/// A common mistake.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "mistake"))]
pub struct Mistake {
    /// Its id within the item: with one, it is a card of its own. Learners' reviews depend on it.
    pub id: Option<Id>,
    /// Earlier ids of it within the item, oldest first.
    #[serde(default)]
    pub formerly: Vec<Id>,
    /// The release that retires its card; see `retired` of the item.
    pub retired: Option<Title>,
    /// What people say or do.
    pub wrong: Markdown,
    /// Why it is wrong, and what is right.
    pub why: Markdown,
}

/// A mistake in full, or only a point.
#[derive(Debug)]
pub enum MistakeOrPoint {
    /// With its own keys.
    Mistake(Mistake),
    /// A text.
    Point(Point),
}

impl<'de> Deserialize<'de> for MistakeOrPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        mixed(deserializer, 2, Self::Mistake, Self::Point)
    }
}

/// A point is a mapping with one key, so the number of keys decides.
impl JsonSchema for MistakeOrPoint {
    fn schema_name() -> Cow<'static, str> {
        "MistakeOrPoint".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "if": { "type": "object", "minProperties": 2 },
            "then": generator.subschema_for::<Mistake>(),
            "else": generator.subschema_for::<Point>()
        })
    }
}

/// A question that follows on another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "follow-up"))]
pub struct FollowUp {
    /// Its id within the item: with one, it is a card of its own. Learners' reviews depend on it.
    pub id: Option<Id>,
    /// Earlier ids of it within the item, oldest first.
    #[serde(default)]
    pub formerly: Vec<Id>,
    /// The release that retires its card; see `retired` of the item.
    pub retired: Option<Title>,
    /// The question.
    pub ask: Markdown,
    /// Its answer.
    pub answer: Option<Markdown>,
}
