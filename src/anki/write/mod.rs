//! Writes a collection as the database of a package, in either of two schemas. Every Anki since
//! 2.1.28 reads schema 11, and only that keeps the ids of fields and templates in older versions too.
//!
//! It writes no schedules and no review log.

mod database;
mod schema11;
mod schema18;

pub(crate) use database::write as database;

use std::fmt;

/// When the package's collection was created: any day will do, because all cards are new, and a
/// fixed one keeps builds reproducible (2020-09-13).
const CREATED: i64 = 1_600_000_000;

/// What Anki puts around `[latex]`. Cardpress doesn't write any, but a learner may.
const LATEX_PRE: &str = "\\documentclass[12pt]{article}\n\\special{papersize=3in,5in}\n\\usepackage[utf8]{inputenc}\n\
\\usepackage{amssymb,amsmath}\n\\pagestyle{empty}\n\\setlength{\\parindent}{0in}\n\\begin{document}\n";
const LATEX_POST: &str = "\\end{document}";

/// Font and size of the editor, at Anki's own defaults.
const EDITOR_FONT: &str = "Arial";
const EDITOR_SIZE: u32 = 20;

/// In Anki's presets: new cards are shown in the order in which they were gathered, and they are
/// gathered by position, whatever their decks.
const AS_GATHERED: i32 = 1;
const BY_POSITION: i32 = 1;

/// Why a database could not be written. There is no known cause apart from memory errors.
#[derive(Debug)]
pub(crate) enum Failure {
    /// SQLite failed.
    Database(rusqlite::Error),
    /// Something could not be written as JSON.
    Json(serde_json::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "{error}"),
            Self::Json(error) => write!(f, "{error}"),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}
