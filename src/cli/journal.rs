//! Manifest and ledger change together. A file beside them has both new texts from the
//! moment at which a release is made until both are in place; whatever command comes
//! next finishes what was interrupted. So a release is made or not made, never half.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::disk;
use super::stage::{Staged, stage, sync};

/// The name of the file. It is there for a moment only, or after an interruption.
const JOURNAL: &str = "cardpress.release.json";

/// A manifest and a ledger are far smaller.
const LARGEST: u64 = 2 << 30;

/// The new texts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Journal {
    /// Of `cardpress.yaml`.
    pub(super) manifest: String,
    /// Of `cardpress.lock`.
    pub(super) ledger: String,
}

impl Journal {
    /// The file for the project in `root`, which has yet to get its name.
    pub(super) fn stage(&self, root: &Path) -> Result<Staged> {
        let text = serde_json::to_string(self)?;
        stage(root, &root.join(JOURNAL), |sink| sink.write_all(text.as_bytes()))
    }
}

/// Finishes a release of the project in `root` that was interrupted, if there is one.
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
    // A link isn't followed: the file may have come with a stranger's project.
    for (name, text) in [("cardpress.yaml", &journal.manifest), ("cardpress.lock", &journal.ledger)] {
        stage(root, &root.join(name), |sink| sink.write_all(text.as_bytes()))?.place()?;
    }
    sync(root);
    fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    sync(root);
    Ok(())
}
