//! `whole-sentence`: a hidden part so large that what is left asks for nothing.

use super::{Course, Finding, words};
use crate::diag::Diagnostic;

/// A part of so many words is a sentence to recite.
const MOST: usize = 10;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for face in item.faces.iter().filter(|face| !face.hidden.is_empty()) {
            let shown = words::count(&face.ask.text.replace("[…]", ""));
            for part in &face.hidden {
                let hidden = words::count(&part.text);
                if hidden > MOST || shown < 3 {
                    let message = format!("{hidden} words are hidden, and {shown} are shown");
                    let diagnostic = Diagnostic::warning("whole-sentence", part.span, message)
                        .label("hides too much")
                        .help("hide the word or two that carry the fact, and leave enough to tell what is asked");
                    found.push(Finding::of(item, diagnostic));
                }
            }
        }
    }
}
