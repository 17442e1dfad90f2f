//! Sentences with cloze deletions.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::content::text::Markdown;

/// A sentence with cloze deletions.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("x-noun" = "fact", "defaultSnippets" = serde_json::json!([{ "label": "fact", "body": { "id": "$1", "text": "$2 {{$3}}" } }])))]
pub struct Fact {
    /// The sentence; `{{answer}}` hides a part, `{{2:answer::hint}}` numbers it and gives a hint.
    #[schemars(extend("examples" = ["Recall divides by {{TP + FN}}.", "Adam keeps {{two::number}} moments."]))]
    pub text: Markdown,
    /// Shown on the back.
    pub extra: Option<Markdown>,
}
