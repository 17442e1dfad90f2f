//! The `cardpress` command. Arguments, the disk and the terminal are its
//! matter and `cli`'s; everything else is the library's.

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
            // A closed stderr leaves nobody to tell.
            let text = format!("cardpress: {error:#}");
            let _ = writeln!(std::io::stderr(), "{}", printable::lines(&text));
            ExitCode::from(2)
        }
    }
}
