//! The archive: finds out which of the three formats it has, unpacks its database, and lists its media.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use prost::Message as _;
use prost::encoding::{DecodeContext, WireType, decode_key, skip_field};
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Budget, Failure, Limit, OVERHEAD};
use crate::anki::format::{LEGACY_1, LEGACY_2, MEDIA_ENTRY, MODERN, MediaEntry, Meta};

/// What is in the archive.
pub(super) struct Unpacked {
    /// The database file.
    pub(super) database: Vec<u8>,
    /// Media and their sizes by name.
    pub(super) media: BTreeMap<String, u64>,
}

const META: &str = "meta";
const MEDIA: &str = "media";

/// A hundred thousand long notes take a tenth of this.
const DATABASE_MOST: u64 = 1 << 30;
/// Enough for a hundred thousand media names, with their hashes.
const MAP_MOST: u64 = 16 << 20;
/// Enough for the names of a few media files. More files take more room in the archive than in the list.
const MAP_LEAST: u64 = 64 << 10;
const MEDIA_MOST: usize = 1_000_000;
/// Decompressing Anki's own packages needs the last 8 MiB of what was unpacked.
const WINDOW_LOG_MOST: u32 = 25;

/// Unpacks a file of `size` bytes.
pub(super) fn unpack(file: impl Read + Seek, size: u64, budget: &mut Budget) -> Result<Unpacked, Failure> {
    let mut archive = ZipArchive::new(file).map_err(Failure::Archive)?;
    let version = version(&mut archive)?;
    let modern = version == MODERN;
    // Next to the database that counts there may be one for older programs, whose only note asks
    // users to update.
    let name = match version {
        LEGACY_1 => "collection.anki2",
        LEGACY_2 => "collection.anki21",
        MODERN => "collection.anki21b",
        version => return Err(Failure::Format(version)),
    };
    let media = match content(&mut archive, MEDIA, modern, MAP_MOST.min(size.max(MAP_LEAST))) {
        Err(Failure::Missing(_)) => BTreeMap::new(),
        map if modern => entries(&map?, budget)?,
        map => numbered(&mut archive, &map?, budget)?,
    };
    let database = database(&mut archive, name, modern, budget)?;
    Ok(Unpacked { database, media })
}

/// The format that `meta` names; without `meta`, the one that the databases present imply, as Anki does it.
fn version<F: Read + Seek>(archive: &mut ZipArchive<F>) -> Result<i32, Failure> {
    match content(archive, META, false, 1024) {
        Ok(bytes) => Ok(Meta::decode(&*bytes).map_err(|error| Failure::Message(META, error))?.version),
        Err(Failure::Missing(_)) if archive.index_for_name("collection.anki21").is_some() => Ok(LEGACY_2),
        Err(Failure::Missing(_)) => Ok(LEGACY_1),
        Err(failure) => Err(failure),
    }
}

/// A third of the budget is for the file, which is held twice while SQLite takes it over. Its texts
/// get the second third later, and SQLite's copy of the text being read gets the last.
fn database<F: Read + Seek>(
    archive: &mut ZipArchive<F>,
    name: &'static str,
    zstd: bool,
    budget: &mut Budget,
) -> Result<Vec<u8>, Failure> {
    let third = budget.left as u64 / 3;
    let database = match content(archive, name, zstd, DATABASE_MOST.min(third)) {
        Err(Failure::TooLarge(..)) if third < DATABASE_MOST => return Err(Failure::Memory(budget.most)),
        database => database?,
    };
    budget.spend(database.len())?;
    Ok(database)
}

/// Unpacks the file `name`, but no more than `most` bytes of it.
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
        zstd::Decoder::new(file).and_then(|mut frame| {
            frame.window_log_max(WINDOW_LOG_MOST)?;
            frame.take(most + 1).read_to_end(&mut bytes)
        })
    } else {
        file.take(most + 1).read_to_end(&mut bytes)
    };
    match read {
        Err(error) => Err(Failure::Unpack(name, error)),
        Ok(length) if length as u64 > most => Err(Failure::TooLarge(name, most)),
        Ok(_) => Ok(bytes),
    }
}

/// Decodes a message of entries one by one: a list of a million empty entries is short.
fn entries(mut map: &[u8], budget: &mut Budget) -> Result<BTreeMap<String, u64>, Failure> {
    let damaged = |error| Failure::Message(MEDIA, error);
    let mut limit = Limit::new("media", MEDIA_MOST);
    let mut media = BTreeMap::new();
    while !map.is_empty() {
        let (tag, kind) = decode_key(&mut map).map_err(damaged)?;
        if (tag, kind) == (MEDIA_ENTRY, WireType::LengthDelimited) {
            let entry = MediaEntry::decode_length_delimited(&mut map).map_err(damaged)?;
            limit.count(1)?;
            budget.spend(OVERHEAD + entry.name.len())?;
            media.insert(entry.name, u64::from(entry.size));
        } else {
            skip_field(kind, tag, &mut map, DecodeContext::default()).map_err(damaged)?;
        }
    }
    Ok(media)
}

/// `{"0": "a.png"}`; the sizes are those of the files with these numbers.
fn numbered<F: Read + Seek>(
    archive: &mut ZipArchive<F>,
    map: &[u8],
    budget: &mut Budget,
) -> Result<BTreeMap<String, u64>, Failure> {
    // Some programs leave the file empty.
    let map: &[u8] = if map.is_empty() { b"{}" } else { map };
    let map: BTreeMap<String, String> = serde_json::from_slice(map).map_err(|error| Failure::Json(MEDIA, error))?;
    Limit::new("media", MEDIA_MOST).count(map.len())?;
    let mut media = BTreeMap::new();
    for (number, name) in map {
        let Some(index) = archive.index_for_name(&number) else { continue };
        let size = archive.by_index(index).map_err(Failure::Archive)?.size();
        budget.spend(OVERHEAD + name.len())?;
        media.insert(name, size);
    }
    Ok(media)
}
