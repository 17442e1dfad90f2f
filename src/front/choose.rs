//! Which files are content: those that match a pattern in the manifest. Cardpress doesn't silently
//! skip a file that nearly matches one.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};

use crate::diag::{Code, Diagnostic, Sink};
use crate::similar;
use crate::source::FileId;
use crate::world::{File, World};
use crate::yaml::{self, NodeId, Tree};

/// The content files of a project, as chosen by its manifest.
pub(crate) struct Content<'w> {
    /// Those that exist.
    pub(crate) files: Vec<&'w File>,
    first: String,
    patterns: GlobSet,
}

impl<'w> Content<'w> {
    /// The content files of `world`; [`read`] reports whatever is wrong with its manifest.
    pub(crate) fn of(world: &'w World) -> Self {
        let text = String::from_utf8_lossy(&world.manifest.bytes);
        let tree = yaml::parse(FileId::new(0), &text, &mut Sink::new());
        let patterns = patterns(&tree, &mut Sink::new());
        let list = tree.root().and_then(|root| tree.get(root, "content"));
        let first = list.and_then(|list| tree.text(*tree.items(list).first()?));
        Self {
            files: world.files.iter().filter(|file| is_content(&file.path, &patterns)).collect(),
            first: first.unwrap_or_default().trim_start_matches("./").to_owned(),
            patterns,
        }
    }

    /// Whether the file at `path` is a content file or would be one.
    pub(crate) fn reads(&self, path: &str) -> bool {
        self.patterns.is_match(path)
    }

    /// The path for a file called `stem`, where the first pattern would find it.
    pub(crate) fn new_path(&self, stem: &str) -> String {
        let folders = self.first.rsplit_once('/').map_or("", |(folders, _)| folders);
        let literal = folders.split('/').take_while(|part| !part.is_empty() && !part.contains(['*', '?', '[', '{']));
        let extension = self.first.rsplit_once('.').map_or("yaml", |(_, extension)| extension);
        let extension = if extension == "yml" { "yml" } else { "yaml" };
        let name = format!("{stem}.{extension}");
        literal.chain([name.as_str()]).collect::<Vec<_>>().join("/")
    }
}

/// The content files of `world`; anything odd about the patterns is reported.
pub(super) fn content<'w>(world: &'w World, manifest: &Tree<'_>, diagnostics: &mut Sink) -> Vec<&'w File> {
    let patterns = patterns(manifest, diagnostics);
    let chosen: Vec<&File> = world.files.iter().filter(|file| is_content(&file.path, &patterns)).collect();
    closed(world, manifest, diagnostics);
    no_content(world, &chosen, manifest, diagnostics);
    unread(world, &chosen, manifest, diagnostics);
    chosen
}

/// Whether a pattern reads the file at `path`; note types are never content, whatever the patterns say.
fn is_content(path: &str, patterns: &GlobSet) -> bool {
    patterns.is_match(path) && !path.starts_with(super::FOLDER)
}

/// The manifest's `content` patterns.
fn patterns(tree: &Tree<'_>, diagnostics: &mut Sink) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    let list = tree.root().and_then(|root| tree.get(root, "content"));
    for node in list.into_iter().flat_map(|list| tree.items(list)) {
        let pattern = tree.text(*node).unwrap_or("");
        match Glob::new(pattern.trim_start_matches("./")) {
            Ok(glob) => {
                builder.add(glob);
            }
            Err(error) => {
                let message = format!("`{pattern}` is not a valid path pattern");
                let diagnostic = Diagnostic::error(Code::BAD_PATTERN, tree.span(*node), message)
                    .label(error.kind().to_string())
                    .help("write it like `topics/*.yaml`");
                diagnostics.push(diagnostic);
            }
        }
    }
    builder.build().unwrap_or_default()
}

/// Reports patterns that match nothing: together if there is no content at all, otherwise one by
/// one, because a folder may just be empty so far.
fn no_content(world: &World, chosen: &[&File], tree: &Tree<'_>, diagnostics: &mut Sink) {
    let list = tree.root().and_then(|root| tree.get(root, "content"));
    let Some(list) = list.filter(|list| !tree.items(*list).is_empty()) else { return };
    let near = |node: &NodeId| nearest(tree.text(*node)?, &world.files);
    let label =
        |near: Option<String>| near.map_or("nothing found".to_owned(), |near| format!("did you mean `{near}`?"));
    let help = "patterns are relative to the folder of `cardpress.yaml`, for example `topics/*.yaml`";
    if chosen.is_empty() {
        let diagnostic = Diagnostic::error(Code::NO_CONTENT, tree.span(list), "no file matches the `content` patterns");
        let meant = |node: &NodeId| {
            let matcher = matcher(tree.text(*node)?)?;
            world.strays.iter().find(|stray| matcher.is_match(renamed(stray)))
        };
        diagnostics.push(match tree.items(list).iter().find_map(meant) {
            Some(stray) => diagnostic
                .label(format!("but `{stray}` exists"))
                .help(format!("rename it to `{}`; your file manager may be hiding the real extension", renamed(stray))),
            None => diagnostic.label(label(tree.items(list).iter().find_map(near))).help(help),
        });
        return;
    }
    for node in tree.items(list) {
        let pattern = tree.text(*node).unwrap_or("");
        let Some(matcher) = matcher(pattern) else { continue };
        if !chosen.iter().any(|file| matcher.is_match(&file.path)) {
            let message = format!("no file matches `{pattern}`");
            let diagnostic = Diagnostic::warning(Code::NO_CONTENT, tree.span(*node), message);
            diagnostics.push(diagnostic.label(label(near(node))).help(help));
        }
    }
}

/// The pattern that `pattern` may have been meant to be: for a folder with nearly that name, or
/// for files with the other extension.
fn nearest(pattern: &str, files: &[File]) -> Option<String> {
    let split = |path: &'_ str| {
        path.rsplit_once('/').map_or((String::new(), path.to_owned()), |(a, b)| (a.to_owned(), b.to_owned()))
    };
    let (folder, name) = split(pattern.trim_start_matches("./"));
    let folders: BTreeSet<String> = files.iter().map(|file| split(&file.path).0).collect();
    let endings = [name.clone(), name.replace(".yaml", ".yml"), name.replace(".yml", ".yaml")];
    let near = similar::name(&folder, folders.iter().map(String::as_str));
    let tried = near.into_iter().chain(folders.iter().map(String::as_str));
    let candidates = tried.flat_map(|folder| {
        endings.iter().map(move |name| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") })
    });
    candidates.into_iter().find(|candidate| {
        Glob::new(candidate).is_ok_and(|glob| {
            let matcher = glob.compile_matcher();
            files.iter().any(|file| matcher.is_match(&file.path))
        })
    })
}

fn matcher(pattern: &str) -> Option<GlobMatcher> {
    Glob::new(pattern.trim_start_matches("./")).ok().map(|glob| glob.compile_matcher())
}

/// `topics/a.yaml.txt` and `topics/a.YAML` as their author meant them.
fn renamed(stray: &str) -> String {
    let lower = stray.to_lowercase();
    let end = |ending: &str| lower.rfind(ending).map(|at| format!("{}{ending}", stray.get(..at).unwrap_or(stray)));
    end(".yaml").or_else(|| end(".yml")).unwrap_or_else(|| stray.to_owned())
}

/// Warns of files next to the content that no pattern reads: once for each folder and extension.
fn unread(world: &World, chosen: &[&File], tree: &Tree<'_>, diagnostics: &mut Sink) {
    let Some(list) = tree.root().and_then(|root| tree.get(root, "content")) else { return };
    let first: BTreeMap<&str, &str> =
        chosen.iter().rev().map(|file| (folder(&file.path), file.path.as_str())).collect();
    let read: BTreeSet<&str> = chosen.iter().map(|file| file.path.as_str()).collect();
    let others = world.files.iter().filter(|file| !read.contains(file.path.as_str()));
    // Other tools keep their own settings in the project's folder.
    let others = others.filter(|file| !folder(&file.path).is_empty() || names_a_topic(&file.bytes));
    let strays = world.strays.iter().filter(|stray| !folder(stray).is_empty());
    let paths = others.map(|file| file.path.as_str()).chain(strays.map(String::as_str));
    let mut groups: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for path in paths.filter(|path| first.contains_key(folder(path))) {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        groups.entry((folder(path), ending)).or_default().push(path);
    }
    let patterns: Vec<(NodeId, GlobMatcher)> =
        tree.items(list).iter().filter_map(|node| Some((*node, matcher(tree.text(*node)?)?))).collect();
    for ((folder, _), paths) in groups {
        let beside = first.get(folder).copied().unwrap_or("");
        let pattern = patterns.iter().find(|(_, matcher)| matcher.is_match(beside)).map_or(list, |(node, _)| *node);
        diagnostics.push(unread_here(tree, pattern, &paths, world));
    }
}

/// Warns of unreadable folders that a pattern reaches into.
fn closed(world: &World, tree: &Tree<'_>, diagnostics: &mut Sink) {
    let list = tree.root().and_then(|root| tree.get(root, "content"));
    let nodes = list.map_or(&[][..], |list| tree.items(list));
    for (folder, reason) in &world.closed {
        let would_be_read = |node: &&NodeId| {
            let matcher = tree.text(**node).and_then(matcher);
            matcher.is_some_and(|matcher| {
                ["yaml", "yml"].iter().any(|ending| matcher.is_match(format!("{folder}/a.{ending}")))
            })
        };
        let Some(node) = nodes.iter().find(would_be_read) else { continue };
        let message = format!("cannot read the folder `{folder}`: {reason}");
        let diagnostic = Diagnostic::warning(Code::UNREAD_FILE, tree.span(*node), message)
            .label("this pattern reaches into it")
            .help("make the folder readable, or use a pattern that doesn't reach into it, such as `topics/*.yaml`");
        diagnostics.push(diagnostic);
    }
}

/// The warning for `paths`, which are next to files that `pattern` reads.
fn unread_here(tree: &Tree<'_>, pattern: NodeId, paths: &[&str], world: &World) -> Diagnostic {
    let more = if paths.len() > 1 { format!(" and {} more", paths.len() - 1) } else { String::new() };
    let first = paths.first().copied().unwrap_or("");
    let span = tree.span(pattern);
    let diagnostic =
        Diagnostic::warning(Code::UNREAD_FILE, span, format!("no `content` pattern matches `{first}`{more}"))
            .label("this one reads files from the same folder");
    if world.strays.iter().any(|stray| stray == first) {
        return diagnostic.help(format!("rename it to `{}`, or move it to another folder", renamed(first)));
    }
    let text = tree.text(pattern).unwrap_or("");
    let (stem, ending) = text.rsplit_once('.').unwrap_or((text, ""));
    let both = format!("{stem}.{{yaml,yml}}");
    if ["yaml", "yml"].contains(&ending) && matcher(&both).is_some_and(|matcher| matcher.is_match(first)) {
        let help = "match both extensions, or move the file to another folder";
        return diagnostic.help(help).suggest(span, format!("'{}'", both.replace('\'', "''")));
    }
    diagnostic.help(format!("add the pattern `{first}` under `content`, or move the file to another folder"))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn names_a_topic(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"topic:"))
}
