//! Interview types: one table, with a card for each row.

use super::Context;
use super::build::Card;
use super::text::joined;
use crate::content::{InterviewType, Meta};
use crate::deck::{NoteTypeId, Row, Show, Table};
use crate::markup::{Document, Inline};
use crate::words::{Part, Word, parts};

/// The interview types of a file.
pub(super) fn lower(context: &Context<'_>, types: &[(&Meta, &InterviewType)]) -> Table {
    let span = types.first().map_or(context.shared.project_start, |(meta, _)| meta.id.span);
    let head = |word: Word| vec![Inline::text(context.word(word), span)];
    Table {
        id: String::new(),
        show: Show::InterviewTypes,
        span,
        title: head(Word::InterviewTypes),
        columns: vec![head(Word::Interview), head(Word::Tests), head(Word::HowToPrepare)],
        rows: types.iter().map(|(meta, kind)| row(context, meta, kind)).collect(),
    }
}

fn row(context: &Context<'_>, meta: &Meta, kind: &InterviewType) -> Row {
    context.read_as(&meta.id.value.0);
    let span = meta.id.span;
    let name = context.heading(&kind.name);
    let (tests, prepare) = (context.text(&kind.tests), context.points(&kind.prepare));
    let asks = parts(context.word(Word::InterviewAsks)).flat_map(|part| match part {
        Part::Text(text) => vec![Inline::text(text, span)],
        Part::Place(_) => name.clone(),
    });
    let question = asks.collect();
    let fields = vec![
        ("Question", Document::paragraph(question)),
        ("Answer", joined([tests.clone(), context.under(Word::Prepare, prepare.clone(), span)])),
        ("Table", Document::paragraph(vec![Inline::text(context.word(Word::InterviewTypes), span)])),
        ("See also", context.links(&meta.see_also)),
    ];
    let card = context.card(Card::of(meta, NoteTypeId::TABLE_ROW, fields));
    Row {
        id: meta.id.value.0.clone(),
        cells: vec![Document::paragraph(name), tests, prepare],
        card: Some(card),
    }
}
