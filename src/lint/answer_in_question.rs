//! `answer-in-question`: what is to be recalled stands in the question. The card
//! is then passed by reading.

use super::{Course, Finding, words};
use crate::deck::study::Face;
use crate::diag::Diagnostic;

/// Longer answers repeat the question's words for good reasons.
const MOST_WORDS: usize = 6;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        for face in &item.faces {
            for (answer, span) in answers(face) {
                if words::each(answer).nth(MOST_WORDS).is_some() {
                    continue;
                }
                let (ask, words) = (words::of(&face.ask.text), words::of(answer));
                let says_something = words.iter().any(|word| words::matters(word) && word.chars().count() > 2);
                if says_something && words::contain(&ask, &words) {
                    let message = format!("the question says `{}` itself", answer.trim());
                    let diagnostic = Diagnostic::warning("answer-in-question", span, message)
                        .label("to be recalled")
                        .help("say it in other words in the question, or hide it in both places");
                    found.push(Finding::of(item, diagnostic));
                }
            }
        }
    }
}

fn answers(face: &Face) -> Vec<(&str, crate::source::Span)> {
    if face.hidden.is_empty() {
        return vec![(&face.answer.text, face.answer.span)];
    }
    face.hidden.iter().map(|part| (part.text.as_str(), part.span)).collect()
}
