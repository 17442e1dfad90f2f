//! Running text cut to a length.

use super::ast::Inline;

/// The beginning of `content`, at most `most` characters long, with `…` where it was cut. What
/// cannot be cut, such as a formula, stays whole or goes.
#[must_use]
pub fn shortened(content: Vec<Inline>, most: usize) -> Vec<Inline> {
    let mut left = most;
    cut(content, &mut left).0
}

/// The part of `content` that fits into `left` characters, and whether that is all of it.
fn cut(content: Vec<Inline>, left: &mut usize) -> (Vec<Inline>, bool) {
    let mut kept = Vec::new();
    for mut node in content {
        let length = own_length(&node);
        if length > *left {
            let span = match &mut node {
                Inline::Text { text, .. } | Inline::Code { text, .. } => {
                    text.truncate(end(text, *left));
                    text.push('…');
                    *left = 0;
                    kept.push(node);
                    return (kept, false);
                }
                Inline::Math(math) | Inline::DisplayMath(math) => math.span,
                Inline::Ruby { span, .. } => *span,
                Inline::Image(image) => image.span,
                Inline::Recording(recording) => recording.span,
                _ => return (kept, false),
            };
            *left = 0;
            kept.push(Inline::text("…", span));
            return (kept, false);
        }
        *left -= length;
        let mut whole = true;
        if let Some(content) = node.content_mut() {
            (*content, whole) = cut(std::mem::take(content), left);
        }
        kept.push(node);
        if !whole {
            return (kept, false);
        }
    }
    (kept, true)
}

/// The length of a node in characters, without the nodes in it.
fn own_length(node: &Inline) -> usize {
    match node {
        Inline::Text { text, .. } | Inline::Code { text, .. } => text.chars().count(),
        Inline::Math(math) | Inline::DisplayMath(math) => math.tex.chars().count(),
        Inline::Ruby { base, reading, .. } => base.chars().count() + reading.chars().count(),
        Inline::Image(image) => image.alt.chars().count(),
        Inline::Recording(recording) => recording.label.chars().count(),
        Inline::SoftBreak | Inline::HardBreak | Inline::Footnote { .. } => 1,
        Inline::Cloze(cloze) => cloze.answer.iter().chain(&cloze.hint).map(length).sum(),
        Inline::Strong(_)
        | Inline::Emphasis(_)
        | Inline::Strikethrough(_)
        | Inline::Superscript(_)
        | Inline::Subscript(_)
        | Inline::Highlight(_)
        | Inline::Link { .. }
        | Inline::Reference { .. } => 0,
    }
}

fn length(node: &Inline) -> usize {
    own_length(node) + node.content().map_or(0, |content| content.iter().map(length).sum())
}

/// Where to cut `text` after at most `most` characters: after a word, unless that is far off.
fn end(text: &str, most: usize) -> usize {
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    let word = text[..end].trim_end_matches(|c: char| !c.is_whitespace()).trim_end();
    if word.len() * 2 > end { word.len() } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn it_ends_after_a_word_or_in_the_middle_of_a_long_one() {
        let span = Span::new(FileId::new(0), 0, 0);
        let text = |text: &str| Inline::text(text, span);
        let cut = |content: Vec<Inline>, most| shortened(content, most);
        assert_eq!(cut(vec![text("one two three")], 13), vec![text("one two three")]);
        assert_eq!(cut(vec![text("one two three")], 12), vec![text("one two…")]);
        assert_eq!(cut(vec![text("東京都庁")], 2), vec![text("東京…")]);
        let strong = |words: &str| Inline::Strong(vec![text(words)]);
        assert_eq!(cut(vec![text("a "), strong("bold word"), text(" end")], 8), vec![text("a "), strong("bold…")]);
    }
}
