//! `no-alt-text`: a picture without alternative text. Learners who can't see it, and all text
//! formats, have nothing in its place.

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for (_, span) in item.pictures.iter().filter(|(text, _)| text.trim().is_empty()) {
            let diagnostic = Diagnostic::warning(Code::NO_ALT_TEXT, *span, "this picture has no alternative text")
                .label("nothing between the brackets")
                .help("say what the picture shows: `![Error falls, then rises with complexity](…)`");
            found.push(Finding::of(item, diagnostic));
        }
    }
}
