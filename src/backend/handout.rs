//! Markdown for GitHub and any editor: an index, a file for each top-level
//! topic, and the pictures. Answers are folded away, so that a reader can try
//! each question first.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Artifact, Content, Part};
use crate::anki::Made;
use crate::deck::{
    Block, Checklist, Day, Deck, Direction, Extract, Language, MediaSource, Note, Plan, Project, Prose, Table, Topic,
    Week, names,
};
use crate::diag::Sink;
use crate::document::{self, Places, Section, sections, topic_anchor};
use crate::markup::markdown::{self, Options};
use crate::markup::{Align, Document, Inline};
use crate::words::{Count, Word, Words};

/// Renders a deck as Markdown files.
pub fn render(made: &Made, _media: &dyn MediaSource, diagnostics: &mut Sink) -> Vec<Artifact> {
    let deck = &made.deck;
    deck.project.handouts.iter().flat_map(|extract| handout(deck, extract, diagnostics)).collect()
}

/// Reports empty handouts.
pub fn check(made: &Made, _media: &dyn MediaSource, diagnostics: &mut Sink) {
    let deck = &made.deck;
    let chosen = deck.project.handouts.iter().filter(|extract| !extract.chosen.is_all());
    diagnostics.extend(chosen.filter(|extract| deck.part(&extract.chosen).is_empty()).map(Extract::nothing));
}

fn handout(deck: &Deck, extract: &Extract, diagnostics: &mut Sink) -> Vec<Artifact> {
    let topics = deck.part(&extract.chosen);
    if topics.is_empty() && !extract.chosen.is_all() {
        diagnostics.push(extract.nothing());
        return Vec::new();
    }
    let places = Places::new(&topics, page_name);
    let language = &deck.project.language;
    let paper = Paper {
        words: &deck.project.words,
        languages: &deck.languages,
    };
    let file = |name: &str, text: String| Artifact::file(format!("{}/{name}", extract.name), text);
    let mut artifacts = vec![file("index.md", turned(index(deck, extract, &topics), language))];
    for (number, topic) in topics.iter().enumerate() {
        let text = turned(page(topic, &places, &paper) + &navigation(deck, &topics, number), language);
        artifacts.push(file(&page_name(topic), text));
    }
    let shown = (!extract.chosen.is_all()).then(|| document::media(&topics));
    let media = deck.media.iter().filter(|media| shown.as_ref().is_none_or(|shown| shown.contains(&media.name)));
    artifacts.extend(media.map(|media| Artifact {
        path: format!("{}/media/{}", extract.name, media.name),
        content: Content::File(Part::Media(media.path.clone())),
    }));
    artifacts
}

/// Sets a whole page from right to left, if its language is written that way. GitHub and most
/// editors keep the attribute, and read the Markdown after a blank line.
fn turned(text: String, language: &Language) -> String {
    match language.direction() {
        Direction::Ltr => text,
        Direction::Rtl => format!("<div {}>\n\n{text}\n</div>\n", language.attributes()),
    }
}

/// What applies to the whole handout.
struct Paper<'a> {
    words: &'a Words,
    /// The languages of items that aren't in the project's language, by their ids.
    languages: &'a BTreeMap<String, Language>,
}

impl Paper<'_> {
    /// One of Cardpress's own words in bold, above what it labels.
    fn label(&self, word: Word) -> String {
        format!("**{}**", markdown::text(self.words.get(word)))
    }

    /// Two pieces of Markdown; the first is the second's label.
    fn labelled(&self, label: &str, text: &str) -> String {
        self.words.fill(Word::Labelled, &[("label", label), ("text", text)])
    }

    /// `Week 2: Focus`, or `Week 2` if there is no focus.
    fn numbered(&self, word: Word, number: u16, focus: &str) -> String {
        let name = markdown::text(&self.words.fill(word, &[("n", &number.to_string())]));
        if focus.is_empty() { name } else { self.labelled(&name, focus) }
    }
}

/// What `write` adds to `parts`, marked if it has a different language.
fn marked(language: Option<&Language>, parts: &mut Vec<String>, write: impl FnOnce(&mut Vec<String>)) {
    let Some(language) = language else { return write(parts) };
    parts.push(format!("<div {}>", language.attributes()));
    write(parts);
    parts.push("</div>".to_owned());
}

/// The file of a top-level topic.
fn page_name(topic: &Topic) -> String {
    match topic.id.as_str() {
        "index" => "index-topic.md".to_owned(),
        id => format!("{}.md", names::stem(id)),
    }
}

/// Named after the id, so that a link survives a new title.
fn anchor(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!("<a id=\"{}\"></a>", document::anchor(id)) }
}

fn index(deck: &Deck, extract: &Extract, topics: &[Topic]) -> String {
    let project = &deck.project;
    let mut parts = vec![format!("# {}", markdown::text(&extract.title))];
    if !project.description.is_empty() {
        parts.push(markdown::text(&project.description));
    }
    parts.push(imprint(project));
    parts.push(format!("## {}", markdown::text(project.words.get(Word::Contents))));
    let mut contents = String::new();
    for topic in topics {
        contents_of(topic, &page_name(topic), 0, &project.words, &mut contents);
    }
    parts.push(contents.trim_end().to_owned());
    let (_, on) = arrows(&project.language);
    parts.extend(topics.first().map(|first| format!("---\n\n{} {on}", link_to(first))));
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

/// Version, date, licence and authors, as far as they are known.
fn imprint(project: &Project) -> String {
    let words = &project.words;
    let known = |word: Word, place: &str, value: &str| {
        (!value.is_empty()).then(|| markdown::text(&words.fill(word, &[(place, value)])))
    };
    let facts = [
        known(Word::Version, "version", &project.version),
        (!project.date.is_empty()).then(|| markdown::text(&project.date)),
        known(Word::Licence, "license", &project.license),
        known(Word::Authors, "authors", &project.authors.join(words.between(Word::Listed))),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A topic in the table of contents, its sections with their counts, and the topics within it.
fn contents_of(topic: &Topic, page: &str, depth: usize, words: &Words, out: &mut String) {
    let target = if depth == 0 { page.to_owned() } else { format!("{page}#{}", topic_anchor(topic)) };
    let margin = "  ".repeat(depth);
    let _ = writeln!(out, "{margin}- {}", markdown::link(&target, &title_of(topic)));
    for section in sections(topic) {
        let title = section.title(topic);
        let count = match section.count(words) {
            count if count.is_empty() => count,
            count => format!(" ({})", markdown::text(&count)),
        };
        if !title.is_empty() {
            let target = format!("{page}#{}", section.anchor(topic));
            let _ = writeln!(out, "{margin}  - {}{count}", markdown::link(&target, &title));
        }
    }
    for topic in &topic.topics {
        contents_of(topic, page, depth + 1, words, out);
    }
}

fn link_to(page: &Topic) -> String {
    markdown::link(&page_name(page), &title_of(page))
}

fn title_of(topic: &Topic) -> Vec<Inline> {
    vec![Inline::text(&topic.title, topic.span)]
}

/// The file of a top-level topic, without the navigation at its end.
fn page(topic: &Topic, places: &Places, paper: &Paper) -> String {
    let page = page_name(topic);
    let links = |id: &str| places.link(id, &page);
    let mut parts = vec![format!("# {}", markdown::text(&topic.title))];
    topic_body(topic, 1, &links, paper, &mut parts);
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}

type Links<'a> = &'a dyn Fn(&str) -> Option<String>;

fn topic_body(topic: &Topic, level: u8, links: Links, paper: &Paper, parts: &mut Vec<String>) {
    for section in sections(topic) {
        parts.push(format!("<a id=\"{}\"></a>", section.anchor(topic)));
        match section {
            Section::Notes { title, notes } => {
                parts.push(heading(level + 1, &markdown::text(title)));
                for note in notes {
                    marked(paper.languages.get(&note.key), parts, |parts| entry(note, level + 2, links, paper, parts));
                }
            }
            Section::Other(block) => marked(paper.languages.get(block.id()), parts, |parts| {
                self::block(block, level + 1, links, paper, parts);
            }),
        }
    }
    for topic in &topic.topics {
        parts.push(format!("<a id=\"{}\"></a>", topic_anchor(topic)));
        parts.push(heading(level + 1, &markdown::text(&topic.title)));
        topic_body(topic, level + 1, links, paper, parts);
    }
}

fn heading(level: u8, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{} {text}", "#".repeat(usize::from(level.min(6))))
}

fn titled(title: &[Inline], level: u8, links: Links, parts: &mut Vec<String>) {
    let options = Options { links, level };
    parts.push(heading(level, &markdown::inline(title, &options)));
}

fn block(block: &Block, level: u8, links: Links, paper: &Paper, parts: &mut Vec<String>) {
    match block {
        Block::Note(note) => entry(note, level, links, paper, parts),
        Block::Table(table) => self::table(table, level, links, paper, parts),
        Block::Checklist(list) => checklist(list, level, links, parts),
        Block::Plan(plan) => self::plan(plan, level, links, paper, parts),
        Block::Prose(prose) => self::prose(prose, level, links, parts),
    }
}

/// A note: the question is visible, the answer folded away.
fn entry(note: &Note, level: u8, links: Links, paper: &Paper, parts: &mut Vec<String>) {
    let options = Options { links, level };
    let title = markdown::inline(&note.entry.title, &options);
    let mark = markdown::text(&note.entry.mark);
    let between = if mark.is_empty() || title.is_empty() { "" } else { ". " };
    parts.push(anchor(&note.key));
    parts.push(heading(level, &format!("{mark}{between}{title}")));
    parts.push(markdown::document(&note.prompt(), &options));
    let answer = note.answer();
    if !answer.is_empty() {
        // GitHub reads Markdown within HTML only after a blank line.
        parts.push(format!("<details>\n<summary>{}</summary>", markdown::text(paper.words.get(Word::Answer))));
        parts.push(markdown::document(&answer, &options));
        parts.push("</details>".to_owned());
    }
}

fn table(table: &Table, level: u8, links: Links, paper: &Paper, parts: &mut Vec<String>) {
    titled(&table.title, level, links, parts);
    let options = Options { links, level };
    let head = |content: &Vec<Inline>| markdown::cell(&Document::paragraph(content.clone()), &options);
    let mut rows: Vec<Vec<String>> = vec![table.columns.iter().map(head).collect()];
    for row in &table.rows {
        let mut cells: Vec<String> = row.cells.iter().map(|cell| markdown::cell(cell, &options)).collect();
        if let Some(language) = paper.languages.get(&row.id) {
            for cell in &mut cells {
                *cell = format!("<span {}>{cell}</span>", language.attributes());
            }
        }
        if let Some(first) = cells.first_mut() {
            first.insert_str(0, &anchor(&row.id));
        }
        rows.push(cells);
    }
    parts.push(markdown::table(&vec![Align::None; table.columns.len()], &rows));
}

fn checklist(list: &Checklist, level: u8, links: Links, parts: &mut Vec<String>) {
    titled(&list.title, level, links, parts);
    let options = Options { links, level };
    let items = list.items.iter().map(|item| {
        let text = markdown::document(&item.text, &options);
        let how = markdown::document(&stressed(&item.how), &options);
        let body = if how.is_empty() { text } else { format!("{text}\n\n{how}") };
        task(&anchor(&item.id), &body)
    });
    parts.push(items.collect::<Vec<_>>().join("\n"));
}

/// A box to tick. Later lines align with the text after the hyphen, not after the box.
fn task(anchor: &str, text: &str) -> String {
    markdown::indented("- ", &format!("[ ] {anchor}{text}"))
}

/// In italics, if it is plain running text.
fn stressed(document: &Document) -> Document {
    match document.as_inlines() {
        Some(content) => Document::paragraph(vec![Inline::Emphasis(content.to_vec())]),
        None => document.clone(),
    }
}

fn plan(plan: &Plan, level: u8, links: Links, paper: &Paper, parts: &mut Vec<String>) {
    titled(&plan.title, level, links, parts);
    let days = paper.words.count(Count::Days, usize::from(plan.days));
    let weeks = paper.words.count(Count::Weeks, plan.weeks.len());
    parts.push(markdown::text(&paper.words.fill(Word::PlanLength, &[("days", &days), ("weeks", &weeks)])));
    for week in &plan.weeks {
        self::week(week, level + 1, links, paper, parts);
    }
}

fn week(week: &Week, level: u8, links: Links, paper: &Paper, parts: &mut Vec<String>) {
    let options = Options { links, level };
    let focus = markdown::inline(&week.focus, &options);
    parts.push(heading(level, &paper.numbered(Word::Week, week.number.into(), &focus)));
    for (label, documents) in [(Word::EveryDay, &week.daily), (Word::WeekGoals, &week.goals)] {
        if !documents.is_empty() {
            let tasks: Vec<String> =
                documents.iter().map(|document| task("", &markdown::document(document, &options))).collect();
            parts.push(paper.label(label));
            parts.push(tasks.join("\n"));
        }
    }
    if !week.study.is_empty() {
        let study = week.study.iter().map(|node| {
            let item = markdown::inline(std::slice::from_ref(node), &options);
            markdown::indented("- ", &item)
        });
        parts.push(paper.label(Word::ToStudy));
        parts.push(study.collect::<Vec<_>>().join("\n"));
    }
    if !week.days.is_empty() {
        let days: Vec<String> = week.days.iter().map(|day| self::day(day, paper, &options)).collect();
        parts.push(paper.label(Word::DayByDay));
        parts.push(days.join("\n"));
    }
}

/// A box to tick with the day's focus; below it, what to do and what to study.
fn day(day: &Day, paper: &Paper, options: &Options) -> String {
    let focus = markdown::inline(&day.focus, options);
    let mut lines = vec![task("", &format!("**{}**", paper.numbered(Word::Day, day.number, &focus)))];
    let within = |text: &str| markdown::indented("  - ", text);
    lines.extend(day.tasks.iter().map(|document| within(&markdown::document(document, options))));
    if !day.study.is_empty() {
        let links: Vec<String> =
            day.study.iter().map(|node| markdown::inline(std::slice::from_ref(node), options)).collect();
        lines.push(within(
            &paper.labelled(&format!("*{}*", markdown::text(paper.words.get(Word::ToStudy))), &links.join(" · ")),
        ));
    }
    lines.join("\n")
}

fn prose(prose: &Prose, level: u8, links: Links, parts: &mut Vec<String>) {
    titled(&prose.title, level, links, parts);
    let options = Options { links, level };
    parts.push(markdown::document(&prose.body, &options));
}

/// Arrows back and forward in the direction of reading: right-to-left text doesn't mirror them.
fn arrows(language: &Language) -> (char, char) {
    match language.direction() {
        Direction::Ltr => ('←', '→'),
        Direction::Rtl => ('→', '←'),
    }
}

/// The last lines of a file: links back, to the index, and forward.
fn navigation(deck: &Deck, topics: &[Topic], number: usize) -> String {
    let back = number.checked_sub(1).map(|before| &topics[before]);
    let (before, on) = arrows(&deck.project.language);
    let links = [
        back.map(|topic| format!("{before} {}", link_to(topic))),
        Some(format!("[{}](index.md)", markdown::text(deck.project.words.get(Word::Contents)))),
        topics.get(number + 1).map(|topic| format!("{} {on}", link_to(topic))),
    ];
    let links: Vec<String> = links.into_iter().flatten().collect();
    format!("\n---\n\n{}\n", links.join(" · "))
}
