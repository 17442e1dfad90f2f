//! Note types: their fields, templates and style, as Anki stores them.
//!
//! They are frozen from the first release on: adding, removing or reordering a field or a template
//! would freeze every learner's notes. So the built-in ones have spare fields, and reverse and
//! typed cards that appear when a gate field is filled.

use super::template::{self, Node};
use super::{Direction, Language, Part, anki_id};
use crate::markup::cloze;
use crate::source::Span;

/// One of the project's note types: the built-in ones come first, in the order of the constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoteTypeId(u16);

impl NoteTypeId {
    /// A question with a worked answer.
    pub const QUESTION: Self = Self(0);
    /// A STAR story.
    pub const STORY: Self = Self(1);
    /// A code pattern.
    pub const PATTERN: Self = Self(2);
    /// A row of a table.
    pub const TABLE_ROW: Self = Self(3);
    /// A sentence with cloze deletions.
    pub const FACT: Self = Self(4);
    /// A multiple choice.
    pub const CHOICE: Self = Self(5);
    /// Advice for a situation.
    pub const TIP: Self = Self(6);
    /// An item of a checklist.
    pub const CHECKLIST_ITEM: Self = Self(7);

    /// The note type at this index in [`super::Deck::note_types`].
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u16::try_from(index).unwrap_or(u16::MAX))
    }

    /// Its index in [`super::Deck::note_types`].
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// An Anki note type.
#[derive(Debug, Clone)]
pub struct NoteType {
    /// Its name in the ledger and in sources.
    pub key: String,
    /// Derived from the project's id and the key; the ledger may have a different one.
    pub id: i64,
    /// Its name in Anki, which begins with the project's title.
    pub name: String,
    /// When it last changed, in seconds since 1970, according to the ledger.
    pub modified: i64,
    /// Whether its notes have a card for each cloze number.
    pub cloze: bool,
    /// The indices of the fields whose clozes make cards.
    pub clozed: Vec<usize>,
    /// Its fields in order. Anki's browser sorts by the first.
    pub fields: Vec<Field>,
    /// Its cards in order.
    pub templates: Vec<Template>,
    /// The style of all its cards.
    pub css: String,
    /// Whether its editor writes from right to left.
    pub rtl: bool,
    /// Where it is defined, if it is the project's own.
    pub span: Option<Span>,
}

/// A field of a note type.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its id, so that a later rename reaches learners.
    pub id: i64,
}

/// A template: one card of a note.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Its id, so that a later rename reaches learners.
    pub id: i64,
    /// The front's content, without decoration.
    pub question: String,
    /// The back's content below the front, without decoration.
    pub answer: String,
    /// Both, parsed.
    pub content: [Vec<Node>; 2],
    /// The whole front as Anki fills it in.
    pub front: String,
    /// The whole back as Anki fills it in.
    pub back: String,
    /// The whole front, parsed.
    pub asks: Vec<Node>,
}

impl NoteType {
    /// The index of the field `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// Which cards a note with these fields has, as documents and as HTML. Anki doesn't create any on import.
    #[must_use]
    pub fn cards(&self, parts: &[Part], html: &[String]) -> Vec<u16> {
        if self.cloze {
            let of = |at: &usize| cloze::numbers(&super::field(parts, *at));
            let mut cards: Vec<u16> =
                self.clozed.iter().flat_map(of).filter_map(|number| number.checked_sub(1)).collect();
            cards.sort_unstable();
            cards.dedup();
            return cards;
        }
        let filled = |name: &str| self.field(name).and_then(|at| html.get(at)).is_some_and(|field| !field.is_empty());
        let templates = (0_u16..).zip(&self.templates);
        templates.filter(|(_, card)| template::asks(&card.asks, &filled)).map(|(ord, _)| ord).collect()
    }
}

/// A note type before it has ids.
#[derive(Debug)]
pub struct Shape {
    /// Its name in the ledger and in sources.
    pub key: String,
    /// Its name in Anki, without the project's title.
    pub name: String,
    /// Whether its notes have a card for each cloze number.
    pub cloze: bool,
    /// Whether its cards use Cardpress's frame and style.
    pub framed: bool,
    /// The names of its fields, each with what its id is made from.
    pub fields: Vec<(String, String)>,
    /// Its cards.
    pub cards: Vec<Side>,
    /// Its own style.
    pub style: String,
    /// Where it is defined, if it is the project's own.
    pub span: Option<Span>,
}

/// A card of a [`Shape`].
#[derive(Debug)]
pub struct Side {
    /// Its name.
    pub name: String,
    /// What its id is made from.
    pub origin: String,
    /// The front's content.
    pub question: String,
    /// The back's content below the front.
    pub answer: String,
    /// The name of the field that must be filled for the card to exist.
    pub gate: Option<String>,
}

/// The note type of the project `namespace`. Its name begins with the project's title and its ids
/// come from the project's id, so that two decks in one collection never restyle or fork each other.
#[must_use]
pub fn build(shape: Shape, namespace: &str, title: &str, language: &Language) -> NoteType {
    let path = format!("note type/{}", shape.key);
    let id = |part: String| anki_id(namespace, &format!("{path}{part}"));
    let fields = shape.fields.iter();
    let fields: Vec<Field> = fields
        .map(|(name, origin)| Field {
            name: name.clone(),
            id: id(format!("/field/{origin}")),
        })
        .collect();
    let templates = shape.cards.iter().map(|side| {
        let (front, back) = sides(&shape, side, language);
        Template {
            name: side.name.clone(),
            id: id(format!("/template/{}", side.origin)),
            question: side.question.clone(),
            answer: side.answer.clone(),
            content: [&side.question, &side.answer].map(|text| template::parse(text).0),
            asks: template::parse(&front).0,
            front,
            back,
        }
    });
    let templates: Vec<Template> = templates.collect();
    let mut clozed = Vec::new();
    for name in templates.iter().filter(|_| shape.cloze).flat_map(|template| template::clozed(&template.asks)) {
        let at = fields.iter().position(|field| field.name == name);
        clozed.extend(at.filter(|at| !clozed.contains(at)));
    }
    let ours = include_str!("../../assets/card.css");
    NoteType {
        id: id(String::new()),
        name: format!("{title}: {}", shape.name),
        modified: 0,
        cloze: shape.cloze,
        clozed,
        templates,
        fields,
        css: match (shape.framed, shape.style.is_empty()) {
            (true, true) => ours.to_owned(),
            (true, false) => format!("{ours}\n{}", shape.style),
            (false, _) => shape.style,
        },
        rtl: language.direction() == Direction::Rtl,
        span: shape.span,
        key: shape.key,
    }
}

/// The front and the back as Anki fills them in. Conditionals wrap the whole front: a blank front
/// makes no card.
fn sides(shape: &Shape, side: &Side, language: &Language) -> (String, String) {
    let Side { question, answer, gate, .. } = side;
    // The direction is given even if it is the usual one: Anki around it may be in Hebrew.
    let opened = format!("<div class=\"cp cp-{}\" {}>", shape.key, language.attributes());
    let deck = "<div class=\"cp-deck\">{{Subdeck}}</div>";
    let front = if shape.framed {
        format!("{opened}\n{deck}\n<div class=\"cp-front\">{question}</div>\n</div>")
    } else {
        question.clone()
    };
    let back = match (shape.framed, shape.cloze) {
        (false, _) => answer.clone(),
        (true, true) => format!(
            "{opened}\n{deck}\n<div class=\"cp-front\">{question}</div>\n<div class=\"cp-back\">{answer}</div>\n</div>"
        ),
        (true, false) => {
            format!("{{{{FrontSide}}}}\n<hr id=\"answer\">\n{opened}\n<div class=\"cp-back\">{answer}</div>\n</div>")
        }
    };
    let front = match gate {
        Some(field) => format!("{{{{#{field}}}}}{front}{{{{/{field}}}}}"),
        None => front,
    };
    (front, back)
}
