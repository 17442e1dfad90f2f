//! Every word of any text reaches every output, or a diagnostic stands in its place.
#![no_main]

use cardpress::markup::parse::Syntax;
use cardpress_fuzz::words;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for syntax in [Syntax::Plain, Syntax::Cloze] {
        if let Some(lost) = words::lost(text, syntax) {
            panic!("{lost}");
        }
    }
});
