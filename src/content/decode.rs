//! A `serde::Deserializer` over a validated tree. [`super::Spanned`] also receives the place of
//! its value, and a type that may be either text or a mapping asks for that with the name
//! [`MIXED`].

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, Error};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::yaml::{NodeId, Scalar, Tree, Value};

/// The name of the tuple struct that receives file, start, end, style and value.
pub(super) const SPANNED: &str = "$cardpress::Spanned";
/// The name of the newtype that is visited as a map if the node is a mapping, and as a newtype
/// otherwise.
pub(super) const MIXED: &str = "$cardpress::Mixed";

/// Decodes one node.
///
/// # Errors
/// If the node does not match the type, which a schema check has already ruled out.
pub fn node<'t, T: Deserialize<'t>>(tree: &'t Tree<'_>, node: NodeId) -> Result<T, Error> {
    T::deserialize(At { tree, node })
}

#[derive(Clone, Copy)]
struct At<'t, 's> {
    tree: &'t Tree<'s>,
    node: NodeId,
}

impl<'t> At<'t, '_> {
    fn text(&self) -> &'t str {
        self.tree.text(self.node).unwrap_or("")
    }
}

impl<'de> Deserializer<'de> for At<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tree.value(self.node) {
            Value::List(items) => visitor.visit_seq(Items { of: self, rest: items }),
            Value::Mapping(pairs) => visitor.visit_map(Entries { of: self, rest: pairs }),
            Value::Scalar(Scalar::Null) => visitor.visit_unit(),
            Value::Scalar(Scalar::Bool(value)) => visitor.visit_bool(value),
            Value::Scalar(Scalar::Int(value)) => visitor.visit_i64(value),
            Value::Scalar(Scalar::Float(value)) => visitor.visit_f64(value),
            Value::Scalar(Scalar::Text(text)) => visitor.visit_borrowed_str(text),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        match self.tree.value(self.node) {
            Value::Mapping(pairs) if name == MIXED => visitor.visit_map(Entries { of: self, rest: pairs }),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SPANNED {
            return visitor.visit_seq(Place { of: self, part: 0 });
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        BorrowedStrDeserializer::new(self.text()).deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf
        unit unit_struct seq tuple map struct ignored_any
    }
}

struct Items<'t, 's> {
    of: At<'t, 's>,
    rest: &'t [NodeId],
}

impl<'t> SeqAccess<'t> for Items<'t, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((node, rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        let tree = self.of.tree;
        seed.deserialize(At { tree, node: *node }).map(Some)
    }
}

struct Entries<'t, 's> {
    of: At<'t, 's>,
    rest: &'t [NodeId],
}

impl<'t> MapAccess<'t> for Entries<'t, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some((node, _)) = self.rest.split_first() else { return Ok(None) };
        let tree = self.of.tree;
        seed.deserialize(At { tree, node: *node }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len() / 2)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let [_, node, rest @ ..] = self.rest else {
            return Err(serde::de::Error::custom("a key without a value"));
        };
        self.rest = rest;
        let tree = self.of.tree;
        seed.deserialize(At { tree, node: *node })
    }
}

struct Place<'t, 's> {
    of: At<'t, 's>,
    part: u8,
}

impl<'t> SeqAccess<'t> for Place<'t, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let span = self.of.tree.span(self.of.node);
        self.part += 1;
        let value = match self.part {
            1 => seed.deserialize(crate::source::offset(span.file.index()).into_deserializer())?,
            2 => seed.deserialize(span.start.into_deserializer())?,
            3 => seed.deserialize(span.end.into_deserializer())?,
            4 => seed.deserialize(self.of.tree.style(self.of.node).number().into_deserializer())?,
            _ => seed.deserialize(self.of)?,
        };
        Ok(Some(value))
    }
}
