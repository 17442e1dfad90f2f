//! `cardpress completions`: what a shell needs to complete commands and options.

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
    data(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}
