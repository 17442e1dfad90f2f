//! Text that a terminal, a log or a release page can safely show. Names in a package or a
//! ledger may come from anywhere: a control character in one of them could move the cursor,
//! hide a line or write one of its own.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` on one line, with an escape such as `\u{1b}` in place of each character
/// that isn't shown but does something.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, is_active)
}

/// The same for a text that may have several lines.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && is_active(c))
}

/// An equivalent JSON document, with escapes for the characters that JSON allows unescaped.
#[must_use]
pub fn json(document: String) -> String {
    // Line breaks are between its strings.
    let must_go = |c: char| c != '\n' && is_active(c);
    if !document.contains(must_go) {
        return document;
    }
    let mut out = String::with_capacity(document.len() + 16);
    for c in document.chars() {
        if must_go(c) {
            // All of them are in the first plane: one unit of UTF-16 each.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Control characters, line terminators, and characters that turn the direction of the text after
/// them. The marks that Arabic and Hebrew need within a line stay.
fn is_active(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escaped(text: &str, must_go: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&must_go) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if must_go(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIVE: &str = "\u{1b}]0;x\u{7}\r\n\u{7f}\u{9b}2J\u{2028}\u{202e}\u{2066}\u{2069}";

    #[test]
    fn what_does_something_is_shown_instead() {
        let shown = "\\u{1b}]0;x\\u{7}\\r\\n\\u{7f}\\u{9b}2J\\u{2028}\\u{202e}\\u{2066}\\u{2069}";
        assert_eq!(line(ACTIVE), shown);
        assert_eq!(lines(ACTIVE), shown.replace("\\n", "\n"));
        let plain = "עברית\u{200f} 👩\u{200d}💻 {a} \\u{1b} é";
        assert!(matches!(line(plain), Cow::Borrowed(same) if same == plain));
    }

    #[test]
    fn a_json_document_says_the_same() {
        let value = serde_json::json!({ ACTIVE: [ACTIVE, "é"] });
        let document = json(format!("{value:#}\n"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&document).unwrap(), value);
        assert_eq!(lines(&document), document);
    }
}
