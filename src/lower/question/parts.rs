//! The parts of a question that may have cards of their own.

use std::collections::BTreeMap;

use crate::anki::note_types::SEE_ALSO;
use crate::content::{self, Formula, Id, Meta, Mistake, MistakeOrPoint, Question};
use crate::deck::study::{Face, Said};
use crate::deck::{KEY_POINTS, NamedFormula, NoteTypeId, Role};
use crate::diag::{Code, Diagnostic};
use crate::lower::build::{Draft, Named, Piece};
use crate::lower::lesson::{face, said};
use crate::lower::text::{bold, bullets, joined, led, words_of};
use crate::lower::{Context, fact};
use crate::markup::{Block, Document, Inline, cloze, highlight};
use crate::source::Span;
use crate::words::Word;

/// The texts of a question that may have cards of their own.
pub(super) struct Parts<'a> {
    /// What the question is about, if the author says so.
    title: Option<Vec<Inline>>,
    /// The same, or else the question.
    pub(super) topic: Vec<Inline>,
    /// Each formula with its symbols explained.
    pub(super) formulas: Vec<(NamedFormula, Document)>,
    pub(super) samples: Vec<Sample<'a>>,
    /// The follow-ups: what each asks, and its answer.
    pub(super) further: Vec<[Document; 2]>,
    mistakes: Vec<Slip<'a>>,
    /// The key points, with nothing hidden.
    pub(super) points: Document,
    /// If the author asks for cards of them: by which word, and their clozes after the question.
    clozed: Option<(&'a Id, Document)>,
}

impl<'a> Parts<'a> {
    pub(super) fn new(context: &Context<'a>, meta: &'a Meta, question: &'a Question, ask: &Document) -> Self {
        let title = question.title.as_ref().map(|title| context.heading(title));
        let clozed = clozed_points(context, meta, question);
        let points = match &clozed {
            Some((_, clozed)) => cloze::revealed(clozed),
            None => context.points(&question.key_points),
        };
        let further = question.follow_ups.iter();
        let further = further.map(|next| [context.text(&next.ask), context.optional(next.answer.as_ref())]);
        Self {
            topic: title.clone().unwrap_or_else(|| words_of(ask, question.ask.span)),
            title,
            formulas: question.formulas.iter().map(|formula| named(context, formula)).collect(),
            samples: question.code.iter().map(|code| sample(context, code)).collect(),
            further: further.collect(),
            mistakes: question.mistakes.iter().map(|mistake| Slip::new(context, mistake)).collect(),
            points,
            clozed: clozed.map(|(word, clozed)| (word, joined([bold(ask.clone()), clozed]))),
        }
    }

    /// The mistakes as a list; empty if there are none.
    pub(super) fn mistakes(&self) -> Document {
        bullets(self.mistakes.iter().map(Slip::printed).collect())
    }

    /// What follow-ups, mistakes and key points with notes of their own ask.
    pub(super) fn asked(&self, context: &Context<'_>, question: &Question) -> Vec<Face> {
        let follow_ups = question.follow_ups.iter().zip(&self.further);
        let follow_ups = follow_ups.filter(|(next, _)| next.id.is_some() && next.retired.is_none());
        let follow_ups = follow_ups.map(|(next, [ask, answer])| {
            let place = next.answer.as_ref().map_or(next.ask.span, |answer| answer.span);
            face(said(ask, next.ask.span), answer, place)
        });
        let mistakes = self.mistakes.iter().filter_map(|mistake| mistake.face(context));
        let place = question.key_points.first().map_or(question.ask.span, |first| first.value.span);
        let points = self.clozed.iter().map(|(_, text)| fact::face(text, &cloze::blanked(text), place));
        follow_ups.chain(mistakes).chain(points).collect()
    }

    /// Makes the notes of those that have ids, and of the key points with their clozes.
    pub(super) fn notes(&self, context: &Context<'_>, meta: &Meta, question: &Question) {
        let mut ids: BTreeMap<&str, Span> = BTreeMap::new();
        for (next, [ask, answer]) in question.follow_ups.iter().zip(&self.further) {
            let Some(own) = Named::of(next.id.as_ref(), &next.formerly, next.retired.as_ref()) else { continue };
            if next.answer.is_none() {
                context.report(unanswered(own.id, next.ask.span, "answer"));
            }
            let pieces = vec![
                Piece::new(Role::Ask, "Question", self.about(context, ask.clone(), next.ask.span)),
                Piece::new(Role::Answer, "Answer", answer.clone()),
            ];
            part(context, meta, own, (NoteTypeId::QUESTION, pieces), &mut ids);
        }
        for (formula, (named, symbols)) in question.formulas.iter().zip(&self.formulas) {
            let Some(own) = Named::of(formula.id.as_ref(), &formula.formerly, formula.retired.as_ref()) else {
                continue;
            };
            if formula.name.is_none() {
                context.report(unanswered(own.id, formula.tex.span, "name"));
            }
            let name = Document::paragraph(named.name.clone());
            let math = Document { blocks: vec![Block::Math(named.math.clone())] };
            let pieces = vec![
                Piece::new(Role::Ask, "Question", self.about(context, name, named.span)),
                Piece::new(Role::Answer, "Answer", joined([math, symbols.clone()])),
            ];
            part(context, meta, own, (NoteTypeId::QUESTION, pieces), &mut ids);
        }
        for (code, sample) in question.code.iter().zip(&self.samples) {
            let Some(own) = Named::of(code.id.as_ref(), &code.formerly, code.retired.as_ref()) else { continue };
            if code.caption.is_none() {
                context.report(unanswered(own.id, code.source.span, "caption"));
            }
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
            let Some(own) = Named::of(mistake.id.as_ref(), &mistake.formerly, mistake.retired.as_ref()) else {
                continue;
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
        if let Some((word, text)) = &self.clozed {
            let own = Named { id: word, formerly: &[], retired: None };
            let pieces = vec![Piece::new(Role::Answer, "Text", text.clone())];
            part(context, meta, own, (NoteTypeId::FACT, pieces), &mut ids);
        }
    }

    /// What a part asks, after what its question is about: a part may make no sense on its own.
    fn about(&self, context: &Context<'_>, ask: Document, span: Span) -> Document {
        let Some(title) = &self.title else { return ask };
        led(context.label(vec![Inline::Emphasis(title.clone())], span), ask)
    }
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
pub(super) struct Sample<'a> {
    lang: &'a str,
    pub(super) caption: Document,
    pub(super) code: Document,
    pub(super) example: Document,
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

/// The key points with their clozes, and the word by which the author asks for cards of
/// them.
fn clozed_points<'a>(context: &Context<'_>, meta: &'a Meta, question: &Question) -> Option<(&'a Id, Document)> {
    let word = meta.optional().iter().find(|word| word.value.0 == KEY_POINTS)?;
    let mut last = 0;
    let points = question.key_points.iter().map(|point| {
        let mut text = context.clozed_point(point);
        last = cloze::renumber(&mut text, last);
        text
    });
    let points = bullets(points.collect());
    if last > 0 {
        return Some((word, points));
    }
    let diagnostic = Diagnostic::error(Code::NO_CLOZE, word.span, "no key point of this question has a cloze")
        .label("there would be no card")
        .help("mark what the learner must recall, as in `key_points: [\"The mean is {{sensitive}} to outliers\"]`");
    context.report(diagnostic);
    None
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
