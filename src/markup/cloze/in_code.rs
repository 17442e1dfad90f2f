//! `{{c2::…}}` in formulas and code, where Anki hides it too. Only this form
//! counts, because `{{` is common in both.

use super::{MOST, Numbers};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::ast::{Cloze, CodeBlock, Hidden, Inline};
use crate::source::Span;

/// The text of a formula or of code without the braces of its clozes, and the hidden parts.
fn in_code(text: &str, span: Span, diagnostics: &mut Sink) -> (String, Vec<Hidden>) {
    let (mut out, mut hidden, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some((at, number, length)) = opening(rest) {
        let body = &rest[at + length..];
        let Some(end) = closing(body) else {
            let diagnostic =
                Diagnostic::error(Code::UNCLOSED_CLOZE, span, "a cloze in a formula or in code is never closed")
                    .label(format!("`{{{{c{number}::` has no `}}}}`"))
                    .help("end it with `}}` after the formula's own braces");
            diagnostics.push(diagnostic);
            break;
        };
        let (answer, hint) = body[..end].rsplit_once("::").unwrap_or((&body[..end], ""));
        if number == 0 || number > MOST || answer.trim().is_empty() {
            let diagnostic = Diagnostic::error(
                Code::BAD_CLOZE,
                span,
                "a cloze in a formula or in code has no answer, or an invalid number",
            )
            .label(format!("at `{{{{c{number}::`"))
            .help(format!("write `{{{{c1::…}}}}` with an answer; cloze numbers go from 1 to {MOST}"));
            diagnostics.push(diagnostic);
        }
        out.push_str(&rest[..at]);
        let start = out.len();
        out.push_str(answer);
        hidden.push(Hidden {
            number,
            range: start..out.len(),
            hint: hint.trim().to_owned(),
        });
        rest = &body[end + 2..];
    }
    out.push_str(rest);
    (out, hidden)
}

/// A formula with marks at the edges of its hidden parts, which the formula reader keeps in place.
pub(in crate::markup) fn marked(tex: &str, span: Span, diagnostics: &mut Sink) -> (String, Vec<Hidden>) {
    let (mut tex, hidden) = in_code(tex, span, diagnostics);
    for part in hidden.iter().rev() {
        tex.insert(part.range.end, EDGE);
        tex.insert(part.range.start, EDGE);
    }
    (tex, hidden)
}

/// Marks the edge of a hidden part: a noncharacter, so no author can write it.
const EDGE: char = '\u{fdd0}';

/// A formula without the marks at the edges of its hidden parts, which get their new ranges.
pub(in crate::markup) fn unmarked(tex: &str, hidden: &mut Vec<Hidden>) -> String {
    let mut out = String::with_capacity(tex.len());
    let mut edges = Vec::new();
    for c in tex.chars() {
        if c == EDGE {
            edges.push(out.len());
        } else {
            out.push(c);
        }
    }
    // A part that a macro drops or duplicates has no place of its own.
    if edges.len() != 2 * hidden.len() {
        hidden.clear();
    }
    for (part, edges) in hidden.iter_mut().zip(edges.chunks_exact(2)) {
        part.range = edges[0]..edges[1];
    }
    out
}

/// The first `{{c2::` in a text: its place, number and length.
fn opening(text: &str) -> Option<(usize, u16, usize)> {
    text.match_indices("{{c").find_map(|(at, _)| {
        let digits = &text[at + 3..];
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let number = digits[..length].parse().ok()?;
        digits[length..].starts_with("::").then_some((at, number, 3 + length + 2))
    })
}

/// The place of the `}}` that doesn't belong to a brace in `body` itself.
fn closing(body: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'{' => depth += 1,
            b'}' if depth == 0 && bytes.get(at + 1) == Some(&b'}') => return Some(at),
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Code in running text, with its clozes as separate nodes.
pub(super) fn split_code(text: &str, span: Span, numbers: &mut Numbers, diagnostics: &mut Sink) -> Vec<Inline> {
    if opening(text).is_none() {
        return vec![Inline::Code { text: text.to_owned(), span }];
    }
    let (text, hidden) = in_code(text, span, diagnostics);
    numbers.take(&hidden);
    let (mut nodes, mut at) = (Vec::new(), 0);
    let code = |text: &str| Inline::Code { text: text.to_owned(), span };
    for part in hidden {
        if part.range.start > at {
            nodes.push(code(&text[at..part.range.start]));
        }
        at = part.range.end;
        let hint = if part.hint.is_empty() { Vec::new() } else { vec![Inline::text(part.hint, span)] };
        let answer = vec![code(&text[part.range])];
        nodes.push(Inline::Cloze(Cloze { number: part.number, answer, hint, span }));
    }
    if at < text.len() {
        nodes.push(code(&text[at..]));
    }
    nodes
}

/// Finds the hidden parts of a block of code.
pub(super) fn fold_code(code: &mut CodeBlock, diagnostics: &mut Sink) {
    if opening(&code.text).is_some() {
        (code.text, code.hidden) = in_code(&code.text, code.span, diagnostics);
    }
}
