//! `{{answer}}`, `{{answer::hint}}` and `{{2:answer::hint}}` in parsed text.
//!
//! The braces are looked for in plain text only, after Markdown is understood:
//! a hidden part may hold code, emphasis and formulas with any braces.

use std::collections::BTreeMap;

use super::ast::{Block, Cloze, Inline};
use super::strip;
use crate::diag::Diagnostic;
use crate::source::Span;

/// Turns the hidden parts of `blocks` into [`Inline::Cloze`].
pub fn fold(blocks: &mut [Block], diagnostics: &mut Vec<Diagnostic>) {
    let mut numbers = Numbers { last: 0, reported: false };
    fold_blocks(blocks, &mut numbers, diagnostics);
}

/// The number of the next part that has none of its own.
struct Numbers {
    last: u16,
    /// Whether braces were found that do not match: one slip may leave several.
    reported: bool,
}

fn fold_blocks(blocks: &mut [Block], numbers: &mut Numbers, diagnostics: &mut Vec<Diagnostic>) {
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => {
                fold_inlines(content, numbers, diagnostics);
            }
            Block::Quote(blocks) => fold_blocks(blocks, numbers, diagnostics),
            Block::List(list) => {
                for item in &mut list.items {
                    fold_blocks(&mut item.blocks, numbers, diagnostics);
                }
            }
            Block::Table(table) => {
                for cell in table.rows.iter_mut().flatten().chain(&mut table.head) {
                    fold_inlines(cell, numbers, diagnostics);
                }
            }
            Block::Code(_) | Block::Math(_) | Block::Rule => {}
        }
    }
}

/// A hidden part whose end is still to come.
struct Open {
    span: Span,
    content: Vec<Inline>,
}

fn fold_inlines(content: &mut Vec<Inline>, numbers: &mut Numbers, diagnostics: &mut Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut open: Option<Open> = None;
    for node in std::mem::take(content) {
        match node {
            Inline::Text { text, span } => split(&text, span, &mut out, &mut open, numbers, diagnostics),
            mut other => {
                if let Inline::Strong(inner)
                | Inline::Emphasis(inner)
                | Inline::Strikethrough(inner)
                | Inline::Link { content: inner, .. }
                | Inline::Reference { content: inner, .. } = &mut other
                {
                    fold_inlines(inner, numbers, diagnostics);
                }
                open.as_mut().map_or(&mut out, |open| &mut open.content).push(other);
            }
        }
    }
    if let Some(open) = open {
        numbers.reported = true;
        let diagnostic = Diagnostic::error("unclosed-cloze", open.span, "a hidden part is never closed")
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
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut from = 0;
    loop {
        let edge = if open.is_some() { "}}" } else { "{{" };
        let Some(at) = text[from..].find(edge).map(|at| from + at) else { break };
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
        let diagnostic = Diagnostic::error("bad-cloze", place, "`}}` closes no hidden part")
            .label("nothing is open here")
            .help("begin the part with `{{`; write `\\}}` or code for braces that hide nothing");
        diagnostics.push(diagnostic);
    }
    let rest = part(text, span, from..text.len());
    push_text(&text[from..], rest, open.as_mut().map_or(out, |open| &mut open.content));
}

fn push_text(text: &str, span: Span, out: &mut Vec<Inline>) {
    if !text.is_empty() {
        out.push(Inline::text(text, span));
    }
}

/// The place of a part of a text; exact unless escapes shortened the text.
fn part(text: &str, span: Span, range: std::ops::Range<usize>) -> Span {
    if (span.end - span.start) as usize != text.len() {
        return span;
    }
    let at = |offset| span.start + crate::source::offset(offset);
    Span::new(span.file, at(range.start), at(range.end))
}

fn close(
    mut answer: Vec<Inline>,
    span: Span,
    numbers: &mut Numbers,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Inline> {
    let number = take_number(&mut answer).unwrap_or(numbers.last + 1);
    numbers.last = numbers.last.max(number.min(MOST));
    let hint = take_hint(&mut answer);
    if number == 0 || number > MOST {
        let message = format!("a hidden part is numbered {number}");
        let diagnostic = Diagnostic::error("bad-cloze", span, message)
            .label(format!("numbers go from 1 to {MOST}"))
            .help("leave the number out: parts are numbered in their order");
        diagnostics.push(diagnostic);
        return None;
    }
    if begins_another(&answer) {
        numbers.reported = true;
        let diagnostic = Diagnostic::error("bad-cloze", span, "a hidden part begins within another")
            .label("two `{{` before a `}}`")
            .help("close the first one, or hide the two parts one after the other");
        diagnostics.push(diagnostic);
        return None;
    }
    if super::plain::inline(&answer).trim().is_empty() {
        let diagnostic = Diagnostic::error("bad-cloze", span, "a hidden part hides nothing")
            .label("no answer between the braces")
            .help("put what the learner must recall between `{{` and `}}`");
        diagnostics.push(diagnostic);
        return None;
    }
    Some(Inline::Cloze(Cloze { number, answer, hint, span }))
}

/// Whether a hidden part begins in `content`, within emphasis too.
fn begins_another(content: &[Inline]) -> bool {
    content.iter().any(|node| match node {
        Inline::Text { text, .. } => text.contains("{{"),
        Inline::Cloze(_) => true,
        Inline::Strong(content)
        | Inline::Emphasis(content)
        | Inline::Strikethrough(content)
        | Inline::Link { content, .. }
        | Inline::Reference { content, .. } => begins_another(content),
        Inline::Code { .. }
        | Inline::Math(_)
        | Inline::DisplayMath(_)
        | Inline::SoftBreak
        | Inline::HardBreak
        | Inline::Image(_) => false,
    })
}

/// Anki knows `c1` to `c499`.
const MOST: u16 = 499;

/// `2:` or, as in Anki itself, `c2::` before the answer.
fn take_number(answer: &mut [Inline]) -> Option<u16> {
    let Some(Inline::Text { text, .. }) = answer.first_mut() else { return None };
    let digits = text.strip_prefix('c').unwrap_or(text);
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = digits.split_at(length);
    let rest = match rest.strip_prefix("::") {
        Some(rest) if text.starts_with('c') => rest,
        Some(_) => return None,
        None => rest.strip_prefix(':')?,
    };
    let number = number.parse().ok()?;
    *text = rest.to_owned();
    Some(number)
}

/// `::hint` after the answer.
fn take_hint(answer: &mut [Inline]) -> String {
    let Some(Inline::Text { text, .. }) = answer.last_mut() else { return String::new() };
    match text.rfind("::") {
        Some(at) => {
            let hint = text.split_off(at);
            hint[2..].trim().to_owned()
        }
        None => String::new(),
    }
}

/// The numbers that hide something in `document`, ascending, each once.
#[must_use]
pub fn numbers(document: &super::Document) -> Vec<u16> {
    let mut found = Vec::new();
    super::walk::inlines(document, &mut |node| {
        if let Inline::Cloze(cloze) = node {
            found.push(cloze.number);
        }
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// What each number hides in a field that is stored as `html`, as text; parts
/// that share a number are joined.
#[must_use]
pub fn answers(html: &str) -> BTreeMap<u16, String> {
    let mut found: BTreeMap<u16, String> = BTreeMap::new();
    let mut rest = html;
    while let Some((_, tail)) = rest.split_once("{{c") {
        rest = tail;
        let Some((number, tail)) = tail.split_once("::") else { break };
        let Ok(number) = number.parse() else { continue };
        let Some((body, after)) = tail.split_once("}}") else { break };
        let answer = body.split_once("::").map_or(body, |(answer, _)| answer);
        let answer = strip::text(answer).split_whitespace().collect::<Vec<_>>().join(" ");
        found.entry(number).and_modify(|all| *all = format!("{all} … {answer}")).or_insert(answer);
        rest = after;
    }
    found
}

/// `document` with a blank for every hidden part.
#[must_use]
pub fn blanked(document: &super::Document) -> super::Document {
    let mut blanked = document.clone();
    blank_blocks(&mut blanked.blocks);
    blanked
}

fn blank_blocks(blocks: &mut [Block]) {
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => blank_inlines(content),
            Block::Quote(blocks) => blank_blocks(blocks),
            Block::List(list) => list.items.iter_mut().for_each(|item| blank_blocks(&mut item.blocks)),
            Block::Table(table) => table.head.iter_mut().chain(table.rows.iter_mut().flatten()).for_each(blank_inlines),
            Block::Code(_) | Block::Math(_) | Block::Rule => {}
        }
    }
}

fn blank_inlines(content: &mut Vec<Inline>) {
    for node in content {
        match node {
            Inline::Cloze(cloze) => {
                let hint = if cloze.hint.is_empty() { "…" } else { &cloze.hint };
                *node = Inline::text(format!("[{hint}]"), cloze.span);
            }
            Inline::Strong(content)
            | Inline::Emphasis(content)
            | Inline::Strikethrough(content)
            | Inline::Link { content, .. }
            | Inline::Reference { content, .. } => blank_inlines(content),
            Inline::Text { .. }
            | Inline::Code { .. }
            | Inline::Math(_)
            | Inline::DisplayMath(_)
            | Inline::SoftBreak
            | Inline::HardBreak
            | Inline::Image(_) => {}
        }
    }
}
