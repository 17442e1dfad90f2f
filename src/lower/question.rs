//! A theory question: one note, with its own box on the cheatsheet.

mod parts;

use super::build::{Draft, Piece};
use super::lesson::{face, said};
use super::project::no_such_day;
use super::text::{bold, bullets, joined};
use super::{Context, Studied};
use crate::content::{Meta, Question};
use crate::deck::study::{self, Study};
use crate::deck::{Entry, KEY_POINTS, NamedFormula, Note, NoteTypeId, OnSheet, Role, split};
use crate::markup::{Block, Document, Inline};
use crate::words::Word;
use parts::Parts;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, question: &Question) -> Studied<Note> {
    context.report_all(meta.reviewed.as_ref().and_then(no_such_day));
    let ask = context.text(&question.ask);
    let parts = Parts::new(context, meta, question, &ask);
    let short = context.optional(question.short.as_ref());
    let answer = context.text(&question.answer);
    let mistakes = parts.mistakes();
    parts.notes(context, meta, question);
    let study = context.studied(meta, || {
        let mut texts = vec![&ask, &answer, &short, &parts.points, &mistakes];
        texts.extend(parts.further.iter().flatten());
        let mut face = face(said(&ask, question.ask.span), &answer, question.answer.span);
        if let Some(first) = question.key_points.first() {
            face.lists.push((question.key_points.len(), first.value.span));
        }
        let mut faces = vec![face];
        faces.extend(parts.asked(context, question));
        Study {
            faces,
            sources: Some(meta.references.len()),
            ..context.study(meta, study::Role::Studied, &texts)
        }
    });
    let Parts { topic, formulas, samples, further, points, .. } = parts;
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
    (context.note(Draft { entry, also: &[KEY_POINTS], ..draft }), study)
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
