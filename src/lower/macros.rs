//! The manifest's macros → the macros for formulas.

use super::Input;
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::tex::Macros;

/// The valid macros; the others are reported, each at its line.
pub(super) fn lower(input: &Input<'_>, diagnostics: &mut Sink) -> Macros {
    let mut macros = Macros::default();
    let pairs = &input.manifest.macros.0;
    for (name, body) in pairs {
        if let Err(reason) = macros.define(&name.value, &body.value.0) {
            let diagnostic =
                Diagnostic::error(Code::BAD_MACRO, name.span, format!("`{}` is not a valid macro", name.value))
                    .label(reason)
                    .help("write it as `'\\name': '…'`, with `#1` to `#9` for its arguments");
            diagnostics.push(diagnostic);
        }
    }
    for name in macros.recursive() {
        macros.remove(&name);
        let pair = pairs.iter().find(|(key, _)| key.value.strip_prefix('\\') == Some(&name));
        if let Some((key, _)) = pair {
            let diagnostic = Diagnostic::error(Code::BAD_MACRO, key.span, format!("the macro `\\{name}` uses itself"))
                .label("expanding it would never finish")
                .help("write out what it stands for");
            diagnostics.push(diagnostic);
        }
    }
    macros
}
