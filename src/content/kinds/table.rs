//! Comparison tables.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::content::text::{Labelled, Markdown, Pairs, Spanned, Title};

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
    /// What the card of a row asks, where `{row}` stands for the row's first cell. If left out, the card shows that cell and
    /// the heads of the other columns.
    pub ask: Option<Title>,
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
