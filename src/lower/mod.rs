//! Content → deck: every text is parsed here, once; every kind becomes notes,
//! tables, checklists, plans and prose with a card face and a document face.
//! One file a kind; no backend ever learns of one.

mod build;
mod checklist;
mod choice;
mod fact;
mod index;
mod interview_type;
mod media;
mod pattern;
mod plan;
mod project;
mod prompt;
mod prose;
mod question;
mod story;
mod table;
mod text;
mod tip;
mod topics;

pub use index::Index;

use std::cell::{Cell, RefCell};

use crate::content::{self, Item, Manifest};
use crate::deck::{Block, Deck, note_types};
use crate::diag::Diagnostic;
use crate::source::{Sources, Span};
use crate::world::MediaFile;
use media::MediaIndex;

/// What lowering needs to know.
pub struct Input<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// Where the manifest asks for the sheet, or where it begins.
    pub sheet_span: Span,
    /// The content files in their order.
    pub files: &'a [content::File],
    /// Every item of the project.
    pub index: &'a Index,
    /// Every source.
    pub sources: &'a Sources,
    /// The project's media files.
    pub media: &'a [MediaFile],
    /// `SOURCE_DATE_EPOCH`, if set.
    pub epoch: Option<i64>,
    /// Eight hex digits that identify the sources.
    pub source_hash: String,
}

/// Makes the deck. It is complete only if nothing was reported as an error.
#[must_use]
pub fn deck(input: &Input<'_>, diagnostics: &mut Vec<Diagnostic>) -> Deck {
    let project = project::lower(input, diagnostics);
    let context = Context {
        namespace: &project.id,
        note_types: note_types::all(&project.id, &project.title),
        index: input.index,
        sources: input.sources,
        media: MediaIndex::new(input.media),
        defaults: RefCell::new(Vec::new()),
        project_start: input.manifest.id.span,
        questions: Cell::new(0),
        diagnostics: RefCell::new(std::mem::take(diagnostics)),
    };
    let topics = topics::lower(&context, &project.deck, input.files);
    let (note_types, media) = (context.note_types, context.media.into_used());
    *diagnostics = context.diagnostics.into_inner();
    Deck { project, topics, note_types, media }
}

/// What every kind's lowering shares.
struct Context<'a> {
    namespace: &'a str,
    note_types: Vec<crate::deck::NoteType>,
    index: &'a Index,
    sources: &'a Sources,
    media: MediaIndex<'a>,
    /// Tags that the current file gives to all its items.
    defaults: RefCell<Vec<String>>,
    /// A place for what has none.
    project_start: Span,
    /// How many questions there were so far.
    questions: Cell<usize>,
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl Context<'_> {
    fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }
}

/// The blocks of a file, in source order. Neighbours of one kind may share a
/// block, as interview types share a table.
fn blocks(context: &Context<'_>, file: &content::File) -> Vec<Block> {
    let tags = file.defaults.tags.iter().map(|tag| tag.value.0.clone());
    *context.defaults.borrow_mut() = tags.collect();
    let mut blocks = Vec::new();
    let mut types = Vec::new();
    let mut prompts = Vec::new();
    for item in &file.items {
        match item {
            Item::Question(question) => {
                let difficulty = question.difficulty.or(file.defaults.difficulty);
                blocks.push(Block::Note(question::lower(context, question, difficulty)));
            }
            Item::Prompt(prompt) => prompts.push((blocks.len(), prompt)),
            Item::Story(story) => blocks.push(Block::Note(story::lower(context, story))),
            Item::Pattern(pattern) => blocks.push(Block::Note(pattern::lower(context, pattern))),
            Item::Table(table) => blocks.push(Block::Table(table::lower(context, table))),
            Item::Fact(fact) => blocks.push(Block::Note(fact::lower(context, fact))),
            Item::Choice(choice) => {
                let difficulty = choice.difficulty.or(file.defaults.difficulty);
                blocks.push(Block::Note(choice::lower(context, choice, difficulty)));
            }
            Item::Tip(tip) => blocks.push(Block::Note(tip::lower(context, tip))),
            Item::Checklist(list) => blocks.push(Block::Checklist(checklist::lower(context, list))),
            Item::Plan(plan) => blocks.push(Block::Plan(plan::lower(context, plan))),
            Item::InterviewType(kind) => types.push((blocks.len(), kind)),
            Item::Prose(prose) => blocks.push(Block::Prose(prose::lower(context, prose))),
        }
    }
    let mut tables = Vec::new();
    tables.extend(interview_type::lower(context, &types));
    tables.extend(prompt::lower(context, &prompts));
    tables.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    for (at, table) in tables {
        blocks.insert(at, Block::Table(table));
    }
    blocks
}
