//! What goes wrong in Typst, at the author's line.

use std::collections::{BTreeMap, BTreeSet};

use typst::WorldExt as _;
use typst::diag::SourceDiagnostic;
use typst::layout::{Frame, FrameItem};
use typst::syntax::DiagSpan;
use typst_layout::PagedDocument;

use super::world::Files;
use crate::diag::Diagnostic;
use crate::markup::typst::Writer;
use crate::source::Span;

/// The formulas that have no Typst form, each place once.
pub(super) fn formulas(writer: &Writer) -> impl Iterator<Item = Diagnostic> {
    let places: BTreeMap<_, _> = writer.refused().iter().map(|refused| (refused.span, &refused.message)).collect();
    places.into_iter().map(|(span, reason)| {
        Diagnostic::warning("formula-as-source", span, "the cheatsheet shows the source of this formula")
            .label(format!("it cannot print {reason}"))
            .help("Anki and handouts show the formula; to print it, write it another way")
    })
}

/// Errors of a compilation; none of them is meant to happen.
pub(super) fn errors(errors: &[SourceDiagnostic], files: &Files, writer: &Writer) -> Vec<Diagnostic> {
    let report = |error: &SourceDiagnostic| {
        let message = format!("Typst cannot set this: {}", error.message);
        let report = match origin(error.span, files, writer) {
            Some(span) => Diagnostic::error("typst", span, message),
            None => Diagnostic::nowhere("typst", message),
        };
        report.help("this is a fault of Cardpress; please report it")
    };
    errors.iter().map(report).collect()
}

/// The characters that no font can draw, each once a place.
pub(super) fn glyphs(document: &PagedDocument, files: &Files, writer: &Writer) -> Vec<Diagnostic> {
    let mut missing = BTreeSet::new();
    for page in document.pages() {
        visit(&page.frame, &mut |text, span| {
            let place = origin(span.into(), files, writer);
            missing.extend(text.chars().filter(|c| !c.is_whitespace()).map(|c| (place, c)));
        });
    }
    let report = |(place, c): (Option<Span>, char)| {
        let message = format!("no font of the cheatsheet has `{c}` (U+{:04X})", u32::from(c));
        let report = match place {
            Some(span) => Diagnostic::error("missing-glyph", span, message),
            None => Diagnostic::nowhere("missing-glyph", message),
        };
        report.help("write it in another way")
    };
    missing.into_iter().map(report).collect()
}

/// Typst says nothing of a missing glyph; it draws glyph 0.
fn visit(frame: &Frame, found: &mut impl FnMut(&str, typst::syntax::Span)) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => visit(&group.frame, found),
            FrameItem::Text(text) => {
                for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                    found(&text.text[glyph.range()], glyph.span.0);
                }
            }
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

fn origin(span: DiagSpan, files: &Files, writer: &Writer) -> Option<Span> {
    let id = span.id()?;
    if id.get().vpath().get_with_slash() != super::CONTENT {
        return None;
    }
    writer.origin(&files.range(span)?)
}
