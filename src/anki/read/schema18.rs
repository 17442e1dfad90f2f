//! What is specific to schema 18: note types and decks in tables, with Anki's messages instead of JSON.

use std::collections::BTreeMap;

use prost::Message;
use rusqlite::Connection;

use super::PARTS_MOST;
use super::{Budget, Failure, Limit, OVERHEAD};
use crate::anki::format::{FieldConfig, NoteTypeConfig, SEPARATOR, TemplateConfig};
use crate::anki::{Field, NoteType, Template};

type Read = (BTreeMap<i64, NoteType>, BTreeMap<i64, String>);

pub(super) fn read(database: &Connection, budget: &mut Budget) -> Result<Read, Failure> {
    let mut limit = Counted {
        limit: Limit::new("decks, fields and templates", PARTS_MOST),
        budget,
    };
    let mut note_types = note_types(database, &mut limit)?;
    for ((note_type, _), (name, config)) in parts(database, "SELECT ntid, ord, name, config FROM fields", &mut limit)? {
        let config: FieldConfig = decode("fields", &config)?;
        if let Some(note_type) = note_types.get_mut(&note_type) {
            note_type.fields.push(Field { name, id: config.id });
        }
    }
    let templates = parts(database, "SELECT ntid, ord, name, config FROM templates", &mut limit)?;
    for ((note_type, _), (name, config)) in templates {
        let TemplateConfig { front, back, id, .. } = decode("templates", &config)?;
        if let Some(note_type) = note_types.get_mut(&note_type) {
            note_type.templates.push(Template { name, id, front, back, browser: None });
        }
    }
    Ok((note_types, decks(database, &mut limit)?))
}

/// Counts the parts of a collection and the memory that they take.
struct Counted<'b> {
    limit: Limit,
    budget: &'b mut Budget,
}

impl Counted<'_> {
    fn count(&mut self, bytes: usize) -> Result<(), Failure> {
        self.limit.count(1)?;
        self.budget.spend(3 * OVERHEAD + 2 * bytes)
    }
}

fn note_types(database: &Connection, limit: &mut Counted<'_>) -> Result<BTreeMap<i64, NoteType>, Failure> {
    let mut found = BTreeMap::new();
    let mut statement = database.prepare("SELECT id, name, mtime_secs, config FROM notetypes")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, config): (String, Vec<u8>) = (row.get(1)?, row.get(3)?);
        limit.count(name.len() + config.len())?;
        let config: NoteTypeConfig = decode("notetypes", &config)?;
        let id = row.get(0)?;
        let note_type = NoteType {
            id,
            name,
            modified: row.get(2)?,
            cloze: config.kind == 1,
            sort_field: usize::try_from(config.sort_field).unwrap_or(usize::MAX),
            css: config.css,
            rtl: false,
            fields: Vec::new(),
            templates: Vec::new(),
        };
        found.insert(id, note_type);
    }
    Ok(found)
}

/// Names and messages, by note type and position.
type Parts = BTreeMap<(i64, i64), (String, Vec<u8>)>;

fn parts(database: &Connection, query: &str, limit: &mut Counted<'_>) -> Result<Parts, Failure> {
    let mut found = BTreeMap::new();
    let mut statement = database.prepare(query)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (name, config): (String, Vec<u8>) = (row.get(2)?, row.get(3)?);
        limit.count(name.len() + config.len())?;
        found.insert((row.get(0)?, row.get(1)?), (name, config));
    }
    Ok(found)
}

fn decks(database: &Connection, limit: &mut Counted<'_>) -> Result<BTreeMap<i64, String>, Failure> {
    let mut found = BTreeMap::new();
    let mut statement = database.prepare("SELECT id, name FROM decks")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        limit.count(name.len())?;
        found.insert(row.get(0)?, name.replace(SEPARATOR, "::"));
    }
    Ok(found)
}

fn decode<M: Message + Default>(table: &'static str, bytes: &[u8]) -> Result<M, Failure> {
    M::decode(bytes).map_err(|error| Failure::Message(table, error))
}
