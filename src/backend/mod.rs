//! Output formats. To add one, write its module and add a row to [`ALL`].
//! A backend sees only the deck and what Anki stores of it: never the sources, the disk or another backend.

pub mod apkg;
pub mod artifact;
pub mod csv;
pub mod handout;
#[cfg(feature = "pdf")]
pub mod sheet;

pub use artifact::{Artifact, Content, Entry, Packing, Part};

use crate::anki::Made;
use crate::deck::{MediaSource, Needs};
use crate::diag::Sink;

/// A format: its name on the command line and what renders it.
#[derive(Clone, Copy)]
pub struct Backend {
    /// Name for `--only` and the manifest.
    pub name: &'static str,
    /// What it makes, in a few words.
    pub about: &'static str,
    /// Whether a build does without it if nobody asked for it and it cannot be made. The deck isn't
    /// any worse for that.
    pub optional: bool,
    /// What [`Self::render`] reads from notes besides what Anki stores.
    pub needs: Needs,
    /// Renders a deck. It reports what it cannot render, and returns whatever artifacts it has; if
    /// it reports an error, none of them is written.
    pub render: fn(&Made, &dyn MediaSource, &mut Sink) -> Vec<Artifact>,
    /// Reports what [`Self::render`] would, without making anything.
    pub check: fn(&Made, &dyn MediaSource, &mut Sink),
    /// What [`Self::check`] reads from notes besides what Anki stores.
    pub check_needs: Needs,
}

/// For backends that read only what Anki stores.
const NOTHING: Needs = Needs { fields: false, documents: false, paper: false };
const FIELDS: Needs = Needs { fields: true, ..NOTHING };
const DOCUMENTS: Needs = Needs { documents: true, ..NOTHING };
#[cfg(feature = "pdf")]
const PAPER: Needs = Needs { paper: true, ..DOCUMENTS };

/// Every format.
pub const ALL: &[Backend] = &[
    Backend {
        name: "apkg",
        about: "The package for Anki",
        optional: false,
        needs: NOTHING,
        render: apkg::render,
        check: apkg::check,
        check_needs: NOTHING,
    },
    Backend {
        name: "csv",
        about: "CSV for Anki's import and for spreadsheets",
        optional: false,
        needs: FIELDS,
        render: csv::render,
        // Writing to memory, with the same number of columns in every row, cannot fail.
        check: csv::check,
        check_needs: NOTHING,
    },
    Backend {
        name: "handout",
        about: "Markdown, one file per topic",
        optional: false,
        needs: DOCUMENTS,
        render: handout::render,
        check: handout::check,
        check_needs: NOTHING,
    },
    #[cfg(feature = "pdf")]
    Backend {
        name: "sheet",
        about: "The cheatsheet as a PDF",
        optional: true,
        needs: PAPER,
        render: sheet::render,
        check: sheet::check,
        check_needs: PAPER,
    },
];
