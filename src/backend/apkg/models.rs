//! Note types as the JSON of a schema-11 collection. The ids of fields and
//! templates are what lets a later rename reach a learner.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Failure;
use crate::deck::{self, Deck, NoteTypeId};

/// What Anki puts around `[latex]`; we write none, a learner may.
const LATEX_PRE: &str = "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage[utf8]{inputenc}\n\
\\usepackage{amssymb,amsmath}\n\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n\\begin{document}\n";
const LATEX_POST: &str = "\\end{document}";

/// A note type; the names are Anki's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Model<'a> {
    id: i64,
    name: &'a str,
    r#type: u8,
    r#mod: i64,
    usn: i32,
    sortf: usize,
    did: Option<i64>,
    tmpls: Vec<Template<'a>>,
    flds: Vec<Field<'a>>,
    css: &'a str,
    latex_pre: &'a str,
    latex_post: &'a str,
}

#[derive(Serialize)]
struct Field<'a> {
    name: &'a str,
    ord: usize,
    sticky: bool,
    rtl: bool,
    font: &'a str,
    size: u16,
    id: i64,
}

#[derive(Serialize)]
struct Template<'a> {
    name: &'a str,
    ord: usize,
    qfmt: &'a str,
    afmt: &'a str,
    bqfmt: &'a str,
    bafmt: &'a str,
    did: Option<i64>,
    bfont: &'a str,
    bsize: u16,
    id: i64,
}

/// The column `models`: the note types that some note uses.
pub(super) fn json(deck: &Deck) -> Result<String, Failure> {
    let used = deck.card_faces().map(|(_, card)| card.note_type);
    let models: BTreeMap<i64, Model<'_>> = used.map(|id| model(deck, id)).map(|model| (model.id, model)).collect();
    Ok(serde_json::to_string(&models)?)
}

fn model(deck: &Deck, id: NoteTypeId) -> Model<'_> {
    let note_type = deck.note_type(id);
    Model {
        id: note_type.id,
        name: &note_type.name,
        r#type: u8::from(note_type.cloze),
        r#mod: note_type.modified,
        usn: -1,
        sortf: 0,
        did: None,
        tmpls: note_type.templates.iter().enumerate().map(template).collect(),
        flds: note_type.fields.iter().enumerate().map(field).collect(),
        css: &note_type.css,
        latex_pre: LATEX_PRE,
        latex_post: LATEX_POST,
    }
}

fn field((ord, field): (usize, &deck::Field)) -> Field<'_> {
    Field {
        name: field.name,
        ord,
        sticky: false,
        rtl: false,
        // Font and size of the editor, at Anki's own defaults.
        font: "Arial",
        size: 20,
        id: field.id,
    }
}

fn template((ord, template): (usize, &deck::Template)) -> Template<'_> {
    Template {
        name: template.name,
        ord,
        qfmt: &template.front,
        afmt: &template.back,
        bqfmt: "",
        bafmt: "",
        did: None,
        bfont: "",
        bsize: 0,
        id: template.id,
    }
}
