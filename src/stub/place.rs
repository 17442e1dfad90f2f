//! The file that a new item goes to: the one that is named, that of a topic, the
//! one that has most of its kind, or a new one.

use super::{Kind, Refusal};
use crate::front::Content;
use crate::schema;
use crate::similar;
use crate::source::Source;
use crate::yaml::Tree;

/// Where an author wants a new item.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// Where the others of its kind are.
    Fitting,
    /// In the file of this topic.
    Topic(&'a str),
    /// In this file, by its path in the project.
    File(&'a str),
}

/// The file's path and what it says, or should say before the item is added.
pub(super) fn find(
    content: &Content<'_>,
    kind: &Kind,
    place: &Place<'_>,
    sources: &[Source],
    trees: &[Tree<'_>],
) -> Result<(String, String), Refusal> {
    let existing = |at: usize| (sources[at].path().to_owned(), sources[at].text().to_owned());
    match *place {
        Place::Fitting => match richest(kind, trees) {
            Some(at) => Ok(existing(at)),
            None => fresh(content, kind.section, &sentence(kind.section), sources),
        },
        Place::Topic(topic) => match of_topic(topic, trees)? {
            Some(at) => Ok(existing(at)),
            None => fresh(content, topic, topic, sources),
        },
        Place::File(path) => match sources.iter().position(|source| source.path() == path) {
            Some(at) => Ok(existing(at)),
            None if content.reads(path) => {
                let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or(path);
                let title = sentence(stem.trim_start_matches(|c: char| c.is_ascii_digit()));
                Ok((path.to_owned(), head(path, &title, sources)))
            }
            None => Err(Refusal::NoContent { path: path.to_owned() }),
        },
    }
}

/// The file with most items of `kind`; of several, the last.
fn richest(kind: &Kind, trees: &[Tree<'_>]) -> Option<usize> {
    let number = |tree: &Tree<'_>| {
        let list = tree.root().and_then(|root| tree.get(root, kind.section));
        list.map(|list| tree.items(list).len())
    };
    let numbered = trees.iter().enumerate().filter_map(|(at, tree)| Some((number(tree)?, at)));
    numbered.max().map(|(_, at)| at)
}

/// The file of `topic`, named by its path, `A::B`, or by its last part.
fn of_topic(topic: &str, trees: &[Tree<'_>]) -> Result<Option<usize>, Refusal> {
    let name = |tree: &Tree<'_>| -> Option<String> {
        let topic = tree.root().and_then(|root| tree.get(root, "topic"))?;
        Some(tree.text(topic)?.trim().to_owned())
    };
    let names: Vec<(usize, String)> =
        trees.iter().enumerate().filter_map(|(at, tree)| Some((at, name(tree)?))).collect();
    let same = |name: &str| name.to_lowercase() == topic.to_lowercase();
    let last = |name: &str| name.rsplit("::").next().unwrap_or(name).trim().to_owned();
    let found = names.iter().find(|(_, name)| same(name)).or_else(|| names.iter().find(|(_, name)| same(&last(name))));
    if let Some((at, _)) = found {
        return Ok(Some(*at));
    }
    match similar::name(topic, names.iter().map(|(_, name)| name.as_str())) {
        Some(near) => Err(Refusal::UnknownTopic { topic: topic.to_owned(), near: near.to_owned() }),
        None => Ok(None),
    }
}

/// A file called after `name`, where the first `content` pattern looks.
fn fresh(content: &Content<'_>, name: &str, topic: &str, sources: &[Source]) -> Result<(String, String), Refusal> {
    let slug = schema::slug(name);
    let path = content.new_path(if slug.is_empty() { "topic" } else { &slug });
    if let Some(source) = sources.iter().find(|source| source.path() == path) {
        return Ok((path, source.text().to_owned()));
    }
    if !content.reads(&path) {
        return Err(Refusal::NoContent { path });
    }
    let head = head(&path, topic, sources);
    Ok((path, head))
}

/// The first lines of a new file; the line that names the schema is that of a
/// neighbour.
fn head(path: &str, topic: &str, sources: &[Source]) -> String {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let neighbours = sources.iter().filter(|source| folder(source.path()) == folder(path));
    let mut lines = neighbours.filter_map(|source| source.text().lines().next());
    let schema = lines.find(|line| line.starts_with("# yaml-language-server:"));
    let schema = schema.map(|line| format!("{}\n", line.trim_end())).unwrap_or_default();
    format!("{schema}topic: {}\n", crate::yaml::scalar(topic))
}

/// `interview_types` → `Interview types`
fn sentence(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect());
    capital.unwrap_or_else(|| "Topic".to_owned())
}
