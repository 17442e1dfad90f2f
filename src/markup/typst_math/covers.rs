//! What goes over or under a base: accents, braces, arrows, limits.

use std::fmt::Write as _;

use roxmltree::Node;

use super::{Written, argument, attach, call, character, elements, is_arrow, limits, only_char, text};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Above,
    Below,
}

pub(super) fn above_or_below(node: Node, side: Side, out: &mut String) -> Written {
    let element = elements(node).nth(1).filter(|sign| sign.tag_name().name() == "mo");
    let stretchy = element.is_some_and(|sign| sign.attribute("stretchy") != Some("false"));
    let accented = node.attribute("accent") == Some("true");
    let Some(sign) = element.and_then(only_char) else {
        let place = if side == Side::Above { "t" } else { "b" };
        return attach(&limits(node)?, node, &[(place, 1)], out);
    };
    if let Some(name) = cover(sign, side, stretchy) {
        call(name, &[argument(node, 0)?], out);
        return Ok(());
    }
    if let Some(accent) = accent(sign, accented).filter(|_| side == Side::Above) {
        call("accent", &[argument(node, 0)?, accent.to_owned()], out);
        return Ok(());
    }
    if side == Side::Below && node.attribute("accentunder") == Some("true") && is_arrow(sign) {
        // Typst stretches an arrow to fit its label, not its base.
        let letters = elements(node).next().map_or(1, |base| text(base).chars().count());
        let arrow = format!(
            "stretch({}, size: #{:.1}em)",
            character(sign).trim_end(),
            0.6 * f64::from(u8::try_from(letters.clamp(2, 100)).unwrap_or(2))
        );
        let _ = write!(out, "attach(limits({}), b: {arrow}) ", argument(node, 0)?);
        return Ok(());
    }
    let place = if side == Side::Above { "t" } else { "b" };
    attach(&limits(node)?, node, &[(place, 1)], out)
}

/// The call for a sign that is as wide as what it covers.
fn cover(sign: char, side: Side, stretchy: bool) -> Option<&'static str> {
    Some(match (sign, side) {
        ('⏟', Side::Below) => "underbrace",
        ('⏞', Side::Above) => "overbrace",
        ('⎵', Side::Below) => "underbracket",
        ('⎴', Side::Above) => "overbracket",
        ('⏝', Side::Below) => "underparen",
        ('⏜', Side::Above) => "overparen",
        ('‾' | '¯' | '\u{332}' | '\u{305}', Side::Above) if stretchy => "overline",
        ('_' | '‾' | '\u{332}', Side::Below) => "underline",
        _ => return None,
    })
}

/// Typst's name for an accent.
fn accent(sign: char, accented: bool) -> Option<&'static str> {
    Some(match sign {
        'ˆ' | '^' | '\u{302}' => "hat",
        '˜' | '~' | '\u{303}' => "tilde",
        '\u{20d7}' => "arrow",
        '→' if accented => "arrow",
        '←' if accented => "arrow.l",
        '↔' if accented => "arrow.l.r",
        '˙' => "dot",
        '¨' => "dot.double",
        '\u{20db}' => "dot.triple",
        '\u{20dc}' => "dot.quad",
        '˚' | '\u{30a}' => "circle",
        '‾' | '¯' => "macron",
        'ˇ' => "caron",
        '˘' => "breve",
        '´' => "acute",
        '`' => "grave",
        _ => return None,
    })
}
