//! Content → deck. Every text is parsed here, once; every kind becomes notes, tables,
//! checklists, plans and prose, with a card face and a document face. There is one file per
//! kind, and backends never see kinds.

mod ahead;
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
mod note;
mod note_types;
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
mod words;

pub use index::Index;
pub use media::line_ends;
pub(crate) use note_types::our_note_types;

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{self, AtomicUsize};

use crate::content::{self, Body, Item, Manifest, NoteTypeFolder, Tag, Title};
use crate::deck::{Block, CardFace, Deck, DocumentFace, Language, Left, Needs, NoteType, Project, Show};
use crate::diag::{Diagnostic, Sink};
use crate::markup::tex::Macros;
use crate::markup::{Document, Inline};
use crate::source::{FileId, Sources, Span};
use crate::threads::Threads;
use crate::version;
use crate::words::{Word, Words};
use crate::world::MediaFile;
use ahead::Lowered;
use media::{MediaIndex, UsedMedia};
use note_types::Known;
use text::Parsed;

/// The input of lowering.
pub struct Input<'a> {
    /// The manifest.
    pub manifest: &'a Manifest,
    /// Where the manifest asks for each output, or else where the manifest begins.
    pub output_spans: BTreeMap<&'static str, Span>,
    /// The content files, in order.
    pub files: &'a [content::File],
    /// Every item of the project.
    pub index: &'a Index,
    /// Every source.
    pub sources: &'a Sources,
    /// The project's media files.
    pub media: &'a [MediaFile],
    /// The project's font files.
    pub fonts: &'a [MediaFile],
    /// The project's own note types.
    pub note_types: &'a [NoteTypeFolder],
    /// Their templates and styles, by path.
    pub templates: &'a BTreeMap<&'a str, FileId>,
    /// The pictures and fonts in their folders.
    pub assets: &'a [MediaFile],
    /// Eight hex digits that identify the sources.
    pub source_hash: String,
    /// The versions of earlier releases.
    pub releases: &'a BTreeSet<String>,
    /// Whether the lint will read the deck. If so, the deck has lessons, and code in the fields
    /// of notes is not coloured, which would take a fifth of the time of a check.
    pub studied: bool,
    /// Which parts of notes will be read.
    pub needs: &'a dyn Fn(&Project) -> Needs,
    /// How many threads to work on.
    pub threads: Threads,
}

/// Makes the deck. It is complete only if no error was reported and nothing was dropped.
#[must_use]
pub fn deck(input: &Input<'_>, diagnostics: &mut Sink) -> Deck {
    let traits = sheets::traits(input);
    let project = project::lower(input, &traits, diagnostics);
    let mut shared = Shared::new(input, &project.id, project.version.trim(), diagnostics);
    shared.needs = (input.needs)(&project);
    shared.macros.paperless = !shared.needs.paper;
    shared.words = project.words.clone();
    let names = (project.id.as_str(), project.title.as_str());
    let own = note_types::all(input, names, (&project.language, &shared.words), diagnostics);
    shared.note_types = own.note_types;
    shared.known = own.known.into_iter().map(|known| (known.key.clone(), known)).collect();
    let (mut lowered, context) = ahead::all(&shared, input, std::mem::take(diagnostics));
    let studies = lowered.iter_mut().flatten().map(|lowered| lowered.study.take());
    let lessons = if input.studied { study::lessons(&shared, input, studies) } else { Vec::new() };
    let topics = topics::lower(&context, &project.deck, input.files, &mut lowered.into_iter().flatten());
    context.report_all(context.media.complaints(&shared.media));
    let (media, left) = (context.media.into_files(), context.left.into_inner());
    *diagnostics = context.diagnostics.into_inner();
    let languages = shared.languages.iter().map(|(id, tag)| ((*id).to_owned(), Language::new(tag)));
    let mut deck = Deck {
        languages: languages.collect(),
        traits,
        topics,
        left,
        drafts: input.files.iter().flat_map(|file| file.drafts.iter().cloned()).collect(),
        note_types: shared.note_types,
        type_media: own.media,
        decks: BTreeMap::new(),
        media,
        lessons,
        project,
    };
    deck.decks = deck.deck_ids();
    deck
}

/// What the lowering of every kind shares, on any thread.
struct Shared<'a> {
    namespace: &'a str,
    /// The version in the manifest.
    version: &'a str,
    /// The versions of earlier releases.
    releases: &'a BTreeSet<String>,
    /// The languages of items that are not in the project's language, by item id.
    languages: BTreeMap<&'a str, &'a str>,
    /// What sheets show of items: a deck keeps nothing else for them.
    shown: BTreeSet<Show>,
    /// The BCP 47 tag of the project's language.
    project_language: &'a str,
    /// What outputs print in addition to the author's texts.
    words: Words,
    note_types: Vec<NoteType>,
    /// What notes of these types may contain, by the types' names in sources.
    known: BTreeMap<String, Known>,
    index: &'a Index,
    sources: &'a Sources,
    media: MediaIndex<'a>,
    /// What formulas may use.
    macros: Macros,
    /// A place for diagnostics that have none.
    project_start: Span,
    /// Whether the lint will read the deck.
    studied: bool,
    /// Which parts of notes will be read.
    needs: Needs,
    /// How often we searched for a similar id.
    searches: AtomicUsize,
    /// How many diagnostics have been reported.
    reported: AtomicUsize,
}

/// With more broken links than this, we stop making suggestions.
const SEARCHES: usize = 1000;

impl<'a> Shared<'a> {
    fn new(input: &Input<'a>, namespace: &'a str, version: &'a str, diagnostics: &mut Sink) -> Self {
        Self {
            namespace,
            version,
            releases: input.releases,
            languages: languages::of_items(input),
            shown: sheets::shown(input),
            project_language: input.manifest.language_tag(),
            words: Words::of("en"),
            note_types: Vec::new(),
            known: BTreeMap::new(),
            index: input.index,
            sources: input.sources,
            media: MediaIndex::new(input.media),
            macros: macros::lower(input, diagnostics),
            project_start: input.manifest.id.span,
            studied: input.studied,
            needs: Needs::ALL,
            searches: AtomicUsize::default(),
            reported: AtomicUsize::default(),
        }
    }

    /// Whether `release` came before the version in the manifest. Building the same release
    /// again must give the same result.
    fn is_past(&self, release: &str) -> bool {
        let earlier = || version::compare(release, self.version).is_some_and(Ordering::is_lt);
        release != self.version && (self.releases.contains(release) || earlier())
    }

    /// The BCP 47 tag of the language of the item `id`.
    fn language_of(&self, id: &str) -> &'a str {
        self.languages.get(id).copied().unwrap_or(self.project_language)
    }

    /// An existing id that the author may have meant by `id`.
    fn similar(&self, id: &str) -> Option<String> {
        let earlier = self.searches.fetch_add(1, atomic::Ordering::Relaxed);
        if earlier < SEARCHES { self.index.similar(id) } else { None }
    }
}

/// The state of lowering some items, and what it produces in addition to their blocks.
struct Context<'a> {
    shared: &'a Shared<'a>,
    /// The BCP 47 tag of the language of the texts being read.
    language: Cell<&'a str>,
    /// The text of links to items, by item id.
    titles: RefCell<BTreeMap<String, Vec<Inline>>>,
    /// Tags that the current file gives to all its items.
    defaults: Cell<&'a [Tag]>,
    /// How many questions there have been so far.
    questions: Cell<usize>,
    /// Keeps the documents that the lint needs, so that each text is parsed only once.
    parsed: RefCell<Parsed>,
    media: UsedMedia<'a>,
    /// Notes of the current file or item that leave the deck with this release.
    retired: RefCell<Vec<CardFace>>,
    /// Notes that left with an earlier release.
    left: RefCell<Vec<Left>>,
    diagnostics: RefCell<Sink>,
}

impl<'a> Context<'a> {
    fn new(shared: &'a Shared<'a>) -> Self {
        Self {
            shared,
            language: Cell::new(shared.project_language),
            titles: RefCell::default(),
            defaults: Cell::default(),
            questions: Cell::new(0),
            parsed: RefCell::default(),
            media: UsedMedia::default(),
            retired: RefCell::default(),
            left: RefCell::default(),
            diagnostics: RefCell::default(),
        }
    }
}

impl Context<'_> {
    /// Returns what `make` makes, if any output reads documents.
    fn document(&self, make: impl FnOnce() -> DocumentFace) -> DocumentFace {
        if self.shared.needs.documents { make() } else { DocumentFace::default() }
    }

    /// One of Cardpress's own words.
    fn word(&self, word: Word) -> &str {
        self.shared.words.get(word)
    }

    /// A label, followed by the separator between it and its text.
    fn label(&self, mut label: Vec<Inline>, span: Span) -> Vec<Inline> {
        label.push(Inline::text(self.shared.words.between(Word::Labelled), span));
        label
    }

    fn report(&self, diagnostic: Diagnostic) {
        self.report_all([diagnostic]);
    }

    fn report_all(&self, found: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.borrow_mut().extend(found.into_iter().inspect(|_| {
            self.shared.reported.fetch_add(1, atomic::Ordering::Relaxed);
        }));
    }
}

/// The blocks of a file, in source order, from its lowered items. Neighbours of one kind may
/// share a block, as interview types share a table.
fn blocks<'a>(
    context: &Context<'a>,
    file: &'a content::File,
    lowered: &mut dyn Iterator<Item = Lowered>,
) -> Vec<Block> {
    context.report_all(file.defaults.tags.iter().filter_map(build::empty_part));
    context.defaults.set(&file.defaults.tags);
    let mut blocks = Vec::with_capacity(file.items.len());
    let mut types = Vec::new();
    let mut prompts = Vec::new();
    for item in &file.items {
        if stands_alone(item) {
            let Some(lowered) = lowered.next() else { break };
            blocks.extend(lowered.block);
            context.retired.borrow_mut().extend(lowered.retired);
            context.left.borrow_mut().extend(lowered.left);
        } else if let Body::Prompt(prompt) = &item.body {
            prompts.push((blocks.len(), (&item.meta, prompt)));
        } else if let Body::InterviewType(kind) = &item.body {
            types.push((blocks.len(), (&item.meta, kind)));
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

/// Whether an item has its own block, rather than sharing one with its neighbours.
fn stands_alone(item: &Item) -> bool {
    item.meta.retired.is_some() || !matches!(item.body, Body::Prompt(_) | Body::InterviewType(_))
}

/// The block, without the parts that nobody reads.
fn needed(context: &Context<'_>, mut block: Block) -> Block {
    if context.shared.needs.documents {
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

/// The block of a single item.
fn block(context: &Context<'_>, file: &content::File, item: &Item) -> Block {
    let meta = &item.meta;
    context.read_as(&meta.id.value.0);
    let difficulty = meta.difficulty.or(file.defaults.difficulty);
    match &item.body {
        Body::Question(question) => Block::Note(question::lower(context, meta, question, difficulty)),
        Body::Prompt(prompt) => Block::Table(prompt::lower(context, &[(meta, prompt)])),
        Body::Story(story) => Block::Note(story::lower(context, meta, story)),
        Body::Pattern(pattern) => Block::Note(pattern::lower(context, meta, pattern)),
        Body::Table(table) => Block::Table(table::lower(context, meta, table)),
        Body::Fact(fact) => Block::Note(fact::lower(context, meta, fact)),
        Body::Choice(choice) => Block::Note(choice::lower(context, meta, choice, difficulty)),
        Body::Tip(tip) => Block::Note(tip::lower(context, meta, tip)),
        Body::Checklist(list) => Block::Checklist(checklist::lower(context, meta, list)),
        Body::Plan(plan) => Block::Plan(plan::lower(context, meta, plan)),
        Body::InterviewType(kind) => Block::Table(interview_type::lower(context, &[(meta, kind)])),
        Body::Prose(prose) => Block::Prose(prose::lower(context, meta, prose)),
        Body::Note(note) => Block::Note(note::lower(context, meta, note, difficulty)),
    }
}

/// Lowers an item only to retire its notes.
fn retire(context: &Context<'_>, file: &content::File, item: &Item, release: &Title) {
    // A retired question must not use up a number in the documents.
    let questions = context.questions.get();
    let block = block(context, file, item);
    context.questions.set(questions);
    for card in block.cards() {
        context.retire(card.clone(), &release.value.0, release.span);
    }
}
