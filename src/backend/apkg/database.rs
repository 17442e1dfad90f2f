//! The database of a package: tables as Anki makes them; rows in the order of their ids, as a table
//! keeps them (each goes to the end, and pages are full); indexes last (the file is smaller than if
//! they were built along the way). Notes and cards are the same in both schemas; [`schema11`] and
//! [`schema18`] write the rest.

use std::collections::BTreeSet;

use rusqlite::serialize::Data;
use rusqlite::{Connection, Statement, params};

use super::rows::{NoteRow, Rows};
use super::{Failure, schema11, schema18};
use crate::anki::SEPARATOR;
use crate::backend::artifact::Kept;
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

/// The database's bytes.
pub(super) fn write(rows: &Rows<'_>, format: PackageFormat) -> Result<Kept, Failure> {
    let mut database = Connection::open_in_memory()?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")?;
    database.execute_batch(TABLES)?;
    match format {
        PackageFormat::Legacy1 => schema11::insert(&database, rows)?,
        PackageFormat::Modern => schema18::insert(&database, rows)?,
    }
    insert_notes(&database, rows)?;
    insert_cards(&database, rows)?;
    database.execute_batch(INDEXES)?;
    if format == PackageFormat::Modern {
        database.execute_batch(schema18::INDEXES)?;
    }
    database.execute_batch("COMMIT")?;
    Ok(match database.serialize("main")? {
        Data::Owned(bytes) => Kept::by(bytes),
        Data::Shared(bytes) => Kept::by(bytes.to_vec()),
    })
}

fn insert_notes(database: &Connection, rows: &Rows<'_>) -> Result<(), Failure> {
    let mut insert = database.prepare(INSERT_NOTE)?;
    let mut notes: Vec<&NoteRow<'_>> = rows.notes.iter().collect();
    notes.sort_unstable_by_key(|row| row.card.card.stamp.id);
    notes.into_iter().try_for_each(|row| insert_note(&mut insert, row))
}

/// New cards come up in source order, whatever their ids.
fn insert_cards(database: &Connection, rows: &Rows<'_>) -> Result<(), Failure> {
    let mut insert = database.prepare(INSERT_CARD)?;
    let mut taken = BTreeSet::new();
    let mut cards = Vec::with_capacity(rows.notes.len());
    for (due, row) in (1_i64..).zip(&rows.notes) {
        let first = row.card.card.stamp.id;
        let ids = row.card.card.cards.iter().map(|ord| (free(&mut taken, first + i64::from(*ord)), *ord));
        cards.extend(ids.map(|(id, ord)| (id, ord, due, row)));
    }
    cards.sort_unstable_by_key(|(id, ..)| *id);
    for (id, ord, due, row) in cards {
        let stamp = row.card.card.stamp;
        insert.execute(params![id, stamp.id, row.deck, ord, stamp.modified, due])?;
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

fn insert_note(notes: &mut Statement<'_>, row: &NoteRow<'_>) -> Result<(), Failure> {
    let card = row.card;
    let sort_field = strip::text(card.card.html.first().map_or("", String::as_str));
    let checksum = strip::checksum(&sort_field);
    notes.execute(params![
        card.card.stamp.id,
        card.card.guid.as_str(),
        row.note_type,
        card.card.stamp.modified,
        tags(&card.tags),
        card.card.html.join(SEPARATOR),
        sort_field,
        checksum,
    ])?;
    Ok(())
}

/// Spaces at both ends let Anki find a tag by ` tag `.
fn tags(tags: &[String]) -> String {
    if tags.is_empty() { String::new() } else { format!(" {} ", tags.join(" ")) }
}
