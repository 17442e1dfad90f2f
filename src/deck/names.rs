//! How Anki compares the names of decks and tags: in NFC, ignoring case; and names that every file system accepts.

use sha2::{Digest as _, Sha256};
use unicase::UniCase;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use crate::hex;
use crate::source::floor_char;

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

/// The name of a file without its extension that every file system accepts: at most 120 bytes, and not the
/// name of a Windows device (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>). A
/// name that must change gets part of its hash, so that it stays unique.
#[must_use]
pub fn stem(name: &str) -> String {
    const MOST: usize = 120;
    const HASH: usize = 4;
    let numbered = |start: &str| name.strip_prefix(start).is_some_and(|end| matches!(end.as_bytes(), [b'1'..=b'9']));
    let is_device = matches!(name, "aux" | "con" | "nul" | "prn") || numbered("com") || numbered("lpt");
    if name.len() <= MOST && !is_device {
        return name.to_owned();
    }
    let hash = hex::digits(&Sha256::digest(name)[..HASH]);
    let cut = floor_char(name, MOST - 1 - 2 * HASH);
    format!("{}-{hash}", name[..cut].trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::{key, stem};

    #[test]
    fn every_file_system_takes_a_name() {
        let long = "ж".repeat(130);
        let longer = format!("{long}ж");
        for name in ["con", "aux", "com1", "lpt9", &long, &longer] {
            let stem = stem(name);
            assert!(stem.len() <= 120 && stem != name, "{stem}");
        }
        assert_ne!(stem(&long), stem(&longer));
        for name in ["rivers", "console", "com", "com10", "con-table", &"a".repeat(120)] {
            assert_eq!(stem(name), name);
        }
    }

    #[test]
    fn accents_and_case_make_no_other_name() {
        assert_eq!(key("CAFE\u{301}"), key("caf\u{e9}"));
        assert_eq!(key("Straße"), key("STRASSE"));
        assert_eq!(key("ΣΟΦΟΣ"), key("σοφος"));
        assert_ne!(key("cafe"), key("café"));
    }
}
