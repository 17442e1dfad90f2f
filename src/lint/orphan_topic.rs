//! `orphan-topic`: no link leads from a topic to the rest of the course or back. Connected facts
//! are easier to remember.

use std::collections::{BTreeMap, BTreeSet};

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    let mut topic_of = BTreeMap::new();
    for lesson in &course.deck.lessons {
        topic_of.extend(lesson.items.iter().map(|item| (item.id.as_str(), lesson.topic.as_str())));
    }
    let mut linked = BTreeSet::new();
    for lesson in &course.deck.lessons {
        let there = lesson.items.iter().flat_map(|item| &item.links).filter_map(|id| topic_of.get(id.as_str()));
        for topic in there.filter(|topic| **topic != lesson.topic) {
            linked.extend([*topic, lesson.topic.as_str()]);
        }
    }
    // If there are no links at all, none is missing.
    if linked.is_empty() {
        return;
    }
    let mut seen = BTreeSet::new();
    for lesson in course.deck.lessons.iter().filter(|lesson| !linked.contains(lesson.topic.as_str())) {
        if lesson.items.iter().any(|item| !item.unfinished) && seen.insert(&lesson.topic) {
            let message = format!("no link connects `{}` to the other topics", lesson.topic);
            let diagnostic =
                Diagnostic::warning(Code::ORPHAN_TOPIC, lesson.span, message).label("no links in or out").help(
                    "link to an item in another topic with `see_also` or `[[id]]`, or list one of its items in a plan",
                );
            found.push(Finding { about: lesson.topic.clone(), diagnostic });
        }
    }
}
