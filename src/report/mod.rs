//! What the compiler has to say, as text. A report prints nothing and decides
//! nothing: it shows diagnostics in the order that it is given.

mod human;
mod json;
mod view;

use crate::diag::{Diagnostic, Severity};
use crate::source::Sources;

/// Whom the report is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// People at a terminal.
    Human,
    /// Programs.
    Json,
}

/// Shows `diagnostics`. Only [`Format::Human`] knows `color`, and says nothing
/// where there is nothing to say.
#[must_use]
pub fn render(format: Format, sources: &Sources, diagnostics: &[Diagnostic], color: bool) -> String {
    match format {
        Format::Human => human::render(sources, diagnostics, color),
        Format::Json => json::render(sources, diagnostics),
    }
}

/// How many errors and how many warnings there are.
fn tally(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    (errors, diagnostics.len() - errors)
}
