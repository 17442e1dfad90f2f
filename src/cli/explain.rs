//! `cardpress explain`: what the code of a diagnostic means, and what to do.

use std::process::ExitCode;

use anyhow::{Result, bail};
use cardpress::explain;
use clap::Args;

use super::data;
use super::show::Color;

/// Explain the code of a diagnostic, or list all codes
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress explain                 every code with its meaning
  cardpress explain duplicate-id    one of them, with an example before and after")]
pub(super) struct Arguments {
    /// As a message shows it in brackets: `error[duplicate-id]`
    code: Option<String>,
    /// When to emphasise
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// Prints the page, or the list.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.code {
        None => data(&explain::list())?,
        Some(word) => data(&explain::text(page(word)?, arguments.color.on_stdout()))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn page(word: &str) -> Result<&'static str> {
    let code = code(word);
    if let Some(page) = explain::page(&code) {
        return Ok(page);
    }
    match explain::similar(&code) {
        Some(near) => bail!("there is no code `{code}`; did you mean `{near}`?"),
        None => bail!("there is no code `{code}`; `cardpress explain` lists all"),
    }
}

/// People copy the code with what stands around it.
fn code(word: &str) -> String {
    let inner = word.split_once('[').map_or(word, |(_, rest)| rest);
    inner.split(']').next().unwrap_or(inner).trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_as_people_copy_it() {
        for word in ["bad-tag", "error[bad-tag]", "[bad-tag]:", "Bad-Tag"] {
            assert!(page(word).is_ok(), "{word}");
        }
        assert!(page("bad-tga").unwrap_err().to_string().ends_with("did you mean `bad-tag`?"));
        assert!(page("E0042").unwrap_err().to_string().ends_with("lists all"));
    }
}
