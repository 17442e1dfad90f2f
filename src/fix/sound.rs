//! Whether edits mend and do no harm: a project may report afterwards what it
//! reported before, less what was mended, and what the mended faults kept hidden.

use std::collections::{BTreeMap, BTreeSet};

use super::Edit;
use crate::diag::{self, Diagnostic};
use crate::explain;
use crate::source::{FileId, Source, Span, offset};
use crate::yaml;
use crate::{Compiled, content};

/// What a fault keeps the compiler from seeing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    /// Whether a file can be read: hides everything in it.
    Syntax,
    /// Whether an item has the form of one: hides what its texts say.
    Shape,
    /// What texts say, and what ids lead to. Hides nothing but the deck.
    Meaning,
    /// What is made of the whole project, once it has no error.
    Deck,
}

/// Whether `edits`, which lie between the two, are sound.
pub(super) fn is_sound(before: &Compiled, after: &Compiled, edits: &[Edit<'_>]) -> bool {
    if before.diagnostics.iter().any(|diagnostic| diagnostic.code == "too-many") {
        // What is listed is only a part: what takes the place of the mended is not new.
        return true;
    }
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    for diagnostic in &before.diagnostics {
        *known.entry(key(before, diagnostic)).or_default() += 1;
    }
    for edit in edits {
        known.entry(key(before, edit.diagnostic)).and_modify(|count| *count = count.saturating_sub(1));
    }
    let hidden = Hidden::of(before, after, edits);
    after.diagnostics.iter().all(|diagnostic| {
        let count = known.get_mut(&key(after, diagnostic)).filter(|count| **count > 0);
        match count {
            Some(count) => {
                *count -= 1;
                true
            }
            None => hidden.explains(diagnostic),
        }
    })
}

/// What a diagnostic says, wherever in its file it says so.
type Key<'c> = (&'c str, &'static str, &'c str);

fn key<'c>(compiled: &'c Compiled, diagnostic: &'c Diagnostic) -> Key<'c> {
    let path = diagnostic.span.map_or("", |span| compiled.sources.get(span.file).path());
    (path, diagnostic.code, &diagnostic.message)
}

fn layer(code: &str) -> Layer {
    let stage = explain::STAGES.iter().find(|stage| stage.pages.iter().any(|(known, _)| *known == code));
    match stage.map_or("", |stage| stage.name) {
        "Files" | "YAML" => Layer::Syntax,
        "Shape" => Layer::Shape,
        "Outputs" | "Lint" | "Ledger" => Layer::Deck,
        _ => Layer::Meaning,
    }
}

/// What the mended faults kept out of sight.
struct Hidden<'c> {
    after: &'c Compiled,
    places: Vec<Place>,
    /// Files that are read as a whole for the first time.
    whole: BTreeSet<FileId>,
    /// Whether the deck was made for the first time.
    deck: bool,
    /// Whether the manifest was mended: it says what a project is.
    manifest: bool,
    /// Whether items came into being, to which others may link.
    items: bool,
}

/// A part of the new text that could not be seen into, and how deep it can now.
struct Place {
    file: FileId,
    range: std::ops::Range<u32>,
    from: Layer,
    edit: std::ops::Range<u32>,
    /// What stood there before.
    old: String,
    /// Whether the edit changed nothing but white space.
    moved: bool,
    /// The end of the edit's first line.
    first_line: u32,
    code: &'static str,
}

impl<'c> Hidden<'c> {
    fn of(before: &Compiled, after: &'c Compiled, edits: &[Edit<'_>]) -> Self {
        let mut hidden = Self {
            after,
            places: Vec::new(),
            whole: BTreeSet::new(),
            deck: diag::has_errors(&before.diagnostics) && !after.diagnostics.iter().any(stops_the_deck),
            manifest: edits.iter().any(|edit| edit.fix.span.file.index() == 0),
            items: false,
        };
        for edits in edits.chunk_by(|a, b| a.fix.span.file == b.fix.span.file) {
            hidden.add(before.sources.get(edits[0].fix.span.file), edits);
        }
        hidden
    }

    /// Adds the edits of one file.
    fn add(&mut self, source: &Source, edits: &[Edit<'_>]) {
        let file = edits[0].fix.span.file;
        let items = items(file, source.text());
        let now = self.after.sources.get(file).text();
        if !yaml::is_whole(source.text()) && yaml::is_whole(now) {
            self.whole.insert(file);
        }
        let mut shift = 0;
        let mut written = Vec::new();
        for edit in edits {
            let span = edit.fix.span;
            let start = i64::from(span.start) + shift;
            let end = start + i64::try_from(edit.fix.text.len()).unwrap_or(0);
            shift += i64::try_from(edit.fix.text.len()).unwrap_or(0) - i64::from(span.end - span.start);
            written.push(place(start)..place(end));
        }
        let moved = |at: u32| {
            let before = edits.iter().zip(&written).take_while(|(edit, _)| edit.fix.span.end <= at);
            before.last().map_or(at, |(edit, new)| new.end + (at - edit.fix.span.end))
        };
        for (edit, new) in edits.iter().zip(&written) {
            let (code, span) = (edit.diagnostic.code, edit.fix.span);
            let at = edit.diagnostic.span.unwrap_or(span).start;
            let item = items.iter().find(|item| (item.start..=item.end).contains(&at));
            let whole = layer(code) == Layer::Syntax || item.is_none();
            let range = match item {
                _ if layer(code) == Layer::Syntax => {
                    let part = |at: u32| yaml::part_around(source.text(), at as usize);
                    let end = part(span.end).end.max(part(at).end);
                    moved(offset(part(span.start.min(at)).start))..moved(offset(end))
                }
                Some(item) => moved(item.start)..moved(item.end),
                None => 0..u32::MAX,
            };
            let from = match (layer(code), code) {
                (Layer::Syntax, _) => Layer::Syntax,
                // The value of a key with another name was not looked at.
                (Layer::Shape, "unknown-key") => Layer::Shape,
                (Layer::Shape, _) => Layer::Meaning,
                (Layer::Meaning | Layer::Deck, _) => Layer::Deck,
            };
            self.items |= whole && from < Layer::Deck;
            let old = source.text().get(span.start as usize..span.end as usize).unwrap_or("");
            let first_line = new.start + edit.fix.text.find('\n').map_or(new.end - new.start, offset);
            self.places.push(Place {
                file,
                range,
                from,
                edit: new.clone(),
                old: old.to_owned(),
                moved: dark(old) == dark(&edit.fix.text),
                first_line,
                code,
            });
        }
    }

    /// Whether `diagnostic` may be new: it tells of what could not be seen.
    fn explains(&self, diagnostic: &Diagnostic) -> bool {
        let layer = layer(diagnostic.code);
        let spans = diagnostic.span.into_iter().chain(diagnostic.labels.iter().map(|label| label.span));
        if ["duplicate-id", "duplicate-key"].contains(&diagnostic.code) && spans.clone().any(|span| self.named(span)) {
            return false;
        }
        let in_a_file = diagnostic.span.is_some_and(|span| {
            let path = self.after.sources.get(span.file).path();
            span.file.index() != 0 && path != "cardpress.lock"
        });
        if layer == Layer::Deck || !in_a_file && layer == Layer::Meaning {
            return self.deck || self.manifest;
        }
        if self.manifest && (in_a_file || is_choice(diagnostic.code)) || self.items && layer == Layer::Meaning {
            return true;
        }
        let is_whole = |span: Span| self.whole.contains(&span.file) && !self.wrote(span);
        if layer <= Layer::Shape && diagnostic.span.is_some_and(is_whole) {
            return true;
        }
        spans.into_iter().any(|span| self.places.iter().any(|place| place.shows(diagnostic.code, layer, span)))
    }

    /// Whether an edit wrote at `span`.
    fn wrote(&self, span: Span) -> bool {
        self.places.iter().any(|place| place.file == span.file && !place.moved && place.wrote(span))
    }

    /// Whether the name at `span` came about by an edit.
    fn named(&self, span: Span) -> bool {
        let name = self.after.sources.slice(span);
        let here = self.places.iter().filter(|place| place.file == span.file && !place.moved && place.wrote(span));
        here.into_iter().any(|place| !place.old.contains(name))
    }
}

impl Place {
    fn shows(&self, code: &str, layer: Layer, span: Span) -> bool {
        // A fault that is still there was not mended, and what was written must be YAML.
        let first = self.edit.start..if self.moved { self.first_line } else { self.edit.end };
        let same = code == self.code && span.start <= first.end && first.start <= span.end;
        let context = ["indentation", "second-colon", "missing-colon"].contains(&code);
        let garbled = layer == Layer::Syntax && self.wrote(span) && !self.moved && !context;
        let inside = span.file == self.file && self.range.start <= span.start && span.end <= self.range.end;
        inside && !same && !garbled && layer >= self.from
    }

    fn wrote(&self, span: Span) -> bool {
        span.start < self.edit.end && self.edit.start < span.end
    }
}

/// Whether a diagnostic tells which files are read.
fn is_choice(code: &str) -> bool {
    ["bad-pattern", "no-content", "unread-file"].contains(&code)
}

/// What is not white space.
fn dark(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether no deck is made because of `diagnostic`.
fn stops_the_deck(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == diag::Severity::Error && layer(diagnostic.code) != Layer::Deck
}

fn place(at: i64) -> u32 {
    u32::try_from(at).unwrap_or(0)
}

/// Where the items of a file stand; none if it has no such form.
fn items(file: FileId, text: &str) -> Vec<std::ops::Range<u32>> {
    let tree = yaml::parse(file, text, &mut Vec::new());
    let spans = content::item_nodes(&tree).map(|(_, node)| tree.span(node));
    spans.map(|span| span.start..span.end).collect()
}
