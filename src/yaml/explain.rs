//! The parser's stop and the line around it → what an author needs to know.

use granit_parser::ErrorKind;

use super::MAX_DEPTH;
use super::read::Stop;
use crate::diag::Diagnostic;
use crate::source::{FileId, Span, floor_char, offset};

/// The diagnostic for a syntax error.
pub(super) fn stop(file: FileId, text: &str, stop: &Stop) -> Diagnostic {
    let at = floor_char(text, stop.at);
    let line = Line::around(text, at);
    let place = Place { file, text, at };
    if let Some(diagnostic) = tab(&place, &line) {
        return diagnostic;
    }
    if let Some(diagnostic) = dash(&place, &line) {
        return diagnostic;
    }
    if let Some(diagnostic) = star_or_ampersand(&place, &line) {
        return diagnostic;
    }
    if let Some(diagnostic) = leading_bracket(&place, &line) {
        return diagnostic;
    }
    by_kind(&stop.kind, &place, &line)
}

struct Place<'t> {
    file: FileId,
    text: &'t str,
    at: usize,
}

impl Place<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, offset(start), offset(end))
    }

    /// The character at byte `at`.
    fn one(&self, at: usize) -> Span {
        let length = self.text[at..].chars().next().map_or(0, char::len_utf8);
        self.span(at, at + length)
    }
}

/// A line of the source, and where its value begins.
struct Line<'t> {
    start: usize,
    text: &'t str,
    indent: usize,
    /// Byte in the source where the value after the first `: ` or `- ` begins.
    value: usize,
}

impl<'t> Line<'t> {
    fn around(text: &'t str, at: usize) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let line = text[start..end].trim_end_matches('\r');
        let indent = line.len() - line.trim_start_matches(' ').len();
        let dash = if line[indent..].starts_with("- ") { 2 } else { 0 };
        let value = line[indent + dash..].find(": ").map_or(indent + dash, |colon| indent + dash + colon + 2);
        Self { start, text: line, indent, value: start + value }
    }

    fn end(&self) -> usize {
        self.start + self.text.trim_end().len()
    }

    /// The value in double quotes; long ones are left to the author.
    fn quoted(&self) -> Option<String> {
        let value = self.text[self.value - self.start..].trim_end();
        let short = !value.is_empty() && value.len() <= 300;
        short.then(|| format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
    }

    /// The value, which begins with a quoted part, in single quotes.
    fn requoted(&self) -> Option<String> {
        let value = self.text[self.value - self.start..].trim_end();
        let simple = value.starts_with(['"', '\'']) && value.len() <= 300 && !value.contains(['\\', '#']);
        simple.then(|| format!("'{}'", value.replace('\'', "''")))
    }
}

fn quote_it(diagnostic: Diagnostic, place: &Place<'_>, line: &Line<'_>) -> Diagnostic {
    let diagnostic = diagnostic.help("put the value in quotes, or start a text block with `|` on the line above");
    match line.quoted().filter(|_| ends_its_value(place, line)) {
        Some(quoted) => {
            // In a list, `label: text` may be text as a whole.
            let key = line.text.trim_start().split(": ").next().unwrap_or("");
            diagnostic.edit(place.span(line.value, line.end()), quoted, is_key(key))
        }
        None => diagnostic,
    }
}

/// Whether the value that begins in `line` ends with it: it is no part of a
/// longer text, and no comment follows.
fn ends_its_value(place: &Place<'_>, line: &Line<'_>) -> bool {
    let value = &line.text[line.value - line.start..];
    let plain = !value.starts_with(['"', '\'', '|', '>']) && !value.contains(" #") && !value.contains('\t');
    let column = line.indent + if line.text[line.indent..].starts_with("- ") { 2 } else { 0 };
    let after = place.text[line.start..].lines().skip(1).find(|next| !next.trim().is_empty());
    let goes_on = after.is_some_and(|next| next.len() - next.trim_start_matches(' ').len() > column);
    plain && !goes_on && place.at >= line.value
}

/// Whether `text` has the form of the format's keys.
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
}

/// A tab in the indentation of this line or the next wins over what it causes.
fn tab(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let next = place.text[line.start..].find('\n').map(|at| Line::around(place.text, line.start + at + 1));
    let (start, indent) = [Some(line), next.as_ref()].into_iter().flatten().find_map(|line| {
        let indent = &line.text[..line.text.len() - line.text.trim_start().len()];
        indent.contains('\t').then_some((line.start, indent))
    })?;
    let at = start + indent.find('\t')?;
    let diagnostic = Diagnostic::error("tab-indentation", place.one(at), "a tab is used for indentation")
        .label("YAML allows only spaces here")
        .help("replace the tab with spaces");
    let whole = place.span(start, start + indent.len());
    Some(match column_above(place.text, start, indent) {
        Some(column) => diagnostic.fix(whole, " ".repeat(column)),
        None => diagnostic.suggest(whole, indent.replace('\t', "    ")),
    })
}

/// The column that `indent`, which has tabs, stands for: that of the key in the
/// line above, if tabs of some usual width lead there.
fn column_above(text: &str, start: usize, indent: &str) -> Option<usize> {
    let above = Line::around(text, start.checked_sub(1)?);
    let rest = &above.text[above.indent..];
    let dash = if rest.starts_with("- ") { 2 } else { 0 };
    let (key, value) = rest[dash..].split_once(": ")?;
    let block = value.trim().is_empty() || value.starts_with(['|', '>', '"', '\'']);
    let column = above.indent + dash;
    let own = text[start + indent.len()..].split(':').next().unwrap_or("");
    let width = |tab: usize| indent.chars().map(|c| if c == '\t' { tab } else { 1 }).sum::<usize>();
    (is_key(key) && is_key(own) && !block && [2, 4, 8].into_iter().any(|tab| width(tab) == column)).then_some(column)
}

/// `-id: x` in this line or the one above is text to YAML.
fn dash(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let above = line.start.checked_sub(1).map(|at| Line::around(place.text, at));
    let at = [above.as_ref(), Some(line)].into_iter().flatten().find_map(|line| {
        let (key, _) = line.text[line.indent..].strip_prefix('-')?.split_once(": ")?;
        is_key(key).then_some(line.start + line.indent)
    })?;
    let diagnostic = Diagnostic::error("missing-space", place.one(at), "a space is missing after `-`")
        .label("without it, this begins no entry")
        .help("write `- ` before the first key of an entry")
        .fix(place.span(at + 1, at + 1), " ");
    Some(diagnostic)
}

/// `ask:What` and `ask What` among keys of the same column.
fn unfinished_key(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let rest = &line.text[line.indent..];
    let word = rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().filter(|word| !word.is_empty())?;
    let start = line.start + line.indent;
    let end = start + word.len();
    let next = place.text[line.start..].find('\n').map(|at| Line::around(place.text, line.start + at + 1));
    let above = line.start.checked_sub(1).map(|at| Line::around(place.text, at));
    if ![above, next].iter().flatten().any(|other| column_of_key(other) == Some(line.indent)) {
        return None;
    }
    let after = &rest[word.len()..];
    match after.strip_prefix(':') {
        Some(value) if !value.is_empty() && !value.starts_with([' ', '/', '\t']) => {
            let diagnostic = Diagnostic::error("missing-space", place.one(end), "a space is missing after `:`")
                .label("without it, this is no key")
                .help(format!("write `{word}: ` before the value"))
                .fix(place.span(end + 1, end + 1), " ");
            Some(diagnostic)
        }
        None if after.starts_with(' ') && !after.contains(": ") && !after.ends_with(':') => {
            Some(missing_colon(place.span(start, end), word))
        }
        _ => None,
    }
}

/// `word`, which stands where a key should, has no colon behind it.
pub(super) fn missing_colon(place: Span, word: &str) -> Diagnostic {
    let end = Span::new(place.file, place.end, place.end);
    Diagnostic::error("missing-colon", place, "a colon is missing after a key")
        .label("a key, or text that is not indented?")
        .help(format!("write `{word}: ` before the value, or indent the line if it belongs to the text above"))
        .suggest(end, ":")
}

/// The column of the key that a line begins with.
fn column_of_key(line: &Line<'_>) -> Option<usize> {
    let rest = &line.text[line.indent..];
    let dash = if rest.starts_with("- ") { 2 } else { 0 };
    let (key, _) = rest[dash..].split_once(':')?;
    is_key(key).then_some(line.indent + dash)
}

fn star_or_ampersand(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let value = &line.text[line.value - line.start..];
    let first = value.chars().next().filter(|c| matches!(c, '*' | '&'))?;
    let (code, noun) = if first == '*' { ("yaml-alias", "alias") } else { ("yaml-anchor", "anchor") };
    let message = format!("a value cannot start with `{first}`");
    let label = format!("YAML reads this as an {noun}");
    let diagnostic = Diagnostic::error(code, place.one(line.value), message).label(label);
    Some(quote_it(diagnostic, place, line))
}

/// `[0, 1] is closed` is a list with text behind it.
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
    let message = format!("a text cannot start with `{}`", &value[..1]);
    let diagnostic = Diagnostic::error("leading-bracket", place.one(line.value), message).label(if close == ']' {
        "YAML reads a list from here"
    } else {
        "YAML reads a mapping from here"
    });
    Some(quote_it(diagnostic, place, line))
}

fn by_kind(kind: &ErrorKind, place: &Place<'_>, line: &Line<'_>) -> Diagnostic {
    let here = place.one(place.at);
    match kind {
        ErrorKind::MappingValueNotAllowed => {
            let diagnostic = Diagnostic::error("second-colon", here, "a second `: ` in a value without quotes")
                .label("YAML takes this colon for another key");
            quote_it(diagnostic, place, line)
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            // The parser may stop where the value begins.
            let at = place.text[place.at..].find(*character).map_or(place.at, |length| place.at + length);
            let here = place.one(at);
            let message = format!("control character U+{:04X} in the source", *character as u32);
            Diagnostic::error("control-character", here, message).label("not allowed in YAML").help("remove it")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let message = format!("a value cannot start with `{character}`");
            let diagnostic = Diagnostic::error("reserved-character", here, message).label("reserved in YAML");
            quote_it(diagnostic, place, line)
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            let diagnostic = Diagnostic::error("text-after-quote", here, "text after the closing quote")
                .label("the value in quotes ended before this")
                .help("quote the whole value, or use a `|` block");
            match line.requoted() {
                Some(quoted) => diagnostic.suggest(place.span(line.value, line.end()), quoted),
                None => diagnostic,
            }
        }
        ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey => indentation(place, line),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            let start = wrong_escape(place.text, place.at);
            let rest = place.text[start..].chars();
            let place = place.span(start, start + rest.take(2).map(char::len_utf8).sum::<usize>());
            Diagnostic::error("bad-escape", place, "this is no escape of YAML")
                .label("in double quotes a backslash begins an escape")
                .help("put text with backslashes in single quotes or in a `|` block")
        }
        ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => {
            let here = opening_quote(place.text, line).map_or(here, |at| place.one(at));
            Diagnostic::error("unclosed-quote", here, "a value in quotes is never closed")
                .label("the quote opens here")
                .help("add the closing quote, or use a `|` block")
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            Diagnostic::error("unclosed-bracket", here, format!("`{open}` is never closed"))
                .label("opened here")
                .help("close it; if the bracket begins a text, put the whole value in quotes")
        }
        ErrorKind::RecursionLimitExceeded => {
            Diagnostic::error("nesting", here, format!("nested more than {MAX_DEPTH} levels deep"))
                .label("here")
                .help("content needs five levels at most")
        }
        other => Diagnostic::error("yaml", here, format!("this is not valid YAML: {other}"))
            .label("here")
            .help("if the line holds text, put the text in quotes or in a `|` block"),
    }
}

fn indentation(place: &Place<'_>, line: &Line<'_>) -> Diagnostic {
    if let Some(diagnostic) = unfinished_key(place, line) {
        return diagnostic;
    }
    let span = place.span(line.start + line.indent, line.end());
    let message = "this line does not line up with the entry it belongs to";
    let diagnostic = Diagnostic::error("indentation", span, message)
        .label(format!("indented by {} spaces", line.indent))
        .help("keys of one entry start in the same column");
    match key_above(place.text, line) {
        Some((start, end, indent)) => {
            let above = place.span(start, end);
            diagnostic.also(above, format!("this key is at {indent} spaces"))
        }
        None => diagnostic,
    }
}

/// The quote that began the value which runs into `line`.
fn opening_quote(text: &str, line: &Line<'_>) -> Option<usize> {
    let mut at = Some(line.start);
    for _ in 0..50 {
        let above = Line::around(text, at?);
        if text[above.value..].starts_with(['"', '\'']) {
            return Some(above.value);
        }
        at = above.start.checked_sub(1);
    }
    None
}

/// The first backslash from byte `at` on that begins no escape.
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

/// The nearest key above that is indented otherwise: its bytes and indentation.
fn key_above(text: &str, line: &Line<'_>) -> Option<(usize, usize, usize)> {
    let mut at = line.start;
    for _ in 0..50 {
        let above = Line::around(text, at.checked_sub(1)?);
        at = above.start;
        let rest = above.text.trim_start();
        if rest.is_empty() || rest.starts_with('#') || !rest.contains(':') {
            continue;
        }
        let dash = if rest.starts_with("- ") { 2 } else { 0 };
        let indent = above.indent + dash;
        return (indent != line.indent).then(|| (above.start + indent, above.end(), indent));
    }
    None
}
