//! "Did you mean …?": the nearest name among those that would have been right.

/// What authors of other tools are used to, and what it is called here.
const SYNONYMS: [(&str, &str); 20] = [
    ("question", "ask"),
    ("front", "ask"),
    ("prompt", "ask"),
    ("back", "answer"),
    ("level", "difficulty"),
    ("tag", "tags"),
    ("related", "see_also"),
    ("links", "see_also"),
    ("points", "key_points"),
    ("summary", "short"),
    ("sources", "references"),
    ("language", "lang"),
    ("description", "text"),
    ("heading", "title"),
    ("header", "columns"),
    ("colour", "color"),
    ("licence", "license"),
    ("beginner", "easy"),
    ("intermediate", "medium"),
    ("advanced", "hard"),
];

/// The known name that `word` may have been meant for, synonyms included.
pub fn key<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let synonym = SYNONYMS.iter().find(|(other, _)| *other == word).map(|(_, name)| *name);
    let by_meaning = synonym.and_then(|name| known.clone().find(|known| *known == name));
    name(word, known).or(by_meaning)
}

/// The known name nearest to `word`, if it is near: a third of its characters
/// may differ, or its words stand in another order.
pub fn name<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).max(1);
    let near = known.filter_map(|candidate| {
        let other = candidate.to_lowercase();
        if word.len().abs_diff(other.len()) > 4 * most {
            return None;
        }
        let distance =
            if sorted_words(&word) == sorted_words(&other) { 0 } else { strsim::damerau_levenshtein(&word, &other) };
        (distance <= most).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

fn sorted_words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split(['-', '_', ' ', '/']).collect();
    words.sort_unstable();
    words
}
