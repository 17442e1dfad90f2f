//! Mistakes that authors make, one file each in `tests/mistakes`: the compiler reports one
//! thing, at the right place, with a remedy.
//!
//! A line `#~    ^ code` comes after the line with the mistake, with its `^` under the first
//! wrong character; `#~1 code` gives a column that leaves no room for this. These lines are not
//! part of the case, and are removed before it is compiled. `#~ nothing` at the top expects no
//! diagnostics. `⟨0D⟩` stands for that byte, for bytes that editors would not preserve.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs and read files; the harness decides their signatures"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::fmt::Write as _;
use std::path::Path;

use cardpress::Compiled;
use cardpress::report::{self, Human};
use cardpress::world::World;

/// What a case expects: a code and where it is reported.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    code: String,
    path: String,
    line: usize,
    column: usize,
}

/// A case's text without its markers, and what they expect.
fn marked(text: &str) -> (String, Vec<Expected>) {
    let (mut plain, mut expected) = (String::new(), Vec::new());
    let (mut path, mut line) = ("case.yaml".to_owned(), 0);
    for source in text.split_inclusive('\n') {
        if let Some(mark) = source.strip_prefix("#~") {
            let (place, code) = mark.trim_end().rsplit_once(' ').expect("a mark ends with a code");
            let named = place.trim().parse().ok();
            let column = named.or_else(|| place.find('^').map(|at| at + 3)).unwrap_or(0);
            let (code, path) = (code.to_owned(), path.clone());
            expected.push(Expected { code, path, line, column });
            continue;
        }
        plain.push_str(source);
        line += 1;
        if let Some(name) = source.strip_prefix("#- ") {
            name.trim().clone_into(&mut path);
            line = 0;
        }
    }
    expected.retain(|expected| expected.code != "nothing");
    (plain, expected)
}

fn world(plain: &str) -> World {
    let (mut world, _) = support::world(plain);
    for file in std::iter::once(&mut world.manifest).chain(&mut world.files) {
        let text = std::str::from_utf8(&file.bytes).expect("cases are text");
        file.bytes = support::raw(text);
    }
    world
}

/// What the compiler reports, in the same form as what a case expects.
fn found(compiled: &Compiled) -> Vec<Expected> {
    let place = |diagnostic: &cardpress::diag::Diagnostic| {
        let Some(span) = diagnostic.span else { return (String::new(), 0, 0) };
        let source = compiled.sources.get(span.file);
        let at = source.position(span.start);
        (source.path().to_owned(), at.line, at.column)
    };
    let all = compiled.diagnostics.iter();
    all.map(|diagnostic| {
        let (path, line, column) = place(diagnostic);
        Expected {
            code: diagnostic.code.name().to_owned(),
            path,
            line,
            column,
        }
    })
    .collect()
}

#[test]
fn every_mistake_is_told_once_at_its_place_with_a_remedy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the entry is readable").path()).collect();
    paths.sort();
    let (mut table, mut wrong) = (String::new(), String::new());
    writeln!(table, "{:36} {:20} line column remedy", "mistake", "code").expect("memory is written");
    for path in &paths {
        let name = path.file_stem().expect("files have names").to_string_lossy();
        let text = std::fs::read_to_string(path).expect("cases are text");
        let (plain, expected) = marked(&text);
        let compiled = support::compile(&world(&plain));
        let found = found(&compiled);
        let helped = compiled.diagnostics.iter().all(|diagnostic| !diagnostic.help.is_empty());
        if found != expected || !helped {
            let report = report::human(&compiled.sources, &compiled.diagnostics, Human::default());
            writeln!(wrong, "== {name}: expected {expected:?}, found {found:?}\n{report}").expect("memory is written");
        }
        let yes = |right: bool| if right { "right" } else { "wrong" };
        let row = match (expected.as_slice(), found.as_slice()) {
            ([], []) => format!("{name:36} -"),
            ([expected], [found]) => {
                let code = if expected.code == found.code { found.code.as_str() } else { "wrong" };
                let (line, column) = (yes(expected.line == found.line), yes(expected.column == found.column));
                format!("{name:36} {code:20} {line} {column}  {}", if helped { "yes" } else { "no" })
            }
            _ => format!("{name:36} {} diagnostics", found.len()),
        };
        writeln!(table, "{row}").expect("memory is written");
    }
    assert!(wrong.is_empty(), "{wrong}");
    insta::with_settings!({
        snapshot_path => "../snapshots/repo",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!("mistakes", table) });
}
