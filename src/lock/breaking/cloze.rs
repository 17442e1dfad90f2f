//! Cloze numbers that now ask for a different answer.

use std::collections::BTreeMap;

use super::{Breaking, retired};
use crate::diag::Code;
use crate::lock::NoteLine;
use crate::source::Span;

/// A card whose cloze number now asks for a different answer. A corrected answer doesn't count as
/// different: it is similar to the old one, or differs only in its figures.
pub(super) fn renumbered(old: &NoteLine, new: &NoteLine, span: Option<Span>, release: &str) -> Option<Breaking> {
    let before: BTreeMap<u16, &str> = texts(old);
    let after: BTreeMap<u16, &str> = texts(new);
    let other = before.iter().find_map(|(ord, text)| {
        let now = *after.get(ord)?;
        let moved = before.iter().any(|(other, text)| other != ord && same(text, now) && !same(text, before[ord]));
        (moved || !is_corrected(text, now)).then_some((*ord, *text, now))
    });
    let (ord, text, now) = other?;
    let number = ord + 1;
    let message = format!("cloze {number} of `{}` was `{text}` and is now `{now}`", new.note);
    let cost = "Anki ties the schedule to the cloze number: learners who know the old answer would be treated as knowing the new one";
    let breaking =
        Breaking::new(Code::RENUMBERED_CLOZE, &new.note, message, cost, span, "same numbers, different answers")
            .also(old.span, "what learners have");
    let free = before.keys().chain(after.keys()).max().map_or(1, |most| most + 2);
    let moved_to = after.iter().find(|(other, new)| **other != ord && same(new, text)).map(|(other, _)| other + 1);
    Some(match moved_to {
        Some(_) => breaking.remedy(format!(
            "number the clozes yourself: keep `{{{{{number}:{text}}}}}`, and write the new one as `{{{{{free}:…}}}}`"
        )),
        None => breaking.remedy(format!(
            "write it as a new fact with a different id, and retire this one with {}",
            retired(release)
        )),
    })
}

fn texts(line: &NoteLine) -> BTreeMap<u16, &str> {
    line.cards.iter().copied().zip(line.cloze.iter().map(String::as_str)).collect()
}

fn same(one: &str, other: &str) -> bool {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    one == other || (!plain(one).is_empty() && plain(one) == plain(other))
}

fn is_corrected(one: &str, other: &str) -> bool {
    const ALIKE: f64 = 0.6;
    let without_figures =
        |text: &str| -> String { text.chars().filter(|c| !c.is_ascii_digit() && !".,".contains(*c)).collect() };
    let figures = |text: &str| text.contains(|c: char| c.is_ascii_digit());
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    // `0.001` and `3e-4` contain hardly any letters.
    let wordless = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() < 3;
    let bare = wordless(&one) && wordless(&other);
    let same_but_figures =
        figures(&one) && figures(&other) && (bare || without_figures(&one) == without_figures(&other));
    let part = one.len().min(other.len()) >= 3 && (one.contains(&other) || other.contains(&one));
    same(&one, &other) || same_but_figures || part || strsim::normalized_damerau_levenshtein(&one, &other) >= ALIKE
}
