//! `cardpress check`: reports everything that `build` would complain about, and cards that are
//! hard to learn. It writes nothing, except unambiguous fixes with `--fix`, and a baseline on
//! request.

use std::collections::BTreeSet;
use std::mem;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use cardpress::diag::{self, Diagnostic, Severity};
use cardpress::lint::{ALL, RULES};
use cardpress::world::World;
use cardpress::{Compiled, Lint};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};

use super::show::{Format, Look};
use super::{baseline, build, compiled, count, counts, drafts, exclusive, find, fix, load, message, progress, threads};

/// Find mistakes, and cards that are hard to learn, without writing outputs
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress check                  this project
  cardpress check topics/a.yaml    only what is wrong in this file
  cardpress check --format json    for an editor or a script, on stdout
  cardpress check --deny warnings  for a deck that should stay clean
  cardpress check --baseline lint.txt
                                   for an old deck: only what is new since that file was written")]
pub(super) struct Arguments {
    /// Project folder [default: the nearest one upward with a cardpress.yaml], or files of a
    /// project: Cardpress reads the whole project, but reports only what is wrong in these
    #[arg(value_name = "DIR|FILE", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Check only what matters to these outputs, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = build::output_names())]
    only: Vec<String>,
    /// Accept a change that would cost learners something, by the name in its error
    #[arg(long, value_name = "CODE=NAME")]
    accept: Vec<String>,
    /// Treat findings of this lint rule as errors; `warnings` means all rules
    #[arg(long, value_name = "RULE", value_parser = rules(), hide_possible_values = true)]
    deny: Vec<String>,
    /// Ignore the lint findings listed in FILE; if FILE does not exist, create it with the current ones
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Fix unambiguous mistakes in the sources
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
    let (root, files) = arguments.place()?;
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
    let elsewhere = files.map_or(0, |files| keep(&mut checked, &files));
    let code = look.report(arguments.format, &root, &checked.sources, &checked.diagnostics)?;
    if elsewhere > 0 {
        look.done(&format!("cardpress: {} in other files of the project\n", count(elsewhere, "error")));
    } else if code == ExitCode::SUCCESS {
        look.done(&drafts(&checked));
        look.done(&format!("cardpress: no errors ({})\n", counts(&checked)));
    }
    // The program is about to exit, and the system frees this faster.
    mem::forget(checked.spent);
    Ok(code)
}

impl Arguments {
    /// The project's folder, and the paths inside it of the files to check.
    fn place(&self) -> Result<(PathBuf, Option<BTreeSet<String>>)> {
        if let ([] | [_], true) = (&self.paths[..], self.paths.iter().all(|path| !path.is_file())) {
            return Ok((find::root(self.paths.first().map(PathBuf::as_path))?, None));
        }
        let root = find::root_of(&self.paths[0])?;
        let files = self.paths.iter().map(|path| find::in_project(&root, path));
        Ok((root.clone(), Some(files.collect::<Result<_>>()?)))
    }
}

/// Keeps only the diagnostics in these files. Returns how many errors there are elsewhere.
fn keep(checked: &mut Compiled, files: &BTreeSet<String>) -> usize {
    let sources = &checked.sources;
    let inside = |found: &Diagnostic| found.span.is_some_and(|span| files.contains(sources.get(span.file).path()));
    let (kept, others) = mem::take(&mut checked.diagnostics).into_iter().partition(inside);
    checked.diagnostics = kept;
    let others: Vec<Diagnostic> = others;
    others.iter().filter(|found| found.severity == Severity::Error).count()
}

/// Checks. If the baseline does not exist yet, it is written.
fn check(world: &World, arguments: &Arguments) -> Result<Compiled> {
    let check = |lint: &Lint| cardpress::check(world, &arguments.accept, lint);
    let chosen = build::chosen(&arguments.only, world)?;
    let mut lint = Lint {
        deny: arguments.deny.clone(),
        baseline: BTreeSet::new(),
        backends: if arguments.only.is_empty() { Vec::new() } else { chosen.backends },
        instances: chosen.instances,
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
        let gone = count(gone, "outdated finding");
        message(&format!("cardpress: {} lists {gone}; delete it and check again\n", path.display()));
    }
    Ok(checked.compiled)
}

fn rules() -> PossibleValuesParser {
    let names = RULES.iter().map(|rule| rule.name.name()).chain([ALL]);
    names.collect::<Vec<_>>().into()
}
