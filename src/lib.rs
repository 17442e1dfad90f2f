//! Cardpress, a compiler for study content: YAML sources in; Anki packages, CSV,
//! Markdown handouts and printable cheatsheets out.
//!
//! ```text
//! World ─► yaml (spans) ─► schema ─► content ─► lower ─► Deck ─► backends ─► artifacts
//!                                                 └────► Collection ─► ledger ─┘
//!                        diagnostics ◄─ from every stage
//! ```
//!
//! [`compile`] is pure: the same [`world::World`] gives the same bytes. Nothing
//! in the library touches the disk, the clock or the environment.

pub mod anki;
pub mod backend;
pub mod civil;
pub mod content;
pub mod deck;
pub mod diag;
pub mod diff;
pub mod document;
pub mod explain;
pub mod fix;
mod front;
pub mod hex;
mod ledger;
pub mod lint;
pub mod lock;
pub mod lower;
pub mod markup;
#[cfg(feature = "pdf")]
pub mod press;
pub mod printable;
pub mod reader;
pub mod report;
pub mod schema;
pub mod similar;
pub mod source;
pub mod stub;
pub mod threads;
pub mod version;
pub mod words;
pub mod world;
pub mod yaml;

pub use anki::Made;
pub use ledger::{Recovered, recover};
pub use lock::release::Standing;

use std::borrow::Cow;
use std::collections::BTreeSet;

use anki::Collection;
use backend::{Artifact, Backend};
use deck::{MediaSource, Needs, Project, Wish};
use diag::{Code, Diagnostic, Severity, Sink};
use diff::Release;
use front::Reading;
use lock::Lock;
use source::Sources;
use threads::Threads;
use world::{File, World};

/// What to make; by default, nothing.
#[derive(Clone, Default)]
pub struct Options {
    /// The outputs, in the order of [`backend::ALL`].
    pub backends: Vec<&'static Backend>,
    /// Instances of other outputs to make, by their names in the manifest.
    pub instances: Vec<String>,
    /// Whether the author asked for each of them by name: then it must be made, even if the
    /// manifest leaves it out.
    pub named: bool,
    /// Breaking changes that are intended, by the names that their errors give.
    pub accept: Vec<String>,
    /// Whether it is an error if the ledger would change.
    pub locked: bool,
    /// Whether this is a release: if so, the ledger marks everything as published with the
    /// version in the manifest.
    pub release: bool,
    /// The ledger of the last release, in case the project's own has been reverted since.
    pub published: Option<File>,
    /// How many threads to work on: the result is the same for any number.
    pub threads: Threads,
}

/// The result of a compilation.
pub struct Compiled {
    /// Each artifact, with the name of its backend; none if there was an error.
    pub artifacts: Vec<(&'static str, Artifact)>,
    /// The new text of `cardpress.lock`, if it has to change and there was no error.
    pub lock: Option<String>,
    /// The difference between the build and the last release, if there is a deck.
    pub standing: Option<Standing>,
    /// What a release does in a learner's Anki, if this is one and there was no error.
    pub release: Option<Release>,
    /// Everything to report, in the order of the sources.
    pub diagnostics: Vec<Diagnostic>,
    /// The sources that the diagnostics point into.
    pub sources: Sources,
    /// The project's id; empty if there is no deck.
    pub id: String,
    /// How many notes there are in the deck.
    pub notes: usize,
    /// How many top-level topics there are.
    pub topics: usize,
    /// The ids of drafts, which were left out.
    pub drafts: Vec<String>,
    /// Data that is no longer needed.
    pub spent: Spent,
}

/// The working data of a compilation. Freeing it piece by piece takes about a twentieth of the
/// time of a build. A program that is about to exit can leave that to the system with
/// [`std::mem::forget`].
#[derive(Default)]
pub struct Spent {
    /// The deck, and what Anki stores of it, as the ledger stamped it.
    made: Option<Made>,
    /// The ledger as it was before.
    old: Option<Lock>,
    /// The new ledger, if there is a deck.
    new: Option<Lock>,
}

/// Compiles a project. If there is an error among the diagnostics, there are no artifacts and
/// the ledger stays as it is.
#[must_use]
pub fn compile(world: &World, options: &Options) -> Compiled {
    let mut artifacts = Vec::new();
    let reading = Reading {
        needs: &|project| needs(options, project, |backend| backend.needs),
        releases: &ledger::releases(world, options.published.as_ref()),
        studied: false,
        threads: options.threads,
    };
    let render: Work = |backend, made, media, found| (backend.render)(made, media, found);
    let keep = |name, artifact| artifacts.push((name, artifact));
    let mut compiled = build_with(world, options, reading, render, keep);
    if !diag::has_errors(&compiled.diagnostics) {
        compiled.artifacts = artifacts;
        let Spent { made, old, new } = &mut compiled.spent;
        if let (Some(made), Some(new)) = (made, new) {
            if options.release {
                let none = Lock::default();
                compiled.release = Some(diff::compare(&old.as_ref().unwrap_or(&none).released(), new, made));
                let date = made.deck.project.date.trim();
                new.release(made.deck.project.version.trim(), Some(date).filter(|date| !date.is_empty()));
            }
            // A ledger with the same content stays exactly as version control merged it.
            compiled.lock = if options.locked { None } else { ledger::changed(new, world) };
        }
    }
    compiled
}

/// What the outputs to make will read of notes; `of` says this for each backend.
fn needs(options: &Options, project: &Project, of: impl Fn(&Backend) -> Needs) -> Needs {
    let made = |backend: &&Backend| options.named || project.outputs.get(backend.name) != Some(&Wish::Off);
    let made = with_instances(options, project).into_iter().filter(made);
    // Explaining a stale ledger, or what a release does, names notes by their first fields.
    let told = Needs {
        fields: options.locked || options.release,
        ..Needs::default()
    };
    made.map(of).fold(told, Needs::and)
}

/// The outputs to make: those that are named, and those with an instance that is named.
fn with_instances(options: &Options, project: &Project) -> Vec<&'static Backend> {
    let named = |backend: &&Backend| {
        let whole = options.backends.iter().any(|one| one.name == backend.name);
        let names = project.instances();
        whole || names.iter().any(|(of, name)| *of == backend.name && options.instances.iter().any(|one| one == name))
    };
    backend::ALL.iter().filter(named).collect()
}

/// The names that the manifest gives to instances of outputs, each with the name of its output.
#[must_use]
pub fn instances(world: &World) -> Vec<(&'static str, String)> {
    front::instances(world)
}

/// Every file that a build reads as text, apart from the ledger.
#[must_use]
pub fn used_texts(world: &World) -> Vec<&File> {
    front::used_texts(world)
}

/// What to ask of a backend.
type Work = fn(&Backend, &Made, &dyn MediaSource, &mut Sink) -> Vec<Artifact>;

/// Compiles a project, and passes each artifact that `work` makes to `keep`, with the name of
/// its backend. The result does not have artifacts or a ledger text yet.
fn build_with(
    world: &World,
    options: &Options,
    reading: Reading<'_>,
    work: Work,
    mut keep: impl FnMut(&'static str, Artifact),
) -> Compiled {
    let mut diagnostics = Sink::new();
    let (mut sources, made) = front::read(world, reading, &mut diagnostics);
    let old = world.lock.as_ref().and_then(|file| ledger::read(file, &mut sources, &mut diagnostics));
    let published = options.published.as_ref();
    let published = published.and_then(|file| ledger::read(file, &mut sources, &mut diagnostics));
    let old = match published {
        Some(published) => Some(old.unwrap_or_default().with_published(&published)),
        None => old,
    };
    let mut spent = Spent { made, old, new: None };
    let mut compiled = Compiled {
        artifacts: Vec::new(),
        lock: None,
        standing: None,
        release: None,
        diagnostics: Vec::new(),
        sources,
        id: String::new(),
        notes: 0,
        topics: 0,
        drafts: Vec::new(),
        spent: Spent::default(),
    };
    if let Some(made) = &mut spent.made {
        let old = spent.old.as_ref();
        let new = spent.new.insert(ledger::keep(made, old, world.now, options, &mut diagnostics));
        if options.locked && !ledger::says(old, new) {
            diagnostics.extend(diff::stale(old, new, made));
        }
        let deck = &mut made.deck;
        compiled.standing = Some(Standing::of(new, deck.project.version.trim()));
        compiled.id.clone_from(&deck.project.id);
        compiled.notes = made.collection.notes.len();
        compiled.topics = deck.topics.len();
        compiled.drafts.clone_from(&deck.drafts);
        let backends = with_instances(options, &deck.project);
        // An author who names an output wants it.
        if options.named {
            deck.project.outputs.extend(backends.iter().map(|backend| (backend.name, Wish::Wanted)));
        }
        let whole: Vec<&str> = options.backends.iter().map(|backend| backend.name).collect();
        deck.project.keep_instances(&whole, &options.instances);
        // An output cannot contain two notes with the same GUID, and the mistake is in the ledger.
        let doubled = diagnostics.iter().any(|found| found.code == Code::DUPLICATE_GUID);
        for backend in backends.into_iter().filter(|_| !doubled) {
            let work = |found: &mut Sink| work(backend, made, &*world.media_source, found);
            let artifacts = asked_for(backend, &made.deck.project, work, &mut diagnostics);
            for artifact in artifacts {
                keep(backend.name, artifact);
            }
        }
    }
    compiled.diagnostics = diagnostics.into_report();
    compiled.spent = spent;
    compiled
}

/// What `work` makes of the deck for `backend`: nothing if the manifest leaves it out. If
/// nobody asked for it and it cannot be made, its errors become warnings.
fn asked_for(
    backend: &Backend,
    project: &Project,
    work: impl FnOnce(&mut Sink) -> Vec<Artifact>,
    diagnostics: &mut Sink,
) -> Vec<Artifact> {
    let wish = project.outputs.get(backend.name);
    if wish == Some(&Wish::Off) {
        return Vec::new();
    }
    let mut found = Sink::new();
    let mut made = work(&mut found);
    if backend.optional && wish.is_none() && found.has_errors() {
        made = Vec::new();
        found = found.into_iter().map(|one| skipped(one, backend.name)).collect();
    }
    diagnostics.append(found);
    made
}

/// Turns an error into a warning that the output is skipped.
fn skipped(diagnostic: Diagnostic, name: &str) -> Diagnostic {
    match diagnostic.severity {
        Severity::Warning => diagnostic,
        Severity::Error => Diagnostic { severity: Severity::Warning, ..diagnostic }.help(format!(
            "the {name} is skipped; if you do not need it, write `outputs: {{{name}: none}}` in cardpress.yaml"
        )),
    }
}

/// What to look for in addition to mistakes.
#[derive(Default)]
pub struct Lint {
    /// Rules whose findings are errors; [`lint::ALL`] means all of them.
    pub deny: Vec<String>,
    /// Known findings to ignore, by [`lint::Finding::key`].
    pub baseline: BTreeSet<String>,
    /// The outputs to check; if there are none, and no instances, all outputs.
    pub backends: Vec<&'static Backend>,
    /// Instances of other outputs to check, by their names in the manifest.
    pub instances: Vec<String>,
    /// How many threads to work on.
    pub threads: Threads,
}

/// The result of [`check`].
pub struct Checked {
    /// Everything to report; it has no artifacts.
    pub compiled: Compiled,
    /// The lint's findings, including known ones, by [`lint::Finding::key`].
    pub findings: BTreeSet<String>,
}

/// Everything that [`compile`] would report for every output, and the lint's findings in
/// sources without errors. What shows only on a typeset page, such as text over text, is
/// reported by a build.
#[must_use]
pub fn check(world: &World, accept: &[String], options: &Lint) -> Checked {
    let all = || backend::ALL.iter().collect();
    let none = options.backends.is_empty() && options.instances.is_empty();
    let backends = if none { all() } else { options.backends.clone() };
    let build = Options {
        backends,
        instances: options.instances.clone(),
        accept: accept.to_vec(),
        threads: options.threads,
        ..Options::default()
    };
    let reading = Reading {
        needs: &|project| needs(&build, project, |backend| backend.check_needs),
        releases: &ledger::releases(world, None),
        studied: true,
        threads: options.threads,
    };
    let work: Work = |backend, made, media, found| {
        (backend.check)(made, media, found);
        Vec::new()
    };
    let mut compiled = build_with(world, &build, reading, work, |_, _| {});
    let mut findings = BTreeSet::new();
    if let Some(Made { deck, .. }) = compiled.spent.made.as_ref().filter(|_| !diag::has_errors(&compiled.diagnostics)) {
        let fonts = deck.project.fonts.iter().map(|font| &font.path);
        let of_types = deck.type_media.iter().map(|(_, media)| &media.path);
        let used: BTreeSet<&String> = deck.media.iter().map(|media| &media.path).chain(fonts).chain(of_types).collect();
        let unused = world.media.iter().map(|file| &file.path).filter(|path| !used.contains(path));
        let course = lint::Course {
            deck,
            unused_media: &unused.cloned().collect::<Vec<_>>(),
            now: world.now,
            threads: options.threads,
        };
        let mut found = lint::run(&course);
        findings.extend(found.iter().map(lint::Finding::key));
        found.retain(|finding| !options.baseline.contains(&finding.key()));
        lint::deny(&mut found, &options.deny);
        compiled.diagnostics.extend(lint::gather(&course, found).into_iter().collect::<Sink>().into_report());
        compiled.diagnostics.sort_by_key(diag::order);
    }
    Checked { compiled, findings }
}

/// What a build would change for learners.
pub struct Compared {
    /// What happens to everything; `None` if there was an error.
    pub release: Option<Release>,
    /// Everything to report except breaking changes, which the release lists.
    pub diagnostics: Vec<Diagnostic>,
    /// The sources that the diagnostics point into.
    pub sources: Sources,
}

/// A release that learners have, in the form in which we know it.
pub enum Published<'p> {
    /// Its ledger.
    Ledger(&'p File),
    /// Its package.
    Package(&'p Collection),
}

/// What a build would do in the Anki of a learner who has the release `against`, or else the
/// one in the project's own ledger.
#[must_use]
pub fn compare(world: &World, against: Option<&Published<'_>>, threads: Threads) -> Compared {
    let mut diagnostics = Sink::new();
    let reading = Reading {
        needs: &|_| Needs { fields: true, ..Needs::default() },
        releases: &ledger::releases(world, None),
        studied: false,
        threads,
    };
    let (mut sources, made) = front::read(world, reading, &mut diagnostics);
    let mut read = |file| ledger::read(file, &mut sources, &mut diagnostics);
    let own = world.lock.as_ref().and_then(&mut read);
    let other = match against {
        Some(Published::Ledger(file)) => read(file),
        Some(Published::Package(_)) | None => None,
    };
    let own = own.unwrap_or_default();
    let mut release = None;
    if let Some(mut made) = made.filter(|_| !diagnostics.has_errors()) {
        let new = lock::update(&made.deck, &mut made.collection, &own, world.now, threads);
        // A package's notes are matched by the GUIDs that the ledger has just assigned.
        let old = match against {
            Some(Published::Package(package)) => lock::from_package(package, &made.deck, &made.collection),
            Some(Published::Ledger(_)) | None => other.unwrap_or(own),
        };
        // A ledger from before the first release describes what somebody built.
        let old = if old.releases.is_empty() && against.is_some() { Cow::Borrowed(&old) } else { old.released() };
        release = Some(diff::compare(&old, &new, &made));
    }
    let diagnostics = diagnostics.into_report();
    Compared { release, diagnostics, sources }
}

/// The project's own note types, as far as they can be read.
#[must_use]
pub fn note_types(world: &World) -> Vec<content::NoteTypeFolder> {
    front::own_note_types(world)
}

/// The JSON Schema of a project's content files, in which notes may have the project's own note types.
#[must_use]
pub fn content_schema(world: &World) -> String {
    let own = front::own_note_types(world);
    if own.is_empty() { schema::content_schema() } else { schema::content_schema_with(&own, lower::our_note_types()) }
}

/// The deck of a project and what Anki stores of it, for tools that look inside; `None` if it has errors.
#[must_use]
pub fn deck(world: &World) -> (Sources, Option<Made>, Vec<Diagnostic>) {
    let mut diagnostics = Sink::new();
    let reading = Reading {
        needs: &|_| Needs::ALL,
        releases: &ledger::releases(world, None),
        studied: false,
        threads: Threads::ONE,
    };
    let (sources, made) = front::read(world, reading, &mut diagnostics);
    (sources, made, diagnostics.into_report())
}
