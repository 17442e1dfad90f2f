//! A STAR story: one note. It is for telling, so it isn't on the cheatsheet.

use super::Context;
use super::build::Card;
use super::text::{bullets, joined, led};
use crate::content::{Meta, Story, StoryAnswer};
use crate::deck::{DocumentFace, Gist, Note, NoteTypeId};
use crate::diag::{Code, Diagnostic};
use crate::markup::Document;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, story: &Story) -> Note {
    let span = meta.id.span;
    let title = context.heading(&story.title);
    let prompts = bullets(story.answers.iter().filter_map(|answer| self::answer(context, answer)).collect());
    let parts = [
        ("Situation", context.text(&story.situation)),
        ("Task", context.text(&story.task)),
        ("Action", context.text(&story.action)),
        ("Result", context.text(&story.result)),
    ];
    let metrics = context.points(&story.metrics);
    let see_also = context.links(&meta.see_also);
    let headings = [Word::Situation, Word::Task, Word::Action, Word::Result];
    let told = headings.into_iter().zip(parts.clone());
    let told = told.map(|(heading, (_, part))| context.under(heading, part, span));
    let rest =
        [context.under(Word::Figures, metrics.clone(), span), context.under(Word::SeeAlso, see_also.clone(), span)];
    let document = context.document(|| DocumentFace {
        section: context.word(Word::Stories).to_owned(),
        mark: String::new(),
        title: title.clone(),
        prompt: context.under(Word::ToldFor, prompts.clone(), span),
        answer: joined(told.chain(rest)),
        gist: Gist::None,
    });
    let mut fields =
        vec![("Title", Document::paragraph(title)), ("Prompts", prompts), ("Metrics", metrics), ("See also", see_also)];
    fields.extend(parts);
    let card = context.card(Card::of(meta, NoteTypeId::STORY, fields));
    Note { id: meta.id.value.0.clone(), span, card, document }
}

fn answer(context: &Context<'_>, answer: &StoryAnswer) -> Option<Document> {
    let id = &answer.prompt.value.0;
    let link = context.link(&answer.prompt)?;
    if !context.shared.index.is_prompt(id) {
        let diagnostic = Diagnostic::error(Code::NOT_A_PROMPT, answer.prompt.span, format!("`{id}` is not a prompt"))
            .label("a story answers prompts")
            .help("use the id of an item in a `prompts:` list");
        context.report(diagnostic);
    }
    let Some(angle) = &answer.angle else { return Some(Document::paragraph(vec![link])) };
    Some(led(context.label(vec![link], answer.prompt.span), context.text(angle)))
}
