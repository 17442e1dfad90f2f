//! What the author wrote, as types: the manifest, and content files, which have one topic each
//! and a list for every kind. The JSON Schemas are generated from these types.

pub mod decode;
mod kinds;
mod manifest;
mod meta;
mod note_type;
mod outputs;
pub mod released;
mod text;

pub use kinds::*;
pub use manifest::{Manifest, Theme};
pub use meta::{Cards, Difficulty, Meta, Reference};
pub use note_type::{Frame, NoteCard, NoteField, NoteType, NoteTypeFolder, Shows, TYPED, note_type};
pub use outputs::{
    Apkg, Columns, Csv, Handout, Ink, Orientation, Outputs, PackageFormat, Paper, Selection, Several, Sheet, Show,
    Switch,
};
pub use text::{Date, Id, Labelled, Lang, Language, Markdown, Pairs, Point, Spanned, Tag, Title};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::deck::Color;
use crate::source::Span;
use crate::yaml::{NodeId, Tree};

/// One content file: a topic and its items, in source order.
#[derive(Debug)]
pub struct File {
    /// The topic's path; the last part is its own title.
    pub topic: Vec<String>,
    /// Where the topic's name is.
    pub span: Span,
    /// The deck of its cards, relative to the root, if it isn't the topic's; empty for the root itself.
    pub deck: Option<Spanned<String>>,
    /// Its colour on paper.
    pub color: Option<Color>,
    /// Language of its texts, if it is not the project's.
    pub lang: Option<Language>,
    /// The defaults for every item.
    pub defaults: Defaults,
    /// Lint rules to ignore in the whole file, and why.
    pub allow: Vec<Allow>,
    /// Every item that could be read and isn't a draft.
    pub items: Vec<Item>,
    /// The ids of the drafts.
    pub drafts: Vec<String>,
}

/// Values that every item of a file gets unless it says otherwise.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`defaults` mapping"))]
pub struct Defaults {
    /// Tags that are added to those of every item.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Difficulty of items that have none.
    pub difficulty: Option<Difficulty>,
    /// Whether all items are essential: a sheet with `core: true` shows only what is.
    #[serde(default)]
    pub core: bool,
}

/// A lint rule to ignore, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`allow` entry", "defaultSnippets" = serde_json::json!([{ "label": "allow", "body": { "rule": "$1", "reason": "$2" } }])))]
pub struct Allow {
    /// Its name, as the warning shows it in brackets.
    #[schemars(extend("examples" = ["long-answer"]))]
    pub rule: Title,
    /// Why the rule does not apply here.
    pub reason: Title,
}

/// An item of any kind.
#[derive(Debug)]
pub struct Item {
    /// What every kind says of itself.
    pub meta: Meta,
    /// What its own kind says.
    pub body: Body,
}

/// Colours a topic can have.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "colours")]
pub enum TopicColor {
    Blue,
    Teal,
    Violet,
    Amber,
    Green,
    Rose,
    Slate,
}

impl From<TopicColor> for Color {
    fn from(color: TopicColor) -> Self {
        match color {
            TopicColor::Blue => Self::Blue,
            TopicColor::Teal => Self::Teal,
            TopicColor::Violet => Self::Violet,
            TopicColor::Amber => Self::Amber,
            TopicColor::Green => Self::Green,
            TopicColor::Rose => Self::Rose,
            TopicColor::Slate => Self::Slate,
        }
    }
}

/// The items of a file's tree: the section's name and the node of each.
pub fn item_nodes<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = (&'t str, NodeId)> {
    let sections = tree.root().into_iter().flat_map(|root| tree.entries(root));
    let named = sections.filter_map(|(key, value)| Some((tree.text(key)?, value)));
    let known = named.filter(|(name, _)| SECTIONS.contains(name));
    known.flat_map(|(name, list)| tree.items(list).iter().map(move |node| (name, *node)))
}

/// Reads the file. Items for which `broken` returns true have already been reported, and are skipped.
#[must_use]
pub fn read(tree: &Tree<'_>, broken: impl Fn(Span) -> bool) -> Option<File> {
    let root = tree.root()?;
    let (_, topic) = tree.entry(root, "topic")?;
    let part = |key| tree.get(root, key).filter(|node| !broken(tree.span(*node)));
    let color: Option<TopicColor> = part("color").and_then(|node| decode::node(tree, node).ok());
    let defaults = part("defaults").and_then(|node| decode::node(tree, node).ok());
    let allow = part("allow").and_then(|node| decode::node(tree, node).ok());
    let whole = item_nodes(tree).filter(|(_, node)| !broken(tree.span(*node)));
    let mut drafts = Vec::new();
    let items = whole.filter_map(|(section, node)| {
        let item = item(tree, section, node)?;
        if !item.meta.draft {
            return Some(item);
        }
        drafts.extend(tree.get(node, "id").and_then(|id| tree.text(id)).map(str::to_owned));
        None
    });
    let items: Vec<Item> = items.collect();
    Some(File {
        topic: tree.text(topic)?.split("::").map(|part| part.trim().to_owned()).collect(),
        span: tree.span(topic),
        deck: part("deck").and_then(|node| decode::node(tree, node).ok()),
        color: color.map(Color::from),
        lang: part("lang").and_then(|node| decode::node(tree, node).ok()),
        defaults: defaults.unwrap_or_default(),
        allow: allow.unwrap_or_default(),
        items,
        drafts,
    })
}

/// A node that fits its schema always decodes.
fn item(tree: &Tree<'_>, section: &str, node: NodeId) -> Option<Item> {
    let mut meta: Meta = decode::node(tree, node).ok()?;
    let body = Body::read(tree, section, node)?;
    // Some kinds have a key of their own with the same name.
    if !Kind::shares(section, "lang") {
        meta.lang = None;
    }
    if !Kind::shares(section, "cards") {
        meta.cards = None;
    }
    Some(Item { meta, body })
}
