//! A note of a note type: one of the project's own, or one of ours, given by its fields.

use super::build::{Draft, Piece, plain};
use super::lesson::{face, said};
use super::note_types::{Known, KnownField};
use super::text::{joined, led, words_of};
use super::{Context, Studied};
use crate::content::{self, Id, Markdown, Meta, Spanned};
use crate::deck::study::{self, Study};
use crate::deck::{Body, Entry, Note, NoteTypeId, OnSheet, Role, Show};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Document, Inline, cloze};
use crate::similar;
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, note: &content::Note) -> Studied<Note> {
    let span = meta.id.span;
    let Some(known) = known(context, &note.r#type) else {
        return (unknown_type(context, meta, note), None);
    };
    let fields = texts(context, meta, note, known);
    let study = context.studied(meta, || self::study(context, meta, note, known, &fields));
    let entry = context.entry(|| {
        let shown = &known.shown;
        let title = shown.title.map(|at| words_of(&fields[at], span)).unwrap_or_default();
        let shares = context.shared.shown.contains(&Show::Notes) && !shown.sheet.is_empty();
        Entry {
            section: shown.section.clone(),
            mark: String::new(),
            sheet: if shares { on_sheet(context, known, &title, &fields, span) } else { OnSheet::None },
            title,
        }
    });
    let pieces = pieces(context, meta, known, fields);
    let languages =
        known.fields.iter().filter_map(|field| Some((field.name.as_str(), field.lang.as_deref()?))).collect();
    let draft = Draft::of(meta, known.id, pieces);
    let lowered = context.note(Draft { entry, languages, ..draft });
    let is_blank = lowered.number.is_some_and(|number| context.found.cards.borrow()[number].cards.is_empty());
    if is_blank && !known.broken && missing(note, known).next().is_none() {
        context.report(no_card(context, meta, known));
    }
    (lowered, study)
}

/// The title is the question, and the other fields are the answer.
fn study(context: &Context<'_>, meta: &Meta, note: &content::Note, known: &Known, fields: &[Document]) -> Study {
    let given = note.fields.0.iter();
    let given: Vec<(usize, Span)> =
        given.filter_map(|(name, text)| Some((known.field(&name.value)?, text.span))).collect();
    let ask = given.iter().find(|(at, _)| Some(*at) == known.shown.title);
    let faces = ask.map(|(title, span)| {
        let rest = joined(given.iter().filter(|(at, _)| at != title).map(|(at, _)| fields[*at].clone()));
        let mut face = face(said(&fields[*title], *span), &rest, *span);
        // A field need not be a sentence, and the author chose its lists deliberately.
        face.lists.clear();
        face.quoted = true;
        face.asked_around = true;
        face
    });
    let texts: Vec<&Document> = given.iter().map(|(at, _)| &fields[*at]).collect();
    Study {
        faces: faces.into_iter().collect(),
        sources: (!meta.references.is_empty()).then_some(meta.references.len()),
        ..context.study(meta, study::Role::Studied, &texts)
    }
}

/// The fields in the order in which documents show them, and then the fields that they don't show.
fn pieces<'k>(context: &Context<'_>, meta: &Meta, known: &'k Known, mut fields: Vec<Document>) -> Vec<Piece<'k>> {
    let shown = &known.shown;
    let mut pieces = Vec::new();
    let (see_also, sources) = (context.see_also(meta), context.references(&meta.references));
    let free = |id: &str, fields: &[Document]| {
        let at = known.field(id).filter(|at| fields[*at].is_empty());
        at.map_or("", |at| known.fields[at].name.as_str())
    };
    let more = [
        see_also.in_field(free("see-also", &fields)),
        Piece::new(Role::Sources, free("sources", &fields), sources).under(Word::Sources),
    ];
    for at in &shown.prompt {
        let (field, text) = (&known.fields[*at], &fields[*at]);
        if field.clozed || shown.answer.contains(at) {
            let hidden = if field.clozed { cloze::blanked(text) } else { text.clone() };
            pieces.push(Piece::new(Role::Prompt, "", hidden));
        } else {
            pieces.push(Piece::new(Role::Prompt, &field.name, std::mem::take(&mut fields[*at])));
        }
    }
    for at in &shown.answer {
        let field = &known.fields[*at];
        let piece = Piece::new(Role::Answer, &field.name, std::mem::take(&mut fields[*at]));
        pieces.push(match label(context, known, &shown.answer, *at, meta.id.span) {
            Some(label) => piece.led(label),
            None => piece,
        });
    }
    pieces.extend(more);
    let rest = known.fields.iter().zip(fields);
    pieces.extend(rest.map(|(field, text)| Piece::new(Role::Card, &field.name, text)));
    pieces
}

fn known<'a>(context: &Context<'a>, name: &Id) -> Option<&'a Known> {
    context.shared.known.get(&name.value.0)
}

/// A placeholder to continue with; the deck will not be used.
fn unknown_type(context: &Context<'_>, meta: &Meta, note: &content::Note) -> Note {
    let name = &note.r#type;
    let diagnostic =
        Diagnostic::error(Code::UNKNOWN_NOTE_TYPE, name.span, format!("unknown note type `{}`", name.value.0));
    let keys = || context.shared.known.keys().map(String::as_str);
    let diagnostic =
        diagnostic.help("name a note type that is there, or create that file; `cardpress explain note-types` says how");
    let diagnostic = diagnostic.meant(
        name.span,
        similar::name(&name.value.0, keys()),
        format!("there is no note-types/{}/note-type.yaml", name.value.0),
    );
    context.report(diagnostic);
    context.note(Draft::of(meta, NoteTypeId::QUESTION, Vec::new()))
}

/// The content of each field.
fn texts(context: &Context<'_>, meta: &Meta, note: &content::Note, known: &Known) -> Vec<Document> {
    let mut fields = vec![Document::default(); known.fields.len()];
    for (name, text) in &note.fields.0 {
        match known.field(&name.value) {
            Some(at) => fields[at] = self::text(context, &known.fields[at], text),
            None => context.report(unknown_field(note, known, name)),
        }
    }
    for field in missing(note, known) {
        let message = format!("this note has no `{}`", field.id);
        let diagnostic = Diagnostic::error(Code::MISSING_FIELD, meta.id.span, message)
            .label(format!("every note of the type `{}` must have it", known.key))
            .help(format!("add `{}: …` under `fields`", field.id));
        context.report(diagnostic);
    }
    fields
}

/// The required fields that this note lacks.
fn missing<'k>(note: &content::Note, known: &'k Known) -> impl Iterator<Item = &'k KnownField> {
    let given = |id: &str| note.fields.0.iter().any(|(name, _)| name.value == id);
    known.fields.iter().filter(move |field| field.required && !given(&field.id))
}

fn text(context: &Context<'_>, field: &KnownField, text: &Markdown) -> Document {
    if field.text {
        return plain(&text.value.0, text.span);
    }
    let read = |context: &Context<'_>| if field.clozed { context.cloze(text) } else { context.text(text) };
    match &field.lang {
        Some(lang) => read(&context.speaking(lang)),
        None => read(context),
    }
}

/// What stands before the field `at` where documents show all of `which`: its name, unless it is the only one.
fn label(context: &Context<'_>, known: &Known, which: &[usize], at: usize, span: Span) -> Option<Vec<Inline>> {
    let field = &known.fields[at];
    // Our own fields have English names.
    let is_plain = which.len() == 1 || field.clozed || known.span.is_none();
    (!is_plain).then(|| context.label(vec![Inline::Strong(vec![Inline::text(&field.name, span)])], span))
}

/// The title and the fields that sheets show: in one paragraph if each field is a line, otherwise
/// each field after its name.
fn on_sheet(context: &Context<'_>, known: &Known, title: &[Inline], fields: &[Document], span: Span) -> OnSheet {
    let sheet = &known.shown.sheet;
    let filled = || sheet.iter().filter(|at| !fields[**at].is_empty());
    let lines: Option<Vec<&[Inline]>> = filled().map(|at| fields[*at].as_inlines()).collect();
    let (caption, body) = if let Some(lines) = lines {
        let mut content = Vec::new();
        for line in lines {
            if !content.is_empty() {
                content.push(Inline::text(" · ", span));
            }
            content.extend(line.to_vec());
        }
        let body = if content.is_empty() { Document::default() } else { Document::paragraph(content) };
        let is_led = !title.is_empty() && !body.is_empty();
        let lead = || context.label(vec![Inline::Strong(title.to_vec())], span);
        (Vec::new(), if is_led { led(lead(), body) } else { body })
    } else {
        let entry = |at: &usize| match label(context, known, sheet, *at, span) {
            Some(label) => led(label, fields[*at].clone()),
            None => fields[*at].clone(),
        };
        (title.to_vec(), joined(filled().map(entry)))
    };
    OnSheet::Shared {
        show: Show::Notes,
        caption,
        body: Body::Brief(body),
        warns: false,
    }
}

fn unknown_field(note: &content::Note, known: &Known, name: &Spanned<String>) -> Diagnostic {
    let message = format!("the note type `{}` has no field `{}`", known.key, name.value);
    let diagnostic = Diagnostic::error(Code::UNKNOWN_FIELD, name.span, message);
    let diagnostic = match known.span {
        Some(span) => diagnostic.also(span, "this note type"),
        None => diagnostic.also(note.r#type.span, "one of Cardpress's own"),
    };
    let ids = known.fields.iter().map(|field| field.id.as_str()).filter(|id| !id.is_empty());
    let ids: Vec<String> = ids.map(|id| format!("`{id}`")).collect();
    let diagnostic = diagnostic.help(format!("its fields are {}", ids.join(", ")));
    diagnostic.meant(name.span, known.similar(&name.value), "no such field")
}

fn no_card(context: &Context<'_>, meta: &Meta, known: &Known) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::NO_CARD, meta.id.span, "this note has no card");
    if context.shared.note_types[known.id.index()].cloze {
        let clozed = known.fields.iter().filter(|field| field.clozed).map(|field| format!("`{}`", field.id));
        return diagnostic.label("it has no cloze").help(format!(
            "write `{{{{…}}}}` around what the learner must recall, in {}",
            clozed.collect::<Vec<_>>().join(" or ")
        ));
    }
    diagnostic.label("the front of each card is blank").help(format!(
        "fill in the fields that the fronts of `{}` show, or list one of its optional cards under `cards`",
        known.key
    ))
}
