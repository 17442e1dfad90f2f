//! What the manifest says of each output: how it looks, or that it is not wanted.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::decode::MIXED;
use super::manifest::{Apkg, Sheet};

/// How each output looks, or that it is not wanted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`outputs` mapping"))]
pub struct Outputs {
    /// The Anki package; `none` leaves it out.
    pub apkg: Option<Switch<Apkg>>,
    /// The text files; `none` leaves them out.
    pub csv: Option<Off>,
    /// The Markdown handout; `none` leaves it out.
    pub handout: Option<Off>,
    /// The sheet, or a list of several, each with a name; `none` leaves it out. Without this key, one is made if
    /// possible.
    pub sheet: Option<Sheets>,
}

/// The sheets that are wanted; none of them if there is no sheet.
#[derive(Debug, Clone, Default)]
pub struct Sheets(pub Vec<Sheet>);

impl<'de> Deserialize<'de> for Sheets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Sheets;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping, a list or `none`")
            }

            fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Sheets, E> {
                Ok(Sheets::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Sheets, A::Error> {
                Sheet::deserialize(MapAccessDeserializer::new(map)).map(|sheet| Sheets(vec![sheet]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Sheets, A::Error> {
                let mut sheets = Vec::new();
                while let Some(sheet) = items.next_element()? {
                    sheets.push(sheet);
                }
                Ok(Sheets(sheets))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Keys hold for mappings only, items for lists only and a pattern for text only, so one
/// schema does for all three.
impl JsonSchema for Sheets {
    fn schema_name() -> Cow<'static, str> {
        "Sheets".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<Sheet>();
        let mut schema = Switch::<Sheet>::json_schema(generator);
        let list = json_schema!({
            "type": ["object", "string", "array"], "items": one, "minItems": 1,
            "patternErrorMessage": "Either a mapping, a list of them or `none`."
        });
        for (key, value) in list.as_object().into_iter().flatten() {
            schema.insert(key.clone(), value.clone());
        }
        schema
    }
}

/// An output without options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Off {
    /// It is not wanted.
    None,
}

impl JsonSchema for Off {
    fn schema_name() -> Cow<'static, str> {
        "Off".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": ["none"] })
    }
}

/// Options of an output, or `none`.
#[derive(Debug, Clone)]
pub enum Switch<T> {
    /// It is wanted like this.
    On(T),
    /// It is not wanted.
    Off,
}

impl<T> Switch<T> {
    /// The options.
    pub fn on(&self) -> Option<&T> {
        match self {
            Self::On(options) => Some(options),
            Self::Off => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Switch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mixed<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Mixed<T> {
            type Value = Switch<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping or `none`")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Switch<T>, D::Error> {
                Off::deserialize(deserializer).map(|_| Switch::Off)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Switch<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Switch::On)
            }
        }
        deserializer.deserialize_newtype_struct(MIXED, Mixed(PhantomData))
    }
}

/// The schema of the options, which accepts the word, too. A pattern holds for text
/// only and keys for mappings only, so one schema does for both.
impl<T: JsonSchema> JsonSchema for Switch<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = T::json_schema(generator);
        let word = json_schema!({
            "type": ["object", "string"], "pattern": "^none$", "x-rule": "switch",
            "patternErrorMessage": "Either a mapping or `none`."
        });
        for (key, value) in word.as_object().into_iter().flatten() {
            schema.insert(key.clone(), value.clone());
        }
        schema
    }
}
