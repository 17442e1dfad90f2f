//! Every kind of item, as authors write it. Editors show the doc comments, which become the
//! descriptions in the JSON Schema.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::decode::MIXED;
use super::text::{Id, Labelled, Lang, Markdown, Pairs, Point, Spanned, Title};

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
    pub mistakes: Vec<Point>,
    /// Questions that an examiner or interviewer asks next.
    #[serde(default)]
    pub follow_ups: Vec<FollowUp>,
}

/// A formula.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "formula", "defaultSnippets" = serde_json::json!([{ "label": "formula", "body": { "name": "$1", "tex": "$2" } }])))]
pub struct Formula {
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
    /// Its language.
    pub lang: Lang,
    /// What it shows.
    pub caption: Option<Markdown>,
    /// The code, as a `|` block.
    pub source: Markdown,
    /// The code at work on a small data set.
    pub example: Option<Example>,
}

/// Code at work on a small data set.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`example`", "defaultSnippets" = serde_json::json!([{ "label": "example", "body": { "setup": "$1", "show": "$2", "output": "$3" } }])))]
pub struct Example {
    /// Code that makes the data set, as a `|` block.
    pub setup: Option<Markdown>,
    /// The expression whose value is the output; if left out, the output is what the code prints or selects.
    pub show: Option<Title>,
    /// The result, as a `|` block.
    pub output: Markdown,
}

/// A question that follows on another.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "follow-up"))]
pub struct FollowUp {
    /// The question.
    pub ask: Markdown,
    /// Its answer.
    pub answer: Option<Markdown>,
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

/// A behavioural question with the arc of a good story.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "prompt", "defaultSnippets" = serde_json::json!([{ "label": "prompt", "body": { "id": "$1", "ask": "$2", "angle": ["$3"] } }])))]
pub struct Prompt {
    /// The question.
    pub ask: Markdown,
    /// The steps of a good answer, in order.
    #[serde(default)]
    pub angle: Vec<Markdown>,
}

/// A STAR story.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "story", "defaultSnippets" = serde_json::json!([{ "label": "story", "body": { "id": "$1", "title": "$2", "situation": "$3", "task": "$4", "action": "$5", "result": "$6" } }])))]
pub struct Story {
    /// What you call it.
    pub title: Title,
    /// Where and when it happened.
    pub situation: Markdown,
    /// What had to be done, and by whom.
    pub task: Markdown,
    /// What was done.
    pub action: Markdown,
    /// What came of it.
    pub result: Markdown,
    /// Figures that prove the result.
    #[serde(default)]
    pub metrics: Vec<Point>,
    /// The prompts that it can answer.
    #[serde(default)]
    pub answers: Vec<StoryAnswer>,
}

/// A prompt that a story answers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "answer"))]
pub struct StoryAnswer {
    /// The prompt's id.
    pub prompt: Id,
    /// How to turn the story for it.
    pub angle: Option<Markdown>,
}

/// A code idiom to write from memory.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "pattern", "defaultSnippets" = serde_json::json!([{ "label": "pattern", "body": { "id": "$1", "name": "$2", "lang": "${3|python,sql|}", "code": "$4" } }])))]
pub struct Pattern {
    /// Its name.
    pub name: Title,
    /// Its language.
    pub lang: Lang,
    /// The task that it solves; the front of the card.
    pub when: Option<Markdown>,
    /// The code, as a `|` block.
    pub code: Markdown,
    /// Why it works, and what to watch for.
    pub explain: Option<Markdown>,
    /// The code at work on a small data set.
    pub example: Option<Example>,
}

/// A comparison table.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "table", "defaultSnippets" = serde_json::json!([{ "label": "table", "body": { "id": "$1", "title": "$2", "columns": ["$3"], "rows": [["$4"]] } }])))]
pub struct Table {
    /// Its heading.
    pub title: Title,
    /// The heads of its columns.
    pub columns: Vec<Spanned<String>>,
    /// Its rows: lists of cells, or `row-id: [cells]` where rows are cards.
    pub rows: Vec<Labelled<Vec<Markdown>>>,
    /// Whether each row becomes a card.
    pub cards: Option<TableCards>,
    /// Earlier ids of rows, as `new-id: old-id`, so that reviews survive a rename.
    #[serde(default)]
    pub renamed_rows: Pairs,
    /// Rows that leave, as `row-id: release`; see `retired`.
    #[serde(default)]
    pub retired_rows: Pairs,
}

/// Which parts of a table become cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableCards {
    /// Every row.
    Row,
    /// None.
    None,
}

impl JsonSchema for Labelled<Vec<Markdown>> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Row".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let cell = generator.subschema_for::<Cell>();
        json_schema!({
            "type": ["array", "object"], "minItems": 1, "items": cell,
            "minProperties": 1, "maxProperties": 1, "x-rule": "row",
            "additionalProperties": { "type": "array", "minItems": 1, "items": cell },
            "description": "A list of cells, or `row-id: [cells]`."
        })
    }
}

/// A cell of a table; it may be empty.
struct Cell;

impl JsonSchema for Cell {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "Markdown; `\"\"` for an empty cell." })
    }
}

/// A sentence with cloze deletions.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "fact", "defaultSnippets" = serde_json::json!([{ "label": "fact", "body": { "id": "$1", "text": "$2 {{$3}}" } }])))]
pub struct Fact {
    /// The sentence; `{{answer}}` hides a part, `{{2:answer::hint}}` numbers it and gives a hint.
    #[schemars(extend("examples" = ["Recall divides by {{TP + FN}}.", "Adam keeps {{two::number}} moments."]))]
    pub text: Markdown,
    /// Shown on the back.
    pub extra: Option<Markdown>,
}

/// A multiple-choice question.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "choice", "defaultSnippets" = serde_json::json!([{ "label": "choice", "body": { "id": "$1", "ask": "$2", "options": [{ "right": "$3" }, { "wrong": "$4" }] } }])))]
pub struct Choice {
    /// The question.
    pub ask: Markdown,
    /// The options, two at least, one of them right; cards show them in a fixed mixed order.
    #[schemars(length(min = 2))]
    pub options: Vec<ChoiceOption>,
    /// Why the right one is right.
    pub explain: Option<Markdown>,
}

/// An option: exactly one of `right` and `wrong`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "option"))]
pub struct ChoiceOption {
    /// A right answer.
    pub right: Option<Markdown>,
    /// A wrong answer.
    pub wrong: Option<Markdown>,
    /// Why.
    pub why: Option<Markdown>,
}

/// Advice for a situation.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "tip", "defaultSnippets" = serde_json::json!([{ "label": "tip", "body": { "id": "$1", "title": "$2", "ask": "$3", "do": "$4", "why": "$5" } }])))]
pub struct Tip {
    /// A short name.
    pub title: Title,
    /// The situation, as a question: the front of the card.
    pub ask: Markdown,
    /// What to do; exactly one of `do` and `dont`.
    pub r#do: Option<Markdown>,
    /// What not to do; exactly one of `do` and `dont`.
    pub dont: Option<Markdown>,
    /// The reason.
    pub why: Markdown,
    /// A phrase to say.
    pub say: Option<Markdown>,
}

/// A list to tick.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "checklist", "defaultSnippets" = serde_json::json!([{ "label": "checklist", "body": { "id": "$1", "title": "$2", "items": ["$3"] } }])))]
pub struct Checklist {
    /// Its heading.
    pub title: Title,
    /// Whether each item becomes a card.
    pub cards: Option<ChecklistCards>,
    /// Its items.
    pub items: Vec<ChecklistItem>,
}

/// Which parts of a checklist become cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChecklistCards {
    /// Every item.
    Item,
    /// None.
    None,
}

/// An item of a checklist: text, or a mapping with an id.
#[derive(Debug)]
pub struct ChecklistItem {
    /// Its id; needed where items are cards.
    pub id: Option<Id>,
    /// What to tick.
    pub text: Markdown,
    /// How to do it, or to prove that one can.
    pub how: Option<Markdown>,
    /// Earlier ids, oldest first.
    pub formerly: Vec<Id>,
    /// The release in which it leaves.
    pub retired: Option<Title>,
}

/// The long form of a checklist's item.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongItem {
    id: Option<Id>,
    text: Markdown,
    how: Option<Markdown>,
    #[serde(default)]
    formerly: Vec<Id>,
    retired: Option<Title>,
}

impl<'de> Deserialize<'de> for ChecklistItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ChecklistItem;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text or a mapping with `text`")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<ChecklistItem, D::Error> {
                let text = Markdown::deserialize(deserializer)?;
                let (id, how, formerly, retired) = (None, None, Vec::new(), None);
                Ok(ChecklistItem { id, text, how, formerly, retired })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ChecklistItem, A::Error> {
                let LongItem { id, text, how, formerly, retired } =
                    LongItem::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(ChecklistItem { id, text, how, formerly, retired })
            }
        }
        deserializer.deserialize_newtype_struct(MIXED, Either)
    }
}

impl JsonSchema for ChecklistItem {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ChecklistItem".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (id, text) = (generator.subschema_for::<Id>(), generator.subschema_for::<Markdown>());
        let (formerly, retired) = (generator.subschema_for::<Vec<Id>>(), generator.subschema_for::<Title>());
        let said = |mut schema: Schema, words: &str| {
            schema.insert("description".to_owned(), words.into());
            schema
        };
        let id = said(id, "Stable id; needed if items are cards.");
        let how = said(text.clone(), "How to do it, or how to prove that you can.");
        let text = said(text, "What to tick.");
        let formerly = said(formerly, "Earlier ids, oldest first, so that reviews survive a rename.");
        let retired = said(retired, "The release that retires it; see `retired` of other items.");
        json_schema!({
            "type": ["string", "object"], "minLength": 1, "pattern": "\\S",
            "properties": { "id": id, "text": text, "how": how, "formerly": formerly, "retired": retired },
            "required": ["text"], "additionalProperties": false, "x-noun": "checklist item",
            "description": "Text, or a mapping with `id`, `text` and `how`."
        })
    }
}

/// A study plan.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "plan", "defaultSnippets" = serde_json::json!([{ "label": "plan", "body": { "id": "$1", "title": "$2", "days": 30, "weeks": [{ "week": 1, "focus": "$3", "daily": ["$4"] }] } }])))]
pub struct Plan {
    /// Its heading.
    pub title: Title,
    /// How many days it takes.
    pub days: Spanned<u16>,
    /// Its weeks.
    pub weeks: Vec<Week>,
}

/// A week of a plan.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "week"))]
pub struct Week {
    /// Its number, from 1.
    pub week: Spanned<u8>,
    /// What it is about.
    pub focus: Title,
    /// What to do every day.
    pub daily: Vec<Point>,
    /// What to reach by its end.
    #[serde(default)]
    pub goals: Vec<Point>,
    /// Ids of the items to study.
    #[serde(default)]
    pub study: Vec<Id>,
    /// Its days. They are numbered from the plan's first to its last.
    #[serde(default)]
    pub schedule: Vec<Day>,
}

/// A day of a plan.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "day", "defaultSnippets" = serde_json::json!([{ "label": "day", "body": { "day": 1, "focus": "$1", "study": ["$2"] } }])))]
pub struct Day {
    /// Its number, from 1 on the plan's first day.
    pub day: Spanned<u16>,
    /// What it is about.
    pub focus: Title,
    /// What to do.
    #[serde(default)]
    pub tasks: Vec<Point>,
    /// Ids of the items to study.
    #[serde(default)]
    pub study: Vec<Id>,
}

/// A kind of interview.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "interview type", "defaultSnippets" = serde_json::json!([{ "label": "interview type", "body": { "id": "$1", "name": "$2", "tests": "$3", "prepare": ["$4"] } }])))]
pub struct InterviewType {
    /// Its name.
    pub name: Title,
    /// What it tests.
    pub tests: Markdown,
    /// How to prepare.
    pub prepare: Vec<Point>,
}

/// Text for the handout.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "text"))]
pub struct Prose {
    /// Its heading.
    pub title: Option<Title>,
    /// The text.
    pub text: Markdown,
}
