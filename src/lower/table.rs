//! A comparison table; each row may be a card.

use std::collections::BTreeMap;

use super::build::{Draft, Piece};
use super::lesson::face;
use super::text::{bullets, joined, led};
use super::{Context, Studied};
use crate::content::{self, Labelled, Markdown, Meta, Spanned, TableCards, Title};
use crate::deck::study::{self, Said, Study};
use crate::deck::{Note, NoteTypeId, Role, Row, Show, Table};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Block, Document, Inline, plain};
use crate::similar;
use crate::source::Span;
use crate::words::{Part, Word, parts};

pub(super) fn lower(context: &Context<'_>, meta: &Meta, table: &content::Table) -> Studied<Table> {
    let span = meta.id.span;
    let lowered = Table {
        id: meta.id.value.0.clone(),
        show: Show::Tables,
        span,
        title: context.heading(&table.title),
        columns: table.columns.iter().map(|head| self::head(context, head)).collect(),
        rows: Vec::new(),
    };
    let mut ids = BTreeMap::new();
    let rows = table.rows.iter().filter_map(|source| row(context, (meta, table), &lowered, source, &mut ids));
    let mut rows: Vec<Row> = rows.collect();
    if let Some(mistake) = table.ask.as_ref().and_then(|ask| bad_ask(table, ask)) {
        context.report(mistake);
    }
    let study = context.studied(meta, || self::study(context, meta, table, &rows));
    for (name, _) in table.renamed_rows.0.iter().chain(&table.retired_rows.0) {
        if !ids.contains_key(&name.value) {
            context.report(unknown_row(meta, table, name));
        }
    }
    for (name, release) in &table.retired_rows.0 {
        let id = row_id(meta, &name.value);
        let gone = rows.extract_if(.., |row| row.id == id);
        gone.filter_map(|row| row.note).for_each(|note| context.retire(note, &release.value.0, release.span));
    }
    (Table { rows, ..lowered }, study)
}

/// If rows are cards, each asks for its other cells. The lint reads a table only if there is no error in it, so that
/// each row of the source is there.
fn study(context: &Context<'_>, meta: &Meta, table: &content::Table, rows: &[Row]) -> Study {
    let asks = matches!(table.cards, Some(TableCards::Row));
    let texts: Vec<&Document> = rows.iter().flat_map(|row| &row.cells).collect();
    let faces = table.rows.iter().zip(rows).filter(|_| asks).filter_map(|(source, row)| {
        let (first, rest) = row.cells.split_first()?;
        let answer = joined(rest.iter().cloned());
        let text = match &table.ask {
            Some(ask) => ask.value.0.replace(ROW, &plain::document(first)),
            None => format!("{}: {}", table.title.value.0, plain::document(first)),
        };
        let span = source.value.first()?.span;
        Some(face(Said { text, span }, &answer, span))
    });
    let role = if asks { study::Role::Studied } else { study::Role::Beside };
    Study {
        faces: faces.collect(),
        ..context.study(meta, role, &texts)
    }
}

fn row_id(meta: &Meta, row: &str) -> String {
    format!("{}-{row}", meta.id.value.0)
}

fn unknown_row(meta: &Meta, table: &content::Table, name: &Spanned<String>) -> Diagnostic {
    let message = format!("this table has no row `{}`", name.value);
    let labels = table.rows.iter().filter_map(|row| row.label.as_ref());
    let near = similar::name(&name.value, labels.map(|label| label.value.as_str()));
    Diagnostic::error(Code::UNKNOWN_ROW, name.span, message)
        .also(meta.id.span, "this table")
        .meant(name.span, near, "no such row")
        .help("write the row's current id before the colon: `row-id: …`")
}

fn row(
    context: &Context<'_>,
    (meta, table): (&Meta, &content::Table),
    lowered: &Table,
    source: &Labelled<Vec<Markdown>>,
    ids: &mut BTreeMap<String, Span>,
) -> Option<Row> {
    let place = source.label.as_ref().map(|label| label.span);
    let place = place.or_else(|| source.value.first().map(|cell| cell.span)).unwrap_or(meta.id.span);
    let (want, got) = (table.columns.len(), source.value.len());
    if want != got {
        let message =
            format!("this row has {got} {}, but the table has {want} columns", if got == 1 { "cell" } else { "cells" });
        let diagnostic = Diagnostic::error(Code::ROW_LENGTH, place, message)
            .label("this row")
            .also(meta.id.span, "this table")
            .help("write one cell per column; `\"\"` is an empty cell");
        context.report(diagnostic);
        return None;
    }
    let cells: Vec<Document> = source.value.iter().map(|cell| context.text(cell)).collect();
    let label = source.label.as_ref();
    if let Some(label) = label
        && let Some(first) = ids.insert(label.value.clone(), label.span)
    {
        let diagnostic =
            Diagnostic::error(Code::DUPLICATE_ID, label.span, format!("two rows are called `{}`", label.value))
                .label("second row")
                .also(first, "first row")
                .help("give one of them a different id; learners' history depends on ids");
        context.report(diagnostic);
    }
    let note = match (table.cards.unwrap_or(TableCards::None), label) {
        (TableCards::None, _) => None,
        (TableCards::Row, None) => {
            let diagnostic = Diagnostic::error(Code::ROW_WITHOUT_ID, place, "this row becomes a card, but has no id")
                .label("a row without an id")
                .help("write it as `row-id: [cells]`: the id keeps a learner's history when you add or edit rows");
            context.report(diagnostic);
            None
        }
        (TableCards::Row, Some(label)) => {
            Some(self::note(context, (meta, table), lowered, &label.value, label.span, &cells))
        }
    };
    let id = label.map(|label| row_id(meta, &label.value)).unwrap_or_default();
    Some(Row { id, cells, note })
}

/// The front names the table and the row, the back lists the other columns.
fn note(
    context: &Context<'_>,
    (meta, table): (&Meta, &content::Table),
    lowered: &Table,
    row: &str,
    span: Span,
    cells: &[Document],
) -> Note {
    let answer = |(head, cell): (&Vec<Inline>, &Document)| {
        if head.is_empty() {
            return cell.clone();
        }
        led(context.label(vec![Inline::Strong(head.clone())], span), cell.clone())
    };
    let answers: Vec<Document> = lowered.columns.iter().zip(cells).skip(1).map(answer).collect();
    let answer = if answers.len() == 1 { cells[1].clone() } else { bullets(answers) };
    let ask = match &table.ask {
        Some(ask) => asked(context, ask, cells, span),
        None => question(context, lowered, cells, span),
    };
    let former = table.renamed_rows.0.iter().find(|(name, _)| name.value == row);
    context.part(
        row,
        &former.map(|(_, old)| old.value.0.trim()).into_iter().collect::<Vec<_>>(),
        span,
        Draft::of(
            meta,
            NoteTypeId::TABLE_ROW,
            vec![
                Piece::new(Role::Ask, "Question", ask),
                Piece::new(Role::Answer, "Answer", answer),
                Piece::new(Role::Card, "Table", Document::paragraph(lowered.title.clone())),
                context.see_also(meta),
            ],
        ),
    )
}

/// What stands for the first cell of a row in a table's `ask`.
const ROW: &str = "{row}";

fn bad_ask(table: &content::Table, ask: &Title) -> Option<Diagnostic> {
    let bad = |message: &str| Diagnostic::error(Code::BAD_VALUE, ask.span, message);
    if table.cards != Some(TableCards::Row) {
        let diagnostic = bad("no row of this table is a card").label("nothing asks it");
        return Some(diagnostic.help("write `cards: row`, or remove `ask`"));
    }
    let names = ask.value.0.contains(ROW);
    (!names).then(|| {
        bad("every row would ask the same")
            .label("no `{row}` in it")
            .help("write `{row}` where the row's first cell belongs")
    })
}

/// The question of a row, in the words of the table.
fn asked(context: &Context<'_>, ask: &Title, cells: &[Document], span: Span) -> Document {
    let first = cells.first().map(|cell| cell.blocks.as_slice()).unwrap_or_default();
    let [Block::Paragraph(row)] = first else {
        let diagnostic = Diagnostic::error(Code::BAD_VALUE, span, "the first cell of this row is not one line")
            .label("this row")
            .also(ask.span, "the question that it belongs to")
            .help("shorten the cell, or remove `ask`: the card then shows the cell as it is");
        context.report(diagnostic);
        return Document::default();
    };
    Document::paragraph(filled(context.heading(ask), row))
}

/// `nodes` with `row` in each place that stands for it.
fn filled(nodes: Vec<Inline>, row: &[Inline]) -> Vec<Inline> {
    let mut content = Vec::new();
    for node in nodes {
        match node {
            Inline::Text { text, span } => {
                for (at, text) in text.split(ROW).enumerate() {
                    if at > 0 {
                        content.extend(row.iter().cloned());
                    }
                    if !text.is_empty() {
                        content.push(Inline::text(text, span));
                    }
                }
            }
            Inline::Strong(within) => content.push(Inline::Strong(filled(within, row))),
            Inline::Emphasis(within) => content.push(Inline::Emphasis(filled(within, row))),
            other => content.push(other),
        }
    }
    content
}

/// The row's first cell, whatever its blocks, and the heads of the other columns if there are several.
fn question(context: &Context<'_>, table: &Table, cells: &[Document], span: Span) -> Document {
    let first = cells.first().cloned().unwrap_or_default();
    if table.columns.len() <= 2 {
        return first;
    }
    let mut heads = Vec::new();
    for head in table.columns.iter().skip(1).filter(|head| !head.is_empty()) {
        if !heads.is_empty() {
            heads.push(Inline::text(context.shared.words.between(Word::Listed), span));
        }
        heads.extend(head.iter().cloned());
    }
    let row = match first.blocks.as_slice() {
        [Block::Paragraph(content)] => Some(content),
        _ => None,
    };
    let mut asks = Vec::new();
    for part in parts(context.word(Word::RowAsks)) {
        match part {
            Part::Text(text) => asks.push(Inline::text(text, span)),
            Part::Place("row") => asks.extend(row.into_iter().flatten().cloned()),
            Part::Place(_) => asks.append(&mut heads),
        }
    }
    if row.is_some() {
        return Document::paragraph(asks);
    }
    // If the first cell is more than a paragraph, it goes above, so a leading colon would
    // follow nothing.
    if let Some(Inline::Text { text, .. }) = asks.first_mut() {
        *text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：')).to_owned();
        if text.is_empty() {
            asks.remove(0);
        }
    }
    joined([first, Document::paragraph(asks)])
}

/// A column's head, which may be empty.
fn head(context: &Context<'_>, head: &Spanned<String>) -> Vec<Inline> {
    if head.value.trim().is_empty() {
        return Vec::new();
    }
    context.line(&head.value, head.span, head.style)
}
