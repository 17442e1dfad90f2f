//! Diagnostics as workflow commands, with which GitHub marks the lines of a change. It shows ten of
//! each kind per step; the rest are in the log.

use super::{Place, place};
use crate::diag::Diagnostic;
use crate::printable;
use crate::source::{Sources, Span};

/// The report, one line per diagnostic. `folder` is the path from the repository's folder to the
/// project's; empty if they are the same.
#[must_use]
pub fn render(sources: &Sources, diagnostics: &[Diagnostic], folder: &str) -> String {
    diagnostics.iter().map(|diagnostic| command(sources, diagnostic, folder)).collect()
}

fn command(sources: &Sources, diagnostic: &Diagnostic, folder: &str) -> String {
    let place = diagnostic.span.map(|span| format!("{},", properties(sources, span, folder))).unwrap_or_default();
    let title = property(diagnostic.code.name());
    format!("::{} {place}title={title}::{}\n", diagnostic.severity.name(), data(&text(sources, diagnostic, folder)))
}

/// GitHub drops the columns of a span over several lines.
fn properties(sources: &Sources, span: Span, folder: &str) -> String {
    let Place { line, column, end_line, end_column } = place(sources, span);
    let file = property(&printable::line(&path(sources, span, folder)));
    if line == end_line {
        format!("file={file},line={line},col={column},endLine={end_line},endColumn={end_column}")
    } else {
        format!("file={file},line={line},endLine={end_line}")
    }
}

/// The path from the repository's folder to a span's file.
pub(super) fn path(sources: &Sources, span: Span, folder: &str) -> String {
    let path = sources.get(span.file).path();
    if folder.is_empty() || folder == "." {
        path.to_owned()
    } else {
        format!("{}/{path}", folder.trim_end_matches('/'))
    }
}

/// The message, the label, the labels elsewhere, and what to do.
fn text(sources: &Sources, diagnostic: &Diagnostic, folder: &str) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    lines.extend(Some(diagnostic.label.clone()).filter(|label| !label.is_empty()));
    for label in &diagnostic.labels {
        let Place { line, column, .. } = place(sources, label.span);
        lines.push(format!("{}:{line}:{column}: {}", path(sources, label.span, folder), label.text));
    }
    lines.extend(diagnostic.help.iter().map(|help| format!("help: {help}")));
    let lines: Vec<_> = lines.iter().map(|line| printable::lines(line)).collect();
    lines.join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::source::Source;

    #[test]
    fn a_command_is_one_line_and_says_everything() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("100%, a:b.yaml", "é: tru\nx\n"));
        let span = Span::new(file, 4, 7);
        let diagnostics = [
            Diagnostic::error(Code::invented("unknown"), span, "50% of\r\n`tru`")
                .label("here")
                .also(Span::new(file, 0, 2), "first, of: two")
                .help("one"),
            Diagnostic::warning(Code::invented("tall"), Span::new(file, 4, 9), "two lines"),
            Diagnostic::nowhere(Code::invented("empty"), "no content"),
        ];
        let expected = "\
::error file=my deck/100%25%2C a%3Ab.yaml,line=1,col=4,endLine=1,endColumn=7,title=unknown::50%25 of\\r%0A`tru`%0Ahere%0Amy deck/100%25, a:b.yaml:1:1: first, of: two%0Ahelp: one
::warning file=my deck/100%25%2C a%3Ab.yaml,line=1,endLine=2,title=tall::two lines
::error title=empty::no content
";
        assert_eq!(render(&sources, &diagnostics, "my deck"), expected);
        assert!(render(&sources, &diagnostics, "").starts_with("::error file=100%25%2C a%3Ab.yaml,"));
    }
}
