//! What the manifest says about each output: how it looks, or that the author does not want it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::decode::MIXED;
use super::manifest::{Apkg, Selection, Sheet};
use super::text::{Id, Spanned};

/// How each output looks, or that it is not wanted.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`outputs` mapping"))]
pub struct Outputs {
    /// The Anki package; `none` leaves it out.
    pub apkg: Option<Switch<Apkg>>,
    /// The text files, or a list of several, each with a name; `none` leaves them out.
    pub csv: Option<Several<Csv>>,
    /// The Markdown handout, or a list of several, each with a name; `none` leaves it out.
    pub handout: Option<Several<Handout>>,
    /// The sheet, or a list of several, each with a name; `none` leaves it out. Without this key, one is made if
    /// possible.
    pub sheet: Option<Several<Sheet>>,
}

/// The instances of an output to make; empty if the output is switched off.
#[derive(Debug, Clone)]
pub struct Several<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = Several<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping, a list or `none`")
            }

            fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Several<T>, E> {
                Ok(Several(Vec::new()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Several<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(|one| Several(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Several<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = items.next_element()? {
                    all.push(one);
                }
                Ok(Several(all))
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// Keys apply only to mappings, items only to lists and a pattern only to text, so one schema
/// covers all three.
impl<T: JsonSchema> JsonSchema for Several<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}s", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        let mut schema = Switch::<T>::json_schema(generator);
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

/// Text files of the whole deck, or of a part of it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`csv` mapping"))]
pub struct Csv {
    /// What its files are called before `.basic.csv`, `.cloze.csv` and `.table.csv`: the deck's id if left out. Of several,
    /// each has its own.
    pub name: Option<Id>,
    /// Whether only items with `core: true` are in it.
    #[serde(default)]
    pub core: bool,
    /// Which items are in it; all of them if left out. An item must meet each key, by any of its values.
    #[schemars(with = "Option<Selection>")]
    pub only: Option<Spanned<Selection>>,
    /// Which items are left out: those that meet one of the keys.
    #[schemars(with = "Option<Selection>")]
    pub except: Option<Spanned<Selection>>,
}

/// A handout of the whole deck, or of a part of it.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`handout` mapping"))]
pub struct Handout {
    /// The name of its folder: `handout` if left out. Of several, each has its own.
    pub name: Option<Id>,
    /// Its title; the deck's if left out.
    pub title: Option<String>,
    /// Whether only items with `core: true` are in it.
    #[serde(default)]
    pub core: bool,
    /// Which items are in it; all of them if left out. An item must meet each key, by any of its values.
    #[schemars(with = "Option<Selection>")]
    pub only: Option<Spanned<Selection>>,
    /// Which items are left out: those that meet one of the keys.
    #[schemars(with = "Option<Selection>")]
    pub except: Option<Spanned<Selection>>,
}

/// The only word allowed in place of options.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    None,
}

/// Options of an output, or `none`.
#[derive(Debug, Clone)]
pub enum Switch<T> {
    /// The author wants it, with these options.
    On(T),
    /// The author does not want it.
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
                Word::deserialize(deserializer).map(|_| Switch::Off)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Switch<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Switch::On)
            }
        }
        deserializer.deserialize_newtype_struct(MIXED, Mixed(PhantomData))
    }
}

/// The schema of the options, which also accepts the word. A pattern applies only to text and
/// keys only to mappings, so one schema covers both.
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
