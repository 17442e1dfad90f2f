//! Every kind of item, as authors write it, without the keys that kinds share. Editors show the doc
//! comments, which become the descriptions in the JSON Schema.

use schemars::JsonSchema;

use super::decode;
use super::text::{Language, Title};
use super::{Allow, Defaults, TopicColor};
use crate::yaml::{NodeId, Tree};

mod checklist;
mod choice;
mod example;
mod fact;
mod interview_type;
mod note;
mod pattern;
mod plan;
mod prompt;
mod prose;
mod question;
mod story;
mod table;
mod tip;

pub use checklist::{Checklist, ChecklistCards, ChecklistItem};
pub use choice::{Choice, ChoiceOption};
pub use example::Example;
pub use fact::Fact;
pub use interview_type::InterviewType;
pub use note::Note;
pub use pattern::Pattern;
pub use plan::{Day, Plan, Week};
pub use prompt::Prompt;
pub use prose::Prose;
pub use question::{Code, FollowUp, Formula, Mistake, MistakeOrPoint, Question};
pub use story::{Beats, Story, StoryAnswer};
pub use table::{Table, TableAsk, TableAsks, TableCards};
pub use tip::Tip;

/// A kind of item.
#[derive(Debug)]
pub struct Kind {
    /// The key of a content file that holds items of this kind.
    pub section: &'static str,
    /// The name of its type.
    pub name: &'static str,
    /// The keys of [`Meta`](super::Meta) that it has.
    pub meta: &'static [&'static str],
}

impl Kind {
    /// Whether items in this section of a file have this key of [`Meta`](super::Meta).
    #[must_use]
    pub fn shares(section: &str, key: &str) -> bool {
        KINDS.iter().any(|kind| kind.section == section && kind.meta.contains(&key))
    }
}

/// Makes everything that has a part for each kind.
macro_rules! kinds {
    ($($(#[$about:meta])+ $section:ident: $kind:ident [$($key:ident)+])+) => {
        /// Every kind, in the order of the schema.
        pub const KINDS: &[Kind] =
            &[$(Kind { section: stringify!($section), name: stringify!($kind), meta: &[$(stringify!($key)),+] }),+];

        /// The keys of a content file that hold items.
        pub const SECTIONS: [&str; KINDS.len()] = [$(stringify!($section)),+];

        /// The content of an item.
        #[derive(Debug)]
        pub enum Body {
            $($(#[$about])+ $kind($kind),)+
        }

        impl Body {
            /// Reads an item of a section. A node that fits its schema always decodes.
            pub(super) fn read(tree: &Tree<'_>, section: &str, node: NodeId) -> Option<Self> {
                $(if section == stringify!($section) {
                    return decode::node(tree, node).ok().map(Self::$kind);
                })+
                None
            }
        }

        /// The shape of a content file, for its JSON Schema.
        #[derive(Debug, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(title = "Cardpress content file", extend("x-noun" = "content file"))]
        pub struct FileShape {
            /// Title of the topic: a heading in handouts, a sub-deck in Anki, a group on the cheatsheet. `::` nests: `ML theory::Evaluation`.
            pub topic: Title,
            /// The sub-deck for this file's cards, if it is not the topic's; `""` for the root deck. `::` nests.
            #[schemars(extend("examples" = ["Vocabulary::Verbs", ""]))]
            pub deck: Option<String>,
            /// Colour of the topic on paper; topics without one receive them in turn.
            pub color: Option<TopicColor>,
            /// Language of this file's texts, as a BCP 47 tag; the project's if left out.
            pub lang: Option<Language>,
            /// Values that every item of this file gets unless it says otherwise.
            pub defaults: Option<Defaults>,
            /// Lint rules to ignore in this whole file, and why.
            pub allow: Option<Vec<Allow>>,
            $($(#[$about])+ pub $section: Option<Vec<$kind>>,)+
        }
    };
}

// A section, the type of its items, and which of the common keys they have: those up to `retired` come
// before a kind's own.
kinds! {
    /// Text for the handout: introductions and advice.
    prose: Prose [id lang formerly tags allow draft]
    /// Kinds of interview: what each tests and how to prepare.
    interview_types: InterviewType [id lang formerly retired difficulty tags see_also cards typed allow core draft]
    /// Theory questions and their answers.
    questions: Question [id lang formerly retired difficulty tags see_also cards typed references allow core draft reviewed volatile]
    /// Behavioural questions with the arc of a good story.
    prompts: Prompt [id lang formerly retired difficulty tags see_also cards typed allow core draft]
    /// STAR stories.
    stories: Story [id lang formerly retired difficulty tags see_also cards typed allow core draft]
    /// Code idioms to write from memory.
    patterns: Pattern [id formerly retired difficulty tags see_also cards typed allow core draft]
    /// Comparison tables.
    tables: Table [id lang formerly retired difficulty tags see_also allow core draft]
    /// Sentences with cloze deletions.
    facts: Fact [id lang formerly retired difficulty tags see_also cards allow core draft reviewed volatile]
    /// Multiple-choice questions.
    choices: Choice [id lang formerly retired difficulty tags see_also cards typed allow core draft]
    /// Advice for a situation.
    tips: Tip [id lang formerly retired difficulty tags see_also cards typed allow core draft]
    /// Lists to tick.
    checklists: Checklist [id lang formerly retired difficulty tags allow core draft]
    /// Study plans.
    plans: Plan [id lang formerly tags allow core draft]
    /// Notes of your own note types, which are in `note-types`.
    notes: Note [id lang formerly retired difficulty tags see_also cards typed references allow core draft reviewed volatile]
}
