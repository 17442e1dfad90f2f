//! A cheatsheet that fills exactly the pages the author asks for: boxes in
//! columns, set by Typst in the largest type that fits.
//!
//! [`source`] turns the deck into Typst code, and [`outline`] and [`estimate`] estimate how much
//! room its boxes need; the template in `assets/` measures them at the most promising width
//! ([`prepared`], [`super::world`]); [`fit`] and [`pack`] choose size and columns; the same template then
//! sets the pages, and [`complaints`] traces what Typst finds wrong back to the author's line.

mod audit;
mod boxes;
mod complaints;
mod curves;
mod estimate;
mod fit;
mod limits;
mod outline;
mod pack;
mod prepared;
mod source;
mod task;

use std::fmt::Write as _;

use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

pub use self::audit::{Fault, Over};
use self::prepared::{Prepared, Task};
use self::source::Sheet;
use self::task::{Fit, Page};
use crate::deck::{Deck, MediaSource, SheetLayout};
use crate::diag::Sink;

/// A sheet that is typeset but not yet a file.
#[derive(Debug, Clone)]
pub struct Layout {
    /// How many pages it fills.
    pub pages: usize,
    /// Columns per page.
    pub columns: usize,
    /// Type size in points.
    pub size: f64,
    /// What is where: one line per column, with where it ends.
    pub geometry: String,
    /// For each column of each page: how much of its height boxes fill, and where it ends, from 0 to 1.
    pub fill: Vec<Vec<(f64, f64)>>,
    /// What is printed where it shouldn't be.
    pub faults: Vec<Fault>,
    /// How many texts were compared with each other.
    pub compared: usize,
    /// How many times Typst had to typeset it, including for measurements.
    pub compiles: usize,
    /// The Typst source of its content.
    pub typst_source: String,
    document: PagedDocument,
    fit: Fit,
}

impl Layout {
    /// The sheet as a file, and the reasons why it isn't PDF/UA-1, the standard for screen readers;
    /// none if it is. `identity` is the same for all versions of a sheet.
    ///
    /// # Errors
    /// The errors that Typst reports.
    pub fn pdf(&self, identity: &str) -> Result<(Vec<u8>, Vec<String>), Vec<String>> {
        let with = |standards: PdfStandards| {
            let options = PdfOptions {
                ident: Smart::Custom(identity.to_owned()),
                creator: Smart::Custom(Some("Cardpress".to_owned())),
                standards,
                ..PdfOptions::default()
            };
            let made = typst_pdf::pdf(&self.document, &options);
            made.map_err(|errors| errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>())
        };
        let accessible = PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| vec![error.message().to_string()])?;
        match with(accessible) {
            Ok(bytes) => Ok((bytes, Vec::new())),
            Err(reasons) => Ok((with(PdfStandards::default())?, reasons)),
        }
    }
}

/// Reports what [`layout`] would of each sheet, except for what shows only on a typeset page. If estimates leave
/// no doubt that everything fits on a sheet, it isn't typeset.
pub fn check(deck: &Deck, media: &dyn MediaSource, diagnostics: &mut Sink) {
    for layout in &deck.project.sheets {
        let task = Task { deck, layout, coloured: false };
        let Some(prepared) = Prepared::of(task, media, diagnostics) else { continue };
        if prepared.fits_for_certain() {
            continue;
        }
        // Words in code have different widths in colour.
        let task = Task { coloured: true, ..task };
        if let Some(mut prepared) = Prepared::of(task, media, &mut Sink::new()) {
            prepared.fitted(diagnostics);
        }
    }
}

/// Chooses columns and size and typesets the pages; `None` if there is nothing to typeset, or if
/// that fails, which `diagnostics` then explains.
pub fn layout(deck: &Deck, sheet: &SheetLayout, media: &dyn MediaSource, diagnostics: &mut Sink) -> Option<Layout> {
    let task = Task { deck, layout: sheet, coloured: true };
    let mut prepared = Prepared::of(task, media, diagnostics)?;
    let (fit, document) = prepared.fitted(diagnostics)?;
    let page = Page { gutter: fit.gutter, ..prepared.page() };
    let Prepared { task, sheet, files, .. } = &prepared;
    diagnostics.extend(complaints::glyphs(&document, files, &sheet.writer));
    let audit::Audit { faults, compared } = audit::walk(&document, &page, fit.columns, files, &sheet.writer);
    diagnostics.extend(complaints::faults(&faults, task.layout));
    Some(Layout {
        pages: document.pages().len(),
        columns: fit.columns,
        size: fit.size,
        geometry: geometry(sheet, &fit),
        fill: fit.pages.iter().map(|page| page.iter().map(|column| (column.filled, column.end)).collect()).collect(),
        faults,
        compared,
        compiles: prepared.compiles(),
        typst_source: sheet.writer.as_code().to_owned(),
        document,
        fit,
    })
}

/// Typesets a sheet as before but without measuring, to show what the search costs on top of that.
/// Returns whether the result is the same.
pub fn again(deck: &Deck, sheet: &SheetLayout, media: &dyn MediaSource, before: &Layout) -> bool {
    let mut found = Sink::new();
    let task = Task { deck, layout: sheet, coloured: true };
    let prepared = Prepared::of(task, media, &mut found);
    let document = prepared.and_then(|mut prepared| prepared.set(&before.fit, &mut found));
    document.is_some_and(|document| document.pages().len() == before.pages)
}

/// What is in which column, and where the column ends, in percent of the page.
fn geometry(sheet: &Sheet, fit: &Fit) -> String {
    let mut out = String::new();
    for (number, columns) in (1..).zip(&fit.pages) {
        for (at, column) in (1..).zip(columns) {
            let (filled, end) = (100.0 * column.filled, 100.0 * column.end);
            let _ = write!(out, "page {number}, column {at}: {filled:.0} % full, ends at {end:.0} %:");
            let mut before = "";
            for piece in column.placed.iter().map(|(index, _)| &sheet.pieces[*index]) {
                if piece.id == before {
                    continue;
                }
                before = &piece.id;
                let more = if piece.kind.goes_on() { "… " } else { "" };
                let _ = write!(out, " {more}{};", piece.name);
            }
            out.push('\n');
        }
    }
    out
}
