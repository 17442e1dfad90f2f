//! Cheatsheets as PDF files, one for each sheet that the manifest asks for.

use super::Artifact;
use crate::anki::Made;
use crate::deck::{Deck, MediaSource, SheetLayout, names};
use crate::diag::{Code, Diagnostic, Sink};
use crate::press::sheet;

/// Renders one file for each sheet of the project. A sheet without any content is left out, unless
/// the author asks for it.
pub fn render(made: &Made, media: &dyn MediaSource, diagnostics: &mut Sink) -> Vec<Artifact> {
    let sheets = made.deck.project.sheets.iter();
    sheets.filter_map(|sheet| file(&made.deck, sheet, media, diagnostics)).collect()
}

fn file(deck: &Deck, sheet: &SheetLayout, media: &dyn MediaSource, diagnostics: &mut Sink) -> Option<Artifact> {
    let layout = sheet::layout(deck, sheet, media, diagnostics)?;
    match layout.pdf(&format!("{} {}", deck.project.id, sheet.name)) {
        Ok((bytes, _)) => Some(Artifact::file(format!("{}.pdf", names::stem(&sheet.name)), bytes)),
        Err(errors) => {
            diagnostics.extend(errors.iter().map(|error| Diagnostic::nowhere(Code::TYPST, error)));
            None
        }
    }
}

/// Reports what [`render`] would, except for what shows only on a typeset page.
pub fn check(made: &Made, media: &dyn MediaSource, diagnostics: &mut Sink) {
    sheet::check(&made.deck, media, diagnostics);
}
