//! Cardpress, a compiler for study content: YAML sources in; Anki packages, CSV,
//! Markdown handouts and printable cheatsheets out.
//!
//! ```text
//! World ─► yaml (spans) ─► schema ─► content ─► lower ─► Deck ─► backends ─► artifacts
//!                        diagnostics ◄─ from every stage
//! ```
//!
//! [`compile`] is pure: the same [`world::World`] gives the same bytes. Nothing
//! in the library touches the disk, the clock or the environment.

pub mod backend;
pub mod content;
pub mod deck;
pub mod diag;
mod front;
pub mod lower;
pub mod markup;
pub mod report;
pub mod schema;
pub mod similar;
pub mod source;
pub mod world;
pub mod yaml;

use backend::{Artifact, Backend};
use diag::Diagnostic;
use source::Sources;
use world::World;

/// What to make.
#[derive(Clone)]
pub struct Options {
    /// The formats, in the order of [`backend::ALL`].
    pub backends: Vec<&'static Backend>,
}

/// What came of it.
pub struct Compiled {
    /// Each artifact with the name of its backend; none if there was an error.
    pub artifacts: Vec<(&'static str, Artifact)>,
    /// Everything to report, in the order of the sources.
    pub diagnostics: Vec<Diagnostic>,
    /// The sources that the diagnostics point into.
    pub sources: Sources,
    /// How many notes the deck has.
    pub notes: usize,
    /// How many top-level topics it has.
    pub topics: usize,
}

/// Compiles a project. With an error among the diagnostics there are no
/// artifacts.
#[must_use]
pub fn compile(world: &World, options: &Options) -> Compiled {
    let mut diagnostics = Vec::new();
    let (sources, deck) = front::read(world, &mut diagnostics);
    let mut compiled = Compiled {
        artifacts: Vec::new(),
        diagnostics,
        sources,
        notes: 0,
        topics: 0,
    };
    if let Some(deck) = deck {
        compiled.notes = deck.card_faces().count();
        compiled.topics = deck.topics.len();
        for backend in &options.backends {
            let made = (backend.render)(&deck, &*world.media_source, &mut compiled.diagnostics);
            compiled.artifacts.extend(made.into_iter().map(|artifact| (backend.name, artifact)));
        }
    }
    if diag::has_errors(&compiled.diagnostics) {
        compiled.artifacts.clear();
    }
    compiled.diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.severity));
    compiled.diagnostics.dedup();
    compiled
}

/// Everything that [`compile`] for every format would report.
#[must_use]
pub fn check(world: &World) -> Compiled {
    let backends = backend::ALL.iter().collect();
    let mut compiled = compile(world, &Options { backends });
    compiled.artifacts.clear();
    compiled
}

/// The deck of a project, for tools that look inside; `None` if it has errors.
#[must_use]
pub fn deck(world: &World) -> (Sources, Option<deck::Deck>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let (sources, deck) = front::read(world, &mut diagnostics);
    (sources, deck, diagnostics)
}
