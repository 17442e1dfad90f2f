//! A new spelling for an id is certain only if nothing else needs to change with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Sink};
use crate::lower::Index;
use crate::source::Span;
use crate::yaml::Tree;

/// Leaves the fix for an id to the author if a text links to it or the new id is taken.
pub(super) fn keep_links(trees: &[Tree<'_>], index: &Index, diagnostics: &mut Sink) {
    let is_certain =
        |diagnostic: &&mut Diagnostic| diagnostic.code == Code::BAD_ID && diagnostic.certain_fix().is_some();
    let mut certain: Vec<&mut Diagnostic> = diagnostics.kept_mut().iter_mut().filter(is_certain).collect();
    if certain.is_empty() {
        return;
    }
    let places: BTreeSet<Span> = certain.iter().filter_map(|diagnostic| diagnostic.span).collect();
    let (ids, links) = ids_and_links(trees, &places);
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for diagnostic in &mut certain {
        let (Some(fix), Some(span)) = (&mut diagnostic.fix, diagnostic.span) else { continue };
        let new = fix.text.trim_matches('"').to_owned();
        let old = ids.get(&span).copied().unwrap_or_default();
        if index.place(&new).is_some() || (!is_reference(index, old, span) && !wanted.insert(new.clone())) {
            fix.certain = false;
            diagnostic.help.push(format!("`{new}` is already taken: choose a different id"));
        } else if links.contains(old) {
            fix.certain = false;
            diagnostic.help.push(format!("update the links to `[[{old}]]` as well"));
        }
    }
}

/// Whether the id at `span` refers to an item that is defined elsewhere.
fn is_reference(index: &Index, old: &str, span: Span) -> bool {
    index.place(old).is_some_and(|defined| defined != span)
}

/// The ids at `places`, and everything the texts link to.
fn ids_and_links<'t>(trees: &'t [Tree<'_>], places: &BTreeSet<Span>) -> (BTreeMap<Span, &'t str>, BTreeSet<&'t str>) {
    let (mut ids, mut links) = (BTreeMap::new(), BTreeSet::new());
    for tree in trees {
        for node in tree.scalars() {
            let text = tree.text(node).unwrap_or("");
            let span = tree.span(node);
            if places.contains(&span) {
                ids.insert(span, text);
            }
            let targets = text.split("[[").skip(1).filter_map(|rest| rest.split([']', '|', '/', '\n']).next());
            links.extend(targets);
        }
    }
    (ids, links)
}
