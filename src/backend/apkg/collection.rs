//! The database `collection.anki2`, schema 11: tables as Anki makes them, rows in
//! source order, indexes last (a smaller file than building them on the way).

use rusqlite::{Connection, Statement, params};

use super::{Failure, decks, models};
use crate::deck::{CardFace, Deck};
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

/// When the package's collection was made: any day does for cards that are all
/// new, and a fixed one keeps rebuilds identical (2020-09-13).
const CREATED: i64 = 1_600_000_000;

/// Anki separates fields by it.
const FIELD_SEPARATOR: &str = "\u{1f}";

/// The database's bytes.
pub(super) fn write(deck: &Deck) -> Result<Vec<u8>, Failure> {
    let mut database = Connection::open_in_memory()?;
    database.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")?;
    database.execute_batch(TABLES)?;
    insert_collection(&database, deck)?;
    insert_notes(&database, deck)?;
    database.execute_batch(INDEXES)?;
    database.execute_batch("COMMIT")?;
    Ok(database.serialize("main")?.to_vec())
}

fn insert_collection(database: &Connection, deck: &Deck) -> Result<(), Failure> {
    let configuration = format!("{{\"nextPos\":{}}}", deck.card_faces().count() + 1);
    let milliseconds = deck.modified().saturating_mul(1000);
    database.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')",
        params![CREATED, milliseconds, configuration, models::json(deck)?, decks::json(deck)?, decks::PRESETS,],
    )?;
    Ok(())
}

fn insert_notes(database: &Connection, deck: &Deck) -> Result<(), Failure> {
    let mut notes = database.prepare(INSERT_NOTE)?;
    let mut cards = database.prepare(INSERT_CARD)?;
    for (due, (topic, card)) in (1_i64..).zip(deck.card_faces()) {
        insert_note(&mut notes, deck, card)?;
        let deck_id = deck.decks.get(&topic.deck);
        for ord in &card.cards {
            let id = card.stamp.id + i64::from(*ord);
            cards.execute(params![id, card.stamp.id, deck_id, ord, card.stamp.modified, due])?;
        }
    }
    Ok(())
}

fn insert_note(notes: &mut Statement<'_>, deck: &Deck, card: &CardFace) -> Result<(), Failure> {
    let sort_field = strip::text(card.html.first().map_or("", String::as_str));
    let checksum = strip::checksum(&sort_field);
    notes.execute(params![
        card.stamp.id,
        card.guid.as_str(),
        deck.note_type(card.note_type).id,
        card.stamp.modified,
        tags(&card.tags),
        card.html.join(FIELD_SEPARATOR),
        sort_field,
        checksum,
    ])?;
    Ok(())
}

/// Spaces at both ends let Anki find a tag by ` tag `.
fn tags(tags: &[String]) -> String {
    if tags.is_empty() { String::new() } else { format!(" {} ", tags.join(" ")) }
}
