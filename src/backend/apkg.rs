//! Anki packages, in either of two formats. Every Anki since 2.1.28 reads `legacy1` (a schema-11
//! database, a JSON media map, plain media files), and only this format keeps the ids of fields and
//! templates in older versions too. The modern one (a schema-18 database, a media map with hashes,
//! everything a Zstandard frame) is smaller. Both import identically.
//!
//! It accepts everything that a [`Deck`] can hold; `lint` reports what Anki would silently spoil.
//! It writes no schedules, no review log and no presets of its own.

use std::collections::BTreeMap;
use std::io::{self, Read};

use prost::Message as _;
use sha1::{Digest as _, Sha1};

use super::artifact::Kept;
use super::{Artifact, Content, Entry, Packing, Part};
use crate::anki::{self, Collection, Made, MediaEntries, MediaEntry, Meta, write};
use crate::deck::{Deck, Media, MediaSource, PackageFormat, names};
use crate::diag::{Code, Diagnostic, Sink};

/// One package of all notes, or nothing if there are no notes.
pub fn render(made: &Made, media: &dyn MediaSource, diagnostics: &mut Sink) -> Vec<Artifact> {
    let Made { deck, collection } = made;
    if collection.notes.is_empty() {
        return Vec::new();
    }
    let entries = match deck.project.package {
        PackageFormat::Legacy1 => legacy1(deck, collection),
        PackageFormat::Modern => modern(deck, collection, media),
    };
    match entries {
        Ok(entries) => vec![Artifact {
            path: format!("{}.apkg", names::stem(&deck.project.id)),
            content: Content::Archive(entries),
        }],
        Err(failure) => {
            diagnostics.push(failure.told());
            Vec::new()
        }
    }
}

/// Reports what [`render`] would, without making anything: a deck's texts always fit in a database
/// in memory, but the modern format reads the media.
pub fn check(made: &Made, media: &dyn MediaSource, diagnostics: &mut Sink) {
    let Made { deck, collection } = made;
    if collection.notes.is_empty() || deck.project.package != PackageFormat::Modern {
        return;
    }
    let file = |file: &&Media| {
        size(file)?;
        media.open(&file.path).map(drop).map_err(|error| Failure::Media(file.path.clone(), error))
    };
    let failure = deck.media_on_cards().iter().find_map(|media| file(media).err());
    diagnostics.extend(failure.map(|failure| failure.told()));
}

/// Why a package could not be written. There is no known cause apart from memory and disk errors.
#[derive(Debug)]
enum Failure {
    Database(write::Failure),
    Map(serde_json::Error),
    Media(String, io::Error),
    /// The modern format counts a file's bytes with 32 bits.
    LargeMedia(String),
}

impl Failure {
    fn told(&self) -> Diagnostic {
        Diagnostic::nowhere(Code::APKG_FAILED, format!("cannot write the Anki package: {self}"))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(error) => write!(f, "{error}"),
            Self::Map(error) => write!(f, "{error}"),
            Self::Media(path, error) => write!(f, "cannot read {path}: {error}"),
            Self::LargeMedia(path) => write!(f, "{path} is 4 GiB or larger"),
        }
    }
}

fn legacy1(deck: &Deck, collection: &Collection) -> Result<Vec<Entry>, Failure> {
    let media = deck.media_on_cards();
    let names: BTreeMap<usize, &str> = media.iter().map(|file| file.name.as_str()).enumerate().collect();
    let database = database(collection, PackageFormat::Legacy1)?;
    let mut entries = vec![
        entry("collection.anki2", Packing::Deflate, Part::Kept(database)),
        entry("media", Packing::Deflate, Part::Bytes(serde_json::to_vec(&names).map_err(Failure::Map)?)),
    ];
    // Pictures and sounds are usually compressed already.
    entries.extend(numbered(&media, Packing::Stored));
    Ok(entries)
}

/// Anki adds a `collection.anki2` whose only note asks users of older programs to update. Cardpress
/// doesn't: without it those programs reject the file, but with it they would leave that note in a
/// learner's collection.
fn modern(deck: &Deck, collection: &Collection, source: &dyn MediaSource) -> Result<Vec<Entry>, Failure> {
    let media = deck.media_on_cards();
    let map = MediaEntries {
        entries: media.iter().map(|file| listed(file, source)).collect::<Result<_, _>>()?,
    };
    let database = database(collection, PackageFormat::Modern)?;
    let mut entries = vec![
        entry("meta", Packing::Stored, Part::Bytes(Meta { version: anki::MODERN }.encode_to_vec())),
        entry("collection.anki21b", Packing::Zstd, Part::Kept(database)),
        entry("media", Packing::Zstd, Part::Bytes(map.encode_to_vec())),
    ];
    entries.extend(numbered(&media, Packing::Zstd));
    Ok(entries)
}

fn database(collection: &Collection, format: PackageFormat) -> Result<Kept, Failure> {
    write::database(collection, format).map(Kept::by).map_err(Failure::Database)
}

fn entry(name: &str, packing: Packing, part: Part) -> Entry {
    Entry { name: name.to_owned(), packing, part }
}

fn numbered(media: &[&Media], packing: Packing) -> impl Iterator<Item = Entry> {
    media.iter().enumerate().map(move |(number, file)| Entry {
        name: number.to_string(),
        packing,
        part: Part::Media(file.path.clone()),
    })
}

fn listed(file: &Media, source: &dyn MediaSource) -> Result<MediaEntry, Failure> {
    let size = size(file)?;
    let sha1 = sha1(&file.path, source).map_err(|error| Failure::Media(file.path.clone(), error))?;
    Ok(MediaEntry { name: file.name.clone(), size, sha1 })
}

fn size(file: &Media) -> Result<u32, Failure> {
    u32::try_from(file.size).map_err(|_| Failure::LargeMedia(file.path.clone()))
}

/// Reads in chunks: a media file is never entirely in memory.
fn sha1(path: &str, source: &dyn MediaSource) -> io::Result<Vec<u8>> {
    let mut file = source.open(path)?;
    let mut hasher = Sha1::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize().to_vec()),
            Ok(length) => hasher.update(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
