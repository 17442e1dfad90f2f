//! `cardpress explain`: explains a diagnostic, a kind of item, a key or a command, and shows the guide.

use std::process::ExitCode;

use anyhow::{Result, bail};
use cardpress::diag::Code;
use cardpress::explain;
use cardpress::stub::KINDS;
use clap::Args;
use clap::builder::{PossibleValue, TypedValueParser};

use super::data;
use super::offered::Offered;
use super::show::Color;

/// Explain a diagnostic, a kind of item, a key or a command, or show the guide
#[derive(Args)]
#[command(after_help = "\
Examples:
  cardpress explain                 list everything it can explain
  cardpress explain duplicate-id    a diagnostic, with an example before and after
  cardpress explain question        a kind of item, with all its keys
  cardpress explain key_points      a key, with an example
  cardpress explain text            the Markdown and LaTeX that a text may contain
  cardpress explain first-deck      the guide: from nothing to cards in Anki in ten minutes")]
pub(super) struct Arguments {
    /// A code as shown in brackets in a message, `error[duplicate-id]`, or a name from the list
    #[arg(value_parser = names(), hide_possible_values = true)]
    name: Option<String>,
    /// When to use terminal styling
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// Accepts any word, and offers the codes and kinds for shell completion.
fn names() -> impl TypedValueParser<Value = String> {
    Offered(|| {
        let kinds = KINDS.iter().map(|kind| kind.names[0]);
        Code::all().map(Code::name).chain(kinds).map(PossibleValue::new).collect()
    })
}

/// Prints the page, or the list.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.name {
        None => data(&explain::list())?,
        Some(word) => data(&explain::text(&page(word)?, arguments.color.on_stdout()))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn page(word: &str) -> Result<String> {
    let name = name(word);
    if let Some(page) = explain::find(&name) {
        return Ok(page);
    }
    match explain::similar(&name) {
        Some(near) => bail!("nothing to explain under the name `{name}`; did you mean `{near}`?"),
        None => bail!("nothing to explain under the name `{name}`; run `cardpress explain` for the list"),
    }
}

/// People copy a code together with the text around it.
fn name(word: &str) -> String {
    let inner = word.split_once('[').map_or(word, |(_, rest)| rest);
    inner.split(']').next().unwrap_or(inner).trim().trim_matches('`').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_people_copy_it() {
        for word in ["question", "`key_points`", "build", "bad-tag", "error[bad-tag]", "[bad-tag]:", "Bad-Tag"] {
            assert!(page(word).is_ok(), "{word}");
        }
        assert!(page("bad-tga").unwrap_err().to_string().ends_with("did you mean `bad-tag`?"));
        assert!(page("E0042").unwrap_err().to_string().ends_with("for the list"));
    }
}
