//! Advice for a situation.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::{Markdown, Title};

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
