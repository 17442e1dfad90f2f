//! `long-code-line`: code wider than a phone's screen. A line that scrolls is read in two halves,
//! and neither shows how the code is indented.

use super::{Course, Finding};
use crate::deck::study::Sample;
use crate::diag::{Code, Diagnostic, count};

/// A phone is 360 to 412 CSS pixels wide. `card.css` leaves 312 to 365 of them for code, and a
/// character takes nine, so 35 to 40 characters fit.
const MOST: usize = 38;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        let widest = |code: &&Sample| code.widths.iter().copied().max();
        let Some(code) = item.code.iter().max_by_key(widest) else { continue };
        let columns = widest(&code).unwrap_or(0);
        let long = item.code.iter().flat_map(|code| &code.widths).filter(|width| **width > MOST).count();
        if long > 0 {
            let verb = if long == 1 { "is" } else { "are" };
            let message = format!("{} of code {verb} too wide for a phone", count(long, "line"));
            let label = if long == 1 {
                format!("{columns} columns, more than {MOST}")
            } else {
                format!("{columns} columns in the widest, more than {MOST}")
            };
            let diagnostic = Diagnostic::warning(Code::LONG_CODE_LINE, code.widest, message)
                .label(label)
                .help("break the line, or use shorter names: a card that scrolls sideways is hard to read");
            found.push(Finding::of(item, diagnostic));
        }
    }
}
