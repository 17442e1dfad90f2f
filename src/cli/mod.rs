//! The command line: one file per command, plus the code that they share. Only this room
//! touches the disk, the environment and the terminal; it decides nothing about content.
//!
//! Data goes to stdout, messages to stderr. Exit code 0 means success, 1 that the sources have
//! errors, 2 that something is wrong with the command line or the disk.

mod baseline;
mod build;
mod check;
mod clean;
mod completions;
mod diff;
mod dir_media;
mod disk;
mod exclusive;
mod explain;
mod find;
mod fix;
mod foreign;
mod git;
mod init;
mod journal;
mod load;
mod lock;
mod man;
mod manifest;
mod new;
mod offered;
mod progress;
mod release;
mod schema;
mod show;
mod stage;
mod usage;
mod watch;
mod write;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result};
use cardpress::diag::count;
use cardpress::threads::Threads;
use cardpress::{Compiled, printable};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

/// A compiler for study content: YAML in; Anki packages, CSV, Markdown
/// handouts and printable cheatsheets out.
#[derive(Parser)]
#[command(
    name = "cardpress",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  cardpress init anatomy     create a project with a sample, ready to build
  cardpress build anatomy    build its Anki package, CSV, handout and cheatsheet into dist/"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// As many threads as the machine can run at once.
fn threads() -> Threads {
    thread::available_parallelism().map_or(Threads::ONE, Threads::new)
}

#[derive(Subcommand)]
enum Command {
    Init(init::Arguments),
    New(new::Arguments),
    Check(check::Arguments),
    Build(build::Arguments),
    Watch(watch::Arguments),
    Diff(diff::Arguments),
    Release(release::Arguments),
    Explain(explain::Arguments),
    Lock(lock::Arguments),
    Clean(clean::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Runs the command line.
pub(crate) fn run() -> Result<ExitCode> {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(_) if std::env::args_os().len() == 1 => {
            message(&next_steps());
            return Ok(ExitCode::from(2));
        }
        // Help on request, the version, and help because a command is missing.
        Err(error) if error.exit_code() == 0 || error.kind() == MISSING => error.exit(),
        Err(error) => return Err(usage::error(&error, &command())),
    };
    match cli.command {
        Command::Init(arguments) => init::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Build(arguments) => build::run(&arguments),
        Command::Watch(arguments) => watch::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Release(arguments) => release::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Lock(arguments) => lock::run(&arguments),
        Command::Clean(arguments) => clean::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

/// What an author who runs the program without a command probably needs next.
fn next_steps() -> String {
    let here = match find::root(None) {
        Ok(root) => format!(
            "the project in {}\n\n\
             \x20 cardpress watch      builds it whenever you save\n\
             \x20 cardpress new KIND   begins an item\n\
             \x20 cardpress check      finds mistakes, and cards that are hard to learn\n\
             \x20 cardpress build      makes the Anki package and everything else\n\
             \x20 cardpress release    publishes it\n",
            root.display()
        ),
        Err(_) => "there is no project here\n\n\
             \x20 cardpress init anatomy --template medicine   begins one in the folder `anatomy`\n"
            .to_owned(),
    };
    format!(
        "cardpress {}: {here}\n`cardpress help` lists all commands, `cardpress explain NAME` explains a kind, a key or a code\n",
        env!("CARGO_PKG_VERSION")
    )
}

const MISSING: ErrorKind = ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;

/// The command line as data.
fn command() -> clap::Command {
    Cli::command()
}

/// Prints `text` to stdout. It isn't an error if the reader has seen enough and closed the pipe.
fn data(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("cannot write to stdout"),
        _ => Ok(()),
    }
}

/// Prints `text` to stderr, with control characters in names made harmless.
fn message(text: &str) {
    styled(&printable::lines(text));
}

/// Prints `text` to stderr, colours and all. If stderr is closed, there is nobody to tell.
fn styled(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// What a compilation produced, for the timings.
fn compiled(made: &Compiled) -> String {
    format!("compiled {}", counts(made))
}

/// What a compilation made from the sources, and what it left out.
fn counts(made: &Compiled) -> String {
    let counts = format!("{}, {}", count(made.notes, "note"), count(made.topics, "topic"));
    let number = made.drafts.len();
    let drafts = (number > 0).then(|| format!(", {} left out", count(number, "draft")));
    counts + &drafts.unwrap_or_default()
}

/// A line that names the drafts, if there are any: as many as fit on a line.
fn drafts(made: &Compiled) -> String {
    const MOST: usize = 10;
    let named = made.drafts.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match made.drafts.len() {
        0 => String::new(),
        number if number > MOST => format!("cardpress: drafts: {named} and {} more\n", number - MOST),
        _ => format!("cardpress: drafts: {named}\n"),
    }
}

/// A path as a word of a command that someone copies into a shell.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | '+' | ',' | '@');
    if !text.is_empty() && text.chars().all(|c| is_plain(c) || cfg!(windows) && c == '\\') {
        text
    } else if cfg!(windows) {
        format!("\"{text}\"")
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_path_is_one_word_of_a_shell() {
        let quoted = |path: &str| super::quoted(Path::new(path));
        assert_eq!(quoted("../anatomie/übung-1"), "../anatomie/übung-1");
        assert_eq!(quoted("How memory works"), "'How memory works'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
    }

    #[test]
    fn the_command_line_is_sound() {
        command().debug_assert();
    }
}
