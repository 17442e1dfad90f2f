//! Advice for a situation: one note. On the cheatsheet it is a line in a box with its
//! neighbours, with things to avoid kept apart from things to do.

use super::build::{Draft, Piece};
use super::lesson::{face, said};
use super::{Context, Studied};
use crate::content::{Meta, Tip};
use crate::deck::study::{self, Face, Study};
use crate::deck::{Body, Entry, Note, NoteTypeId, OnSheet, Role, Show};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline};
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, tip: &Tip) -> Studied<Note> {
    let span = meta.id.span;
    if tip.r#do.is_some() == tip.dont.is_some() {
        let diagnostic =
            Diagnostic::error(Code::BAD_TIP, span, "a tip says either what to do or what not to do, not both")
                .label("this one has both or neither of `do` and `dont`")
                .help("give it exactly one of `do:` and `dont:`");
        context.report(diagnostic);
    }
    let warns = tip.dont.is_some();
    let title = context.heading(&tip.title);
    let advised = tip.r#do.as_ref().or(tip.dont.as_ref());
    let advice = context.optional(advised);
    let why = context.text(&tip.why);
    let say = context.optional(tip.say.as_ref());
    let ask = context.text(&tip.ask);
    let verb = if warns { Word::Avoid } else { Word::Do };
    let study = context.studied(meta, || Study {
        // A situation asks what to do in it.
        faces: vec![Face {
            asked_around: true,
            ..face(said(&ask, tip.ask.span), &advice, advised.map_or(span, |advice| advice.span))
        }],
        ..context.study(meta, study::Role::Beside, &[&ask, &advice, &why, &say])
    });
    let entry = context.entry(|| Entry {
        section: context.word(if warns { Word::MistakesToAvoid } else { Word::Tactics }).to_owned(),
        mark: String::new(),
        title: title.clone(),
        sheet: OnSheet::Shared {
            show: Show::Tips,
            caption: Vec::new(),
            body: Body::Brief(Document::paragraph(line(context, title, &say, span))),
            warns,
        },
    });
    let pieces = vec![
        Piece::new(Role::Prompt, "Situation", ask),
        Piece::new(Role::Answer, "Advice", context.under(verb, advice, span)),
        Piece::new(Role::Answer, "Reason", why).under(Word::Why),
        Piece::new(Role::Answer, "Say", say).under(Word::Say),
        context.see_also(meta),
    ];
    (context.note(Draft { entry, ..Draft::of(meta, NoteTypeId::TIP, pieces) }), study)
}

/// The title, followed by what to say if that is a single line.
fn line(context: &Context<'_>, title: Vec<Inline>, say: &Document, span: Span) -> Vec<Inline> {
    let mut line = vec![Inline::Strong(title)];
    if let Some(say) = say.as_inlines() {
        line = context.label(line, span);
        line.push(Inline::Emphasis(say.to_vec()));
    }
    line
}
