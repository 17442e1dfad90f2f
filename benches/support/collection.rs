//! Realistic collections of any size: every kind of item, in the same proportions as in
//! courses; texts in nine languages; formulas, code, lists, tables and links.
//!
//! The same numbers of notes and files give the same collection on every machine.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::random::Random;
use super::text::{self, Language};

/// A project.
pub(crate) struct Collection {
    /// Its files, the manifest first: paths and texts.
    pub(crate) files: Vec<(String, String)>,
    /// Its notes in the order of the sources, for programs that read something else.
    pub(crate) notes: Vec<Note>,
}

/// A note as Markdown.
pub(crate) struct Note {
    pub(crate) id: String,
    pub(crate) tags: [String; 2],
    /// The front. If there is no back, this is the sentence with its clozes, in Anki's syntax.
    pub(crate) front: String,
    pub(crate) back: String,
}

/// What a collection contains.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contents {
    /// Every kind of item, in every language.
    Mixed,
    /// Questions in English, which even the first version of Cardpress can read.
    Questions,
}

/// A project with this many notes, in this many files of about the same size.
pub(crate) fn collection(contents: Contents, notes: usize, files: usize) -> Collection {
    // Nobody prints this much, so there is no sheet.
    let outputs = if contents == Contents::Mixed { "outputs: {sheet: none}\n" } else { "" };
    let manifest = "format: 1\nid: bench\ntitle: Bench\nversion: 1.0.0\nlanguage: en\ncontent: ['topics/**/*.yaml']\n";
    let mut written = vec![("cardpress.yaml".to_owned(), format!("{manifest}{outputs}"))];
    let mut author = Author {
        contents,
        random: Random(1),
        items: 0,
        linked: Vec::new(),
        asked: Vec::new(),
        notes: Vec::new(),
    };
    for file in 0..files {
        let text = author.file(file, notes * (file + 1) / files);
        written.push((format!("topics/{:02}/{file:04}.yaml", file / 50), text));
    }
    Collection { files: written, notes: author.notes }
}

/// Writes one item after another.
struct Author {
    contents: Contents,
    random: Random,
    items: usize,
    /// Ids that later items link to.
    linked: Vec<String>,
    /// What English questions ask; some of them are repeated in a similar form.
    asked: Vec<String>,
    notes: Vec<Note>,
}

impl Author {
    /// One topic: an introduction, then items until there are `end` notes.
    fn file(&mut self, number: usize, end: usize) -> String {
        let mut lists: BTreeMap<&str, String> = BTreeMap::new();
        let introduction = self.paragraphs(&text::LANGUAGES[0]);
        let mut prose = format!("  - id: about-{number}\n    title: {}\n", self.random.words(3));
        block(&mut prose, 4, "text", &introduction);
        lists.insert("prose", prose);
        while self.notes.len() < end {
            let (list, item) = self.item(end - self.notes.len());
            lists.entry(list).or_default().push_str(&item);
        }
        let mut text = format!("topic: Subject {:02}::Part {number:04}\ndefaults: {{tags: [bench]}}\n", number / 50);
        for (list, items) in lists {
            let _ = write!(text, "{list}:\n{items}");
        }
        text
    }

    /// An item with at most `room` notes, and the list that it belongs to.
    fn item(&mut self, room: usize) -> (&'static str, String) {
        let id = format!("item-{}", self.items);
        self.items += 1;
        let mixed = self.contents == Contents::Mixed;
        let language = if mixed { text::language(&mut self.random) } else { &text::LANGUAGES[0] };
        let tags = [format!("subject::s{}", self.random.below(40)), format!("level-{}", self.random.below(5))];
        let mut item = format!("  - id: {id}\n");
        // Nearly half of all notes are questions, a fifth are facts, and a sixth are rows.
        let (list, fields) = match self.random.below(if mixed { 100 } else { 50 }) {
            0..50 => ("questions", self.question(&id, &tags, language)),
            50..72 => ("facts", self.fact(&id, &tags, language)),
            72..82 => ("choices", self.choice(&id, &tags, language)),
            82..85 => ("tables", self.table(&id, &tags, language, room.min(6))),
            85..89 => ("patterns", self.pattern(&id, &tags)),
            89..94 => ("tips", self.tip(&id, &tags, language)),
            94..95 => ("checklists", self.checklist(&id, &tags, language, room.min(4))),
            95..98 => ("prompts", self.prompt(&id, &tags, language)),
            _ => ("stories", self.story(&id, &tags, language)),
        };
        item.push_str(&fields);
        if list != "patterns" && language.tag != "en" {
            let _ = writeln!(item, "    lang: {}", language.tag);
        }
        let _ = writeln!(item, "    tags: [{}]", tags.join(", "));
        if list != "checklists" && self.random.below(4) == 0 && !self.linked.is_empty() {
            let _ = writeln!(item, "    see_also: [{}]", self.link());
        }
        self.linked.push(id);
        (list, item)
    }

    fn question(&mut self, id: &str, tags: &[String; 2], language: &Language) -> String {
        let ask = self.ask(language);
        let answer = self.paragraphs(language);
        let mut back = answer.clone();
        let linked = if self.linked.is_empty() || self.random.below(5) > 0 {
            answer
        } else {
            format!("{answer}\n\n[[{}]]; [[{}|{}]]", self.link(), self.link(), self.random.words(2))
        };
        let mut item = String::new();
        field(&mut item, 4, "ask", &ask);
        if self.random.below(2) == 0 {
            field(&mut item, 4, "short", &self.sentence(language, 8));
        }
        block(&mut item, 4, "answer", &linked);
        for (list, chance) in [("key_points", 3), ("mistakes", 8)] {
            if self.random.below(chance) == 0 {
                let points = self.sentences(language, 3, 7);
                list_of(&mut item, list, &points);
                let _ = write!(back, "\n\n- {}", points.join("\n- "));
            }
        }
        if self.random.below(8) == 0 {
            let formula = text::display_formula(&mut self.random);
            let _ = writeln!(item, "    formulas:\n      - name: {}\n        tex: '{formula}'", self.random.words(2));
            let _ = write!(back, "\n\n$$\n{formula}\n$$");
        }
        if self.random.below(12) == 0 {
            let (code_language, code) = self.code();
            let _ = writeln!(item, "    code:\n      - lang: {code_language}");
            block(&mut item, 8, "source", &code);
            let _ = write!(back, "\n\n```{code_language}\n{code}\n```");
        }
        if self.random.below(8) == 0 {
            let (then, answer) = (self.ask(language), self.sentence(language, 10));
            item.push_str("    follow_ups:\n");
            let _ = writeln!(item, "      - ask: {}\n        answer: {}", text::scalar(&then), text::scalar(&answer));
            let _ = write!(back, "\n\n**{then}** {answer}");
        }
        if self.random.below(3) > 0 {
            let year = 1950 + self.random.below(75);
            let _ = writeln!(item, "    references: [{{title: {}, year: {year}}}]", self.random.words(4));
        }
        let difficulty = ["easy", "medium", "hard"][self.random.below(3)];
        let _ = writeln!(item, "    difficulty: {difficulty}");
        self.note(id, tags, ask, back);
        item
    }

    fn fact(&mut self, id: &str, tags: &[String; 2], language: &Language) -> String {
        let mut text = capital(&self.phrase(language, 5));
        let mut anki = text.clone();
        for cloze in 1..=1 + self.random.below(2) {
            let answer = match self.random.below(6) {
                0 => format!("${}$", text::inline_formula(&mut self.random)),
                _ => self.phrase(language, 2),
            };
            let hint = if self.random.below(3) == 0 { format!("::{}", self.random.words(1)) } else { String::new() };
            let rest = self.phrase(language, 4);
            let _ = write!(text, " {{{{{answer}{hint}}}}} {rest}");
            let _ = write!(anki, " {{{{c{cloze}::{answer}{hint}}}}} {rest}");
        }
        let mut item = String::new();
        field(&mut item, 4, "text", &text);
        if self.random.below(3) == 0 {
            field(&mut item, 4, "extra", &self.sentence(language, 12));
        }
        self.note(id, tags, anki, String::new());
        item
    }

    fn choice(&mut self, id: &str, tags: &[String; 2], language: &Language) -> String {
        let ask = self.ask(language);
        let mut options = self.sentences(language, 4, 4);
        // Cardpress rejects duplicate options.
        let mut seen = BTreeSet::new();
        options.retain(|option| seen.insert(option.clone()));
        let explain = self.sentence(language, 14);
        let mut item = String::new();
        field(&mut item, 4, "ask", &ask);
        item.push_str("    options:\n");
        for (at, option) in options.iter().enumerate() {
            let key = if at == 0 { "right" } else { "wrong" };
            let _ = writeln!(item, "      - {key}: {}", text::scalar(option));
        }
        field(&mut item, 4, "explain", &explain);
        self.note(id, tags, format!("{ask}\n\n- {}", options.join("\n- ")), format!("{}\n\n{explain}", options[0]));
        item
    }

    fn table(&mut self, id: &str, tags: &[String; 2], language: &Language, rows: usize) -> String {
        let columns = [self.random.words(1), self.random.words(1), self.random.words(1)];
        let mut item = format!("    title: {}\n    columns: [{}]\n", self.random.words(3), columns.join(", "));
        item.push_str("    cards: row\n    rows:\n");
        for row in 0..rows {
            let cells = [self.random.words(2), self.sentence(language, 3), self.sentence(language, 5)];
            let row_id = format!("{id}-{row}");
            let _ = writeln!(item, "      - {row_id}: [{}]", cells.each_ref().map(|cell| quoted(cell)).join(", "));
            let head = format!("| {} | {} |\n| --- | --- |", columns[1], columns[2]);
            let back = format!("{head}\n| {} | {} |", cells[1], cells[2]);
            self.note(&row_id, tags, cells[0].clone(), back);
        }
        item
    }

    fn pattern(&mut self, id: &str, tags: &[String; 2]) -> String {
        let english = &text::LANGUAGES[0];
        let (code_language, code) = self.code();
        let (when, explain) = (self.sentence(english, 12), self.sentence(english, 14));
        let mut item = format!("    name: {}\n    lang: {code_language}\n", self.random.words(3));
        field(&mut item, 4, "when", &when);
        block(&mut item, 4, "code", &code);
        field(&mut item, 4, "explain", &explain);
        self.note(id, tags, when, format!("```{code_language}\n{code}\n```\n\n{explain}"));
        item
    }

    fn tip(&mut self, id: &str, tags: &[String; 2], language: &Language) -> String {
        let (ask, advice, why) = (self.ask(language), self.sentence(language, 7), self.sentence(language, 14));
        let mut item = format!("    title: {}\n", self.random.words(2));
        let key = if self.random.below(3) == 0 { "dont" } else { "do" };
        for (key, text) in [("ask", &ask), (key, &advice), ("why", &why)] {
            field(&mut item, 4, key, text);
        }
        self.note(id, tags, ask, format!("**{advice}**\n\n{why}"));
        item
    }

    fn checklist(&mut self, id: &str, tags: &[String; 2], language: &Language, items: usize) -> String {
        let mut item = format!("    title: {}\n    cards: item\n    items:\n", self.random.words(3));
        for number in 0..items {
            let (text, how) = (self.ask(language), self.sentence(language, 9));
            let entry = format!("{id}-{number}");
            let _ = writeln!(item, "      - id: {entry}");
            field(&mut item, 8, "text", &text);
            field(&mut item, 8, "how", &how);
            self.note(&entry, tags, text, how);
        }
        item
    }

    fn prompt(&mut self, id: &str, tags: &[String; 2], language: &Language) -> String {
        let (ask, angle) = (self.ask(language), self.sentences(language, 3, 4));
        let mut item = String::new();
        field(&mut item, 4, "ask", &ask);
        list_of(&mut item, "angle", &angle);
        self.note(id, tags, ask, format!("- {}", angle.join("\n- ")));
        item
    }

    fn story(&mut self, id: &str, tags: &[String; 2], language: &Language) -> String {
        let title = self.random.words(4);
        let parts = self.sentences(language, 4, 18);
        let mut item = format!("    title: {title}\n");
        for (key, part) in ["situation", "task", "action", "result"].into_iter().zip(&parts) {
            field(&mut item, 4, key, part);
        }
        let _ = writeln!(item, "    metrics: ['{} %']", self.random.below(100));
        self.note(id, tags, title, parts.join("\n\n"));
        item
    }

    fn note(&mut self, id: &str, tags: &[String; 2], front: String, back: String) {
        self.notes.push(Note { id: id.to_owned(), tags: tags.clone(), front, back });
    }

    fn code(&mut self) -> (&'static str, String) {
        let languages = match self.contents {
            Contents::Mixed => text::LANGUAGES_OF_CODE,
            Contents::Questions => 4,
        };
        text::code(&mut self.random, languages)
    }

    /// The id of an earlier item.
    fn link(&mut self) -> String {
        self.linked[self.random.below(self.linked.len())].clone()
    }

    /// A question; one in a hundred English ones is much like an earlier one.
    fn ask(&mut self, language: &Language) -> String {
        if language.tag == "en" && self.random.below(100) == 0 && !self.asked.is_empty() {
            return format!("Why, then, does {}?", self.asked[self.random.below(self.asked.len())]);
        }
        let count = 5 + self.random.below(7);
        let asked = self.phrase(language, count);
        if language.tag == "en" {
            self.asked.push(asked.clone());
        }
        format!("{}{asked}{}", language.asks, language.question)
    }

    /// The text of an answer or an introduction: two blocks on average.
    fn paragraphs(&mut self, language: &Language) -> String {
        let mut blocks = vec![self.paragraph(language)];
        for _ in 0..self.random.below(3) {
            let block = match self.random.below(20) {
                0..7 => self.paragraph(language),
                7..11 => format!("- {}", self.sentences(language, 4, 6).join("\n- ")),
                11..13 => {
                    let steps = self.sentences(language, 3, 6);
                    format!("1. {}\n2. {}\n3. {}", steps[0], steps[1], steps[2])
                }
                13..17 => format!("$$\n{}\n$$", text::display_formula(&mut self.random)),
                17 => {
                    let (code_language, code) = self.code();
                    format!("```{code_language}\n{code}\n```")
                }
                18 => {
                    let heads = format!("| {} | {} |\n| --- | --- |", self.random.words(1), self.random.words(1));
                    let row = |author: &mut Self| {
                        format!("\n| {} | {} |", author.random.words(2), author.phrase(language, 4))
                    };
                    let (first, second, third) = (row(self), row(self), row(self));
                    format!("{heads}{first}{second}{third}")
                }
                _ => format!("> [!NOTE]\n> {}", self.sentence(language, 10)),
            };
            blocks.push(block);
        }
        blocks.join("\n\n")
    }

    fn paragraph(&mut self, language: &Language) -> String {
        let count = 1 + self.random.below(3);
        self.sentences(language, count, 10).join(if language.space.is_empty() { "" } else { "\n" })
    }

    /// This many sentences of about `words` words.
    fn sentences(&mut self, language: &Language, count: usize, words: usize) -> Vec<String> {
        (0..count).map(|_| self.sentence(language, words)).collect()
    }

    /// A sentence of about `words` words; every third one has markup or a formula.
    fn sentence(&mut self, language: &Language, words: usize) -> String {
        let count = words.div_ceil(2) + self.random.below(words);
        let mut text = capital(&self.phrase(language, count));
        let more = match self.random.below(15) {
            0 => format!("**{}**", self.random.words(2)),
            1 => format!("*{}*", self.random.words(1)),
            2 => format!("`{}`", self.random.words(1)),
            3 | 4 => format!("${}$", text::inline_formula(&mut self.random)),
            _ => String::new(),
        };
        if !more.is_empty() {
            let _ = write!(text, " {more}");
        }
        format!("{text}{}", language.stop)
    }

    /// Words of a language, with one in four replaced by a technical term.
    fn phrase(&mut self, language: &Language, words: usize) -> String {
        let mut text = String::new();
        for at in 0..words {
            if at > 0 {
                text.push_str(language.space);
            }
            if at > 0 && self.random.below(4) == 0 {
                text.push_str(&self.random.words(1));
            } else {
                text.push_str(language.word(&mut self.random));
            }
        }
        text
    }
}

/// With a capital letter at the beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// `key: text` on one line.
fn field(item: &mut String, indent: usize, key: &str, text: &str) {
    let _ = writeln!(item, "{:indent$}{key}: {}", "", text::scalar(text));
}

/// `key: |` and the text below it.
fn block(item: &mut String, indent: usize, key: &str, text: &str) {
    let _ = writeln!(item, "{:indent$}{key}: |", "");
    for line in text.lines() {
        let _ = if line.is_empty() { writeln!(item) } else { writeln!(item, "{:indent$}  {line}", "") };
    }
}

/// `key:` and a list below it.
fn list_of(item: &mut String, key: &str, entries: &[String]) {
    let _ = writeln!(item, "    {key}:");
    for entry in entries {
        let _ = writeln!(item, "      - {}", text::scalar(entry));
    }
}

/// A text in single quotes, which is safe inside brackets.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
