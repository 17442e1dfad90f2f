//! Events → nodes, with the rules that the format adds to YAML.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{ErrorKind, Event, Parser};

use super::{Data, MAX_DEPTH, MAX_DIAGNOSTICS, NodeId, Tree};
use crate::diag::{Code, Diagnostic, Sink};
use crate::source::{ScalarStyle, Span, offset};

/// Where and why the parser stopped.
#[derive(Debug)]
pub(super) struct Stop {
    pub kind: ErrorKind,
    /// Byte in the whole source.
    pub at: usize,
}

/// Reads a whole source.
pub(super) fn whole<'s>(tree: &mut Tree<'s>, text: &'s str, diagnostics: &mut Sink) -> Result<Option<NodeId>, Stop> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    chunk(tree, text, text.len() - body.len()..text.len(), diagnostics)
}

/// Reads the bytes `range` of `text` as a separate document.
pub(super) fn chunk<'s>(
    tree: &mut Tree<'s>,
    text: &'s str,
    range: std::ops::Range<usize>,
    diagnostics: &mut Sink,
) -> Result<Option<NodeId>, Stop> {
    let options = granit_parser::options! {
        strict_indentation: true,
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH
    };
    let mut builder = Builder {
        tree,
        text,
        diagnostics,
        open: Vec::new(),
        root: None,
        documents: 0,
    };
    let base = range.start;
    for event in Parser::new_from_str_with_options(&text[range], options) {
        let (event, place) = event.map_err(|error| Stop {
            kind: error.kind().clone(),
            at: base + error.marker().byte_offset().unwrap_or(0),
        })?;
        let bytes = place.byte_range().unwrap_or(0..0);
        let span = Span::new(builder.tree.file, offset(base + bytes.start), offset(base + bytes.end));
        if builder.refuse(&event, span) || builder.diagnostics.len() >= MAX_DIAGNOSTICS {
            break;
        }
        builder.take(event, span)?;
    }
    Ok(builder.root)
}

struct Builder<'t, 's, 'd> {
    tree: &'t mut Tree<'s>,
    text: &'s str,
    diagnostics: &'d mut Sink,
    open: Vec<Open>,
    root: Option<NodeId>,
    documents: usize,
}

/// A collection whose end is still to come.
struct Open {
    start: u32,
    mapping: bool,
    children: Vec<NodeId>,
    /// The keys of a mapping that has more than a few, as texts.
    keys: BTreeMap<String, NodeId>,
}

/// Up to this many keys are searched one by one.
const FEW_KEYS: usize = 32;

impl Open {
    /// The first key with the same text as `node`, which is the last child; `None` if there isn't one.
    fn earlier(&mut self, node: NodeId, tree: &Tree<'_>) -> Option<NodeId> {
        let key = tree.text(node)?;
        let before = &self.children[..self.children.len() - 1];
        let keys = || before.iter().step_by(2).copied();
        if before.len() <= 2 * FEW_KEYS {
            return keys().find(|first| tree.text(*first) == Some(key));
        }
        if self.keys.is_empty() {
            for (node, text) in keys().filter_map(|node| Some((node, tree.text(node)?))) {
                self.keys.entry(text.to_owned()).or_insert(node);
            }
        }
        let first = self.keys.get(key).copied();
        if first.is_none() {
            self.keys.insert(key.to_owned(), node);
        }
        first
    }
}

impl<'s> Builder<'_, 's, '_> {
    /// Reports YAML that the format leaves out; returns whether to stop.
    fn refuse(&mut self, event: &Event<'s>, span: Span) -> bool {
        if let Some(tag) = event.tag()
            && event.is_node()
        {
            let message = format!("the YAML tag `{tag}` is not part of the format");
            let place = self.property(span, '!');
            self.report(Code::YAML_TAG, place, message, "tagged value", "remove the tag");
        }
        if event.is_node() && !event.is_alias() && event.anchor_id().is_some_and(|anchor| anchor != 0) {
            let help = "values shared by a whole file go under `defaults:`";
            let place = self.property(span, '&');
            self.report(Code::YAML_ANCHOR, place, "YAML anchors are not part of the format", "an anchor", help);
        }
        if matches!(event, Event::DocumentStart(..)) {
            self.documents += 1;
            if self.documents == 2 {
                self.report(
                    Code::SECOND_DOCUMENT,
                    span,
                    "a second YAML document begins here",
                    "",
                    "split it into two files",
                );
                return true;
            }
        }
        false
    }

    /// The tag or anchor of a node that begins at `span`: the word with `mark` before it.
    fn property(&self, span: Span, mark: char) -> Span {
        let text = self.text;
        let at = span.start as usize;
        let last = if text[at..].starts_with(mark) { Some(at) } else { text[..at].rfind(mark) };
        let Some(last) = last else { return span };
        let edge = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '{' | '}' | ',');
        let start = text[..last].trim_end_matches(|c| !edge(c)).len();
        let length = text[start..].find(edge).unwrap_or(text.len() - start);
        Span::new(span.file, offset(start), offset(start + length))
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, label: &str, help: &str) {
        let diagnostic = Diagnostic::error(code, span, message).label(label).help(help);
        self.diagnostics.push(diagnostic);
    }

    fn take(&mut self, event: Event<'s>, span: Span) -> Result<(), Stop> {
        match event {
            Event::Scalar(text, style, ..) => {
                let style = convert(style);
                let span = self.trimmed(span);
                let node = self.tree.push(span, Data::Scalar { text, style });
                self.add(node);
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let name = self.text.get(span.start as usize..span.end as usize).unwrap_or("*");
                let message = format!("`{name}` is read as a YAML alias");
                let help = "put the whole value in quotes if it is Markdown emphasis";
                self.report(Code::YAML_ALIAS, span, message, "a value cannot start with `*`", help);
                let text = Cow::Borrowed("-");
                let node = self.tree.push(span, Data::Scalar { text, style: ScalarStyle::SingleQuoted });
                self.add(node);
            }
            Event::SequenceStart(..) => self.open(span, false)?,
            Event::MappingStart(..) => self.open(span, true)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, span: Span, mapping: bool) -> Result<(), Stop> {
        if self.open.len() >= MAX_DEPTH {
            let (kind, at) = (ErrorKind::RecursionLimitExceeded, span.start as usize);
            return Err(Stop { kind, at });
        }
        self.open.push(Open {
            start: span.start,
            mapping,
            children: Vec::new(),
            keys: BTreeMap::new(),
        });
        Ok(())
    }

    fn close(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        let span = self.trimmed(Span::new(span.file, open.start, span.end.max(open.start)));
        let node = if open.mapping {
            self.tree.push_mapping(span, &open.children)
        } else {
            self.tree.push_list(span, &open.children)
        };
        self.add(node);
    }

    fn add(&mut self, node: NodeId) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        let is_key = open.mapping && open.children.len().is_multiple_of(2);
        open.children.push(node);
        if is_key {
            self.check_key(node);
        }
    }

    fn check_key(&mut self, node: NodeId) {
        let span = self.tree.span(node);
        if self.tree.text(node).is_none() {
            if let Some(diagnostic) = cloze_at_start(self.text, span) {
                self.diagnostics.push(diagnostic);
                return;
            }
            let help = "put quotes around the text if it begins with `[` or `{`";
            self.report(Code::BAD_KEY, span, "a key must be plain text", "a list or a mapping", help);
            return;
        }
        let Some(first) = self.open.last_mut().and_then(|open| open.earlier(node, self.tree)) else { return };
        let key = self.tree.text(node).unwrap_or("");
        let diagnostic =
            Diagnostic::error(Code::DUPLICATE_KEY, span, format!("`{key}` appears twice in the same mapping"))
                .label("second one")
                .also(self.tree.span(first), "first one")
                .help("remove one of them; YAML would silently keep only the last");
        self.diagnostics.push(diagnostic);
    }

    /// `span` without the line break that collections and blocks end with.
    fn trimmed(&self, span: Span) -> Span {
        let slice = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
        let length = slice.trim_end_matches(['\n', '\r', ' ', '\t']).len();
        Span::new(span.file, span.start, span.start + offset(length))
    }
}

fn convert(style: granit_parser::ScalarStyle) -> ScalarStyle {
    match style {
        granit_parser::ScalarStyle::Plain => ScalarStyle::Plain,
        granit_parser::ScalarStyle::SingleQuoted => ScalarStyle::SingleQuoted,
        granit_parser::ScalarStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        granit_parser::ScalarStyle::Literal => ScalarStyle::Literal,
        granit_parser::ScalarStyle::Folded => ScalarStyle::Folded,
    }
}

/// Text that begins with `{{`: YAML reads the inner mapping, at `span`, as the outer one's key.
fn cloze_at_start(text: &str, span: Span) -> Option<Diagnostic> {
    let start = (span.start as usize).checked_sub(1)?;
    let value = text.get(start..).filter(|value| value.starts_with("{{"))?.lines().next()?.trim_end();
    let place = Span::new(span.file, offset(start), span.start);
    let diagnostic = Diagnostic::error(Code::LEADING_BRACKET, place, "text cannot start with `{`")
        .label("YAML reads this as the start of a mapping")
        .help("put the value in quotes, or start a text block with `|` on the line above");
    let whole = Span::new(span.file, offset(start), offset(start + value.len()));
    let simple = value.ends_with("}}") && !value.contains(['"', '\\']);
    Some(if simple { diagnostic.suggest(whole, format!("\"{value}\"")) } else { diagnostic })
}
