//! Every kind of item, as authors write it, without the keys that kinds share. Editors show the doc
//! comments, which become the descriptions in the JSON Schema.

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
pub use question::{Code, FollowUp, Formula, Question};
pub use story::{Story, StoryAnswer};
pub use table::{Table, TableCards};
pub use tip::Tip;
