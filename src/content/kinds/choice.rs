//! Multiple-choice questions.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::Markdown;

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
