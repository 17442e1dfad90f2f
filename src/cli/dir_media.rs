//! A project's media on the disk, which must still be what was read when the build began.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use cardpress::deck::MediaSource;
use cardpress::world::MediaFile;
use sha2::{Digest, Sha256};

use super::disk;

/// The media in a project folder, as they were when the project was read.
#[derive(Clone)]
pub(super) struct DirMedia {
    root: PathBuf,
    hashes: Rc<BTreeMap<String, [u8; 32]>>,
}

impl DirMedia {
    /// The media of the project in `root`.
    pub(super) fn of<'m>(root: &Path, media: impl Iterator<Item = &'m MediaFile>) -> Self {
        let hashes = media.map(|file| (file.path.clone(), file.sha256)).collect();
        Self { root: root.to_owned(), hashes: Rc::new(hashes) }
    }

    /// No media.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self::of(Path::new(""), std::iter::empty())
    }

    /// Opens the file at `path`, relative to the project and inside it. If the file has
    /// changed, reading it to the end fails: its name and the ledger depend on its content.
    pub(super) fn open(&self, path: &str) -> io::Result<Unchanged> {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"));
        let sha256 = *self.hashes.get(path).ok_or_else(|| named(io::ErrorKind::NotFound.into()))?;
        let file = disk::open(&self.disk(path)?).map_err(named)?;
        let (path, hasher) = (path.to_owned(), Sha256::new());
        Ok(Unchanged { file, path, sha256, hasher })
    }

    fn disk(&self, path: &str) -> io::Result<PathBuf> {
        let mut parts = Path::new(path).components();
        if parts.all(|part| matches!(part, Component::Normal(_))) {
            return Ok(self.root.join(path));
        }
        Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{path} points outside the project")))
    }
}

/// A media file read for a second time, which must still be the same.
pub(super) struct Unchanged {
    file: File,
    path: String,
    sha256: [u8; 32],
    hasher: Sha256,
}

impl Read for Unchanged {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.hasher.update(&buffer[..length]);
        let ended = length == 0 && !buffer.is_empty();
        if ended && self.hasher.clone().finalize()[..] != self.sha256 {
            let path = &self.path;
            return Err(io::Error::other(format!("{path} changed during the build; build again")));
        }
        Ok(length)
    }
}

impl MediaSource for DirMedia {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(Self::open(self, path)?))
    }
}
