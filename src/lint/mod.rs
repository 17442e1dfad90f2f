//! What makes a card hard to learn: rules about the items of a project, one file each. A rule
//! never asks what kind an item is.
//!
//! A finding is a warning. The manifest sets how much a rule matters, `allow` on an item or in
//! a file makes an exception, and a baseline hides what an old deck already has.

mod answer_in_question;
mod languages;
mod likeness;
mod long_answer;
mod long_code_line;
mod long_list;
mod many_clozes;
mod no_alt_text;
mod no_difficulty;
mod no_question;
mod no_source;
mod orphan_topic;
mod single_tag;
mod stale_review;
mod unfinished_item;
mod unmeasured_result;
mod unplanned_item;
mod unused_media;
mod vague_opener;
mod whole_sentence;
mod words;
mod yes_no_question;

use std::collections::{BTreeMap, BTreeSet};

use crate::deck::study::{Study, Waiver};
use crate::deck::{Deck, Matters};
use crate::diag::{Code, Diagnostic, Label, Severity};
use crate::similar;
use crate::source::{FileId, Span};
use crate::threads::Threads;

use languages::Language;

/// What rules look at.
pub struct Course<'a> {
    /// The project, with its lessons, and without errors.
    pub deck: &'a Deck,
    /// Media files of the project that nothing shows, by path.
    pub unused_media: &'a [String],
    /// Seconds since 1970.
    pub now: i64,
    /// How many threads to work on.
    pub threads: Threads,
}

impl Course<'_> {
    /// The items that rules look at: the finished ones.
    fn items(&self) -> impl Iterator<Item = &Study> {
        self.deck.lessons.iter().flat_map(|lesson| &lesson.items).filter(|item| !item.unfinished)
    }

    /// The word lists for an item's language, if there are any; without them, no rule judges words.
    fn language(&self, item: &Study) -> Option<&'static Language> {
        let language = self.deck.languages.get(&item.id).unwrap_or(&self.deck.project.language);
        Language::of(&language.base())
    }
}

/// Something that a rule found.
#[derive(Debug)]
pub struct Finding {
    /// What it is about: an item's id, or the name of a topic, tag or file.
    pub about: String,
    /// The warning; its code is the rule's name.
    pub diagnostic: Diagnostic,
}

impl Finding {
    fn of(item: &Study, diagnostic: Diagnostic) -> Self {
        Self { about: item.id.clone(), diagnostic }
    }

    /// How a baseline identifies it.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{} {}", self.diagnostic.code, self.about)
    }
}

/// A rule.
pub struct Rule {
    /// The code of its warnings.
    pub name: Code,
    /// The source of the advice.
    pub source: &'static str,
}

const WOZNIAK: &str = "Wozniak, Twenty rules of formulating knowledge (1999)";
const MATUSCHAK: &str = "Matuschak, How to write good prompts (2020)";
const ANKI: &str = "the Anki manual";
const CRAFT: &str = "what readers and learners ask of a course";

/// Every rule, in alphabetical order.
pub const RULES: [Rule; 23] = [
    Rule { name: Code::ANSWER_IN_QUESTION, source: MATUSCHAK },
    Rule { name: Code::DUPLICATE_QUESTION, source: ANKI },
    Rule { name: Code::EITHER_OR_QUESTION, source: MATUSCHAK },
    Rule { name: Code::INTERFERENCE, source: WOZNIAK },
    Rule { name: Code::LONG_ANSWER, source: WOZNIAK },
    Rule { name: Code::LONG_CODE_LINE, source: CRAFT },
    Rule { name: Code::LONG_LIST, source: WOZNIAK },
    Rule { name: Code::MANY_CLOZES, source: WOZNIAK },
    Rule { name: Code::NEAR_DUPLICATE, source: WOZNIAK },
    Rule { name: Code::NO_ALT_TEXT, source: CRAFT },
    Rule { name: Code::NO_DIFFICULTY, source: ANKI },
    Rule { name: Code::NO_QUESTION, source: MATUSCHAK },
    Rule { name: Code::NO_SOURCE, source: WOZNIAK },
    Rule { name: Code::ORPHAN_TOPIC, source: MATUSCHAK },
    Rule { name: Code::SINGLE_TAG, source: ANKI },
    Rule { name: Code::STALE_REVIEW, source: WOZNIAK },
    Rule { name: Code::UNFINISHED_ITEM, source: CRAFT },
    Rule { name: Code::UNMEASURED_RESULT, source: CRAFT },
    Rule { name: Code::UNPLANNED_ITEM, source: CRAFT },
    Rule { name: Code::UNUSED_MEDIA, source: ANKI },
    Rule { name: Code::VAGUE_OPENER, source: MATUSCHAK },
    Rule { name: Code::WHOLE_SENTENCE, source: WOZNIAK },
    Rule { name: Code::YES_NO_QUESTION, source: MATUSCHAK },
];

/// A function that looks for violations.
type Finder = fn(&Course<'_>, &mut Vec<Finding>);

/// All of them; some look for violations of two rules at once.
const FINDERS: [Finder; 21] = [
    answer_in_question::find,
    likeness::duplicates,
    likeness::pairs,
    long_answer::find,
    long_code_line::find,
    long_list::find,
    many_clozes::find,
    no_alt_text::find,
    no_difficulty::find,
    no_question::find,
    no_source::find,
    orphan_topic::find,
    single_tag::find,
    stale_review::find,
    unfinished_item::find,
    unmeasured_result::find,
    unplanned_item::find,
    unused_media::find,
    vague_opener::find,
    whole_sentence::find,
    yes_no_question::find,
];

/// The name that stands for all rules when denying them.
pub const ALL: &str = "warnings";

/// The findings of all rules, in the order of the sources, except those that are allowed.
#[must_use]
pub fn run(course: &Course<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let make = |find: &Finder| {
        let mut found = Vec::new();
        find(course, &mut found);
        found
    };
    course.threads.in_order(&FINDERS, make, |mut more| found.append(&mut more));
    let allowed = allowed(course);
    let mut used = BTreeSet::new();
    found.retain(|finding| {
        let waiver = waiver(&allowed, finding);
        used.extend(waiver);
        waiver.is_none()
    });
    unknown(course, &mut found);
    unused(course, &used, &mut found);
    levels(course, &mut found);
    found.sort_by_key(|finding| finding.diagnostic.span);
    found
}

/// The diagnostics to report for `findings`. Some rules give a single diagnostic for a file or
/// for the project. `allow` and baselines go by item, so this comes after both.
#[must_use]
pub fn gather(course: &Course<'_>, findings: Vec<Finding>) -> Vec<Diagnostic> {
    let (mut told, mut groups) = (Vec::new(), BTreeMap::<(Code, Option<FileId>), Vec<Finding>>::new());
    for finding in findings {
        let code = finding.diagnostic.code;
        match code {
            no_source::NAME | no_difficulty::NAME => groups.entry((code, None)).or_default().push(finding),
            unfinished_item::NAME => {
                let file = finding.diagnostic.span.map(|span| span.file);
                groups.entry((code, file)).or_default().push(finding);
            }
            _ => told.push(finding.diagnostic),
        }
    }
    for ((code, _), group) in groups {
        let message = match code {
            no_source::NAME => no_source::gathered(course, &group),
            no_difficulty::NAME => no_difficulty::gathered(course, &group),
            _ => unfinished_item::gathered(course, &group),
        };
        told.extend(one(group, message));
    }
    told
}

/// How many places a diagnostic about several items points to.
const PLACES: usize = 3;

/// The first of `findings` if it is the only one; otherwise one that says `message` and points
/// to the first few.
fn one(findings: Vec<Finding>, message: String) -> Option<Diagnostic> {
    let alone = findings.len() == 1;
    let mut findings = findings.into_iter().map(|finding| finding.diagnostic);
    let mut first = findings.next()?;
    if alone {
        return Some(first);
    }
    first.message = message;
    for other in findings.take(PLACES - 1) {
        first.labels.extend(other.span.map(|span| Label { span, text: other.label }));
    }
    Some(first)
}

/// The first few ids, and how many more there are.
fn listed(ids: &[&str]) -> String {
    const MOST: usize = 5;
    // Showing one more takes no more room than saying that there is one more.
    let shown = if ids.len() == MOST + 1 { MOST + 1 } else { ids.len().min(MOST) };
    let names: Vec<String> = ids[..shown].iter().map(|id| format!("`{id}`")).collect();
    match ids.len() - shown {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// Turns violations of the rules in `denied` into errors.
pub fn deny(findings: &mut [Finding], denied: &[String]) {
    for finding in findings {
        let is_meant = |name: &String| name == finding.diagnostic.code.name() || name == ALL;
        if denied.iter().any(is_meant) {
            finding.diagnostic.severity = Severity::Error;
        }
    }
}

/// The rules that items and files ignore, by file and then by item; an entry for a whole file
/// has no item.
type Allowed<'c> = BTreeMap<(FileId, Option<&'c str>), Vec<&'c Waiver>>;

fn allowed<'c>(course: &'c Course<'_>) -> Allowed<'c> {
    let mut allowed = Allowed::new();
    for lesson in &course.deck.lessons {
        let own = lesson.items.iter().flat_map(|item| item.allow.iter().map(|waiver| (Some(item.id.as_str()), waiver)));
        for (about, waiver) in own.chain(lesson.allow.iter().map(|waiver| (None, waiver))) {
            allowed.entry((lesson.span.file, about)).or_default().push(waiver);
        }
    }
    allowed
}

/// Where the item, or else its file, allows this finding.
fn waiver(allowed: &Allowed<'_>, finding: &Finding) -> Option<Span> {
    let file = finding.diagnostic.span?.file;
    let places = [Some(finding.about.as_str()), None];
    let mut waivers = places.iter().filter_map(|about| allowed.get(&(file, *about))).flatten();
    waivers.find(|waiver| waiver.rule == finding.diagnostic.code.name()).map(|waiver| waiver.span)
}

/// The exceptions of `wanted` items, and of files in which every item is `wanted`.
fn waivers<'c>(course: &'c Course<'_>, wanted: fn(&Study) -> bool) -> impl Iterator<Item = (&'c str, &'c Waiver)> {
    course.deck.lessons.iter().flat_map(move |lesson| {
        let whole = if lesson.items.iter().all(wanted) { &lesson.allow[..] } else { &[] };
        let whole = whole.iter().map(|waiver| (lesson.topic.as_str(), waiver));
        let items = lesson.items.iter().filter(move |item| wanted(item));
        whole.chain(items.flat_map(|item| item.allow.iter().map(|waiver| (item.id.as_str(), waiver))))
    })
}

fn is_rule(name: &str) -> bool {
    RULES.iter().any(|rule| rule.name.name() == name)
}

/// A compiler warning that a manifest may allow in the same way as a rule.
const ALLOWED: &str = "no-words";

/// Names in `allow` and in the manifest that are not rules.
fn unknown(course: &Course<'_>, found: &mut Vec<Finding>) {
    let named = waivers(course, |_| true).map(|(about, waiver)| (about, waiver.rule.as_str(), waiver.span));
    let set = course.deck.project.lint.iter().map(|level| ("cardpress.yaml", level.rule.as_str(), level.span));
    let set = set.filter(|(_, name, _)| *name != ALLOWED);
    for (about, name, span) in named.chain(set).filter(|(_, name, _)| !is_rule(name)) {
        let diagnostic = Diagnostic::error(Code::UNKNOWN_RULE, span, format!("there is no lint rule `{name}`"));
        let diagnostic = match similar::name(name, RULES.iter().map(|rule| rule.name.name())) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")).fix(span, near),
            None => diagnostic.label("no such rule"),
        };
        let diagnostic = diagnostic.help("each warning shows its rule's name in brackets");
        found.push(Finding { about: about.to_owned(), diagnostic });
    }
}

/// Exceptions that are no longer needed.
fn unused(course: &Course<'_>, used: &BTreeSet<Span>, found: &mut Vec<Finding>) {
    let idle = |(_, waiver): &(&str, &Waiver)| is_rule(&waiver.rule) && !used.contains(&waiver.span);
    // No rule looks at unfinished items.
    for (about, waiver) in waivers(course, |item| !item.unfinished).filter(idle) {
        let message = format!("`{}` is allowed here, but nothing breaks the rule", waiver.rule);
        let diagnostic = Diagnostic::warning(Code::UNUSED_ALLOW, waiver.span, message)
            .label("no longer needed")
            .help("delete this entry of `allow`");
        found.push(Finding { about: about.to_owned(), diagnostic });
    }
}

/// Applies the levels that the manifest sets for rules.
fn levels(course: &Course<'_>, found: &mut Vec<Finding>) {
    for level in &course.deck.project.lint {
        match level.matters {
            Matters::Not => found.retain(|finding| finding.diagnostic.code.name() != level.rule),
            Matters::Warn => {}
            Matters::Deny => deny_one(found, &level.rule),
        }
    }
}

fn deny_one(found: &mut [Finding], rule: &str) {
    for finding in found.iter_mut().filter(|finding| finding.diagnostic.code.name() == rule) {
        finding.diagnostic.severity = Severity::Error;
    }
}
