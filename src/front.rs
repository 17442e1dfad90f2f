//! World → deck: files to text, text to trees, trees to content, content to a deck. Each stage
//! reports everything it finds; only a complete deck comes out.

mod choose;
mod curly;
mod ids;
mod templates;
mod unseen;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use crate::anki::Made;
use crate::content::{self, Manifest, NoteTypeFolder};
use crate::deck::{Needs, Project};
use crate::diag::{self, Code, Diagnostic, Sink};
use crate::hex;
use crate::lower::{self, Index, Input};
use crate::schema::{self, Shape};
use crate::source::{FileId, Source, Sources, Span, offset};
use crate::threads::Threads;
use crate::world::{File, World};
use crate::yaml::{self, MAX_BYTES, MAX_DIAGNOSTICS, NodeId, Tree};

pub(crate) use choose::Content;
pub(crate) use templates::used_texts;

use templates::Templates;

/// How a project is read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'r> {
    /// What will be read of a project's notes.
    pub(crate) needs: &'r dyn Fn(&Project) -> Needs,
    /// The versions of earlier releases.
    pub(crate) releases: &'r BTreeSet<String>,
    /// Whether the lint will read the deck.
    pub(crate) studied: bool,
    /// How many threads to use.
    pub(crate) threads: Threads,
}

/// Reads a project; returns a deck only if nothing is wrong with it.
pub(crate) fn read(world: &World, reading: Reading<'_>, diagnostics: &mut Sink) -> (Sources, Option<Made>) {
    let mut sources = Sources::default();
    let manifest_file = add(&mut sources, &world.manifest, diagnostics);
    let text = sources.get(manifest_file).text().to_owned();
    let manifest_tree = tree(Shape::Manifest, manifest_file, &text, &sources, diagnostics);
    let chosen = choose::content(world, &manifest_tree, diagnostics);
    let note_types = note_types(world, &mut sources, diagnostics);
    let templates = Templates::read(world, &manifest_tree, &mut sources, diagnostics);
    let mut ids: Vec<FileId> = chosen.iter().map(|file| add(&mut sources, file, diagnostics)).collect();
    ids.retain(|id| !is_too_large(*id, diagnostics));
    let hash = hash(world, &chosen, &templates);
    let own = Own { note_types: &note_types, templates: &templates };
    let made = project(world, &sources, (&manifest_tree, &ids, own), &hash, reading, diagnostics);
    (sources, made)
}

/// The project's own note types and style.
#[derive(Clone, Copy)]
struct Own<'o> {
    note_types: &'o [NoteTypeFolder],
    templates: &'o Templates<'o>,
}

/// Reads what each folder in `note-types` is.
fn note_types(world: &World, sources: &mut Sources, diagnostics: &mut Sink) -> Vec<NoteTypeFolder> {
    let mut folders = Vec::new();
    for file in &world.files {
        let Some(key) = file.path.strip_prefix(FOLDER).and_then(|path| path.strip_suffix("/note-type.yaml")) else {
            continue;
        };
        let id = add(sources, file, diagnostics);
        if is_too_large(id, diagnostics) {
            continue;
        }
        let text = sources.get(id).text().to_owned();
        let before = diagnostics.len();
        let tree = tree(Shape::NoteType, id, &text, sources, diagnostics);
        lost_to_comments(&tree, &text, diagnostics);
        let Some(name) = tree.root().and_then(|root| tree.get(root, "name")) else { continue };
        if diag::has_errors(&diagnostics[before..]) {
            continue;
        }
        if let Some(note_type) = content::note_type(&tree) {
            folders.push(NoteTypeFolder {
                key: key.to_owned(),
                span: tree.span(name),
                note_type,
            });
        }
    }
    folders
}

/// The outputs that a manifest may ask for several times.
const SEVERAL: [&str; 3] = ["csv", "handout", "sheet"];

/// The names of the output instances in the manifest, each with the name of its output.
pub(crate) fn instances(world: &World) -> Vec<(&'static str, String)> {
    let text = String::from_utf8_lossy(&world.manifest.bytes);
    let tree = yaml::parse(FileId::new(0), &text, &mut Sink::new());
    let outputs = tree.root().and_then(|root| tree.get(root, "outputs"));
    let mut found = Vec::new();
    for output in SEVERAL {
        let Some(value) = outputs.and_then(|outputs| tree.get(outputs, output)) else { continue };
        let all = if tree.items(value).is_empty() { vec![value] } else { tree.items(value).to_vec() };
        let names = all.into_iter().filter_map(|one| tree.text(tree.get(one, "name")?));
        found.extend(names.map(|name| (output, name.to_owned())));
    }
    found
}

/// Only the project's note types.
pub(crate) fn own_note_types(world: &World) -> Vec<NoteTypeFolder> {
    note_types(world, &mut Sources::default(), &mut Sink::new())
}

/// Where the project's note types are.
const FOLDER: &str = "note-types/";

/// Parses and lowers the content files.
fn project(
    world: &World,
    sources: &Sources,
    (manifest_tree, ids, own): (&Tree<'_>, &[FileId], Own<'_>),
    source_hash: &str,
    reading: Reading<'_>,
    diagnostics: &mut Sink,
) -> Option<Made> {
    let mut trees = Vec::new();
    let mut faults: Vec<Span> = spans(diagnostics).collect();
    let read = |id: &FileId| {
        let text = sources.get(*id).text();
        let mut found = Sink::new();
        let tree = tree(Shape::Content, *id, text, sources, &mut found);
        lost_to_comments(&tree, text, &mut found);
        given_up(*id, text, &mut found);
        (tree, found)
    };
    reading.threads.in_order(ids, read, |(tree, found)| {
        faults.extend(spans(&found));
        diagnostics.append(found);
        trees.push(tree);
    });
    let before = diagnostics.len();
    let index = Index::new(trees.iter(), diagnostics);
    ids::keep_links(&trees, &index, diagnostics);
    faults.extend(spans(&diagnostics[before..]));
    faults.sort_unstable();
    let broken = |whole: Span| {
        let first = faults.partition_point(|fault| (fault.file, fault.start) < (whole.file, whole.start));
        let near = faults[first..].iter().take_while(|fault| fault.file == whole.file && fault.start <= whole.end);
        near.into_iter().any(|fault| fault.end <= whole.end)
    };
    // Each tree is dropped once its content has been read.
    let files: Vec<content::File> = trees.into_iter().filter_map(|tree| content::read(&tree, broken)).collect();
    let root = manifest_tree.root()?;
    let manifest = manifest(manifest_tree, root)?;
    let input = Input {
        manifest: &manifest,
        output_spans: output_spans(manifest_tree, root),
        files: &files,
        index: &index,
        sources,
        media: &world.media,
        media_source: &*world.media_source,
        fonts: &world.fonts,
        note_types: own.note_types,
        templates: &own.templates.by_path,
        style: own.templates.style,
        assets: &world.assets,
        source_hash: source_hash.to_owned(),
        releases: reading.releases,
        studied: reading.studied,
        needs: reading.needs,
        threads: reading.threads,
    };
    lower::deck(&input, diagnostics)
}

/// Parses a source and checks it against the schema for its shape.
fn tree<'s>(shape: Shape, file: FileId, text: &'s str, sources: &Sources, diagnostics: &mut Sink) -> Tree<'s> {
    let (mut found, mut misfits) = (Sink::new(), Sink::new());
    let tree = yaml::parse(file, text, &mut found);
    unseen::in_text(file, text, &mut found);
    unseen::in_values(&tree, sources, &mut found);
    curly::in_values(&tree, text, &mut found);
    schema::check(shape, &tree, text, &mut misfits);
    misfits.retain(|misfit| !echoes(misfit, &found, text));
    found.truncate(MAX_DIAGNOSTICS);
    misfits.truncate(MAX_DIAGNOSTICS - found.len());
    diagnostics.append(found);
    diagnostics.append(misfits);
    tree
}

/// Whether a value doesn't fit its schema only because of a fault within it.
fn echoes(misfit: &Diagnostic, faults: &[Diagnostic], text: &str) -> bool {
    let Some(span) = misfit.span else { return false };
    let on_one_line = text.get(span.start as usize..span.end as usize).is_some_and(|value| !value.contains('\n'));
    let within = |fault: &Span| {
        let holds = (span.start..span.end.max(span.start + 1)).contains(&fault.start);
        holds || (fault.start..fault.end).contains(&span.start)
    };
    let told = |fault: &Diagnostic| {
        let mut labels = fault.labels.iter().map(|label| label.span);
        fault.code == Code::INDENTATION && misfit.code == Code::EMPTY_TEXT && labels.any(|label| within(&label))
    };
    // Text that should be indented isn't a key.
    let as_text = |fault: &Diagnostic| {
        let mends = fault.fix.as_ref().is_some_and(|fix| (fix.span.start..fix.span.end).contains(&span.start));
        fault.code == Code::INDENTATION && mends && fault.span.is_some_and(|place| place.start < span.start)
    };
    on_one_line
        && (spans(faults).any(|fault| within(&fault)) || faults.iter().any(|fault| told(fault) || as_text(fault)))
}

fn manifest(tree: &Tree<'_>, root: NodeId) -> Option<Manifest> {
    content::decode::node(tree, root).ok()
}

fn spans(diagnostics: &[Diagnostic]) -> impl Iterator<Item = Span> {
    diagnostics.iter().filter_map(|diagnostic| diagnostic.span)
}

/// Says that Cardpress stopped checking a file because it has too many mistakes.
fn given_up(file: FileId, text: &str, found: &mut Sink) {
    if found.len() >= MAX_DIAGNOSTICS {
        let end = offset(text.len());
        let message = format!("this file has at least {MAX_DIAGNOSTICS} mistakes");
        let diagnostic = Diagnostic::error(Code::TOO_MANY, Span::new(file, end, end), message)
            .label("Cardpress did not check the rest of the file")
            .help("fix the ones listed, then check again");
        found.push(diagnostic);
    }
}

/// Whether a file was too large to read: there is nothing else to report about it.
fn is_too_large(file: FileId, diagnostics: &[Diagnostic]) -> bool {
    let here = |diagnostic: &Diagnostic| diagnostic.span.is_some_and(|span| span.file == file);
    diagnostics.iter().any(|diagnostic| diagnostic.code == Code::FILE_TOO_LARGE && here(diagnostic))
}

/// Adds a file as text. Bytes that aren't UTF-8 are reported and replaced.
fn add(sources: &mut Sources, file: &File, diagnostics: &mut Sink) -> FileId {
    if file.bytes.len() > MAX_BYTES {
        let id = sources.add(Source::new(&file.path, ""));
        let message = format!("this file is larger than {} MiB", MAX_BYTES >> 20);
        let diagnostic = Diagnostic::error(Code::FILE_TOO_LARGE, Span::new(id, 0, 0), message)
            .label("not read")
            .help("split it into several files");
        diagnostics.push(diagnostic);
        return id;
    }
    let error = match std::str::from_utf8(&file.bytes) {
        Ok(text) => return sources.add(Source::new(&file.path, text)),
        Err(error) => error,
    };
    let id = sources.add(Source::new(&file.path, String::from_utf8_lossy(&file.bytes)));
    let at = offset(error.valid_up_to());
    let byte = file.bytes.get(error.valid_up_to()).copied().unwrap_or_default();
    let place = Span::new(id, at, at + 3);
    let diagnostic = Diagnostic::error(Code::NOT_UTF8, place, format!("the byte 0x{byte:02X} is not valid UTF-8"))
        .label("read as a replacement character")
        .help("save the file as UTF-8; it may be in Latin-1, Windows-1252 or UTF-16");
    diagnostics.push(diagnostic);
    id
}

/// Where the manifest asks for each output, or else where the manifest begins.
fn output_spans(tree: &Tree<'_>, root: NodeId) -> BTreeMap<&'static str, Span> {
    let outputs = tree.entry(root, "outputs").map(|(_, value)| value);
    let first = tree.entries(root).next();
    let span = |name| {
        let own = outputs.and_then(|outputs| tree.entry(outputs, name));
        own.or(first).map_or_else(|| tree.span(root), |(key, _)| tree.span(key))
    };
    SEVERAL.into_iter().map(|name| (name, span(name))).collect()
}

/// Without quotes, `Rank #1 in the list` ends at `Rank`: a ` #` with no space after it
/// is hardly ever meant as a comment.
fn lost_to_comments(tree: &Tree<'_>, text: &str, diagnostics: &mut Sink) {
    let before = diagnostics.len();
    for node in tree.scalars().filter(|node| tree.is_plain(*node)) {
        if diagnostics.len() - before >= MAX_DIAGNOSTICS {
            return;
        }
        let span = tree.span(node);
        let rest = text.get(span.end as usize..).unwrap_or("");
        if !rest.starts_with([' ', '\t']) {
            continue;
        }
        let line = rest.lines().next().unwrap_or("");
        let comment = line.trim_start_matches([' ', '\t']);
        let spaces = line.len() - comment.len();
        let meant = comment.chars().nth(1).is_none_or(|c| c.is_whitespace() || c == '#' || c == '!');
        if !comment.starts_with('#') || meant {
            continue;
        }
        let start = span.end + offset(spaces);
        let end = span.end + offset(line.trim_end().len());
        let place = Span::new(span.file, start, end);
        let whole = Span::new(span.file, span.start, end);
        let value = text.get(span.start as usize..end as usize).unwrap_or("");
        let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        let diagnostic = Diagnostic::error(Code::TEXT_AFTER_HASH, place, "the value ends at ` #`")
            .label("YAML reads this as a comment")
            .also(span, "only this is kept")
            .help("put the value in quotes; if it is a comment, put a space after the `#`")
            .suggest(whole, quoted);
        diagnostics.push(diagnostic);
    }
}

/// Eight hex digits of the SHA-256 of the manifest, the content files, and the project's note types and style.
fn hash(world: &World, chosen: &[&File], templates: &Templates<'_>) -> String {
    let mut hasher = Sha256::new();
    let own = world.files.iter().filter(|file| file.path.starts_with(FOLDER)).chain(templates.files(world));
    for file in std::iter::once(&world.manifest).chain(chosen.iter().copied()).chain(own) {
        hasher.update(file.path.as_bytes());
        hasher.update([0]);
        hasher.update((file.bytes.len() as u64).to_le_bytes());
        hasher.update(&file.bytes);
    }
    hex::digits(&hasher.finalize()[..4])
}
