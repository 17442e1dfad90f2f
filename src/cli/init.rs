//! `cardpress init`: a small project with one item of every kind, ready to
//! build. The folder becomes the whole project or stays as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use cardpress::{schema, yaml};
use clap::Args;

use super::exclusive::TEMPORARY;
use super::{count, load, message};

/// Begin a project: one item of every kind, ready to build
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress init anatomy                        a project in the new folder anatomy
  cardpress init --id anatomy-101 --title Anatomy
                                                one in this folder, which must be empty")]
pub(super) struct Arguments {
    /// Folder of the project, new or empty
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The deck's name in Anki; made of the folder's name if left out
    #[arg(long)]
    title: Option<String>,
    /// What the outputs are called and GUIDs are made of; made of the folder's
    /// name if left out
    #[arg(long)]
    id: Option<String>,
}

/// The project's files with their texts; what is the author's own is filled in.
const FILES: [(&str, &str); 9] = [
    (".gitattributes", include_str!("../../assets/init/gitattributes")),
    (".github/workflows/cardpress.yml", include_str!("../../assets/init/workflow.yml")),
    (".gitignore", include_str!("../../assets/init/gitignore")),
    ("README.md", include_str!("../../assets/init/README.md")),
    ("cardpress.yaml", include_str!("../../assets/init/cardpress.yaml")),
    ("media/forgetting.svg", include_str!("../../assets/init/media/forgetting.svg")),
    ("topics/10-memory.yaml", include_str!("../../assets/init/topics/10-memory.yaml")),
    ("topics/20-practice.yaml", include_str!("../../assets/init/topics/20-practice.yaml")),
    ("topics/30-interviews.yaml", include_str!("../../assets/init/topics/30-interviews.yaml")),
];

/// What version control keeps in a folder that has nothing in it yet.
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
    let files = files(&id, &title);
    write(dir, &files)?;
    message(&format!("cardpress: a project in {} ({})\n", dir.display(), count(files.len(), "file")));
    if let Some(outer) = outer(dir) {
        message(&format!("cardpress: warning: it lies within another project, {}\n", outer.display()));
    }
    let place = if dir == Path::new(".") { String::new() } else { format!(" {}", dir.display()) };
    message(&format!("next: cardpress build{place}\n"));
    Ok(ExitCode::SUCCESS)
}

/// Whatever is there is the author's; nothing of it is touched.
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

/// The last part of the folder's path, which may be `.` and not be there yet.
fn name_of(dir: &Path) -> Result<String> {
    let whole = std::path::absolute(dir).with_context(|| format!("cannot tell where {} is", dir.display()))?;
    let whole = whole.canonicalize().unwrap_or(whole);
    Ok(whole.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

fn id(wanted: Option<&str>, name: &str) -> Result<String> {
    let suggestion = schema::slug(wanted.unwrap_or(name));
    match wanted {
        Some(id) if schema::is_id(id) => Ok(id.to_owned()),
        Some(id) if suggestion.is_empty() => bail!("`{id}` cannot be an id: {ID}"),
        Some(id) => bail!("`{id}` cannot be an id: {ID}; `{suggestion}` can"),
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

fn files(id: &str, title: &str) -> Vec<(&'static str, String)> {
    let own = |(path, text): (&'static str, &str)| {
        let text = match path {
            "cardpress.yaml" => text
                .replace("id: my-course\n", &format!("id: {}\n", yaml::scalar(id)))
                .replace("title: My course\n", &format!("title: {}\n", yaml::scalar(title))),
            "README.md" => text.replace("# My course\n", &format!("# {title}\n")),
            ".github/workflows/cardpress.yml" => text.replace("0.1.0", env!("CARGO_PKG_VERSION")),
            _ => text.to_owned(),
        };
        (path, text)
    };
    let schemas = [
        ("schemas/content.schema.json", schema::content_schema()),
        ("schemas/project.schema.json", schema::project_schema()),
    ];
    FILES.into_iter().map(own).chain(schemas).collect()
}

/// Writes everything to a folder beside its place, then moves it there.
fn write(dir: &Path, files: &[(&'static str, String)]) -> Result<()> {
    let failed = || format!("cannot write to {}", dir.display());
    let there = dir.is_dir();
    // A folder that is there stays itself: a shell may stand in it.
    let beside =
        if there { dir } else { dir.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")) };
    fs::create_dir_all(beside).with_context(failed)?;
    let temporary = tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(beside).with_context(failed)?;
    // The temporary folder is for its maker's eyes only; the project is as any other.
    let whole = temporary.path().join("project");
    for (path, text) in files {
        let target = whole.join(path);
        fs::create_dir_all(target.parent().unwrap_or(&whole)).with_context(failed)?;
        fs::write(&target, text).with_context(|| format!("cannot write {path}"))?;
    }
    if there { move_entries(&whole, dir).with_context(failed) } else { fs::rename(&whole, dir).with_context(failed) }
}

/// Moves what is in `from` to `to`; if one thing cannot be moved, none is.
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
            // What does not go back stays; the error that is told is the first.
            let _ = fs::rename(target, home);
        }
    }
    all
}

/// The project that `dir` came to lie in.
fn outer(dir: &Path) -> Option<PathBuf> {
    let dir = dir.canonicalize().ok()?;
    dir.ancestors().skip(1).find(|above| load::is_project(above)).map(Path::to_owned)
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

    #[test]
    fn what_looks_like_no_text_to_yaml_is_quoted() {
        let files = files("2024", "A: b #1");
        let (_, manifest) = files.iter().find(|(path, _)| *path == "cardpress.yaml").unwrap();
        assert!(manifest.contains("\nid: \"2024\"\n") && manifest.contains("\ntitle: \"A: b #1\"\n"));
    }
}
