//! What a schema rejects → what an author needs to know.

mod keys;
mod values;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::paths::LocationSegment;
use serde_json::Value as JsonValue;

use crate::diag::{Code, Diagnostic, Sink};
use crate::source::Span;
use crate::yaml::{NodeId, Tree};

/// Reports one error of the validator.
pub(super) fn error(
    schema: &JsonValue,
    tree: &Tree<'_>,
    text: &str,
    error: &ValidationError<'_>,
    diagnostics: &mut Sink,
) {
    let Some(fault) = locate(schema, tree, text, error) else { return };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => diagnostics.extend(fault.unknown_keys(unexpected)),
        Kind::Required { property } => diagnostics.extend(fault.missing_key(property.as_str().unwrap_or(""))),
        Kind::Type { kind } => fault.wrong_type(kind, diagnostics),
        Kind::Pattern { .. } | Kind::MinLength { .. } => diagnostics.extend(fault.bad_text(diagnostics)),
        Kind::MaxProperties { .. } => diagnostics.push(fault.too_many_keys()),
        Kind::MinItems { limit } => {
            let message =
                format!("{} needs at least {limit} {}", fault.what, if *limit == 1 { "entry" } else { "entries" });
            let label = format!("has {}", tree.items(fault.node).len());
            diagnostics.push(
                Diagnostic::error(Code::TOO_FEW, fault.key_span(), message).label(label).help("add the missing ones"),
            );
        }
        Kind::Minimum { .. } | Kind::Maximum { .. } => diagnostics.push(fault.out_of_range()),
        Kind::MaxLength { limit } => diagnostics.push(fault.too_long(*limit)),
        // Any other rule that a value can break is a list of allowed values.
        _ => diagnostics.extend(fault.not_an_option(diagnostics)),
    }
}

/// Where a document and its schema disagree.
struct Fault<'a, 's> {
    tree: &'a Tree<'s>,
    /// The whole schema, which `$ref` points into.
    root: &'a JsonValue,
    /// The characters of the faulty value.
    raw: &'a str,
    node: NodeId,
    /// The key whose value is faulty.
    key: Option<NodeId>,
    /// The schema that the node should fit.
    schema: &'a JsonValue,
    /// What a person calls the value.
    what: String,
    /// The key of the value, or of the list that the value is an entry of.
    owner: String,
    /// What a person calls the mapping around it.
    noun: &'a str,
}

fn locate<'a, 's>(
    schema: &'a JsonValue,
    tree: &'a Tree<'s>,
    text: &'a str,
    error: &ValidationError<'_>,
) -> Option<Fault<'a, 's>> {
    let (mut node, mut key, mut list) = (tree.root()?, None, None);
    for segment in error.instance_path() {
        match segment {
            LocationSegment::Property(name) => {
                // If a key is given twice, either value may be meant; that has already been reported.
                if tree.entries(node).filter(|(key, _)| tree.text(*key) == Some(&*name)).count() > 1 {
                    return None;
                }
                let (name, value) = tree.entry(node, &name)?;
                (node, key, list) = (value, Some(name), Some(name));
            }
            LocationSegment::Index(index) => {
                node = *tree.items(node).get(index)?;
                key = None;
            }
        }
    }
    let keyword = error.schema_path().to_string();
    let (parent, _) = keyword.rsplit_once('/')?;
    let root = schema;
    let schema = schema.pointer(parent).unwrap_or(&JsonValue::Null);
    let span = tree.span(node);
    let name = |key: Option<NodeId>| key.and_then(|key| tree.text(key)).map(|key| format!("`{key}`"));
    let owner = name(list).unwrap_or_else(|| "this file".to_owned());
    let what = name(key).unwrap_or_else(|| format!("an entry of {owner}"));
    Some(Fault {
        tree,
        root,
        raw: text.get(span.start as usize..span.end as usize).unwrap_or(""),
        node,
        key,
        schema,
        what,
        owner,
        noun: schema["x-noun"].as_str().unwrap_or("mapping"),
    })
}

impl Fault<'_, '_> {
    fn span(&self) -> Span {
        self.tree.span(self.node)
    }

    /// The characters at `span`, which is within the value.
    fn slice(&self, span: Span) -> &str {
        let start = self.span().start;
        let range = span.start.saturating_sub(start) as usize..span.end.saturating_sub(start) as usize;
        self.raw.get(range).unwrap_or("")
    }

    fn key_span(&self) -> Span {
        self.key.map_or_else(|| self.span(), |key| self.tree.span(key))
    }

    fn rule(&self) -> &str {
        self.schema["x-rule"].as_str().unwrap_or("")
    }

    fn text(&self) -> &str {
        self.tree.text(self.node).unwrap_or("")
    }
}
