//! Finds what a sheet's fonts lack before anything is typeset: scripts, without which there is no
//! sheet, and single signs, which are left out.

use std::collections::{BTreeMap, BTreeSet};

use unicode_script::{Script, UnicodeScript as _};

use super::world::Files;
use crate::deck::{Language, Project};
use crate::diag::{Code, Diagnostic};
use crate::markup::script::joins_lines;
use crate::markup::typst::Writer;
use crate::source::Span;

/// A character that no font has, and where it first occurs.
struct Lacking {
    character: char,
    place: Span,
}

/// Leaves out the signs that no font has, with a warning.
///
/// # Errors
/// One for each script that no font has.
pub(super) fn complete(
    writer: &mut Writer,
    files: &Files,
    project: &Project,
    sheet: Span,
) -> Result<Option<Diagnostic>, Vec<Diagnostic>> {
    let (scripts, signs) = lacking(writer, files, sheet);
    if !scripts.is_empty() {
        let language = &project.language;
        return Err(scripts.iter().map(|(script, lacking)| no_script(script, lacking, language)).collect());
    }
    writer.leave_out(&signs.iter().map(|sign| sign.character).collect());
    Ok(left_out(&signs))
}

type Scripts = BTreeMap<&'static str, Vec<Lacking>>;

/// The missing characters that belong to a script, and the others, each once.
fn lacking(writer: &Writer, files: &Files, sheet: Span) -> (Scripts, Vec<Lacking>) {
    let (mut scripts, mut signs) = (Scripts::new(), Vec::new());
    let mut known = BTreeSet::new();
    for (range, character) in writer.characters() {
        let wanted = !character.is_ascii() && !character.is_whitespace() && !is_invisible(character);
        if !wanted || !known.insert(character) || files.draws(character) {
            continue;
        }
        let place = writer.origin(&range).unwrap_or(sheet);
        let one = Lacking { character, place };
        match script(character) {
            Some(script) => scripts.entry(script).or_default().push(one),
            None => signs.push(one),
        }
    }
    (scripts, signs)
}

/// Characters that only shape their neighbours; a font that lacks them draws nothing.
pub(super) fn is_invisible(c: char) -> bool {
    let shaping = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    );
    shaping || c.is_control()
}

/// The script of a character, by the name that readers know; `None` for signs without one, such as emoji.
fn script(c: char) -> Option<&'static str> {
    let own = c.script();
    match own {
        Script::Hiragana | Script::Katakana => Some("kana"),
        Script::Hangul => Some("hangul"),
        // A character of several scripts is assumed to be in text of the first.
        Script::Common | Script::Inherited | Script::Unknown => {
            let extension = c.script_extension();
            if joins_lines(c) || extension.contains_script(Script::Han) && !extension.is_common() {
                return Some(Script::Han.full_name());
            }
            let few = !extension.is_common() && !extension.is_inherited();
            few.then(|| extension.iter().next().map(Script::full_name)).flatten().filter(|_| own != Script::Unknown)
        }
        script => Some(script.full_name()),
    }
}

fn no_script(script: &str, lacking: &[Lacking], language: &Language) -> Diagnostic {
    let (first, count) = (&lacking[0], lacking.len());
    let others = match count - 1 {
        0 => String::new(),
        1 => " and one more character".to_owned(),
        more => format!(" and {more} more characters"),
    };
    let message = format!("the cheatsheet's fonts lack {script}: `{}`{others}", first.character);
    let font = example(script, language);
    Diagnostic::error(Code::MISSING_SCRIPT, first.place, message).label("the first one").help(format!(
        "add a font that covers {script} to the project, and list it in cardpress.yaml: `fonts: [fonts/{font}]`"
    ))
}

/// A font that covers a script. Noto has one for each, and for Han one per country.
fn example(script: &str, language: &Language) -> String {
    match (script, language.base().as_str()) {
        ("kana", _) | ("Han", "ja") => "NotoSansJP-Regular.otf".to_owned(),
        ("hangul", _) | ("Han", "ko") => "NotoSansKR-Regular.otf".to_owned(),
        ("Han", _) if language.tag().contains("Hant") || ["TW", "HK"].contains(&language.region().as_str()) => {
            "NotoSansTC-Regular.otf".to_owned()
        }
        ("Han", _) => "NotoSansSC-Regular.otf".to_owned(),
        (script, _) => format!("NotoSans{}-Regular.ttf", script.replace('_', "")),
    }
}

/// Says which signs a sheet does not show.
fn left_out(signs: &[Lacking]) -> Option<Diagnostic> {
    const SHOWN: usize = 8;
    let first = signs.first()?;
    let shown: Vec<String> = signs.iter().take(SHOWN).map(|sign| format!("`{}`", sign.character)).collect();
    let more = if signs.len() > SHOWN { format!(" and {} more", signs.len() - SHOWN) } else { String::new() };
    let message = format!("the cheatsheet leaves out {}{more}: none of its fonts has it", shown.join(", "));
    let message = if signs.len() == 1 { message } else { message.replace("has it", "has them") };
    let diagnostic = Diagnostic::warning(Code::MISSING_GLYPH, first.place, message)
        .label(format!("U+{:04X}", u32::from(first.character)))
        .help("list a font file that covers it under `fonts:` in cardpress.yaml, such as `fonts/NotoEmoji-Regular.ttf`")
        .help("or write it differently");
    Some(diagnostic)
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn signs_of_a_script_go_with_it() {
        let cases = [
            ('東', Some("Han")),
            ('、', Some("Han")),
            ('！', Some("Han")),
            ('の', Some("kana")),
            ('ー', Some("Han")),
            ('글', Some("hangul")),
            ('ع', Some("Arabic")),
            ('،', Some("Arabic")),
            ('א', Some("Hebrew")),
            ('क', Some("Devanagari")),
            ('🧙', None),
            ('🇬', None),
            ('⌘', None),
            ('\u{e000}', None),
        ];
        for (c, want) in cases {
            assert_eq!(script(c), want, "{c}");
        }
    }
}
