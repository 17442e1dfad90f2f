//! `cardpress new`: adds a stub for a new item. The file is written only if the stub causes no
//! new errors in the project, and everything else in the file stays as it was.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Error, Result};
use cardpress::diag::{Diagnostic, Severity};
use cardpress::stub::{self, Added, KINDS, Kind, Place};
use cardpress::world::{File, World};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::show::{Format, Look};
use super::stage::stage;
use super::{data, exclusive, find, load, message};

/// Add a stub for a new item, next to others of its kind
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress new question why-scale-features     in the file with the most questions
  cardpress new tip ask-first --topic Anatomy   in the file of that topic, new or existing
  cardpress new story night-shift --file topics/40-stories.yaml
                                                in that file, new or existing

It prints the file and the line. TODO marks what is left to write.")]
pub(super) struct Arguments {
    /// The kind of item
    #[arg(value_parser = kinds())]
    kind: &'static Kind,
    /// Its id: lower-case words joined by `-`. A learner's history depends on it
    id: String,
    /// The topic it belongs to
    #[arg(long)]
    topic: Option<String>,
    /// The file to add it to, new or existing
    #[arg(long, value_name = "PATH", conflicts_with = "topic")]
    file: Option<PathBuf>,
}

fn kinds() -> impl TypedValueParser<Value = &'static Kind> {
    let named = |kind: &'static Kind| {
        let others = kind.names.iter().skip(1).chain([&kind.section]);
        PossibleValue::new(kind.names[0]).help(kind.about).aliases(others)
    };
    let known = |word: String| KINDS.iter().find(|kind| kind.is_called(&word)).ok_or("no such kind");
    PossibleValuesParser::new(KINDS.iter().map(named)).try_map(known)
}

/// Adds the item and prints where it is.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let root = find::root(None)?;
    let _exclusive = exclusive::folder(&root);
    let mut world = load::project(&root)?.world;
    let file = arguments.file.as_deref().map(|file| find::in_project(&root, file)).transpose()?;
    let place = match (&arguments.topic, &file) {
        (Some(topic), _) => Place::Topic(topic),
        (None, Some(file)) => Place::File(file),
        (None, None) => Place::Fitting,
    };
    let added = stub::add(&world, arguments.kind, &arguments.id, &place).map_err(Error::msg)?;
    let before = errors(cardpress::deck(&world).2);
    put(&mut world, &added);
    let (sources, _, after) = cardpress::deck(&world);
    let known =
        |error: &Diagnostic| before.iter().any(|known| (known.code, &known.message) == (error.code, &error.message));
    let new: Vec<Diagnostic> = errors(after).into_iter().filter(|error| !known(error)).collect();
    if !new.is_empty() {
        let code = Look::default().report(Format::Human, &root, &sources, &new)?;
        message("cardpress: the stub doesn't fit there; nothing was changed\n");
        return Ok(code);
    }
    let target = root.join(&added.path);
    write(&root, &target, &added.text)?;
    data(&format!("{}:{}\n", shown(&target).display(), added.line))?;
    Ok(ExitCode::SUCCESS)
}

fn errors(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    diagnostics
}

fn put(world: &mut World, added: &Added) {
    let bytes = added.text.clone().into_bytes();
    match world.files.iter_mut().find(|file| file.path == added.path) {
        Some(file) => file.bytes = bytes,
        None => world.files.push(File { path: added.path.clone(), bytes }),
    }
    world.files.sort_by(|a, b| a.path.cmp(&b.path));
}

/// Writes the whole file at once, staged in the project's folder, where the next build finds
/// leftovers if this process is killed. An existing file keeps its permissions.
fn write(root: &Path, target: &Path, text: &str) -> Result<()> {
    let folder = target.parent().unwrap_or(root);
    fs::create_dir_all(folder).with_context(|| format!("cannot create the folder {}", folder.display()))?;
    let staged = stage(root, target, |sink| sink.write_all(text.as_bytes()))?;
    if let Ok(old) = fs::metadata(target) {
        fs::set_permissions(staged.path(), old.permissions())
            .with_context(|| format!("cannot write {}", target.display()))?;
    }
    staged.place()
}

/// The shortest path to a file from the current folder.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).to_owned()
}
