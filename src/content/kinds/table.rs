//! Comparison tables.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::content::text::{Labelled, Markdown, Pairs, Spanned, Title, mixed};

/// A comparison table.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "table", "defaultSnippets" = serde_json::json!([{ "label": "table", "body": { "id": "$1", "title": "$2", "columns": ["$3"], "rows": [["$4"]] } }])))]
pub struct Table {
    /// Its heading.
    pub title: Title,
    /// The heads of its columns; `column-id: Head` where columns or cells are cards.
    pub columns: Vec<Labelled<Spanned<String>>>,
    /// Its rows: lists of cells, or `row-id: [cells]` where rows are cards.
    pub rows: Vec<Labelled<Vec<Markdown>>>,
    /// Which of its parts become cards: each `row`, each `column`, each `cell`, or a list of these.
    pub cards: Option<TableCards>,
    /// What these cards ask, where `{row}` stands for the row's first cell and `{column}` for the column's head: a sentence,
    /// or a mapping of `row`, `column` and `cell` to one each. If left out, a card shows the cell and the heads.
    pub ask: Option<TableAsk>,
    /// Earlier ids of rows, as `new-id: old-id`, so that reviews survive a rename.
    #[serde(default)]
    pub renamed_rows: Pairs,
    /// Rows that leave, as `row-id: release`; see `retired`.
    #[serde(default)]
    pub retired_rows: Pairs,
    /// Earlier ids of columns, as `new-id: old-id`.
    #[serde(default)]
    pub renamed_columns: Pairs,
    /// Columns whose cards leave, as `column-id: release`; see `retired`. They stay in the table.
    #[serde(default)]
    pub retired_columns: Pairs,
}

/// Which parts of a table become cards.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TableCards {
    /// Every row.
    pub row: bool,
    /// Every column with a head but the first.
    pub column: bool,
    /// Every cell in such a column that is not empty.
    pub cell: bool,
}

impl TableCards {
    fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut cards = Self::default();
        for word in words {
            match word {
                "row" => cards.row = true,
                "column" => cards.column = true,
                "cell" => cards.cell = true,
                // `none`, alone.
                _ => {}
            }
        }
        cards
    }

    /// Whether cards ask for anything by column.
    #[must_use]
    pub fn by_column(self) -> bool {
        self.column || self.cell
    }
}

impl<'de> Deserialize<'de> for TableCards {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = TableCards;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a word or a list of words")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<TableCards, E> {
                Ok(TableCards::of([word]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<TableCards, A::Error> {
                let mut all: Vec<String> = Vec::new();
                while let Some(word) = words.next_element()? {
                    all.push(word);
                }
                Ok(TableCards::of(all.iter().map(String::as_str)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Items apply only to lists and a pattern only to text, so one schema covers both.
impl JsonSchema for TableCards {
    fn schema_name() -> Cow<'static, str> {
        "TableCards".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "array"], "pattern": "^(row|column|cell|none)$", "x-rule": "table-cards",
            "patternErrorMessage": "`row`, `column`, `cell`, a list of them, or `none`.",
            "items": { "enum": ["row", "column", "cell"] },
            "examples": ["row", ["row", "cell"]]
        })
    }
}

/// What the cards of a table ask.
#[derive(Debug)]
pub enum TableAsk {
    /// What its only kind of cards asks.
    All(Title),
    /// What each kind of cards asks.
    Each(TableAsks),
}

/// What each kind of cards of a table asks.
#[derive(Debug, Deserialize)]
pub struct TableAsks {
    /// The card of a row.
    pub row: Option<Title>,
    /// The card of a column.
    pub column: Option<Title>,
    /// The card of a cell.
    pub cell: Option<Title>,
}

impl<'de> Deserialize<'de> for TableAsk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        mixed(deserializer, 1, Self::Each, Self::All)
    }
}

/// Keys apply only to mappings and a pattern only to text, so one schema covers both.
impl JsonSchema for TableAsk {
    fn schema_name() -> Cow<'static, str> {
        "TableAsk".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let about = |what: &str| {
            let mut title = generator.subschema_for::<Title>();
            title.insert("description".to_owned(), format!("What the card of a {what} asks.").into());
            title
        };
        let [row, column, cell] = ["row", "column", "cell"].map(about);
        json_schema!({
            "type": ["string", "object"], "minLength": 1, "pattern": "\\S", "x-rule": "text", "x-noun": "mapping of questions",
            "properties": { "row": row, "column": column, "cell": cell },
            "additionalProperties": false, "minProperties": 1,
            "examples": ["What sets {row} apart?", { "cell": "What is the {column} of {row}?" }]
        })
    }
}

impl JsonSchema for Labelled<Spanned<String>> {
    fn schema_name() -> Cow<'static, str> {
        "Head".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "object"], "minProperties": 1, "maxProperties": 1, "x-rule": "column",
            "additionalProperties": { "type": "string" },
            "description": "A column's head, or `column-id: Head`; the head may be empty."
        })
    }
}

impl JsonSchema for Labelled<Vec<Markdown>> {
    fn schema_name() -> Cow<'static, str> {
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
    fn schema_name() -> Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "Markdown; `\"\"` for an empty cell." })
    }
}
