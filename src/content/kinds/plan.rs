//! Study plans.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::{Id, Point, Spanned, Title};

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
