//! A STAR story: one note. It is for telling, so it isn't on the cheatsheet.

use super::build::{Draft, Piece};
use super::text::{bullets, led};
use super::{Context, Studied};
use crate::content::{Beats, Markdown, Meta, Story, StoryAnswer};
use crate::deck::study::{self, Said};
use crate::deck::{Entry, Note, NoteTypeId, OnSheet, Role};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline, plain};
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, story: &Story) -> Studied<Note> {
    let title = context.heading(&story.title);
    let prompts = bullets(story.answers.iter().filter_map(|answer| self::answer(context, answer)).collect());
    let beats = [&story.situation, &story.task, &story.action, &story.result].map(|beat| context.text(beat));
    let short = bullets(story.short.iter().flat_map(|short| self::beats(context, short)).collect());
    let figures = context.points(&story.metrics);
    let study = context.studied(meta, || {
        let texts: Vec<&Document> = beats.iter().chain([&short, &figures]).collect();
        let outcome = Said {
            text: format!("{} {}", plain::document(&beats[3]), plain::document(&figures)),
            span: story.result.span,
        };
        let mut study = context.study(meta, study::Role::Studied, &texts);
        study.outcome = Some(outcome);
        study.links.extend(story.answers.iter().map(|answer| answer.prompt.value.0.clone()));
        study
    });
    let entry = context.entry(|| Entry {
        section: context.word(Word::Stories).to_owned(),
        mark: String::new(),
        title: title.clone(),
        sheet: OnSheet::None,
    });
    let [situation, task, action, result] = beats;
    let pieces = vec![
        Piece::new(Role::Card, "Title", Document::paragraph(title)),
        Piece::new(Role::Prompt, "Prompts", prompts).under(Word::ToldFor),
        Piece::new(Role::Short, "In short", short),
        Piece::new(Role::Answer, "Situation", situation).under(Word::Situation),
        Piece::new(Role::Answer, "Task", task).under(Word::Task),
        Piece::new(Role::Answer, "Action", action).under(Word::Action),
        Piece::new(Role::Answer, "Result", result).under(Word::Result),
        Piece::new(Role::Answer, "Metrics", figures).under(Word::Figures),
        context.see_also(meta),
    ];
    (
        context.note(Draft {
            entry,
            ..Draft::of(meta, NoteTypeId::STORY, pieces)
        }),
        study,
    )
}

/// Each beat in a line, after its name.
fn beats(context: &Context<'_>, short: &Beats) -> Vec<Document> {
    let beat = |name: Word, text: &Markdown| {
        let name = vec![Inline::Strong(vec![Inline::text(context.word(name), text.span)])];
        led(context.label(name, text.span), context.text(text))
    };
    vec![
        beat(Word::Situation, &short.situation),
        beat(Word::Task, &short.task),
        beat(Word::Action, &short.action),
        beat(Word::Result, &short.result),
    ]
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
