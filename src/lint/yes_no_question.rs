//! `yes-no-question` and `either-or-question`: half of all guesses are right, so a learner passes
//! the card without knowing why. Matuschak: prompts should be effortful.

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

/// With more options than this, tossing a coin does not answer a question.
const FEW_OPTIONS: usize = 2;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        let Some(language) = course.language(item) else { continue };
        let asked = item.faces.iter().filter(|face| !face.quoted && face.options.len() <= FEW_OPTIONS);
        for face in asked.filter(|face| language.is_closed(&face.ask.text)) {
            let diagnostic = if language.offers_two(&face.ask.text) {
                Diagnostic::warning(Code::EITHER_OR_QUESTION, face.ask.span, "this question offers two answers")
                    .help("ask how the two differ, or why it is one and not the other")
            } else {
                Diagnostic::warning(
                    Code::YES_NO_QUESTION,
                    face.ask.span,
                    "this question can be answered with yes or no",
                )
                .help("ask why, how or when: `Why does … ?`, `What happens to … if … ?`")
            };
            found.push(Finding::of(item, diagnostic.label("half of all guesses are right")));
        }
    }
}
