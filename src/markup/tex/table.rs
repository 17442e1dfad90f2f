//! What Anki's MathJax knows, read from the tables in `assets/tex`,
//! and what authors write that it lacks.
//!
//! A row consists of names, a signature and what paper makes of it, separated by tabs. Each
//! letter of a signature is one argument:
//!
//! | Letter | Argument |
//! | --- | --- |
//! | `m` | a formula, in braces or a single token |
//! | `o` | a formula in brackets, may be left out |
//! | `p` | anything in brackets, may be left out |
//! | `r` | anything in braces: a colour, a name |
//! | `t` | text, with formulas between dollars |
//! | `l` | a length |
//! | `d` | a delimiter |
//! | `D` | a delimiter in braces, or nothing |
//! | `x` | rows and columns in braces |
//! | `c` | chemistry |
//! | `*` | a star, may be left out |
//! | `u` | everything up to `\of` or `\over` |
//! | `$` `v` | anything between two dollars, or two of any character |
//!
//! `^` before them marks an operator, which `\limits` may follow, and `/` an
//! infix command such as `\over`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A command that MathJax knows.
#[derive(Debug)]
pub(super) struct Command {
    /// Without its backslash.
    pub(super) name: &'static str,
    /// Its arguments.
    pub(super) signature: &'static str,
    /// What paper makes of it: `=` the same, `?` nothing, `@…` special code, `"…` these words, otherwise this LaTeX.
    pub(super) paper: &'static str,
}

/// An environment that MathJax knows.
#[derive(Debug)]
pub(super) struct Environment {
    pub(super) name: &'static str,
    pub(super) signature: &'static str,
    /// Whether `\\` begins a new row.
    pub(super) rows: bool,
    /// Whether `&` begins a new column.
    pub(super) columns: bool,
    /// Whether it is an equation of its own, which cannot contain another.
    pub(super) display: bool,
    /// As in [`Command::paper`]; a name stands for that environment.
    pub(super) paper: &'static str,
}

/// A command that MathJax lacks but authors use.
#[derive(Debug)]
pub(super) struct Meant {
    pub(super) name: &'static str,
    pub(super) signature: &'static str,
    pub(super) remedy: Remedy,
}

/// What to do about a command that MathJax lacks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Remedy {
    /// An equivalent; `#1` and `#2` are the arguments, `@` the name.
    Write(&'static str),
    /// The author has to decide.
    Advise(&'static str),
}

static COMMANDS: LazyLock<BTreeMap<&'static str, Command>> = LazyLock::new(|| {
    let all = rows(include_str!("../../../assets/tex/commands.tsv"));
    all.map(|[name, signature, paper]| (name, Command { name, signature, paper })).collect()
});

static ENVIRONMENTS: LazyLock<BTreeMap<&'static str, Environment>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/tex/environments.tsv").lines();
    let fields = lines.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok());
    let all = fields.flat_map(|[names, signature, layout, paper]: [&'static str; 4]| {
        names.split(' ').map(move |name| Environment {
            name,
            signature: signature.trim_matches('-'),
            rows: layout.contains("rows") || layout.contains("grid"),
            columns: layout.contains("grid"),
            display: layout.contains("display"),
            paper,
        })
    });
    all.map(|environment| (environment.name, environment)).collect()
});

static MEANT: LazyLock<BTreeMap<&'static str, Meant>> = LazyLock::new(|| {
    let all = rows(include_str!("../../../assets/tex/meant.tsv"));
    let meant = all.map(|[name, signature, text]| {
        let remedy = match text.strip_prefix('!') {
            Some(advice) => Remedy::Advise(advice),
            None => Remedy::Write(text),
        };
        (name, Meant { name, signature, remedy })
    });
    meant.collect()
});

static COLORS: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/tex/colors.tsv").lines();
    let pairs = lines.filter_map(|line| line.split_once('\t'));
    pairs.flat_map(|(names, hex)| names.split(' ').map(move |name| (name, hex))).collect()
});

/// Rows of three fields, one for each name in them; `-` is an empty field.
fn rows(table: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    let lines = table.lines().filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok());
    lines.flat_map(|[names, signature, last]: [&'static str; 3]| {
        let empty = |field: &'static str| if field == "-" { "" } else { field };
        names.split(' ').map(move |name| [name, empty(signature), empty(last)])
    })
}

/// The command called `name`.
pub(super) fn command(name: &str) -> Option<&'static Command> {
    let name = if name.chars().all(char::is_whitespace) { "space" } else { name };
    COMMANDS.get(name)
}

/// The environment called `name`.
pub(super) fn environment(name: &str) -> Option<&'static Environment> {
    ENVIRONMENTS.get(name)
}

/// What to do about `name`, which isn't a MathJax command.
pub(super) fn meant(name: &str) -> Option<&'static Meant> {
    MEANT.get(name)
}

/// Six hex digits of the colour called `name`.
pub(super) fn color(name: &str) -> Option<&'static str> {
    COLORS.get(name).copied()
}

/// Names of commands.
pub(super) fn commands() -> impl Iterator<Item = &'static str> + Clone {
    COMMANDS.keys().copied()
}

/// Names of environments.
pub(super) fn environments() -> impl Iterator<Item = &'static str> + Clone {
    ENVIRONMENTS.keys().copied()
}

/// What may follow `\left`, `\right`, `\big` and the like.
pub(super) fn is_delimiter(token: &str) -> bool {
    const CHARACTERS: &str = "()[]<>/|.";
    const COMMANDS: &str = "lt gt \\ lmoustache rmoustache lgroup rgroup arrowvert Arrowvert bracevert Vert | vert \
        uparrow downarrow updownarrow Uparrow Downarrow Updownarrow backslash rangle langle rbrace lbrace } { rceil \
        lceil rfloor lfloor lbrack rbrack ulcorner urcorner llcorner lrcorner lvert rvert lVert rVert lparen rparen";
    match token.strip_prefix('\\') {
        Some(name) => COMMANDS.split(' ').any(|command| command == name),
        None => CHARACTERS.contains(token),
    }
}
