//! `no-difficulty`: an item without a difficulty in a project whose other items have one. A search for a
//! difficulty in Anki misses it.

use super::{Course, Finding, listed};
use crate::deck::study::Study;
use crate::diag::{Code, Diagnostic};

pub(super) const NAME: Code = Code::NO_DIFFICULTY;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    if !asking(course).any(|item| item.has_difficulty) {
        return;
    }
    for item in asking(course).filter(|item| !item.has_difficulty) {
        let diagnostic = Diagnostic::warning(NAME, item.span, format!("`{}` has no difficulty", item.id))
            .label("other items have one")
            .help("add `difficulty: easy`, `medium` or `hard`, or give a whole file one under `defaults`");
        found.push(Finding::of(item, diagnostic));
    }
}

fn asking<'c>(course: &'c Course<'_>) -> impl Iterator<Item = &'c Study> {
    course.items().filter(|item| !item.faces.is_empty())
}

/// The message for the whole project.
pub(super) fn gathered(course: &Course<'_>, findings: &[Finding]) -> String {
    let ids: Vec<&str> = findings.iter().map(|finding| finding.about.as_str()).collect();
    let all = asking(course).count();
    format!("{} of {all} items with cards have no difficulty: {}", ids.len(), listed(&ids))
}
