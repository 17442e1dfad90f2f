//! `long-answer`: an answer that takes longer than ninety seconds to say. Learners forget parts of
//! it, and one grade can't say which.

use super::{Course, Finding, words};
use crate::diag::{Code, Diagnostic};

/// Ninety seconds at a calm 150 words per minute.
const MOST: usize = 225;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for face in &item.faces {
            let words = words::count(&face.answer.text);
            if words > MOST {
                let diagnostic = Diagnostic::warning(
                    Code::LONG_ANSWER,
                    face.answer.span,
                    format!("this answer has {words} words"),
                )
                .label(format!("more than {MOST}, or ninety seconds of speech"))
                .help("give the idea, the mechanism, one example and the limit; move the rest to an item of its own");
                found.push(Finding::of(item, diagnostic));
            }
        }
    }
}
