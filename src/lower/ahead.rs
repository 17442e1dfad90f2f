//! Lowers items on several threads, each by itself, before the topics that they belong to.

use std::sync::atomic::Ordering;

use super::{Context, Found, Input, SEARCHES, Shared, block, needed, retire, stands_alone};
use crate::anki;
use crate::content::{Body, File, Item};
use crate::deck::study::Study;
use crate::deck::{Block, Left, Note};
use crate::diag::{MOST, Sink};
use crate::threads::Threads;

/// What lowering an item produces.
pub(super) struct Lowered {
    /// `None` for a retired item.
    pub block: Option<Block>,
    /// Notes that documents do not show.
    pub aside: Vec<Note>,
    /// Notes that left with an earlier release.
    pub left: Vec<Left>,
    /// What Anki stores of its notes, each at its number.
    pub cards: Vec<anki::Note>,
    /// What the lint reads from it, in a check.
    pub study: Option<Study>,
}

/// How many items share a context. The number of threads does not change it.
const STRETCH: usize = 32;

/// A run of items that stand alone, each with its file.
struct Stretch<'a, 's> {
    items: &'s [(&'a File, &'a Item)],
    /// How many questions come before it.
    questions: usize,
}

/// Everything produced by the items that stand alone, in order, and what was found in them.
pub(super) fn all<'a>(shared: &'a Shared<'a>, input: &Input<'a>, diagnostics: Sink) -> (Vec<Vec<Lowered>>, Found) {
    let of_file = |file: &'a File| file.items.iter().filter(|item| stands_alone(item)).map(move |item| (file, item));
    let items: Vec<(&File, &Item)> = input.files.iter().flat_map(of_file).collect();
    let before = diagnostics.len();
    let found = Found::default();
    *found.diagnostics.borrow_mut() = diagnostics;
    if input.threads.are_several() {
        if let Some(all) = lowered(shared, &found, &items, input.threads) {
            return (all, found);
        }
        found.diagnostics.borrow_mut().truncate(before);
    }
    let all = lowered(shared, &found, &items, Threads::ONE);
    (all.unwrap_or_default(), found)
}

/// With several threads, gives up if there are too many mistakes to keep them all: which ones
/// we keep would depend on which thread came first. A single thread then starts over.
fn lowered(
    shared: &Shared<'_>,
    found: &Found,
    items: &[(&File, &Item)],
    threads: Threads,
) -> Option<Vec<Vec<Lowered>>> {
    shared.searches.store(0, Ordering::Relaxed);
    shared.reported.store(found.diagnostics.borrow().len(), Ordering::Relaxed);
    let too_much = || {
        let (reported, searches) = (shared.reported.load(Ordering::Relaxed), shared.searches.load(Ordering::Relaxed));
        threads.are_several() && (reported > MOST || searches > SEARCHES)
    };
    let make = |stretch: &Stretch<'_, '_>| {
        let own = Found::default();
        let context = Context::new(shared, &own);
        let wanted = stretch.items.iter().take_while(|_| !too_much());
        let mut number = stretch.questions;
        let lower = |(file, item): &(&File, &Item)| {
            number += usize::from(is_counted(item));
            one(Context { number, ..context.within(file).of(&item.meta) }, item)
        };
        let made: Vec<Lowered> = wanted.map(lower).collect();
        (made, own.diagnostics.into_inner(), own.media)
    };
    let mut all = Vec::new();
    threads.in_order(&stretches(items), make, |(made, more, media)| {
        all.push(made);
        found.diagnostics.borrow_mut().append(more);
        found.media.add(media);
    });
    (!too_much()).then_some(all)
}

fn one(context: Context<'_>, item: &Item) -> Lowered {
    let (block, study) = if let Some(release) = &item.meta.retired {
        retire(&context, item, release);
        (None, None)
    } else {
        let (block, study) = block(&context, item);
        (Some(needed(&context, block)), study)
    };
    Lowered {
        block,
        aside: context.found.aside.take(),
        left: context.found.left.take(),
        cards: context.found.cards.take(),
        study,
    }
}

/// Whether an item is a question with a number in documents. A retired one isn't.
fn is_counted(item: &Item) -> bool {
    matches!(item.body, Body::Question(_)) && item.meta.retired.is_none()
}

fn stretches<'a, 's>(items: &'s [(&'a File, &'a Item)]) -> Vec<Stretch<'a, 's>> {
    let mut questions = 0;
    let stretch = |items: &'s [(&'a File, &'a Item)]| {
        let before = questions;
        questions += items.iter().filter(|(_, item)| is_counted(item)).count();
        Stretch { items, questions: before }
    };
    items.chunks(STRETCH).map(stretch).collect()
}
