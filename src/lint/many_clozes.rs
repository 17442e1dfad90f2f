//! `many-clozes`: a sentence that makes many cards, each of which shows the answers of the others.
//! Wozniak's fourth rule: stick to the minimum information principle.

use std::collections::BTreeSet;

use super::{Course, Finding};
use crate::diag::{Code, Diagnostic};

const MOST: usize = 3;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for face in &item.faces {
            let cards: BTreeSet<u16> = face.hidden.iter().map(|part| part.number).collect();
            if cards.len() > MOST {
                let message = format!("this sentence makes {} cards", cards.len());
                let diagnostic = Diagnostic::warning(Code::MANY_CLOZES, face.ask.span, message)
                    .label(format!("more than {MOST}"))
                    .help("split the sentence, or give several clozes the same number: `{{1:…}} and {{1:…}}`");
                found.push(Finding::of(item, diagnostic));
            }
        }
    }
}
