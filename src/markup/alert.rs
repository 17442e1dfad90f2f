//! GitHub's alerts: `> [!NOTE]`, in any case, on the first line of a quotation; the rest of that
//! line is the title, as in other editors.

use super::ast::AlertKind;
use crate::words;

/// The marks and kinds.
const KINDS: [(&str, AlertKind); 5] = [
    ("[!note]", AlertKind::Note),
    ("[!tip]", AlertKind::Tip),
    ("[!important]", AlertKind::Important),
    ("[!warning]", AlertKind::Warning),
    ("[!caution]", AlertKind::Caution),
];

/// The kind of alert that a quotation with this `text` is, and the length of its mark.
#[must_use]
pub fn kind(text: &str) -> Option<(AlertKind, usize)> {
    let starts = |mark: &str| text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    KINDS.iter().find(|(mark, _)| starts(mark)).map(|(mark, kind)| (*kind, mark.len()))
}

/// The mark of a kind, as GitHub writes it.
#[must_use]
pub fn mark(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Note => "[!NOTE]",
        AlertKind::Tip => "[!TIP]",
        AlertKind::Important => "[!IMPORTANT]",
        AlertKind::Warning => "[!WARNING]",
        AlertKind::Caution => "[!CAUTION]",
    }
}

/// A kind's name in lower-case English, for style sheets.
#[must_use]
pub fn class(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Note => "note",
        AlertKind::Tip => "tip",
        AlertKind::Important => "important",
        AlertKind::Warning => "warning",
        AlertKind::Caution => "caution",
    }
}

/// The title of an alert whose author didn't give one, in the language
/// with this BCP 47 tag, or in English.
#[must_use]
pub fn name(kind: AlertKind, language: &str) -> &'static str {
    let names = words::alerts(language);
    match kind {
        AlertKind::Note => names[0],
        AlertKind::Tip => names[1],
        AlertKind::Important => names[2],
        AlertKind::Warning => names[3],
        AlertKind::Caution => names[4],
    }
}
