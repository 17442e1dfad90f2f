//! Single things in a formula: characters, primes, scripts, and commands that MathJax lacks.

use std::ops::Range;

use super::Fault;
use super::cells::{Scripts, Table};
use super::parse::{ARGUMENT, End, Lost, Parser};
use super::table::{self, Remedy};
use super::tree::Node;
use crate::similar;

impl Parser<'_> {
    /// Reads what a character other than a backslash begins.
    pub(super) fn simple(&mut self, c: char, start: usize, table: &mut Table) -> Result<Option<Node>, Lost> {
        Ok(match c {
            '{' => {
                table.scripts = Scripts::default();
                Some(Node::Group(self.list(End::Brace)?))
            }
            '\'' | '’' => {
                while matches!(self.peek(), Some('\'' | '’')) {
                    self.at += self.peek().map_or(0, char::len_utf8);
                    table.cell.push(Node::Prime);
                }
                if let Some(message) = table.scripts.prime() {
                    self.error(start..self.at, message);
                }
                Some(Node::Prime)
            }
            '^' | '_' => Some(self.script(c == '^', start, table)?),
            '~' => table::command("nobreakspace").map(|space| Node::Command(space, Vec::new())),
            c => {
                table.scripts = Scripts::default();
                if is_outside_mathjax(c) {
                    self.unreadable(start);
                }
                Some(Node::Char(c))
            }
        })
    }

    /// MathJax fails on whole blocks of characters in a formula, but not in text.
    fn unreadable(&mut self, start: usize) {
        let more = self.rest();
        self.at += more.len() - more.trim_start_matches(is_outside_mathjax).len();
        self.insert(start, "\\text{", true);
        self.insert(self.at, "}", false);
    }

    fn script(&mut self, above: bool, start: usize, table: &mut Table) -> Result<Node, Lost> {
        if let Some(message) = table.scripts.script(above) {
            let fault = Fault::error(start..self.at, message).help("group with braces, as in `{x_1}_2` or `x_{12}`");
            self.reading.faults.push(fault);
        }
        if let Some(body) = self.hidden_argument()? {
            let body = Box::new(Node::Group(body));
            return Ok(if above { Node::Above(body) } else { Node::Below(body) });
        }
        let body_at = self.at;
        let body = match self.peek() {
            None | Some('}' | '&' | '\'') => {
                let sign = if above { '^' } else { '_' };
                return self.lost(
                    Fault::error(start..start + 1, format!("nothing follows the `{sign}`"))
                        .help(format!("write what it applies to, as in `x{sign}{{2}}`")),
                );
            }
            Some('^' | '_') => {
                return self.lost(
                    Fault::error(start..self.at + 1, "two scripts in a row").help("group with braces, as in `x^{a_b}`"),
                );
            }
            Some('\\') if self.rest().starts_with("\\\\") => return self.missing(&(start..start + 1)),
            Some('\\') => {
                self.at += 1;
                let mut inner = Table::new();
                self.command_at(body_at, ARGUMENT, &mut inner)?;
                if needs_braces(self.text[body_at + 1..self.at].trim_end()) {
                    self.insert(body_at, "{", true);
                    self.insert(self.at, "}", false);
                }
                Node::Group(inner.finish().into_iter().flatten().flatten().collect())
            }
            Some(c) => {
                self.at += c.len_utf8();
                let scripts = table.scripts;
                let node = self.simple(c, body_at, table)?;
                table.scripts = scripts;
                node.unwrap_or(Node::Char(' '))
            }
        };
        let body = Box::new(body);
        Ok(if above { Node::Above(body) } else { Node::Below(body) })
    }

    /// A command that MathJax lacks.
    pub(super) fn unknown(&mut self, name: &str, place: &Range<usize>) -> Result<Option<Node>, Lost> {
        if self.macros.is_opaque(name) {
            self.arguments("om", place)?;
            return Ok(Some(Node::Opaque));
        }
        if let Some(meant) = table::meant(name) {
            return match meant.remedy {
                Remedy::Write(form) => {
                    self.write_instead(meant, form, place)?;
                    Ok(Some(Node::Opaque))
                }
                Remedy::Advise(advice) => {
                    let fault = Fault::error(place.clone(), format!("Anki's MathJax doesn't support `\\{name}`"));
                    self.reading.faults.push(fault.help(advice.replace('@', name)));
                    // What is wrong within its arguments is not a second fault.
                    let found = self.reading.faults.len();
                    self.arguments(meant.signature, place)?;
                    self.reading.faults.truncate(found);
                    Ok(None)
                }
            };
        }
        let fault = Fault::error(place.clone(), format!("Anki's MathJax doesn't support `\\{name}`"));
        let fault = match similar::name(name, table::commands().filter(|known| known.len() > 1)) {
            Some(near) => fault.fix(format!("\\{near}")).help(format!("did you mean `\\{near}`?")),
            None => fault.help("define it under `macros:` in cardpress.yaml, or write it out"),
        };
        self.reading.faults.push(fault);
        Ok(None)
    }
}

/// Whether MathJax accepts the command `name` as a script only in braces.
fn needs_braces(name: &str) -> bool {
    let function = table::command(name).is_some_and(|command| command.signature == "^" && command.paper == "=");
    function || matches!(name, "dots") || name.starts_with("not") || name.starts_with("mathop{")
}

/// Whether MathJax fails on `c` in a formula: to it, `c` isn't a letter, number or operator.
fn is_outside_mathjax(c: char) -> bool {
    matches!(c, '\u{20a0}'..='\u{20cf}' | '\u{250}'..='\u{2af}' | '\u{2400}'..='\u{245f}' | '\u{1fa00}'..='\u{1faff}')
}
