//! Identities that must outlive every edit to the text.

use sha2::{Digest as _, Sha256};

/// Letters and digits, in the order of their values in base 62.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// What Anki recognises a note by across releases.
///
/// Derived from the author's `id`, never from the text: fixing a typo must not cost a learner their
/// review history. It is a letter and twelve letters or digits, so that spreadsheets don't take it
/// for a number or a formula.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guid(String);

impl Guid {
    /// The GUID of the note `key` in the project `namespace`.
    #[must_use]
    pub fn new(namespace: &str, key: &str) -> Self {
        let mut rest = hash(namespace, key) >> 32;
        let mut digit = |base: u128| {
            let value = (rest % base) as usize;
            rest /= base;
            value
        };
        let mut text = String::from(char::from(ALPHABET[10 + digit(52)]));
        text.extend((0..12).map(|_| char::from(ALPHABET[digit(62)])));
        Self(text)
    }

    /// The GUID that learners already have, according to the ledger.
    #[must_use]
    pub fn known(guid: String) -> Self {
        Self(guid)
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A number that Anki takes for a creation time in milliseconds, between 2001 and 2009: the id of a
/// note, deck, note type, field or template. Two names in a project hardly ever share one; callers
/// that need unique ids must check.
#[must_use]
pub fn anki_id(namespace: &str, name: &str) -> i64 {
    const FIRST: i64 = 1_000_000_000_000;
    const RANGE: u128 = 1 << 38;
    let offset = hash(namespace, name) % RANGE;
    FIRST + i64::try_from(offset).unwrap_or(0)
}

fn hash(namespace: &str, name: &str) -> u128 {
    let mut hasher = Sha256::new();
    hasher.update(namespace.as_bytes());
    hasher.update([0]);
    hasher.update(name.as_bytes());
    let digest = hasher.finalize();
    digest.iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_a_letter_and_twelve_letters_or_digits() {
        for number in 0..2000 {
            let guid = Guid::new("project", &format!("item-{number}"));
            let text = guid.as_str();
            assert_eq!(text.len(), 13);
            assert!(text.starts_with(|c: char| c.is_ascii_alphabetic()));
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric()));
        }
    }

    /// These values are in learners' collections.
    #[test]
    fn identities_never_change() {
        assert_eq!(Guid::new("ml-interview", "bias-variance").as_str(), "W31hTmox4JgxE");
        assert_eq!(anki_id("ml-interview", "note type/question"), 1_145_710_477_350);
    }
}
