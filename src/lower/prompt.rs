//! Behavioural questions: a table of what interviewers ask and the arc to tell, with a card for
//! each row.

use super::Context;
use super::build::Card;
use super::text::numbered;
use crate::content::{Meta, Prompt};
use crate::deck::{NoteTypeId, Row, Show, Table};
use crate::markup::{Document, Inline};
use crate::source::Span;
use crate::words::Word;

/// The prompts of a file.
pub(super) fn lower(context: &Context<'_>, prompts: &[(&Meta, &Prompt)]) -> Table {
    let span = prompts.first().map_or(context.shared.project_start, |(meta, _)| meta.id.span);
    let head = |word: Word| vec![Inline::text(context.word(word), span)];
    Table {
        id: String::new(),
        show: Show::Prompts,
        span,
        title: head(Word::Prompts),
        columns: vec![head(Word::TheyAsk), head(Word::TellArc)],
        rows: prompts.iter().map(|(meta, prompt)| row(context, meta, prompt)).collect(),
    }
}

fn row(context: &Context<'_>, meta: &Meta, prompt: &Prompt) -> Row {
    context.read_as(&meta.id.value.0);
    let ask = context.text(&prompt.ask);
    let steps: Vec<Document> = prompt.angle.iter().map(|step| context.text(step)).collect();
    let arc = arc(&steps, meta.id.span);
    let card = context.card(Card::of(
        meta,
        NoteTypeId::QUESTION,
        vec![("Question", ask.clone()), ("Answer", numbered(steps)), ("See also", context.links(&meta.see_also))],
    ));
    Row {
        id: meta.id.value.0.clone(),
        cells: vec![ask, arc],
        card: Some(card),
    }
}

/// The steps on one line, or as a list if any of them needs more than a line.
fn arc(steps: &[Document], span: Span) -> Document {
    let lines: Option<Vec<&[Inline]>> = steps.iter().map(Document::as_inlines).collect();
    let Some(lines) = lines else { return numbered(steps.to_vec()) };
    let mut arc = Vec::new();
    for line in lines {
        if !arc.is_empty() {
            arc.push(Inline::text(" → ", span));
        }
        arc.extend(line.to_vec());
    }
    if arc.is_empty() { Document::default() } else { Document::paragraph(arc) }
}
