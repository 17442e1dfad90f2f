//! Text under `>`, in which YAML joins the lines: a list, a table or code becomes a single
//! line, which is never what the author meant.

use crate::content::Markdown;
use crate::diag::{Code, Diagnostic};
use crate::source::{ScalarStyle, Sources, Span, offset};

/// Reports the first line of a folded text that Markdown needs to be on its own line.
pub(super) fn joined_lines(sources: &Sources, text: &Markdown) -> Option<Diagnostic> {
    if text.style != ScalarStyle::Folded {
        return None;
    }
    let raw = sources.slice(text.span);
    let (mut at, mut before) = (0, "");
    for line in raw.split_inclusive('\n') {
        let body = line.trim_start();
        let what = block(body.trim_end());
        // A line that is indented further than the first keeps its line break.
        let joined = !before.trim().is_empty() || what == Some("a code block");
        if let Some(what) = what.filter(|_| joined) {
            let start = text.span.start + offset(at + line.len() - body.len());
            let place = Span::new(text.span.file, start, start + offset(body.trim_end().len()));
            return Some(diagnostic(sources, text.span, place, what));
        }
        (at, before) = (at + line.len(), line);
    }
    None
}

fn diagnostic(sources: &Sources, text: Span, place: Span, what: &str) -> Diagnostic {
    let diagnostic = Diagnostic::warning(Code::FOLDED_TEXT, place, format!("`>` joins the lines of {what}"))
        .label("this line would be joined to the one before it")
        .help("write `|` after the key: it keeps the line breaks");
    match header(sources, text) {
        Some(header) => diagnostic.fix(header, "|"),
        None => diagnostic,
    }
}

/// The `>` above a folded text whose content begins at `text`.
fn header(sources: &Sources, text: Span) -> Option<Span> {
    let source = sources.get(text.file).text();
    let above = source[..text.start as usize].trim_end();
    let line = above.rfind('\n').map_or(0, |at| at + 1);
    let at = line + above[line..].rfind('>')?;
    let rest = above[at + 1..].split(" #").next().unwrap_or("");
    let is_header = rest.trim().chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-'));
    is_header.then(|| Span::new(text.file, offset(at), offset(at + 1)))
}

/// What Markdown would begin at a line, if that must be on its own line.
fn block(line: &str) -> Option<&'static str> {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.len() < line.len() && (digits.starts_with(". ") || digits.starts_with(") "));
    if ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark)) || numbered {
        return Some("a list");
    }
    if line.starts_with("```") || line.starts_with("~~~") {
        return Some("a code block");
    }
    let cells = line.starts_with('|') && line.len() > 1 && line.ends_with('|');
    cells.then_some("a table")
}
