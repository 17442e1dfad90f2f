//! `cardpress init`: creates a small sample project in a subject, ready to build. Either the
//! whole project is written or the folder stays as it was.

mod samples;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use cardpress::schema;
use clap::{Args, ValueHint};

use super::exclusive::TEMPORARY;
use super::{count, find, message, quoted};
use samples::{Template, Wishes};

/// Begin a project: a small sample in your subject, ready to build
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress init anatomy --template medicine    a project in the new folder anatomy
  cardpress init analysis --template lecture --language de
                                                one in German
  cardpress init --id anatomy-101 --title Anatomy
                                                one in this folder, which must be empty")]
pub(super) struct Arguments {
    /// Folder of the project, new or empty
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// The deck's name in Anki; made of the folder's name if left out
    #[arg(long)]
    title: Option<String>,
    /// What the outputs are called and GUIDs are made of; made of the folder's
    /// name if left out
    #[arg(long)]
    id: Option<String>,
    /// The subject of the sample. `interview` has an item of every kind, so it is the
    /// one to look around in
    #[arg(long, value_enum, default_value = "interview")]
    template: Template,
    /// Language of the project, as a BCP 47 tag such as `de` or `pt-BR`. Samples are in
    /// English and German; in other projects they are English, and marked as such
    #[arg(long, value_name = "TAG", default_value = "en")]
    language: String,
    /// Leave out the workflow for GitHub Actions
    #[arg(long)]
    no_ci: bool,
}

/// What version control puts into a folder that is otherwise empty.
const HISTORY: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// Writes the project.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let dir = &arguments.dir;
    refuse_a_full(dir)?;
    let name = name_of(dir)?;
    let id = id(arguments.id.as_deref(), &name)?;
    let title = arguments.title.clone().unwrap_or_else(|| title(&name));
    if title.trim().is_empty() {
        bail!("the title is empty; give one with --title");
    }
    let language = language(&arguments.language)?;
    let files = samples::files(&Wishes {
        id: &id,
        title: &title,
        template: arguments.template,
        language,
        ci: !arguments.no_ci,
    });
    write(dir, &files)?;
    message(&format!("cardpress: a project in {} ({})\n", dir.display(), count(files.len(), "file")));
    if let Some(outer) = outer(dir) {
        message(&format!("cardpress: warning: it lies within another project, {}\n", outer.display()));
    }
    if let Some(own) = samples::substitute(language) {
        message(&format!(
            "cardpress: there is no sample in `{language}`: it is in `{own}`, and says so with `lang: {own}`\n"
        ));
    }
    let place = if dir == Path::new(".") { String::new() } else { format!(" {}", quoted(dir)) };
    message(&format!("next: cardpress build{place}\n"));
    Ok(ExitCode::SUCCESS)
}

/// Whatever is there belongs to the author, and we leave it alone.
fn refuse_a_full(dir: &Path) -> Result<()> {
    let Ok(metadata) = fs::metadata(dir) else { return Ok(()) };
    if !metadata.is_dir() {
        bail!("{} is a file; choose a new or empty folder", dir.display());
    }
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))? {
        let name = entry.with_context(|| format!("cannot read the folder {}", dir.display()))?.file_name();
        if !HISTORY.iter().any(|known| name == *known) {
            bail!("{} is not empty: it has {}; choose a new or empty folder", dir.display(), name.display());
        }
    }
    Ok(())
}

/// The last part of the folder's path, which may be `.` and need not exist yet.
fn name_of(dir: &Path) -> Result<String> {
    let whole = std::path::absolute(dir).with_context(|| format!("cannot tell where {} is", dir.display()))?;
    let whole = whole.canonicalize().unwrap_or(whole);
    Ok(whole.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

fn id(wanted: Option<&str>, name: &str) -> Result<String> {
    let suggestion = schema::slug(wanted.unwrap_or(name));
    match wanted {
        Some(id) if schema::is_id(id) => Ok(id.to_owned()),
        Some(id) if suggestion.is_empty() => bail!("`{id}` is not a valid id: {ID}"),
        Some(id) => bail!("`{id}` is not a valid id: {ID}; try `{suggestion}`"),
        None if schema::is_id(&suggestion) => Ok(suggestion),
        None => bail!("no id can be made of the folder's name, `{name}`; give one with --id"),
    }
}

const ID: &str = "ids are lower-case letters and digits, joined by `-`";

/// `how-memory_works` → `How memory works`
fn title(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let words = words.trim();
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn language(tag: &str) -> Result<&str> {
    if schema::is_language(tag) {
        return Ok(tag);
    }
    match schema::language(tag) {
        Some(meant) => bail!("`{tag}` is not a BCP 47 tag; write `{meant}`"),
        None => bail!("`{tag}` is not a BCP 47 tag, such as `de` or `pt-BR`"),
    }
}

/// Writes everything to a temporary folder next to the target, then moves it there.
fn write(dir: &Path, files: &[(&'static str, String)]) -> Result<()> {
    let failed = || format!("cannot write to {}", dir.display());
    let there = dir.is_dir();
    // An existing folder is not replaced: it may be a shell's current folder.
    let beside =
        if there { dir } else { dir.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")) };
    fs::create_dir_all(beside).with_context(failed)?;
    let temporary = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(beside).with_context(failed)?;
    // The temporary folder is private to its creator; the project gets the usual permissions.
    let whole = temporary.path().join("project");
    for (path, text) in files {
        let target = whole.join(path);
        fs::create_dir_all(target.parent().unwrap_or(&whole)).with_context(failed)?;
        fs::write(&target, text).with_context(|| format!("cannot write {path}"))?;
    }
    if there { move_entries(&whole, dir).with_context(failed) } else { fs::rename(&whole, dir).with_context(failed) }
}

/// Moves everything in `from` to `to`; if one entry cannot be moved, none is.
fn move_entries(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut moved = Vec::new();
    let all = fs::read_dir(from)?.try_for_each(|entry| {
        let entry = entry?;
        let target = to.join(entry.file_name());
        fs::rename(entry.path(), &target)?;
        moved.push((entry.path(), target));
        Ok(())
    });
    if all.is_err() {
        for (home, target) in moved {
            // An entry that cannot be moved back stays; we report the first error.
            let _ = fs::rename(target, home);
        }
    }
    all
}

/// The outer project that `dir` is inside of, if any.
fn outer(dir: &Path) -> Option<PathBuf> {
    let dir = dir.canonicalize().ok()?;
    dir.ancestors().skip(1).find(|above| find::is_project(above)).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_titles_come_from_the_folders_name() {
        for (name, expected, heading) in
            [("anatomy", "anatomy", "Anatomy"), ("My_Course 2", "my-course-2", "My Course 2"), ("2024", "2024", "2024")]
        {
            assert_eq!((id(None, name).unwrap().as_str(), title(name).as_str()), (expected, heading));
        }
        assert!(id(None, "…").is_err() && id(Some("Anatomy"), "x").is_err());
        assert_eq!(id(Some("x-1"), "…").unwrap(), "x-1");
    }
}
