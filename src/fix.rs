//! Certain remedies, made in the sources. Only the places that a fix names
//! change; every other byte stays, line ends and byte order marks too.

use std::collections::BTreeMap;

use crate::diag::{Diagnostic, Fix};
use crate::source::{FileId, Sources, floor_char};
use crate::world::{File, World};
use crate::{Options, compile};

/// A remedy may bare another fault or overlap with another remedy; after so many
/// passes there is something that no remedy mends.
const PASSES: usize = 10;

/// A source in which something was mended.
#[derive(Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Path relative to the project.
    pub path: String,
    /// What it said before.
    pub before: Vec<u8>,
    /// What it says now.
    pub after: Vec<u8>,
    /// How many faults of each code were mended.
    pub codes: BTreeMap<&'static str, usize>,
}

/// Makes every certain fix in `world`, in passes, and says where.
#[must_use]
pub fn all(world: &mut World) -> Vec<Fixed> {
    let mut fixed: BTreeMap<String, Fixed> = BTreeMap::new();
    for _ in 0..PASSES {
        if pass(world, &mut fixed) == 0 {
            break;
        }
    }
    fixed.into_values().collect()
}

/// Makes what can be made at once, and says how many files it changed.
fn pass(world: &mut World, fixed: &mut BTreeMap<String, Fixed>) -> usize {
    // No output has a fix of its own, and some take long.
    let options = Options {
        backends: Vec::new(),
        accept: Vec::new(),
        locked: false,
    };
    let compiled = compile(world, &options);
    let mut changed = 0;
    for (id, mut faults) in by_file(&compiled.diagnostics) {
        // A key that is given twice may be at fault where its other value is not.
        faults.retain(|(_, fix)| compiled.sources.slice(fix.span) != fix.text);
        if faults.is_empty() {
            continue;
        }
        let source = compiled.sources.get(id);
        let Some(file) = find(world, source.path()).filter(|file| file.bytes == source.text().as_bytes()) else {
            continue;
        };
        let made = apart(faults);
        let edits: Vec<&Fix> = made.iter().map(|(_, fix)| *fix).collect();
        let after = apply(&compiled.sources, id, &edits).into_bytes();
        let before = std::mem::replace(&mut file.bytes, after.clone());
        let entry = fixed.entry(file.path.clone()).or_insert_with(|| Fixed {
            path: file.path.clone(),
            before,
            after: Vec::new(),
            codes: BTreeMap::new(),
        });
        entry.after = after;
        for (code, _) in &made {
            *entry.codes.entry(code).or_default() += 1;
        }
        changed += 1;
    }
    changed
}

fn by_file(diagnostics: &[Diagnostic]) -> BTreeMap<FileId, Vec<(&'static str, &Fix)>> {
    let mut files: BTreeMap<FileId, Vec<_>> = BTreeMap::new();
    for diagnostic in diagnostics {
        if let Some(fix) = diagnostic.certain_fix() {
            files.entry(fix.span.file).or_default().push((diagnostic.code, fix));
        }
    }
    files
}

fn find<'w>(world: &'w mut World, path: &str) -> Option<&'w mut File> {
    std::iter::once(&mut world.manifest).chain(&mut world.files).find(|file| file.path == path)
}

/// Those that do not touch an earlier one; the others wait for the next pass.
fn apart<'f>(mut faults: Vec<(&'static str, &'f Fix)>) -> Vec<(&'static str, &'f Fix)> {
    faults.sort_by_key(|(_, fix)| fix.span);
    let mut end = None;
    faults.retain(|(_, fix)| {
        let free = end.is_none_or(|end| fix.span.start > end);
        if free {
            end = Some(fix.span.end);
        }
        free
    });
    faults
}

/// The text of `file` with `fixes` made, which stand in their order and apart.
#[must_use]
pub fn apply(sources: &Sources, file: FileId, fixes: &[&Fix]) -> String {
    let text = sources.get(file).text();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for fix in fixes {
        let start = floor_char(text, fix.span.start as usize).max(at);
        let end = floor_char(text, fix.span.end as usize).max(start);
        out.push_str(&text[at..start]);
        out.push_str(&fix.text);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Span};

    #[test]
    fn fixes_change_their_places_only_and_never_each_other() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.yaml", "\u{feff}eins: 1\r\nzwei: ü\r\n"));
        let fix = |start, end, text: &str| Fix {
            span: Span::new(file, start, end),
            text: text.to_owned(),
            certain: true,
        };
        let (colon, first, doubled, within) =
            (fix(18, 20, "\"ü\""), fix(3, 7, "one"), fix(3, 7, "one"), fix(5, 8, "x"));
        let made = apart(vec![("a", &colon), ("b", &first), ("b", &doubled), ("c", &within)]);
        assert_eq!(made, [("b", &first), ("a", &colon)]);
        let edits: Vec<&Fix> = made.iter().map(|(_, fix)| *fix).collect();
        assert_eq!(apply(&sources, file, &edits), "\u{feff}one: 1\r\nzwei: \"ü\"\r\n");
    }
}
