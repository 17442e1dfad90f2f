//! The database of a package: tables as Anki makes them; rows in the order of their ids, as a table
//! keeps them (each goes to the end, and pages are full); indexes last (the file is smaller than if
//! they were built along the way). Notes and cards are the same in both schemas; [`schema11`] and
//! [`schema18`] write the rest.

use std::collections::BTreeSet;
use std::ops::Deref;

use rusqlite::serialize::{Data, OwnedData};
use rusqlite::{Connection, Statement, params};

use super::{Failure, schema11, schema18};
use crate::anki::{Collection, Note};
use crate::deck::PackageFormat;
use crate::markup::strip;

const TABLES: &str = "\
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL, ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL, models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL, ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);";

const INDEXES: &str = "\
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);";

const INSERT_NOTE: &str = "INSERT INTO notes VALUES (?1, ?2, ?3, ?4, -1, ?5, ?6, ?7, ?8, 0, '')";
const INSERT_CARD: &str = "INSERT INTO cards VALUES (?1, ?2, ?3, ?4, ?5, -1, 0, 0, ?6, 0, 0, 0, 0, 0, 0, 0, 0, '')";

/// The database's bytes, which SQLite keeps.
pub(crate) fn write(
    collection: &Collection,
    format: PackageFormat,
) -> Result<impl Deref<Target = [u8]> + 'static, Failure> {
    let mut database = Connection::open_in_memory()?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")?;
    database.execute_batch(TABLES)?;
    match format {
        PackageFormat::Legacy1 => schema11::insert(&database, collection)?,
        PackageFormat::Modern => schema18::insert(&database, collection)?,
    }
    insert_notes(&database, collection)?;
    insert_cards(&database, collection)?;
    database.execute_batch(INDEXES)?;
    if format == PackageFormat::Modern {
        database.execute_batch(schema18::INDEXES)?;
    }
    database.execute_batch("COMMIT")?;
    Ok(match database.serialize("main")? {
        Data::Owned(bytes) => Bytes::Kept(bytes),
        Data::Shared(bytes) => Bytes::Copied(bytes.to_vec()),
    })
}

/// A database in memory.
enum Bytes {
    Kept(OwnedData),
    Copied(Vec<u8>),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Kept(bytes) => bytes,
            Self::Copied(bytes) => bytes,
        }
    }
}

fn insert_notes(database: &Connection, collection: &Collection) -> Result<(), Failure> {
    let mut insert = database.prepare(INSERT_NOTE)?;
    let mut notes: Vec<&Note> = collection.notes.iter().collect();
    notes.sort_unstable_by_key(|note| note.id);
    notes.into_iter().try_for_each(|note| insert_note(&mut insert, note, collection.type_of(note).id))
}

/// New cards come up in the order of their positions, whatever their ids.
fn insert_cards(database: &Connection, collection: &Collection) -> Result<(), Failure> {
    let mut insert = database.prepare(INSERT_CARD)?;
    let mut taken = BTreeSet::new();
    let mut cards = Vec::with_capacity(collection.notes.len());
    for note in &collection.notes {
        let ids = note.cards.iter().map(|card| (free(&mut taken, note.id + i64::from(card.ord)), *card));
        cards.extend(ids.map(|(id, card)| (id, card, note)));
    }
    cards.sort_unstable_by_key(|(id, ..)| *id);
    for (id, card, note) in cards {
        let deck = collection.decks[card.deck as usize].id;
        insert.execute(params![id, note.id, deck, card.ord, note.modified, note.position])?;
    }
    Ok(())
}

/// `id`, or, if it is taken, the first above all others: a ledger may have notes from elsewhere,
/// whose ids are next to each other. Anki recognises a card by its note and its position.
fn free(taken: &mut BTreeSet<i64>, id: i64) -> i64 {
    let next = taken.last().map_or(id, |last| last + 1);
    let id = if taken.contains(&id) { next } else { id };
    taken.insert(id);
    id
}

fn insert_note(notes: &mut Statement<'_>, note: &Note, note_type: i64) -> Result<(), Failure> {
    let sort_field = strip::text(note.fields().next().unwrap_or(""));
    let checksum = strip::checksum(&sort_field);
    notes.execute(params![
        note.id,
        note.guid.as_str(),
        note_type,
        note.modified,
        tags(&note.tags),
        note.fields,
        sort_field,
        checksum,
    ])?;
    Ok(())
}

/// Spaces at both ends let Anki find a tag by ` tag `.
fn tags(tags: &str) -> String {
    if tags.is_empty() { String::new() } else { format!(" {tags} ") }
}
