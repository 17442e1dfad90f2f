//! Every word that an output prints in addition to the author's: labels, headings, hints and
//! counts, by language. A language is a file in `assets/words` and a row in [`LANGUAGES`]; the
//! manifest can override each word. No other module prints words of its own.

mod alerts;

pub use alerts::alerts;

use std::collections::BTreeMap;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};

/// Makes an enum whose variants have keys, and say where they are printed.
macro_rules! keyed {
    ($(#[doc = $of:literal])+ $all:ident: $($(#[doc = $about:literal])+ $name:ident $key:literal;)*) => {
        $(#[doc = $of])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $all {
            $($(#[doc = $about])+ $name),*
        }

        impl $all {
            /// All of them, in the order of the word files and the reference.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in a manifest, a word file and a template.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// The one with this name.
            #[must_use]
            pub fn named(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.key() == key)
            }

            /// Where it is printed.
            #[must_use]
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => concat!($($about),+).trim_ascii()),* }
            }
        }
    };
}

macro_rules! words {
    ($($(#[doc = $about:literal])+ $name:ident $key:literal $places:expr;)*) => {
        keyed! {
            /// A word or a phrase that Cardpress prints.
            Word: $($(#[doc = $about])+ $name $key;)*
        }

        impl Word {
            /// The places in it that are filled in, each written as `{place}`.
            #[must_use]
            pub fn places(self) -> &'static [&'static str] {
                match self { $(Self::$name => $places),* }
            }
        }
    };
}

words! {
    /// Above the key points of a question.
    KeyPoints "key_points" &[];
    /// On what folds the full answer of a question away.
    FullAnswer "full_answer" &[];
    /// Above the mistakes of a question.
    CommonMistakes "common_mistakes" &[];
    /// Above the follow-ups of a question.
    FollowUps "follow_ups" &[];
    /// Above links to other items.
    SeeAlso "see_also" &[];
    /// Above references.
    Sources "sources" &[];
    /// On the link below a card, to report a mistake in it.
    Report "report" &[];
    /// On what folds the formulas of a question away, and above those of a sheet that shows questions in a line each.
    Formulas "formulas" &[];
    /// On what folds the code of a question away.
    Code "code" &[];
    /// Above the example of a code pattern.
    Example "example" &[];
    /// Before what an example starts with.
    Given "given" &[];
    /// Before the output of an example that shows a value.
    ValueOf "value_of" &["code"];
    /// Before the output of an example.
    Gives "gives" &[];
    /// Above questions in a handout.
    Questions "questions" &[];
    /// Before the number of a question, as in `Q7`.
    QuestionMark "question_mark" &[];
    /// On the reverse card of a question.
    WhichQuestion "which_question" &[];
    /// Above a common mistake, on a card that asks why it is one.
    WhatIsWrong "what_is_wrong" &[];
    /// Above stories in a handout.
    Stories "stories" &[];
    /// On the front of a story.
    TellStory "tell_story" &[];
    /// On the reverse card of a story.
    WhichStory "which_story" &[];
    /// Above the prompts that a story answers.
    ToldFor "told_for" &[];
    /// On what folds the telling of a story away.
    Telling "telling" &[];
    /// Above the situation of a story.
    Situation "situation" &[];
    /// Above the task of a story.
    Task "task" &[];
    /// Above the action of a story.
    Action "action" &[];
    /// Above the result of a story.
    Result "result" &[];
    /// Above the metrics of a story.
    Figures "figures" &[];
    /// Above the patterns of one programming language, in a handout and on a sheet.
    Patterns "patterns" &["language"];
    /// On the front of a code pattern.
    WriteCode "write_code" &["language"];
    /// On the reverse card of a code pattern.
    WhatCode "what_code" &["language"];
    /// What a table's row asks for, if the table has more than two columns.
    RowAsks "row_asks" &["row", "columns"];
    /// On the reverse card of a table's row.
    WhichRow "which_row" &["table"];
    /// On what folds an explanation away.
    Explanation "explanation" &[];
    /// Above choices in a handout.
    Choices "choices" &[];
    /// The letters of a choice's options, in their order.
    Letters "letters" &[];
    /// Above the options of a choice with several right ones.
    Choose "choose" &["n"];
    /// On the reverse card of a choice.
    WithoutOptions "without_options" &[];
    /// Above facts in a handout and on a sheet.
    Facts "facts" &[];
    /// Above tips that say what to do.
    Tactics "tactics" &[];
    /// Above tips that say what not to do.
    MistakesToAvoid "mistakes_to_avoid" &[];
    /// Above what a tip says to do.
    Do "do" &[];
    /// Above what a tip says not to do.
    Avoid "avoid" &[];
    /// Above the reason for a tip.
    Why "why" &[];
    /// Above what a tip suggests saying.
    Say "say" &[];
    /// On the reverse card of a tip.
    WhenAndWhy "when_and_why" &[];
    /// On the back of a checklist's item that doesn't say how.
    TickWhenAble "tick_when_able" &[];
    /// On the reverse card of a checklist's item.
    WhichItem "which_item" &["checklist"];
    /// Above interview types.
    InterviewTypes "interview_types" &[];
    /// Head of the column with the name of an interview type.
    Interview "interview" &[];
    /// Head of the column with what an interview tests.
    Tests "tests" &[];
    /// Head of the column with how to prepare for an interview.
    HowToPrepare "how_to_prepare" &[];
    /// Above how to prepare for an interview.
    Prepare "prepare" &[];
    /// What the card of an interview type asks.
    InterviewAsks "interview_asks" &["name"];
    /// Above prompts.
    Prompts "prompts" &[];
    /// Head of the column with what a prompt asks.
    TheyAsk "they_ask" &[];
    /// Head of the column with the steps of an answer to a prompt.
    TellArc "tell_arc" &[];
    /// Above a handout's table of contents.
    Contents "contents" &[];
    /// What is clicked for an answer in a handout.
    Answer "answer" &[];
    /// The version of a handout.
    Version "version" &["version"];
    /// The licence, in a handout and in the description of the deck.
    Licence "licence" &["license"];
    /// The authors, in a handout and in the description of the deck.
    Authors "authors" &["authors"];
    /// How long a plan takes.
    PlanLength "plan_length" &["days", "weeks"];
    /// A week of a plan.
    Week "week" &["n"];
    /// A day of a plan.
    Day "day" &["n"];
    /// In the description of a deck with a plan: how to get the right order.
    PresetHint "preset_hint" &[];
    /// In the description of a deck with a plan: how to find the cards of a day.
    DaySearch "day_search" &["tag"];
    /// Above what a plan has for each day.
    EveryDay "every_day" &[];
    /// Above the goals of a plan's week.
    WeekGoals "week_goals" &[];
    /// Above what a plan links to.
    ToStudy "to_study" &[];
    /// Above the days of a plan's week.
    DayByDay "day_by_day" &[];
    /// What has a label, such as a cell after the head of its column.
    Labelled "labelled" &["label", "text"];
    /// A list within a line: two of its entries.
    Listed "listed" &["first", "next"];
}

keyed! {
    /// A number of something. It has a form for each plural category that Unicode gives the
    /// language, with or without a place `{n}`.
    Count:
    /// How many questions a topic of a sheet has.
    Questions "count_questions";
    /// How many rows a table has.
    Rows "rows";
    /// How many items a checklist has.
    Items "items";
    /// How many days a plan takes.
    Days "days";
    /// How many weeks a plan has.
    Weeks "weeks";
}

/// The plural categories of Unicode's CLDR, by their names there.
pub const CATEGORIES: [(&str, PluralCategory); 6] = [
    ("zero", PluralCategory::Zero),
    ("one", PluralCategory::One),
    ("two", PluralCategory::Two),
    ("few", PluralCategory::Few),
    ("many", PluralCategory::Many),
    ("other", PluralCategory::Other),
];

/// Each available language, by its code, with its words: lines of `key<TAB>text`, with
/// `key.category` for a form of a count.
pub const LANGUAGES: [(&str, &str); 12] = [
    ("ar", include_str!("../assets/words/ar.tsv")),
    ("de", include_str!("../assets/words/de.tsv")),
    ("en", include_str!("../assets/words/en.tsv")),
    ("es", include_str!("../assets/words/es.tsv")),
    ("fr", include_str!("../assets/words/fr.tsv")),
    ("he", include_str!("../assets/words/he.tsv")),
    ("it", include_str!("../assets/words/it.tsv")),
    ("ja", include_str!("../assets/words/ja.tsv")),
    ("pt", include_str!("../assets/words/pt.tsv")),
    ("ru", include_str!("../assets/words/ru.tsv")),
    ("zh", include_str!("../assets/words/zh.tsv")),
    ("zh-hant", include_str!("../assets/words/zh-hant.tsv")),
];

/// The words of one language.
#[derive(Debug, Clone)]
pub struct Words {
    /// BCP 47 tag of the language whose plural rules apply.
    language: String,
    /// Whether there is a file for the language.
    is_known: bool,
    texts: Vec<String>,
    forms: Vec<BTreeMap<&'static str, String>>,
}

impl Words {
    /// The words of the language with the BCP 47 tag `tag`, or the English ones if there are none.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let file = file(tag);
        let mut words = Self {
            language: tag.to_owned(),
            is_known: file.is_some(),
            texts: vec![String::new(); Word::ALL.len()],
            forms: vec![BTreeMap::new(); Count::ALL.len()],
        };
        let english = || file_of("en").unwrap_or_default();
        for line in file.unwrap_or_else(english).lines() {
            let Some((key, text)) = line.split_once('\t') else { continue };
            match key.split_once('.') {
                None => drop(words.set(key, text)),
                Some((key, category)) => drop(words.set_form(key, category, text)),
            }
        }
        if !words.is_known {
            "en".clone_into(&mut words.language);
        }
        words
    }

    /// Whether there is a word file for the language.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// Overrides a word; `None` if there is no word with that name.
    pub fn set(&mut self, key: &str, text: &str) -> Option<()> {
        text.clone_into(&mut self.texts[Word::named(key)? as usize]);
        Some(())
    }

    /// Overrides a form of a count; `None` if there is no such count or category.
    pub fn set_form(&mut self, key: &str, category: &str, text: &str) -> Option<()> {
        let (category, _) = CATEGORIES.iter().find(|(name, _)| *name == category)?;
        self.forms[Count::named(key)? as usize].insert(category, text.to_owned());
        Some(())
    }

    /// Drops the forms of a count so that others can replace them, and counts as `tag` does.
    pub fn recount(&mut self, key: &str, tag: &str) {
        if let Some(count) = Count::named(key) {
            self.forms[count as usize].clear();
            tag.clone_into(&mut self.language);
        }
    }

    /// A word with its places still unfilled.
    #[must_use]
    pub fn get(&self, word: Word) -> &str {
        &self.texts[word as usize]
    }

    /// A word with its places filled in.
    #[must_use]
    pub fn fill(&self, word: Word, values: &[(&str, &str)]) -> String {
        let mut out = String::new();
        for part in parts(self.get(word)) {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Place(name) => {
                    let value = values.iter().find(|(place, _)| *place == name);
                    out.push_str(value.map_or("", |(_, value)| value));
                }
            }
        }
        out
    }

    /// The text between two places of a word, such as `: ` between a label and its text.
    #[must_use]
    pub fn between(&self, word: Word) -> &str {
        let texts = parts(self.get(word)).skip_while(|part| matches!(part, Part::Text(_))).skip(1);
        texts.map_while(|part| if let Part::Text(text) = part { Some(text) } else { None }).next().unwrap_or("")
    }

    /// A number of something, in the plural form for that number.
    #[must_use]
    pub fn count(&self, count: Count, number: usize) -> String {
        let forms = &self.forms[count as usize];
        let category = category(&self.language, number);
        let form = forms.get(category).or_else(|| forms.get("other"));
        form.map_or_else(|| number.to_string(), |form| form.replace("{n}", &number.to_string()))
    }
}

/// The word file for a language tag: that of its script, or that of the language alone.
fn file(tag: &str) -> Option<&'static str> {
    let tag = tag.to_ascii_lowercase().replace('_', "-");
    let mut subtags = tag.split('-');
    let language = subtags.next().unwrap_or("");
    let traditional = language == "zh" && subtags.any(|subtag| matches!(subtag, "hant" | "tw" | "hk" | "mo"));
    let old_names = [("iw", "he"), ("cmn", "zh")];
    let language = old_names.iter().find(|(old, _)| *old == language).map_or(language, |(_, name)| name);
    if traditional { file_of("zh-hant") } else { file_of(language) }
}

fn file_of(code: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(known, _)| *known == code).map(|(_, file)| *file)
}

/// The name of a number's plural category in a language; `other` if the language is unknown.
fn category(tag: &str, number: usize) -> &'static str {
    let locale = Locale::try_from_str(tag).ok();
    let rules = locale.and_then(|locale| PluralRules::try_new((&locale).into(), PluralRulesOptions::default()).ok());
    let category = rules.map_or(PluralCategory::Other, |rules| rules.category_for(number));
    CATEGORIES.iter().find(|(_, known)| *known == category).map_or("other", |(name, _)| name)
}

/// A part of a text that has places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'t> {
    /// Text as it is printed.
    Text(&'t str),
    /// A place to fill in, by its name.
    Place(&'t str),
}

/// The parts of a text. A brace that is never closed is text.
pub fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if let Some((name, after)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            rest = after;
            return Some(Part::Place(name));
        }
        let end = rest.char_indices().skip(1).find(|(_, c)| *c == '{').map_or(rest.len(), |(at, _)| at);
        let text = &rest[..end];
        rest = &rest[end..];
        (!text.is_empty()).then_some(Part::Text(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word() {
        for (code, file) in LANGUAGES {
            let lines: Vec<&str> = file.lines().filter_map(|line| line.split_once('\t').map(|(key, _)| key)).collect();
            let locale = Locale::try_from_str(code).expect("a tag");
            let rules = PluralRules::try_new((&locale).into(), PluralRulesOptions::default()).expect("it has plurals");
            let mut want: Vec<String> = Word::ALL.iter().map(|word| word.key().to_owned()).collect();
            let categories: Vec<PluralCategory> = rules.categories().collect();
            for count in Count::ALL {
                let known = CATEGORIES.iter().filter(|(_, category)| categories.contains(category));
                want.extend(known.map(|(name, _)| format!("{}.{name}", count.key())));
            }
            let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
            lines.sort();
            want.sort();
            assert_eq!(lines, want, "{code}");
        }
    }

    #[test]
    fn every_place_is_filled_in_every_language() {
        for (code, _) in LANGUAGES {
            let words = Words::of(code);
            for word in Word::ALL {
                let text = words.get(*word);
                let mut places: Vec<&str> = parts(text)
                    .filter_map(|part| if let Part::Place(name) = part { Some(name) } else { None })
                    .collect();
                let mut want = word.places().to_vec();
                places.sort_unstable();
                want.sort_unstable();
                assert_eq!(places, want, "{code}: {}: {text}", word.key());
                assert!(!text.trim().is_empty() && text.trim() == text, "{code}: {}", word.key());
            }
        }
    }

    #[test]
    fn a_number_has_the_form_of_its_language() {
        let counts = |tag: &str, numbers: &[usize]| {
            let words = Words::of(tag);
            numbers.iter().map(|number| words.count(Count::Days, *number)).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(counts("en-GB", &[0, 1, 2]), "0 days, 1 day, 2 days");
        assert_eq!(counts("fr", &[0, 1, 2]), "0 jour, 1 jour, 2 jours");
        assert_eq!(counts("ru", &[1, 2, 5, 21, 22, 25]), "1 день, 2 дня, 5 дней, 21 день, 22 дня, 25 дней");
        assert_eq!(counts("ja", &[1, 30]), "1日間, 30日間");
        assert_eq!(counts("ar", &[1, 2, 3, 11, 100]), "يوم واحد, يومان, 3 أيام, 11 يومًا, 100 يوم");
        assert_eq!(counts("zh-TW", &[3]), "3 天");
        assert_eq!(counts("tlh", &[1, 2]), "1 day, 2 days");
    }

    #[test]
    fn places_are_filled_and_braces_kept() {
        let words = Words::of("fr");
        assert_eq!(words.between(Word::Labelled), "\u{a0}: ");
        assert_eq!(words.fill(Word::Week, &[("n", "3")]), "Semaine 3");
        let all: Vec<Part> = parts("a {b} c {").collect();
        assert_eq!(all, [Part::Text("a "), Part::Place("b"), Part::Text(" c "), Part::Text("{")]);
    }
}
