//! The database: notes and cards, which are the same in all schemas. [`schema11`] and [`schema18`]
//! read note types and decks.

use std::collections::BTreeMap;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit as Bound;
use rusqlite::{Connection, Row};

use super::{Budget, Failure, Limit, OVERHEAD, pages, schema11, schema18};
use crate::anki::format::{COLLATION, compare_names};
use crate::anki::{Card, Collection, Deck, Guid, Note, NoteType};

const NOTES_MOST: usize = 1_000_000;
const CARDS_MOST: usize = 10_000_000;
/// Fields and tags of all notes.
const TEXTS_MOST: usize = 30_000_000;
const TAGS_MOST: usize = 100_000;

/// Bytes in a row, which SQLite copies: the note types of a collection are the longest.
const VALUE_MOST: i32 = 16 << 20;
/// How many SQLite steps any database may take, and how many more for each of its bytes. The
/// smallest row takes ten steps and six bytes.
const STEPS_LEAST: usize = 10_000_000;
const STEPS_FOLD: usize = 4;
/// How many steps are counted at a time.
const STEPS: i32 = 10_000;

pub(super) fn read(bytes: Vec<u8>, budget: &mut Budget) -> Result<Collection, Failure> {
    pages::check(&bytes)?;
    let database = open(bytes)?;
    refuse_programs(&database)?;
    let version: i64 = database.query_row("SELECT ver FROM col", [], |row| row.get(0))?;
    let (note_types, decks) = match version {
        11 => schema11::read(&database, budget)?,
        18 => schema18::read(&database, budget)?,
        version => return Err(Failure::Schema(version)),
    };
    let note_types: Vec<NoteType> = note_types.into_values().collect();
    let mut decks = Decks::new(decks);
    let mut notes = notes(&database, &note_types, budget)?;
    cards(&database, &mut notes, &mut decks, budget)?;
    let notes = notes.into_values().map(|(mut note, cards)| {
        note.cards = cards.into_iter().map(|(ord, deck)| Card { ord, deck }).collect();
        note
    });
    Ok(Collection {
        notes: notes.collect(),
        note_types,
        decks: decks.all,
        ..Collection::default()
    })
}

/// The decks of a package, those first that it lists.
struct Decks {
    all: Vec<Deck>,
    /// Their indices by their ids.
    numbers: BTreeMap<i64, u32>,
}

impl Decks {
    fn new(names: BTreeMap<i64, String>) -> Self {
        let numbers = names.keys().copied().zip(0..).collect();
        let deck = |(id, name)| Deck { id, name, description: String::new() };
        Self {
            all: names.into_iter().map(deck).collect(),
            numbers,
        }
    }

    /// The index of the deck with this id, and the length of its name.
    fn find(&mut self, id: i64) -> (u32, usize) {
        let all = &mut self.all;
        let number = *self.numbers.entry(id).or_insert_with(|| {
            all.push(Deck {
                id,
                name: String::new(),
                description: String::new(),
            });
            u32::try_from(all.len() - 1).unwrap_or(u32::MAX)
        });
        (number, all[number as usize].name.len())
    }
}

/// A note, and the deck of each of its cards.
type Found = (Note, BTreeMap<u16, u32>);

fn open(mut bytes: Vec<u8>) -> Result<Connection, Failure> {
    // These two bytes say whether the file had a write-ahead log, which a package doesn't contain.
    // If it had one, SQLite won't open the database in memory.
    if let Some(log @ [2, 2]) = bytes.get_mut(18..20) {
        log.fill(1);
    }
    let mut database = Connection::open_in_memory()?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    database.create_collation(COLLATION, compare_names)?;
    let length = bytes.len();
    bound(&mut database, length)?;
    database.deserialize_read_exact("main", &*bytes, length, true)?;
    Ok(database)
}

/// Limits what SQLite does for a database of `length` bytes.
fn bound(database: &mut Connection, length: usize) -> Result<(), Failure> {
    database.set_limit(Bound::SQLITE_LIMIT_LENGTH, VALUE_MOST)?;
    let mut left = length.saturating_mul(STEPS_FOLD).saturating_add(STEPS_LEAST);
    let ends = move || {
        left = left.saturating_sub(STEPS as usize);
        left == 0
    };
    database.progress_handler(STEPS, Some(ends))?;
    Ok(())
}

/// Rejects views, virtual tables and computed columns: they run what the file's author wrote, and
/// may never end.
fn refuse_programs(database: &Connection) -> Result<(), Failure> {
    let mut tables = database.prepare("SELECT type, name, rootpage FROM sqlite_schema")?;
    let mut rows = tables.query([])?;
    let mut limit = Limit::new("tables", 1000);
    while let Some(row) = rows.next()? {
        limit.count(1)?;
        let (kind, name): (String, String) = (row.get(0)?, row.get(1)?);
        let page: Option<i64> = row.get(2)?;
        let has_pages = page.is_some_and(|page| page > 0);
        if !matches!(kind.as_str(), "table" | "index") || !has_pages {
            return Err(Failure::Program);
        }
        let mut columns = database.prepare("SELECT hidden FROM pragma_table_xinfo(?1)")?;
        let mut columns = columns.query([&name])?;
        while let Some(column) = columns.next()? {
            if column.get::<_, i64>(0)? != 0 {
                return Err(Failure::Program);
            }
        }
    }
    Ok(())
}

/// How many bytes the ledger takes for a field.
const HASH: usize = 32;

/// Sorts here and not in a query, which would read everything before the limits could apply.
fn notes(database: &Connection, note_types: &[NoteType], budget: &mut Budget) -> Result<BTreeMap<i64, Found>, Failure> {
    let numbers: BTreeMap<i64, usize> = note_types.iter().map(|note_type| note_type.id).zip(0..).collect();
    let mut found = BTreeMap::new();
    let (mut notes, mut texts) = (Limit::new("notes", NOTES_MOST), Limit::new("fields and tags", TEXTS_MOST));
    let mut statement = database.prepare("SELECT id, guid, mod, tags, flds, mid FROM notes")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut note = note(row)?;
        notes.count(1)?;
        note.note_type = *numbers.get(&row.get(5)?).ok_or(Failure::Note(note.id))?;
        let note_type = &note_types[note.note_type];
        let fields = note.fields().count();
        if note_type.fields.len() != fields {
            return Err(Failure::Note(note.id));
        }
        let tags = note.tags().count();
        Limit::new("tags of one note", TAGS_MOST).count(tags)?;
        texts.count(fields + tags)?;
        // The ledger has a line for it, with the name of its type and a hash of each field.
        let lengths = note.guid.as_str().len() + note.tags.len() + note.fields.len() + note_type.name.len();
        budget.spend(3 * OVERHEAD + lengths + fields * HASH)?;
        found.insert(note.id, (note, BTreeMap::new()));
    }
    Ok(found)
}

/// A note without its note type and its cards.
fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        id: row.get(0)?,
        guid: Guid::known(row.get(1)?),
        note_type: 0,
        modified: row.get(2)?,
        tags: row.get(3)?,
        fields: row.get(4)?,
        cards: Vec::new(),
        position: 0,
    })
}

/// How many bytes a card takes in a half-full map.
const CARD: usize = 32;

fn cards(
    database: &Connection,
    notes: &mut BTreeMap<i64, Found>,
    decks: &mut Decks,
    budget: &mut Budget,
) -> Result<(), Failure> {
    let mut limit = Limit::new("cards", CARDS_MOST);
    let mut statement = database.prepare("SELECT nid, ord, did, odid FROM cards")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        limit.count(1)?;
        let (note, ord, deck, home): (i64, u16, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let deck = if home == 0 { deck } else { home };
        if let Some((_, cards)) = notes.get_mut(&note) {
            let (number, length) = decks.find(deck);
            // The ledger repeats the name of the deck.
            budget.spend(CARD + length)?;
            cards.insert(ord, number);
        }
    }
    Ok(())
}
