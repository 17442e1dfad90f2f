//! A package of any notes, note types, decks and media in any of Anki's formats, then
//! damaged: an error in words, or a ledger that Cardpress itself can read.
#![no_main]

use std::io::{Cursor, Write as _};
use std::ops::{Deref, DerefMut};

use cardpress::anki::{self, Collection};
use cardpress::diag::Sink;
use cardpress::source::{Source, Sources};
use cardpress::threads::Threads;
use cardpress::{Published, compare, diff, lock, printable, recover};
use cardpress_fuzz::{PROJECT, shown, world};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use rusqlite::Connection;
use rusqlite::types::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fuzz_target!(|bytes: &[u8]| {
    let Ok(archive) = Bytes::new(bytes).and_then(|mut bytes| archive(&mut bytes)) else { return };
    match anki::read::package(Cursor::new(archive)) {
        Err(failure) => {
            let said = failure.to_string();
            assert_eq!(printable::line(&said), said);
        }
        Ok(package) => used(&package),
    }
});

/// What `lock --from` and `diff --against` do with it.
fn used(package: &Collection) {
    let project = world(PROJECT);
    let recovered = recover(&project, package);
    shown(&recovered.sources, &recovered.diagnostics);
    let text = recovered.lock.expect("the project is sound").text();
    let mut sources = Sources::default();
    let file = sources.add(Source::new("cardpress.lock", text.as_str()));
    let mut diagnostics = Sink::new();
    let again = lock::read(file, &text, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}\n{text}");
    assert_eq!(again.text(), text);
    let compared = compare(&project, Some(&Published::Package(package)), Threads::ONE);
    shown(&compared.sources, &compared.diagnostics);
    let release = compared.release.expect("the project is sound");
    for text in [diff::human(&release), diff::markdown(&release), diff::json(&release)] {
        assert_eq!(printable::lines(&text), text);
    }
    serde_json::from_str::<serde_json::Value>(&diff::json(&release)).expect("it is JSON");
}

/// The fuzzer's bytes, and how often something is odd in the package that they describe:
/// once in so many times, or never.
struct Bytes<'b> {
    bytes: Unstructured<'b>,
    odds: u16,
}

impl<'b> Bytes<'b> {
    fn new(bytes: &'b [u8]) -> Result<Self> {
        let mut bytes = Unstructured::new(bytes);
        let odds = *bytes.choose(&[0, 0, 10, 50, 250])?;
        Ok(Self { bytes, odds })
    }

    fn is_odd(&mut self) -> Result<bool> {
        Ok(self.odds > 0 && self.bytes.ratio(1, self.odds)?)
    }
}

impl<'b> Deref for Bytes<'b> {
    type Target = Unstructured<'b>;

    fn deref(&self) -> &Self::Target {
        &self.bytes
    }
}

impl DerefMut for Bytes<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.bytes
    }
}

/// The package that `bytes` describe.
fn archive(bytes: &mut Bytes<'_>) -> Result<Vec<u8>> {
    let (name, version) =
        *bytes.choose(&[("collection.anki2", 1), ("collection.anki21", 2), ("collection.anki21b", 3)])?;
    let modern = version == 3;
    // Of the wrong schema now and then.
    let is_other = bytes.is_odd()?;
    let mut database = database(bytes, modern != is_other)?;
    if bytes.ratio(1, 3)? {
        damage(&mut database, bytes)?;
    }
    let mut media = if modern { entries(bytes)? } else { map(bytes)? };
    if bytes.is_odd()? {
        damage(&mut media, bytes)?;
    }
    if modern {
        database = zstd::encode_all(&*database, 1).expect("memory is enough");
        media = zstd::encode_all(&*media, 1).expect("memory is enough");
    }
    let mut files = vec![(name, database), ("media", media), ("0", b"abc".to_vec()), ("1", Vec::new())];
    if version != 1 || bytes.arbitrary()? {
        let version = if bytes.is_odd()? { bytes.arbitrary()? } else { version };
        files.push(("meta", [vec![8], varint(version)].concat()));
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).expect("the archive takes a file");
        zip.write_all(&bytes).expect("the archive takes bytes");
    }
    let mut archive = zip.finish().expect("the archive ends").into_inner();
    if bytes.is_odd()? {
        damage(&mut archive, bytes)?;
    }
    Ok(archive)
}

/// Up to eight changes: of a byte, or of a number such as that of a page.
fn damage(target: &mut Vec<u8>, bytes: &mut Bytes<'_>) -> Result<()> {
    for _ in 0..bytes.int_in_range(1..=8)? {
        if target.len() < 8 {
            break;
        }
        let at = bytes.choose_index(target.len() - 4)?;
        match bytes.int_in_range(0..=3)? {
            0 => target[at] = bytes.arbitrary()?,
            1 => target[at..at + 4].copy_from_slice(&bytes.int_in_range(0..=40_u32)?.to_be_bytes()),
            2 => {
                let from = bytes.choose_index(target.len() - 4)?;
                let length = bytes.int_in_range(1..=600)?.min(target.len() - from.max(at));
                target.copy_within(from..from + length, at);
            }
            // The head of a page of 512 bytes: its kind, its cells and the page at its right.
            _ => {
                let page = at / 512 * 512;
                target[page] = *bytes.choose(&[2, 5, 10, 13])?;
                if page + 12 <= target.len() && bytes.arbitrary()? {
                    target[page + 8..page + 12].copy_from_slice(&bytes.int_in_range(0..=40_u32)?.to_be_bytes());
                }
            }
        }
    }
    if bytes.ratio(1, 20)? {
        target.truncate(bytes.choose_index(target.len() + 1)?);
    }
    Ok(())
}

const TABLES: &str = "
    CREATE TABLE col (ver integer, models text, decks text);
    CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, mod integer, tags text, flds text);
    CREATE TABLE cards (id integer PRIMARY KEY, nid integer, ord integer, did integer, odid integer);";
const TABLES_18: &str = "
    CREATE TABLE notetypes (id integer PRIMARY KEY, name text COLLATE unicase, mtime_secs integer, config blob);
    CREATE TABLE fields (ntid integer, ord integer, name text COLLATE unicase, config blob, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
    CREATE TABLE templates (ntid integer, ord integer, name text COLLATE unicase, config blob, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
    CREATE TABLE decks (id integer PRIMARY KEY, name text COLLATE unicase);
    CREATE INDEX idx_fields ON fields (name, ntid);
    CREATE INDEX idx_notetypes ON notetypes (name);";
/// What no package has, and what SQLite itself adds.
const EXTRAS: [&str; 10] = [
    "CREATE INDEX i ON cards (nid, ord, did, odid)",
    "CREATE INDEX i ON cards (nid, ord, did, odid); ANALYZE",
    "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT * FROM n",
    "DROP TABLE notes; CREATE VIEW notes AS SELECT nid AS id, '' AS guid, 7 AS mid, 1 AS mod, '' AS tags, '' AS flds FROM cards",
    "CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END",
    "ALTER TABLE notes ADD COLUMN x text DEFAULT 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
    "ALTER TABLE notes ADD COLUMN g AS (flds || flds)",
    "DROP TABLE cards",
    "CREATE TABLE x (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO x SELECT id, flds FROM notes",
    "DELETE FROM notes WHERE id % 2",
];

fn database(bytes: &mut Bytes<'_>, schema_18: bool) -> Result<Vec<u8>> {
    let mut database = Connection::open_in_memory().expect("memory is enough");
    database.create_collation("unicase", |one, other| one.cmp(other)).expect("a collation can be had");
    let layout = bytes.choose(&["", "PRAGMA auto_vacuum = 1;", "PRAGMA encoding = 'UTF-16le';"])?;
    let size = *bytes.choose(&[512, 512, 512, 1024, 65_536])?;
    let tables = if schema_18 { TABLES_18 } else { "" };
    database
        .execute_batch(&format!("PRAGMA page_size = {size}; {layout} BEGIN; {TABLES} {tables}"))
        .expect("the tables are made");
    if schema_18 {
        fill_18(&database, bytes)?
    } else {
        fill_11(&database, bytes)?
    }
    for row in 0..bytes.int_in_range(0..=40)? {
        let values = [
            id(bytes, row + 100)?,
            text(bytes)?,
            id(bytes, 7)?,
            number(bytes, 1_700_000_000)?,
            Value::Text(
                (*bytes.choose(&["", " a b ", " cardpress::retired::1.0.0 ", " \u{1b}[2J ", "a\u{2028}b"])?).to_owned(),
            ),
            fields(bytes)?,
        ];
        put(&database, "INSERT OR REPLACE INTO notes VALUES (?1, ?2, ?3, ?4, ?5, ?6)", values);
    }
    for row in 0..bytes.int_in_range(0..=60)? {
        let values =
            [id(bytes, row + 500)?, id(bytes, row + 100)?, number(bytes, 0)?, id(bytes, 9)?, number(bytes, 0)?];
        put(&database, "INSERT OR REPLACE INTO cards VALUES (?1, ?2, ?3, ?4, ?5)", values);
    }
    if bytes.is_odd()? {
        // Some do not fit together.
        let _ = database.execute_batch(bytes.choose(&EXTRAS)?);
    }
    database.execute_batch("COMMIT").expect("memory is enough");
    Ok(database.serialize("main").expect("a database has bytes").to_vec())
}

fn put<const COUNT: usize>(database: &Connection, insert: &str, values: [Value; COUNT]) {
    // A primary key takes no text.
    let _ = database.execute(insert, rusqlite::params_from_iter(values));
}

/// JSON with all that a collection has, or has not.
fn fill_11(database: &Connection, bytes: &mut Bytes<'_>) -> Result<()> {
    let (mut models, mut decks) = (serde_json::Map::new(), serde_json::Map::new());
    for id in 0..bytes.int_in_range(1..=3)? {
        let names = |bytes: &mut Bytes<'_>, most: i64, key: &str| -> Result<Vec<serde_json::Value>> {
            (0..most)
                .map(|_| Ok(serde_json::json!({ "name": name(bytes)?, key: "{{F}}", "id": if bytes.arbitrary()? { Some(bytes.arbitrary::<i64>()?) } else { None } })))
                .collect()
        };
        let (fields, templates) = (count(bytes)?, bytes.int_in_range(0..=2)?);
        let model = serde_json::json!({ "name": name(bytes)?, "type": bytes.int_in_range(0..=2)?, "mod": bytes.arbitrary::<i32>()?,
            "flds": names(bytes, fields, "x")?, "tmpls": names(bytes, templates, "qfmt")? });
        models.insert(key(bytes, id + 7)?, model);
    }
    for id in 0..bytes.int_in_range(0..=3)? {
        decks.insert(key(bytes, id + 9)?, serde_json::json!({ "name": name(bytes)? }));
    }
    let mut texts = [serde_json::Value::from(models).to_string(), serde_json::Value::from(decks).to_string()];
    if bytes.is_odd()? {
        let text = &mut texts[bytes.choose_index(2)?];
        let at = text.floor_char_boundary(bytes.choose_index(text.len())?);
        text.insert_str(at, bytes.arbitrary::<&str>()?.get(..20).unwrap_or("["));
    }
    let version = if bytes.is_odd()? { 18 } else { 11 };
    let [models, decks] = texts;
    put(
        database,
        "INSERT INTO col VALUES (?1, ?2, ?3)",
        [Value::Integer(version), Value::Text(models), Value::Text(decks)],
    );
    Ok(())
}

/// The same as rows with messages.
fn fill_18(database: &Connection, bytes: &mut Bytes<'_>) -> Result<()> {
    let version = if bytes.is_odd()? { 11 } else { 18 };
    put(database, "INSERT INTO col VALUES (?1, '', '')", [Value::Integer(version)]);
    for row in 0..bytes.int_in_range(1..=3)? {
        let config = message(bytes, &[(1, false), (2, false), (3, true)])?;
        let values = [id(bytes, row + 7)?, Value::Text(name(bytes)?), number(bytes, 1)?, config];
        put(database, "INSERT OR REPLACE INTO notetypes VALUES (?1, ?2, ?3, ?4)", values);
        for (table, fields) in [("fields", &[(9, false), (3, true)]), ("templates", &[(8, false), (1, true)])] {
            for ord in 0..count(bytes)? {
                let config = message(bytes, fields)?;
                let values = [id(bytes, row + 7)?, number(bytes, ord)?, Value::Text(name(bytes)?), config];
                put(database, &format!("INSERT OR REPLACE INTO {table} VALUES (?1, ?2, ?3, ?4)"), values);
            }
        }
    }
    for row in 0..bytes.int_in_range(0..=3)? {
        let values = [id(bytes, row + 9)?, Value::Text(name(bytes)?.replace("::", "\u{1f}"))];
        put(database, "INSERT OR REPLACE INTO decks VALUES (?1, ?2)", values);
    }
    Ok(())
}

/// A message with these fields, numbers or texts, and now and then damage.
fn message(bytes: &mut Bytes<'_>, fields: &[(u64, bool)]) -> Result<Value> {
    let mut message = Vec::new();
    for (tag, is_text) in fields {
        message.extend(varint(tag << 3 | if *is_text { 2 } else { 0 }));
        if *is_text {
            let text = name(bytes)?;
            message.extend(varint(text.len() as u64));
            message.extend(text.into_bytes());
        } else {
            message.extend(varint(if bytes.arbitrary()? { 1 } else { bytes.arbitrary()? }));
        }
    }
    if bytes.is_odd()? {
        message.extend_from_slice(*bytes.choose(&[
            &[10, 255, 255, 255, 255, 15][..],
            &[0x0b; 300],
            &[0xff; 12],
            &[10, 2, 0xff, 0xfe],
        ])?);
    }
    Ok(Value::Blob(message))
}

/// The media of a modern package.
fn entries(bytes: &mut Bytes<'_>) -> Result<Vec<u8>> {
    let mut list = Vec::new();
    for _ in 0..bytes.int_in_range(0..=4)? {
        let Value::Blob(entry) = message(bytes, &[(1, true), (2, false), (3, true)])? else { continue };
        list.extend([vec![10], varint(entry.len() as u64), entry].concat());
    }
    Ok(list)
}

/// The media of an older one.
fn map(bytes: &mut Bytes<'_>) -> Result<Vec<u8>> {
    let mut map = serde_json::Map::new();
    for number in 0..bytes.int_in_range(0..=3)? {
        map.insert(key(bytes, number)?, name(bytes)?.into());
    }
    Ok(if bytes.is_odd()? { Vec::new() } else { serde_json::Value::from(map).to_string().into_bytes() })
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn key(bytes: &mut Bytes<'_>, usual: i64) -> Result<String> {
    Ok(if bytes.is_odd()? { bytes.arbitrary::<i64>()? } else { usual }.to_string())
}

fn id(bytes: &mut Bytes<'_>, usual: i64) -> Result<Value> {
    if bytes.is_odd()? { value(bytes) } else { Ok(Value::Integer(usual)) }
}

fn number(bytes: &mut Bytes<'_>, usual: i64) -> Result<Value> {
    if bytes.is_odd()? { value(bytes) } else { Ok(Value::Integer(usual)) }
}

fn text(bytes: &mut Bytes<'_>) -> Result<Value> {
    if bytes.is_odd()? { value(bytes) } else { Ok(Value::Text(name(bytes)?)) }
}

/// How many fields a note type has, and a note.
fn count(bytes: &mut Bytes<'_>) -> Result<i64> {
    if bytes.is_odd()? { bytes.int_in_range(0..=4) } else { Ok(2) }
}

fn fields(bytes: &mut Bytes<'_>) -> Result<Value> {
    let mut all = Vec::new();
    for _ in 0..count(bytes)? {
        all.push(name(bytes)?.replace('\u{1f}', ""));
    }
    if bytes.is_odd()? {
        all.iter_mut().for_each(|field| *field = field.repeat(3000));
    }
    Ok(Value::Text(all.join("\u{1f}")))
}

fn value(bytes: &mut Bytes<'_>) -> Result<Value> {
    Ok(match bytes.int_in_range(0..=5)? {
        0 => Value::Null,
        1 => Value::Real(bytes.arbitrary()?),
        2 => Value::Text(name(bytes)?),
        3 => Value::Blob(bytes.arbitrary::<&[u8]>()?.to_vec()),
        4 => Value::Integer(bytes.arbitrary()?),
        _ => Value::Integer(*bytes.choose(&[-1, 0, 1, 2, 65_535, 65_536, 253_402_300_800, i64::MAX, i64::MIN])?),
    })
}

/// A name that somebody may have chosen, or any text.
fn name(bytes: &mut Bytes<'_>) -> Result<String> {
    const NAMES: [&str; 18] = [
        "a",
        "A",
        "b::c",
        "B::C",
        "::",
        "",
        "Fuzz",
        "Fuzz::Theory",
        "Fuzz: Question",
        "Basic",
        "{{c1::x}} {{c2::y::z}}",
        "{{c1::{{c1::",
        "<img src=\"x\">&amp;&#58;",
        "\u{1b}[2J",
        "a\nerror: b",
        "\u{202e}\u{2066}",
        "e\u{301}\u{e9}",
        "`` ` <b>",
    ];
    if bytes.ratio(1, 6)? {
        let text: &str = bytes.arbitrary()?;
        return Ok(text.get(..60).unwrap_or(text).to_owned());
    }
    Ok((*bytes.choose(&NAMES)?).to_owned())
}
