//! Makes certain fixes in the sources. Only the places that a fix names change;
//! every other byte stays, line endings and byte order marks included. An edit that
//! gives a file a new fault is undone.

mod sound;

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Fix};
use crate::source::{FileId, Sources, Span, floor_char};
use crate::world::{File, World};
use crate::{Compiled, Options, compile};

/// A fix may uncover another fault or overlap with another fix; what is left
/// after this many passes cannot be fixed.
const PASSES: usize = 10;

/// The number of compilations spent on finding harmful edits; edits not
/// tested by then are left to the author.
const TRIALS: usize = 100;

/// The result of fixing a project.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The files that changed, in the order of their paths.
    pub fixed: Vec<Fixed>,
    /// One error for each edit that was not made because it would have done harm. They
    /// point into the sources as they are now.
    pub failed: Vec<Diagnostic>,
}

/// A source in which something was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// Path relative to the project.
    pub path: String,
    /// Its contents before.
    pub before: Vec<u8>,
    /// Its contents now.
    pub after: Vec<u8>,
    /// How many faults of each code were fixed.
    pub codes: BTreeMap<Code, usize>,
    /// What was replaced, pass by pass: places in the text that the previous pass left, in order
    /// and not touching, with their new texts.
    pub passes: Vec<Vec<Fix>>,
}

/// Makes every certain fix in `world`, in passes, and reports where.
#[must_use]
pub fn all(world: &mut World) -> Outcome {
    // No output has fixes of its own, and some take long to build.
    let options = Options::default();
    with(world, &|world| compile(world, &options))
}

/// The same, with diagnostics from `look`.
fn with(world: &mut World, look: &dyn Fn(&World) -> Compiled) -> Outcome {
    let mut fixed: BTreeMap<String, Fixed> = BTreeMap::new();
    let (mut harmful, mut harmful_before) = (BTreeSet::new(), BTreeSet::new());
    let mut changed = false;
    let mut trials = TRIALS;
    let mut now = look(world);
    for _ in 0..PASSES {
        let edits = proposed(&now, world, &harmful);
        let mut pass = Pass {
            before: &now,
            world,
            look,
            trials,
            made: Vec::new(),
            after: None,
            harmful: &mut harmful,
        };
        pass.settle(&edits);
        trials = pass.trials;
        let Some(after) = pass.after.take() else {
            if !changed || harmful.is_empty() || trials == 0 {
                break;
            }
            // An edit that did harm alongside other faults may do none without them.
            harmful_before.append(&mut harmful);
            changed = false;
            continue;
        };
        changed = true;
        let made = std::mem::take(&mut pass.made);
        record(&now.sources, world, &made, &mut fixed);
        now = after;
    }
    harmful.append(&mut harmful_before);
    Outcome {
        fixed: fixed.into_values().collect(),
        failed: failed(&now, &harmful),
    }
}

/// A certain fix and the fault that it fixes.
#[derive(Debug, Clone, Copy)]
struct Edit<'d> {
    diagnostic: &'d Diagnostic,
    fix: &'d Fix,
}

impl Edit<'_> {
    /// Identifies an edit even after its place has moved.
    fn key(&self, sources: &Sources) -> Key {
        let source = sources.get(self.fix.span.file);
        let place = source.position(self.fix.span.start);
        let old = sources.slice(self.fix.span).to_owned();
        (source.path().to_owned(), place.line, self.diagnostic.code, old, self.fix.text.clone())
    }
}

/// Path, line, code, old and new text.
type Key = (String, usize, Code, String, String);

/// The certain fixes that can be made at once, in the order of their places. If some touch each
/// other, the first is made and the others wait for the next pass.
fn proposed<'d>(now: &'d Compiled, world: &World, harmful: &BTreeSet<Key>) -> Vec<Edit<'d>> {
    let all = now.diagnostics.iter().filter_map(|diagnostic| {
        let fix = diagnostic.certain_fix()?;
        Some(Edit { diagnostic, fix })
    });
    // When a key is given twice, one value may be wrong and the other already right.
    let changes = all.filter(|edit| now.sources.slice(edit.fix.span) != edit.fix.text);
    // If a file isn't UTF-8, its bytes differ from its text.
    let readable = changes.filter(|edit| {
        let source = now.sources.get(edit.fix.span.file);
        file(world, source.path()).is_some_and(|file| file.bytes == source.text().as_bytes())
    });
    let harmless = readable.filter(|edit| harmful.is_empty() || !harmful.contains(&edit.key(&now.sources)));
    apart(harmless.collect())
}

fn apart(mut edits: Vec<Edit<'_>>) -> Vec<Edit<'_>> {
    edits.sort_by_key(|edit| edit.fix.span);
    let mut last: Option<Span> = None;
    edits.retain(|edit| {
        let span = edit.fix.span;
        let free = last.is_none_or(|last| last.file != span.file || span.start > last.end);
        if free {
            last = Some(span);
        }
        free
    });
    edits
}

/// The edits of one pass; those known to be sound are already in the world.
struct Pass<'p, 'd> {
    before: &'d Compiled,
    world: &'p mut World,
    look: &'p dyn Fn(&World) -> Compiled,
    trials: usize,
    made: Vec<Edit<'d>>,
    /// What the compiler reports for the world with `made` in it, if anything was made.
    after: Option<Compiled>,
    harmful: &'p mut BTreeSet<Key>,
}

impl<'d> Pass<'_, 'd> {
    /// Makes `edits` together or, failing that, each half of them, down to the ones that do harm.
    fn settle(&mut self, edits: &[Edit<'d>]) {
        if edits.is_empty() || self.trials == 0 {
            return;
        }
        self.trials -= 1;
        let mut tried = self.made.clone();
        tried.extend(edits);
        tried.sort_by_key(|edit| edit.fix.span);
        self.put(&tried, edits);
        let after = (self.look)(self.world);
        if sound::is_sound(self.before, &after, &tried) {
            self.made = tried;
            self.after = Some(after);
            return;
        }
        self.put(&self.made.clone(), edits);
        if let [edit] = edits {
            self.harmful.insert(edit.key(&self.before.sources));
            return;
        }
        let (first, second) = edits.split_at(edits.len() / 2);
        self.settle(first);
        self.settle(second);
    }

    /// Writes the files that the edits in `touched` are in, with `edits` made.
    fn put(&mut self, edits: &[Edit<'d>], touched: &[Edit<'d>]) {
        let files: BTreeSet<FileId> = touched.iter().map(|edit| edit.fix.span.file).collect();
        for id in files {
            let here: Vec<&Fix> = edits.iter().map(|edit| edit.fix).filter(|fix| fix.span.file == id).collect();
            let text = apply(&self.before.sources, id, &here);
            if let Some(file) = file_mut(self.world, self.before.sources.get(id).path()) {
                file.bytes = text.into_bytes();
            }
        }
    }
}

fn file<'w>(world: &'w World, path: &str) -> Option<&'w File> {
    world.texts().find(|file| file.path == path)
}

fn file_mut<'w>(world: &'w mut World, path: &str) -> Option<&'w mut File> {
    std::iter::once(&mut world.manifest)
        .chain(&mut world.files)
        .chain(&mut world.templates)
        .find(|file| file.path == path)
}

/// The text of `file` with `fixes` made, which are in order and don't overlap.
#[must_use]
pub fn apply(sources: &Sources, file: FileId, fixes: &[&Fix]) -> String {
    let text = sources.get(file).text();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for fix in fixes {
        let start = floor_char(text, fix.span.start as usize).max(at);
        let end = floor_char(text, fix.span.end as usize).max(start);
        out.push_str(&text[at..start]);
        out.push_str(&fix.text);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// Records what a pass changed.
fn record(before: &Sources, world: &World, made: &[Edit<'_>], fixed: &mut BTreeMap<String, Fixed>) {
    for edits in made.chunk_by(|a, b| a.fix.span.file == b.fix.span.file) {
        let source = before.get(edits[0].fix.span.file);
        let Some(file) = file(world, source.path()) else { continue };
        let entry = fixed.entry(file.path.clone()).or_insert_with(|| Fixed {
            path: file.path.clone(),
            before: source.text().as_bytes().to_vec(),
            after: Vec::new(),
            codes: BTreeMap::new(),
            passes: Vec::new(),
        });
        entry.after.clone_from(&file.bytes);
        entry.passes.push(edits.iter().map(|edit| edit.fix.clone()).collect());
        for edit in edits {
            *entry.codes.entry(edit.diagnostic.code).or_default() += 1;
        }
    }
}

/// One error for each harmful edit that is still proposed.
fn failed(now: &Compiled, harmful: &BTreeSet<Key>) -> Vec<Diagnostic> {
    let proposed = now.diagnostics.iter().filter_map(|diagnostic| {
        let fix = diagnostic.certain_fix()?;
        Some(Edit { diagnostic, fix })
    });
    let known = proposed.filter(|edit| harmful.contains(&edit.key(&now.sources)));
    let report = |edit: Edit<'_>| {
        let code = edit.diagnostic.code;
        Diagnostic::error(Code::FIX_FAILED, edit.fix.span, format!("the fix for `{code}` would break something else"))
            .label("left as it is")
            .help("fix this place by hand")
            .help("this is a bug in Cardpress; please report it, and include this part of the file")
    };
    known.map(report).collect()
}

#[cfg(test)]
mod tests;
