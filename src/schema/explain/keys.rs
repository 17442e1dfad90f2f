//! Keys that are missing, misspelt or in the wrong place.

use std::collections::BTreeSet;

use serde_json::Value as JsonValue;

use super::Fault;
use crate::content::SECTIONS;
use crate::diag::{Code, Diagnostic};
use crate::similar;
use crate::source::Span;
use crate::yaml::{MAX_DIAGNOSTICS, NodeId};

impl Fault<'_, '_> {
    fn known_keys(&self) -> Vec<&str> {
        names(self.schema)
    }

    pub(super) fn unknown_keys(&self, unexpected: &[String]) -> Vec<Diagnostic> {
        let known = self.known_keys();
        let free = || known.iter().copied().filter(|key| !self.is_given(key));
        let unexpected = || unexpected.iter().take(MAX_DIAGNOSTICS);
        // If two keys may have been meant for the same one, there is no telling which.
        let wanted: Vec<&str> = unexpected().filter_map(|name| similar::key(name, free())).collect();
        let mut found = Vec::new();
        for name in unexpected() {
            let Some((key, value)) = self.tree.entry(self.node, name) else { continue };
            let span = self.tree.span(key);
            let diagnostic =
                Diagnostic::error(Code::UNKNOWN_KEY, span, format!("unknown key `{name}` in a {}", self.noun));
            found.push(match similar::key(name, free()) {
                Some(meant) => {
                    let alone = wanted.iter().filter(|other| **other == meant).count() == 1;
                    // These two take an item out of the outputs, which is up to the author.
                    let leaves = ["draft", "retired"].contains(&meant);
                    let certain = alone && !leaves && similar::only(name, free()) == Some(meant);
                    diagnostic
                        .label(format!("did you mean `{meant}`?"))
                        .help(format!("write `{meant}`"))
                        .edit(span, meant, certain)
                }
                None if self.for_all(name) => self.as_default(diagnostic, key, value),
                None if self.belongs_deeper(name) => diagnostic
                    .label("this key belongs to an entry, but isn't indented like one")
                    .help("indent it to match the other keys of its entry"),
                None => diagnostic
                    .label("Cardpress has no such key here")
                    .help(format!("keys allowed here: {}", free().collect::<Vec<_>>().join(", "))),
            });
            if let Some(section) = similar::key(name, free()).filter(|meant| SECTIONS.contains(meant)) {
                found.extend(self.words_of_others(value, section));
            }
        }
        found
    }

    /// Keys in the entries of `list` that other tools use for the keys of `section`.
    pub(super) fn words_of_others(&self, list: NodeId, section: &str) -> Vec<Diagnostic> {
        let schema = self.entry_schema(section);
        let (known, noun) = (names(schema), schema["x-noun"].as_str().unwrap_or("entry"));
        let entries = self.tree.items(list).iter().flat_map(|entry| self.tree.entries(*entry)).take(MAX_DIAGNOSTICS);
        let other = entries.filter_map(|(key, _)| {
            let name = self.tree.text(key).filter(|name| !known.contains(name))?;
            let meant = similar::key(name, known.iter().copied())?;
            let span = self.tree.span(key);
            let message = format!("unknown key `{name}` in a {noun}");
            let diagnostic =
                Diagnostic::error(Code::UNKNOWN_KEY, span, message).label(format!("did you mean `{meant}`?"));
            Some(diagnostic.help(format!("write `{meant}`")).suggest(span, meant))
        });
        other.collect()
    }

    /// Whether the key is there, even if its value cannot be read.
    fn is_given(&self, key: &str) -> bool {
        let is_unread = || self.tree.root() == Some(self.node) && self.tree.broken_keys.contains(&key);
        self.tree.get(self.node, key).is_some() || is_unread()
    }

    /// The schema of the entries in the list under `section`.
    fn entry_schema(&self, section: &str) -> &JsonValue {
        let items = &self.root["properties"][section]["items"];
        let named = items["$ref"].as_str().and_then(|name| self.root.pointer(name.trim_start_matches('#')));
        named.unwrap_or(items)
    }

    /// Whether `name` is a key of an item that a file can set for all of its items.
    fn for_all(&self, name: &str) -> bool {
        let defaults = &self.root["$defs"]["Defaults"]["properties"][name];
        self.tree.root() == Some(self.node) && !defaults.is_null()
    }

    /// `tags: […]` at the margin is meant for all items; below a section it may be for one item.
    fn as_default(&self, diagnostic: Diagnostic, key: NodeId, value: NodeId) -> Diagnostic {
        let together: Vec<(NodeId, NodeId)> =
            self.tree.entries(self.node).filter(|(key, _)| self.is_for_all(*key)).collect();
        let raw = |node: NodeId| self.slice(self.tree.span(node));
        let pairs: Vec<String> =
            together.iter().map(|(key, value)| format!("{}: {}", raw(*key), raw(*value))).collect();
        let example = format!("defaults: {{{}}}", pairs.join(", "));
        let diagnostic = diagnostic.label("this key belongs to an entry, not to a file");
        let (Some(first), Some(last)) = (together.first(), together.last()) else { return diagnostic };
        let whole = Span::new(self.span().file, self.tree.span(first.0).start, self.tree.span(last.1).end);
        let has_defaults = self.tree.get(self.node, "defaults").is_some();
        let plain = |text: &str| text.starts_with(char::is_alphabetic) && !text.contains(['[', ']', '{', '}', ',']);
        let simple = together.iter().all(|(_, value)| plain(raw(*value)) || raw(*value).starts_with('['));
        // After a syntax error each section is read on its own, so none counts as a duplicate.
        let names: BTreeSet<Option<&str>> = together.iter().map(|(key, _)| self.tree.text(*key)).collect();
        let is_double = names.len() < together.len();
        if has_defaults || is_double || !simple || example.contains(['\n', '#']) {
            return diagnostic.help(
                "to set it for every entry of this file, indent it under `defaults:`; to set it for one entry, indent \
                 it to match that entry's other keys",
            );
        }
        let is_section = |key: NodeId| self.tree.text(key).is_some_and(|key| SECTIONS.contains(&key));
        let mut sections = self.tree.entries(self.node).filter(|(key, _)| is_section(*key));
        let above = sections.all(|(section, _)| self.tree.span(section).start > self.tree.span(value).start);
        let diagnostic = if above {
            diagnostic.help(format!("to set it for every entry of this file, write `{example}`"))
        } else {
            diagnostic.help(format!(
                "to set it for every entry of this file, write `{example}`; to set it for one entry, indent it to \
                 match that entry's other keys"
            ))
        };
        // One edit for all of them, if there is nothing else between them.
        let lines = self.slice(whole).lines().filter(|line| !line.trim().is_empty()).count();
        if first.0 == key && lines == together.len() { diagnostic.edit(whole, example, above) } else { diagnostic }
    }

    fn is_for_all(&self, key: NodeId) -> bool {
        self.tree.text(key).is_some_and(|name| self.for_all(name) && !self.known_keys().contains(&name))
    }

    /// A misspelt key already explains a missing one.
    pub(super) fn missing_key(&self, name: &str) -> Option<Diagnostic> {
        let known = self.known_keys();
        let misspelt = self.tree.entries(self.node).any(|(key, _)| {
            let key = self.tree.text(key).unwrap_or("");
            !known.contains(&key) && similar::key(key, std::iter::once(name)).is_some()
        });
        if misspelt || self.stands_elsewhere(name) {
            return None;
        }
        let id = self.tree.entry(self.node, "id");
        let first = self.tree.entries(self.node).next();
        let span = match (id, first) {
            (Some((key, value)), _) => {
                let (start, end) = (self.tree.span(key), self.tree.span(value));
                Span::new(start.file, start.start, end.end)
            }
            (None, Some((key, _))) => self.tree.span(key),
            (None, None) => self.span(),
        };
        let meaning = self.description(name).unwrap_or_default();
        let diagnostic = Diagnostic::error(Code::MISSING_KEY, span, format!("this {} has no `{name}`", self.noun))
            .label(format!("`{name}` is required"))
            .help(format!("add `{name}:` {meaning}").trim_end().to_owned());
        Some(diagnostic)
    }

    /// Whether the key is there but could not be read, or is at the margin.
    fn stands_elsewhere(&self, name: &str) -> bool {
        let Some(root) = self.tree.root() else { return false };
        if root == self.node {
            return self.tree.broken_keys.contains(&name);
        }
        let key = |key: NodeId| self.tree.text(key).map(str::trim);
        self.root["properties"][name].is_null()
            && self.tree.entries(root).any(|(name_there, _)| key(name_there) == Some(name))
    }

    /// Whether `name`, which isn't a key of a file, is a key of something in a file.
    fn belongs_deeper(&self, name: &str) -> bool {
        let mut inner = self.root["$defs"].as_object().into_iter().flat_map(|object| object.values());
        self.tree.root() == Some(self.node) && inner.any(|inner| !inner["properties"][name].is_null())
    }

    /// The first sentence about a key in the schema.
    fn description(&self, name: &str) -> Option<String> {
        let text = self.schema["properties"][name]["description"].as_str()?;
        let sentence = text.split(['.', '\n']).next()?;
        Some(format!("({})", sentence.trim().to_lowercase()))
    }
}

/// The keys that `schema` defines.
fn names(schema: &JsonValue) -> Vec<&str> {
    let properties = schema["properties"].as_object();
    properties.into_iter().flat_map(|object| object.keys()).map(String::as_str).collect()
}
