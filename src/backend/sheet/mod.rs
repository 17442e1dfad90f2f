//! A cheatsheet that fills exactly the pages the author asks for: boxes in
//! columns, set by Typst in the largest type that fits.
//!
//! The deck becomes Typst code ([`source`]); the template in `assets/` measures
//! its boxes ([`world`]); [`fit`] and [`pack`] choose size and columns; the same
//! template then sets the pages, and [`complaints`] leads what Typst finds
//! wrong back to the author's line.

mod audit;
mod breaks;
mod complaints;
mod coverage;
mod dimensions;
mod fit;
mod pack;
mod pictures;
mod source;
mod world;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value as JsonValue, json};
use typst::foundations::{Label, Selector, Smart};
use typst::introspection::Introspector as _;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

pub use self::audit::Fault;
use self::fit::{Column, Fit, Measures, Misfit, Page};
use self::pack::Kind;
use self::source::{Piece, Sheet};
use self::world::Files;
use crate::backend::Artifact;
use crate::deck::{Deck, MediaSource, SheetLayout};
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
    /// What stands where: a line a column, with where it ends.
    pub geometry: String,
    /// Of each column of each page: how much of its height boxes fill, and where it ends, from 0 to 1.
    pub fill: Vec<Vec<(f64, f64)>>,
    /// What is printed where it must not be.
    pub faults: Vec<Fault>,
    /// How many texts were held against each other.
    pub compared: usize,
    /// The Typst source of its content.
    pub typst_source: String,
    document: PagedDocument,
}

/// Renders one file for each sheet of the project. A sheet for which nothing of the deck
/// is meant is not there, unless the author asks for it.
pub fn render(deck: &Deck, media: &dyn MediaSource, diagnostics: &mut Vec<Diagnostic>) -> Vec<Artifact> {
    let sheets = deck.project.sheets.iter();
    sheets.filter_map(|sheet| file(deck, sheet, media, diagnostics)).collect()
}

fn file(
    deck: &Deck,
    sheet: &SheetLayout,
    media: &dyn MediaSource,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Artifact> {
    let layout = layout(deck, sheet, media, diagnostics)?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {}", deck.project.id, sheet.name)),
        creator: Smart::Custom(Some("Cardpress".to_owned())),
        ..PdfOptions::default()
    };
    match typst_pdf::pdf(&layout.document, &options) {
        Ok(bytes) => Some(Artifact::file(format!("{}.pdf", sheet.name), bytes)),
        Err(errors) => {
            let messages = errors.iter().map(|error| Diagnostic::nowhere("typst", error.message.as_str()));
            diagnostics.extend(messages);
            None
        }
    }
}

/// Chooses columns and size and sets the pages; `None` if there is nothing to
/// set, or if it cannot be set, which `diagnostics` then explains.
pub fn layout(
    deck: &Deck,
    sheet: &SheetLayout,
    media: &dyn MediaSource,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Layout> {
    let task = Task { deck, layout: sheet };
    let groups = source::groups(deck, sheet);
    if groups.is_empty() {
        diagnostics.extend(nothing(sheet));
        return None;
    }
    // Writing the code of a large deck takes longer than seeing that it is one.
    if sheet.pages.is_none() && source::pieces(&groups) > MOST_PIECES {
        diagnostics.push(left_out(sheet));
        return None;
    }
    let mut sheet = source::write(deck, sheet, &groups);
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
    let (fit, document) = fitted(task, &sheet, &mut files, diagnostics)?;
    diagnostics.extend(complaints::glyphs(&document, &files, &sheet.writer));
    let page = Page { gutter: fit.gutter, ..page(task, &sheet) };
    let audit::Audit { faults, compared } = audit::walk(&document, &page, fit.columns, &files, &sheet.writer);
    diagnostics.extend(complaints::faults(&faults, task.layout));
    Some(Layout {
        pages: document.pages().len(),
        columns: fit.columns,
        size: fit.size,
        geometry: geometry(&sheet, &fit),
        fill: fit.pages.iter().map(|page| page.iter().map(|column| (column.filled, column.end)).collect()).collect(),
        faults,
        compared,
        typst_source: sheet.writer.as_code().to_owned(),
        document,
    })
}

/// What is to be set, and how.
#[derive(Clone, Copy)]
struct Task<'deck> {
    deck: &'deck Deck,
    layout: &'deck SheetLayout,
}

/// A choice of the author's that leaves nothing.
fn nothing(sheet: &SheetLayout) -> Option<Diagnostic> {
    let chosen = sheet.only.as_ref().or(sheet.except.as_ref());
    let span = chosen.map_or(sheet.span, |selection| selection.span);
    let message = format!("the sheet `{}` shows nothing", sheet.name);
    let diagnostic = Diagnostic::error("empty-sheet", span, message);
    let diagnostic = match (chosen, sheet.core) {
        (Some(_), _) => diagnostic.label("no item is chosen").help("topics, tags and ids stand here as in their files"),
        (None, true) => {
            diagnostic.label("nothing is marked").help("write `core: true` in the items that it is to show")
        }
        (None, false) => return None,
    };
    Some(diagnostic)
}

/// Pages of a sheet whose author names no number.
const UNASKED: std::ops::RangeInclusive<usize> = 1..=12;
/// A sheet of more pieces than this is no sheet, and takes minutes to measure.
const MOST_PIECES: usize = 1500;

/// Sets the pages that the author allows, or as many as it takes.
fn fitted(
    task: Task<'_>,
    sheet: &Sheet,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Fit, PagedDocument)> {
    match filled(task, sheet, files, diagnostics) {
        Ok(fitted) => Some(fitted),
        Err(misfit) => {
            let reasons = overflow(task.layout, sheet, &misfit);
            if task.layout.pages.is_some() {
                diagnostics.extend(reasons);
            } else if let Misfit::Pages(..) = misfit {
                diagnostics.push(left_out(task.layout));
            } else {
                let warning = |reason| Diagnostic { severity: Severity::Warning, ..reason };
                diagnostics.extend(reasons.into_iter().map(warning));
            }
            None
        }
    }
}

/// Searches for the layout and sets it. What is measured alone may come out a
/// hair taller in its place; then the search is repeated with that to spare.
fn filled(
    task: Task<'_>,
    sheet: &Sheet,
    files: &mut Files,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(Fit, PagedDocument), Misfit> {
    const SPARE: [f64; 3] = [0.5, 4.0, 16.0];
    for spare in SPARE {
        let wanted = wanted(task, sheet, spare);
        let fit = fit::search(&wanted, |ratio| measure(files, sheet, task, ratio, diagnostics))?;
        let document = set(files, sheet, &fit, task, diagnostics).ok_or(Misfit::Unmeasured)?;
        if document.pages().len() <= fit.pages.len() {
            return Ok((fit, document));
        }
    }
    Err(Misfit::Pages(task.layout.pages.unwrap_or(*UNASKED.end()) + 1, Vec::new()))
}

/// A deck that nobody wants on paper must not fail for it.
fn left_out(sheet: &SheetLayout) -> Diagnostic {
    let message = format!("there is too much for a cheatsheet of {} pages, so none is made", UNASKED.end());
    Diagnostic::warning("no-sheet", sheet.span, message)
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
    let left_out = coverage::complete(&mut sheet.writer, &files, &deck.project, sheet.span)?;
    files.add_source(CONTENT, sheet.writer.as_code());
    pictures::add(deck, media, sheet, &mut files)?;
    Ok((files, left_out))
}

/// Where the generated code stands.
const CONTENT: &str = "/content.typ";

/// The paper, and what of it the header and the footer take.
fn page(task: Task<'_>, sheet: &Sheet) -> Page {
    /// Millimetres that a punch needs.
    const HOLES: f64 = 10.0;
    let Task { deck, layout } = task;
    // Small paper has small edges.
    let scale = (layout.width / 210.0).clamp(0.62, 1.0);
    let margin = 6.5 * scale;
    let foot = deck.project.authors.is_empty() && deck.project.license.is_empty() && !layout.provenance;
    Page {
        width: layout.width,
        height: layout.height,
        margin,
        inner: margin + if layout.punch { HOLES } else { 0.0 },
        gutter: 3.2 * scale,
        header: 6.2 * scale + legend(task, sheet),
        footer: if foot { 0.0 } else { 3.6 },
    }
}

/// Millimetres of the list of topics; a single topic needs none.
fn legend(task: Task<'_>, sheet: &Sheet) -> f64 {
    const LINE: f64 = 3.1;
    let topics = sheet.pieces.iter().filter(|piece| piece.kind == Kind::Bar);
    let titles: Vec<usize> = topics.map(|topic| topic.name.chars().count() + 6).collect();
    #[expect(clippy::cast_precision_loss, reason = "a page has room for a few hundred characters")]
    let letters = titles.iter().sum::<usize>() as f64;
    match titles.len() {
        0 | 1 => 0.0,
        // A letter of the usual size takes about a millimetre and a quarter.
        _ if letters * 1.25 < task.layout.width => LINE,
        _ => 2.0 * LINE - 0.4,
    }
}

fn wanted(task: Task<'_>, sheet: &Sheet, spare: f64) -> fit::Task {
    let layout = task.layout;
    fit::Task {
        page: page(task, sheet),
        spare,
        pages: layout.pages.map_or(UNASKED, |pages| pages.max(1)..=pages.max(1)),
        columns: layout.columns.map_or_else(|| (1..=6).collect(), |columns| vec![columns.max(1)]),
        fixed: layout.columns.is_some(),
        floor: layout.floor,
        reorder: layout.reorder,
        kinds: sheet.pieces.iter().map(|piece| piece.kind).collect(),
    }
}

/// All pieces at size 1, set one below another in a column that is `ratio` millimetres
/// wide.
fn measure(
    files: &mut Files,
    sheet: &Sheet,
    task: Task<'_>,
    ratio: f64,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Measures> {
    // Large enough that Typst's rounding does not show.
    const SIZE: f64 = 10.0;
    let parameters = json!({
        "mode": "measure",
        "size": SIZE,
        "width": ratio * SIZE,
        "column": ratio * SIZE,
        "fonts": files.families(),
        "bold": files.has_bold(),
        "ink": task.layout.ink.name(),
        "repeated": fit::REPEATED_TITLE,
    });
    files.put("/parameters.json", parameters.to_string().into_bytes());
    let document = match files.compile() {
        Ok(document) => document,
        Err(errors) => {
            diagnostics.extend(complaints::errors(&errors, files, &sheet.writer));
            return None;
        }
    };
    let measures = measures(&document, &sheet.pieces, SIZE);
    if measures.is_none() {
        diagnostics.push(Diagnostic::nowhere("typst", "the boxes of the cheatsheet cannot be measured"));
    }
    measures
}

/// Heights from the marks that the template sets: above and below each bar and box, at
/// each part of a box, and at the head of a table.
fn measures(document: &PagedDocument, pieces: &[Piece], size: f64) -> Option<Measures> {
    let [above, below, parts, heads] = ["above", "below", "part", "head"].map(|name| marks(document, name));
    let (mut parts, mut heads) = (parts?.into_iter(), heads?.into_iter());
    let mut boxes = above?.into_iter().zip(below?);
    let mut measures = Measures::default();
    for own in pieces.chunk_by(|one, other| one.id == other.id) {
        let (above, below) = boxes.next()?;
        let first = own.first()?;
        let mut tops = vec![above];
        let mut open = fit::REPEATED_TITLE;
        if first.is_marked {
            let rows: Vec<f64> = parts.by_ref().take(own.len()).collect();
            if first.is_row {
                open += (rows.first()? - heads.next()?).max(0.0) / size;
            }
            tops.extend(rows.into_iter().skip(1));
        }
        tops.push(below);
        measures.heights.extend(tops.windows(2).map(|pair| (pair[1] - pair[0]) / size));
        measures.opens.resize(measures.heights.len(), open);
    }
    (measures.heights.len() == pieces.len()).then_some(measures)
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
    task: Task<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<PagedDocument> {
    let page = Page { gutter: fit.gutter, ..page(task, sheet) };
    let legend = legend(task, sheet);
    let placed: Vec<Vec<JsonValue>> =
        fit.pages.iter().map(|columns| columns.iter().map(|column| fragments(sheet, column)).collect()).collect();
    let parameters = json!({
        "mode": "pages",
        "size": fit.size,
        "fonts": files.families(),
        "bold": files.has_bold(),
        "ink": task.layout.ink.name(),
        "width": page.width,
        "height": page.height,
        "margin": page.margin,
        "inner": page.inner,
        "gutter": page.gutter,
        "header": page.header,
        "legend": legend,
        "legend-lines": if legend > 4.0 { 2 } else { 1 },
        "footer": page.footer,
        "hash": if task.layout.provenance { task.deck.project.source_hash.as_str() } else { "" },
        "pages": fit.pages.len(),
        "columns": fit.columns,
        "column": page.column_width(fit.columns),
        "repeated": fit::REPEATED_TITLE,
        "marks": numbers(sheet, fit),
        "placed": placed,
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

/// The runs of parts that stand in a column: box, first and last part, distance above.
fn fragments(sheet: &Sheet, column: &Column) -> JsonValue {
    let mut runs: Vec<(&str, usize, usize, f64)> = Vec::new();
    for (index, gap) in &column.placed {
        let piece = &sheet.pieces[*index];
        match runs.last_mut() {
            Some((id, _, to, _)) if *id == piece.id => *to = piece.part + 1,
            _ => runs.push((&piece.id, piece.part, piece.part + 1, *gap)),
        }
    }
    json!(runs)
}

/// The numbers of the boxes that have one, in the order in which they are printed.
fn numbers(sheet: &Sheet, fit: &Fit) -> BTreeMap<String, String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    for (index, _) in fit.pages.iter().flatten().flat_map(|column| &column.placed) {
        let piece = &sheet.pieces[*index];
        if !piece.series.is_empty() && piece.part == 0 {
            let count = counts.entry(&piece.series).or_default();
            *count += 1;
            numbers.insert(piece.id.clone(), format!("{}{count}", piece.series));
        }
    }
    numbers
}

/// What stands in which column, and where the column ends, in percent of the page.
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

fn overflow(layout: &SheetLayout, sheet: &Sheet, misfit: &Misfit) -> Vec<Diagnostic> {
    let floor = layout.floor;
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
        Misfit::Pages(needed, longest) => {
            let asked = layout.pages.unwrap_or(*UNASKED.end());
            let pages = if asked == 1 { "page" } else { "pages" };
            let message = format!("the cheatsheet does not fit {asked} {pages} even at {floor} pt");
            let names: Vec<String> = longest.iter().map(|index| format!("`{}`", sheet.pieces[*index].name)).collect();
            let overflow = Diagnostic::error("sheet-overflow", layout.span, message)
                .help(format!("allow {needed} pages, or smaller type with `floor: {}`", fit::FLOOR))
                .help("or give fewer items key points, or give them fewer or shorter ones");
            let longest = format!("most room is taken by {}", names.join(", "));
            vec![if names.is_empty() { overflow } else { overflow.help(longest) }]
        }
    }
}
