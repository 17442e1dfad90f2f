//! A theory question: one note, with its own box on the cheatsheet.

use std::collections::BTreeMap;

use super::build::{Draft, Named, Piece, SEE_ALSO};
use super::lesson::{face, said};
use super::project::no_such_day;
use super::text::{bold, bullets, joined, led, words_of};
use super::{Context, Studied, fact};
use crate::content::{self, FollowUp, Formula, Id, Meta, Mistake, MistakeOrPoint, Question};
use crate::deck::study::{self, Face, Said, Study};
use crate::deck::{Entry, KEY_POINTS, NamedFormula, Note, NoteTypeId, OnSheet, Role, split};
use crate::diag::{Code, Diagnostic};
use crate::markup::{Block, Document, Inline, cloze, highlight};
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, question: &Question) -> Studied<Note> {
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
        mistakes: question.mistakes.iter().map(|mistake| Slip::new(context, mistake)).collect(),
    };
    let short = context.optional(question.short.as_ref());
    let answer = context.text(&question.answer);
    let clozed = clozed_points(context, meta, question);
    let points = clozed.as_ref().map_or_else(|| context.points(&question.key_points), cloze::revealed);
    let mistakes = bullets(parts.mistakes.iter().map(Slip::printed).collect());
    let hidden = clozed.map(|clozed| joined([bold(ask.clone()), clozed]));
    parts.notes(context, meta, question, hidden.as_ref());
    let study = context.studied(meta, || {
        let mut texts = vec![&ask, &answer, &short, &points, &mistakes];
        texts.extend(parts.further.iter().flatten());
        let places = question.key_points.first().map_or(question.ask.span, |first| first.value.span);
        let mut face = face(said(&ask, question.ask.span), &answer, question.answer.span);
        if let Some(first) = question.key_points.first() {
            face.lists.push((question.key_points.len(), first.value.span));
        }
        let mut faces = vec![face];
        faces.extend(asked(question, &parts.further));
        faces.extend(parts.mistakes.iter().filter_map(|mistake| mistake.face(context)));
        faces.extend(hidden.iter().map(|text| fact::face(text, &cloze::blanked(text), places)));
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
    (context.note(Draft { entry, also: &[KEY_POINTS], ..draft }), study)
}

/// The key points with their clozes, if the author asks for cards of them.
fn clozed_points(context: &Context<'_>, meta: &Meta, question: &Question) -> Option<Document> {
    let asks = meta.optional().iter().find(|word| word.value.0 == KEY_POINTS)?;
    let mut last = 0;
    let points = question.key_points.iter().map(|point| {
        let mut text = context.clozed_point(point);
        last = cloze::renumber(&mut text, last);
        text
    });
    let points = bullets(points.collect());
    if last > 0 {
        return Some(points);
    }
    let diagnostic = Diagnostic::error(Code::NO_CLOZE, asks.span, "no key point of this question has a cloze")
        .label("there would be no card")
        .help("mark what the learner must recall, as in `key_points: [\"The mean is {{sensitive}} to outliers\"]`");
    context.report(diagnostic);
    None
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
    mistakes: Vec<Slip<'a>>,
}

/// A common mistake, and its texts.
enum Slip<'a> {
    Point(Document),
    Whole(&'a Mistake, [Document; 2]),
}

impl<'a> Slip<'a> {
    fn new(context: &Context<'_>, mistake: &'a MistakeOrPoint) -> Self {
        match mistake {
            MistakeOrPoint::Point(point) => Self::Point(context.point(point)),
            MistakeOrPoint::Mistake(mistake) => {
                Self::Whole(mistake, [context.text(&mistake.wrong), context.text(&mistake.why)])
            }
        }
    }

    /// What documents and the question's own card show.
    fn printed(&self) -> Document {
        match self {
            Self::Point(point) => point.clone(),
            Self::Whole(_, [wrong, why]) => joined([bold(wrong.clone()), why.clone()]),
        }
    }

    /// What its card asks, if it has one.
    fn face(&self, context: &Context<'_>) -> Option<Face> {
        let Self::Whole(mistake, [wrong, why]) = self else { return None };
        mistake.id.as_ref().filter(|_| mistake.retired.is_none())?;
        let said = said(wrong, mistake.wrong.span);
        let text = format!("{} {}", context.word(Word::WhatIsWrong), said.text);
        Some(face(Said { text, ..said }, why, mistake.why.span))
    }
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
    /// Makes the notes of those that have ids, and of the key points with their clozes.
    fn notes(&self, context: &Context<'_>, meta: &Meta, question: &Question, points: Option<&Document>) {
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
        for slip in &self.mistakes {
            let Slip::Whole(mistake, [wrong, why]) = slip else { continue };
            let Some(id) = &mistake.id else { continue };
            let own = Named {
                id,
                formerly: &mistake.formerly,
                retired: mistake.retired.as_ref(),
            };
            let span = mistake.wrong.span;
            let asks = Document::paragraph(vec![Inline::text(context.word(Word::WhatIsWrong), span)]);
            let quoted = Document { blocks: vec![Block::Quote(wrong.blocks.clone())] };
            let pieces = vec![
                Piece::new(Role::Ask, "Question", joined([self.about(context, asks, span), quoted])),
                Piece::new(Role::Answer, "Answer", why.clone()),
            ];
            part(context, meta, own, (NoteTypeId::QUESTION, pieces), &mut ids);
        }
        let word = meta.optional().iter().find(|word| word.value.0 == KEY_POINTS);
        if let (Some(id), Some(points)) = (word, points) {
            let own = Named { id, formerly: &[], retired: None };
            let pieces = vec![Piece::new(Role::Answer, "Text", points.clone())];
            part(context, meta, own, (NoteTypeId::FACT, pieces), &mut ids);
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
    pieces.push(Piece::new(Role::SeeAlso, SEE_ALSO, context.links(std::slice::from_ref(&meta.id))));
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
