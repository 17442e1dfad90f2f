//! The card face of any item.

use super::Context;
use crate::content::{Difficulty, Id, Tag};
use crate::deck::{CardFace, Guid, NoteTypeId};
use crate::markup::Document;
use crate::source::Span;

/// A card face to be.
pub(super) struct Card<'a> {
    pub id: &'a Id,
    /// Former ids; the oldest keeps deciding the GUID.
    pub formerly: &'a [Id],
    pub note_type: NoteTypeId,
    pub tags: &'a [Tag],
    pub difficulty: Option<Difficulty>,
    /// Values of fields by name; the others are empty.
    pub fields: Vec<(&'static str, Document)>,
}

impl Context<'_> {
    /// The card face of an item.
    pub(super) fn card(&self, card: Card<'_>) -> CardFace {
        let oldest = card.formerly.first().unwrap_or(card.id);
        self.keyed(&oldest.value.0, card.id.span, card)
    }

    /// The card face of a part of an item, such as a table's row.
    pub(super) fn part(&self, part: &str, span: Span, card: Card<'_>) -> CardFace {
        let oldest = card.formerly.first().unwrap_or(card.id);
        self.keyed(&format!("{}/{part}", oldest.value.0), span, card)
    }

    fn keyed(&self, key: &str, span: Span, card: Card<'_>) -> CardFace {
        let note_type = &self.note_types[card.note_type.index()];
        let mut fields = vec![Document::default(); note_type.fields.len()];
        for (name, document) in card.fields {
            if let Some(at) = note_type.field(name) {
                fields[at] = document;
            }
        }
        CardFace {
            key: key.to_owned(),
            guid: Guid::new(self.namespace, key),
            note_type: card.note_type,
            fields,
            tags: self.tags(card.tags, card.difficulty),
            span,
        }
    }

    /// The item's tags and its file's, and its difficulty as a tag; Anki takes
    /// `ML` and `ml` for one tag.
    fn tags(&self, own: &[Tag], difficulty: Option<Difficulty>) -> Vec<String> {
        let mut tags: Vec<String> = own.iter().map(|tag| tag.value.0.clone()).collect();
        tags.extend(self.defaults.borrow().iter().cloned());
        tags.extend(difficulty.map(|difficulty| format!("difficulty::{}", difficulty.name())));
        tags.sort_by_key(|tag| (tag.to_lowercase(), tag.clone()));
        tags.dedup_by_key(|tag| tag.to_lowercase());
        tags
    }
}
