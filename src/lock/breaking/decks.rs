//! Decks that continue under a different name, comparing names as Anki does.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Breaking;
use crate::deck::{Deck, names};
use crate::diag::Code;
use crate::lock::{Lock, NoteLine};

/// Reports each rename once, by the topmost part that changed.
pub(super) fn renamed(old: &Lock, new: &Lock, deck: &Deck, found: &mut Vec<Breaking>) {
    let by_guid = || old.notes.values().map(|line| (line.guid.as_str(), line)).collect();
    let by_guid: LazyCell<BTreeMap<&str, &NoteLine>, _> = LazyCell::new(by_guid);
    let (old_names, new_names) = (Names::of(old), Names::of(new));
    let mut renames: BTreeSet<(&str, &str)> = BTreeSet::new();
    let stays = |now: &NoteLine| {
        let before = old.notes.get(&now.note);
        before.is_some_and(|before| before.guid == now.guid && before.deck == now.deck)
    };
    for now in new.notes.values().filter(|line| line.is_live() && !stays(line)) {
        let Some(before) = by_guid.get(now.guid.as_str()).filter(|line| line.is_live()) else { continue };
        if before.deck != now.deck && !new_names.have(&before.deck) && !old_names.have(&now.deck) {
            renames.insert(topmost(&before.deck, &now.deck, &old_names, &new_names));
        }
    }
    let topics = deck.all_topics();
    for (before, now) in renames {
        let message = format!("the deck `{before}` is now called `{now}`");
        let cost =
            "Anki identifies decks by name: existing cards stay in the old deck, and new cards go into a second deck";
        let within = format!("{now}::");
        let topic = topics.iter().find(|topic| topic.deck == now || topic.deck.starts_with(&within));
        let span = if deck.project.deck == now { Some(deck.project.deck_span) } else { topic.map(|topic| topic.span) };
        let breaking = Breaking::new(Code::RENAMED_DECK, before, message, cost, span, "not the name that learners have")
            .remedy(format!("keep the name `{before}`"))
            .remedy("or tell learners to rename their deck by hand before they import; the upgrade notes from `cardpress diff` say so");
        found.push(breaking);
    }
}

/// The decks of a build.
struct Names(BTreeSet<String>);

impl Names {
    fn of(lock: &Lock) -> Self {
        Self(lock.decks.iter().filter(|(_, deck)| !deck.leaves).map(|(name, _)| names::key(name)).collect())
    }

    fn have(&self, deck: &str) -> bool {
        self.0.contains(&names::key(deck))
    }
}

/// Both names without the trailing parts that they share, as long as the old name is gone and the
/// new one wasn't there before.
fn topmost<'a>(before: &'a str, now: &'a str, old: &Names, new: &Names) -> (&'a str, &'a str) {
    let (mut before, mut now) = (before, now);
    while let (Some((above, last)), Some((now_above, now_last))) = (before.rsplit_once("::"), now.rsplit_once("::")) {
        let gone = !new.have(above) && !old.have(now_above);
        if last != now_last || !gone {
            break;
        }
        (before, now) = (above, now_above);
    }
    (before, now)
}
