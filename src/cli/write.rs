//! Artifacts onto the disk. Everything is prepared in temporary files and only
//! then renamed, so that a failure leaves the old outputs; `manifest.json` comes
//! after them and says what the folder holds, and the project's ledger comes
//! last. A build that is killed leaves each file old or new, and the next one
//! removes its temporary files. It writes and removes nothing outside the output
//! folder but the ledger, and removes only what an earlier manifest lists.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow, bail};
use cardpress::backend::Artifact;
use serde::{Deserialize, Serialize};

use super::disk;
use super::exclusive::Exclusive;
use super::load::{self, DirMedia};
use super::stage::{Staged, stage, sync};

/// The file that says what an output folder holds.
pub(super) const MANIFEST: &str = "manifest.json";
/// One of a million outputs is not so large.
const LARGEST_MANIFEST: u64 = 256 << 20;

/// What an output folder holds.
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    pub(super) artifacts: Vec<Entry>,
}

/// One file of an output folder.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) path: String,
    backend: String,
    bytes: u64,
    sha256: String,
}

impl Entry {
    /// Whether the file at `place` is still the one that was built.
    pub(super) fn is_unchanged(&self, place: &Path) -> Result<bool> {
        let (bytes, sha256) = load::hash(place)?;
        Ok(bytes == self.bytes && hex(&sha256) == self.sha256)
    }
}

/// Everything that a build changes, ready to be renamed.
struct Prepared {
    artifacts: Vec<Staged>,
    stale: Vec<PathBuf>,
    manifest: Staged,
    ledger: Option<Staged>,
    folders: Folders,
}

/// The folders in the output folder that get or lose a file.
#[derive(Default)]
struct Folders {
    used: BTreeSet<PathBuf>,
    /// Those that were not there, outer ones first.
    made: Vec<PathBuf>,
}

/// Makes `out` hold `artifacts`, made by the backends `ran`; what other
/// backends made before stays. `ledger` is the project's ledger and its new
/// text, if that changes.
pub(super) fn write(
    out: &Path,
    project: &Exclusive,
    artifacts: &[(&'static str, Artifact)],
    ran: &[&str],
    media: &DirMedia,
    ledger: Option<(&Path, &str)>,
) -> Result<()> {
    fs::create_dir_all(out).with_context(|| format!("cannot create the folder {}", out.display()))?;
    let _outputs = project.outputs(out);
    let prepared = prepare(out, artifacts, ran, media, ledger).map_err(|error| ending(&error, UNCHANGED))?;
    prepared.place(out)
}

const UNCHANGED: &str = "nothing was changed";

/// `error` with what it left behind.
fn ending(error: &Error, state: &str) -> Error {
    anyhow!("{error:#}; {state}")
}

fn prepare(
    out: &Path,
    artifacts: &[(&'static str, Artifact)],
    ran: &[&str],
    media: &DirMedia,
    ledger: Option<(&Path, &str)>,
) -> Result<Prepared> {
    let earlier = Manifest::read(out)?;
    let mut folders = Folders::default();
    let mut staged = Vec::new();
    let mut entries = Vec::new();
    for (backend, artifact) in artifacts {
        let file = stage_artifact(out, artifact, media, &mut folders)?;
        entries.push(entry(backend, artifact, &file)?);
        staged.push(file);
    }
    let made = paths_of(&entries)?;
    let (kept, mut stale) = sort_out(out, earlier.artifacts, &made, ran);
    // What a link leads out to is not ours to remove.
    stale.retain(|path| is_below(folder_of(path), out));
    for path in &stale {
        folders.need(out, folder_of(path))?;
    }
    entries.extend(kept);
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let manifest = Manifest { version: 1, artifacts: entries };
    let manifest = stage(out, &out.join(MANIFEST), |sink| sink.write_all(manifest.json()?.as_bytes()))?;
    let ledger = match ledger {
        Some((path, text)) => Some(stage(folder_of(path), path, |sink| sink.write_all(text.as_bytes()))?),
        None => None,
    };
    Ok(Prepared {
        artifacts: staged,
        stale,
        manifest,
        ledger,
        folders,
    })
}

impl Prepared {
    fn place(self, out: &Path) -> Result<()> {
        let count = self.artifacts.len();
        for (placed, file) in self.artifacts.into_iter().enumerate() {
            file.place().map_err(|error| match placed {
                0 => ending(&error, UNCHANGED),
                _ => ending(&error, &format!("{placed} of {count} outputs are new, the others old; {MENDED}")),
            })?;
        }
        let rest = self.stale.iter().try_for_each(|path| remove(out, path)).and_then(|()| self.manifest.place());
        rest.map_err(|error| ending(&error, &format!("the outputs are new, but {MANIFEST} is old; {MENDED}")))?;
        sync(out);
        self.folders.used.iter().for_each(|folder| sync(folder));
        if let Some(ledger) = self.ledger {
            let folder = folder_of(&ledger.target).to_owned();
            let state = format!("the outputs are new and not to be published; {MENDED}");
            ledger.place().map_err(|error| ending(&error, &state))?;
            sync(&folder);
        }
        Ok(())
    }
}

const MENDED: &str = "another build mends this";

/// Puts `bytes` at `target`, whole or not at all.
pub(super) fn replace(target: &Path, bytes: &[u8]) -> Result<()> {
    stage(folder_of(target), target, |sink| sink.write_all(bytes))?.place()
}

fn stage_artifact(out: &Path, artifact: &Artifact, media: &DirMedia, folders: &mut Folders) -> Result<Staged> {
    let target =
        inside(out, &artifact.path).with_context(|| format!("an output may not be called {:?}", artifact.path))?;
    folders.need(out, folder_of(&target))?;
    can_be_placed(&target)?;
    // All in one folder, where the next build finds them if this one is killed.
    stage(out, &target, |sink| artifact.content.write(sink, |path| media.open(path)))
}

/// Whether a file can come to lie at `target`, as far as can be told before: a system may
/// refuse a name, and a folder is in the way.
fn can_be_placed(target: &Path) -> Result<()> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() => bail!("cannot write {}: a folder of that name is there", target.display()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot write {}", target.display()))
        }
        _ => Ok(()),
    }
}

impl Folders {
    /// Makes sure of a folder in `out`, and that files can be placed there.
    fn need(&mut self, out: &Path, folder: &Path) -> Result<()> {
        // What is staged is in `out` already.
        if folder == out || self.used.contains(folder) {
            return Ok(());
        }
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        let deepest = missing.last().map_or(folder, |folder| folder_of(folder));
        if !is_below(deepest, out) {
            bail!("{} leads out of {}", folder.display(), out.display());
        }
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
            self.made.push(folder.to_owned());
        }
        tempfile::tempfile_in(folder).with_context(|| format!("cannot write in the folder {}", folder.display()))?;
        self.used.insert(folder.to_owned());
        Ok(())
    }
}

impl Drop for Folders {
    /// A folder in which nothing came to lie goes again.
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn entry(backend: &str, artifact: &Artifact, staged: &Staged) -> Result<Entry> {
    let (bytes, sha256) = load::hash(staged.path())?;
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
pub(super) fn remove(out: &Path, path: &Path) -> Result<()> {
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
pub(super) fn inside(out: &Path, path: &str) -> Option<PathBuf> {
    let ordinary = |part: &str| {
        let mut components = Path::new(part).components();
        matches!(components.next(), Some(Component::Normal(_))) && components.next().is_none()
    };
    let sound = path != MANIFEST && !path.contains('\0') && path.split('/').all(ordinary);
    sound.then(|| out.join(path))
}

/// Whether `folder` is `out` or in it, symbolic links resolved.
pub(super) fn is_below(folder: &Path, out: &Path) -> bool {
    match (folder.canonicalize(), out.canonicalize()) {
        (Ok(folder), Ok(out)) => folder.starts_with(out),
        _ => false,
    }
}

/// The folder of a file; `.` where its path names none.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Manifest {
    /// Whether `folder` is one that `build` wrote.
    pub(super) fn is_in(folder: &Path) -> bool {
        let text = disk::open_itself(&folder.join(MANIFEST)).and_then(|file| disk::text(file, LARGEST_MANIFEST));
        text.is_ok_and(|text| serde_json::from_str::<Self>(&text).is_ok())
    }

    /// The manifest in `out`; an empty one where there is none.
    pub(super) fn read(out: &Path) -> Result<Self> {
        let path = out.join(MANIFEST);
        let text = match disk::open(&path).and_then(|file| disk::text(file, LARGEST_MANIFEST)) {
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

    /// As it is written.
    pub(super) fn json(&self) -> io::Result<String> {
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
        write(out, &exclusive::folder(out), &artifacts, ran, &DirMedia::of(out), None)
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
    fn the_ledger_is_written_only_with_all_else() {
        let dir = tempfile::tempdir().unwrap();
        let (out, lock) = (dir.path().join("dist"), dir.path().join("cardpress.lock"));
        let project = exclusive::folder(dir.path());
        let build = |path: &str, lock: &Path| {
            let artifacts = [("csv", Artifact::file(path, "1"))];
            write(&out, &project, &artifacts, &["csv"], &DirMedia::of(dir.path()), Some((lock, "new")))
        };
        fs::write(&lock, "old").unwrap();
        fs::create_dir_all(out.join("folder/x")).unwrap();
        for (path, lock) in [("../a", lock.as_path()), ("folder", &lock), ("new/a", Path::new("/dev/null/x"))] {
            let error = build(path, lock).unwrap_err().to_string();
            assert!(error.ends_with("; nothing was changed"), "{error}");
            assert_eq!(names(&out), ["folder"]);
        }
        assert_eq!(fs::read_to_string(&lock).unwrap(), "old");
        build("a", &lock).unwrap();
        assert_eq!(fs::read_to_string(&lock).unwrap(), "new");
        assert_eq!(names(&out), ["a", "folder", MANIFEST]);
        assert_eq!(names(dir.path()), ["cardpress.lock", "dist"]);
    }

    #[test]
    fn temporary_files_of_a_killed_build_go() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("dist");
        fs::create_dir_all(out.join(".cardpress-folder")).unwrap();
        fs::write(out.join(".cardpress-half"), "").unwrap();
        fs::write(dir.path().join(".cardpress-half"), "").unwrap();
        fs::write(dir.path().join(".cardpress"), "").unwrap();
        let project = exclusive::folder(dir.path());
        assert_eq!(names(dir.path()), [".cardpress", "dist"]);
        write(&out, &project, &[], &["csv"], &DirMedia::of(dir.path()), None).unwrap();
        assert_eq!(names(&out), [".cardpress-folder", MANIFEST]);
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
