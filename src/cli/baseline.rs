//! A baseline: the lint findings of an old deck, so that the lint reports only new ones. It has
//! one finding per line, sorted, and is meant to be committed.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use super::{disk, write};

const HEAD: &str =
    "# What `cardpress check --baseline` ignores: rule and item. Delete a line to have it reported again.\n";

/// Even with a line for each note of a deck of a million notes, a baseline isn't this large.
const LARGEST: u64 = 256 << 20;

/// The findings that the file at `path` lists; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<BTreeSet<String>>> {
    let text = match disk::open(path).and_then(|file| disk::text(file, LARGEST)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(Some(lines.map(str::to_owned).collect()))
}

/// Writes a baseline of `findings`.
pub(super) fn write(path: &Path, findings: &BTreeSet<String>) -> Result<()> {
    let lines: String = findings.iter().flat_map(|key| [key.as_str(), "\n"]).collect();
    write::replace(path, format!("{HEAD}{lines}").as_bytes())
}
