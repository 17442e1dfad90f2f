//! Note types: their fields, templates and style, as Anki stores them.
//!
//! They are frozen from the first release on: adding, removing or reordering a field or a template
//! would freeze every learner's notes. So the built-in ones have spare fields, and optional cards that
//! a note has if a field is filled, which is the author's to fill.

use super::template::{self, Node};
use super::{Field, NoteType, Template, anki_id};
use crate::deck::{self, Direction, Language, Part};
use crate::markup::cloze;
use crate::source::Span;

/// What Cardpress knows of a note type of its own or of a project's, besides what Anki stores.
#[derive(Debug, Clone)]
pub struct Design {
    /// Its name in the ledger and in sources.
    pub key: String,
    /// The indices of the fields whose clozes make cards.
    pub clozed: Vec<usize>,
    /// Its cards in order.
    pub sides: Vec<Sides>,
    /// The index of the field with the note's id, which the footer shows; a project's own note types have none.
    pub id_field: Option<usize>,
    /// The index of the field that says how to find related notes by their ids, if it is a note type of ours.
    pub related_field: Option<usize>,
    /// Where it is defined, if it is the project's own.
    pub span: Option<Span>,
}

/// The name of the field with the note's id.
pub const ID: &str = "Id";
/// The name of the field with links to related items, each with what finds it by its id.
pub const SEE_ALSO: &str = "See also";

/// The two sides of a card, parsed.
#[derive(Debug, Clone)]
pub struct Sides {
    /// The front's content, and the back's below it, without decoration.
    pub content: [Vec<Node>; 2],
    /// The whole front.
    pub asks: Vec<Node>,
}

impl Design {
    /// Which cards a note has that is made of these parts and has these fields as HTML. Anki doesn't
    /// create any on import.
    #[must_use]
    pub fn cards(&self, note_type: &NoteType, parts: &[Part], html: &[String]) -> Vec<u16> {
        if note_type.cloze {
            let of = |at: &usize| cloze::numbers(&deck::field(parts, *at));
            let mut cards: Vec<u16> =
                self.clozed.iter().flat_map(of).filter_map(|number| number.checked_sub(1)).collect();
            cards.sort_unstable();
            cards.dedup();
            return cards;
        }
        let filled =
            |name: &str| note_type.field(name).and_then(|at| html.get(at)).is_some_and(|field| !field.is_empty());
        let sides = (0_u16..).zip(&self.sides);
        sides.filter(|(_, sides)| template::asks(&sides.asks, &filled)).map(|(ord, _)| ord).collect()
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
    /// Whether its cards use Cardpress's frame.
    pub framed: bool,
    /// The names of its fields, each with what its id is made from.
    pub fields: Vec<(String, String)>,
    /// Its cards.
    pub cards: Vec<Side>,
    /// Its whole style.
    pub style: String,
    /// What stands below each back, if it uses Cardpress's frame.
    pub footer: String,
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
    /// A script below the front's content, which the browser's list of cards does not get; may be empty.
    pub script: String,
    /// The name of the field that must be filled for the card to exist.
    pub gate: Option<String>,
}

/// The note type of the project `namespace`. Its name begins with the project's title and its ids
/// come from the project's id, so that two decks in one collection never restyle or fork each other.
#[must_use]
pub fn build(shape: Shape, namespace: &str, title: &str, language: &Language) -> (NoteType, Design) {
    let path = format!("note type/{}", shape.key);
    let id = |part: String| anki_id(namespace, &format!("{path}{part}"));
    let fields = shape.fields.iter();
    let fields: Vec<Field> = fields
        .map(|(name, origin)| Field {
            name: name.clone(),
            id: Some(id(format!("/field/{origin}"))),
        })
        .collect();
    let (templates, sides): (Vec<Template>, Vec<Sides>) = shape
        .cards
        .iter()
        .map(|side| {
            let (front, back) = sides(&shape, side, language);
            let parsed = Sides {
                content: [&side.question, &side.answer].map(|text| template::parse(text).0),
                asks: template::parse(&front).0,
            };
            let template = Template {
                name: side.name.clone(),
                id: Some(id(format!("/template/{}", side.origin))),
                front,
                back,
                browser: shape.framed.then(|| [side.question.clone(), side.answer.clone()]),
            };
            (template, parsed)
        })
        .unzip();
    let mut clozed = Vec::new();
    for name in sides.iter().filter(|_| shape.cloze).flat_map(|sides| template::clozed(&sides.asks)) {
        let at = fields.iter().position(|field| field.name == name);
        clozed.extend(at.filter(|at| !clozed.contains(at)));
    }
    let note_type = NoteType {
        id: id(String::new()),
        name: format!("{title}: {}", shape.name),
        modified: 0,
        cloze: shape.cloze,
        sort_field: 0,
        css: shape.style,
        rtl: language.direction() == Direction::Rtl,
        fields,
        templates,
    };
    let of_ours = |name: &str| note_type.field(name).filter(|_| shape.span.is_none());
    let design = Design {
        key: shape.key,
        clozed,
        sides,
        id_field: of_ours(ID),
        related_field: of_ours(SEE_ALSO),
        span: shape.span,
    };
    (note_type, design)
}

/// The front and the back as Anki fills them in. Conditionals wrap the whole front: a blank front
/// makes no card.
fn sides(shape: &Shape, side: &Side, language: &Language) -> (String, String) {
    let Side { question, answer, script, gate, .. } = side;
    let foot = &shape.footer;
    // The direction is given even if it is the usual one: Anki around it may be in Hebrew.
    let opened = format!("<div class=\"cp cp-{}\" {}>", shape.key, language.attributes());
    let deck = "<div class=\"cp-deck\">{{Subdeck}}</div>";
    let front = if shape.framed {
        format!("{opened}\n{deck}\n<div class=\"cp-front\">{question}</div>{script}\n</div>")
    } else {
        question.clone()
    };
    let back = match (shape.framed, shape.cloze) {
        (false, _) => answer.clone(),
        (true, true) => format!(
            "{opened}\n{deck}\n<div class=\"cp-front\">{question}</div>\n<div class=\"cp-back\">{answer}</div>{foot}\n</div>"
        ),
        (true, false) => {
            format!("{{{{FrontSide}}}}\n<hr id=answer>\n{opened}\n<div class=\"cp-back\">{answer}</div>{foot}\n</div>")
        }
    };
    let front = match gate {
        Some(field) => format!("{{{{#{field}}}}}{front}{{{{/{field}}}}}"),
        None => front,
    };
    (front, back)
}
