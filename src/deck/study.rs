//! Items as learners see them, whatever their kind: what the lint looks at. Only `check` asks for them.

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
    /// Tags that each item has besides its own.
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
    /// What its cards ask and what learners should recall.
    pub faces: Vec<Face>,
    /// Tags of its own.
    pub tags: Vec<(String, Span)>,
    /// Code blocks on its cards. An example's data and output are left out: authors don't choose
    /// their line breaks.
    pub code: Vec<Sample>,
    /// Whether it has a difficulty, its own or that of its file.
    pub has_difficulty: bool,
    /// Whether one of its texts still begins with `TODO`, as those of a stub do.
    pub unfinished: bool,
    /// Pictures: their alternative texts, and where they are.
    pub pictures: Vec<(String, Span)>,
    /// The items that it links to.
    pub links: BTreeSet<String>,
    /// How many sources it names; `None` if it has no place for them.
    pub sources: Option<usize>,
    /// The outcome of something, which should have figures.
    pub outcome: Option<Said>,
    /// When a person last checked it, `YYYY-MM-DD`.
    pub reviewed: Option<(String, Span)>,
    /// Whether its content goes out of date.
    pub volatile: bool,
    /// Its role in a study plan.
    pub role: Role,
    /// Rules to ignore here.
    pub allow: Vec<Waiver>,
}

/// An item's role in a study plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is a plan: learners study what it links to.
    Plan,
    /// It takes a sitting, so a plan should link to it.
    Studied,
    /// It is learnt along with others.
    Beside,
}

/// A question and what learners should recall.
#[derive(Debug, Clone)]
pub struct Face {
    /// The question; in a sentence, `[…]` replaces each cloze answer.
    pub ask: Said,
    /// Whether other people ask it in these words, so that it is open on purpose.
    pub quoted: bool,
    /// Whether the card asks in other words than these, such as `Write the code`.
    pub asked_around: bool,
    /// The answers that it offers; empty if learners recall the answer without a choice.
    pub options: Vec<String>,
    /// What learners should recall, without code blocks and display formulas.
    pub answer: Said,
    /// How many entries each list to recall has, and where it is.
    pub lists: Vec<(usize, Span)>,
    /// The cloze answers of a sentence.
    pub hidden: Vec<Hidden>,
}

/// A code block.
#[derive(Debug, Clone)]
pub struct Sample {
    /// How many columns each line takes in a fixed-width font.
    pub widths: Vec<usize>,
    /// Where the widest line is.
    pub widest: Span,
}

/// The author's words, as plain text.
#[derive(Debug, Clone)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Where they are.
    pub span: Span,
}

/// A cloze answer in a sentence.
#[derive(Debug, Clone)]
pub struct Hidden {
    /// The number of its card.
    pub number: u16,
    /// Whether the card shows a hint in its place.
    pub hinted: bool,
    /// The words.
    pub text: String,
    /// Where they are, including the braces.
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
