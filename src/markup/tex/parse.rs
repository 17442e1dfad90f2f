//! LaTeX → tree, by MathJax's rules. On the way it collects what MathJax would reject, and edits
//! that work around what MathJax gets wrong.
//!
//! Nesting is bounded, because each level is a nested call.

use std::ops::Range;

use super::cells::{Scripts, Table};
use super::edits::Edit;
use super::table;
use super::tree::{Argument, List, Node, Row};
use super::{Fault, Macros, is_mark, name_of};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) rows: Vec<Row>,
    pub(super) faults: Vec<Fault>,
    pub(super) remarks: Vec<Fault>,
    pub(super) edits: Vec<Edit>,
}

/// The rest cannot be read; the reason was reported.
#[derive(Debug)]
pub(super) struct Lost;

/// What ends a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Text,
    Brace,
    Bracket,
    Right,
    Environment,
    Dollar,
    Parenthesis,
    /// The other edge of a hidden part.
    Mark,
    Named(&'static str),
}

/// What may divide a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) rows: bool,
    pub(super) columns: bool,
    /// Whether all columns but the first contain text.
    pub(super) words: bool,
    /// What the list ends with.
    pub(super) end: End,
}

pub(super) const NO_GRID: Grid = Grid {
    rows: false,
    columns: false,
    words: false,
    end: End::Text,
};

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) display: bool,
    depth: usize,
    /// How deep equation environments are nested, and how many there were.
    equations: (usize, usize),
    pub(super) macros: &'t Macros,
    pub(super) reading: Reading,
    /// Line breaks outside any environment and any group.
    pub(super) breaks: Vec<Range<usize>>,
    /// Tags so far in this row.
    pub(super) tags: usize,
}

/// For one command that is a whole argument.
pub(super) const ARGUMENT: Grid = Grid { end: End::Brace, ..NO_GRID };

/// Reads a whole formula.
pub(super) fn formula(text: &str, display: bool, macros: &Macros) -> Reading {
    let mut parser = Parser {
        text,
        at: 0,
        display,
        depth: 0,
        equations: (0, 0),
        macros,
        reading: Reading::default(),
        breaks: Vec::new(),
        tags: 0,
    };
    if let Ok(rows) = parser.rows(End::Text, NO_GRID) {
        parser.reading.rows = rows;
        parser.broken_lines();
    }
    parser.reading
}

impl<'t> Parser<'t> {
    /// A command and its braces are two levels.
    const DEEPEST: usize = 100;

    pub(super) fn error(&mut self, range: Range<usize>, message: impl Into<String>) {
        self.reading.faults.push(Fault::error(range, message));
    }

    pub(super) fn lost<T>(&mut self, fault: Fault) -> Result<T, Lost> {
        self.reading.faults.push(fault);
        Err(Lost)
    }

    pub(super) fn remark(&mut self, fault: Fault) {
        self.reading.remarks.push(fault);
    }

    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.reading.edits.push(Edit::replace(range, text));
    }

    pub(super) fn insert(&mut self, at: usize, text: &str, begins: bool) {
        self.reading.edits.push(Edit::insert(at, text, begins));
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || is_mark(c));
            self.at += rest.len() - trimmed.len();
            let Some(comment) = trimmed.strip_prefix('%') else { return };
            self.at += 1 + comment.find('\n').unwrap_or(comment.len());
        }
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn descend(&mut self) -> Result<(), Lost> {
        self.depth += 1;
        if self.depth <= Self::DEEPEST {
            return Ok(());
        }
        let next = self.peek().map_or(0, char::len_utf8);
        let fault = Fault::error(self.at..self.at + next, "this is nested too deep").deep();
        self.lost(fault.help("split the formula, or nest fewer braces"))
    }

    /// A list that cannot be divided.
    pub(super) fn list(&mut self, end: End) -> Result<List, Lost> {
        let rows = self.rows(end, NO_GRID)?;
        Ok(rows.into_iter().flatten().flatten().collect())
    }

    /// Everything up to `end`, which is consumed, in rows of cells.
    pub(super) fn rows(&mut self, end: End, grid: Grid) -> Result<Vec<Row>, Lost> {
        self.descend()?;
        let opened = self.at;
        let grid = Grid { end, ..grid };
        let mut table = Table::new();
        loop {
            if end == End::Mark {
                self.skip_blanks();
            } else {
                self.skip_space();
            }
            let start = self.at;
            let Some(c) = self.peek() else {
                if end == End::Text {
                    break;
                }
                return self.unclosed(end, opened);
            };
            if self.ends(end, c) {
                break;
            }
            self.at += c.len_utf8();
            match c {
                '&' if grid.columns => {
                    table.next_cell();
                    if grid.words {
                        let words = self.words_cell()?;
                        table.cell.extend(words);
                    }
                }
                '&' => self.misplaced_ampersand(start, grid),
                '}' if end == End::Text => {
                    let fault = Fault::error(start..self.at, "this `}` has no matching `{`");
                    return self.lost(fault.help("write `\\}` for a literal `}`"));
                }
                '}' => return self.unclosed(end, opened),
                '#' => {
                    let fault = Fault::error(start..self.at, "`#` has no meaning in a formula");
                    self.reading.faults.push(fault.help("write `\\#` for a literal `#`"));
                }
                '\\' => self.command_at(start, grid, &mut table)?,
                _ => {
                    let node = self.simple(c, start, &mut table)?;
                    table.cell.extend(node);
                }
            }
        }
        self.depth -= 1;
        Ok(table.finish())
    }

    /// Whether the list ends here; consumes what ends it.
    fn ends(&mut self, end: End, c: char) -> bool {
        let rest = self.rest();
        let command = |name: &str| {
            let after = rest.strip_prefix('\\').and_then(|rest| rest.strip_prefix(name));
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphabetic()))
        };
        let length = match end {
            End::Brace if c == '}' => 1,
            End::Bracket if c == ']' => 1,
            End::Dollar if c == '$' => 1,
            End::Parenthesis if rest.starts_with("\\)") => 2,
            End::Mark if is_mark(c) => c.len_utf8(),
            End::Named(name) if command(name) => 1 + name.len(),
            // The caller reads the delimiter or the name that follows.
            End::Right if command("right") => 6,
            End::Environment if command("end") => 4,
            _ => return false,
        };
        self.at += length;
        true
    }

    fn unclosed<T>(&mut self, end: End, opened: usize) -> Result<T, Lost> {
        let (message, help) = match end {
            End::Brace => ("this `{` is never closed", "close it with `}`, or write `\\{` for a literal `{`"),
            End::Bracket => ("this `[` is never closed", "close it with `]`"),
            End::Right => ("`\\left` has no `\\right`", "write `\\right.` for an invisible delimiter"),
            End::Environment => ("`\\begin` has no `\\end`", "end it with `\\end{…}`"),
            End::Dollar | End::Parenthesis => {
                ("a formula inside this text is never closed", "write `\\$` for a dollar sign")
            }
            End::Mark => ("this cloze is never closed", "close it inside the same braces"),
            End::Named(_) | End::Text => ("it ends too early", "write it as `\\sqrt[3]{x}`"),
        };
        let before = &self.text[..opened];
        let start = match end {
            End::Right => before.rfind("\\left"),
            End::Environment => before.rfind("\\begin"),
            _ => before.rfind(['{', '[', '\\', '$']),
        };
        let start = start.unwrap_or(0);
        let first = self.text[start..].chars().next().map_or(0, char::len_utf8);
        self.lost(Fault::error(start..opened.max(start + first), message).help(help))
    }

    fn misplaced_ampersand(&mut self, at: usize, grid: Grid) {
        let fault = Fault::error(at..at + 1, "`&` separates columns, but there are none here");
        let help = if grid.rows {
            "this environment has only one column; write `\\&` for a literal `&`"
        } else {
            "put the rows in `\\begin{aligned}…\\end{aligned}`, or write `\\&` for a literal `&`"
        };
        self.reading.faults.push(fault.help(help));
    }

    /// The name at this position.
    pub(super) fn name(&mut self) -> &'t str {
        let name = name_of(self.rest());
        self.at += name.len();
        name
    }

    /// Reads what the backslash at `start` begins.
    pub(super) fn command_at(&mut self, start: usize, grid: Grid, table: &mut Table) -> Result<(), Lost> {
        self.descend()?;
        self.command(start, grid, table)?;
        self.depth -= 1;
        Ok(())
    }

    fn command(&mut self, start: usize, grid: Grid, table: &mut Table) -> Result<(), Lost> {
        let name = self.name();
        let place = start..self.at;
        match name {
            "" => {
                let fault = Fault::error(place, "this `\\` has no command name after it");
                return self.lost(fault.help("write `\\backslash` for a literal backslash"));
            }
            "\\" | "newline" | "cr" => return self.row_end(name, place, grid, table),
            "hline" | "hdashline" | "toprule" | "midrule" | "bottomrule" => self.line(name, place, grid, table),
            "limits" | "nolimits" | "displaylimits" => self.limits(name, &place, table),
            "begin" => {
                let node = self.environment(start)?;
                table.push(node);
            }
            "end" if grid.end == End::Right => {
                let fault =
                    Fault::error(place, "the environment ends before a `\\left` in it has a matching `\\right`");
                return self.lost(fault.help("write `\\right.` for an invisible delimiter"));
            }
            "end" => return self.lost(Fault::error(place, "`\\end` has no `\\begin`")),
            "left" => {
                let node = self.fenced(start)?;
                table.push(node);
            }
            "middle" if grid.end != End::Right => {
                return self.lost(Fault::error(place, "`\\middle` is allowed only between `\\left` and `\\right`"));
            }
            "right" => return self.lost(Fault::error(place, "`\\right` has no `\\left`")),
            "hfil" | "hfill" | "hfilll" if !grid.columns => {
                let fault = Fault::error(place, format!("`\\{name}` is allowed only in a table cell"));
                self.reading.faults.push(fault.help("write `\\quad` or `\\hspace{1em}`"));
            }
            "hspace" if self.rest().starts_with('*') => {
                self.replace(self.at..self.at + 1, "");
                self.at += 1;
                self.length(&place)?;
            }
            _ => {
                if let Some(command) = table::command(name) {
                    let arguments = self.arguments(command.signature, &place)?;
                    if command.signature.starts_with('/') {
                        self.infix(&place, command, arguments, table);
                    } else {
                        table.push(Node::Command(command, arguments));
                    }
                    self.look_at(command.name, place);
                } else {
                    let node = self.unknown(name, &place)?;
                    table.cell.extend(node);
                    table.scripts = Scripts::default();
                }
            }
        }
        Ok(())
    }

    fn infix(
        &mut self,
        place: &Range<usize>,
        command: &'static table::Command,
        arguments: Vec<Argument>,
        table: &mut Table,
    ) {
        if table.infix.is_some() {
            let fault = Fault::error(place.clone(), format!("a second `\\{}` in one group", command.name));
            self.reading.faults.push(fault.help("put one of the fractions in braces"));
        }
        let above = std::mem::take(&mut table.cell);
        table.infix = Some((command, arguments, above));
        table.scripts = Scripts::default();
    }

    /// Checks whether an equation environment is allowed here.
    pub(super) fn enter_equation(&mut self, place: &Range<usize>) {
        if self.equations.1 > 0 {
            let fault = Fault::error(place.clone(), "a formula can have only one equation environment");
            self.reading.faults.push(fault.help("use `aligned` or `gathered` inside it, or write two formulas"));
        }
        self.equations.1 += 1;
    }

    /// `\\` outside an environment: Anki sets everything on one line.
    fn broken_lines(&mut self) {
        let mut end = self.text.len();
        while let Some(last) = self.breaks.pop_if(|last| self.text[last.end..end].trim().is_empty()) {
            end = last.start;
            self.replace(last, "");
        }
        let Some(first) = self.breaks.first().cloned() else { return };
        if self.display && self.reading.faults.is_empty() && self.equations.1 == 0 {
            // MathJax would take a `[` at the start of the rows, even after a comment, for an argument.
            self.at = 0;
            self.skip_space();
            let guard = if self.peek() == Some('[') { "{}" } else { "" };
            self.insert(0, &format!("\\begin{{gathered}}{guard}"), true);
            self.insert(self.text.len(), "\\end{gathered}", false);
            return;
        }
        self.lost_break(first);
    }

    /// A line break where there are no rows, for example within braces.
    pub(super) fn lost_break(&mut self, place: Range<usize>) {
        let fault = Fault::error(place, "Anki doesn't show a line break here");
        self.remark(fault.help("put the rows in `\\begin{aligned}…\\end{aligned}`"));
    }
}
