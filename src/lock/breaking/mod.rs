//! Finds changes that would cost learners something, by comparing what they have with what they
//! would get, and rejects them unless they are accepted by name.

mod cloze;
mod decks;
mod note_types;
mod vanished;

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use self::vanished::Heirs;
use super::{AcceptedLine, Lock, NoteLine};
use crate::anki::{Collection, Made};
use crate::deck::Note;
use crate::diag::{Code, Diagnostic, Label, Severity, Sink};
use crate::similar;
use crate::source::Span;

/// The codes of breaking changes, and what each names.
pub const CODES: [(Code, &str); 8] = [
    (Code::CHANGED_FIELDS, "a note type"),
    (Code::CHANGED_KIND, "an id"),
    (Code::CHANGED_SORT_FIELD, "a note type"),
    (Code::CHANGED_TEMPLATES, "a note type"),
    (Code::RENAMED_DECK, "the deck's old name"),
    (Code::RENUMBERED_CLOZE, "an id"),
    (Code::VANISHED_CARD, "an id"),
    (Code::VANISHED_ID, "an id"),
];

/// A change that costs learners something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaking {
    /// One of [`CODES`].
    pub code: Code,
    /// What it affects.
    pub name: String,
    /// What happened, as the diagnostic says it.
    pub message: String,
    /// What it does in a learner's Anki.
    pub cost: String,
    /// What to do about it, best option first.
    pub remedies: Vec<String>,
    /// Where it is.
    pub span: Option<Span>,
    /// The label for that place.
    pub label: String,
    /// Other places that matter.
    pub labels: Vec<Label>,
}

impl Breaking {
    /// The name to accept it by.
    #[must_use]
    pub fn acceptance(&self) -> String {
        format!("{}={}", self.code, self.name)
    }

    fn new(code: Code, name: &str, message: String, cost: &str, span: Option<Span>, label: &str) -> Self {
        Self {
            code,
            name: name.to_owned(),
            message,
            cost: cost.to_owned(),
            remedies: Vec::new(),
            span,
            label: label.to_owned(),
            labels: Vec::new(),
        }
    }

    fn remedy(mut self, text: impl Into<String>) -> Self {
        self.remedies.push(text.into());
        self
    }

    fn also(mut self, span: Option<Span>, text: &str) -> Self {
        self.labels.extend(span.map(|span| Label { span, text: text.to_owned() }));
        self
    }

    fn diagnostic(self) -> Diagnostic {
        let name = self.acceptance();
        // A name may contain spaces, and people copy this into a shell.
        let quoted = if name.contains(|c: char| !c.is_ascii_alphanumeric() && !"-=/:._".contains(c)) {
            format!("\"{name}\"")
        } else {
            name
        };
        let mut help = vec![self.cost];
        help.extend(self.remedies);
        help.push(format!(
            "or accept the change with `--accept {quoted}`, or list it under `accept:` in cardpress.yaml"
        ));
        Diagnostic {
            code: self.code,
            severity: Severity::Error,
            message: self.message,
            span: self.span,
            label: self.label,
            labels: self.labels,
            help,
            fix: None,
        }
    }
}

/// Every breaking change from `old` to `new`, which belongs to `made`.
#[must_use]
pub fn find(old: &Lock, new: &Lock, made: &Made) -> Vec<Breaking> {
    // Most notes don't change; in most releases, none do.
    let faces = || made.deck.notes().map(|(_, card)| (card.key.as_str(), card)).collect();
    let faces: LazyCell<BTreeMap<&str, &Note>, _> = LazyCell::new(faces);
    let by_guid = || new.notes.values().filter(|line| line.is_live()).map(|line| (line.guid.as_str(), line)).collect();
    let by_guid: LazyCell<BTreeMap<&str, &NoteLine>, _> = LazyCell::new(by_guid);
    let heirs = LazyCell::new(|| Heirs::new(old, new, &made.deck));
    let mut found = Vec::new();
    note_types::changed(old, new, &made.collection, &mut found);
    decks::renamed(old, new, &made.deck, &mut found);
    for line in old.notes.values().filter(|line| line.is_live() && !stays(line, new)) {
        match by_guid.get(line.guid.as_str()) {
            Some(now) => {
                let span = faces.get(now.note.as_str()).map(|card| card.span);
                note((line, now), old, &made.collection, span, &new.next, &mut found);
            }
            None => found.extend(vanished::vanished(line, new, &heirs)),
        }
    }
    found
}

/// Whether a note is unchanged, as far as a change could break anything.
fn stays(line: &NoteLine, new: &Lock) -> bool {
    let same = |now: &NoteLine| {
        let kind = (&now.guid, &now.note_type) == (&line.guid, &line.note_type);
        kind && (&now.cards, &now.cloze) == (&line.cards, &line.cloze)
    };
    new.notes.get(&line.note).is_some_and(|now| now.is_live() && same(now))
}

/// Reports changes that aren't in `accept` and weren't accepted since the last release, and records
/// the accepted ones in `new`. Also reports names that match nothing.
pub fn refuse(found: Vec<Breaking>, accept: &[(String, Option<Span>)], new: &mut Lock, diagnostics: &mut Sink) {
    let mut used = BTreeSet::new();
    for breaking in found {
        let line = AcceptedLine { accepted: breaking.acceptance(), release: None };
        if new.accepted.contains(&line) || accept.iter().any(|(accepted, _)| *accepted == line.accepted) {
            used.insert(line.accepted);
        } else {
            diagnostics.push(breaking.diagnostic());
        }
    }
    // A change that was accepted and then undone isn't part of the release.
    new.accepted.retain(|line| line.release.is_some());
    new.accepted.extend(used.iter().map(|name| AcceptedLine { accepted: name.clone(), release: None }));
    for (name, span) in accept {
        let known = used.contains(name) || new.accepted.iter().any(|line| line.accepted == *name);
        if !known {
            diagnostics.push(useless(name, *span));
        }
    }
}

fn useless(name: &str, span: Option<Span>) -> Diagnostic {
    let code = name.split_once('=').map_or(name, |(code, _)| code);
    let known = CODES.iter().any(|(known, _)| known.name() == code) && name.contains('=');
    let diagnostic = if known {
        let message = format!("no change matches `{name}`, so there is nothing to accept");
        let help = "remove it, or copy the name from the error you want to accept";
        let severity = Severity::Warning;
        Diagnostic {
            severity,
            ..Diagnostic::nowhere(Code::NOTHING_TO_ACCEPT, message).help(help)
        }
    } else {
        let listed: Vec<String> = CODES.iter().map(|(code, what)| format!("`{code}=` and {what}")).collect();
        let message = format!("`{name}` is not a change that can be accepted");
        let diagnostic = Diagnostic::nowhere(Code::BAD_ACCEPT, message);
        let near = similar::name(code, CODES.iter().map(|(code, _)| code.name()));
        let diagnostic =
            near.into_iter().fold(diagnostic, |diagnostic, near| diagnostic.help(format!("did you mean `{near}=`?")));
        diagnostic.help(format!("write one of {}", listed.join(", ")))
    };
    let label = if span.is_some() { "accepted here".to_owned() } else { String::new() };
    Diagnostic { span, label, ..diagnostic }
}

/// Checks a note that is in the package both before and after.
fn note(
    (old, new): (&NoteLine, &NoteLine),
    lock: &Lock,
    made: &Collection,
    span: Option<Span>,
    release: &str,
    found: &mut Vec<Breaking>,
) {
    let key = &new.note;
    if old.note_type != new.note_type {
        let message = format!("`{key}` was a {} and is now a {}", words(&old.note_type), words(&new.note_type));
        let cost =
            "Anki won't update a note whose note type changed: learners would never get the new text, or any later one";
        let mut breaking =
            Breaking::new(Code::CHANGED_KIND, key, message, cost, span, "not the note type that learners have")
                .also(old.span, "what learners have");
        if !made.designs.iter().any(|known| known.key == old.note_type) {
            breaking = breaking
                .remedy(format!("if you renamed the folder note-types/{0}, call it `{0}` again", old.note_type));
        }
        let breaking =
            breaking.remedy(format!("give the new item a different id, and retire `{key}` with {}", retired(release)));
        found.push(breaking);
        return;
    }
    let lost: Vec<u16> = old.cards.iter().filter(|ord| !new.cards.contains(ord)).copied().collect();
    if !lost.is_empty() {
        let message = format!("`{key}` loses {}", cards(old, lock, &lost));
        let cost =
            "the card stays in learners' collections, blank but with its reviews, until they run Tools > Empty Cards";
        let breaking =
            Breaking::new(Code::VANISHED_CARD, key, message, cost, span, "has fewer cards than learners have")
                .also(old.span, "what learners have")
                .remedy(format!(
                    "keep the card, or write a new item with a different id and retire this one with {}",
                    retired(release)
                ));
        found.push(breaking);
    }
    found.extend(cloze::renumbered(old, new, span, release));
}

fn cards(line: &NoteLine, lock: &Lock, ords: &[u16]) -> String {
    let templates = lock.note_types.get(&line.note_type).map(|known| &known.templates);
    let name = |ord: &u16| {
        let at = line.cards.iter().position(|card| card == ord);
        match at.and_then(|at| line.cloze.get(at)) {
            Some(text) => format!("the card for cloze {} (`{text}`)", ord + 1),
            None => match templates.and_then(|templates| templates.get(usize::from(*ord))) {
                Some((name, _)) => format!("the card `{name}`"),
                None => format!("card {}", ord + 1),
            },
        }
    };
    ords.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// How an item says that it leaves with the next release.
fn retired(release: &str) -> String {
    format!("`retired: \"{release}\"`")
}

/// `table-row` → `table row`.
fn words(key: &str) -> String {
    key.replace('-', " ")
}
