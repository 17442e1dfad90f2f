//! Items in languages other than the project's: which ones they are, and marking their fields
//! for browsers, which choose fonts and direction by language.

use std::collections::BTreeMap;

use super::{Context, Input};
use crate::content::Id;
use crate::deck::{CardFace, Language, NoteTypeId};

/// The languages of items that are not in the project's language, by item id.
pub(super) fn of_items<'a>(input: &Input<'a>) -> BTreeMap<&'a str, &'a str> {
    let mut found = BTreeMap::new();
    for file in input.files {
        let of_file = file.lang.as_ref();
        for item in &file.items {
            let tag = item.meta.lang.as_ref().or(of_file).map(|language| language.value.0.as_str());
            let tag = tag.filter(|tag| !tag.eq_ignore_ascii_case(input.manifest.language_tag()));
            found.extend(tag.map(|tag| (item.meta.id.value.0.as_str(), tag)));
        }
    }
    found
}

impl<'a> Context<'a> {
    /// What `read` makes of texts that have their own language, among the texts of the item `id`.
    pub(super) fn read_in<T>(&self, tag: &'a str, read: impl FnOnce() -> T, id: &Id) -> T {
        self.language.set(tag);
        let made = read();
        self.read_as(&id.value.0);
        made
    }

    /// Marks the fields of a note that have their own languages.
    pub(super) fn speak(&self, note_type: NoteTypeId, langs: &[(&str, &str)], card: &mut CardFace) {
        let note_type = &self.shared.note_types[note_type.index()];
        for (field, tag) in langs {
            if let Some(html) = note_type.field(field).and_then(|at| card.html.get_mut(at)) {
                let is_line = !["<p", "<div", "<ul", "<ol", "<table", "<pre", "<blockquote", "<h"]
                    .iter()
                    .any(|block| html.contains(block));
                let element = if is_line { "span" } else { "div" };
                wrap(element, tag, html);
            }
        }
    }

    /// Reads the following texts in the language of the item `id`.
    pub(super) fn read_as(&self, id: &str) {
        self.language.set(self.shared.language_of(id));
    }
}

/// Fields that a template shows in the middle of a line of text.
const WITHIN_A_LINE: [&str; 1] = ["Table"];

/// Marks a field in the form that Anki stores. An empty field stays empty, because templates
/// check for that.
pub(super) fn mark(field: &str, tag: &str, html: &mut String) {
    // This field holds the name of a programming language.
    if html.is_empty() || field == "Language" {
        return;
    }
    wrap(if WITHIN_A_LINE.contains(&field) { "span" } else { "div" }, tag, html);
}

fn wrap(element: &str, tag: &str, html: &mut String) {
    if html.is_empty() {
        return;
    }
    *html = format!("<{element} {}>{html}</{element}>", Language::new(tag).attributes());
}
