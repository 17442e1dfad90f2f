//! Notes of any note type.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::content::text::{Id, Markdown, Pairs};

/// A note of a note type: one of the project's, in `note-types`, or one of ours.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "note", "defaultSnippets" = serde_json::json!([{ "label": "note", "body": { "id": "$1", "type": "$2", "fields": {} } }])))]
pub struct Note {
    /// Its note type: the name of a folder in `note-types`.
    pub r#type: Id,
    /// What its fields say, by their ids.
    #[schemars(schema_with = "fields")]
    pub fields: Pairs,
}

/// If a note has no fields, its note type explains the mistake better than a schema could.
fn fields(generator: &mut SchemaGenerator) -> Schema {
    let text = generator.subschema_for::<Markdown>();
    json_schema!({ "type": "object", "additionalProperties": text })
}
