//! Letters, signs and the names of operators.

use super::{Written, character, formula, group, raw, text, with_mark};
use crate::markup::tex::is_mark;
use crate::markup::tex::tree::{Argument, Node};

pub(super) fn operator(arguments: &[Argument]) -> Written {
    let star = matches!(arguments.first(), Some(Argument::Star));
    let nodes = formula(arguments, 1);
    let plain: Option<String> = nodes.iter().map(in_a_name).collect();
    match plain.filter(|name| !name.trim().is_empty()) {
        Some(name) => Ok(format!("\\operatorname{}{{{name}}}", if star { "*" } else { "" })),
        None => Ok(with_mark(
            if star { "operator limits" } else { "operator scripts" },
            &format!("\\mathrm{}", group(nodes)?),
        )),
    }
}

/// What math-core accepts in the name of an operator.
fn in_a_name(node: &Node) -> Option<&str> {
    match node {
        Node::Char(c) if c.is_ascii_alphanumeric() => Some(ASCII.get(*c as usize - 48..*c as usize - 47)?),
        Node::Command(command, _) if command.name == "," => Some("\\,"),
        Node::Command(command, _) if matches!(command.name, "space" | ":" | ";") => Some("\\ "),
        Node::Char(_)
        | Node::Command(..)
        | Node::Opaque
        | Node::Group(_)
        | Node::Above(_)
        | Node::Below(_)
        | Node::Prime
        | Node::Fenced(..)
        | Node::Environment(..)
        | Node::Infix(..)
        | Node::Line => None,
    }
}

/// From `0` to `z`.
const ASCII: &str = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz";

pub(super) fn unicode(arguments: &[Argument]) -> Written {
    let code = raw(arguments, 1);
    let digits = code.strip_prefix(['x', 'X', 'U', 'u']);
    let number = digits.map_or_else(|| code.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok());
    let c = number.and_then(char::from_u32).filter(|c| !c.is_control() && !is_mark(*c));
    c.map(character_of).ok_or_else(|| format!("`\\unicode{{{code}}}`"))
}

fn character_of(c: char) -> String {
    if c.is_ascii() { text(&c.to_string()) } else { character(c) }
}

/// Whether an operator follows: dots between operators are centred.
pub(super) fn is_between_operators(rest: &[Node]) -> bool {
    const SIGNS: &str = "times cdot pm mp cup cap wedge vee oplus otimes le leq ge geq sim to subset subseteq";
    let next = rest.first();
    let sign = matches!(next, Some(Node::Char(c)) if "+-=<>*×÷±".contains(*c));
    let named = |name: &str| SIGNS.split(' ').any(|sign| sign == name);
    sign || matches!(next, Some(Node::Command(command, _)) if named(command.name))
}

/// math-core has the wrong letter for one of them.
pub(super) fn fraktur(arguments: &[Argument]) -> Written {
    let pieces = formula(arguments, 0).iter().map(|node| match node {
        Node::Char('I') => Ok("\\Im ".to_owned()),
        node => Ok(format!("\\mathfrak{{{}}}", super::node(node, &[])?)),
    });
    Ok(format!("{{{}}}", pieces.collect::<Result<String, String>>()?))
}
