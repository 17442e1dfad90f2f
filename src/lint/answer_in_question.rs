//! `answer-in-question`: the question contains its answer. A learner then passes the card by
//! reading it.

use super::{Course, Finding, words};
use crate::deck::study::Face;
use crate::diag::{Code, Diagnostic};

/// Longer answers have good reasons to repeat the question's words.
const MOST_WORDS: usize = 6;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        let language = course.language(item);
        for face in &item.faces {
            for (answer, span) in answers(face) {
                if words::each(answer).nth(MOST_WORDS).is_some() {
                    continue;
                }
                let (ask, words) = (words::of(&face.ask.text), words::of(answer));
                let matters = |word: &str| language.is_none_or(|language| language.matters(word));
                let says_something = words.iter().any(|word| matters(word) && word.chars().count() > 2);
                if says_something && words::contain(&ask, &words) && !names_others(face, &ask, &words) {
                    let message = format!("the question already says `{}`", answer.trim());
                    let diagnostic = Diagnostic::warning(Code::ANSWER_IN_QUESTION, span, message)
                        .label("the answer")
                        .help("reword the question, or hide the answer there too");
                    found.push(Finding::of(item, diagnostic));
                }
            }
        }
    }
}

/// Whether the question names other options too, so that naming the answer gives nothing away.
fn names_others(face: &Face, ask: &[String], answer: &[String]) -> bool {
    face.options.iter().map(|option| words::of(option)).any(|option| option != answer && words::contain(ask, &option))
}

fn answers(face: &Face) -> Vec<(&str, crate::source::Span)> {
    if face.hidden.is_empty() {
        return vec![(&face.answer.text, face.answer.span)];
    }
    face.hidden.iter().map(|part| (part.text.as_str(), part.span)).collect()
}
