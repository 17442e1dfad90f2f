//! `long-list`: a list that is too long to recall as one thing. Wozniak's ninth and tenth rules:
//! avoid sets, avoid enumerations.

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

/// Miller's seven entries last for a moment. Five last for years, and a sixth does little harm.
const MOST: usize = 6;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for (entries, span) in item.faces.iter().flat_map(|face| &face.lists) {
            if *entries > MOST {
                let diagnostic =
                    Diagnostic::warning(Code::LONG_LIST, *span, format!("this list has {entries} entries to recall"))
                        .label(format!("more than {MOST}"))
                        .help("group the entries under two or three headings, or ask for each in a fact of its own");
                found.push(Finding::of(item, diagnostic));
            }
        }
    }
}
