//! Values that need quotes, have too many of them, or the wrong ones.

use super::lines::is_key;
use super::lines::{Line, Place};
use crate::diag::Diagnostic;

pub(super) fn quote_it(diagnostic: Diagnostic, place: &Place<'_>, line: &Line<'_>) -> Diagnostic {
    let diagnostic = diagnostic.help("put the value in quotes, or start a text block with `|` on the line above");
    match quoted(line).filter(|_| ends_its_value(place, line)) {
        Some(quoted) => {
            // In a list, `label: text` may be meant as text.
            let key = line.text.trim_start().split(": ").next().unwrap_or("");
            diagnostic.edit(place.span(line.value, line.end()), quoted, is_key(key))
        }
        None => diagnostic,
    }
}

/// Whether the value that begins in `line` ends with it: it isn't part of a
/// longer text, and no comment follows.
fn ends_its_value(place: &Place<'_>, line: &Line<'_>) -> bool {
    let value = &line.text[line.value - line.start..];
    let plain = !value.starts_with(['"', '\'', '|', '>']) && !value.contains(" #") && !value.contains('\t');
    let column = line.indent + if line.text[line.indent..].starts_with("- ") { 2 } else { 0 };
    let after = place.text[line.start..].lines().skip(1).find(|next| !next.trim().is_empty());
    let goes_on = after.is_some_and(|next| next.len() - next.trim_start_matches(' ').len() > column);
    plain && !goes_on && place.at >= line.value
}

/// The value in double quotes; long ones are left to the author.
fn quoted(line: &Line<'_>) -> Option<String> {
    let value = line.text[line.value - line.start..].trim_end();
    let short = !value.is_empty() && value.len() <= 300;
    short.then(|| double(uncurled(value).unwrap_or(value)))
}

/// The text inside the curly quotes around `value`.
fn uncurled(value: &str) -> Option<&str> {
    let inner = value.strip_prefix(['“', '”', '„'])?.strip_suffix(['”', '“'])?;
    (!inner.contains(['“', '”', '„'])).then_some(inner)
}

fn double(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Adds the intended quotes to a value whose own quotes end too early.
pub(super) fn requoted(diagnostic: Diagnostic, place: &Place<'_>, line: &Line<'_>) -> Diagnostic {
    let Some((start, end)) = quoted_part(place, line) else { return diagnostic };
    let value = &place.text[start..end];
    if value.len() > 300 || value.contains(['\\', '#']) {
        return diagnostic;
    }
    let (text, certain) = match within(value) {
        Some(inner) if inner.contains('"') && !inner.contains('\'') => (format!("'{inner}'"), false),
        Some(inner) => (double(inner), is_apostrophes(inner)),
        None => (format!("'{}'", value.replace('\'', "''")), false),
    };
    diagnostic.edit(place.span(start, end), text, certain)
}

/// Where the quoted value begins and ends: with its line or, in `[…]` and `{…}`, at the
/// quote before a comma or a bracket.
fn quoted_part(place: &Place<'_>, line: &Line<'_>) -> Option<(usize, usize)> {
    if place.text[line.value..].starts_with(['"', '\'']) {
        return Some((line.value, line.end()));
    }
    let before = &place.text[line.value..place.at.max(line.value)];
    let opened = |at: usize| before[..at].trim_end().ends_with([':', ',', '[', '{']);
    let (open, quote) = before.char_indices().rev().find(|(at, c)| matches!(c, '"' | '\'') && opened(*at))?;
    let rest = place.text.get(place.at..line.end())?;
    let closed = |at: usize| rest[at + 1..].trim_start().starts_with([',', ']', '}']);
    let close = rest.char_indices().find(|(at, c)| *c == quote && closed(*at))?.0;
    Some((line.value + open, place.at + close + 1))
}

/// The text inside the outer quotes, if these are what the author meant: a quote in it opens after
/// a space or is between two letters.
fn within(value: &str) -> Option<&str> {
    let quote = value.chars().next()?;
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    let at = inner.find(quote)?;
    let opens = inner[..at].ends_with([' ', '(']);
    (opens || between_letters(inner, at)).then_some(inner)
}

/// Whether every `'` in `text` is an apostrophe.
fn is_apostrophes(text: &str) -> bool {
    text.match_indices('\'').all(|(at, _)| between_letters(text, at)) && !text.contains('"')
}

fn between_letters(text: &str, at: usize) -> bool {
    text[..at].ends_with(char::is_alphanumeric) && text[at + 1..].starts_with(char::is_alphanumeric)
}

/// The quote that began the value that runs into `line`.
pub(super) fn opening(text: &str, line: &Line<'_>) -> Option<usize> {
    let mut at = Some(line.start);
    for _ in 0..50 {
        let above = Line::around(text, at?);
        if text[above.value..].starts_with(['"', '\'']) {
            return Some(above.value);
        }
        at = above.start.checked_sub(1);
    }
    None
}
