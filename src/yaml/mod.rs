//! YAML 1.2 → a tree with a span for every key and value, from granit-parser's events. Cardpress
//! rejects anchors, aliases, tags, directives and second documents, which rules out alias bombs;
//! `yes`, `no`, `on` and `off` are text.

mod explain;
mod read;
mod recover;

use std::borrow::Cow;

#[cfg(test)]
pub(crate) use explain::KEYS;

use crate::diag::Sink;
use crate::source::{FileId, ScalarStyle, Span};

/// Cardpress rejects larger sources.
pub const MAX_BYTES: usize = 256 << 20;
/// Cardpress rejects deeper nesting.
pub const MAX_DEPTH: usize = 64;
/// After this many reports, Cardpress gives up on a file.
pub const MAX_DIAGNOSTICS: usize = 1000;

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(u32);

/// A file as nodes in one arena.
#[derive(Debug)]
pub struct Tree<'s> {
    file: FileId,
    nodes: Vec<Node<'s>>,
    children: Vec<NodeId>,
    root: Option<NodeId>,
    /// Ids in items that could not be read: links to them are not a second error.
    pub broken_ids: Vec<&'s str>,
    /// Keys of the file whose values could not be read: they don't count as missing.
    pub broken_keys: Vec<&'s str>,
}

#[derive(Debug)]
struct Node<'s> {
    span: Span,
    data: Data<'s>,
}

#[derive(Debug)]
enum Data<'s> {
    Scalar { text: Cow<'s, str>, style: ScalarStyle },
    List { first: u32, length: u32 },
    Mapping { first: u32, length: u32 },
}

/// A scalar as YAML's core schema understands it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar<'t> {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Everything else, and everything in quotes.
    Text(&'t str),
}

/// A node as a reader wants to see it.
#[derive(Debug, Clone, Copy)]
pub enum Value<'t> {
    /// A single value.
    Scalar(Scalar<'t>),
    /// A list's entries.
    List(&'t [NodeId]),
    /// A mapping's keys and values, in turn.
    Mapping(&'t [NodeId]),
}

/// Parses a whole source; reports what is wrong, and puts the rest in the tree.
#[must_use]
pub fn parse<'s>(file: FileId, text: &'s str, diagnostics: &mut Sink) -> Tree<'s> {
    let mut tree = Tree::new(file, text);
    let mut found = Sink::new();
    if let Ok(root) = read::whole(&mut tree, text, &mut found) {
        tree.root = root;
    } else {
        found.truncate(0);
        tree = recover::parse(file, text, &mut found);
    }
    diagnostics.append(found);
    tree
}

/// Whether `text` parses as a whole.
pub(crate) fn is_whole(text: &str) -> bool {
    let file = FileId::new(0);
    read::whole(&mut Tree::new(file, text), text, &mut Sink::new()).is_ok()
}

/// The part of `text` around byte `at` that is read by itself after a syntax error.
pub(crate) fn part_around(text: &str, at: usize) -> std::ops::Range<usize> {
    recover::part_around(text, at)
}

impl<'s> Tree<'s> {
    fn new(file: FileId, text: &str) -> Self {
        let estimate = text.len() / 24;
        Self {
            file,
            nodes: Vec::with_capacity(estimate),
            children: Vec::with_capacity(estimate),
            root: None,
            broken_ids: Vec::new(),
            broken_keys: Vec::new(),
        }
    }

    /// The top node; `None` for an empty file.
    #[must_use]
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The file it was read from.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Where a node is.
    #[must_use]
    pub fn span(&self, node: NodeId) -> Span {
        self.nodes[node.0 as usize].span
    }

    /// What a node is.
    #[must_use]
    pub fn value(&self, node: NodeId) -> Value<'_> {
        match &self.nodes[node.0 as usize].data {
            Data::Scalar { text, style: ScalarStyle::Plain } => Value::Scalar(resolve(text)),
            Data::Scalar { text, .. } => Value::Scalar(Scalar::Text(text)),
            Data::List { first, length } => Value::List(self.slice(*first, *length)),
            Data::Mapping { first, length } => Value::Mapping(self.slice(*first, *length)),
        }
    }

    fn slice(&self, first: u32, length: u32) -> &[NodeId] {
        &self.children[first as usize..(first + length) as usize]
    }

    /// The characters of a scalar, whatever its type.
    #[must_use]
    pub fn text(&self, node: NodeId) -> Option<&str> {
        match &self.nodes[node.0 as usize].data {
            Data::Scalar { text, .. } => Some(text),
            Data::List { .. } | Data::Mapping { .. } => None,
        }
    }

    /// Whether a node is a scalar that is neither quoted nor a block.
    #[must_use]
    pub fn is_plain(&self, node: NodeId) -> bool {
        self.style(node) == ScalarStyle::Plain && self.text(node).is_some()
    }

    /// How a scalar is written; plain for anything else.
    #[must_use]
    pub fn style(&self, node: NodeId) -> ScalarStyle {
        match self.nodes[node.0 as usize].data {
            Data::Scalar { style, .. } => style,
            Data::List { .. } | Data::Mapping { .. } => ScalarStyle::Plain,
        }
    }

    /// The entries of a list; empty for anything else.
    #[must_use]
    pub fn items(&self, node: NodeId) -> &[NodeId] {
        match self.value(node) {
            Value::List(items) => items,
            Value::Scalar(_) | Value::Mapping(_) => &[],
        }
    }

    /// The keys and values of a mapping; empty for anything else.
    pub fn entries(&self, node: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + use<'_, 's> {
        let pairs = match self.value(node) {
            Value::Mapping(pairs) => pairs,
            Value::Scalar(_) | Value::List(_) => &[],
        };
        pairs.chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }

    /// The key and value of a mapping's entry.
    #[must_use]
    pub fn entry(&self, node: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        self.entries(node).find(|(name, _)| self.text(*name) == Some(key))
    }

    /// The value of a mapping's entry.
    #[must_use]
    pub fn get(&self, node: NodeId, key: &str) -> Option<NodeId> {
        self.entry(node, key).map(|(_, value)| value)
    }

    /// Every scalar that is a value, in source order.
    pub fn scalars(&self) -> impl Iterator<Item = NodeId> {
        let scalar = |node: &Node<'_>| matches!(node.data, Data::Scalar { .. });
        (0..).map(NodeId).zip(&self.nodes).filter(move |(_, node)| scalar(node)).map(|(id, _)| id)
    }

    /// What a person calls this kind of node.
    #[must_use]
    pub fn kind(&self, node: NodeId) -> &'static str {
        match self.value(node) {
            Value::List(_) => "a list",
            Value::Mapping(_) => "a mapping",
            Value::Scalar(Scalar::Null) => "empty",
            Value::Scalar(Scalar::Bool(_)) => "true or false",
            Value::Scalar(Scalar::Int(_) | Scalar::Float(_)) => "a number",
            Value::Scalar(Scalar::Text(_)) => "text",
        }
    }

    fn push(&mut self, span: Span, data: Data<'s>) -> NodeId {
        let id = NodeId(crate::source::offset(self.nodes.len()));
        self.nodes.push(Node { span, data });
        id
    }

    fn push_list(&mut self, span: Span, items: &[NodeId]) -> NodeId {
        let (first, length) = self.keep(items);
        self.push(span, Data::List { first, length })
    }

    fn push_mapping(&mut self, span: Span, pairs: &[NodeId]) -> NodeId {
        let (first, length) = self.keep(pairs);
        self.push(span, Data::Mapping { first, length })
    }

    fn keep(&mut self, nodes: &[NodeId]) -> (u32, u32) {
        let first = crate::source::offset(self.children.len());
        self.children.extend_from_slice(nodes);
        (first, crate::source::offset(nodes.len()))
    }
}

/// One line of text as an author would write it: in quotes only where YAML
/// would take it for something else.
#[must_use]
pub fn scalar(text: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | '(' | ')' | '\'' | '/');
    let starts = text.starts_with(char::is_alphabetic);
    let plain = starts && !text.ends_with(' ') && text.chars().all(safe);
    match resolve(text) {
        Scalar::Text(_) if plain => text.to_owned(),
        // Every JSON escape is also a YAML escape.
        _ => serde_json::Value::from(text).to_string(),
    }
}

/// The core schema of YAML 1.2.2 (§10.3.2) for a scalar without quotes.
fn resolve(text: &str) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        _ => {}
    }
    let numeric = |c: u8| c.is_ascii_digit() || matches!(c, b'+' | b'-' | b'.' | b'e' | b'E');
    if text.len() > 40 || !text.bytes().all(numeric) || !text.bytes().any(|c| c.is_ascii_digit()) {
        return Scalar::Text(text);
    }
    if let Ok(number) = text.parse() {
        return Scalar::Int(number);
    }
    text.parse().map_or(Scalar::Text(text), Scalar::Float)
}
