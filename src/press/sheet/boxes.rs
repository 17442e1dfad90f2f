//! What a sheet shows of a deck: one group for each topic that has something to print, one box for
//! each note, table, checklist and plan.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::deck::{
    Block, Body, Checklist, Deck, NamedFormula, Note, OnSheet, Part, Plan, Row, SheetLayout, Show, Table, Topic,
};
use crate::markup::extent::{self, Extent};
use crate::markup::{Block as MarkupBlock, Document, Inline, List, ListItem};
use crate::source::Span;
use crate::words::{Count, Word, Words};

/// A topic and its boxes.
pub(super) struct Group<'deck> {
    pub(super) topic: &'deck Topic,
    pub(super) boxes: Vec<Panel<'deck>>,
}

pub(super) struct Panel<'deck> {
    /// Ids of the items in it.
    pub(super) ids: Vec<&'deck str>,
    pub(super) span: Span,
    pub(super) content: Content<'deck>,
}

pub(super) enum Content<'deck> {
    Entry {
        mark: &'deck str,
        title: &'deck [Inline],
        formulas: Vec<&'deck NamedFormula>,
        body: Document,
    },
    Shared {
        section: &'deck str,
        warns: bool,
        entries: Vec<Entry<'deck>>,
    },
    /// A table and some of its rows.
    Table(&'deck Table, Vec<&'deck Row>),
    Checklist(&'deck Checklist),
    Plan(&'deck Plan),
}

impl Content<'_> {
    /// How many parts a box can be divided into.
    pub(super) fn parts(&self) -> usize {
        match self {
            Self::Entry { body, .. } => divided(body).items.len().max(1),
            Self::Shared { entries, .. } => entries.len(),
            Self::Table(_, rows) => rows.len(),
            Self::Checklist(list) => list.items.len(),
            Self::Plan(plan) => plan.weeks.len(),
        }
    }
}

/// A box that can be divided between the items of its only list.
pub(super) struct Divided<'deck> {
    pub(super) lead: &'deck [MarkupBlock],
    pub(super) items: &'deck [ListItem],
    pub(super) tail: &'deck [MarkupBlock],
}

pub(super) fn divided(body: &Document) -> Divided<'_> {
    let list = |block: &MarkupBlock| matches!(block, MarkupBlock::List(List { start: None, tight: true, .. }));
    let mut lists = (0..body.blocks.len()).filter(|at| list(&body.blocks[*at]));
    if let (Some(at), None) = (lists.next(), lists.next())
        && let MarkupBlock::List(list) = &body.blocks[at]
    {
        return Divided {
            lead: &body.blocks[..at],
            items: &list.items,
            tail: &body.blocks[at + 1..],
        };
    }
    Divided { lead: &body.blocks, items: &[], tail: &[] }
}

pub(super) struct Entry<'deck> {
    pub(super) id: &'deck str,
    pub(super) caption: &'deck [Inline],
    pub(super) body: Said<'deck>,
    pub(super) span: Span,
}

/// What an entry says.
pub(super) enum Said<'deck> {
    /// The author's text, or a question's title and its short line.
    Text(Cow<'deck, Document>),
    Formula(&'deck NamedFormula),
}

/// What a sheet chooses to show.
#[derive(Clone, Copy)]
struct Choice<'deck> {
    deck: &'deck Deck,
    layout: &'deck SheetLayout,
}

impl Choice<'_> {
    fn shows(self, part: Show) -> bool {
        self.layout.show.contains(&part)
    }

    /// Whether each question is a line rather than a box.
    fn is_brief(self) -> bool {
        use Show::{Answer, Code, FollowUps, KeyPoints, Mistakes};
        ![KeyPoints, Answer, Code, Mistakes, FollowUps].into_iter().any(|part| self.shows(part))
    }

    fn takes(self, topic: &Topic, id: &str) -> bool {
        self.layout.chosen.takes(self.deck, topic, id)
    }
}

/// The part of the deck that is meant for the sheet.
pub(super) fn groups<'deck>(deck: &'deck Deck, layout: &'deck SheetLayout) -> Vec<Group<'deck>> {
    let choice = Choice { deck, layout };
    let all = deck.all_topics().into_iter().map(|topic| Group { topic, boxes: boxes(topic, choice) });
    all.filter(|group| !group.boxes.is_empty()).collect()
}

fn boxes<'deck>(topic: &'deck Topic, choice: Choice<'deck>) -> Vec<Panel<'deck>> {
    let mut boxes = Boxes::default();
    for block in &topic.blocks {
        let (id, span, content) = match block {
            Block::Note(note) => {
                if choice.takes(topic, &note.key) {
                    self::note(note, choice, &mut boxes);
                }
                continue;
            }
            Block::Table(table) if choice.shows(table.show) => {
                let own = !table.id.is_empty();
                let takes = |row: &&Row| own || choice.takes(topic, &row.id);
                (&table.id, table.span, Content::Table(table, table.rows.iter().filter(takes).collect()))
            }
            Block::Checklist(list) if choice.shows(Show::Checklists) => (&list.id, list.span, Content::Checklist(list)),
            Block::Plan(plan) if choice.shows(Show::Plans) => (&plan.id, plan.span, Content::Plan(plan)),
            // Introductions are for the handout.
            Block::Table(_) | Block::Checklist(_) | Block::Plan(_) | Block::Prose(_) => continue,
        };
        if content.parts() > 0 && (id.is_empty() || choice.takes(topic, id)) {
            let ids = vec![id.as_str()];
            boxes.all.push(Panel { ids, span, content });
        }
    }
    boxes.all
}

/// The boxes of a topic, and where each section's box is.
#[derive(Default)]
struct Boxes<'deck> {
    all: Vec<Panel<'deck>>,
    shared: BTreeMap<&'deck str, usize>,
}

impl<'deck> Boxes<'deck> {
    fn share(&mut self, section: &'deck str, warns: bool, entry: Entry<'deck>) {
        let id = entry.id;
        let known = self.shared.get(section).and_then(|index| self.all.get_mut(*index));
        if let Some(Panel { ids, content: Content::Shared { entries, .. }, .. }) = known {
            if ids.last() != Some(&id) {
                ids.push(id);
            }
            entries.push(entry);
            return;
        }
        self.shared.insert(section, self.all.len());
        let span = entry.span;
        let content = Content::Shared { section, warns, entries: vec![entry] };
        self.all.push(Panel { ids: vec![id], span, content });
    }
}

/// The section of questions that are one line each: the bar above says what they are.
const LINES: &str = "";

fn note<'deck>(note: &'deck Note, choice: Choice<'deck>, boxes: &mut Boxes<'deck>) {
    let (id, span) = (note.key.as_str(), note.span);
    match &note.entry.sheet {
        OnSheet::Own { title, formulas } => {
            let wanted =
                |formula: &&NamedFormula| choice.shows(Show::Formulas) && (formula.core || !choice.layout.chosen.core);
            let formulas: Vec<&NamedFormula> = formulas.iter().filter(wanted).collect();
            let shown = |part: &&Part| part.role.shown_by().is_some_and(|show| choice.shows(show));
            let body = || note.parts.iter().filter(shown).map(|part| part.on_sheets(span));
            if choice.is_brief() {
                if choice.shows(Show::Short) {
                    let colon = choice.deck.project.words.between(Word::Labelled);
                    let body = Said::Text(Cow::Owned(line(title, colon, body(), span)));
                    boxes.share(LINES, false, Entry { id, caption: &[], body, span });
                }
                for formula in formulas {
                    let entry = Entry {
                        id,
                        caption: &[],
                        body: Said::Formula(formula),
                        span: formula.span,
                    };
                    boxes.share(choice.deck.project.words.get(Word::Formulas), false, entry);
                }
                return;
            }
            let body = Document {
                blocks: body().flat_map(|body| body.into_owned().blocks).collect(),
            };
            let mark = &note.entry.mark;
            let content = Content::Entry { mark, title, formulas, body };
            boxes.all.push(Panel { ids: vec![id], span, content });
        }
        OnSheet::Shared { show, caption, body, warns } if choice.shows(*show) => {
            let body = match body {
                Body::Brief(body) => Some(body),
                Body::Part(role) => note.part(*role),
            };
            boxes.share(
                &note.entry.section,
                *warns,
                Entry {
                    id,
                    caption,
                    body: Said::Text(body.map_or_else(|| Cow::Owned(Document::default()), Cow::Borrowed)),
                    span,
                },
            );
        }
        OnSheet::Shared { .. } | OnSheet::None => {}
    }
}

/// A title and what it stands for, on one line if that is a single paragraph.
fn line<'d>(title: &[Inline], colon: &str, bodies: impl Iterator<Item = Cow<'d, Document>>, span: Span) -> Document {
    let mut line = vec![Inline::Strong(title.to_vec())];
    let mut rest = Vec::new();
    for body in bodies {
        match body.as_inlines() {
            Some(content) if rest.is_empty() => {
                line.push(Inline::text(colon, span));
                line.extend(content.iter().cloned());
            }
            _ => rest.extend(body.blocks.iter().cloned()),
        }
    }
    rest.insert(0, MarkupBlock::Paragraph(line));
    Document { blocks: rest }
}

/// How many questions a topic has, if it has several: `7 questions`.
pub(super) fn tally(group: &Group, words: &Words) -> String {
    let shown: BTreeSet<&str> = group.boxes.iter().flat_map(|panel| &panel.ids).copied().collect();
    let counts = |note: &Note| matches!(note.entry.sheet, OnSheet::Own { .. }) && shown.contains(note.key.as_str());
    let number = group.topic.blocks.iter().filter(|block| match block {
        Block::Note(note) => counts(note),
        Block::Table(_) | Block::Checklist(_) | Block::Plan(_) | Block::Prose(_) => false,
    });
    match number.count() {
        0 | 1 => String::new(),
        number => words.count(Count::Questions, number),
    }
}

/// How much room its columns need.
pub(super) fn columns(table: &Table, rows: &[&Row]) -> Vec<Extent> {
    let cells: Vec<Vec<&Document>> = rows.iter().map(|row| row.cells.iter().collect()).collect();
    extent::columns(table.columns.len(), &table.columns, &cells, |cell| extent::document(cell))
}
