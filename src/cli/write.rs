//! Artifacts onto the disk. Everything is prepared in temporary files beside
//! its place and only then renamed, so that a failure leaves the old outputs;
//! `manifest.json` comes last and says what the folder holds. It writes and
//! removes nothing outside the output folder, and removes only what an earlier
//! manifest lists.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use cardpress::backend::Artifact;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::exclusive::{Exclusive, TEMPORARY};
use super::load::{self, DirMedia};

const MANIFEST: &str = "manifest.json";

/// What an output folder holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    artifacts: Vec<Entry>,
}

/// One file of an output folder.
#[derive(Serialize, Deserialize)]
struct Entry {
    path: String,
    backend: String,
    bytes: u64,
    sha256: String,
}

/// A finished file that has not yet its name.
struct Staged {
    file: NamedTempFile,
    target: PathBuf,
}

/// Makes `out` hold `artifacts`, made by the backends `ran`; what other
/// backends made before stays.
pub(super) fn write(
    out: &Path,
    project: &Exclusive,
    artifacts: &[(&'static str, Artifact)],
    ran: &[&str],
    media: &DirMedia,
) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot create the folder {}", out.display()))?;
    let _outputs = project.outputs(out);
    let earlier = Manifest::read(out)?;
    let mut staged = Vec::new();
    let mut entries = Vec::new();
    for (backend, artifact) in artifacts {
        let file = stage_artifact(out, artifact, media)?;
        entries.push(entry(backend, artifact, &file)?);
        staged.push(file);
    }
    let made = paths_of(&entries)?;
    let (kept, stale) = sort_out(out, earlier.artifacts, &made, ran);
    entries.extend(kept);
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = Manifest { version: 1, artifacts: entries };
    let manifest = stage(&out.join(MANIFEST), |sink| sink.write_all(manifest.json()?.as_bytes()))?;

    for file in staged {
        file.place()?;
    }
    for path in stale {
        remove(out, &path)?;
    }
    manifest.place()
}

/// Puts `bytes` at `target`, whole or not at all.
pub(super) fn replace(target: &Path, bytes: &[u8]) -> Result<()> {
    stage(target, |sink| sink.write_all(bytes))?.place()
}

fn stage_artifact(out: &Path, artifact: &Artifact, media: &DirMedia) -> Result<Staged> {
    let target =
        inside(out, &artifact.path).with_context(|| format!("an output may not be called {:?}", artifact.path))?;
    let folder = folder_of(&target);
    fs::create_dir_all(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
    if !is_below(folder, out) {
        bail!("{} leads out of {}", folder.display(), out.display());
    }
    stage(&target, |sink| artifact.content.write(sink, |path| media.open(path)))
}

/// Writes a temporary file in the folder of `target`, with the permissions of
/// an ordinary file.
fn stage(target: &Path, write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>) -> Result<Staged> {
    let failed = || format!("cannot write {}", target.display());
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder_of(target)).with_context(failed)?;
    let mut sink = BufWriter::with_capacity(64 * 1024, file.as_file());
    write(&mut sink).and_then(|()| sink.flush()).with_context(failed)?;
    drop(sink);
    let target = target.to_owned();
    Ok(Staged { file, target })
}

impl Staged {
    fn place(self) -> Result<()> {
        let placed = self.file.persist(&self.target);
        placed
            .map(drop)
            .map_err(|failure| failure.error)
            .with_context(|| format!("cannot write {}", self.target.display()))
    }
}

fn entry(backend: &str, artifact: &Artifact, staged: &Staged) -> Result<Entry> {
    let (bytes, sha256) = load::hash(staged.file.path())?;
    Ok(Entry {
        path: artifact.path.clone(),
        backend: backend.to_owned(),
        bytes,
        sha256: hex(&sha256),
    })
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

fn paths_of(entries: &[Entry]) -> Result<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    for entry in entries {
        if !paths.insert(entry.path.clone()) {
            bail!("two outputs are called {}", entry.path);
        }
    }
    Ok(paths)
}

/// Of the `earlier` outputs: the entries that still hold, because their backend
/// did not run, and the paths that nothing makes any longer.
fn sort_out(out: &Path, earlier: Vec<Entry>, made: &BTreeSet<String>, ran: &[&str]) -> (Vec<Entry>, Vec<PathBuf>) {
    let mut kept = Vec::new();
    let mut stale = Vec::new();
    for entry in earlier {
        let Some(path) = inside(out, &entry.path) else { continue };
        if made.contains(&entry.path) || !path.is_file() {
            continue;
        }
        if ran.contains(&entry.backend.as_str()) {
            stale.push(path);
        } else {
            kept.push(entry);
        }
    }
    (kept, stale)
}

/// Removes an output, and the folders that it leaves empty.
fn remove(out: &Path, path: &Path) -> Result<()> {
    if !is_below(folder_of(path), out) {
        return Ok(());
    }
    fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != out);
    for folder in folders {
        // A folder with something else in it stays.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The place of `path` in `out`, unless it leads elsewhere or to the manifest.
fn inside(out: &Path, path: &str) -> Option<PathBuf> {
    let ordinary = |part: &str| {
        let mut components = Path::new(part).components();
        matches!(components.next(), Some(Component::Normal(_))) && components.next().is_none()
    };
    let sound = path != MANIFEST && !path.contains('\0') && path.split('/').all(ordinary);
    sound.then(|| out.join(path))
}

/// Whether `folder` is `out` or in it, symbolic links resolved.
fn is_below(folder: &Path, out: &Path) -> bool {
    match (folder.canonicalize(), out.canonicalize()) {
        (Ok(folder), Ok(out)) => folder.starts_with(out),
        _ => false,
    }
}

/// The folder of a file; `.` where its path names none.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Manifest {
    /// Whether `folder` is one that `build` wrote.
    pub(super) fn is_in(folder: &Path) -> bool {
        let text = fs::read_to_string(folder.join(MANIFEST));
        text.is_ok_and(|text| serde_json::from_str::<Self>(&text).is_ok())
    }

    /// The manifest in `out`; an empty one where there is none.
    fn read(out: &Path) -> Result<Self> {
        let path = out.join(MANIFEST);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { version: 1, artifacts: Vec::new() });
            }
            result => result.with_context(|| format!("cannot read {}", path.display()))?,
        };
        serde_json::from_str(&text).with_context(|| {
            let path = path.display();
            format!("{path} is not one of ours; choose another folder with --out, or remove it")
        })
    }

    fn json(&self) -> io::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::super::exclusive;
    use super::*;

    fn build(out: &Path, artifacts: &[(&'static str, &str, &str)], ran: &[&str]) -> Result<()> {
        let artifact = |(backend, path, text): &(&'static str, &str, &str)| (*backend, Artifact::file(*path, *text));
        let artifacts: Vec<_> = artifacts.iter().map(artifact).collect();
        write(out, &exclusive::folder(out), &artifacts, ran, &DirMedia::of(out))
    }

    fn names(out: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(out).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn outputs_that_nothing_makes_any_longer_go_and_all_else_stays() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("dist");
        build(&out, &[("csv", "a.csv", "1"), ("handout", "handout/x.md", "2")], &["csv", "handout"]).unwrap();
        fs::write(out.join("mine.txt"), "mine").unwrap();
        build(&out, &[("csv", "b.csv", "abc")], &["csv"]).unwrap();
        assert_eq!(names(&out), ["b.csv", "handout", "manifest.json", "mine.txt"]);
        let expected = r#"{
  "version": 1,
  "artifacts": [
    {
      "path": "b.csv",
      "backend": "csv",
      "bytes": 3,
      "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    },
    {
      "path": "handout/x.md",
      "backend": "handout",
      "bytes": 1,
      "sha256": "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"
    }
  ]
}
"#;
        assert_eq!(fs::read_to_string(out.join(MANIFEST)).unwrap(), expected);
        build(&out, &[], &["csv", "handout"]).unwrap();
        assert_eq!(names(&out), ["manifest.json", "mine.txt"]);
    }

    #[test]
    fn a_failure_leaves_the_old_outputs() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("dist");
        build(&out, &[("csv", "a.csv", "old")], &["csv"]).unwrap();
        for bad in ["../b", "/b", "a/../b", "", ".", "a//b", "manifest.json", "a.csv/b"] {
            assert!(build(&out, &[("csv", "a.csv", "new"), ("csv", bad, "")], &["csv"]).is_err(), "{bad:?}");
            assert_eq!(names(&out), ["a.csv", "manifest.json"]);
            assert_eq!(fs::read_to_string(out.join("a.csv")).unwrap(), "old");
        }
    }

    #[test]
    fn another_tools_manifest_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(MANIFEST), "{}").unwrap();
        assert!(build(dir.path(), &[], &["csv"]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out_of_the_folder() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let dir = tempfile::tempdir().unwrap();
        let (out, elsewhere) = (dir.path().join("dist"), dir.path().join("elsewhere"));
        fs::create_dir(&elsewhere).unwrap();
        build(&out, &[("handout", "handout/x.md", "1")], &["handout"]).unwrap();
        fs::write(out.join("mine.txt"), "").unwrap();
        let mode = |path: &str| fs::metadata(out.join(path)).unwrap().permissions().mode();
        assert_eq!(mode("handout/x.md"), mode("mine.txt"));
        fs::rename(out.join("handout/x.md"), elsewhere.join("x.md")).unwrap();
        fs::remove_dir(out.join("handout")).unwrap();
        symlink(&elsewhere, out.join("handout")).unwrap();
        assert!(build(&out, &[("handout", "handout/x.md", "2")], &["handout"]).is_err());
        build(&out, &[], &["handout"]).unwrap();
        assert_eq!(fs::read_to_string(elsewhere.join("x.md")).unwrap(), "1");
    }
}
