//! Items as learners meet them, whatever their kind: what the lint looks at.
//! Only `check` has them made.

use std::collections::BTreeSet;

use crate::source::Span;

/// A content file: the items of one topic.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The topic's name, parts joined by `::`.
    pub topic: String,
    /// Where it is named.
    pub span: Span,
    /// Rules to ignore in the whole file.
    pub allow: Vec<Waiver>,
    /// Tags that each item has beside its own.
    pub tags: Vec<String>,
    /// Its items in source order.
    pub items: Vec<Study>,
}

/// An item.
#[derive(Debug, Clone)]
pub struct Study {
    /// The author's id.
    pub id: String,
    /// Where it is defined.
    pub span: Span,
    /// What its cards ask and what is to be recalled.
    pub faces: Vec<Face>,
    /// Tags of its own.
    pub tags: Vec<(String, Span)>,
    /// Code set apart on its cards. An example's data and output are left out: where their lines
    /// break is not the author's to choose.
    pub code: Vec<Code>,
    /// Whether one of its texts still begins with `TODO`, as those of a stub do.
    pub unfinished: bool,
    /// Pictures: what they say to those who do not see them, and where.
    pub pictures: Vec<(String, Span)>,
    /// The items that it leads to.
    pub links: BTreeSet<String>,
    /// How many sources it names; `None` where it has no place for them.
    pub sources: Option<usize>,
    /// What came of something, which figures should show.
    pub outcome: Option<Said>,
    /// When a person last checked it, `YYYY-MM-DD`.
    pub reviewed: Option<(String, Span)>,
    /// Whether what it says grows old.
    pub volatile: bool,
    /// What a study plan makes of it.
    pub role: Role,
    /// Rules to ignore here.
    pub allow: Vec<Waiver>,
}

/// What a study plan makes of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is a plan: what it leads to is studied.
    Plan,
    /// It takes a sitting, so a plan should lead to it.
    Studied,
    /// It is learnt along with others.
    Beside,
}

/// A question and what is to be recalled.
#[derive(Debug, Clone)]
pub struct Face {
    /// The question; a sentence has `[…]` for what it hides.
    pub ask: Said,
    /// Whether others ask it in these words, and it is open on purpose.
    pub quoted: bool,
    /// The answers that it offers; none where the answer is to be recalled without a choice.
    pub options: Vec<String>,
    /// What is to be recalled, without code and formulas set apart.
    pub answer: Said,
    /// How many entries lists have that are to be recalled, and where.
    pub lists: Vec<(usize, Span)>,
    /// What a sentence hides.
    pub hidden: Vec<Hidden>,
}

/// Code set apart.
#[derive(Debug, Clone)]
pub struct Code {
    /// How many columns each line takes in a fixed-width font.
    pub widths: Vec<usize>,
    /// Where the widest line stands.
    pub widest: Span,
}

/// Words of the author's, as plain text.
#[derive(Debug, Clone)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub span: Span,
}

/// A part that a sentence hides.
#[derive(Debug, Clone)]
pub struct Hidden {
    /// Its card.
    pub number: u16,
    /// Whether the card shows a hint in its place.
    pub hinted: bool,
    /// The words.
    pub text: String,
    /// Where they stand, braces and all.
    pub span: Span,
}

/// A rule to ignore, and why.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule's name.
    pub rule: String,
    /// Where it is named.
    pub span: Span,
}
