//! One build at a time in a folder: a second one waits for the first. The lock is the operating
//! system's, on the folder itself where possible, so it ends with the process that holds it,
//! however that process ends. Where locks are not supported, or are refused, we go on without
//! one.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::message;

/// The prefix of all our temporary files. The dot keeps them out of sources and media.
pub(super) const TEMPORARY: &str = ".cardpress-";

/// The right to write to a folder, held until it is dropped.
pub(super) struct Exclusive {
    /// With symbolic links resolved; `None` if that failed.
    folder: Option<PathBuf>,
    _lock: Option<File>,
}

/// Waits until no other build is working in `folder`, and removes the temporary files of builds
/// that were killed.
pub(super) fn folder(folder: &Path) -> Exclusive {
    take(folder, "of this project")
}

impl Exclusive {
    /// The same for the output folder. It may be the folder that we have already locked, in
    /// which case we would wait for ourselves.
    pub(super) fn outputs(&self, out: &Path) -> Exclusive {
        let folder = out.canonicalize().ok();
        if folder.is_some() && folder == self.folder {
            return Exclusive { folder, _lock: None };
        }
        take(out, &format!("into {}", out.display()))
    }
}

fn take(folder: &Path, whose: &str) -> Exclusive {
    let lock = handle(folder).and_then(|file| wait(&file, whose).map(|()| file)).ok();
    // Without the lock, the files may belong to another build that is running right now.
    if lock.is_some() {
        sweep(folder);
    }
    Exclusive { folder: folder.canonicalize().ok(), _lock: lock }
}

/// What to lock: the folder's own handle, which leaves nothing behind.
#[cfg(unix)]
fn handle(folder: &Path) -> io::Result<File> {
    File::open(folder)
}

/// A file that is never removed: otherwise a second build could lock the old file just before a
/// third one creates a new one.
#[cfg(not(unix))]
fn handle(folder: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(false).open(folder.join(BUSY))
}

#[cfg(not(unix))]
const BUSY: &str = ".cardpress-busy";

fn wait(file: &File, whose: &str) -> io::Result<()> {
    match file.try_lock() {
        Ok(()) => return Ok(()),
        Err(TryLockError::Error(error)) => return Err(error),
        Err(TryLockError::WouldBlock) => message(&format!("cardpress: waiting for another build {whose} to finish\n")),
    }
    loop {
        match file.lock() {
            // A signal that doesn't end the process, such as a resized terminal.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Removes temporary files. One that cannot be removed does no harm.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().as_encoded_bytes().starts_with(TEMPORARY.as_bytes());
        #[cfg(not(unix))]
        let ours = ours && entry.file_name() != BUSY;
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
