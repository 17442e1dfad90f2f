//! Reports a wrong command line in one line, with the closest valid word.

use anyhow::{Error, anyhow};
use clap::error::{ContextKind, ContextValue};

/// What is wrong with the command line, and which help to read.
pub(super) fn error(error: &clap::Error, commands: &clap::Command) -> Error {
    let help = match command(commands) {
        Some(command) => format!("cardpress {command} --help"),
        None => "cardpress --help".to_owned(),
    };
    let fact = fact(error);
    match meant(error) {
        // With the right word at hand, nobody needs to see the others.
        Some(word) => {
            anyhow!("{}; did you mean `{word}`?\nsee `{help}`", fact.split(" [possible values").next().unwrap_or(&fact))
        }
        None => anyhow!("{fact}\nsee `{help}`"),
    }
}

/// clap's message up to its tips and usage, on one line.
fn fact(error: &clap::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let fact = text.split("\n\n").next().unwrap_or(text);
    fact.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The closest valid word, if there is a close one.
fn meant(error: &clap::Error) -> Option<String> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) => words.first().cloned(),
        _ => None,
    })
}

/// The command that was called, if it exists.
fn command(commands: &clap::Command) -> Option<String> {
    let first = std::env::args_os().nth(1)?;
    commands.get_subcommands().map(clap::Command::get_name).find(|name| *name == first).map(str::to_owned)
}
