//! Words of plain text.

use std::borrow::Cow;

/// The words in lower case, without the characters between them.
pub(super) fn of(text: &str) -> Vec<String> {
    each(text).map(Cow::into_owned).collect()
}

/// The same, one by one; words that are already in lower case are not copied.
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

/// The number of words. Scripts without spaces are counted by characters: Chinese and Japanese
/// words have two on average, those of South-East Asia four.
pub(super) fn count(text: &str) -> usize {
    let (mut words, mut ideographs, mut syllables) = (0, 0, 0);
    for word in text.split_whitespace() {
        let spaced = |c: char| c.is_alphanumeric() && !is_ideograph(c) && !is_syllable(c);
        words += usize::from(word.contains(spaced));
        if !word.is_ascii() {
            ideographs += word.chars().filter(|c| is_ideograph(*c)).count();
            syllables += word.chars().filter(|c| is_syllable(*c) && c.is_alphanumeric()).count();
        }
    }
    words + ideographs.div_ceil(2) + syllables.div_ceil(4)
}

/// Characters of Chinese and Japanese.
fn is_ideograph(c: char) -> bool {
    matches!(c, '々' | '〆' | '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

/// Characters of Thai, Lao, Burmese and Khmer.
fn is_syllable(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

/// Whether `whole` contains `part`, word by word.
pub(super) fn contain(whole: &[String], part: &[String]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_are_found() {
        assert_eq!(super::of("What's L2, the bias–variance?"), ["what's", "l2", "the", "bias", "variance"]);
        let (whole, part) = (super::of("recall is TP over all"), super::of("TP over"));
        assert!(super::contain(&whole, &part) && !super::contain(&part, &whole));
    }

    #[test]
    fn words_are_counted_in_any_script() {
        let counts =
            [("Recall – hits, 3 of 4", 5), ("1867年に始まった", 4), ("腎臓", 1), ("신장의 기능", 2), ("ประเทศไทย", 3)];
        for (text, want) in counts {
            assert_eq!(super::count(text), want, "{text}");
        }
    }
}
