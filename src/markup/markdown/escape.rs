//! Plain characters, and which of them need a backslash where they are.

use super::place::{Place, Shape};

/// Writes plain characters between the characters `around`, with a backslash only before those that
/// would otherwise mean something there.
pub(super) fn escape(text: &str, place: Place, (before, after): (char, char), out: &mut String) {
    let mut before = before;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let next = rest.chars().nth(1).unwrap_or(after);
        if before == '\n' && begins_block(rest, after) {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if digits > 0 {
                // `1.` becomes `1\.`: a digit cannot be escaped.
                out.push_str(&rest[..digits]);
                out.push('\\');
                escape_rest(&rest[digits..], place, after, out);
                return;
            }
            out.extend(['\\', c]);
            before = c;
            continue;
        }
        match c {
            '\n' => out.push_str("&#10;"),
            '\\' if next.is_ascii_punctuation() || next == '\n' => out.push_str("\\\\"),
            '*' if !(before == ' ' && next.is_whitespace()) => out.push_str("\\*"),
            '_' if !is_idle_underscore(before, next) => out.push_str("\\_"),
            '`' => out.push_str("\\`"),
            '[' | ']' if place.link => out.extend(['\\', c]),
            ']' if next == '(' => out.push_str("\\]"),
            '!' if next == '[' => out.push_str("\\!"),
            '<' if next.is_ascii_alphabetic() || "/!?<".contains(next) => out.push_str("\\<"),
            '&' if is_entity(rest) => out.push_str("\\&"),
            '~' if !before.is_whitespace() || next == '~' => out.push_str("\\~"),
            '#' if place.shape == Shape::Line && before.is_whitespace() => out.push_str("\\#"),
            '|' if place.shape == Shape::Cell && before == '\\' => out.push_str("&#124;"),
            '|' if place.shape == Shape::Cell => out.push_str("\\|"),
            // A backslash keeps other parsers from pairing dollars; GitHub needs the tag.
            '$' if place.math || !before.is_whitespace() || "$`".contains(next) => out.push_str("<span>\\$</span>"),
            c => out.push(c),
        }
        before = c;
    }
}

/// The rest of a line whose first character already has its backslash.
fn escape_rest(rest: &str, place: Place, after: char, out: &mut String) {
    let Some(first) = rest.chars().next() else { return };
    out.push(first);
    escape(&rest[first.len_utf8()..], place, (first, after), out);
}

fn is_idle_underscore(before: char, next: char) -> bool {
    before.is_alphanumeric() && next.is_alphanumeric() || before == ' ' && next.is_whitespace()
}

/// Whether a line that begins with `rest` would not be a paragraph.
fn begins_block(rest: &str, after: char) -> bool {
    let then = |length: usize| rest[length..].chars().next().unwrap_or(after).is_whitespace();
    let only = |set: &str| rest.chars().all(|c| set.contains(c));
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match rest.as_bytes()[0] {
        b'>' | b'[' => true,
        b'+' => then(1),
        b'-' | b':' | b'|' => (rest.starts_with('-') && then(1)) || only("-:| "),
        b'=' => only("= "),
        b'#' => then(rest.len() - rest.trim_start_matches('#').len()),
        b'0'..=b'9' => rest[digits..].starts_with(['.', ')']) && then(digits + 1),
        _ => false,
    }
}

/// Whether `rest`, which begins with `&`, begins with an entity.
pub(super) fn is_entity(rest: &str) -> bool {
    let name = rest[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
    name.len() + 1 < rest.len() && name.starts_with(';')
}
