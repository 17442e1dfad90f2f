//! The note types of a Cardpress deck: their fields, templates and style.
//!
//! Frozen from the first release: adding, removing or reordering a field or a
//! template would freeze every learner's notes. So each type has spare fields,
//! and reverse and typed cards that a filled gate field switches on.

use super::{Direction, Language, anki_id};
use crate::markup::{Document, cloze};
use crate::words::{Part, Word, Words, parts};

/// Which of the project's note types; see [`all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteTypeId {
    /// A question with a worked answer.
    Question,
    /// A STAR story.
    Story,
    /// A code pattern.
    Pattern,
    /// A row of a table.
    TableRow,
    /// A sentence with cloze deletions.
    Fact,
    /// A multiple choice.
    Choice,
    /// Advice for a situation.
    Tip,
    /// An item of a checklist.
    ChecklistItem,
}

impl NoteTypeId {
    /// Its place in [`all`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A note type with the ids that Anki matches releases by.
#[derive(Debug, Clone)]
pub struct NoteType {
    /// Stable name within the project, such as `question`.
    pub key: &'static str,
    /// Anki's id.
    pub id: i64,
    /// The name that learners see.
    pub name: String,
    /// When it last changed, in seconds since 1970.
    pub modified: i64,
    /// Whether cards come from cloze deletions.
    pub cloze: bool,
    /// Fields in order; the first is the sort field.
    pub fields: Vec<Field>,
    /// Templates in order.
    pub templates: Vec<Template>,
    /// Style of every card.
    pub css: String,
    /// Whether its fields are written from right to left. Its templates say so too,
    /// so its fingerprint holds it.
    pub rtl: bool,
}

/// A field of a note type.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its id, so that a later rename reaches learners.
    pub id: i64,
}

/// A template: one card of a note.
#[derive(Debug, Clone)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// Its id, so that a later rename reaches learners.
    pub id: i64,
    /// The index of the field that must be filled for the card to exist.
    pub gate: Option<usize>,
    /// The front's content, without decoration.
    pub question: String,
    /// The back's content below the front, without decoration.
    pub answer: String,
    /// The whole front as Anki fills it in.
    pub front: String,
    /// The whole back as Anki fills it in.
    pub back: String,
}

impl NoteType {
    /// The index of the field `name`.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// Which cards a note with these fields has. Import makes none by itself.
    #[must_use]
    pub fn cards(&self, fields: &[Document], html: &[String]) -> Vec<u16> {
        if self.cloze {
            let numbers = fields.first().map(cloze::numbers).unwrap_or_default();
            return numbers.into_iter().filter_map(|number| number.checked_sub(1)).collect();
        }
        let filled = |gate: usize| html.get(gate).is_some_and(|field| !field.is_empty());
        let templates = (0_u16..).zip(&self.templates);
        let shown = templates.filter(|(_, template)| template.gate.is_none_or(filled));
        shown.map(|(ord, _)| ord).collect()
    }
}

/// A note type before it has ids.
struct Shape {
    key: &'static str,
    name: &'static str,
    cloze: bool,
    fields: &'static [&'static str],
    templates: &'static [(&'static str, Option<&'static str>, &'static str, &'static str)],
}

/// Every note type of the project `namespace`, in the order of [`NoteTypeId`].
/// Names begin with the project's title and ids come from its id, so that two
/// decks in one collection never restyle or fork each other.
#[must_use]
pub fn all(namespace: &str, title: &str, language: &Language, words: &Words) -> Vec<NoteType> {
    SHAPES.iter().map(|shape| build(shape, namespace, title, (language, words))).collect()
}

fn build(shape: &Shape, namespace: &str, title: &str, (language, words): (&Language, &Words)) -> NoteType {
    let path = format!("note type/{}", shape.key);
    let fields = shape.fields.iter().chain(&COMMON_FIELDS);
    let fields: Vec<Field> = fields
        .map(|name| Field {
            name,
            id: anki_id(namespace, &format!("{path}/field/{name}")),
        })
        .collect();
    let templates = shape.templates.iter().map(|(name, gate, question, answer)| {
        let (question, answer) = (worded(question, words), worded(answer, words));
        Template {
            name,
            id: anki_id(namespace, &format!("{path}/template/{name}")),
            gate: gate.and_then(|gate| fields.iter().position(|field| field.name == gate)),
            front: front(shape, language, *gate, &question),
            back: back(shape, language, &question, &answer),
            question,
            answer,
        }
    });
    NoteType {
        key: shape.key,
        id: anki_id(namespace, &path),
        name: format!("{title}: {}", shape.name),
        modified: 0,
        cloze: shape.cloze,
        templates: templates.collect(),
        fields,
        css: include_str!("../../assets/card.css").to_owned(),
        rtl: language.direction() == Direction::Rtl,
    }
}

/// A template with our words: `{{word:which_row}}`. What a word has filled in is a field, by the
/// field's name in lower case.
fn worded(template: &str, words: &Words) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once("{{word:") {
        let Some((key, after)) = tail.split_once("}}") else { break };
        out.push_str(before);
        rest = after;
        let Some(word) = Word::ALL.iter().find(|word| word.key() == key) else { continue };
        for part in parts(words.get(*word)) {
            match part {
                // The words are an author's, perhaps.
                Part::Text(text) => out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
                Part::Place(name) => {
                    let (first, rest) = name.split_at(1);
                    out.push_str(&format!("{{{{{}{rest}}}}}", first.to_ascii_uppercase()));
                }
            }
        }
    }
    out + rest
}

/// Conditionals wrap the whole front: a blank front makes no card.
fn front(shape: &Shape, language: &Language, gate: Option<&str>, question: &str) -> String {
    let body = format!(
        "{}\n<div class=\"cp-deck\">{{{{Subdeck}}}}</div>\n<div class=\"cp-front\">{question}</div>\n</div>",
        opened(shape, language)
    );
    match gate {
        Some(field) => format!("{{{{#{field}}}}}{body}{{{{/{field}}}}}"),
        None => body,
    }
}

fn back(shape: &Shape, language: &Language, question: &str, answer: &str) -> String {
    let opened = opened(shape, language);
    if shape.cloze {
        return format!(
            "{opened}\n<div class=\"cp-deck\">{{{{Subdeck}}}}</div>\n<div class=\"cp-front\">{question}</div>\n<div class=\"cp-back\">{answer}</div>\n</div>",
        );
    }
    format!("{{{{FrontSide}}}}\n<hr id=\"answer\">\n{opened}\n<div class=\"cp-back\">{answer}</div>\n</div>")
}

/// The element around a side. It says the direction also where that is the usual
/// one: around it Anki may speak Hebrew.
fn opened(shape: &Shape, language: &Language) -> String {
    format!("<div class=\"cp cp-{}\" {}>", shape.key, language.attributes())
}

/// At the end of every note type. A learner fills a gate with any character to
/// have the card; the spare fields wait for what a later release needs.
const COMMON_FIELDS: [&str; 6] = ["See also", "Sources", "Add reverse", "Add typing", "Spare 1", "Spare 2"];

const SHAPES: [Shape; 8] = [
    Shape {
        key: "question",
        name: "question",
        cloze: false,
        fields: &["Question", "Answer", "In short", "Key points", "Formulas", "Code", "Mistakes", "Follow-ups"],
        templates: &[
            ("Question", None, "<div class=\"cp-ask\">{{Question}}</div>", QUESTION_ANSWER),
            (
                "Reverse",
                Some("Add reverse"),
                "<div class=\"cp-hint\">{{word:which_question}}</div>{{In short}}{{^In short}}{{Answer}}{{/In short}}",
                "<div class=\"cp-ask\">{{Question}}</div>",
            ),
            ("Typing", Some("Add typing"), "<div class=\"cp-ask\">{{Question}}</div>{{type:Spare 1}}", QUESTION_ANSWER),
        ],
    },
    Shape {
        key: "story",
        name: "story",
        cloze: false,
        fields: &["Title", "Prompts", "Situation", "Task", "Action", "Result", "Metrics"],
        templates: &[
            (
                "Tell the story",
                None,
                "<div class=\"cp-hint\">{{word:tell_story}}</div><div class=\"cp-ask\">{{Title}}</div>",
                STORY_ANSWER,
            ),
            (
                "Reverse",
                Some("Add reverse"),
                "<div class=\"cp-hint\">{{word:which_story}}</div>{{Prompts}}",
                "<div class=\"cp-ask\">{{Title}}</div>",
            ),
            ("Typing", Some("Add typing"), "<div class=\"cp-ask\">{{Title}}</div>{{type:Spare 1}}", STORY_ANSWER),
        ],
    },
    Shape {
        key: "pattern",
        name: "pattern",
        cloze: false,
        fields: &["Name", "Language", "When", "Code", "Explanation"],
        templates: &[
            (
                "Write the code",
                None,
                "<div class=\"cp-hint\">{{word:write_code}}</div><div class=\"cp-ask\">{{Name}}</div>{{When}}",
                "{{Code}}{{Explanation}}{{#See also}}<section class=\"cp-note\"><h2>{{word:see_also}}</h2>{{See also}}</section>{{/See also}}",
            ),
            (
                "Reverse",
                Some("Add reverse"),
                "<div class=\"cp-hint\">{{word:what_code}}</div>{{Code}}",
                "<div class=\"cp-ask\">{{Name}}</div>{{When}}{{Explanation}}",
            ),
            (
                "Typing",
                Some("Add typing"),
                "<div class=\"cp-ask\">{{Name}}</div>{{When}}{{type:Spare 1}}",
                "{{Code}}{{Explanation}}",
            ),
        ],
    },
    Shape {
        key: "table-row",
        name: "table row",
        cloze: false,
        fields: &["Question", "Answer", "Table"],
        templates: &[
            (
                "Row",
                None,
                "<div class=\"cp-hint\">{{Table}}</div><div class=\"cp-ask\">{{Question}}</div>",
                "{{Answer}}{{#See also}}<section class=\"cp-note\"><h2>{{word:see_also}}</h2>{{See also}}</section>{{/See also}}",
            ),
            (
                "Reverse",
                Some("Add reverse"),
                "<div class=\"cp-hint\">{{word:which_row}}</div>{{Answer}}",
                "<div class=\"cp-ask\">{{Question}}</div>",
            ),
            ("Typing", Some("Add typing"), "<div class=\"cp-ask\">{{Question}}</div>{{type:Spare 1}}", "{{Answer}}"),
        ],
    },
    Shape {
        key: "fact",
        name: "fact",
        cloze: true,
        fields: &["Text", "Extra"],
        templates: &[(
            "Cloze",
            None,
            "{{cloze:Text}}",
            "{{#Extra}}<section class=\"cp-note\">{{Extra}}</section>{{/Extra}}{{#See also}}<section class=\"cp-note\"><h2>{{word:see_also}}</h2>{{See also}}</section>{{/See also}}",
        )],
    },
    Shape {
        key: "choice",
        name: "choice",
        cloze: false,
        fields: &["Question", "Options", "Answer", "Explanation"],
        templates: &[
            (
                "Choose",
                None,
                "<div class=\"cp-ask\">{{Question}}</div>{{Options}}",
                "{{Answer}}{{#Explanation}}<section class=\"cp-note\">{{Explanation}}</section>{{/Explanation}}{{#See also}}<section class=\"cp-note\"><h2>{{word:see_also}}</h2>{{See also}}</section>{{/See also}}",
            ),
            (
                "Reverse",
                Some("Add reverse"),
                "<div class=\"cp-hint\">{{word:without_options}}</div><div class=\"cp-ask\">{{Question}}</div>",
                "{{Answer}}{{Explanation}}",
            ),
            (
                "Typing",
                Some("Add typing"),
                "<div class=\"cp-ask\">{{Question}}</div>{{type:Spare 1}}",
                "{{Answer}}{{Explanation}}",
            ),
        ],
    },
    Shape {
        key: "tip",
        name: "tip",
        cloze: false,
        fields: &["Situation", "Advice", "Reason", "Say"],
        templates: &[
            ("Situation", None, "<div class=\"cp-ask\">{{Situation}}</div>", TIP_ANSWER),
            (
                "Reverse",
                Some("Add reverse"),
                "<div class=\"cp-hint\">{{word:when_and_why}}</div>{{Advice}}",
                "<div class=\"cp-ask\">{{Situation}}</div>{{Reason}}",
            ),
            ("Typing", Some("Add typing"), "<div class=\"cp-ask\">{{Situation}}</div>{{type:Spare 1}}", TIP_ANSWER),
        ],
    },
    Shape {
        key: "checklist-item",
        name: "checklist item",
        cloze: false,
        fields: &["Item", "How", "Checklist"],
        templates: &[
            (
                "Item",
                None,
                "<div class=\"cp-hint\">{{Checklist}}</div><div class=\"cp-ask\">{{Item}}</div>",
                "{{How}}{{^How}}<p>{{word:tick_when_able}}</p>{{/How}}",
            ),
            (
                "Reverse",
                Some("Add reverse"),
                "<div class=\"cp-hint\">{{word:which_item}}</div>{{How}}",
                "<div class=\"cp-ask\">{{Item}}</div>",
            ),
            ("Typing", Some("Add typing"), "<div class=\"cp-ask\">{{Item}}</div>{{type:Spare 1}}", "{{How}}"),
        ],
    },
];

const QUESTION_ANSWER: &str = "{{#In short}}<div class=\"cp-short\">{{In short}}</div>{{/In short}}\n\
<div class=\"cp-answer\">{{Answer}}</div>\n\
{{#Formulas}}<section class=\"cp-formulas\">{{Formulas}}</section>{{/Formulas}}\n\
{{#Key points}}<section class=\"cp-points\"><h2>{{word:key_points}}</h2>{{Key points}}</section>{{/Key points}}\n\
{{#Code}}<section>{{Code}}</section>{{/Code}}\n\
{{#Mistakes}}<section class=\"cp-warn\"><h2>{{word:common_mistakes}}</h2>{{Mistakes}}</section>{{/Mistakes}}\n\
{{#Follow-ups}}<section class=\"cp-note\"><h2>{{word:follow_ups}}</h2>{{Follow-ups}}</section>{{/Follow-ups}}\n\
{{#See also}}<section class=\"cp-note\"><h2>{{word:see_also}}</h2>{{See also}}</section>{{/See also}}\n\
{{#Sources}}<section class=\"cp-note\"><h2>{{word:sources}}</h2>{{Sources}}</section>{{/Sources}}";

const STORY_ANSWER: &str = "<section><h2>{{word:situation}}</h2>{{Situation}}</section>\n\
<section><h2>{{word:task}}</h2>{{Task}}</section>\n\
<section><h2>{{word:action}}</h2>{{Action}}</section>\n\
<section><h2>{{word:result}}</h2>{{Result}}</section>\n\
{{#Metrics}}<section class=\"cp-points\"><h2>{{word:figures}}</h2>{{Metrics}}</section>{{/Metrics}}\n\
{{#Prompts}}<section class=\"cp-note\"><h2>{{word:told_for}}</h2>{{Prompts}}</section>{{/Prompts}}\n\
{{#See also}}<section class=\"cp-note\"><h2>{{word:see_also}}</h2>{{See also}}</section>{{/See also}}";

const TIP_ANSWER: &str = "{{Advice}}\n\
{{#Reason}}<section><h2>{{word:why}}</h2>{{Reason}}</section>{{/Reason}}\n\
{{#Say}}<section class=\"cp-points\"><h2>{{word:say}}</h2>{{Say}}</section>{{/Say}}\n\
{{#See also}}<section class=\"cp-note\"><h2>{{word:see_also}}</h2>{{See also}}</section>{{/See also}}";
