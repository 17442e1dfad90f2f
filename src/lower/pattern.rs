//! A code pattern: one note; on the cheatsheet it shares a box with its language.

use super::Context;
use super::build::Card;
use super::text::{joined, under};
use crate::content::Pattern;
use crate::deck::{DocumentFace, Gist, Note, NoteTypeId};
use crate::markup::{Document, Inline};

pub(super) fn lower(context: &Context<'_>, pattern: &Pattern) -> Note {
    let span = pattern.id.span;
    let name = context.heading(&pattern.name);
    let code = Document {
        blocks: vec![Context::code(pattern.lang.name(), &pattern.code)],
    };
    let when = context.optional(pattern.when.as_ref());
    let example = Context::example(pattern.lang.name(), pattern.example.as_ref());
    let explain = joined([context.optional(pattern.explain.as_ref()), example]);
    let see_also = context.links(&pattern.see_also);
    let document = DocumentFace {
        section: format!("{} patterns", pattern.lang.title()),
        mark: String::new(),
        title: name.clone(),
        prompt: when.clone(),
        answer: joined([code.clone(), explain.clone(), under("See also", see_also.clone(), span)]),
        gist: Gist::Shared {
            caption: name.clone(),
            body: code.clone(),
            warns: false,
        },
    };
    let language = vec![Inline::text(pattern.lang.title(), span)];
    let card = context.card(Card {
        id: &pattern.id,
        formerly: &pattern.formerly,
        note_type: NoteTypeId::Pattern,
        tags: &pattern.tags,
        difficulty: None,
        fields: vec![
            ("Name", Document::paragraph(name)),
            ("Language", Document::paragraph(language)),
            ("When", when),
            ("Code", code),
            ("Explanation", explain),
            ("See also", see_also),
        ],
    });
    Note {
        id: pattern.id.value.0.clone(),
        span,
        card,
        document,
    }
}
