//! Cards as a learner sees them: rendered by the real Anki, with the style and the MathJax of its own
//! reviewer, in headless Chromium.
//!
//! The browser is `CARDPRESS_BROWSER`, or else `chromium` if it is installed; without one, these tests
//! say so and check nothing.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run programs and read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

const BROWSER: &str = "CARDPRESS_BROWSER";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The browser. A variable that names a missing one is a mistake; no browser at all is not.
fn browser() -> Option<PathBuf> {
    let named = std::env::var_os(BROWSER).map(PathBuf::from);
    let found = named.clone().unwrap_or_else(|| PathBuf::from("chromium"));
    let starts = support::bounded::output(Command::new(&found).arg("--version"));
    let starts = starts.is_ok_and(|output| output.status.success());
    assert!(starts || named.is_none(), "{BROWSER} names {}, which does not start", found.display());
    if !starts {
        support::tell("ignored: no browser\n");
    }
    starts.then_some(found)
}

/// The course's package.
static COURSE: LazyLock<PathBuf> = LazyLock::new(|| package(&root().join("content"), "course"));

/// The package of a copy of a project, since a build writes the ledger; `name` is that of the folder for both.
fn package(project: &Path, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cards").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the folder is made");
    let (copy, out) = (folder.join("project"), folder.join("out"));
    good(Command::new("cp").arg("-r").arg(project).arg(&copy));
    let mut build = Command::new(env!("CARGO_BIN_EXE_cardpress"));
    good(build.arg("build").arg(&copy).args(["--only", "apkg", "-o"]).arg(&out));
    let files = std::fs::read_dir(&out).expect("the output folder is there");
    let mut files = files.map(|entry| entry.expect("the entry is readable").path());
    files.find(|path| path.extension().is_some_and(|extension| extension == "apkg")).expect("a package was built")
}

/// Runs a command that must succeed.
fn good(command: &mut Command) {
    support::python::run(command).unwrap_or_else(|said| panic!("{said}"));
}

/// Runs the script with these arguments; shows what it prints.
fn look(browser: &Path, arguments: &[&str], packages: &[PathBuf]) {
    let python = support::python::environment("anki", "anki/requirements.txt").expect("Anki installs");
    let reviewer =
        support::python::environment("anki-reviewer", "anki/reviewer.txt").expect("Anki's reviewer installs");
    let reviewer = reviewer.ancestors().nth(2).expect("it is in an environment");
    let mut command = Command::new(python);
    command.arg("-B").arg(root().join("tests/anki/cards.py")).arg("--reviewer").arg(reviewer);
    command.arg("--chromium").arg(browser).args(arguments).args(packages);
    let output = support::bounded::output_within(Duration::from_mins(20), &mut command).expect("Python starts");
    let text = String::from_utf8_lossy(&output.stdout);
    support::tell(&text);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_cards_of_the_course_can_be_graded_at_a_glance() {
    let Some(browser) = browser() else { return };
    look(&browser, &["--heights"], std::slice::from_ref(&COURSE));
}

#[test]
fn the_cards_of_every_example_fit_the_screen() {
    let Some(browser) = browser() else { return };
    let examples = ["geography", "lecture", "vocabulary"];
    let built = examples.map(|name| package(&root().join("examples").join(name), name));
    look(&browser, &[], &built);
}

#[test]
fn options_are_mixed_alike_on_both_sides() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = std::fs::read_to_string(root().join("tests/cases/ok/mix-options.yaml")).expect("the case is there");
    for (name, text) in support::files(&case) {
        std::fs::write(folder.path().join(name), text).expect("the folder is writable");
    }
    look(&browser, &["--mixed"], &[package(folder.path(), "mix-options")]);
}

/// The package of a new project whose manifest ends with `more`.
fn sample(name: &str, more: &str) -> PathBuf {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = folder.path().join("sample");
    good(Command::new(env!("CARGO_BIN_EXE_cardpress")).args(["init", "--template", "interview"]).arg(&project));
    let manifest = project.join("cardpress.yaml");
    let text = std::fs::read_to_string(&manifest).expect("it has a manifest");
    std::fs::write(manifest, text + more).expect("the manifest is writable");
    package(&project, name)
}

/// `CARDPRESS_PICTURES=draw` draws them anew. Fonts differ from system to system, so they are compared only
/// where `CARDPRESS_BROWSER` asks for it.
#[test]
fn cards_look_as_in_the_documentation() {
    let Some(browser) = browser() else { return };
    let themes = ["serif", "contrast"].map(|theme| {
        let built = sample(theme, &format!("theme: {theme}\n"));
        look(&browser, &[], std::slice::from_ref(&built));
        (root().join("docs/cards").join(theme), vec![built])
    });
    let plain = (root().join("docs/cards"), vec![COURSE.clone(), sample("sample", "")]);
    for (pictures, packages) in themes.into_iter().chain([plain]) {
        let pictures = pictures.to_str().expect("the repository has a plain path");
        if std::env::var_os("CARDPRESS_PICTURES").is_some() {
            look(&browser, &["--pictures", pictures], &packages);
        } else if std::env::var_os(BROWSER).is_some() {
            look(&browser, &["--compare", pictures], &packages);
        } else {
            support::tell(&format!("ignored: {BROWSER} is not set\n"));
        }
    }
}
