//! Formulas: LaTeX as Anki's MathJax reads it.
//!
//! [`read`] expands macros ([`macros`]), checks a formula against what MathJax knows
//! ([`table`], [`parse`]), works around what it gets wrong, and makes the form that paper
//! can set ([`paper`]). What MathJax would not set is a fault; what only paper cannot set
//! isn't: paper then shows the source.

mod arguments;
mod atoms;
mod cells;
mod chemistry;
mod define;
mod edits;
mod environments;
mod expand;
mod input;
mod macros;
mod paper;
mod parse;
mod table;
#[cfg(test)]
mod tests;
mod tree;
mod words;

use std::ops::Range;

pub use macros::Macros;

use crate::diag::Diagnostic;

/// A formula that is longer, or that macros make longer, is rejected.
const MOST: usize = 65_536;

/// A formula as the outputs need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// For MathJax: what the author wrote, except for macros and what MathJax gets wrong.
    pub tex: String,
    /// For paper, as MathML, or an `<merror>` that says why paper cannot set
    /// it. Empty if [`Macros::paperless`].
    pub mathml: String,
    /// What Anki will not show as written.
    pub remarks: Vec<Fault>,
}

/// Something wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Whether something is nested too deep for any reader.
    pub deep: bool,
    /// The byte range in what the author wrote.
    pub range: Range<usize>,
    /// The reason.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What to write instead of the bytes at `range`, if that is probably what was meant.
    pub fix: Option<String>,
}

impl Fault {
    fn error(range: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            deep: false,
            range,
            message: message.into(),
            help: None,
            fix: None,
        }
    }

    fn deep(self) -> Self {
        Self { deep: true, ..self }
    }

    fn help(self, help: impl Into<String>) -> Self {
        let help = Some(help.into());
        Self { help, ..self }
    }

    fn fix(self, text: impl Into<String>) -> Self {
        let fix = Some(text.into());
        Self { fix, ..self }
    }

    /// Adds the reason and the remedy to `diagnostic`.
    #[must_use]
    pub fn tell(&self, diagnostic: Diagnostic) -> Diagnostic {
        let diagnostic = diagnostic.label(&self.message);
        match &self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// Whether `c` marks the edge of a hidden part: it has no width and no meaning.
#[must_use]
pub fn is_mark(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

/// The name of the command whose backslash is right before `rest`: letters, or one other character.
fn name_of(rest: &str) -> &str {
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let first = rest.chars().next().filter(|c| !is_mark(*c)).map_or(0, char::len_utf8);
    &rest[..if letters == 0 { first } else { letters }]
}

/// Reads `tex`, as a displayed formula (`display`) or in running text.
/// Definitions in it are added to `macros`.
///
/// # Errors
/// If MathJax would not set it; the error lists everything that is wrong.
pub fn read(tex: &str, display: bool, macros: &mut Macros) -> Result<Formula, Vec<Fault>> {
    if tex.chars().all(|c| c.is_whitespace() || is_mark(c)) {
        return Err(vec![Fault::error(0..tex.len(), "the formula is empty")]);
    }
    if tex.len() > MOST {
        return Err(vec![Fault::error(0..0, format!("it is longer than {MOST} characters"))]);
    }
    let written = tex;
    let expanded = expand::all(tex, macros).map_err(|fault| vec![fault])?;
    let back = |fault: Fault| Fault { range: expanded.origin(&fault.range), ..fault };
    let read = parse::formula(&expanded.text, display, macros);
    let located = |faults: Vec<Fault>| faults.into_iter().map(back).collect::<Vec<_>>();
    if !read.faults.is_empty() {
        return Err(located(read.faults));
    }
    let tex = if read.edits.is_empty() {
        expanded.text.to_string()
    } else {
        let rewritten = edits::apply(&expanded.text, read.edits);
        settled(rewritten, display, macros).ok_or_else(|| vec![unsettled(written)])?
    };
    let mathml = if macros.paperless { String::new() } else { paper(&tex, display, macros) };
    let tex = if tex == written { tex } else { trimmed(&tex).to_owned() };
    Ok(Formula { tex, mathml, remarks: located(read.remarks) })
}

/// Reads `tex`, which Cardpress has rewritten for MathJax, until reading no longer changes it.
/// `None` if MathJax would reject it or if it does not settle.
fn settled(mut tex: String, display: bool, macros: &Macros) -> Option<String> {
    const READINGS: usize = 4;
    for _ in 0..READINGS {
        let read = parse::formula(&tex, display, macros);
        if !read.faults.is_empty() {
            return None;
        }
        let next = edits::apply(&tex, read.edits);
        if next == tex {
            return Some(tex);
        }
        tex = next;
    }
    None
}

fn unsettled(written: &str) -> Fault {
    let message = "Cardpress cannot rewrite this so that Anki's MathJax accepts it";
    let help = "put braces around each command and its arguments, or write the formula differently";
    Fault::error(0..written.len(), message).help(help)
}

/// A formula without the white space around it, which matters only in `\ ` at its end.
#[must_use]
pub fn trimmed(tex: &str) -> &str {
    let tex = tex.trim_start();
    let short = tex.trim_end();
    let slashes = short.len() - short.trim_end_matches('\\').len();
    let blank = tex[short.len()..].chars().next().map_or(0, char::len_utf8);
    if slashes.is_multiple_of(2) { short } else { &tex[..short.len() + blank] }
}

/// Whether nothing is left of a formula because it contained only definitions.
#[must_use]
pub fn is_blank(formula: &Formula) -> bool {
    formula.tex.chars().all(char::is_whitespace)
}

/// Why paper shows the source of the formula that `mathml` stands for, if it does.
#[must_use]
pub fn refusal(mathml: &str) -> Option<&str> {
    mathml.strip_prefix("<math><merror><mtext>")?.strip_suffix("</mtext></merror></math>")
}

/// What paper sets, as MathML, or why it cannot.
fn paper(tex: &str, display: bool, macros: &Macros) -> String {
    printed(tex, display, macros)
        .unwrap_or_else(|reason| format!("<math><merror><mtext>{}</mtext></merror></math>", escaped(&reason)))
}

fn printed(tex: &str, display: bool, macros: &Macros) -> Result<String, String> {
    let tex: String = tex.chars().filter(|c| !is_mark(*c)).collect();
    let tree = parse::formula(&tex, display, macros);
    if !tree.faults.is_empty() {
        return Err("its form for MathJax is not understood".to_owned());
    }
    paper::latex(&tree.rows).and_then(|latex| super::mathml::convert(&latex, display))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
