//! The comparison for the author's terminal.

use std::fmt::Write as _;

use super::{NoteChange, Release, What, shown, words};

/// Lines of text: a summary, then every change with what Anki does about it.
#[must_use]
pub fn render(release: &Release) -> String {
    let release = &shown::release(release);
    let from = if release.from.is_empty() { "not released yet" } else { &release.from };
    let to = if release.to.is_empty() { "the next release" } else { &release.to };
    let mut out = format!("{}: {from} → {to}\n", release.title);
    let counts = Counts::of(release);
    let _ = writeln!(
        out,
        "notes: {} new, {} updated, {} moved, {} renamed, {} retired, {} gone, {} unchanged",
        counts.new, counts.updated, counts.moved, counts.renamed, counts.retired, counts.gone, release.unchanged
    );
    for change in &release.notes {
        note(change, &mut out);
    }
    note_types(release, &mut out);
    list("decks", '+', &release.new_decks, "Anki creates it on import", &mut out);
    list("decks", '-', &release.empty_decks, "it stays, with the cards in it", &mut out);
    let media: Vec<String> = release.new_media.iter().map(|(name, bytes)| format!("{name} ({bytes} bytes)")).collect();
    list("media", '+', &media, "copied along with the new or updated notes that use it", &mut out);
    list("media", '-', &release.gone_media, "it stays until the learner runs Check Media", &mut out);
    for breaking in &release.breaking {
        let _ = writeln!(out, "\n! {}: {}", breaking.code, breaking.message);
        let _ = writeln!(out, "    Anki: {}", breaking.cost);
        let name = breaking.acceptance();
        let refused = if release.accepted.contains(&name) { "accepted" } else { "rejected unless accepted" };
        let _ = writeln!(out, "    {refused}: --accept {name}");
    }
    out
}

fn note(change: &NoteChange, out: &mut String) {
    let sign = match change.what {
        What::New | What::Returned => '+',
        What::Updated(_) => '~',
        What::Unchanged => '=',
        What::Retired { .. } | What::Left { .. } | What::Vanished => '-',
    };
    let _ = writeln!(out, "\n{sign} {}: {}", change.key, words::short(change));
    if !change.title.is_empty() {
        let _ = writeln!(out, "    {}", change.title);
    }
    let _ = writeln!(out, "    Anki: {}", words::in_anki(change));
}

/// Note types that changed in the same way share one line about what Anki does.
fn note_types(release: &Release, out: &mut String) {
    for new in [true, false] {
        let changes: Vec<_> = release.note_types.iter().filter(|change| change.new == new).collect();
        let Some(first) = changes.first() else { continue };
        out.push('\n');
        for change in &changes {
            let sign = if new { '+' } else { '~' };
            let _ = writeln!(out, "{sign} note type {}: {}", change.name, words::note_type(change));
        }
        let _ = writeln!(out, "    Anki: {}", words::note_type_in_anki(first));
    }
}

fn list(what: &str, sign: char, names: &[String], anki: &str, out: &mut String) {
    if names.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{sign} {what}: {}", names.join(", "));
    let _ = writeln!(out, "    Anki: {anki}");
}

/// How many notes each kind of change affects; one note may count twice.
pub(super) struct Counts {
    pub(super) new: usize,
    pub(super) updated: usize,
    pub(super) moved: usize,
    pub(super) renamed: usize,
    pub(super) retired: usize,
    pub(super) gone: usize,
}

impl Counts {
    pub(super) fn of(release: &Release) -> Self {
        let count = |test: fn(&NoteChange) -> bool| release.notes.iter().filter(|change| test(change)).count();
        Self {
            new: count(|change| matches!(change.what, What::New | What::Returned)),
            updated: count(|change| matches!(change.what, What::Updated(_))),
            moved: count(|change| change.moved_from.is_some()),
            renamed: count(|change| change.renamed_from.is_some()),
            retired: count(|change| matches!(change.what, What::Retired { .. })),
            gone: count(|change| matches!(change.what, What::Left { .. } | What::Vanished)),
        }
    }
}
