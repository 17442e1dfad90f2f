//! Reports what goes wrong in Typst at the author's line.

use std::collections::{BTreeMap, BTreeSet};

use typst::diag::SourceDiagnostic;
use typst_layout::PagedDocument;

use super::audit::{self, Fault, Over, origin};
use super::limits::UNASKED;
use super::source::Sheet;
use super::task::{self, Misfit};
use crate::deck::SheetLayout;
use crate::diag::{Code, Diagnostic, Severity};
use crate::markup::typst::Writer;
use crate::press::coverage::is_invisible;
use crate::press::world::Files;

/// The formulas that have no Typst form, each place once.
pub(super) fn formulas(writer: &Writer) -> impl Iterator<Item = Diagnostic> {
    let places: BTreeMap<_, _> = writer.refused().iter().map(|refused| (refused.span, &refused.message)).collect();
    places.into_iter().map(|(span, reason)| {
        Diagnostic::warning(Code::FORMULA_AS_SOURCE, span, "the cheatsheet shows this formula as source")
            .label(format!("it cannot print {reason}"))
            .help("Anki and handouts show the formula; to print it, write it differently")
    })
}

/// Errors of a compilation; none of them should ever happen.
pub(super) fn errors(errors: &[SourceDiagnostic], files: &Files, writer: &Writer) -> Vec<Diagnostic> {
    let report = |error: &SourceDiagnostic| {
        let message = format!("Typst cannot typeset this: {}", error.message);
        let report = match origin(error.span, files, writer) {
            Some(span) => Diagnostic::error(Code::TYPST, span, message),
            None => Diagnostic::nowhere(Code::TYPST, message),
        };
        report.help("this is a bug in Cardpress; please report it")
    };
    errors.iter().map(report).collect()
}

/// What is printed over something else, or beyond its column; this should never happen.
pub(super) fn faults(faults: &[Fault], sheet: &SheetLayout) -> Vec<Diagnostic> {
    const TOLD: usize = 10;
    let report = |fault: &Fault| {
        let text: String = fault.text.chars().take(30).collect();
        let message = match &fault.over {
            Over::Text(over) => {
                let over: String = over.chars().take(30).collect();
                format!("on page {} of the cheatsheet, `{text}` is printed over `{over}`", fault.page)
            }
            Over::Box => format!("on page {} of the cheatsheet, `{text}` runs out of its box", fault.page),
            Over::Column => format!("on page {} of the cheatsheet, `{text}` runs out of its column", fault.page),
        };
        Diagnostic::warning(Code::SHEET_OVERLAP, fault.span.unwrap_or(sheet.span), message)
            .help("shorten it or split it")
            .help("this is a bug in Cardpress; please report it")
    };
    faults.iter().take(TOLD).map(report).collect()
}

/// The characters that no font could draw in context, although some font has each of them on its own.
pub(super) fn glyphs(document: &PagedDocument, files: &Files, writer: &Writer) -> Option<Diagnostic> {
    let mut missing = BTreeSet::new();
    for page in document.pages() {
        audit::texts(&page.frame, &mut |text, _, _| {
            // Typst doesn't report a missing glyph; it draws glyph 0.
            for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                let place = origin(glyph.span.0.into(), files, writer);
                let drawn = text.text[glyph.range()].chars().filter(|c| !c.is_whitespace() && !is_invisible(*c));
                missing.extend(drawn.map(|c| (place, c)));
            }
        });
    }
    let (place, _) = missing.first()?;
    let shown: BTreeSet<String> = missing.iter().map(|(_, c)| format!("`{c}` (U+{:04X})", u32::from(*c))).collect();
    let shown: Vec<String> = shown.into_iter().take(8).collect();
    let message = format!("the cheatsheet shows boxes instead of {}", shown.join(", "));
    let report = Diagnostic {
        span: *place,
        severity: Severity::Warning,
        ..Diagnostic::nowhere(Code::MISSING_GLYPH, message)
    };
    Some(report.label("no single font has all of these").help("write it differently"))
}

/// A sheet that shows nothing, if the author chose its items or the sheet was `asked` for.
pub(super) fn nothing(sheet: &SheetLayout, asked: bool) -> Option<Diagnostic> {
    let chosen = sheet.chosen.only.as_ref().or(sheet.chosen.except.as_ref());
    let span = chosen.map_or(sheet.span, |selection| selection.span);
    let message = format!("the sheet `{}` shows nothing", sheet.name);
    let diagnostic = Diagnostic::error(Code::EMPTY_OUTPUT, span, message);
    let diagnostic = match (chosen, sheet.chosen.core) {
        (Some(_), _) => {
            diagnostic.label("no item is selected").help("write topics, tags and ids exactly as in the content files")
        }
        (None, true) => diagnostic.label("no item is marked").help("set `core: true` on the items it should show"),
        (None, false) if asked => diagnostic
            .label("nothing in the project is meant for it")
            .help("give questions `short` or `key_points`, or name fields under `sheet` in `shows` of a note type; facts, patterns, tables and tips are shown as they are")
            .help("or leave the sheet out with `outputs: {sheet: none}`"),
        (None, false) => return None,
    };
    Some(diagnostic)
}

/// More content than a sheet is meant for.
pub(super) fn left_out(sheet: &SheetLayout) -> Diagnostic {
    let message = format!("there is too much content for a cheatsheet of {} pages, so none was made", UNASKED.end());
    Diagnostic::error(Code::NO_SHEET, sheet.span, message)
        .help("give fewer items `short` and `key_points`, or set a number of `pages` under `outputs: sheet:`")
}

/// Why there is no layout, and what to do.
pub(super) fn overflow(layout: &SheetLayout, sheet: &Sheet, misfit: &Misfit) -> Vec<Diagnostic> {
    let floor = layout.floor;
    match misfit {
        Misfit::Unmeasured => Vec::new(),
        Misfit::Tall(pieces) => {
            let tall = pieces.iter().map(|index| {
                let piece = &sheet.pieces[*index];
                let message = format!("the box `{}` is taller than a column of the cheatsheet", piece.name);
                Diagnostic::error(Code::SHEET_OVERFLOW, piece.span, message)
                    .help(format!("shorten it or split it: it does not fit even at {floor} pt"))
            });
            tall.collect()
        }
        Misfit::Pages(needed, longest) => {
            let asked = layout.pages.unwrap_or(*UNASKED.end());
            let pages = if asked == 1 { "page" } else { "pages" };
            let message = format!("the cheatsheet doesn't fit on {asked} {pages}, even at {floor} pt");
            let names: Vec<String> = longest.iter().map(|index| format!("`{}`", sheet.pieces[*index].name)).collect();
            let overflow = Diagnostic::error(Code::SHEET_OVERFLOW, layout.span, message)
                .help(format!("allow {needed} pages, or smaller type with `floor: {}`", task::FLOOR))
                .help("or give key points to fewer items, or use fewer or shorter ones");
            let longest = format!("these take the most room: {}", names.join(", "));
            vec![if names.is_empty() { overflow } else { overflow.help(longest) }]
        }
    }
}
