//! Items in languages other than the project's: which ones they are, and marking their fields
//! for browsers, which choose fonts and direction by language.

use std::collections::BTreeMap;

use super::Input;
use crate::anki::note_types::ID;
use crate::deck::Language;

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

/// Marks a field that has a language of its own.
pub(super) fn speak(tag: &str, html: &mut String) {
    const BLOCKS: [&str; 8] = ["<p", "<div", "<ul", "<ol", "<table", "<pre", "<blockquote", "<h"];
    let is_line = !BLOCKS.iter().any(|block| html.contains(block));
    wrap(if is_line { "span" } else { "div" }, tag, html);
}

/// Fields that a template shows in the middle of a line of text.
const WITHIN_A_LINE: [&str; 1] = ["Table"];

/// Marks a field in the form that Anki stores. An empty field stays empty, because templates
/// check for that.
pub(super) fn mark(field: &str, tag: &str, html: &mut String) {
    // These fields hold the name of a programming language and an id.
    if html.is_empty() || ["Language", ID].contains(&field) {
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
