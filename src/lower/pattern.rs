//! A code pattern: one note; on the cheatsheet, it shares a box with other patterns in its language.

use super::Context;
use super::build::Card;
use super::text::joined;
use crate::content::{Meta, Pattern};
use crate::deck::{DocumentFace, Gist, Note, NoteTypeId, Show};
use crate::markup::{Document, Inline, highlight};
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, pattern: &Pattern) -> Note {
    let span = meta.id.span;
    let name = context.heading(&pattern.name);
    let lang = context.lang(&pattern.lang);
    let code = Document { blocks: vec![context.code(lang, &pattern.code)] };
    let when = context.optional(pattern.when.as_ref());
    let example = context.example(lang, pattern.example.as_ref());
    let explain = joined([context.optional(pattern.explain.as_ref()), example]);
    let see_also = context.links(&meta.see_also);
    let document = context.document(|| DocumentFace {
        section: context.shared.words.fill(Word::Patterns, &[("language", highlight::title(lang))]),
        mark: String::new(),
        title: name.clone(),
        prompt: when.clone(),
        answer: joined([code.clone(), explain.clone(), context.under(Word::SeeAlso, see_also.clone(), span)]),
        gist: Gist::Shared {
            show: Show::Patterns,
            caption: name.clone(),
            body: code.clone(),
            warns: false,
        },
    });
    let language = vec![Inline::text(highlight::title(lang), span)];
    let fields = vec![
        ("Name", Document::paragraph(name)),
        ("Language", Document::paragraph(language)),
        ("When", when),
        ("Code", code),
        ("Explanation", explain),
        ("See also", see_also),
    ];
    let card = context.card(Card::of(meta, NoteTypeId::PATTERN, fields));
    Note { id: meta.id.value.0.clone(), span, card, document }
}
