//! Fields that Anki reads aloud: `{{tts ja_JP:kana:Word}}` after each place in a template that shows the field. See
//! <https://docs.ankiweb.net/templates/fields.html#text-to-speech-for-individual-fields>.

use crate::anki::template;
use crate::content::{self, NoteField};
use crate::diag::{Code, Diagnostic};

/// Filters after which a field's words are heard as they are seen. A reading is heard in place of what it reads.
const HEARD: [(&str, &str); 4] = [("cloze", "cloze:"), ("furigana", "kana:"), ("kana", "kana:"), ("kanji", "kana:")];

/// A template in which Anki reads the fields with `tts` aloud, unless it says so itself.
pub(super) fn spoken(text: &str, note_type: &content::NoteType) -> String {
    let voiced: Vec<(&str, String)> = note_type.fields.iter().filter_map(voice).collect();
    if voiced.is_empty() {
        return text.to_owned();
    }
    let (nodes, _) = template::parse(text);
    let (mut places, mut own) = (Vec::new(), Vec::new());
    template::names(&nodes, &mut |filters, name, at, is_section| {
        if filters.iter().any(|filter| filter.starts_with("tts ")) {
            own.push(name);
        }
        let Some((_, voice)) = voiced.iter().find(|(field, _)| *field == name).filter(|_| !is_section) else { return };
        let heard = match filters {
            [] => Some(""),
            [filter] => HEARD.iter().find(|(known, _)| known == filter).map(|(_, heard)| *heard),
            _ => None,
        };
        places.extend(heard.map(|heard| (at.end, name, format!("{{{{tts {voice}:{heard}{name}}}}}"))));
    });
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    for (end, name, tag) in places {
        if !own.contains(&name) {
            out.push_str(&text[rest..end]);
            out.push_str(&tag);
            rest = end;
        }
    }
    out + &text[rest..]
}

/// A field's name in templates and its language as Anki writes it.
fn voice(field: &NoteField) -> Option<(&str, String)> {
    let tag = &field.tts.as_ref()?.value.0;
    let (language, region) = (tag.split('-').next()?, region(tag)?);
    Some((field.name.value.0.trim(), format!("{language}_{region}")))
}

/// Reports languages without a region, for which Anki finds no voice.
pub(super) fn without_region(note_type: &content::NoteType) -> impl Iterator<Item = Diagnostic> + '_ {
    let tags = note_type.fields.iter().filter_map(|field| field.tts.as_ref());
    tags.filter(|tag| region(&tag.value.0).is_none()).map(|tag| {
        let named = &tag.value.0;
        Diagnostic::error(Code::BAD_VALUE, tag.span, format!("Anki finds no voice for `{named}`"))
            .label("no region")
            .help("add the region in capital letters, such as `de-DE` or `pt-BR`")
    })
}

/// The region of a BCP 47 tag, such as `BR`.
fn region(tag: &str) -> Option<&str> {
    tag.split('-').skip(1).find(|part| part.len() == 2 && part.bytes().all(|c| c.is_ascii_uppercase()))
}
