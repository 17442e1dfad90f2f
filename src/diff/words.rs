//! The sentences about a change: what it is, and what a learner's Anki does with
//! it under its default options (measured; see ARCHITECTURE.md, "The ledger").

use super::{NoteChange, NoteTypeChange, Parts, What};

/// What a change is, as the end of a sentence about the note.
pub(super) fn short(change: &NoteChange) -> String {
    let mut said = match &change.what {
        What::New => vec!["is new".to_owned()],
        What::Returned => vec!["is back".to_owned()],
        What::Updated(parts) if parts.reaches => vec![format!("changed ({})", self::parts(parts))],
        What::Updated(parts) => vec![format!("changed ({}), but does not reach learners", self::parts(parts))],
        What::Unchanged => Vec::new(),
        What::Retired { .. } => vec!["is retired".to_owned()],
        What::Left { .. } => vec!["leaves".to_owned()],
        What::Vanished => vec!["vanishes".to_owned()],
    };
    said.extend(change.renamed_from.as_ref().map(|old| format!("was called `{old}`")));
    said.extend(change.moved_from.as_ref().map(|old| format!("was in the deck `{old}`")));
    said.join(", ")
}

/// Which parts changed: `Answer, Sources; 1 new card`.
pub(super) fn parts(parts: &Parts) -> String {
    let mut said = Vec::new();
    if !parts.fields.is_empty() {
        said.push(parts.fields.join(", "));
    }
    for (number, what) in [(parts.new_cards, "new card"), (parts.lost_cards, "removed card")] {
        match number {
            0 => {}
            1 => said.push(format!("1 {what}")),
            number => said.push(format!("{number} {}", what.replacen("card", "cards", 1))),
        }
    }
    if parts.tags {
        said.push("tags".to_owned());
    }
    said.join("; ")
}

/// What a learner's Anki does with the note.
pub(super) fn in_anki(change: &NoteChange) -> String {
    let mut said = match &change.what {
        What::New => vec!["is added as new cards".to_owned()],
        What::Returned => vec!["is updated where the learner still has it, and added as new cards where not".to_owned()],
        What::Updated(parts) if !parts.reaches => vec![
            "stays as it is, because the learners' note is from a later build; `cardpress release` gives this one a later date"
                .to_owned(),
        ],
        What::Updated(_) => vec![
            "is updated: all its fields and tags are replaced, including a learner's own edits; schedule and reviews stay"
                .to_owned(),
        ],
        What::Unchanged => vec!["stays as it is, including a learner's own edits".to_owned()],
        What::Retired { tag } => vec![format!("is updated and can be found with `tag:{tag}`; schedule and reviews stay")],
        What::Left { tag } => vec![format!("stays, with its reviews; learners can find it with `tag:{tag}` and delete it")],
        What::Vanished => vec!["stays, with its reviews, and is never updated again".to_owned()],
    };
    if let (Some(old), false) = (&change.moved_from, change.what == What::New) {
        said.push(format!("existing cards stay in the deck `{old}`"));
    }
    said.join("; ")
}

/// What changed in a note type.
pub(super) fn note_type(change: &NoteTypeChange) -> String {
    if change.new {
        return "is new".to_owned();
    }
    let mut said = Vec::new();
    said.extend(change.renamed_from.as_ref().map(|old| format!("was called \"{old}\"")));
    if change.css {
        said.push("has new styling".to_owned());
    }
    if change.templates {
        said.push("has new templates".to_owned());
    }
    said.join(", ")
}

/// What a learner's Anki does with the note type.
pub(super) fn note_type_in_anki(change: &NoteTypeChange) -> &'static str {
    if change.new {
        "is added with the first note that uses it"
    } else {
        "is updated without a full sync, unless the learner changed it after this release; earlier changes by the learner are replaced"
    }
}
