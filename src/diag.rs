//! What the compiler reports, as plain data; `report` decides how it looks.

mod code;

pub use code::{Code, STAGES, Stage};

use std::ops::Deref;

use crate::source::Span;

/// Whether the outputs may still be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// Worth knowing; the build goes on.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// `1 note`, `2 notes`: a count, as messages word it.
#[must_use]
pub fn count(number: usize, thing: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{ending}")
}

/// Another place that helps to explain the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there, in a few words.
    pub text: String,
}

/// A replacement that fixes the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What to replace.
    pub span: Span,
    /// What to put there.
    pub text: String,
    /// Whether every author would make this change. One that is only
    /// likely is shown but left to the author.
    pub certain: bool,
}

/// One problem, where it is and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// Whether it stops the build.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where it is; `None` if the problem isn't in a file.
    pub span: Option<Span>,
    /// What is at `span`, in a few words; may be empty.
    pub label: String,
    /// Other relevant places.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Vec<String>,
    /// The fix as an edit, if there is one.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at `span`.
    #[must_use]
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: Some(span),
            label: String::new(),
            labels: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// A warning at `span`.
    #[must_use]
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// An error that isn't in any file.
    #[must_use]
    pub fn nowhere(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span: None,
            label: String::new(),
            labels: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Says what is at `span`.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.labels.push(Label { span, text });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Asks at `span` whether the author meant `near`, and suggests it; if there is nothing near, says `otherwise`.
    #[must_use]
    pub fn meant(self, span: Span, near: Option<impl Into<String>>, otherwise: impl Into<String>) -> Self {
        let Some(near) = near.map(Into::into) else { return self.label(otherwise) };
        self.label(format!("did you mean `{near}`?")).suggest(span, near)
    }

    /// Adds an edit that is certainly the right fix: `check --fix` makes it without asking.
    #[must_use]
    pub fn fix(self, span: Span, text: impl Into<String>) -> Self {
        self.edit(span, text, true)
    }

    /// Adds an edit that is probably the right fix.
    #[must_use]
    pub fn suggest(self, span: Span, text: impl Into<String>) -> Self {
        self.edit(span, text, false)
    }

    /// Adds an edit that fixes the problem.
    #[must_use]
    pub fn edit(mut self, span: Span, text: impl Into<String>, certain: bool) -> Self {
        let text = text.into();
        self.fix = Some(Fix { span, text, certain });
        self
    }

    /// The edit that is certainly right, if there is one.
    #[must_use]
    pub fn certain_fix(&self) -> Option<&Fix> {
        self.fix.as_ref().filter(|fix| fix.certain)
    }
}

/// The most diagnostics kept: nobody reads more, and a hostile source must not fill the memory.
pub const MOST: usize = 10_000;

/// Where every stage reports what it finds. It keeps the first [`MOST`] diagnostics, and counts the others.
#[derive(Debug, Clone, Default)]
pub struct Sink {
    kept: Vec<Diagnostic>,
    /// How many errors were dropped.
    errors: usize,
    /// How many warnings were dropped.
    warnings: usize,
}

impl Sink {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one more.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.kept.len() < MOST {
            self.kept.push(diagnostic);
        } else {
            match diagnostic.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
            }
        }
    }

    /// Takes all of `other`, which was filled after it.
    pub fn append(&mut self, other: Self) {
        self.extend(other.kept);
        self.errors += other.errors;
        self.warnings += other.warnings;
    }

    /// Those that it kept, to change them.
    pub fn kept_mut(&mut self) -> &mut [Diagnostic] {
        &mut self.kept
    }

    /// Keeps only what `keep` says yes to.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.kept.retain(keep);
    }

    /// Forgets everything after the first `length`, kept or counted.
    pub fn truncate(&mut self, length: usize) {
        self.kept.truncate(length);
        (self.errors, self.warnings) = (0, 0);
    }

    /// Whether any of them stops the build.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0 || has_errors(&self.kept)
    }

    /// Everything to report, in the order of the sources and each once; the last says how many were dropped.
    #[must_use]
    pub fn into_report(self) -> Vec<Diagnostic> {
        let number = self.errors + self.warnings;
        let mut all = self.kept;
        all.sort_by_key(order);
        all.dedup();
        if number > 0 {
            let severity = if self.errors > 0 { Severity::Error } else { Severity::Warning };
            let message = format!("{number} more were found but not listed");
            let told = Diagnostic::nowhere(Code::TOO_MANY, message).help("fix the ones listed, then check again");
            all.push(Diagnostic { severity, ..told });
        }
        all
    }
}

impl Deref for Sink {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.kept
    }
}

impl Extend<Diagnostic> for Sink {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, found: I) {
        for diagnostic in found {
            self.push(diagnostic);
        }
    }
}

impl FromIterator<Diagnostic> for Sink {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(found: I) -> Self {
        let mut sink = Self::new();
        sink.extend(found);
        sink
    }
}

impl IntoIterator for Sink {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.kept.into_iter()
    }
}

/// The key that diagnostics are sorted by: their place. Those without a place come first, and the
/// one that says there are more comes last.
#[must_use]
pub fn order(diagnostic: &Diagnostic) -> (bool, Option<Span>, Severity) {
    let tells_more = diagnostic.code == Code::TOO_MANY && diagnostic.span.is_none();
    (tells_more, diagnostic.span, diagnostic.severity)
}

/// Whether any of `diagnostics` stops the build.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    let mut severities = diagnostics.iter().map(|diagnostic| diagnostic.severity);
    severities.any(|severity| severity == Severity::Error)
}
