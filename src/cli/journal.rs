//! Manifest and ledger change together. From the moment a release is made until both files are
//! in place, a journal next to them holds both new texts; the next command, whichever it is,
//! finishes an interrupted release. So a release is made or not made, never half made.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::disk;
use super::stage::{Staged, stage, sync};

/// The file's name. It exists only for a moment, or after an interruption.
const JOURNAL: &str = "cardpress.release.json";

/// A manifest and a ledger together are far smaller than this.
const LARGEST: u64 = 2 << 30;

/// The new texts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    /// The text of `cardpress.yaml`.
    pub(super) manifest: String,
    /// The text of `cardpress.lock`.
    pub(super) ledger: String,
}

impl Journal {
    /// The journal for the project in `root`, staged under a temporary name.
    pub(super) fn stage(&self, root: &Path) -> Result<Staged> {
        let text = serde_json::to_string(self)?;
        stage(root, &root.join(JOURNAL), |sink| sink.write_all(text.as_bytes()))
    }
}

/// Finishes an interrupted release of the project in `root`, if there is one.
pub(super) fn finish(root: &Path) -> Result<()> {
    let path = root.join(JOURNAL);
    let text = match disk::open(&path).and_then(|file| disk::text(file, LARGEST)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let journal: Journal = serde_json::from_str(&text)
        .with_context(|| format!("{} is not left over from an interrupted release; remove it", path.display()))?;
    sync(root);
    // We don't follow links: the journal may have come with someone else's project.
    for (name, text) in [("cardpress.yaml", &journal.manifest), ("cardpress.lock", &journal.ledger)] {
        stage(root, &root.join(name), |sink| sink.write_all(text.as_bytes()))?.place()?;
    }
    sync(root);
    fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    sync(root);
    Ok(())
}
