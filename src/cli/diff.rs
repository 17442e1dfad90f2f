//! `cardpress diff`: what a release does in a learner's Anki, before it ships.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use cardpress::anki::Collection;
use cardpress::reader;
use cardpress::world::File;
use cardpress::{Published, compare, diff, yaml};
use clap::{Args, ValueEnum, ValueHint};

use super::show::{Format, Look};
use super::{data, disk, find, git, load, lock, release, threads};

/// Show what a release would change in a learner's Anki
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress diff                                     since the last release
  cardpress diff --against anatomy.apkg              since the package that learners have
  cardpress diff --against v1.2.0 --format markdown  upgrade notes since that tag")]
pub(super) struct Arguments {
    /// Project folder [default: the nearest one upward with a cardpress.yaml]
    #[arg(value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// What learners have: a cardpress.lock, a package, or a git revision with a
    /// cardpress.lock [default: the last release]
    #[arg(long, value_name = "LOCK|FILE.apkg|GIT-REV")]
    against: Option<String>,
    /// How to show the changes
    #[arg(long, value_enum, default_value = "human")]
    format: Shape,
    #[command(flatten)]
    look: Look,
}

/// What the comparison is for.
#[derive(Clone, Copy, ValueEnum)]
enum Shape {
    /// For the author
    Human,
    /// One JSON document
    Json,
    /// Upgrade notes for a release page
    Markdown,
}

/// Compares. Breaking changes are shown, not rejected.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut clock = arguments.look.clock();
    let project = load::project(&find::root(arguments.dir.as_deref())?)?;
    clock.lap(|| project.counts());
    let against = if let Some(name) = arguments.against.as_deref() {
        Some(Found::of(&project.root, name)?)
    } else {
        let tagged = git::last_release(&project.root);
        release::published(&project.world, tagged.as_ref()).cloned().map(Found::Ledger)
    };
    let compared = compare(&project.world, against.as_ref().map(Found::published).as_ref(), threads());
    clock.lap(|| "compared".to_owned());
    let code = arguments.look.report(Format::Human, &project.root, &compared.sources, &compared.diagnostics)?;
    if let Some(release) = &compared.release {
        data(&match arguments.format {
            Shape::Human => diff::human(release),
            Shape::Json => diff::json(release),
            Shape::Markdown => diff::markdown(release),
        })?;
    }
    Ok(code)
}

/// What `--against` names, already read.
enum Found {
    Ledger(File),
    Package(Collection),
}

impl Found {
    /// A file, or else the project's own ledger at a git revision.
    fn of(root: &Path, name: &str) -> Result<Self> {
        let path = Path::new(name);
        if !path.is_file() {
            return git::ledger(root, name).map(Self::Ledger);
        }
        if reader::of(name).is_some() {
            return lock::published(path).map(Self::Package);
        }
        let read = disk::open(path).and_then(|file| disk::bytes(file, yaml::MAX_BYTES as u64));
        let bytes = read.with_context(|| format!("cannot read {name}"))?;
        Ok(Self::Ledger(File { path: name.to_owned(), bytes }))
    }

    fn published(&self) -> Published<'_> {
        match self {
            Self::Ledger(file) => Published::Ledger(file),
            Self::Package(package) => Published::Package(package),
        }
    }
}
