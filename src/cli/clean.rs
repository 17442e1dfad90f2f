//! `cardpress clean`: removes what `build` made, according to its manifest. It keeps files that
//! someone has changed since, and everything that is not listed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueHint};

use super::manifest::{Entry, MANIFEST, Manifest};
use super::{count, data, exclusive, find, foreign, load, message, write};

/// Remove what `build` made, and nothing else
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress clean                     remove the files that dist/manifest.json lists
  cardpress clean -o out --dry-run    print what it would remove from out")]
pub(super) struct Arguments {
    /// Project folder [default: the nearest one upward with a cardpress.yaml], or a folder of outputs
    #[arg(value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Where the outputs are [default: `dist` in the project folder]
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Print what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    /// Also remove files that were changed since they were built
    #[arg(long)]
    force: bool,
}

/// The files in a folder that a manifest lists.
#[derive(Default)]
struct Listed {
    remove: Vec<PathBuf>,
    edited: Vec<PathBuf>,
    keep: Vec<Entry>,
}

/// Removes the files, or only prints what it would remove.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let out = &out(arguments)?;
    let path = out.join(MANIFEST);
    if !path.is_file() {
        message(&format!("cardpress: nothing to remove: {} does not exist\n", path.display()));
        return Ok(ExitCode::SUCCESS);
    }
    let _outputs = (!arguments.dry_run).then(|| exclusive::folder(out));
    let earlier = Manifest::read(out)?;
    let listed = sort_out(out, &earlier, arguments.force)?;
    write::tell_of(&listed.edited);
    let whole = listed.keep.is_empty();
    if arguments.dry_run {
        let files = listed.remove.iter().chain(whole.then_some(&path));
        data(&files.map(|file| format!("{}\n", file.display())).collect::<String>())?;
        return Ok(ExitCode::SUCCESS);
    }
    listed.remove.iter().try_for_each(|file| write::remove(out, file))?;
    if whole {
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        // If there is anything else in it, it stays.
        let _ = fs::remove_dir(out);
    } else {
        let manifest = Manifest::of(&earlier.project, listed.keep, Vec::new());
        write::replace(&path, manifest.json().context("cannot write the manifest")?.as_bytes())?;
    }
    let removed = listed.remove.len() + usize::from(whole);
    message(&format!("cardpress: removed {} from {}\n", count(removed, "file"), out.display()));
    Ok(ExitCode::SUCCESS)
}

/// The folder to clean.
fn out(arguments: &Arguments) -> Result<PathBuf> {
    match (&arguments.out, &arguments.dir) {
        (Some(out), _) => Ok(out.clone()),
        (None, Some(dir)) if !find::is_project(dir) && dir.join(MANIFEST).is_file() => Ok(dir.clone()),
        (None, dir) => Ok(load::out(None, &find::root(dir.as_deref())?)),
    }
}

/// A file reached through a link that leads outside isn't ours to remove; a missing file needs
/// no removal.
fn sort_out(out: &Path, manifest: &Manifest, force: bool) -> Result<Listed> {
    let mut listed = Listed::default();
    for (file, entry) in foreign::standing(out, manifest)? {
        if !foreign::is_below(write::folder_of(&file), out) {
            continue;
        }
        if force || entry.is_unchanged(&file)? {
            listed.remove.push(file);
        } else {
            listed.keep.push(entry.clone());
            listed.edited.push(file);
        }
    }
    Ok(listed)
}
