//! Note types, ours and the project's, read from the same kind of folder. Each is checked as
//! strictly as content, and mistakes are reported at the line of the template.

mod mixing;
mod ours;
mod speech;
mod templates;

use super::{Input, style};
use crate::anki::note_types::{self, ID, Shape, Side};
use crate::anki::theme::Theme;
use crate::anki::{Design, NoteType, template};
use crate::content::{self, Frame, Id, NoteTypeFolder, Title};
use crate::deck::{Media, NoteTypeId, Project};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::html;
use crate::similar;
use crate::source::{FileId, Span, unix};
use crate::words::{Part, Word, Words, parts};
use crate::yaml;

/// What notes of a note type may contain.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: NoteTypeId,
    pub(super) key: String,
    pub(super) fields: Vec<KnownField>,
    /// The words allowed under `cards`, each with the field that it fills.
    pub(super) optional: Vec<(String, usize)>,
    /// What handouts and sheets show.
    pub(super) shown: Shown,
    /// Where the note type is defined, if it belongs to the project.
    pub(super) span: Option<Span>,
    /// Whether it has a mistake, which its notes need not report again.
    pub(super) broken: bool,
}

/// A field, as seen by notes.
#[derive(Debug)]
pub(super) struct KnownField {
    /// Empty for a field that notes cannot fill directly.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) text: bool,
    /// Whether its clozes make cards.
    pub(super) clozed: bool,
    pub(super) lang: Option<String>,
}

/// What handouts and sheets show of notes, by field index.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) section: String,
    pub(super) title: Option<usize>,
    pub(super) prompt: Vec<usize>,
    pub(super) answer: Vec<usize>,
    pub(super) sheet: Vec<usize>,
}

/// Every note type of the project.
pub(super) struct All {
    pub(super) note_types: Vec<NoteType>,
    /// What we know of each of them.
    pub(super) designs: Vec<Design>,
    pub(super) known: Vec<Known>,
    /// Files that the project's styles and templates name, each with a note type that uses it.
    pub(super) media: Vec<(NoteTypeId, Media)>,
}

impl All {
    fn add(&mut self, (note_type, design): (NoteType, Design), known: Known) {
        self.note_types.push(note_type);
        self.designs.push(design);
        self.known.push(known);
    }
}

/// The names of our note types in content files.
pub(crate) fn our_note_types() -> impl Iterator<Item = &'static str> {
    ours::OURS.iter().map(|(key, ..)| *key)
}

/// Reads all note types: ours first.
pub(super) fn all(input: &Input<'_>, project: &Project, diagnostics: &mut Sink) -> All {
    let Project {
        id: namespace,
        title,
        language,
        words,
        report,
        mix_options,
        ..
    } = project;
    let mut all = All {
        note_types: Vec::new(),
        designs: Vec::new(),
        known: Vec::new(),
        media: Vec::new(),
    };
    let own = style::lower(input, diagnostics);
    let frame = joined(&theme(input.manifest.theme).style(), &own.text);
    let mut framed = Vec::new();
    for (key, text, templates) in ours::OURS {
        let tree = yaml::parse(FileId::new(0), text, &mut Sink::new());
        let Some(note_type) = content::note_type(&tree) else { continue };
        let template = |name: &Title| {
            let known = templates.iter().find(|(file, _)| *file == name.value.0);
            Some(worded(known?.1.trim_end(), &note_type, words))
        };
        let id = NoteTypeId::new(all.known.len());
        let (mut shape, known) = shape(key, &note_type, id, None, words, template);
        shape.style.clone_from(&frame);
        framed.push(id);
        shape.footer = footer(&shape, &note_type, report, words);
        if *mix_options {
            mixing::add(&mut shape, words);
        }
        all.add(note_types::build(shape, namespace, title, language), known);
    }
    for folder in input.note_types {
        if let Some(first) = all.known.iter().find(|known| known.key == folder.key) {
            diagnostics.push(taken(folder, first));
            continue;
        }
        let id = NoteTypeId::new(all.known.len());
        let before = diagnostics.len();
        let name = format!("{title}: {}", folder.note_type.name.value.0.trim()).to_lowercase();
        if let Some(at) = all.note_types.iter().position(|own| own.name.to_lowercase() == name) {
            diagnostics.push(same_name(folder, &all.designs[at]));
        }
        let mut files = templates::Files::new(input, folder, diagnostics);
        files.check();
        files.report(speech::without_region(&folder.note_type));
        let style = folder.note_type.style.as_ref().and_then(|style| files.style(style)).unwrap_or_default();
        let template = |name: &Title| {
            let text = worded(unix(files.text(name)?).trim_end(), &folder.note_type, words);
            Some(speech::spoken(&text, &folder.note_type))
        };
        let (mut shape, mut known) =
            self::shape(&folder.key, &folder.note_type, id, Some(folder.span), words, template);
        if shape.framed {
            shape.style = joined(&frame, &style);
            framed.push(id);
        } else {
            shape.style = style;
        }
        for side in &mut shape.cards {
            for text in [&mut side.question, &mut side.answer] {
                *text = files.renamed(text);
            }
        }
        let media = files.into_media();
        known.broken = diagnostics.len() > before;
        all.media.extend(media.into_iter().map(|media| (id, media)));
        all.add(note_types::build(shape, namespace, title, language), known);
    }
    let used = |id: NoteTypeId| own.media.iter().map(move |media| (id, media.clone()));
    all.media.extend(framed.into_iter().flat_map(used));
    all
}

fn theme(theme: Option<content::Theme>) -> Theme {
    match theme {
        None | Some(content::Theme::Plain) => Theme::Plain,
        Some(content::Theme::Serif) => Theme::Serif,
        Some(content::Theme::Contrast) => Theme::Contrast,
    }
}

/// A style sheet with a second one, which may be empty, after it.
fn joined(first: &str, second: &str) -> String {
    if second.is_empty() { first.to_owned() } else { format!("{first}\n{second}") }
}

/// The id of the note, and a link to report a mistake in it, if one of our note types has a field for the id.
fn footer(shape: &Shape, note_type: &content::NoteType, report: &str, words: &Words) -> String {
    if !shape.fields.iter().any(|(name, _)| name == ID) {
        return String::new();
    }
    let field = format!("{{{{{ID}}}}}");
    let link = if report.is_empty() {
        String::new()
    } else {
        let mut address = String::new();
        html::attribute(report, &mut address);
        let address = address.replace("{id}", &field);
        format!(" · <a href=\"{address}\">{}</a>", worded("{{word:report}}", note_type, words))
    };
    format!("\n<div class=\"cp-foot\">{field}{link}</div>")
}

fn same_name(folder: &NoteTypeFolder, other: &Design) -> Diagnostic {
    let name = folder.note_type.name.value.0.trim();
    let diagnostic = Diagnostic::error(Code::BAD_FIELD, folder.span, format!("two note types are called `{name}`"))
        .help("give this one a different `name`: Anki would rename one of them");
    match other.span {
        Some(span) => diagnostic.label("second one").also(span, "first one"),
        None => diagnostic.label("Cardpress has one of this name"),
    }
}

fn taken(folder: &NoteTypeFolder, first: &Known) -> Diagnostic {
    let message = format!("there is already a note type `{}`", folder.key);
    let diagnostic = Diagnostic::error(Code::DUPLICATE_ID, folder.span, message);
    match first.span {
        Some(span) => diagnostic.label("second one").also(span, "first one").help("rename one of the folders"),
        None => diagnostic.label("Cardpress has one of this name").help("rename the folder"),
    }
}

/// A note type in two forms: for Anki and for notes. The ids of our own fields come from their
/// names, which never change; those of a project's fields come from the ids, so that authors
/// can rename fields.
fn shape(
    key: &str,
    note_type: &content::NoteType,
    id: NoteTypeId,
    span: Option<Span>,
    words: &Words,
    template: impl Fn(&Title) -> Option<String>,
) -> (Shape, Known) {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut known: Vec<KnownField> = Vec::new();
    for field in &note_type.fields {
        let first = field.formerly.first().unwrap_or(&field.id);
        let name = field.name.value.0.trim().to_owned();
        fields.push((name.clone(), if span.is_some() { first.value.0.clone() } else { name.clone() }));
        known.push(KnownField {
            id: field.id.value.0.clone(),
            name,
            required: field.required,
            text: field.text,
            clozed: false,
            lang: field.lang.as_ref().map(|lang| lang.value.0.clone()),
        });
    }
    let mut optional: Vec<(String, usize)> = Vec::new();
    for word in note_type.cards.iter().filter_map(|card| card.optional.as_ref()).map(|word| &word.value.0) {
        if optional.iter().any(|(known, _)| known == word) {
            continue;
        }
        let at = known.iter().position(|field| field.id == *word).unwrap_or_else(|| {
            fields.push((word.clone(), word.clone()));
            let (id, name) = (String::new(), word.clone());
            known.push(KnownField {
                id,
                name,
                required: false,
                text: true,
                clozed: false,
                lang: None,
            });
            known.len() - 1
        });
        optional.push((word.clone(), at));
    }
    let cards = note_type.cards.iter().map(|card| Side {
        name: card.name.value.0.trim().to_owned(),
        origin: card.formerly.first().unwrap_or(&card.name).value.0.trim().to_owned(),
        question: template(&card.front).unwrap_or_default(),
        answer: template(&card.back).unwrap_or_default(),
        script: String::new(),
        gate: card.optional.as_ref().and_then(|word| {
            let (_, at) = optional.iter().find(|(known, _)| *known == word.value.0)?;
            Some(fields[*at].0.clone())
        }),
    });
    let cards: Vec<Side> = cards.collect();
    if let Some(side) = cards.first().filter(|_| note_type.cloze) {
        let (nodes, _) = template::parse(&side.question);
        let clozed = template::clozed(&nodes);
        for field in &mut known {
            field.clozed = clozed.contains(&field.name.as_str());
        }
    }
    let shown = shown(note_type, &known, words);
    let shape = Shape {
        key: key.to_owned(),
        name: note_type.name.value.0.trim().to_owned(),
        cloze: note_type.cloze,
        framed: note_type.frame != Some(Frame::None),
        fields,
        cards,
        style: String::new(),
        footer: String::new(),
        span,
    };
    let key = key.to_owned();
    (
        shape,
        Known {
            id,
            key,
            fields: known,
            optional,
            shown,
            span,
            broken: false,
        },
    )
}

fn shown(note_type: &content::NoteType, fields: &[KnownField], words: &Words) -> Shown {
    let usual = content::Shows::default();
    let shows = note_type.shows.as_ref().unwrap_or(&usual);
    let at = |id: &Id| fields.iter().position(|field| field.id == id.value.0);
    let all = |ids: &[Id]| -> Vec<usize> { ids.iter().filter_map(at).collect() };
    let title = match &shows.title {
        Some(title) => at(title),
        None => (!note_type.cloze && !fields.is_empty()).then_some(0),
    };
    let mut prompt = all(&shows.prompt);
    if prompt.is_empty() {
        prompt.extend((0..fields.len()).filter(|at| fields[*at].clozed && Some(*at) != title));
    }
    let rest = || {
        let named = fields.iter().enumerate().filter(|(_, field)| !field.id.is_empty());
        let hidden = |at: &usize| fields[*at].clozed || !prompt.contains(at);
        named.map(|(at, _)| at).filter(|at| Some(*at) != title && hidden(at)).collect()
    };
    let answer = shows.answer.as_ref().map_or_else(rest, |answer| all(answer));
    let section = worded(&shows.section.as_ref().unwrap_or(&note_type.name).value.0, note_type, words);
    let section = section.trim().to_owned();
    Shown {
        section,
        title,
        sheet: all(&shows.sheet),
        prompt,
        answer,
    }
}

/// A template with our words filled in: `{{word:which_row}}`. A placeholder inside a word is a
/// field, given by its id.
fn worded(template: &str, note_type: &content::NoteType, words: &Words) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once("{{word:") {
        let Some((key, after)) = tail.split_once("}}") else { break };
        out.push_str(before);
        rest = after;
        let Some(word) = Word::named(key.trim()) else { continue };
        for part in parts(words.get(word)) {
            match part {
                // An author may have supplied these words.
                Part::Text(text) => out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;")),
                Part::Place(place) => {
                    let field = note_type.fields.iter().find(|field| field.id.value.0 == place);
                    out.extend(field.map(|field| format!("{{{{{}}}}}", field.name.value.0.trim())));
                }
            }
        }
    }
    out + rest
}

impl Known {
    /// The index of the field that content files call `id`.
    pub(super) fn field(&self, id: &str) -> Option<usize> {
        self.fields.iter().position(|field| !field.id.is_empty() && field.id == id)
    }

    /// The id that the author may have meant by `id`, which may be the field's name in Anki.
    pub(super) fn similar(&self, id: &str) -> Option<&str> {
        let named = self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(id)).map(|field| field.id.as_str());
        let ids = self.fields.iter().map(|field| field.id.as_str()).filter(|id| !id.is_empty());
        named.filter(|id| !id.is_empty()).or_else(|| similar::name(id, ids))
    }
}
