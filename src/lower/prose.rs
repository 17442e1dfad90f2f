//! Text for the handout.

use super::Context;
use crate::content::{self, Meta};
use crate::deck::Prose;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, prose: &content::Prose) -> Prose {
    Prose {
        id: meta.id.value.0.clone(),
        span: meta.id.span,
        title: prose.title.as_ref().map(|title| context.heading(title)).unwrap_or_default(),
        body: context.text(&prose.text),
    }
}
