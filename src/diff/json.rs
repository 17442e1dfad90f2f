//! The comparison for programs: one JSON document.

use serde::Serialize;

use super::human::Counts;
use super::{NoteChange, NoteTypeChange, Release, What, words};
use crate::lock::breaking;
use crate::printable;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    title: &'a str,
    from: &'a str,
    to: &'a str,
    notes: Vec<Note<'a>>,
    note_types: Vec<NoteType<'a>>,
    decks: Names<'a>,
    media: Names<'a>,
    breaking: Vec<Breaking<'a>>,
    totals: Totals,
}

#[derive(Serialize)]
struct Note<'a> {
    id: &'a str,
    guid: &'a str,
    title: &'a str,
    deck: &'a str,
    change: &'static str,
    fields: &'a [String],
    new_cards: usize,
    lost_cards: usize,
    renamed_from: Option<&'a str>,
    moved_from: Option<&'a str>,
    search: Option<String>,
    anki: String,
}

#[derive(Serialize)]
struct NoteType<'a> {
    id: &'a str,
    name: &'a str,
    change: String,
    anki: &'a str,
}

#[derive(Serialize)]
struct Names<'a> {
    new: Vec<&'a str>,
    gone: Vec<&'a str>,
}

#[derive(Serialize)]
struct Breaking<'a> {
    code: &'a str,
    accept: String,
    message: &'a str,
    anki: &'a str,
}

#[derive(Serialize)]
struct Totals {
    new: usize,
    updated: usize,
    moved: usize,
    renamed: usize,
    retired: usize,
    gone: usize,
    unchanged: usize,
}

/// Pretty-printed JSON with a trailing newline.
#[must_use]
pub fn render(release: &Release) -> String {
    let counts = Counts::of(release);
    let document = Document {
        version: 1,
        title: &release.title,
        from: &release.from,
        to: &release.to,
        notes: release.notes.iter().map(note).collect(),
        note_types: release.note_types.iter().map(note_type).collect(),
        decks: Names {
            new: names(&release.new_decks),
            gone: names(&release.empty_decks),
        },
        media: Names {
            new: release.new_media.iter().map(|(name, _)| name.as_str()).collect(),
            gone: names(&release.gone_media),
        },
        breaking: release.breaking.iter().map(breaking).collect(),
        totals: Totals {
            new: counts.new,
            updated: counts.updated,
            moved: counts.moved,
            renamed: counts.renamed,
            retired: counts.retired,
            gone: counts.gone,
            unchanged: release.unchanged,
        },
    };
    // Structs of text and numbers always serialise.
    let mut json = serde_json::to_string_pretty(&document).unwrap_or_default();
    json.push('\n');
    printable::json(json)
}

fn names(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn note(change: &NoteChange) -> Note<'_> {
    let none = &[][..];
    let (name, fields, new_cards, lost_cards, tag) = match &change.what {
        What::New => ("new", none, 0, 0, None),
        What::Returned => ("returned", none, 0, 0, None),
        What::Updated(parts) => ("updated", &parts.fields[..], parts.new_cards, parts.lost_cards, None),
        What::Unchanged => ("unchanged", none, 0, 0, None),
        What::Retired { tag } => ("retired", none, 0, 0, Some(tag)),
        What::Left { tag } => ("left", none, 0, 0, Some(tag)),
        What::Vanished => ("vanished", none, 0, 0, None),
    };
    Note {
        id: &change.key,
        guid: &change.guid,
        title: &change.title,
        deck: &change.deck,
        change: name,
        fields,
        new_cards,
        lost_cards,
        renamed_from: change.renamed_from.as_deref(),
        moved_from: change.moved_from.as_deref(),
        search: tag.map(|tag| format!("tag:{tag}")),
        anki: words::in_anki(change),
    }
}

fn note_type(change: &NoteTypeChange) -> NoteType<'_> {
    NoteType {
        id: &change.key,
        name: &change.name,
        change: words::note_type(change),
        anki: words::note_type_in_anki(change),
    }
}

fn breaking(breaking: &breaking::Breaking) -> Breaking<'_> {
    Breaking {
        code: breaking.code.name(),
        accept: breaking.acceptance(),
        message: &breaking.message,
        anki: &breaking.cost,
    }
}
