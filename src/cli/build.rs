//! `cardpress build`: compiles a project and puts its outputs into a folder.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use cardpress::backend::{self, Backend};
use cardpress::{Options, compile};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{Format, count, load, message, report, write};

/// Compile a project and write its outputs
#[derive(Args)]
pub(super) struct Arguments {
    /// Project folder; without it, the nearest one upward with a cardpress.yaml
    dir: Option<PathBuf>,
    /// Where the outputs go
    #[arg(short, long, value_name = "OUT", default_value = "dist")]
    out: PathBuf,
    /// Only these outputs, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = backend_names())]
    only: Vec<String>,
    /// How to show diagnostics
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

fn backend_names() -> PossibleValuesParser {
    PossibleValuesParser::new(backend::ALL.iter().map(|backend| backend.name))
}

/// Builds; with an error in the sources nothing is written.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = load::project(arguments.dir.as_deref())?;
    let backends = chosen(&arguments.only);
    let ran: Vec<&str> = backends.iter().map(|backend| backend.name).collect();
    let compiled = compile(&project.world, &Options { backends });
    let code = report(arguments.format, &compiled)?;
    if code == ExitCode::SUCCESS {
        write::write(&arguments.out, &compiled.artifacts, &ran, &project.media)?;
        message(&format!(
            "cardpress: {} in {} ({}, {})\n",
            count(compiled.artifacts.len(), "file"),
            arguments.out.display(),
            count(compiled.notes, "note"),
            count(compiled.topics, "topic"),
        ));
    }
    Ok(code)
}

/// The backends of `only` in the table's order; all where it names none.
fn chosen(only: &[String]) -> Vec<&'static Backend> {
    let wanted = |backend: &&Backend| only.is_empty() || only.iter().any(|name| name == backend.name);
    backend::ALL.iter().filter(wanted).collect()
}
