//! Deck → the Typst source of a sheet's content: one group for each topic that
//! has something to print, one box for each note, table, checklist and plan.

use std::collections::{BTreeMap, BTreeSet};

use super::pack::Kind;
use crate::deck::{Block, Checklist, Deck, DocumentFace, Gist, Language, Note, Plan, Table, Topic};
use crate::markup::typst::{Writer, label, literal};
use crate::markup::{Document, Inline};
use crate::source::Span;

/// The content of a sheet as code, and what stands in it.
pub(super) struct Sheet {
    /// The code with its way back.
    pub(super) writer: Writer,
    /// Bars and boxes in the order of the deck.
    pub(super) pieces: Vec<Piece>,
}

/// A bar, a box, or an entry of a box that may be divided.
pub(super) struct Piece {
    /// Its name in the code.
    pub(super) id: String,
    /// Which of them it is.
    pub(super) kind: Kind,
    /// What the author calls it.
    pub(super) name: String,
    /// Where it comes from.
    pub(super) span: Span,
}

struct Group<'deck> {
    topic: &'deck Topic,
    boxes: Vec<Panel<'deck>>,
}

struct Panel<'deck> {
    /// Ids of the items in it.
    ids: Vec<&'deck str>,
    span: Span,
    content: Content<'deck>,
}

enum Content<'deck> {
    Entry { mark: &'deck str, title: &'deck [Inline], body: &'deck Document },
    Shared { section: &'deck str, warns: bool, entries: Vec<Entry<'deck>> },
    Table(&'deck Table),
    Checklist(&'deck Checklist),
    Plan(&'deck Plan),
}

struct Entry<'deck> {
    id: &'deck str,
    caption: &'deck [Inline],
    body: &'deck Document,
    span: Span,
}

/// The languages of items that are not in the project's, by their ids.
type Languages = BTreeMap<String, Language>;

/// The Typst source of the content; `None` if nothing of the deck is meant for
/// a sheet.
#[must_use]
pub fn typst(deck: &Deck) -> Option<String> {
    write(deck).map(|sheet| sheet.writer.as_code().to_owned())
}

/// The content; `None` if nothing of the deck is meant for a sheet.
pub(super) fn write(deck: &Deck) -> Option<Sheet> {
    let groups = groups(deck);
    if groups.is_empty() {
        return None;
    }
    let boxes = groups.iter().flat_map(|group| &group.boxes);
    let targets: BTreeSet<String> = boxes.flat_map(|item| &item.ids).map(|id| (*id).to_owned()).collect();
    let mut writer = Writer::new(targets);
    let mut pieces = Vec::new();
    writer.code("#import \"/lib.typ\": alert, codeblock, formula, mdtable, recording, ruby\n#let sheet = (\n");
    project(deck, &mut writer);
    writer.code("groups: (\n");
    for (index, group) in groups.iter().enumerate() {
        self::group(group, &deck.languages, &format!("g{index}"), &mut writer, &mut pieces);
    }
    writer.code("))\n");
    Some(Sheet { writer, pieces })
}

/// How many bars, boxes and entries of divided boxes the content has.
pub(super) fn pieces(deck: &Deck) -> usize {
    let in_box = |panel: &Panel| match &panel.content {
        Content::Shared { entries, .. } => entries.len(),
        Content::Entry { .. } | Content::Table(_) | Content::Checklist(_) | Content::Plan(_) => 1,
    };
    groups(deck).iter().map(|group| 1 + group.boxes.iter().map(in_box).sum::<usize>()).sum()
}

fn groups(deck: &Deck) -> Vec<Group<'_>> {
    let all = deck.all_topics().into_iter().map(|topic| Group { topic, boxes: boxes(topic) });
    all.filter(|group| !group.boxes.is_empty()).collect()
}

fn boxes(topic: &Topic) -> Vec<Panel<'_>> {
    let mut boxes = Vec::new();
    for block in &topic.blocks {
        let (id, span, content) = match block {
            Block::Note(note) => {
                self::note(note, &mut boxes);
                continue;
            }
            Block::Table(table) => (&table.id, table.span, Content::Table(table)),
            Block::Checklist(list) => (&list.id, list.span, Content::Checklist(list)),
            Block::Plan(plan) => (&plan.id, plan.span, Content::Plan(plan)),
            // Introductions are for the handout.
            Block::Prose(_) => continue,
        };
        let ids = vec![id.as_str()];
        boxes.push(Panel { ids, span, content });
    }
    boxes
}

fn note<'deck>(note: &'deck Note, boxes: &mut Vec<Panel<'deck>>) {
    let DocumentFace { section, mark, gist, .. } = &note.document;
    let (id, span) = (note.id.as_str(), note.span);
    match gist {
        Gist::None => {}
        Gist::Own { title, body } => {
            let content = Content::Entry { mark, title, body };
            boxes.push(Panel { ids: vec![id], span, content });
        }
        Gist::Shared { caption, body, warns } => {
            let entry = Entry { id, caption, body, span };
            if let Some((ids, entries)) = shared(boxes, section) {
                ids.push(id);
                entries.push(entry);
                return;
            }
            let entries = vec![entry];
            let content = Content::Shared { section, warns: *warns, entries };
            boxes.push(Panel { ids: vec![id], span, content });
        }
    }
}

type Shared<'a, 'deck> = (&'a mut Vec<&'deck str>, &'a mut Vec<Entry<'deck>>);

/// The box of a section that has one already.
fn shared<'a, 'deck>(boxes: &'a mut [Panel<'deck>], wanted: &str) -> Option<Shared<'a, 'deck>> {
    boxes.iter_mut().find_map(|item| match &mut item.content {
        Content::Shared { section, entries, .. } => (*section == wanted).then_some((&mut item.ids, entries)),
        Content::Entry { .. } | Content::Table(_) | Content::Checklist(_) | Content::Plan(_) => None,
    })
}

fn project(deck: &Deck, writer: &mut Writer) {
    let project = &deck.project;
    let fields = [
        ("title", project.sheet.title.clone()),
        ("subtitle", project.sheet.subtitle.clone()),
        ("description", project.description.clone()),
        ("deck", project.id.clone()),
        ("version", project.version.clone()),
        ("date", project.date.clone()),
        ("hash", project.source_hash.clone()),
        ("license", project.license.clone()),
    ];
    for (name, value) in fields {
        writer.mapped(project.sheet.span, &format!("{name}: {},\n", literal(&value)));
    }
    writer.code(&format!("language: {},\n", language(&project.language)));
    writer.code("authors: (");
    for author in &project.authors {
        writer.mapped(project.sheet.span, &literal(author));
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

/// Content in the language of the item `id`, if that is not the sheet's.
fn spoken(id: &str, languages: &Languages, writer: &mut Writer, write: impl FnOnce(&mut Writer)) {
    let own = languages.get(id);
    if let Some(own) = own {
        writer.code(&format!("text(..{}, ", language(own)));
    }
    write(writer);
    writer.code(if own.is_some() { ")" } else { "" });
}

fn group(group: &Group, languages: &Languages, id: &str, writer: &mut Writer, pieces: &mut Vec<Piece>) {
    let topic = group.topic;
    writer.code(&format!("(id: {}, color: {}, title: ", literal(id), literal(topic.color.name())));
    writer.mapped(topic.span, &literal(&topic.title));
    writer.code(&format!(", note: {}, boxes: (\n", literal(&tally(group))));
    pieces.push(Piece {
        id: id.to_owned(),
        kind: Kind::Bar,
        name: topic.title.clone(),
        span: topic.span,
    });
    for (index, item) in group.boxes.iter().enumerate() {
        let id = format!("{id}-{index}");
        self::boxed(item, languages, &id, writer);
        match &item.content {
            Content::Shared { section, entries, .. } => pieces.extend(parts(&id, section, entries)),
            Content::Entry { .. } | Content::Table(_) | Content::Checklist(_) | Content::Plan(_) => {
                let name = item.ids.first().copied().unwrap_or_default().to_owned();
                pieces.push(Piece { id, kind: Kind::Box, name, span: item.span });
            }
        }
    }
    writer.code(")),\n");
}

/// The pieces of a shared box: one an entry.
fn parts(id: &str, section: &str, entries: &[Entry]) -> Vec<Piece> {
    let piece = |(index, entry): (usize, &Entry)| Piece {
        id: format!("{id}-{index}"),
        kind: if index == 0 { Kind::Box } else { Kind::Entry },
        name: section.to_owned(),
        span: entry.span,
    };
    entries.iter().enumerate().map(piece).collect()
}

/// How many notes a topic has, in the author's word for them: `7 questions`.
fn tally(group: &Group) -> String {
    let mut notes = group.topic.blocks.iter().filter_map(|block| match block {
        Block::Note(note) if matches!(note.document.gist, Gist::Own { .. }) => Some(&note.document.section),
        Block::Note(_) | Block::Table(_) | Block::Checklist(_) | Block::Plan(_) | Block::Prose(_) => None,
    });
    let Some(section) = notes.next() else {
        return String::new();
    };
    let (mut count, mut alike) = (1, true);
    for other in notes {
        count += 1;
        alike &= other == section;
    }
    // One of something would need its singular.
    if count > 1 && alike { format!("{count} {}", section.to_lowercase()) } else { String::new() }
}

fn boxed(item: &Panel, languages: &Languages, id: &str, writer: &mut Writer) {
    let labels: Vec<String> = item.ids.iter().map(|id| label(id) + ",").collect();
    writer.code(&format!("(id: {}, labels: ({}), ", literal(id), labels.concat()));
    // A shared box has entries in languages of their own.
    let own = match &item.content {
        Content::Shared { .. } => None,
        Content::Entry { .. } | Content::Table(_) | Content::Checklist(_) | Content::Plan(_) => item.ids.first(),
    };
    if let Some(own) = own.and_then(|id| languages.get(*id)) {
        writer.code(&format!("language: {}, ", language(own)));
    }
    match &item.content {
        Content::Entry { mark, title, body } => {
            writer.code(&format!("kind: \"entry\", mark: {}, title: ", literal(mark)));
            writer.inline(title);
            writer.code(", body: ");
            writer.document(body);
        }
        Content::Shared { section, warns, entries } => {
            writer.code(&format!("kind: \"shared\", warns: {warns}, title: "));
            writer.mapped(item.span, &literal(section));
            writer.code(", entries: (");
            for Entry { id, caption, body, .. } in entries {
                writer.code("(");
                spoken(id, languages, writer, |writer| writer.inline(caption));
                writer.code(", ");
                spoken(id, languages, writer, |writer| writer.document(body));
                writer.code("), ");
            }
            writer.code(")");
        }
        Content::Table(table) => self::table(table, languages, writer),
        Content::Checklist(list) => checklist(list, writer),
        Content::Plan(plan) => self::plan(plan, writer),
    }
    writer.code("),\n");
}

fn table(table: &Table, languages: &Languages, writer: &mut Writer) {
    writer.code("kind: \"table\", title: ");
    writer.inline(&table.title);
    writer.code(", head: (");
    for head in &table.columns {
        writer.inline(head);
        writer.code(", ");
    }
    writer.code("), rows: (");
    for row in &table.rows {
        for cell in &row.cells {
            spoken(&row.id, languages, writer, |writer| writer.document(cell));
            writer.code(", ");
        }
    }
    writer.code(")");
}

fn checklist(list: &Checklist, writer: &mut Writer) {
    writer.code("kind: \"check\", title: ");
    writer.inline(&list.title);
    writer.code(", items: (");
    for item in &list.items {
        writer.document(&item.text);
        writer.code(", ");
    }
    writer.code(")");
}

fn plan(plan: &Plan, writer: &mut Writer) {
    writer.code("kind: \"plan\", title: ");
    writer.inline(&plan.title);
    writer.code(", weeks: (");
    let mut next = 1_u16;
    for (index, week) in plan.weeks.iter().enumerate() {
        // Days that make no whole week belong to the last one.
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
