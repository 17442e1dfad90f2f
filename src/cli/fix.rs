//! `cardpress check --fix`: writes unambiguous fixes into the sources. If a file has changed
//! since it was read, no file is touched.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use cardpress::diag::Diagnostic;
use cardpress::fix::{self, Fixed};

use super::load::Project;
use super::show::Look;
use super::stage::{Staged, stage};

/// Makes every certain fix in `project`, on disk too, and says which ones. Returns an error for
/// each edit that would have done harm.
pub(super) fn run(project: &mut Project, look: &Look) -> Result<Vec<Diagnostic>> {
    let outcome = fix::all(&mut project.world);
    let fixed = &outcome.fixed;
    let staged: Vec<Staged> = fixed.iter().map(|file| prepare(&project.root, file)).collect::<Result<_>>()?;
    staged.into_iter().try_for_each(Staged::place)?;
    for file in fixed {
        let codes = file.codes.iter().map(|(code, count)| format!("{count} × {code}"));
        look.done(&format!("cardpress: fixed in {}: {}\n", file.path, codes.collect::<Vec<_>>().join(", ")));
    }
    Ok(outcome.failed)
}

/// The new file, ready to be renamed. It is in the project's folder, where the next build finds
/// it if this process is killed.
fn prepare(root: &Path, file: &Fixed) -> Result<Staged> {
    let target = root.join(&file.path);
    let unreadable = || format!("cannot read {}", target.display());
    if fs::read(&target).with_context(unreadable)? != file.before {
        bail!("{} has changed in the meantime; nothing was fixed", target.display());
    }
    let permissions = fs::metadata(&target).with_context(unreadable)?.permissions();
    let staged = stage(root, &target, |sink| sink.write_all(&file.after))?;
    fs::set_permissions(staged.path(), permissions).with_context(|| format!("cannot write {}", target.display()))?;
    Ok(staged)
}
