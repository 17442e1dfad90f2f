//! A theory question: one note, with its own box on the cheatsheet.

use std::collections::BTreeMap;

use super::build::{Draft, Named, Piece};
use super::lesson::{face, said};
use super::project::no_such_day;
use super::text::{bold, bullets, joined, led, words_of};
use super::{Context, Studied};
use crate::content::{self, Difficulty, FollowUp, Formula, Id, Meta, Question};
use crate::deck::study::{self, Face, Study};
use crate::deck::{Entry, NamedFormula, Note, NoteTypeId, OnSheet, Role, split};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Block, Document, Inline, highlight};
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(
    context: &Context<'_>,
    meta: &Meta,
    question: &Question,
    difficulty: Option<Difficulty>,
) -> Studied<Note> {
    context.report_all(meta.reviewed.as_ref().and_then(no_such_day));
    let ask = context.text(&question.ask);
    let title = question.title.as_ref().map(|title| context.heading(title));
    let parts = Parts {
        topic: title.clone().unwrap_or_else(|| words_of(&ask, question.ask.span)),
        title,
        formulas: question.formulas.iter().map(|formula| named(context, formula)).collect(),
        samples: question.code.iter().map(|code| sample(context, code)).collect(),
        further: question
            .follow_ups
            .iter()
            .map(|next| [context.text(&next.ask), context.optional(next.answer.as_ref())])
            .collect(),
    };
    let short = context.optional(question.short.as_ref());
    let answer = context.text(&question.answer);
    let points = context.points(&question.key_points);
    let mistakes = context.points(&question.mistakes);
    parts.notes(context, meta, question);
    let study = context.studied(meta, || {
        let mut texts = vec![&ask, &answer, &short, &points, &mistakes];
        texts.extend(parts.further.iter().flatten());
        let mut face = face(said(&ask, question.ask.span), &answer, question.answer.span);
        if let Some(first) = question.key_points.first() {
            face.lists.push((question.key_points.len(), first.value.span));
        }
        let mut faces = vec![face];
        faces.extend(asked(question, &parts.further));
        Study {
            faces,
            sources: Some(meta.references.len()),
            ..context.study(meta, study::Role::Studied, &texts)
        }
    });
    let Parts { topic, formulas, samples, further, .. } = parts;
    let explained = joined(formulas.iter().map(explained));
    let code = joined(samples.into_iter().flat_map(|sample| [sample.caption, sample.code, sample.example]));
    let further = bullets(further.into_iter().map(|[ask, answer]| joined([bold(ask), answer])).collect());
    let entry = context.entry(|| Entry {
        section: context.word(Word::Questions).to_owned(),
        mark: format!("{}{}", context.word(Word::QuestionMark), context.number),
        title: split(&ask).0.to_vec(),
        sheet: OnSheet::Own {
            title: topic,
            formulas: formulas.into_iter().map(|(formula, _)| formula).collect(),
        },
    });
    let pieces = vec![
        Piece::new(Role::Ask, "Question", ask),
        Piece::new(Role::Short, "In short", short),
        Piece::new(Role::Answer, "Answer", answer),
        Piece::new(Role::Formulas, "Formulas", explained),
        Piece::new(Role::KeyPoints, "Key points", points).under(Word::KeyPoints),
        Piece::new(Role::Code, "Code", code),
        Piece::new(Role::Mistakes, "Mistakes", mistakes).under(Word::CommonMistakes),
        Piece::new(Role::FollowUps, "Follow-ups", further).under(Word::FollowUps),
        context.see_also(meta),
        Piece::new(Role::Sources, "Sources", context.references(&meta.references)).under(Word::Sources),
    ];
    let draft = Draft::of(meta, NoteTypeId::QUESTION, pieces);
    (context.note(Draft { difficulty, entry, ..draft }), study)
}

/// The texts of a question that may have cards of their own.
struct Parts<'a> {
    /// What the question is about, if the author says so.
    title: Option<Vec<Inline>>,
    /// The same, or else the question.
    topic: Vec<Inline>,
    /// Each formula with its symbols explained.
    formulas: Vec<(NamedFormula, Document)>,
    samples: Vec<Sample<'a>>,
    /// The follow-ups: what each asks, and its answer.
    further: Vec<[Document; 2]>,
}

/// A code sample.
struct Sample<'a> {
    lang: &'a str,
    caption: Document,
    code: Document,
    example: Document,
}

fn sample<'a>(context: &Context<'a>, code: &'a content::Code) -> Sample<'a> {
    let lang = context.lang(&code.lang);
    Sample {
        lang,
        caption: context.optional(code.caption.as_ref()),
        code: Document { blocks: vec![context.code(lang, &code.source)] },
        example: context.example(lang, code.example.as_ref()),
    }
}

impl Parts<'_> {
    /// Makes the notes of those that have ids.
    fn notes(&self, context: &Context<'_>, meta: &Meta, question: &Question) {
        let mut ids: BTreeMap<&str, Span> = BTreeMap::new();
        for (next, [ask, answer]) in question.follow_ups.iter().zip(&self.further) {
            let Some(id) = &next.id else { continue };
            if next.answer.is_none() {
                context.report(unanswered(id, next.ask.span, "answer"));
            }
            let own = Named {
                id,
                formerly: &next.formerly,
                retired: next.retired.as_ref(),
            };
            let pieces = vec![
                Piece::new(Role::Ask, "Question", self.about(context, ask.clone(), next.ask.span)),
                Piece::new(Role::Answer, "Answer", answer.clone()),
            ];
            part(context, meta, own, (NoteTypeId::QUESTION, pieces), &mut ids);
        }
        for (formula, (named, symbols)) in question.formulas.iter().zip(&self.formulas) {
            let Some(id) = &formula.id else { continue };
            if formula.name.is_none() {
                context.report(unanswered(id, formula.tex.span, "name"));
            }
            let own = Named {
                id,
                formerly: &formula.formerly,
                retired: formula.retired.as_ref(),
            };
            let name = Document::paragraph(named.name.clone());
            let math = Document { blocks: vec![Block::Math(named.math.clone())] };
            let pieces = vec![
                Piece::new(Role::Ask, "Question", self.about(context, name, named.span)),
                Piece::new(Role::Answer, "Answer", joined([math, symbols.clone()])),
            ];
            part(context, meta, own, (NoteTypeId::QUESTION, pieces), &mut ids);
        }
        for (code, sample) in question.code.iter().zip(&self.samples) {
            let Some(id) = &code.id else { continue };
            if code.caption.is_none() {
                context.report(unanswered(id, code.source.span, "caption"));
            }
            let own = Named {
                id,
                formerly: &code.formerly,
                retired: code.retired.as_ref(),
            };
            let language = vec![Inline::text(highlight::title(sample.lang), code.source.span)];
            let pieces = vec![
                Piece::new(Role::Card, "Name", Document::paragraph(self.topic.clone())),
                Piece::new(Role::Card, "Language", Document::paragraph(language)),
                Piece::new(Role::Prompt, "When", sample.caption.clone()),
                Piece::new(Role::Code, "Code", sample.code.clone()),
                Piece::new(Role::Answer, "Explanation", sample.example.clone()),
            ];
            part(context, meta, own, (NoteTypeId::PATTERN, pieces), &mut ids);
        }
    }

    /// What a part asks, after what its question is about: a part may make no sense on its own.
    fn about(&self, context: &Context<'_>, ask: Document, span: Span) -> Document {
        let Some(title) = &self.title else { return ask };
        led(context.label(vec![Inline::Emphasis(title.clone())], span), ask)
    }
}

/// Makes the note of a part, of this note type and with these texts and a link to its question.
fn part<'q>(
    context: &Context<'_>,
    meta: &'q Meta,
    own: Named<'q>,
    (note_type, mut pieces): (NoteTypeId, Vec<Piece<'q>>),
    ids: &mut BTreeMap<&'q str, Span>,
) {
    let id = own.id;
    if let Some(first) = ids.insert(&id.value.0, id.span) {
        let message = format!("two parts of this question are called `{}`", id.value.0);
        let diagnostic = Diagnostic::error(Code::DUPLICATE_ID, id.span, message)
            .label("second part")
            .also(first, "first part")
            .help("give one of them a different id; learners' history depends on ids");
        context.report(diagnostic);
    }
    pieces.push(Piece::new(Role::SeeAlso, "See also", context.links(std::slice::from_ref(&meta.id))));
    // Which optional cards an item has is said of its own note.
    context.aside(
        own,
        Draft {
            optional: &[],
            typed: None,
            ..Draft::of(meta, note_type, pieces)
        },
    );
}

/// What follow-ups with ids ask.
fn asked(question: &Question, further: &[[Document; 2]]) -> Vec<Face> {
    let all = question.follow_ups.iter().zip(further);
    let with_id = all.filter(|(next, _)| next.id.is_some() && next.retired.is_none());
    let face = |(next, [ask, answer]): (&FollowUp, &[Document; 2])| {
        let place = next.answer.as_ref().map_or(next.ask.span, |answer| answer.span);
        face(said(ask, next.ask.span), answer, place)
    };
    with_id.map(face).collect()
}

fn unanswered(id: &Id, place: Span, key: &str) -> Diagnostic {
    Diagnostic::error(Code::MISSING_KEY, place, format!("this part becomes a card, but has no `{key}`"))
        .label("nothing to ask for")
        .also(id.span, "it has an id")
        .help(format!("add `{key}: …`, or remove the id"))
}

/// A formula, and its symbols explained.
fn named(context: &Context<'_>, formula: &Formula) -> (NamedFormula, Document) {
    let named = NamedFormula {
        name: formula.name.as_ref().map(|name| context.heading(name)).unwrap_or_default(),
        math: context.formula(&formula.tex),
        core: formula.core,
        span: formula.tex.span,
    };
    (named, formula.r#where.as_ref().map(|symbols| context.symbols(symbols)).unwrap_or_default())
}

/// A formula under its name, with its symbols explained.
fn explained((formula, symbols): &(NamedFormula, Document)) -> Document {
    let mut blocks = Vec::new();
    if !formula.name.is_empty() {
        blocks.push(Block::Paragraph(vec![Inline::Emphasis(formula.name.clone())]));
    }
    blocks.push(Block::Math(formula.math.clone()));
    blocks.extend(symbols.blocks.iter().cloned());
    Document { blocks }
}
