//! `{{answer}}`, `{{answer::hint}}` and `{{2:answer::hint}}` in parsed text.
//!
//! Braces are matched only in plain text, after Markdown has been parsed: a cloze may contain code,
//! emphasis and formulas with any braces.

mod in_code;
mod shown;

pub use shown::{answers, blanked, numbers, renumber, revealed};

pub(super) use in_code::{marked, unmarked};

use super::ast::{Block, Cloze, Hidden, Inline, part};
use crate::diag::{Code, Diagnostic, Sink};
use crate::source::Span;

/// Turns the clozes in `blocks` into [`Inline::Cloze`].
pub fn fold(blocks: &mut [Block], diagnostics: &mut Sink) {
    let mut numbers = Numbers { last: 0, reported: false };
    fold_blocks(blocks, &mut numbers, diagnostics);
}

/// The number of the next cloze that has none of its own.
struct Numbers {
    last: u16,
    /// Whether unmatched braces were found: one slip may leave several.
    reported: bool,
}

impl Numbers {
    /// Continues after the numbers in `hidden`.
    fn take(&mut self, hidden: &[Hidden]) {
        let last = hidden.iter().map(|part| part.number).max().unwrap_or(0);
        self.last = self.last.max(last);
    }
}

fn fold_blocks(blocks: &mut [Block], numbers: &mut Numbers, diagnostics: &mut Sink) {
    for block in blocks {
        if let Block::Code(code) = block {
            in_code::fold_code(code, diagnostics);
        }
        if let Some(hidden) = block.hidden_mut() {
            numbers.take(hidden);
        }
        for run in block.runs_mut() {
            fold_inlines(run, numbers, diagnostics);
        }
        for blocks in block.within_mut() {
            fold_blocks(blocks, numbers, diagnostics);
        }
    }
}

/// A cloze whose end is still to come.
struct Open {
    span: Span,
    content: Vec<Inline>,
}

fn fold_inlines(content: &mut Vec<Inline>, numbers: &mut Numbers, diagnostics: &mut Sink) {
    let mut out = Vec::new();
    let mut open: Option<Open> = None;
    for node in std::mem::take(content) {
        match node {
            Inline::Text { text, span } => split(&text, span, &mut out, &mut open, numbers, diagnostics),
            Inline::Code { text, span } => {
                let nodes = in_code::split_code(&text, span, numbers, diagnostics);
                open.as_mut().map_or(&mut out, |open| &mut open.content).extend(nodes);
            }
            mut other => {
                if let Some(inner) = other.content_mut() {
                    fold_inlines(inner, numbers, diagnostics);
                }
                if let Inline::Math(math) | Inline::DisplayMath(math) = &other {
                    numbers.take(&math.hidden);
                }
                open.as_mut().map_or(&mut out, |open| &mut open.content).push(other);
            }
        }
    }
    if let Some(open) = open {
        numbers.reported = true;
        let diagnostic = Diagnostic::error(Code::UNCLOSED_CLOZE, open.span, "this cloze is never closed")
            .label("opened here")
            .help("close it with `}}` in the same paragraph");
        diagnostics.push(diagnostic);
        out.extend(open.content);
    }
    *content = out;
}

fn split(
    text: &str,
    span: Span,
    out: &mut Vec<Inline>,
    open: &mut Option<Open>,
    numbers: &mut Numbers,
    diagnostics: &mut Sink,
) {
    let mut from = 0;
    loop {
        let edge = if open.is_some() { "}}" } else { "{{" };
        let Some(mut at) = text[from..].find(edge).map(|at| from + at) else { break };
        at += usize::from(open.is_none() && begins_with_a_brace(&text[at..]));
        let (before, place) = (&text[from..at], part(text, span, at..at + 2));
        match open.take() {
            None => {
                push_text(before, part(text, span, from..at), out);
                let content = Vec::new();
                *open = Some(Open { span: place, content });
            }
            Some(mut opened) => {
                push_text(before, part(text, span, from..at), &mut opened.content);
                let whole = Span::new(span.file, opened.span.start, place.end);
                out.extend(close(opened.content, whole, numbers, diagnostics));
            }
        }
        from = at + 2;
    }
    if let Some(at) = text[from..].find("}}").filter(|_| open.is_none() && !numbers.reported) {
        numbers.reported = true;
        let place = part(text, span, from + at..from + at + 2);
        let diagnostic = Diagnostic::error(Code::BAD_CLOZE, place, "`}}` doesn't close a cloze")
            .label("no cloze is open here")
            .help("start the cloze with `{{`; for literal braces, write `\\}}` or use code");
        diagnostics.push(diagnostic);
    }
    let rest = part(text, span, from..text.len());
    push_text(&text[from..], rest, open.as_mut().map_or(out, |open| &mut open.content));
}

/// Whether the first of three braces is just a character before a
/// cloze: `{{{c1::…}}` and `{{{…}}}`.
fn begins_with_a_brace(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("{{{") else { return false };
    let digits = inner.strip_prefix('c').unwrap_or(inner);
    let numbered = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = numbered.len() < digits.len() && numbered.starts_with(':');
    is_numbered || inner.split_once("}}").is_some_and(|(_, after)| after.starts_with('}'))
}

fn push_text(text: &str, span: Span, out: &mut Vec<Inline>) {
    if !text.is_empty() {
        out.push(Inline::text(text, span));
    }
}

fn close(mut answer: Vec<Inline>, span: Span, numbers: &mut Numbers, diagnostics: &mut Sink) -> Option<Inline> {
    let own = take_number(&mut answer, diagnostics);
    let number = own.unwrap_or(numbers.last + 1);
    numbers.last = numbers.last.max(number.min(MOST));
    let hint = take_hint(&mut answer, diagnostics);
    // A line break at the edge of the answer isn't part of it.
    let is_break = |node: &Inline| matches!(node, Inline::SoftBreak | Inline::HardBreak);
    let is_empty = |node: &Inline| matches!(node, Inline::Text { text, .. } if text.is_empty());
    let is_edge = |node: &Inline| is_break(node) || is_empty(node);
    while answer.last().is_some_and(is_edge) {
        answer.pop();
    }
    while answer.first().is_some_and(is_edge) {
        answer.remove(0);
    }
    if number == 0 || number > MOST {
        let message = format!("a cloze has the number {number}");
        let diagnostic = Diagnostic::error(Code::BAD_CLOZE, span, message)
            .label(format!("cloze numbers go from 1 to {MOST}"))
            .help("leave the number out: Cardpress numbers clozes in order");
        diagnostics.push(diagnostic);
        return None;
    }
    if begins_another(&answer) {
        numbers.reported = true;
        let diagnostic = Diagnostic::error(Code::BAD_CLOZE, span, "a cloze starts inside another cloze")
            .label("two `{{` before a `}}`")
            .help("close the first one, or write the two clozes one after the other");
        diagnostics.push(diagnostic);
        return None;
    }
    if !shows_something(&answer) {
        let diagnostic = Diagnostic::error(Code::BAD_CLOZE, span, "this cloze has no answer");
        let diagnostic = if hint.is_empty() {
            diagnostic
                .label("nothing between the braces")
                .help("put what the learner must recall between `{{` and `}}`")
        } else {
            diagnostic
                .label("the text after `::` is the hint, and there is no answer before it")
                .help("write the answer before `::`; if the colons belong to it, put it in backticks or write `\\:\\:`")
        };
        diagnostics.push(diagnostic);
        return None;
    }
    Some(Inline::Cloze(Cloze { number, answer, hint, span }))
}

/// Whether there is anything to recall: words, a picture or a recording.
fn shows_something(answer: &[Inline]) -> bool {
    let shows = |node: &Inline| match node {
        Inline::Image(_) | Inline::Recording(_) => true,
        node => node.content().is_some_and(shows_something),
    };
    answer.iter().any(shows) || !super::plain::inline(answer).trim().is_empty()
}

/// Whether a cloze begins in `content`, or in emphasis within it.
fn begins_another(content: &[Inline]) -> bool {
    content.iter().any(|node| match node {
        Inline::Text { text, .. } => text.contains("{{"),
        Inline::Cloze(_) => true,
        Inline::Math(math) | Inline::DisplayMath(math) => !math.hidden.is_empty(),
        node => node.content().is_some_and(begins_another),
    })
}

/// Anki supports `c1` to `c499`.
const MOST: u16 = 499;

/// `2:` or, as in Anki itself, `c2::` before the answer. A number before a number doesn't count:
/// `{{10:30}}` is a time, `{{3:1}}` a ratio.
fn take_number(answer: &mut [Inline], diagnostics: &mut Sink) -> Option<u16> {
    let alone = answer.len() == 1;
    let Some(Inline::Text { text, span }) = answer.first_mut() else { return None };
    let anki = text.strip_prefix('c');
    let digits = anki.unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = digits.split_at(length);
    let rest = match rest.strip_prefix("::") {
        Some(rest) if anki.is_some() => rest,
        Some(_) => return None,
        None => rest.strip_prefix(':')?,
    };
    let hidden = rest.split("::").next().unwrap_or("");
    if anki.is_none() && alone && is_number(hidden) {
        return None;
    }
    let number: u16 = number.parse().ok()?;
    if anki.is_none() && hidden.starts_with(|c: char| c.is_ascii_digit()) && !hidden.contains(':') {
        let diagnostic = Diagnostic::warning(
            Code::AMBIGUOUS_CLOZE,
            *span,
            format!("is `{number}:` meant as a cloze number?"),
        )
        .label(format!("read as cloze {number} with the answer `{hidden}`"))
        .help(format!(
            "if so, write `{{{{c{number}::{hidden}}}}}`; to hide all of it, write `{{{{c1::{number}:{hidden}}}}}`"
        ));
        diagnostics.push(diagnostic);
    }
    *text = rest.to_owned();
    Some(number)
}

/// Whether `text` is a number and nothing else: digits, with signs and separators.
fn is_number(text: &str) -> bool {
    let text = text.trim();
    let numeric =
        |c: char| c.is_numeric() || matches!(c, '.' | ',' | '+' | '-' | '−' | '%' | '\'' | '\u{a0}' | '\u{202f}');
    text.contains(char::is_numeric) && text.chars().all(numeric)
}

/// `::hint` after the answer; a hint may contain a formula, code and emphasis.
fn take_hint(answer: &mut Vec<Inline>, diagnostics: &mut Sink) -> Vec<Inline> {
    let colons = |node: &Inline| matches!(node, Inline::Text { text, .. } if text.contains("::"));
    let Some(index) = answer.iter().rposition(colons) else { return Vec::new() };
    let mut hint = answer.split_off(index + 1);
    let Some(Inline::Text { text, span }) = answer.get_mut(index) else { return hint };
    let at = text.rfind("::").unwrap_or(text.len());
    let words = text.split_off(at);
    if hint.is_empty() && is_code(text, &words[2..]) {
        let diagnostic = Diagnostic::warning(Code::CLOZE_HINT, *span, "`::` starts a cloze's hint")
            .label(format!("the card shows `[{}]` and asks for `{}`", words[2..].trim(), text.trim()))
            .help("if the colons belong to the answer, put it in backticks or write `\\:\\:`; if not, put a space before them");
        diagnostics.push(diagnostic);
    }
    let first = words[2..].trim_start().to_owned();
    if !first.is_empty() {
        hint.insert(0, Inline::text(first, *span));
    }
    if let Some(Inline::Text { text, .. }) = hint.last_mut() {
        text.truncate(text.trim_end().len());
    }
    hint
}

/// Whether `answer::hint` looks like a name in code or an address.
fn is_code(answer: &str, hint: &str) -> bool {
    let (word, spaced) = (answer, |text: &str| text.contains(char::is_whitespace));
    if spaced(word) || spaced(hint) || hint.is_empty() {
        return false;
    }
    let address = |text: &str| text.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '/'));
    let humps = |text: &str| {
        let pairs = text.chars().zip(text.chars().skip(1));
        pairs.clone().any(|(a, b)| a.is_ascii_uppercase() && b.is_ascii_uppercase())
            || pairs.clone().any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase())
    };
    let marked = |text: &str| text.contains(['_', '(', ')', '<', '>', ';']);
    let roots = ["alloc", "boost", "core", "crate", "self", "std", "super"];
    let is_address = address(word)
        && address(hint)
        && (word.contains(|c: char| c.is_ascii_digit()) || hint.contains(|c: char| c.is_ascii_digit()));
    is_address || humps(hint) || marked(hint) || marked(word) || word.contains("::") || roots.contains(&word)
}
