//! Pictures and sounds: known by name, size and hash, never entirely in memory.

use std::io::Read;

use super::MediaType;
use crate::source::Span;

/// A file that a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its name in every output. The content's hash is part of it, because
    /// Anki never refreshes a file whose name it already knows.
    pub name: String,
    /// Path relative to the project, as the author writes it.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// What it is, by its content.
    pub kind: MediaType,
    /// Where it is first referred to.
    pub span: Span,
}

/// The media of a project that has none.
pub struct NoMedia;

impl MediaSource for NoMedia {
    fn open(&self, _: &str) -> std::io::Result<Box<dyn Read>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

/// Reads media for code that must look inside: a backend that embeds pictures in a PDF or lists the
/// hashes of files, and the check of their line endings.
pub trait MediaSource {
    /// The file at `path`, relative to the project.
    ///
    /// # Errors
    /// If it can no longer be opened.
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Read>>;

    /// The bytes of the file at `path`, relative to the project.
    ///
    /// # Errors
    /// If it can no longer be read.
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
