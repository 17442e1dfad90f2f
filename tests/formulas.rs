//! Formulas as data: each line of a file in `tests/formulas` is a formula, and the snapshot
//! says what MathJax gets, what the sheet prints, or what is wrong.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "tests read files; the harness decides their signatures"
)]
#![allow(missing_docs, reason = "a test")]

use std::fmt::Write as _;
use std::path::Path;

use cardpress::markup::tex::{self, Fault, Macros};
use cardpress::markup::typst_math;

/// Lines that begin with `##` are headings; lines that begin with `inline` and a space are
/// formulas in running text.
fn formulas(path: &Path, text: String) -> datatest_stable::Result<()> {
    let mut shown = String::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("## ") {
            writeln!(shown, "\n== {heading}\n")?;
            continue;
        }
        let (tex, display) = match line.strip_prefix("inline ") {
            Some(tex) => (tex, false),
            None => (line, true),
        };
        writeln!(shown, "{line}")?;
        let mut macros = Macros::default();
        macros.define(r"\norm", r"\left\|#1\right\|")?;
        macros.define(r"\inner", r"\langle #1, #2\rangle")?;
        macros.define(r"\Loss", r"\mathcal{L}")?;
        match tex::read(tex, display, &mut macros) {
            Ok(formula) => {
                if formula.tex != tex {
                    writeln!(shown, "  anki   {}", formula.tex)?;
                }
                match typst_math::convert(&formula.mathml) {
                    Ok(code) => writeln!(shown, "  paper  {code}")?,
                    Err(reason) => writeln!(shown, "  source {reason}")?,
                }
                formula.remarks.iter().try_for_each(|remark| told(&mut shown, "lost", tex, remark))?;
                stable(&formula.tex, display);
            }
            Err(faults) => faults.iter().try_for_each(|fault| told(&mut shown, "error", tex, fault))?,
        }
    }
    let name = path.file_stem().and_then(|stem| stem.to_str()).expect("files have names");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/formulas");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
    Ok(())
}

fn told(shown: &mut String, what: &str, tex: &str, fault: &Fault) -> std::fmt::Result {
    let place = tex.get(fault.range.clone()).expect("a fault has a place in the formula");
    writeln!(shown, "  {what:<6} `{place}`: {}", fault.message)
}

/// What we write for MathJax is valid, and reading it again gives the same text.
fn stable(tex: &str, display: bool) {
    let again = tex::read(tex, display, &mut Macros::default()).expect("MathJax takes it");
    assert_eq!(again.tex, tex);
}

datatest_stable::harness! {
    { test = formulas, root = "tests/formulas", pattern = r"\.txt$" },
}
