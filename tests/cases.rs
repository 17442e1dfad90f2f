//! Tests as data: to show a new case, put a file into `tests/cases/ok` or `tests/cases/err`, or
//! into `tests/cases/lint` for a lint rule. No Rust needs to change.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "tests run programs and read files; the harness decides their signatures"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::fmt::Write as _;
use std::path::Path;

use cardpress::diag::{Code, Diagnostic};
use cardpress::report::{self, Human};
use cardpress::source::Sources;
use cardpress::threads::Threads;
use cardpress::{Lint, backend, diff};

/// The case compiles and renders in every backend to what the snapshots say. A day later, with
/// the ledger of the first build, it gives the same bytes and the same ledger.
fn ok(path: &Path, text: String) -> datatest_stable::Result<()> {
    if !cfg!(feature = "pdf") && text.starts_with("# needs the sheet") {
        return Ok(());
    }
    let (mut world, media) = support::world(&text);
    support::assert_alike_on_all_threads(&world, &media);
    let compared = cardpress::compare(&world, None, Threads::ONE);
    let compiled = support::compile(&world);
    let report = report::human(&compiled.sources, &compiled.diagnostics, Human::default());
    assert!(!cardpress::diag::has_errors(&compiled.diagnostics), "{report}");
    if let Some(lock) = &compiled.lock {
        snapshot("lock", path, lock);
        if let (Some(_), Some(release)) = (&world.lock, &compared.release) {
            let (human, json, markdown) = (diff::human(release), diff::json(release), diff::markdown(release));
            snapshot("diff", path, &format!("{human}\n=== markdown\n{markdown}\n=== json\n{json}"));
        }
        world.lock = Some(support::lock(lock));
        world.now += 86_400;
    }
    let again = support::compile(&world);
    assert_eq!(again.lock, None, "the ledger would change again");
    for backend in backend::ALL {
        let mut shown = String::new();
        let of = |compiled: &cardpress::Compiled| -> Vec<(String, Vec<u8>)> {
            let own = compiled.artifacts.iter().filter(|(name, _)| *name == backend.name);
            own.map(|(_, artifact)| (artifact.path.clone(), support::bytes(artifact, &media))).collect()
        };
        let made = of(&compiled);
        assert_eq!(made, of(&again), "{} differs from build to build", backend.name);
        let alone = support::compile_for(&world, std::slice::from_ref(backend), false);
        assert_eq!(made, of(&alone), "{} differs where it is made alone", backend.name);
        for (artifact, bytes) in &made {
            writeln!(shown, "=== {artifact}\n{}", support::readable(artifact, bytes))?;
        }
        #[cfg(feature = "pdf")]
        if backend.name == "sheet" {
            shown.push_str(&sheet(&world));
        }
        snapshot(backend.name, path, &shown);
    }
    if !compiled.diagnostics.is_empty() {
        all_explained(&compiled.diagnostics);
        snapshot("warnings", path, &report);
    }
    Ok(())
}

/// The sheet's Typst source, its number of pages and its font size.
#[cfg(feature = "pdf")]
fn sheet(world: &cardpress::world::World) -> String {
    let (_, deck, _) = cardpress::deck(world);
    let deck = deck.expect("the case compiles").deck;
    let layouts = deck.project.sheets.iter().filter_map(|sheet| {
        let layout =
            cardpress::press::sheet::layout(&deck, sheet, &*world.media_source, &mut cardpress::diag::Sink::new())?;
        Some(format!(
            "{}.pdf: {} pages, {} columns, {:.2} pt\n{}\n{}",
            sheet.name, layout.pages, layout.columns, layout.size, layout.geometry, layout.typst_source
        ))
    });
    layouts.collect()
}

/// The code of the first diagnostic is the file's name up to a dot, and nothing is built.
fn err(path: &Path, text: String) -> datatest_stable::Result<()> {
    if !cfg!(feature = "pdf") && text.starts_with("# needs the sheet") {
        return Ok(());
    }
    let (world, media) = support::world(&text);
    support::assert_alike_on_all_threads(&world, &media);
    let locked = text.starts_with("# --locked");
    let compiled = support::compile_with(&world, locked);
    let report = report::human(&compiled.sources, &compiled.diagnostics, Human::default());
    let first = compiled.diagnostics.first().map(|diagnostic| diagnostic.code.name());
    let name = path.file_name().and_then(|name| name.to_str()).expect("cases have names");
    assert_eq!(first, name.split('.').next(), "{report}");
    assert!(compiled.artifacts.is_empty() && compiled.lock.is_none(), "something would be written");
    assert!(compiled.diagnostics.iter().all(|diagnostic| !diagnostic.help.is_empty()), "no remedy\n{report}");
    all_explained(&compiled.diagnostics);
    compiled.diagnostics.iter().for_each(|diagnostic| fixed(&text, locked, &compiled.sources, diagnostic));
    snapshot("diagnostics", path, &format!("{}\n---\n{report}", text.trim_end()));
    Ok(())
}

/// The edit that a diagnostic proposes fixes the mistake, and changes nothing else.
fn fixed(case: &str, locked: bool, sources: &Sources, diagnostic: &Diagnostic) {
    let Some(fix) = &diagnostic.fix else { return };
    let file = fix.span.file;
    let after = cardpress::fix::apply(sources, file, &[fix]);
    let before = sources.get(file).text();
    let (start, end) = (fix.span.start as usize, fix.span.end as usize);
    assert_eq!(after, format!("{}{}{}", &before[..start], fix.text, &before[end..]));
    let (mut world, _) = support::world(case);
    let path = sources.get(file).path();
    let changed = std::iter::once(&mut world.manifest)
        .chain(&mut world.files)
        .chain(&mut world.templates)
        .find(|file| file.path == path);
    changed.expect("fixes are made in sources").bytes = after.into_bytes();
    let left = support::compile_with(&world, locked);
    let place = |one: &Diagnostic| one.span.map(|span| (sources.get(span.file).path().to_owned(), span.start));
    let same = left
        .diagnostics
        .iter()
        .find(|one| one.code.name() == diagnostic.code.name() && place(one) == place(diagnostic));
    assert!(same.is_none(), "the fix of `{}` leaves it as it is", diagnostic.code.name());
}

/// What the lint finds in a case without mistakes. The file's name must be among the codes.
fn lint(path: &Path, text: String) -> datatest_stable::Result<()> {
    let (world, media) = support::world(&text);
    support::assert_alike_on_all_threads(&world, &media);
    let checked = cardpress::check(&world, &[], &Lint::default()).compiled;
    let found: Vec<Diagnostic> =
        checked.diagnostics.into_iter().filter(|found| found.code.name() != "no-sheet").collect();
    let report = report::human(&checked.sources, &found, Human::default());
    let rule = path.file_stem().and_then(|stem| stem.to_str()).expect("cases have names");
    assert!(found.iter().any(|found| found.code.name() == rule), "{report}");
    assert!(found.iter().all(|found| !found.help.is_empty()), "no remedy\n{report}");
    all_explained(&found);
    snapshot("lint", path, &format!("{}\n---\n{report}", text.trim_end()));
    Ok(())
}

fn all_explained(diagnostics: &[Diagnostic]) {
    for code in diagnostics.iter().map(|diagnostic| diagnostic.code.name()) {
        assert!(Code::named(code).is_some(), "`{code}` has no page in docs/codes");
    }
}

fn snapshot(folder: &str, case: &Path, text: &str) {
    let name = case.file_stem().and_then(|stem| stem.to_str()).expect("cases have names");
    insta::with_settings!({
        snapshot_path => format!("../snapshots/{folder}"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

datatest_stable::harness! {
    { test = ok, root = "tests/cases/ok", pattern = r".*\.yaml$" },
    { test = err, root = "tests/cases/err", pattern = r".*\.yaml$" },
    { test = lint, root = "tests/cases/lint", pattern = r".*\.yaml$" },
}
