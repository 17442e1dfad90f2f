//! Types of interviews.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::{Markdown, Point, Title};

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
