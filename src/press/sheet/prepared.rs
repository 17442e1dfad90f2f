//! A sheet that is ready to be typeset: its code, the files that Typst may see, and the estimated
//! heights of its boxes. It measures them, searches for the layout, and typesets it.

use std::collections::BTreeMap;

use serde_json::{Value as JsonValue, json};
use typst::foundations::{Label, Selector};
use typst::introspection::Introspector as _;
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

use super::boxes::{Group, groups};
use super::complaints;
use super::curves::{Curves, Measures};
use super::estimate::Setter;
use super::fit;
use super::limits::{self, UNASKED};
use super::outline::{self, Outline};
use super::pack::Kind;
use super::source::{self, Piece, Sheet};
use super::task::{self, Column, Fit, MM, Misfit, Page};
use crate::deck::{Deck, MediaSource, SheetLayout};
use crate::diag::{Code, Diagnostic, Sink};
use crate::press::world::{self, CONTENT, Files};
use crate::press::{coverage, pictures};

/// What to typeset, and how.
#[derive(Clone, Copy)]
pub(super) struct Task<'deck> {
    pub(super) deck: &'deck Deck,
    pub(super) layout: &'deck SheetLayout,
    /// Whether code is coloured; a check doesn't need colours.
    pub(super) coloured: bool,
}

/// A sheet that is ready to be typeset.
pub(super) struct Prepared<'deck> {
    pub(super) task: Task<'deck>,
    pub(super) sheet: Sheet,
    pub(super) files: Files,
    curves: Curves,
}

impl<'deck> Prepared<'deck> {
    /// The sheet; `None` if there is nothing to typeset, or if that isn't possible, which
    /// `diagnostics` then explains.
    pub(super) fn of(task: Task<'deck>, media: &dyn MediaSource, diagnostics: &mut Sink) -> Option<Self> {
        let Task { deck, layout, coloured } = task;
        let groups = groups(deck, layout);
        if groups.is_empty() {
            diagnostics.extend(complaints::nothing(layout, deck.project.outputs.contains_key("sheet")));
            return None;
        }
        // Writing the code of a large deck takes longer than seeing that the deck is large.
        if layout.pages.is_none() && source::pieces(&groups) > MOST_PIECES {
            diagnostics.push(complaints::left_out(layout));
            return None;
        }
        let mut sheet = source::write(deck, layout, &groups, coloured);
        diagnostics.extend(complaints::formulas(&sheet.writer));
        let endless = limits::words(&sheet);
        if !endless.is_empty() {
            diagnostics.extend(endless);
            return None;
        }
        match files(deck, media, &mut sheet) {
            Ok((files, left_out)) => {
                diagnostics.extend(left_out);
                let mut prepared = Self { task, sheet, files, curves: Curves::default() };
                prepared.curves = prepared.estimated(&groups);
                Some(prepared)
            }
            Err(reasons) => {
                diagnostics.extend(reasons);
                None
            }
        }
    }

    /// How many times Typst has typeset it so far.
    pub(super) fn compiles(&self) -> usize {
        self.files.compiles
    }

    /// Whether estimates leave no doubt that everything fits.
    pub(super) fn fits_for_certain(&self) -> bool {
        fit::is_certain(&self.wanted(0.0), &self.curves)
    }

    /// The paper, and how much of it the header and the footer take.
    pub(super) fn page(&self) -> Page {
        /// Millimetres that a punch needs.
        const HOLES: f64 = 10.0;
        let Task { deck, layout, .. } = self.task;
        // Small paper has small margins.
        let scale = (layout.width / 210.0).clamp(0.62, 1.0);
        let margin = 6.5 * scale;
        let foot = deck.project.authors.is_empty() && deck.project.license.is_empty() && !layout.provenance;
        Page {
            width: layout.width,
            height: layout.height,
            margin,
            inner: margin + if layout.punch { HOLES } else { 0.0 },
            gutter: 3.2 * scale,
            header: 6.2 * scale + self.legend(),
            footer: if foot { 0.0 } else { 3.6 },
        }
    }

    /// Height in millimetres of the list of topics; a single topic doesn't need one.
    fn legend(&self) -> f64 {
        const LINE: f64 = 3.1;
        let topics = self.sheet.pieces.iter().filter(|piece| piece.kind == Kind::Bar);
        let titles: Vec<usize> = topics.map(|topic| topic.name.chars().count() + 6).collect();
        #[expect(clippy::cast_precision_loss, reason = "a page has room for a few hundred characters")]
        let letters = titles.iter().sum::<usize>() as f64;
        match titles.len() {
            0 | 1 => 0.0,
            // A letter of the usual size takes about a millimetre and a quarter.
            _ if letters * 1.25 < self.task.layout.width => LINE,
            _ => 2.0 * LINE - 0.4,
        }
    }

    /// What to search for.
    fn wanted(&self, spare: f64) -> task::Task {
        let layout = self.task.layout;
        task::Task {
            page: self.page(),
            spare,
            pages: layout.pages.map_or(UNASKED, |pages| pages.max(1)..=pages.max(1)),
            columns: layout.columns.map_or_else(|| (1..=6).collect(), |columns| vec![columns.max(1)]),
            fixed: layout.columns.is_some(),
            floor: layout.floor,
            reorder: layout.reorder,
            kinds: self.sheet.pieces.iter().map(|piece| piece.kind).collect(),
        }
    }

    /// The estimated heights of the pieces.
    fn estimated(&self, groups: &[Group<'_>]) -> Curves {
        let setter = Setter::new(!self.task.deck.project.fonts.is_empty());
        let outlines = outline::outlines(groups, &self.task.deck.project.words, setter);
        Curves::estimated(&self.wanted(0.0), |ratio| {
            let room = ratio * MM;
            let open = |outline: &Outline| fit::REPEATED_TITLE + outline.head.height(room, setter);
            Measures {
                heights: outlines.iter().map(|outline| outline.shape.height(room, setter)).collect(),
                opens: outlines.iter().map(open).collect(),
            }
        })
    }

    /// Typesets the pages that the author allows, or as many as needed.
    pub(super) fn fitted(&mut self, diagnostics: &mut Sink) -> Option<(Fit, PagedDocument)> {
        match self.filled(diagnostics) {
            Ok(fitted) => Some(fitted),
            Err(misfit) => {
                if let (Misfit::Pages(..), None) = (&misfit, self.task.layout.pages) {
                    diagnostics.push(complaints::left_out(self.task.layout));
                } else {
                    diagnostics.extend(complaints::overflow(self.task.layout, &self.sheet, &misfit));
                }
                None
            }
        }
    }

    /// Searches for the layout and typesets it. A box may come out slightly taller in place than
    /// when measured alone; then the search is repeated with room to spare.
    fn filled(&mut self, diagnostics: &mut Sink) -> Result<(Fit, PagedDocument), Misfit> {
        const SPARE: [f64; 3] = [0.5, 4.0, 16.0];
        let mut curves = self.curves.clone();
        if let Some(misfit) = fit::hopeless(&self.wanted(0.0), &curves) {
            return Err(misfit);
        }
        for spare in SPARE {
            let wanted = self.wanted(spare);
            let fit = fit::search(&wanted, &mut curves, |ratio| self.measure(ratio, diagnostics))?;
            let document = self.set(&fit, diagnostics).ok_or(Misfit::Unmeasured)?;
            if document.pages().len() <= fit.pages.len() {
                return Ok((fit, document));
            }
        }
        Err(Misfit::Pages(self.task.layout.pages.unwrap_or(*UNASKED.end()) + 1, Vec::new()))
    }

    /// Measures all pieces at size 1, one below another in a column that is `ratio` millimetres wide.
    fn measure(&mut self, ratio: f64, diagnostics: &mut Sink) -> Option<Measures> {
        // Large enough that Typst's rounding does not show.
        const SIZE: f64 = 10.0;
        let parameters = json!({
            "mode": "measure",
            "size": SIZE,
            "width": ratio * SIZE,
            "column": ratio * SIZE,
            "fonts": self.files.families(),
            "bold": self.files.has_bold(),
            "ink": self.task.layout.ink.name(),
            "repeated": fit::REPEATED_TITLE,
        });
        let document = self.compile(&parameters, diagnostics)?;
        let measures = measures(&document, &self.sheet.pieces, SIZE);
        let measures = measures.filter(|all| all.heights.len() == self.curves.pieces());
        if measures.is_none() {
            diagnostics.push(Diagnostic::nowhere(Code::TYPST, "the boxes of the cheatsheet cannot be measured"));
        }
        measures
    }

    /// Typesets the pages as the search found them.
    pub(super) fn set(&mut self, fit: &Fit, diagnostics: &mut Sink) -> Option<PagedDocument> {
        let page = Page { gutter: fit.gutter, ..self.page() };
        let legend = self.legend();
        let placed: Vec<Vec<JsonValue>> = fit
            .pages
            .iter()
            .map(|columns| columns.iter().map(|column| fragments(&self.sheet, column)).collect())
            .collect();
        let parameters = json!({
            "mode": "pages",
            "size": fit.size,
            "fonts": self.files.families(),
            "bold": self.files.has_bold(),
            "ink": self.task.layout.ink.name(),
            "width": page.width,
            "height": page.height,
            "margin": page.margin,
            "inner": page.inner,
            "gutter": page.gutter,
            "header": page.header,
            "legend": legend,
            "legend-lines": if legend > 4.0 { 2 } else { 1 },
            "footer": page.footer,
            "hash": if self.task.layout.provenance { self.task.deck.project.source_hash.as_str() } else { "" },
            "pages": fit.pages.len(),
            "columns": fit.columns,
            "column": page.column_width(fit.columns),
            "repeated": fit::REPEATED_TITLE,
        });
        let placed = json!({ "marks": numbers(&self.sheet, fit), "pages": placed });
        self.files.put("/placed.json", placed.to_string().into_bytes());
        self.compile(&parameters, diagnostics)
    }

    /// Has Typst typeset what the parameters ask for.
    fn compile(&mut self, parameters: &JsonValue, diagnostics: &mut Sink) -> Option<PagedDocument> {
        self.files.put("/parameters.json", parameters.to_string().into_bytes());
        match self.files.compile() {
            Ok(document) => Some(document),
            Err(errors) => {
                diagnostics.extend(complaints::errors(&errors, &self.files, &self.sheet.writer));
                None
            }
        }
    }
}

/// A sheet with more pieces than this isn't a cheatsheet, and takes minutes to measure.
const MOST_PIECES: usize = 1500;

/// The template, the content, its fonts and the pictures it shows; and what is left
/// out because no font has it.
fn files(
    deck: &Deck,
    media: &dyn MediaSource,
    sheet: &mut Sheet,
) -> Result<(Files, Option<Diagnostic>), Vec<Diagnostic>> {
    let fonts = world::fonts(&deck.project.fonts, media)?;
    let template = Files::new("/sheet.typ", include_str!("../../../assets/sheet.typ"), fonts);
    // The path is Cardpress's own, and valid.
    let mut files = template.ok_or_else(Vec::new)?;
    files.add_source("/lib.typ", include_str!("../../../assets/sheet-lib.typ"));
    let left_out = coverage::complete(&mut sheet.writer, &files, &deck.project, sheet.span)?;
    files.add_source(CONTENT, sheet.writer.as_code());
    pictures::add(deck, media, &sheet.writer, &mut files)?;
    Ok((files, left_out))
}

/// Space above the content of a cell, where the template puts its mark, in ems.
const CELL_TOP: f64 = 0.33 * 0.955;

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
            let mut inset = 0.0;
            if first.is_row {
                open += (rows.first()? - heads.next()?).max(0.0) / size;
                inset = CELL_TOP * size;
            }
            tops.extend(rows.into_iter().skip(1).map(|top| top - inset));
        }
        tops.push(below);
        measures.heights.extend(tops.windows(2).map(|pair| (pair[1] - pair[0]) / size));
        measures.opens.resize(measures.heights.len(), open);
    }
    (measures.heights.len() == pieces.len()).then_some(measures)
}

/// How far down each of the template's marks is.
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

/// The runs of parts in a column: box, first and last part, distance above, and the extra space
/// between its parts.
fn fragments(sheet: &Sheet, column: &Column) -> JsonValue {
    let mut runs: Vec<(&str, usize, usize, f64, f64)> = Vec::new();
    for (index, gap) in &column.placed {
        let piece = &sheet.pieces[*index];
        match runs.last_mut() {
            Some((id, _, to, ..)) if *id == piece.id => *to = piece.part + 1,
            _ => runs.push((&piece.id, piece.part, piece.part + 1, *gap, column.loose)),
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
