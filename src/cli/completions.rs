//! `cardpress completions`: shell completions for commands and options.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use clap_complete::Shell;

use super::{command, data};

/// Print completions for a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress completions bash > ~/.local/share/bash-completion/completions/cardpress
  cardpress completions zsh > ~/.zfunc/_cardpress
  cardpress completions fish > ~/.config/fish/completions/cardpress.fish")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

/// Prints them.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command(), "cardpress", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if arguments.shell == Shell::Fish {
        script.push_str(&words_for_fish(&command()));
    }
    data(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// Completions for positional arguments, such as kinds and codes: the fish generator leaves them out.
fn words_for_fish(command: &clap::Command) -> String {
    let mut script = String::new();
    for command in command.get_subcommands() {
        let values = command.get_positionals().flat_map(clap::Arg::get_possible_values);
        let words: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        if !words.is_empty() {
            let (name, words) = (command.get_name(), words.join(" "));
            let _ = writeln!(
                script,
                "complete -c cardpress -n \"__fish_cardpress_using_subcommand {name}\" -f -a \"{words}\""
            );
        }
    }
    script
}
