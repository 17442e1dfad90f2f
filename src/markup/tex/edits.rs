//! Changes to a formula, collected while it is read and made all at once.

use std::ops::Range;

/// A change to the text. At one place, what ends comes before what begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    start: usize,
    order: Order,
    end: usize,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Order {
    Ends,
    Begins,
    Replaces,
}

impl Edit {
    /// `text` in place of what is at `range`.
    pub(super) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        let (start, end, text) = (range.start, range.end, text.into());
        Self { start, order: Order::Replaces, end, text }
    }

    /// `text` before what is at `at` (`begins`), or after what comes before it.
    pub(super) fn insert(at: usize, text: &str, begins: bool) -> Self {
        let order = if begins { Order::Begins } else { Order::Ends };
        Self { start: at, order, end: at, text: text.to_owned() }
    }
}

/// Makes `edits` in `text`.
pub(super) fn apply(text: &str, edits: Vec<Edit>) -> String {
    let count = edits.len();
    let mut edits: Vec<(usize, Edit)> = edits.into_iter().enumerate().collect();
    // What was found last goes around what was found before it.
    edits.sort_by_key(|(index, edit)| {
        (edit.start, edit.order, if edit.order == Order::Begins { count - index } else { *index })
    });
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (_, edit) in edits {
        let start = edit.start.max(at);
        out.push_str(&text[at..start]);
        // An ending after a comment would become part of the comment.
        if edit.order == Order::Ends && ends_in_comment(&out) {
            out.push('\n');
        }
        let joins = edit.text.starts_with(|c: char| c.is_ascii_alphabetic()) && ends_in_word(&out);
        out.push_str(if joins { " " } else { "" });
        out.push_str(&edit.text);
        at = edit.end.max(start);
        if text[at..].starts_with(|c: char| c.is_ascii_alphabetic()) && ends_in_word(&out) {
            out.push(' ');
        }
    }
    out + &text[at..]
}

/// Whether a `%` comments out what follows on this line.
fn ends_in_comment(text: &str) -> bool {
    let line = text.rsplit('\n').next().unwrap_or("");
    let is_bare = |place: usize| (place - line[..place].trim_end_matches('\\').len()).is_multiple_of(2);
    line.match_indices('%').any(|(place, _)| is_bare(place))
}

fn ends_in_word(text: &str) -> bool {
    let before = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let slashes = before.len() - before.trim_end_matches('\\').len();
    before.len() < text.len() && slashes % 2 == 1
}
