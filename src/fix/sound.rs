//! Checks that edits do no harm: afterwards a project may report only what it reported before,
//! minus what was fixed, plus what the fixed mistakes were hiding.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Edit;
use crate::diag::{self, Code, Diagnostic, STAGES, Severity, Sink};
use crate::source::{FileId, Source, Span, offset};
use crate::yaml;
use crate::{Compiled, content};

/// How far the compiler gets: a mistake hides the layers beyond its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Layer {
    /// Whether a file can be read. A mistake hides everything in its part of the file.
    Syntax,
    /// Whether an item has the right form. A mistake hides what the item's texts say.
    Shape,
    /// What texts say and what ids refer to. A mistake hides only the deck.
    Meaning,
    /// What is checked once a project has no errors.
    Deck,
}

fn layer(code: Code) -> Layer {
    let stage = STAGES.iter().find(|stage| stage.codes.iter().any(|(known, _)| *known == code));
    match stage.map_or("", |stage| stage.name) {
        "Files" | "YAML" => Layer::Syntax,
        "Shape" => Layer::Shape,
        "Outputs" | "Lint" | "Ledger" => Layer::Deck,
        _ => Layer::Meaning,
    }
}

/// Whether nothing in `after` is new except what `edits`, made in `before`, uncovered.
pub(super) fn is_sound(before: &Compiled, after: &Compiled, edits: &[Edit<'_>]) -> bool {
    if edits.iter().any(|edit| !replaces_what_it_names(before, edit)) {
        return false;
    }
    if before.diagnostics.iter().any(|diagnostic| diagnostic.code == Code::TOO_MANY) {
        // The list was cut off, so there is nothing to compare with.
        return true;
    }
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    for diagnostic in &before.diagnostics {
        *known.entry(key(before, diagnostic)).or_default() += 1;
    }
    for edit in edits {
        known.entry(key(before, edit.diagnostic)).and_modify(|count| *count = count.saturating_sub(1));
    }
    let uncovered = Uncovered::by(edits, before, after);
    // A diagnostic that was hidden must not use up the count of one that was known.
    let mut others = after.diagnostics.iter().filter(|diagnostic| !uncovered.explains(diagnostic));
    others.all(|diagnostic| match known.get_mut(&key(after, diagnostic)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        Some(_) | None => false,
    })
}

/// Whether an edit that corrects a name replaces that name. Editing the wrong place in a text often
/// causes no diagnostic: the text is still text.
fn replaces_what_it_names(before: &Compiled, edit: &Edit<'_>) -> bool {
    if ![Code::MISSING_MEDIA, Code::UNKNOWN_REFERENCE].contains(&edit.diagnostic.code) {
        return true;
    }
    let old = before.sources.slice(edit.fix.span);
    let name = edit.diagnostic.message.split('`').nth(1).unwrap_or("");
    // In quotes, the author may have written characters as escapes.
    old.contains(name) || old.contains(['\\', '\n']) || old.contains("''")
}

/// Path, code and message, but not the line, which moves when lines above it change.
type Key<'c> = (&'c str, Code, &'c str);

fn key<'c>(compiled: &'c Compiled, diagnostic: &'c Diagnostic) -> Key<'c> {
    let path = diagnostic.span.map_or("", |span| compiled.sources.get(span.file).path());
    (path, diagnostic.code, &diagnostic.message)
}

/// What could not be seen before some edits.
struct Uncovered<'c> {
    after: &'c Compiled,
    places: Vec<Place>,
    /// Files that now parse as a whole.
    whole: BTreeSet<FileId>,
    /// Whether the deck is made for the first time.
    deck: bool,
    /// Whether the manifest changed, and with it which files are read.
    manifest: bool,
    /// Whether there may be new items that others refer to.
    items: bool,
}

/// An edit, and the part of the new text that the mistake was hiding.
struct Place {
    /// The new text's source.
    file: FileId,
    part: Range<u32>,
    /// The first layer that was hidden.
    from: Layer,
    code: Code,
    /// What the edit replaced.
    old: String,
    /// Where the new text is.
    new: Range<u32>,
    /// The end of the new text's first line.
    first_line: u32,
    /// Whether only white space changed.
    is_move: bool,
    /// Whether the file had a syntax error.
    was_broken: bool,
}

impl<'c> Uncovered<'c> {
    fn by(edits: &[Edit<'_>], before: &Compiled, after: &'c Compiled) -> Self {
        let mut uncovered = Self {
            after,
            places: Vec::new(),
            whole: BTreeSet::new(),
            deck: diag::has_errors(&before.diagnostics) && !after.diagnostics.iter().any(stops_the_deck),
            manifest: false,
            items: false,
        };
        for edits in edits.chunk_by(|a, b| a.fix.span.file == b.fix.span.file) {
            let file = edits[0].fix.span.file;
            uncovered.manifest |= is_manifest(file);
            let source = before.sources.get(file);
            // An edit to the manifest may leave a file unread and renumber the others.
            let there = after.sources.iter().find(|(_, other)| other.path() == source.path());
            if let Some((file, _)) = there {
                uncovered.add(source, file, edits);
            }
        }
        uncovered
    }

    /// Adds the edits of one file, which is the source `file` afterwards.
    fn add(&mut self, source: &Source, file: FileId, edits: &[Edit<'_>]) {
        let is_whole = yaml::is_whole(source.text());
        if !is_whole && yaml::is_whole(self.after.sources.get(file).text()) {
            self.whole.insert(file);
        }
        let items = items(file, source.text());
        let written = written(edits);
        let moved = |at: u32| {
            let before = edits.iter().zip(&written).take_while(|(edit, _)| edit.fix.span.end <= at);
            before.last().map_or(at, |(edit, new)| new.end + (at - edit.fix.span.end))
        };
        for (edit, new) in edits.iter().zip(&written) {
            let part = part(edit, source.text(), &items);
            let from = match (layer(edit.diagnostic.code), edit.diagnostic.code) {
                (Layer::Syntax, _) => Layer::Syntax,
                // The compiler did not look at the value of an unknown key.
                (Layer::Shape, Code::UNKNOWN_KEY) => Layer::Shape,
                // The compiler did not look at text that wasn't a formula yet, at a file under
                // another name, or at code whose lines were folded into one.
                (Layer::Shape, _) | (_, Code::MATH_DELIMITERS | Code::MISSING_MEDIA | Code::FOLDED_TEXT) => {
                    Layer::Meaning
                }
                (Layer::Meaning | Layer::Deck, _) => Layer::Deck,
            };
            self.items |= from == Layer::Syntax || from < Layer::Deck && part.is_none();
            let part = part.map_or(0..u32::MAX, |part| moved(part.start)..moved(part.end));
            let place = Place::of(edit, (file, source.text()), new.clone(), part, from);
            self.places.push(Place { was_broken: !is_whole, ..place });
        }
    }

    /// Whether `diagnostic` may be new.
    fn explains(&self, diagnostic: &Diagnostic) -> bool {
        let layer = layer(diagnostic.code);
        let spans = diagnostic.span.into_iter().chain(diagnostic.labels.iter().map(|label| label.span));
        let is_double = [Code::DUPLICATE_ID, Code::DUPLICATE_KEY].contains(&diagnostic.code);
        if is_double && spans.clone().any(|span| self.named(span)) {
            return false;
        }
        let in_content = diagnostic.span.is_some_and(|span| {
            !is_manifest(span.file) && self.after.sources.get(span.file).path() != "cardpress.lock"
        });
        if layer == Layer::Deck || !in_content && layer == Layer::Meaning {
            return self.deck || self.manifest;
        }
        if self.manifest && (in_content || is_choice(diagnostic.code)) || self.items && layer == Layer::Meaning {
            return true;
        }
        // Of several lines that should hold a key, only the first is reported.
        let syntax =
            |span: Span| self.places.iter().any(|place| place.file == span.file && place.from == Layer::Syntax);
        if diagnostic.code == Code::MISSING_COLON && diagnostic.span.is_some_and(syntax) {
            return true;
        }
        let is_in_whole = |span: Span| self.whole.contains(&span.file) && self.writers(span).next().is_none();
        if layer <= Layer::Shape && diagnostic.span.is_some_and(is_in_whole) {
            return true;
        }
        spans.into_iter().any(|span| self.places.iter().any(|place| place.uncovers(diagnostic.code, layer, span)))
    }

    /// The edits that wrote new text at `span` rather than just moving it.
    fn writers(&self, span: Span) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |place| place.file == span.file && !place.is_move && place.wrote(span))
    }

    /// Whether the name at `span` comes from an edit and not from the author.
    fn named(&self, span: Span) -> bool {
        let name = self.after.sources.slice(span).trim_matches(['"', '\'']);
        self.writers(span).any(|place| !place.old.contains(name))
    }
}

impl Place {
    /// An edit of `text`, which is the source `file` afterwards.
    fn of(edit: &Edit<'_>, (file, text): (FileId, &str), new: Range<u32>, part: Range<u32>, from: Layer) -> Self {
        let span = edit.fix.span;
        let old = text.get(span.start as usize..span.end as usize).unwrap_or("").to_owned();
        let dark = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace()).collect() };
        Self {
            file,
            part,
            from,
            code: edit.diagnostic.code,
            first_line: edit.fix.text.find('\n').map_or(new.end, |at| new.start + offset(at)),
            is_move: dark(&old) == dark(&edit.fix.text),
            was_broken: false,
            old,
            new,
        }
    }

    /// Whether the mistake may have hidden a diagnostic at `span`.
    fn uncovers(&self, code: Code, layer: Layer, span: Span) -> bool {
        // A mistake that is still there was not fixed.
        let end = if self.is_move { self.first_line } else { self.new.end };
        let remains = code == self.code && span.start <= end && self.new.start <= span.end;
        // What an edit wrote is valid YAML, though it may be in the wrong context.
        let context = [Code::INDENTATION, Code::SECOND_COLON, Code::MISSING_COLON].contains(&code);
        let broken = layer == Layer::Syntax && self.wrote(span) && !self.is_move && !context;
        let inside = span.file == self.file && self.part.start <= span.start && span.end <= self.part.end;
        // Which mistake of a broken item is reported depends on its keys.
        let told_otherwise = self.code == Code::UNKNOWN_KEY && self.was_broken && code == Code::INDENTATION;
        inside && !remains && !broken && (layer >= self.from || told_otherwise)
    }

    fn wrote(&self, span: Span) -> bool {
        span.start < self.new.end && self.new.start < span.end
    }
}

/// The part of a file that the fixed mistake was hiding; `None` for all of it.
fn part(edit: &Edit<'_>, text: &str, items: &[Range<u32>]) -> Option<Range<u32>> {
    let span = edit.fix.span;
    let at = edit.diagnostic.span.unwrap_or(span).start;
    if layer(edit.diagnostic.code) == Layer::Syntax {
        let around = |at: u32| yaml::part_around(text, at as usize);
        let labels = edit.diagnostic.labels.iter().filter(|label| label.span.file == span.file);
        let first = labels.map(|label| label.span.start).fold(span.start.min(at), u32::min);
        // Once one part can be read, the next may begin elsewhere.
        let end = around(span.end).end.max(around(at).end);
        let end = yaml::part_around(text, (end + 1).min(text.len())).end;
        return Some(offset(around(first).start)..offset(end));
    }
    items.iter().find(|item| (item.start..=item.end).contains(&at)).cloned()
}

/// Where the new text of each edit is.
fn written(edits: &[Edit<'_>]) -> Vec<Range<u32>> {
    let mut shift = 0;
    let places = edits.iter().map(|edit| {
        let (span, length) = (edit.fix.span, i64::from(offset(edit.fix.text.len())));
        let start = i64::from(span.start) + shift;
        shift += length - i64::from(span.end - span.start);
        let place = |at: i64| u32::try_from(at).unwrap_or(0);
        place(start)..place(start + length)
    });
    places.collect()
}

/// Where the items of a file are; empty if it doesn't have the right form.
fn items(file: FileId, text: &str) -> Vec<Range<u32>> {
    let tree = yaml::parse(file, text, &mut Sink::new());
    let spans = content::item_nodes(&tree).map(|(_, node)| tree.span(node));
    spans.map(|span| span.start..span.end).collect()
}

/// The manifest is the first source of a project.
fn is_manifest(file: FileId) -> bool {
    file.index() == 0
}

/// Whether a diagnostic is about which files are read.
fn is_choice(code: Code) -> bool {
    [Code::BAD_PATTERN, Code::NO_CONTENT, Code::UNREAD_FILE].contains(&code)
}

/// Whether `diagnostic` keeps the deck from being made.
fn stops_the_deck(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error && layer(diagnostic.code) != Layer::Deck
}
