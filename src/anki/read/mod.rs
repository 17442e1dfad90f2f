//! Reads Anki packages: `.apkg` in each of Anki's three formats, and `.colpkg`, from any program.
//! It ignores learners' schedules.
//!
//! A package may come from anywhere. So its database may contain only tables, which must be trees;
//! the package's own size limits what it may unpack to; and anything wrong is a [`Failure`].

mod archive;
mod database;
mod pages;
mod schema11;
mod schema18;

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};

use rusqlite::ErrorCode;

use super::Collection;
use crate::printable;

/// Decks, and fields and templates of all note types.
const PARTS_MOST: usize = 100_000;

/// Why a file cannot be read as a package.
#[derive(Debug)]
pub enum Failure {
    /// It isn't an archive, or it is damaged.
    Archive(zip::result::ZipError),
    /// A file that every package has is missing.
    Missing(&'static str),
    /// A file in it cannot be unpacked.
    Unpack(&'static str, io::Error),
    /// A file in it unpacks to more than this many bytes.
    TooLarge(&'static str, u64),
    /// There are more of these than this many.
    TooMany(&'static str, usize),
    /// It would take more than this many bytes of memory, which no package of its size needs.
    Memory(usize),
    /// It claims to have this format, which is unknown.
    Format(i32),
    /// Its database has this schema, which no package has.
    Schema(i64),
    /// Its database has views, triggers, virtual tables or generated columns: these are programs,
    /// which no package needs.
    Program,
    /// Pages of its database refer to the same page, or to one that doesn't exist.
    Pages,
    /// Reading its database takes more steps than a database of its size can need.
    Endless,
    /// Its database is damaged.
    Database(rusqlite::Error),
    /// This column or file is not the JSON that it should be.
    Json(&'static str, serde_json::Error),
    /// This column or file is not the message that it should be.
    Message(&'static str, prost::DecodeError),
    /// This note has no note type, or fields that do not fit it.
    Note(i64),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The libraries' messages may quote the file.
        let quoted = |error: &dyn fmt::Display| printable::line(&error.to_string()).into_owned();
        match self {
            Self::Archive(error) => write!(f, "it isn't an Anki package, or it is damaged: {}", quoted(error)),
            Self::Missing(name) => write!(f, "it isn't an Anki package: `{name}` is missing"),
            Self::Unpack(name, error) => write!(f, "cannot unpack `{name}` from it: {}", quoted(error)),
            Self::TooLarge(name, most) => write!(f, "`{name}` in it unpacks to more than {} KiB", most >> 10),
            Self::TooMany(what, most) => write!(f, "it has more than {most} {what}"),
            Self::Memory(most) => {
                let most = most >> 20;
                write!(
                    f,
                    "it would take more than {most} MiB of memory, far too much for its size; it may be malicious"
                )
            }
            Self::Format(version) => write!(f, "it uses package format {version}, and Cardpress reads only 1 to 3"),
            Self::Schema(version) => {
                write!(f, "its database uses schema {version}, and Cardpress reads only 11 and 18")
            }
            Self::Program => {
                f.write_str("its database has views, triggers or virtual tables, which no Anki package has")
            }
            Self::Pages => f.write_str("its database is damaged: its pages are inconsistent"),
            Self::Endless => f.write_str("its database is damaged: reading it would never finish"),
            Self::Database(error) => write!(f, "its database is damaged: {}", quoted(error)),
            Self::Json(what, error) => write!(f, "`{what}` in it is damaged: {}", quoted(error)),
            Self::Message(what, error) => write!(f, "`{what}` in it is damaged: {}", quoted(error)),
            Self::Note(id) => write!(f, "its note {id} doesn't match any note type in it"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Self::Endless,
            _ => Self::Database(error),
        }
    }
}

/// Reads the package `file`, without unpacking its media.
///
/// # Errors
/// If it isn't a package, or isn't a sound one.
pub fn package(mut file: impl Read + Seek) -> Result<Collection, Failure> {
    let size = file.seek(SeekFrom::End(0)).map_err(|error| Failure::Archive(error.into()))?;
    let mut budget = Budget::of(size);
    let unpacked = archive::unpack(file, size, &mut budget)?;
    let collection = database::read(unpacked.database, &mut budget)?;
    Ok(Collection { media: unpacked.media, ..collection })
}

/// Limits how many of something a package may have: more isn't a package, but an attempt to fill the memory.
struct Limit {
    what: &'static str,
    most: usize,
    seen: usize,
}

impl Limit {
    fn new(what: &'static str, most: usize) -> Self {
        Self { what, most, seen: 0 }
    }

    fn count(&mut self, more: usize) -> Result<(), Failure> {
        self.seen = self.seen.saturating_add(more);
        if self.seen > self.most { Err(Failure::TooMany(self.what, self.most)) } else { Ok(()) }
    }
}

/// How much memory reading may take: a fixed amount for any package, and more for a large one, by
/// its size. Notes compress to a fifth of their length; nobody writes a large file that compresses
/// to less than a twentieth.
struct Budget {
    most: usize,
    left: usize,
}

/// What a small package may take.
const MEMORY_LEAST: usize = 128 << 20;
/// What a package may take for each of its bytes beyond the first few million.
const MEMORY_FOLD: usize = 64;
/// How much those few million take off that.
const MEMORY_FREE: usize = 192 << 20;
/// What a string or a list takes besides its content, in a half-full ordered map.
const OVERHEAD: usize = 96;

impl Budget {
    fn of(size: u64) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let most = size.saturating_mul(MEMORY_FOLD).saturating_sub(MEMORY_FREE).max(MEMORY_LEAST);
        Self { most, left: most }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Failure> {
        self.left = self.left.checked_sub(bytes).ok_or(Failure::Memory(self.most))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
