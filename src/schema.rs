//! JSON Schemas (draft 2020-12) of the source format, generated from the types
//! in `content`, and their evaluation directly on a YAML tree.

mod explain;
mod json;
mod languages;
mod slug;

use std::sync::LazyLock;

use jsonschema::Validator;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::content::{FileShape, KINDS, Kind, Manifest, Meta, NoteField, NoteType, NoteTypeFolder, TYPED};
use crate::diag::{Code, Diagnostic, Sink};
use crate::source::Span;
use crate::yaml::{MAX_DIAGNOSTICS, Tree};
use json::{At, Yaml};

pub use languages::{is_tag as is_language, tag as language};
pub use slug::{is_id, slug};

/// Which schema a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `cardpress.yaml`.
    Manifest,
    /// A content file.
    Content,
    /// `note-type.yaml`.
    NoteType,
}

/// A schema as JSON and as a validator.
struct Compiled {
    schema: Value,
    validator: Option<Validator<Yaml>>,
}

static MANIFEST: LazyLock<Compiled> = LazyLock::new(|| compile(generate::<Manifest>()));
static CONTENT: LazyLock<Compiled> = LazyLock::new(|| compile(generate_content()));
static NOTE_TYPE: LazyLock<Compiled> = LazyLock::new(|| compile(generate::<NoteType>()));

/// The schema of content files: pretty JSON with a final line break.
#[must_use]
pub fn content_schema() -> String {
    pretty(&CONTENT.schema)
}

/// The schema of content files in a project with these note types, `ours` among them: notes can
/// have these types, and each note the fields and optional cards of its type.
#[must_use]
pub(crate) fn content_schema_with(own: &[NoteTypeFolder], ours: impl Iterator<Item = &'static str>) -> String {
    let mut schema = CONTENT.schema.clone();
    let keys = own.iter().map(|folder| Value::from(folder.key.as_str()));
    let keys: Vec<Value> = keys.chain(ours.map(Value::from)).collect();
    let note = &mut schema["$defs"]["Note"];
    let about = note["properties"]["type"]["description"].clone();
    note["properties"]["type"] = json!({ "enum": keys, "description": about });
    note["allOf"] = own.iter().map(of_type).collect();
    pretty(&schema)
}

/// What a note of a type may contain.
fn of_type(folder: &NoteTypeFolder) -> Value {
    let fields = &folder.note_type.fields;
    let named = |field: &NoteField| {
        let about = json!({ "type": "string", "description": field.name.value.0 });
        (field.id.value.0.clone(), about)
    };
    let properties: Map<String, Value> = fields.iter().map(named).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.id.value.0.as_str()).collect();
    let words = folder.note_type.cards.iter().filter_map(|card| card.optional.as_ref()).map(|word| &word.value.0);
    let mut words: Vec<&String> = words.filter(|word| *word != TYPED).collect();
    words.sort();
    words.dedup();
    let fields = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false
    });
    let cards = if words.is_empty() { json!({ "maxItems": 0 }) } else { json!({ "items": { "enum": words } }) };
    json!({
        "if": { "properties": { "type": { "const": folder.key } }, "required": ["type"] },
        "then": { "properties": { "fields": fields, "cards": cards } }
    })
}

/// The schema of the manifest: pretty JSON with a final line break.
#[must_use]
pub fn project_schema() -> String {
    pretty(&MANIFEST.schema)
}

/// The schema of note types: pretty JSON with a final line break.
#[must_use]
pub fn note_type_schema() -> String {
    pretty(&NOTE_TYPE.schema)
}

fn pretty(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// Reports everything in `tree` that does not fit its shape.
pub fn check(shape: Shape, tree: &Tree<'_>, text: &str, diagnostics: &mut Sink) {
    let compiled = match shape {
        Shape::Manifest => &*MANIFEST,
        Shape::Content => &*CONTENT,
        Shape::NoteType => &*NOTE_TYPE,
    };
    let Some(root) = tree.root() else {
        let (file, first) = match shape {
            Shape::Manifest => ("manifest", "format: 1"),
            Shape::Content => ("content file", "topic: …"),
            Shape::NoteType => ("note type", "name: …"),
        };
        let place = Span::new(tree.file(), 0, 0);
        let diagnostic = Diagnostic::error(Code::EMPTY_FILE, place, format!("this {file} is empty"))
            .label("nothing here")
            .help(format!("a {file} begins with `{first}`"));
        diagnostics.push(diagnostic);
        return;
    };
    let Some(validator) = &compiled.validator else { return };
    let top = At::Node(tree, root);
    if validator.is_valid(top) {
        return;
    }
    let before = diagnostics.len();
    for error in validator.iter_errors(top) {
        if diagnostics.len() - before >= MAX_DIAGNOSTICS {
            return;
        }
        explain::error(&compiled.schema, tree, text, &error, diagnostics);
    }
}

fn generate<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let schema: Schema = generator.into_root_schema_for::<T>();
    let mut schema = schema.to_value();
    required_or_absent(&mut schema);
    schema
}

/// The schema of content files: each kind has its own keys and those of [`Meta`] that it uses.
fn generate_content() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    generator.subschema_for::<Meta>();
    let mut schema = generator.into_root_schema_for::<FileShape>().to_value();
    let kinds = schema["$defs"].as_object_mut();
    let meta = kinds.and_then(|kinds| kinds.shift_remove("Meta")).unwrap_or_default();
    for Kind { name, meta: keys, .. } in KINDS {
        let kind = &mut schema["$defs"][*name];
        let own = kind["properties"].as_object().cloned().unwrap_or_default();
        let key = |key: &&str| ((*key).to_owned(), meta["properties"][*key].clone());
        let (first, last) = keys.split_at(keys.iter().take_while(|key| FIRST.contains(key)).count());
        let all: Map<String, Value> = first.iter().map(key).chain(own).chain(last.iter().map(key)).collect();
        kind["properties"] = Value::Object(all);
        let required = kind["required"].as_array().cloned().unwrap_or_default();
        kind["required"] = meta["required"].as_array().into_iter().flatten().cloned().chain(required).collect();
    }
    required_or_absent(&mut schema);
    schema
}

/// The keys of [`Meta`] that come before a kind's own.
const FIRST: [&str; 4] = ["id", "lang", "formerly", "retired"];

fn compile(schema: Value) -> Compiled {
    let options = jsonschema::options_for::<Yaml>()
        .with_draft(jsonschema::Draft::Draft202012)
        .offline()
        .with_pattern_options(jsonschema::PatternOptions::regex());
    let validator = options.build(&schema).ok();
    Compiled { schema, validator }
}

/// `Option<T>` means "may be left out", never "may be null": drops the null branches and null
/// defaults that schemars adds. A default of `false` goes too: leaving the key out says the same,
/// and editors would write it into each new item.
fn required_or_absent(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let branches = object.get("anyOf").and_then(Value::as_array).cloned().unwrap_or_default();
            let mut real = branches.iter().filter(|branch| branch["type"] != "null");
            if let (2, Some(Value::Object(only)), None) = (branches.len(), real.next(), real.next()) {
                object.remove("anyOf");
                for (key, value) in only {
                    object.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            if matches!(object.get("default"), Some(Value::Null | Value::Bool(false))) {
                object.remove("default");
            }
            if let Some(Value::Array(values)) = object.get_mut("enum") {
                values.retain(|value| !value.is_null());
            }
            object.values_mut().for_each(required_or_absent);
        }
        Value::Array(values) => values.iter_mut().for_each(required_or_absent),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys<'s>(schema: &'s Value, found: &mut BTreeSet<&'s str>) {
        match schema {
            // The compiler recognises words itself, from its own list.
            Value::Object(object) if object.get("x-noun").is_some_and(|noun| noun == "`words` mapping") => {}
            Value::Object(object) => {
                let properties = object.get("properties").and_then(Value::as_object);
                found.extend(properties.into_iter().flat_map(|object| object.keys()).map(String::as_str));
                object.values().for_each(|value| keys(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
            _ => {}
        }
    }

    #[test]
    fn the_reader_of_yaml_knows_every_key() {
        let mut found = BTreeSet::new();
        keys(&CONTENT.schema, &mut found);
        keys(&MANIFEST.schema, &mut found);
        keys(&NOTE_TYPE.schema, &mut found);
        assert_eq!(crate::yaml::KEYS, found.into_iter().collect::<Vec<_>>(), "`KEYS` in src/yaml/explain/keys.rs");
    }
}
