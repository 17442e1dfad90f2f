//! Text for the handout.

use super::{Context, Studied};
use crate::content::{self, Meta};
use crate::deck::Prose;
use crate::deck::study::{self, Study};

pub(super) fn lower(context: &Context<'_>, meta: &Meta, prose: &content::Prose) -> Studied<Prose> {
    let body = context.text(&prose.text);
    let study = context.studied(meta, || Study {
        // Prose isn't on any card.
        code: Vec::new(),
        ..context.study(meta, study::Role::Beside, &[&body])
    });
    let prose = Prose {
        id: meta.id.value.0.clone(),
        span: meta.id.span,
        title: prose.title.as_ref().map(|title| context.heading(title)).unwrap_or_default(),
        body,
    };
    (prose, study)
}
