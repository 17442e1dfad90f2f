//! Behavioural questions.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::Markdown;

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
