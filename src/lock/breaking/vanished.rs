//! Notes that learners have but the sources don't, and what the author may have meant instead.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::{Breaking, retired};
use crate::deck::{Deck, KEY_POINTS, Left, Note};
use crate::diag::Code;
use crate::lock::{Fingerprint, Lock, NoteLine, UNKNOWN};
use crate::similar;

/// What a missing note may have become.
pub(super) struct Heirs<'d> {
    /// Items that left with an earlier release, by every id that they had.
    left: BTreeMap<&'d str, &'d Left>,
    /// Notes that learners don't have, by their ids.
    fresh: BTreeMap<&'d str, &'d Note>,
    /// The first of these notes with each first field, by that field's hash.
    firsts: BTreeMap<Fingerprint<3>, &'d Note>,
    /// How many searches for a similar id there have been.
    searches: Cell<usize>,
}

/// The note type of rows of tables, which have their own ways of leaving.
const ROW: &str = "table-row";
/// The note type of sentences with clozes.
const FACT: &str = "fact";

/// After this many searches, nothing more is suggested: losing a whole deck isn't a slip.
const SEARCHES: usize = 200;

impl<'d> Heirs<'d> {
    pub(super) fn new(old: &Lock, new: &'d Lock, deck: &'d Deck) -> Self {
        let ids = deck.left.iter().rev().flat_map(|left| {
            let own = left.formerly.iter().chain([&left.key]);
            own.map(move |key| (key.as_str(), left))
        });
        let cards = deck.notes().map(|(_, card)| card).filter(|card| !old.notes.contains_key(&card.key));
        let fresh: BTreeMap<&str, &Note> = cards.map(|card| (card.key.as_str(), card)).collect();
        let mut firsts = BTreeMap::new();
        for (key, card) in &fresh {
            if let Some(first) = new.notes.get(*key).and_then(|line| *line.fields.first()?) {
                firsts.entry(first).or_insert(*card);
            }
        }
        Self {
            left: ids.collect(),
            fresh,
            firsts,
            searches: Cell::new(0),
        }
    }

    /// The new note that `line` may have become: one with the same first field, or one with a very
    /// similar id.
    fn twin(&self, line: &NoteLine) -> Option<&'d Note> {
        let alike = line.fields.first().copied().flatten().and_then(|first| self.firsts.get(&first));
        alike.copied().or_else(|| {
            let searches = self.searches.replace(self.searches.get() + 1);
            if searches >= SEARCHES {
                return None;
            }
            self.fresh.get(similar::id(&line.note, self.fresh.keys().copied())?).copied()
        })
    }
}

/// A note that learners have but the sources don't.
pub(super) fn vanished(line: &NoteLine, new: &Lock, heirs: &Heirs<'_>) -> Option<Breaking> {
    let key = &line.note;
    let cost =
        "the note would stay in learners' collections for ever, never updated, and they would never hear about it";
    if let Some(left) = heirs.left.get(key.as_str()) {
        if line.retired.is_some() {
            return None;
        }
        let message = format!(
            "`{}` is marked {}, but no release has announced that to learners, and the next release is {}",
            left.key,
            retired(&left.release),
            new.next
        );
        let breaking =
            Breaking::new(Code::VANISHED_ID, key, message, cost, Some(left.span), "earlier than the next release")
                .remedy(format!("write {}, so that the next release tells learners", retired(&new.next)));
        return Some(breaking);
    }
    if line.retired.is_some() {
        return None;
    }
    let message = match key.strip_prefix(UNKNOWN) {
        Some(guid) => format!("learners have a note with the GUID `{guid}`, but no item has that GUID"),
        None => format!("`{key}` is gone from the sources, but learners have it"),
    };
    let mut breaking = Breaking::new(Code::VANISHED_ID, key, message, cost, line.span, "learners have this note");
    if let Some((item, KEY_POINTS)) = key.split_once('/').filter(|_| line.note_type == FACT) {
        return Some(breaking.remedy(format!("write `key-points` under `cards` of `{item}` again")));
    }
    let twin = heirs.twin(line);
    let id = key.strip_prefix(UNKNOWN).map_or(key.as_str(), |_| "its old id");
    if let Some(twin) = twin {
        let remedy = match (twin.key.split_once('/'), key.split_once('/')) {
            (Some((item, _)), Some((old_item, old_part))) if item == old_item && line.note_type != ROW => {
                format!("if `{}` is the same part under a new id, add `formerly: [{old_part}]` to it", twin.key)
            }
            (Some((table, part)), Some((old_table, old_part))) if table == old_table => renamed_part(part, old_part),
            _ => format!("if `{}` is the same item under a new id, add `formerly: [{id}]` to it", twin.key),
        };
        breaking = breaking.also(Some(twin.span), "new, and very similar").remedy(remedy);
    } else if let Some((_, part)) = key.split_once('/').filter(|_| line.note_type != ROW) {
        breaking = breaking.remedy(format!("if the part has a new id, add `formerly: [{part}]` to it"));
    } else if let Some((_, part)) = key.split_once('/') {
        breaking = breaking.remedy(match part.split_once('/') {
            Some((row, column)) => format!(
                "if its row or column has a new id, add `renamed_rows: {{new-id: {row}}}` or `renamed_columns: {{new-id: \
                 {column}}}` to its table"
            ),
            None => format!(
                "if the row has a new id, add `renamed_rows: {{new-id: {part}}}` to its table; `renamed_columns` for a column"
            ),
        });
    } else {
        breaking = breaking.remedy(format!("if the item has a new id, add `formerly: [{id}]` to it"));
    }
    let way = match key.split_once('/').filter(|_| line.note_type == ROW) {
        Some((_, part)) => {
            let (row, column) = part.split_once('/').unwrap_or((part, part));
            let version = &new.next;
            format!(
                "`retired_rows: {{{row}: \"{version}\"}}` or `retired_columns: {{{column}: \"{version}\"}}` in its table"
            )
        }
        None => retired(&new.next),
    };
    Some(breaking.remedy(format!(
        "to remove it, put it back with {way}: the next release tells learners, and the one after leaves it out"
    )))
}

/// What to write if a part of a table has a new id.
fn renamed_part(now: &str, old: &str) -> String {
    let (what, now, old) = match (now.split_once('/'), old.split_once('/')) {
        (Some((row, column)), Some((old_row, old_column))) if row == old_row => ("column", column, old_column),
        (Some((row, _)), Some((old_row, _))) => ("row", row, old_row),
        _ => ("row", now, old),
    };
    format!("if {what} `{now}` is the same {what} under a new id, add `renamed_{what}s: {{{now}: {old}}}` to the table")
}
