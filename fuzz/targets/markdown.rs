//! Any text as Markdown, through every writer.
#![no_main]

use std::collections::BTreeSet;

use cardpress::diag::Code;
use cardpress::markup::parse::{self, Syntax};
use cardpress::markup::{Document, html, markdown, plain, strip, typst, walk};
use cardpress_fuzz::{harmless, outside_literals, parsed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (document, found) = parsed(text, Syntax::Plain);
    let refused = found.iter().any(|diagnostic| diagnostic.code == Code::NESTING);
    assert!(refused || parse::depth(text) <= parse::MAX_DEPTH, "too deep for those who read it: {text:?}");
    written(&document);
});

fn written(document: &Document) {
    for html in [html::document(document), html::compact(document), html::stored(document)] {
        harmless(&html);
        let _ = strip::checksum(&html);
    }
    let links = |id: &str| Some(format!("other.md#{id}"));
    let options = markdown::Options { links: &links, level: 2 };
    let _ = markdown::document(document, &options);
    let cell = markdown::cell(document, &options);
    assert!(!cell.contains('\n'), "a cell of two lines: {cell:?}");
    let _ = plain::document(document);
    let mut writer = typst::Writer::new(BTreeSet::from(["a".to_owned()]));
    writer.document(document);
    balanced(writer.as_code());
    let mut inlines = 0;
    walk::inlines(document, &mut |_| inlines += 1);
}

/// Outside string literals the brackets of generated code match.
fn balanced(code: &str) {
    let mut open = Vec::new();
    for c in outside_literals(code).chars() {
        match c {
            '(' | '[' | '{' => open.push(c),
            ')' => assert_eq!(open.pop(), Some('('), "{code}"),
            ']' => assert_eq!(open.pop(), Some('['), "{code}"),
            '}' => assert_eq!(open.pop(), Some('{'), "{code}"),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{code}");
}
