//! Adds an entry to a list in a YAML file, in the style of its neighbours; every other byte
//! stays the same. It works on lines and columns, because the tree does not contain comments.

use crate::diag::Sink;
use crate::source::FileId;
use crate::yaml::{self, NodeId, Tree, Value};

/// How the entries of a list are formatted.
#[derive(Clone, Copy)]
struct Style {
    /// Spaces before a dash.
    indent: usize,
    /// Spaces after it.
    gap: usize,
    /// Whether entries are separated by empty lines.
    apart: bool,
}

/// `text` with `item` at the end of the list `section`, and the item's line; `None` if the list
/// does not have a line with a dash for each entry. `item` begins with `- ` and ends with a
/// line break.
pub(super) fn insert(text: &str, section: &str, item: &str) -> Option<(String, usize)> {
    let tree = yaml::parse(FileId::new(0), text, &mut Sink::new());
    let root = tree.root()?;
    let Some((key, list)) = tree.entry(root, section) else {
        return Some(append(&tree, text, section, item));
    };
    if let Value::List([.., last]) = tree.value(list) {
        let style = style(&tree, text, list)?;
        let at = end_of(&tree, text, *last, style.indent);
        return Some(splice(text, at, 0, &lines(item, style)));
    }
    // Remove an explicit empty value: `[]`, `~` or `null`.
    let span = tree.span(list);
    let value = text.get(span.start as usize..span.end as usize)?;
    if !matches!(value.trim(), "" | "[]" | "~" | "null") {
        return None;
    }
    let before = text[..span.start as usize].trim_end_matches(' ');
    let rest = if value.trim().is_empty() { &text[before.len()..] } else { &text[span.end as usize..] };
    let emptied = format!("{before}{rest}");
    let at = after_line(&emptied, tree.span(key).end as usize);
    Some(splice(&emptied, at, 0, &lines(item, neighbour(&tree, text))))
}

/// Adds the list itself, at the end of the file.
fn append(tree: &Tree<'_>, text: &str, section: &str, item: &str) -> (String, usize) {
    let at = text.trim_end().len();
    let at = if at == 0 { 0 } else { after_line(text, at - 1) };
    let style = neighbour(tree, text);
    let parted = tree.root().into_iter().flat_map(|root| tree.entries(root)).skip(1);
    let parted = parted.filter(|(key, _)| follows_an_empty_line(text, tree.span(*key).start as usize)).count() > 0;
    let mut block = if parted { vec![String::new()] } else { Vec::new() };
    block.push(format!("{section}:"));
    let before = block.len();
    block.extend(lines(item, Style { apart: false, ..style }));
    splice(text, at, before, &block)
}

/// The style of the list `list`; `None` if it is written in brackets.
fn style(tree: &Tree<'_>, text: &str, list: NodeId) -> Option<Style> {
    let items = tree.items(list);
    let last = tree.span(*items.last()?).start as usize;
    let dash = text[..last].trim_end().strip_suffix('-')?.len();
    let on_its_line = !text[dash..last].contains('\n');
    Some(Style {
        indent: column(text, dash),
        gap: if on_its_line { last - dash - 1 } else { 1 },
        apart: items.len() > 1 && follows_an_empty_line(text, dash),
    })
}

/// The style of any list in the file, or the default style if there is none.
fn neighbour(tree: &Tree<'_>, text: &str) -> Style {
    let lists = tree.root().into_iter().flat_map(|root| tree.entries(root));
    let mut styles =
        lists.filter(|(_, list)| !tree.items(*list).is_empty()).filter_map(|(_, list)| style(tree, text, list));
    let style = styles.next().unwrap_or(Style { indent: 2, gap: 1, apart: false });
    Style { apart: false, ..style }
}

/// The lines of `item` in a list of this style.
fn lines(item: &str, style: Style) -> Vec<String> {
    let (dash, rest) = (" ".repeat(style.indent), " ".repeat(style.indent + 1 + style.gap));
    let line = |line: &str| match (line.strip_prefix("- "), line.strip_prefix("  ")) {
        (Some(first), _) => format!("{dash}-{}{first}", " ".repeat(style.gap)),
        (None, Some(more)) => format!("{rest}{more}"),
        (None, None) => line.to_owned(),
    };
    let parting = style.apart.then(String::new);
    parting.into_iter().chain(item.lines().map(line)).collect()
}

/// Where the line after the entry `item` begins. Everything that is indented deeper than its
/// dash belongs to it, including comments.
fn end_of(tree: &Tree<'_>, text: &str, item: NodeId, indent: usize) -> usize {
    let last = last_byte(tree, text, item);
    let mut end = after_line(text, last);
    let mut at = end;
    while at < text.len() {
        let next = after_line(text, at);
        let line = &text[at..next];
        let blank = line.trim().is_empty();
        if !blank && line.len() - line.trim_start_matches(' ').len() <= indent {
            break;
        }
        at = next;
        if !blank {
            end = next;
        }
    }
    end
}

/// The last byte of the last scalar in `node`.
fn last_byte(tree: &Tree<'_>, text: &str, node: NodeId) -> usize {
    match tree.value(node) {
        Value::List([.., last]) | Value::Mapping([.., last]) => last_byte(tree, text, *last),
        Value::Scalar(_) | Value::List([]) | Value::Mapping([]) => {
            let span = tree.span(node);
            let own = text[span.start as usize..span.end as usize].trim_end().len();
            (span.start as usize + own).saturating_sub(1)
        }
    }
}

/// `text` with `block` inserted before the byte `at`, using the line breaks of the file, and
/// the line of the first dash after the first `head` lines of the block.
fn splice(text: &str, at: usize, head: usize, block: &[String]) -> (String, usize) {
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut new = text[..at].to_owned();
    if !new.is_empty() && !new.ends_with('\n') {
        new.push_str(line_break);
    }
    let above = new.matches('\n').count();
    let dash = block.iter().skip(head).position(|line| line.trim_start().starts_with('-')).unwrap_or(0);
    for line in block {
        new.push_str(line);
        new.push_str(line_break);
    }
    new.push_str(&text[at..]);
    (new, above + head + dash + 1)
}

/// Where the line after the one that contains the byte `at` begins.
fn after_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length + 1)
}

fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |line_break| line_break + 1)
}

fn follows_an_empty_line(text: &str, at: usize) -> bool {
    let line = at - column(text, at);
    let mut before = text[..line].lines().rev();
    // Comments above an entry belong to it.
    before.find(|line| !line.trim_start().starts_with('#')).is_some_and(|line| line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: &str = "- id: new\n  answer: |\n    x\n";

    #[test]
    fn an_item_stands_like_its_neighbours_and_all_else_stays() {
        let cases = [
            // The usual form.
            ("topic: T\nquestions:\n  - id: a\n    ask: b\ntips: []\n", 5, "  - id: new\n    answer: |\n      x\n"),
            // No indentation, no final line break.
            ("topic: T\nquestions:\n- id: a\n  ask: b", 5, "\n- id: new\n  answer: |\n    x\n"),
            // More indentation, and a wide gap.
            (
                "questions:\n    -   id: a\n        ask: b\n# end\n",
                4,
                "    -   id: new\n        answer: |\n          x\n",
            ),
            // Windows.
            ("questions:\r\n  - id: a\r\n\r\ntips:\r\n", 3, "  - id: new\r\n    answer: |\r\n      x\r\n"),
            // Items separated by empty lines, with comments of their own.
            (
                "questions:\n  - id: a\n\n  # b\n  - id: b\n    ask: |\n      x\n\n      y\n    # of b\n\n  # no item\ntips: []\n",
                12,
                "\n  - id: new\n    answer: |\n      x\n",
            ),
            // No such list yet.
            ("topic: T\ntips:\n- id: a\n\n", 5, "questions:\n- id: new\n  answer: |\n    x\n"),
            ("# c\ntopic: T\n\ntips:\n  - id: a\n# end", 9, "\n\nquestions:\n  - id: new\n    answer: |\n      x\n"),
            // An empty list.
            ("questions: # none\ntopic: T\n", 2, "  - id: new\n    answer: |\n      x\n"),
        ];
        for (text, line, added) in cases {
            let (new, at) = insert(text, "questions", ITEM).expect("the list has lines");
            let start = new.find(added).unwrap_or_else(|| panic!("no {added:?} in {new:?}"));
            assert_eq!(format!("{}{}", &new[..start], &new[start + added.len()..]), text, "{new}");
            assert_eq!(at, line, "{new}");
            assert!(new.lines().nth(at - 1).is_some_and(|line| line.contains("id: new")), "{new}");
        }
        let (new, at) = insert("questions: [] # none\ntopic: T\n", "questions", ITEM).expect("the list is empty");
        assert_eq!((new.as_str(), at), ("questions: # none\n  - id: new\n    answer: |\n      x\ntopic: T\n", 2));
        assert!(insert("questions: [{id: a}]\n", "questions", ITEM).is_none());
    }
}
