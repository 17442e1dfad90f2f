//! A YAML tree in the form that jsonschema expects of JSON, without a copy of the document.

use std::borrow::Cow;

use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use jsonschema::types::JsonType;
use serde_json::{Number, Value as JsonValue};

use crate::yaml::{NodeId, Scalar, Tree, Value};

/// The document type.
pub(super) struct Yaml;

/// A node, or a name that a keyword wants to check as text.
#[derive(Clone, Copy)]
pub(super) enum At<'t> {
    Node(&'t Tree<'t>, NodeId),
    Name(&'t str),
}

impl Json for Yaml {
    type Node<'t> = At<'t>;
    type PreparedKey = String;
    type StringBuffer = ();
    const KEYS_PER_LOOKUP: usize = 2;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), name: &str, read: impl FnOnce(At<'_>) -> T) -> T {
        read(At::Name(name))
    }
}

/// A number of the document.
pub(super) struct Numeral(Number);

impl JsonNumber for Numeral {
    fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        self.0.to_string().into()
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Borrowed(&self.0)
    }
}

/// A list or a mapping.
#[derive(Clone, Copy)]
pub(super) struct Children<'t> {
    tree: &'t Tree<'t>,
    node: NodeId,
    all: &'t [NodeId],
}

impl<'t> At<'t> {
    fn value(self) -> Value<'t> {
        match self {
            Self::Name(name) => Value::Scalar(Scalar::Text(name)),
            Self::Node(tree, node) => tree.value(node),
        }
    }
}

impl<'t> Node<'t, Yaml> for At<'t> {
    type Object = Children<'t>;
    type Array = Children<'t>;
    type Number = Numeral;

    fn as_object(&self) -> Option<Children<'t>> {
        match (self.value(), *self) {
            (Value::Mapping(all), At::Node(tree, node)) => Some(Children { tree, node, all }),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Children<'t>> {
        match (self.value(), *self) {
            (Value::List(all), At::Node(tree, node)) => Some(Children { tree, node, all }),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'t, str>> {
        match self.value() {
            Value::Scalar(Scalar::Text(text)) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Numeral> {
        match self.value() {
            Value::Scalar(Scalar::Int(number)) => Some(Numeral(number.into())),
            Value::Scalar(Scalar::Float(number)) => Number::from_f64(number).map(Numeral),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.value() {
            Value::Scalar(Scalar::Bool(value)) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.value(), Value::Scalar(Scalar::Null))
    }

    fn json_type(&self) -> JsonType {
        match self.value() {
            Value::List(_) => JsonType::Array,
            Value::Mapping(_) => JsonType::Object,
            Value::Scalar(Scalar::Null) => JsonType::Null,
            Value::Scalar(Scalar::Bool(_)) => JsonType::Boolean,
            Value::Scalar(Scalar::Int(_) | Scalar::Float(_)) => JsonType::Number,
            Value::Scalar(Scalar::Text(_)) => JsonType::String,
        }
    }

    fn to_value(&self) -> Cow<'t, JsonValue> {
        Cow::Owned(copy(*self))
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match *self {
            Self::Node(tree, node) => {
                let address = std::ptr::from_ref(tree).addr();
                Some(NodeIdentity::tagged(address, tree.span(node).start))
            }
            Self::Name(name) => Some(NodeIdentity::new(name.as_ptr().addr())),
        }
    }
}

/// A deep copy, which only keywords that compare whole values ask for.
fn copy(at: At<'_>) -> JsonValue {
    let child = |node: &NodeId| match at {
        At::Node(tree, _) => copy(At::Node(tree, *node)),
        At::Name(_) => JsonValue::Null,
    };
    match at.value() {
        Value::Scalar(Scalar::Null) => JsonValue::Null,
        Value::Scalar(Scalar::Bool(value)) => value.into(),
        Value::Scalar(Scalar::Int(value)) => value.into(),
        Value::Scalar(Scalar::Float(value)) => value.into(),
        Value::Scalar(Scalar::Text(text)) => text.into(),
        Value::List(items) => items.iter().map(child).collect(),
        Value::Mapping(pairs) => {
            let name = |node: NodeId| match at {
                At::Node(tree, _) => tree.text(node).unwrap_or("?").to_owned(),
                At::Name(_) => String::new(),
            };
            let pairs = pairs.chunks_exact(2).map(|pair| (name(pair[0]), child(&pair[1])));
            JsonValue::Object(pairs.collect())
        }
    }
}

/// The members of a mapping.
pub(super) struct Members<'t> {
    tree: &'t Tree<'t>,
    rest: std::slice::ChunksExact<'t, NodeId>,
}

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, At<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.rest.next()?;
        let name = self.tree.text(pair[0]).unwrap_or("?");
        Some((name, At::Node(self.tree, pair[1])))
    }
}

impl<'t> Object<'t, Yaml> for Children<'t> {
    type Node = At<'t>;
    type MemberName = &'t str;
    type MembersIter = Members<'t>;

    fn len(&self) -> usize {
        self.all.len() / 2
    }

    fn get(&self, key: &String) -> Option<At<'t>> {
        self.tree.get(self.node, key).map(|node| At::Node(self.tree, node))
    }

    fn members(&self) -> Members<'t> {
        let (tree, rest) = (self.tree, self.all.chunks_exact(2));
        Members { tree, rest }
    }
}

/// The entries of a list.
pub(super) struct Elements<'t> {
    tree: &'t Tree<'t>,
    rest: std::slice::Iter<'t, NodeId>,
}

impl<'t> Iterator for Elements<'t> {
    type Item = At<'t>;

    fn next(&mut self) -> Option<At<'t>> {
        self.rest.next().map(|node| At::Node(self.tree, *node))
    }
}

impl<'t> Array<'t, Yaml> for Children<'t> {
    type Node = At<'t>;
    type ElementsIter = Elements<'t>;

    fn len(&self) -> usize {
        self.all.len()
    }

    fn elements(&self) -> Elements<'t> {
        let (tree, rest) = (self.tree, self.all.iter());
        Elements { tree, rest }
    }
}
