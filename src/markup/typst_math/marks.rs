//! What MathML Core has no element for: if a row starts with a text that starts with [`MARK`], that
//! text says how to set the rest of the row. `tex::paper` makes these marks; no author can write
//! one, because U+FDD0 to U+FDEF are removed from every formula first.

use std::fmt::Write as _;

use roxmltree::Node;

use super::{Written, element, elements, literal, text};

/// The first character of a mark.
pub const MARK: char = '\u{fdd0}';

/// Characters that LaTeX text cannot contain, which are replaced there.
const HIDDEN: [char; 21] =
    ['\\', '{', '}', '$', '&', '#', '%', '_', '^', '~', '"', '\'', '`', '<', '>', '|', '@', '*', ' ', '-', '/'];

/// `words` with the characters that mean something to LaTeX replaced.
#[must_use]
pub fn hidden(words: &str) -> String {
    let hide = |c: char| match HIDDEN.iter().position(|hidden| *hidden == c) {
        Some(at) => char::from_u32(u32::from(MARK) + 1 + u32::try_from(at).unwrap_or(0)).unwrap_or(c),
        None => c,
    };
    words.chars().filter(|c| !c.is_control()).map(hide).collect()
}

/// The reverse of [`hidden`].
pub(super) fn shown(words: &str) -> String {
    let show = |c: char| {
        let at = u32::from(c).checked_sub(u32::from(MARK) + 1);
        at.and_then(|at| HIDDEN.get(at as usize).copied()).unwrap_or(c)
    };
    words.chars().map(show).collect()
}

/// The mark at the start of `row`.
pub(super) fn instruction(row: Node) -> Option<String> {
    let first = elements(row).next().filter(|first| first.tag_name().name() == "mtext")?;
    text(first).strip_prefix(MARK).map(str::to_owned)
}

/// Opens a box that keeps its neighbours at a distance.
const ROOM: &str = "#box(inset: (x: 0.3em), ";

/// Writes what follows the mark in `row`, as the mark says.
pub(super) fn write(instruction: &str, row: Node, out: &mut String) -> Written {
    let mut content = String::new();
    elements(row).skip(1).try_for_each(|child| element(child, &mut content))?;
    let content = match content.trim() {
        "" => "zws",
        content => content,
    };
    let mut words = instruction.split(' ');
    let (name, first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""), words.next().unwrap_or(""));
    let number = |word: &str| word.parse::<f64>().unwrap_or(1.0);
    let _ = match (name, first) {
        ("bold" | "italic" | "sans" | "mono", _) => write!(out, "{name}({content}) "),
        ("code", _) => write!(out, "#raw({}) ", literal(&code(row))),
        // An equation of its own keeps its baseline, and its box has room outside.
        ("box", _) => write!(out, "{ROOM}box(stroke: 0.05em, outset: 0.2em, $ {content} $)) "),
        ("circle", _) => write!(out, "{ROOM}box(stroke: 0.05em, outset: 0.3em, radius: 50%, $ {content} $)) "),
        ("fill", hex) => {
            let fill = literal(&format!("#{hex}"));
            write!(out, "{ROOM}box(fill: rgb({fill}), outset: 0.2em, $ {content} $)) ")
        }
        ("color", hex) => write!(out, "#text(fill: rgb({}), $ {content} $) ", literal(&format!("#{hex}"))),
        ("size", factor) => write!(out, "#text(size: {}em, ${content}$) ", number(factor)),
        ("cancel", "down") => write!(out, "cancel({content}, inverted: #true) "),
        ("cancel", "cross") => write!(out, "cancel({content}, cross: #true) "),
        ("cancel", "across") => write!(out, "cancel({content}, angle: #90deg) "),
        ("cancel", "not") => write!(out, "cancel({content}, angle: #20deg) "),
        ("cancel", _) => write!(out, "cancel({content}) "),
        ("limits", _) => write!(out, "limits({content}) "),
        ("scripts", _) => write!(out, "scripts({content}) "),
        ("operator", "limits") => write!(out, "op({content}, limits: #true) "),
        ("operator", _) => write!(out, "op({content}) "),
        ("lap", side) => write!(out, "#box(width: 0pt, align({}, ${content}$)) ", side_of(side)),
        ("rule", width) => {
            write!(out, "#box(width: {}em, height: {}em, fill: black) ", number(width), number(second))
        }
        _ => return Err("a mark that nobody knows".to_owned()),
    };
    Ok(())
}

/// Whether the mark says where scripts go.
pub(super) fn places_scripts(instruction: &str) -> bool {
    instruction == "limits" || instruction.starts_with("operator")
}

fn code(row: Node) -> String {
    elements(row).skip(1).map(text).collect()
}

fn side_of(word: &str) -> &'static str {
    match word {
        "left" => "left",
        "right" => "right",
        _ => "center",
    }
}
