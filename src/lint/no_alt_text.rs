//! `no-alt-text`: a picture without words. Who cannot see it, and every text
//! format, has nothing instead.

use super::{Course, Finding};
use crate::diag::Diagnostic;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for (_, span) in item.pictures.iter().filter(|(text, _)| text.trim().is_empty()) {
            let diagnostic = Diagnostic::warning("no-alt-text", *span, "this picture has no words")
                .label("nothing between the brackets")
                .help("say what one should see in it: `![Error falls, then rises with complexity](…)`");
            found.push(Finding::of(item, diagnostic));
        }
    }
}
