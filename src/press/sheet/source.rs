//! Deck → the Typst source of a sheet's content: one group for each topic that
//! has something to print, one box for each note, table, checklist and plan.

use std::collections::{BTreeMap, BTreeSet};

use super::boxes::{Content, Divided, Entry, Group, Panel, Said, columns, divided, tally};
use super::pack::Kind;
use crate::deck::{Checklist, Color, Deck, Language, NamedFormula, Plan, Row, SheetLayout, Table};
use crate::markup::typst::{self, Writer, label};
use crate::markup::typst_literal::literal;
use crate::press::breaks::soften;
use crate::source::Span;
use crate::words::Words;

/// The content of a sheet as code, and what is in it.
pub(super) struct Sheet {
    /// The code, with the way back to the sources.
    pub(super) writer: Writer,
    /// Bars and boxes in the order of the deck.
    pub(super) pieces: Vec<Piece>,
    /// Where the author asks for it.
    pub(super) span: Span,
}

/// A bar, or a part of a box: an entry, a row, an item, a week. A box without parts is one piece.
pub(super) struct Piece {
    /// The name of its bar or box in the code.
    pub(super) id: String,
    /// Which part of the box it is.
    pub(super) part: usize,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether the template marks where each part begins.
    pub(super) is_marked: bool,
    /// Whether its box has a head that is repeated, as a table's is.
    pub(super) is_row: bool,
    /// What the author calls it.
    pub(super) name: String,
    /// The letters of its number, such as the `Q` of `Q7`; empty if it has none.
    pub(super) series: String,
    /// Where it comes from.
    pub(super) span: Span,
}

/// The languages of items that aren't in the project's language, by their ids.
type Languages = BTreeMap<String, Language>;

/// The content: `groups` of the deck.
pub(super) fn write(deck: &Deck, layout: &SheetLayout, groups: &[Group<'_>], coloured: bool) -> Sheet {
    let boxes = groups.iter().flat_map(|group| &group.boxes);
    let targets: BTreeSet<String> = boxes.flat_map(|item| &item.ids).map(|id| (*id).to_owned()).collect();
    let writer = Writer::new(targets).softened(soften);
    let mut writer = if coloured { writer } else { writer.uncoloured() };
    writer.speak(&deck.project.language.base());
    let mut pieces = Vec::new();
    writer.code(
        "#import \"/lib.typ\": alert, codeblock, fitting, formula, mdtable, named, picture, recording, ruby\n#let sheet = (\n",
    );
    project(deck, layout, &mut writer);
    writer.code("groups: (\n");
    let mut before = None;
    for (index, group) in groups.iter().enumerate() {
        let color = apart(group.topic.color, before);
        before = Some(color);
        self::group(
            group,
            color,
            (&deck.languages, &deck.project.words),
            &format!("g{index}"),
            &mut writer,
            &mut pieces,
        );
    }
    writer.code("))\n");
    Sheet { writer, pieces, span: layout.span }
}

/// How many bars, boxes and parts of boxes the content has.
pub(super) fn pieces(groups: &[Group<'_>]) -> usize {
    let parts = |group: &Group| group.boxes.iter().map(|panel| panel.content.parts().max(1)).sum::<usize>();
    groups.iter().map(|group| 1 + parts(group)).sum()
}

fn project(deck: &Deck, layout: &SheetLayout, writer: &mut Writer) {
    let project = &deck.project;
    let fields = [
        ("title", layout.title.clone()),
        ("subtitle", layout.subtitle.clone()),
        ("description", project.description.clone()),
        ("deck", project.id.clone()),
        ("version", project.version.clone()),
        ("date", project.date.clone()),
        ("license", project.license.clone()),
    ];
    for (name, value) in fields {
        writer.mapped(layout.span, &format!("{name}: {},\n", literal(&value)));
    }
    writer.code(&format!("language: {},\n", language(&project.language)));
    writer.code("authors: (");
    for author in &project.authors {
        writer.mapped(layout.span, &literal(author));
        writer.code(", ");
    }
    writer.code("),\n");
}

/// A language as the arguments of `text`.
fn language(language: &Language) -> String {
    let region = language.region();
    let region = if region.is_empty() { "none".to_owned() } else { literal(&region) };
    format!("(lang: {}, region: {region}, dir: {})", literal(&language.base()), language.direction().name())
}

/// Content in the language of the item `id`, if that isn't the sheet's.
fn spoken(id: &str, languages: &Languages, writer: &mut Writer, write: impl FnOnce(&mut Writer)) {
    let Some(own) = languages.get(id) else { return write(writer) };
    writer.code(&format!("text(..{}, ", language(own)));
    let usual = writer.language().to_owned();
    writer.speak(&own.base());
    write(writer);
    writer.speak(&usual);
    writer.code(")");
}

/// The topic's colour, or a different one if the topic before has the same.
fn apart(color: Color, before: Option<Color>) -> Color {
    let index = Color::ALL.iter().position(|known| *known == color).unwrap_or_default();
    if before == Some(color) { Color::ALL[(index + 1) % Color::ALL.len()] } else { color }
}

fn group(
    group: &Group,
    color: Color,
    (languages, words): (&Languages, &Words),
    id: &str,
    writer: &mut Writer,
    pieces: &mut Vec<Piece>,
) {
    let topic = group.topic;
    writer.code(&format!("(id: {}, color: {}, title: ", literal(id), literal(color.name())));
    writer.mapped(topic.span, &literal(&soften(&topic.title, writer.language())));
    writer.code(&format!(", note: {}, boxes: (\n", literal(&tally(group, words))));
    pieces.push(Piece {
        id: id.to_owned(),
        part: 0,
        kind: Kind::Bar,
        is_marked: false,
        is_row: false,
        name: topic.title.clone(),
        series: String::new(),
        span: topic.span,
    });
    for (index, item) in group.boxes.iter().enumerate() {
        let id = format!("{id}-{index}");
        self::boxed(item, languages, &id, writer);
        pieces.extend(parts(item, &id));
    }
    writer.code(")),\n");
}

/// The pieces of a box: one per part.
fn parts(item: &Panel, id: &str) -> Vec<Piece> {
    let (mut name, mut series, mut spans) = (item.ids.first().copied().unwrap_or_default(), "", Vec::new());
    match &item.content {
        Content::Entry { mark, .. } => series = mark.trim_end_matches(|c: char| c.is_ascii_digit()),
        Content::Shared { section, entries, .. } => {
            name = section;
            spans = entries.iter().map(|entry| entry.span).collect();
        }
        Content::Table(..) | Content::Checklist(_) | Content::Plan(_) => {}
    }
    let count = item.content.parts();
    let piece = |part| Piece {
        id: id.to_owned(),
        part,
        kind: match item.content {
            _ if part == 0 => Kind::Box,
            Content::Entry { .. } => Kind::Item,
            Content::Shared { .. } | Content::Table(..) | Content::Checklist(_) | Content::Plan(_) => Kind::Entry,
        },
        is_marked: match &item.content {
            Content::Entry { body, .. } => !divided(body).items.is_empty(),
            Content::Shared { .. } | Content::Table(..) | Content::Checklist(_) | Content::Plan(_) => count > 0,
        },
        is_row: matches!(item.content, Content::Table(..)),
        name: name.to_owned(),
        series: series.to_owned(),
        span: spans.get(part).copied().unwrap_or(item.span),
    };
    (0..count.max(1)).map(piece).collect()
}

fn boxed(item: &Panel, languages: &Languages, id: &str, writer: &mut Writer) {
    let labels: Vec<String> = item.ids.iter().map(|id| label(id) + ",").collect();
    writer.code(&format!("(id: {}, labels: ({}), ", literal(id), labels.concat()));
    // The entries of a shared box may have their own languages.
    let own = match &item.content {
        Content::Shared { .. } => None,
        Content::Entry { .. } | Content::Table(..) | Content::Checklist(_) | Content::Plan(_) => item.ids.first(),
    };
    let usual = writer.language().to_owned();
    if let Some(own) = own.and_then(|id| languages.get(*id)) {
        writer.code(&format!("language: {}, ", language(own)));
        writer.speak(&own.base());
    }
    match &item.content {
        Content::Entry { mark, title, formulas, body } => {
            writer.code(&format!("kind: \"entry\", mark: {}, title: ", literal(mark)));
            writer.title_and("again", title);
            let Divided { lead, items, tail } = divided(body);
            writer.code(", lead: {");
            for formula in formulas {
                named(formula, writer);
                writer.code(";");
            }
            writer.code("[];");
            writer.run(lead);
            writer.code("}");
            writer.code(", tail: ");
            writer.run(tail);
            writer.code(", parts: (");
            writer.items(items);
            writer.code(")");
        }
        Content::Shared { section, warns, entries } => {
            let bullets =
                entries.iter().all(|entry| entry.caption.is_empty() && !matches!(entry.body, Said::Formula(_)));
            let bullets = bullets && entries.len() > 1;
            writer.code(&format!("kind: \"shared\", warns: {warns}, bullets: {bullets}, title: "));
            writer.mapped(item.span, &literal(section));
            writer.code(", parts: (");
            for Entry { id, caption, body, .. } in entries {
                writer.code("(");
                spoken(id, languages, writer, |writer| writer.inline(caption));
                writer.code(", ");
                spoken(id, languages, writer, |writer| match body {
                    Said::Text(body) => writer.document(body),
                    Said::Formula(formula) => named(formula, writer),
                });
                writer.code("), ");
            }
            writer.code(")");
        }
        Content::Table(table, rows) => self::table(table, rows, languages, writer),
        Content::Checklist(list) => checklist(list, writer),
        Content::Plan(plan) => self::plan(plan, writer),
    }
    writer.speak(&usual);
    writer.code("),\n");
}

/// A formula beside its name.
fn named(formula: &NamedFormula, writer: &mut Writer) {
    writer.code("named(");
    writer.inline(&formula.name);
    writer.code(", ");
    writer.equation(&formula.math);
    writer.code(")");
}

fn table(table: &Table, rows: &[&Row], languages: &Languages, writer: &mut Writer) {
    writer.code("kind: \"table\", title: ");
    writer.title_and("again", &table.title);
    writer.code(", head: (");
    for head in &table.columns {
        writer.inline(head);
        writer.code(", ");
    }
    let extents = typst::extents(&columns(table, rows));
    writer.code(&format!("), extents: {extents}, parts: ("));
    for row in rows {
        writer.code("(");
        for cell in &row.cells {
            spoken(&row.id, languages, writer, |writer| writer.document(cell));
            writer.code(", ");
        }
        writer.code("), ");
    }
    writer.code(")");
}

fn checklist(list: &Checklist, writer: &mut Writer) {
    writer.code("kind: \"check\", title: ");
    writer.title_and("again", &list.title);
    writer.code(", parts: (");
    for item in &list.items {
        writer.document(&item.text);
        writer.code(", ");
    }
    writer.code(")");
}

fn plan(plan: &Plan, writer: &mut Writer) {
    writer.code("kind: \"plan\", title: ");
    writer.title_and("again", &plan.title);
    writer.code(", parts: (");
    let mut next = 1_u16;
    for (index, week) in plan.weeks.iter().enumerate() {
        // Days that don't make up a whole week belong to the last one.
        let last = index + 1 == plan.weeks.len();
        let whole = if last { plan.days } else { plan.days.min(next.saturating_add(6)) };
        let (day, end) = match week.days.as_slice() {
            [] => (next, whole),
            [first, .., last] => (first.number, last.number),
            [only] => (only.number, only.number),
        };
        writer.code(&format!("(number: {}, first: {day}, last: {end}, focus: ", week.number));
        writer.inline(&week.focus);
        for (name, documents) in [("daily", &week.daily), ("goals", &week.goals)] {
            writer.code(&format!(", {name}: ("));
            for document in documents {
                writer.document(document);
                writer.code(", ");
            }
            writer.code(")");
        }
        writer.code("), ");
        next = end.saturating_add(1);
    }
    writer.code(")");
}
