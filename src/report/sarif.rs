//! Diagnostics as SARIF 2.1.0, the format of code scanning: one rule per code, with its page as
//! help, and the fixes that are certain. Paths are relative to the folder where the command ran,
//! which SARIF calls `%SRCROOT%` by convention.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Place, github, place};
use crate::diag::{Diagnostic, Fix};
use crate::explain;
use crate::printable;
use crate::source::{Sources, Span};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

/// The report as pretty-printed JSON with a trailing newline. `folder` is the path from the root to
/// the project's folder; empty if they are the same.
#[must_use]
pub fn render(sources: &Sources, diagnostics: &[Diagnostic], folder: &str) -> String {
    let scribe = Scribe { sources, folder };
    let rules: BTreeMap<&str, &Diagnostic> =
        diagnostics.iter().rev().map(|diagnostic| (diagnostic.code.name(), diagnostic)).collect();
    let indexes: BTreeMap<&str, usize> = rules.keys().copied().zip(0..).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cardpress",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|diagnostic| rule(diagnostic)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The folder where cardpress ran." } } },
            "results": diagnostics.iter().map(|one| scribe.result(one, indexes[one.code.name()])).collect::<Vec<_>>(),
        }],
    });
    printable::json(format!("{log:#}\n"))
}

fn rule(diagnostic: &Diagnostic) -> Value {
    let mut rule = json!({
        "id": diagnostic.code.name(),
        "defaultConfiguration": { "level": diagnostic.severity.name() },
    });
    let page = diagnostic.code.page();
    rule["shortDescription"] = json!({ "text": diagnostic.code.title() });
    rule["help"] = json!({ "text": explain::text(page, false), "markdown": page });
    rule
}

struct Scribe<'a> {
    sources: &'a Sources,
    folder: &'a str,
}

impl Scribe<'_> {
    fn result(&self, diagnostic: &Diagnostic, rule: usize) -> Value {
        let mut text = diagnostic.message.clone();
        for help in &diagnostic.help {
            text.push('\n');
            text.push_str(help);
        }
        let mut result = json!({
            "ruleId": diagnostic.code.name(),
            "ruleIndex": rule,
            "level": diagnostic.severity.name(),
            "message": { "text": text },
            "locations": diagnostic.span.map(|span| self.location(span, &diagnostic.label)).into_iter().collect::<Vec<_>>(),
        });
        if !diagnostic.labels.is_empty() {
            let related = diagnostic.labels.iter().map(|label| self.location(label.span, &label.text));
            result["relatedLocations"] = related.collect();
        }
        if let Some(fix) = diagnostic.certain_fix() {
            result["fixes"] = json!([self.fix(diagnostic, fix)]);
        }
        result
    }

    fn location(&self, span: Span, text: &str) -> Value {
        let mut location = json!({
            "physicalLocation": { "artifactLocation": self.artifact(span), "region": self.region(span) },
        });
        if !text.is_empty() {
            location["message"] = json!({ "text": text });
        }
        location
    }

    fn fix(&self, diagnostic: &Diagnostic, fix: &Fix) -> Value {
        let what = diagnostic.help.first().map_or("change it like this", String::as_str);
        json!({
            "description": { "text": what },
            "artifactChanges": [{
                "artifactLocation": self.artifact(fix.span),
                "replacements": [{ "deletedRegion": self.region(fix.span), "insertedContent": { "text": fix.text } }],
            }],
        })
    }

    fn artifact(&self, span: Span) -> Value {
        json!({ "uri": uri(&github::path(self.sources, span, self.folder)), "uriBaseId": ROOT })
    }

    fn region(&self, span: Span) -> Value {
        let Place { line, column, end_line, end_column } = place(self.sources, span);
        json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
    }
}

/// A path as a relative URI reference. A colon in its first part would begin a scheme.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::source::Source;

    #[test]
    fn a_log_has_the_essential_shape() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("ä b.yaml", "é: tru\nx\n"));
        let span = Span::new(file, 4, 7);
        let diagnostics = [
            Diagnostic::error(Code::UNKNOWN_KEY, span, "what is `tru`")
                .label("here")
                .also(Span::new(file, 0, 2), "elsewhere")
                .help("write `true`")
                .fix(span, "true"),
            Diagnostic::warning(Code::NO_SHEET, span, "small").suggest(span, "large"),
            Diagnostic::nowhere(Code::invented("empty"), "no content"),
        ];
        let log: Value = serde_json::from_str(&render(&sources, &diagnostics, "deck")).unwrap();
        assert_eq!((&log["version"], &log["$schema"]), (&json!("2.1.0"), &json!(SCHEMA)));
        let run = &log["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let rules: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
        assert_eq!(rules, ["empty", "no-sheet", "unknown-key"]);
        let help = &run["tool"]["driver"]["rules"][2]["help"];
        assert!(help["markdown"].as_str().unwrap().starts_with("# `unknown-key`"));
        assert!(help["text"].as_str().unwrap().starts_with("unknown-key: "));
        let region = json!({ "startLine": 1, "startColumn": 4, "endLine": 1, "endColumn": 7 });
        let artifact = json!({ "uri": "deck/%C3%A4%20b.yaml", "uriBaseId": "%SRCROOT%" });
        let expected = json!({
            "ruleId": "unknown-key", "ruleIndex": 2, "level": "error",
            "message": { "text": "what is `tru`\nwrite `true`" },
            "locations": [{
                "physicalLocation": { "artifactLocation": artifact, "region": region },
                "message": { "text": "here" },
            }],
            "relatedLocations": [{
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": { "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2 },
                },
                "message": { "text": "elsewhere" },
            }],
            "fixes": [{
                "description": { "text": "write `true`" },
                "artifactChanges": [{
                    "artifactLocation": artifact,
                    "replacements": [{ "deletedRegion": region, "insertedContent": { "text": "true" } }],
                }],
            }],
        });
        assert_eq!(run["results"][0], expected);
        assert_eq!(run["results"][1].get("fixes"), None);
        assert_eq!(run["results"][2]["locations"], json!([]));
    }
}
