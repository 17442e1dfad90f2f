//! Text for the handout.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::{Markdown, Title};

/// Text for the handout.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "text"))]
pub struct Prose {
    /// Its heading.
    pub title: Option<Title>,
    /// The text.
    pub text: Markdown,
}
