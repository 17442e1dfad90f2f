//! Output formats. To add one, write its module and add a row to [`ALL`].
//! A backend sees only the deck: never the sources, the disk or another backend.

pub mod apkg;
pub mod artifact;
pub mod csv;
pub mod handout;
#[cfg(feature = "pdf")]
pub mod sheet;

pub use artifact::{Artifact, Content, Entry, Packing, Part};

use crate::deck::{Deck, MediaSource, Needs};
use crate::diag::Diagnostic;

/// A format: its name on the command line and what renders it.
#[derive(Clone, Copy)]
pub struct Backend {
    /// Name for `--only` and the manifest.
    pub name: &'static str,
    /// What it makes, in a few words.
    pub about: &'static str,
    /// Whether a build does without it where nobody asked for it and it cannot be
    /// made. A deck is not worse for that.
    pub optional: bool,
    /// What of notes [`Self::render`] reads beside what Anki stores.
    pub needs: Needs,
    /// Renders a deck. What it cannot render it reports, and returns whatever
    /// artifacts it has; with an error among the reports none is written.
    pub render: fn(&Deck, &dyn MediaSource, &mut Vec<Diagnostic>) -> Vec<Artifact>,
    /// Reports what [`Self::render`] would, and makes nothing.
    pub check: fn(&Deck, &dyn MediaSource, &mut Vec<Diagnostic>),
    /// What of notes [`Self::check`] reads beside what Anki stores.
    pub check_needs: Needs,
}

/// Who reads only what Anki stores.
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
        // In memory, and with as many columns in every row, writing cannot fail.
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
