//! Interview types: one table, with a card for each row.

use super::build::{Draft, Piece};
use super::lesson::face;
use super::text::joined;
use super::{Context, Studied};
use crate::content::{InterviewType, Meta};
use crate::deck::study::{self, Face, Said, Study};
use crate::deck::{NoteTypeId, Role, Row, Show, Table};
use crate::markup::{Document, Inline};
use crate::words::{Part, Word, parts};

/// The interview types of a file, and what the lint reads of each.
pub(super) fn lower(context: &Context<'_>, types: &[(&Meta, &InterviewType)]) -> (Table, Vec<Option<Study>>) {
    let (rows, studies) = types.iter().map(|(meta, kind)| row(&context.of(meta), meta, kind)).unzip();
    let span = types.first().map_or(context.shared.project_start, |(meta, _)| meta.id.span);
    let head = |word: Word| vec![Inline::text(context.word(word), span)];
    let table = Table {
        id: String::new(),
        show: Show::InterviewTypes,
        span,
        title: head(Word::InterviewTypes),
        columns: vec![head(Word::Interview), head(Word::Tests), head(Word::HowToPrepare)],
        rows,
    };
    (table, studies)
}

fn row(context: &Context<'_>, meta: &Meta, kind: &InterviewType) -> Studied<Row> {
    let span = meta.id.span;
    let name = context.heading(&kind.name);
    let (tests, prepare) = (context.text(&kind.tests), context.points(&kind.prepare));
    let study = context.studied(meta, || {
        let ask = Said {
            text: kind.name.value.0.clone(),
            span: kind.name.span,
        };
        Study {
            faces: vec![Face {
                asked_around: true,
                ..face(ask, &tests, kind.tests.span)
            }],
            ..context.study(meta, study::Role::Beside, &[&tests, &prepare])
        }
    });
    let asks = parts(context.word(Word::InterviewAsks)).flat_map(|part| match part {
        Part::Text(text) => vec![Inline::text(text, span)],
        Part::Place(_) => name.clone(),
    });
    let question = asks.collect();
    let answer = joined([tests.clone(), context.under(Word::Prepare, prepare.clone(), span)]);
    let table = vec![Inline::text(context.word(Word::InterviewTypes), span)];
    let pieces = vec![
        Piece::new(Role::Ask, "Question", Document::paragraph(question)),
        Piece::new(Role::Answer, "Answer", answer),
        Piece::new(Role::Card, "Table", Document::paragraph(table)),
        context.see_also(meta),
    ];
    let row = Row {
        id: meta.id.value.0.clone(),
        cells: vec![Document::paragraph(name), tests, prepare],
        note: context.row(Draft::of(meta, NoteTypeId::TABLE_ROW, pieces)),
    };
    (row, study)
}
