//! Code patterns.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Example;
use crate::content::text::{Lang, Markdown, Title};

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
