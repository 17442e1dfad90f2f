//! Content → deck. Every text is parsed here, once. Every kind becomes notes, which are made of
//! parts, tables, checklists, plans and prose. There is one file per kind, and backends never see
//! kinds.

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
mod lesson;
mod macros;
mod media;
mod named_files;
mod note;
mod note_types;
mod online;
mod pattern;
mod plan;
mod project;
mod prompt;
mod prose;
mod question;
mod sheets;
mod story;
mod style;
mod table;
mod text;
mod tip;
mod topics;
mod words;

pub use index::Index;
pub(crate) use note_types::our_note_types;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{self, AtomicUsize};

use crate::anki::{self, Collection, Design, Made, NoteType};
use crate::content::{self, Body, Defaults, InterviewType, Item, Manifest, Meta, NoteTypeFolder, Prompt, Title};
use crate::deck::study::Study;
use crate::deck::{Block, Deck, Language, Left, MediaSource, Needs, Note, Project, Show, Table};
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
use online::Online;

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
    /// Reads the media files.
    pub media_source: &'a dyn MediaSource,
    /// The project's font files.
    pub fonts: &'a [MediaFile],
    /// The project's own note types.
    pub note_types: &'a [NoteTypeFolder],
    /// Their templates and styles, by path.
    pub templates: &'a BTreeMap<&'a str, FileId>,
    /// The style sheet that the manifest names.
    pub style: Option<FileId>,
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

/// Makes the deck and what Anki stores of it, if there is no error in the project.
#[must_use]
pub fn deck(input: &Input<'_>, diagnostics: &mut Sink) -> Option<Made> {
    let traits = sheets::traits(input);
    let project = project::lower(input, &traits, diagnostics);
    let mut shared = Shared::new(input, &project.id, project.version.trim(), diagnostics);
    shared.needs = (input.needs)(&project);
    shared.macros.paperless = !shared.needs.paper;
    shared.words = project.words.clone();
    shared.mix_options = project.mix_options;
    let own = note_types::all(input, &project, diagnostics);
    (shared.note_types, shared.designs) = (own.note_types, own.designs);
    shared.known = own.known.into_iter().map(|known| (known.key.clone(), known)).collect();
    let (lowered, found) = ahead::all(&shared, input, std::mem::take(diagnostics));
    let context = Context::new(&shared, &found);
    let (topics, lessons) = topics::lower(&context, &project.deck, input.files, &mut lowered.into_iter().flatten());
    context.report_all(found.media.complaints(&shared.media));
    let (media, left, cards) = (found.media.into_files(), found.left.into_inner(), found.cards.into_inner());
    *diagnostics = found.diagnostics.into_inner();
    diagnostics.extend(media::line_ends(&media, input.media_source));
    if diagnostics.has_errors() {
        return None;
    }
    let languages = shared.languages.iter().map(|(id, tag)| ((*id).to_owned(), Language::new(tag)));
    let languages = languages.collect();
    let note_types = (shared.note_types, shared.designs);
    let mut deck = Deck {
        languages,
        traits,
        topics,
        left,
        drafts: input.files.iter().flat_map(|file| file.drafts.iter().cloned()).collect(),
        type_media: own.media,
        media,
        lessons,
        project,
    };
    let collection = Collection::of(&mut deck, cards, note_types);
    Some(Made { deck, collection })
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
    /// Whether cards mix the options of a choice.
    mix_options: bool,
    note_types: Vec<NoteType>,
    /// What we know of each of them.
    designs: Vec<Design>,
    /// What notes of these types may contain, by the types' names in sources.
    known: BTreeMap<String, Known>,
    index: &'a Index,
    sources: &'a Sources,
    media: MediaIndex<'a>,
    /// What formulas may use.
    macros: Macros,
    /// Whether authors' tags stand in Anki as they are.
    flat_tags: bool,
    /// Where the items are on the web, if they are.
    online: Option<Online>,
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
            mix_options: false,
            note_types: Vec::new(),
            designs: Vec::new(),
            known: BTreeMap::new(),
            index: input.index,
            sources: input.sources,
            media: MediaIndex::new(input.media),
            macros: macros::lower(input, diagnostics),
            flat_tags: input.manifest.flat_tags,
            online: Online::new(input, diagnostics),
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

/// What a text is read with.
#[derive(Clone, Copy)]
struct Context<'a> {
    shared: &'a Shared<'a>,
    /// Where everything goes that lowering produces in addition to blocks.
    found: &'a Found,
    /// The BCP 47 tag of the language of the texts.
    language: &'a str,
    /// What the file says of all its items, if the texts are in one.
    defaults: Option<&'a Defaults>,
    /// The item's number among the questions of the project.
    number: usize,
}

/// What lowering some items produces in addition to their blocks.
#[derive(Default)]
struct Found {
    /// The text of links to items, by item id.
    titles: RefCell<BTreeMap<String, Vec<Inline>>>,
    media: UsedMedia,
    /// What Anki stores of the notes, each at its number.
    cards: RefCell<Vec<anki::Note>>,
    /// Notes of the current file or item that documents do not show: see [`crate::deck::Topic::aside`].
    aside: RefCell<Vec<Note>>,
    /// Notes that left with an earlier release.
    left: RefCell<Vec<Left>>,
    diagnostics: RefCell<Sink>,
}

/// What an item becomes, and what the lint reads of it in a check.
type Studied<T> = (T, Option<Study>);

impl<'a> Context<'a> {
    /// For texts that are in no item.
    fn new(shared: &'a Shared<'a>, found: &'a Found) -> Self {
        Self {
            shared,
            found,
            language: shared.project_language,
            defaults: None,
            number: 0,
        }
    }

    /// For the items of `file`.
    fn within(self, file: &'a content::File) -> Self {
        Self { defaults: Some(&file.defaults), ..self }
    }

    /// For the item that `meta` is about.
    fn of(self, meta: &Meta) -> Self {
        Self {
            language: self.shared.language_of(&meta.id.value.0),
            ..self
        }
    }

    /// For texts in the language of this BCP 47 tag.
    fn speaking<'b>(self, language: &'b str) -> Context<'b>
    where
        'a: 'b,
    {
        Context { language, ..self }
    }
}

impl Context<'_> {
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
        self.found.diagnostics.borrow_mut().extend(found.into_iter().inspect(|_| {
            self.shared.reported.fetch_add(1, atomic::Ordering::Relaxed);
        }));
    }
}

/// The blocks of a file in source order, from its lowered items, and what the lint reads of the
/// items. Neighbours of one kind may share a block, as interview types share a table.
fn blocks(
    context: &Context<'_>,
    file: &content::File,
    lowered: &mut dyn Iterator<Item = Lowered>,
) -> (Vec<Block>, Vec<Study>) {
    context.report_all(file.defaults.tags.iter().filter_map(build::empty_part));
    let mut blocks = Vec::with_capacity(file.items.len());
    // By the items' places in the file.
    let mut studies: Vec<(usize, Option<Study>)> = Vec::new();
    let mut types: Grouped<'_, InterviewType> = Grouped::default();
    let mut prompts: Grouped<'_, Prompt> = Grouped::default();
    for (place, item) in file.items.iter().enumerate() {
        if stands_alone(item) {
            let Some(mut lowered) = lowered.next() else { break };
            let before = context.found.cards.borrow().len();
            let notes = lowered.block.iter_mut().flat_map(Block::notes_mut).chain(&mut lowered.aside);
            notes.filter_map(|note| note.number.as_mut()).for_each(|number| *number += before);
            context.found.cards.borrow_mut().append(&mut lowered.cards);
            blocks.extend(lowered.block);
            studies.push((place, lowered.study));
            context.found.aside.borrow_mut().extend(lowered.aside);
            context.found.left.borrow_mut().extend(lowered.left);
        } else if let Body::Prompt(prompt) = &item.body {
            prompts.add(blocks.len(), place, (&item.meta, prompt));
        } else if let Body::InterviewType(kind) = &item.body {
            types.add(blocks.len(), place, (&item.meta, kind));
        }
    }
    let mut tables = Vec::new();
    tables.extend(types.table(|types| interview_type::lower(context, types), &mut studies));
    tables.extend(prompts.table(|prompts| prompt::lower(context, prompts), &mut studies));
    tables.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    for (at, table) in tables {
        blocks.insert(at, needed(context, Block::Table(table)));
    }
    studies.sort_by_key(|(place, _)| *place);
    (blocks, studies.into_iter().filter_map(|(_, study)| study).collect())
}

/// The items of a file that share a table.
struct Grouped<'a, T> {
    /// How many blocks are before the first of them.
    at: usize,
    /// Their places in the file.
    places: Vec<usize>,
    items: Vec<(&'a Meta, &'a T)>,
}

impl<T> Default for Grouped<'_, T> {
    fn default() -> Self {
        Self { at: 0, places: Vec::new(), items: Vec::new() }
    }
}

impl<'a, T> Grouped<'a, T> {
    fn add(&mut self, at: usize, place: usize, item: (&'a Meta, &'a T)) {
        if self.items.is_empty() {
            self.at = at;
        }
        self.places.push(place);
        self.items.push(item);
    }

    /// Their table and its place among the blocks, if there are any.
    fn table(
        self,
        lower: impl FnOnce(&[(&'a Meta, &'a T)]) -> (Table, Vec<Option<Study>>),
        studies: &mut Vec<(usize, Option<Study>)>,
    ) -> Option<(usize, Table)> {
        if self.items.is_empty() {
            return None;
        }
        let (table, own) = lower(&self.items);
        studies.extend(self.places.into_iter().zip(own));
        Some((self.at, table))
    }
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

/// The block of a single item, and what the lint reads of it.
fn block(context: &Context<'_>, item: &Item) -> Studied<Block> {
    let meta = &item.meta;
    match &item.body {
        Body::Question(question) => of(Block::Note, question::lower(context, meta, question)),
        Body::Prompt(prompt) => {
            let (table, studies) = prompt::lower(context, &[(meta, prompt)]);
            (Block::Table(table), studies.into_iter().flatten().next())
        }
        Body::Story(story) => of(Block::Note, story::lower(context, meta, story)),
        Body::Pattern(pattern) => of(Block::Note, pattern::lower(context, meta, pattern)),
        Body::Table(table) => of(Block::Table, table::lower(context, meta, table)),
        Body::Fact(fact) => of(Block::Note, fact::lower(context, meta, fact)),
        Body::Choice(choice) => of(Block::Note, choice::lower(context, meta, choice)),
        Body::Tip(tip) => of(Block::Note, tip::lower(context, meta, tip)),
        Body::Checklist(list) => of(Block::Checklist, checklist::lower(context, meta, list)),
        Body::Plan(plan) => of(Block::Plan, plan::lower(context, meta, plan)),
        Body::InterviewType(kind) => {
            let (table, studies) = interview_type::lower(context, &[(meta, kind)]);
            (Block::Table(table), studies.into_iter().flatten().next())
        }
        Body::Prose(prose) => of(Block::Prose, prose::lower(context, meta, prose)),
        Body::Note(note) => of(Block::Note, note::lower(context, meta, note)),
    }
}

fn of<T>(block: fn(T) -> Block, (lowered, study): Studied<T>) -> Studied<Block> {
    (block(lowered), study)
}

/// Lowers an item only to retire its notes.
fn retire(context: &Context<'_>, item: &Item, release: &Title) {
    let before = context.found.aside.borrow().len();
    let (block, _) = block(context, item);
    let parts = context.found.aside.borrow_mut().split_off(before);
    for note in block.notes().into_iter().cloned().chain(parts) {
        // A part may have been retired earlier than its item.
        if note.retired.is_some() {
            context.found.aside.borrow_mut().push(note);
        } else {
            context.retire(note, &release.value.0, release.span);
        }
    }
}
