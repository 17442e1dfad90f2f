//! Languages of texts, and the direction in which they are written.

/// A language by its BCP 47 tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language(String);

/// The direction of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// `ltr` or `rtl`, as HTML and Typst call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// Languages that are written from right to left unless the tag names a script:
/// those whose likely script in Unicode's CLDR is one of [`SCRIPTS`].
const LANGUAGES: [&str; 28] = [
    "ar", "arc", "arz", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "khw", "ks", "lrc", "mzn", "nqo",
    "pnb", "prs", "ps", "sd", "sdh", "skr", "syr", "ug", "ur", "yi", "pes",
];

/// Scripts that are written from right to left, by ISO 15924.
const SCRIPTS: [&str; 13] =
    ["adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "syrj", "syrn", "thaa"];

impl Language {
    /// The language with the tag `tag`.
    #[must_use]
    pub fn new(tag: &str) -> Self {
        Self(tag.to_owned())
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// The code of the language, in lower case.
    #[must_use]
    pub fn base(&self) -> String {
        self.0.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase()
    }

    /// The code of the region, in capitals; empty if the tag names none.
    #[must_use]
    pub fn region(&self) -> String {
        let region = self.0.split(['-', '_']).skip(1).find(|part| part.len() == 2);
        region.unwrap_or("").to_ascii_uppercase()
    }

    /// The direction in which it is written.
    #[must_use]
    pub fn direction(&self) -> Direction {
        let script =
            self.0.split(['-', '_']).skip(1).find(|part| part.len() == 4 && !part.starts_with(char::is_numeric));
        let base = self.base();
        let is_rtl = match script {
            Some(script) => SCRIPTS.contains(&script.to_ascii_lowercase().as_str()),
            None => LANGUAGES.contains(&base.as_str()),
        };
        if is_rtl { Direction::Rtl } else { Direction::Ltr }
    }

    /// `lang` and `dir` for an HTML element. A tag contains nothing to escape.
    #[must_use]
    pub fn attributes(&self) -> String {
        format!("lang=\"{}\" dir=\"{}\"", self.0, self.direction().name())
    }
}

#[cfg(test)]
mod tests {
    use super::{Direction, Language};

    #[test]
    fn the_script_decides_the_direction() {
        let rtl = ["he", "ar-EG", "FA", "ur", "yi", "az-Arab", "pa-Arab-PK", "ps"];
        assert!(rtl.into_iter().all(|tag| Language::new(tag).direction() == Direction::Rtl));
        let ltr = ["en", "de-DE", "ur-Latn", "yi-Latn-US", "zh-Hant", "az", "pa", "he-Latn", "sr-Cyrl"];
        assert!(ltr.into_iter().all(|tag| Language::new(tag).direction() == Direction::Ltr));
        assert_eq!(Language::new("pa-Arab-PK").region(), "PK");
    }
}
