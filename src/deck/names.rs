//! How Anki compares the names of decks and tags: in NFC, ignoring case.

use unicase::UniCase;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// The name as Anki stores it.
#[must_use]
pub fn stored(name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    match is_nfc_quick(name.chars()) {
        IsNormalized::Yes => name.to_owned(),
        IsNormalized::No | IsNormalized::Maybe => name.nfc().collect(),
    }
}

/// Equal for two names exactly when Anki treats them as the same.
#[must_use]
pub fn key(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    UniCase::new(stored(name)).to_folded_case()
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn accents_and_case_make_no_other_name() {
        assert_eq!(key("CAFE\u{301}"), key("caf\u{e9}"));
        assert_eq!(key("Straße"), key("STRASSE"));
        assert_eq!(key("ΣΟΦΟΣ"), key("σοφος"));
        assert_ne!(key("cafe"), key("café"));
    }
}
