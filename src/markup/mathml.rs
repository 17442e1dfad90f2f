//! LaTeX → MathML Core by math-core, for paper. The author's LaTeX gets here only in
//! the form that `tex::paper` gives it.

use std::sync::LazyLock;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

/// Everyday commands that math-core does not define itself.
const MACROS: [(&str, &str); 1] = [("Pr", r"\operatorname{Pr}")];

static CONVERTER: LazyLock<Option<LatexToMathML>> = LazyLock::new(|| {
    let macros = MACROS.iter().map(|(name, body)| ((*name).to_owned(), (*body).to_owned()));
    let config = MathCoreConfig {
        macros: macros.collect(),
        ..MathCoreConfig::default()
    };
    LatexToMathML::new(config).ok()
});

/// Converts `tex`, as a displayed formula (`display`) or in running text.
///
/// # Errors
/// If math-core does not understand it.
pub fn convert(tex: &str, display: bool) -> Result<String, String> {
    let converter = CONVERTER.as_ref().ok_or("the formula reader did not start")?;
    let mode = if display { MathDisplay::Block } else { MathDisplay::Inline };
    match converter.convert_with_local_state(tex, mode) {
        Ok(result) => Ok(result.mathml),
        Err(error) => Err(error.error_message().trim_end_matches('.').to_owned()),
    }
}
