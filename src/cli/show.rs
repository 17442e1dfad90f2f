//! How diagnostics reach people and programs: the options that commands share, colour, and how
//! long each stage took.
//!
//! Reports for programs are data and go to stdout in full; what people read goes to stderr and
//! is shortened where it repeats itself.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use cardpress::diag::{self, Diagnostic, Severity};
use cardpress::report;
use cardpress::source::Sources;
use clap::{Args, ValueEnum};

use super::{data, message, styled};

/// The options of every command that reports.
#[derive(Args)]
pub(super) struct Look {
    /// When to use colour; `auto` respects `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    color: Color,
    /// How many messages to show per code; 0 shows all
    #[arg(long, value_name = "NUMBER", default_value_t = report::LIMIT)]
    limit: usize,
    /// Show only errors, without a summary
    #[arg(short, long)]
    quiet: bool,
    /// Show how long each stage took
    #[arg(short, long, conflicts_with = "quiet")]
    verbose: bool,
}

/// How diagnostics are shown.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, on stderr
    Human,
    /// One JSON document, on stdout
    Json,
    /// SARIF 2.1.0, for code scanning, on stdout
    Sarif,
    /// GitHub workflow commands, which annotate lines, on stdout
    Github,
}

/// When text has colour.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Color {
    /// On a terminal
    Auto,
    /// Even in a pipe
    Always,
    /// Not even on a terminal
    Never,
}

impl Color {
    /// Whether stdout gets colour.
    pub(super) fn on_stdout(self) -> bool {
        self.on(&io::stdout())
    }

    fn on_stderr(self) -> bool {
        self.on(&io::stderr())
    }

    fn on(self, stream: &impl IsTerminal) -> bool {
        match self {
            Self::Auto => by_environment().unwrap_or_else(|| stream.is_terminal()),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// What the environment asks for. `NO_COLOR` counts if it is not empty (no-color.org) and takes
/// precedence; `CLICOLOR_FORCE` counts unless it is `0`. A terminal called `dumb` would show
/// colour codes as text.
fn by_environment() -> Option<bool> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return Some(false);
    }
    let forced = set("CLICOLOR_FORCE").filter(|value| value != "0").map(|_| true);
    forced.or_else(|| is_dumb().then_some(false))
}

/// Whether the terminal supports neither colours nor cursor movement.
pub(super) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|name| name == "dumb")
}

impl Default for Look {
    fn default() -> Self {
        Self {
            color: Color::Auto,
            limit: report::LIMIT,
            quiet: false,
            verbose: false,
        }
    }
}

impl Look {
    /// Shows the compiler's diagnostics for the project in `root`, and returns the exit code.
    pub(super) fn report(
        &self,
        format: Format,
        root: &Path,
        sources: &Sources,
        diagnostics: &[Diagnostic],
    ) -> Result<ExitCode> {
        match format {
            Format::Human => styled(&self.human(sources, diagnostics)),
            Format::Json => data(&report::json(sources, diagnostics))?,
            Format::Sarif => data(&report::sarif(sources, diagnostics, &in_repository(root)))?,
            Format::Github => data(&report::github(sources, diagnostics, &in_repository(root)))?,
        }
        let failed = diag::has_errors(diagnostics);
        Ok(ExitCode::from(u8::from(failed)))
    }

    /// The compiler's diagnostics, for people to read on stderr.
    pub(super) fn human(&self, sources: &Sources, diagnostics: &[Diagnostic]) -> String {
        let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
        let errors: Vec<Diagnostic>;
        let shown = if self.quiet {
            errors = diagnostics.iter().filter(is_error).cloned().collect();
            &errors
        } else {
            diagnostics
        };
        let options = report::Human {
            color: self.color.on_stderr(),
            limit: self.limit,
            summary: !self.quiet,
        };
        let mut text = report::human(sources, shown, options);
        if let Some(first) = shown.iter().find(is_error).filter(|_| !self.quiet) {
            text.extend(["for more: cardpress explain ", first.code.name(), "\n"]);
        }
        text
    }

    /// Says what was done, unless `--quiet` was given.
    pub(super) fn done(&self, text: &str) {
        if !self.quiet {
            message(text);
        }
    }

    /// A clock that starts now.
    pub(super) fn clock(&self) -> Clock {
        Clock { started: self.verbose.then(Instant::now) }
    }
}

/// Reports how long each stage took, if `--verbose` was given.
pub(super) struct Clock {
    started: Option<Instant>,
}

impl Clock {
    /// Reports that the stage that began at the last call, or at the start, is done.
    pub(super) fn lap(&mut self, what: impl FnOnce() -> String) {
        if let Some(started) = self.started {
            let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
            message(&format!("cardpress: {}: {milliseconds:.1} ms\n", what()));
            self.started = Some(Instant::now());
        }
    }
}

/// The path to `root` from the top of its repository, or from the current folder if it isn't in
/// one, with `/`; empty if they are the same. Code scanning knows files by their paths in the
/// repository, whatever folder a step runs in.
fn in_repository(root: &Path) -> String {
    let absolute = root.canonicalize().ok();
    let top = absolute.as_deref().and_then(|root| root.ancestors().find(|folder| folder.join(".git").exists()));
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let below = match (&absolute, top.or(here.as_deref())) {
        (Some(root), Some(top)) => root.strip_prefix(top).ok(),
        _ => None,
    };
    below.unwrap_or(root).to_string_lossy().replace('\\', "/")
}
