//! A cheatsheet that fills exactly the pages the author asks for: boxes in
//! columns, set by Typst in the largest type that fits.
//!
//! The deck becomes Typst code ([`source`]); the template in `assets/` measures
//! its boxes ([`world`]); [`fit`] and [`pack`] choose size and columns; the same
//! template then sets the pages, and [`complaints`] leads what Typst finds
//! wrong back to the author's line.

mod complaints;
mod coverage;
mod dimensions;
mod fit;
mod pack;
mod pictures;
pub mod source;
mod world;

use serde_json::json;
use typst::foundations::{Label, Selector, Smart};
use typst::introspection::Introspector as _;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use self::fit::{Fit, Misfit, Page, Task};
use self::source::Sheet;
use self::world::Files;
use crate::backend::Artifact;
use crate::deck::{Deck, MediaSource};
use crate::diag::{Diagnostic, Severity};

/// A sheet, set but not yet a file.
#[derive(Debug, Clone)]
pub struct Layout {
    /// How many pages it fills.
    pub pages: usize,
    /// Columns a page.
    pub columns: usize,
    /// Points of type.
    pub size: f64,
    /// The Typst source of its content.
    pub typst_source: String,
    document: PagedDocument,
}

/// Renders `cheatsheet.pdf`; nothing if no note is meant for a sheet.
pub fn render(deck: &Deck, media: &dyn MediaSource, diagnostics: &mut Vec<Diagnostic>) -> Vec<Artifact> {
    let Some(layout) = layout(deck, media, diagnostics) else {
        return Vec::new();
    };
    let options = PdfOptions {
        ident: Smart::Custom(deck.project.id.clone()),
        creator: Smart::Custom(Some("Cardpress".to_owned())),
        ..PdfOptions::default()
    };
    match typst_pdf::pdf(&layout.document, &options) {
        Ok(bytes) => vec![Artifact::file("cheatsheet.pdf", bytes)],
        Err(errors) => {
            let messages = errors.iter().map(|error| Diagnostic::nowhere("typst", error.message.as_str()));
            diagnostics.extend(messages);
            Vec::new()
        }
    }
}

/// Chooses columns and size and sets the pages; `None` if there is nothing to
/// set, or if it cannot be set, which `diagnostics` then explains.
pub fn layout(deck: &Deck, media: &dyn MediaSource, diagnostics: &mut Vec<Diagnostic>) -> Option<Layout> {
    // Writing the code of a large deck takes longer than seeing that it is one.
    if deck.project.sheet.pages.is_none() && source::pieces(deck) > MOST_PIECES {
        diagnostics.push(left_out(deck));
        return None;
    }
    let mut sheet = source::write(deck)?;
    diagnostics.extend(complaints::formulas(&sheet.writer));
    let mut files = match files(deck, media, &mut sheet) {
        Ok((files, left_out)) => {
            diagnostics.extend(left_out);
            files
        }
        Err(reasons) => {
            diagnostics.extend(reasons);
            return None;
        }
    };
    let (fit, document) = fitted(deck, &sheet, &mut files, diagnostics)?;
    diagnostics.extend(complaints::glyphs(&document, &files, &sheet.writer));
    diagnostics.extend(small_print(deck, &fit));
    Some(Layout {
        pages: document.pages().len(),
        columns: fit.columns,
        size: fit.size,
        typst_source: sheet.writer.as_code().to_owned(),
        document,
    })
}

/// Pages of a sheet whose author names no number.
const UNASKED: std::ops::RangeInclusive<usize> = 2..=12;
/// A sheet of more pieces than this is no sheet, and takes minutes to measure.
const MOST_PIECES: usize = 1500;

/// Sets the pages that the author asks for, or as many as it takes.
fn fitted(
    deck: &Deck,
    sheet: &Sheet,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Fit, PagedDocument)> {
    if let Some(pages) = deck.project.sheet.pages {
        return match filled(deck, sheet, files, pages.max(1), diagnostics) {
            Ok(fitted) => Some(fitted),
            Err(misfit) => {
                diagnostics.extend(overflow(deck, sheet, pages, &misfit));
                None
            }
        };
    }
    let mut pages = *UNASKED.start();
    while UNASKED.contains(&pages) {
        match filled(deck, sheet, files, pages, diagnostics) {
            Ok(fitted) => return Some(fitted),
            // What fits at the floor needs 1.6 times the room at a size to read.
            Err(Misfit::Pages(needed)) => pages = (needed * 8 / 5).max(pages + 1),
            Err(misfit) => {
                let reasons = overflow(deck, sheet, pages, &misfit).into_iter();
                diagnostics.extend(reasons.map(|reason| Diagnostic { severity: Severity::Warning, ..reason }));
                return None;
            }
        }
    }
    diagnostics.push(left_out(deck));
    None
}

/// Searches for the layout and sets it. What is measured alone may come out a
/// hair taller in its place; then the search is repeated with that to spare.
fn filled(
    deck: &Deck,
    sheet: &Sheet,
    files: &mut Files,
    pages: usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Fit, PagedDocument), Misfit> {
    const SPARE: [f64; 3] = [0.5, 4.0, 16.0];
    for spare in SPARE {
        let task = task(deck, sheet, pages, spare);
        let fit = fit::search(&task, |ratio| measure(files, sheet, ratio, diagnostics))?;
        let document = set(files, sheet, &fit, deck, diagnostics).ok_or(Misfit::Unmeasured)?;
        if document.pages().len() <= pages {
            return Ok((fit, document));
        }
    }
    Err(Misfit::Pages(pages + 1))
}

/// A deck that nobody wants on paper must not fail for it.
fn left_out(deck: &Deck) -> Diagnostic {
    let message = format!("there is too much for a cheatsheet of {} pages, so none is made", UNASKED.end());
    Diagnostic::warning("no-sheet", deck.project.sheet.span, message)
        .help("give fewer items `short` and `key_points`, or name a number of `pages` under `outputs: sheet:`")
}

/// The template, the content, its fonts and the pictures it shows; and what is left
/// out because no font has it.
fn files(
    deck: &Deck,
    media: &dyn MediaSource,
    sheet: &mut Sheet,
) -> Result<(Files, Option<Diagnostic>), Vec<Diagnostic>> {
    let fonts = world::fonts(&deck.project.fonts, media)?;
    let template = Files::new("/sheet.typ", include_str!("../../../assets/sheet.typ"), fonts);
    // The path is ours, and a good one.
    let mut files = template.ok_or_else(Vec::new)?;
    files.add_source("/lib.typ", include_str!("../../../assets/sheet-lib.typ"));
    let left_out = coverage::complete(&mut sheet.writer, &files, &deck.project)?;
    files.add_source(CONTENT, sheet.writer.as_code());
    pictures::add(deck, media, sheet, &mut files)?;
    Ok((files, left_out))
}

/// Where the generated code stands.
const CONTENT: &str = "/content.typ";

fn task(deck: &Deck, sheet: &Sheet, pages: usize, spare: f64) -> Task {
    let layout = &deck.project.sheet;
    Task {
        page: Page { width: layout.width, height: layout.height },
        spare,
        pages,
        columns: layout.columns.map_or_else(|| vec![3, 4, 5], |columns| vec![columns.max(1)]),
        kinds: sheet.pieces.iter().map(|piece| piece.kind).collect(),
    }
}

/// The heights of all pieces at size 1, set one below another in a column that
/// is `ratio` millimetres wide.
fn measure(files: &mut Files, sheet: &Sheet, ratio: f64, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<f64>> {
    // Large enough that Typst's rounding does not show.
    const SIZE: f64 = 10.0;
    let parameters = json!({ "mode": "measure", "size": SIZE, "width": ratio * SIZE, "fonts": files.families(), "bold": files.has_bold() });
    files.put("/parameters.json", parameters.to_string().into_bytes());
    let document = match files.compile() {
        Ok(document) => document,
        Err(errors) => {
            diagnostics.extend(complaints::errors(&errors, files, &sheet.writer));
            return None;
        }
    };
    let (above, below) = (marks(&document, "above")?, marks(&document, "below")?);
    let heights = above.iter().zip(&below).map(|(above, below)| (below - above) / SIZE);
    Some(heights.collect())
}

/// How far down each mark of the template's stands.
fn marks(document: &PagedDocument, name: &str) -> Option<Vec<f64>> {
    let introspector = document.introspector();
    let label = Label::new(PicoStr::intern(name))?;
    let found = introspector.query(&Selector::Label(label));
    let height = |mark: &typst::foundations::Content| {
        let position = introspector.position(mark.location()?)?;
        Some(position.point.y.to_pt())
    };
    found.iter().map(height).collect()
}

/// Sets the pages as the search found them.
fn set(
    files: &mut Files,
    sheet: &Sheet,
    fit: &Fit,
    deck: &Deck,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<PagedDocument> {
    let place = |(index, gap): &(usize, f64)| json!([sheet.pieces[*index].id, gap]);
    let column = |column: &Vec<(usize, f64)>| column.iter().map(place).collect::<Vec<_>>();
    let parameters = json!({
        "mode": "pages",
        "size": fit.size,
        "fonts": files.families(),
        "bold": files.has_bold(),
        "width": deck.project.sheet.width,
        "height": deck.project.sheet.height,
        "margin": Page::MARGIN,
        "gutter": Page::GUTTER,
        "header": Page::HEADER,
        "footer": Page::FOOTER,
        "columns": fit.columns,
        "repeated": fit::REPEATED_TITLE,
        "placed": fit.placed.iter().map(column).collect::<Vec<_>>(),
    });
    files.put("/parameters.json", parameters.to_string().into_bytes());
    match files.compile() {
        Ok(document) => Some(document),
        Err(errors) => {
            diagnostics.extend(complaints::errors(&errors, files, &sheet.writer));
            None
        }
    }
}

fn overflow(deck: &Deck, sheet: &Sheet, asked: usize, misfit: &Misfit) -> Vec<Diagnostic> {
    let span = deck.project.sheet.span;
    let floor = fit::FLOOR;
    match misfit {
        Misfit::Unmeasured => Vec::new(),
        Misfit::Tall(pieces) => {
            let tall = pieces.iter().map(|index| {
                let piece = &sheet.pieces[*index];
                let message = format!("the box `{}` is taller than a column of the cheatsheet", piece.name);
                Diagnostic::error("sheet-overflow", piece.span, message)
                    .help(format!("shorten or divide it: it does not fit even at {floor} pt"))
            });
            tall.collect()
        }
        Misfit::Pages(needed) => {
            let message = format!(
                "the cheatsheet does not fit {asked} {} even at {floor} pt",
                if asked == 1 { "page" } else { "pages" }
            );
            let overflow = Diagnostic::error("sheet-overflow", span, message)
                .help(format!("allow {needed} pages"))
                .help("or give fewer items key points, or give them fewer or shorter ones");
            vec![overflow]
        }
    }
}

/// A sheet that can be read, but not with pleasure.
fn small_print(deck: &Deck, fit: &Fit) -> Option<Diagnostic> {
    const COMFORTABLE: f64 = 6.5;
    let message = || format!("the cheatsheet is set at {:.1} pt, which is small print", fit.size);
    (fit.size < COMFORTABLE).then(|| {
        Diagnostic::warning("small-print", deck.project.sheet.span, message())
            .help("allow another page, or shorten the key points, for type that reads well")
    })
}
