//! The ledger's part in a compilation: reads the old one, stamps the deck, rejects breaking
//! changes, and says whether the file must change.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::Options;
use crate::anki::{Collection, Made};
use crate::deck::{Deck, Needs, Note};
use crate::diag::{Code, Diagnostic, Sink};
use crate::front::{self, Reading};
use crate::lock::{self, Lock, NoteLine, NoteTypeLine, breaking};
use crate::source::{Source, Sources, Span};
use crate::threads::Threads;
use crate::world::{File, World};

/// The ledger in `file`; `None` if it cannot be read.
pub(crate) fn read(file: &File, sources: &mut Sources, diagnostics: &mut Sink) -> Option<Lock> {
    let id = sources.add(Source::new(&file.path, String::from_utf8_lossy(&file.bytes)));
    let mut reported = Sink::new();
    let lock = lock::read(id, sources.get(id).text(), &mut reported);
    let sound = !reported.has_errors();
    diagnostics.append(reported);
    sound.then_some(lock)
}

/// The versions of the releases that the project's ledger lists, or that of the last release.
pub(crate) fn releases(world: &World, published: Option<&File>) -> BTreeSet<String> {
    let ledgers = world.lock.iter().chain(published);
    ledgers.flat_map(|file| lock::releases(&file.bytes)).collect()
}

/// Stamps `deck`, rejects changes that would cost learners something, and returns the new ledger,
/// which is meaningless if there are errors among the diagnostics.
pub(crate) fn keep(made: &mut Made, old: Option<&Lock>, now: i64, options: &Options, diagnostics: &mut Sink) -> Lock {
    let Made { deck, collection } = &mut *made;
    let none = Lock::default();
    // A different project may take over a ledger that was never released.
    let known = old.filter(|old| old.project == deck.project.id || !old.releases.is_empty()).unwrap_or(&none);
    if !known.project.is_empty() && known.project != deck.project.id {
        diagnostics.push(foreign(known, deck));
        // The outputs are still checked, as those of a deck that nobody has yet.
        return lock::update(deck, collection, &none, now, options.threads);
    }
    let mut new = lock::update(deck, collection, known, now, options.threads);
    let listed = options.accept.iter().map(|name| (name.clone(), None));
    let manifest = deck.project.accept.iter().map(|(name, span)| (name.clone(), Some(*span)));
    let accept: Vec<(String, Option<Span>)> = listed.chain(manifest).collect();
    breaking::refuse(breaking::find(&known.released(), &new, made), &accept, &mut new, diagnostics);
    // New GUIDs are all different.
    if !known.notes.is_empty() {
        diagnostics.extend(doubled(made));
    }
    new
}

/// A ledger made from a package.
pub struct Recovered {
    /// What learners have; `None` if the sources have an error.
    pub lock: Option<Lock>,
    /// Everything to report.
    pub diagnostics: Vec<Diagnostic>,
    /// The sources that the diagnostics point into.
    pub sources: Sources,
}

/// The ledger of a project whose last release was `package`. Ignores any ledger that the project already has.
#[must_use]
pub fn recover(world: &World, package: &Collection) -> Recovered {
    let mut diagnostics = Sink::new();
    let reading = Reading {
        needs: &|_| Needs::default(),
        releases: &BTreeSet::new(),
        studied: false,
        threads: Threads::ONE,
    };
    let (sources, made) = front::read(world, reading, &mut diagnostics);
    let lock = made.map(|made| lock::from_package(package, &made.deck, &made.collection));
    let diagnostics = diagnostics.into_report();
    Recovered { lock, diagnostics, sources }
}

/// The text of `new`, unless the file already says the same.
pub(crate) fn changed(new: &Lock, world: &World) -> Option<String> {
    let text = new.text();
    let same = world.lock.as_ref().is_some_and(|file| is_same_text(&file.bytes, &text));
    (!same).then_some(text)
}

/// Whether the ledger `old` says the same as `new`, in any order and any number of times: version
/// control may have merged it. A renamed note may also still be there under its old id.
pub(crate) fn says(old: Option<&Lock>, new: &Lock) -> bool {
    let Some(old) = old else { return false };
    let by_guid = || new.notes.values().map(|line| (line.guid.as_str(), line)).collect();
    let by_guid: LazyCell<BTreeMap<&str, &NoteLine>, _> = LazyCell::new(by_guid);
    let renamed = |line: &NoteLine| by_guid.get(line.guid.as_str()).is_some_and(|now| now.r#mod >= line.r#mod);
    let told = |line: &NoteLine| new.notes.get(&line.note).map_or_else(|| renamed(line), |now| line.says(now));
    let note_types = |lock: &Lock| -> Vec<NoteTypeLine> {
        lock.note_types.values().map(|line| NoteTypeLine { span: None, ..line.clone() }).collect()
    };
    new.notes.keys().all(|key| old.notes.contains_key(key))
        && old.notes.values().all(told)
        && (&old.project, &old.releases, &old.accepted) == (&new.project, &new.releases, &new.accepted)
        && (&old.decks, &old.media) == (&new.decks, &new.media)
        && note_types(old) == note_types(new)
}

/// Ignores line endings, which version control may have converted.
fn is_same_text(bytes: &[u8], text: &str) -> bool {
    let lines = |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().filter(|byte| *byte != b'\r').collect() };
    bytes == text.as_bytes() || (bytes.contains(&b'\r') && lines(bytes) == text.as_bytes())
}

fn foreign(old: &Lock, deck: &Deck) -> Diagnostic {
    let message =
        format!("this ledger belongs to the project `{}`, but this project is `{}`", old.project, deck.project.id);
    let diagnostic = Diagnostic::nowhere(Code::FOREIGN_LOCK, message)
        .help(format!(
            "if you changed the id in cardpress.yaml, put `id: {}` back: learners' history depends on it",
            old.project
        ))
        .help(
            "if this project began as a copy of another, delete cardpress.lock, so that it doesn't update the other project's notes",
        );
    Diagnostic {
        span: old.span,
        label: "a different project".to_owned(),
        ..diagnostic
    }
}

/// Reports items that share a GUID: Anki would treat them as one note.
fn doubled(made: &Made) -> Vec<Diagnostic> {
    let own = made.collection.notes.iter().map(|own| own.guid.as_str());
    let mut notes: Vec<(&str, &Note)> = own.zip(made.deck.notes().map(|(_, note)| note)).collect();
    notes.sort_by_key(|(guid, _)| *guid);
    let pairs = notes.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let told = |pair: &[(&str, &Note)]| {
        let (first, second) = (pair[0].1, pair[1].1);
        let message = format!("cardpress.lock gives `{}` and `{}` the same GUID", first.key, second.key);
        Diagnostic::error(Code::DUPLICATE_GUID, second.span, message)
            .label("the second")
            .also(first.span, "the first")
            .help(format!(
                "delete the newer item's line from cardpress.lock, either `{}` or `{}`",
                first.key, second.key
            ))
    };
    pairs.map(told).collect()
}
