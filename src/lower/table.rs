//! A comparison table; its rows, columns and cells may be cards.

mod cards;

use std::collections::BTreeMap;

use super::lesson::{face, said};
use super::text::joined;
use super::{Context, Studied};
use crate::content::{self, Labelled, Markdown, Meta, Pairs, Spanned};
use crate::deck::study::{self, Face, Said, Study};
use crate::deck::{Row, Show, Table};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline, plain};
use crate::similar;
use crate::source::Span;
use cards::{Asked, Cards, ROW};

pub(super) fn lower(context: &Context<'_>, meta: &Meta, table: &content::Table) -> Studied<Table> {
    let span = meta.id.span;
    let lowered = Table {
        id: meta.id.value.0.clone(),
        show: Show::Tables,
        span,
        title: context.heading(&table.title),
        columns: table.columns.iter().map(|head| self::head(context, &head.value)).collect(),
        rows: Vec::new(),
    };
    let cards = Cards::new(context, (meta, table), &lowered);
    let mut ids = BTreeMap::new();
    columns(context, table, &mut ids);
    let columns = ids.clone();
    let rows = table.rows.iter().filter_map(|source| row(context, (meta, table), &cards, source, &mut ids));
    let mut rows: Vec<Row> = rows.collect();
    let whole = rows.len() == table.rows.len();
    let asked = if whole { cards.asked(&rows) } else { Vec::new() };
    let study = context.studied(meta, || self::study(context, meta, table, &rows, &asked));
    ids.retain(|id, _| !columns.contains_key(id));
    named(context, meta, ("row", [&table.renamed_rows, &table.retired_rows]), &ids);
    named(context, meta, ("column", [&table.renamed_columns, &table.retired_columns]), &columns);
    for asked in asked {
        cards.note(asked);
    }
    let retired = table.retired_rows.0.iter().map(|(name, release)| (row_id(meta, &name.value), release));
    let retired: BTreeMap<String, &Markdown> = retired.collect();
    for row in rows.extract_if(.., |row| retired.contains_key(&row.id)) {
        let Some((note, release)) = row.note.zip(retired.get(&row.id)) else { continue };
        context.retire(note, &release.value.0, release.span);
    }
    (Table { rows, ..lowered }, study)
}

/// What its cards ask. The lint reads a table only if there is no error in it, so that each row of the source is there.
fn study(context: &Context<'_>, meta: &Meta, table: &content::Table, rows: &[Row], asked: &[Asked<'_>]) -> Study {
    let cards = table.cards.unwrap_or_default();
    let texts: Vec<&Document> = rows.iter().flat_map(|row| &row.cells).collect();
    let sentence = cards::ask_of_rows(table);
    let faces = table.rows.iter().zip(rows).filter(|_| cards.row).filter_map(|(source, row)| {
        let (first, rest) = row.cells.split_first()?;
        let answer = joined(rest.iter().cloned());
        let text = match sentence {
            Some(ask) => ask.value.0.replace(ROW, &plain::document(first)),
            None => format!("{}: {}", table.title.value.0, plain::document(first)),
        };
        let span = source.value.first()?.span;
        // Without `ask`, the front has the heads of the other columns.
        Some(Face {
            asked_around: sentence.is_none(),
            ..face(Said { text, span }, &answer, span)
        })
    });
    let others = asked.iter().filter(|asked| asked.retired.is_none()).map(|asked| {
        let said = said(&asked.ask, asked.span);
        let text = if asked.is_sentence { said.text } else { format!("{}: {}", table.title.value.0, said.text) };
        Face {
            asked_around: !asked.is_sentence,
            ..face(Said { text, ..said }, &asked.answer, asked.span)
        }
    });
    let role = if cards == content::TableCards::default() { study::Role::Beside } else { study::Role::Studied };
    Study {
        faces: faces.chain(others).collect(),
        ..context.study(meta, role, &texts)
    }
}

fn row_id(meta: &Meta, row: &str) -> String {
    format!("{}-{row}", meta.id.value.0)
}

/// Collects the ids of the columns; reports one that is missing and one that is there twice.
fn columns(context: &Context<'_>, table: &content::Table, ids: &mut BTreeMap<String, Span>) {
    let needs = table.cards.unwrap_or_default().by_column();
    for (at, head) in table.columns.iter().enumerate() {
        match &head.label {
            Some(label) => unique(context, label, "column", ids),
            None if needs && at > 0 && !head.value.value.trim().is_empty() => {
                let place = head.value.span;
                let diagnostic = Diagnostic::error(
                    Code::ROW_WITHOUT_ID,
                    place,
                    "this column is part of cards, but has no id",
                )
                .label("a column without an id")
                .help("write it as `column-id: Head`: the id keeps a learner's history when you add or edit columns");
                context.report(diagnostic);
            }
            None => {}
        }
    }
}

/// Reports an id that is there already.
fn unique(context: &Context<'_>, label: &Spanned<String>, what: &str, ids: &mut BTreeMap<String, Span>) {
    let Some(first) = ids.insert(label.value.clone(), label.span) else { return };
    let message = format!("two parts of this table are called `{}`", label.value);
    let diagnostic = Diagnostic::error(Code::DUPLICATE_ID, label.span, message)
        .label(format!("second one, a {what}"))
        .also(first, "first one")
        .help("give one of them a different id; learners' history depends on ids");
    context.report(diagnostic);
}

/// With more unknown names than this, we stop making suggestions.
const SEARCHES: usize = 100;

/// Reports the names of rows or columns in `lists` that the table doesn't have.
fn named(context: &Context<'_>, meta: &Meta, (what, lists): (&str, [&Pairs; 2]), there: &BTreeMap<String, Span>) {
    let unknown = lists.iter().flat_map(|list| &list.0).filter(|(name, _)| !there.contains_key(&name.value));
    for (at, (name, _)) in unknown.enumerate() {
        let near = (at < SEARCHES).then(|| similar::name(&name.value, there.keys().map(String::as_str))).flatten();
        let message = format!("this table has no {what} `{}`", name.value);
        let diagnostic = Diagnostic::error(Code::UNKNOWN_ROW, name.span, message)
            .also(meta.id.span, "this table")
            .meant(name.span, near, format!("no such {what}"))
            .help(format!("write the {what}'s current id before the colon: `{what}-id: …`"));
        context.report(diagnostic);
    }
}

fn row(
    context: &Context<'_>,
    (meta, table): (&Meta, &content::Table),
    makes: &Cards<'_>,
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
    if let Some(label) = label {
        unique(context, label, "row", ids);
    }
    let cards = table.cards.unwrap_or_default();
    if label.is_none() && (cards.row || cards.cell) {
        let diagnostic = Diagnostic::error(Code::ROW_WITHOUT_ID, place, "this row becomes a card, but has no id")
            .label("a row without an id")
            .help("write it as `row-id: [cells]`: the id keeps a learner's history when you add or edit rows");
        context.report(diagnostic);
    }
    let note = label.filter(|_| cards.row).map(|label| makes.row(label, &cells));
    let id = label.map(|label| row_id(meta, &label.value)).unwrap_or_default();
    Some(Row { id, cells, note })
}

/// A column's head, which may be empty.
fn head(context: &Context<'_>, head: &Spanned<String>) -> Vec<Inline> {
    if head.value.trim().is_empty() {
        return Vec::new();
    }
    context.line(&head.value, head.span, head.style)
}
