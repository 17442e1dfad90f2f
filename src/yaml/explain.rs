//! Where the parser stopped and the line around it → what an author needs to know.

mod columns;
mod keys;
mod lines;
mod quotes;
mod tabs;

use granit_parser::ErrorKind;

use super::MAX_DEPTH;
use super::read::Stop;
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, floor_char};
pub(super) use columns::text_below_its_block;
pub(crate) use keys::KEYS;
pub(super) use keys::{missing_colon, separator_at};
use lines::{Line, Place};
use quotes::quote_it;
pub(super) use tabs::all as all_tabs;

/// The diagnostic for a syntax error.
pub(super) fn stop(file: FileId, text: &str, stop: &Stop) -> Diagnostic {
    let at = floor_char(text, stop.at);
    let line = Line::around(text, at);
    let place = Place { file, text, at };
    let known = columns::tab(&place, &line)
        .or_else(|| keys::dash(&place, &line))
        .or_else(|| keys::separator(&place, &line))
        .or_else(|| columns::text_at_its_key(&place, &line))
        .or_else(|| columns::key_out_of_line(&place, &line))
        .or_else(|| columns::entry_outside(&place, &line))
        .or_else(|| star_or_ampersand(&place, &line))
        .or_else(|| leading_bracket(&place, &line));
    known.unwrap_or_else(|| by_kind(&stop.kind, &place, &line))
}

fn star_or_ampersand(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let value = &line.text[line.value - line.start..];
    let first = value.chars().next().filter(|c| matches!(c, '*' | '&'))?;
    let (code, noun) = if first == '*' { (Code::YAML_ALIAS, "alias") } else { (Code::YAML_ANCHOR, "anchor") };
    let message = format!("a value cannot start with `{first}`");
    let label = format!("YAML reads this as an {noun}");
    let diagnostic = Diagnostic::error(code, place.one(line.value), message).label(label);
    Some(quote_it(diagnostic, place, line))
}

/// `[0, 1] is closed` is a list followed by text.
fn leading_bracket(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let value = line.text[line.value - line.start..].trim_end();
    let close = match value.chars().next()? {
        '[' => ']',
        '{' => '}',
        _ => return None,
    };
    if value.ends_with(close) || !value.contains(close) {
        return None;
    }
    let message = format!("text cannot start with `{}`", &value[..1]);
    let diagnostic = Diagnostic::error(Code::LEADING_BRACKET, place.one(line.value), message).label(if close == ']' {
        "YAML reads this as the start of a list"
    } else {
        "YAML reads this as the start of a mapping"
    });
    Some(quote_it(diagnostic, place, line))
}

fn by_kind(kind: &ErrorKind, place: &Place<'_>, line: &Line<'_>) -> Diagnostic {
    let here = place.one(place.at);
    match kind {
        ErrorKind::MappingValueNotAllowed => {
            let diagnostic = Diagnostic::error(Code::SECOND_COLON, here, "a second `: ` in an unquoted value")
                .label("YAML reads this as the colon of a second key");
            quote_it(diagnostic, place, line)
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            // The parser may stop where the value begins.
            let at = place.text[place.at..].find(*character).map_or(place.at, |length| place.at + length);
            let here = place.one(at);
            let message = format!("control character U+{:04X} in the source", *character as u32);
            Diagnostic::error(Code::CONTROL_CHARACTER, here, message).label("not allowed in YAML").help("remove it")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let message = format!("a value cannot start with `{character}`");
            let diagnostic = Diagnostic::error(Code::RESERVED_CHARACTER, here, message).label("reserved in YAML");
            quote_it(diagnostic, place, line)
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            let diagnostic = Diagnostic::error(Code::TEXT_AFTER_QUOTE, here, "text after the closing quote")
                .label("the quoted value ended before this")
                .help("quote the whole value, or use a `|` block");
            quotes::requoted(diagnostic, place, line)
        }
        ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey => columns::indentation(place, line),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            let start = wrong_escape(place.text, place.at);
            let rest = place.text[start..].chars();
            let place = place.span(start, start + rest.take(2).map(char::len_utf8).sum::<usize>());
            Diagnostic::error(Code::BAD_ESCAPE, place, "this is not a YAML escape sequence")
                .label("in double quotes, a backslash starts an escape sequence")
                .help("put text with backslashes in single quotes or in a `|` block")
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => {
            let here = quotes::opening(place.text, line).map_or(here, |at| place.one(at));
            Diagnostic::error(Code::UNCLOSED_QUOTE, here, "this quoted value is never closed")
                .label("the quote opens here")
                .help("add the closing quote, or use a `|` block")
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            Diagnostic::error(Code::UNCLOSED_BRACKET, here, format!("`{open}` is never closed"))
                .label("opened here")
                .help("close it; if the bracket is part of the text, put the whole value in quotes")
        }
        ErrorKind::RecursionLimitExceeded => {
            Diagnostic::error(Code::NESTING, here, format!("nested more than {MAX_DEPTH} levels deep"))
                .label("here")
                .help("content needs at most five levels")
        }
        other => Diagnostic::error(Code::YAML, here, format!("this is not valid YAML: {other}"))
            .label("here")
            .help("if the line is text, put it in quotes or in a `|` block"),
    }
}

/// The first backslash at or after byte `at` that doesn't begin an escape.
fn wrong_escape(text: &str, at: usize) -> usize {
    let mut from = at;
    while let Some(length) = text[from..].find('\\') {
        let start = from + length;
        let mut rest = text[start + 1..].chars();
        let Some(first) = rest.next() else { return start };
        let digits = match first {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let known = "0abtnvfre \"/\\N_LPxuU\t\r\n".contains(first);
        if !known || rest.take(digits).filter(char::is_ascii_hexdigit).count() < digits {
            return start;
        }
        from = start + 1 + first.len_utf8();
    }
    at
}
