//! A fact: a sentence with clozes, with one card for each number.

use super::build::{Draft, Piece};
use super::lesson::said;
use super::{Context, Studied};
use crate::content::{Fact, Meta};
use crate::deck::study::{self, Face, Hidden, Said, Study};
use crate::deck::{Body, Entry, Note, NoteTypeId, OnSheet, Role, Show};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline, cloze, plain, walk};
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, fact: &Fact) -> Studied<Note> {
    let text = context.cloze(&fact.text);
    if cloze::numbers(&text).is_empty() && !context.has_error_in(fact.text.span) {
        let diagnostic = Diagnostic::error(Code::NO_CLOZE, fact.text.span, "this fact has no cloze")
            .label("it contains no `{{…}}`")
            .help("mark what the learner must recall: `The harmonic mean of precision and recall is {{F1}}.`");
        context.report(diagnostic);
    }
    let extra = context.optional(fact.extra.as_ref());
    let blanked = cloze::blanked(&text);
    let study = context.studied(meta, || Study {
        faces: vec![face(&text, &blanked, fact.text.span)],
        ..context.study(meta, study::Role::Beside, &[&text, &extra])
    });
    let entry = context.entry(|| Entry {
        section: context.word(Word::Facts).to_owned(),
        mark: String::new(),
        title: Vec::new(),
        sheet: OnSheet::Shared {
            show: Show::Facts,
            caption: Vec::new(),
            body: Body::Part(Role::Answer),
            warns: false,
        },
    });
    let pieces = vec![
        Piece::new(Role::Prompt, "", blanked),
        Piece::new(Role::Answer, "Text", text),
        Piece::new(Role::Answer, "Extra", extra),
        context.see_also(meta),
    ];
    (context.note(Draft { entry, ..Draft::of(meta, NoteTypeId::FACT, pieces) }), study)
}

/// What the sentence asks, and its cloze answers.
pub(super) fn face(text: &Document, blanked: &Document, span: Span) -> Face {
    let mut ask = said(blanked, span);
    let mut hidden = Vec::new();
    walk::inlines(text, &mut |node| {
        if let Inline::Cloze(part) = node {
            // The hint may be a list of options that includes the answer. We stop after a
            // hundred clozes, since nobody learns a sentence with so many.
            if hidden.len() < 100 {
                ask.text = ask.text.replacen(&format!("[{}]", plain::inline(&part.hint)), "[…]", 1);
            }
            let text = plain::inline(&part.answer);
            hidden.push(Hidden {
                number: part.number,
                hinted: !part.hint.is_empty(),
                text,
                span: part.span,
            });
        }
    });
    let words: Vec<&str> = hidden.iter().map(|part| part.text.as_str()).collect();
    Face {
        ask,
        quoted: false,
        asked_around: false,
        options: Vec::new(),
        answer: Said { text: words.join("; "), span },
        lists: Vec::new(),
        hidden,
    }
}

impl Context<'_> {
    /// Whether something within `span` has already been reported.
    fn has_error_in(&self, span: Span) -> bool {
        let within = |place: Span| place.file == span.file && place.start >= span.start && place.end <= span.end;
        self.found.diagnostics.borrow().iter().rev().take(20).any(|diagnostic| diagnostic.span.is_some_and(within))
    }
}
