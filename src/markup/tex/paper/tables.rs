//! Constructs with rows: environments, and fractions.

use super::{Written, delimiter, em, latex, list, math, raw, with_mark};
use crate::markup::tex::table::{Command, Environment};
use crate::markup::tex::tree::{Argument, List, Row};

pub(super) fn genfrac(arguments: &[Argument]) -> Written {
    let (above, below) = (math(arguments, 4)?, math(arguments, 5)?);
    Ok(fraction((&raw(arguments, 0), &raw(arguments, 1)), &raw(arguments, 2), &above, &below))
}

pub(super) fn infix(command: &Command, arguments: &[Argument], above: &List, below: &List) -> Written {
    let (above, below) = (list(above)?, list(below)?);
    let delimiters = (raw(arguments, 0), raw(arguments, 1));
    let none = ("", "");
    Ok(match command.name {
        "over" => fraction(none, "", &above, &below),
        "atop" => fraction(none, "0pt", &above, &below),
        "above" => fraction(none, &raw(arguments, 0), &above, &below),
        "choose" => fraction(("(", ")"), "0pt", &above, &below),
        "brace" => fraction(("\\{", "\\}"), "0pt", &above, &below),
        "brack" => fraction(("[", "]"), "0pt", &above, &below),
        "atopwithdelims" => fraction((&delimiters.0, &delimiters.1), "0pt", &above, &below),
        _ => fraction((&delimiters.0, &delimiters.1), "", &above, &below),
    })
}

fn fraction((open, close): (&str, &str), thickness: &str, above: &str, below: &str) -> String {
    let lineless = !thickness.is_empty() && em(thickness).parse::<f64>().is_ok_and(|width| width == 0.0);
    let fraction = if lineless {
        format!("\\genfrac{{}}{{}}{{0pt}}{{}}{{{above}}}{{{below}}}")
    } else {
        format!("\\frac{{{above}}}{{{below}}}")
    };
    let side = |token: &str| if token.is_empty() { ".".to_owned() } else { delimiter(token).to_owned() };
    if open.is_empty() && close.is_empty() {
        return fraction;
    }
    format!("\\left{} {fraction}\\right{} ", side(open), side(close))
}

pub(super) fn rows_of(name: &str, arguments: &[Argument]) -> Written {
    let Some(Argument::Rows(rows)) = arguments.first() else { return Ok(String::new()) };
    match name {
        "substack" | "crampedsubstack" => table("subarray", "{c}", rows),
        "eqalign" => table("aligned", "", rows),
        "displaylines" => table("gathered", "", rows),
        "array" => table("matrix", "", rows),
        name => table(name, "", rows),
    }
}

/// `\begin{name}options rows\end{name}`
fn table(name: &str, options: &str, rows: &[Row]) -> Written {
    let mut written = Vec::new();
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| list(cell)).collect::<Result<_, _>>()?;
        written.push(cells.join(if name.starts_with("gather") { "\\quad " } else { "&" }));
    }
    Ok(format!("\\begin{{{name}}}{options}{}\\end{{{name}}}", written.join("\\\\ ")))
}

pub(super) fn environment(environment: &Environment, arguments: &[Argument], rows: &[Row]) -> Written {
    let name = environment.name.trim_end_matches('*');
    match environment.paper {
        "=" => table(environment.name, "", rows),
        "?" => Err(format!("the environment `{}`", environment.name)),
        "@group" => Ok(format!("{{{}}}", latex(rows)?)),
        "@array" => {
            let spec = columns(&raw(arguments, arguments.len().saturating_sub(1)), rows);
            table(if name.ends_with("subarray") { "subarray" } else { "array" }, &format!("{{{spec}}}"), rows)
        }
        "@matrix" => {
            let spec = columns(&raw(arguments, 0), rows);
            let width = rows.iter().map(Vec::len).max().unwrap_or(1);
            let letter = spec.chars().next().unwrap_or('c').to_string();
            Ok(fenced(name, &table("array", &format!("{{{}}}", letter.repeat(width)), rows)?))
        }
        "@small" => {
            let plain = name.trim_start_matches(['p', 'b', 'B', 'v', 'V']);
            debug_assert_eq!(plain, "smallmatrix");
            let shape = format!("{}matrix", &name[..name.len() - plain.len()]);
            Ok(with_mark("size 0.7", &table(&shape, "", rows)?))
        }
        "@cases" => table(name, "", rows),
        "@eqnarray" => table("darray", "{rcl}", rows),
        "@numcases" => Ok(format!("{}{}", math(arguments, 0)?, table("cases", "", rows)?)),
        other => table(other, "", rows),
    }
}

fn fenced(name: &str, content: &str) -> String {
    let (open, close) = match name {
        "pmatrix" => ("(", ")"),
        "bmatrix" => ("[", "]"),
        "Bmatrix" => ("\\{", "\\}"),
        "vmatrix" => ("|", "|"),
        "Vmatrix" => ("\\|", "\\|"),
        _ => return content.to_owned(),
    };
    format!("\\left{open} {content}\\right{close} ")
}

/// The columns of an array as math-core knows them: letters and lines.
fn columns(spec: &str, rows: &[Row]) -> String {
    let (mut out, mut rest) = (String::new(), spec);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            'l' | 'c' | 'r' | '|' => out.push(c),
            ':' => out.push('|'),
            'p' | 'm' | 'b' => {
                out.push('l');
                rest = past_braces(rest);
            }
            '@' | '>' | '<' | '!' => rest = past_braces(rest),
            _ => {}
        }
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(1);
    if out.chars().any(|c| c != '|') { out } else { "c".repeat(width.max(1)) }
}

fn past_braces(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('{') else { return text };
    inside.split_once('}').map_or("", |(_, rest)| rest)
}
