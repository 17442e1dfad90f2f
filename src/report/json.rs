//! Diagnostics for programs: one JSON document with every diagnostic in it. Lines and columns count
//! from 1, columns in characters; ends are exclusive.

use serde::Serialize;

use super::{Place, place, tally};
use crate::diag::{Diagnostic, Fix};
use crate::printable;
use crate::source::Sources;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    diagnostics: Vec<Entry<'a>>,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    help: Option<String>,
    fix: Option<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
    certain: bool,
}

/// The report as pretty-printed JSON with a trailing newline.
#[must_use]
pub fn render(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let (errors, warnings) = tally(diagnostics);
    let report = Report {
        version: 1,
        diagnostics: diagnostics.iter().map(|diagnostic| entry(sources, diagnostic)).collect(),
        errors,
        warnings,
    };
    // Structs of text and numbers always serialise.
    let mut json = serde_json::to_string_pretty(&report).unwrap_or_default();
    json.push('\n');
    printable::json(json)
}

fn entry<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Entry<'a> {
    let place = diagnostic.span.map(|span| place(sources, span));
    Entry {
        code: diagnostic.code.name(),
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        file: diagnostic.span.map(|span| sources.get(span.file).path()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        end_line: place.map(|place| place.end_line),
        end_column: place.map(|place| place.end_column),
        help: (!diagnostic.help.is_empty()).then(|| diagnostic.help.join("\n")),
        fix: diagnostic.fix.as_ref().and_then(|fix| edit(sources, diagnostic, fix)),
    }
}

/// The edit of a fix. In the contract an edit has no file of its own, so an edit to a different
/// file from the diagnostic's is left out.
fn edit<'a>(sources: &Sources, diagnostic: &Diagnostic, fix: &'a Fix) -> Option<Edit<'a>> {
    let same_file = diagnostic.span.is_some_and(|span| span.file == fix.span.file);
    same_file.then(|| Edit {
        place: place(sources, fix.span),
        text: &fix.text,
        certain: fix.certain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::source::{Source, Span};
    use serde_json::{Value, json};

    #[test]
    fn the_document_is_the_contract() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.yaml", "é: tru\n"));
        let span = Span::new(file, 4, 7);
        let diagnostics = [
            Diagnostic::error(Code::invented("unknown"), span, "what is `tru`")
                .help("one")
                .help("two")
                .fix(span, "true"),
            Diagnostic::nowhere(Code::invented("empty"), "no content"),
        ];
        let report: Value = serde_json::from_str(&render(&sources, &diagnostics)).unwrap();
        let expected = json!({
            "version": 1,
            "diagnostics": [
                {"code": "unknown", "severity": "error", "message": "what is `tru`", "file": "a.yaml",
                 "line": 1, "column": 4, "end_line": 1, "end_column": 7, "help": "one\ntwo",
                 "fix": {"line": 1, "column": 4, "end_line": 1, "end_column": 7, "text": "true", "certain": true}},
                {"code": "empty", "severity": "error", "message": "no content", "file": null, "line": null,
                 "column": null, "end_line": null, "end_column": null, "help": null, "fix": null},
            ],
            "errors": 2,
            "warnings": 0,
        });
        assert_eq!(report, expected);
    }
}
