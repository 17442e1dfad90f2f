//! A code pattern: one note; on the cheatsheet, it shares a box with other patterns in its language.

use super::build::{Draft, Piece};
use super::lesson::face;
use super::{Context, Studied};
use crate::content::{Meta, Pattern};
use crate::deck::study::{self, Face, Said, Study};
use crate::deck::{Body, Entry, Note, NoteTypeId, OnSheet, Role, Show};
use crate::markup::{Document, Inline, highlight};
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, pattern: &Pattern) -> Studied<Note> {
    let span = meta.id.span;
    let name = context.heading(&pattern.name);
    let lang = context.lang(&pattern.lang);
    let code = Document { blocks: vec![context.code(lang, &pattern.code)] };
    let when = context.optional(pattern.when.as_ref());
    let example = context.example(lang, pattern.example.as_ref());
    let explain = context.optional(pattern.explain.as_ref());
    let study = context.studied(meta, || {
        let ask = Said {
            text: pattern.name.value.0.clone(),
            span: pattern.name.span,
        };
        let place = pattern.when.as_ref().map_or(span, |when| when.span);
        Study {
            faces: vec![Face { asked_around: true, ..face(ask, &when, place) }],
            ..context.study(meta, study::Role::Studied, &[&when, &code, &explain])
        }
    });
    let entry = context.entry(|| Entry {
        section: context.shared.words.fill(Word::Patterns, &[("language", highlight::title(lang))]),
        mark: String::new(),
        title: name.clone(),
        sheet: OnSheet::Shared {
            show: Show::Patterns,
            caption: name.clone(),
            body: Body::Part(Role::Code),
            warns: false,
        },
    });
    let language = vec![Inline::text(highlight::title(lang), span)];
    let pieces = vec![
        Piece::new(Role::Card, "Name", Document::paragraph(name)),
        Piece::new(Role::Card, "Language", Document::paragraph(language)),
        Piece::new(Role::Prompt, "When", when),
        Piece::new(Role::Code, "Code", code),
        Piece::new(Role::Answer, "Explanation", explain),
        Piece::new(Role::Answer, "Explanation", example),
        context.see_also(meta),
    ];
    (
        context.note(Draft {
            entry,
            ..Draft::of(meta, NoteTypeId::PATTERN, pieces)
        }),
        study,
    )
}
