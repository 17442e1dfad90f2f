//! A formula as a tree: what MathJax reads in it.

use super::table::{Command, Environment};

/// One thing in a formula.
#[derive(Debug)]
pub(super) enum Node {
    /// A character that stands for itself.
    Char(char),
    /// A command with its arguments.
    Command(&'static Command, Vec<Argument>),
    /// A command that the formula itself makes Anki define.
    Opaque,
    /// The contents of braces.
    Group(List),
    /// `^…`, on what comes before it.
    Above(Box<Node>),
    /// `_…`, on what comes before it.
    Below(Box<Node>),
    /// `'`, on what comes before it.
    Prime,
    /// `\left…\right`: the delimiters and what is between them.
    Fenced(String, List, String),
    /// `\begin…\end`.
    Environment(&'static Environment, Vec<Argument>, Vec<Row>),
    /// `… \over …`
    Infix(&'static Command, Vec<Argument>, List, List),
    /// `\hline` or `\hdashline` between two rows.
    Line,
}

/// A formula or a part of one.
pub(super) type List = Vec<Node>;

/// The cells of a row.
pub(super) type Row = Vec<List>;

/// An argument of a command.
#[derive(Debug)]
pub(super) enum Argument {
    /// It was left out.
    None,
    Math(List),
    Rows(Vec<Row>),
    Words(Vec<Part>),
    /// A name, a length, a delimiter.
    Raw(String),
    Star,
}

/// A part of a text.
#[derive(Debug)]
pub(super) enum Part {
    Words(String),
    Math(List),
}
