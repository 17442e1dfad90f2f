//! The commands as an author meets them: each with the built binary, end to end.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs, watch the clock and read files"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

/// The command `line` in `folder`, as a script runs it: no terminal, nothing to
/// read.
fn cardpress(folder: &Path, line: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
    command.current_dir(folder).args(line).env_remove("COLUMNS").env("SOURCE_DATE_EPOCH", "1780000000");
    command
}

/// Exit code, stdout and stderr.
fn run(folder: &Path, line: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = cardpress(folder, line).output().expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("outputs are UTF-8");
    (status.code().expect("no signal ended it"), text(stdout), text(stderr))
}

/// Runs what must succeed; its stdout.
fn succeed(folder: &Path, line: &[&str]) -> String {
    let (code, stdout, stderr) = run(folder, line);
    assert_eq!(code, 0, "{line:?}\n{stdout}\n{stderr}");
    stdout
}

/// Runs what must be refused, with one line that says `words`.
fn refuse(folder: &Path, line: &[&str], words: &str) {
    let (code, stdout, stderr) = run(folder, line);
    assert_eq!((code, stdout.as_str()), (2, ""), "{line:?}\n{stderr}");
    assert!(stderr.contains(words), "{line:?} does not say {words}\n{stderr}");
    let lines = stderr.lines().filter(|line| !line.starts_with("see `")).count();
    assert_eq!(lines, 1, "{line:?}\n{stderr}");
}

// help

const COMMANDS: [&str; 6] = ["check", "build", "diff", "explain", "lock", "schema"];

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots/cli",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

#[test]
fn help_is_what_its_snapshots_say() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The cheatsheet is a feature of the build.
    let common = |help: String| -> String {
        let lines = help.lines().filter(|line| !line.trim_start().starts_with("- sheet:"));
        lines.map(|line| format!("{line}\n")).collect()
    };
    snapshot("cardpress", &common(succeed(here, &["--help"])));
    for command in COMMANDS {
        let help = common(succeed(here, &[command, "--help"]));
        assert!(help.contains("Example"), "{command} shows no example");
        snapshot(command, &help);
    }
}

#[test]
fn a_wrong_word_is_answered_with_the_nearest_right_one() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lines: [&[&str]; 7] = [
        &["biuld"],
        &["--versoin"],
        &["build", "--onyl", "csv"],
        &["build", "--only", "apgk"],
        &["build", "a", "b"],
        &["check", "--format", "jsno"],
        &["diff", "--against"],
    ];
    let mut shown = String::new();
    for line in lines {
        refuse(here, line, "see `cardpress");
        let _ = writeln!(shown, "$ cardpress {}\n{}", line.join(" "), run(here, line).2);
    }
    snapshot("wrong-words", &shown);
    // A word that is no text has no right one near it.
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;

        let word = std::ffi::OsStr::from_bytes(b"\xff");
        let output = cardpress(here, &[]).arg(word).output().expect("the command starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    let (code, stdout, stderr) = run(here, &[]);
    assert!(code == 2 && stdout.is_empty() && stderr.contains("Commands:"), "{stderr}");
}
