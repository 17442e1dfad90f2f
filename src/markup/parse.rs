//! Markdown (CommonMark, tables, task lists, footnotes), LaTeX math, the marks of [`marks`], links
//! to items and cloze deletions → AST, by pulldown-cmark. Raw HTML, unknown links, formulas that
//! cannot be set, and text that Markdown would drop are reported at the author's line.

mod blocks;
mod dollars;
mod inlines;
mod links;
mod lost;
mod marks;
mod prepare;

pub use blocks::plain_code;
pub use dollars::formula;
pub use links::dangling;
pub use prepare::Form;

use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::ast::{Block, Document, Inline, Night};
use super::cloze;
use super::tex::Macros;
use crate::diag::{Code, Diagnostic, Sink};
use crate::source::{Span, TextMap};

/// Knows what a text may refer to.
pub trait Resolver {
    /// The title of the item `id`, if there is one.
    fn title(&self, id: &str) -> Option<Vec<Inline>>;
    /// The current id of an item that used to have the id `id`.
    fn renamed(&self, id: &str) -> Option<String>;
    /// Whether `id` is the id of a draft, which no output contains.
    fn is_draft(&self, id: &str) -> bool;
    /// An existing id that `id` may have been meant for.
    fn similar(&self, id: &str) -> Option<String>;
    /// The media file at `path`, if it exists. The resolver records that it is used at `span`.
    fn media(&self, path: &str, span: Span) -> Option<Media>;
    /// An existing media path that `path` may have been meant for.
    fn similar_media(&self, path: &str) -> Option<String>;
    /// BCP 47 tag of the text's language.
    fn language(&self) -> &str;
    /// The macros that every formula of the project may use.
    fn macros(&self) -> &Macros;
}

/// A media file as a text refers to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its name in the outputs.
    pub name: String,
    /// What it is.
    pub kind: MediaKind,
    /// For a picture, what is shown on a dark page, if that is different.
    pub night: Option<Night>,
}

/// What a media file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// Something to see.
    Picture,
    /// Something to hear.
    Sound,
    /// Something to see and hear.
    Film,
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// `{{` is only text.
    Plain,
    /// `{{…}}` hides a part.
    Cloze,
}

/// Parses `text`; `map` leads back to the author's characters.
pub fn document(
    text: &str,
    (form, syntax): (Form, Syntax),
    map: &TextMap<'_>,
    resolver: &dyn Resolver,
    diagnostics: &mut Sink,
) -> Document {
    let options = options();
    if let Some(range) = too_deep(text, options) {
        let place = map.span(range.start..range.start + 1);
        let diagnostic = Diagnostic::error(Code::NESTING, place, format!("nested more than {MAX_DEPTH} levels deep"))
            .label("in this text")
            .help("nested lists, quotes and emphasis need a few levels at most");
        diagnostics.push(diagnostic);
        return Document::default();
    }
    let prepared = prepare::prepare(text, form, options);
    let mut reader = Reader {
        events: Parser::new_ext(&prepared.text, options).into_offset_iter(),
        text,
        prepared: &prepared.text,
        map,
        resolver,
        syntax,
        diagnostics,
        in_table: false,
        dollars_seen: 0,
        tags_open: 0,
        seen: lost::Seen::default(),
        macros: None,
    };
    let mut blocks = reader.blocks();
    blocks.extend(reader.footnotes());
    reader.lost();
    if syntax == Syntax::Cloze {
        cloze::fold(&mut blocks, reader.diagnostics);
    }
    Document { blocks }
}

/// What pulldown-cmark should look for. Cardpress handles strikethrough itself, because
/// pulldown-cmark would see it in `H~2~O`.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_WIKILINKS
}

/// Cardpress rejects text that nests deeper: each level is a nested call.
pub const MAX_DEPTH: usize = 64;

/// After this many reports on one text, Cardpress looks for no more slips in it.
const MOST_SLIPS: usize = 1000;

/// An upper bound on how deep the elements of `text` nest: everything that can contain
/// others begins with a mark of its own.
fn deepest(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends_word = |at: usize| bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
    let marks = bytes.iter().enumerate().map(|(at, byte)| match byte {
        // A list and its item; an asterisk may also be emphasis.
        b'*' if ends_word(at) => 3,
        b'-' | b'+' if ends_word(at) => 2,
        b'.' | b')' if at > 0 && bytes[at - 1].is_ascii_digit() => 2,
        b'*' | b'_' | b'[' | b'<' | b'>' => 1,
        _ => 0,
    });
    // What contains no blocks: a table, its row and a cell; a paragraph; a heading; code.
    marks.sum::<usize>() + 3
}

/// The first element of `text` that is nested too deep.
fn too_deep(text: &str, options: Options) -> Option<Range<usize>> {
    if text.len() <= MAX_DEPTH || deepest(text) <= MAX_DEPTH {
        return None;
    }
    levels(text, options).find(|(depth, _)| *depth > MAX_DEPTH).map(|(_, range)| range)
}

/// How deep the deepest element of `text` is nested.
#[must_use]
pub fn depth(text: &str) -> usize {
    levels(text, options()).map(|(depth, _)| depth).max().unwrap_or(0)
}

/// The depth at each event, and where that event is.
fn levels(text: &str, options: Options) -> impl Iterator<Item = (usize, Range<usize>)> {
    let mut depth = 0_usize;
    Parser::new_ext(text, options).into_offset_iter().map(move |(event, range)| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth, range)
    })
}

/// Reads events in order; each file in this folder handles one kind of event.
struct Reader<'t, 'd> {
    events: OffsetIter<'t>,
    /// The author's text.
    text: &'d str,
    /// The same as pulldown-cmark sees it.
    prepared: &'t str,
    map: &'d TextMap<'d>,
    resolver: &'d dyn Resolver,
    syntax: Syntax,
    diagnostics: &'d mut Sink,
    in_table: bool,
    /// Dollar signs before this byte have been reported.
    dollars_seen: usize,
    /// Tags in running text that have been reported: their closing tags are not a second fault.
    tags_open: usize,
    /// What was read, to find what was not.
    seen: lost::Seen,
    /// The project's macros and those that this text defines; `None` before its first formula.
    macros: Option<Macros>,
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn ends_block(end: TagEnd) -> bool {
    !matches!(end, TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

/// Running text between blocks, as in a tight list, becomes a paragraph.
fn flush(loose: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    blocks.extend(paragraph(marks::resolve(std::mem::take(loose))));
}

/// A paragraph that is just one displayed formula becomes that formula.
fn paragraph(mut content: Vec<Inline>) -> Option<Block> {
    match content.pop()? {
        Inline::DisplayMath(math) if content.is_empty() => Some(Block::Math(*math)),
        last => {
            content.push(last);
            Some(Block::Paragraph(content))
        }
    }
}

#[cfg(test)]
pub mod random;

#[cfg(test)]
mod tests {
    use super::random::Random;
    use super::{MAX_DEPTH, deepest, depth};

    #[test]
    fn nothing_lies_deeper_than_its_marks_tell() {
        const PARTS: [&str; 30] = [
            "*",
            "**",
            "_",
            "- ",
            "* ",
            "+\t",
            "1. ",
            "2) ",
            "> ",
            ">",
            "[",
            "](b)",
            "]",
            "![",
            "[[",
            "]]",
            "[^1]",
            "[^1]: ",
            "<https://a.b>",
            "<b>",
            "# ",
            "|",
            "|-|-|\n",
            "\n",
            "\n\n",
            "    ",
            "```\n",
            "a",
            "é",
            "$x$",
        ];
        let mut random = Random(1);
        for _ in 0..20_000 {
            let text: String = (0..random.below(24)).map(|_| random.of(&PARTS)).collect();
            assert!(depth(&text) <= deepest(&text), "{text:?}: {} in {}", depth(&text), deepest(&text));
        }
        for text in ["- ", "* ", "1. ", "> "].map(|mark| mark.repeat(100) + "a") {
            assert!(depth(&text) > MAX_DEPTH && depth(&text) <= deepest(&text), "{text:?}");
        }
    }
}
