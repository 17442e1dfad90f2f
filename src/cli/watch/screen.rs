//! What the author sees while watching: all diagnostics in full, and a line about the build. On
//! a terminal, only the last build is shown.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use cardpress::Compiled;
use cardpress::diag::Severity;
use cardpress::printable;

use super::super::show::Look;
use super::super::{count, message, progress, styled};

/// Where builds are shown.
pub(super) struct Screen {
    project: PathBuf,
    out: PathBuf,
    terminal: bool,
}

impl Screen {
    /// The screen for a project and its outputs.
    pub(super) fn of(project: &Path, out: &Path) -> Self {
        Self {
            project: project.to_owned(),
            out: out.to_owned(),
            terminal: progress::is_wanted(),
        }
    }

    /// Says what is being watched, once.
    pub(super) fn begin(&self) {
        let (project, out) = (self.project.display(), self.out.display());
        message(&format!(
            "cardpress: watching {project} → {out}; cardpress.lock is left alone: run `cardpress build` before you \
             publish\n"
        ));
    }

    /// Shows the result of a build that `changed` triggered.
    pub(super) fn show(&self, changed: &[String], built: &Result<Compiled>, took: Duration) {
        let line = format!("cardpress: {}{} ({})\n", reason(changed), self.outcome(built), seconds(took));
        // Before the first build, the screen shows only what the author did earlier.
        let clear = if changed.is_empty() || !self.terminal { "" } else { "\x1b[H\x1b[2J" };
        let diagnostics = built
            .as_ref()
            .map_or(String::new(), |compiled| Look::default().human(&compiled.sources, &compiled.diagnostics));
        styled(&format!("{clear}{diagnostics}{}", printable::lines(&line)));
    }

    fn outcome(&self, built: &Result<Compiled>) -> String {
        let compiled = match built {
            Ok(compiled) => compiled,
            Err(error) => return format!("cannot build: {error:#}"),
        };
        let number = |severity| compiled.diagnostics.iter().filter(|found| found.severity == severity).count();
        let warnings = match number(Severity::Warning) {
            0 => String::new(),
            warnings => format!(", {}", count(warnings, "warning")),
        };
        match number(Severity::Error) {
            0 => {
                let (files, notes) = (count(compiled.artifacts.len(), "file"), count(compiled.notes, "note"));
                format!("{files} in {} ({notes}{warnings})", self.out.display())
            }
            errors => {
                format!("{}{warnings}; outputs not updated", count(errors, "error"))
            }
        }
    }
}

/// `topics/a.yaml → `
fn reason(changed: &[String]) -> String {
    match changed {
        [] => String::new(),
        [one] => format!("{one} → "),
        [one, two] => format!("{one}, {two} → "),
        [one, more @ ..] => format!("{one} and {} more → ", more.len()),
    }
}

fn seconds(took: Duration) -> String {
    format!("{:.2} s", took.as_secs_f64())
}
