//! The database `collection.anki2`, schema 11: tables as Anki makes them, rows in
//! source order, indexes last (a smaller file than building them on the way).

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Statement, params};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::{Failure, decks, models, strip};
use crate::deck::{CardFace, Deck, NoteType, anki_id};
use crate::markup::{cloze, html};

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
    let decks = decks::ids(deck);
    insert_collection(&database, deck, &decks)?;
    insert_notes(&database, deck, &decks)?;
    database.execute_batch(INDEXES)?;
    database.execute_batch("COMMIT")?;
    Ok(database.serialize("main")?.to_vec())
}

fn insert_collection(database: &Connection, deck: &Deck, decks: &BTreeMap<&str, i64>) -> Result<(), Failure> {
    let configuration = format!("{{\"nextPos\":{}}}", deck.card_faces().count() + 1);
    let milliseconds = deck.project.modified * 1000;
    database.execute(
        "INSERT INTO col VALUES (1, ?1, ?2, ?2, 11, 0, 0, 0, ?3, ?4, ?5, ?6, '{}')",
        params![
            CREATED,
            milliseconds,
            configuration,
            models::json(deck)?,
            decks::json(&deck.project, decks)?,
            decks::PRESETS,
        ],
    )?;
    Ok(())
}

fn insert_notes(database: &Connection, deck: &Deck, decks: &BTreeMap<&str, i64>) -> Result<(), Failure> {
    let mut notes = database.prepare(INSERT_NOTE)?;
    let mut cards = database.prepare(INSERT_CARD)?;
    let (mut note_ids, mut card_ids) = (Ids::new(deck), Ids::new(deck));
    for (due, (topic, card)) in (1_i64..).zip(deck.card_faces()) {
        let note_type = deck.note_type(card.note_type);
        let fields: Vec<String> = card.fields.iter().map(|field| normal(html::compact(field))).collect();
        let note_id = note_ids.take(&format!("note/{}", card.key));
        insert_note(&mut notes, deck, note_id, card, &fields)?;
        for ord in card_ords(note_type, card, &fields) {
            let id = card_ids.take(&format!("card/{}/{ord}", card.key));
            let deck_id = decks.get(topic.deck.as_str());
            cards.execute(params![id, note_id, deck_id, ord, deck.project.modified, due])?;
        }
    }
    Ok(())
}

fn insert_note(
    notes: &mut Statement<'_>,
    deck: &Deck,
    id: i64,
    card: &CardFace,
    fields: &[String],
) -> Result<(), Failure> {
    let sort_field = strip::text(fields.first().map_or("", String::as_str));
    let checksum = strip::checksum(&sort_field);
    notes.execute(params![
        id,
        card.guid.as_str(),
        deck.note_type(card.note_type).id,
        deck.project.modified,
        tags(&card.tags),
        fields.join(FIELD_SEPARATOR),
        sort_field,
        checksum,
    ])?;
    Ok(())
}

/// Anki makes text NFC and drops control characters on import; done here, the
/// checksum is that of the text it keeps. One [`FIELD_SEPARATOR`] in a field, as
/// a formula may hold it, and Anki would refuse the whole package.
fn normal(text: String) -> String {
    let unwanted = |c: char| c.is_ascii_control() && c != '\n' && c != '\t';
    let text = if text.contains(unwanted) { text.replace(unwanted, "") } else { text };
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}

/// Spaces at both ends let Anki find a tag by ` tag `.
fn tags(tags: &[String]) -> String {
    if tags.is_empty() { String::new() } else { format!(" {} ", tags.join(" ")) }
}

/// Which cards a note has. Import makes none by itself: no row, no card.
fn card_ords(note_type: &NoteType, card: &CardFace, fields: &[String]) -> Vec<u16> {
    if note_type.cloze {
        let numbers = card.fields.first().map(cloze::numbers).unwrap_or_default();
        return numbers.into_iter().filter_map(|number| number.checked_sub(1)).collect();
    }
    let filled = |gate: usize| fields.get(gate).is_some_and(|field| !field.is_empty());
    let templates = (0_u16..).zip(&note_type.templates);
    let shown = templates.filter(|(_, template)| template.gate.is_none_or(filled));
    shown.map(|(ord, _)| ord).collect()
}

/// Hands out the ids of one table: from the name, the next one if that is taken.
struct Ids<'a> {
    namespace: &'a str,
    taken: BTreeSet<i64>,
}

impl<'a> Ids<'a> {
    fn new(deck: &'a Deck) -> Self {
        Self {
            namespace: &deck.project.id,
            taken: BTreeSet::new(),
        }
    }

    fn take(&mut self, name: &str) -> i64 {
        let mut id = anki_id(self.namespace, name);
        while !self.taken.insert(id) {
            id += 1;
        }
        id
    }
}
