//! `manifest.json`: lists the files in an output folder that a build made, with their hashes.
//! Files that it does not list, or that have changed since, belong to someone else.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use cardpress::hex;
use serde::{Deserialize, Serialize};

use super::disk;

/// The file's name in every output folder.
pub(super) const MANIFEST: &str = "manifest.json";
/// Even with a million outputs, a manifest isn't this large.
const LARGEST: u64 = 256 << 20;

/// What an output folder holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    /// The id of the project that was built; empty if it has none.
    #[serde(default)]
    pub(super) project: String,
    pub(super) artifacts: Vec<Entry>,
    /// While outputs are being renamed: the files that they replace. An interrupted build
    /// leaves some files in the old state and some in the new one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) replaced: Vec<Entry>,
}

/// One file of an output folder. Entries sort by path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) backend: String,
    bytes: u64,
    sha256: String,
}

impl Entry {
    /// The entry for the file at `place`, which `backend` made for `path`.
    pub(super) fn of(path: &str, backend: &str, place: &Path) -> Result<Self> {
        let (bytes, sha256) = disk::hash(place)?;
        let (path, backend) = (path.to_owned(), backend.to_owned());
        Ok(Self { path, backend, bytes, sha256: hex::digits(&sha256) })
    }

    /// Whether the file at `place` is still as it was built.
    pub(super) fn is_unchanged(&self, place: &Path) -> Result<bool> {
        let length = std::fs::metadata(place).with_context(|| format!("cannot read {}", place.display()))?.len();
        Ok(length == self.bytes && Self::of(&self.path, &self.backend, place)? == *self)
    }
}

impl Manifest {
    /// A manifest of these files of a project; `replaced` are the files that were in their places.
    pub(super) fn of(project: &str, artifacts: Vec<Entry>, replaced: Vec<Entry>) -> Self {
        Self {
            version: 1,
            project: project.to_owned(),
            artifacts,
            replaced,
        }
    }

    /// Whether `build` wrote `folder`.
    pub(super) fn is_in(folder: &Path) -> bool {
        let text = disk::open_itself(&folder.join(MANIFEST)).and_then(|file| disk::text(file, LARGEST));
        text.is_ok_and(|text| serde_json::from_str::<Self>(&text).is_ok())
    }

    /// The manifest in `out`; an empty one if there is none.
    pub(super) fn read(out: &Path) -> Result<Self> {
        let path = out.join(MANIFEST);
        let text = match disk::open(&path).and_then(|file| disk::text(file, LARGEST)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::of("", Vec::new(), Vec::new())),
            result => result.with_context(|| format!("cannot read {}", path.display()))?,
        };
        serde_json::from_str(&text).with_context(|| {
            let path = path.display();
            format!("Cardpress did not write {path}; choose another folder with --out, or remove it")
        })
    }

    /// Every file that is or may be there, by path, with one or both of its states.
    pub(super) fn by_path(&self) -> BTreeMap<&str, Vec<&Entry>> {
        let mut files: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in self.artifacts.iter().chain(&self.replaced) {
            files.entry(&entry.path).or_default().push(entry);
        }
        files
    }

    /// The manifest's text, as written to disk.
    pub(super) fn json(&self) -> io::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Which of `entries` matches the file at `place`; the first if none does. There is at least one entry.
pub(super) fn there<'e>(place: &Path, entries: &[&'e Entry]) -> Result<&'e Entry> {
    if let [_, _, ..] = entries {
        for entry in entries {
            if entry.is_unchanged(place)? {
                return Ok(entry);
            }
        }
    }
    Ok(entries[0])
}
