//! What is specific to schema 11: note types and decks as JSON in the single row of `col`.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::PARTS_MOST;
use super::{Budget, Failure, Limit};
use crate::anki::{Field, NoteType, Template};

/// A note type; the names are Anki's. What older programs leave out gets the value that Anki assumes.
#[derive(Deserialize)]
struct Model {
    name: String,
    r#type: u8,
    #[serde(default)]
    r#mod: i64,
    #[serde(default)]
    sortf: usize,
    #[serde(default)]
    css: String,
    flds: Vec<ModelField>,
    tmpls: Vec<ModelTemplate>,
}

#[derive(Deserialize)]
struct ModelField {
    name: String,
    #[serde(default)]
    id: Option<i64>,
}

#[derive(Deserialize)]
struct ModelTemplate {
    name: String,
    #[serde(default)]
    id: Option<i64>,
    qfmt: String,
    #[serde(default)]
    afmt: String,
}

#[derive(Deserialize)]
struct Deck {
    name: String,
}

type Read = (BTreeMap<i64, NoteType>, BTreeMap<i64, String>);

/// How many bytes the shortest note type or deck takes for each byte of its JSON.
const FOLD: usize = 8;

pub(super) fn read(database: &Connection, budget: &mut Budget) -> Result<Read, Failure> {
    let columns = database.query_row("SELECT models, decks FROM col", [], |row| Ok((row.get(0)?, row.get(1)?)));
    let (models, decks): (String, String) = columns?;
    budget.spend((models.len() + decks.len()).saturating_mul(FOLD))?;
    let models: BTreeMap<i64, Model> = parse("models", &models)?;
    let decks: BTreeMap<i64, Deck> = parse("decks", &decks)?;
    let mut parts = Limit::new("decks, fields and templates", PARTS_MOST);
    parts.count(decks.len())?;
    for model in models.values() {
        parts.count(model.flds.len() + model.tmpls.len())?;
    }
    let note_types = models.into_iter().map(|(id, model)| (id, note_type(id, model)));
    Ok((note_types.collect(), decks.into_iter().map(|(id, deck)| (id, deck.name)).collect()))
}

fn parse<T: DeserializeOwned>(column: &'static str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::Json(column, error))
}

fn note_type(id: i64, model: Model) -> NoteType {
    let field = |field: ModelField| Field { name: field.name, id: field.id };
    let template = |template: ModelTemplate| Template {
        name: template.name,
        id: template.id,
        front: template.qfmt,
        back: template.afmt,
        browser: None,
    };
    NoteType {
        id,
        name: model.name,
        modified: model.r#mod,
        cloze: model.r#type == 1,
        sort_field: model.sortf,
        css: model.css,
        rtl: false,
        fields: model.flds.into_iter().map(field).collect(),
        templates: model.tmpls.into_iter().map(template).collect(),
    }
}
