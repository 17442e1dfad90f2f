//! `manifest.json`: which files of an output folder are a build's, with their hashes.
//! What it does not list, or what changed since, belongs to someone else.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use cardpress::hex;
use serde::{Deserialize, Serialize};

use super::{disk, load};

/// Its name, in each output folder.
pub(super) const MANIFEST: &str = "manifest.json";
/// One of a million outputs is not so large.
const LARGEST: u64 = 256 << 20;

/// What an output folder holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    /// The id of the project that was built; empty if it has none.
    #[serde(default)]
    pub(super) project: String,
    pub(super) artifacts: Vec<Entry>,
    /// While outputs get their names: what stood there before. A build that ends in the
    /// middle leaves some files in the one state and some in the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) replaced: Vec<Entry>,
}

/// One file of an output folder; in order by its path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) backend: String,
    bytes: u64,
    sha256: String,
}

impl Entry {
    /// The file at `place`, which `backend` made to lie at `path`.
    pub(super) fn of(path: &str, backend: &str, place: &Path) -> Result<Self> {
        let (bytes, sha256) = load::hash(place)?;
        let (path, backend) = (path.to_owned(), backend.to_owned());
        Ok(Self { path, backend, bytes, sha256: hex::digits(&sha256) })
    }

    /// Whether the file at `place` is still the one that was built.
    pub(super) fn is_unchanged(&self, place: &Path) -> Result<bool> {
        let length = std::fs::metadata(place).with_context(|| format!("cannot read {}", place.display()))?.len();
        Ok(length == self.bytes && Self::of(&self.path, &self.backend, place)? == *self)
    }
}

impl Manifest {
    /// Of these files of a project; `replaced` are those that stood in their places.
    pub(super) fn of(project: &str, artifacts: Vec<Entry>, replaced: Vec<Entry>) -> Self {
        Self {
            version: 1,
            project: project.to_owned(),
            artifacts,
            replaced,
        }
    }

    /// Whether `folder` is one that `build` wrote.
    pub(super) fn is_in(folder: &Path) -> bool {
        let text = disk::open_itself(&folder.join(MANIFEST)).and_then(|file| disk::text(file, LARGEST));
        text.is_ok_and(|text| serde_json::from_str::<Self>(&text).is_ok())
    }

    /// The manifest in `out`; an empty one where there is none.
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

    /// Every file that is or may be there, by its path: in one state or both.
    pub(super) fn by_path(&self) -> BTreeMap<&str, Vec<&Entry>> {
        let mut files: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in self.artifacts.iter().chain(&self.replaced) {
            files.entry(&entry.path).or_default().push(entry);
        }
        files
    }

    /// As it is written.
    pub(super) fn json(&self) -> io::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// The one of `entries`, of which there is at least one, that the file at `place` is; the
/// first if it is none of them.
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
