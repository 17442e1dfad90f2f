//! Characters that an author cannot see but that change what the text is.

use crate::diag::{Code, Diagnostic, Sink};
use crate::source::{FileId, ScalarStyle, Sources, Span, TextMap, offset};
use crate::yaml::{MAX_DIAGNOSTICS, Tree};

/// Looks through the characters of a source.
pub(super) fn in_text(file: FileId, text: &str, diagnostics: &mut Sink) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if diagnostics.len() >= MAX_DIAGNOSTICS {
            return;
        }
        if !line.is_ascii() {
            let span = |start: usize, end: usize| Span::new(file, offset(at + start), offset(at + end));
            let above = text[..at].lines().next_back().unwrap_or("");
            let below = text[at + line.len()..].lines().next().unwrap_or("");
            diagnostics.extend(indentation(line, [above, below].map(column), span));
            diagnostics.extend(direction(line, span));
        }
        at += line.len();
    }
}

/// A no-break space, which some editors insert, does not indent a key.
fn indentation(line: &str, beside: [usize; 2], span: impl Fn(usize, usize) -> Span) -> Option<Diagnostic> {
    let indent = &line[..line.len() - line.trim_start().len()];
    let (key, _) = line[indent.len()..].split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    let at = indent.find(|c: char| !c.is_ascii()).filter(|_| is_key)?;
    let length = indent[at..].chars().next().map_or(0, char::len_utf8);
    let message = "this line is indented with a non-standard space";
    let diagnostic = Diagnostic::error(Code::INDENTATION, span(at, at + length), message)
        .label("YAML allows only ordinary spaces here")
        .help("replace it with an ordinary space")
        .edit(span(0, indent.len()), " ".repeat(indent.chars().count()), beside.contains(&indent.chars().count()));
    Some(diagnostic)
}

/// The column where the text of a line begins, after the dash of an entry.
fn column(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').trim_start_matches("- ").len()
}

/// Text that appears on the screen in a different order from the file. Languages written from right
/// to left need marks for that, but close what they open.
fn direction(line: &str, span: impl Fn(usize, usize) -> Span) -> Option<Diagnostic> {
    let mut open = Vec::new();
    let mut wrong = None;
    for (at, c) in line.char_indices() {
        match c {
            '\u{202a}' | '\u{202b}' | '\u{2066}'..='\u{2068}' => open.push((at, c)),
            '\u{202c}' | '\u{2069}' => drop(open.pop()),
            '\u{202d}' | '\u{202e}' => wrong = wrong.or(Some((at, c))),
            _ => {}
        }
    }
    let (at, c) = wrong.or(open.first().copied())?;
    let message = format!("the character U+{:04X} changes the direction of the text", c as u32);
    let diagnostic = Diagnostic::error(Code::CONTROL_CHARACTER, span(at, at + c.len_utf8()), message)
        .label("the text after it is displayed in a different order than it is written")
        .help("remove it, or end the run on the same line with U+2069 or U+202C");
    Some(diagnostic)
}

/// Looks for escapes that nobody intends: in double quotes,
/// `\alpha` begins with the bell character.
pub(super) fn in_values(tree: &Tree<'_>, sources: &Sources, diagnostics: &mut Sink) {
    for node in tree.scalars().filter(|node| !tree.is_plain(*node)) {
        let (text, span) = (tree.text(node).unwrap_or(""), tree.span(node));
        let stray = |c: char| c.is_control() && c != '\n' && (c != '\t' || text.contains('$'));
        let Some(at) = text.find(stray) else { continue };
        let raw = sources.slice(span);
        let style = tree.style(node);
        if diagnostics.len() >= MAX_DIAGNOSTICS || style != ScalarStyle::DoubleQuoted {
            continue;
        }
        let place = TextMap::new(sources, span, style, text).span(at..at + 1);
        let message = format!("`{}` is an escape sequence for a control character", sources.slice(place));
        let diagnostic = Diagnostic::error(Code::BAD_ESCAPE, place, message)
            .label("in double quotes, a backslash starts an escape sequence")
            .help("put text with backslashes in single quotes or in a `|` block");
        let inner = raw.trim_matches('"');
        let simple = !inner.contains(['\'', '"', '\n']);
        diagnostics.push(if simple { diagnostic.suggest(span, format!("'{inner}'")) } else { diagnostic });
    }
}
