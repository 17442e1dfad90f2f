//! `no-question`: a front that is a topic or a statement. A learner has to guess what to recall, so nobody can say
//! whether an answer is right. Matuschak: prompts should be precise.
//!
//! Requests begin with any verb, so the rule reports only what is certainly none: a clause that begins with an article,
//! or a few words without a verb that we know.

use super::languages::Language;
use super::{Course, Finding, words};
use crate::deck::study::Face;
use crate::diag::{Code, Diagnostic};

/// Marks of a question, in any script, and of something to complete.
const MARKS: &[char] =
    &['?', '¿', '؟', '՞', '፧', '\u{37e}', '‽', '⁇', '⁈', '⁉', '⸮', '？', '﹖', ':', '：', '…', '=', '→', '_'];

/// Where clauses end. A dash between words without spaces joins them.
const CLAUSES: &[char] = &['.', '!', ',', ';', '(', ')', '—', '\n'];

/// With more words than this, a text without an article in front may be a request.
const FEW_WORDS: usize = 3;

/// How many other fronts of the same item a diagnostic points to.
const MORE: usize = 2;

pub(super) fn find(course: &Course<'_>, found: &mut Vec<Finding>) {
    for item in course.items() {
        let Some(language) = course.language(item) else { continue };
        let mut faces = item.faces.iter().filter(|face| asks_alone(face) && asks_nothing(language, &face.ask.text));
        let Some(first) = faces.next() else { continue };
        let diagnostic = Diagnostic::warning(Code::NO_QUESTION, first.ask.span, "this front is not a question")
            .label("a topic or a statement")
            .help("ask for what the answer says: `What does … do?`, `Why does … ?`, `Name the …`");
        // The rows of a table share what their cards ask.
        let others = faces.take(MORE);
        let diagnostic = others.fold(diagnostic, |told, face| told.also(face.ask.span, "this one too"));
        found.push(Finding::of(item, diagnostic));
    }
}

/// Whether only the author's words on the front can ask: no options, no cloze and no template.
fn asks_alone(face: &Face) -> bool {
    !face.quoted && !face.asked_around && face.options.is_empty() && face.hidden.is_empty()
}

/// Whether a text is certainly no more than a topic or a statement.
fn asks_nothing(language: &Language, text: &str) -> bool {
    // Most fronts are questions, and this finds out soonest.
    if text.contains(MARKS) || text.contains("...") {
        return false;
    }
    let text = &text.replace('’', "'");
    if language.opens(text) || language.asks(text) || text.split(CLAUSES).any(|clause| language.requests(clause)) {
        return false;
    }
    let words = words::of(text);
    let Some((first, rest)) = words.split_first() else { return false };
    if language.is_article(first) {
        // What follows a statement may ask: `The patient has a fever. Next step`.
        return !text.trim_end_matches(['.', '!']).contains(CLAUSES) && !text.contains(" – ");
    }
    // An article after the first word may belong to the object of a verb that we don't know.
    let is_bare = !rest.iter().any(|word| language.is_article(word));
    is_bare && text.split_whitespace().count() <= FEW_WORDS && is_plain(text)
}

/// Whether a text consists of words in Latin letters, unlike formulas and code.
fn is_plain(text: &str) -> bool {
    let is_latin = |c: char| c.is_alphabetic() && (c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c));
    let is_other = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-'’‐‑–—.!,()".contains(c);
    text.contains(is_latin) && !text.contains("()") && text.chars().all(|c| is_latin(c) || is_other(c))
}

#[cfg(test)]
mod tests {
    use super::{Language, asks_nothing};

    fn found(code: &str, text: &str) -> bool {
        asks_nothing(Language::of(code).expect("the language has lists"), text)
    }

    #[test]
    fn topics_and_statements_ask_nothing() {
        let topics = [
            ("en", "Mitochondrion"),
            ("en", "The learning rate"),
            ("en", "Bias–variance trade-off"),
            ("en", "The mitochondrion makes most of a cell's ATP."),
            ("en", "The bias–variance trade-off"),
            ("en", "Capital of France"),
            ("de", "Der Satz des Pythagoras"),
            ("de", "Grundumsatz"),
            ("de", "Die Leber speichert Glykogen."),
            ("es", "La mitocondria"),
            ("es", "Fotosíntesis"),
            ("fr", "L’eau"),
            ("fr", "La Révolution"),
            ("it", "Il ciclo di Krebs"),
            ("pt", "O ciclo de Krebs"),
        ];
        for (code, text) in topics {
            assert!(found(code, text), "{text}");
        }
    }

    #[test]
    fn questions_requests_and_gaps_ask() {
        let asking = [
            ("en", "What is the rank? The matrix is 3 by 3."),
            ("en", "The matrix is singular. Find its rank."),
            ("en", "The first step, and why"),
            ("en", "Name two penalties"),
            ("en", "Please name two penalties"),
            ("en", "Conjugate the verb"),
            ("en", "Zigzag the rope"),
            ("en", "Is L2 convex"),
            ("en", "Where mitochondria live"),
            ("en", "The patient has a fever. Next step"),
            ("en", "The cell – its parts and their work"),
            ("en", "The dog, in Spanish"),
            ("en", "Integrate: \\int x\\,dx"),
            ("en", "\\int x\\,dx"),
            ("en", "The capital of France is …"),
            ("en", "In Spanish: the dog"),
            ("en", "The cell (“cell”)？"),
            ("en", "犬"),
            ("en", "print()"),
            ("en", "1867"),
            ("de", "Erkläre den Kniesehnenreflex."),
            ("de", "Nennen Sie drei Beispiele."),
            ("de", "Die Ableitung von Sinus bilden"),
            ("de", "Ob Wale Fische sind"),
            ("es", "¿Qué es una célula?"),
            ("es", "Explicar la fotosíntesis"),
            ("fr", "Nommez trois os."),
            ("fr", "Quelle est la capitale"),
            ("fr", "Qu’est-ce qu’un os"),
            ("it", "Spiega il ciclo di Krebs"),
            ("pt", "Explique a fotossíntese"),
        ];
        for (code, text) in asking {
            assert!(!found(code, text), "{text}");
        }
    }
}
