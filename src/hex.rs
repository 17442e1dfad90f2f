//! Bytes as people read them.

/// Two hex digits in lower case for each of `bytes`.
#[must_use]
pub fn digits(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}
