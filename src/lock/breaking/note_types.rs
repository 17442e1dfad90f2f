//! Fields, templates, sort field and kind of the note types, which are frozen.

use super::Breaking;
use crate::lock::{Lock, NoteTypeLine};

/// What learners' notes would not survive unfrozen.
pub(super) fn changed(old: &Lock, new: &Lock, found: &mut Vec<Breaking>) {
    let cost = "Anki leaves learners' notes of this type as they are, and puts new ones into a second note type; with \
                \"Merge note types\" it requires a full sync";
    for before in old.note_types.values() {
        let Some(now) = new.note_types.get(&before.note_type) else { continue };
        let key = &before.note_type;
        let mut report = |code, what: String| {
            let message = format!("the note type `{key}` {what}");
            let breaking = Breaking::new(code, key, message, cost, before.span, "what learners have").remedy(
                "build with the Cardpress version that made the last release; this version has different note types",
            );
            found.push(breaking);
        };
        if before.cloze != now.cloze {
            let kinds =
                if now.cloze { "now makes its cards from clozes" } else { "no longer makes its cards from clozes" };
            report("changed-templates", kinds.to_owned());
        }
        if let Some(change) = list_change("field", &before.fields, &now.fields) {
            report("changed-fields", change);
        }
        if let Some(change) = list_change("template", &before.templates, &now.templates) {
            report("changed-templates", change);
        }
        if before.sort != now.sort {
            report("changed-sort-field", format!("sorts by {} instead of {}", sort_field(now), sort_field(before)));
        }
    }
}

fn sort_field(line: &NoteTypeLine) -> String {
    line.fields.get(line.sort).map_or_else(|| line.sort.to_string(), |(name, _)| format!("`{name}`"))
}

/// What became of a list of fields or templates, by their ids. Another name
/// under the same id reaches learners from Anki 23.12 on; to 2.1.66 and earlier
/// it is another field.
fn list_change(what: &str, before: &[(String, i64)], now: &[(String, i64)]) -> Option<String> {
    let ids = |list: &[(String, i64)]| -> Vec<i64> { list.iter().map(|(_, id)| *id).collect() };
    if ids(before) == ids(now) {
        let renamed = before.iter().zip(now).filter(|((old, _), (new, _))| old != new);
        let renamed: Vec<String> = renamed.map(|((old, _), (new, _))| format!("`{old}` to `{new}`")).collect();
        let old = "Anki 2.1.66 and older treats that as a different one";
        return (!renamed.is_empty()).then(|| format!("renames the {what} {} ({old})", renamed.join(", ")));
    }
    let missing = |list: &[(String, i64)], of: &[(String, i64)]| -> Vec<String> {
        let absent = |(_, id): &&(String, i64)| !ids(of).contains(id);
        list.iter().filter(absent).map(|(name, _)| format!("`{name}`")).collect()
    };
    let (lost, gained) = (missing(before, now), missing(now, before));
    let listed = |names: &[String]| format!("the {what} {}", names.join(", "));
    Some(match (lost.is_empty(), gained.is_empty()) {
        (true, true) => format!("has its {what}s in a different order"),
        (false, true) => format!("loses {}", listed(&lost)),
        (true, false) => format!("gets {}", listed(&gained)),
        (false, false) => format!("gets {} and loses {}", listed(&gained), listed(&lost)),
    })
}
