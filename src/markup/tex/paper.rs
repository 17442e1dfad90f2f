//! Tree → LaTeX that math-core sets correctly. What math-core cannot express is marked
//! with a text that begins with [`MARK`], which `typst_math` understands. Everything
//! that it gets wrong is kept from it.

use std::fmt::Write as _;

mod letters;
mod marked;
mod tables;

use super::chemistry;
use super::table::Command;
use super::tree::{Argument, Node, Part, Row};
use crate::markup::typst_math::{MARK, hidden};
use letters::{fraktur, is_between_operators, operator, unicode};
use marked::{boxed, color, colored, em, filled, lapped, limit, negated, rule, struck, tag, words};
use tables::{environment, genfrac, infix, rows_of};

/// Writes the rows of a formula.
///
/// # Errors
/// If paper cannot set something in it; the message says what.
pub(super) fn latex(rows: &[Row]) -> Result<String, String> {
    let cells: Vec<String> = rows.iter().flatten().map(|cell| list(cell)).collect::<Result<_, _>>()?;
    Ok(cells.join(" "))
}

type Written = Result<String, String>;

/// `nodes` in braces.
fn group(nodes: &[Node]) -> Written {
    Ok(format!("{{{}}}", list(nodes)?))
}

pub(super) fn list(nodes: &[Node]) -> Written {
    let mut out = String::new();
    for (index, node) in nodes.iter().enumerate() {
        let rest = &nodes[index + 1..];
        if let Node::Command(command, arguments) = node
            && let Some(opening) = declaration(command, arguments)
        {
            // It applies up to the end of the group, a size up to the next one.
            let sized = |node: &Node| matches!(node, Node::Command(next, _) if next.paper == "@size");
            let end = rest.iter().position(sized).filter(|_| command.paper == "@size").unwrap_or(rest.len());
            let _ = write!(out, "{opening}{}}}{}", list(&rest[..end])?, list(&rest[end..])?);
            return Ok(out);
        }
        if let Some(place) = rest.first().and_then(scripts_place)
            && !matches!(node, Node::Above(_) | Node::Below(_))
        {
            out.push_str(&placed(node, place)?);
            continue;
        }
        // math-core would attach a script to the separator of two cells, and then panic.
        let alone = out.trim().is_empty() || out.ends_with("\\hline ");
        if alone && matches!(node, Node::Prime | Node::Above(_) | Node::Below(_)) {
            out.push_str("{}");
        }
        out.push_str(&self::node(node, rest)?);
    }
    Ok(out)
}

/// Whether `node` says where scripts go: `limits` or `nolimits`.
fn scripts_place(node: &Node) -> Option<&'static str> {
    let Node::Command(command, _) = node else { return None };
    (command.paper == "@limits").then_some(command.name)
}

/// An operator whose scripts go to `place`.
fn placed(node: &Node, place: &str) -> Written {
    Ok(match node {
        Node::Command(command, _) if command.paper == "=" && command.signature == "^" => {
            format!("\\{}\\{place} ", command.name)
        }
        node if place == "limits" => with_mark("limits", &self::node(node, &[])?),
        node => self::node(node, &[])?,
    })
}

/// What opens the group that a declaration such as `\color{red}` applies to.
fn declaration(command: &Command, arguments: &[Argument]) -> Option<String> {
    match (command.paper, command.name) {
        ("@rest", "bbFont") => Some("\\mathbb{".to_owned()),
        ("@rest", "scr") => Some("\\mathscr{".to_owned()),
        ("@rest", "frak") => Some("\\mathfrak{".to_owned()),
        ("@rest", name) => Some(format!("{{\\{name} ")),
        ("@size", name) => Some(format!("{{{}", mark(&format!("size {}", size(name))))),
        ("@color", "color") => {
            let color = color(&raw(arguments, 0), &raw(arguments, 1));
            Some(format!("{{{}", color.map(|hex| mark(&format!("color {hex}"))).unwrap_or_default()))
        }
        _ => None,
    }
}

/// Sizes relative to the surrounding text.
fn size(name: &str) -> &'static str {
    match name {
        "tiny" | "Tiny" => "0.5",
        "scriptsize" => "0.7",
        "small" => "0.85",
        "large" => "1.2",
        "Large" => "1.44",
        "LARGE" => "1.73",
        "huge" => "2.07",
        "Huge" => "2.49",
        _ => "1",
    }
}

/// A mark, in the form that math-core accepts.
fn mark(instruction: &str) -> String {
    format!("\\text{{{MARK}{}}}", hidden(instruction))
}

/// `content`, under a mark.
fn with_mark(instruction: &str, content: &str) -> String {
    format!("{{{}{{{content}}}}}", mark(instruction))
}

fn node(node: &Node, rest: &[Node]) -> Written {
    Ok(match node {
        Node::Char(c) => character(*c),
        Node::Command(command, arguments) => self::command(command, arguments, rest)?,
        Node::Opaque => return Err("an arrow of its own".to_owned()),
        Node::Group(nodes) => group(nodes)?,
        Node::Above(body) => format!("^{{{}}}", self::node(body, &[])?),
        Node::Below(body) => format!("_{{{}}}", self::node(body, &[])?),
        Node::Prime => "'".to_owned(),
        Node::Fenced(open, nodes, close) => {
            format!("\\left{} {}\\right{} ", delimiter(open), list(nodes)?, delimiter(close))
        }
        Node::Environment(environment, arguments, rows) => self::environment(environment, arguments, rows)?,
        Node::Infix(command, arguments, above, below) => infix(command, arguments, above, below)?,
        Node::Line => "\\hline ".to_owned(),
    })
}

/// A character that math-core must not take for syntax.
fn character(c: char) -> String {
    match c {
        '$' | '&' | '%' | '#' | '_' => format!("\\{c}"),
        '"' | '@' | '`' => text(&c.to_string()),
        '\u{a0}' => "~".to_owned(),
        c if c.is_control() => String::new(),
        c => c.to_string(),
    }
}

/// Words, verbatim.
fn text(words: &str) -> String {
    format!("\\text{{{}}}", hidden(words))
}

fn delimiter(token: &str) -> &str {
    match token {
        "<" | "\\lt" => "\\langle",
        ">" | "\\gt" => "\\rangle",
        "\\arrowvert" | "\\bracevert" => "|",
        "\\Arrowvert" => "\\|",
        "\\\\" => "\\backslash",
        "\\lparen" => "(",
        "\\rparen" => ")",
        token => token,
    }
}

fn command(command: &Command, arguments: &[Argument], rest: &[Node]) -> Written {
    let name = command.name;
    match command.paper {
        "?" => Err(format!("`\\{name}`")),
        "@limits" => Ok(String::new()),
        "@big" if raw(arguments, 0) == "." => Ok(String::new()),
        "=" | "@big" => as_it_is(command, arguments),
        "@left" => Ok(format!("\\{name}{} ", delimiter(&raw(arguments, 0)))),
        "@text" => words(name, arguments),
        "@box" => boxed(name, arguments),
        "@color" => colored(arguments),
        "@fill" => filled(name, arguments),
        "@strike" => struck(name, arguments),
        "@tag" => tag(arguments),
        "@rule" => Ok(rule(name, arguments)),
        "@rows" => rows_of(name, arguments),
        "@not" => negated(arguments),
        "@operator" => operator(arguments),
        "@verb" => Ok(format!("{{{}{}}}", mark("code"), text(&raw(arguments, 0)))),
        "@unicode" => unicode(arguments),
        "@chem" => chemistry::latex(name, &raw(arguments, 0)).and_then(|tex| inner(&tex)),
        "@root" => Ok(format!("\\sqrt[{}]{}", math(arguments, 0)?, group(formula(arguments, 1))?)),
        "@lap" => lapped(name, arguments),
        "@dots" => Ok(if is_between_operators(rest) { "\\cdots " } else { "\\ldots " }.to_owned()),
        "@frak" => fraktur(arguments),
        "@limit" => Ok(with_mark("limits", limit(name))),
        "@genfrac" => genfrac(arguments),
        form => match form.strip_prefix('"') {
            Some(words) => Ok(text(words)),
            None => template(form, arguments),
        },
    }
}

/// The same command with its arguments.
fn as_it_is(command: &Command, arguments: &[Argument]) -> Written {
    // In math-core a sized delimiter can have only one class, its own.
    let sized = matches!(formula(arguments, 0), [Node::Command(inner, _)] if inner.paper == "@big");
    if sized && command.name.starts_with("math") {
        return group(formula(arguments, 0));
    }
    let mut out = format!("\\{} ", command.name);
    let kinds = command.signature.chars().filter(|kind| !"^/".contains(*kind));
    for (kind, argument) in kinds.zip(arguments) {
        match argument {
            Argument::None => {}
            Argument::Star => out.insert(out.len() - 1, '*'),
            Argument::Math(nodes) if kind == 'o' => {
                let _ = write!(out, "[{}]", list(nodes)?);
            }
            Argument::Math(nodes) => out.push_str(&group(nodes)?),
            Argument::Raw(raw) if kind == 'd' => out.push_str(delimiter(raw)),
            // Every length in one unit, in braces.
            Argument::Raw(raw) if kind == 'l' => return Ok(format!("\\hspace{{{}em}}", em(raw))),
            Argument::Raw(raw) => {
                let _ = write!(out, "{{{raw}}}");
            }
            Argument::Words(parts) => {
                let _ = write!(out, "{{{}}}", self::parts(parts)?);
            }
            Argument::Rows(_) => return Err(format!("`\\{}`", command.name)),
        }
    }
    Ok(out)
}

/// `form` with the arguments in place of `#1` and so on.
fn template(form: &str, arguments: &[Argument]) -> Written {
    let mut out = String::new();
    let mut pieces = form.split('#');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let number = piece.chars().next().and_then(|digit| digit.to_digit(10)).unwrap_or(1) as usize - 1;
        match arguments.get(number) {
            Some(Argument::Math(nodes)) => out.push_str(&list(nodes)?),
            Some(Argument::Words(words)) => out.push_str(&parts(words)?),
            Some(Argument::Raw(raw)) => out.push_str(raw),
            Some(Argument::None | Argument::Star | Argument::Rows(_)) | None => {}
        }
        out.push_str(&piece[1..]);
    }
    out.push(' ');
    Ok(out)
}

pub(super) fn formula(arguments: &[Argument], index: usize) -> &[Node] {
    match arguments.get(index) {
        Some(Argument::Math(nodes)) => nodes,
        Some(Argument::None | Argument::Rows(_) | Argument::Words(_) | Argument::Raw(_) | Argument::Star) | None => &[],
    }
}

pub(super) fn math(arguments: &[Argument], index: usize) -> Written {
    list(formula(arguments, index))
}

fn raw(arguments: &[Argument], index: usize) -> String {
    match arguments.get(index) {
        Some(Argument::Raw(raw)) => raw.trim().to_owned(),
        Some(Argument::None | Argument::Rows(_) | Argument::Words(_) | Argument::Math(_) | Argument::Star) | None => {
            String::new()
        }
    }
}

/// Reads and rewrites LaTeX that was generated here.
fn inner(tex: &str) -> Written {
    let reading = super::parse::formula(tex, true, &super::Macros::default());
    if reading.faults.is_empty() { latex(&reading.rows) } else { Err("its chemistry".to_owned()) }
}

fn parts(parts: &[Part]) -> Written {
    let written = parts.iter().map(|part| match part {
        Part::Words(words) => Ok(text(words)),
        Part::Math(nodes) => group(nodes),
    });
    written.collect()
}
