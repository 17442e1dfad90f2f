//! `cardpress check`: everything that `build` would complain of, and what makes
//! cards hard to learn. It writes nothing but, with `--fix`, the remedies that are
//! certain, and a baseline where one is asked for.

use std::collections::BTreeSet;
use std::mem;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use cardpress::lint::{ALL, RULES};
use cardpress::world::World;
use cardpress::{Compiled, Lint, diag};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::show::{Format, Look};
use super::{baseline, compiled, count, counts, exclusive, fix, load, message, progress, threads};

/// Look for mistakes and for cards that are hard to learn, and write no outputs
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress check                  this project
  cardpress check --format json    for an editor or a script, on stdout
  cardpress check --deny warnings  for a deck that is to stay clean
  cardpress check --baseline lint.txt
                                   for an old deck: only what is new since the file was written")]
pub(super) struct Arguments {
    /// Project folder; without it, the nearest one upward with a cardpress.yaml
    dir: Option<PathBuf>,
    /// Accept a change that costs learners something, as its error names it
    #[arg(long, value_name = "CODE=NAME")]
    accept: Vec<String>,
    /// Make errors of what breaks a lint rule; `warnings` stands for all of them
    #[arg(long, value_name = "RULE", value_parser = rules(), hide_possible_values = true)]
    deny: Vec<String>,
    /// Pass over the lint's findings that FILE lists; a FILE that is not there is written with those of today
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
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
    let mut failed = Vec::new();
    if arguments.fix {
        failed = fix::run(&mut project, look)?;
        clock.lap(|| "fixed".to_owned());
    }
    let mut checked = progress::during("checking", || check(&project.world, arguments))?;
    checked.diagnostics.append(&mut failed);
    checked.diagnostics.sort_by_key(diag::order);
    clock.lap(|| compiled(&checked));
    let code = look.report(arguments.format, &root, &checked.sources, &checked.diagnostics)?;
    if code == ExitCode::SUCCESS {
        look.done(&format!("cardpress: no errors ({})\n", counts(&checked)));
    }
    // The program is about to exit, and the system frees this faster.
    mem::forget(checked.spent);
    Ok(code)
}

/// Checks; a baseline that is not there yet is written.
fn check(world: &World, arguments: &Arguments) -> Result<Compiled> {
    let check = |lint: &Lint| cardpress::check(world, &arguments.accept, lint);
    let mut lint = Lint {
        deny: arguments.deny.clone(),
        baseline: BTreeSet::new(),
        threads: threads(),
    };
    let Some(path) = &arguments.baseline else { return Ok(check(&lint).compiled) };
    let known = baseline::read(path)?;
    if known.is_none() {
        let checked = check(&Lint::default());
        if diag::has_errors(&checked.compiled.diagnostics) {
            return Ok(checked.compiled);
        }
        baseline::write(path, &checked.findings)?;
        message(&format!("cardpress: {} in {}\n", count(checked.findings.len(), "finding"), path.display()));
        lint.baseline = checked.findings;
        return Ok(check(&lint).compiled);
    }
    lint.baseline = known.unwrap_or_default();
    let checked = check(&lint);
    let gone = lint.baseline.difference(&checked.findings).count();
    if gone > 0 && !diag::has_errors(&checked.compiled.diagnostics) {
        let gone = count(gone, "finding");
        message(&format!("cardpress: {gone} of {} no longer occur; delete it and check again\n", path.display()));
    }
    Ok(checked.compiled)
}

fn rules() -> PossibleValuesParser {
    let names = RULES.iter().map(|rule| rule.name).chain([ALL]);
    names.collect::<Vec<_>>().into()
}
