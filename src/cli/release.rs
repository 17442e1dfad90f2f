//! `cardpress release`: publishes the current sources. It rejects changes that would cost
//! learners something, writes the version into the manifest, marks the release in the ledger,
//! and builds every output and the upgrade notes. Manifest and ledger change together: from the
//! moment the release is made until both files are in place, a journal next to them holds both
//! new texts, and the next command, whichever it is, finishes an interrupted release.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use cardpress::backend::{self, Artifact};
use cardpress::content::released;
use cardpress::version::{Step, Version};
use cardpress::world::{File, World};
use cardpress::{Compiled, Options, Standing, civil, compile, diff, lock};
use clap::{Args, ValueHint};

use super::journal::Journal;
use super::load::{self, Project};
use super::show::{Format, Look};
use super::write::{self, Outputs};
use super::{count, counts, data, exclusive, find, git, journal, message, progress, threads};

/// Publish a release: version, ledger, outputs and upgrade notes
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress release 1.0.0            the first release
  cardpress release minor            the next one: 1.1.0
  cardpress release minor --dry-run  show what it would do, and change nothing
  cardpress release --check          in CI, for a tag: check that it names this release")]
pub(super) struct Arguments {
    /// The new version, or which number of the last one to raise: major, minor or patch.
    /// With --check, the version that must have been released
    #[arg(value_name = "VERSION", required_unless_present = "check")]
    version: Option<String>,
    /// Project folder [default: the nearest one upward with a cardpress.yaml]
    #[arg(value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Where to write the outputs [default: `dist` in the project folder]
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Accept a change that would cost learners something, by the name in its error
    #[arg(long, value_name = "CODE=NAME")]
    accept: Vec<String>,
    /// Show what the release would do, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Check that the tag, the manifest and the ledger name the same release, and that
    /// nothing has changed since
    #[arg(long, conflicts_with_all = ["dry_run", "accept", "out"])]
    check: bool,
    /// Also replace files that no build made, or that were changed since
    #[arg(long)]
    force: bool,
    /// How to show diagnostics
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    look: Look,
}

impl Arguments {
    /// The folder, when it is the only thing that a `--check` names.
    fn only_folder(&self) -> Option<&Path> {
        let folder = Path::new(self.version.as_deref()?);
        (self.check && self.dir.is_none() && find::is_project(folder)).then_some(folder)
    }
}

/// The name of the upgrade notes among the outputs.
const NOTES: &str = "upgrade-notes.md";
/// Their backend, as listed in the output folder's manifest.
const BY: &str = "release";

/// Releases, or checks a release.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = find::root(arguments.dir.as_deref().or(arguments.only_folder()))?;
    let exclusive = exclusive::folder(&root);
    let mut project = load::project(&root)?;
    if arguments.check {
        return check(arguments, &project);
    }
    let out = load::out(arguments.out.as_deref(), &root);
    load::refuse_as_output(&out, &project)?;
    let tagged = git::last_release(&root);
    let published = published(&project.world, tagged.as_ref());
    let version = version(arguments.version.as_deref().unwrap_or_default(), &project.world, published)?;
    let manifest = manifest(&project.world, &version)?;
    project.world.manifest.bytes = manifest.clone().into_bytes();
    let options = Options {
        backends: backend::ALL.iter().collect(),
        accept: arguments.accept.clone(),
        release: true,
        published: published.cloned(),
        threads: threads(),
        ..Options::default()
    };
    let mut made = progress::during("compiling", || compile(&project.world, &options));
    let code = arguments.look.report(arguments.format, &root, &made.sources, &made.diagnostics)?;
    let (Some(release), ExitCode::SUCCESS) = (&made.release, code) else { return Ok(code) };
    if arguments.dry_run {
        data(&diff::human(release))?;
        arguments.look.done(&format!("cardpress: {version} would have {}; nothing was changed\n", counts(&made)));
        return Ok(code);
    }
    let Some(ledger) = &made.lock else { bail!("cardpress.lock already has the release {version}") };
    let settled = Journal { manifest, ledger: ledger.clone() };
    made.artifacts.push((BY, Artifact::file(NOTES, diff::markdown(release))));
    publish(&project, &out, &exclusive, &made, &settled, arguments.force)?;
    arguments.look.done(&format!(
        "cardpress: released {version}: {} in {} ({})\n{}",
        count(made.artifacts.len(), "file"),
        out.display(),
        counts(&made),
        next_steps(&version, &git::tag_for(&version, tagged.as_ref())),
    ));
    Ok(code)
}

/// What the author does next with a release.
fn next_steps(version: &Version, tag: &str) -> String {
    format!(
        "next: git add -A && git commit -m \"Release {version}\"\n      git tag {tag} && git push && git push origin {tag}\n      \
         upload the package with {NOTES}\n"
    )
}

/// Places the outputs, then the manifest and the ledger.
fn publish(
    project: &Project,
    out: &Path,
    exclusive: &exclusive::Exclusive,
    made: &Compiled,
    settled: &Journal,
    force: bool,
) -> Result<()> {
    let mut ran: Vec<&str> = backend::ALL.iter().map(|backend| backend.name).collect();
    ran.push(BY);
    let outputs = Outputs {
        project: &made.id,
        artifacts: &made.artifacts,
        ran: &ran,
        media: &project.media,
        ledger: None,
        force,
    };
    // Before the outputs, so that a full disk is noticed while nothing has changed.
    let journal = settled.stage(&project.root)?;
    let edited = progress::during("writing", || write::write(out, exclusive, &outputs))?;
    write::tell_of(&edited);
    journal.place().context("the outputs are new, but nothing was released")?;
    journal::finish(&project.root)
}

/// The ledger of the last release that git knows about, unless the project's own ledger has a
/// later one.
pub(super) fn published<'t>(world: &World, tagged: Option<&'t git::Tagged>) -> Option<&'t File> {
    let ledger = &tagged?.ledger;
    let own = world.lock.as_ref().and_then(|file| lock::last_release(&file.bytes));
    (lock::last_release(&ledger.bytes) >= own).then_some(ledger)
}

/// The requested version, which must be later than every earlier one.
fn version(wanted: &str, world: &World, published: Option<&File>) -> Result<Version> {
    let last = world.lock.iter().chain(published).filter_map(|file| lock::last_release(&file.bytes)).max();
    let step = match wanted {
        "major" => Some(Step::Major),
        "minor" => Some(Step::Minor),
        "patch" => Some(Step::Patch),
        _ => None,
    };
    let version = match step {
        Some(step) => match &last {
            Some(last) => last.next(step),
            None => bail!(
                "nothing has been released yet, so there is no {wanted} number to raise; give the first version: `cardpress release 1.0.0`"
            ),
        },
        None => Version::parse(wanted.strip_prefix('v').unwrap_or(wanted)).with_context(|| {
            format!("`{wanted}` isn't a version; write numbers such as 1.2.0, or major, minor or patch")
        })?,
    };
    match last {
        Some(last) if version <= last => {
            bail!(
                "{version} isn't later than {last}, the last release; `cardpress release minor` makes {}",
                last.next(Step::Minor)
            )
        }
        _ => Ok(version),
    }
}

/// The manifest's text with the version and today's date.
fn manifest(world: &World, version: &Version) -> Result<String> {
    let text = std::str::from_utf8(&world.manifest.bytes).context("cardpress.yaml isn't UTF-8")?;
    let date = civil::date(world.now);
    released::manifest(text, version.text(), &date).with_context(|| {
        format!("cannot write the version into {}: add a line `version: {version}` to it", load::MANIFEST)
    })
}

/// Whether the tag, the manifest and the ledger agree.
fn check(arguments: &Arguments, project: &Project) -> Result<ExitCode> {
    let options = Options {
        locked: true,
        threads: threads(),
        ..Options::default()
    };
    let made = compile(&project.world, &options);
    let code = arguments.look.report(arguments.format, &project.root, &made.sources, &made.diagnostics)?;
    let (Some(standing), ExitCode::SUCCESS) = (&made.standing, code) else { return Ok(code) };
    let wanted = match arguments.version.as_deref() {
        Some(tag) if arguments.only_folder().is_none() => {
            vec![(git::version(tag).with_context(|| format!("`{tag}` isn't a version tag"))?, tag.to_owned())]
        }
        _ => git::tags_here(&project.root),
    };
    let faults = faults(standing, &wanted);
    for fault in &faults {
        message(&format!("cardpress: {fault}\n"));
    }
    if faults.is_empty() {
        arguments.look.done(&format!("cardpress: {} is released, and the sources match it\n", standing.version));
    }
    Ok(ExitCode::from(u8::from(!faults.is_empty())))
}

/// What is wrong with a release, each problem with a remedy.
fn faults(standing: &Standing, tags: &[(Version, String)]) -> Vec<String> {
    let manifest = &standing.version;
    let mut faults = Vec::new();
    match &standing.since {
        None => faults.push(format!("cardpress.lock has no release; run `cardpress release {manifest}` and commit the changes")),
        Some(last) if last != manifest => faults.push(format!(
            "cardpress.yaml says {manifest}, but the last release in cardpress.lock is {last}; `cardpress release` writes both"
        )),
        Some(last) if !standing.is_released => {
            faults.push(format!("the sources changed {}; release them with a new version", since(standing, last)));
        }
        Some(_) => {}
    }
    if tags.is_empty() {
        faults.push(format!("this commit has no version tag; tag the release commit: `git tag v{manifest}`"));
    } else if !tags.iter().any(|(version, _)| Version::parse(manifest).is_some_and(|own| own == *version)) {
        let names: Vec<&str> = tags.iter().map(|(_, tag)| tag.as_str()).collect();
        faults.push(format!("the tag {} doesn't match {manifest}, the version in cardpress.yaml", names.join(", ")));
    }
    faults
}

/// How a build relates to the last release, as a phrase for the author.
pub(super) fn standing(standing: &Standing) -> String {
    match &standing.since {
        None => "not released yet".to_owned(),
        Some(version) => since(standing, version),
    }
}

fn since(standing: &Standing, version: &str) -> String {
    let Standing { changed, new, retired, left, .. } = standing;
    let notes = changed + new + retired + left;
    let left = match *left {
        0 if notes == 0 && !standing.is_released => "; note types, decks or media differ".to_owned(),
        0 => String::new(),
        left => format!(", {left} removed"),
    };
    format!("since {version}: {changed} changed, {new} new, {retired} retired{left}")
}
