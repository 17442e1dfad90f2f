//! `cardpress man`: the help as manual pages.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Command, ValueHint};
use clap_mangen::Man;

use super::{command, data, write};

/// Print the manual page, or write one for each command to a folder
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress man | man -l -                       read it here
  cardpress man --out ~/.local/share/man/man1    install it where `man cardpress` finds it")]
pub(super) struct Arguments {
    /// Write cardpress.1 and a page for each command to this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    out: Option<PathBuf>,
}

/// Prints the page, or writes all pages.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.out {
        None => data(&String::from_utf8_lossy(&page(command())?))?,
        Some(out) => write_all(out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn write_all(out: &Path) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot create the folder {}", out.display()))?;
    // Once built, each command knows its full name, such as `cardpress build`.
    let mut whole = command().disable_help_subcommand(true);
    whole.build();
    for sub in whole.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let page = page(sub.clone())?;
        write::replace(&out.join(format!("cardpress-{}.1", sub.get_name())), &page)?;
    }
    write::replace(&out.join("cardpress.1"), &page(command())?)
}

fn page(command: Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    let source = concat!("cardpress ", env!("CARGO_PKG_VERSION"));
    Man::new(command).source(source).render(&mut page).context("cannot create the manual page")?;
    Ok(page)
}
