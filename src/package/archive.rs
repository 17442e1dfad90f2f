//! The archive: which of the three formats it has, its database unpacked, and
//! which media it lists.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use prost::Message as _;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Failure, Limit};
use crate::anki::{LEGACY_1, LEGACY_2, MODERN, MediaEntries, Meta};

/// What is in the archive.
pub(super) struct Unpacked {
    /// The database file.
    pub(super) database: Vec<u8>,
    /// Media and their sizes by name.
    pub(super) media: BTreeMap<String, u64>,
}

const META: &str = "meta";
const MEDIA: &str = "media";

/// A hundred thousand long notes are a tenth of this.
const DATABASE_MOST: u64 = 1 << 30;
/// A hundred thousand names of media, with their hashes.
const MAP_MOST: u64 = 16 << 20;
const MEDIA_MOST: usize = 1_000_000;

pub(super) fn unpack(file: impl Read + Seek) -> Result<Unpacked, Failure> {
    let mut archive = ZipArchive::new(file).map_err(Failure::Archive)?;
    let version = version(&mut archive)?;
    let modern = version == MODERN;
    // Beside the database that counts there may be one for older programs, whose
    // only note asks for an update.
    let name = match version {
        LEGACY_1 => "collection.anki2",
        LEGACY_2 => "collection.anki21",
        MODERN => "collection.anki21b",
        version => return Err(Failure::Format(version)),
    };
    let database = content(&mut archive, name, modern, DATABASE_MOST)?;
    let map = match content(&mut archive, MEDIA, modern, MAP_MOST) {
        Err(Failure::Missing(_)) => return Ok(Unpacked { database, media: BTreeMap::new() }),
        map => map?,
    };
    let media = if modern { entries(&map)? } else { numbered(&mut archive, &map)? };
    Ok(Unpacked { database, media })
}

/// As `meta` says, or else the presence of a database, as Anki tells it.
fn version<F: Read + Seek>(archive: &mut ZipArchive<F>) -> Result<i32, Failure> {
    match content(archive, META, false, 1024) {
        Ok(bytes) => Ok(Meta::decode(&*bytes).map_err(|error| Failure::Message(META, error))?.version),
        Err(Failure::Missing(_)) if archive.index_for_name("collection.anki21").is_some() => Ok(LEGACY_2),
        Err(Failure::Missing(_)) => Ok(LEGACY_1),
        Err(failure) => Err(failure),
    }
}

/// The file `name`, of which at most `most` bytes are unpacked.
fn content<F: Read + Seek>(
    archive: &mut ZipArchive<F>,
    name: &'static str,
    zstd: bool,
    most: u64,
) -> Result<Vec<u8>, Failure> {
    let file = archive.by_name(name).map_err(|error| match error {
        ZipError::FileNotFound => Failure::Missing(name),
        error => Failure::Archive(error),
    })?;
    let mut bytes = Vec::new();
    let read = if zstd {
        zstd::Decoder::new(file).and_then(|frame| frame.take(most + 1).read_to_end(&mut bytes))
    } else {
        file.take(most + 1).read_to_end(&mut bytes)
    };
    match read {
        Err(error) => Err(Failure::Unpack(name, error)),
        Ok(length) if length as u64 > most => Err(Failure::TooLarge(name, most)),
        Ok(_) => Ok(bytes),
    }
}

fn entries(map: &[u8]) -> Result<BTreeMap<String, u64>, Failure> {
    let map = MediaEntries::decode(map).map_err(|error| Failure::Message(MEDIA, error))?;
    Limit::new("media", MEDIA_MOST).count(map.entries.len())?;
    Ok(map.entries.into_iter().map(|entry| (entry.name, u64::from(entry.size))).collect())
}

/// `{"0": "a.png"}`; the sizes are those of the files with these numbers.
fn numbered<F: Read + Seek>(archive: &mut ZipArchive<F>, map: &[u8]) -> Result<BTreeMap<String, u64>, Failure> {
    // Some programs leave the file empty.
    let map: &[u8] = if map.is_empty() { b"{}" } else { map };
    let map: BTreeMap<String, String> = serde_json::from_slice(map).map_err(|error| Failure::Json(MEDIA, error))?;
    Limit::new("media", MEDIA_MOST).count(map.len())?;
    let mut media = BTreeMap::new();
    for (number, name) in map {
        let Some(index) = archive.index_for_name(&number) else { continue };
        let size = archive.by_index(index).map_err(Failure::Archive)?.size();
        media.insert(name, size);
    }
    Ok(media)
}
