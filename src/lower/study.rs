//! Items → what the lint reads. Only a check makes this: a build would keep all the texts for nothing.

use std::collections::BTreeSet;

use super::text::Parsed;
use super::{Context, Input, Shared, stands_alone};
use crate::content::{
    self, Allow, Body, Checklist, ChecklistCards, Choice, Fact, InterviewType, Item, Meta, Pattern, Plan, Prompt,
    Prose, Question, Story, Table, TableCards, Tip,
};
use crate::deck::study::{Face, Hidden, Lesson, Role, Said, Sample, Study, Waiver};
use crate::markup::{Block, CodeBlock, Document, Inline, cloze, columns, plain, walk};
use crate::source::{Sources, Span};

/// The content files as the lint reads them. `studies` has an entry for every item that stands
/// alone, `None` for a retired one; the other items are read here.
pub(super) fn lessons<'a>(
    shared: &'a Shared<'a>,
    input: &Input<'a>,
    mut studies: impl Iterator<Item = Option<Study>>,
) -> Vec<Lesson> {
    let mut of = |item: &Item| {
        if stands_alone(item) { studies.next().flatten() } else { Some(study(&Context::new(shared), item)) }
    };
    let lesson = |file: &content::File| Lesson {
        topic: file.topic.join("::"),
        span: file.span,
        allow: waivers(&file.allow),
        tags: file.defaults.tags.iter().map(|tag| tag.value.0.clone()).collect(),
        items: file.items.iter().filter_map(&mut of).collect(),
    };
    input.files.iter().map(lesson).collect()
}

/// What the lint reads from the item that `context` has just lowered; `None` if it is retired.
/// Mistakes in its texts have already been reported.
pub(super) fn again(context: &Context<'_>, item: &Item) -> Option<Study> {
    let aside = Context::new(context.shared);
    aside.parsed.replace(context.parsed.replace(Parsed::kept()).again());
    item.meta.retired.is_none().then(|| study(&aside, item))
}

fn study(context: &Context<'_>, item: &Item) -> Study {
    let meta = &item.meta;
    match &item.body {
        Body::Question(body) => question(context, meta, body),
        Body::Prompt(body) => prompt(context, meta, body),
        Body::Story(body) => story(context, meta, body),
        Body::Pattern(body) => pattern(context, meta, body),
        Body::Table(body) => table(context, meta, body),
        Body::Fact(body) => fact(context, meta, body),
        Body::Choice(body) => choice(context, meta, body),
        Body::Tip(body) => tip(context, meta, body),
        Body::Checklist(body) => checklist(context, meta, body),
        Body::Plan(body) => plan(context, meta, body),
        Body::InterviewType(body) => interview_type(context, meta, body),
        Body::Prose(body) => prose(context, meta, body),
        Body::Note(body) => note(context, meta, body),
    }
}

fn waivers(allow: &[Allow]) -> Vec<Waiver> {
    allow
        .iter()
        .map(|allow| Waiver {
            rule: allow.rule.value.0.clone(),
            span: allow.rule.span,
        })
        .collect()
}

/// An item that does not ask anything yet. `texts` is everything that it shows.
fn item(context: &Context<'_>, meta: &Meta, role: Role, texts: &[&Document]) -> Study {
    let mut links: BTreeSet<String> = meta.see_also.iter().map(|id| id.value.0.clone()).collect();
    let (mut pictures, mut code, mut unfinished) = (Vec::new(), Vec::new(), false);
    for text in texts {
        walk::blocks(text, &mut |block| match block {
            Block::Paragraph(content) => unfinished |= is_to_do(content),
            Block::Code(block) => code.push(of_code(context.shared.sources, block)),
            Block::Table(table) => {
                unfinished |= table.head.iter().chain(table.rows.iter().flatten()).any(|cell| is_to_do(cell));
            }
            Block::Heading { .. }
            | Block::Quote(_)
            | Block::Alert(_)
            | Block::List(_)
            | Block::Math(_)
            | Block::Rule
            | Block::Footnotes(_) => {}
        });
        walk::inlines(text, &mut |node| match node {
            Inline::Reference { id, .. } => {
                links.insert(id.clone());
            }
            Inline::Image(image) => pictures.push((image.alt.clone(), image.span)),
            _ => {}
        });
    }
    Study {
        id: meta.id.value.0.clone(),
        span: meta.id.span,
        faces: Vec::new(),
        tags: meta.tags.iter().map(|tag| (tag.value.0.clone(), tag.span)).collect(),
        code,
        unfinished,
        pictures,
        links,
        sources: None,
        outcome: None,
        reviewed: meta.reviewed.as_ref().map(|date| (date.value.0.clone(), date.span)),
        volatile: meta.volatile,
        role,
        allow: waivers(&meta.allow),
    }
}

/// Whether a text begins with the word `TODO`, as every text of a stub does.
fn is_to_do(content: &[Inline]) -> bool {
    let Some(Inline::Text { text, .. }) = content.first() else { return false };
    text.strip_prefix("TODO").is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn of_code(sources: &Sources, block: &CodeBlock) -> Sample {
    let lines = || block.text.lines();
    let widest = lines().max_by_key(|line| columns::of(line)).unwrap_or("").trim();
    let (start, end) = (block.span.start as usize, block.span.end as usize);
    let source = &sources.get(block.span.file).text()[start..end];
    // If an escaped line looks different in the source, we point at the whole block.
    let place = source.find(widest).map(|at| Span {
        start: block.span.start + u32::try_from(at).unwrap_or(0),
        end: block.span.start + u32::try_from(at + widest.len()).unwrap_or(0),
        ..block.span
    });
    Sample {
        widths: lines().map(columns::of).collect(),
        widest: place.unwrap_or(block.span),
    }
}

/// A face whose answer is a text. Learners must recall the lists in it.
fn face(ask: Said, answer: &Document, span: Span) -> Face {
    let lists = answer.blocks.iter().filter_map(|block| match block {
        Block::List(list) => Some((list.items.len(), span)),
        _ => None,
    });
    Face {
        ask,
        quoted: false,
        options: Vec::new(),
        lists: lists.collect(),
        answer: Said { text: spoken(answer), span },
        hidden: Vec::new(),
    }
}

fn said(document: &Document, span: Span) -> Said {
    Said { text: plain::document(document), span }
}

/// The words of a text that one would say aloud.
fn spoken(document: &Document) -> String {
    let aloud = |block: &&Block| !matches!(block, Block::Code(_) | Block::Math(_));
    plain::document(&Document {
        blocks: document.blocks.iter().filter(aloud).cloned().collect(),
    })
}

fn question(context: &Context<'_>, meta: &Meta, question: &Question) -> Study {
    let (ask, answer) = (context.text(&question.ask), context.text(&question.answer));
    let short = context.optional(question.short.as_ref());
    let points = context.points(&question.key_points);
    let mistakes = context.points(&question.mistakes);
    let further: Vec<Document> = question
        .follow_ups
        .iter()
        .flat_map(|further| [context.text(&further.ask), context.optional(further.answer.as_ref())])
        .collect();
    let mut texts = vec![&ask, &answer, &short, &points, &mistakes];
    texts.extend(&further);
    let mut face = face(said(&ask, question.ask.span), &answer, question.answer.span);
    if let Some(first) = question.key_points.first() {
        face.lists.push((question.key_points.len(), first.value.span));
    }
    Study {
        faces: vec![face],
        sources: Some(meta.references.len()),
        ..item(context, meta, Role::Studied, &texts)
    }
}

fn prompt(context: &Context<'_>, meta: &Meta, prompt: &Prompt) -> Study {
    let ask = context.text(&prompt.ask);
    let steps: Vec<Document> = prompt.angle.iter().map(|step| context.text(step)).collect();
    let mut texts = vec![&ask];
    texts.extend(&steps);
    let arc: Vec<String> = steps.iter().map(plain::document).collect();
    let place = prompt.angle.first().map_or(meta.id.span, |first| first.span);
    let face = Face {
        ask: said(&ask, prompt.ask.span),
        quoted: true,
        options: Vec::new(),
        answer: Said { text: arc.join("; "), span: place },
        lists: vec![(arc.len(), place)],
        hidden: Vec::new(),
    };
    Study {
        faces: vec![face],
        ..item(context, meta, Role::Studied, &texts)
    }
}

fn story(context: &Context<'_>, meta: &Meta, story: &Story) -> Study {
    let parts = [&story.situation, &story.task, &story.action, &story.result].map(|part| context.text(part));
    let figures = context.points(&story.metrics);
    let mut texts: Vec<&Document> = parts.iter().collect();
    texts.push(&figures);
    let outcome = Said {
        text: format!("{} {}", plain::document(&parts[3]), plain::document(&figures)),
        span: story.result.span,
    };
    let mut study = Study {
        outcome: Some(outcome),
        ..item(context, meta, Role::Studied, &texts)
    };
    study.links.extend(story.answers.iter().map(|answer| answer.prompt.value.0.clone()));
    study
}

fn pattern(context: &Context<'_>, meta: &Meta, pattern: &Pattern) -> Study {
    let (when, explain) = (context.optional(pattern.when.as_ref()), context.optional(pattern.explain.as_ref()));
    let ask = Said {
        text: pattern.name.value.0.clone(),
        span: pattern.name.span,
    };
    let code = Document {
        blocks: vec![context.code(pattern.lang.value.0.trim(), &pattern.code)],
    };
    Study {
        faces: vec![face(ask, &when, pattern.when.as_ref().map_or(meta.id.span, |when| when.span))],
        ..item(context, meta, Role::Studied, &[&when, &code, &explain])
    }
}

fn table(context: &Context<'_>, meta: &Meta, table: &Table) -> Study {
    let asks = matches!(table.cards, Some(TableCards::Row));
    let rows: Vec<Vec<Document>> =
        table.rows.iter().map(|row| row.value.iter().map(|cell| context.text(cell)).collect()).collect();
    let texts: Vec<&Document> = rows.iter().flatten().collect();
    let faces = table.rows.iter().zip(&rows).filter(|_| asks).filter_map(|(source, row)| {
        let (first, rest) = (row.first()?, row.get(1..)?);
        let answer = Document {
            blocks: rest.iter().flat_map(|cell| cell.blocks.clone()).collect(),
        };
        let text = format!("{}: {}", table.title.value.0, plain::document(first));
        let span = source.value.first()?.span;
        Some(face(Said { text, span }, &answer, span))
    });
    let role = if asks { Role::Studied } else { Role::Beside };
    Study {
        faces: faces.collect(),
        ..item(context, meta, role, &texts)
    }
}

/// A note of any type: its title is the question, and the rest is the answer.
fn note(context: &Context<'_>, meta: &Meta, note: &content::Note) -> Study {
    let known = context.shared.known.get(&note.r#type.value.0);
    let read = |at: usize| {
        let (name, text) = &note.fields.0[at];
        let field = known.and_then(|known| Some(&known.fields[known.field(&name.value)?]));
        let (plain, clozed) = field.map_or((false, false), |field| (field.text, field.clozed));
        let document = match (plain, clozed) {
            (true, _) => Document::paragraph(vec![Inline::text(text.value.0.trim(), text.span)]),
            (_, true) => context.cloze(text),
            (_, false) => context.text(text),
        };
        (name.value.as_str(), document, text.span)
    };
    let texts: Vec<(&str, Document, Span)> = (0..note.fields.0.len()).map(read).collect();
    let shown = known.map(|known| &known.shown);
    let title = shown.and_then(|shown| Some(known?.fields[shown.title?].id.as_str()));
    let documents: Vec<&Document> = texts.iter().map(|(_, document, _)| document).collect();
    let ask = texts.iter().find(|(name, ..)| Some(*name) == title);
    let faces = ask.map(|(name, ask, span)| {
        let rest = texts.iter().filter(|(other, ..)| other != name).map(|(_, document, _)| document.clone());
        let rest = super::text::joined(rest);
        let mut face = face(said(ask, *span), &rest, *span);
        // A field need not be a sentence, and the author chose its lists deliberately.
        face.lists.clear();
        face.quoted = true;
        face
    });
    Study {
        faces: faces.into_iter().collect(),
        sources: (!meta.references.is_empty()).then_some(meta.references.len()),
        ..item(context, meta, Role::Studied, &documents)
    }
}

fn fact(context: &Context<'_>, meta: &Meta, fact: &Fact) -> Study {
    let (text, extra) = (context.cloze(&fact.text), context.optional(fact.extra.as_ref()));
    let mut ask = said(&cloze::blanked(&text), fact.text.span);
    let mut hidden = Vec::new();
    walk::inlines(&text, &mut |node| {
        if let Inline::Cloze(part) = node {
            // The hint may be a list of options that includes the answer. We stop after a
            // hundred clozes, since nobody learns a sentence with so many.
            if hidden.len() < 100 {
                ask.text = ask.text.replacen(&format!("[{}]", plain::inline(&part.hint)), "[…]", 1);
            }
            let text = plain::inline(&part.answer);
            hidden.push(Hidden {
                number: part.number,
                hinted: !part.hint.is_empty(),
                text,
                span: part.span,
            });
        }
    });
    let words: Vec<&str> = hidden.iter().map(|part| part.text.as_str()).collect();
    let answer = Said { text: words.join("; "), span: fact.text.span };
    Study {
        faces: vec![Face {
            ask,
            quoted: false,
            options: Vec::new(),
            answer,
            lists: Vec::new(),
            hidden,
        }],
        ..item(context, meta, Role::Beside, &[&text, &extra])
    }
}

fn choice(context: &Context<'_>, meta: &Meta, choice: &Choice) -> Study {
    let ask = context.text(&choice.ask);
    let option = |option: &content::ChoiceOption| {
        [&option.right, &option.wrong, &option.why].map(|text| context.optional(text.as_ref()))
    };
    let options: Vec<[Document; 3]> = choice.options.iter().map(option).collect();
    let explain = context.optional(choice.explain.as_ref());
    let mut texts = vec![&ask, &explain];
    texts.extend(options.iter().flatten());
    let right: Vec<String> = options.iter().map(|[right, ..]| plain::document(right)).collect();
    let wrong = options.iter().map(|[_, wrong, _]| plain::document(wrong));
    let offered: Vec<String> = right.iter().cloned().chain(wrong).filter(|text| !text.is_empty()).collect();
    let right: Vec<String> = right.into_iter().filter(|text| !text.is_empty()).collect();
    let place = choice.options.iter().find_map(|option| option.right.as_ref()).map_or(meta.id.span, |text| text.span);
    let face = Face {
        ask: said(&ask, choice.ask.span),
        quoted: false,
        options: offered,
        answer: Said { text: right.join("; "), span: place },
        lists: Vec::new(),
        hidden: Vec::new(),
    };
    Study {
        faces: vec![face],
        ..item(context, meta, Role::Beside, &texts)
    }
}

fn tip(context: &Context<'_>, meta: &Meta, tip: &Tip) -> Study {
    let ask = context.text(&tip.ask);
    let advice = tip.r#do.as_ref().or(tip.dont.as_ref());
    let (done, why, say) = (context.optional(advice), context.text(&tip.why), context.optional(tip.say.as_ref()));
    let face = face(said(&ask, tip.ask.span), &done, advice.map_or(meta.id.span, |advice| advice.span));
    Study {
        faces: vec![face],
        ..item(context, meta, Role::Beside, &[&ask, &done, &why, &say])
    }
}

fn checklist(context: &Context<'_>, meta: &Meta, list: &Checklist) -> Study {
    let asks = matches!(list.cards, Some(ChecklistCards::Item));
    let texts: Vec<[Document; 2]> =
        list.items.iter().map(|item| [context.text(&item.text), context.optional(item.how.as_ref())]).collect();
    let faces = list.items.iter().zip(&texts).filter(|_| asks).map(|(source, [text, how])| {
        let place = source.how.as_ref().map_or(source.text.span, |how| how.span);
        // A learner ticks a box rather than answering a question.
        Face {
            quoted: true,
            ..face(said(text, source.text.span), how, place)
        }
    });
    Study {
        faces: faces.collect(),
        ..item(context, meta, Role::Beside, &texts.iter().flatten().collect::<Vec<_>>())
    }
}

fn plan(context: &Context<'_>, meta: &Meta, plan: &Plan) -> Study {
    let days = || plan.weeks.iter().flat_map(|week| &week.schedule);
    let points = plan.weeks.iter().flat_map(|week| week.daily.iter().chain(&week.goals));
    let points = points.chain(days().flat_map(|day| &day.tasks));
    let texts: Vec<Document> = points.map(|point| context.point(point)).collect();
    let mut study = item(context, meta, Role::Plan, &texts.iter().collect::<Vec<_>>());
    let ids = plan.weeks.iter().flat_map(|week| &week.study).chain(days().flat_map(|day| &day.study));
    study.links.extend(ids.map(|id| id.value.0.clone()));
    study
}

fn interview_type(context: &Context<'_>, meta: &Meta, kind: &InterviewType) -> Study {
    let (tests, prepare) = (context.text(&kind.tests), context.points(&kind.prepare));
    let ask = Said {
        text: kind.name.value.0.clone(),
        span: kind.name.span,
    };
    Study {
        faces: vec![face(ask, &tests, kind.tests.span)],
        ..item(context, meta, Role::Beside, &[&tests, &prepare])
    }
}

fn prose(context: &Context<'_>, meta: &Meta, prose: &Prose) -> Study {
    let text = context.text(&prose.text);
    let study = item(context, meta, Role::Beside, &[&text]);
    // Prose isn't on any card.
    Study { code: Vec::new(), ..study }
}
