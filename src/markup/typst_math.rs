//! MathML Core, as math-core writes it, → Typst's math markup. The output contains
//! only the calls named here: letters are written one by one, every other character as
//! an escape, words as string literals.

use std::fmt::Write as _;

use roxmltree::Node;

use super::typst_literal::literal;

mod covers;
mod marks;

pub use marks::{MARK, hidden};

/// Converts the MathML of one formula.
///
/// # Errors
/// If it contains something that cannot be set; the message says what.
pub fn convert(mathml: &str) -> Result<String, String> {
    let tree = roxmltree::Document::parse(mathml).map_err(|error| format!("unreadable MathML: {error}"))?;
    let mut out = String::new();
    element(tree.root_element(), &mut out)?;
    Ok(out.trim_end().to_owned())
}

type Written = Result<(), String>;

fn element(node: Node, out: &mut String) -> Written {
    match node.tag_name().name() {
        "math" | "mstyle" | "semantics" | "mpadded" => styled(node, out),
        "mrow" => row(node, out),
        "mi" => {
            identifier(node, out);
            Ok(())
        }
        "mn" => {
            number(node, out);
            Ok(())
        }
        "mtext" => {
            words(node, out);
            Ok(())
        }
        "mo" => {
            operator(node, out);
            Ok(())
        }
        "mspace" => {
            space(node, out);
            Ok(())
        }
        "msqrt" => {
            out.push_str("sqrt(");
            children(node, out)?;
            out.push_str(") ");
            Ok(())
        }
        "mroot" => {
            call("root", &[argument(node, 1)?, argument(node, 0)?], out);
            Ok(())
        }
        "mfrac" => fraction(node, out),
        "msub" => scripts(node, &[("b", 1)], out),
        "msup" => scripts(node, &[("t", 1)], out),
        "msubsup" => scripts(node, &[("b", 1), ("t", 2)], out),
        "mover" => covers::above_or_below(node, covers::Side::Above, out),
        "munder" => covers::above_or_below(node, covers::Side::Below, out),
        "munderover" => attach(&limits(node)?, node, &[("b", 1), ("t", 2)], out),
        "mmultiscripts" => multiscripts(node, out),
        "mtable" => table(node, out),
        "mphantom" => {
            out.push_str("#hide($ ");
            children(node, out)?;
            out.push_str("$) ");
            Ok(())
        }
        "annotation" => Ok(()),
        "merror" => Err(text(node)),
        other => Err(format!("the element `{other}` cannot be set")),
    }
}

fn children(node: Node, out: &mut String) -> Written {
    elements(node).try_for_each(|child| element(child, out))
}

fn elements<'a, 'input>(node: Node<'a, 'input>) -> impl DoubleEndedIterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

/// All characters within a node; `<mtext>` may contain `<b>`.
fn text(node: Node) -> String {
    let parts = node.descendants().filter(Node::is_text).filter_map(|part| part.text());
    marks::shown(&parts.collect::<String>())
}

/// The character of a node that has just one. Typst's fonts don't distinguish which
/// of two script alphabets it is from.
fn only_char(node: Node) -> Option<char> {
    let text = text(node);
    let mut chars = text.chars().filter(|c| !('\u{fe00}'..='\u{fe0f}').contains(c));
    chars.next().filter(|_| chars.next().is_none())
}

/// The child at `index` as an argument of a call, which must not be empty.
fn argument(node: Node, index: usize) -> Result<String, String> {
    let mut out = String::new();
    if let Some(child) = elements(node).nth(index) {
        element(child, &mut out)?;
    }
    let out = out.trim_end();
    Ok(if out.is_empty() { "zws".to_owned() } else { out.to_owned() })
}

fn call(name: &str, arguments: &[String], out: &mut String) {
    let _ = write!(out, "{name}({}) ", arguments.join(", "));
}

/// Letters and digits stand for themselves; anything else could be syntax.
fn character(c: char) -> String {
    if c.is_ascii_alphanumeric() { format!("{c} ") } else { format!("\\u{{{:x}}}", u32::from(c)) }
}

fn identifier(node: Node, out: &mut String) {
    match only_char(node) {
        Some(c) if node.attribute("mathvariant") == Some("normal") => {
            let _ = write!(out, "upright({}) ", character(c));
        }
        Some(c) => {
            let _ = write!(out, "{} ", character(c));
        }
        None => {
            let _ = write!(out, "upright({}) ", literal(&text(node)));
        }
    }
}

fn number(node: Node, out: &mut String) {
    let digits = text(node);
    if !digits.is_empty() {
        let _ = write!(out, "{} ", literal(&digits));
    }
}

/// Typst sets a space at the edge of words if the code has one there, so the code never does.
fn words(node: Node, out: &mut String) {
    let words = text(node).replace(' ', "\u{a0}");
    if !words.is_empty() {
        out.truncate(out.trim_end().len());
        out.push_str(&literal(&words));
    }
}

fn operator(node: Node, out: &mut String) {
    let name = text(node);
    let Some(c) = only_char(node) else {
        if !name.is_empty() {
            let limits = if node.attribute("movablelimits") == Some("true") { "limits: #true, " } else { "" };
            let _ = write!(out, "op({limits}{}) ", literal(&name));
        }
        return;
    };
    if is_invisible(c) {
        return;
    }
    let sign = character(c);
    let unspaced = node.attribute("lspace") == Some("0") && node.attribute("rspace") == Some("0");
    let class = match node.attribute("form") {
        Some("prefix") if is_fence(c) => Some("opening"),
        Some("postfix") if is_fence(c) => Some("closing"),
        _ => (unspaced && !is_large(c)).then_some("normal"),
    };
    let _ = match (node.attribute("minsize").and_then(length), class) {
        (Some(size), _) => write!(out, "lr(size: #{size}, {sign}) "),
        (None, Some(class)) => write!(out, "class(#\"{class}\", {sign}) "),
        (None, None) => write!(out, "{sign} "),
    };
}

/// Function application, invisible times, separator and plus.
fn is_invisible(c: char) -> bool {
    ('\u{2061}'..='\u{2064}').contains(&c)
}

fn is_large(c: char) -> bool {
    "∑∏∐⋃⋂⨁⨂⨀".contains(c)
}

fn space(node: Node, out: &mut String) {
    let negative = || node.attribute("style")?.strip_prefix("margin-left:")?.strip_suffix(';');
    if let Some(width) = node.attribute("width").or_else(negative).and_then(length) {
        let _ = write!(out, "#h({width}) ");
    }
}

/// A length from math-core in a unit that Typst knows.
fn length(text: &str) -> Option<String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: f64 = digits.parse().ok()?;
    match &text[digits.len()..] {
        "em" | "rem" | "" => Some(format!("{number}em")),
        // Half an em is what fonts without an x-height get in CSS.
        "ex" => Some(format!("{}em", number / 2.0)),
        _ => None,
    }
}

fn row(node: Node, out: &mut String) -> Written {
    if let Some(instruction) = marks::instruction(node) {
        return marks::write(&instruction, node, out);
    }
    let (first, last) = (elements(node).next(), elements(node).next_back());
    let fences = first.zip(last).filter(|(first, last)| first != last);
    let Some((open, close)) = fences.and_then(|(first, last)| Some((fence(first)?, fence(last)?))) else {
        return styled(node, out);
    };
    let _ = write!(out, "lr({open} ");
    let inner = elements(node).count().saturating_sub(2);
    for child in elements(node).skip(1).take(inner) {
        element(child, out)?;
    }
    let _ = write!(out, "{close}) ");
    Ok(())
}

/// What a stretchy delimiter becomes; empty for the one of `\left.`.
fn fence(node: Node) -> Option<String> {
    if node.tag_name().name() != "mo" || node.attribute("stretchy") == Some("false") {
        return None;
    }
    let Some(c) = text(node).chars().next() else {
        return Some(String::new());
    };
    if c == '\u{2063}' {
        return Some(String::new());
    }
    is_fence(c).then(|| character(c))
}

fn is_fence(c: char) -> bool {
    "()[]{}|‖∣∥⟨⟩⌊⌋⌈⌉⟦⟧/\\".contains(c)
}

fn styled(node: Node, out: &mut String) -> Written {
    if let Some(instruction) = marks::instruction(node) {
        return marks::write(&instruction, node, out);
    }
    let mut content = String::new();
    children(node, &mut content)?;
    if content.is_empty() {
        return Ok(());
    }
    let _ = match (node.attribute("displaystyle"), node.tag_name().name()) {
        (Some("true"), "mstyle" | "mrow") => write!(out, "display({content}) "),
        (Some("false"), "mstyle" | "mrow") => write!(out, "inline({content}) "),
        _ => write!(out, "{content}"),
    };
    Ok(())
}

fn fraction(node: Node, out: &mut String) -> Written {
    let (above, below) = (argument(node, 0)?, argument(node, 1)?);
    let lineless = node.attribute("linethickness").is_some_and(|width| width.starts_with('0'));
    let fraction =
        if lineless { format!("mat(delim: #none, {above}; {below})") } else { format!("frac({above}, {below})") };
    let _ = match node.attribute("displaystyle") {
        Some("true") => write!(out, "display({fraction}) "),
        Some(_) => write!(out, "inline({fraction}) "),
        None => write!(out, "{fraction} "),
    };
    Ok(())
}

fn attach(base: &str, node: Node, places: &[(&str, usize)], out: &mut String) -> Written {
    let _ = write!(out, "attach({base}");
    for (place, index) in places {
        let _ = write!(out, ", {place}: {}", argument(node, *index)?);
    }
    out.push_str(") ");
    Ok(())
}

fn scripts(node: Node, places: &[(&str, usize)], out: &mut String) -> Written {
    let base = argument(node, 0)?;
    let placed = elements(node).next().and_then(marks::instruction).is_some_and(|mark| marks::places_scripts(&mark));
    let base = if placed { base } else { format!("scripts({base})") };
    attach(&base, node, places, out)
}

/// The base of `munder` and the like. A large operator keeps its usual behaviour: limits beside it
/// in running text, above and below it in a displayed formula.
fn limits(node: Node) -> Result<String, String> {
    let base = argument(node, 0)?;
    let operator = elements(node).next().filter(|base| base.tag_name().name() == "mo");
    let arrow = operator.and_then(only_char).filter(|c| is_arrow(*c) || *c == '=' && is_stretched(operator));
    let movable = operator.is_some_and(|operator| {
        operator.attribute("movablelimits") == Some("true") || only_char(operator).is_some_and(is_large)
    });
    Ok(match (arrow, movable) {
        (Some(arrow), _) => format!("limits(stretch({}, size: #(100% + 1em)))", character(arrow).trim_end()),
        (None, true) => base,
        (None, false) => format!("limits({base})"),
    })
}

fn is_arrow(c: char) -> bool {
    "→←⇒⇐↔⇔⟶⟵↦↩↪↠↞⇌⇋⇀↼⇁↽⇄".contains(c)
}

fn is_stretched(sign: Option<Node>) -> bool {
    sign.is_some_and(|sign| sign.attribute("stretchy") == Some("true"))
}

/// Scripts to the left: base, right pairs, `<mprescripts/>`, left pairs.
fn multiscripts(node: Node, out: &mut String) -> Written {
    let before = elements(node).position(|child| child.tag_name().name() == "mprescripts");
    let right = before.unwrap_or_else(|| elements(node).count());
    let mut places = Vec::new();
    if right > 2 {
        places.extend([("br", 1), ("tr", 2)]);
    }
    if let Some(at) = before {
        places.extend([("bl", at + 1), ("tl", at + 2)]);
    }
    attach(&argument(node, 0)?, node, &places, out)
}

fn table(node: Node, out: &mut String) -> Written {
    let display = node.attribute("displaystyle") == Some("true");
    let mut rows = Vec::new();
    let count = elements(node).count() - usize::from(ends_in_line(node));
    for row in elements(node).take(count) {
        let cells: Vec<Node> = elements(row).filter(|cell| !is_margin(*cell)).collect();
        // Alternating right- and left-aligned columns are the two sides of an alignment point.
        let paired =
            cells.len() > 1 && has_style(cells[0], "text-align: right") && has_style(cells[0], "padding-right: 0");
        let written = cells.iter().map(|cell| self::cell(*cell, display, paired));
        let written: Vec<String> = written.collect::<Result<_, _>>()?;
        rows.push(written.join(if paired { " & " } else { ", " }));
    }
    let _ = write!(out, "mat(delim: #none, {}{}) ", rules(node), rows.join("; "));
    Ok(())
}

/// Columns at the edges of a numbered array only make room for the number.
fn is_margin(cell: Node) -> bool {
    (has_style(cell, "width: 50%") || has_style(cell, "width: 7.5%")) && text(cell).trim().is_empty()
}

fn has_style(node: Node, part: &str) -> bool {
    node.attribute("style").is_some_and(|style| style.contains(part))
}

fn cell(cell: Node, display: bool, paired: bool) -> Result<String, String> {
    let mut content = String::new();
    children(cell, &mut content)?;
    let content = match content.trim_end() {
        "" => "zws".to_owned(),
        content if display => format!("display({content})"),
        content => content.to_owned(),
    };
    Ok(match paired {
        false if has_style(cell, "text-align: left") => format!("& {content}"),
        false if has_style(cell, "text-align: right") => format!("{content} &"),
        _ => content,
    })
}

/// Whether the last row exists only for the line above it.
fn ends_in_line(node: Node) -> bool {
    let last = elements(node).next_back().filter(|_| elements(node).count() > 1);
    let empty = |row: Node| elements(row).all(|cell| elements(cell).next().is_none());
    last.is_some_and(|row| empty(row) && elements(row).any(|cell| has_style(cell, "border-top")))
}

/// The lines of an `array` around and between its columns and rows.
fn rules(node: Node) -> String {
    let mut vertical = if has_style(node, "border-left") { "0,".to_owned() } else { String::new() };
    let first = elements(node).next();
    let columns = first.into_iter().flat_map(elements).enumerate();
    let columns = columns.filter(|(_, cell)| has_style(*cell, "border-right"));
    vertical.extend(columns.map(|(index, _)| format!("{},", index + 1)));
    let mut horizontal = if has_style(node, "border-top") { "0,".to_owned() } else { String::new() };
    let rows = elements(node).enumerate().skip(1);
    let rows = rows.filter(|(_, row)| elements(*row).any(|cell| has_style(cell, "border-top")));
    horizontal.extend(rows.map(|(index, _)| format!("{index},")));
    if vertical.is_empty() && horizontal.is_empty() {
        return String::new();
    }
    format!("augment: #(hline: ({horizontal}), vline: ({vertical}), stroke: 0.4pt), ")
}
