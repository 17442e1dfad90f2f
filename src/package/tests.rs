//! Hostile and damaged files: each is refused, none is believed.

use std::io::{Cursor, Write as _};

use prost::Message as _;
use rusqlite::Connection;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Failure, Package, read};
use crate::anki::Meta;

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

fn package(database: &[u8]) -> Result<Package, Failure> {
    read(Cursor::new(archive(&[("collection.anki2", database), ("media", b"{\"0\":\"a.png\"}"), ("0", b"abc")])))
}

#[test]
fn a_small_package_is_read() {
    let package = package(&database("")).unwrap();
    let note = &package.notes[&5];
    assert_eq!(note.tags().collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(note.fields().collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(package.decks[&note.cards[&0]], "A::B");
    assert_eq!(package.media["a.png"], 3);
}

#[test]
fn what_is_no_package_is_refused_in_words() {
    let meta = |version| Meta { version }.encode_to_vec();
    let cases: [(Vec<u8>, &str); 6] = [
        (b"no archive".to_vec(), "it is no Anki package"),
        (archive(&[]), "it has no `collection.anki2`"),
        (archive(&[("meta", &meta(9))]), "its format is 9"),
        (archive(&[("meta", &meta(3)), ("collection.anki21b", b"no frame")]), "`collection.anki21b` in it cannot be"),
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

/// A byte at a time and cut anywhere: an error or a package, never a panic.
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
