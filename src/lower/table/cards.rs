//! The cards of a table: one for a row, a column or a cell, each asked in the author's words or in ours.

use std::collections::BTreeMap;

use crate::content::{self, Markdown, Meta, Pairs, Spanned, TableAsk, Title};
use crate::deck::{Note, NoteTypeId, Role, Row, Table};
use crate::diag::{Code, Diagnostic};
use crate::lower::Context;
use crate::lower::build::{Draft, Piece};
use crate::lower::text::{bullets, joined, led};
use crate::markup::{Block, Document, Inline};
use crate::source::Span;
use crate::words::{Part, Word, parts};

/// What stands for the first cell of a row in an author's question.
pub(super) const ROW: &str = "{row}";
/// What stands for the head of a column.
const COLUMN: &str = "{column}";

/// What makes the cards of a table.
pub(super) struct Cards<'a> {
    context: &'a Context<'a>,
    meta: &'a Meta,
    table: &'a content::Table,
    /// The same for documents, still without rows.
    lowered: &'a Table,
    asks: Asks,
    rows: Changes<'a>,
    columns: Changes<'a>,
}

impl<'a> Cards<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        (meta, table): (&'a Meta, &'a content::Table),
        lowered: &'a Table,
    ) -> Self {
        Self {
            context,
            meta,
            table,
            lowered,
            asks: Asks::new(context, table),
            rows: Changes::new(&table.renamed_rows, &table.retired_rows),
            columns: Changes::new(&table.renamed_columns, &table.retired_columns),
        }
    }
}

/// The author's questions, parsed.
#[derive(Default)]
struct Asks {
    row: Option<Sentence>,
    column: Option<Sentence>,
    cell: Option<Sentence>,
}

/// A question with places in it.
struct Sentence {
    content: Vec<Inline>,
    span: Span,
}

impl Asks {
    /// Reports a question that no card asks, or that is the same for several.
    fn new(context: &Context<'_>, table: &content::Table) -> Self {
        let cards = table.cards.unwrap_or_default();
        let kinds = [("row", cards.row), ("column", cards.column), ("cell", cards.cell)];
        let Some(ask) = &table.ask else { return Self::default() };
        let given = match ask {
            TableAsk::All(title) => match kinds.iter().filter(|(_, are_cards)| *are_cards).count() {
                1 => kinds.map(|(_, are_cards)| are_cards.then_some(title)),
                0 => {
                    let diagnostic = bad(title, "no part of this table is a card").label("nothing asks it");
                    context.report(diagnostic.help("write `cards: row`, or remove `ask`"));
                    [None; 3]
                }
                _ => {
                    let diagnostic =
                        bad(title, "this table has several kinds of cards").label("which of them asks it?");
                    context.report(diagnostic.help("write a mapping, such as `ask: {row: …, cell: …}`"));
                    [None; 3]
                }
            },
            TableAsk::Each(asks) => [asks.row.as_ref(), asks.column.as_ref(), asks.cell.as_ref()],
        };
        let several = table.columns.len() > 2;
        let mut sentences = kinds.into_iter().zip(given).map(|((kind, are_cards), given)| {
            let title = given?;
            let places = match kind {
                "row" => &[ROW][..],
                "column" => &[COLUMN],
                _ if several => &[ROW, COLUMN],
                _ => &[ROW],
            };
            let problem = if are_cards { same(title, kind, places) } else { Some(idle(title, kind)) };
            context.report_all(problem);
            Some(Sentence { content: context.heading(title), span: title.span })
        });
        let mut next = || sentences.next().flatten();
        Self { row: next(), column: next(), cell: next() }
    }
}

/// The author's question for the cards of rows.
pub(super) fn ask_of_rows(table: &content::Table) -> Option<&Title> {
    match table.ask.as_ref()? {
        TableAsk::All(title) => Some(title),
        TableAsk::Each(asks) => asks.row.as_ref(),
    }
}

fn bad(title: &Title, message: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_VALUE, title.span, message)
}

fn idle(title: &Title, kind: &str) -> Diagnostic {
    bad(title, &format!("no {kind} of this table is a card"))
        .label("nothing asks it")
        .help(format!("add `{kind}` to `cards`, or remove this"))
}

fn same(title: &Title, kind: &str, places: &[&str]) -> Option<Diagnostic> {
    let missing = places.iter().find(|place| !title.value.0.contains(**place))?;
    let (every, belongs) = match (kind, *missing) {
        ("row", _) => ("row", "the row's first cell belongs"),
        ("column", _) => ("column", "the column's head belongs"),
        (_, ROW) => ("cell of a column", "the row's first cell belongs"),
        _ => ("cell of a row", "the column's head belongs"),
    };
    let diagnostic = bad(title, &format!("every {every} would ask the same"));
    Some(diagnostic.label(format!("no `{missing}` in it")).help(format!("write `{missing}` where {belongs}")))
}

/// Former ids and last releases of the rows, or of the columns, by their ids.
struct Changes<'a> {
    renamed: BTreeMap<&'a str, &'a str>,
    retired: BTreeMap<&'a str, &'a Markdown>,
}

impl<'a> Changes<'a> {
    fn new(renamed: &'a Pairs, retired: &'a Pairs) -> Self {
        let key = |name: &'a Spanned<String>| name.value.as_str();
        Self {
            renamed: renamed.0.iter().map(|(name, old)| (key(name), old.value.0.trim())).collect(),
            retired: retired.0.iter().map(|(name, release)| (key(name), release)).collect(),
        }
    }

    fn former(&self, name: &str) -> Vec<String> {
        self.renamed.get(name).map(|old| (*old).to_owned()).into_iter().collect()
    }

    /// The release that retires it.
    fn release(&self, name: &str) -> Option<&'a Markdown> {
        self.retired.get(name).copied()
    }
}

impl Cards<'_> {
    /// The note of a row: its front names the table and the row, its back lists the other columns.
    pub(super) fn row(&self, label: &Spanned<String>, cells: &[Document]) -> Note {
        let (context, span) = (self.context, label.span);
        let filled = self.lowered.columns.iter().zip(cells).skip(1).filter(|(_, cell)| !cell.is_empty());
        let answers: Vec<Document> = filled.map(|(head, cell)| under(context, head, cell, span)).collect();
        let answer = if cells.len() == 2 { cells[1].clone() } else { bullets(answers) };
        let ask = match &self.asks.row {
            Some(ask) => filled_in(context, ask, cells, &[], span),
            None => row_question(context, self.lowered, cells, span),
        };
        self.part((&label.value, &self.rows.former(&label.value), span), ask, answer)
    }
}

/// What a card that is not a row's asks.
pub(super) struct Asked<'a> {
    /// Its row, if it is a cell's.
    row: Option<&'a Spanned<String>>,
    column: &'a Spanned<String>,
    pub(super) ask: Document,
    /// Whether the author wrote the question.
    pub(super) is_sentence: bool,
    pub(super) answer: Document,
    pub(super) span: Span,
    pub(super) retired: Option<&'a Markdown>,
}

impl<'a> Cards<'a> {
    /// What the columns and the cells ask, for those that are cards and have ids.
    pub(super) fn asked(&self, rows: &[Row]) -> Vec<Asked<'a>> {
        let Self { context, table, lowered, asks, .. } = self;
        let cards = table.cards.unwrap_or_default();
        let heads = || table.columns.iter().zip(&lowered.columns).enumerate().skip(1);
        // Nobody can ask for a column without a head.
        let headed = || heads().filter(|(_, (_, head))| !head.is_empty());
        let named = || headed().filter_map(|(at, (source, head))| Some((at, source.label.as_ref()?, head)));
        let mut all = Vec::new();
        for (at, column, head) in named().filter(|_| cards.column) {
            let there = || rows.iter().filter(|row| !row.cells[at].is_empty());
            let answers = there().map(|row| match row.cells[0].as_inlines() {
                Some(first) => under(context, first, &row.cells[at], column.span),
                None => joined([row.cells[0].clone(), row.cells[at].clone()]),
            });
            let answer = bullets(answers.collect());
            let ask = if let Some(ask) = &asks.column {
                filled_in(context, ask, &[], head, column.span)
            } else {
                let firsts = there().filter_map(|row| row.cells[0].as_inlines());
                listed(context, head, firsts, column.span)
            };
            let retired = self.columns.release(&column.value);
            all.push(Asked {
                row: None,
                column,
                ask,
                is_sentence: asks.column.is_some(),
                answer,
                span: column.span,
                retired,
            });
        }
        for (source, row) in table.rows.iter().zip(rows).filter(|_| cards.cell) {
            let Some(label) = &source.label else { continue };
            for (at, column, head) in named().filter(|(at, ..)| !row.cells[*at].is_empty()) {
                let span = source.value[at].span;
                let ask = match (&asks.cell, row.cells[0].as_inlines()) {
                    (Some(ask), _) => filled_in(context, ask, &row.cells, head, span),
                    (None, Some(first)) => listed(context, first, [head.as_slice()].into_iter(), span),
                    (None, None) => joined([row.cells[0].clone(), Document::paragraph(head.clone())]),
                };
                let retired = self.rows.release(&label.value).or_else(|| self.columns.release(&column.value));
                let (answer, is_sentence) = (row.cells[at].clone(), asks.cell.is_some());
                all.push(Asked {
                    row: Some(label),
                    column,
                    ask,
                    is_sentence,
                    answer,
                    span,
                    retired,
                });
            }
        }
        all
    }

    /// Makes the note of a column or a cell. Documents show it within the table.
    pub(super) fn note(&self, asked: Asked<'_>) {
        let columns = self.columns.former(&asked.column.value);
        let (id, formerly) = match asked.row {
            None => (asked.column.value.clone(), columns),
            Some(row) => {
                let rows = self.rows.former(&row.value);
                let now = (row.value.as_str(), asked.column.value.as_str());
                let all = || rows.iter().map(String::as_str).chain([now.0]);
                let pairs =
                    all().flat_map(|row| columns.iter().map(String::as_str).chain([now.1]).map(move |it| (row, it)));
                let before = pairs.filter(|pair| *pair != now).map(|(row, column)| format!("{row}/{column}"));
                (format!("{}/{}", now.0, now.1), before.collect())
            }
        };
        let note = self.part((&id, &formerly, asked.span), asked.ask, asked.answer);
        match asked.retired {
            Some(release) => self.context.retire(note, &release.value.0, release.span),
            None => self.context.found.aside.borrow_mut().push(note),
        }
    }

    fn part(&self, (id, formerly, span): (&str, &[String], Span), ask: Document, answer: Document) -> Note {
        let pieces = vec![
            Piece::new(Role::Ask, "Question", ask),
            Piece::new(Role::Answer, "Answer", answer),
            Piece::new(Role::Card, "Table", Document::paragraph(self.lowered.title.clone())),
            self.context.see_also(self.meta),
        ];
        let formerly: Vec<&str> = formerly.iter().map(String::as_str).collect();
        self.context.part(id, &formerly, span, Draft::of(self.meta, NoteTypeId::TABLE_ROW, pieces))
    }
}

/// A cell after the head that it is under.
fn under(context: &Context<'_>, head: &[Inline], cell: &Document, span: Span) -> Document {
    if head.is_empty() {
        return cell.clone();
    }
    led(context.label(vec![Inline::Strong(head.to_vec())], span), cell.clone())
}

/// A question with the row's first cell and the column's head in their places.
fn filled_in(context: &Context<'_>, ask: &Sentence, cells: &[Document], head: &[Inline], span: Span) -> Document {
    let first = cells.first().map(|cell| cell.blocks.as_slice()).unwrap_or_default();
    let row = match first {
        [] => &[][..],
        [Block::Paragraph(row)] => row,
        _ => {
            let diagnostic = Diagnostic::error(Code::BAD_VALUE, span, "the first cell of this row is not one line")
                .label("this row")
                .also(ask.span, "the question that it belongs to")
                .help("shorten the cell, or remove `ask`: the card then shows the cell as it is");
            context.report(diagnostic);
            return Document::default();
        }
    };
    Document::paragraph(filled(&ask.content, row, head))
}

fn filled(nodes: &[Inline], row: &[Inline], column: &[Inline]) -> Vec<Inline> {
    let mut content = Vec::new();
    for node in nodes {
        match node {
            Inline::Text { text, span } => fill(text, *span, (row, column), &mut content),
            Inline::Strong(within) => content.push(Inline::Strong(filled(within, row, column))),
            Inline::Emphasis(within) => content.push(Inline::Emphasis(filled(within, row, column))),
            other => content.push(other.clone()),
        }
    }
    content
}

fn fill(mut text: &str, span: Span, (row, column): (&[Inline], &[Inline]), out: &mut Vec<Inline>) {
    let first = |text: &str| {
        let places = [(ROW, row), (COLUMN, column)].into_iter();
        places.filter_map(|(place, content)| Some((text.find(place)?, place, content))).min_by_key(|(at, ..)| *at)
    };
    while let Some((at, place, content)) = first(text) {
        if at > 0 {
            out.push(Inline::text(&text[..at], span));
        }
        out.extend(content.iter().cloned());
        text = &text[at + place.len()..];
    }
    if !text.is_empty() {
        out.push(Inline::text(text, span));
    }
}

/// What a row asks in our words: its first cell, whatever its blocks, and the heads of the other columns if there are
/// several.
fn row_question(context: &Context<'_>, table: &Table, cells: &[Document], span: Span) -> Document {
    let first = cells.first().cloned().unwrap_or_default();
    if table.columns.len() <= 2 {
        return first;
    }
    let heads = || table.columns.iter().skip(1).filter(|head| !head.is_empty()).map(Vec::as_slice);
    if let [Block::Paragraph(row)] = first.blocks.as_slice() {
        return listed(context, row, heads(), span);
    }
    // If the first cell is more than a paragraph, it goes above, so a leading colon would
    // follow nothing.
    let mut asks = listed(context, &[], heads(), span);
    if let Some(Block::Paragraph(content)) = asks.blocks.first_mut()
        && let Some(Inline::Text { text, .. }) = content.first_mut()
    {
        *text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：')).to_owned();
        if text.is_empty() {
            content.remove(0);
        }
    }
    joined([first, asks])
}

/// What is asked of something, by name, in our words.
fn listed<'i>(context: &Context<'_>, of: &[Inline], names: impl Iterator<Item = &'i [Inline]>, span: Span) -> Document {
    let mut list = Vec::new();
    for name in names {
        if !list.is_empty() {
            list.push(Inline::text(context.shared.words.between(Word::Listed), span));
        }
        list.extend(name.iter().cloned());
    }
    let mut asks = Vec::new();
    for part in parts(context.word(Word::RowAsks)) {
        match part {
            Part::Text(text) => asks.push(Inline::text(text, span)),
            Part::Place("row") => asks.extend(of.iter().cloned()),
            Part::Place(_) => asks.append(&mut list),
        }
    }
    Document::paragraph(asks)
}
