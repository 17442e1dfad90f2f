//! Formulas, and text that looks like a formula but isn't one.

use std::ops::Range;

use super::{Reader, Syntax, prepare};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::ast::Math;
use crate::markup::cloze;
use crate::markup::tex::{self, Macros};
use crate::source::Span;

impl Reader<'_, '_> {
    /// A formula; `None` if it is wrong or only defines something.
    pub(super) fn math(&mut self, tex: &str, display: bool, range: Range<usize>) -> Option<Math> {
        let edge = if display { 2 } else { 1 };
        let inner = range.start + edge..range.end.saturating_sub(edge).max(range.start + edge);
        let span = self.map.span(inner.clone());
        let mut tex = self.original(tex, &range).into_owned();
        tex.retain(|c| !tex::is_mark(c));
        let (marked, mut hidden) = match self.syntax {
            Syntax::Cloze => cloze::marked(&tex, span, self.diagnostics),
            Syntax::Plain => (tex, Vec::new()),
        };
        let map = self.map;
        // Once the braces are gone, places in the formula differ from those in the source.
        let locate = |error: Range<usize>| {
            let place = inner.start + error.start..inner.start + error.end;
            if hidden.is_empty() { map.span(place) } else { span }
        };
        let macros = self.macros.get_or_insert_with(|| self.resolver.macros().clone());
        let math = formula(&marked, display, span, macros, locate, self.diagnostics)?;
        let parts = hidden.len();
        let tex = cloze::unmarked(&math.tex, &mut hidden);
        if hidden.len() < parts {
            let diagnostic = Diagnostic::error(Code::BAD_CLOZE, span, "this cloze is inside the argument of a macro")
                .label("the macro doesn't show its argument exactly once")
                .help("write out what the macro stands for, and put the cloze in that");
            self.diagnostics.push(diagnostic);
        }
        Some(Math { tex, hidden, ..math })
    }

    /// The macros that formulas may use here.
    fn macros(&self) -> &Macros {
        self.macros.as_ref().unwrap_or_else(|| self.resolver.macros())
    }

    /// `$x` without its partner is a slip; `$5`, `5 $` and `$PATH` are not.
    pub(super) fn look_for_lone_dollar(&mut self, range: &Range<usize>) {
        let text = self.text;
        for (at, _) in text[range.clone()].match_indices('$') {
            let start = range.start + at;
            let after = &text[start + 1..];
            if start < self.dollars_seen || self.is_escaped(start) {
                continue;
            }
            if after.starts_with('$') && self.prepared.as_bytes()[start] == b'$' {
                self.broken_display(start);
            } else if after.starts_with([' ', '\t']) {
                self.spaced_math(start);
            } else if after.starts_with(|c: char| c.is_alphabetic() || c == '\\') && !self.is_shell(start)
                || is_grouped(after)
            {
                self.unclosed_math(start, after);
            }
        }
    }

    /// A `$$` that has a partner but opens no formula, because there is a `$` between them.
    fn broken_display(&mut self, start: usize) {
        let inner = nearby(&self.text[start + 2..], FAR);
        self.dollars_seen = start + 2 + inner.find("$$").map_or(0, |end| end + 2);
        let place = self.map.span(start..start + 2);
        let diagnostic = Diagnostic::error(Code::UNCLOSED_MATH, place, "a `$` inside a formula between `$$`")
            .label("all of it is read as text")
            .help("put the words and the inner formula inside `\\text{…}`, or remove the inner dollars");
        self.diagnostics.push(diagnostic);
    }

    /// Whether the `$` at `start` begins a shell variable: a long name, or one in a path.
    fn is_shell(&self, start: usize) -> bool {
        let after = &self.text[start + 1..];
        let length = after.bytes().take_while(|c| c.is_ascii_alphanumeric() || *c == b'_').count();
        let in_path = self.text[..start].ends_with(['/', ':', '=', '"']);
        prepare::is_variable(after) && (length > 2 || in_path)
    }

    /// `$ x $`, if it would be a formula without its spaces.
    fn spaced_math(&mut self, start: usize) {
        let after = nearby(&self.text[start + 1..], 500);
        let line = after.split('\n').next().unwrap_or("");
        let Some(length) = line.find('$') else { return };
        let inner = &line[..length];
        if !inner.ends_with(' ') || !looks_like_math(inner) {
            return;
        }
        let range = start..start + length + 2;
        self.dollars_seen = range.end;
        let place = self.map.span(range.clone());
        let diagnostic =
            Diagnostic::error(Code::MATH_DELIMITERS, place, "a formula cannot have spaces next to its dollars")
                .label("read as text")
                .help("write it as `$x$`, or write `\\$` for a dollar sign");
        let fix = format!("${}$", self.map.raw(start + 1..range.end - 1).trim());
        self.diagnostics.push(diagnostic.fix(place, fix));
    }

    /// A `$` that opens no formula: either nothing closes it, or its braces don't match, and
    /// then the formula reader knows where.
    fn unclosed_math(&mut self, start: usize, after: &str) {
        let after = nearby(after, FAR);
        let paragraph = after.find("\n\n").unwrap_or(after.len());
        if let Some(end) = after[..paragraph].find('$')
            && tex::read(&after[..end], false, &mut self.macros().clone()).is_err()
        {
            self.dollars_seen = start + end + 2;
            let tex = after[..end].to_owned();
            self.math(&tex, false, start..start + end + 2);
            return;
        }
        let place = self.map.span(start..start + 1);
        let mut diagnostic =
            Diagnostic::error(Code::UNCLOSED_MATH, place, "this `$` opens a formula that is never closed")
                .label("opened here")
                .help("close it with `$` right after the formula, or write `\\$` for a dollar sign");
        if after.len() >= FAR {
            diagnostic = diagnostic.help(format!("put a formula longer than {FAR} characters between `$$`"));
        }
        if self.in_table {
            diagnostic = diagnostic.help("a `|` in a table ends the cell: write `\\lvert` or `\\mid` in the formula");
        }
        self.diagnostics.push(diagnostic);
    }

    /// A paragraph that opens a formula with `$$` but doesn't close it,
    /// because an empty line ends the paragraph.
    pub(super) fn unclosed_display(&mut self, paragraph: &Range<usize>) {
        let Some(slice) = self.text.get(paragraph.clone()) else { return };
        // Searching for one character is much faster, and most paragraphs do not have it.
        let Some(at) = slice.find('$').and_then(|first| Some(first + slice[first..].find("$$")?)) else { return };
        let start = paragraph.start + at;
        let lone = self.prepared.as_bytes()[start] != b'$';
        if start < self.dollars_seen || !lone || self.is_escaped(start) {
            return;
        }
        let place = self.map.span(start..start + 2);
        let end = self.text[paragraph.end..].find("$$").map(|at| paragraph.end + at + 2);
        let Some(end) = end.filter(|end| looks_like_math(&self.text[start + 2..*end - 2])) else {
            if !slice[at + 2..].trim().is_empty() || slice.trim() == "$$" {
                let diagnostic =
                    Diagnostic::error(Code::UNCLOSED_MATH, place, "this `$$` opens a formula that is never closed")
                        .label("opened here")
                        .help("close it with `$$` after the formula, or write `\\$\\$` for the characters");
                self.diagnostics.push(diagnostic);
            }
            return;
        };
        self.dollars_seen = end;
        let diagnostic = Diagnostic::error(Code::MATH_DELIMITERS, place, "this formula contains an empty line")
            .label("the paragraph ends before the closing `$$`, so all of it is read as text")
            .help("remove the empty lines; inside `aligned`, `\\\\` starts a new line");
        let whole = self.map.span(start..end);
        let raw = self.map.raw(start..end);
        let kept: Vec<&str> = raw.split('\n').filter(|line| !line.trim().is_empty()).collect();
        let removable = self.map.is_literal();
        self.diagnostics.push(if removable { diagnostic.fix(whole, kept.join("\n")) } else { diagnostic });
    }

    /// `\(…\)` and `\[…\]`, which to Markdown are escaped brackets.
    pub(super) fn look_for_tex_delimiter(&mut self, range: &Range<usize>) {
        let (start, text) = (range.start, self.text);
        let close = match text.as_bytes().get(start) {
            Some(b'(') => "\\)",
            Some(b'[') => "\\]",
            _ => return,
        };
        if start == 0 || start <= self.dollars_seen || !self.is_escaped(start) {
            return;
        }
        let rest = nearby(&text[start + 1..], FAR);
        let rest = &rest[..rest.find("\n\n").unwrap_or(rest.len())];
        let Some(length) = rest.find(close) else { return };
        let inner = &rest[..length];
        let display = close == "\\]";
        let likely = looks_like_math(inner);
        // `\[` is also how one writes a bracket that doesn't begin a link.
        if inner.trim().is_empty() || (display && !(inner.contains('\\') || (likely && inner.starts_with(' ')))) {
            return;
        }
        let range = start - 1..start + 1 + length + 2;
        self.dollars_seen = range.end;
        let place = self.map.span(range.clone());
        let dollars = if display { "$$" } else { "$" };
        let message = format!("formulas go between dollars, not between `\\{}` and `{close}`", &text[start..=start]);
        let diagnostic = if likely {
            Diagnostic::error(Code::MATH_DELIMITERS, place, message)
        } else {
            Diagnostic::warning(Code::MATH_DELIMITERS, place, message)
        };
        let diagnostic = diagnostic
            .label("read as text in brackets")
            .help(format!("write `{dollars}…{dollars}`; brackets in text need no backslash"));
        let raw = self.map.raw(start + 1..start + 1 + length).trim();
        let safe = !raw.contains('$') && !raw.is_empty();
        let fix = format!("{dollars}{raw}{dollars}");
        self.diagnostics.push(if safe { diagnostic.edit(place, fix, likely) } else { diagnostic });
    }
}

/// Whether braces follow that cannot belong to a template, a cloze or a shell.
fn is_grouped(after: &str) -> bool {
    after.starts_with("{{{{")
}

/// How many bytes to search for the end of a formula.
const FAR: usize = 4000;

/// The start of `text`, so that a hostile text is not read to its end again and again.
fn nearby(text: &str, most: usize) -> &str {
    &text[..crate::source::floor_char(text, most)]
}

/// Whether a text looks like a formula: it has a command, a sign or a lone
/// letter, and no words outside commands.
fn looks_like_math(text: &str) -> bool {
    let text = text.trim();
    let signs = text.contains(['\\', '^', '_', '=', '<', '>', '+', '*', '/']);
    let mut words = text.split(|c: char| !c.is_alphabetic() && c != '\\').filter(|word| !word.is_empty());
    let (mut letters, mut sentence) = (false, 0);
    words.by_ref().for_each(|word| {
        letters |= !word.starts_with('\\');
        sentence += usize::from(!word.contains('\\') && word.chars().count() > 3);
    });
    (signs || letters) && (sentence == 0 || (text.contains('\\') && sentence < 4)) && !text.is_empty()
}

/// Reads a formula and reports what is wrong with it at `locate(range)`. `None` if Anki could not
/// render it, or if it only contains definitions, which go into `macros`.
pub fn formula(
    tex: &str,
    display: bool,
    whole: Span,
    macros: &mut Macros,
    locate: impl Fn(Range<usize>) -> Span,
    diagnostics: &mut Sink,
) -> Option<Math> {
    let place = |range: &Range<usize>| if range.is_empty() { whole } else { locate(range.clone()) };
    match tex::read(tex, display, macros) {
        Ok(formula) => {
            let remarks = formula.remarks.iter().map(|remark| {
                let message = "Anki does not show all of this formula";
                remark.tell(Diagnostic::warning(Code::LOST_IN_FORMULA, place(&remark.range), message))
            });
            diagnostics.extend(remarks);
            (!tex::is_blank(&formula)).then(|| Math::new(formula.tex, formula.mathml, whole))
        }
        Err(faults) => {
            let errors = faults.iter().map(|fault| {
                let (place, message) = (place(&fault.range), "Anki cannot render this formula");
                let diagnostic = if fault.deep {
                    Diagnostic::error(Code::NESTING, place, message)
                } else {
                    Diagnostic::error(Code::BAD_FORMULA, place, message)
                };
                let diagnostic = match &fault.help {
                    Some(_) => fault.tell(diagnostic),
                    None => fault.tell(diagnostic).help("formulas are LaTeX, as Anki's MathJax reads it"),
                };
                match &fault.fix {
                    Some(text) if !fault.range.is_empty() => diagnostic.suggest(place, text),
                    Some(_) | None => diagnostic,
                }
            });
            diagnostics.extend(errors);
            None
        }
    }
}
