//! The commands as an author meets them: each with the built binary, end to end.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs, watch the clock and read files"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
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

/// Every file below `folder` with its bytes, by its path from there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it lies below").to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read(&path).expect("the file is readable"));
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_keys().collect()
}

/// Puts `text` at `path`, whose folders are made.
fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("the folder is made");
    fs::write(path, text).expect("the file is written");
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("the file is there")
}

/// Not the cheatsheet: it would take longer than all else together.
const QUICK: [&str; 3] = ["build", "--only", "apkg,csv,handout"];

// init

#[test]
fn a_new_project_builds_and_shows_every_kind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, stdout, stderr) = run(folder.path(), &["init", "How_memory works"]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    let project = folder.path().join("How_memory works");
    assert_eq!(names(folder.path()).len(), names(&project).len(), "something else was left");
    let manifest = read(&project, "cardpress.yaml");
    assert!(manifest.contains("\nid: how-memory-works\n") && manifest.contains("\ntitle: How memory works\n"));

    let (code, stdout, stderr) = run(&project, &["check", "--format", "json"]);
    assert_eq!(code, 0, "{stdout}\n{stderr}");
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("it is JSON");
    assert_eq!(report["diagnostics"], serde_json::json!([]), "a new project has nothing to complain of");
    let topics =
        ["10-memory", "20-practice", "30-interviews"].map(|name| read(&project, &format!("topics/{name}.yaml")));
    for section in cardpress::content::SECTIONS {
        assert!(topics.iter().any(|text| text.contains(&format!("\n{section}:\n"))), "no {section}");
    }
    assert!(topics.iter().any(|text| text.contains("](media/forgetting.svg)")), "no picture");
    for text in topics.iter().chain([&manifest]) {
        let schema = text.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
        let schema = schema.expect("the first line names the schema").trim_start_matches("../");
        assert!(project.join(schema).is_file(), "{schema} is not there");
    }
    assert_eq!(read(&project, "schemas/content.schema.json"), cardpress::schema::content_schema());
    assert_eq!(read(&project, "schemas/project.schema.json"), cardpress::schema::project_schema());

    // As its workflow does, once the ledger is committed.
    succeed(&project, &QUICK);
    assert!(project.join("dist/how-memory-works.apkg").is_file());
    let workflow = read(&project, ".github/workflows/cardpress.yml");
    assert!(workflow.contains("- run: cardpress build --locked\n"));
    succeed(&project, &[&QUICK[..], &["--locked"]].concat());
}

#[test]
fn init_takes_an_empty_folder_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    put(here, "repository/.git/HEAD", "ref: refs/heads/main\n");
    succeed(here, &["init", "repository"]);
    assert_eq!(read(here, "repository/.git/HEAD"), "ref: refs/heads/main\n");

    put(here, "full/notes.txt", "mine");
    put(here, "file", "mine");
    refuse(here, &["init", "full"], "full is not empty: it has notes.txt");
    refuse(here, &["init", "repository"], "is not empty");
    refuse(here, &["init", "file"], "file is a file");
    refuse(here, &["init", "x", "--id", "My Course"], "`my-course` can");
    refuse(here, &["init", "…"], "give one with --id");
    refuse(here, &["init", "x", "--title", " "], "give one with --title");
    assert_eq!(names(&here.join("full")), ["notes.txt"]);
    assert!(!here.join("x").exists() && !here.join("…").exists());

    let (code, _, stderr) = run(&here.join("repository"), &["init", "inner"]);
    assert!(code == 0 && stderr.contains("within another project"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn init_writes_all_or_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("the folder is made");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("the folder is closed");
    if fs::write(closed.join("x"), "").is_ok() {
        // Whoever may write anywhere, as root may, finds no closed folder.
        return;
    }
    refuse(folder.path(), &["init", "closed"], "cannot write to closed");
    refuse(folder.path(), &["init", "closed/inner"], "cannot write to closed/inner");
    assert!(names(&closed).is_empty());
}

// help

const COMMANDS: [&str; 7] = ["init", "check", "build", "diff", "explain", "lock", "schema"];

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
