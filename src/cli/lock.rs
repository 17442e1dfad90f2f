//! `cardpress lock`: recreates `cardpress.lock` from a published package, for a project that
//! lost its ledger or never had one.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use cardpress::anki::Collection;
use cardpress::{reader, recover};
use clap::{Args, ValueHint};

use super::show::{Format, Look};
use super::{count, disk, exclusive, find, load, message, write};

/// Recreate cardpress.lock from the last published package
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress lock --from anatomy.apkg            recreate a lost ledger
  cardpress lock --from anatomy.apkg --force    replace one that isn't what learners have")]
pub(super) struct Arguments {
    /// Project folder [default: the nearest one upward with a cardpress.yaml]
    #[arg(value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// The package that learners have: an .apkg from Cardpress, or one exported from Anki
    #[arg(long, value_name = "FILE.apkg")]
    from: PathBuf,
    /// Replace an existing cardpress.lock
    #[arg(long)]
    force: bool,
    /// How to show diagnostics
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    look: Look,
}

/// Recovers the ledger. If the sources have an error, it writes nothing.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = find::root(arguments.dir.as_deref())?;
    let _exclusive = exclusive::folder(&root);
    let target = root.join(load::LOCK);
    if !arguments.force && target.symlink_metadata().is_ok() {
        bail!("{} already exists; --force replaces it", target.display());
    }
    let package = published(&arguments.from)?;
    let project = load::project(&root)?;
    let recovered = recover(&project.world, &package);
    let code = arguments.look.report(arguments.format, &root, &recovered.sources, &recovered.diagnostics)?;
    let Some(lock) = recovered.lock else { return Ok(code) };
    let (all, unknown) = (lock.notes.len(), lock.unknown());
    if unknown == all {
        let id = &lock.project;
        bail!(
            "none of the notes in {} belongs to the project `{id}`; was it published under a different id?",
            arguments.from.display()
        );
    }
    write::replace(&target, lock.text().as_bytes())?;
    message(&format!("cardpress: wrote {} with {}\n", target.display(), count(all - unknown, "note")));
    if unknown > 0 {
        message(&format!(
            "cardpress: {} in the package without an item here; run `cardpress check` to see what to do\n",
            count(unknown, "note")
        ));
    }
    Ok(code)
}

/// What is in the published file at `path`. One whose name has no known ending is taken for a package.
pub(super) fn published(path: &Path) -> Result<Collection> {
    let mut file = disk::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let reader = reader::of(&path.to_string_lossy()).unwrap_or(&reader::ALL[0]);
    (reader.read)(&mut file).map_err(|failure| {
        let remedy = "download it again from where it was published, or export it again from Anki";
        anyhow!("cannot read {}: {failure}\n{remedy}", path.display())
    })
}
