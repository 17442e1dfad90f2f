//! Code at work.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::{Markdown, Title};

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
