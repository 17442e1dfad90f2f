//! A theory question: one note, with its own box on the cheatsheet.

use super::build::{Draft, Piece};
use super::lesson::{face, said};
use super::project::no_such_day;
use super::text::{bold, bullets, joined, words_of};
use super::{Context, Studied};
use crate::content::{Difficulty, Formula, Meta, Question};
use crate::deck::study::{self, Study};
use crate::deck::{Entry, NamedFormula, Note, NoteTypeId, OnSheet, Role, split};
use crate::markup::{Block, Document, Inline};
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
    let samples = question.code.iter().map(|code| {
        let lang = context.lang(&code.lang);
        let mut blocks = context.optional(code.caption.as_ref()).blocks;
        blocks.push(context.code(lang, &code.source));
        blocks.extend(context.example(lang, code.example.as_ref()).blocks);
        Document { blocks }
    });
    let code = joined(samples);
    let ask = context.text(&question.ask);
    let short = context.optional(question.short.as_ref());
    let answer = context.text(&question.answer);
    let points = context.points(&question.key_points);
    let mistakes = context.points(&question.mistakes);
    let further = question.follow_ups.iter();
    let further: Vec<[Document; 2]> =
        further.map(|next| [context.text(&next.ask), context.optional(next.answer.as_ref())]).collect();
    let study = context.studied(|| {
        let mut texts = vec![&ask, &answer, &short, &points, &mistakes];
        texts.extend(further.iter().flatten());
        let mut face = face(said(&ask, question.ask.span), &answer, question.answer.span);
        if let Some(first) = question.key_points.first() {
            face.lists.push((question.key_points.len(), first.value.span));
        }
        Study {
            faces: vec![face],
            sources: Some(meta.references.len()),
            ..context.study(meta, study::Role::Studied, &texts)
        }
    });
    let title = match &question.title {
        Some(title) => context.heading(title),
        None => words_of(&ask, question.ask.span),
    };
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
