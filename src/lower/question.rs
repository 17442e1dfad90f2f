//! A theory question: one note, with its own box on the cheatsheet.

use std::collections::BTreeMap;

use super::build::{Draft, Named, Piece};
use super::lesson::{face, said};
use super::project::no_such_day;
use super::text::{bold, bullets, joined, led, words_of};
use super::{Context, Studied};
use crate::content::{self, Cards, Difficulty, FollowUp, Formula, Id, Meta, Question, Title};
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
    let named: Vec<NamedFormula> = question.formulas.iter().map(|formula| self::named(context, formula)).collect();
    let formulas = question.formulas.iter().zip(&named);
    let formulas = joined(formulas.map(|(formula, named)| explained(context, formula, named)));
    let samples: Vec<Sample<'_>> = question.code.iter().map(|code| sample(context, code)).collect();
    let whole = |sample: &Sample<'_>| [sample.caption.clone(), sample.code.clone(), sample.example.clone()];
    let code = joined(samples.iter().flat_map(whole));
    let ask = context.text(&question.ask);
    let short = context.optional(question.short.as_ref());
    let answer = context.text(&question.answer);
    let points = context.points(&question.key_points);
    let mistakes = context.points(&question.mistakes);
    let further = question.follow_ups.iter();
    let further: Vec<[Document; 2]> =
        further.map(|next| [context.text(&next.ask), context.optional(next.answer.as_ref())]).collect();
    let title = question.title.as_ref().map(|title| context.heading(title));
    let topic = title.clone().unwrap_or_else(|| words_of(&ask, question.ask.span));
    parts(context, (meta, question), title.as_deref(), &named, &further, (&topic, &samples));
    let study = context.studied(|| {
        let mut texts = vec![&ask, &answer, &short, &points, &mistakes];
        texts.extend(further.iter().flatten());
        let mut face = face(said(&ask, question.ask.span), &answer, question.answer.span);
        if let Some(first) = question.key_points.first() {
            face.lists.push((question.key_points.len(), first.value.span));
        }
        let mut faces = vec![face];
        faces.extend(asked(question, &further));
        Study {
            faces,
            sources: Some(meta.references.len()),
            ..context.study(meta, study::Role::Studied, &texts)
        }
    });
    let title = topic;
    let entry = context.entry(|| Entry {
        section: context.word(Word::Questions).to_owned(),
        mark: format!("{}{}", context.word(Word::QuestionMark), context.number),
        title: split(&ask).0.to_vec(),
        sheet: OnSheet::Own { title, formulas: named },
    });
    let further = bullets(further.into_iter().map(|[ask, answer]| joined([bold(ask), answer])).collect());
    let pieces = vec![
        Piece::new(Role::Ask, "Question", ask),
        Piece::new(Role::Short, "In short", short),
        Piece::new(Role::Answer, "Answer", answer),
        Piece::new(Role::Formulas, "Formulas", formulas),
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

/// The notes of the follow-ups, formulas and code samples that have ids.
fn parts(
    context: &Context<'_>,
    (meta, question): (&Meta, &Question),
    title: Option<&[Inline]>,
    named: &[NamedFormula],
    further: &[[Document; 2]],
    (topic, samples): (&[Inline], &[Sample<'_>]),
) {
    let mut ids: BTreeMap<&str, Span> = BTreeMap::new();
    for (next, [ask, answer]) in question.follow_ups.iter().zip(further) {
        let Some(id) = &next.id else { continue };
        if next.answer.is_none() {
            context.report(unanswered(id, next.ask.span, "answer"));
        }
        let pieces = vec![
            Piece::new(Role::Ask, "Question", about(context, title, ask.clone(), next.ask.span)),
            Piece::new(Role::Answer, "Answer", answer.clone()),
            Piece::new(Role::SeeAlso, "See also", context.links(std::slice::from_ref(&meta.id))),
        ];
        let draft = Draft::of(meta, NoteTypeId::QUESTION, pieces);
        part(context, (id, &next.formerly, next.retired.as_ref()), draft, &mut ids);
    }
    for (formula, named) in question.formulas.iter().zip(named) {
        let Some(id) = &formula.id else { continue };
        if formula.name.is_none() {
            context.report(unanswered(id, formula.tex.span, "name"));
        }
        let ask = about(context, title, Document::paragraph(named.name.clone()), named.span);
        let math = Document { blocks: vec![Block::Math(named.math.clone())] };
        let symbols = formula.r#where.as_ref().map(|symbols| context.symbols(symbols)).unwrap_or_default();
        let pieces = vec![
            Piece::new(Role::Ask, "Question", ask),
            Piece::new(Role::Answer, "Answer", joined([math, symbols])),
            Piece::new(Role::SeeAlso, "See also", context.links(std::slice::from_ref(&meta.id))),
        ];
        let draft = Draft::of(meta, NoteTypeId::QUESTION, pieces);
        part(context, (id, &formula.formerly, formula.retired.as_ref()), draft, &mut ids);
    }
    for (code, sample) in question.code.iter().zip(samples) {
        let Some(id) = &code.id else { continue };
        if code.caption.is_none() {
            context.report(unanswered(id, code.source.span, "caption"));
        }
        let language = vec![Inline::text(highlight::title(sample.lang), code.source.span)];
        let pieces = vec![
            Piece::new(Role::Card, "Name", Document::paragraph(topic.to_vec())),
            Piece::new(Role::Card, "Language", Document::paragraph(language)),
            Piece::new(Role::Prompt, "When", sample.caption.clone()),
            Piece::new(Role::Code, "Code", sample.code.clone()),
            Piece::new(Role::Answer, "Explanation", sample.example.clone()),
            Piece::new(Role::SeeAlso, "See also", context.links(std::slice::from_ref(&meta.id))),
        ];
        let draft = Draft::of(meta, NoteTypeId::PATTERN, pieces);
        part(context, (id, &code.formerly, code.retired.as_ref()), draft, &mut ids);
    }
}

/// What a part asks, after what its question is about: a part may make no sense on its own.
fn about(context: &Context<'_>, title: Option<&[Inline]>, ask: Document, span: Span) -> Document {
    let Some(title) = title else { return ask };
    led(context.label(vec![Inline::Emphasis(title.to_vec())], span), ask)
}

fn part<'q>(
    context: &Context<'_>,
    (id, formerly, retired): (&'q Id, &'q [Id], Option<&'q Title>),
    draft: Draft<'q>,
    ids: &mut BTreeMap<&'q str, Span>,
) {
    if let Some(first) = ids.insert(&id.value.0, id.span) {
        let message = format!("two parts of this question are called `{}`", id.value.0);
        let diagnostic = Diagnostic::error(Code::DUPLICATE_ID, id.span, message)
            .label("second part")
            .also(first, "first part")
            .help("give one of them a different id; learners' history depends on ids");
        context.report(diagnostic);
    }
    // What an item says of its cards is said of its own note.
    let cards = draft.cards.filter(|cards| matches!(cards, Cards::None));
    context.aside(&Named { id, formerly, retired }, Draft { cards, typed: None, ..draft });
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

fn named(context: &Context<'_>, formula: &Formula) -> NamedFormula {
    NamedFormula {
        name: formula.name.as_ref().map(|name| context.heading(name)).unwrap_or_default(),
        math: context.formula(&formula.tex),
        core: formula.core,
        span: formula.tex.span,
    }
}

/// A formula under its name, with its symbols explained.
fn explained(context: &Context<'_>, formula: &Formula, named: &NamedFormula) -> Document {
    let mut blocks = Vec::new();
    if formula.name.is_some() {
        blocks.push(Block::Paragraph(vec![Inline::Emphasis(named.name.clone())]));
    }
    blocks.push(Block::Math(named.math.clone()));
    if let Some(symbols) = &formula.r#where {
        blocks.extend(context.symbols(symbols).blocks);
    }
    Document { blocks }
}
