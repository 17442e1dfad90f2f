//! The manifest's `fonts` → font files of the project.

use unicode_normalization::UnicodeNormalization as _;

use super::Input;
use crate::content::Title;
use crate::deck::{Font, MediaType};
use crate::diag::{Code, Diagnostic, Sink};
use crate::similar;

/// Even a font that covers a whole script is only a tenth of this size.
const MOST_BYTES: u64 = 128 << 20;

/// The fonts that were found; the others are reported.
pub(super) fn lower(input: &Input<'_>, diagnostics: &mut Sink) -> Vec<Font> {
    let mut fonts = Vec::new();
    for named in &input.manifest.fonts {
        match font(input, named) {
            Ok(font) => fonts.push(font),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    fonts
}

fn font(input: &Input<'_>, named: &Title) -> Result<Font, Box<Diagnostic>> {
    let (path, span) = (named.value.0.trim(), named.span);
    let wanted: String = path.strip_prefix("./").unwrap_or(path).nfc().collect();
    let all = || input.fonts.iter().chain(input.media);
    let error = |message: String| Diagnostic::error(Code::BAD_FONT, span, message);
    let Some(file) = all().find(|file| file.path.nfc().eq(wanted.chars())) else {
        let diagnostic = error(format!("the project has no font file `{path}`"))
            .help("paths are relative to the folder of `cardpress.yaml`, for example `fonts/NotoSansJP-Regular.otf`");
        let near = similar::name(&wanted, input.fonts.iter().map(|file| file.path.as_str()));
        return Err(Box::new(diagnostic.meant(span, near, "not found")));
    };
    if file.kind != MediaType::Font {
        let diagnostic = error(format!("`{path}` is {}", file.kind.words())).label("not a font that Cardpress can use");
        return Err(Box::new(diagnostic.help("use a TrueType or OpenType font: a TTF, OTF, TTC or OTC file")));
    }
    if file.size > MOST_BYTES {
        let diagnostic = error(format!("`{path}` is larger than {} MiB", MOST_BYTES >> 20)).label("too large");
        return Err(Box::new(diagnostic.help("use the font file for a single weight")));
    }
    Ok(Font { path: file.path.clone(), span })
}
