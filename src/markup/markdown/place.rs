//! Where running text is.

use super::Options;
use crate::markup::ast::Inline;

/// What running text may contain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Line breaks.
    Lines,
    /// No line break: a heading, the words of a link.
    Line,
    /// No line break, and no `|` that would end the cell.
    Cell,
}

/// The context of running text.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// What the text is for.
    pub(super) options: &'a Options<'a>,
    /// What it may contain.
    pub(super) shape: Shape,
    /// Within the words of a link, where a `]` would end it.
    pub(super) link: bool,
    /// With a formula nearby, where GitHub takes any `$` for a delimiter.
    pub(super) math: bool,
    /// How many levels of emphasis it is in.
    pub(super) stresses: u8,
}

impl<'a> Place<'a> {
    pub(super) fn new(options: &'a Options<'a>, content: &[Inline]) -> Self {
        let math = has_math(content);
        Self {
            options,
            shape: Shape::Lines,
            link: false,
            math,
            stresses: 0,
        }
    }
}

fn has_math(content: &[Inline]) -> bool {
    content.iter().any(|node| match node {
        Inline::Math(_) | Inline::DisplayMath(_) => true,
        Inline::Cloze(cloze) => has_math(&cloze.answer),
        node => node.content().is_some_and(has_math),
    })
}
