//! What the compiler has to say, as text. A report prints nothing and decides nothing: it shows
//! diagnostics in the order in which it gets them. Reports for programs have all of them; reports
//! for people are cut where they repeat themselves.

mod github;
mod human;
mod json;
mod sarif;
mod view;

pub use github::render as github;
pub use human::{Human, LIMIT, render as human};
pub use json::render as json;
pub use sarif::render as sarif;

use crate::diag::{Diagnostic, Severity};
use crate::source::{Sources, Span};

/// How many errors and how many warnings there are.
fn tally(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    (errors, diagnostics.len() - errors)
}

/// Lines and columns from 1, columns in characters; the end is exclusive.
#[derive(Clone, Copy, serde::Serialize)]
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

fn place(sources: &Sources, span: Span) -> Place {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start), source.position(span.end));
    Place {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
