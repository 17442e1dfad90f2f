//! Which characters belong to scripts that are written without spaces, or that need none next to
//! punctuation. Ranges from Unicode 17, `Scripts.txt` and `EastAsianWidth.txt`.

/// Whether `c` is a Chinese, Japanese or Korean letter: emphasis may begin
/// or end next to it without a space.
#[must_use]
pub fn is_cjk(c: char) -> bool {
    is_hangul(c) || is_han_or_kana(c)
}

/// Whether a line break next to `c` means nothing: true of Han, kana, and the full-width
/// punctuation that goes with them. Korean is written with spaces.
#[must_use]
pub fn joins_lines(c: char) -> bool {
    is_han_or_kana(c) || is_wide_punctuation(c)
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}')
}

fn is_han_or_kana(c: char) -> bool {
    matches!(
        c,
        '\u{2e80}'..='\u{2fdf}'
            | '\u{3005}'..='\u{3007}'
            | '\u{3021}'..='\u{3029}'
            | '\u{3031}'..='\u{3035}'
            | '\u{3038}'..='\u{303c}'
            | '\u{3041}'..='\u{3096}'
            | '\u{309d}'..='\u{309f}'
            | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{312f}'
            | '\u{31a0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ff9f}'
            | '\u{1aff0}'..='\u{1b16f}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

fn is_wide_punctuation(c: char) -> bool {
    matches!(
        c,
        '\u{3001}'..='\u{3003}'
            | '\u{3008}'..='\u{3020}'
            | '\u{3030}'
            | '\u{303d}'
            | '\u{30a0}'
            | '\u{30fb}'
            | '\u{fe10}'..='\u{fe1f}'
            | '\u{fe30}'..='\u{fe4f}'
            | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}'
            | '\u{ff3b}'..='\u{ff40}'
            | '\u{ff5b}'..='\u{ff65}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_keeps_its_spaces() {
        assert!("漢字かなカナ".chars().all(|c| is_cjk(c) && joins_lines(c)));
        assert!("한국어".chars().all(|c| is_cjk(c) && !joins_lines(c)));
        assert!("。、「」（）".chars().all(|c| !is_cjk(c) && joins_lines(c)));
        assert!("aя€א1 ".chars().all(|c| !is_cjk(c) && !joins_lines(c)));
    }
}
