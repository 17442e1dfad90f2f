//! What rules know about a language: how vague and closed questions begin, and which words
//! carry no meaning of their own. In any other language, rules that judge words stay silent.
//!
//! All words are in lower case, with `'` for every apostrophe.

use super::words;

/// A language's word lists.
pub(super) struct Language {
    /// Its BCP 47 primary subtag.
    code: &'static str,
    /// How requests for everything about a subject begin.
    vague: &'static [&'static str],
    /// Words that narrow such a request to one thing after all: "Explain the difference".
    narrow: &'static [&'static str],
    /// How yes/no questions begin. An entry that ends with `-` may be followed by anything; all
    /// others must be followed by a space.
    closed: &'static [&'static str],
    /// Words that ask for more than yes or no, wherever they are in the question.
    asking: &'static [&'static str],
    /// Words between two alternative answers.
    or: &'static [&'static str],
    /// Words that mean little by themselves, sorted.
    little: &'static [&'static str],
}

/// The languages that have word lists.
#[rustfmt::skip]
const ALL: [Language; 6] = [
    Language {
        code: "de",
        // `Erkläre` and `Beschreibe` are how German exam questions begin, and say exactly what to do.
        vague: &[
            "erzähl etwas über", "erzähle etwas über", "erzählen sie etwas über", "gib einen überblick",
            "geben sie einen überblick", "sag etwas über", "sagen sie etwas zu", "sprechen sie über", "sprich über",
            "was kannst du über", "was können sie über", "was weißt du über", "was wissen sie über",
        ],
        narrow: &[],
        closed: &[
            "bin", "bist", "darf", "dürfen", "gab es", "gibt es", "haben", "hast", "hat", "hatte", "hatten", "ist",
            "kann", "kannst", "können", "könnte", "könnten", "muss", "musst", "müssen", "sind", "soll", "sollen",
            "sollte", "sollten", "war", "waren", "werden", "wird", "wirst", "wurde", "wurden",
        ],
        asking: &[
            "inwiefern", "warum", "was", "weshalb", "welche", "welchem", "welchen", "welcher", "welches", "wer", "wie",
            "wieso", "wieviel", "wodurch", "womit", "wozu",
        ],
        or: &["oder"],
        little: &[
            "als", "am", "an", "auf", "aus", "bei", "beim", "das", "dem", "den", "der", "des", "die", "du", "durch",
            "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "für", "haben", "hat", "heißt", "ich",
            "ihr", "im", "in", "ist", "kann", "man", "mit", "nach", "sich", "sie", "sind", "um", "und", "unter", "vom",
            "von", "warum", "was", "welche", "welchem", "welchen", "welcher", "welches", "wenn", "wer", "werden",
            "wie", "wird", "wo", "zu", "zum", "zur", "über",
        ],
    },
    Language {
        code: "en",
        vague: &[
            "describe", "discuss", "explain", "give an overview", "give me an overview", "talk about", "tell me about",
            "tell me something about", "what about", "what can you say about", "what do you know about",
        ],
        narrow: &[
            "between", "difference", "differences", "five", "four", "one", "phases", "reason", "reasons", "six", "stages",
            "steps", "three", "two",
        ],
        closed: &[
            "am", "are", "aren't", "can", "could", "did", "didn't", "do", "does", "doesn't", "don't", "had", "has",
            "have", "is", "isn't", "may", "might", "must", "shall", "should", "was", "were", "will", "would",
        ],
        asking: &["how", "what", "which", "who", "whom", "whose", "why"],
        or: &["or"],
        little: &[
            "a", "an", "and", "are", "as", "at", "be", "by", "can", "did", "do", "does", "for", "from", "has", "have",
            "how", "i", "if", "in", "is", "it", "its", "mean", "means", "of", "on", "one", "or", "that", "the",
            "their", "they", "this", "to", "was", "we", "what", "when", "where", "which", "who", "why", "with", "you",
            "your",
        ],
    },
    Language {
        code: "es",
        vague: &[
            "da una visión general", "háblame de", "hable de", "hable sobre", "qué me puede decir de",
            "qué me puedes decir de", "qué puedes decir sobre", "qué sabe de", "qué sabe sobre", "qué sabes de",
            "qué sabes sobre",
        ],
        narrow: &[],
        closed: &[
            "debe", "deben", "era", "eran", "es", "están", "está", "existe", "existen", "fue", "fueron", "ha", "han",
            "hay", "pueden", "puede", "se debe", "se puede", "se pueden", "son", "tiene", "tienen",
        ],
        asking: &[
            "cuál", "cuáles", "cuándo", "cuánta", "cuántas", "cuánto", "cuántos", "cómo", "dónde", "qué", "quién",
            "quiénes",
        ],
        or: &["o", "u"],
        little: &[
            "a", "al", "con", "cuál", "cuáles", "cómo", "de", "del", "e", "el", "en", "es", "está", "hay", "la", "las",
            "lo", "los", "o", "para", "por", "que", "quién", "qué", "se", "si", "son", "su", "sus", "tiene", "un",
            "una", "y",
        ],
    },
    Language {
        code: "fr",
        vague: &[
            "donne un aperçu", "donnez un aperçu", "parle de", "parle-moi de", "parlez de", "parlez-moi de",
            "que peux-tu dire de", "que peut-on dire de", "que pouvez-vous dire de", "que sais-tu de", "que savez-vous de",
        ],
        narrow: &[],
        closed: &[
            "a-t-", "ai-je", "as-tu", "avez-vous", "doit-", "doivent-", "est-", "existe-t-", "faut-", "ont-", "peut-",
            "peuvent-", "sont-", "y a-t-",
        ],
        asking: &[
            "combien", "comment", "laquelle", "lequel", "où", "pourquoi", "quand", "quel", "quelle", "quelles", "quels",
            "qui", "quoi",
        ],
        or: &["ou"],
        little: &[
            "a", "au", "aux", "avec", "c'est", "ce", "comment", "d'un", "d'une", "dans", "de", "des", "du", "elle",
            "en", "est", "et", "il", "la", "le", "les", "on", "ou", "par", "pour", "pourquoi", "qu'est", "que", "quel",
            "quelle", "quelles", "quels", "qui", "quoi", "sa", "se", "ses", "son", "sont", "sur", "t", "un", "une",
            "y", "à",
        ],
    },
    Language {
        code: "it",
        vague: &[
            "che cosa sai di", "che cosa sai su", "cosa puoi dire di", "cosa sa di", "cosa sai di", "cosa sai su",
            "dai una panoramica", "parla di", "parlami di", "parli di",
        ],
        narrow: &[],
        closed: &[
            "c'è", "ci sono", "deve", "devono", "e'", "era", "erano", "esiste", "esistono", "ha", "hanno", "possono",
            "può", "puoi", "si deve", "si possono", "si può", "sono", "è",
        ],
        asking: &["chi", "come", "cosa", "dove", "perché", "quale", "quali", "quando", "quanta", "quante", "quanti", "quanto"],
        or: &["o", "oppure"],
        little: &[
            "a", "ai", "al", "alla", "che", "chi", "come", "con", "cos'è", "cosa", "da", "dal", "dalla", "dei", "del",
            "della", "delle", "di", "e", "gli", "ha", "i", "il", "in", "la", "le", "lo", "nel", "nella", "per",
            "perché", "qual", "quale", "quali", "si", "sono", "su", "un", "una", "uno", "è",
        ],
    },
    Language {
        code: "pt",
        vague: &[
            "dê uma visão geral", "fala sobre", "fale de", "fale sobre", "o que podes dizer sobre",
            "o que sabe sobre", "o que sabes sobre", "o que você sabe sobre",
        ],
        narrow: &[],
        closed: &[
            "deve", "devem", "era", "eram", "está", "estão", "existe", "existem", "foi", "foram", "há", "pode",
            "podem", "são", "tem", "têm", "é",
        ],
        asking: &[
            "como", "o que", "onde", "por que", "porque", "porquê", "quais", "qual", "quando", "quanta", "quantas",
            "quanto", "quantos", "quem", "quê",
        ],
        or: &["ou"],
        little: &[
            "a", "ao", "aos", "as", "com", "como", "da", "das", "de", "do", "dos", "e", "em", "há", "na", "no", "o",
            "os", "ou", "para", "pela", "pelo", "por", "porque", "quais", "qual", "que", "quem", "se", "sua", "são",
            "tem", "um", "uma", "à", "é",
        ],
    },
];

impl Language {
    /// The lists for the language with this primary subtag.
    pub(super) fn of(code: &str) -> Option<&'static Self> {
        ALL.iter().find(|language| language.code == code)
    }

    /// Whether a word carries meaning by itself.
    pub(super) fn matters(&self, word: &str) -> bool {
        self.little.binary_search(&word).is_err()
    }

    /// How a request for everything about a subject begins. If a question word follows, the
    /// text asks for one thing: "Explain why …".
    pub(super) fn vague(&self, text: &str) -> Option<&'static str> {
        let text = plain(text);
        let opener = self.vague.iter().copied().find(|opener| begins(&text, opener))?;
        let rest = &text[opener.len()..];
        let is_narrow = |word: &str| self.narrow.contains(&word) || word.starts_with(char::is_numeric);
        (!self.asks(rest) && !words::each(rest).any(|word| is_narrow(&word))).then_some(opener)
    }

    /// Whether a text is a question that can be answered with yes or no, or with one of two words.
    pub(super) fn is_closed(&self, text: &str) -> bool {
        let text = plain(text);
        let opener = self.closed.iter().find(|opener| begins(&text, opener));
        opener.is_some_and(|opener| text.trim_end().ends_with('?') && !self.asks(&text[opener.len()..]))
    }

    /// Whether a closed question offers two alternatives.
    pub(super) fn offers_two(&self, text: &str) -> bool {
        words::each(text).any(|word| self.or.contains(&&*word))
    }

    fn asks(&self, text: &str) -> bool {
        let words = format!(" {} ", words::of(text).join(" "));
        self.asking.iter().any(|word| words.contains(&format!(" {word} ")))
    }
}

/// The text in lower case, from its first letter on, with `'` for every apostrophe.
fn plain(text: &str) -> String {
    text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('’', "'")
}

fn begins(text: &str, opener: &str) -> bool {
    text.strip_prefix(opener).is_some_and(|rest| opener.ends_with('-') || rest.starts_with(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::{ALL, Language};

    fn language(code: &str) -> &'static Language {
        Language::of(code).expect("the language has lists")
    }

    #[test]
    fn closed_questions_are_known_by_their_beginning() {
        let closed = [
            ("en", "Is L2 convex?"),
            ("en", "Isn’t it?"),
            ("de", "Ist die Leber ein Organ?"),
            ("de", "Hat der Mensch zwei Nieren?"),
            ("de", "Gibt es zwei Formen?"),
            ("fr", "Est-ce que le foie est un organe ?"),
            ("fr", "Y a-t-il deux formes ?"),
            ("es", "¿Es el hígado un órgano?"),
            ("it", "È un organo?"),
            ("it", "C’è una cura?"),
            ("pt", "É um órgão?"),
        ];
        for (code, text) in closed {
            assert!(language(code).is_closed(text), "{text}");
        }
    }

    #[test]
    fn open_questions_may_begin_alike() {
        let open = [
            ("en", "Must-have features of a baseline?"),
            ("en", "Is L2 convex, and why?"),
            ("en", "Should the patient vomit, what do you do?"),
            ("en", "Island or isthmus?"),
            ("de", "Erkläre den Kniesehnenreflex."),
            ("de", "Was ist eine Niere?"),
            ("de", "Ist die Matrix singulär: was folgt?"),
            ("fr", "A quoi sert le foie ?"),
            ("fr", "Qu'est-ce que le foie ?"),
            ("es", "¿Cuál es su función?"),
            ("es", "¿Hace cuánto que existe?"),
            ("it", "Qual è la capitale?"),
            ("pt", "O que é um órgão?"),
        ];
        for (code, text) in open {
            assert!(!language(code).is_closed(text), "{text}");
        }
    }

    #[test]
    fn vague_requests_ask_for_no_one_thing() {
        assert_eq!(language("en").vague("Explain the trade-off"), Some("explain"));
        assert_eq!(language("en").vague("Explain why dropout helps"), None);
        assert_eq!(language("en").vague("Describe the three steps of haemostasis."), None);
        assert_eq!(language("en").vague("Explain the difference between L1 and L2"), None);
        assert_eq!(language("en").vague("Explainability: what is it?"), None);
        assert_eq!(language("de").vague("Was weißt du über die Leber?"), Some("was weißt du über"));
        assert_eq!(language("de").vague("Erkläre den Kniesehnenreflex."), None);
        assert_eq!(language("es").vague("¿Qué sabes sobre el hígado?"), Some("qué sabes sobre"));
    }

    #[test]
    fn lists_are_in_lower_case() {
        for language in &ALL {
            let lists =
                [language.vague, language.narrow, language.closed, language.asking, language.or, language.little];
            for word in lists.into_iter().flatten() {
                assert_eq!(word.to_lowercase().replace('’', "'").trim(), *word, "{}", language.code);
            }
        }
        assert!(ALL.iter().all(|language| language.little.is_sorted()));
        assert!(ALL.is_sorted_by_key(|language| language.code) && Language::of("pl").is_none());
    }
}
