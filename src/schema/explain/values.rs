//! Values of the wrong type or form.

use jsonschema::error::TypeKind;
use jsonschema::types::JsonType;
use serde_json::Value as JsonValue;

use super::super::{is_id, languages, slug};
use super::Fault;
use crate::diag::{Code, Diagnostic, Sink};
use crate::similar;
use crate::source::Span;
use crate::yaml::{self, Scalar, Value};

const LIST: &str = "write `[one, two]`, or one `- entry` per line";

impl Fault<'_, '_> {
    pub(super) fn wrong_type(&self, kind: &TypeKind, reported: &mut Sink) {
        let want = match kind {
            TypeKind::Single(kind) => type_name(*kind).to_owned(),
            TypeKind::Multiple(kinds) => kinds.iter().map(type_name).collect::<Vec<_>>().join(" or "),
        };
        let value = self.tree.value(self.node);
        if matches!(value, Value::Scalar(Scalar::Null)) {
            return reported.push(self.empty());
        }
        if !options(self.schema).is_empty() {
            return reported.extend(self.not_an_option(reported));
        }
        if self.tree.root() == Some(self.node)
            && matches!(value, Value::List(_))
            && !self.root["properties"]["topic"].is_null()
        {
            return reported.extend(self.without_topic());
        }
        if self.rule() == "table-cards" && matches!(value, Value::Scalar(_)) {
            return reported.push(self.no_part_of_a_table());
        }
        let got = self.tree.kind(self.node);
        let message = format!("{} should be {want}, but is {got}", self.what);
        let diagnostic = Diagnostic::error(Code::WRONG_TYPE, self.span(), message).label(format!("expected {want}"));
        reported.push(self.retyped(diagnostic, &want, &value));
    }

    /// The remedy for a value that should be `want`.
    fn retyped(&self, diagnostic: Diagnostic, want: &str, value: &Value<'_>) -> Diagnostic {
        let quoted = || format!("\"{}\"", self.raw.replace('\\', "\\\\").replace('"', "\\\""));
        let one_line = !self.raw.contains('\n');
        match value {
            Value::Scalar(_) | Value::List(_) if self.rule() == "switch" => diagnostic.help(SWITCH),
            Value::Scalar(_) | Value::Mapping(_) if self.rule() == "cards" => diagnostic.help(CARDS),
            Value::Scalar(Scalar::Bool(_) | Scalar::Int(_) | Scalar::Float(_)) if want.starts_with("text") => {
                if fits(self.schema, self.raw) {
                    diagnostic
                        .help("YAML reads this as a number or a boolean: put it in quotes to keep it as text")
                        .fix(self.span(), quoted())
                } else {
                    diagnostic.help(self.meaning())
                }
            }
            // What looks like `{…}` or `[…]` may be meant as more than text.
            Value::Mapping(_) if want.starts_with("text") && one_line && fits(self.schema, self.raw) => diagnostic
                .help("a `: ` in unquoted text turns it into a mapping: put the text in quotes")
                .edit(self.span(), quoted(), !self.raw.starts_with('{')),
            Value::List(_) if want.starts_with("text") && self.raw.starts_with('[') && one_line => diagnostic
                .help("YAML reads text that starts with `[` as a list: put it in quotes")
                .suggest(self.span(), quoted()),
            Value::Scalar(_) if want == "a list" => self.listed(diagnostic),
            Value::Scalar(_) if want.starts_with("a list") => diagnostic.help(LIST),
            Value::Scalar(_) | Value::List(_) | Value::Mapping(_) => diagnostic.help(format!("write {want} here")),
        }
    }

    /// A word for the cards of a table that means none of its parts.
    fn no_part_of_a_table(&self) -> Diagnostic {
        let message = format!("`{}` is not a valid value for {}", short(self.raw), self.owner);
        let near = similar::name(self.text(), ["row", "column", "cell", "none"].into_iter());
        let diagnostic = Diagnostic::error(Code::BAD_OPTION, self.span(), message).help(TABLE_CARDS);
        diagnostic.meant(self.span(), near, "no part of a table")
    }

    /// The remedy for a single text where a list should be.
    fn listed(&self, diagnostic: Diagnostic) -> Diagnostic {
        let diagnostic = diagnostic.help(LIST);
        let Some(entry) = self.text_entry() else { return diagnostic };
        if self.raw.contains(['\n', '[', ']', '{', '}', '#']) {
            return diagnostic;
        }
        let text = self.text();
        if !self.raw.contains(',') {
            let list = format!("[{}]", self.raw);
            return if fits(entry, text) { diagnostic.fix(self.span(), list) } else { diagnostic };
        }
        // Prose has commas too; a tag doesn't.
        let parts: Vec<&str> = self.raw.split(',').map(str::trim).collect();
        let tags = entry["x-rule"] == "tag" && parts.iter().all(|part| fits(entry, part));
        if tags { diagnostic.suggest(self.span(), format!("[{}]", parts.join(", "))) } else { diagnostic }
    }

    /// The schema of the entries of the list that should be here, if they are text.
    fn text_entry(&self) -> Option<&JsonValue> {
        let items = &self.schema["items"];
        let named = items["$ref"].as_str().and_then(|name| self.root.pointer(name.trim_start_matches('#')));
        let entry = named.unwrap_or(items);
        let types = &entry["type"];
        let text = types == "string" || types.as_array().is_some_and(|types| types.iter().any(|name| name == "string"));
        text.then_some(entry)
    }

    /// A content file that is just a list, for example of questions, as in other tools.
    fn without_topic(&self) -> Vec<Diagnostic> {
        let start = self.span().at_start();
        let first = self.tree.items(self.node).first().map_or(start, |first| self.tree.span(*first));
        let place = Span::new(start.file, start.start, first.start.max(start.start + 1));
        let diagnostic = Diagnostic::error(Code::WRONG_TYPE, place, "this content file is a list without a topic")
            .label("a content file begins with `topic:`")
            .help("add two lines above the list, naming the topic and what the list contains")
            .suggest(start, "topic: My topic\nquestions:\n");
        let mut found = vec![diagnostic];
        found.extend(self.words_of_others(self.node, "questions"));
        found
    }

    fn empty(&self) -> Diagnostic {
        Diagnostic::error(Code::EMPTY_TEXT, self.key_span(), format!("{} is empty", self.what))
            .label("no value")
            .help("write its text, or remove the key if it is not needed")
    }

    /// A value that isn't one of the options is one error, though it breaks two rules.
    pub(super) fn not_an_option(&self, reported: &[Diagnostic]) -> Option<Diagnostic> {
        let options = options(self.schema);
        let what = if matches!(self.tree.value(self.node), Value::Scalar(_)) {
            format!("`{}`", short(self.text()))
        } else {
            self.tree.kind(self.node).to_owned()
        };
        let message = format!("{what} is not a valid value for {}", self.owner);
        if let [only] = options.as_slice() {
            let diagnostic = Diagnostic::error(Code::BAD_VALUE, self.span(), message);
            return Some(diagnostic.label(format!("expected `{only}`")).help(format!("it can only be `{only}`")));
        }
        let diagnostic = Diagnostic::error(Code::BAD_OPTION, self.span(), message).help(match options.as_slice() {
            [] => self.meaning(),
            _ => format!("it can be {}", options.join(", ")),
        });
        let diagnostic = match similar::key(self.text(), options.iter().map(String::as_str)) {
            Some(meant) => {
                let certain = similar::only(self.text(), options.iter().map(String::as_str)) == Some(meant);
                diagnostic.label(format!("did you mean `{meant}`?")).edit(self.span(), meant, certain)
            }
            None => diagnostic.label("not one of the allowed values"),
        };
        (reported.last() != Some(&diagnostic)).then_some(diagnostic)
    }

    pub(super) fn out_of_range(&self) -> Diagnostic {
        let bound = |key: &str| self.schema[key].as_f64();
        let range = match (bound("minimum"), bound("maximum")) {
            (Some(least), Some(most)) => format!("from {least} to {most}"),
            (Some(least), None) => format!("of {least} or more"),
            (None, Some(most)) => format!("of {most} or less"),
            (None, None) => "of a different size".to_owned(),
        };
        let message = format!("{} is out of range for {}", short(self.text()), self.what);
        Diagnostic::error(Code::BAD_VALUE, self.span(), message)
            .label(format!("expected a number {range}"))
            .help(format!("write a number {range}"))
    }

    pub(super) fn too_long(&self, limit: u64) -> Diagnostic {
        let length = self.text().chars().count();
        let message = format!("{} is longer than {limit} characters", self.what);
        let help = match self.rule() {
            "id" => "choose a shorter one and never change it: a learner's history depends on it",
            _ => "shorten it",
        };
        Diagnostic::error(Code::BAD_VALUE, self.span(), message).label(format!("it has {length}")).help(help)
    }

    /// What the schema says about the value.
    fn meaning(&self) -> String {
        let text = self.schema["description"].as_str().unwrap_or("");
        let sentence = text.split(['\n', ';']).next().unwrap_or("").trim_end_matches('.');
        if sentence.is_empty() {
            "run `cardpress new` for an example of the item".to_owned()
        } else {
            format!("expected: {}", lower(sentence))
        }
    }

    /// Empty text is one error, though it breaks two rules.
    pub(super) fn bad_text(&self, reported: &[Diagnostic]) -> Option<Diagnostic> {
        let text = self.text();
        let span = self.span();
        if text.trim().is_empty() {
            let empty = self.empty();
            return (reported.last() != Some(&empty)).then_some(empty);
        }
        Some(match self.rule() {
            // The author may also have forgotten a comma between two tags.
            "tag" => {
                Diagnostic::error(Code::BAD_TAG, span, format!("the tag `{}` contains a space or a quote", short(text)))
                    .label("Anki would split it into several tags")
                    .help("join the words with `-` or `_`")
                    .suggest(span, text.replace('"', "").split_whitespace().collect::<Vec<_>>().join("-"))
            }
            "id" => {
                let diagnostic = Diagnostic::error(Code::BAD_ID, span, format!("`{}` is not a valid id", short(text)))
                    .label("an id is made of lower-case letters and digits, joined by `-`")
                    .help("choose one you will never change: a learner's history depends on it");
                let slug = slug(text);
                let certain = slug == text.to_lowercase();
                // An id such as `1` or `true` needs quotes.
                if fits(self.schema, &slug) { diagnostic.edit(span, yaml::scalar(&slug), certain) } else { diagnostic }
            }
            "date" => {
                let diagnostic = Diagnostic::error(Code::BAD_DATE, span, format!("`{}` is not a date", short(text)))
                    .label("expected YYYY-MM-DD")
                    .help("write the date like this: `2026-11-24`");
                match date(text) {
                    Some(date) => diagnostic.fix(span, date),
                    None => diagnostic,
                }
            }
            "language" => self.bad_language(),
            "switch" => {
                let message = format!("`{}` is not a valid value for {}", short(text), self.owner);
                Diagnostic::error(Code::BAD_OPTION, span, message)
                    .label("neither a mapping of options nor `none`")
                    .help(SWITCH)
            }
            "cards" => {
                let message = format!("`{}` is not a valid value for {}", short(text), self.owner);
                let diagnostic =
                    Diagnostic::error(Code::BAD_OPTION, span, message).label("neither a list nor `none`").help(CARDS);
                if is_id(text) { diagnostic.fix(span, format!("[{text}]")) } else { diagnostic }
            }
            "table-cards" => self.no_part_of_a_table(),
            _ => Diagnostic::error(Code::BAD_VALUE, span, format!("{} does not have the expected form", self.what))
                .label(short(text))
                .help(self.meaning()),
        })
    }

    fn bad_language(&self) -> Diagnostic {
        let text = self.text();
        let diagnostic =
            Diagnostic::error(Code::BAD_VALUE, self.span(), format!("`{}` is not a language tag", short(text)))
                .help("write a BCP 47 tag, such as `en`, `de` or `pt-BR`");
        match languages::tag(text) {
            Some(tag) => diagnostic.label(format!("did you mean `{tag}`?")).fix(self.span(), tag),
            None => diagnostic.meant(self.span(), languages::near(text), "not a tag"),
        }
    }

    pub(super) fn too_many_keys(&self) -> Diagnostic {
        let help = "start a new `- ` entry for the next one, or put the text in quotes";
        Diagnostic::error(
            Code::TOO_MANY_KEYS,
            self.span(),
            format!("{} can have only one `label: text` pair", self.what),
        )
        .label("two or more keys")
        .help(help)
    }
}

/// What an output can be.
const SWITCH: &str = "write a mapping of its options, or `none` to skip this output";

/// What `cards` can be.
const CARDS: &str = "write a list such as `[reverse]`, or `none` to keep it out of Anki";

/// What `cards` of a table can be.
const TABLE_CARDS: &str = "write `row`, `column` or `cell`, a list of them, or `none`";

/// Whether `text` would be valid under `schema`, which asks for text.
fn fits(schema: &JsonValue, text: &str) -> bool {
    let listed = options(schema);
    let short = schema["maxLength"].as_u64().is_none_or(|most| text.chars().count() as u64 <= most);
    let formed = match schema["x-rule"].as_str().unwrap_or("") {
        "id" => is_id(text),
        "tag" => !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c == '"'),
        "date" => date(text).as_deref() == Some(text),
        "language" => languages::is_tag(text),
        _ => !text.trim().is_empty(),
    };
    short && formed && (listed.is_empty() || listed.iter().any(|option| option == text))
}

/// The values that `schema` allows, if it lists them.
fn options(schema: &JsonValue) -> Vec<String> {
    let plain = |value: &JsonValue| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let branches = ["oneOf", "anyOf"].iter().filter_map(|key| schema[key].as_array()).flatten();
    let all = branches.chain([schema]).flat_map(|schema| {
        let one = schema.get("const").into_iter();
        one.chain(schema["enum"].as_array().into_iter().flatten())
    });
    all.map(plain).collect()
}

/// A sentence as it appears within another one.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(char::to_lowercase).into_iter().flatten();
    // `BCP 47` stays as it is.
    let name = sentence.chars().nth(1).is_some_and(char::is_uppercase);
    if name { sentence.to_owned() } else { first.chain(letters).collect() }
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

/// A date that begins with its year, in the correct form: in that order it
/// means the same day in every country.
fn date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit()) && !part.is_empty();
    let (month, day) = (month.parse::<u8>().ok()?, day.parse::<u8>().ok()?);
    let sound = digits(year) && year.len() == 4 && (1..=12).contains(&month) && (1..=31).contains(&day);
    sound.then(|| format!("{year}-{month:02}-{day:02}"))
}
