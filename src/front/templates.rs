//! Templates and styles as sources: those in the folders of note types, and the style sheet that the
//! manifest names. Other style sheets in the project's folder are not ours to read.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::{FOLDER, add};
use crate::deck::extension;
use crate::diag::{Code, Diagnostic, Sink};
use crate::similar;
use crate::source::{FileId, Source, Sources, Span};
use crate::world::{File, World};
use crate::yaml::{self, Tree};

/// Each card of each note type holds its templates whole, and each note type the style.
const LARGEST: usize = 256 << 10;

/// The templates and styles that a project uses.
pub(super) struct Templates<'w> {
    /// All of them, by path.
    pub(super) by_path: BTreeMap<&'w str, FileId>,
    /// The style sheet that the manifest names.
    pub(super) style: Option<FileId>,
}

impl<'w> Templates<'w> {
    /// Adds them to the sources; whatever is wrong with the manifest's `style` is reported at its line.
    pub(super) fn read(world: &'w World, manifest: &Tree<'_>, sources: &mut Sources, diagnostics: &mut Sink) -> Self {
        let style = style(world, manifest, diagnostics);
        let mut by_path = BTreeMap::new();
        for file in used(world, style.map(|(file, _)| file)) {
            let named = style.filter(|(style, _)| style.path == file.path).map(|(_, span)| span);
            by_path.insert(file.path.as_str(), template(file, named, sources, diagnostics));
        }
        let style = style.and_then(|(file, _)| by_path.get(file.path.as_str()).copied());
        Self { by_path, style }
    }

    /// The files themselves, sorted by path.
    pub(super) fn files(&self, world: &'w World) -> impl Iterator<Item = &'w File> {
        world.templates.iter().filter(|file| self.by_path.contains_key(file.path.as_str()))
    }
}

/// The templates and styles of note types, and the project's own style.
fn used<'w>(world: &'w World, style: Option<&'w File>) -> impl Iterator<Item = &'w File> {
    let is_style = move |file: &File| style.is_some_and(|style| style.path == file.path);
    world.templates.iter().filter(move |file| file.path.starts_with(FOLDER) || is_style(file))
}

/// Adds a template as a source. If the manifest names it, `named` is where.
fn template(file: &File, named: Option<Span>, sources: &mut Sources, diagnostics: &mut Sink) -> FileId {
    if file.bytes.len() <= LARGEST {
        return add(sources, file, diagnostics);
    }
    let id = sources.add(Source::new(&file.path, ""));
    let place = named.unwrap_or_else(|| Span::new(id, 0, 0));
    let (what, help) = match named {
        Some(_) => ("style sheet", "keep pictures and fonts in files of their own, and name them with `url(…)`"),
        None => ("template", "put what it shows into fields and files"),
    };
    let message = format!("this {what} is larger than {} KiB", LARGEST >> 10);
    diagnostics.push(Diagnostic::error(Code::FILE_TOO_LARGE, place, message).label("not read").help(help));
    id
}

/// The style sheet that the manifest names, and where it does.
fn style<'w>(world: &'w World, manifest: &Tree<'_>, diagnostics: &mut Sink) -> Option<(&'w File, Span)> {
    let node = manifest.get(manifest.root()?, "style")?;
    let (path, span) = (manifest.text(node)?.trim(), manifest.span(node));
    let wanted: String = path.strip_prefix("./").unwrap_or(path).nfc().collect();
    if wanted.is_empty() {
        return None;
    }
    let sheets = || world.templates.iter().filter(|file| is_sheet(&file.path));
    let found = sheets().find(|file| file.path.nfc().eq(wanted.chars()));
    if found.is_none() {
        let near = similar::path(&wanted, sheets().map(|file| file.path.as_str()));
        diagnostics.push(missing(world, &wanted, span, near));
    }
    found.map(|file| (file, span))
}

/// Says why the style sheet cannot be read.
fn missing(world: &World, path: &str, span: Span, near: Option<&str>) -> Diagnostic {
    let error = |message: String| Diagnostic::error(Code::MISSING_TEMPLATE, span, message);
    let help = "name a `.css` file of the project, relative to the folder of `cardpress.yaml`, for example `cards.css`";
    if !is_sheet(path) {
        return error(format!("`{path}` is not a style sheet")).help(help).meant(span, near, "not a `.css` file");
    }
    if world.media.iter().any(|file| file.path.nfc().eq(path.chars())) {
        return error(format!("the style sheet `{path}` is among the media"))
            .label("`media/` is for what cards show")
            .help("move the file out of `media/`, for example to `cards.css`");
    }
    error(format!("the project has no style sheet `{path}`")).help(help).meant(span, near, "not found")
}

fn is_sheet(path: &str) -> bool {
    extension(path) == "css"
}

/// Every file that a build reads as text, apart from the ledger.
pub(crate) fn used_texts(world: &World) -> Vec<&File> {
    let text = String::from_utf8_lossy(&world.manifest.bytes);
    let manifest = yaml::parse(FileId::new(0), &text, &mut Sink::new());
    let style = style(world, &manifest, &mut Sink::new()).map(|(file, _)| file);
    std::iter::once(&world.manifest).chain(&world.files).chain(used(world, style)).collect()
}
