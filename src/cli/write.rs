//! Writes artifacts to disk. Everything is prepared in temporary files first and only then
//! renamed, so that a failure leaves the old outputs in place. `manifest.json` records what the
//! folder contains: both states before the first output is renamed, and only the new one after
//! the last. The project's ledger comes last. If a build is killed, each file is either old or
//! new, and the next build removes the temporary files.
//!
//! Apart from the ledger, it writes and removes nothing outside the output folder, and replaces
//! or removes only files that an earlier manifest lists and that nobody has changed since.

use super::foreign;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, anyhow, bail};
use cardpress::backend::Artifact;

use super::dir_media::DirMedia;
use super::exclusive::Exclusive;
use super::manifest::{Entry, MANIFEST, Manifest};
use super::message;
use super::stage::{Staged, stage, sync};

/// What a build puts into a folder.
pub(super) struct Outputs<'a> {
    /// The id of the project that the outputs belong to.
    pub(super) project: &'a str,
    /// The artifacts, each with the backend that made it.
    pub(super) artifacts: &'a [(&'static str, Artifact)],
    /// The backends that ran; what others made earlier stays.
    pub(super) ran: &'a [&'a str],
    /// Opens media to be streamed.
    pub(super) media: &'a DirMedia,
    /// The project's ledger and its new text, if it changes.
    pub(super) ledger: Option<(&'a Path, &'a str)>,
    /// Whether to overwrite files that no build made, or that were changed since.
    pub(super) force: bool,
}

/// Everything that a build changes, ready to be renamed.
struct Prepared {
    artifacts: Vec<Staged>,
    stale: Vec<PathBuf>,
    /// The manifest that lists the old and the new files.
    both: Staged,
    manifest: Staged,
    ledger: Option<Staged>,
    folders: Folders,
}

/// The folders in the output folder that gain or lose a file.
#[derive(Default)]
struct Folders {
    used: BTreeSet<PathBuf>,
    /// Those that did not exist before, outer ones first.
    made: Vec<PathBuf>,
}

/// Makes `out` contain `outputs`. Returns the files that nothing makes any longer but that
/// stay, because they were changed since they were built.
pub(super) fn write(out: &Path, project: &Exclusive, outputs: &Outputs<'_>) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(out).with_context(|| format!("cannot create the folder {}", out.display()))?;
    let _outputs = project.outputs(out);
    let (prepared, edited) = prepare(out, outputs).map_err(|error| ending(&error, foreign::UNCHANGED))?;
    prepared.place(out)?;
    Ok(edited)
}

/// Says which files stay although nothing makes them any longer.
pub(super) fn tell_of(edited: &[PathBuf]) {
    for file in edited {
        message(&format!(
            "cardpress: kept {}, which was changed since it was built (--force removes it)\n",
            file.display()
        ));
    }
}

/// `error`, followed by the state that it left behind.
fn ending(error: &Error, state: &str) -> Error {
    anyhow!("{error:#}; {state}")
}

fn prepare(out: &Path, outputs: &Outputs<'_>) -> Result<(Prepared, Vec<PathBuf>)> {
    let earlier = Manifest::read(out)?;
    if !outputs.force {
        foreign::refuse_another(out, outputs.project, &earlier)?;
    }
    let mut folders = Folders::default();
    let mut staged = Vec::new();
    let mut entries = Vec::new();
    for (backend, artifact) in outputs.artifacts {
        let file = stage_artifact(out, artifact, outputs.media, &mut folders)?;
        entries.push(Entry::of(&artifact.path, backend, file.path())?);
        staged.push(file);
    }
    let made = paths_of(&entries)?;
    if !outputs.force {
        foreign::refuse_foreign(&staged, &entries, &earlier)?;
    }
    let sorted = sort_out(out, &earlier, &made, outputs)?;
    for path in &sorted.stale {
        folders.need(out, folder_of(path))?;
    }
    entries.extend(sorted.kept);
    entries.sort();
    let before = earlier.artifacts.into_iter().chain(earlier.replaced);
    let replaced: Vec<Entry> = before.filter(|entry| entries.binary_search(entry).is_err()).collect();
    let stage_manifest =
        |manifest: &Manifest| stage(out, &out.join(MANIFEST), |sink| sink.write_all(manifest.json()?.as_bytes()));
    let both = stage_manifest(&Manifest::of(outputs.project, entries.clone(), replaced))?;
    let manifest = stage_manifest(&Manifest::of(outputs.project, entries, Vec::new()))?;
    let ledger = match outputs.ledger {
        Some((path, text)) => {
            let path = behind_links(path)?;
            Some(stage(folder_of(&path), &path, |sink| sink.write_all(text.as_bytes()))?)
        }
        None => None,
    };
    let prepared = Prepared {
        artifacts: staged,
        stale: sorted.stale,
        both,
        manifest,
        ledger,
        folders,
    };
    Ok((prepared, sorted.edited))
}

impl Prepared {
    fn place(self, out: &Path) -> Result<()> {
        let count = self.artifacts.len();
        self.both.place().map_err(|error| ending(&error, foreign::UNCHANGED))?;
        // From here on, the manifest lists every file in the folder as a build's, in either state.
        sync(out);
        for (placed, file) in self.artifacts.into_iter().enumerate() {
            file.place().map_err(|error| match placed {
                0 => ending(&error, "the outputs are unchanged"),
                _ => ending(&error, &format!("{placed} of {count} outputs are new, the others old; {MENDED}")),
            })?;
        }
        let rest = self.stale.iter().try_for_each(|path| remove(out, path)).and_then(|()| self.manifest.place());
        rest.map_err(|error| ending(&error, &format!("the outputs are new, but {MANIFEST} is old; {MENDED}")))?;
        sync(out);
        self.folders.used.iter().for_each(|folder| sync(folder));
        if let Some(ledger) = self.ledger {
            let folder = folder_of(&ledger.target).to_owned();
            let state = format!("the outputs are new, but don't publish them; {MENDED}");
            ledger.place().map_err(|error| ending(&error, &state))?;
            sync(&folder);
        }
        Ok(())
    }
}

const MENDED: &str = "build again to fix this";

/// Writes `bytes` to `target`, or to where a link there leads: all of them or none.
pub(super) fn replace(target: &Path, bytes: &[u8]) -> Result<()> {
    let target = behind_links(target)?;
    stage(folder_of(&target), &target, |sink| sink.write_all(bytes))?.place()
}

/// Where the file at `path` really is, if that is a link.
fn behind_links(path: &Path) -> Result<PathBuf> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return path.canonicalize().with_context(|| format!("cannot follow the link {}", path.display()));
    }
    Ok(path.to_owned())
}

fn stage_artifact(out: &Path, artifact: &Artifact, media: &DirMedia, folders: &mut Folders) -> Result<Staged> {
    let target = foreign::inside(out, &artifact.path)
        .with_context(|| format!("an output cannot be called {:?}", artifact.path))?;
    folders.need(out, folder_of(&target))?;
    can_be_placed(&target)?;
    // All staged in one folder, where the next build finds them if this process is killed.
    stage(out, &target, |sink| artifact.content.write(sink, |path| media.open(path)))
}

/// Whether a file can be placed at `target`, as far as we can tell in advance: the system may
/// reject a name, or a folder may be in the way.
fn can_be_placed(target: &Path) -> Result<()> {
    match fs::symlink_metadata(target) {
        Ok(metadata) if metadata.is_dir() => bail!("cannot write {}: a folder with that name exists", target.display()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot write {}", target.display()))
        }
        _ => Ok(()),
    }
}

impl Folders {
    /// Makes sure that a folder in `out` exists and that files can be placed in it.
    fn need(&mut self, out: &Path, folder: &Path) -> Result<()> {
        // Staging writes to `out` itself, so we know that it works there.
        if folder == out || self.used.contains(folder) {
            return Ok(());
        }
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
        let deepest = missing.last().map_or(folder, |folder| folder_of(folder));
        if !foreign::is_below(deepest, out) {
            bail!("{} points outside {}", folder.display(), out.display());
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
    /// Removes new folders that nothing was placed in.
    fn drop(&mut self) {
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn paths_of(entries: &[Entry]) -> Result<BTreeSet<String>> {
    let mut paths = BTreeSet::new();
    for entry in entries {
        if !paths.insert(entry.path.clone()) {
            bail!("two outputs have the same name, {}", entry.path);
        }
    }
    Ok(paths)
}

/// The outputs of earlier builds that this build does not make.
#[derive(Default)]
struct Sorted {
    /// Those that are still valid.
    kept: Vec<Entry>,
    /// Those that nothing makes any longer.
    stale: Vec<PathBuf>,
    /// Those that were changed since they were built, which we keep.
    edited: Vec<PathBuf>,
}

fn sort_out(out: &Path, earlier: &Manifest, made: &BTreeSet<String>, outputs: &Outputs<'_>) -> Result<Sorted> {
    let mut sorted = Sorted::default();
    for (place, entry) in foreign::standing(out, earlier)? {
        if made.contains(&entry.path) {
            continue;
        }
        if !outputs.ran.contains(&entry.backend.as_str()) {
            sorted.kept.push(entry.clone());
        // What is reached through a link that leads outside isn't ours to remove.
        } else if foreign::is_below(folder_of(&place), out) {
            if outputs.force || entry.is_unchanged(&place)? {
                sorted.stale.push(place);
            } else {
                sorted.kept.push(entry.clone());
                sorted.edited.push(place);
            }
        }
    }
    Ok(sorted)
}

/// Removes an output, and the folders that become empty.
pub(super) fn remove(out: &Path, path: &Path) -> Result<()> {
    fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    let folders = path.ancestors().skip(1).take_while(|folder| *folder != out);
    for folder in folders {
        // A folder with anything else in it stays.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// A file's folder; `.` if its path names none.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::super::exclusive;
    use super::*;

    fn build(out: &Path, artifacts: &[(&'static str, &str, &str)], ran: &[&str]) -> Result<()> {
        let artifact = |(backend, path, text): &(&'static str, &str, &str)| (*backend, Artifact::file(*path, *text));
        let artifacts: Vec<_> = artifacts.iter().map(artifact).collect();
        let media = DirMedia::none();
        write(out, &exclusive::folder(out), &of(&artifacts, ran, &media, None)).map(drop)
    }

    fn of<'a>(
        artifacts: &'a [(&'static str, Artifact)],
        ran: &'a [&'a str],
        media: &'a DirMedia,
        ledger: Option<(&'a Path, &'a str)>,
    ) -> Outputs<'a> {
        Outputs {
            project: "deck",
            artifacts,
            ran,
            media,
            ledger,
            force: false,
        }
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
  "project": "deck",
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
            let media = DirMedia::none();
            write(&out, &project, &of(&artifacts, &["csv"], &media, Some((lock, "new"))))
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
        write(&out, &project, &of(&[], &["csv"], &DirMedia::none(), None)).unwrap();
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
