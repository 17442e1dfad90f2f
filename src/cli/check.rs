//! `cardpress check`: everything that `build` would complain of. It writes
//! nothing but, with `--fix`, the remedies that are certain.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use super::show::{Format, Look};
use super::{compiled, count, exclusive, fix, load, progress};

/// Look for mistakes in a project and write no outputs
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress check                  this project
  cardpress check --format json    for an editor or a script, on stdout")]
pub(super) struct Arguments {
    /// Project folder; without it, the nearest one upward with a cardpress.yaml
    dir: Option<PathBuf>,
    /// Accept a change that costs learners something, as its error names it
    #[arg(long, value_name = "CODE=NAME")]
    accept: Vec<String>,
    /// Mend what has a certain remedy, in the sources
    #[arg(long)]
    fix: bool,
    /// How to show diagnostics
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    look: Look,
}

/// Checks.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let look = &arguments.look;
    let mut clock = look.clock();
    let root = load::root(arguments.dir.as_deref())?;
    let _exclusive = arguments.fix.then(|| exclusive::folder(&root));
    let mut project = load::project(&root)?;
    clock.lap(|| project.counts());
    if arguments.fix {
        fix::run(&mut project, look)?;
        clock.lap(|| "fixed".to_owned());
    }
    let checked = progress::during("checking", || cardpress::check(&project.world, &arguments.accept));
    clock.lap(|| compiled(&checked));
    let code = look.report(arguments.format, &root, &checked.sources, &checked.diagnostics)?;
    if code == ExitCode::SUCCESS {
        let (notes, topics) = (count(checked.notes, "note"), count(checked.topics, "topic"));
        look.done(&format!("cardpress: no errors ({notes}, {topics})\n"));
    }
    Ok(code)
}
