//! The manifest's `style` → a style sheet that follows ours, and the files that it names.

use unicode_normalization::UnicodeNormalization as _;

use super::Input;
use super::media;
use super::named_files::NamedFiles;
use crate::deck::{Media, MediaRole, MediaType};
use crate::diag::{Code, Diagnostic, Sink};
use crate::similar;
use crate::source::{Span, unix};
use crate::world::MediaFile;

/// We look for a similar name among this many files.
const MANY: usize = 5000;

/// The project's own style for every note type with Cardpress's frame.
#[derive(Default)]
pub(super) struct Style {
    /// The style sheet, with files renamed as in Anki; empty if the manifest names none.
    pub(super) text: String,
    /// The files that it names.
    pub(super) media: Vec<Media>,
}

/// Reads the style; reports files that it names and the project lacks.
pub(super) fn lower(input: &Input<'_>, diagnostics: &mut Sink) -> Style {
    let Some(file) = input.style else { return Style::default() };
    let source = input.sources.get(file);
    let folder = source.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut files = NamedFiles::default();
    files.add(file, source.text(), |name, span| find(input, folder, name, span), diagnostics);
    Style {
        text: files.renamed(&unix(source.text())),
        media: files.into_media(),
    }
}

/// The file that a style in `folder` calls `name`, or why cards cannot show it.
fn find<'a>(input: &Input<'a>, folder: &str, name: &str, span: Span) -> Result<&'a MediaFile, Box<Diagnostic>> {
    let files = || input.media.iter().chain(input.fonts).chain(input.assets);
    let path = joined(folder, name);
    let Some(file) = files().find(|file| file.path.nfc().eq(path.nfc())) else {
        let names: Vec<String> = files().take(MANY).map(|file| relative(folder, &file.path)).collect();
        let near = similar::path(name, names.iter().map(String::as_str));
        let diagnostic = Diagnostic::error(Code::MISSING_TEMPLATE, span, format!("there is no file {path}")).help(
            "put the picture into `media/`, or the font anywhere in the project; names are relative to the style sheet",
        );
        return Err(Box::new(diagnostic.meant(span, near, "not found")));
    };
    let is_font = matches!(file.kind, MediaType::Font | MediaType::WebFont);
    if !is_font && file.kind.role(&file.path) == MediaRole::None {
        return Err(Box::new(media::refusal(file, span)));
    }
    Ok(file)
}

/// The path in the project of what a file in `folder` calls `name`.
fn joined(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What a file in `folder` calls the file at `path` in the project.
fn relative(folder: &str, path: &str) -> String {
    let mut folders = folder.split('/').filter(|part| !part.is_empty()).peekable();
    let mut rest = path;
    while let Some(below) = folders.peek().and_then(|part| rest.strip_prefix(part)?.strip_prefix('/')) {
        rest = below;
        folders.next();
    }
    "../".repeat(folders.count()) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_style_are_relative_to_its_folder() {
        for (folder, name, path) in [
            ("", "media/leaf.svg", "media/leaf.svg"),
            ("", "./media/leaf.svg", "media/leaf.svg"),
            ("style", "../media/leaf.svg", "media/leaf.svg"),
            ("style/cards", "../fonts/text.woff2", "style/fonts/text.woff2"),
            ("media", "leaf.svg", "media/leaf.svg"),
            ("", "../leaf.svg", "../leaf.svg"),
            ("style", "../../leaf.svg", "../leaf.svg"),
        ] {
            assert_eq!(joined(folder, name), path, "{name} in {folder}");
        }
    }

    #[test]
    fn a_path_is_named_from_the_folder_of_a_style() {
        for (folder, path, name) in [
            ("", "media/leaf.svg", "media/leaf.svg"),
            ("style", "media/leaf.svg", "../media/leaf.svg"),
            ("style/cards", "style/fonts/text.woff2", "../fonts/text.woff2"),
            ("style", "styles/text.woff2", "../styles/text.woff2"),
            ("a/b", "b/leaf.svg", "../../b/leaf.svg"),
        ] {
            assert_eq!(relative(folder, path), name, "{path} from {folder}");
        }
    }
}
