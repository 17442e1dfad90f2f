//! Hostile and damaged files: Cardpress rejects every one and trusts none.

use std::io::{Cursor, Write as _};

use prost::Message as _;
use rusqlite::Connection;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Failure, package as read};
use crate::anki::Collection;
use crate::anki::format::Meta;

const COLLECTION: &str = "
    CREATE TABLE col (ver integer, models text, decks text);
    CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, tags text, flds text);
    CREATE TABLE cards (id integer PRIMARY KEY, nid integer, ord integer, did integer, odid integer);
    INSERT INTO col VALUES (11,
        '{\"7\": {\"name\": \"T\", \"type\": 0, \"flds\": [{\"name\": \"F\"}, {\"name\": \"G\"}], \"tmpls\": []}}',
        '{\"9\": {\"name\": \"A::B\"}}');
    INSERT INTO notes VALUES (5, 'g', 7, 1, ' b a ', 'x' || char(31) || 'y');
    INSERT INTO cards VALUES (6, 5, 0, 1, 9);";

fn database(more: &str) -> Vec<u8> {
    let mut database = Connection::open_in_memory().unwrap();
    database.execute_batch(COLLECTION).unwrap();
    database.execute_batch(more).unwrap();
    database.serialize("main").unwrap().to_vec()
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The database after `more`, in pages of 512 bytes, so that little data fills many pages.
fn paged(more: &str) -> Vec<u8> {
    let mut database = Connection::open_in_memory().unwrap();
    database.execute_batch(&format!("PRAGMA page_size = 512; {COLLECTION} {more}")).unwrap();
    database.serialize("main").unwrap().to_vec()
}

/// The page at which `name` begins.
fn root(database: &[u8], name: &str) -> usize {
    let mut connection = Connection::open_in_memory().unwrap();
    connection.deserialize_read_exact("main", database, database.len(), true).unwrap();
    let asked = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    connection.query_row(asked, [name], |row| row.get::<_, u32>(0)).unwrap() as usize
}

/// Makes all children of the inner page at which `name` begins the same page: `child`, or the first child.
fn one_child(database: &mut [u8], name: &str, child: Option<usize>) {
    let root = root(database, name);
    let page = &mut database[(root - 1) * 512..root * 512];
    assert!([2, 5].contains(&page[0]), "{name} is more than a page");
    let number = |page: &[u8], at: usize| usize::from(page[at]) << 8 | usize::from(page[at + 1]);
    let cells: Vec<usize> = (0..number(page, 3)).map(|cell| number(page, 12 + 2 * cell)).collect();
    let first = page[cells[0]..cells[0] + 4].to_vec();
    let child = child.map_or(first, |child| u32::try_from(child).unwrap().to_be_bytes().to_vec());
    cells.into_iter().chain([8]).for_each(|at| page[at..at + 4].copy_from_slice(&child));
}

fn package(database: &[u8]) -> Result<Collection, Failure> {
    read(Cursor::new(archive(&[("collection.anki2", database), ("media", b"{\"0\":\"a.png\"}"), ("0", b"abc")])))
}

#[test]
fn a_small_package_is_read() {
    let package = package(&database("")).unwrap();
    let note = &package.notes[0];
    assert_eq!(note.id, 5);
    assert_eq!(note.tags().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(note.fields().collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(package.deck_of(note), Some("A::B"));
    assert_eq!(package.media["a.png"], 3);
}

#[test]
fn what_is_no_package_is_refused_in_words() {
    let meta = |version| Meta { version }.encode_to_vec();
    let cases: [(Vec<u8>, &str); 6] = [
        (b"no archive".to_vec(), "it isn't an Anki package"),
        (archive(&[]), "`collection.anki2` is missing"),
        (archive(&[("meta", &meta(9))]), "package format 9"),
        (archive(&[("meta", &meta(3)), ("collection.anki21b", b"no frame")]), "cannot unpack `collection.anki21b`"),
        (archive(&[("meta", b"\xff\xff")]), "`meta` in it is damaged"),
        (archive(&[("collection.anki2", b"no database")]), "its database is damaged"),
    ];
    for (bytes, words) in cases {
        let said = read(Cursor::new(bytes)).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn databases_that_no_program_of_good_will_writes_are_refused() {
    let cases = [
        ("DROP TABLE notes; CREATE VIEW notes AS SELECT 1 AS id", "views"),
        ("CREATE TABLE other (a, b AS (zeroblob(1000000000)))", "views"),
        ("CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END", "views"),
        ("UPDATE col SET ver = 99", "schema 99"),
        ("UPDATE col SET models = '{'", "`models` in it is damaged"),
        ("UPDATE notes SET mid = 8", "its note 5"),
        ("UPDATE notes SET flds = 'x'", "its note 5"),
        ("UPDATE cards SET ord = -1", "damaged"),
        ("DELETE FROM col", "damaged"),
        ("DROP TABLE cards", "damaged"),
    ];
    for (change, words) in cases {
        let said = package(&database(change)).unwrap_err().to_string();
        assert!(said.contains(words), "{change}: {said}");
    }
}

const NUMBERS: &str = "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)";

/// SQLite's different ways of laying out the same data.
#[test]
fn every_sound_layout_is_read() {
    let many = format!("{NUMBERS} INSERT INTO cards SELECT i, 5, i, 9, 0 FROM n;");
    let long = "UPDATE notes SET flds = hex(zeroblob(70000)) || char(31) || hex(zeroblob(300))";
    let changes = [
        format!("{many} CREATE INDEX i ON cards (nid, ord, did, odid); ANALYZE;"),
        format!("{many} {long}; CREATE INDEX f ON notes (flds); DELETE FROM cards WHERE id % 3"),
        "CREATE TABLE other (a text, b text, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO other
         SELECT value, hex(zeroblob(value * 50)) FROM json_each('[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 3000]')"
            .to_owned(),
    ];
    for (size, vacuum, encoding) in
        [(512, 0, "UTF-8"), (512, 1, "UTF-16le"), (1024, 2, "UTF-8"), (4096, 0, "UTF-16be"), (65_536, 1, "UTF-8")]
    {
        for change in &changes {
            let mut database = Connection::open_in_memory().unwrap();
            let settings =
                format!("PRAGMA page_size = {size}; PRAGMA auto_vacuum = {vacuum}; PRAGMA encoding = '{encoding}';");
            database.execute_batch(&format!("{settings} {COLLECTION} {change}")).unwrap();
            let bytes = database.serialize("main").unwrap().to_vec();
            let read = package(&bytes).unwrap_or_else(|failure| panic!("{settings} {change}: {failure}"));
            assert_eq!(read.notes[0].fields().count(), 2);
        }
    }
}

type Change = fn(&mut Vec<u8>);

#[test]
fn pages_that_are_used_twice_are_refused() {
    let cards = format!("{NUMBERS} INSERT INTO cards SELECT i, 5, i, 9, 0 FROM n;");
    let index = format!("{cards} CREATE INDEX i ON cards (nid, ord, did, odid); ANALYZE;");
    let long = "UPDATE notes SET flds = printf('%.*c', 5000, 'z') || char(31) || 'y';";
    let cases: [(&str, Change); 8] = [
        (&cards, |database| one_child(database, "cards", None)),
        (&cards, |database| {
            let itself = root(database, "cards");
            one_child(database, "cards", Some(itself));
        }),
        (&cards, |database| one_child(database, "cards", Some(1_000_000))),
        (&cards, |database| one_child(database, "cards", Some(0))),
        (&index, |database| one_child(database, "i", None)),
        // SQLite reads the statistics before it runs a query.
        (&index, |database| {
            let start = (root(database, "sqlite_stat1") - 1) * 512;
            database[start..start + 12].copy_from_slice(&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        }),
        (long, |database| {
            let filled = |page: &[u8]| page[4..].iter().all(|byte| *byte == b'z');
            let page = database.chunks(512).position(filled).unwrap();
            let itself = u32::try_from(page + 1).unwrap().to_be_bytes();
            database[page * 512..page * 512 + 4].copy_from_slice(&itself);
        }),
        // Cells that all point to the same place.
        (&cards, |database| {
            let leaf = database.chunks_mut(512).find(|page| page[0] == 13 && page[4] > 20).unwrap();
            let first = [leaf[8], leaf[9]];
            leaf[4] = 200;
            leaf[8..408].chunks_mut(2).for_each(|cell| cell.copy_from_slice(&first));
        }),
    ];
    for (number, (sql, change)) in cases.into_iter().enumerate() {
        let mut database = paged(sql);
        package(&database).unwrap();
        change(&mut database);
        let said = package(&database).unwrap_err().to_string();
        assert!(said.contains("its pages are inconsistent"), "{number}: {said}");
    }
    let same = "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'cards'";
    assert!(matches!(package(&paged(same)), Err(Failure::Pages)));
}

/// Data that is small in the file but large, or endless, once it is read.
#[test]
fn what_a_database_takes_is_bounded_by_its_size() {
    let rows = format!("{NUMBERS} INSERT INTO notes SELECT i, 'g', 7, 1, '' FROM n;");
    let cases = [
        // A row that ends early gets its column's default.
        (
            format!(
                "DELETE FROM notes; ALTER TABLE notes DROP COLUMN flds; {rows}
                 ALTER TABLE notes ADD COLUMN flds text DEFAULT 'x\u{1f}{}'",
                "y".repeat(500_000)
            ),
            "it would take more than 128 MiB",
        ),
        ((0..1001).map(|number| format!("CREATE TABLE t{number} (a);")).collect(), "it has more than 1000 tables"),
        (format!("CREATE TABLE t (a DEFAULT '{}')", "y".repeat(2 << 20)), "bytes of table definitions"),
        (format!(r#"UPDATE col SET models = '{{"7": {}'"#, "[".repeat(100_000)), "`models` in it is damaged"),
        (format!("UPDATE col SET decks = '{}'", r#"{"1":"#.repeat(100_000)), "`decks` in it is damaged"),
        (
            "DROP TABLE notes; CREATE VIEW notes AS WITH RECURSIVE n(id) AS
             (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, id guid, id mid, id mod, id tags, id flds FROM n"
                .to_owned(),
            "views",
        ),
        ("CREATE VIRTUAL TABLE v USING fts5 (a)".to_owned(), "views"),
    ];
    for (sql, words) in cases {
        let said = package(&database(&sql)).unwrap_err().to_string();
        assert!(said.contains(words), "{}: {said}", &sql[..sql.len().min(80)]);
    }
}

#[test]
fn lists_and_frames_that_say_too_much_are_refused() {
    let meta = Meta { version: 3 }.encode_to_vec();
    let packed = |bytes: &[u8]| zstd::encode_all(bytes, 0).unwrap();
    let whole = packed(&database(""));
    let modern = |media: &[u8], database: &[u8]| {
        let files = [("meta", &*meta), ("collection.anki21b", database), ("media", media)];
        read(Cursor::new(archive(&files))).map_err(|failure| failure.to_string())
    };
    assert!(modern(&packed(&[]), &whole).is_ok());
    // Many empty entries; an entry with more bytes than there are; a group without an end.
    let lists: [(&[u8], &str); 4] = [
        (&[10, 0].repeat(8 << 20), "`media` in it unpacks to more than 64 KiB"),
        (&[10, 255, 255, 255, 255, 15], "`media` in it is damaged"),
        (&[10, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], "`media` in it is damaged"),
        (&[0x13].repeat(50_000), "`media` in it is damaged"),
    ];
    for (list, words) in lists {
        let said = modern(&packed(list), &whole).unwrap_err();
        assert!(said.contains(words), "{said}");
    }
    // A window of 2 GiB, and one segment of 2^60 bytes.
    let frames: [&[u8]; 2] = [
        &[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0, 0],
        &[0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x01, 0, 0],
    ];
    for frame in frames {
        let said = modern(&packed(&[]), frame).unwrap_err();
        assert!(said.contains("cannot unpack `collection.anki21b` from it"), "{said}");
    }
}

/// SQLite and other libraries quote names from the file in their messages.
#[test]
fn what_is_said_of_a_file_has_one_line() {
    let schema = "PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, 'CREATE', 'CREATED'), name = 'a' || char(10, 27, 155) WHERE name = 'notes'";
    let table = "DROP TABLE notes; CREATE TABLE notes (id, guid, mid, mod, tags);
        CREATE TABLE \"a\u{1b}[2J\nb\" (c)";
    let model = "UPDATE col SET models = '{\"7\": {\"name\": \"\\u009b\\n\", \"type\": \"\\u009b\\n\"}}'";
    for change in [schema, table, model] {
        let said = package(&database(change)).unwrap_err().to_string();
        assert_eq!(crate::printable::line(&said), said);
    }
}

/// Damage in any one byte, or a cut anywhere, gives an error or a package, never a panic.
#[test]
fn damage_is_survived() {
    let whole = database("");
    for place in (0..whole.len()).step_by(7) {
        for value in [0, 1, 127, 255] {
            let mut damaged = whole.clone();
            damaged[place] = value;
            let _ = package(&damaged);
        }
    }
    let file = archive(&[("collection.anki2", &whole), ("media", b"{}")]);
    for place in 0..file.len() {
        let mut damaged = file.clone();
        damaged[place] ^= 0xff;
        let _ = read(Cursor::new(damaged));
        let _ = read(Cursor::new(&file[..place]));
    }
}
