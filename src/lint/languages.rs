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
    /// How else a text asks: verbs that tell the learner to do something, and question words that ask only at the
    /// beginning of a clause.
    requests: &'static [&'static str],
    /// How other such verbs end.
    verbs: &'static [&'static str],
    /// How such verbs end at the end of a clause, where nouns have a capital letter.
    last_verbs: &'static [&'static str],
    /// Articles, with which no request begins. Those that end with `'` are part of the next word.
    articles: &'static [&'static str],
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
        requests: &[
            "addiere", "analysiere", "beantworte", "begründe", "benenne", "berechne", "beschreibe", "bestimme",
            "beurteile", "beweise", "bewerte", "bilde", "bring", "bringe", "buchstabiere", "charakterisiere",
            "definiere", "dekliniere", "denke", "deute", "diskutiere", "entscheide", "entwickle", "ergänze", "erklär",
            "erkläre", "erläutere", "ermittle", "errate", "ersetze", "erzähl", "erzähle", "fasse", "finde",
            "formuliere", "führe", "fülle", "gib", "gliedere", "grenze", "integriere", "interpretiere", "kläre",
            "konjugiere", "konstruiere", "kreuze", "leite", "lies", "liste", "löse", "mach", "mache", "markiere",
            "multipliziere", "nenn", "nenne", "nimm", "notiere", "ob", "ordne", "prüfe", "rate", "rechne", "sag",
            "sage", "schildere", "schreib", "schreibe", "schätze", "setze", "sie", "skizziere",
            "sortiere", "sprich", "stell",
            "stelle", "suche", "trage", "unterscheide", "vereinfache", "vergleiche", "vervollständige", "wandle",
            "wann", "welch", "wem", "wen", "wende", "werte", "wessen", "widerlege", "wiederhole", "wo", "wofür",
            "wogegen", "woher", "wohin", "woran", "worauf", "woraus", "worin", "wovon", "wähle", "zeichne", "zeig",
            "zeige", "zerlege", "ziehe", "zitiere", "zähle", "überprüfe", "übersetze",
        ],
        verbs: &[],
        last_verbs: &["eln", "en", "ern"],
        articles: &["das", "der", "die", "ein", "eine"],
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
        requests: &[
            "add", "analyse", "analyze", "answer", "apply", "approximate", "argue", "arrange", "assess", "assign",
            "balance", "build", "calculate", "categorise", "categorize", "check", "choose", "circle", "cite",
            "classify", "combine", "comment", "compare", "complete", "compose", "compute", "conjugate", "connect",
            "consider", "construct", "contrast", "convert", "correct", "count", "decide", "decline", "deduce", "define",
            "demonstrate", "derive", "describe", "design", "determine", "diagnose", "differentiate", "discuss",
            "distinguish", "divide", "draw", "elaborate", "enumerate", "estimate", "evaluate", "examine", "expand",
            "explain", "express", "factor", "factorise", "factorize", "fill", "find", "finish", "form", "formulate",
            "give", "graph", "group", "guess", "identify", "illustrate", "imagine", "implement", "indicate", "infer",
            "inflect", "integrate", "interpret", "invert", "justify", "label", "list", "locate", "mark", "match",
            "maximise", "maximize", "measure", "mention", "minimise", "minimize", "multiply", "name", "note", "number",
            "order", "outline", "paraphrase", "parse", "pick", "place", "play", "plot", "point", "predict", "present",
            "prove", "provide", "put", "quote", "rank", "read", "recall", "recite", "recognise", "recognize", "reduce",
            "refute", "relate", "repeat", "replace", "rewrite", "say", "select", "sequence", "set", "shade", "show",
            "simplify", "sing", "sketch", "solve", "sort", "speak", "specify", "spell", "split", "state", "subtract",
            "suggest", "summarise", "summarize", "suppose", "tell", "test", "think", "trace", "transcribe", "transform",
            "translate", "try", "turn", "type", "use", "verify", "walk", "when", "where", "write",
        ],
        verbs: &[],
        last_verbs: &[],
        articles: &["a", "an", "the"],
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
        requests: &[
            "analice", "analiza", "calcula", "calcule", "cita", "cite", "clasifica", "clasifique", "como", "compara",
            "compare", "completa", "complete", "conjuga", "conjugue", "convierta", "convierte", "cual", "cuando", "da",
            "deduce", "deduzca", "defina", "define", "demuestra", "demuestre", "deriva", "derive", "describa",
            "describe", "determina", "determine", "di", "dibuja", "dibuje", "diferencia", "diferencie", "diga",
            "distinga", "distingue", "donde", "dé", "elige", "elija", "encuentra", "encuentre", "enumera", "enumere",
            "escriba", "escribe", "estima", "estime", "evalúa", "evalúe", "explica", "explique", "expresa", "exprese",
            "factorice", "factoriza", "forma", "forme", "haga", "halla", "halle", "haz", "identifica", "identifique",
            "ilustra", "ilustre", "indica", "indique", "integra", "integre", "interpreta", "interprete", "justifica",
            "justifique", "lea", "lee", "localice", "localiza", "menciona", "mencione", "muestra", "muestre", "nombra",
            "nombre", "obtenga", "obtén", "ordena", "ordene", "pon", "ponga", "prueba", "pruebe", "que", "recita",
            "relaciona", "relacione", "rellena", "rellene", "repita", "repite", "representa", "represente", "responda",
            "responde", "resuelva", "resuelve", "resuma", "resume", "señala", "señale", "simplifica", "simplifique",
            "sitúa", "sitúe", "traduce", "traduzca", "usa", "use",
        ],
        verbs: &["ar", "er", "ir"],
        last_verbs: &[],
        articles: &["el", "la", "las", "los", "un", "una", "unas", "unos"],
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
        requests: &[
            "analyse", "calcule", "cite", "classe", "compare", "complète", "conjugue", "convertis", "dessine", "dire",
            "dis", "distingue", "donne", "décrire", "décris", "déduire", "déduis", "définis", "démontre", "dérive",
            "détermine", "estime", "explique", "exprime", "factorise", "faire", "fais", "identifie", "illustre",
            "indique", "interprète", "intègre", "justifie", "lire", "lis", "localise", "mets", "mettre", "montre",
            "nomme", "ordonne", "prouve", "précise", "qu'est", "qu'un", "que", "rappelle", "relie", "relève",
            "remplace", "représente", "récite", "répondre", "réponds", "répète", "résoudre", "résous", "résume",
            "schématise", "simplifie", "situe", "traduire", "traduis", "transforme", "trouve", "utilise", "vérifie",
            "écrire", "écris", "énumère", "évalue",
        ],
        verbs: &["er", "ez", "ir"],
        last_verbs: &[],
        articles: &["des", "l'", "la", "le", "les", "un", "une"],
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
        requests: &[
            "analizza", "analizzi", "calcola", "calcolate", "calcoli", "che", "cita", "citi", "classifica", "com'è",
            "completa", "completate", "completi", "confronta", "confronti", "coniuga", "converti", "cos'è", "dai",
            "deduci", "definisca", "definisci", "definite", "deriva", "descriva", "descrivete", "descrivi", "determina",
            "determini", "dica", "dimostra", "dimostrate", "dimostri", "disegna", "disegnate", "disegni", "distingua",
            "distingui", "dite", "dov'è", "elenca", "elencate", "elenchi", "enunci", "enuncia", "esponga", "esponi",
            "esprimi", "faccia", "fai", "fattorizza", "forma", "identifica", "identifichi", "illustra", "illustri",
            "indica", "indicate", "indichi", "individua", "individui", "integra", "interpreta", "leggi", "localizza",
            "metti", "mostra", "mostri", "nomina", "nominate", "nomini", "ordina", "ordini", "parla", "prova", "qual",
            "quand'è", "rappresenta", "recita", "riassumi", "ripeti", "riscrivi", "risolva", "risolvi", "rispondi",
            "scegli", "scomponi", "scriva", "scrivete", "scrivi", "semplifica", "semplifichi", "spiega", "spiegate",
            "spieghi", "stima", "traduca", "traducete", "traduci", "trasforma", "trova", "trovate", "trovi", "usa",
            "valuta", "verifica",
        ],
        verbs: &["are", "ere", "ire"],
        last_verbs: &[],
        articles: &["gli", "i", "il", "l'", "la", "le", "lo", "un", "un'", "una", "uno"],
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
        requests: &[
            "analisa", "analise", "calcula", "calcule", "cita", "cite", "classifica", "classifique", "compara",
            "compare", "completa", "complete", "compor", "conjuga", "conjugue", "converta", "converte", "deduz",
            "deduza", "defina", "define", "demonstra", "demonstre", "deriva", "derive", "descreva", "descreve",
            "desenha", "desenhe", "determina", "determine", "diferencia", "diferencie", "diga", "distinga", "distingue",
            "diz", "dá", "dê", "encontra", "encontre", "enumera", "enumere", "esboce", "esboça", "escolha", "escolhe",
            "escreva", "escreve", "estima", "estime", "explica", "explique", "exprima", "exprime", "fala", "fale",
            "fatora", "fatore", "faz", "faça", "identifica", "identifique", "ilustra", "ilustre", "indica", "indique",
            "integra", "integre", "interpreta", "interprete", "justifica", "justifique", "leia", "lista", "liste",
            "localiza", "localize", "lê", "menciona", "mencione", "mostra", "mostre", "nomeia", "nomeie", "ordena",
            "ordene", "ponha", "prova", "prove", "põe", "que", "relaciona", "relacione", "repete", "repita",
            "representa", "represente", "resolva", "resolve", "responda", "responde", "resuma", "resume", "simplifica",
            "simplifique", "situa", "situe", "traduz", "traduza", "usa", "use", "verifica", "verifique",
        ],
        verbs: &["ar", "er", "ir"],
        last_verbs: &[],
        articles: &["a", "as", "o", "os", "um", "uma"],
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

    /// Whether a text begins like a closed question or a request for everything.
    pub(super) fn opens(&self, text: &str) -> bool {
        let text = plain(text);
        self.closed.iter().chain(self.vague).any(|opener| begins(&text, opener))
    }

    /// Whether a clause tells the learner to do something: `Name …`, `Please name …`, `Nennen Sie …`, `… nennen`.
    pub(super) fn requests(&self, clause: &str) -> bool {
        let words = words::of(clause);
        let is_request = |word: &String| {
            self.requests.contains(&word.as_str()) || self.verbs.iter().any(|ending| word.ends_with(ending))
        };
        let before = usize::from(words.first().is_some_and(|first| !self.is_article(first)));
        let last = clause.split_whitespace().last().filter(|last| last.starts_with(char::is_lowercase));
        let is_verb = |last: &str| self.last_verbs.iter().any(|ending| last.ends_with(ending));
        words.iter().take(1 + before).any(is_request) || last.is_some_and(is_verb)
    }

    /// Whether a word is an article, or begins with one as in `l'eau`.
    pub(super) fn is_article(&self, word: &str) -> bool {
        self.articles.iter().any(|article| *article == word || article.ends_with('\'') && word.starts_with(article))
    }

    /// Whether a question word is in a text.
    pub(super) fn asks(&self, text: &str) -> bool {
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
            let Language {
                code: _,
                vague,
                narrow,
                closed,
                asking,
                requests,
                verbs,
                last_verbs,
                articles,
                or,
                little,
            } = language;
            let lists = [vague, narrow, closed, asking, requests, verbs, last_verbs, articles, or, little];
            for word in lists.into_iter().copied().flatten() {
                assert_eq!(word.to_lowercase().replace('’', "'").trim(), *word, "{}", language.code);
            }
        }
        assert!(ALL.iter().all(|language| language.little.is_sorted()));
        assert!(ALL.is_sorted_by_key(|language| language.code) && Language::of("pl").is_none());
    }
}
