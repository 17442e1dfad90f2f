//! What spans more than one command: environments, fences, rows.

use std::ops::Range;

use super::Fault;
use super::arguments::dimension;
use super::cells::Table;
use super::parse::{End, Grid, Lost, NO_GRID, Parser};
use super::table;
use super::tree::{Argument, Node};
use crate::similar;

impl Parser<'_> {
    /// `\begin…\end`, after `\begin`.
    pub(super) fn environment(&mut self, start: usize) -> Result<Node, Lost> {
        let name = self.environment_name(start..self.at)?;
        let place = start..self.at;
        let Some(environment) = table::environment(&name) else {
            let fault = Fault::error(place, format!("Anki's MathJax doesn't support the environment `{name}`"));
            return match similar::name(&name, table::environments()) {
                Some(near) => self.lost(fault.help(format!("did you mean `{near}`?"))),
                None => self.lost(fault),
            };
        };
        let arguments = if self.guard_bracket(environment.signature, &name) {
            let rest = self.arguments(&environment.signature[1..], &place)?;
            std::iter::once(Argument::None).chain(rest).collect()
        } else {
            self.arguments(environment.signature, &place)?
        };
        if environment.display {
            self.enter_equation(&place);
        }
        let tags = std::mem::take(&mut self.tags);
        let grid = Grid {
            rows: environment.rows,
            columns: environment.columns,
            words: environment.paper == "@cases",
            ..NO_GRID
        };
        let rows = self.rows(End::Environment, grid)?;
        self.tags = tags;
        let end = self.at;
        let closed = self.environment_name(end - 4..end)?;
        if closed != name {
            let fault = Fault::error(end - 4..self.at, format!("`\\begin{{{name}}}` ends as `{closed}`"));
            return self.lost(fault.help(format!("write `\\end{{{name}}}`")));
        }
        Ok(Node::Environment(environment, arguments, rows))
    }

    fn environment_name(&mut self, place: Range<usize>) -> Result<String, Lost> {
        let name = self.raw_argument(&place)?;
        Ok(name.trim().to_owned())
    }

    /// MathJax takes a bracket after `\begin{aligned}` for the position of the whole environment,
    /// and drops it. Braces protect a bracket that cannot mean that.
    fn guard_bracket(&mut self, signature: &str, name: &str) -> bool {
        let before = self.at;
        self.skip_space();
        let rest = self.rest();
        self.at = before;
        if !signature.starts_with('p') || !rest.starts_with('[') {
            return false;
        }
        let inside = rest[1..].split_once(']').map_or("", |(inside, _)| inside);
        let inside = inside.trim();
        let position = matches!(inside, "t" | "b" | "c");
        let meant = match name.trim_end_matches('*') {
            "multlined" => position || dimension(inside) == Some(inside.len()),
            "empheq" => true,
            "aligned" | "gathered" | "lgathered" | "rgathered" | "array" => position,
            _ => !inside.is_empty() && inside.chars().all(|c| "lcr|: ".contains(c)),
        };
        if !meant {
            self.insert(before, "{}", true);
        }
        !meant
    }

    /// `\left…\right`, after `\left`.
    pub(super) fn fenced(&mut self, start: usize) -> Result<Node, Lost> {
        let open = self.delimiter(&(start..self.at))?;
        let list = self.list(End::Right)?;
        let close = self.delimiter(&(self.at - 6..self.at))?;
        Ok(Node::Fenced(open, list, close))
    }

    /// `\\`, `\newline` and `\cr`.
    pub(super) fn row_end(
        &mut self,
        name: &str,
        mut place: Range<usize>,
        grid: Grid,
        table: &mut Table,
    ) -> Result<(), Lost> {
        if name == "\\" {
            self.row_options();
            place.end = self.at;
        }
        if grid.rows && name != "newline" {
            self.tags = 0;
            table.next_row();
        } else if name == "cr" {
            let fault = Fault::error(place, "`\\cr` ends a row, but there are no rows here");
            return self.lost(fault.help("put the rows in `\\begin{aligned}…\\end{aligned}`"));
        } else if matches!(grid.end, End::Text | End::Mark) {
            self.breaks.push(place);
        } else {
            self.lost_break(place);
        }
        Ok(())
    }

    /// `*` and `[1ex]` after `\\`. A bracket that doesn't contain a length isn't an option.
    fn row_options(&mut self) {
        if self.rest().starts_with('*') {
            self.at += 1;
        }
        let Some(rest) = self.rest().strip_prefix('[') else { return };
        let length = |inside: &str| inside.is_empty() || dimension(inside) == Some(inside.len());
        match rest.split_once(']').filter(|(inside, _)| length(inside.trim())) {
            Some((inside, _)) => self.at += inside.len() + 2,
            None => self.insert(self.at, "{}", true),
        }
    }

    /// `\hline` and the like, which go between rows.
    pub(super) fn line(&mut self, name: &str, place: Range<usize>, grid: Grid, table: &mut Table) {
        if name.ends_with("rule") {
            self.replace(place.clone(), "\\hline");
        }
        if grid.rows && table.at_row_start() {
            table.cell.push(Node::Line);
        } else {
            let fault = Fault::error(place, format!("`\\{name}` can only begin a row or follow the last one"));
            self.reading.faults.push(fault.help("end the previous row with `\\\\`"));
        }
    }

    /// `\limits` and `\nolimits`, which only operators have.
    pub(super) fn limits(&mut self, name: &str, place: &Range<usize>, table: &mut Table) {
        if name == "displaylimits" {
            self.replace(place.clone(), "");
            return;
        }
        let base = table.cell.iter().rfind(|node| !matches!(node, Node::Above(_) | Node::Below(_)));
        let fits = match base {
            Some(Node::Command(command, _)) => command.signature.starts_with('^') || command.paper == "@limits",
            Some(Node::Opaque) => true,
            Some(
                Node::Char(_)
                | Node::Group(_)
                | Node::Above(_)
                | Node::Below(_)
                | Node::Prime
                | Node::Fenced(..)
                | Node::Environment(..)
                | Node::Infix(..)
                | Node::Line,
            )
            | None => false,
        };
        if !fits {
            let fault = Fault::error(place.clone(), format!("`\\{name}` can only follow an operator such as `\\sum`"));
            self.reading.faults.push(fault.help("make an operator with `\\mathop{…}` or `\\operatorname{…}`"));
        }
        if let Some(command) = table::command(name) {
            table.cell.push(Node::Command(command, Vec::new()));
        }
    }

    /// Commands that MathJax sets differently from what they say, and those that only work in certain places.
    pub(super) fn look_at(&mut self, name: &str, place: Range<usize>) {
        match name {
            "label" => self.replace(place.start..self.at, ""),
            "ref" | "eqref" | "refeq" => {
                let fault = Fault::error(place, "Anki doesn't number equations, and shows `???` here");
                self.remark(fault.help("write the number itself, such as `(1)`"));
            }
            "tag" => self.tag(place),
            _ => {}
        }
    }

    fn tag(&mut self, place: Range<usize>) {
        self.tags += 1;
        if self.tags > 1 {
            let fault = Fault::error(place, "a second `\\tag` in one row");
            self.reading.faults.push(fault);
        } else if !self.display {
            let fault = Fault::error(place, "Anki doesn't show `\\tag` in an inline formula");
            self.remark(fault.help("display the formula with `$$…$$`, or write the number as text"));
        }
    }
}
