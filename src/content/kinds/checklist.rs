//! Lists to tick off.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::content::decode::MIXED;
use crate::content::text::{Id, Markdown, Title};

/// A list to tick.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "checklist", "defaultSnippets" = serde_json::json!([{ "label": "checklist", "body": { "id": "$1", "title": "$2", "items": ["$3"] } }])))]
pub struct Checklist {
    /// Its heading.
    pub title: Title,
    /// Whether each item becomes a card.
    pub cards: Option<ChecklistCards>,
    /// Its items.
    pub items: Vec<ChecklistItem>,
}

/// Which parts of a checklist become cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChecklistCards {
    /// Every item.
    Item,
    /// None.
    None,
}

/// An item of a checklist: text, or a mapping with an id.
#[derive(Debug)]
pub struct ChecklistItem {
    /// Its id; needed where items are cards.
    pub id: Option<Id>,
    /// What to tick.
    pub text: Markdown,
    /// How to do it, or to prove that one can.
    pub how: Option<Markdown>,
    /// Earlier ids, oldest first.
    pub formerly: Vec<Id>,
    /// The release in which it leaves.
    pub retired: Option<Title>,
}

/// The long form of a checklist's item.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongItem {
    id: Option<Id>,
    text: Markdown,
    how: Option<Markdown>,
    #[serde(default)]
    formerly: Vec<Id>,
    retired: Option<Title>,
}

impl<'de> Deserialize<'de> for ChecklistItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = ChecklistItem;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text or a mapping with `text`")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<ChecklistItem, D::Error> {
                let text = Markdown::deserialize(deserializer)?;
                let (id, how, formerly, retired) = (None, None, Vec::new(), None);
                Ok(ChecklistItem { id, text, how, formerly, retired })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ChecklistItem, A::Error> {
                let LongItem { id, text, how, formerly, retired } =
                    LongItem::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(ChecklistItem { id, text, how, formerly, retired })
            }
        }
        deserializer.deserialize_newtype_struct(MIXED, Either)
    }
}

impl JsonSchema for ChecklistItem {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ChecklistItem".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (id, text) = (generator.subschema_for::<Id>(), generator.subschema_for::<Markdown>());
        let (formerly, retired) = (generator.subschema_for::<Vec<Id>>(), generator.subschema_for::<Title>());
        let said = |mut schema: Schema, words: &str| {
            schema.insert("description".to_owned(), words.into());
            schema
        };
        let id = said(id, "Stable id; needed if items are cards.");
        let how = said(text.clone(), "How to do it, or how to prove that you can.");
        let text = said(text, "What to tick.");
        let formerly = said(formerly, "Earlier ids, oldest first, so that reviews survive a rename.");
        let retired = said(retired, "The release that retires it; see `retired` of other items.");
        json_schema!({
            "type": ["string", "object"], "minLength": 1, "pattern": "\\S",
            "properties": { "id": id, "text": text, "how": how, "formerly": formerly, "retired": retired },
            "required": ["text"], "additionalProperties": false, "x-noun": "checklist item",
            "description": "Text, or a mapping with `id`, `text` and `how`."
        })
    }
}
