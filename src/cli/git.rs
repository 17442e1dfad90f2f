//! What git knows about a project's releases. Without git, or outside a repository, it knows
//! nothing, which isn't an error.

use std::cmp::Reverse;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use cardpress::lock;
use cardpress::version::Version;
use cardpress::world::File;

use super::load;

/// With more tags than this, we ignore the older ones.
const MOST: usize = 100;

/// A tagged release.
pub(super) struct Tagged {
    /// The tag's name.
    pub(super) tag: String,
    /// The project's ledger at this tag.
    pub(super) ledger: File,
}

/// The latest release of the project in `root`, among the tags on its branch.
pub(super) fn last_release(root: &Path) -> Option<Tagged> {
    let mut tags: Vec<(Version, String)> = tags(root, "--merged=HEAD");
    tags.sort_by(|(one, _), (other, _)| Reverse(one).cmp(&Reverse(other)));
    tags.into_iter().take(MOST).find_map(|(version, tag)| {
        let ledger = ledger(root, &tag).ok()?;
        // The tag may belong to a different project in the same repository.
        (lock::last_release(&ledger.bytes)? == version).then_some(Tagged { tag, ledger })
    })
}

/// The tag for a release: in the style of the `last` one, or else with a `v`.
pub(super) fn tag_for(release: &Version, last: Option<&Tagged>) -> String {
    let before = last.and_then(|last| last.tag.strip_suffix(version(&last.tag)?.text()));
    before.unwrap_or("v").to_owned() + release.text()
}

/// The tags of the checked-out commit, with the versions that they name.
pub(super) fn tags_here(root: &Path) -> Vec<(Version, String)> {
    tags(root, "--points-at=HEAD")
}

fn tags(root: &Path, which: &str) -> Vec<(Version, String)> {
    let listed = git(root, &["for-each-ref", which, "--format=%(refname:strip=2)", "refs/tags"]);
    let Some(output) = listed.ok().filter(|output| output.status.success()) else { return Vec::new() };
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    names.lines().filter_map(|tag| Some((version(tag)?, tag.to_owned()))).collect()
}

/// The version that a tag names: `1.2.0`, `v1.2.0`, `anatomy-v1.2.0`, `anatomy/1.2.0`.
pub(super) fn version(tag: &str) -> Option<Version> {
    let mut starts = tag.char_indices().filter(|(at, c)| {
        let before = tag[..*at].trim_end_matches(['v', 'V']);
        c.is_ascii_digit() && (before.is_empty() || before.ends_with(['-', '_', '/', '@']))
    });
    starts.find_map(|(at, _)| Version::parse(&tag[at..]))
}

/// The project's own ledger at the git revision `name`.
pub(super) fn ledger(root: &Path, name: &str) -> Result<File> {
    let object = format!("{name}:./{}", load::LOCK);
    let output = git(root, &["show", "--end-of-options", &object])?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{name} is neither a file nor a git revision that contains a {}: {}", load::LOCK, said.trim());
    }
    Ok(File {
        path: format!("{name}:{}", load::LOCK),
        bytes: output.stdout,
    })
}

fn git(root: &Path, arguments: &[&str]) -> Result<Output> {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(arguments);
    git.output().with_context(|| format!("cannot run `git {}`", arguments[0]))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_tag_names_a_version() {
        let named = |tag: &str| version(tag).map(|version| version.text().to_owned());
        for tag in ["1.2.0", "v1.2.0", "V1.2.0", "anatomy-v1.2.0", "anatomy/1.2.0", "a1-1.2.0", "deck@1.2.0"] {
            assert_eq!(named(tag).as_deref(), Some("1.2.0"), "{tag}");
        }
        assert_eq!(named("v2.0.0-beta.1").as_deref(), Some("2.0.0-beta.1"));
        for tag in ["latest", "nightly", "vx", "v"] {
            assert_eq!(named(tag), None, "{tag}");
        }
    }
}
