//! What MathML has no element for: boxes, colours, strokes, rules.

use super::{Written, formula, list, math, parts, raw, text, with_mark};
use crate::markup::tex::table;
use crate::markup::tex::tree::{Argument, Node, Part};

pub(super) fn words(name: &str, arguments: &[Argument]) -> Written {
    let Some(Argument::Words(words)) = arguments.last() else { return Ok(String::new()) };
    let font = match name {
        "textbf" => "bold",
        "textit" => "italic",
        "textsf" => "sans",
        "texttt" => "mono",
        _ => return Ok(format!("{{{}}}", parts(words)?)),
    };
    Ok(with_mark(font, &parts(words)?))
}

pub(super) fn boxed(name: &str, arguments: &[Argument]) -> Written {
    let content = match arguments.last() {
        Some(Argument::Words(words)) => parts(words)?,
        _ => math(arguments, arguments.len().saturating_sub(1))?,
    };
    let options = raw(arguments, 0);
    let frame = name != "bbox" || options.contains("border");
    let fill = options.split([',', ';']).find_map(|option| color("", option.trim()));
    Ok(match (frame, fill.filter(|_| name == "bbox")) {
        (true, _) => with_mark("box", &content),
        (false, Some(fill)) => with_mark(&format!("fill {fill}"), &content),
        (false, None) => format!("{{{content}}}"),
    })
}

pub(super) fn colored(arguments: &[Argument]) -> Written {
    let content = math(arguments, 2)?;
    Ok(match color(&raw(arguments, 0), &raw(arguments, 1)) {
        Some(hex) => with_mark(&format!("color {hex}"), &content),
        None => format!("{{{content}}}"),
    })
}

pub(super) fn filled(name: &str, arguments: &[Argument]) -> Written {
    let Some(Argument::Words(words)) = arguments.last() else { return Ok(String::new()) };
    let fill = color("", &raw(arguments, usize::from(name == "fcolorbox"))).unwrap_or_else(|| "ffffff".to_owned());
    let content = with_mark(&format!("fill {fill}"), &parts(words)?);
    Ok(if name == "fcolorbox" { with_mark("box", &content) } else { content })
}

/// A colour as six hex digits. An unknown one changes nothing, as in a browser.
pub(super) fn color(model: &str, value: &str) -> Option<String> {
    let numbers = || value.split(',').filter_map(|part| part.trim().parse::<f64>().ok()).collect::<Vec<_>>();
    let hex = |parts: &[f64], unit: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within 0 to 255")]
        let part = |value: &f64| format!("{:02x}", (value * unit).round().clamp(0.0, 255.0) as u8);
        (parts.len() == 3).then(|| parts.iter().map(part).collect::<String>())
    };
    match model {
        "rgb" => hex(&numbers(), 255.0),
        "RGB" => hex(&numbers(), 1.0),
        "gray" => numbers().first().and_then(|gray| hex(&[*gray; 3], 255.0)),
        _ => match value.strip_prefix('#') {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => match digits.len() {
                6 => Some(digits.to_owned()),
                3 => Some(digits.chars().flat_map(|digit| [digit, digit]).collect()),
                _ => None,
            },
            Some(_) => None,
            None => table::color(value).or_else(|| table::color(&value.to_ascii_lowercase())).map(str::to_owned),
        },
    }
}

pub(super) fn struck(name: &str, arguments: &[Argument]) -> Written {
    let strokes = match name {
        "cancel" | "cancelto" => "up",
        "bcancel" => "down",
        "xcancel" => "cross",
        _ => return enclosed(arguments),
    };
    if name == "cancelto" {
        return Ok(format!("{}^{{{}}}", with_mark("cancel up", &math(arguments, 2)?), math(arguments, 1)?));
    }
    Ok(with_mark(&format!("cancel {strokes}"), &math(arguments, 1)?))
}

/// `\enclose{notation}[style]{…}`
fn enclosed(arguments: &[Argument]) -> Written {
    let (notation, mut content) = (raw(arguments, 0), math(arguments, 2)?);
    for word in notation.split_whitespace() {
        let instruction = match word {
            "updiagonalstrike" => "cancel up",
            "downdiagonalstrike" => "cancel down",
            "horizontalstrike" => "cancel across",
            "box" | "roundedbox" => "box",
            "top" => {
                content = format!("\\overline{{{content}}}");
                continue;
            }
            "bottom" => {
                content = format!("\\underline{{{content}}}");
                continue;
            }
            "circle" => "circle",
            _ => return Err(format!("`\\enclose{{{word}}}`")),
        };
        content = with_mark(instruction, &content);
    }
    Ok(format!("{{{content}}}"))
}

/// A number at the end of its row, because a cell has no margin for it.
pub(super) fn tag(arguments: &[Argument]) -> Written {
    let Some(Argument::Words(words)) = arguments.get(1) else { return Ok(String::new()) };
    let number = parts(words)?;
    if let ([Part::Words(words)], Some(Argument::None)) = (words.as_slice(), arguments.first()) {
        return Ok(format!("\\qquad {}", text(&format!("({words})"))));
    }
    Ok(match arguments.first() {
        Some(Argument::Star) => format!("\\qquad {number}"),
        _ => format!("\\qquad {}{number}{}", text("("), text(")")),
    })
}

pub(super) fn rule(name: &str, arguments: &[Argument]) -> String {
    let (height, width) = if name == "Rule" { (1, 0) } else { (2, 1) };
    let (width, height) = (em(&raw(arguments, width)), em(&raw(arguments, height)));
    with_mark(&format!("rule {width} {height}"), "")
}

/// A length in em. Units that don't depend on the font are converted as in ten-point type.
pub(super) fn em(length: &str) -> String {
    let number = length.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c.is_whitespace());
    let value: f64 = number.replace(',', ".").parse().unwrap_or(0.0);
    let unit = match length[number.len()..].trim() {
        "ex" => 0.43,
        "mu" => 1.0 / 18.0,
        "pt" | "px" => 0.1,
        "pc" => 1.2,
        "in" => 7.227,
        "cm" => 2.845,
        "mm" => 0.2845,
        _ => 1.0,
    };
    format!("{:.3}", (value * unit).clamp(-50.0, 50.0))
}

/// A limit with a line or an arrow.
pub(super) fn limit(name: &str) -> &'static str {
    match name {
        "varliminf" => "\\underline{\\lim}",
        "varinjlim" => "\\underrightarrow{\\lim}",
        "varprojlim" => "\\underleftarrow{\\lim}",
        _ => "\\overline{\\lim}",
    }
}

/// What takes up no width next to its neighbours.
pub(super) fn lapped(name: &str, arguments: &[Argument]) -> Written {
    let side = match &name[name.len() - 4..] {
        "llap" => "right",
        "rlap" => "left",
        _ => "center",
    };
    Ok(with_mark(&format!("lap {side}"), &math(arguments, arguments.len().saturating_sub(1))?))
}

/// Relations that math-core can strike through itself.
pub(super) fn negated(arguments: &[Argument]) -> Written {
    const RELATIONS: &str = "in ni subset supset subseteq supseteq equiv sim simeq approx cong mid parallel leq le geq ge \
        prec succ preceq succeq vdash exists leftarrow rightarrow to Leftarrow Rightarrow sqsubseteq sqsupseteq asymp";
    let nodes = formula(arguments, 0);
    let known = |name: &str| RELATIONS.split_whitespace().any(|known| known == name);
    let plain = matches!(nodes, [Node::Char('=' | '<' | '>')])
        || matches!(nodes, [Node::Command(command, _)] if known(command.name));
    let content = list(nodes)?;
    Ok(if plain { format!("\\not {content}") } else { with_mark("cancel not", &content) })
}
