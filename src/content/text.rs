//! The values that items consist of, each with its place in the source.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::decode::{MIXED, SPANNED};
use crate::source::{FileId, ScalarStyle, Span};

/// A value and its place in the source.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
    /// How it is written, if it is a scalar.
    pub style: ScalarStyle,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
            type Value = Spanned<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
                let missing = || serde::de::Error::custom("a value without its place");
                let file = parts.next_element()?.ok_or_else(missing)?;
                let start = parts.next_element()?.ok_or_else(missing)?;
                let end = parts.next_element()?.ok_or_else(missing)?;
                let style = ScalarStyle::from_number(parts.next_element()?.ok_or_else(missing)?);
                let value = parts.next_element()?.ok_or_else(missing)?;
                let span = Span::new(FileId::new(file), start, end);
                Ok(Spanned { value, span, style })
            }
        }
        deserializer.deserialize_tuple_struct(SPANNED, 5, Parts(PhantomData))
    }
}

/// Declares a text type with its schema.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $schema:tt) => {
        $(#[$doc])*
        pub type $name = Spanned<kind::$name>;

        impl JsonSchema for Spanned<kind::$name> {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

/// Declares that a value with its place has the schema of the value.
macro_rules! plain_type {
    ($($name:ty)*) => {
        $(
            impl JsonSchema for Spanned<$name> {
                fn schema_name() -> Cow<'static, str> {
                    <$name>::schema_name()
                }

                fn inline_schema() -> bool {
                    true
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    <$name>::json_schema(generator)
                }
            }
        )*
    };
}

plain_type!(String u8 u16);

/// The values behind the text types: strings that differ only in their type.
#[expect(unreachable_pub, reason = "the aliases above are public, the names are not")]
pub mod kind {
    macro_rules! kind {
        ($($name:ident)*) => {
            $(
                /// The characters.
                #[derive(Debug, Clone, serde::Deserialize)]
                #[serde(transparent)]
                pub struct $name(pub String);
            )*
        };
    }
    kind!(Id Markdown Title Tag Date Lang Language);
}

text_type!(
    /// Stable name of an item.
    Id, {
        "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80, "x-rule": "id",
        "patternErrorMessage": "An id is lower-case letters and digits, in words joined by `-`.",
        "examples": ["bias-variance"],
        "description": "Stable id: lower-case words joined by `-`. Never change it once cards were imported; a rename lists the old one under `formerly`."
    }
);
text_type!(
    /// Text with markup.
    Markdown, {
        "type": "string", "minLength": 1, "pattern": "\\S", "x-rule": "text",
        "patternErrorMessage": "There is no text here.",
        "description": "Markdown. `$…$` and `$$…$$` are LaTeX, `[[id]]` links to another item."
    }
);
text_type!(
    /// A short text on one line.
    Title, {
        "type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S", "x-rule": "text",
        "patternErrorMessage": "There is no text here.",
        "description": "A short text on one line."
    }
);
text_type!(
    /// An Anki tag.
    Tag, {
        "type": "string", "pattern": "^[^\\s\"]+$", "maxLength": 100, "x-rule": "tag",
        "patternErrorMessage": "A tag has neither spaces nor quotes.",
        "examples": ["ml::theory"],
        "description": "An Anki tag: no spaces; `::` makes a hierarchy."
    }
);
text_type!(
    /// A language of code.
    Lang, {
        "type": "string", "minLength": 1, "maxLength": 40, "pattern": "\\S", "x-rule": "text",
        "patternErrorMessage": "There is no text here.",
        "examples": ["python", "sql", "bash", "rust", "r", "javascript", "java", "c", "cpp", "haskell", "text"],
        "description": "The language of the code, by its name or its files' ending, as in a code fence; `text` for none."
    }
);
text_type!(
    /// A day.
    Date, {
        "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", "x-rule": "date",
        "patternErrorMessage": "A date is written `YYYY-MM-DD`.",
        "examples": ["2026-11-24"],
        "description": "A date, `YYYY-MM-DD`."
    }
);

text_type!(
    /// The language of a text.
    Language, {
        "type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "x-rule": "language",
        "patternErrorMessage": "A language is a BCP 47 tag, such as `fr` or `zh-Hant`.",
        "examples": ["fr", "he", "zh-Hant"],
        "description": "Language of the texts, as a BCP 47 tag, such as `fr` or `zh-Hant`; its script decides the direction."
    }
);

/// A value, or a mapping of one key to it.
#[derive(Debug, Clone)]
pub struct Labelled<T> {
    /// The key.
    pub label: Option<Spanned<String>>,
    /// The value.
    pub value: T,
}

/// Text, or one `label: text` pair. The second form exists because an unquoted
/// `Think aloud: say why` is a mapping to YAML.
pub type Point = Labelled<Markdown>;

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Labelled<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Mixed<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Mixed<T> {
            type Value = Labelled<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or one `label: value` pair")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Labelled<T>, D::Error> {
                let value = T::deserialize(deserializer)?;
                Ok(Labelled { label: None, value })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Labelled<T>, A::Error> {
                let missing = || serde::de::Error::custom("an empty mapping");
                let (label, value) = map.next_entry()?.ok_or_else(missing)?;
                let label = Some(label);
                Ok(Labelled { label, value })
            }
        }
        deserializer.deserialize_newtype_struct(MIXED, Mixed(PhantomData))
    }
}

/// Reads a mapping of at least this many keys as a `W`, and anything else as a `T`.
pub(super) fn mixed<'de, D, W, T, O>(
    deserializer: D,
    keys: usize,
    whole: fn(W) -> O,
    other: fn(T) -> O,
) -> Result<O, D::Error>
where
    D: Deserializer<'de>,
    W: Deserialize<'de>,
    T: Deserialize<'de>,
{
    struct Mixed<W, T, O>(usize, fn(W) -> O, fn(T) -> O);
    impl<'de, W: Deserialize<'de>, T: Deserialize<'de>, O> Visitor<'de> for Mixed<W, T, O> {
        type Value = O;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a value or a mapping")
        }

        fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<O, D::Error> {
            T::deserialize(deserializer).map(self.2)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<O, A::Error> {
            let is_whole = map.size_hint().is_some_and(|size| size >= self.0);
            let map = MapAccessDeserializer::new(map);
            if is_whole { W::deserialize(map).map(self.1) } else { T::deserialize(map).map(self.2) }
        }
    }
    deserializer.deserialize_newtype_struct(MIXED, Mixed(keys, whole, other))
}

impl JsonSchema for Labelled<Markdown> {
    fn schema_name() -> Cow<'static, str> {
        "Point".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["string", "object"], "minLength": 1, "pattern": "\\S",
            "minProperties": 1, "maxProperties": 1,
            "additionalProperties": { "type": "string", "minLength": 1, "pattern": "\\S", "x-rule": "text" },
            "x-rule": "point",
            "description": "Text, or one `label: text` pair, shown as **label**: text."
        })
    }
}

/// A mapping in the author's order.
#[derive(Debug, Clone, Default)]
pub struct Pairs(pub Vec<(Spanned<String>, Markdown)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(All)
    }
}

impl JsonSchema for Pairs {
    fn schema_name() -> Cow<'static, str> {
        "Pairs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Markdown>();
        json_schema!({ "type": "object", "minProperties": 1, "additionalProperties": text })
    }
}
