//! Any bytes as the files of a project, mended: every other byte stays, what is mended
//! stays mended, and no edit would have done harm.
#![no_main]

use cardpress::fix;
use cardpress_fuzz::{replayed, shown, world};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut world = world(bytes);
    let outcome = fix::all(&mut world);
    for fixed in &outcome.fixed {
        assert_eq!(replayed(fixed), fixed.after, "other bytes of {} changed", fixed.path);
    }
    assert!(outcome.failed.is_empty(), "an edit would do harm: {:?}", outcome.failed);
    let options = cardpress::Options {
        backends: Vec::new(),
        named: false,
        accept: Vec::new(),
        locked: false,
    };
    let mended = cardpress::compile(&world, &options);
    shown(&mended.sources, &mended.diagnostics);
    let again = fix::all(&mut world);
    assert!(again.fixed.is_empty(), "what was mended is not whole: {again:?}");
});
