//! `cardpress diff`: what a release does in a learner's Anki, before it ships.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use cardpress::package::Package;
use cardpress::world::File;
use cardpress::{Published, compare, diff, yaml};
use clap::{Args, ValueEnum};

use super::show::{Format, Look};
use super::{data, disk, load, lock, threads};

/// Show what a release does in a learner's Anki
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress diff                                     since the last build
  cardpress diff --against anatomy.apkg              since the package that learners have
  cardpress diff --against v1.2.0 --format markdown  upgrade notes since that tag")]
pub(super) struct Arguments {
    /// Project folder; without it, the nearest one upward with a cardpress.yaml
    dir: Option<PathBuf>,
    /// What learners have: a cardpress.lock, a package, or a git revision that
    /// has a cardpress.lock; without it, the project's cardpress.lock
    #[arg(long, value_name = "LOCK|FILE.apkg|GIT-REV")]
    against: Option<String>,
    /// How to show it
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

/// Compares; breaking changes are shown, not refused.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut clock = arguments.look.clock();
    let project = load::project(&load::root(arguments.dir.as_deref())?)?;
    clock.lap(|| project.counts());
    let against = arguments.against.as_deref().map(|name| Found::of(&project.root, name)).transpose()?;
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

/// What `--against` names, read.
enum Found {
    Ledger(File),
    Package(Package),
}

impl Found {
    /// A file, or else the project's own ledger at a revision.
    fn of(root: &Path, name: &str) -> Result<Self> {
        let path = Path::new(name);
        if !path.is_file() {
            return at_revision(root, name).map(Self::Ledger);
        }
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        if ending == "apkg" || ending == "colpkg" {
            return lock::package(path).map(Self::Package);
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

/// The project's own ledger as git has it at the revision `name`.
fn at_revision(root: &Path, name: &str) -> Result<File> {
    let object = format!("{name}:./{}", load::LOCK);
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(["show", "--end-of-options", &object]);
    let output =
        git.output().with_context(|| format!("there is no file {name}, and git could not be asked for a revision"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{name} is neither a file nor a git revision with a {}: {}", load::LOCK, said.trim());
    }
    Ok(File {
        path: format!("{name}:{}", load::LOCK),
        bytes: output.stdout,
    })
}
