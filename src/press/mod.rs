//! Paper: Typst's world, with its fonts and pictures, and what it cannot print. The writer of markup
//! to Typst is in `markup`, because programs without Typst check it too.

mod breaks;
mod coverage;
mod dimensions;
mod pictures;
pub mod sheet;
mod svg;
mod world;

pub use world::keep_layouts;
