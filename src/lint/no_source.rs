//! `no-source`: an answer that names nobody who says so. Wozniak's eighteenth
//! rule: provide sources.

use super::{Course, Finding};
use crate::diag::Diagnostic;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items().filter(|item| item.sources == Some(0)) {
        let diagnostic = Diagnostic::warning("no-source", item.span, format!("`{}` names no source", item.id))
            .label("no `references`")
            .help("add `references: [{title: …, authors: …, year: …}]`: who doubts the answer looks there");
        found.push(Finding::of(item, diagnostic));
    }
}
