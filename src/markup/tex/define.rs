//! Definitions within a formula: `\newcommand`, `\def`, `\let` and the like.

use std::ops::Range;
use std::sync::Arc;

use super::Fault;
use super::input::{Input, text};
use super::macros::Definition;

/// Reads what follows the name of a command that defines something.
type Definer = fn(&mut Input, &Range<usize>) -> Result<(), Fault>;

fn definer(name: &str) -> Option<Definer> {
    Some(match name {
        "newcommand" | "renewcommand" => new_command,
        "newenvironment" | "renewenvironment" => new_environment,
        "def" => def,
        "let" => let_be,
        "DeclareMathOperator" => operator,
        "DeclarePairedDelimiter" | "DeclarePairedDelimiters" => {
            |input, place| paired(input, place, &[Part::Open, Part::Close])
        }
        "DeclarePairedDelimiterX" | "DeclarePairedDelimitersX" => {
            |input, place| paired(input, place, &[Part::Open, Part::Close, Part::Body])
        }
        "DeclarePairedDelimiterXPP" | "DeclarePairedDelimitersXPP" => {
            |input, place| paired(input, place, &[Part::Before, Part::Open, Part::Close, Part::After, Part::Body])
        }
        "require" => require,
        "Newextarrow" => |input, _| {
            new_arrow(input);
            Ok(())
        },
        _ => return None,
    })
}

/// Whether the command `name` begins a definition.
pub(super) fn defines(name: &str) -> bool {
    definer(name).is_some()
}

/// Handles the definition that the command `name` begins; returns whether to remove it from the formula.
pub(super) fn command(input: &mut Input, name: &str, place: &Range<usize>) -> Result<bool, Fault> {
    let Some(definer) = definer(name) else { return Ok(false) };
    definer(input, place)?;
    Ok(name != "Newextarrow")
}

fn new_command(input: &mut Input, place: &Range<usize>) -> Result<(), Fault> {
    skip_star(input);
    let name = defined(input, place)?;
    let (arguments, default) = parameters(input, place)?;
    let body = part(input, place)?;
    input.macros.set(name, Definition::new(arguments, default, body));
    Ok(())
}

fn new_environment(input: &mut Input, place: &Range<usize>) -> Result<(), Fault> {
    skip_star(input);
    let name = part(input, place)?;
    let (arguments, default) = parameters(input, place)?;
    let (begin, end) = (part(input, place)?, part(input, place)?);
    let definition = Definition::new(arguments, default, begin);
    Arc::make_mut(&mut input.macros.environments).insert(name, (definition, end));
    Ok(())
}

/// `\def\name#1#2{…}`. Arguments delimited by other characters are left to TeX.
fn def(input: &mut Input, place: &Range<usize>) -> Result<(), Fault> {
    let name = defined(input, place)?;
    let mut pattern = String::new();
    while input.peek().is_some_and(|c| c != '{') {
        pattern.extend(input.next().map(|item| item.c));
    }
    let arguments = pattern.chars().filter(|c| *c == '#').count();
    let plain: String = (1..=arguments).map(|number| format!("#{number}")).collect();
    if pattern.trim() != plain || arguments > 9 {
        let fault = Fault::error(
            place.clone(),
            "write the arguments of `\\def` as `#1`, `#2` and so on, with nothing between them",
        );
        return Err(fault.help("define it with `\\newcommand`, or under `macros:` in cardpress.yaml"));
    }
    let body = part(input, place)?;
    input.macros.set(name, Definition::new(arguments, None, body));
    Ok(())
}

/// `\let\name=\other`, or a character instead of `\other`.
fn let_be(input: &mut Input, place: &Range<usize>) -> Result<(), Fault> {
    let name = defined(input, place)?;
    input.skip_space();
    if input.peek() == Some('=') {
        input.next();
        input.skip_space();
    }
    let meant = match input.next() {
        Some(slash) if slash.c == '\\' => format!("\\{}", input.name(&slash).0),
        Some(item) => item.c.to_string(),
        None => return Err(unfinished(place)),
    };
    let known = meant.strip_prefix('\\').and_then(|other| input.macros.commands.get(other)).cloned();
    // A name that stands for itself would be expanded forever.
    if meant != format!("\\{name}") {
        input.macros.set(name, known.unwrap_or_else(|| Definition::new(0, None, meant)));
    }
    Ok(())
}

fn operator(input: &mut Input, place: &Range<usize>) -> Result<(), Fault> {
    let star = if skip_star(input) { "*" } else { "" };
    let name = defined(input, place)?;
    let words = part(input, place)?;
    let body = format!("\\operatorname{star}{{{words}}}");
    input.macros.set(name, Definition::new(0, None, body));
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Before,
    Open,
    Close,
    After,
    Body,
}

fn paired(input: &mut Input, place: &Range<usize>, parts: &[Part]) -> Result<(), Fault> {
    let name = defined(input, place)?;
    let (arguments, _) = parameters(input, place)?;
    let given: Vec<(Part, String)> =
        parts.iter().map(|which| Ok((*which, part(input, place)?))).collect::<Result<_, Fault>>()?;
    let get = |which: Part| given.iter().find(|(part, _)| *part == which).map(|(_, text)| text.as_str());
    let (before, after) = (get(Part::Before).unwrap_or(""), get(Part::After).unwrap_or(""));
    let (open, close) = (get(Part::Open).unwrap_or("."), get(Part::Close).unwrap_or("."));
    let body = get(Part::Body).unwrap_or("#1");
    let definition = Definition {
        starred: Some(format!("{before}\\left{open} {body} \\right{close} {after}")),
        ..Definition::new(arguments.max(1), None, format!("{before}{open} {body} {close} {after}").trim_end())
    };
    input.macros.set(name, definition);
    Ok(())
}

/// Requiring a package that is loaded anyway does nothing; loading any other would change
/// what every card of the session means.
fn require(input: &mut Input, place: &Range<usize>) -> Result<(), Fault> {
    const LOADED: &str = "action ams amscd bbox boldsymbol braket bussproofs cancel cases centernot color colortbl \
        configmacros empheq enclose extpfeil gensymb html mathtools mhchem newcommand noerrors noundefined require \
        tagformat textcomp unicode upgreek verb";
    let package = part(input, place)?;
    if LOADED.split_whitespace().any(|loaded| loaded == package.trim()) {
        return Ok(());
    }
    let fault = Fault::error(place.clone(), format!("Anki does not load the package `{}`", package.trim()));
    Err(fault.help("define what you need from it under `macros:` in cardpress.yaml"))
}

/// `\Newextarrow{\name}{…}{…}` is left to MathJax, which alone can draw the arrow.
fn new_arrow(input: &mut Input) {
    let items = input.peek_argument();
    let name = text(&items).trim_start_matches('\\').to_owned();
    input.macros.opaque.push(name);
}

fn skip_star(input: &mut Input) -> bool {
    let star = input.peek() == Some('*');
    if star {
        input.next();
    }
    star
}

/// The command being defined, in braces or not.
fn defined(input: &mut Input, place: &Range<usize>) -> Result<String, Fault> {
    let items = input.argument().ok_or_else(|| unfinished(place))?;
    let name = text(&items).trim().to_owned();
    let bare = name.strip_prefix('\\').filter(|bare| !bare.is_empty());
    let fault = || Fault::error(place.clone(), format!("`{name}` is not a command, so it cannot be defined"));
    bare.map(str::to_owned).ok_or_else(fault)
}

/// `[2]` and `[default]` after the name.
fn parameters(input: &mut Input, place: &Range<usize>) -> Result<(usize, Option<String>), Fault> {
    let Some(number) = input.bracketed() else { return Ok((0, None)) };
    let number = text(&number);
    let arguments = number.trim().parse::<usize>().ok().filter(|number| *number <= 9);
    let fault = || Fault::error(place.clone(), format!("`{number}` is not a valid number of arguments: use 0 to 9"));
    let default = input.bracketed().map(|items| text(&items));
    Ok((arguments.ok_or_else(fault)?, default))
}

fn part(input: &mut Input, place: &Range<usize>) -> Result<String, Fault> {
    input.argument().map(|items| text(&items)).ok_or_else(|| unfinished(place))
}

fn unfinished(place: &Range<usize>) -> Fault {
    Fault::error(place.clone(), "this definition is incomplete")
        .help("write it as `\\newcommand{\\name}[1]{…}`, or under `macros:` in cardpress.yaml")
}
