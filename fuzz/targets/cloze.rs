//! Any text as a sentence with hidden parts: what Anki reads back is what was meant.
#![no_main]

use std::collections::BTreeSet;

use cardpress::markup::parse::Syntax;
use cardpress::markup::{cloze, html, markdown, plain};
use cardpress_fuzz::{harmless, parsed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (document, diagnostics) = parsed(text, Syntax::Cloze);
    if !diagnostics.is_empty() {
        return;
    }
    let html = html::document(&document);
    let meant: BTreeSet<u16> = cloze::numbers(&document).into_iter().collect();
    assert_eq!(read_by_anki(&html), meant, "{html}");
    let answers: BTreeSet<u16> = cloze::answers(&html).into_keys().collect();
    assert_eq!(answers, meant, "{html}");
    let blanked = cloze::blanked(&document);
    assert!(cloze::numbers(&blanked).is_empty());
    harmless(&html::document(&blanked));
    let _ = markdown::document(&document, &markdown::Options { links: &|_| None, level: 2 });
    let _ = plain::document(&document);
});

/// The numbers of the cards that Anki makes: `{{c`, digits, `::`, up to the `}}` (its
/// `cloze.rs` nests them; an author's text has none within another).
fn read_by_anki(html: &str) -> BTreeSet<u16> {
    let mut numbers = BTreeSet::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once("{{c") {
        let Some((number, content)) = after.split_once("::") else { break };
        let Ok(number) = number.parse() else {
            rest = after;
            continue;
        };
        numbers.insert(number);
        let (hidden, next) = content.split_once("}}").expect("a hidden part ends");
        assert!(!hidden.contains("{{c"), "a part within a part: {html}");
        assert!(hidden.matches("::").count() <= 1, "an answer that is a hint: {html}");
        rest = next;
    }
    numbers
}
