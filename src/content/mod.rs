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
pub use manifest::{Apkg, Columns, Ink, Manifest, Orientation, PackageFormat, Paper, Selection, Sheet, Show};
pub use meta::{Difficulty, META, Meta, Reference};
pub use note_type::{Frame, NoteCard, NoteField, NoteType, NoteTypeFolder, Shows, note_type};
pub use outputs::{Csv, Handout, Outputs, Several, Switch};
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

/// The content of an item.
#[derive(Debug)]
#[expect(missing_docs, reason = "each variant holds the kind of its name")]
pub enum Body {
    Question(Question),
    Prompt(Prompt),
    Story(Story),
    Pattern(Pattern),
    Table(Table),
    Fact(Fact),
    Choice(Choice),
    Tip(Tip),
    Checklist(Checklist),
    Plan(Plan),
    InterviewType(InterviewType),
    Prose(Prose),
    Note(Note),
}

/// The shape of a content file, for its JSON Schema.
#[derive(Debug, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Cardpress content file", extend("x-noun" = "content file"))]
pub struct FileShape {
    /// Title of the topic: a heading in handouts, a sub-deck in Anki, a group on the cheatsheet. `::` nests: `ML theory::Evaluation`.
    pub topic: Title,
    /// The sub-deck for this file's cards, if it is not the topic's; `""` for the root deck. `::` nests.
    #[schemars(extend("examples" = ["Vocabulary::Verbs", ""]))]
    pub deck: Option<String>,
    /// Colour of the topic on paper; topics without one receive them in turn.
    pub color: Option<TopicColor>,
    /// Language of this file's texts, as a BCP 47 tag; the project's if left out.
    pub lang: Option<Language>,
    /// Values that every item of this file gets unless it says otherwise.
    pub defaults: Option<Defaults>,
    /// Lint rules to ignore in this whole file, and why.
    pub allow: Option<Vec<Allow>>,
    /// Text for the handout: introductions and advice.
    pub prose: Option<Vec<Prose>>,
    /// Kinds of interview: what each tests and how to prepare.
    pub interview_types: Option<Vec<InterviewType>>,
    /// Theory questions and their answers.
    pub questions: Option<Vec<Question>>,
    /// Behavioural questions with the arc of a good story.
    pub prompts: Option<Vec<Prompt>>,
    /// STAR stories.
    pub stories: Option<Vec<Story>>,
    /// Code idioms to write from memory.
    pub patterns: Option<Vec<Pattern>>,
    /// Comparison tables.
    pub tables: Option<Vec<Table>>,
    /// Sentences with cloze deletions.
    pub facts: Option<Vec<Fact>>,
    /// Multiple-choice questions.
    pub choices: Option<Vec<Choice>>,
    /// Advice for a situation.
    pub tips: Option<Vec<Tip>>,
    /// Lists to tick.
    pub checklists: Option<Vec<Checklist>>,
    /// Study plans.
    pub plans: Option<Vec<Plan>>,
    /// Notes of your own note types, which are in `note-types`.
    pub notes: Option<Vec<Note>>,
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

/// The keys of a content file that hold items.
pub const SECTIONS: [&str; 13] = [
    "prose",
    "interview_types",
    "questions",
    "prompts",
    "stories",
    "patterns",
    "tables",
    "facts",
    "choices",
    "tips",
    "checklists",
    "plans",
    "notes",
];

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
    let body = match section {
        "questions" => Body::Question(decode::node(tree, node).ok()?),
        "prompts" => Body::Prompt(decode::node(tree, node).ok()?),
        "stories" => Body::Story(decode::node(tree, node).ok()?),
        "patterns" => Body::Pattern(decode::node(tree, node).ok()?),
        "tables" => Body::Table(decode::node(tree, node).ok()?),
        "facts" => Body::Fact(decode::node(tree, node).ok()?),
        "choices" => Body::Choice(decode::node(tree, node).ok()?),
        "tips" => Body::Tip(decode::node(tree, node).ok()?),
        "checklists" => Body::Checklist(decode::node(tree, node).ok()?),
        "plans" => Body::Plan(decode::node(tree, node).ok()?),
        "interview_types" => Body::InterviewType(decode::node(tree, node).ok()?),
        "prose" => Body::Prose(decode::node(tree, node).ok()?),
        "notes" => Body::Note(decode::node(tree, node).ok()?),
        _ => return None,
    };
    if let Body::Pattern(_) = body {
        // The `lang` of a pattern is that of its code.
        meta.lang = None;
    }
    Some(Item { meta, body })
}
