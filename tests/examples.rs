//! The projects in `examples` are clean in the lint, are built to every output, and are
//! released twice with the real Anki as the learner.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run programs and read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::bounded;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of each example, sorted by name.
fn examples() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("examples")).expect("there are examples");
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.expect("it is readable").path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

fn name(folder: &Path) -> &str {
    folder.file_name().and_then(|name| name.to_str()).expect("examples have plain names")
}

/// Everything that a command prints; the command must succeed.
fn said(command: &mut Command) -> String {
    let output = bounded::output(command).expect("the command starts");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// A copy of an example as committed, without anything that someone has built in it.
fn copy(example: &Path, folder: &Path) -> PathBuf {
    let project = folder.join(name(example));
    said(Command::new("cp").arg("-r").arg(example).arg(&project));
    let _ = std::fs::remove_dir_all(project.join("dist"));
    let _ = std::fs::remove_file(project.join("cardpress.lock"));
    project
}

#[test]
fn every_example_is_lint_clean_and_has_every_output() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(examples().len() >= 3);
    for example in examples() {
        let name = name(&example);
        let project = copy(&example, folder.path());
        for words in [&["check"][..], &["build"]] {
            let said = said(Command::new(env!("CARGO_BIN_EXE_cardpress")).current_dir(&project).args(words));
            let diagnostic = said.lines().find(|line| line.starts_with("error") || line.starts_with("warning"));
            assert_eq!(diagnostic, None, "{name}, {words:?}: {said}");
        }
        let made: Vec<String> = std::fs::read_dir(project.join("dist"))
            .expect("the outputs are there")
            .map(|entry| entry.expect("it is readable").file_name().to_string_lossy().into_owned())
            .collect();
        let sheet = if cfg!(feature = "pdf") { ".pdf" } else { "" };
        for end in [".apkg", ".csv", "handout", sheet] {
            assert!(made.iter().any(|file| file.ends_with(end)), "{name} has no {end}: {made:?}");
        }
    }
}

/// In an editor, every file offers completion of its keys.
#[test]
fn every_source_of_an_example_names_its_schema() {
    for example in examples() {
        let mut open = vec![example];
        while let Some(next) = open.pop() {
            for entry in std::fs::read_dir(&next).expect("the folder is there") {
                let path = entry.expect("it is readable").path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|end| end == "yaml") {
                    let text = std::fs::read_to_string(&path).expect("sources are UTF-8");
                    let first = text.lines().next().unwrap_or_default();
                    let schema = first.strip_prefix("# yaml-language-server: $schema=");
                    assert!(schema.is_some_and(|schema| next.join(schema).is_file()), "{}: {first}", path.display());
                }
            }
        }
    }
}

#[test]
fn the_list_of_examples_is_whole() {
    let list = std::fs::read_to_string(root().join("examples/README.md")).expect("there is a list");
    for example in examples() {
        let name = name(&example);
        assert!(list.contains(&format!("[{name}]({name})")), "examples/README.md does not list {name}");
    }
}

#[test]
fn the_real_anki_takes_every_example_and_its_update() {
    let python = support::python::environment("anki", "anki/requirements.txt").expect("Anki installs");
    let mut script = Command::new(python);
    script.arg("-B").arg(root().join("tests/anki/examples.py"));
    script.arg("--cardpress").arg(env!("CARGO_BIN_EXE_cardpress"));
    let output = bounded::output(&mut script).expect("Python starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    insta::with_settings!({
        snapshot_path => "../snapshots/anki",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("examples", text) });
}
