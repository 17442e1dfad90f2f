//! Upgrade notes for a release page: what learners read before they import.

use std::fmt::Write as _;

use super::{NoteChange, Release, What, shown, words};
use crate::diag::{Code, count};

/// Markdown with a trailing newline.
#[must_use]
pub fn render(release: &Release) -> String {
    let release = &shown::release(release);
    let to = if release.to.is_empty() { "next release" } else { &release.to };
    let mut out = format!("# {} {}\n", text(&release.title), text(to));
    if !release.from.is_empty() && release.from != release.to {
        let _ = writeln!(out, "\nWhat changes if you have {}.", text(&release.from));
    }
    how_to(release, &mut out);
    let of = |test: fn(&What) -> bool| -> Vec<&NoteChange> {
        release.notes.iter().filter(|change| test(&change.what)).collect()
    };
    section("New", "These are added as new cards.", &of(|what| matches!(what, What::New | What::Returned)), &mut out);
    section(
        "Updated",
        "Their text and tags are replaced, including your own edits to these notes; schedules and reviews stay.",
        &of(|what| matches!(what, What::Updated(_))),
        &mut out,
    );
    moved(release, &mut out);
    leaving(release, &mut out);
    looks(release, &mut out);
    by_hand(release, &mut out);
    let renamed = release.notes.iter().filter(|change| !change.matters()).count();
    let rest = count(release.unchanged + renamed, "note");
    let _ = writeln!(out, "\nEverything else ({rest}) stays as it is, including your own edits.");
    out
}

fn how_to(release: &Release, out: &mut String) {
    out.push_str("\n## How to update\n\n");
    if release.breaking.iter().any(|breaking| breaking.code == Code::RENAMED_DECK) {
        out.push_str("Before you import, rename the decks listed under \"By hand\" below.\n\n");
    }
    out.push_str(
        "Import the package with File > Import. Leave \"Update notes\" and \"Update note types\" on \"If newer\", and \
         \"Merge note types\" off. Your reviews and schedules stay as they are.\n",
    );
}

fn section(title: &str, lead: &str, changes: &[&NoteChange], out: &mut String) {
    if changes.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## {title} ({})\n\n{lead}\n", changes.len());
    for change in changes {
        item(change, out);
    }
}

fn item(change: &NoteChange, out: &mut String) {
    let title = if change.title.is_empty() { &change.key } else { &change.title };
    let _ = write!(out, "- {}", text(title));
    if let What::Updated(parts) = &change.what {
        let _ = write!(out, " — {}", text(&words::parts(parts)));
    }
    out.push('\n');
}

fn moved(release: &Release, out: &mut String) {
    let moved: Vec<&NoteChange> = release.notes.iter().filter(|change| change.moved_from.is_some()).collect();
    if moved.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n## Moved ({})\n\nAnki doesn't move cards that you already have. Move them yourself if you like; you won't lose any reviews.\n",
        moved.len()
    );
    for change in moved {
        let from = change.moved_from.as_deref().unwrap_or_default();
        let _ = writeln!(out, "- {}: from {} to {}", text(&change.title), code(from), code(&change.deck));
    }
}

fn leaving(release: &Release, out: &mut String) {
    let retired: Vec<&NoteChange> =
        release.notes.iter().filter(|change| matches!(change.what, What::Retired { .. })).collect();
    if let Some(What::Retired { tag }) = retired.first().map(|change| &change.what) {
        let lead = format!(
            "This is the last release that includes them. Find them in the browser with {} and delete or suspend them, or keep them: nothing happens unless you do it.",
            code(&format!("tag:{tag}"))
        );
        section("Retired", &lead, &retired, out);
    }
    let gone: Vec<&NoteChange> =
        release.notes.iter().filter(|change| matches!(change.what, What::Left { .. } | What::Vanished)).collect();
    let tags: std::collections::BTreeSet<&str> = gone
        .iter()
        .filter_map(|change| match &change.what {
            What::Left { tag } => Some(tag.as_str()),
            _ => None,
        })
        .collect();
    let found: Vec<String> = tags.into_iter().map(|tag| code(&format!("tag:{tag}"))).collect();
    let finds = if found.is_empty() {
        String::new()
    } else {
        format!(" To find the retired ones, search for {}.", found.join(", "))
    };
    section("Gone", &format!("They are no longer in the deck, but stay in your collection.{finds}"), &gone, out);
}

fn looks(release: &Release, out: &mut String) {
    let changes: Vec<_> = release.note_types.iter().filter(|change| !change.new).collect();
    if changes.is_empty() {
        return;
    }
    out.push_str("\n## Looks\n\nYou don't need a full sync. Your own changes to these note types are replaced.\n\n");
    for change in changes {
        let _ = writeln!(out, "- {}: {}", text(&change.name), text(&words::note_type(change)));
    }
}

fn by_hand(release: &Release, out: &mut String) {
    // Vanished notes are already listed as gone.
    let breaking: Vec<_> = release.breaking.iter().filter(|breaking| breaking.code != Code::VANISHED_ID).collect();
    if breaking.is_empty() {
        return;
    }
    out.push_str("\n## By hand\n\n");
    for breaking in breaking {
        if breaking.code == Code::RENAMED_DECK {
            let _ = writeln!(
                out,
                "- {}. Rename it in Anki before you import; otherwise {}.",
                sentence(&breaking.message),
                text(&breaking.cost)
            );
        } else {
            let _ = writeln!(out, "- {}: {}.", sentence(&breaking.message), text(&breaking.cost));
        }
    }
}

/// The message with a capital letter; code in it stays code.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A name as code, fenced with more backticks than it has in a row.
fn code(name: &str) -> String {
    let longest = name.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let (fence, space) = ("`".repeat(longest + 1), if longest == 0 { "" } else { " " });
    format!("{fence}{space}{name}{space}{fence}")
}

/// Escapes text so that Markdown shows it as it is.
fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        if "\\`*_[]<>#|~&$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn no_name_ends_its_code() {
        for (name, want) in [("a::b", "`a::b`"), ("a`b", "`` a`b ``"), ("``<b>", "``` ``<b> ```")] {
            assert_eq!(code(name), want);
        }
    }
}
