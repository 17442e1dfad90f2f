//! How many columns a line takes in a fixed-width font.

use unicode_normalization::char::is_combining_mark;

/// A tab counts as an indent of this width.
const TAB: usize = 4;

/// Blocks of characters that take two columns: those of East Asian scripts, and emoji.
const WIDE: [(u32, u32); 11] = [
    (0x1100, 0x115f),
    (0x2e80, 0x303e),
    (0x3041, 0xa4cf),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0xffe0, 0xffe6),
    (0x1f300, 0x1f64f),
    (0x1f680, 0x1f9ff),
    (0x20000, 0x3fffd),
];

/// The width of `line` in columns.
#[must_use]
pub fn of(line: &str) -> usize {
    line.trim_end().chars().map(width).sum()
}

fn width(c: char) -> usize {
    match c {
        '\t' => TAB,
        '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        ' '..='~' => 1,
        c if is_combining_mark(c) => 0,
        c if WIDE.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c))) => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn wide_characters_take_two_columns() {
        let lines = [("a = b  ", 5), ("\tx", 5), ("# 日本", 6), ("ｱ", 1), ("한", 2), ("e\u{301}", 1), ("é", 1)];
        for (line, want) in lines {
            assert_eq!(super::of(line), want, "{line}");
        }
    }
}
