//! Words of plain text.

use std::borrow::Cow;

/// The words in lower case, without what stands between them.
pub(super) fn of(text: &str) -> Vec<String> {
    each(text).map(Cow::into_owned).collect()
}

/// The same one by one; what is in lower case already is not copied.
pub(super) fn each(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let is_edge = |c: char| match c {
        '\'' | '’' | '²' | '₁' | '₂' => false,
        c if c.is_ascii() => !c.is_ascii_alphanumeric(),
        c => !c.is_alphanumeric(),
    };
    let is_lower = |word: &str| word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    let lower = move |word| if is_lower(word) { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) };
    text.split(is_edge).filter(|word| !word.is_empty()).map(lower)
}

/// How many there are.
pub(super) fn count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// Whether `part` stands in `whole`, word by word.
pub(super) fn contain(whole: &[String], part: &[String]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

/// Whether a word says something by itself.
pub(super) fn matters(word: &str) -> bool {
    const LITTLE: [&str; 46] = [
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "did", "do", "does", "for", "from", "has", "have",
        "how", "i", "if", "in", "is", "it", "its", "mean", "means", "of", "on", "one", "or", "that", "the", "their",
        "they", "this", "to", "was", "we", "what", "when", "where", "which", "who", "why", "with", "you", "your",
    ];
    LITTLE.binary_search(&word).is_err()
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_found_and_weighed() {
        assert_eq!(super::of("What's L2, the bias–variance?"), ["what's", "l2", "the", "bias", "variance"]);
        let (whole, part) = (super::of("recall is TP over all"), super::of("TP over"));
        assert!(super::contain(&whole, &part) && !super::contain(&part, &whole));
        assert!(super::matters("recall") && !super::matters("your") && !super::matters("a"));
    }
}
