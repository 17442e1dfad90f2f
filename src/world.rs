//! Everything that a build depends on, as data: file contents, media hashes,
//! the date. The edge (`cli::load`) fills it in; nothing below it touches the
//! disk, the clock or the environment.

use crate::deck::{MediaSource, MediaType, NoMedia};

/// One project.
pub struct World {
    /// `cardpress.yaml`.
    pub manifest: File,
    /// Every other YAML file of the project, sorted by path. Which of them are
    /// content, the manifest says.
    pub files: Vec<File>,
    /// Paths of files that are nearly sources, such as `a.yaml.txt`: nobody reads
    /// them, but someone may have meant them.
    pub strays: Vec<String>,
    /// Folders that cannot be read, sorted by path, and the system's reason.
    pub closed: Vec<(String, String)>,
    /// Everything under `media/`, sorted by path.
    pub media: Vec<MediaFile>,
    /// Every font file of the project, sorted by path.
    pub fonts: Vec<MediaFile>,
    /// Templates and styles: every `.html` and `.css` file of the folders in `note-types/`, sorted by path.
    pub templates: Vec<File>,
    /// Every other file there whose name begins with `_`, sorted by path.
    pub assets: Vec<MediaFile>,
    /// `cardpress.lock`, where there is one.
    pub lock: Option<File>,
    /// Seconds since 1970: `SOURCE_DATE_EPOCH`, or else the clock.
    pub now: i64,
    /// Reads a media file for a backend that must look inside.
    pub media_source: Box<dyn MediaSource>,
}

impl World {
    /// A project of sources alone, in the first second of 1970.
    #[must_use]
    pub fn of(manifest: File, files: Vec<File>) -> Self {
        Self {
            manifest,
            files,
            strays: Vec::new(),
            closed: Vec::new(),
            media: Vec::new(),
            fonts: Vec::new(),
            templates: Vec::new(),
            assets: Vec::new(),
            lock: None,
            now: 0,
            media_source: Box::new(NoMedia),
        }
    }
}

/// A source as the disk has it; whether it is text, the compiler finds out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path relative to the project, `/` between the parts.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A media file, known by its hash and never held whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Path relative to the project, `/` between the parts.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// What it is, by its first bytes.
    pub kind: MediaType,
}
