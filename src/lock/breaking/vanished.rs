//! Notes that learners have and the sources do not, and what an author may have
//! meant instead.

use std::collections::BTreeMap;

use super::{Breaking, retired};
use crate::deck::{CardFace, Deck};
use crate::lock::{Lock, NoteLine, UNKNOWN};
use crate::similar;

/// A note that learners have and the sources do not.
pub(super) fn vanished(
    line: &NoteLine,
    old: &Lock,
    new: &Lock,
    deck: &Deck,
    faces: &BTreeMap<&str, &CardFace>,
) -> Option<Breaking> {
    let key = &line.note;
    let cost = "it would stay in learners' collections for ever, never updated, and nobody would tell them";
    if let Some(left) = deck.left.iter().find(|left| left.key == *key || left.formerly.contains(key)) {
        if line.retired.is_some() {
            return None;
        }
        let message = format!(
            "`{}` says {}, but this is release {}, and no package has told learners yet",
            left.key,
            retired(&left.release),
            new.release
        );
        let breaking =
            Breaking::new("vanished-id", key, message, cost, Some(left.span), "another release than this one")
                .remedy(format!("write {}, the version in cardpress.yaml: notice is given now", retired(&new.release)))
                .remedy(format!("if it is to stay until {}, take `retired` out until then", left.release));
        return Some(breaking);
    }
    if let Some(release) = &line.retired {
        if *release != new.release {
            return None;
        }
        let message = format!("`{key}` was retired in {release}, which is still this release");
        let breaking = Breaking::new("vanished-id", key, message, cost, line.span, "learners have this note")
            .remedy(format!("keep the item with {} until cardpress.yaml has a later version", retired(release)));
        return Some(breaking);
    }
    let message = match key.strip_prefix(UNKNOWN) {
        Some(guid) => format!("no item has the GUID `{guid}`, which learners have"),
        None => format!("`{key}` is gone, and learners have it"),
    };
    let mut breaking = Breaking::new("vanished-id", key, message, cost, line.span, "learners have this note");
    let fresh = faces.values().filter(|card| !old.notes.contains_key(&card.key));
    let fresh: Vec<&CardFace> = fresh.copied().collect();
    let alike = |card: &&&CardFace| {
        let line = new.notes.get(&card.key);
        line.is_some_and(|now| now.fields.first() == line_first(old, key) && !now.fields.is_empty())
    };
    let twin = fresh.iter().find(alike).copied();
    let near = || similar::name(key, fresh.iter().map(|card| card.key.as_str()));
    let twin = twin.or_else(|| near().and_then(|name| faces.get(name).copied()));
    let id = key.strip_prefix(UNKNOWN).map_or(key.as_str(), |_| "its old id");
    if let Some(twin) = twin {
        let remedy = match (twin.key.split_once('/'), key.split_once('/')) {
            (Some((table, row)), Some((old_table, old_row))) if table == old_table => {
                format!("if row `{row}` is the same one, give the table `renamed_rows: {{{row}: {old_row}}}`")
            }
            _ => format!("if `{}` is the same item, give it `formerly: [{id}]`", twin.key),
        };
        breaking = breaking.also(Some(twin.span), "new, and much like it").remedy(remedy);
    } else if let Some((_, row)) = key.split_once('/') {
        breaking =
            breaking.remedy(format!("if the row has another id now, give its table `renamed_rows: {{new-id: {row}}}`"));
    } else {
        breaking = breaking.remedy(format!("if it has another id now, give that item `formerly: [{id}]`"));
    }
    let way = match key.split_once('/') {
        Some((_, row)) => format!("`retired_rows: {{{row}: \"{}\"}}` in its table", new.release),
        None => retired(&new.release),
    };
    Some(
        breaking.remedy(format!(
            "if it is to leave, put it back with {way}: a release later it is gone, and learners know"
        )),
    )
}

fn line_first<'l>(old: &'l Lock, key: &str) -> Option<&'l String> {
    old.notes.get(key).and_then(|line| line.fields.first())
}
