//! What the compiler reports, as plain data; `report` decides how it looks.

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
    /// Stable name of the kind of problem, such as `duplicate-id`.
    pub code: &'static str,
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
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
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
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// An error that isn't in any file.
    #[must_use]
    pub fn nowhere(code: &'static str, message: impl Into<String>) -> Self {
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

/// How many diagnostics beyond [`MOST`] were dropped.
#[derive(Debug, Clone, Copy, Default)]
pub struct Dropped {
    errors: usize,
    warnings: usize,
}

impl Dropped {
    /// Adds what was `found` to `kept`, or counts it once `kept` is full.
    pub fn keep(&mut self, kept: &mut Vec<Diagnostic>, found: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in found {
            if kept.len() < MOST {
                kept.push(diagnostic);
            } else {
                self.count(&diagnostic);
            }
        }
    }

    /// The sum of both counts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            errors: self.errors + other.errors,
            warnings: self.warnings + other.warnings,
        }
    }

    /// Drops and counts what is beyond [`MOST`].
    pub fn bound(&mut self, kept: &mut Vec<Diagnostic>) {
        let told: Vec<Diagnostic> = kept.extract_if(.., |diagnostic| tells_more(diagnostic)).collect();
        for diagnostic in kept.drain(MOST.min(kept.len())..) {
            self.count(&diagnostic);
        }
        kept.extend(told);
    }

    fn count(&mut self, diagnostic: &Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
    }

    /// A diagnostic that says how many were dropped. Dropped errors still stop the build.
    #[must_use]
    pub fn told(self) -> Option<Diagnostic> {
        let number = self.errors + self.warnings;
        let severity = if self.errors > 0 { Severity::Error } else { Severity::Warning };
        let message = format!("{number} more were found but not listed");
        let told = Diagnostic::nowhere("too-many", message).help("fix the ones listed, then check again");
        (number > 0).then_some(Diagnostic { severity, ..told })
    }
}

/// The key that diagnostics are sorted by: their place. Those without a place come first, and the
/// one that says there are more comes last.
#[must_use]
pub fn order(diagnostic: &Diagnostic) -> (bool, Option<Span>, Severity) {
    (tells_more(diagnostic), diagnostic.span, diagnostic.severity)
}

/// Whether `diagnostic` says how many were dropped.
fn tells_more(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == "too-many" && diagnostic.span.is_none()
}

/// Whether any of `diagnostics` stops the build.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    let mut severities = diagnostics.iter().map(|diagnostic| diagnostic.severity);
    severities.any(|severity| severity == Severity::Error)
}
