//! When to look again, and whether anything is new. Only folders that may contain sources are
//! watched, so outputs trigger nothing; and whatever an event says, a build starts only if the
//! sources differ from last time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, anyhow};
use cardpress::used_texts;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use sha2::{Digest as _, Sha256};

use super::super::load::{self, Project};

/// Saves come in bursts; after this much silence, a burst is over.
const SILENCE: Duration = Duration::from_millis(100);
/// However long a burst is, nobody waits longer than this.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often we check whether the project's folder itself was replaced.
const GLANCE: Duration = Duration::from_secs(1);

/// The system's notifications of changes.
pub(super) struct Changes {
    root: PathBuf,
    out: Option<PathBuf>,
    watched: BTreeSet<PathBuf>,
    /// Which folder `root` was when its watch began.
    identity: Option<u64>,
    watcher: RecommendedWatcher,
    events: Receiver<notify::Result<Event>>,
}

impl Changes {
    /// Watches the project in `root`, except its outputs in `out`.
    pub(super) fn of(root: &Path, out: &Path) -> Result<Self> {
        let (sender, events) = channel();
        let watcher = notify::recommended_watcher(sender).context("cannot watch for changes")?;
        let root = root.canonicalize().with_context(|| format!("cannot read the folder {}", root.display()))?;
        // If the output folder contains the project, writing to it is rejected later.
        let out = Some(load::resolved(out)).filter(|out| !root.starts_with(out));
        Ok(Self {
            root,
            out,
            watched: BTreeSet::new(),
            identity: None,
            watcher,
            events,
        })
    }

    /// Watches the folders that contain sources at this point.
    pub(super) fn follow(&mut self) -> Result<()> {
        self.identity = identity(&self.root);
        let out = self.out.as_deref();
        let folders: BTreeSet<PathBuf> = load::folders(&self.root, &|folder| Some(folder) != out);
        for gone in self.watched.difference(&folders) {
            // Usually the folder is gone, and its watch with it.
            let _ = self.watcher.unwatch(gone);
        }
        // A folder that came back under its old name is a different folder, so we watch it anew.
        let mut watched = BTreeSet::new();
        for folder in folders {
            match self.watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    watched.insert(folder);
                }
                // The folder is gone again, or nobody can read it.
                Err(_) if folder.read_dir().is_err() => {}
                Err(error) => return Err(anyhow!("cannot watch the folder {}: {error}", folder.display())),
            }
        }
        self.watched = watched;
        Ok(())
    }

    /// Returns once something has happened, followed by a moment of silence.
    pub(super) fn wait(&self) -> Result<()> {
        let ended = || anyhow!("the system no longer reports changes");
        loop {
            match self.events.recv_timeout(GLANCE) {
                Ok(event) if self.counts(&event) => break,
                // There is no event for a project that is recreated under its old name.
                Err(RecvTimeoutError::Timeout) if identity(&self.root) != self.identity => return Ok(()),
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            }
        }
        let mut silent = Instant::now() + SILENCE;
        let patience = Instant::now() + PATIENCE;
        loop {
            let left = silent.min(patience).saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                _ if left.is_zero() => return Ok(()),
                Ok(event) if self.counts(&event) => silent = Instant::now() + SILENCE,
                // Events that do not count use up time, too.
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            }
        }
    }

    /// The sources of `project`, or why it could not be read.
    pub(super) fn state(&self, project: Result<&Project, &Error>) -> State {
        let world = match project {
            Ok(project) => &project.world,
            Err(error) => return State::Unread(format!("{error:#}")),
        };
        let texts = used_texts(world).into_iter().map(|file| (file.path.clone(), Sha256::digest(&file.bytes).into()));
        let media = world.media_files().map(|file| (file.path.clone(), file.sha256));
        State::Read(texts.chain(media).filter(|(path, _)| !self.is_output(&self.root.join(path))).collect())
    }

    /// Whether a source may have changed. If an event was lost, it may have been any event.
    fn counts(&self, event: &notify::Result<Event>) -> bool {
        let Ok(event) = event else { return true };
        let read = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
        !read && (event.paths.is_empty() || event.paths.iter().any(|path| self.is_ours(path)))
    }

    fn is_ours(&self, path: &Path) -> bool {
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        !hidden && !self.is_output(path) && path != self.root.join(load::LOCK)
    }

    fn is_output(&self, path: &Path) -> bool {
        self.out.as_ref().is_some_and(|out| path.starts_with(out))
    }
}

/// Distinguishes the folder at `path` from a different one with that name; `None` if there is
/// no folder.
fn identity(path: &Path) -> Option<u64> {
    let metadata = path.metadata().ok().filter(Metadata::is_dir)?;
    #[cfg(unix)]
    return Some(std::os::unix::fs::MetadataExt::ino(&metadata));
    #[cfg(not(unix))]
    Some(u64::from(metadata.is_dir()))
}

/// Sources by path and content, or why they could not be read. The ledger isn't included:
/// `watch` does not write it, and it affects only times in the outputs.
#[derive(PartialEq, Eq)]
pub(super) enum State {
    Read(BTreeMap<String, [u8; 32]>),
    Unread(String),
}

impl State {
    /// The sources that were added, removed or changed since `old`; none on the first build.
    pub(super) fn since(&self, old: Option<&Self>) -> Vec<String> {
        let (Self::Read(new), Some(Self::Read(old))) = (self, old) else { return Vec::new() };
        let paths: BTreeSet<&String> = new.keys().chain(old.keys()).collect();
        paths.into_iter().filter(|path| new.get(*path) != old.get(*path)).cloned().collect()
    }
}
