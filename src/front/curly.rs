//! Curly quotes, as word processors write them, around a value that YAML then cuts at a comma: to
//! YAML they are ordinary characters.

use crate::diag::{Code, Diagnostic, Sink};
use crate::source::{Span, floor_char, offset};
use crate::yaml::{MAX_DIAGNOSTICS, Tree};

/// Looks for values of `[…]` and `{…}` that begin with a curly quote and are cut before it closes.
pub(super) fn in_values(tree: &Tree<'_>, text: &str, diagnostics: &mut Sink) {
    for node in tree.scalars().filter(|node| tree.is_plain(*node)) {
        if diagnostics.len() >= MAX_DIAGNOSTICS {
            return;
        }
        let span = tree.span(node);
        let Some((start, end, inner)) = quoted(text, span) else { continue };
        let place = Span::new(span.file, offset(start), offset(end));
        let straight = format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\""));
        let diagnostic = Diagnostic::error(Code::CURLY_QUOTE, place, "YAML does not treat curly quotes as quotes")
            .label("YAML ends the value at this comma")
            .help("put the value in straight quotes")
            .fix(place, straight);
        diagnostics.push(diagnostic);
    }
}

/// Longer values are left to the author.
const LONGEST: usize = 1000;

/// The value with its quotes, and what is inside them, if `span` is only its beginning.
fn quoted(text: &str, span: Span) -> Option<(usize, usize, &str)> {
    let start = span.start as usize;
    let near = floor_char(text, start + LONGEST);
    let rest = text.get(start..near)?.lines().next()?;
    let mut letters = rest.chars();
    let (open, close) = match letters.next()? {
        open @ ('“' | '”') => (open, ['”', '“', '”']),
        open @ '„' => (open, ['“', '”', '“']),
        open @ '‘' => (open, ['’', '’', '’']),
        open @ '«' => (open, ['»', '»', '»']),
        _ => return None,
    };
    let cut = span.end as usize - start;
    if cut >= rest.len() {
        return None;
    }
    let first = rest.get(open.len_utf8()..cut)?;
    if first.contains(close) || !rest.get(cut..)?.trim_start().starts_with(',') {
        return None;
    }
    // The closing quote comes before a comma or a bracket; an apostrophe doesn't.
    let ends = |at: usize, mark: &str| rest[at + mark.len()..].trim_start().starts_with([',', ']', '}']);
    let (at, mark) = rest.match_indices(close).find(|(at, mark)| *at > cut && ends(*at, mark))?;
    let inner = rest.get(open.len_utf8()..at)?;
    (!inner.contains(['[', ']', '{', '}'])).then_some((start, start + at + mark.len(), inner))
}
