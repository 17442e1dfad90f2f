//! What a backend makes: a path and its content, in parts. Media is a part given by its path, so
//! that a package of large files is never entirely in memory; the edge streams it into place with
//! [`Content::write`].

use std::fmt;
use std::io::{self, Read, Seek, Write};
use std::ops::Deref;
use std::rc::Rc;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// One file of the output folder.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Path in the output folder, with `/` between the parts.
    pub path: String,
    /// What is in it.
    pub content: Content,
}

/// The content of an artifact.
#[derive(Debug, Clone)]
pub enum Content {
    /// A plain file.
    File(Part),
    /// A zip archive.
    Archive(Vec<Entry>),
}

/// A piece of content.
#[derive(Debug, Clone)]
pub enum Part {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes that something else made and keeps.
    Kept(Kept),
    /// The media file at this path in the project.
    Media(String),
}

/// Bytes in memory that something else owns, such as a database: a copy would take as much memory again.
#[derive(Clone)]
pub struct Kept(Rc<dyn Deref<Target = [u8]>>);

impl Kept {
    /// The bytes of `keeper`, which lives as long as they are needed.
    pub fn by(keeper: impl Deref<Target = [u8]> + 'static) -> Self {
        Self(Rc::new(keeper))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().fmt(out)
    }
}

/// A file in an archive.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// How it is packed.
    pub packing: Packing,
    /// What is in it.
    pub part: Part,
}

/// How a file is packed into an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As it is.
    Stored,
    /// Deflated, as any reader of archives expects.
    Deflate,
    /// As a Zstandard frame, which the archive stores as it is: a reader must know that.
    Zstd,
}

impl Artifact {
    /// A plain file of these bytes.
    #[must_use]
    pub fn file(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            content: Content::File(Part::Bytes(bytes.into())),
        }
    }
}

impl Content {
    /// Writes the content to `sink`; `open` opens a media file by its path. The same content always
    /// gives the same bytes.
    ///
    /// # Errors
    /// If `sink` or a media file fails.
    pub fn write<R: Read>(
        &self,
        sink: &mut (impl Write + Seek),
        open: impl Fn(&str) -> io::Result<R>,
    ) -> io::Result<()> {
        let entries = match self {
            Self::File(part) => return part.write(sink, &open),
            Self::Archive(entries) => entries,
        };
        let mut zip = ZipWriter::new(sink);
        for entry in entries {
            let (method, level) = match entry.packing {
                Packing::Deflate => (CompressionMethod::Deflated, Some(DEFLATE_LEVEL)),
                Packing::Stored | Packing::Zstd => (CompressionMethod::Stored, None),
            };
            let options = SimpleFileOptions::default()
                .last_modified_time(DateTime::default())
                .unix_permissions(0o644)
                .compression_level(level)
                .compression_method(method);
            zip.start_file(&entry.name, options)?;
            match entry.packing {
                Packing::Stored | Packing::Deflate => entry.part.write(&mut zip, &open)?,
                Packing::Zstd => {
                    let mut frame = zstd::Encoder::new(&mut zip, ZSTD_LEVEL)?;
                    entry.part.write(&mut frame, &open)?;
                    frame.finish()?;
                }
            }
        }
        zip.finish()?;
        Ok(())
    }
}

/// Level 6 takes twice as long as level 3 to save 6 %.
const DEFLATE_LEVEL: i64 = 3;

/// Zstandard's own default.
const ZSTD_LEVEL: i32 = 3;

impl Part {
    fn write<R: Read>(&self, sink: &mut impl Write, open: &impl Fn(&str) -> io::Result<R>) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => sink.write_all(bytes),
            Self::Kept(kept) => sink.write_all(kept.bytes()),
            Self::Media(path) => io::copy(&mut open(path)?, sink).map(|_| ()),
        }
    }
}
