//! LaTeX → MathML Core by math-core, the only reader of formulas: what it
//! refuses is a diagnostic, so every output can rely on the rest.

use std::ops::Range;
use std::sync::LazyLock;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

/// Why a formula cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MathError {
    /// Bytes of the LaTeX that are at fault.
    pub range: Range<usize>,
    /// The reason.
    pub message: String,
}

/// Commands of everyday papers that math-core does not define by itself.
const MACROS: [(&str, &str); 2] = [("bm", r"\boldsymbol{#1}"), ("Pr", r"\operatorname{Pr}")];

static CONVERTER: LazyLock<Option<LatexToMathML>> = LazyLock::new(|| {
    let macros = MACROS.iter().map(|(name, body)| ((*name).to_owned(), (*body).to_owned()));
    let config = MathCoreConfig {
        macros: macros.collect(),
        ..MathCoreConfig::default()
    };
    LatexToMathML::new(config).ok()
});

/// Converts `tex`, set apart (`display`) or in running text.
///
/// # Errors
/// If math-core does not understand it.
pub fn convert(tex: &str, display: bool) -> Result<String, MathError> {
    let whole = |message: &str| MathError { range: 0..tex.len(), message: message.to_owned() };
    if tex.trim().is_empty() {
        return Err(whole("the formula is empty"));
    }
    let converter = CONVERTER.as_ref().ok_or_else(|| whole("the formula reader did not start"))?;
    let mode = if display { MathDisplay::Block } else { MathDisplay::Inline };
    match converter.convert_with_local_state(tex, mode) {
        Ok(result) => Ok(result.mathml),
        Err(error) => Err(MathError {
            range: bounded(error.0.clone(), tex),
            message: first_lower(error.error_message().trim_end_matches('.')),
        }),
    }
}

/// Ranges of an error may point past the end, where something is missing.
fn bounded(range: Range<usize>, tex: &str) -> Range<usize> {
    let start = crate::source::floor_char(tex, range.start);
    let mut end = range.end.clamp(start, tex.len());
    while !tex.is_char_boundary(end) {
        end += 1;
    }
    if start == end && start > 0 && start == tex.len() {
        let last = tex.char_indices().next_back().map_or(0, |(at, _)| at);
        return last..tex.len();
    }
    start..end
}

fn first_lower(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
