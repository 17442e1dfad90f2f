//! The project's media: found by path, named by content, and recorded when used.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};

use unicode_normalization::UnicodeNormalization as _;

use crate::deck::{Media, MediaRole, MediaSource, MediaType, extension};
use crate::diag::{Code, Diagnostic};
use crate::hex;
use crate::markup::Night;
use crate::markup::parse::{Media as Found, MediaKind};
use crate::similar;
use crate::source::Span;
use crate::world::MediaFile;

/// Media by path.
pub(super) struct MediaIndex<'a> {
    files: BTreeMap<&'a str, &'a MediaFile>,
    /// The same by paths in NFC: one system writes an accented letter as one character, another as two.
    normal: BTreeMap<String, &'a MediaFile>,
}

/// Which media some texts use.
#[derive(Default)]
pub(super) struct UsedMedia {
    /// By names in the outputs, each with the first place that uses it.
    used: RefCell<BTreeMap<String, Media>>,
    /// Files that nothing can show, by path.
    refused: RefCell<BTreeMap<String, Span>>,
}

impl<'a> MediaIndex<'a> {
    pub(super) fn new(files: &'a [MediaFile]) -> Self {
        Self {
            files: files.iter().map(|file| (file.path.as_str(), file)).collect(),
            normal: files.iter().map(|file| (file.path.nfc().collect(), file)).collect(),
        }
    }

    /// The file at `path`.
    fn get(&self, path: &str) -> Option<&'a MediaFile> {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.files.get(path).or_else(|| self.normal.get(&path.nfc().collect::<String>())).copied()
    }

    /// The file that the author may have meant by `path`: one with the same name in a different
    /// folder, or one with a similar path or name.
    pub(super) fn similar(&self, path: &str) -> Option<String> {
        similar::path(path, self.files.keys().copied().take(5000)).map(str::to_owned)
    }
}

impl UsedMedia {
    /// The name of the file at `path` in every output. The file then counts as used.
    pub(super) fn take(&self, index: &MediaIndex<'_>, path: &str, span: Span) -> Option<Found> {
        let file = index.get(path)?;
        let (name, kind) = self.found(file, span);
        let night = (kind == MediaKind::Picture).then(|| self.night(index, &file.path, span)).flatten();
        Some(Found { name, kind, night })
    }

    /// What stands in a picture's place on a dark page: `x.night.svg` for `x.svg`, or else, for one called `x.invert.svg`,
    /// its opposite.
    fn night(&self, index: &MediaIndex<'_>, path: &str, span: Span) -> Option<Night> {
        let (stem, extension) = path.rsplit_once('.')?;
        if let Some(file) = index.get(&format!("{stem}.night.{extension}")) {
            return Some(Night::Other(self.found(file, span).0));
        }
        stem.ends_with(".invert").then_some(Night::Inverted)
    }

    fn found(&self, file: &MediaFile, span: Span) -> (String, MediaKind) {
        let name = name(file);
        let kind = match file.kind.role(&file.path) {
            MediaRole::Picture => MediaKind::Picture,
            MediaRole::Sound => MediaKind::Sound,
            MediaRole::Film => MediaKind::Film,
            MediaRole::None => {
                self.refused.borrow_mut().entry(file.path.clone()).or_insert(span);
                return (name, MediaKind::Picture);
            }
        };
        self.used.borrow_mut().entry(name.clone()).or_insert_with(|| Media {
            name: name.clone(),
            path: file.path.clone(),
            size: file.size,
            kind: file.kind,
            span,
        });
        (name, kind)
    }

    /// Whether any media is used.
    pub(super) fn are_some(&self) -> bool {
        !self.used.borrow().is_empty()
    }

    /// Adds the media that other texts use.
    pub(super) fn add(&self, other: Self) {
        let mut used = self.used.borrow_mut();
        for (name, media) in other.used.into_inner() {
            let known = used.entry(name).or_insert_with(|| media.clone());
            known.span = known.span.min(media.span);
        }
        let mut refused = self.refused.borrow_mut();
        for (path, span) in other.refused.into_inner() {
            let known = refused.entry(path).or_insert(span);
            *known = span.min(*known);
        }
    }

    /// What is wrong with the files that the texts show, once per file.
    pub(super) fn complaints(&self, index: &MediaIndex<'_>) -> Vec<Diagnostic> {
        let refused = self.refused.borrow();
        let refused = refused.iter().filter_map(|(path, span)| Some(refusal(index.files.get(path.as_str())?, *span)));
        let used = self.used.borrow();
        refused.chain(used.values().filter_map(misnamed)).collect()
    }

    /// The files, sorted by name.
    pub(super) fn into_files(self) -> Vec<Media> {
        self.used.into_inner().into_values().collect()
    }
}

/// The last part of a path, without its folders.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `stem-hash.ext`: in NFC, at most 120 bytes long, with only characters that every file
/// system, browser and Anki accept.
pub(super) fn name(file: &MediaFile) -> String {
    let last = last(&file.path);
    let (stem, own) = last.rsplit_once('.').unwrap_or((last, "bin"));
    let own = own.to_lowercase();
    let right = file.kind.extensions();
    let extension = if right.contains(&own.as_str()) { &own } else { right.first().copied().unwrap_or(&own) };
    let safe = |text: &str, most: usize| {
        let mut safe: String =
            text.nfc().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' }).collect();
        safe.truncate(crate::source::floor_char(&safe, most));
        safe
    };
    let hash = hex::digits(&file.sha256[..5]);
    format!("{}-{hash}.{}", safe(stem, 90), safe(extension, 10))
}

/// Reports a file that Anki and browsers cannot show.
pub(super) fn refusal(file: &MediaFile, span: Span) -> Diagnostic {
    let (path, what) = (&file.path, file.kind.words());
    let diagnostic = Diagnostic::error(Code::BAD_MEDIA, span, format!("`{path}` is {what}"));
    let cannot = "Anki and browsers cannot show this type";
    let (label, help) = match file.kind {
        MediaType::Heic | MediaType::Tiff | MediaType::JpegXl | MediaType::Psd | MediaType::Pdf => {
            (cannot, "convert it to PNG, JPEG, WebP or SVG")
        }
        MediaType::QuickTime | MediaType::Avi | MediaType::Matroska => (cannot, "convert it to MP4 or WebM"),
        MediaType::Aiff | MediaType::Aac => (cannot, "convert it to MP3, Opus or M4A"),
        MediaType::Font | MediaType::WebFont => {
            (cannot, "list fonts for the cheatsheet under `fonts:` in cardpress.yaml")
        }
        MediaType::LfsPointer => ("the file has not been downloaded", "run `git lfs pull`"),
        MediaType::Compressed => (cannot, "unpack it"),
        MediaType::Empty => ("this file has no content", "export or copy the file again"),
        MediaType::WebPage => ("not the file itself", "open the page and save the picture or recording it shows"),
        MediaType::Text
        | MediaType::Unknown
        | MediaType::Png
        | MediaType::Jpeg
        | MediaType::Gif
        | MediaType::WebP
        | MediaType::Svg
        | MediaType::Avif
        | MediaType::Bmp
        | MediaType::Ico
        | MediaType::Mp3
        | MediaType::Ogg
        | MediaType::M4a
        | MediaType::Wav
        | MediaType::Flac
        | MediaType::Mp4
        | MediaType::WebM => (
            "neither a picture nor a recording that Anki can show",
            "replace it with a PNG, JPEG, WebP, GIF, AVIF or SVG picture, an MP3, Ogg, M4A, WAV or FLAC recording, or \
             an MP4 or WebM video",
        ),
    };
    diagnostic.label(label).help(help)
}

/// Reports a file whose extension belongs to a different type. Outputs rename it, because some
/// programs go by the extension.
fn misnamed(media: &Media) -> Option<Diagnostic> {
    let own = extension(&media.path);
    let right = media.kind.extensions();
    if own.is_empty() || right.is_empty() || right.contains(&own.as_str()) {
        return None;
    }
    let stem = media.path.rsplit_once('.').map_or(media.path.as_str(), |(stem, _)| stem);
    let usual = right[0];
    let message = format!("`{}` is {}", media.path, media.kind.words());
    let diagnostic = Diagnostic::warning(Code::MEDIA_EXTENSION, media.span, message)
        .label(format!("the outputs rename it to `.{usual}`"))
        .help(format!("rename the file to `{stem}.{usual}`, and update the name wherever you use it"));
    Some(diagnostic)
}

/// How much of a text we read in search of its first line end.
const LINE: u64 = 64 * 1024;

/// Warns about pictures that are text with CRLF line ends. Git converts line ends on some
/// machines, and a picture's name in the outputs depends on its bytes.
pub(super) fn line_ends(media: &[Media], source: &dyn MediaSource) -> Vec<Diagnostic> {
    let converted = |media: &&Media| {
        if media.kind != MediaType::Svg {
            return false;
        }
        let mut line = Vec::new();
        // If the file cannot be read, a backend reports that.
        let file = source.open(&media.path);
        let read = file.and_then(|file| BufReader::new(file.take(LINE)).read_until(b'\n', &mut line));
        read.is_ok() && line.ends_with(b"\r\n")
    };
    let told = |media: &Media| {
        let message = format!("the lines of `{}` end with CRLF", media.path);
        Diagnostic::warning(Code::LINE_ENDS, media.span, message)
            .label("where Git checks it out with LF, the outputs give it a different name")
            .help(
                "put `/media/** -text` into .gitattributes, then save the file with LF line ends or check it out again",
            )
    };
    media.iter().filter(converted).map(told).collect()
}
