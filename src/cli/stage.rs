//! A file before it gets its name: written next to its target, flushed to disk, then renamed.
//! Whoever opens the name finds either the old file or the whole new one.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

use super::exclusive::TEMPORARY;

/// A finished file that doesn't have its name yet.
pub(super) struct Staged {
    file: NamedTempFile,
    /// The name it will get.
    pub(super) target: PathBuf,
}

/// Writes a temporary file in `folder`, on the same disk as `target`, with the permissions of
/// the existing file, or else the usual ones. Its bytes reach the disk before its name does, so
/// even after a power cut the name never refers to half a file.
pub(super) fn stage(folder: &Path, target: &Path, write: impl FnOnce(&mut Sink) -> io::Result<()>) -> Result<Staged> {
    let failed = || format!("cannot write {}", target.display());
    if target.is_dir() {
        bail!("cannot write {}: it is a folder", target.display());
    }
    let mut builder = tempfile::Builder::new();
    let file = builder.prefix(TEMPORARY).make_in(folder, |path| File::create_new(path)).with_context(failed)?;
    let mut sink = Sink::new(file.as_file());
    let written = write(&mut sink);
    sink.end().and(written).and_then(|()| file.as_file().sync_all()).with_context(failed)?;
    if let Ok(old) = std::fs::symlink_metadata(target)
        && old.is_file()
    {
        // If we may not set the permissions, the file has the usual ones.
        let _ = file.as_file().set_permissions(old.permissions());
    }
    let target = target.to_owned();
    Ok(Staged { file, target })
}

impl Staged {
    /// Where the bytes are until then.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Gives the file its name.
    pub(super) fn place(self) -> Result<()> {
        let placed = self.file.persist(&self.target);
        placed
            .map(drop)
            .map_err(|failure| failure.error)
            .with_context(|| format!("cannot write {}", self.target.display()))
    }
}

/// Flushes the names in `folder` to disk too, where the system supports that.
pub(super) fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A file that accepts every write and keeps its first error until the end: archive writers
/// that fail half-way print complaints to stderr themselves.
pub(super) struct Sink<'a> {
    file: BufWriter<&'a File>,
    position: u64,
    length: u64,
    failure: Option<io::Error>,
}

impl<'a> Sink<'a> {
    fn new(file: &'a File) -> Self {
        let file = BufWriter::with_capacity(64 * 1024, file);
        Self { file, position: 0, length: 0, failure: None }
    }

    fn attempt(&mut self, action: impl FnOnce(&mut BufWriter<&'a File>) -> io::Result<()>) {
        if self.failure.is_none() {
            self.failure = action(&mut self.file).err();
        }
    }

    fn end(mut self) -> io::Result<()> {
        self.attempt(BufWriter::flush);
        self.failure.map_or(Ok(()), Err)
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(|file| file.write_all(bytes));
        self.position += bytes.len() as u64;
        self.length = self.length.max(self.position);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt(BufWriter::flush);
        Ok(())
    }
}

impl Seek for Sink<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
        };
        let position = position.ok_or(io::ErrorKind::InvalidInput)?;
        if position != self.position {
            self.attempt(|file| file.seek(SeekFrom::Start(position)).map(drop));
            self.position = position;
        }
        Ok(position)
    }
}
