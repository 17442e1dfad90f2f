//! `single-tag`: a tag that only one item has. In Anki it finds nothing that a search for the
//! item's own words would not, and often it is a typo.

use std::collections::BTreeMap;

use super::{Course, Finding};
use crate::deck::names;
use crate::diag::{Code, Diagnostic};
use crate::similar;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for lesson in &course.deck.lessons {
        for item in &lesson.items {
            let all = item.tags.iter().map(|(tag, _)| tag).chain(&lesson.tags);
            for tag in all {
                // A search for a tag also finds the tags below it.
                for part in above(tag) {
                    *uses.entry(part).or_default() += 1;
                }
            }
        }
    }
    let often: Vec<&str> = uses.iter().filter(|(_, uses)| **uses > 1).map(|(tag, _)| tag.as_str()).collect();
    for item in course.items() {
        // A tag that shares a part above its last one with others can be found by that part.
        let alone = |tag: &str| above(tag).all(|part| uses.get(&part) == Some(&1));
        for (tag, span) in item.tags.iter().filter(|(tag, _)| alone(tag)) {
            let diagnostic =
                Diagnostic::warning(Code::SINGLE_TAG, *span, format!("only this item has the tag `{tag}`"));
            let diagnostic = diagnostic.meant(*span, similar::name(tag, often.iter().copied()), "used once");
            let diagnostic = diagnostic.help("give the tag to every item that it fits, or remove it");
            found.push(Finding::of(item, diagnostic));
        }
    }
}

/// `ml::eval::auc` → `ml`, `ml::eval`, `ml::eval::auc`, in the form in which Anki compares them.
fn above(tag: &str) -> impl Iterator<Item = String> {
    let tag = names::key(tag);
    let ends: Vec<usize> = tag.match_indices("::").map(|(at, _)| at).chain([tag.len()]).collect();
    ends.into_iter().map(move |end| tag[..end].to_owned())
}
