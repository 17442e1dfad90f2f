//! What Typst may see: the files added here, the embedded fonts and the project's fonts. It has no
//! disk, no network, no clock and no system fonts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, OnceLock};

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, FontWeight};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;

use crate::deck::{self, MediaSource};
use crate::diag::{Code, Diagnostic};

/// The path of the generated code.
pub(super) const CONTENT: &str = "/content.typ";

/// The font files, each read once per process, when it is first needed. Cardpress's own come first,
/// so that Typst's only fill gaps.
static FONT_FILES: LazyLock<Vec<FontFile>> = LazyLock::new(|| {
    let file = |data| FontFile { data, fonts: OnceLock::new() };
    OURS.iter().copied().chain(typst_assets::fonts()).map(file).collect()
});

/// The fonts of all files.
static FONTS: LazyLock<Vec<&Font>> = LazyLock::new(|| FONT_FILES.iter().flat_map(FontFile::fonts).collect());

struct FontFile {
    data: &'static [u8],
    fonts: OnceLock<Vec<Font>>,
}

impl FontFile {
    fn fonts(&self) -> &[Font] {
        self.fonts.get_or_init(|| Font::iter(Bytes::new(self.data)).collect())
    }
}

/// Typst's standard library, made once per process. What Typst calls extras are headers for a table's rows.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The metadata of [`FONTS`].
static BOOK: LazyLock<LazyHash<FontBook>> =
    LazyLock::new(|| LazyHash::new(FontBook::from_fonts(FONTS.iter().copied())));

const OURS: [&[u8]; 10] = [
    include_bytes!("../../assets/fonts/IBMPlexSansCondensed-Regular.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexSansCondensed-Italic.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexSansCondensed-Medium.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexSansCondensed-SemiBold.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexSansCondensed-SemiBoldItalic.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexSansCondensed-Bold.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexMono-Regular.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexMono-Italic.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexMono-SemiBold.ttf"),
    include_bytes!("../../assets/fonts/IBMPlexMath-Regular.ttf"),
];

/// Where the fonts for text and for formulas are in [`OURS`].
const TEXT: usize = 0;
const MATH: usize = 9;

/// Whether layouts are kept from one build to the next.
static KEEPS: AtomicBool = AtomicBool::new(false);

/// For how many runs after its last use a layout is kept: those of a few builds.
const BUILDS_KEPT: usize = 24;

/// Keeps layouts for the next build in this process, which then typesets only what has changed. The
/// sheets stay the same, byte for byte; it costs memory.
pub fn keep_layouts() {
    KEEPS.store(true, Ordering::Relaxed);
}

/// Files in memory, as Typst sees them.
pub(super) struct Files {
    /// Fonts of the project, after those of [`FONTS`].
    fonts: Vec<Font>,
    /// The metadata of both; `None` if that is [`BOOK`].
    book: Option<LazyHash<FontBook>>,
    main: FileId,
    sources: Vec<Source>,
    /// Code that hasn't been needed yet: parsing it takes time.
    unread: Vec<(FileId, String)>,
    data: Vec<(FileId, Bytes)>,
    /// How many times they have been compiled.
    pub(super) compiles: usize,
}

impl Files {
    /// A world with the template `main` as its only file, and these fonts besides the embedded
    /// ones; `None` if Typst doesn't accept the path.
    pub(super) fn new(path: &str, main: &str, fonts: Vec<Font>) -> Option<Self> {
        let id = file_id(path)?;
        Some(Self {
            book: (!fonts.is_empty()).then(|| LazyHash::new(FontBook::from_fonts(FONTS.iter().copied().chain(&fonts)))),
            fonts,
            main: id,
            sources: Vec::new(),
            unread: vec![(id, main.to_owned())],
            data: Vec::new(),
            compiles: 0,
        })
    }

    /// Whether any font has the character.
    pub(super) fn draws(&self, c: char) -> bool {
        // The fonts for text and formulas have nearly every sign, and the other font files are large.
        let usual = [&FONT_FILES[TEXT], &FONT_FILES[MATH]];
        let stock = usual.into_iter().chain(FONT_FILES.iter()).flat_map(FontFile::fonts);
        self.fonts.iter().chain(stock).any(|font| font.info().coverage.contains(u32::from(c)))
    }

    /// Whether any of the project's fonts has a bold weight.
    pub(super) fn has_bold(&self) -> bool {
        self.fonts.iter().any(|font| font.info().variant.weight >= FontWeight::SEMIBOLD)
    }

    /// The families of the project's fonts, each once, in the manifest's order.
    pub(super) fn families(&self) -> Vec<&str> {
        let mut families: Vec<&str> = Vec::new();
        for font in &self.fonts {
            let family = font.info().family.as_str();
            if !families.contains(&family) {
                families.push(family);
            }
        }
        families
    }

    /// Adds a source file.
    pub(super) fn add_source(&mut self, path: &str, code: &str) {
        if let Some(id) = file_id(path) {
            self.unread.push((id, code.to_owned()));
        }
    }

    /// Adds or replaces any other file.
    pub(super) fn put(&mut self, path: &str, bytes: Vec<u8>) {
        if let Some(id) = file_id(path) {
            self.data.retain(|(known, _)| *known != id);
            self.data.push((id, Bytes::new(bytes)));
        }
    }

    /// Typesets the document.
    ///
    /// # Errors
    /// The errors that Typst reports.
    pub(super) fn compile(&mut self) -> Result<PagedDocument, Vec<SourceDiagnostic>> {
        self.compiles += 1;
        self.sources.extend(self.unread.drain(..).map(|(id, code)| Source::new(id, code)));
        let result = typst::compile::<PagedDocument>(self).output;
        // Typst caches what it has typeset. Within one build, a run never needs what the run before
        // didn't use.
        typst::comemo::evict(if KEEPS.load(Ordering::Relaxed) { BUILDS_KEPT } else { 1 });
        result.map_err(|errors| errors.into_iter().collect())
    }
}

/// The fonts that the manifest names.
///
/// # Errors
/// One for each file that isn't a font.
pub(super) fn fonts(named: &[deck::Font], media: &dyn MediaSource) -> Result<Vec<Font>, Vec<Diagnostic>> {
    let (mut fonts, mut wrong) = (Vec::new(), Vec::new());
    for font in named {
        let path = &font.path;
        let error = |message: String| Diagnostic::error(Code::BAD_FONT, font.span, message);
        match media.read(path) {
            Ok(bytes) => {
                let before = fonts.len();
                fonts.extend(Font::iter(Bytes::new(bytes)));
                if fonts.len() == before {
                    let diagnostic = error(format!("`{path}` is damaged")).label("the cheatsheet cannot use this font");
                    wrong.push(diagnostic.help("download the font file again"));
                }
            }
            Err(reason) => {
                let diagnostic = error(format!("cannot read `{path}`: {reason}"));
                wrong.push(diagnostic.help("don't change the project's files during a build"));
            }
        }
    }
    if wrong.is_empty() { Ok(fonts) } else { Err(wrong) }
}

fn file_id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_with_slash().into())
}

impl World for Files {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.book.as_ref().unwrap_or(&BOOK)
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = self.sources.iter().find(|source| source.id() == id);
        found.cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.data.iter().find(|(known, _)| *known == id);
        found.map(|(_, bytes)| bytes.clone()).ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.get(index).copied().or_else(|| self.fonts.get(index.checked_sub(FONTS.len())?)).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
