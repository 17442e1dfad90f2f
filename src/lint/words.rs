//! Words of plain text.

/// The words in lower case, without what stands between them.
pub(super) fn of(text: &str) -> Vec<String> {
    let is_edge = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '²' | '₁' | '₂');
    text.split(is_edge).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
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
