//! `cardpress schema`: the JSON Schemas that editors use for completion and checking.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use cardpress::schema;
use clap::{Args, ValueHint};

use super::{data, find, load, write};

/// Print the JSON Schema of content files, or write all schemas to a folder
#[derive(Args)]
#[command(after_help = "\
Example:
  cardpress schema --out schemas    write all, for your files' first lines to refer to")]
pub(super) struct Arguments {
    /// Write content.schema.json, note-type.schema.json and project.schema.json to this folder; in a project, content files complete its note types
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

/// Prints the content schema, or writes all schemas.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.out {
        None => data(&schema::content_schema())?,
        Some(out) => write_all(out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn write_all(out: &Path) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot create the folder {}", out.display()))?;
    // Inside a project, notes can have the project's own types.
    let content = match find::root_of(&out.join("content.schema.json")) {
        Ok(root) => cardpress::content_schema(&load::project(&root)?.world),
        Err(_) => schema::content_schema(),
    };
    write::replace(&out.join("content.schema.json"), content.as_bytes())?;
    write::replace(&out.join("note-type.schema.json"), schema::note_type_schema().as_bytes())?;
    write::replace(&out.join("project.schema.json"), schema::project_schema().as_bytes())
}
