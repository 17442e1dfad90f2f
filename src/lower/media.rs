//! The project's media: found by path, named by content, remembered when used.

use std::cell::RefCell;
use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use crate::deck::Media;
use crate::markup::parse::{Media as Found, MediaKind};
use crate::similar;
use crate::source::Span;
use crate::world::MediaFile;

/// Media by path, and which of it some text uses.
pub(super) struct MediaIndex<'a> {
    files: BTreeMap<&'a str, &'a MediaFile>,
    /// The same by names in NFC: an accent that one system writes as a character
    /// is two characters on another.
    normal: BTreeMap<String, &'a MediaFile>,
    used: RefCell<BTreeMap<String, Media>>,
}

impl<'a> MediaIndex<'a> {
    pub(super) fn new(files: &'a [MediaFile]) -> Self {
        Self {
            files: files.iter().map(|file| (file.path.as_str(), file)).collect(),
            normal: files.iter().map(|file| (file.path.nfc().collect(), file)).collect(),
            used: RefCell::default(),
        }
    }

    /// The name of the file at `path` in every output; it counts as used.
    pub(super) fn take(&self, path: &str, span: Span) -> Option<Found> {
        let path = path.strip_prefix("./").unwrap_or(path);
        let file = self.files.get(path).or_else(|| self.normal.get(&path.nfc().collect::<String>()))?;
        let name = name(file);
        self.used.borrow_mut().entry(name.clone()).or_insert_with(|| Media {
            name: name.clone(),
            path: file.path.clone(),
            size: file.size,
            span,
        });
        Some(Found { kind: kind(&name), name })
    }

    /// The file that `path` may have been meant for: one of that name in another
    /// folder, or one of nearly that path, or of nearly that name.
    pub(super) fn similar(&self, path: &str) -> Option<String> {
        let paths = || self.files.keys().copied().take(5000);
        let same = paths().find(|known| last(known).eq_ignore_ascii_case(last(path)));
        let near = same.or_else(|| similar::name(path, paths()));
        let near = near.or_else(|| {
            let name = similar::name(last(path), paths().map(last))?;
            paths().find(|known| last(known) == name)
        });
        near.map(str::to_owned)
    }

    pub(super) fn into_used(self) -> Vec<Media> {
        self.used.into_inner().into_values().collect()
    }
}

/// What a path names, without its folders.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `stem-hash.ext`: NFC, at most 120 bytes, only characters that no file
/// system, browser or Anki minds.
fn name(file: &MediaFile) -> String {
    let last = last(&file.path);
    let (stem, extension) = last.rsplit_once('.').unwrap_or((last, "bin"));
    let safe = |text: &str, most: usize| {
        let mut safe: String =
            text.nfc().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' }).collect();
        safe.truncate(crate::source::floor_char(&safe, most));
        safe
    };
    let hash: String = file.sha256.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{hash}.{}", safe(stem, 90), safe(&extension.to_lowercase(), 10))
}

/// What a file is, by the ending of its name.
fn kind(name: &str) -> MediaKind {
    match name.rsplit('.').next().unwrap_or("") {
        "mp3" | "ogg" | "oga" | "opus" | "m4a" | "wav" | "flac" => MediaKind::Sound,
        "mp4" | "webm" => MediaKind::Film,
        _ => MediaKind::Picture,
    }
}
