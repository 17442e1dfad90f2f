//! Turns the words of a title into an id: Latin, Greek and Cyrillic letters become the ASCII
//! letters that a person would write for them.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Whether `text` can be the id of a project or an item.
#[must_use]
pub fn is_id(text: &str) -> bool {
    slug(text) == text && (1..=80).contains(&text.len())
}

/// The words of `text` as an id; empty if none are in a known script.
#[must_use]
pub fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    // An apostrophe is part of a word.
    let spelt: String = lower.nfc().filter(|c| !matches!(c, '\'' | '’')).map(spell).collect();
    let words = spelt.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// How a letter is written where there is only ASCII.
fn spell(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_string();
    }
    if let Some(ascii) = known(letter) {
        return ascii.to_owned();
    }
    // é is an e with a mark; ά an alpha.
    letter
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| known(c).map_or_else(|| c.to_string(), str::to_owned))
        .collect()
}

/// Letters that aren't ASCII letters with marks, or that a language spells out.
fn known(letter: char) -> Option<&'static str> {
    LETTERS.binary_search_by_key(&letter, |(letter, _)| *letter).ok().map(|at| LETTERS[at].1)
}

/// In Unicode order.
const LETTERS: [(char, &str); 91] = [
    ('ß', "ss"),
    ('ä', "ae"),
    ('å', "aa"),
    ('æ', "ae"),
    ('ð', "d"),
    ('ö', "oe"),
    ('ø', "oe"),
    ('ü', "ue"),
    ('þ', "th"),
    ('đ', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ł', "l"),
    ('ŋ', "ng"),
    ('œ', "oe"),
    ('ŧ', "t"),
    ('ə', "e"),
    ('α', "a"),
    ('β', "b"),
    ('γ', "g"),
    ('δ', "d"),
    ('ε', "e"),
    ('ζ', "z"),
    ('η', "i"),
    ('θ', "th"),
    ('ι', "i"),
    ('κ', "k"),
    ('λ', "l"),
    ('μ', "m"),
    ('ν', "n"),
    ('ξ', "x"),
    ('ο', "o"),
    ('π', "p"),
    ('ρ', "r"),
    ('ς', "s"),
    ('σ', "s"),
    ('τ', "t"),
    ('υ', "y"),
    ('φ', "f"),
    ('χ', "ch"),
    ('ψ', "ps"),
    ('ω', "o"),
    ('а', "a"),
    ('б', "b"),
    ('в', "v"),
    ('г', "g"),
    ('д', "d"),
    ('е', "e"),
    ('ж', "zh"),
    ('з', "z"),
    ('и', "i"),
    ('й', "y"),
    ('к', "k"),
    ('л', "l"),
    ('м', "m"),
    ('н', "n"),
    ('о', "o"),
    ('п', "p"),
    ('р', "r"),
    ('с', "s"),
    ('т', "t"),
    ('у', "u"),
    ('ф', "f"),
    ('х', "kh"),
    ('ц', "ts"),
    ('ч', "ch"),
    ('ш', "sh"),
    ('щ', "shch"),
    ('ъ', ""),
    ('ы', "y"),
    ('ь', ""),
    ('э', "e"),
    ('ю', "yu"),
    ('я', "ya"),
    ('ѐ', "e"),
    ('ё', "yo"),
    ('ђ', "dj"),
    ('ѓ', "g"),
    ('є', "ye"),
    ('ѕ', "dz"),
    ('і', "i"),
    ('ї', "yi"),
    ('ј', "j"),
    ('љ', "lj"),
    ('њ', "nj"),
    ('ћ', "c"),
    ('ќ', "k"),
    ('ѝ', "i"),
    ('ў', "u"),
    ('џ', "dz"),
    ('ґ', "g"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_spelt_as_people_spell_them() {
        let cases = [
            ("Wrist_Drop", "wrist-drop"),
            ("größe", "groesse"),
            ("gro\u{308}ße", "groesse"),
            ("Smørrebrød på øya", "smoerrebroed-paa-oeya"),
            ("Crème brûlée", "creme-brulee"),
            ("Łódź", "lodz"),
            ("Ångström", "aangstroem"),
            ("Çeşme, İzmir", "cesme-izmir"),
            ("Việt Nam", "viet-nam"),
            ("Ελλάδα", "ellada"),
            ("Мощность и сила", "moshchnost-i-sila"),
            ("Київ", "kiyiv"),
            ("Gray's Anatomy", "grays-anatomy"),
            ("x²", "x2"),
            ("東京", ""),
        ];
        for (text, id) in cases {
            assert_eq!(slug(text), id, "{text}");
        }
        assert!(LETTERS.is_sorted());
        assert!(is_id("a-1") && !is_id("größe") && !is_id("") && !is_id(&"a".repeat(81)));
    }
}
