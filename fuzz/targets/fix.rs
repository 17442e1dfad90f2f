//! Any bytes as the files of a project, mended: every other byte stays, what is mended
//! stays mended, and every edit that would have done harm is reported and not made.
#![no_main]

use std::sync::atomic::{AtomicUsize, Ordering};

use cardpress::diag::Diagnostic;
use cardpress::fix;
use cardpress_fuzz::{replayed, shown, world};
use libfuzzer_sys::fuzz_target;

/// So many texts whose fixes failed are printed: each may show a fix that proposes too much.
const PRINTED: usize = 40;

static FAILED: AtomicUsize = AtomicUsize::new(0);

fuzz_target!(|bytes: &[u8]| {
    let mut world = world(bytes);
    let outcome = fix::all(&mut world);
    for fixed in &outcome.fixed {
        assert_eq!(replayed(fixed), fixed.after, "other bytes of {} changed", fixed.path);
    }
    let options = cardpress::Options::default();
    let mended = cardpress::compile(&world, &options);
    shown(&mended.sources, &mended.diagnostics);
    shown(&mended.sources, &outcome.failed);
    print(bytes, &outcome.failed);
    let again = fix::all(&mut world);
    assert!(again.fixed.is_empty(), "what was mended is not whole: {again:?}");
});

/// Prints a text that an author could have written and whose fixes failed.
fn print(bytes: &[u8], failed: &[Diagnostic]) {
    let noise = |c: char| c.is_control() && !['\n', '\r', '\t'].contains(&c);
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| !text.contains(noise)) else { return };
    if failed.is_empty() || FAILED.fetch_add(1, Ordering::Relaxed) >= PRINTED {
        return;
    }
    let messages: Vec<&str> = failed.iter().map(|failed| failed.message.as_str()).collect();
    eprintln!("== {}\n{text}\n==", messages.join("; "));
}
