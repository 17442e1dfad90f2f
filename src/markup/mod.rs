//! Text: parsed once into an AST, then written as HTML, Markdown, plain text
//! or Typst. Nothing here knows what a card or a sheet is.

pub mod alert;
pub mod ast;
pub mod cloze;
pub mod columns;
pub mod extent;
pub mod highlight;
pub mod html;
pub mod markdown;
pub mod mathml;
pub mod parse;
pub mod plain;
pub mod script;
pub mod shorten;
pub mod strip;
pub mod tex;
pub mod typst;
pub mod typst_literal;
pub mod typst_math;
pub mod walk;

pub use ast::{
    Alert, AlertKind, Align, Block, Cloze, CodeBlock, Document, Hidden, Image, Inline, List, ListItem, Math, Night,
    Recording, Table,
};

/// Whether a byte of `text` is `wanted`. Looking at all of them is faster than stopping at the
/// first, because the compiler can then vectorise the comparisons.
fn has_byte(text: &str, wanted: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(false, |found, byte| found | wanted(byte))
}
