//! What is specific to schema 18: note types, decks and presets in tables, with Anki's messages
//! instead of JSON.

use prost::Message as _;
use rusqlite::{Connection, params};

use super::{AS_GATHERED, BY_POSITION, CREATED, EDITOR_FONT, EDITOR_SIZE, Failure, LATEX_POST, LATEX_PRE};
use crate::anki::format::{
    COLLATION, DEFAULT, DeckKind, FieldConfig, NormalDeck, NoteTypeConfig, Preset, SEPARATOR, TemplateConfig,
    compare_names,
};
use crate::anki::{self, Collection, Deck, NoteType};

/// Tables that schema 11 doesn't have, or has in a different form.
const TABLES: &str = "\
CREATE TABLE deck_config (id integer PRIMARY KEY NOT NULL, name text NOT NULL COLLATE unicase, mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL);
CREATE TABLE config (KEY text NOT NULL PRIMARY KEY, usn integer NOT NULL, mtime_secs integer NOT NULL, val blob NOT NULL) WITHOUT ROWID;
CREATE TABLE fields (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL COLLATE unicase, config blob NOT NULL, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
CREATE UNIQUE INDEX idx_fields_name_ntid ON fields (name, ntid);
CREATE TABLE templates (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL COLLATE unicase, mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
CREATE UNIQUE INDEX idx_templates_name_ntid ON templates (name, ntid);
CREATE INDEX idx_templates_usn ON templates (usn);
CREATE TABLE notetypes (id integer NOT NULL PRIMARY KEY, name text NOT NULL COLLATE unicase, mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL);
CREATE UNIQUE INDEX idx_notetypes_name ON notetypes (name);
CREATE INDEX idx_notetypes_usn ON notetypes (usn);
CREATE TABLE decks (id integer PRIMARY KEY NOT NULL, name text NOT NULL COLLATE unicase, mtime_secs integer NOT NULL, usn integer NOT NULL, common blob NOT NULL, kind blob NOT NULL);
CREATE UNIQUE INDEX idx_decks_name ON decks (name);
CREATE TABLE tags (tag text NOT NULL PRIMARY KEY COLLATE unicase, usn integer NOT NULL, collapsed boolean NOT NULL, config blob NULL) WITHOUT ROWID;
DROP TABLE graves;
CREATE TABLE graves (oid integer NOT NULL, type integer NOT NULL, usn integer NOT NULL, PRIMARY KEY (oid, type)) WITHOUT ROWID;
CREATE INDEX idx_graves_pending ON graves (usn);";

/// Indexes over tables that both schemas have.
pub(super) const INDEXES: &str = "\
CREATE INDEX idx_notes_mid ON notes (mid);
CREATE INDEX idx_cards_odid ON cards (odid) WHERE odid != 0;";

/// Inserts everything but notes and cards.
pub(super) fn insert(database: &Connection, collection: &Collection) -> Result<(), Failure> {
    database.create_collation(COLLATION, compare_names)?;
    database.execute_batch(TABLES)?;
    insert_collection(database, collection)?;
    let mut used: Vec<&NoteType> = collection.used().into_iter().map(|at| &collection.note_types[at]).collect();
    used.sort_by_key(|note_type| note_type.id);
    for note_type in used {
        insert_note_type(database, note_type)?;
    }
    insert_decks(database, collection)
}

fn insert_collection(database: &Connection, collection: &Collection) -> Result<(), Failure> {
    database.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, 18, 0, 0, 0, '', '', '', '', '')",
        params![CREATED, collection.modified().saturating_mul(1000)],
    )?;
    let next = (collection.notes.len() + 1).to_string();
    database.execute("INSERT INTO config VALUES ('nextPos', 0, 0, ?1)", [next.as_bytes()])?;
    let mut insert = database.prepare("INSERT INTO deck_config VALUES (?1, ?2, 0, ?3, ?4)")?;
    insert.execute(params![DEFAULT, "Default", 0, usual().encode_to_vec()])?;
    if let Some(own) = &collection.preset {
        insert.execute(params![own.id, own.name, -1, preset(own).encode_to_vec()])?;
    }
    Ok(())
}

/// The project's preset, which every deck names. Anki imports it only if the learner asks for presets,
/// and never overwrites theirs.
fn preset(own: &anki::Preset) -> Preset {
    Preset {
        new_per_day: own.new_per_day,
        bury_new: true,
        bury_reviews: true,
        bury_interday_learning: true,
        new_card_sort_order: AS_GATHERED,
        new_card_gather_priority: BY_POSITION,
        ..usual()
    }
}

/// Anki's own preset.
fn usual() -> Preset {
    Preset {
        learn_steps: vec![1.0, 10.0],
        relearn_steps: vec![10.0],
        new_per_day: 20,
        reviews_per_day: 200,
        initial_ease: 2.5,
        easy_multiplier: 1.3,
        hard_multiplier: 1.2,
        interval_multiplier: 1.0,
        maximum_review_interval: 36_500,
        minimum_lapse_interval: 1,
        graduating_interval_good: 1,
        graduating_interval_easy: 4,
        leech_action: 1,
        leech_threshold: 8,
        cap_answer_time_to_secs: 60,
        desired_retention: 0.9,
        historical_retention: 0.9,
        bury_new: false,
        bury_reviews: false,
        bury_interday_learning: false,
        new_card_sort_order: 0,
        new_card_gather_priority: 0,
    }
}

fn insert_note_type(database: &Connection, note_type: &NoteType) -> Result<(), Failure> {
    let config = NoteTypeConfig {
        kind: i32::from(note_type.cloze),
        sort_field: u32::try_from(note_type.sort_field).unwrap_or(0),
        css: note_type.css.clone(),
        latex_pre: LATEX_PRE.to_owned(),
        latex_post: LATEX_POST.to_owned(),
    };
    database.execute(
        "INSERT INTO notetypes VALUES (?1, ?2, ?3, -1, ?4)",
        params![note_type.id, note_type.name, note_type.modified, config.encode_to_vec()],
    )?;
    for (ord, field) in (0_i64..).zip(&note_type.fields) {
        let config = FieldConfig {
            rtl: note_type.rtl,
            font: EDITOR_FONT.to_owned(),
            size: EDITOR_SIZE,
            id: field.id,
        };
        let row = params![note_type.id, ord, field.name, config.encode_to_vec()];
        database.execute("INSERT INTO fields VALUES (?1, ?2, ?3, ?4)", row)?;
    }
    for (ord, template) in (0_i64..).zip(&note_type.templates) {
        let config = TemplateConfig {
            front: template.front.clone(),
            back: template.back.clone(),
            browser_front: template.browser.as_ref().map(|[front, _]| front.clone()).unwrap_or_default(),
            browser_back: template.browser.as_ref().map(|[_, back]| back.clone()).unwrap_or_default(),
            id: template.id,
        };
        let row = params![note_type.id, ord, template.name, note_type.modified, config.encode_to_vec()];
        database.execute("INSERT INTO templates VALUES (?1, ?2, ?3, ?4, -1, ?5)", row)?;
    }
    Ok(())
}

fn insert_decks(database: &Connection, collection: &Collection) -> Result<(), Failure> {
    let default = Deck {
        id: DEFAULT,
        name: "Default".to_owned(),
        description: String::new(),
    };
    let modified = collection.modified();
    let mut decks: Vec<(&Deck, i64, i32)> = collection.decks.iter().map(|deck| (deck, modified, -1)).collect();
    decks.push((&default, 0, 0));
    decks.sort_by_key(|(deck, ..)| deck.id);
    for (deck, modified, usn) in decks {
        let normal = NormalDeck {
            preset: if deck.id == DEFAULT { DEFAULT } else { collection.preset.as_ref().map_or(DEFAULT, |own| own.id) },
            description: deck.description.clone(),
        };
        let kind = DeckKind { normal: Some(normal) };
        let name = deck.name.replace("::", SEPARATOR);
        let row = params![deck.id, name, modified, usn, kind.encode_to_vec()];
        database.execute("INSERT INTO decks VALUES (?1, ?2, ?3, ?4, x'', ?5)", row)?;
    }
    Ok(())
}
