//! What a schema refuses → what an author needs to know.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use jsonschema::types::JsonType;
use serde_json::Value as JsonValue;

use super::slug;
use crate::diag::Diagnostic;
use crate::similar;
use crate::source::Span;
use crate::yaml::{MAX_DIAGNOSTICS, NodeId, Scalar, Tree, Value};

/// Reports one error of the validator.
pub(super) fn error(
    schema: &JsonValue,
    tree: &Tree<'_>,
    text: &str,
    error: &ValidationError<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(fault) = locate(schema, tree, text, error) else { return };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => diagnostics.extend(fault.unknown_keys(unexpected)),
        Kind::Required { property } => diagnostics.extend(fault.missing_key(property.as_str().unwrap_or(""))),
        Kind::Type { kind } => diagnostics.push(fault.wrong_type(kind)),
        Kind::Enum { options } => diagnostics.push(fault.not_an_option(options)),
        Kind::Pattern { .. } | Kind::MinLength { .. } => diagnostics.extend(fault.bad_text(diagnostics)),
        Kind::MaxProperties { .. } => diagnostics.push(fault.too_many_keys()),
        Kind::MinItems { limit } => {
            let message =
                format!("{} needs at least {limit} {}", fault.what, if *limit == 1 { "entry" } else { "entries" });
            let label = format!("has {}", tree.items(fault.node).len());
            diagnostics.push(
                Diagnostic::error("too-few", fault.key_span(), message).label(label).help("add the missing ones"),
            );
        }
        other => {
            let message = format!("{} does not fit the format", fault.what);
            let label = error.masked_with("this value").to_string();
            let diagnostic = Diagnostic::error("bad-value", tree.span(fault.node), message).label(label);
            diagnostics.push(diagnostic.help(format!("see `{}` in the schema", other.keyword())));
        }
    }
}

/// Where a document and its schema disagree.
struct Fault<'a, 's> {
    tree: &'a Tree<'s>,
    /// The whole schema, into which `$ref` points.
    root: &'a JsonValue,
    /// The characters of the value at fault.
    raw: &'a str,
    node: NodeId,
    /// The key whose value is at fault.
    key: Option<NodeId>,
    /// The schema that the node should fit.
    schema: &'a JsonValue,
    /// What a person calls the value.
    what: String,
    /// What a person calls the mapping around it.
    noun: &'a str,
}

fn locate<'a, 's>(
    schema: &'a JsonValue,
    tree: &'a Tree<'s>,
    text: &'a str,
    error: &ValidationError<'_>,
) -> Option<Fault<'a, 's>> {
    let (mut node, mut key) = (tree.root()?, None);
    for segment in error.instance_path() {
        match segment {
            LocationSegment::Property(name) => {
                let (name, value) = tree.entry(node, &name)?;
                (node, key) = (value, Some(name));
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
    let what = key.and_then(|key| tree.text(key)).map_or_else(|| "this value".to_owned(), |key| format!("`{key}`"));
    Some(Fault {
        tree,
        root,
        raw: text.get(span.start as usize..span.end as usize).unwrap_or(""),
        node,
        key,
        schema,
        what,
        noun: schema["x-noun"].as_str().unwrap_or("mapping"),
    })
}

impl Fault<'_, '_> {
    fn span(&self) -> Span {
        self.tree.span(self.node)
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

    fn known_keys(&self) -> Vec<&str> {
        let properties = self.schema["properties"].as_object();
        properties.into_iter().flat_map(|object| object.keys()).map(String::as_str).collect()
    }

    fn unknown_keys(&self, unexpected: &[String]) -> Vec<Diagnostic> {
        let known = self.known_keys();
        let free = || known.iter().copied().filter(|key| self.tree.get(self.node, key).is_none());
        let unexpected = || unexpected.iter().take(MAX_DIAGNOSTICS);
        // Of two keys that may have been meant for one, who knows which it is?
        let wanted: Vec<&str> = unexpected().filter_map(|name| similar::key(name, free())).collect();
        let report = |name: &String| {
            let (key, _) = self.tree.entry(self.node, name)?;
            let span = self.tree.span(key);
            let diagnostic = Diagnostic::error("unknown-key", span, format!("unknown key `{name}` in a {}", self.noun));
            Some(match similar::key(name, free()) {
                Some(meant) => {
                    let alone = wanted.iter().filter(|other| **other == meant).count() == 1;
                    let certain = alone && similar::only(name, free()) == Some(meant);
                    diagnostic
                        .label(format!("did you mean `{meant}`?"))
                        .help(format!("write `{meant}`"))
                        .edit(span, meant, certain)
                }
                None if self.belongs_deeper(name) => diagnostic
                    .label("a key of an entry, but not indented like one")
                    .help("indent it like the other keys of its entry"),
                None => diagnostic
                    .label("not a key of the format")
                    .help(format!("keys that may stand here: {}", free().collect::<Vec<_>>().join(", "))),
            })
        };
        unexpected().filter_map(report).collect()
    }

    /// A misspelt key explains a missing one already.
    fn missing_key(&self, name: &str) -> Option<Diagnostic> {
        let known = self.known_keys();
        let misspelt = self.tree.entries(self.node).any(|(key, _)| {
            let key = self.tree.text(key).unwrap_or("");
            !known.contains(&key) && similar::key(key, std::iter::once(name)).is_some()
        });
        if misspelt || self.stands_elsewhere(name) {
            return None;
        }
        let id = self.tree.entry(self.node, "id");
        let first = self.tree.entries(self.node).next();
        let span = match (id, first) {
            (Some((key, value)), _) => {
                let (start, end) = (self.tree.span(key), self.tree.span(value));
                Span::new(start.file, start.start, end.end)
            }
            (None, Some((key, _))) => self.tree.span(key),
            (None, None) => self.span(),
        };
        let meaning = self.description(name).unwrap_or_default();
        let diagnostic = Diagnostic::error("missing-key", span, format!("this {} has no `{name}`", self.noun))
            .label(format!("`{name}` is required"))
            .help(format!("add `{name}:` {meaning}").trim_end().to_owned());
        Some(diagnostic)
    }

    /// Whether the key is there, but could not be read, or at the margin.
    fn stands_elsewhere(&self, name: &str) -> bool {
        let Some(root) = self.tree.root() else { return false };
        if root == self.node {
            return self.tree.broken_keys.contains(&name);
        }
        let key = |key: NodeId| self.tree.text(key).map(str::trim);
        self.root["properties"][name].is_null()
            && self.tree.entries(root).any(|(name_there, _)| key(name_there) == Some(name))
    }

    /// Whether `name`, which is no key of a file, is a key of what a file holds.
    fn belongs_deeper(&self, name: &str) -> bool {
        let mut inner = self.root["$defs"].as_object().into_iter().flat_map(|object| object.values());
        self.tree.root() == Some(self.node) && inner.any(|inner| !inner["properties"][name].is_null())
    }

    /// The first sentence on a key in the schema.
    fn description(&self, name: &str) -> Option<String> {
        let text = self.schema["properties"][name]["description"].as_str()?;
        let sentence = text.split(['.', '\n']).next()?;
        Some(format!("({})", sentence.trim().to_lowercase()))
    }

    fn wrong_type(&self, kind: &TypeKind) -> Diagnostic {
        let want = match kind {
            TypeKind::Single(kind) => type_name(*kind).to_owned(),
            TypeKind::Multiple(kinds) => kinds.iter().map(type_name).collect::<Vec<_>>().join(" or "),
        };
        let value = self.tree.value(self.node);
        if matches!(value, Value::Scalar(Scalar::Null)) {
            return self.empty();
        }
        let got = self.tree.kind(self.node);
        let message = format!("{} should be {want}, but is {got}", self.what);
        let diagnostic = Diagnostic::error("wrong-type", self.span(), message).label(format!("expected {want}"));
        let quoted = || format!("\"{}\"", self.raw.replace('\\', "\\\\").replace('"', "\\\""));
        let one_line = !self.raw.contains('\n');
        match value {
            Value::Scalar(Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_)) if want.starts_with("text") => {
                diagnostic
                    .help("YAML reads this as a number or a truth value: put it in quotes to keep it as text")
                    .fix(self.span(), quoted())
            }
            // What looks like `{…}` or `[…]` may be meant as more than text.
            Value::Mapping(_) if want.starts_with("text") && one_line => diagnostic
                .help("a `: ` in text without quotes makes a mapping: put the text in quotes")
                .edit(self.span(), quoted(), !self.raw.starts_with('{')),
            Value::List(_) if want.starts_with("text") && self.raw.starts_with('[') && one_line => diagnostic
                .help("text that begins with `[` is read as a list: put it in quotes")
                .suggest(self.span(), quoted()),
            Value::Scalar(_) if want.starts_with("a list") => {
                let diagnostic = diagnostic.help("write `[one, two]`, or one `- entry` a line");
                let single = one_line && !self.raw.contains([',', '[', ']', '{', '}', '#']) && self.holds_text();
                if single { diagnostic.fix(self.span(), format!("[{}]", self.raw)) } else { diagnostic }
            }
            _ => diagnostic.help(format!("write {want} here")),
        }
    }

    /// Whether the entries of the list that should be here are text.
    fn holds_text(&self) -> bool {
        let items = &self.schema["items"];
        let named = items["$ref"].as_str().and_then(|name| self.root.pointer(name.trim_start_matches('#')));
        let types = &named.unwrap_or(items)["type"];
        types == "string" || types.as_array().is_some_and(|types| types.iter().any(|name| name == "string"))
    }

    fn empty(&self) -> Diagnostic {
        Diagnostic::error("empty-text", self.key_span(), format!("{} is empty", self.what))
            .label("nothing follows")
            .help("write its text, or remove the key if it is not needed")
    }

    fn not_an_option(&self, options: &JsonValue) -> Diagnostic {
        let plain = |value: &JsonValue| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let options: Vec<String> = options.as_array().into_iter().flatten().map(plain).collect();
        let message = format!("`{}` is not a value of {}", short(self.text()), self.what);
        let diagnostic =
            Diagnostic::error("bad-option", self.span(), message).help(format!("it can be {}", options.join(", ")));
        match similar::key(self.text(), options.iter().map(String::as_str)) {
            Some(meant) => {
                let certain = similar::only(self.text(), options.iter().map(String::as_str)) == Some(meant);
                diagnostic.label(format!("did you mean `{meant}`?")).edit(self.span(), meant, certain)
            }
            None => diagnostic.label("not one of the possible values"),
        }
    }

    /// Empty text is one error, though it breaks two rules.
    fn bad_text(&self, reported: &[Diagnostic]) -> Option<Diagnostic> {
        let text = self.text();
        let span = self.span();
        if text.trim().is_empty() {
            let empty = self.empty();
            return (reported.last() != Some(&empty)).then_some(empty);
        }
        Some(match self.rule() {
            // A comma between two tags may have been forgotten, too.
            "tag" => {
                Diagnostic::error("bad-tag", span, format!("the tag `{}` contains a space or a quote", short(text)))
                    .label("Anki would make several tags of it")
                    .help("join the words with `-` or `_`")
                    .suggest(span, text.replace('"', "").split_whitespace().collect::<Vec<_>>().join("-"))
            }
            "id" => {
                let diagnostic = Diagnostic::error("bad-id", span, format!("`{}` cannot be an id", short(text)))
                    .label("ids are lower-case letters and digits, joined by `-`")
                    .help("choose it for good: it is what keeps a learner's history");
                let slug = slug(text);
                let certain = slug == text.to_lowercase();
                if slug.is_empty() { diagnostic } else { diagnostic.edit(span, slug, certain) }
            }
            "date" => {
                let diagnostic = Diagnostic::error("bad-date", span, format!("`{}` is not a date", short(text)))
                    .label("expected YYYY-MM-DD")
                    .help("write the day as in `2026-11-24`");
                match date(text) {
                    Some(date) => diagnostic.fix(span, date),
                    None => diagnostic,
                }
            }
            _ => Diagnostic::error("bad-value", span, format!("{} does not have the expected form", self.what))
                .label(short(text))
                .help("see its description in the schema"),
        })
    }

    fn too_many_keys(&self) -> Diagnostic {
        let help = "begin a new `- ` entry for the next one, or put the text in quotes";
        Diagnostic::error("too-many-keys", self.span(), format!("{} can have only one `label: text` pair", self.what))
            .label("two or more keys")
            .help(help)
    }
}

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::String => "text",
        JsonType::Array => "a list",
        JsonType::Object => "a mapping",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::Null => "nothing",
    }
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    match line.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// A day that begins with its year, as it should be written: in that order no
/// country means another day.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit()) && !part.is_empty();
    let (month, day) = (month.parse::<u8>().ok()?, day.parse::<u8>().ok()?);
    let sound = digits(year) && year.len() == 4 && (1..=12).contains(&month) && (1..=31).contains(&day);
    sound.then(|| format!("{year}-{month:02}-{day:02}"))
}
