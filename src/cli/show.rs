//! When text has colour.

use std::io::{self, IsTerminal};

use clap::ValueEnum;

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

    /// Whether stderr gets colour.
    pub(super) fn on_stderr(self) -> bool {
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

/// What the environment wants. `NO_COLOR` counts once it is not empty
/// (no-color.org) and comes first; `CLICOLOR_FORCE` counts unless it is `0`.
fn by_environment() -> Option<bool> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return Some(false);
    }
    set("CLICOLOR_FORCE").filter(|value| value != "0").map(|_| true)
}
