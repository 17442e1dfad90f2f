//! The fields, templates, sort field and kind of a note type, which are frozen.

use super::Breaking;
use crate::anki::Collection;
use crate::diag::Code;
use crate::lock::{Lock, NoteTypeLine};

/// Finds the changes to frozen parts that learners' notes would not survive.
pub(super) fn changed(old: &Lock, new: &Lock, made: &Collection, found: &mut Vec<Breaking>) {
    let cost = "Anki leaves learners' notes of this type as they are, and puts new ones into a second note type; with \
                \"Merge note types\" it requires a full sync";
    for before in old.note_types.values() {
        let Some(now) = new.note_types.get(&before.note_type) else { continue };
        let key = &before.note_type;
        let own = made.designs.iter().find(|known| known.key == *key).and_then(|known| known.span);
        let mut report = |code, change: Change| {
            let message = format!("the note type `{key}` {}", change.what);
            let breaking = match own {
                Some(span) => Breaking::new(code, key, message, cost, Some(span), "this note type")
                    .also(before.span, "what learners have")
                    .remedy(change.remedy),
                None => Breaking::new(code, key, message, cost, before.span, "what learners have").remedy(
                    "build with the Cardpress version that made the last release; this version has different note types",
                ),
            };
            found.push(breaking);
        };
        if before.cloze != now.cloze {
            let (what, remedy) = if now.cloze {
                ("now makes its cards from clozes", "remove `cloze: true`, or make a new note type with it")
            } else {
                ("no longer makes its cards from clozes", "put `cloze: true` back, or make a new note type without it")
            };
            report(Code::CHANGED_TEMPLATES, Change { what: what.to_owned(), remedy: remedy.to_owned() });
        }
        if let Some(change) = list_change("field", &before.fields, &now.fields) {
            report(Code::CHANGED_FIELDS, change);
        }
        if let Some(change) = list_change("card", &before.templates, &now.templates) {
            report(Code::CHANGED_TEMPLATES, change);
        }
        if before.sort != now.sort {
            let what = format!("sorts by {} instead of {}", sort_field(now), sort_field(before));
            report(
                Code::CHANGED_SORT_FIELD,
                Change {
                    what,
                    remedy: "put the old field first again".to_owned(),
                },
            );
        }
    }
}

/// What became of a note type, and what its author can do about it.
struct Change {
    what: String,
    remedy: String,
}

fn sort_field(line: &NoteTypeLine) -> String {
    line.fields.get(line.sort).map_or_else(|| line.sort.to_string(), |(name, _)| format!("`{name}`"))
}

/// What became of a list of fields or cards, by their ids. A new name under the same id reaches
/// learners from Anki 23.12 on; to 2.1.66 and earlier it is a different field.
fn list_change(kind: &str, before: &[(String, i64)], now: &[(String, i64)]) -> Option<Change> {
    let ids = |list: &[(String, i64)]| -> Vec<i64> { list.iter().map(|(_, id)| *id).collect() };
    if ids(before) == ids(now) {
        let renamed = before.iter().zip(now).filter(|((old, _), (new, _))| old != new);
        let renamed: Vec<String> = renamed.map(|((old, _), (new, _))| format!("`{old}` to `{new}`")).collect();
        let old = "Anki 2.1.66 and older treats that as a different one";
        let what = format!("renames the {kind} {} ({old})", renamed.join(", "));
        return (!renamed.is_empty()).then(|| Change { what, remedy: "keep the old name".to_owned() });
    }
    let missing = |list: &[(String, i64)], of: &[(String, i64)]| -> Vec<String> {
        let absent = |(_, id): &&(String, i64)| !ids(of).contains(id);
        list.iter().filter(absent).map(|(name, _)| format!("`{name}`")).collect()
    };
    let (lost, gained) = (missing(before, now), missing(now, before));
    let listed = |names: &[String]| format!("the {kind} {}", names.join(", "));
    let (what, remedy) = match (lost.is_empty(), gained.is_empty()) {
        (true, true) => {
            let order: Vec<String> = before.iter().map(|(name, _)| format!("`{name}`")).collect();
            (format!("has its {kind}s in a different order"), format!("put them back in order: {}", order.join(", ")))
        }
        (false, true) if kind == "field" => (
            format!("loses {}", listed(&lost)),
            "put the field back; notes may leave it empty, and templates need not show it".to_owned(),
        ),
        (false, true) => (format!("loses {}", listed(&lost)), "put the card back".to_owned()),
        (true, false) if kind == "field" => (
            format!("gets {}", listed(&gained)),
            "use a spare field for it, by a new `name` under the `id` that it has, or make a new note type".to_owned(),
        ),
        (true, false) => {
            (format!("gets {}", listed(&gained)), "make a new note type for notes with this card".to_owned())
        }
        (false, false) => {
            let what = if lost == gained {
                format!("has a different {kind} in place of {}", lost.join(", "))
            } else {
                format!("gets {} and loses {}", listed(&gained), listed(&lost))
            };
            let old = if kind == "field" { "id" } else { "name" };
            let remedy = format!(
                "if it is the same {kind} with a new {old}, list the old {old} under `formerly`; otherwise put the old \
                 one back, or make a new note type"
            );
            (what, remedy)
        }
    };
    Some(Change { what, remedy })
}
