//! `unfinished-item`: an item that `cardpress new` created and nobody has filled in yet. No
//! other rule looks at it, since we know what is missing.

use super::{Course, Finding, listed};
use crate::diag::{Code, Diagnostic, count};

pub(super) const NAME: Code = Code::UNFINISHED_ITEM;

const HELP: &str = "replace the text behind `TODO`, or delete the line if you don't need it";

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.deck.lessons.iter().flat_map(|lesson| &lesson.items).filter(|item| item.unfinished) {
        let message = format!("`{}` still has a TODO", item.id);
        let diagnostic =
            Diagnostic::warning(Code::UNFINISHED_ITEM, item.span, message).label("not filled in yet").help(HELP);
        found.push(Finding::of(item, diagnostic));
    }
}

/// One message for all findings in a file.
pub(super) fn gathered(_: &Course<'_>, findings: &[Finding]) -> String {
    let about: Vec<&str> = findings.iter().map(|finding| finding.about.as_str()).collect();
    format!("{} in this file still have TODOs: {}", count(about.len(), "item"), listed(&about))
}
