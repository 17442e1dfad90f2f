//! Any text as a formula: refused at a place, or what MathJax gets and MathML that Typst's writer reads.
#![no_main]

use cardpress::markup::tex::{self, Macros};
use cardpress::markup::typst_math;
use cardpress_fuzz::outside_literals;
use libfuzzer_sys::fuzz_target;

/// Longer formulas are not what this is about, and quadratic libraries are known.
const LONGEST: usize = 2000;

/// What the writer itself puts behind a `#`, beside a length; nothing else may follow one.
const OURS: [&str; 12] = [
    "\"",
    "h(",
    "hide(",
    "text(fill: rgb(\"",
    "text(size: ",
    "true",
    "false",
    "none",
    "(100% + 1em)",
    "(hline: (",
    "box(",
    "raw(\"",
];

fn is_ours(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
        || OURS.iter().any(|name| code.starts_with(name))
}

fuzz_target!(|tex: &str| {
    if tex.len() > LONGEST {
        return;
    }
    for display in [false, true] {
        match tex::read(tex, display, &mut Macros::default()) {
            Ok(formula) => {
                if let Ok(code) = typst_math::convert(&formula.mathml) {
                    let code = outside_literals(&code);
                    let mut calls = code.split('#').skip(1);
                    assert!(calls.all(is_ours), "{code}");
                }
                // What was written for MathJax is right, and stays as it is.
                let again = tex::read(&formula.tex, display, &mut Macros::default());
                if let Ok(again) = again {
                    assert_eq!(again.tex, formula.tex, "{tex:?}");
                } else {
                    assert!(tex::is_blank(&formula), "{tex:?} → {:?}: {again:?}", formula.tex);
                }
            }
            Err(faults) => {
                for fault in faults {
                    assert!(tex.get(fault.range.clone()).is_some(), "{:?} of {tex:?}", fault.range);
                    assert!(!fault.message.is_empty());
                }
            }
        }
    }
});
