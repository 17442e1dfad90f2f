//! A theory question: one note, with its own box on the cheatsheet.

use super::Context;
use super::build::Card;
use super::project::no_such_day;
use super::text::{asked, bold, bullets, joined, words_of};
use crate::content::{Difficulty, FollowUp, Formula, Meta, Question};
use crate::deck::{DocumentFace, Gist, NamedFormula, Note, NoteTypeId, Show};
use crate::markup::{Block, Document, Inline};
use crate::source::Span;
use crate::words::Word;

pub(super) fn lower(context: &Context<'_>, meta: &Meta, question: &Question, difficulty: Option<Difficulty>) -> Note {
    let span = meta.id.span;
    context.report_all(meta.reviewed.as_ref().and_then(no_such_day));
    let parts = Parts::new(context, meta, question);
    let number = context.questions.get() + 1;
    context.questions.set(number);
    let title = match &question.title {
        Some(title) => context.heading(title),
        None => words_of(&parts.ask, question.ask.span),
    };
    let (heading, prompt) = asked(&parts.ask);
    let document = context.document(|| DocumentFace {
        section: context.word(Word::Questions).to_owned(),
        mark: format!("{}{number}", context.word(Word::QuestionMark)),
        title: heading,
        prompt,
        answer: joined([
            parts.short_line(),
            parts.answer.clone(),
            parts.formulas.clone(),
            context.under(Word::KeyPoints, parts.points.clone(), span),
            parts.code.clone(),
            context.under(Word::CommonMistakes, parts.mistakes.clone(), span),
            context.under(Word::FollowUps, parts.follow_ups.clone(), span),
            context.under(Word::SeeAlso, parts.see_also.clone(), span),
            context.under(Word::Sources, parts.sources.clone(), span),
        ]),
        gist: Gist::Own {
            title,
            formulas: parts.named_formulas.clone(),
            parts: parts.on_sheets(context, span),
        },
    });
    let card = context.card(Card {
        difficulty,
        ..Card::of(meta, NoteTypeId::QUESTION, parts.fields())
    });
    Note { id: meta.id.value.0.clone(), span, card, document }
}

/// All parts of a question, parsed once.
struct Parts {
    ask: Document,
    short: Document,
    answer: Document,
    formulas: Document,
    /// Formulas without their symbols.
    named_formulas: Vec<NamedFormula>,
    points: Document,
    code: Document,
    mistakes: Document,
    follow_ups: Document,
    see_also: Document,
    sources: Document,
}

impl Parts {
    fn new(context: &Context<'_>, meta: &Meta, question: &Question) -> Self {
        let named_formulas: Vec<NamedFormula> =
            question.formulas.iter().map(|formula| named(context, formula)).collect();
        let formulas = question.formulas.iter().zip(&named_formulas);
        let formulas: Vec<Document> = formulas.map(|(formula, named)| explained(context, formula, named)).collect();
        let samples = question.code.iter().map(|code| {
            let lang = context.lang(&code.lang);
            let mut blocks = context.optional(code.caption.as_ref()).blocks;
            blocks.push(context.code(lang, &code.source));
            blocks.extend(context.example(lang, code.example.as_ref()).blocks);
            Document { blocks }
        });
        Self {
            ask: context.text(&question.ask),
            short: context.optional(question.short.as_ref()),
            answer: context.text(&question.answer),
            code: joined(samples),
            named_formulas,
            formulas: joined(formulas),
            points: context.points(&question.key_points),
            mistakes: context.points(&question.mistakes),
            follow_ups: bullets(question.follow_ups.iter().map(|next| follow_up(context, next)).collect()),
            see_also: context.links(&meta.see_also),
            sources: context.references(&meta.references),
        }
    }

    /// What sheets show of it, in the order in which they show it.
    fn on_sheets(&self, context: &Context<'_>, span: Span) -> Vec<(Show, Document)> {
        let parts: [(Show, &dyn Fn() -> Document); 6] = [
            (Show::Short, &|| self.short.clone()),
            (Show::Answer, &|| self.answer.clone()),
            (Show::KeyPoints, &|| self.points.clone()),
            (Show::Code, &|| self.code.clone()),
            (Show::Mistakes, &|| context.under(Word::CommonMistakes, self.mistakes.clone(), span)),
            (Show::FollowUps, &|| context.under(Word::FollowUps, self.follow_ups.clone(), span)),
        ];
        let shown = parts.into_iter().filter(|(part, _)| context.shared.shown.contains(part));
        shown.map(|(part, make)| (part, make())).collect()
    }

    /// The short line, in bold.
    fn short_line(&self) -> Document {
        match self.short.as_inlines() {
            Some(content) => Document::paragraph(vec![Inline::Strong(content.to_vec())]),
            None => self.short.clone(),
        }
    }

    fn fields(self) -> Vec<(&'static str, Document)> {
        vec![
            ("Question", self.ask),
            ("Answer", self.answer),
            ("In short", self.short),
            ("Key points", self.points),
            ("Formulas", self.formulas),
            ("Code", self.code),
            ("Mistakes", self.mistakes),
            ("Follow-ups", self.follow_ups),
            ("See also", self.see_also),
            ("Sources", self.sources),
        ]
    }
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

fn follow_up(context: &Context<'_>, next: &FollowUp) -> Document {
    joined([bold(context.text(&next.ask)), context.optional(next.answer.as_ref())])
}
