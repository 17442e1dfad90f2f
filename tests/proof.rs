//! Proof, with the real Anki, that a release does not cost learners anything: the scenarios in
//! `tests/anki/scenarios`, and random histories.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run programs and read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::time::Duration;

/// A Python with the current Anki.
static PYTHON: LazyLock<PathBuf> =
    LazyLock::new(|| support::python::environment("anki", "anki/requirements.txt").expect("Anki installs"));

/// Runs a script from `tests/anki` and gives it the compiler.
fn script(python: &Path, name: &str, arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/anki");
    let mut command = Command::new(python);
    command.arg("-B").arg(folder.join(name)).arg("--cardpress").arg(env!("CARGO_BIN_EXE_cardpress"));
    // A run may be asked for thousands of histories.
    support::bounded::output_within(Duration::from_hours(4), command.args(arguments)).expect("Python starts")
}

/// The output of a script that must succeed.
fn good(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots/anki",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

#[test]
fn every_scenario_holds() {
    snapshot("scenarios", &good(&script(&PYTHON, "scenarios.py", &[])));
}

/// From `init` to the second release, with the packages in Anki.
#[test]
fn every_template_goes_from_init_to_an_update() {
    snapshot("templates", &good(&script(&PYTHON, "templates.py", &[])));
}

/// `CARDPRESS_HISTORIES=2000` tries more of them.
#[test]
fn random_histories_cost_no_learner_anything() {
    let count = std::env::var("CARDPRESS_HISTORIES").unwrap_or_else(|_| "200".to_owned());
    let totals = good(&script(&PYTHON, "histories.py", &["--count", &count]));
    support::tell(&totals);
}

/// Ways to damage a package, and what the proof must report for each.
const SABOTAGE: [(&str, &str); 10] = [
    ("bump", "wrongly updated"),
    ("freeze", "wrongly updated"),
    ("guid", "wrongly new"),
    ("tags", "wrong tags"),
    ("cards", "wrong cards"),
    ("deck", "wrong deck"),
    ("picture", "missing words"),
    ("field", "wrongly"),
    ("sort-field", "note changed without being updated"),
    ("title", "wrong note type"),
];

#[test]
fn the_proof_notices_sabotage() {
    for (sabotage, finding) in SABOTAGE {
        let output = script(&PYTHON, "histories.py", &["--count", "40", "--sabotage", sabotage]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{sabotage} goes unnoticed: {text}");
        let shrunk = text.lines().nth(1).unwrap_or_default();
        assert!(shrunk.contains(finding), "{sabotage} is taken for something else: {text}");
        let steps = text.lines().skip(2).count();
        assert!(steps <= 8, "{sabotage} is shown by a long history: {text}");
    }
}

/// Learners keep old versions of Anki for years. A version that cannot be installed here,
/// because this Python is too new for it, is named and skipped.
#[test]
fn older_ankis_agree() {
    let mut agreed = 0;
    for version in versions() {
        let python =
            match support::python::environment(&format!("anki-{version}"), &format!("anki/wheels/{version}.txt")) {
                Ok(python) => python,
                Err(reason) => {
                    let reason = reason.lines().next_back().unwrap_or_default();
                    support::tell(&format!("Anki {version} does not install here: {reason}\n"));
                    continue;
                }
            };
        let scenarios = good(&script(&python, "scenarios.py", &["--core"])).lines().count();
        let totals = good(&script(&python, "histories.py", &["--count", "20"]));
        support::tell(&format!("Anki {version} agrees in {scenarios} scenarios and {totals}"));
        agreed += 1;
    }
    assert!(agreed > 0, "no older Anki installs here");
}

/// The versions that have requirements in `tests/anki/wheels`.
fn versions() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/anki/wheels");
    let entries = std::fs::read_dir(folder).expect("the requirements are there");
    let stem = |path: &Path| Some(path.to_str()?.strip_suffix(".txt")?.rsplit('/').next()?.to_owned());
    let mut versions: Vec<String> = entries.filter_map(|entry| stem(&entry.ok()?.path())).collect();
    versions.retain(|version| version != "common");
    versions.sort();
    versions
}
