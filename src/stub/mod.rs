//! A new item: its initial text for each kind, and where in a project it goes. Every byte of
//! the author's own stays the same, and nothing is written to disk here: the edge does that.

mod insert;
mod place;

pub use place::Place;

use std::fmt;

use crate::content;
use crate::diag::{Severity, Sink};
use crate::front;
use crate::lower::Index;
use crate::schema;
use crate::source::{FileId, Source};
use crate::world::World;
use crate::yaml::{self, Tree};

/// A kind of item, as commands name it.
#[derive(Debug)]
pub struct Kind {
    /// Its list in a content file.
    pub section: &'static str,
    /// The name of a single item, and other spellings of both.
    pub names: &'static [&'static str],
    /// What it is, in a few words.
    pub about: &'static str,
    text: &'static str,
}

/// Declares the table of kinds.
macro_rules! kinds {
    ($($section:literal [$($name:literal)*] $about:literal)*) => {
        /// Every kind, in the order of [`content::SECTIONS`].
        pub static KINDS: [Kind; content::SECTIONS.len()] = [$(Kind {
            section: $section,
            names: &[$($name),*],
            about: $about,
            text: include_str!(concat!("../../assets/stubs/", $section, ".yaml")),
        }),*];
    };
}

kinds! {
    "prose" ["prose"] "Text for the handout"
    "interview_types" ["interview-type" "interview_type" "interview-types"] "A kind of interview: what it tests, how to prepare"
    "questions" ["question"] "A question and its answer"
    "prompts" ["prompt"] "A behavioural question"
    "stories" ["story"] "A STAR story"
    "patterns" ["pattern"] "Code to know by heart"
    "tables" ["table"] "A comparison"
    "facts" ["fact"] "A sentence with cloze deletions"
    "choices" ["choice"] "Multiple choice"
    "tips" ["tip"] "Advice for a situation"
    "checklists" ["checklist"] "Things to tick off"
    "plans" ["plan"] "Weeks, daily tasks, and links to what to study"
    "notes" ["note"] "A note of one of your own note types"
}

impl Kind {
    /// Whether `word` is a name of this kind, singular or plural.
    #[must_use]
    pub fn is_called(&self, word: &str) -> bool {
        self.section == word || self.names.contains(&word)
    }

    /// An item of this kind, with placeholder text wherever text is required.
    fn stub(&self, id: &str) -> String {
        self.text.replacen("id: ID", &format!("id: {}", yaml::scalar(id)), 1)
    }
}

/// A content file with a new item.
#[derive(Debug)]
pub struct Added {
    /// Its path in the project.
    pub path: String,
    /// Its new text.
    pub text: String,
    /// Where the item begins, from 1.
    pub line: usize,
}

/// Why there is no place for a new item.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No item can have this id.
    BadId {
        /// The id.
        id: String,
    },
    /// An item has or had this id.
    Taken {
        /// The id.
        id: String,
        /// The file of that item.
        path: String,
        /// The line of its id.
        line: usize,
    },
    /// No topic has this name, but one has a similar name.
    UnknownTopic {
        /// What was asked for.
        topic: String,
        /// What the author may have meant.
        near: String,
    },
    /// No `content` pattern reads this file.
    NoContent {
        /// Its path in the project.
        path: String,
    },
    /// The file cannot be read in its present state.
    Broken {
        /// The file.
        path: String,
        /// The line with the mistake.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The list is written in a form that we cannot add to.
    Form {
        /// The file.
        path: String,
        /// The list.
        section: &'static str,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadId { id } => {
                write!(f, "`{id}` is not a valid id: an id is made of lower-case letters and digits, joined by `-`")?;
                let can = schema::slug(id);
                if schema::is_id(&can) { write!(f, "; try `{can}`") } else { Ok(()) }
            }
            Self::Taken { id, path, line } => write!(f, "the id `{id}` is already taken: {path}:{line}"),
            Self::UnknownTopic { topic, near } => {
                write!(f, "there is no topic `{topic}`; did you mean `{near}`? (--file starts a new one)")
            }
            Self::NoContent { path } => write!(f, "no `content` pattern in cardpress.yaml matches {path}"),
            Self::Broken { path, line, message } => write!(f, "{path}:{line}: {message}; fix that first"),
            Self::Form { path, section } => {
                write!(f, "`{section}` in {path} is not a list with each item on its own `- ` line")
            }
        }
    }
}

/// Adds an item with the id `id`, which is valid except that its texts are placeholders.
///
/// # Errors
/// If the id is not allowed, or there is no place for the item.
pub fn add(world: &World, kind: &Kind, id: &str, place: &Place<'_>) -> Result<Added, Refusal> {
    if !schema::is_id(id) {
        return Err(Refusal::BadId { id: id.to_owned() });
    }
    let content = front::Content::of(world);
    let sources: Vec<Source> = content.files.iter().map(|file| source(file)).collect();
    let trees: Vec<Tree<'_>> = (0..).zip(&sources).map(|(at, source)| tree(at, source)).collect();
    free(id, &sources, &trees)?;
    let (path, before) = place::find(&content, kind, place, &sources, &trees)?;
    sound(&path, &before)?;
    let stub = if kind.section == "notes" { note(kind.stub(id), &before, world) } else { kind.stub(id) };
    let inserted = insert::insert(&before, kind.section, &stub);
    let Some((text, line)) = inserted else {
        return Err(Refusal::Form { path, section: kind.section });
    };
    Ok(Added { path, text, line })
}

fn source(file: &crate::world::File) -> Source {
    Source::new(&file.path, String::from_utf8_lossy(&file.bytes))
}

fn tree(at: u32, source: &Source) -> Tree<'_> {
    // `check` reports what is wrong with a file; here we only need what can be read.
    yaml::parse(FileId::new(at), source.text(), &mut Sink::new())
}

fn free(id: &str, sources: &[Source], trees: &[Tree<'_>]) -> Result<(), Refusal> {
    let Some(span) = Index::new(trees.iter(), &mut Sink::new()).place(id) else {
        return Ok(());
    };
    let source = &sources[span.file.index()];
    Err(Refusal::Taken {
        id: id.to_owned(),
        path: source.path().to_owned(),
        line: source.position(span.start).line,
    })
}

/// In a file with syntax errors, we cannot tell where a list ends.
fn sound(path: &str, text: &str) -> Result<(), Refusal> {
    let mut faults = Sink::new();
    let source = Source::new(path, text);
    let _ = yaml::parse(FileId::new(0), source.text(), &mut faults);
    let Some(fault) = faults.into_iter().find(|fault| fault.severity == Severity::Error) else { return Ok(()) };
    Err(Refusal::Broken {
        path: path.to_owned(),
        line: fault.span.map_or(1, |span| source.position(span.start).line),
        message: fault.message,
    })
}

/// The stub of a note: its note type is that of the file's last note, or else the project's
/// first, and it has the fields that this type requires. If the project has no note types, the
/// stub stays as it is.
fn note(stub: String, before: &str, world: &World) -> String {
    let own = front::own_note_types(world);
    let last = before.lines().rev().find_map(|line| {
        let key = line.trim_start_matches([' ', '-']).strip_prefix("type:")?.trim();
        own.iter().find(|folder| folder.key == key)
    });
    let Some(folder) = last.or(own.first()) else { return stub };
    let all = &folder.note_type.fields;
    let required: Vec<_> = all.iter().filter(|field| field.required).collect();
    let fields = if required.is_empty() { all.iter().take(2).collect() } else { required };
    let head = stub.split("  type:").next().unwrap_or_default();
    let line = |field: &content::NoteField| format!("    {}: TODO {}\n", field.id.value.0, field.name.value.0.trim());
    let fields: String = fields.into_iter().map(line).collect();
    format!("{head}  type: {}\n  fields:\n{fields}", folder.key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_stub() {
        assert!(KINDS.iter().map(|kind| kind.section).eq(content::SECTIONS));
        for kind in &KINDS {
            assert!(kind.stub("2024").starts_with("- id: \"2024\"\n"), "{kind:?}");
        }
    }
}
