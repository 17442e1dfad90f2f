//! Behavioural questions: a table of what interviewers ask and the arc to tell, with a card for
//! each row.

use super::build::{Draft, Piece};
use super::lesson::said;
use super::text::numbered;
use super::{Context, Studied};
use crate::content::{Meta, Prompt};
use crate::deck::study::{self, Face, Said, Study};
use crate::deck::{NoteTypeId, Role, Row, Show, Table};
use crate::markup::{Document, Inline, plain};
use crate::source::Span;
use crate::words::Word;

/// The prompts of a file, and what the lint reads of each.
pub(super) fn lower(context: &Context<'_>, prompts: &[(&Meta, &Prompt)]) -> (Table, Vec<Option<Study>>) {
    let rows = prompts.iter().map(|(meta, prompt)| row(&context.of(meta), meta, prompt));
    let (rows, studies) = rows.unzip();
    let span = prompts.first().map_or(context.shared.project_start, |(meta, _)| meta.id.span);
    let head = |word: Word| vec![Inline::text(context.word(word), span)];
    let table = Table {
        id: String::new(),
        show: Show::Prompts,
        span,
        title: head(Word::Prompts),
        columns: vec![head(Word::TheyAsk), head(Word::TellArc)],
        rows,
    };
    (table, studies)
}

fn row(context: &Context<'_>, meta: &Meta, prompt: &Prompt) -> Studied<Row> {
    let ask = context.text(&prompt.ask);
    let steps: Vec<Document> = prompt.angle.iter().map(|step| context.text(step)).collect();
    let arc = arc(&steps, meta.id.span);
    let study = context.studied(meta, || {
        let texts: Vec<&Document> = std::iter::once(&ask).chain(&steps).collect();
        let told: Vec<String> = steps.iter().map(plain::document).collect();
        let place = prompt.angle.first().map_or(meta.id.span, |first| first.span);
        let face = Face {
            ask: said(&ask, prompt.ask.span),
            quoted: true,
            asked_around: false,
            options: Vec::new(),
            answer: Said { text: told.join("; "), span: place },
            lists: vec![(told.len(), place)],
            hidden: Vec::new(),
        };
        Study {
            faces: vec![face],
            ..context.study(meta, study::Role::Studied, &texts)
        }
    });
    let pieces = vec![
        Piece::new(Role::Ask, "Question", ask.clone()),
        Piece::new(Role::Answer, "Answer", numbered(steps)),
        context.see_also(meta),
    ];
    let row = Row {
        id: meta.id.value.0.clone(),
        cells: vec![ask, arc],
        note: context.row(Draft::of(meta, NoteTypeId::QUESTION, pieces)),
    };
    (row, study)
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
