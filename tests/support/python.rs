//! Third-party programs that tests run, above all Anki in any version. They live in virtual
//! environments under `target/`, created once from requirements that pin every file by its
//! hash.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::bounded;

/// The Python of the environment `target/NAME`, with the requirements from a file under `tests`.
///
/// # Errors
///
/// What pip printed, if something cannot be installed here.
pub fn environment(name: &str, requirements: &str) -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target").join(name);
    let python = folder.join("bin/python");
    let requirements = root.join("tests").join(requirements);
    let wanted = with_included(&requirements);
    let stamp = folder.join("requirements.txt");
    if std::fs::read_to_string(&stamp).ok().as_deref() != Some(&wanted) {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]);
        // The requirements name every file, those that others depend on too.
        run(install.args(["--no-deps", "--only-binary", ":all:", "-r"]).arg(&requirements))?;
        std::fs::write(&stamp, &wanted).expect("the stamp is written");
    }
    Ok(python)
}

/// The text of a requirements file, and of those that it includes with `-r`.
fn with_included(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("the requirements are there");
    let included = text.lines().filter_map(|line| line.strip_prefix("-r "));
    let included: String = included.map(|name| with_included(&path.with_file_name(name))).collect();
    text + &included
}

/// Runs a command that must succeed.
///
/// # Errors
///
/// What it printed on stderr.
pub fn run(command: &mut Command) -> Result<(), String> {
    let output = bounded::output(command).map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
