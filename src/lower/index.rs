//! Every id of the project and where it is defined: ids must be unique, and links must lead to one.

use std::collections::BTreeMap;

use crate::content::{self, Kind};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::parse::Form;
use crate::similar;
use crate::source::{ScalarStyle, Span};
use crate::yaml::{NodeId, Scalar, Tree, Value};

/// The ids of a project.
#[derive(Debug, Default)]
pub struct Index {
    items: BTreeMap<String, Entry>,
    /// Former ids, each with the present one.
    former: BTreeMap<String, (Span, String)>,
    /// Ids of entries that could not be read; a link to one isn't a second error.
    broken: Vec<String>,
    /// Ids of drafts: they are taken, but nothing can link to them.
    drafts: BTreeMap<String, Span>,
}

#[derive(Debug)]
struct Entry {
    span: Span,
    /// The item's title as the author wrote it.
    title: String,
    title_place: Place,
    prompt: bool,
    /// The id on its cards, if it has any; `/*` at the end stands for the ids of its parts.
    on_cards: Option<String>,
}

/// An item's title.
pub(super) struct Title<'i> {
    /// Markdown.
    pub text: &'i str,
    /// Where it is in the source, if the item could be read.
    pub place: Option<Place>,
}

/// Where a text is in the source, and how it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub span: Span,
    pub style: ScalarStyle,
    /// Titles and names have one line; a question may have more.
    pub form: Form,
}

impl Index {
    /// Collects the ids of every tree, and reports ids that are defined twice.
    pub fn new<'t>(trees: impl Iterator<Item = &'t Tree<'t>>, diagnostics: &mut Sink) -> Self {
        let mut index = Self::default();
        for tree in trees {
            index.broken.extend(tree.broken_ids.iter().map(|id| (*id).to_owned()));
            for (section, item) in content::item_nodes(tree) {
                index.add(tree, item, (section == "prompts", search(tree, item, section)), diagnostics);
                let list = tree.get(item, "items").filter(|_| section == "checklists" && !is_draft(tree, item));
                let on_cards = has_parts_on_cards(tree, item);
                for part in list.into_iter().flat_map(|list| tree.items(list)) {
                    let search = oldest_id(tree, *part).filter(|_| on_cards).map(str::to_owned);
                    index.add(tree, *part, (false, search), diagnostics);
                }
            }
        }
        index
    }

    /// Adds an item: whether it is a prompt, and what finds its cards.
    fn add(
        &mut self,
        tree: &Tree<'_>,
        item: NodeId,
        (prompt, on_cards): (bool, Option<String>),
        diagnostics: &mut Sink,
    ) {
        let Some(node) = tree.get(item, "id") else { return };
        let Some(id) = tree.text(node) else { return };
        if is_draft(tree, item) {
            if self.is_free(id, tree.span(node), diagnostics) {
                self.drafts.insert(id.to_owned(), tree.span(node));
            }
            return;
        }
        let named = [("title", Form::Line), ("name", Form::Line), ("ask", Form::Blocks), ("text", Form::Blocks)];
        let titles = named.iter().find_map(|(key, form)| Some((tree.get(item, key)?, *form)));
        // A note's title is its first field.
        let first = || Some((tree.entries(tree.get(item, "fields")?).next()?.1, Form::Blocks));
        let titles = titles.or_else(first);
        let (title, form) = titles.unwrap_or((node, Form::Line));
        if self.is_free(id, tree.span(node), diagnostics) {
            let entry = Entry {
                span: tree.span(node),
                title: tree.text(title).unwrap_or(id).to_owned(),
                title_place: Place {
                    span: tree.span(title),
                    style: tree.style(title),
                    form,
                },
                prompt,
                on_cards,
            };
            self.items.insert(id.to_owned(), entry);
        }
        let formerly = tree.get(item, "formerly");
        for old in formerly.into_iter().flat_map(|list| tree.items(list)) {
            let Some(text) = tree.text(*old) else { continue };
            if self.is_free(text, tree.span(*old), diagnostics) {
                self.former.insert(text.to_owned(), (tree.span(*old), id.to_owned()));
            }
        }
    }

    fn is_free(&self, id: &str, span: Span, diagnostics: &mut Sink) -> bool {
        let Some(first) = self.place(id) else { return true };
        let diagnostic = Diagnostic::error(Code::DUPLICATE_ID, span, format!("`{id}` is defined twice"))
            .label("second definition")
            .also(first, "first definition")
            .help("give one of them a different id; learners' history depends on ids");
        diagnostics.push(diagnostic);
        false
    }

    /// Where `id` is defined, as a present id or a former one.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<Span> {
        let former = || self.former.get(id).map(|(span, _)| *span);
        let draft = || self.drafts.get(id).copied();
        self.items.get(id).map(|entry| entry.span).or_else(former).or_else(draft)
    }

    /// Whether `id` belongs to a draft.
    pub(super) fn is_draft(&self, id: &str) -> bool {
        self.drafts.contains_key(id)
    }

    pub(super) fn is_prompt(&self, id: &str) -> bool {
        self.is_broken(id) || self.items.get(id).is_some_and(|entry| entry.prompt)
    }

    fn is_broken(&self, id: &str) -> bool {
        self.broken.iter().any(|broken| broken == id)
    }

    /// The id that stands on the cards of the item `id`, if it has such cards; with `*` for any letters, as in Anki's searches.
    pub(super) fn on_cards(&self, id: &str) -> Option<&str> {
        self.items.get(id)?.on_cards.as_deref()
    }

    /// The title of an item; for an item that could not be read, its id.
    pub(super) fn title<'i>(&'i self, id: &'i str) -> Option<Title<'i>> {
        match self.items.get(id) {
            Some(entry) => Some(Title { text: &entry.title, place: Some(entry.title_place) }),
            None => self.is_broken(id).then_some(Title { text: id, place: None }),
        }
    }

    /// The present id of the item that once had the id `id`.
    pub(super) fn renamed(&self, id: &str) -> Option<String> {
        self.former.get(id).map(|(_, present)| present.clone())
    }

    /// An existing id that the author may have meant by `id`.
    pub(super) fn similar(&self, id: &str) -> Option<String> {
        similar::id(id, self.items.keys().map(String::as_str)).map(str::to_owned)
    }
}

/// What finds the cards of an item by the id on them. Items that are only printed have no cards, and those of a project's
/// own note types show no id.
fn search(tree: &Tree<'_>, item: NodeId, section: &str) -> Option<String> {
    let is_there = ["type", "retired"].iter().all(|key| tree.get(item, key).is_none());
    let id = oldest_id(tree, item).filter(|_| is_there)?;
    if section == "tables" {
        return has_parts_on_cards(tree, item).then(|| format!("{id}/*"));
    }
    let has_cards = Kind::shares(section, "cards");
    let is_printed = tree.get(item, "cards").and_then(|node| tree.text(node)) == Some("none");
    (has_cards && !is_printed).then(|| id.to_owned())
}

/// Whether the parts of a table or a checklist are cards.
fn has_parts_on_cards(tree: &Tree<'_>, item: NodeId) -> bool {
    tree.get(item, "cards").is_some_and(|cards| tree.text(cards) != Some("none"))
}

/// The first id that an item had.
fn oldest_id<'t>(tree: &'t Tree<'_>, item: NodeId) -> Option<&'t str> {
    let formerly = tree.get(item, "formerly").and_then(|list| tree.items(list).first().copied());
    tree.text(formerly.or_else(|| tree.get(item, "id"))?)
}

fn is_draft(tree: &Tree<'_>, item: NodeId) -> bool {
    let draft = tree.get(item, "draft").map(|node| tree.value(node));
    matches!(draft, Some(Value::Scalar(Scalar::Bool(true))))
}
