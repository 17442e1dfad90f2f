//! Which project a command is about: the folder that it names, or the nearest one upward.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use cardpress::similar;

use super::load::{FOREIGN, MANIFEST};

/// The project's folder: `dir`, or else the nearest one upward from the current folder.
pub(super) fn root(dir: Option<&Path>) -> Result<PathBuf> {
    let root = match dir {
        Some(dir) => dir.to_owned(),
        None => nearest_upward()?,
    };
    if !is_project(&root) {
        bail!("no {MANIFEST} in {}; {}", root.display(), beginning(&root));
    }
    Ok(root)
}

/// The path inside the project of a file given relative to the current folder.
pub(super) fn in_project(root: &Path, file: &Path) -> Result<String> {
    let elsewhere = || anyhow!("{} is not in the project {}", file.display(), root.display());
    let whole = std::path::absolute(file).with_context(|| format!("cannot resolve the path {}", file.display()))?;
    let (folder, name) = whole.parent().zip(whole.file_name()).ok_or_else(elsewhere)?;
    // The folder may not exist yet; the project does.
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let root = root.canonicalize().with_context(|| format!("cannot read the folder {}", root.display()))?;
    let folder = folder.strip_prefix(&root).map_err(|_| elsewhere())?;
    if folder.components().any(|part| part == Component::ParentDir) {
        return Err(elsewhere());
    }
    let parts = folder.iter().chain([name]).map(|part| part.to_str().ok_or_else(elsewhere));
    Ok(parts.collect::<Result<Vec<_>>>()?.join("/"))
}

/// The folder of the project that contains the file at `path`.
pub(super) fn root_of(path: &Path) -> Result<PathBuf> {
    let whole = std::path::absolute(path).with_context(|| format!("cannot resolve the path {}", path.display()))?;
    let found = whole.ancestors().skip(1).find(|dir| is_project(dir));
    let found =
        found.with_context(|| format!("{} isn't in a project: no folder above it has a {MANIFEST}", path.display()))?;
    let here = std::env::current_dir().unwrap_or_default();
    let shown = found.strip_prefix(&here).unwrap_or(found);
    Ok(if shown.as_os_str().is_empty() { PathBuf::from(".") } else { shown.to_owned() })
}

/// Whether `dir` is a project's folder.
pub(super) fn is_project(dir: &Path) -> bool {
    dir.join(MANIFEST).is_file()
}

fn nearest_upward() -> Result<PathBuf> {
    let here = std::env::current_dir().context("cannot find the current folder")?;
    if let Some(found) = here.ancestors().find(|dir| is_project(dir)) {
        return Ok(found.to_owned());
    }
    let mut below = Vec::new();
    // A git hook runs at the top of its repository.
    if here.join(".git").exists() {
        projects_below(&here, Path::new(""), DEPTH, &mut below);
    }
    below.sort();
    match &below[..] {
        [one] => Ok(one.clone()),
        [] => bail!("no {MANIFEST} in {} or any folder above it; {}", here.display(), beginning(&here)),
        several => {
            let named: Vec<String> = several.iter().take(5).map(|dir| dir.display().to_string()).collect();
            bail!("there are several projects here: {}; name the folder of one", named.join(", "))
        }
    }
}

/// A repository's projects are at most this many folders deep.
const DEPTH: usize = 3;

/// The projects in the folders of `dir`, with paths as `shown` from the current folder.
fn projects_below(dir: &Path, shown: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let hidden = name.as_encoded_bytes().starts_with(b".");
        let foreign = name.to_str().is_none_or(|name| FOREIGN.contains(&name));
        if hidden || foreign || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        let shown = shown.join(&name);
        if is_project(&entry.path()) {
            found.push(shown);
        } else if depth > 1 {
            projects_below(&entry.path(), &shown, depth - 1, found);
        }
    }
}

/// How to get a project in `dir`, which has no manifest: perhaps a file with a similar name is meant.
fn beginning(dir: &Path) -> String {
    let names =
        fs::read_dir(dir).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let meant = |name: &String| {
        let lower = name.to_lowercase();
        let stem = lower.strip_suffix(".txt").unwrap_or(&lower);
        let stem = stem.strip_suffix(".yaml").or_else(|| stem.strip_suffix(".yml"));
        stem.is_some_and(|stem| stem == "cardpress" || similar::name(stem, ["cardpress"].into_iter()).is_some())
    };
    match names.filter(meant).min() {
        Some(name) => format!("found {name}: rename it to {MANIFEST}"),
        None => "run `cardpress init FOLDER` to create a project in a new folder".to_owned(),
    }
}
