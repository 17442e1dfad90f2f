//! What the lint reads of items. Only a check makes this: a build would keep all the texts for nothing.

use std::collections::BTreeSet;

use super::Context;
use crate::content::{self, Allow, Meta};
use crate::deck::study::{Face, Lesson, Role, Said, Sample, Study, Waiver};
use crate::markup::{Block, CodeBlock, Document, Inline, columns, plain, walk};
use crate::source::{Sources, Span};

/// A content file as the lint reads it.
pub(super) fn lesson(file: &content::File, items: Vec<Study>) -> Lesson {
    Lesson {
        topic: file.topic.join("::"),
        span: file.span,
        allow: waivers(&file.allow),
        tags: file.defaults.tags.iter().map(|tag| tag.value.0.clone()).collect(),
        items,
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

impl Context<'_> {
    /// Returns what `make` makes of an item, if the lint will read the deck. There is nothing to learn in an item that
    /// is only printed.
    pub(super) fn studied(&self, meta: &Meta, make: impl FnOnce() -> Study) -> Option<Study> {
        let study = self.shared.studied.then(make)?;
        if !meta.is_printed() {
            return Some(study);
        }
        Some(Study {
            faces: Vec::new(),
            code: Vec::new(),
            role: Role::Beside,
            ..study
        })
    }

    /// An item that does not ask anything yet. `texts` is everything that it shows.
    pub(super) fn study(&self, meta: &Meta, role: Role, texts: &[&Document]) -> Study {
        let mut links: BTreeSet<String> = meta.see_also.iter().map(|id| id.value.0.clone()).collect();
        let (mut pictures, mut code, mut unfinished) = (Vec::new(), Vec::new(), false);
        for text in texts {
            walk::blocks(text, &mut |block| match block {
                Block::Paragraph(content) => unfinished |= is_to_do(content),
                Block::Code(block) => code.push(sample(self.shared.sources, block)),
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
            has_difficulty: meta.difficulty.or(self.defaults.and_then(|defaults| defaults.difficulty)).is_some(),
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
}

/// Whether a text begins with the word `TODO`, as every text of a stub does.
fn is_to_do(content: &[Inline]) -> bool {
    let Some(Inline::Text { text, .. }) = content.first() else { return false };
    text.strip_prefix("TODO").is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

fn sample(sources: &Sources, block: &CodeBlock) -> Sample {
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
pub(super) fn face(ask: Said, answer: &Document, span: Span) -> Face {
    let lists = answer.blocks.iter().filter_map(|block| match block {
        Block::List(list) => Some((list.items.len(), span)),
        _ => None,
    });
    Face {
        ask,
        quoted: false,
        asked_around: false,
        options: Vec::new(),
        lists: lists.collect(),
        answer: Said { text: spoken(answer), span },
        hidden: Vec::new(),
    }
}

/// A text as the lint reads it.
pub(super) fn said(document: &Document, span: Span) -> Said {
    Said { text: plain::document(document), span }
}

/// The words of a text that one would say aloud.
fn spoken(document: &Document) -> String {
    let aloud = |block: &&Block| !matches!(block, Block::Code(_) | Block::Math(_));
    plain::document(&Document {
        blocks: document.blocks.iter().filter(aloud).cloned().collect(),
    })
}
