//! `note-types/NAME/note-type.yaml`: note types, as authors write them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::decode;
use super::text::{Id, Language, Title};
use crate::source::Span;
use crate::yaml::Tree;

/// A note type: what its notes are made of, and which cards they have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Cardpress note type", extend("x-noun" = "note type"))]
pub struct NoteType {
    /// Its name in Anki, where the deck's title stands before it.
    pub name: Title,
    /// Whether its notes have a card for each cloze, of the fields that a front shows as `{{cloze:Field}}`.
    #[serde(default)]
    pub cloze: bool,
    /// Its fields, in the order in which Anki's editor shows them. Anki's browser sorts by the first.
    #[schemars(length(min = 1))]
    pub fields: Vec<NoteField>,
    /// Its cards, in their order.
    #[schemars(length(min = 1))]
    pub cards: Vec<NoteCard>,
    /// A style sheet for its cards, a file in this folder.
    #[schemars(extend("examples" = ["style.css"]))]
    pub style: Option<Title>,
    /// What stands around its cards: our frame and style (`cardpress`), or nothing (`none`). `cardpress` if left out.
    pub frame: Option<Frame>,
    /// What handouts and sheets show of its notes.
    pub shows: Option<Shows>,
}

/// A field of a note type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "field"))]
pub struct NoteField {
    /// What content files call it. It decides which field of Anki this is, so never change it after a release.
    pub id: Id,
    /// Its name in Anki and in templates.
    pub name: Title,
    /// Whether every note must have it.
    #[serde(default)]
    pub required: bool,
    /// Whether it is plain text. Otherwise it is Markdown.
    #[serde(default)]
    pub text: bool,
    /// Language of its texts, as a BCP 47 tag; the note's if left out.
    pub lang: Option<Language>,
    /// Language in which Anki reads it aloud wherever a template shows it, with its region, such as `de-DE`; Anki does not
    /// if left out.
    #[schemars(extend("examples" = ["ja-JP"]))]
    pub tts: Option<Language>,
    /// Earlier ids of this field, oldest first. Learners' notes keep its content.
    #[serde(default)]
    pub formerly: Vec<Id>,
}

/// A card of a note type.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "card"))]
pub struct NoteCard {
    /// Its name in Anki.
    pub name: Title,
    /// The template of its front, a file in this folder.
    #[schemars(extend("examples" = ["front.html"]))]
    pub front: Title,
    /// The template of its back, a file in this folder.
    #[schemars(extend("examples" = ["back.html"]))]
    pub back: Title,
    /// A word that a note must list under `cards` to have this card; with `typed`, the note must have a key `typed`
    /// instead. Every note has the card if left out.
    #[schemars(extend("examples" = ["reverse", "typed"]))]
    pub optional: Option<Id>,
    /// Earlier names of this card, oldest first. Learners' cards keep their reviews.
    #[serde(default)]
    pub formerly: Vec<Title>,
}

/// What stands around the cards of a note type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the field explains them")]
pub enum Frame {
    Cardpress,
    None,
}

/// What handouts and sheets show of a note type's notes, by the ids of its fields.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("x-noun" = "`shows` mapping"))]
pub struct Shows {
    /// The heading above its notes; the note type's name if left out.
    pub section: Option<Title>,
    /// The field that is a note's title, also in links to it; the first if left out, unless it has clozes.
    pub title: Option<Id>,
    /// Fields that a reader sees before the answer.
    #[serde(default)]
    pub prompt: Vec<Id>,
    /// Fields of the answer; all that are shown nowhere else if left out.
    pub answer: Option<Vec<Id>>,
    /// Fields that stand on sheets beside the title; the notes are on no sheet if left out.
    #[serde(default)]
    pub sheet: Vec<Id>,
}

/// The word under `optional` that has its own key in notes.
pub const TYPED: &str = "typed";

/// A note type's folder.
#[derive(Debug)]
pub struct NoteTypeFolder {
    /// The folder's name, which is the note type's name in content files.
    pub key: String,
    /// Where its name in Anki is given.
    pub span: Span,
    /// The note type itself.
    pub note_type: NoteType,
}

/// The note type that a tree describes, if it fits the schema.
#[must_use]
pub fn note_type(tree: &Tree<'_>) -> Option<NoteType> {
    decode::node(tree, tree.root()?).ok()
}
