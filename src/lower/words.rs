//! What outputs print in addition to the author's texts: the words of the project's language,
//! and those that the manifest gives instead.

use super::Input;
use crate::content::{Markdown, Spanned};
use crate::diag::{Code, Diagnostic, Sink};
use crate::words::{Count, Part, Word, Words, parts};

/// The words of the project.
pub(super) fn lower(input: &Input<'_>, diagnostics: &mut Sink) -> Words {
    let manifest = input.manifest;
    let tag = manifest.language_tag();
    let place = manifest.language.as_ref().map_or(manifest.id.span, |language| language.span);
    let mut words = Words::of(tag);
    let mut recounted = Vec::new();
    for (key, text) in &manifest.words.0 {
        diagnostics.extend(misplaced(key, text));
        match key.value.split_once('.') {
            None => drop(words.set(&key.value, &text.value.0)),
            Some((count, category)) => {
                if !words.is_known() && !recounted.contains(&count) {
                    words.recount(count, tag);
                    recounted.push(count);
                }
                words.set_form(count, category, &text.value.0);
            }
        }
    }
    let given = |key: &str| manifest.words.0.iter().any(|(given, _)| given.value == key);
    for count in recounted.iter().filter(|count| !given(&format!("{count}.other"))) {
        let first = manifest.words.0.iter().find(|(key, _)| key.value.starts_with(&format!("{count}.")));
        let message = format!("`{count}` has no form for most numbers");
        let diagnostic = Diagnostic::error(Code::BAD_WORD, first.map_or(place, |(key, _)| key.span), message)
            .label(format!("`{count}.other` is missing"))
            .help(format!("add `{count}.other: …`; `{{n}}` in it is the number"));
        diagnostics.push(diagnostic);
    }
    let missing = Word::ALL.iter().map(|word| word.key()).find(|key| !given(key));
    let uncounted = Count::ALL.iter().map(|count| count.key()).find(|count| !recounted.contains(count));
    let allowed = manifest.lint.0.iter().any(|(rule, level)| rule.value == "no-words" && level.value.0 == "allow");
    // If the tag isn't valid, that is reported elsewhere.
    let is_tag = tag.split('-').next().is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_alphabetic()));
    if !words.is_known()
        && !allowed
        && is_tag
        && let Some(missing) = missing.or(uncounted)
    {
        let message = format!("no words for outputs in the language `{tag}`");
        let diagnostic =
            Diagnostic::warning(Code::NO_WORDS, place, message).label("headings and labels are in English").help(format!(
                "give your own under `words:`, beginning with `{missing}` (`cardpress explain words` lists all of them); if English is fine, write `lint: {{no-words: allow}}`"
            ));
        diagnostics.push(diagnostic);
    }
    words
}

/// Reports a word with missing or wrong placeholders.
fn misplaced(key: &Spanned<String>, text: &Markdown) -> Option<Diagnostic> {
    let (places, all): (&[&str], bool) = match Word::named(&key.value) {
        Some(word) => (word.places(), true),
        None => (&["n"], false),
    };
    let has: Vec<&str> =
        parts(&text.value.0).filter_map(|part| if let Part::Place(name) = part { Some(name) } else { None }).collect();
    let braced =
        |places: &[&str]| places.iter().map(|place| format!("`{{{place}}}`")).collect::<Vec<_>>().join(" and ");
    let known = if places.is_empty() { "no place that is filled in".to_owned() } else { braced(places) };
    let (message, label) = if let Some(other) = has.iter().find(|place| !places.contains(place)) {
        (format!("nothing is filled in for `{{{other}}}`"), format!("`{}` has {known}", key.value))
    } else if all && places.iter().any(|place| has.iter().filter(|has| has == &place).count() != 1) {
        (format!("`{}` must contain {} once", key.value, braced(places)), "missing, or there twice".to_owned())
    } else {
        return None;
    };
    let diagnostic = Diagnostic::error(Code::BAD_WORD, text.span, message).label(label);
    Some(diagnostic.help("Cardpress fills in what stands in braces"))
}
