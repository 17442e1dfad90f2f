//! `vague-opener`: a question that asks for everything on a subject. A learner can't tell when
//! the answer is complete. Matuschak: prompts should be precise.

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        let Some(language) = course.language(item) else { continue };
        for face in item.faces.iter().filter(|face| !face.quoted) {
            if let Some(opener) = language.vague(&face.ask.text) {
                let message = format!("`{opener} …` does not say what to answer");
                let diagnostic = Diagnostic::warning(Code::VAGUE_OPENER, face.ask.span, message)
                    .label("too broad")
                    .help("ask for one thing, with what, how or why: `How does … ?`, `Explain why …`");
                found.push(Finding::of(item, diagnostic));
            }
        }
    }
}
