//! What is shown of a document with clozes, which numbers they have, and what they hide.

use std::collections::BTreeMap;

use crate::markup::ast::{Block, CodeBlock, Document, Hidden, Inline, Math};
use crate::markup::tex::{self, Macros};
use crate::markup::{strip, walk};

/// The cloze numbers in `document`, ascending and without repetition.
#[must_use]
pub fn numbers(document: &Document) -> Vec<u16> {
    let mut found = Vec::new();
    walk::inlines(document, &mut |node| {
        if let Inline::Cloze(cloze) = node {
            found.push(cloze.number);
        } else if let Inline::Math(math) | Inline::DisplayMath(math) = node {
            found.extend(math.hidden.iter().map(|part| part.number));
        }
    });
    walk::blocks(document, &mut |block| {
        if let Block::Math(Math { hidden, .. }) | Block::Code(CodeBlock { hidden, .. }) = block {
            found.extend(hidden.iter().map(|part| part.number));
        }
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// The text that each number hides in a field stored as `html`;
/// parts that share a number are joined.
#[must_use]
pub fn answers(html: &str) -> BTreeMap<u16, String> {
    let mut found: BTreeMap<u16, String> = BTreeMap::new();
    let mut rest = html;
    while let Some((_, tail)) = rest.split_once("{{c") {
        rest = tail;
        // Only the text at this point is checked: a search for the end would
        // run again for each of many openings.
        let (number, tail) = tail.split_at(tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len());
        let (Ok(number), Some(tail)) = (number.parse(), tail.strip_prefix("::")) else { continue };
        let Some((body, after)) = tail.split_once("}}") else { break };
        let answer = body.split_once("::").map_or(body, |(answer, _)| answer);
        let answer = strip::text(answer).split_whitespace().collect::<Vec<_>>().join(" ");
        found.entry(number).and_modify(|all| all.extend([" … ", &answer])).or_insert(answer);
        rest = after;
    }
    found
}

/// `document` with nothing hidden.
#[must_use]
pub fn revealed(document: &Document) -> Document {
    fn reveal(content: &mut Vec<Inline>) {
        for node in std::mem::take(content) {
            match node {
                Inline::Cloze(mut cloze) => {
                    reveal(&mut cloze.answer);
                    content.append(&mut cloze.answer);
                }
                mut node => {
                    if let Some(inner) = node.content_mut() {
                        reveal(inner);
                    }
                    content.push(node);
                }
            }
        }
    }
    let mut revealed = document.clone();
    each(&mut revealed.blocks, &mut reveal, &mut Vec::clear);
    revealed
}

/// Gives the clozes of `document` the numbers after `last`; returns the last number then.
pub fn renumber(document: &mut Document, last: u16) -> u16 {
    fn shift(content: &mut [Inline], by: u16) {
        for node in content {
            if let Inline::Cloze(cloze) = node {
                cloze.number = cloze.number.saturating_add(by);
            } else if let Some(inner) = node.content_mut() {
                shift(inner, by);
            }
        }
    }
    let mut later = |hidden: &mut Vec<Hidden>| {
        for part in hidden {
            part.number = part.number.saturating_add(last);
        }
    };
    each(&mut document.blocks, &mut |content| shift(content, last), &mut later);
    numbers(document).last().copied().unwrap_or(last)
}

/// Passes every run of text to `run`, and the hidden parts of every formula and code block to `hidden`.
fn each(blocks: &mut [Block], run: &mut dyn FnMut(&mut Vec<Inline>), hidden: &mut dyn FnMut(&mut Vec<Hidden>)) {
    fn formulas(content: &mut [Inline], hidden: &mut dyn FnMut(&mut Vec<Hidden>)) {
        for node in content {
            match node {
                Inline::Math(math) | Inline::DisplayMath(math) => hidden(&mut math.hidden),
                node => formulas(node.content_mut().map_or(&mut [], |inner| inner), hidden),
            }
        }
    }
    for block in blocks {
        if let Some(parts) = block.hidden_mut() {
            hidden(parts);
        }
        for content in block.runs_mut() {
            formulas(content, hidden);
            run(content);
        }
        block.within_mut().into_iter().for_each(|within| each(within, run, hidden));
    }
}

/// `document` with a blank for every hidden part.
#[must_use]
pub fn blanked(document: &Document) -> Document {
    let mut blanked = document.clone();
    blank_blocks(&mut blanked.blocks);
    blanked
}

fn blank_blocks(blocks: &mut [Block]) {
    for block in blocks {
        match block {
            Block::Math(math) => blank_math(math, true),
            Block::Code(code) => blank(&mut code.text, &mut code.hidden, |hint| format!("[{hint}]")),
            Block::Paragraph(_)
            | Block::Heading { .. }
            | Block::Quote(_)
            | Block::Alert(_)
            | Block::List(_)
            | Block::Table(_)
            | Block::Rule
            | Block::Footnotes(_) => {}
        }
        block.runs_mut().into_iter().for_each(blank_inlines);
        block.within_mut().into_iter().for_each(|blocks| blank_blocks(blocks));
    }
}

fn blank_inlines(content: &mut Vec<Inline>) {
    let mut out = Vec::with_capacity(content.len());
    for mut node in std::mem::take(content) {
        match &mut node {
            Inline::Cloze(cloze) => {
                let edge = |text: &str| Inline::text(text, cloze.span);
                let mut hint = std::mem::take(&mut cloze.hint);
                if hint.is_empty() {
                    hint.push(edge("…"));
                }
                out.push(edge("["));
                out.append(&mut hint);
                out.push(edge("]"));
                continue;
            }
            Inline::Math(math) => blank_math(math, false),
            Inline::DisplayMath(math) => blank_math(math, true),
            node => {
                if let Some(content) = node.content_mut() {
                    blank_inlines(content);
                }
            }
        }
        out.push(node);
    }
    *content = out;
}

fn blank_math(math: &mut Math, display: bool) {
    if math.hidden.is_empty() {
        return;
    }
    let mut blanked = math.clone();
    blank(&mut blanked.tex, &mut blanked.hidden, |hint| {
        let text = hint.replace(['\\', '{', '}', '$', '%', '#', '_', '^', '&', '~'], " ");
        if hint == "…" { r"[\ldots]".to_owned() } else { format!(r"[\text{{{text}}}]") }
    });
    // If a part cannot be cut out, the whole formula becomes a blank.
    let read = |tex: &str| tex::read(tex, display, &mut Macros::default()).ok();
    *math = match read(&blanked.tex).or_else(|| read(r"[\ldots]")) {
        Some(formula) => Math::new(formula.tex, formula.mathml, math.span),
        None => blanked,
    };
}

/// Replaces each hidden part with a blank.
fn blank(text: &mut String, hidden: &mut Vec<Hidden>, show: impl Fn(&str) -> String) {
    for part in hidden.drain(..).rev() {
        let hint = if part.hint.is_empty() { "…" } else { &part.hint };
        text.replace_range(part.range, &show(hint));
    }
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn what_begins_like_a_hidden_part_is_passed_over() {
        let html = "{{c1::a}} {{c70000::x}} {{c1::b::hint}} {{c::y}} {{cx2::z}} {{c+3::w}} {{c2::<i>d</i>}} {{c4::e";
        assert_eq!(answers(html), [(1, "a … b".to_owned()), (2, "d".to_owned())].into());
    }

    /// Each opening is looked at once, however many there are.
    #[test]
    fn beginnings_without_end_are_no_work() {
        assert!(answers(&("{{c".repeat(500_000) + "::")).is_empty());
        assert_eq!(answers(&"{{c1::a}}".repeat(200_000))[&1].len(), 200_000 + 199_999 * " … ".len());
        assert_eq!(answers(&format!("{{{{c1::{}}}}}", "<&".repeat(500_000))).len(), 1);
    }
}
