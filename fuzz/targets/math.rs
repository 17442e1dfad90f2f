//! Any text as a formula: refused at a place, or MathML that Typst's writer reads.
#![no_main]

use cardpress::markup::{mathml, typst_math};
use cardpress_fuzz::outside_literals;
use libfuzzer_sys::fuzz_target;

/// Longer formulas are not what this is about, and quadratic libraries are known.
const LONGEST: usize = 2000;

/// What the writer itself puts behind a `#`, beside a length; nothing else may follow one.
const OURS: [&str; 9] =
    ["\"", "h(", "hide(", "text(fill: rgb(\"", "true", "false", "none", "(100% + 1em)", "(hline: ("];

fn is_ours(code: &str) -> bool {
    code.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
        || OURS.iter().any(|name| code.starts_with(name))
}

fuzz_target!(|tex: &str| {
    if tex.len() > LONGEST {
        return;
    }
    for display in [false, true] {
        match mathml::convert(tex, display) {
            Ok(mathml) => {
                if let Ok(code) = typst_math::convert(&mathml) {
                    let code = outside_literals(&code);
                    let mut calls = code.split('#').skip(1);
                    assert!(calls.all(is_ours), "{code}");
                }
            }
            Err(error) => {
                assert!(tex.get(error.range.clone()).is_some(), "{:?} of {tex:?}", error.range);
                assert!(!error.message.is_empty());
            }
        }
    }
});
