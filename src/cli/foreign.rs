//! Whose the files of an output folder are: a build replaces only what an earlier build made.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Result, bail};

use super::manifest::{self, Entry, MANIFEST, Manifest};
use super::stage::Staged;

pub(super) const UNCHANGED: &str = "nothing was changed";

/// Rejects a folder with the outputs of a different project: all of them would count as stale.
pub(super) fn refuse_another(out: &Path, project: &str, earlier: &Manifest) -> Result<()> {
    if earlier.project.is_empty() || earlier.project == project || standing(out, earlier)?.is_empty() {
        return Ok(());
    }
    bail!(
        "{} holds the outputs of a different project, {:?}: choose another folder with --out, or replace them with --force",
        out.display(),
        earlier.project,
    )
}

/// This many names are enough to show what is wrong with a folder.
const MOST_NAMED: usize = 5;

/// Refuses to replace files that no build made, or that were changed since. If a file already
/// has exactly the new bytes, nothing is lost.
pub(super) fn refuse_foreign(staged: &[Staged], entries: &[Entry], earlier: &Manifest) -> Result<()> {
    let known = earlier.by_path();
    let mut foreign = Vec::new();
    for (file, entry) in staged.iter().zip(entries) {
        let place = &file.target;
        let Ok(metadata) = fs::symlink_metadata(place) else { continue };
        let mut ours = vec![entry];
        ours.extend(known.get(entry.path.as_str()).into_iter().flatten());
        if !metadata.is_file() || !manifest::there(place, &ours)?.is_unchanged(place)? {
            foreign.push(place.display().to_string());
        }
    }
    if foreign.is_empty() {
        return Ok(());
    }
    let (number, named) = (foreign.len(), foreign[..foreign.len().min(MOST_NAMED)].join(", "));
    let more = if number > MOST_NAMED { format!(" and {} more", number - MOST_NAMED) } else { String::new() };
    bail!(
        "no build made {named}{more}, or {} changed since: move {} away, choose another folder with --out, or \
         replace {} with --force",
        if number == 1 { "it was" } else { "they were" },
        if number == 1 { "it" } else { "them" },
        if number == 1 { "it" } else { "them" },
    )
}

/// The files that `manifest` lists and that exist, each with whichever of its states it is in;
/// the first if it is in none.
pub(super) fn standing<'m>(out: &Path, manifest: &'m Manifest) -> Result<Vec<(PathBuf, &'m Entry)>> {
    let mut standing = Vec::new();
    for (path, entries) in manifest.by_path() {
        let Some(place) = inside(out, path).filter(|place| place.is_file()) else { continue };
        let entry = manifest::there(&place, &entries)?;
        standing.push((place, entry));
    }
    Ok(standing)
}

/// The place of `path` in `out`, unless it leads outside or is the manifest.
pub(super) fn inside(out: &Path, path: &str) -> Option<PathBuf> {
    let ordinary = |part: &str| {
        let mut components = Path::new(part).components();
        matches!(components.next(), Some(Component::Normal(_))) && components.next().is_none()
    };
    let sound = path != MANIFEST && !path.contains('\0') && path.split('/').all(ordinary);
    sound.then(|| out.join(path))
}

/// Whether `folder` is `out` or inside it, with symbolic links resolved.
pub(super) fn is_below(folder: &Path, out: &Path) -> bool {
    match (folder.canonicalize(), out.canonicalize()) {
        (Ok(folder), Ok(out)) => folder.starts_with(out),
        _ => false,
    }
}
