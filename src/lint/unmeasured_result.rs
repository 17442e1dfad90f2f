//! `unmeasured-result`: a result without a figure. Everybody says "it went much better";
//! interviewers write down a number.

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        let outcome = item.outcome.as_ref().filter(|outcome| !outcome.text.contains(is_figure));
        if let Some(outcome) = outcome {
            let diagnostic = Diagnostic::warning(Code::UNMEASURED_RESULT, outcome.span, "this result has no figure")
                .label("nothing measured")
                .help("give a before and after, a rate, a time or a sum, here or under `metrics`");
            found.push(Finding::of(item, diagnostic));
        }
    }
}

/// Figures of any script.
fn is_figure(c: char) -> bool {
    c.is_numeric() || "一二三四五六七八九十百千万億亿".contains(c)
}
