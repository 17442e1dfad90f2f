//! "Did you mean …?": the nearest name among those that would have been right.

/// What authors know from other tools, and what it is called here; a word
/// with two meanings is listed twice.
const SYNONYMS: [(&str, &str); 60] = [
    ("question", "ask"),
    ("q", "ask"),
    ("front", "ask"),
    ("prompt", "ask"),
    ("term", "ask"),
    ("text", "ask"),
    ("back", "answer"),
    ("a", "answer"),
    ("definition", "answer"),
    ("solution", "answer"),
    ("response", "answer"),
    ("explanation", "answer"),
    ("explanation", "explain"),
    ("sentence", "text"),
    ("statement", "text"),
    ("cloze", "text"),
    ("description", "text"),
    ("cloze", "facts"),
    ("clozes", "facts"),
    ("cards", "questions"),
    ("card", "questions"),
    ("notes", "questions"),
    ("flashcards", "questions"),
    ("items", "questions"),
    ("entries", "questions"),
    ("quiz", "choices"),
    ("mcq", "choices"),
    ("correct", "right"),
    ("options", "wrong"),
    ("distractors", "wrong"),
    ("hint", "short"),
    ("summary", "short"),
    ("level", "difficulty"),
    ("tag", "tags"),
    ("labels", "tags"),
    ("keywords", "tags"),
    ("related", "see_also"),
    ("links", "see_also"),
    ("points", "key_points"),
    ("sources", "references"),
    ("source", "references"),
    ("subject", "topic"),
    ("chapter", "topic"),
    ("category", "topic"),
    ("deck", "topic"),
    ("title", "topic"),
    ("name", "title"),
    ("heading", "title"),
    ("header", "columns"),
    ("language", "lang"),
    ("lang", "language"),
    ("colour", "color"),
    ("licence", "license"),
    ("author", "authors"),
    ("beginner", "easy"),
    ("simple", "easy"),
    ("normal", "medium"),
    ("difficult", "hard"),
    ("intermediate", "medium"),
    ("advanced", "hard"),
];

/// The known name that `word` may have been meant for, synonyms included.
pub fn key<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let other = word.to_lowercase();
    let mut meanings = SYNONYMS.iter().filter(|(known, _)| *known == other).map(|(_, meaning)| *meaning);
    let by_meaning = meanings.find_map(|meaning| known.clone().find(|known| *known == meaning));
    name(word, known).or(by_meaning)
}

/// The known name that `word` was certainly meant for: the only one that is near,
/// and no more than a slip away.
pub fn only<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let near = name(word, known.clone())?;
    let slips = strsim::damerau_levenshtein(&word.to_lowercase(), near);
    let most = if near.len() < 4 { 0 } else { 2.min(near.len() / 3) };
    let alone = name(word, known.filter(|other| *other != near)).is_none();
    (slips <= most && alone).then_some(near)
}

/// The known name nearest to `word`, if it is near: up to a third of its characters may differ, or
/// its words may be in a different order.
pub fn name<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let most = (length / 3).max(1);
    let near = known.filter_map(|candidate| {
        let other = candidate.to_lowercase();
        // They differ by at least this much; counting exactly takes memory for each pair of characters.
        if length.abs_diff(other.chars().count()) > most {
            return None;
        }
        let distance =
            if sorted_words(&word) == sorted_words(&other) { 0 } else { strsim::damerau_levenshtein(&word, &other) };
        (distance <= most).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// The known id nearest to `id`, if it is near. Comparing all ids of a large deck would take too
/// long, so it considers only the first 5,000 that are no more than six bytes longer or shorter.
pub fn id<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    name(id, known.filter(|known| known.len().abs_diff(id.len()) <= 6).take(5000))
}

/// The path that may have been meant by `path`: one with the same name in a different folder, or one
/// with a similar path or name.
pub fn path<'a>(path: &str, mut known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let same = known.clone().find(|known| file_name(known).eq_ignore_ascii_case(file_name(path)));
    if let Some(near) = same.or_else(|| name(path, known.clone())) {
        return Some(near);
    }
    let near = name(file_name(path), known.clone().map(file_name))?;
    known.find(|known| file_name(known) == near)
}

/// The last part of a path, without its folders.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn sorted_words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split(['-', '_', ' ', '/']).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_certain_and_a_guess_is_not() {
        let known = ["answer", "ask", "difficulty", "do", "dont", "formerly", "tags", "title"];
        let cases = [
            ("anwser", Some("answer"), true),
            ("Answer", Some("answer"), true),
            ("dificulty", Some("difficulty"), true),
            ("tgas", Some("tags"), true),
            ("akk", Some("ask"), false),
            ("don", Some("do"), false),
            ("front", Some("ask"), false),
            ("nothing", None, false),
        ];
        for (word, near, certain) in cases {
            assert_eq!(key(word, known.into_iter()), near, "{word}");
            assert_eq!(only(word, known.into_iter()), near.filter(|_| certain), "{word}");
        }
    }
}
