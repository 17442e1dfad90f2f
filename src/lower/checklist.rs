//! A list to tick off; each item may be a card.

use super::build::{Draft, Piece};
use super::lesson::{face, said};
use super::{Context, Studied};
use crate::content::{self, ChecklistCards, Meta};
use crate::deck::study::{self, Face, Study};
use crate::deck::{Checklist, ChecklistItem, NoteTypeId, Role};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline};

pub(super) fn lower(context: &Context<'_>, meta: &Meta, list: &content::Checklist) -> Studied<Checklist> {
    let title = context.heading(&list.title);
    let texts = list.items.iter().map(|item| [context.text(&item.text), context.optional(item.how.as_ref())]);
    let texts: Vec<[Document; 2]> = texts.collect();
    let study = context.studied(meta, || {
        let asks = matches!(list.cards, Some(ChecklistCards::Item));
        let faces = list.items.iter().zip(&texts).filter(|_| asks).map(|(source, [text, how])| {
            let place = source.how.as_ref().map_or(source.text.span, |how| how.span);
            // A learner ticks a box rather than answering a question.
            Face {
                quoted: true,
                asked_around: true,
                ..face(said(text, source.text.span), how, place)
            }
        });
        Study {
            faces: faces.collect(),
            ..context.study(meta, study::Role::Beside, &texts.iter().flatten().collect::<Vec<_>>())
        }
    });
    let items = list.items.iter().zip(texts);
    let items = items.filter_map(|(source, texts)| item(context, (meta, list), &title, source, texts)).collect();
    let list = Checklist {
        id: meta.id.value.0.clone(),
        span: meta.id.span,
        items,
        title,
    };
    (list, study)
}

fn item(
    context: &Context<'_>,
    (meta, list): (&Meta, &content::Checklist),
    title: &[Inline],
    item: &content::ChecklistItem,
    [text, how]: [Document; 2],
) -> Option<ChecklistItem> {
    let note = match (list.cards.unwrap_or(ChecklistCards::None), &item.id) {
        (ChecklistCards::None, _) => None,
        (ChecklistCards::Item, None) => {
            let diagnostic =
                Diagnostic::error(Code::ITEM_WITHOUT_ID, item.text.span, "this item becomes a card, but has no id")
                    .label("an item without an id")
                    .help("write it as `- id: …` with `text: …` below: a learner's history depends on the id");
            context.report(diagnostic);
            None
        }
        (ChecklistCards::Item, Some(id)) => {
            let pieces = vec![
                Piece::new(Role::Ask, "Item", text.clone()),
                Piece::new(Role::Answer, "How", how.clone()),
                Piece::new(Role::Card, "Checklist", Document::paragraph(title.to_vec())),
            ];
            context.row(Draft {
                id,
                formerly: &item.formerly,
                ..Draft::of(meta, NoteTypeId::CHECKLIST_ITEM, pieces)
            })
        }
    };
    let id = item.id.as_ref().map(|id| id.value.0.clone()).unwrap_or_default();
    if let Some(release) = &item.retired {
        if let Some(note) = note {
            context.retire(note, &release.value.0, release.span);
        }
        return None;
    }
    Some(ChecklistItem { id, text, how, note })
}
