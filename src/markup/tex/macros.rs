//! Macros: those from the manifest, and those that a formula defines for itself. Cardpress expands
//! them before it does anything else with a formula, because in Anki a definition lasts for the
//! whole session and changes other cards.
//!
//! Expansion is bounded: a macro that grows without end is reported.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::name_of;

/// What commands and environments stand for. Each text has its own copy of the project's macros
/// and may add definitions, so copies share what they do not change.
#[derive(Debug, Clone, Default)]
pub struct Macros {
    pub(super) commands: Arc<BTreeMap<String, Definition>>,
    pub(super) environments: Arc<BTreeMap<String, (Definition, String)>>,
    /// Commands that Anki has to define itself.
    pub(super) opaque: Vec<String>,
    /// Whether no output prints the formulas: they then get no form for paper,
    /// which saves half of the work on them.
    pub paperless: bool,
}

/// What a command stands for.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    /// How many arguments it takes.
    pub(super) arguments: usize,
    /// The default of its first argument, if that can be left out.
    pub(super) default: Option<String>,
    pub(super) body: String,
    /// The body if a star follows, as with paired delimiters.
    pub(super) starred: Option<String>,
}

impl Definition {
    pub(super) fn new(arguments: usize, default: Option<String>, body: impl Into<String>) -> Self {
        let body = body.into();
        Self { arguments, default, body, starred: None }
    }
}

impl Macros {
    /// Adds the macro `name`, as a manifest defines it: `\name`, and a body with `#1` to `#9`.
    ///
    /// # Errors
    /// If the name or the body is not usable; the message says why.
    pub fn define(&mut self, name: &str, body: &str) -> Result<(), String> {
        let name = command_name(name)?;
        let arguments = parameters(body)?;
        if let Some(fault) = imbalance(body) {
            return Err(fault.to_owned());
        }
        self.set(name, Definition::new(arguments, None, super::trimmed(body)));
        Ok(())
    }

    /// Makes the command `name` stand for `definition`.
    pub(super) fn set(&mut self, name: impl Into<String>, definition: Definition) {
        Arc::make_mut(&mut self.commands).insert(name.into(), definition);
    }

    /// The names of macros that lead back to themselves.
    #[must_use]
    pub fn recursive(&self) -> Vec<String> {
        let leads_back = |name: &String| {
            let (mut waiting, mut seen) = (vec![name], Vec::new());
            while let Some(next) = waiting.pop() {
                for used in self.commands.keys().filter(|used| uses(&self.commands[next].body, used)) {
                    if used == name {
                        return true;
                    }
                    if !seen.contains(&used) {
                        seen.push(used);
                        waiting.push(used);
                    }
                }
            }
            false
        };
        self.commands.keys().filter(|name| leads_back(name)).cloned().collect()
    }

    /// Forgets the macro `name`.
    pub fn remove(&mut self, name: &str) {
        Arc::make_mut(&mut self.commands).remove(name.trim_start_matches('\\'));
    }

    /// Whether the command `name` may stand for something else.
    pub(super) fn stands_for(&self, name: &str) -> bool {
        self.commands.contains_key(name) || matches!(name, "begin" | "end") && !self.environments.is_empty()
    }

    /// Whether a formula may use `name`, which Anki itself defines.
    pub(super) fn is_opaque(&self, name: &str) -> bool {
        self.opaque.iter().any(|known| known == name)
    }
}

/// `\name` without its backslash: letters, or one other character.
fn command_name(name: &str) -> Result<&str, String> {
    let Some(bare) = name.strip_prefix('\\') else {
        return Err(format!("a macro's name starts with a backslash: `\\{name}`"));
    };
    let letters = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut chars = bare.chars();
    let sign = chars.next().is_some_and(|c| !c.is_whitespace()) && chars.next().is_none();
    if !letters && !sign {
        return Err(format!("`{name}` is not a valid name: use letters only, without digits, spaces or symbols"));
    }
    let structural = ["begin", "end", "left", "right", "\\", "(", ")", "[", "]", "{", "}"];
    if structural.contains(&bare) {
        return Err(format!("`{name}` cannot be redefined"));
    }
    Ok(bare)
}

/// How many arguments a body uses.
fn parameters(body: &str) -> Result<usize, String> {
    let mut used = [false; 10];
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '#' => match chars.next().and_then(|digit| digit.to_digit(10)) {
                Some(digit @ 1..=9) => used[digit as usize] = true,
                _ => {
                    return Err(
                        "`#` must be followed by an argument number, 1 to 9; write `\\#` for a literal `#`".into()
                    );
                }
            },
            _ => {}
        }
    }
    let most = used.iter().rposition(|used| *used).unwrap_or(0);
    match (1..=most).find(|number| !used[*number]) {
        Some(missing) => Err(format!("it uses `#{most}` but not `#{missing}`: number the arguments from `#1`")),
        None => Ok(most),
    }
}

/// What is wrong with the braces of `body`.
fn imbalance(body: &str) -> Option<&'static str> {
    let mut depth = 0_usize;
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '{' => depth += 1,
            '}' if depth == 0 => return Some("this `}` has no matching `{`"),
            '}' => depth -= 1,
            _ => {}
        }
    }
    (depth > 0).then_some("this `{` is never closed")
}

/// Whether `body` contains the command `name`.
fn uses(body: &str, name: &str) -> bool {
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        rest = &rest[at + 1..];
        let used = name_of(rest);
        if used == name {
            return true;
        }
        rest = &rest[used.len()..];
    }
    false
}
