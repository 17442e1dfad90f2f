//! `cardpress watch`: builds, and builds again whenever a source changes. It compares content
//! rather than trusting events: a save that changes nothing, an editor's temporary file and the
//! outputs themselves do not trigger a build.

mod changes;
mod screen;
mod signals;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use cardpress::{Compiled, Options, compile, diag};
use clap::{Args, ValueHint};

use super::load::Project;
use super::write::Outputs;
use super::{build, exclusive, find, load, progress, threads, write};
use changes::{Changes, State};
use screen::Screen;

/// Build, then rebuild whenever a source changes
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress watch                             this project → dist/
  cardpress watch content --only handout      only one of its outputs

It leaves cardpress.lock alone. Press Ctrl-C to stop it.")]
pub(super) struct Arguments {
    /// Project folder [default: the nearest one upward with a cardpress.yaml]
    #[arg(value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Where to write the outputs [default: `dist` in the project folder]
    #[arg(short, long, value_name = "OUT", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
    /// Make only these outputs, separated by commas
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = build::output_names())]
    only: Vec<String>,
    /// Also replace files that no build made, or that were changed since
    #[arg(long)]
    force: bool,
}

/// Watches until it is stopped.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    signals::end_on_them()?;
    let root = find::root(arguments.dir.as_deref())?;
    // The folder that the command was started in may be deleted and recreated, too.
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let shown = load::out(arguments.out.as_deref(), &root);
    let (here, out) = (whole(&root), whole(&shown));
    let mut changes = Changes::of(&root, &shown)?;
    let screen = Screen::of(&root, &shown);
    #[cfg(feature = "pdf")]
    cardpress::press::keep_layouts();
    screen.begin();
    let mut last: Option<State> = None;
    loop {
        let begun = Instant::now();
        // Before the sources are read, so that any change from here on counts.
        changes.follow()?;
        let project = load::project(&here);
        let state = changes.state(project.as_ref());
        if last.as_ref() != Some(&state) {
            let changed = state.since(last.as_ref());
            let read = project.is_ok();
            let built = project.and_then(|project| progress::during("building", || build(&project, arguments, &out)));
            screen.show(&changed, &built, begun.elapsed());
            // After a disk error, the next save tries again.
            last = (built.is_ok() || !read).then_some(state);
        }
        changes.wait()?;
    }
}

/// Builds everything except the ledger, which would change at every save.
fn build(project: &Project, arguments: &Arguments, out: &Path) -> Result<Compiled> {
    load::refuse_as_output(out, project)?;
    let chosen = build::chosen(&arguments.only, &project.world)?;
    let ran = chosen.whole();
    let options = Options {
        backends: chosen.backends,
        instances: chosen.instances,
        named: !arguments.only.is_empty(),
        threads: threads(),
        ..Options::default()
    };
    let compiled = compile(&project.world, &options);
    if !diag::has_errors(&compiled.diagnostics) {
        let exclusive = exclusive::folder(&project.root);
        let outputs = Outputs {
            project: &compiled.id,
            artifacts: &compiled.artifacts,
            ran: &ran,
            media: &project.media,
            ledger: None,
            force: arguments.force,
        };
        // Files that were kept because someone edited them are reported by the next `build`.
        write::write(out, &exclusive, &outputs)?;
    }
    Ok(compiled)
}
