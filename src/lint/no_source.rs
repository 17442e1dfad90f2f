//! `no-source`: an answer that doesn't say where it comes from. Wozniak's eighteenth rule: provide
//! sources.

use super::{Course, Finding, listed};
use crate::diag::{Code, Diagnostic};

pub(super) const NAME: Code = Code::NO_SOURCE;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items().filter(|item| item.sources == Some(0)) {
        let message = format!("`{}` names no source", item.id);
        let diagnostic = Diagnostic::warning(Code::NO_SOURCE, item.span, message)
            .label("no `references`")
            .help("add `references: [{title: …, authors: …, year: …}]`, so that readers can check the answer")
            .help("if this deck names no sources, set `lint: {no-source: allow}` in cardpress.yaml");
        found.push(Finding::of(item, diagnostic));
    }
}

/// One message for all findings in a project.
pub(super) fn gathered(course: &Course<'_>, findings: &[Finding]) -> String {
    let about: Vec<&str> = findings.iter().map(|finding| finding.about.as_str()).collect();
    let all = course.items().filter(|item| item.sources.is_some()).count();
    if about.len() == all {
        return format!("none of the {all} questions names a source");
    }
    format!("{} of {all} questions name no source: {}", about.len(), listed(&about))
}
