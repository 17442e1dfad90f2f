//! `long-list`: more entries to recall than one remembers as one thing. Wozniak's
//! ninth and tenth rule: avoid sets, avoid enumerations.

use super::{Course, Finding};
use crate::diag::Diagnostic;

/// Miller's seven is for a moment; lists that are reviewed for years are best at
/// five, and a sixth entry is forgiven.
const MOST: usize = 6;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for (entries, span) in item.faces.iter().flat_map(|face| &face.lists) {
            if *entries > MOST {
                let diagnostic = Diagnostic::warning("long-list", *span, format!("a list of {entries} to recall"))
                    .label(format!("more than {MOST} entries"))
                    .help("group them under two or three heads, or ask for each in a fact of its own");
                found.push(Finding::of(item, diagnostic));
            }
        }
    }
}
