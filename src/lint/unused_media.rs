//! `unused-media`: a media file that nothing shows. No package contains it; perhaps a card lacks
//! its picture.

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for path in course.unused_media {
        let message = format!("no text shows `{path}`");
        let diagnostic = Diagnostic {
            span: None,
            ..Diagnostic::warning(Code::UNUSED_MEDIA, course.deck.project.deck_span, message)
        };
        let diagnostic = diagnostic.help(format!("show it with `![what it shows]({path})`, or delete the file"));
        found.push(Finding { about: path.clone(), diagnostic });
    }
}
