//! The disk as a [`World`]: finds the project and reads it. It follows no symbolic links, skips
//! hidden folders and output folders, and keeps no media file in memory.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use cardpress::deck::{MediaType, extension};
use cardpress::world::{self, MediaFile, World};
use cardpress::{used_texts, yaml};

use super::dir_media::DirMedia;
use super::manifest::Manifest;
use super::{count, disk, journal};

pub(super) const MANIFEST: &str = "cardpress.yaml";
const MEDIA: &str = "media";
/// The folder of the project's note types, with a folder for each.
const NOTE_TYPES: &str = "note-types/";
/// The ledger, next to the manifest.
pub(super) const LOCK: &str = "cardpress.lock";
/// How many files that are almost sources we remember.
const STRAYS: usize = 100;
/// File extensions of fonts.
const FONTS: [&str; 6] = ["ttf", "otf", "ttc", "otc", "woff", "woff2"];
/// The end of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;
/// Folders of other tools: often large, and never a project's sources.
pub(super) const FOREIGN: [&str; 2] = ["target", "node_modules"];

/// A project, read from disk.
pub(super) struct Project {
    /// Its folder.
    pub(super) root: PathBuf,
    /// What the compiler sees.
    pub(super) world: World,
    /// Opens media, to be streamed into artifacts.
    pub(super) media: DirMedia,
}

impl Project {
    /// What was read, for the timings.
    pub(super) fn counts(&self) -> String {
        let (files, media) = (self.world.files.len() + 1, self.world.media.len());
        format!("read {}, {}", count(files, "source"), count(media, "media file"))
    }
}

/// Rejects an output folder that contains sources of `project`, or is inside its media: outputs
/// would become sources, or sources outputs.
pub(super) fn refuse_as_output(out: &Path, project: &Project) -> Result<()> {
    let named = out.display();
    let Ok(root) = project.root.canonicalize() else { return Ok(()) };
    let out = resolved(out);
    if out.starts_with(root.join(MEDIA)) {
        bail!("{named} is inside the project's media; choose another folder with --out, such as dist");
    }
    let world = &project.world;
    let texts = used_texts(world);
    let mut paths = texts.iter().map(|file| &file.path).chain(world.media_files().map(|file| &file.path));
    match paths.find(|path| root.join(path).starts_with(&out)) {
        Some(path) => {
            bail!(
                "{named} contains {path}, which belongs to the project itself; choose another folder with --out, such as dist"
            )
        }
        None => Ok(()),
    }
}

/// `path` made absolute, with symbolic links resolved as far as it exists.
pub(super) fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    match there {
        Some((above, real)) => real.join(path.strip_prefix(above).unwrap_or(Path::new(""))),
        None => path,
    }
}

/// Where the outputs go: `out`, or else `dist` next to the manifest.
pub(super) fn out(out: Option<&Path>, root: &Path) -> PathBuf {
    let Some(out) = out else {
        let here = std::env::current_dir().unwrap_or_default();
        return root.strip_prefix(&here).unwrap_or(root).join("dist");
    };
    out.to_owned()
}

/// Reads the project in `root`, after finishing any interrupted release of it.
pub(super) fn project(root: &Path) -> Result<Project> {
    journal::finish(root)?;
    let (mut files, mut strays, mut fonts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut templates, mut assets) = (Vec::new(), Vec::new());
    let mut closed = walk(root, "", &mut |path, disk| {
        if path != MANIFEST && is_yaml(path) {
            files.push(file(path, disk)?);
        } else if let Some(inner) = path.strip_prefix(NOTE_TYPES) {
            if extension(path) == "html" || is_style(path) {
                templates.push(file(path, disk)?);
            } else if inner.rsplit('/').next().is_some_and(|name| name.starts_with('_')) {
                assets.push(media_file(path, disk)?);
            }
        } else if is_style(path) {
            templates.push(file(path, disk)?);
        } else if FONTS.contains(&extension(path).as_str()) {
            fonts.push(media_file(path, disk)?);
        } else if strays.len() < STRAYS && is_nearly_yaml(path) {
            strays.push(path.to_owned());
        }
        Ok(())
    })?;
    strays.sort();
    closed.sort();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    fonts.sort_by(|a: &MediaFile, b| a.path.cmp(&b.path));
    templates.sort_by(|a: &world::File, b| a.path.cmp(&b.path));
    assets.sort_by(|a: &MediaFile, b| a.path.cmp(&b.path));
    let shown = media_files(root)?;
    let media = DirMedia::of(root, shown.iter().chain(&fonts).chain(&assets));
    let world = World {
        manifest: file(MANIFEST, &root.join(MANIFEST))?,
        files,
        strays,
        closed,
        media: shown,
        fonts,
        templates,
        assets,
        lock: lock(root)?,
        now: now()?,
        media_source: Box::new(media.clone()),
    };
    let root = root.to_owned();
    Ok(Project { root, world, media })
}

fn is_yaml(path: &str) -> bool {
    let extension = Path::new(path).extension();
    extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn is_style(path: &str) -> bool {
    extension(path) == "css"
}

/// Whether a file was perhaps meant to be YAML: file managers hide an extension, and editors add one.
fn is_nearly_yaml(path: &str) -> bool {
    let lower = path.to_lowercase();
    !is_yaml(path) && is_yaml(lower.strip_suffix(".txt").unwrap_or(&lower))
}

fn file(path: &str, disk: &Path) -> Result<world::File> {
    let bytes = bounded(disk).with_context(|| format!("cannot read {}", disk.display()))?;
    let path = path.to_owned();
    Ok(world::File { path, bytes })
}

/// A file's bytes; if it is larger than the compiler accepts, one byte more than the limit.
fn bounded(path: &Path) -> io::Result<Vec<u8>> {
    disk::bytes(disk::open(path)?, yaml::MAX_BYTES as u64)
}

/// Everything under `media/`, whatever its type.
fn media_files(root: &Path) -> Result<Vec<MediaFile>> {
    let mut media = Vec::new();
    let dir = root.join(MEDIA);
    // A link to a folder elsewhere isn't followed either.
    if fs::symlink_metadata(&dir).is_ok_and(|metadata| metadata.is_dir()) {
        let closed = walk(&dir, MEDIA, &mut |path, disk| {
            media.push(media_file(path, disk)?);
            Ok(())
        })?;
        if let Some((path, reason)) = closed.first() {
            bail!("cannot read the folder {}: {reason}", root.join(path).display());
        }
    }
    media.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(media)
}

/// A media file, described by its hash and its first bytes.
fn media_file(path: &str, disk: &Path) -> Result<MediaFile> {
    let mut head = Vec::new();
    let (size, sha256) = disk::hash_with(disk, &mut head)?;
    let path = path.to_owned();
    Ok(MediaFile { path, size, sha256, kind: MediaType::of(&head) })
}

/// Calls `visit` with the project path and the disk path of every regular file below `dir`,
/// whose own project path is `prefix`. Returns the folders that the system does not let us
/// read, with the reason for each.
fn walk(dir: &Path, prefix: &str, visit: &mut impl FnMut(&str, &Path) -> Result<()>) -> Result<Vec<(String, String)>> {
    let unreadable = || format!("cannot read the folder {}", dir.display());
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if prefix.is_empty() => return Err(error).with_context(unreadable),
        // Another program has just removed the folder.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Ok(vec![(prefix.to_owned(), error.to_string())]),
    };
    let mut closed = Vec::new();
    for entry in entries {
        let entry = entry.with_context(unreadable)?;
        let kind = entry.file_type().with_context(unreadable)?;
        let Some(name) = name(&entry, prefix)? else { continue };
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if kind.is_file() {
            visit(&path, &entry.path())?;
        } else if kind.is_dir() && (is_media(prefix) || holds_sources(&path, &entry.path())) {
            closed.append(&mut walk(&entry.path(), &path, visit)?);
        }
    }
    Ok(closed)
}

/// Every folder in which [`project`] looks for sources, from `root` downward, except those that
/// `wanted` rejects and everything inside them.
pub(super) fn folders(root: &Path, wanted: &dyn Fn(&Path) -> bool) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::from([root.to_owned()]);
    let mut open = vec![(String::new(), root.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        // A folder that has disappeared has nothing in it.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (Ok(Some(name)), disk) = (name(&entry, &prefix), entry.path()) else { continue };
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            let holds = is_media(&path) || holds_sources(&path, &disk);
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) && holds && wanted(&disk) {
                found.insert(disk.clone());
                open.push((path, disk));
            }
        }
    }
    found
}

/// The name of `entry`, unless it is hidden.
fn name(entry: &DirEntry, prefix: &str) -> Result<Option<String>> {
    let name = entry.file_name();
    if name.as_encoded_bytes().starts_with(b".") {
        return Ok(None);
    }
    match name.into_string() {
        Ok(name) => Ok(Some(name)),
        // Other tools may name their files as they like; ours must be nameable in a source.
        Err(name) if !is_media(prefix) && !is_yaml(&name.to_string_lossy()) => Ok(None),
        Err(_) => bail!("the name of {} is not UTF-8", entry.path().display()),
    }
}

/// Whether `path` is the media folder or inside it.
fn is_media(path: &str) -> bool {
    path.split('/').next() == Some(MEDIA)
}

/// Whether the folder at `path` may contain YAML of the project.
fn holds_sources(path: &str, disk: &Path) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path != MEDIA && !FOREIGN.contains(&name) && !Manifest::is_in(disk)
}

/// The ledger, if there is one.
fn lock(root: &Path) -> Result<Option<world::File>> {
    let path = root.join(LOCK);
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_file() => file(LOCK, &path).map(Some),
        Ok(_) => bail!("{} is not a regular file", path.display()),
        Err(_) if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink()) => {
            bail!("{} is a broken link; fix it, or remove it to start a new ledger", path.display())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Seconds since 1970, from `SOURCE_DATE_EPOCH`, which makes builds reproducible, or else from
/// the clock.
fn now() -> Result<i64> {
    let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).context("the system clock is set before 1970")?;
        return Ok(i64::try_from(clock.as_secs()).unwrap_or(LAST_SECOND));
    };
    let seconds = value.to_str().and_then(|value| value.parse().ok());
    match seconds {
        Some(seconds) if (0..=LAST_SECOND).contains(&seconds) => Ok(seconds),
        _ => bail!("SOURCE_DATE_EPOCH is not a number of seconds since 1970: {}", value.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_is_the_projects_own_files_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for path in [
            "cardpress.yaml",
            "b.yml",
            "a/c.yaml",
            "a.yaml",
            "notes.txt",
            "a/d.yaml.txt",
            "E.YML",
            "f.yaml~",
            ".git/x.yaml",
            "target/x.yaml",
            "cards.css",
            "note-types/x/a.html",
            "site/a.html",
            "media/a.css",
        ] {
            put(path, "x: y");
        }
        put("dist/manifest.json", "{\"version\":1,\"artifacts\":[]}\n");
        put("dist/x.yaml", "");
        put("web/manifest.json", "{\"name\":\"an app\"}");
        put("web/x.yaml", "");
        put("media/target/b.png", "abc");
        put("media/a.yaml", "");
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();

        let world = project(dir.path()).unwrap().world;
        let files: Vec<_> = world.files.iter().map(|file| file.path.as_str()).collect();
        let media: Vec<_> = world.media.iter().map(|file| (file.path.as_str(), file.size)).collect();
        let templates: Vec<_> = world.templates.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(files, ["a.yaml", "a/c.yaml", "b.yml", "web/x.yaml"]);
        assert_eq!(templates, ["cards.css", "note-types/x/a.html"]);
        assert_eq!(world.strays, ["E.YML", "a/d.yaml.txt"]);
        assert_eq!(media, [("media/a.css", 4), ("media/a.yaml", 0), ("media/target/b.png", 3)]);
        assert_eq!(world.media[2].sha256[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(world.media_source.read("media/target/b.png").unwrap(), b"abc");
        assert!(world.media_source.read("media/../../secret").is_err());
    }
}
