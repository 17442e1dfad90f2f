//! Kinds of interview: one table, each row a card.

use super::Context;
use super::build::Card;
use super::text::{joined, under};
use crate::content::InterviewType;
use crate::deck::{NoteTypeId, Row, Show, Table};
use crate::markup::{Document, Inline};

/// The interview types of a file.
pub(super) fn lower(context: &Context<'_>, types: &[&InterviewType]) -> Table {
    let span = types.first().map_or(context.shared.project_start, |first| first.id.span);
    let head = |text: &str| vec![Inline::text(text, span)];
    Table {
        id: String::new(),
        show: Show::InterviewTypes,
        span,
        title: head("Kinds of interview"),
        columns: vec![head("Interview"), head("What it tests"), head("How to prepare")],
        rows: types.iter().map(|kind| row(context, kind)).collect(),
    }
}

fn row(context: &Context<'_>, kind: &InterviewType) -> Row {
    context.read_as(&kind.id.value.0);
    let span = kind.id.span;
    let name = context.heading(&kind.name);
    let (tests, prepare) = (context.text(&kind.tests), context.points(&kind.prepare));
    let mut question = name.clone();
    question.push(Inline::text(": what does this interview test, and how do you prepare?", span));
    let card = context.card(Card {
        id: &kind.id,
        formerly: &kind.formerly,
        note_type: NoteTypeId::TableRow,
        tags: &kind.tags,
        difficulty: None,
        fields: vec![
            ("Question", Document::paragraph(question)),
            ("Answer", joined([tests.clone(), under("Prepare", prepare.clone(), span)])),
            ("Table", Document::paragraph(vec![Inline::text("Kinds of interview", span)])),
            ("See also", context.links(&kind.see_also)),
        ],
    });
    Row {
        id: kind.id.value.0.clone(),
        cells: vec![Document::paragraph(name), tests, prepare],
        card: Some(card),
    }
}
