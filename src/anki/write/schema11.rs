//! What is specific to schema 11: note types and decks as JSON in the single row of `col`. The ids
//! of fields and templates let a later rename reach learners.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde::Serialize;
use serde_json::{Value, json};

use super::{AS_GATHERED, BY_POSITION, CREATED, EDITOR_FONT, EDITOR_SIZE, Failure, LATEX_POST, LATEX_PRE};
use crate::anki::format::DEFAULT;
use crate::anki::{self, Collection};

/// Anki's own preset, in the column `dconf`.
const PRESET: &str = r#"{"id":1,"mod":0,"name":"Default","usn":0,"maxTaken":60,"autoplay":true,"timer":0,"replayq":true,"new":{"bury":false,"delays":[1.0,10.0],"initialFactor":2500,"ints":[1,4,0],"order":1,"perDay":20},"rev":{"bury":false,"ease4":1.3,"ivlFct":1.0,"maxIvl":36500,"perDay":200,"hardFactor":1.2},"lapse":{"delays":[10.0],"leechAction":1,"leechFails":8,"minInt":1,"mult":0.0},"dyn":false}"#;

/// The column `dconf`: Anki's own preset, and the project's, which every deck names. Anki imports it
/// only if the learner asks for presets, and never overwrites theirs.
fn presets(own: Option<&anki::Preset>) -> Result<Value, Failure> {
    let usual: Value = serde_json::from_str(PRESET)?;
    let mut all = json!({ "1": usual });
    if let Some(own) = own {
        let mut preset = usual;
        preset["id"] = own.id.into();
        preset["usn"] = (-1).into();
        preset["name"] = own.name.as_str().into();
        preset["new"]["perDay"] = own.new_per_day.into();
        preset["new"]["bury"] = true.into();
        preset["rev"]["bury"] = true.into();
        preset["buryInterdayLearning"] = true.into();
        preset["newSortOrder"] = AS_GATHERED.into();
        preset["newGatherPriority"] = BY_POSITION.into();
        preset["desiredRetention"] = 0.9.into();
        all[own.id.to_string()] = preset;
    }
    Ok(all)
}

/// Inserts everything but notes and cards.
pub(super) fn insert(database: &Connection, collection: &Collection) -> Result<(), Failure> {
    let configuration = format!("{{\"nextPos\":{}}}", collection.notes.len() + 1);
    let modified = collection.modified();
    let milliseconds = modified.saturating_mul(1000);
    let note_types: BTreeMap<i64, NoteType<'_>> =
        collection.used().into_iter().map(|at| note_type(&collection.note_types[at])).collect();
    let preset = collection.preset.as_ref().map_or(DEFAULT, |own| own.id);
    let own = collection.decks.iter().map(|own| (own.id, deck(own, preset, (modified, -1))));
    let default = anki::Deck {
        id: DEFAULT,
        name: "Default".to_owned(),
        description: String::new(),
    };
    let decks: BTreeMap<i64, Deck<'_>> = own.chain([(DEFAULT, deck(&default, DEFAULT, (0, 0)))]).collect();
    database.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')",
        params![
            CREATED,
            milliseconds,
            configuration,
            serde_json::to_string(&note_types)?,
            serde_json::to_string(&decks)?,
            presets(collection.preset.as_ref())?.to_string(),
        ],
    )?;
    Ok(())
}

/// A note type; the names are Anki's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NoteType<'a> {
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
    size: u32,
    id: Option<i64>,
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
    id: Option<i64>,
}

fn note_type(note_type: &anki::NoteType) -> (i64, NoteType<'_>) {
    let shown = NoteType {
        id: note_type.id,
        name: &note_type.name,
        r#type: u8::from(note_type.cloze),
        r#mod: note_type.modified,
        usn: -1,
        sortf: note_type.sort_field,
        did: None,
        tmpls: note_type.templates.iter().enumerate().map(template).collect(),
        flds: note_type.fields.iter().enumerate().map(|own| field(own, note_type.rtl)).collect(),
        css: &note_type.css,
        latex_pre: LATEX_PRE,
        latex_post: LATEX_POST,
    };
    (note_type.id, shown)
}

fn field((ord, field): (usize, &anki::Field), rtl: bool) -> Field<'_> {
    Field {
        name: &field.name,
        ord,
        sticky: false,
        rtl,
        font: EDITOR_FONT,
        size: EDITOR_SIZE,
        id: field.id,
    }
}

fn template((ord, template): (usize, &anki::Template)) -> Template<'_> {
    Template {
        name: &template.name,
        ord,
        qfmt: &template.front,
        afmt: &template.back,
        bqfmt: template.browser.as_ref().map_or("", |[front, _]| front),
        bafmt: template.browser.as_ref().map_or("", |[_, back]| back),
        did: None,
        bfont: "",
        bsize: 0,
        id: template.id,
    }
}

/// A deck; the names are Anki's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deck<'a> {
    id: i64,
    name: &'a str,
    r#mod: i64,
    usn: i32,
    lrn_today: [i32; 2],
    rev_today: [i32; 2],
    new_today: [i32; 2],
    time_today: [i32; 2],
    collapsed: bool,
    browser_collapsed: bool,
    desc: &'a str,
    r#dyn: u8,
    conf: i64,
    extend_new: i32,
    extend_rev: i32,
}

fn deck(deck: &anki::Deck, preset: i64, (modified, usn): (i64, i32)) -> Deck<'_> {
    Deck {
        id: deck.id,
        name: &deck.name,
        r#mod: modified,
        usn,
        lrn_today: [0, 0],
        rev_today: [0, 0],
        new_today: [0, 0],
        time_today: [0, 0],
        collapsed: false,
        browser_collapsed: false,
        desc: &deck.description,
        r#dyn: 0,
        conf: preset,
        extend_new: 0,
        extend_rev: 0,
    }
}
