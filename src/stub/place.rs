//! The file that a new item goes into: the one that the author names, that of a topic, the one
//! with the most items of its kind, or a new one.

use super::{Kind, Refusal};
use crate::front::Content;
use crate::schema;
use crate::similar;
use crate::source::Source;
use crate::yaml::Tree;

/// Where an author wants a new item.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// Where the other items of its kind are.
    Fitting,
    /// In the file of this topic.
    Topic(&'a str),
    /// In this file, given by its path in the project.
    File(&'a str),
}

/// The file's path and its text, or the text that it should have before the item is added.
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

/// The file with the most items of `kind`; if there are several, the last.
fn richest(kind: &Kind, trees: &[Tree<'_>]) -> Option<usize> {
    let number = |tree: &Tree<'_>| {
        let list = tree.root().and_then(|root| tree.get(root, kind.section));
        list.map(|list| tree.items(list).len())
    };
    let numbered = trees.iter().enumerate().filter_map(|(at, tree)| Some((number(tree)?, at)));
    numbered.max().map(|(_, at)| at)
}

/// The file of `topic`, given by its path, `A::B`, or by its last part.
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

/// A file named after `name`, in the place where the first `content` pattern looks.
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

/// The beginning of the line that tells editors a file's schema.
const SCHEMA: &str = "# yaml-language-server: $schema=";

/// The first lines of a new file. The schema is copied from a different file, preferably one in
/// the same folder.
fn head(path: &str, topic: &str, sources: &[Source]) -> String {
    let named = sources.iter().filter_map(|source| {
        let line = source.text().lines().next()?;
        Some((source.path(), line.strip_prefix(SCHEMA)?.trim()))
    });
    let nearest = named.min_by_key(|(other, _)| folder(other) != folder(path));
    let schema = nearest.map(|(other, schema)| format!("{SCHEMA}{}\n", relative(schema, other, path)));
    format!("{}topic: {}\n", schema.unwrap_or_default(), crate::yaml::scalar(topic))
}

/// The folder that contains a path, without the last slash.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Converts `target` from relative to the file `from` to relative to the file `to`.
fn relative(target: &str, from: &str, to: &str) -> String {
    if target.contains("://") || target.starts_with('/') || folder(from) == folder(to) {
        return target.to_owned();
    }
    let mut whole: Vec<&str> = folder(from).split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." if whole.last().is_some_and(|last| *last != "..") => drop(whole.pop()),
            part => whole.push(part),
        }
    }
    let own: Vec<&str> = folder(to).split('/').filter(|part| !part.is_empty()).collect();
    let common = whole.iter().zip(&own).take_while(|(one, other)| one == other).count();
    let up = own[common..].iter().map(|_| "..");
    up.chain(whole[common..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// `interview_types` → `Interview types`
fn sentence(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect());
    capital.unwrap_or_else(|| "Topic".to_owned())
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn a_schema_is_found_from_any_folder() {
        let cases = [
            ("../schemas/a.json", "topics/x.yaml", "topics/deep/er/y.yaml", "../../../schemas/a.json"),
            ("../schemas/a.json", "topics/x.yaml", "y.yaml", "schemas/a.json"),
            ("schemas/a.json", "x.yaml", "topics/y.yaml", "../schemas/a.json"),
            ("a.json", "topics/x.yaml", "topics/deep/y.yaml", "../a.json"),
            ("../../a.json", "topics/x.yaml", "y.yaml", "../a.json"),
            ("https://example.org/a.json", "x.yaml", "topics/y.yaml", "https://example.org/a.json"),
        ];
        for (target, from, to, want) in cases {
            assert_eq!(relative(target, from, to), want);
        }
    }
}
