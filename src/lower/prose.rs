//! Text for the handout.

use super::Context;
use crate::content;
use crate::deck::Prose;

pub(super) fn lower(context: &Context<'_>, prose: &content::Prose) -> Prose {
    Prose {
        id: prose.id.value.0.clone(),
        span: prose.id.span,
        title: prose.title.as_ref().map(|title| context.heading(title)).unwrap_or_default(),
        body: context.text(&prose.text),
    }
}
