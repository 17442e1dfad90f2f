//! Diagnostics for people, in the style of rustc's messages. Long and repetitive ones are cut
//! short, so that a report always appears at once.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Patch, Renderer, Snippet};

use super::tally;
use super::view::{self, View};
use crate::diag::{Code, Diagnostic, Fix, Severity, count};
use crate::printable;
use crate::source::{Sources, Span};

/// How many diagnostics per code are shown, unless the user asks for more.
pub const LIMIT: usize = 20;
/// How many places of one diagnostic are shown.
const PLACES: usize = 20;
/// Places in one file at most this many lines apart share a picture of it.
const NEAR: usize = 12;
/// The longest replacement shown as an edit.
const LONGEST_FIX: usize = 1_000;

/// What a person wants to see.
#[derive(Debug, Clone, Copy)]
pub struct Human {
    /// Whether there is colour.
    pub color: bool,
    /// How many diagnostics per code are shown; the rest are only counted. 0 for all.
    pub limit: usize,
    /// Whether a last line says how many errors and warnings there are.
    pub summary: bool,
}

impl Default for Human {
    fn default() -> Self {
        Self { color: false, limit: LIMIT, summary: true }
    }
}

/// The report; empty without diagnostics.
#[must_use]
pub fn render(sources: &Sources, diagnostics: &[Diagnostic], options: Human) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    let mut seen: BTreeMap<Code, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        let count = seen.entry(diagnostic.code).or_default();
        *count += 1;
        if options.limit != 0 && *count > options.limit {
            continue;
        }
        let message = renderer.render(&groups(sources, diagnostic));
        for line in message.lines().filter(|line| !is_bare_origin(line)) {
            out.extend(line.chars().map(shown));
            out.push('\n');
        }
        out.push('\n');
    }
    out.push_str(&rest(&seen, options.limit));
    if options.summary {
        out.push_str(&summary(diagnostics));
    }
    out
}

/// What was left out, one line per code.
fn rest(seen: &BTreeMap<Code, usize>, limit: usize) -> String {
    let more = seen.iter().filter(|(_, count)| limit != 0 && **count > limit);
    let lines: Vec<String> = more.map(|(code, count)| format!("… and {} more of `{code}`", count - limit)).collect();
    if lines.is_empty() { String::new() } else { format!("{}; `--limit 0` shows all\n\n", lines.join("\n")) }
}

/// ``3 errors, 1 warning; `cardpress check --fix` can fix 2``
fn summary(diagnostics: &[Diagnostic]) -> String {
    let (errors, warnings) = tally(diagnostics);
    let counts = [(errors, "error"), (warnings, "warning")].into_iter().filter(|(number, _)| *number > 0);
    let counts = counts.map(|(number, what)| count(number, what)).collect::<Vec<_>>().join(", ");
    match diagnostics.iter().filter(|diagnostic| diagnostic.certain_fix().is_some()).count() {
        0 => format!("{counts}\n"),
        number => format!("{counts}; `cardpress check --fix` can fix {number}\n"),
    }
}

/// The message with its pictures and remedies, then the edit if there is one.
fn groups<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(printable::line(&diagnostic.message)).id(diagnostic.code.name());
    let pictures = pictures(sources, diagnostic).into_iter().flat_map(|marks| picture(sources, &marks));
    let mut help = diagnostic.help.iter().map(|text| printable::lines(text)).peekable();
    let edit = diagnostic.fix.as_ref().and_then(|fix| edit(sources, fix)).map(|edit| {
        let title = help.next().unwrap_or("change it like this".into());
        Level::HELP.secondary_title(title).element(edit)
    });
    let message = Group::with_title(title).elements(pictures).elements(help.map(|text| Level::HELP.message(text)));
    std::iter::once(message).chain(edit).collect()
}

/// A place to mark and what to write there.
struct Mark<'a> {
    span: Span,
    text: &'a str,
    kind: AnnotationKind,
}

/// The places of a diagnostic, grouped by the picture that they fit in; the picture with the main
/// place comes first.
fn pictures<'a>(sources: &Sources, diagnostic: &'a Diagnostic) -> Vec<Vec<Mark<'a>>> {
    let main = diagnostic.span.map(|span| Mark {
        span,
        text: &diagnostic.label,
        kind: AnnotationKind::Primary,
    });
    let others = diagnostic.labels.iter().map(|label| Mark {
        span: label.span,
        text: &label.text,
        kind: AnnotationKind::Context,
    });
    let mut pictures: Vec<Vec<Mark>> = Vec::new();
    for mark in main.into_iter().chain(others).take(PLACES) {
        let near = pictures.iter_mut().find(|marks| marks.iter().any(|other| are_near(sources, other.span, mark.span)));
        match near {
            Some(marks) => marks.push(mark),
            None => pictures.push(vec![mark]),
        }
    }
    pictures
}

fn are_near(sources: &Sources, one: Span, other: Span) -> bool {
    if one.file != other.file {
        return false;
    }
    let source = sources.get(one.file);
    let (first, second) = (view::lines(source, one), view::lines(source, other));
    first.0 <= second.1 + NEAR && second.0 <= first.1 + NEAR
}

/// The lines around `marks`, with the marks.
fn picture<'a>(sources: &'a Sources, marks: &[Mark<'a>]) -> Vec<Element<'a>> {
    let Some(main) = marks.first() else {
        return Vec::new();
    };
    let source = sources.get(main.span.file);
    let spans: Vec<Span> = marks.iter().map(|mark| mark.span).collect();
    let view = View::new(source, &spans);
    let annotations = marks.iter().map(|mark| {
        let text = Some(printable::line(mark.text)).filter(|text| !text.is_empty());
        mark.kind.span(view.range(source, mark.span)).label(text)
    });
    let annotations: Vec<_> = annotations.collect();
    let snippet = Snippet::source(view.text).line_start(view.first_line).annotations(annotations);
    if view.columns_hold {
        return vec![snippet.path(printable::line(source.path())).into()];
    }
    let position = source.position(main.span.start);
    let origin = Origin::path(printable::line(source.path())).line(position.line).char_column(position.column);
    vec![origin.into(), snippet.into()]
}

/// Whether this is the arrow to no file that the renderer draws above a snippet without a path: a
/// snippet with different columns from the source, and its place in an [`Origin`] before it.
fn is_bare_origin(line: &str) -> bool {
    let line = line.strip_suffix("\u{1b}[0m").unwrap_or(line);
    line.ends_with("::: ") && !line.contains('|')
}

/// The fix as a change of lines, unless it is too large to read.
fn edit<'a>(sources: &'a Sources, fix: &'a Fix) -> Option<Element<'a>> {
    let source = sources.get(fix.span.file);
    let view = View::new(source, &[fix.span]);
    if fix.text.len() > LONGEST_FIX || !view.holds(source, fix.span) {
        return None;
    }
    let patch = Patch::new(view.range(source, fix.span), fix.text.as_str());
    Some(
        Snippet::source(view.text).line_start(view.first_line).path(printable::line(source.path())).patch(patch).into(),
    )
}

/// Replaces what the renderer leaves in the lines of a source although a terminal acts on it.
fn shown(c: char) -> char {
    if matches!(c, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}') { '\u{fffd}' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::source::Source;

    fn sources(texts: &[(&str, &str)]) -> Sources {
        let mut sources = Sources::default();
        for (path, text) in texts {
            sources.add(Source::new(*path, *text));
        }
        sources
    }

    fn span(sources: &Sources, file: u32, needle: &str) -> Span {
        let id = crate::source::FileId::new(file);
        let at = crate::source::offset(sources.get(id).text().find(needle).unwrap());
        Span::new(id, at, at + crate::source::offset(needle.len()))
    }

    #[test]
    fn a_message_shows_its_places_across_files_and_its_fix() {
        let sources = sources(&[("a.yaml", "one: 1\nid: twice\n"), ("b.yaml", "x: y\nid: twice\n")]);
        let diagnostic = Diagnostic::error(Code::DUPLICATE_ID, span(&sources, 1, "twice"), "`twice` is defined twice")
            .label("second definition")
            .also(span(&sources, 0, "twice"), "first definition")
            .help("give it another id")
            .help("ids keep a learner's history")
            .fix(span(&sources, 1, "twice"), "twice-2");
        let expected = "\
error[duplicate-id]: `twice` is defined twice
 --> b.yaml:2:5
  |
2 | id: twice
  |     ^^^^^ second definition
  |
 ::: a.yaml:2:5
  |
2 | id: twice
  |     ----- first definition
  |
  = help: ids keep a learner's history
help: give it another id
  |
2 | id: twice-2
  |          ++

1 error; `cardpress check --fix` can fix 1
";
        assert_eq!(render(&sources, &[diagnostic], Human::default()), expected);
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("k: {}here{}\n", "é ".repeat(500_000), "ü".repeat(500_000));
        let sources = sources(&[("a.yaml", &line)]);
        let here = span(&sources, 0, "here");
        let diagnostic = Diagnostic::warning(Code::invented("long"), here, "look").label("at this").fix(here, "there");
        let diagnostics = [diagnostic];
        let report = render(&sources, &diagnostics, Human::default());
        assert!(report.contains("a.yaml:1:1000004"), "{report}");
        assert!(report.contains("^^^^ at this"), "{report}");
        assert!(report.len() < 3_000, "{report}");
        assert!(!report.contains(":::"), "{report}");
        let colored = Human { color: true, ..Human::default() };
        assert!(!render(&sources, &diagnostics, colored).contains(":::"));
    }

    #[test]
    fn what_repeats_itself_is_counted() {
        let sources = sources(&[("a.yaml", "x\n")]);
        let mut diagnostics = vec![Diagnostic::warning(Code::invented("w"), span(&sources, 0, "x"), "warned"); 57];
        diagnostics.push(Diagnostic::nowhere(Code::invented("e"), "no file is at fault"));
        let report = render(&sources, &diagnostics, Human::default());
        assert_eq!(report.matches("warning[w]").count(), 20);
        let end =
            "error[e]: no file is at fault\n\n… and 37 more of `w`; `--limit 0` shows all\n\n1 error, 57 warnings\n";
        assert!(report.ends_with(end), "{report}");
        let all = Human { limit: 0, summary: false, ..Human::default() };
        let report = render(&sources, &diagnostics, all);
        assert_eq!(report.matches("warning[w]").count(), 57);
        assert!(report.ends_with("error[e]: no file is at fault\n\n"), "{report}");
    }

    #[test]
    fn any_span_of_any_text_has_a_picture() {
        let text = "a: é\r\n\n\tb: |\n  ü…\n\n\n\n\n\n\n\n\n\n\n  c";
        let sources = sources(&[("a.yaml", text)]);
        let file = crate::source::FileId::new(0);
        for start in 0..=crate::source::offset(text.len()) + 1 {
            for end in start..=crate::source::offset(text.len()) + 1 {
                let span = Span::new(file, start, end);
                let diagnostic = Diagnostic::error(Code::invented("x"), span, "x").label("here").fix(span, "new");
                assert!(render(&sources, &[diagnostic], Human::default()).contains("a.yaml"));
            }
        }
    }
}
