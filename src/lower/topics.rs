//! Files → the tree of topics. Files with the same topic are joined, even if they spell it in
//! two ways that Anki treats as one; a topic's path also creates the topics above it.

use std::collections::{BTreeMap, BTreeSet};

use super::ahead::Lowered;
use super::project::empty_part;
use super::{Context, blocks, lesson};
use crate::content::{self, Spanned};
use crate::deck::study::Lesson;
use crate::deck::{Block, Color, Topic, names};
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span};

/// The topics of all files, in the order in which they are first named, from the lowered items
/// of the files; and what the lint reads of each file.
pub(super) fn lower(
    context: &Context<'_>,
    root: &str,
    files: &[content::File],
    lowered: &mut dyn Iterator<Item = Lowered>,
) -> (Vec<Topic>, Vec<Lesson>) {
    let (mut topics, mut lessons) = (Vec::new(), Vec::new());
    let mut colors = Color::ALL.into_iter().cycle();
    let mut known = Spellings::new();
    for file in files {
        let color = file.color.unwrap_or_else(|| colors.next().unwrap_or_default());
        let (mut blocks, studies) = blocks(&context.within(file), file, lowered);
        if context.shared.studied {
            lessons.push(lesson::lesson(file, studies));
        }
        if let Some(diagnostic) = empty_part("topic", &file.topic.join("::"), file.span) {
            context.report(diagnostic);
        }
        let path = spelled(context, &mut known, &file.topic, file.span);
        if let Some(own) = &file.deck {
            let deck = deck(context, &mut known, root, own);
            let aside = &mut *context.found.aside.borrow_mut();
            for note in blocks.iter_mut().flat_map(Block::notes_mut).chain(aside) {
                note.deck = Some(deck.clone());
            }
        }
        let topic = place(&mut topics, root, "", &path, color, file.span);
        if let Some(topic) = topic {
            if topic.blocks.is_empty() {
                // We move the blocks rather than copy them, because a file may have 100,000 items.
                topic.blocks = blocks;
            } else {
                topic.blocks.extend(blocks);
            }
            topic.aside.append(&mut context.found.aside.borrow_mut());
        }
    }
    (topics, lessons)
}

/// The page of each file's items in a handout, by the file: the id of the topic at the top.
pub(super) fn pages(files: &[content::File]) -> BTreeMap<FileId, String> {
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut pages = BTreeMap::new();
    for file in files {
        let Some(title) = file.topic.first() else { continue };
        let id = ids.entry(names::key(title)).or_insert_with(|| {
            let id = free_id(|id| taken.contains(id), "", &names::stored(title));
            taken.insert(id.clone());
            id
        });
        pages.insert(file.span.file, names::stem(id));
    }
    pages
}

/// The title of each topic and where it was first named, by its path in the form in which Anki
/// compares paths.
type Spellings = BTreeMap<String, (String, Span)>;

/// The full name of the deck that a file puts its cards into.
fn deck(context: &Context<'_>, known: &mut Spellings, root: &str, own: &Spanned<String>) -> String {
    if own.value.trim().is_empty() {
        return root.to_owned();
    }
    context.report_all(empty_part("deck", &own.value, own.span));
    let path: Vec<String> = own.value.split("::").map(|part| part.trim().to_owned()).collect();
    format!("{root}::{}", spelled(context, known, &path, own.span).join("::"))
}

/// The path to a topic or a deck in the spelling that came first; a different spelling is reported.
fn spelled(context: &Context<'_>, known: &mut Spellings, path: &[String], span: Span) -> Vec<String> {
    let mut key = String::new();
    let mut other = None;
    let spell = |title: &String| {
        key = format!("{key}::{}", names::key(title));
        let own = names::stored(title);
        let (first, place) = known.entry(key.clone()).or_insert_with(|| (own.clone(), span));
        if *first != own && other.is_none() {
            other = Some((own, first.clone(), *place));
        }
        first.clone()
    };
    let path: Vec<String> = path.iter().map(spell).collect();
    if let Some((own, first, place)) = other {
        context.report(respelled(context, span, &own, &first, place, &path.join("::")));
    }
    path
}

fn respelled(context: &Context<'_>, span: Span, own: &str, first: &str, place: Span, path: &str) -> Diagnostic {
    let message = format!("Anki treats `{own}` and `{first}` as the same deck");
    let diagnostic = Diagnostic::warning(Code::TOPIC_SPELLING, span, message)
        .label(format!("this would be merged into `{first}`"))
        .also(place, "first spelled here")
        .help(format!("write `{first}`, or give the topic a different name"));
    let source = context.shared.sources.get(span.file).text();
    match source.as_bytes().get(span.start as usize) {
        // Under `|` or `>` there are no quotes to put it in.
        Some(b'|' | b'>') | None => diagnostic,
        Some(_) => diagnostic.suggest(span, scalar(path)),
    }
}

/// `text` as a YAML scalar on one line.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | ':');
    let safe = text.starts_with(char::is_alphabetic) && text.chars().all(plain) && !text.contains(": ");
    if safe { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

/// The topic at `path`, which is created if it does not exist yet.
fn place<'t>(
    topics: &'t mut Vec<Topic>,
    deck: &str,
    above: &str,
    path: &[String],
    color: Color,
    span: Span,
) -> Option<&'t mut Topic> {
    let (title, rest) = path.split_first()?;
    let at = topics.iter().position(|topic| topic.title == *title).unwrap_or_else(|| {
        let id = free_id(|id| topics.iter().any(|topic| topic.id == id), above, title);
        topics.push(Topic {
            id,
            title: title.clone(),
            deck: format!("{deck}::{title}"),
            color,
            blocks: Vec::new(),
            aside: Vec::new(),
            topics: Vec::new(),
            span,
        });
        topics.len() - 1
    });
    let topic = topics.get_mut(at)?;
    if rest.is_empty() {
        return Some(topic);
    }
    let (deck, above) = (topic.deck.clone(), topic.id.clone());
    place(&mut topic.topics, &deck, &above, rest, color, span)
}

/// The letters and digits of the title in lower case, joined by hyphens, after the id of the
/// topic above. If two titles give the same id, a number is added.
fn free_id(is_taken: impl Fn(&str) -> bool, above: &str, title: &str) -> String {
    let lower = title.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let own = if words.is_empty() { "topic".to_owned() } else { words.join("-") };
    let base = if above.is_empty() { own } else { format!("{above}-{own}") };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered);
    let free = names.find(|name| *name != "index" && !is_taken(name));
    free.unwrap_or(base)
}
