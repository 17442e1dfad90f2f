//! Keys that aren't written quite as YAML wants them.

use super::lines::{Line, Place, is_key};
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span, offset};

/// Every key of the format, to tell a line of text from one with a key.
/// The schemas are checked against it.
pub(crate) const KEYS: &[&str] = &[
    "accept",
    "action",
    "allow",
    "angle",
    "answer",
    "answers",
    "apkg",
    "ask",
    "authors",
    "back",
    "caption",
    "cards",
    "cell",
    "checklists",
    "choices",
    "cloze",
    "code",
    "color",
    "column",
    "columns",
    "content",
    "core",
    "csv",
    "daily",
    "date",
    "day",
    "days",
    "deck",
    "defaults",
    "description",
    "difficulty",
    "do",
    "dont",
    "draft",
    "example",
    "except",
    "explain",
    "extra",
    "facts",
    "fields",
    "flat_tags",
    "floor",
    "focus",
    "follow_ups",
    "fonts",
    "format",
    "formerly",
    "formulas",
    "frame",
    "front",
    "goals",
    "handout",
    "how",
    "id",
    "ids",
    "ink",
    "interview_types",
    "items",
    "key_points",
    "lang",
    "language",
    "license",
    "lint",
    "macros",
    "metrics",
    "mistakes",
    "mix_options",
    "name",
    "note",
    "notes",
    "only",
    "optional",
    "options",
    "orientation",
    "output",
    "outputs",
    "pages",
    "paper",
    "patterns",
    "plans",
    "prepare",
    "prompt",
    "prompts",
    "prose",
    "provenance",
    "punch",
    "questions",
    "reason",
    "references",
    "renamed_columns",
    "renamed_rows",
    "reorder",
    "report",
    "required",
    "result",
    "retired",
    "retired_columns",
    "retired_rows",
    "reviewed",
    "right",
    "row",
    "rows",
    "rule",
    "say",
    "schedule",
    "section",
    "see_also",
    "setup",
    "sheet",
    "short",
    "show",
    "shows",
    "situation",
    "source",
    "stories",
    "study",
    "style",
    "subtitle",
    "tables",
    "tags",
    "task",
    "tasks",
    "tests",
    "tex",
    "text",
    "theme",
    "tips",
    "title",
    "topic",
    "topics",
    "tts",
    "type",
    "typed",
    "url",
    "version",
    "volatile",
    "week",
    "weeks",
    "when",
    "where",
    "why",
    "words",
    "wrong",
    "year",
];

/// `-id: x` in this line or the one above is text to YAML.
pub(super) fn dash(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let above = line.above(place.text);
    let at = [above.as_ref(), Some(line)].into_iter().flatten().find_map(|line| {
        let (key, _) = line.text[line.indent..].strip_prefix('-')?.split_once(": ")?;
        is_key(key).then_some(line.start + line.indent)
    })?;
    let diagnostic = Diagnostic::error(Code::MISSING_SPACE, place.one(at), "a space is missing after `-`")
        .label("without it, this doesn't start an entry")
        .help("write `- ` before the first key of an entry")
        .fix(place.span(at + 1, at + 1), " ");
    Some(diagnostic)
}

/// `ask:What` and `ask What` among keys of the same column.
pub(super) fn unfinished_key(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let rest = &line.text[line.indent..];
    let word = rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().filter(|word| !word.is_empty())?;
    let start = line.start + line.indent;
    let end = start + word.len();
    if ![line.above(place.text), line.next(place.text)]
        .iter()
        .flatten()
        .any(|other| column_of_key(other) == Some(line.indent))
    {
        return None;
    }
    let after = &rest[word.len()..];
    match after.strip_prefix(':') {
        Some(value) if !value.is_empty() && !value.starts_with([' ', '/', '\t']) => {
            let diagnostic = Diagnostic::error(Code::MISSING_SPACE, place.one(end), "a space is missing after `:`")
                .label("without it, this isn't a key")
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

/// `word`, which is where a key should be, has no colon after it.
pub(in super::super) fn missing_colon(place: Span, word: &str) -> Diagnostic {
    let end = Span::new(place.file, place.end, place.end);
    Diagnostic::error(Code::MISSING_COLON, place, "a colon is missing after a key")
        .label("a key, or text that is not indented?")
        .help(format!("write `{word}: ` before the value, or indent the line if it belongs to the text above"))
        .suggest(end, ":")
}

/// The column of the key that a line begins with.
pub(super) fn column_of_key(line: &Line<'_>) -> Option<usize> {
    let rest = &line.text[line.indent..];
    let dash = if rest.starts_with("- ") { 2 } else { 0 };
    let (key, _) = rest[dash..].split_once(':')?;
    is_key(key).then_some(line.indent + dash)
}

/// A key with a mark other than a colon, in this line or the one above.
pub(super) fn separator(place: &Place<'_>, line: &Line<'_>) -> Option<Diagnostic> {
    let above = line.above(place.text).filter(|above| !above.is_blank());
    [Some(line), above.as_ref()].into_iter().flatten().find_map(|line| separated(place.file, line))
}

/// The same for the line at byte `at`.
pub(in super::super) fn separator_at(file: FileId, text: &str, at: usize) -> Option<Diagnostic> {
    separated(file, &Line::around(text, at))
}

/// `short： x`, as an input method writes it, and `short = x`.
fn separated(file: FileId, line: &Line<'_>) -> Option<Diagnostic> {
    let (inner, column) = line.inner();
    let word = inner.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().filter(|word| KEYS.contains(word))?;
    let rest = &inner[word.len()..];
    let mark = ["：", "﹕", "∶", ":=", "=>", "->", "="].into_iter().find(|mark| rest.trim_start().starts_with(mark))?;
    let gap = rest.len() - rest.trim_start().len();
    let value = rest[gap + mark.len()..].trim();
    let start = line.start + column + word.len();
    let span = |from: usize, to: usize| Span::new(file, offset(from), offset(to));
    let end = line.start + line.text.len() - rest[gap + mark.len()..].trim_start().len();
    let (message, label) = if mark.is_ascii() {
        (format!("`{mark}` where a key needs its colon"), "YAML accepts only `: `")
    } else {
        (format!("`{mark}` is not a YAML colon"), "a full-width colon; YAML accepts only `:`")
    };
    let colon = if value.is_empty() { ":" } else { ": " };
    let diagnostic = Diagnostic::error(Code::MISSING_COLON, span(start + gap, start + gap + mark.len()), message)
        .label(label)
        .help(format!("write `{word}: ` before the value"))
        .fix(span(start - word.len(), end), format!("{word}{colon}"));
    Some(diagnostic)
}
