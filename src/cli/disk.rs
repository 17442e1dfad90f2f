//! Opens files that someone else may have put there: only regular files, and only as many bytes
//! as we need. A pipe might never start, and a device never end.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::{Context, Result};
use cardpress::deck::HEAD;
use sha2::{Digest, Sha256};

/// Opens the file at `path`, which may be a symbolic link.
///
/// # Errors
/// If there is no such file, or it isn't a regular one.
pub(super) fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(not_ordinary());
    }
    let file = File::open(path)?;
    // The file may have been replaced in the meantime.
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_ordinary()) }
}

/// Opens the file at `path`, without following a symbolic link.
///
/// # Errors
/// If there is no such file, or it isn't a regular one.
pub(super) fn open_itself(path: &Path) -> io::Result<File> {
    if fs::symlink_metadata(path)?.is_file() { open(path) } else { Err(not_ordinary()) }
}

/// The bytes of a file: at most `most`, plus one if there are more.
///
/// # Errors
/// If it cannot be read.
pub(super) fn bytes(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file that has at most `most` bytes.
///
/// # Errors
/// If the file cannot be read, is too large, or isn't text.
pub(super) fn text(file: File, most: u64) -> io::Result<String> {
    let bytes = bytes(file, most)?;
    let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
    if bytes.len() as u64 > most {
        return Err(invalid(format!("it is larger than {} MiB", most >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| invalid(error.to_string()))
}

/// Size and SHA-256 of a file, read in pieces.
pub(super) fn hash(disk: &Path) -> Result<(u64, [u8; 32])> {
    hash_with(disk, &mut Vec::new())
}

/// The same, and reads the first [`HEAD`] bytes into `head`.
pub(super) fn hash_with(path: &Path, head: &mut Vec<u8>) -> Result<(u64, [u8; 32])> {
    let unreadable = || format!("cannot read {}", path.display());
    let mut file = open(path).with_context(unreadable)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let length = match file.read(&mut buffer) {
            Ok(0) => return Ok((size, hasher.finalize().into())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result.with_context(unreadable)?,
        };
        hasher.update(&buffer[..length]);
        head.extend(&buffer[..length.min(HEAD - head.len())]);
        size += length as u64;
    }
}

fn not_ordinary() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}
