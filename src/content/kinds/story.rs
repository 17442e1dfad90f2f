//! STAR stories.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::{Id, Markdown, Point, Title};

/// A STAR story.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "story", "defaultSnippets" = serde_json::json!([{ "label": "story", "body": { "id": "$1", "title": "$2", "situation": "$3", "task": "$4", "action": "$5", "result": "$6" } }])))]
pub struct Story {
    /// What you call it.
    pub title: Title,
    /// The four beats in a line each, on the back of the card; the telling is then folded away.
    pub short: Option<Beats>,
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

/// A story in four lines.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`short` mapping"))]
pub struct Beats {
    /// The situation in a line.
    pub situation: Markdown,
    /// The task in a line.
    pub task: Markdown,
    /// The action in a line.
    pub action: Markdown,
    /// The result in a line.
    pub result: Markdown,
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
