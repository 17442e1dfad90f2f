//! Makes a comparison safe to show: what learners have may be anybody's package, and its names,
//! tags and GUIDs may contain anything.

use super::{NoteChange, NoteTypeChange, Parts, Release, What};
use crate::lock::breaking::Breaking;
use crate::printable;

/// The same with every text on one line, and nothing in it that a terminal would act on.
pub(super) fn release(release: &Release) -> Release {
    Release {
        title: text(&release.title),
        from: text(&release.from),
        to: text(&release.to),
        notes: release.notes.iter().map(note).collect(),
        unchanged: release.unchanged,
        note_types: release.note_types.iter().map(note_type).collect(),
        new_decks: texts(&release.new_decks),
        empty_decks: texts(&release.empty_decks),
        new_media: release.new_media.iter().map(|(name, bytes)| (text(name), *bytes)).collect(),
        gone_media: texts(&release.gone_media),
        breaking: release.breaking.iter().map(breaking).collect(),
        accepted: release.accepted.iter().map(|name| text(name)).collect(),
    }
}

fn note(change: &NoteChange) -> NoteChange {
    let what = match &change.what {
        What::Updated(parts) => What::Updated(Parts { fields: texts(&parts.fields), ..parts.clone() }),
        What::Retired { tag } => What::Retired { tag: text(tag) },
        What::Left { tag } => What::Left { tag: text(tag) },
        What::New | What::Returned | What::Unchanged | What::Vanished => change.what.clone(),
    };
    NoteChange {
        key: text(&change.key),
        guid: text(&change.guid),
        title: text(&change.title),
        deck: text(&change.deck),
        what,
        renamed_from: change.renamed_from.as_deref().map(text),
        moved_from: change.moved_from.as_deref().map(text),
    }
}

fn note_type(change: &NoteTypeChange) -> NoteTypeChange {
    NoteTypeChange {
        key: text(&change.key),
        name: text(&change.name),
        renamed_from: change.renamed_from.as_deref().map(text),
        ..change.clone()
    }
}

/// Without the spans, which comparisons don't show.
fn breaking(breaking: &Breaking) -> Breaking {
    Breaking {
        code: breaking.code,
        name: text(&breaking.name),
        message: text(&breaking.message),
        cost: text(&breaking.cost),
        remedies: texts(&breaking.remedies),
        span: None,
        label: String::new(),
        labels: Vec::new(),
    }
}

fn text(text: &str) -> String {
    printable::line(text).into_owned()
}

fn texts(texts: &[String]) -> Vec<String> {
    texts.iter().map(|one| text(one)).collect()
}
