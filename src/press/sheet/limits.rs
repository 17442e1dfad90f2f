//! Finds what doesn't fit on any page before anything is typeset: Typst would take minutes over it, or abort.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::source::Sheet;
use crate::diag::{Code, Diagnostic};
use crate::markup::typst::Writer;
use crate::source::Span;

/// Bytes in a word. The longest words of any language are a hundredth of that, and Typst counts a
/// word's bytes with 16 bits.
const LONGEST_WORD: usize = 20_000;
/// Characters that make up one sign: a letter with its marks, or joined emoji.
const LARGEST_SIGN: usize = 64;

/// The number of pages of a sheet if its author doesn't set one.
pub(super) const UNASKED: std::ops::RangeInclusive<usize> = 1..=12;

/// The words and signs of `sheet` that cannot be typeset.
pub(super) fn words(sheet: &Sheet) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut word = 0..0;
    let (mut sign, mut before) = (0_usize, ' ');
    let mut told = false;
    for (range, c) in sheet.writer.characters() {
        // A quotation mark begins or ends a text.
        if c.is_whitespace() || matches!(c, '"' | '\u{200b}' | '\u{ad}') {
            (word, sign, told) = (range.end..range.end, 0, false);
            before = ' ';
            continue;
        }
        word.end = range.end;
        let joins = is_combining_mark(c) || c == '\u{200d}' || before == '\u{200d}';
        sign = if joins { sign + 1 } else { 1 };
        before = c;
        if !told && (word.len() > LONGEST_WORD || sign > LARGEST_SIGN) {
            told = true;
            let what = if word.len() > LONGEST_WORD {
                format!("a word of more than {LONGEST_WORD} bytes")
            } else {
                format!("a letter with more than {LARGEST_SIGN} marks or joined characters")
            };
            let message = format!("{what} does not fit on the cheatsheet");
            found.push(report(place(&sheet.writer, &word).unwrap_or(sheet.span), message));
        }
    }
    found
}

fn place(writer: &Writer, word: &Range<usize>) -> Option<Span> {
    writer.origin(&(word.start..word.start + 1)).or_else(|| writer.origin(word))
}

fn report(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(Code::SHEET_OVERFLOW, span, message).help("split it, or leave its item out with `except`")
}
