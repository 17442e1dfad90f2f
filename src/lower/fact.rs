//! A fact: a sentence with clozes, with one card for each number.

use super::Context;
use super::build::Card;
use super::text::joined;
use crate::content::{Fact, Meta};
use crate::deck::{DocumentFace, Gist, Note, NoteTypeId, Show};
use crate::diag::{Code, Diagnostic};
use crate::markup::cloze;
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, fact: &Fact) -> Note {
    let span = meta.id.span;
    let text = context.cloze(&fact.text);
    if cloze::numbers(&text).is_empty() && !context.has_error_in(fact.text.span) {
        let diagnostic = Diagnostic::error(Code::NO_CLOZE, fact.text.span, "this fact has no cloze")
            .label("it contains no `{{…}}`")
            .help("mark what the learner must recall: `The harmonic mean of precision and recall is {{F1}}.`");
        context.report(diagnostic);
    }
    let extra = context.optional(fact.extra.as_ref());
    let see_also = context.links(&meta.see_also);
    let document = context.document(|| DocumentFace {
        section: context.word(Word::Facts).to_owned(),
        mark: String::new(),
        title: Vec::new(),
        prompt: cloze::blanked(&text),
        answer: joined([text.clone(), extra.clone(), context.under(Word::SeeAlso, see_also.clone(), span)]),
        gist: if context.shared.shown.contains(&Show::Facts) {
            Gist::Shared {
                show: Show::Facts,
                caption: Vec::new(),
                body: text.clone(),
                warns: false,
            }
        } else {
            Gist::None
        },
    });
    let card =
        context.card(Card::of(meta, NoteTypeId::FACT, vec![("Text", text), ("Extra", extra), ("See also", see_also)]));
    Note { id: meta.id.value.0.clone(), span, card, document }
}

impl Context<'_> {
    /// Whether something within `span` has already been reported.
    fn has_error_in(&self, span: Span) -> bool {
        let within = |place: Span| place.file == span.file && place.start >= span.start && place.end <= span.end;
        self.diagnostics.borrow().iter().rev().take(20).any(|diagnostic| diagnostic.span.is_some_and(within))
    }
}
