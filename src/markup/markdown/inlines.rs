//! Running text: emphasis, code, formulas, links and pictures in a line.

use std::fmt::Write as _;

use super::escape::{escape, is_entity};
use super::longest_run;
use super::place::{Place, Shape};
use crate::markup::ast::{Image, Inline, Math, Night, Recording};
use crate::markup::html;

/// Writes running text between the characters `around`.
pub(super) fn inlines(content: &[Inline], place: Place, around: (char, char)) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(node) = content.get(at) {
        let run = content[at..].iter().take_while(|node| matches!(node, Inline::Text { .. })).count().max(1);
        let before = out.chars().next_back().unwrap_or(around.0);
        let after = content.get(at + run).map_or(around.1, |node| first_char(node, place));
        match node {
            Inline::Text { .. } => escape(&joined(&content[at..at + run]), place, (before, after), &mut out),
            Inline::Code { text, .. } => span_of_code(text, place.shape == Shape::Cell, &mut out),
            Inline::Math(math) | Inline::DisplayMath(math) => formula(math, place, (before, after), &mut out),
            Inline::SoftBreak => out.push(if place.shape == Shape::Lines { '\n' } else { ' ' }),
            Inline::HardBreak => out.push_str(if place.shape == Shape::Lines { "\\\n" } else { "<br>" }),
            Inline::Strong(content) => stressed(&STRONG, content, place, (before, after), &mut out),
            Inline::Emphasis(content) => stressed(&EMPHASIS, content, place, (before, after), &mut out),
            Inline::Strikethrough(content) => stressed(&STRIKE, content, place, (before, after), &mut out),
            Inline::Link { url, content } => linked(url, content, place, &mut out),
            Inline::Reference { id, content } => match (place.options.links)(id) {
                Some(url) if !place.link => linked(&url, content, place, &mut out),
                _ => out.push_str(&inlines(content, place, (before, after))),
            },
            // GitHub has no syntax of its own for these, but knows the tags.
            Inline::Superscript(content) => tagged("sup", content, place, &mut out),
            Inline::Subscript(content) => tagged("sub", content, place, &mut out),
            Inline::Highlight(content) => tagged("mark", content, place, &mut out),
            Inline::Ruby { base, reading, .. } => {
                out.push_str("<ruby>");
                escape(base, place, ('>', '<'), &mut out);
                out.push_str("<rt>");
                escape(reading, place, ('>', '<'), &mut out);
                out.push_str("</rt></ruby>");
            }
            Inline::Footnote { number, .. } => {
                let _ = write!(out, "<sup>{number}</sup>");
            }
            Inline::Image(image) => self::image(image, place, &mut out),
            Inline::Recording(recording) => self::recording(recording, place, &mut out),
            Inline::Cloze(cloze) => stressed(&STRONG, &cloze.answer, place, (before, after), &mut out),
        }
        at += run;
    }
    out
}

fn joined(run: &[Inline]) -> String {
    let parts = run.iter().map(|node| match node {
        Inline::Text { text, .. } => text.as_str(),
        _ => "",
    });
    parts.collect()
}

/// The character that `node` begins with.
fn first_char(node: &Inline, place: Place) -> char {
    match node {
        Inline::Text { text, .. } => text.chars().next().unwrap_or(' '),
        Inline::Code { .. } => '`',
        Inline::Math(_) | Inline::DisplayMath(_) => '$',
        Inline::SoftBreak => '\n',
        Inline::HardBreak if place.shape == Shape::Lines => '\\',
        Inline::Strong(_) | Inline::Emphasis(_) | Inline::Cloze(_) => '*',
        Inline::Strikethrough(_) => '~',
        Inline::HardBreak
        | Inline::Superscript(_)
        | Inline::Subscript(_)
        | Inline::Highlight(_)
        | Inline::Ruby { .. }
        | Inline::Footnote { .. } => '<',
        Inline::Link { .. } | Inline::Recording(_) => '[',
        Inline::Reference { id, content } => match (place.options.links)(id) {
            Some(_) => '[',
            None => content.first().map_or(' ', |node| first_char(node, place)),
        },
        Inline::Image(_) => '!',
    }
}

/// How to write emphasis: its delimiters, best first, and its HTML tag.
struct Stress {
    delimiters: &'static [&'static str],
    tag: &'static str,
}

const STRONG: Stress = Stress { delimiters: &["**"], tag: "strong" };
const EMPHASIS: Stress = Stress { delimiters: &["*", "_"], tag: "em" };
const STRIKE: Stress = Stress { delimiters: &["~~"], tag: "del" };

/// Emphasis nested deeper than this becomes tags: each attempt at a delimiter writes what is within
/// it, so nested attempts would take forever.
const ATTEMPTS: u8 = 3;

/// Delimiters work only next to certain characters (the flanking rules);
/// elsewhere the HTML tag says the same.
fn stressed(stress: &Stress, content: &[Inline], place: Place, (before, after): (char, char), out: &mut String) {
    // Emphasis doesn't show on a formula, and its delimiters would hide the formula from GitHub.
    if let [Inline::Math(math)] = content {
        formula(math, place, (before, after), out);
        return;
    }
    let delimiters = if place.stresses < ATTEMPTS { stress.delimiters } else { &[] };
    let place = Place {
        stresses: place.stresses.saturating_add(1),
        ..place
    };
    for delimiter in delimiters {
        let mark = delimiter.chars().next().unwrap_or('*');
        let body = inlines(content, place, (mark, mark));
        let (Some(first), Some(last)) = (body.chars().next(), body.chars().next_back()) else { return };
        let alone = ![before, first, last, after].contains(&mark);
        let word = mark == '_' && (before.is_alphanumeric() || after.is_alphanumeric());
        if alone && !word && flanks(before, first) && flanks(after, last) {
            out.push_str(delimiter);
            out.push_str(&body);
            out.push_str(delimiter);
            return;
        }
    }
    tagged(stress.tag, content, place, out);
}

/// Whether a delimiter between these two certainly belongs to the inner one.
fn flanks(outer: char, inner: char) -> bool {
    let apart = outer.is_whitespace() || outer.is_ascii_punctuation();
    inner.is_alphanumeric() || (apart && !inner.is_whitespace())
}

pub(super) fn span_of_code(text: &str, cell: bool, out: &mut String) {
    let text = text.replace('\n', " ");
    if text.is_empty() {
        return;
    }
    // Before a `|` in a cell a backslash is ambiguous; entities aren't.
    if cell && (text.contains("\\|") || text.ends_with('\\')) {
        out.push_str("<code>");
        for c in text.chars() {
            if c.is_ascii_punctuation() {
                let _ = write!(out, "&#{};", u32::from(c));
            } else {
                out.push(c);
            }
        }
        out.push_str("</code>");
        return;
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let blank = text.trim().is_empty();
    let padded = text.starts_with('`') || text.ends_with('`') || (text.starts_with(' ') && text.ends_with(' '));
    let pad = if padded && !blank { " " } else { "" };
    let text = if cell { text.replace('|', "\\|") } else { text };
    let _ = write!(out, "{fence}{pad}{text}{pad}{fence}");
}

/// GitHub recognises `$…$` only after a space and before anything but a letter;
/// its own `` $`…`$ `` works next to anything but a letter.
fn formula(math: &Math, place: Place, (before, after): (char, char), out: &mut String) {
    let mut tex = math.tex.split_whitespace().collect::<Vec<_>>().join(" ");
    if place.shape == Shape::Cell {
        tex = tex.replace("\\|", "\\Vert ").replace('|', "\\vert ");
    }
    let tex = without_backticks(&tex);
    let apart = before.is_whitespace() && !after.is_alphanumeric() && !"*_~".contains(after);
    if apart && !is_markdown_too(&tex) {
        let _ = write!(out, "${tex}$");
    } else {
        let _ = write!(out, "$`{tex}`$");
    }
}

pub(super) fn formula_apart(math: &Math) -> String {
    let tex = without_backticks(&math.tex);
    if is_markdown_too(&tex) || tex.contains('\n') {
        return format!("```math\n{tex}\n```");
    }
    format!("$$\n{tex}\n$$")
}

/// To Markdown a backtick would begin code, whatever follows the formula; LaTeX sets it as
/// this quotation mark.
fn without_backticks(tex: &str) -> String {
    tex.trim().replace('`', "‘")
}

/// GitHub resolves escapes, emphasis, links and tags in `$…$` before it looks
/// at the formula, but not in `` $`…`$ `` and ```` ```math ````.
fn is_markdown_too(tex: &str) -> bool {
    let pairs = |test: fn(char, char) -> bool| tex.chars().zip(tex.chars().skip(1)).any(|(a, b)| test(a, b));
    // Text within a formula may contain formulas.
    tex.contains(['*', '$'])
        || tex.starts_with('_')
        || pairs(|a, b| a == '\\' && b.is_ascii_punctuation())
        || pairs(|a, b| a == '<' && (b.is_ascii_alphabetic() || b == '/'))
        || pairs(|a, b| a == ']' && b == '(')
        || pairs(|a, b| b == '_' && !a.is_alphanumeric())
}

pub(super) fn linked(url: &str, content: &[Inline], place: Place, out: &mut String) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!+,;=%".contains(c);
    if matches!(content, [Inline::Text { text, .. }] if text == url) && url.contains("://") && url.chars().all(plain) {
        let _ = write!(out, "<{url}>");
        return;
    }
    let place = Place { link: true, ..place };
    let _ = write!(out, "[{}](", inlines(content, place, ('[', ']')));
    for (at, c) in url.char_indices() {
        match c {
            '(' | ')' => out.extend(['\\', c]),
            '&' if is_entity(&url[at..]) => out.push_str("&amp;"),
            ' ' | '<' | '>' | '\\' | '|' | '$' | '`' => percent(c, out),
            c => out.push(c),
        }
    }
    out.push(')');
}

/// Writes what only an HTML tag can express.
fn tagged(tag: &str, content: &[Inline], place: Place, out: &mut String) {
    let body = inlines(content, place, ('>', '<'));
    // A tag with a line to itself would begin a block of HTML.
    let text = body.trim_start_matches('\n');
    let space = if text.len() < body.len() { " " } else { "" };
    let _ = write!(out, "<{tag}>{space}{text}</{tag}>");
}

/// A picture. Where one is meant for dark pages, only HTML can offer both.
fn image(image: &Image, place: Place, out: &mut String) {
    if let Some(Night::Other(night)) = image.night.as_deref() {
        out.push_str("<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"media/");
        file(night, out);
        out.push_str("\"><img src=\"media/");
        file(&image.name, out);
        out.push_str("\" alt=\"");
        html::attribute(&image.alt.split_whitespace().collect::<Vec<_>>().join(" "), out);
        out.push_str("\"></picture>");
        return;
    }
    out.push('!');
    media(&image.alt, &image.name, place, out);
}

fn recording(recording: &Recording, place: Place, out: &mut String) {
    let label = if recording.label.trim().is_empty() { &recording.name } else { &recording.label };
    // Links cannot be nested.
    if place.link {
        return escape(label, place, ('[', ']'), out);
    }
    media(label, &recording.name, place, out);
}

fn media(words: &str, name: &str, place: Place, out: &mut String) {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    out.push('[');
    escape(&words, Place { link: true, ..place }, ('[', ']'), out);
    out.push_str("](media/");
    file(name, out);
    out.push(')');
}

/// The name of a file in an address.
fn file(name: &str, out: &mut String) {
    for c in name.chars() {
        if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { out.push(c) } else { percent(c, out) }
    }
}

fn percent(c: char, out: &mut String) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let _ = write!(out, "%{byte:02X}");
    }
}
