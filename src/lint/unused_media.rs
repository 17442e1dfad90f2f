//! `unused-media`: a file among the media that nothing shows. It is in no
//! package; perhaps its picture is missing from a card.

use super::{Course, Finding};
use crate::diag::Diagnostic;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for path in course.unused_media {
        let message = format!("nothing shows `{path}`");
        let diagnostic = Diagnostic {
            span: None,
            ..Diagnostic::warning("unused-media", course.deck.project.deck_span, message)
        };
        let diagnostic = diagnostic.help(format!("show it with `![what one sees]({path})`, or delete it"));
        found.push(Finding { about: path.clone(), diagnostic });
    }
}
