//! `yes-no-question` and `either-or-question`: half of all guesses are right, so
//! the card is passed without knowing why. Matuschak: prompts should be effortful.

use super::{Course, Finding, words};
use crate::deck::study::{Face, Study};
use crate::diag::Diagnostic;

const OPENERS: [&str; 24] = [
    "am", "are", "can", "could", "did", "do", "does", "had", "has", "have", "is", "may", "might", "must", "shall",
    "should", "was", "were", "will", "would", "isn't", "aren't", "doesn't", "don't",
];

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for (item, face) in closed(course) {
        let offers_two = words::each(&face.ask.text).any(|word| word == "or");
        let diagnostic = if offers_two {
            Diagnostic::warning("either-or-question", face.ask.span, "this offers the answer among two")
                .help("ask what tells them apart, or for the reason of the choice")
        } else {
            Diagnostic::warning("yes-no-question", face.ask.span, "this can be answered by yes or no")
                .help("ask why, how or when: `Why does … ?`, `What happens to … if … ?`")
        };
        found.push(Finding::of(item, diagnostic.label("a coin is right half the time")));
    }
}

/// Questions that begin as those do that are answered by yes or no.
fn closed<'c>(course: &'c Course<'_>) -> impl Iterator<Item = (&'c Study, &'c Face)> {
    let faces = course.items().flat_map(|item| item.faces.iter().map(move |face| (item, face)));
    let is_closed = |face: &Face| {
        let text = face.ask.text.trim_end();
        let first = words::of(text.split_whitespace().next().unwrap_or(""));
        text.ends_with('?') && first.first().is_some_and(|word| OPENERS.contains(&word.as_str()))
    };
    faces.filter(move |(item, face)| course.is_english(item) && !face.quoted && is_closed(face))
}
