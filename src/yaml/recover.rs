//! After a syntax error: every entry of a list is read by itself, so that one
//! bad line does not hide the others.

use std::borrow::Cow;
use std::ops::Range;

use super::read::{self, Stop};
use super::{Data, MAX_DIAGNOSTICS, NodeId, Tree, explain};
use crate::diag::{Code, Diagnostic, Sink};
use crate::source::{FileId, ScalarStyle, Span, offset};

/// Reads what can be read of a source that does not parse as a whole.
pub(super) fn parse<'s>(file: FileId, text: &'s str, diagnostics: &mut Sink) -> Tree<'s> {
    let mut tree = Tree::new(file, text);
    let mut pairs = Vec::new();
    let mut last = 0;
    for section in sections(text) {
        let above = std::mem::replace(&mut last, section.start);
        if diagnostics.len() >= MAX_DIAGNOSTICS {
            break;
        }
        if let Some(diagnostic) = explain::separator_at(file, text, section.start) {
            diagnostics.push(diagnostic);
            tree.broken_keys.extend(word_at(text, section.start));
            tree.broken_ids.extend(ids(&text[section]));
            continue;
        }
        match attempt(&mut tree, text, section.clone(), diagnostics) {
            Ok(Some(node)) if tree.text(node).is_some() && tree.broken_keys.is_empty() => {
                let word = tree.text(node).and_then(|text| text.split(char::is_whitespace).next()).unwrap_or("");
                let start = section.start + text[section.clone()].find(word).unwrap_or(0);
                let place = Span::new(file, offset(start), offset(start + word.len()));
                let under = explain::text_below_its_block(file, text, start);
                let under = under.map(|under| verified(under, text, &(above..section.end)));
                diagnostics.push(under.unwrap_or_else(|| explain::missing_colon(place, word)));
                tree.broken_keys.extend(text.get(start..start + word.len()));
            }
            Ok(node) => pairs.extend(node.into_iter().flat_map(|node| entries(&tree, node))),
            Err(stop) => pairs.extend(list(&mut tree, text, section, &stop, diagnostics)),
        }
    }
    one_for_all_tabs(file, text, diagnostics);
    let whole = Span::new(file, 0, offset(text.len()));
    tree.root = Some(tree.push_mapping(whole, &pairs));
    tree
}

/// Tabs in many lines are one fault, whichever entries they are in.
fn one_for_all_tabs(file: FileId, text: &str, diagnostics: &mut Sink) {
    let is_tab = |diagnostic: &Diagnostic| diagnostic.code == Code::TAB_INDENTATION;
    if !diagnostics.iter().any(is_tab) {
        return;
    }
    if let Some(one) = explain::all_tabs(file, text, super::is_whole) {
        diagnostics.retain(|diagnostic| !is_tab(diagnostic));
        diagnostics.push(one);
    }
}

/// The word that begins at byte `at`.
fn word_at(text: &str, at: usize) -> Option<&str> {
    text[at..].trim_start_matches('\u{feff}').split(|c: char| !c.is_ascii_lowercase() && c != '_').next()
}

fn entries(tree: &Tree<'_>, node: NodeId) -> Vec<NodeId> {
    tree.entries(node).flat_map(|(key, value)| [key, value]).collect()
}

/// Reads a chunk; on an error it leaves no trace.
fn attempt<'s>(
    tree: &mut Tree<'s>,
    text: &'s str,
    range: Range<usize>,
    diagnostics: &mut Sink,
) -> Result<Option<NodeId>, Stop> {
    let before = (tree.nodes.len(), tree.children.len(), diagnostics.len());
    let result = read::chunk(tree, text, range, diagnostics);
    if result.is_err() {
        tree.nodes.truncate(before.0);
        tree.children.truncate(before.1);
        diagnostics.truncate(before.2);
    }
    result
}

/// The entry of a list around byte `at`, or else the section.
pub(super) fn part_around(text: &str, at: usize) -> Range<usize> {
    let holds = |range: &Range<usize>| (range.start..=range.end).contains(&at);
    let Some(section) = sections(text).into_iter().rfind(holds) else { return 0..text.len() };
    items(text, section.clone()).into_iter().rfind(holds).unwrap_or(section)
}

/// Byte ranges of the top-level entries.
fn sections(text: &str) -> Vec<Range<usize>> {
    let is_key = |line: &str| line.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '"' | '\''));
    ranges(text, 0..text.len(), |line| is_key(line.trim_start_matches('\u{feff}')))
}

/// Cuts `range` at the lines that `starts` selects; what comes
/// before the first of them belongs to it.
fn ranges(text: &str, range: Range<usize>, starts: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    let mut at = range.start;
    for line in text[range.clone()].split_inclusive('\n') {
        if starts(line) {
            cuts.push(at);
        }
        at += line.len();
    }
    let ends = cuts.iter().skip(1).copied().chain([range.end]);
    cuts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// Reads a section whose value is a list, entry by entry: its key and its list.
fn list<'s>(
    tree: &mut Tree<'s>,
    text: &'s str,
    section: Range<usize>,
    stop: &Stop,
    diagnostics: &mut Sink,
) -> Vec<NodeId> {
    let items = items(text, section.clone());
    let line = text[section.clone()].lines().next().unwrap_or("");
    let is_end = |at: &usize| line[at + 1..].is_empty() || line[at + 1..].starts_with([' ', '\t']);
    let colon = line.match_indices(':').map(|(at, _)| at).find(is_end);
    let Some(colon) = colon.filter(|_| !items.is_empty()) else {
        diagnostics.push(stopped(tree.file, text, &section, stop));
        let first = text[section].trim_start_matches('\u{feff}');
        tree.broken_keys.extend(first.split([':', ' ', '\n']).next());
        return Vec::new();
    };
    let key_span = Span::new(tree.file, offset(section.start), offset(section.start + colon));
    let name = Cow::Borrowed(&text[section.start..section.start + colon]);
    let key = tree.push(key_span, Data::Scalar { text: name, style: ScalarStyle::Plain });
    let mut read = Vec::new();
    for item in items {
        if diagnostics.len() >= MAX_DIAGNOSTICS {
            break;
        }
        match attempt(tree, text, item.clone(), diagnostics) {
            Ok(node) => read.extend(node.into_iter().flat_map(|node| tree.items(node).to_vec())),
            Err(stop) => {
                tree.broken_ids.extend(ids(&text[item.clone()]));
                diagnostics.push(stopped(tree.file, text, &item, &stop));
            }
        }
    }
    let whole = Span::new(tree.file, offset(section.start), offset(section.end));
    vec![key, tree.push_list(whole, &read)]
}

/// The diagnostic for `stop`.
fn stopped(file: FileId, text: &str, part: &Range<usize>, stop: &Stop) -> Diagnostic {
    verified(explain::stop(file, text, stop), text, part)
}

/// `diagnostic` on `part` of `text`, without its fix if that gets the parser no further.
fn verified(mut diagnostic: Diagnostic, text: &str, part: &Range<usize>) -> Diagnostic {
    let Some(fix) = diagnostic.certain_fix() else { return diagnostic };
    let (start, end) = (fix.span.start as usize, fix.span.end as usize);
    let (Some(before), Some(after)) = (text.get(part.start..start), text.get(end..part.end)) else { return diagnostic };
    let mended = format!("{before}{}{after}", fix.text);
    let written = before.len() + fix.text.len();
    let read = read::chunk(&mut Tree::new(fix.span.file, &mended), &mended, 0..mended.len(), &mut Sink::new());
    if read.is_err_and(|stop| stop.at <= written) {
        diagnostic.fix = None;
    }
    diagnostic
}

/// Byte ranges of a section's entries: they begin at the lines with a `- ` that
/// is indented as far as the first one.
fn items(text: &str, section: Range<usize>) -> Vec<Range<usize>> {
    let indent = |line: &str| {
        let rest = line.trim_start_matches(' ');
        let dash = rest.starts_with("- ") || rest.trim_end() == "-";
        dash.then_some(line.len() - rest.len())
    };
    let first = text[section.clone()].lines().find_map(indent);
    ranges(text, section, |line| first.is_some() && indent(line) == first)
}

/// The ids that a broken entry would have defined.
fn ids(item: &str) -> impl Iterator<Item = &str> {
    item.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("- ").unwrap_or(line);
        line.strip_prefix("id:").map(str::trim).filter(|id| !id.is_empty())
    })
}
