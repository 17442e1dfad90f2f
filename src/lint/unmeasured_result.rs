//! `unmeasured-result`: a result without a figure. "It went much better" is what
//! everybody says; a number is what an interviewer writes down.

use super::{Course, Finding};
use crate::diag::Diagnostic;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        let outcome = item.outcome.as_ref().filter(|outcome| !outcome.text.contains(|c: char| c.is_ascii_digit()));
        if let Some(outcome) = outcome {
            let diagnostic = Diagnostic::warning("unmeasured-result", outcome.span, "this result has no figure")
                .label("nothing measured")
                .help("give before and after, a rate, a time or a sum, here or under `metrics`");
            found.push(Finding::of(item, diagnostic));
        }
    }
}
