//! Advice for a situation: one note. On the cheatsheet it is a line in a box with its
//! neighbours, with things to avoid kept apart from things to do.

use super::Context;
use super::build::Card;
use super::text::joined;
use crate::content::{Meta, Tip};
use crate::deck::{DocumentFace, Gist, Note, NoteTypeId, Show};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline};
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, tip: &Tip) -> Note {
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
    let advice = context.optional(tip.r#do.as_ref().or(tip.dont.as_ref()));
    let why = context.text(&tip.why);
    let say = context.optional(tip.say.as_ref());
    let see_also = context.links(&meta.see_also);
    let ask = context.text(&tip.ask);
    let verb = if warns { Word::Avoid } else { Word::Do };
    let document = context.document(|| DocumentFace {
        section: context.word(if warns { Word::MistakesToAvoid } else { Word::Tactics }).to_owned(),
        mark: String::new(),
        title: title.clone(),
        prompt: ask.clone(),
        answer: joined([
            context.under(verb, advice.clone(), span),
            context.under(Word::Why, why.clone(), span),
            context.under(Word::Say, say.clone(), span),
            context.under(Word::SeeAlso, see_also.clone(), span),
        ]),
        gist: Gist::Shared {
            show: Show::Tips,
            caption: Vec::new(),
            body: Document::paragraph(line(context, title, &say, span)),
            warns,
        },
    });
    let fields = vec![
        ("Situation", ask),
        ("Advice", context.under(verb, advice, span)),
        ("Reason", why),
        ("Say", say),
        ("See also", see_also),
    ];
    let card = context.card(Card::of(meta, NoteTypeId::TIP, fields));
    Note { id: meta.id.value.0.clone(), span, card, document }
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
