//! Content → deck: every text is parsed here, once; every kind becomes notes,
//! tables, checklists, plans and prose with a card face and a document face.
//! One file a kind; no backend ever learns of one.

mod build;
mod checklist;
mod choice;
mod fact;
mod folded;
mod fonts;
mod index;
mod interview_type;
mod languages;
mod macros;
mod media;
mod pattern;
mod plan;
mod project;
mod prompt;
mod prose;
mod question;
mod sheets;
mod story;
mod study;
mod table;
mod text;
mod tip;
mod topics;

pub use index::Index;
pub use study::lessons;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::content::{self, Item, Manifest, Title};
use crate::deck::{Block, CardFace, Deck, DocumentFace, Language, Left, Needs, Project, Show, note_types};
use crate::diag::{Diagnostic, Dropped};
use crate::markup::tex::Macros;
use crate::markup::{Document, Inline};
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
    /// The project's font files.
    pub fonts: &'a [MediaFile],
    /// Eight hex digits that identify the sources.
    pub source_hash: String,
    /// Whether code in the fields of notes is coloured, which takes a fifth of the time of a check.
    pub coloured: bool,
    /// What of notes will be read.
    pub needs: &'a dyn Fn(&Project) -> Needs,
}

/// Makes the deck. It is complete only if nothing was reported as an error, and
/// nothing dropped.
#[must_use]
pub fn deck(input: &Input<'_>, diagnostics: &mut Vec<Diagnostic>, dropped: &mut Dropped) -> Deck {
    let project = project::lower(input, diagnostics);
    let mut context = Context::new(input, &project.id, project.version.trim());
    context.needs = (input.needs)(&project);
    context.note_types = note_types::all(&project.id, &project.title, &project.language);
    macros::lower(input, diagnostics);
    context.diagnostics = RefCell::new(std::mem::take(diagnostics));
    context.dropped = Cell::new(*dropped);
    let topics = topics::lower(&context, &project.deck, input.files);
    context.report_all(context.media.complaints());
    let (note_types, media) = (context.note_types, context.media.into_used());
    let left = context.left.into_inner();
    let languages = context.languages.iter().map(|(id, tag)| ((*id).to_owned(), Language::new(tag)));
    *diagnostics = context.diagnostics.into_inner();
    *dropped = context.dropped.get();
    let mut deck = Deck {
        languages: languages.collect(),
        traits: sheets::traits(input),
        project,
        topics,
        left,
        drafts: input.files.iter().map(|file| file.drafts).sum(),
        note_types,
        decks: BTreeMap::new(),
        media,
    };
    deck.decks = deck.deck_ids();
    deck
}

/// What every kind's lowering shares.
struct Context<'a> {
    namespace: &'a str,
    /// The release that is made.
    version: &'a str,
    /// BCP 47 tag of the language of the texts that are read.
    language: Cell<&'a str>,
    /// The languages of items that are not in the project's, by their ids.
    languages: BTreeMap<&'a str, &'a str>,
    /// What sheets show of items: a deck keeps no more for them.
    shown: BTreeSet<Show>,
    /// BCP 47 tag of the project's language.
    project_language: &'a str,
    note_types: Vec<crate::deck::NoteType>,
    index: &'a Index,
    sources: &'a Sources,
    media: MediaIndex<'a>,
    /// What links to items say, by their ids.
    titles: RefCell<BTreeMap<String, Vec<Inline>>>,
    /// What formulas may use.
    macros: Macros,
    /// Tags that the current file gives to all its items.
    defaults: RefCell<Vec<String>>,
    /// A place for what has none.
    project_start: Span,
    /// Whether code in the fields of notes is coloured.
    coloured: bool,
    /// What of notes will be read.
    needs: Needs,
    /// How many questions there were so far.
    questions: Cell<usize>,
    /// Notes of the current file that leave with this release.
    retired: RefCell<Vec<CardFace>>,
    /// Notes that left with an earlier one.
    left: RefCell<Vec<Left>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// Those that were too many to keep.
    dropped: Cell<Dropped>,
}

impl<'a> Context<'a> {
    fn new(input: &Input<'a>, namespace: &'a str, version: &'a str) -> Self {
        Self {
            namespace,
            version,
            language: Cell::new(&input.manifest.language),
            languages: languages::of_items(input),
            shown: sheets::shown(input),
            project_language: &input.manifest.language,
            note_types: Vec::new(),
            index: input.index,
            sources: input.sources,
            media: MediaIndex::new(input.media),
            titles: RefCell::default(),
            macros: macros::lower(input, &mut Vec::new()),
            defaults: RefCell::default(),
            project_start: input.manifest.id.span,
            coloured: input.coloured,
            needs: Needs::ALL,
            questions: Cell::new(0),
            retired: RefCell::default(),
            left: RefCell::default(),
            diagnostics: RefCell::default(),
            dropped: Cell::default(),
        }
    }
}

impl Context<'_> {
    /// What `make` makes, if somebody reads documents.
    fn document(&self, make: impl FnOnce() -> DocumentFace) -> DocumentFace {
        if self.needs.documents { make() } else { DocumentFace::default() }
    }

    fn report(&self, diagnostic: Diagnostic) {
        self.report_all([diagnostic]);
    }

    fn report_all(&self, found: impl IntoIterator<Item = Diagnostic>) {
        let mut dropped = self.dropped.get();
        dropped.keep(&mut self.diagnostics.borrow_mut(), found);
        self.dropped.set(dropped);
    }
}

/// The blocks of a file, in source order. Neighbours of one kind may share a
/// block, as interview types share a table.
fn blocks(context: &Context<'_>, file: &content::File) -> Vec<Block> {
    context.report_all(file.defaults.tags.iter().filter_map(build::empty_part));
    let tags = file.defaults.tags.iter().map(|tag| tag.value.0.clone());
    *context.defaults.borrow_mut() = tags.collect();
    let mut blocks = Vec::new();
    let mut types = Vec::new();
    let mut prompts = Vec::new();
    for item in &file.items {
        if let Some(release) = item.retired() {
            retire(context, file, item, release);
            continue;
        }
        match item {
            Item::Prompt(prompt) => prompts.push((blocks.len(), prompt)),
            Item::InterviewType(kind) => types.push((blocks.len(), kind)),
            item => blocks.push(needed(context, block(context, file, item))),
        }
    }
    let mut tables = Vec::new();
    if let Some((at, _)) = types.first() {
        let types: Vec<_> = types.iter().map(|(_, kind)| *kind).collect();
        tables.push((*at, interview_type::lower(context, &types)));
    }
    if let Some((at, _)) = prompts.first() {
        let prompts: Vec<_> = prompts.iter().map(|(_, prompt)| *prompt).collect();
        tables.push((*at, prompt::lower(context, &prompts)));
    }
    tables.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    for (at, table) in tables {
        blocks.insert(at, needed(context, Block::Table(table)));
    }
    blocks
}

/// A block without what nobody reads.
fn needed(context: &Context<'_>, mut block: Block) -> Block {
    if context.needs.documents {
        return block;
    }
    match &mut block {
        Block::Note(_) => {}
        Block::Table(table) => table.rows.iter_mut().for_each(|row| row.cells.clear()),
        Block::Checklist(list) => {
            for item in &mut list.items {
                (item.text, item.how) = Default::default();
            }
        }
        Block::Plan(plan) => plan.weeks.clear(),
        Block::Prose(prose) => prose.body = Document::default(),
    }
    block
}

/// The block of one item by itself.
fn block(context: &Context<'_>, file: &content::File, item: &Item) -> Block {
    context.read_as(&item.lang().0.value.0);
    let difficulty = |own: Option<content::Difficulty>| own.or(file.defaults.difficulty);
    match item {
        Item::Question(question) => Block::Note(question::lower(context, question, difficulty(question.difficulty))),
        Item::Prompt(prompt) => Block::Table(prompt::lower(context, &[prompt])),
        Item::Story(story) => Block::Note(story::lower(context, story)),
        Item::Pattern(pattern) => Block::Note(pattern::lower(context, pattern)),
        Item::Table(table) => Block::Table(table::lower(context, table)),
        Item::Fact(fact) => Block::Note(fact::lower(context, fact)),
        Item::Choice(choice) => Block::Note(choice::lower(context, choice, difficulty(choice.difficulty))),
        Item::Tip(tip) => Block::Note(tip::lower(context, tip)),
        Item::Checklist(list) => Block::Checklist(checklist::lower(context, list)),
        Item::Plan(plan) => Block::Plan(plan::lower(context, plan)),
        Item::InterviewType(kind) => Block::Table(interview_type::lower(context, &[kind])),
        Item::Prose(prose) => Block::Prose(prose::lower(context, prose)),
    }
}

/// Lowers an item only to retire its notes.
fn retire(context: &Context<'_>, file: &content::File, item: &Item, release: &Title) {
    // The numbers of questions are those that documents show.
    let questions = context.questions.get();
    let block = block(context, file, item);
    context.questions.set(questions);
    for card in block.cards() {
        context.retire(card.clone(), &release.value.0, release.span);
    }
}
