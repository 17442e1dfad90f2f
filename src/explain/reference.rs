//! The pages of `docs/reference` and `docs/guide`, found by the name of a kind of item, a key, a
//! command or a page.

/// Each page with its name.
const PAGES: [(&str, &str); 7] = [
    ("kinds", include_str!("../../docs/reference/kinds.md")),
    ("note-types", include_str!("../../docs/reference/note-types.md")),
    ("manifest", include_str!("../../docs/reference/manifest.md")),
    ("text", include_str!("../../docs/reference/text.md")),
    ("commands", include_str!("../../docs/reference/commands.md")),
    ("outputs", include_str!("../../docs/reference/outputs.md")),
    ("words", include_str!("../../docs/reference/words.md")),
];

/// Each page of the guide with its name. Guide pages are always shown whole.
const GUIDE: [(&str, &str); 5] = [
    ("first-deck", include_str!("../../docs/guide/first-deck.md")),
    ("anki", include_str!("../../docs/guide/anki.md")),
    ("release", include_str!("../../docs/guide/release.md")),
    ("print", include_str!("../../docs/guide/print.md")),
    ("git", include_str!("../../docs/guide/git.md")),
];

/// A heading and what is below it.
struct Section {
    names: Vec<String>,
    heading: &'static str,
    /// With its sub-sections.
    text: &'static str,
    /// Without them.
    own: &'static str,
    /// With the section around it.
    around: &'static str,
}

/// A key, as described by a row of a section's table.
struct Key<'s> {
    name: &'static str,
    value: &'static str,
    usual: &'static str,
    meaning: &'static str,
    section: &'s Section,
}

/// What the docs say about `word`: the sections of the reference with this name, then the keys,
/// then the guide's page.
pub(super) fn find(word: &str) -> Option<String> {
    let word = folded(word);
    let sections = sections();
    let mut parts: Vec<String> = Vec::new();
    let called = sections.iter().filter(|section| section.names.contains(&word));
    parts.extend(called.map(|section| section.text.trim_end().to_owned()));
    let keys: Vec<Key> = sections.iter().flat_map(keys).filter(|key| folded(key.name) == word).collect();
    parts.extend(alike(&keys).iter().map(|keys| described(keys)));
    parts.extend(GUIDE.iter().filter(|(name, _)| *name == word).map(|(_, page)| page.trim_end().to_owned()));
    (!parts.is_empty()).then(|| parts.join("\n\n") + "\n")
}

/// Every name that [`find`] knows.
pub(super) fn names() -> Vec<String> {
    let sections = sections();
    let keys = sections.iter().flat_map(keys).map(|key| key.name.to_owned());
    let guide = GUIDE.iter().map(|(name, _)| (*name).to_owned());
    let mut names: Vec<String> =
        sections.iter().flat_map(|section| section.names.clone()).chain(keys).chain(guide).collect();
    names.sort();
    names.dedup();
    names
}

/// The pages with their titles and the names of their sections, for a list.
pub(super) fn pages() -> impl Iterator<Item = (&'static str, Vec<String>)> {
    PAGES.iter().map(|(name, page)| {
        let headings = page.lines().filter_map(|line| line.strip_prefix("## "));
        (*name, headings.map(folded).collect())
    })
}

/// The pages of the guide with their titles.
pub(super) fn guide() -> impl Iterator<Item = (&'static str, &'static str)> {
    GUIDE.iter().map(|(name, page)| (*name, page.lines().next().unwrap_or("").trim_start_matches("# ")))
}

/// `Key_points`, `key-points` → `key-points`.
fn folded(word: &str) -> String {
    word.trim().to_lowercase().replace(['_', ' '], "-").replace('`', "")
}

fn sections() -> Vec<Section> {
    PAGES.iter().flat_map(|(name, page)| sections_of(name, page)).collect()
}

fn sections_of(page_name: &str, page: &'static str) -> Vec<Section> {
    let headings = headings(page);
    // Where the next heading that is at most as deep as `level` begins.
    let end = |from: usize, level: usize| {
        let next = headings[from + 1..].iter().find(|(_, deep, _)| *deep <= level);
        next.map_or(page.len(), |(start, ..)| *start)
    };
    let mut sections = Vec::new();
    for (at, (start, level, heading)) in headings.iter().enumerate() {
        let own = &page[*start..end(at, 6)];
        let parent = headings[..=at].iter().rposition(|(_, deep, _)| *deep <= 2).unwrap_or(at);
        let marked = own.lines().find_map(|line| line.strip_prefix("<!-- keys: ")?.strip_suffix(" -->"));
        let mut names: Vec<String> =
            marked.into_iter().flat_map(|names| names.split(", ").skip(1)).map(folded).collect();
        names.push(folded(heading));
        if *level == 1 {
            names.push(page_name.to_owned());
        }
        sections.push(Section {
            names,
            heading,
            text: &page[*start..end(at, *level)],
            own,
            around: &page[headings[parent].0..end(parent, 2)],
        });
    }
    sections
}

/// Where each heading begins, how deep it is, and its words.
fn headings(page: &'static str) -> Vec<(usize, usize, &'static str)> {
    let (mut headings, mut at, mut code) = (Vec::new(), 0, false);
    for line in page.split_inclusive('\n') {
        code ^= line.starts_with("```");
        let words = line.trim_start_matches('#');
        if !code && words.len() < line.len() {
            headings.push((at, line.len() - words.len(), words.trim()));
        }
        at += line.len();
    }
    headings
}

/// The rows of the table of keys that the section itself has.
fn keys(section: &Section) -> impl Iterator<Item = Key<'_>> {
    let table = section.own.split_once("\n<!-- table -->\n").map_or("", |(_, table)| table);
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    rows.filter_map(move |row| {
        let (name, row) = row.split_once("` | ")?;
        let mut cells = row.splitn(3, " | ");
        let (value, usual, meaning) = (cells.next()?, cells.next()?.trim(), cells.next()?);
        Some(Key { name, value, usual, meaning, section })
    })
}

/// Groups keys that mean the same in several sections.
fn alike<'k, 's>(keys: &'k [Key<'s>]) -> Vec<Vec<&'k Key<'s>>> {
    let mut groups: Vec<Vec<&Key>> = Vec::new();
    for key in keys {
        let same = |group: &&mut Vec<&Key>| (group[0].value, group[0].meaning) == (key.value, key.meaning);
        match groups.iter_mut().find(same) {
            Some(group) => group.push(key),
            None => groups.push(vec![key]),
        }
    }
    groups
}

/// A key with all its sections, its meaning and an example.
fn described(keys: &[&Key<'_>]) -> String {
    let first = keys[0];
    let sections: Vec<String> = keys.iter().map(|key| key.section.heading.to_lowercase()).collect();
    let usual = match first.usual {
        "" => String::new(),
        "required" => "; required".to_owned(),
        usual => format!("; {usual} if left out"),
    };
    let unescaped = |cell: &str| cell.replace("\\|", "|");
    let value = match first.value.strip_prefix("list: ") {
        Some(entry) => format!("A list; each entry: {}", unescaped(entry)),
        None => format!("Value: {}", unescaped(first.value)),
    };
    let (name, meaning) = (first.name, unescaped(first.meaning));
    let mut text = format!("# `{name}` of: {}\n\n{meaning}\n\n{value}{usual}.", sections.join(", "));
    if let Some(example) = keys.iter().find_map(|key| example(key)) {
        text.push_str("\n\n```yaml\n");
        text.push_str(&example);
        text.push_str("```");
    }
    text
}

/// An example of the key: from the section's own example, or, for something nested in other items,
/// all of it from theirs.
fn example(key: &Key<'_>) -> Option<String> {
    if key.section.own.contains("```yaml\n") {
        return excerpt(key.section.own, key.name);
    }
    let names = &key.section.names;
    let code = key.section.around;
    let owner = code.lines().find_map(|line| {
        let (name, _) = line.trim_start().trim_start_matches("- ").split_once(':')?;
        (names.contains(&folded(name)) && !name.contains(' ')).then_some(name)
    })?;
    excerpt(code, owner)
}

/// The first entry of `name` in the examples of a text: its line and the lines indented below it.
fn excerpt(text: &str, name: &str) -> Option<String> {
    let blocks = text.split("```yaml\n").skip(1).filter_map(|block| block.split("\n```").next());
    for block in blocks {
        let lines: Vec<&str> = block.lines().collect();
        // The item's own keys are preferred to keys of the same name at a deeper level.
        let column = |line: &str| {
            let words = line.trim_start_matches([' ', '-']);
            words.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')).then(|| line.len() - words.len())
        };
        let Some(least) = lines.iter().filter_map(|line| column(line)).min() else { continue };
        let start = lines.iter().position(|line| column(line) == Some(least))?;
        let below = |line: &&&str| line.is_empty() || line.len() - line.trim_start().len() > least;
        // A list may stand at the column of its key's dash.
        let rest: Vec<&str> = lines[start + 1..].iter().take_while(below).copied().collect();
        let mut excerpt = format!("{}\n", &lines[start][least..]);
        for line in rest {
            excerpt.push_str(line.get(least..).unwrap_or(""));
            excerpt.push('\n');
        }
        return Some(excerpt);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keys_commands_and_pages_are_found() {
        for (word, begins, says) in [
            ("question", "## Question\n", "### Follow-up"),
            ("questions", "## Question\n", "| `key_points` |"),
            ("interview_type", "## Interview type\n", "| `prepare` |"),
            ("build", "## build\n", "--only"),
            ("outputs", "## Outputs\n", "# Outputs\n"),
            ("clozes", "## Fact\n", "## Clozes"),
            ("text", "# Text\n", "# `text` of: fact\n"),
            ("release", "## release\n", "# Release\n"),
            ("first-deck", "# Your first deck\n", "cardpress init"),
        ] {
            let found = find(word).unwrap_or_else(|| panic!("{word} is unknown"));
            assert!(found.starts_with(begins) && found.contains(says), "{word}:\n{found}");
        }
        assert_eq!(find("qestion"), None);
    }

    #[test]
    fn a_key_is_shown_at_work() {
        let points = find("Key-Points").expect("it is a key");
        assert!(points.starts_with("# `key_points` of: question\n\nWhat an answer must include"), "{points}");
        assert!(
            points.ends_with(
                "```yaml\nkey_points:\n  - Heart rate and stroke volume\n  - At rest: about {{5 L/min}}\n```\n"
            ),
            "{points}"
        );
        let retired = find("retired").expect("it is a key");
        assert_eq!(retired.matches("# `retired` of: ").count(), 3, "{retired}");
        let why = find("why").expect("it is a key");
        assert!(why.contains("# `why` of: option\n") && why.contains("options:\n  - right: An invitation"), "{why}");
        assert!(find("setup").expect("it is a key").contains("example:\n  setup: |"));
    }

    #[test]
    fn every_name_is_found() {
        for name in names() {
            assert!(find(&name).is_some(), "{name}");
        }
    }
}
