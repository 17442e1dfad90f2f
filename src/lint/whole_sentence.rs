//! `whole-sentence`: a cloze that hides a whole sentence, or leaves nothing on its card.

use std::collections::BTreeMap;

use super::{Course, Finding, words};
use crate::deck::study::Hidden;
use crate::diag::{Code, Diagnostic, count};

/// A longer cloze is a sentence to recite.
const MOST: usize = 10;

const HELP: &str = "hide only the word or two that matter, and leave enough to tell what is asked";

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for face in item.faces.iter().filter(|face| !face.hidden.is_empty()) {
            for part in &face.hidden {
                let hidden = words::count(&part.text);
                if hidden > MOST {
                    let message = format!("this cloze hides {hidden} words");
                    let diagnostic = Diagnostic::warning(Code::WHOLE_SENTENCE, part.span, message)
                        .label(format!("more than {MOST}"))
                        .help(HELP);
                    found.push(Finding::of(item, diagnostic));
                }
            }
            if words::count(&face.ask.text.replace("[…]", " ")) == 0 {
                for (first, others) in bare(&face.hidden) {
                    let message = if others == 0 {
                        "this cloze hides the whole text".to_owned()
                    } else {
                        format!("this cloze and {} with the same number hide the whole text", count(others, "other"))
                    };
                    let diagnostic = Diagnostic::warning(Code::WHOLE_SENTENCE, first.span, message)
                        .label("nothing is left on the card")
                        .help(HELP);
                    found.push(Finding::of(item, diagnostic));
                }
            }
        }
    }
}

/// For text that consists of clozes only, each card that shows nothing: its first cloze, and
/// how many others it has. A card shows the clozes of other cards, and hints.
fn bare(hidden: &[Hidden]) -> Vec<(&Hidden, usize)> {
    let mut cards: BTreeMap<u16, Vec<&Hidden>> = BTreeMap::new();
    for part in hidden {
        cards.entry(part.number).or_default().push(part);
    }
    let shows_nothing = |parts: &&Vec<&Hidden>| parts.len() == hidden.len() && !parts.iter().any(|part| part.hinted);
    cards.values().filter(shows_nothing).map(|parts| (parts[0], parts.len() - 1)).collect()
}
