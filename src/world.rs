//! Everything that a build depends on, as data: file contents, media hashes, the date. The edge
//! (`cli::load`) fills it in; the code below it never touches the disk, the clock or the
//! environment.

use crate::deck::{MediaSource, MediaType, NoMedia};

/// One project.
pub struct World {
    /// `cardpress.yaml`.
    pub manifest: File,
    /// Every other YAML file of the project, sorted by path. The manifest says which of them
    /// are content.
    pub files: Vec<File>,
    /// Paths of files that are almost sources, such as `a.yaml.txt`: they are not read, but
    /// someone may have meant them to be.
    pub strays: Vec<String>,
    /// Folders that cannot be read, sorted by path, each with the system's reason.
    pub closed: Vec<(String, String)>,
    /// Everything under `media/`, sorted by path.
    pub media: Vec<MediaFile>,
    /// Every font file of the project, sorted by path.
    pub fonts: Vec<MediaFile>,
    /// Templates and styles: every `.html` file in the folders of `note-types/`, and every `.css` file
    /// of the project outside `media/`, sorted by path. The manifest says which other style is used.
    pub templates: Vec<File>,
    /// Every other file in the folders of `note-types/` with a name that begins with `_`, sorted by path.
    pub assets: Vec<MediaFile>,
    /// `cardpress.lock`, if it exists.
    pub lock: Option<File>,
    /// Seconds since 1970: `SOURCE_DATE_EPOCH`, or else the clock.
    pub now: i64,
    /// Reads media files for backends that must look inside them.
    pub media_source: Box<dyn MediaSource>,
}

impl World {
    /// A project that consists only of sources, in the first second of 1970.
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

    /// Every file that may be read as text, apart from the ledger.
    pub fn texts(&self) -> impl Iterator<Item = &File> {
        std::iter::once(&self.manifest).chain(&self.files).chain(&self.templates)
    }

    /// Every other file that outputs may show.
    pub fn media_files(&self) -> impl Iterator<Item = &MediaFile> {
        self.media.iter().chain(&self.fonts).chain(&self.assets)
    }
}

/// A source, as it is on disk; the compiler finds out whether it is text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path relative to the project, with `/` between its parts.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A media file, identified by its hash and never kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// The path relative to the project, with `/` between its parts.
    pub path: String,
    /// The size in bytes.
    pub size: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// Its type, judging by its first bytes.
    pub kind: MediaType,
}
