//! A list to tick off; each item may be a card.

use super::Context;
use super::build::Card;
use crate::content::{self, ChecklistCards, Meta};
use crate::deck::{Checklist, ChecklistItem, NoteTypeId};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline};

pub(super) fn lower(context: &Context<'_>, meta: &Meta, list: &content::Checklist) -> Checklist {
    let title = context.heading(&list.title);
    Checklist {
        id: meta.id.value.0.clone(),
        span: meta.id.span,
        items: list.items.iter().filter_map(|item| self::item(context, (meta, list), &title, item)).collect(),
        title,
    }
}

fn item(
    context: &Context<'_>,
    (meta, list): (&Meta, &content::Checklist),
    title: &[Inline],
    item: &content::ChecklistItem,
) -> Option<ChecklistItem> {
    let (text, how) = (context.text(&item.text), context.optional(item.how.as_ref()));
    let card = match (list.cards.unwrap_or(ChecklistCards::None), &item.id) {
        (ChecklistCards::None, _) => None,
        (ChecklistCards::Item, None) => {
            let diagnostic =
                Diagnostic::error(Code::ITEM_WITHOUT_ID, item.text.span, "this item becomes a card, but has no id")
                    .label("an item without an id")
                    .help("write it as `- id: …` with `text: …` below: a learner's history depends on the id");
            context.report(diagnostic);
            None
        }
        (ChecklistCards::Item, Some(id)) => Some(context.card(Card {
            id,
            formerly: &item.formerly,
            note_type: NoteTypeId::CHECKLIST_ITEM,
            tags: &meta.tags,
            difficulty: None,
            fields: vec![
                ("Item", text.clone()),
                ("How", how.clone()),
                ("Checklist", Document::paragraph(title.to_vec())),
            ],
        })),
    };
    let id = item.id.as_ref().map(|id| id.value.0.clone()).unwrap_or_default();
    if let Some(release) = &item.retired {
        if let Some(card) = card {
            context.retire(card, &release.value.0, release.span);
        }
        return None;
    }
    Some(ChecklistItem { id, text, how, card })
}
