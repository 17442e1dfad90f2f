//! Names of languages, in the language itself, in English and in German, for authors
//! who write a name where a tag belongs.

use crate::similar;

/// The BCP 47 tag that `text` certainly means: it is a language's name, or a tag joined with `_`.
#[must_use]
pub fn tag(text: &str) -> Option<String> {
    let name = text.trim().to_lowercase();
    let named = LANGUAGES.iter().find(|(_, names)| names.split(' ').any(|known| known.replace('_', " ") == name));
    named.map(|(tag, _)| (*tag).to_owned()).or_else(|| joined(text))
}

/// The tag of the language whose name is nearest.
pub(super) fn near(text: &str) -> Option<&'static str> {
    let names = LANGUAGES.iter().flat_map(|(_, names)| names.split(' '));
    let name = similar::name(text, names)?;
    LANGUAGES.iter().find(|(_, names)| names.split(' ').any(|known| known == name)).map(|(tag, _)| *tag)
}

/// `pt_BR` → `pt-BR`
fn joined(text: &str) -> Option<String> {
    let tag = text.replace('_', "-");
    (tag != text && is_tag(&tag)).then_some(tag)
}

/// Whether `text` has the form of a tag.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_language = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphabetic());
    let is_subtag = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric());
    parts.next().is_some_and(is_language) && parts.all(is_subtag)
}

/// A tag and the names of its language in lower case; `_` stands for a space.
const LANGUAGES: [(&str, &str); 62] = [
    ("af", "afrikaans"),
    ("am", "አማርኛ amharic amharisch"),
    ("ar", "العربية عربي arabic arabisch"),
    ("az", "azərbaycanca azerbaijani"),
    ("be", "беларуская belarusian belarussisch"),
    ("bg", "български bulgarian bulgarisch"),
    ("bn", "বাংলা bengali bangla"),
    ("bs", "bosanski bosnian bosnisch"),
    ("ca", "català catalan katalanisch"),
    ("cs", "čeština česky czech tschechisch"),
    ("cy", "cymraeg welsh walisisch"),
    ("da", "dansk danish dänisch"),
    ("de", "deutsch german allemand alemán tedesco"),
    ("el", "ελληνικά greek griechisch"),
    ("en", "english englisch anglais inglés inglese"),
    ("eo", "esperanto"),
    ("es", "español castellano spanish spanisch espagnol"),
    ("et", "eesti estonian estnisch"),
    ("eu", "euskara basque baskisch"),
    ("fa", "فارسی persian farsi persisch"),
    ("fi", "suomi finnish finnisch"),
    ("fr", "français francais french französisch"),
    ("ga", "gaeilge irish irisch"),
    ("gl", "galego galician"),
    ("grc", "ancient_greek altgriechisch"),
    ("he", "עברית hebrew hebräisch"),
    ("hi", "हिन्दी हिंदी hindi"),
    ("hr", "hrvatski croatian kroatisch"),
    ("hu", "magyar hungarian ungarisch"),
    ("hy", "հայերեն armenian armenisch"),
    ("id", "bahasa_indonesia indonesian indonesisch"),
    ("is", "íslenska icelandic isländisch"),
    ("it", "italiano italian italienisch"),
    ("ja", "日本語 japanese japanisch"),
    ("ka", "ქართული georgian georgisch"),
    ("kk", "қазақша kazakh"),
    ("ko", "한국어 korean koreanisch"),
    ("la", "latina latin latein"),
    ("lt", "lietuvių lithuanian litauisch"),
    ("lv", "latviešu latvian lettisch"),
    ("mk", "македонски macedonian"),
    ("ms", "bahasa_melayu malay malaiisch"),
    ("nb", "norsk bokmål norwegian norwegisch"),
    ("nl", "nederlands dutch niederländisch"),
    ("nn", "nynorsk"),
    ("pl", "polski polish polnisch"),
    ("pt", "português portugues portuguese portugiesisch"),
    ("ro", "română romanian rumänisch"),
    ("ru", "русский russian russisch"),
    ("sa", "संस्कृतम् sanskrit"),
    ("sk", "slovenčina slovak slowakisch"),
    ("sl", "slovenščina slovenian slowenisch"),
    ("sq", "shqip albanian albanisch"),
    ("sr", "српски srpski serbian serbisch"),
    ("sv", "svenska swedish schwedisch"),
    ("sw", "kiswahili swahili"),
    ("ta", "தமிழ் tamil"),
    ("th", "ไทย ภาษาไทย thai thailändisch"),
    ("tr", "türkçe turkish türkisch"),
    ("uk", "українська ukrainian ukrainisch"),
    ("vi", "tiếng_việt vietnamese vietnamesisch"),
    ("zh", "中文 汉语 漢語 普通话 chinese mandarin chinesisch"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_tag() {
        let cases = [
            ("Deutsch", Some("de")),
            ("English", Some("en")),
            ("日本語", Some("ja")),
            ("Tiếng Việt", Some("vi")),
            ("pt_BR", Some("pt-BR")),
            ("zh_Hant_TW", Some("zh-Hant-TW")),
            ("Klingon", None),
            ("de_", None),
        ];
        for (name, expected) in cases {
            assert_eq!(tag(name).as_deref(), expected, "{name}");
        }
        assert_eq!(near("Germann"), Some("de"));
    }
}
