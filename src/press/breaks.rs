//! Where long words may break: after signs, between syllables, and anywhere in languages whose
//! syllables aren't known.

use std::borrow::Cow;

use hypher::Lang;

use crate::markup::extent::{LONG_WORD, ends_part};

/// A place for a hyphen.
const HYPHEN: char = '\u{ad}';
/// A place to break without one.
const SPACE: char = '\u{200b}';
/// At most this many characters stay together.
const TOGETHER: usize = 8;

/// `text` with places to break in its long words; `language` is a two-letter subtag.
pub(super) fn soften<'t>(text: &'t str, language: &str) -> Cow<'t, str> {
    let is_long = |word: &str| word.chars().nth(LONG_WORD).is_some();
    if !text.split_whitespace().any(is_long) {
        return Cow::Borrowed(text);
    }
    let language = <[u8; 2]>::try_from(language.as_bytes()).ok().and_then(Lang::from_iso);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for word in text.split_inclusive(char::is_whitespace) {
        if is_long(word.trim_end()) {
            softened(word, language, &mut out);
        } else {
            out.push_str(word);
        }
    }
    Cow::Owned(out)
}

fn softened(word: &str, language: Option<Lang>, out: &mut String) {
    let mut parts = word.split_inclusive(ends_part).peekable();
    while let Some(part) = parts.next() {
        let letters = part.trim_end_matches(|c: char| ends_part(c) || c.is_whitespace());
        let long = letters.chars().nth(TOGETHER).is_some();
        match language.filter(|_| long && letters.chars().all(char::is_alphabetic)) {
            Some(language) => {
                let mut syllables = hypher::hyphenate(letters, language).peekable();
                while let Some(syllable) = syllables.next() {
                    divided(syllable, out);
                    if syllables.peek().is_some() {
                        out.push(HYPHEN);
                    }
                }
            }
            None => divided(letters, out),
        }
        let rest = &part[letters.len()..];
        out.push_str(rest);
        if parts.peek().is_some() && !rest.is_empty() {
            out.push(SPACE);
        }
    }
}

/// Adds a part that nothing else divides. Characters that modify the one before stay with it.
fn divided(part: &str, out: &mut String) {
    if part.chars().nth(TOGETHER).is_none() {
        return out.push_str(part);
    }
    let joins = |c: char| unicode_normalization::char::is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let mut before = None;
    for c in part.chars() {
        if before.is_some_and(|before: char| !joins(c) && before != '\u{200d}') {
            out.push(SPACE);
        }
        out.push(c);
        before = Some(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_get_places_to_break() {
        let cases = [
            ("short words stay", "en", "short words stay"),
            ("Wahrscheinlichkeitsrechnung ja", "de", "Wahr-schein-lich-keits-rech-nung ja"),
            ("https://a.b/pathtosome/x", "en", "https:|/|/|a.|b/|path-to-some/|x"),
            ("2025-06-27T10-53-25Z_bd237f0f", "en", "2025-|06-|27T10-|53-|25Z_|bd237f0f"),
            ("กกกกกกกกกกกกกกกกกก", "th", "ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก|ก"),
        ];
        for (text, language, want) in cases {
            let shown = soften(text, language).replace(HYPHEN, "-").replace(SPACE, "|");
            assert_eq!(shown, want);
        }
    }
}
