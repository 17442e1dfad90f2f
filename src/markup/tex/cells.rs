//! The rows and cells of a list while it is being read.

use super::table::Command;
use super::tree::{Argument, List, Node, Row};

/// The scripts on what was read last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scripts {
    above: bool,
    below: bool,
    prime: bool,
}

impl Scripts {
    pub(super) fn prime(&mut self) -> Option<&'static str> {
        let double = self.above || self.prime;
        self.prime = true;
        double.then_some("a prime after a superscript")
    }

    pub(super) fn script(&mut self, above: bool) -> Option<&'static str> {
        if above {
            let double = self.above;
            self.above = true;
            return double.then_some("two superscripts on the same base");
        }
        let double = self.below;
        self.below = true;
        // MathJax closes the primes when a subscript follows.
        self.above |= self.prime;
        double.then_some("two subscripts on the same base")
    }
}

/// The rows and cells of a list that is being read.
#[derive(Debug)]
pub(super) struct Table {
    rows: Vec<Row>,
    row: Row,
    pub(super) cell: List,
    pub(super) scripts: Scripts,
    pub(super) infix: Option<(&'static Command, Vec<Argument>, List)>,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            rows: Vec::new(),
            row: Vec::new(),
            cell: Vec::new(),
            scripts: Scripts::default(),
            infix: None,
        }
    }

    pub(super) fn push(&mut self, node: Node) {
        self.cell.push(node);
        self.scripts = Scripts::default();
    }

    /// Whether the row contains nothing but lines so far.
    pub(super) fn at_row_start(&self) -> bool {
        self.row.is_empty() && self.cell.iter().all(|node| matches!(node, Node::Line))
    }

    pub(super) fn next_cell(&mut self) {
        let below = std::mem::take(&mut self.cell);
        let cell = match self.infix.take() {
            Some((command, arguments, above)) => vec![Node::Infix(command, arguments, above, below)],
            None => below,
        };
        self.row.push(cell);
        self.scripts = Scripts::default();
    }

    pub(super) fn next_row(&mut self) {
        self.next_cell();
        self.rows.push(std::mem::take(&mut self.row));
    }

    pub(super) fn finish(mut self) -> Vec<Row> {
        // A break after the last row doesn't begin another one.
        if self.rows.is_empty() || !self.row.is_empty() || !self.cell.is_empty() || self.infix.is_some() {
            self.next_row();
        }
        self.rows
    }
}
