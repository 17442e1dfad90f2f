//! The `cardpress` command. It and `cli` handle arguments, the disk and the terminal;
//! everything else belongs to the library.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the edge: only here is the disk, the environment and the terminal"
)]

mod cli;

use std::io::Write;
use std::process::ExitCode;

use cardpress::printable;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            // If stderr is closed, there is nobody to tell.
            let text = format!("cardpress: {error:#}");
            let _ = writeln!(std::io::stderr(), "{}", printable::lines(&text));
            ExitCode::from(2)
        }
    }
}
