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

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(error) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(std::io::stderr(), "cardpress: {error:#}");
            ExitCode::from(2)
        }
    }
}
