//! `vague-opener`: a question that asks for everything on a subject. Whoever
//! answers cannot tell when it is answered. Matuschak: prompts should be precise.

use super::{Course, Finding};
use crate::diag::Diagnostic;

const OPENERS: [&str; 11] = [
    "describe ",
    "discuss ",
    "explain ",
    "give an overview",
    "give me an overview",
    "talk about ",
    "tell me about ",
    "tell me something about ",
    "what about ",
    "what can you say about ",
    "what do you know about ",
];

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items().filter(|item| course.is_english(item)) {
        for face in item.faces.iter().filter(|face| !face.quoted) {
            let text = face.ask.text.trim_start();
            let begins =
                |opener: &&&str| text.get(..opener.len()).is_some_and(|start| start.eq_ignore_ascii_case(opener));
            if let Some(opener) = OPENERS.iter().find(begins) {
                let message = format!("`{} …` does not say what is asked", opener.trim());
                let diagnostic = Diagnostic::warning("vague-opener", face.ask.span, message)
                    .label("a wide field")
                    .help("ask for one thing: `What does … trade for what?`, `How does … ?`, `Why … ?`");
                found.push(Finding::of(item, diagnostic));
            }
        }
    }
}
