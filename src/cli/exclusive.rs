//! One build at a time in a folder: the second waits for the first. The lock is
//! the system's own, on the folder itself where that is possible, so that it
//! ends with its holder, however that one ends. A place that knows no locks, or
//! refuses them, is used without.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::message;

/// How every temporary file of ours begins. The dot keeps it out of sources and
/// media.
pub(super) const TEMPORARY: &str = ".cardpress-";

/// The right to write in a folder, held until it is dropped.
pub(super) struct Exclusive {
    /// Symbolic links resolved; none where that failed.
    folder: Option<PathBuf>,
    _lock: Option<File>,
}

/// Waits until no other build works in `folder`, and removes the temporary files
/// of those that were killed.
pub(super) fn folder(folder: &Path) -> Exclusive {
    take(folder, "of this project")
}

impl Exclusive {
    /// The same for the output folder. It may be the one that is held already:
    /// waiting for it would be waiting for oneself.
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
    // Without the lock they may be another build's, at this moment.
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

/// A file that stays: between removing it and locking it anew a second build
/// could lock the old one.
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
            // A signal that ends nothing, such as a resized terminal.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Removes temporary files. One that cannot be removed is in nobody's way.
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
