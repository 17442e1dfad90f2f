//! The published crate is complete, so that it builds and passes its tests anywhere.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run programs and read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use support::bounded;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let mut cargo = Command::new(env!("CARGO"));
    let output = bounded::output(cargo.current_dir(folder).args(arguments)).expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "cargo {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned() + &said
}

#[test]
fn every_link_of_the_packaged_readme_leads_somewhere() {
    let listed = cargo(root(), &["package", "--list", "--allow-dirty"]);
    let files: BTreeSet<&str> = listed.lines().collect();
    let readme = std::fs::read_to_string(root().join("README.md")).expect("there is a README");
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let mut seen = 0;
    for link in links.filter(|link| !link.is_empty() && !link.contains("://")) {
        seen += 1;
        let folder = format!("{}/", link.trim_end_matches('/'));
        assert!(
            files.contains(link) || files.iter().any(|file| file.starts_with(&folder)),
            "{link} is not in the crate"
        );
    }
    assert!(seen > 10, "the README has links");
    for file in files {
        assert!(!file.contains("/dist/"), "{file} is an output");
    }
}

/// Outside the repository, so that other files there cannot help.
#[test]
fn the_packaged_crate_builds_and_passes_its_tests() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let target = folder.path().to_str().expect("temporary folders have plain names");
    cargo(root(), &["package", "--no-verify", "--allow-dirty", "--quiet", "--target-dir", target]);
    let name = concat!(env!("CARGO_PKG_NAME"), "-", env!("CARGO_PKG_VERSION"));
    let mut tar = Command::new("tar");
    tar.current_dir(folder.path()).args(["-xf", &format!("package/{name}.crate")]);
    assert!(bounded::output(&mut tar).expect("tar starts").status.success());
    // The dependencies are already compiled in this test's build folder.
    let mut test = vec!["test", "--release", "--locked", "--quiet", "--lib", "--bins"];
    if !cfg!(feature = "pdf") {
        test.push("--no-default-features");
    }
    let compiled = Path::new(env!("CARGO_BIN_EXE_cardpress")).ancestors().nth(2).expect("it is in a target folder");
    let compiled = compiled.to_str().expect("the target folder has a plain name");
    test.extend(["--target-dir", compiled]);
    let said = cargo(&folder.path().join(name), &test);
    assert!(said.contains("test result: ok."), "{said}");
}
