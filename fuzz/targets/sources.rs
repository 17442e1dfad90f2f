//! Any bytes as the files of a project: YAML → schema → content → deck, and from
//! there through the lint and every writer.
#![no_main]

use cardpress::{Lint, Options, diag, fix};
use cardpress_fuzz::{shown, world};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut world = world(bytes);
    let options = Options::default();
    let compiled = cardpress::compile(&world, &options);
    shown(&compiled.sources, &compiled.diagnostics);
    if diag::has_errors(&compiled.diagnostics) {
        let _ = fix::all(&mut world);
        let mended = cardpress::compile(&world, &options);
        shown(&mended.sources, &mended.diagnostics);
        let again = fix::all(&mut world);
        assert!(again.fixed.is_empty(), "what was mended is not whole: {again:?}");
    } else {
        let checked = cardpress::check(&world, &[], &Lint::default()).compiled;
        shown(&checked.sources, &checked.diagnostics);
    }
});
