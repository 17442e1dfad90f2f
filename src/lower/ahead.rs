//! Lowers items on several threads, each by itself, before the topics that they belong to.

use std::sync::atomic::Ordering;

use super::text::Parsed;
use super::{Context, Input, SEARCHES, Shared, block, needed, retire, stands_alone, study};
use crate::content::{Body, File, Item};
use crate::deck::study::Study;
use crate::deck::{Block, CardFace, Left};
use crate::diag::{MOST, Sink};
use crate::threads::Threads;

/// What lowering an item produces.
pub(super) struct Lowered {
    /// `None` for a retired item.
    pub block: Option<Block>,
    /// Notes that leave the deck with this release.
    pub retired: Vec<CardFace>,
    /// Notes that left with an earlier release.
    pub left: Vec<Left>,
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

/// Everything produced by the items that stand alone, in order, and a context with what was
/// found in them.
pub(super) fn all<'a>(
    shared: &'a Shared<'a>,
    input: &Input<'a>,
    diagnostics: Sink,
) -> (Vec<Vec<Lowered>>, Context<'a>) {
    let of_file = |file: &'a File| file.items.iter().filter(|item| stands_alone(item)).map(move |item| (file, item));
    let items: Vec<(&File, &Item)> = input.files.iter().flat_map(of_file).collect();
    let before = diagnostics.len();
    let context = Context::new(shared);
    *context.diagnostics.borrow_mut() = diagnostics;
    if input.threads.are_several() {
        if let Some(all) = lowered(&context, &items, input.threads) {
            return (all, context);
        }
        context.diagnostics.borrow_mut().truncate(before);
    }
    let all = lowered(&context, &items, Threads::ONE);
    (all.unwrap_or_default(), context)
}

/// With several threads, gives up if there are too many mistakes to keep them all: which ones
/// we keep would depend on which thread came first. A single thread then starts over.
fn lowered<'a>(context: &Context<'a>, items: &[(&'a File, &'a Item)], threads: Threads) -> Option<Vec<Vec<Lowered>>> {
    let shared = context.shared;
    shared.searches.store(0, Ordering::Relaxed);
    shared.reported.store(context.diagnostics.borrow().len(), Ordering::Relaxed);
    let too_much = || {
        let (reported, searches) = (shared.reported.load(Ordering::Relaxed), shared.searches.load(Ordering::Relaxed));
        threads.are_several() && (reported > MOST || searches > SEARCHES)
    };
    let make = |stretch: &Stretch<'a, '_>| {
        let own = Context::new(shared);
        own.questions.set(stretch.questions);
        if shared.studied {
            own.parsed.replace(Parsed::kept());
        }
        let wanted = stretch.items.iter().take_while(|_| !too_much());
        let made: Vec<Lowered> = wanted.map(|(file, item)| one(&own, file, item)).collect();
        (made, own.diagnostics.into_inner(), own.media)
    };
    let mut all = Vec::new();
    threads.in_order(&stretches(items), make, |(made, found, media)| {
        all.push(made);
        context.diagnostics.borrow_mut().append(found);
        context.media.add(media);
    });
    (!too_much()).then_some(all)
}

fn one<'a>(context: &Context<'a>, file: &'a File, item: &Item) -> Lowered {
    context.defaults.set(&file.defaults.tags);
    let block = match &item.meta.retired {
        Some(release) => {
            retire(context, file, item, release);
            None
        }
        None => Some(needed(context, block(context, file, item))),
    };
    Lowered {
        block,
        retired: context.retired.take(),
        left: context.left.take(),
        study: context.shared.studied.then(|| study::again(context, item)).flatten(),
    }
}

fn stretches<'a, 's>(items: &'s [(&'a File, &'a Item)]) -> Vec<Stretch<'a, 's>> {
    let mut questions = 0;
    let stretch = |items: &'s [(&'a File, &'a Item)]| {
        let before = questions;
        let counts = |item: &Item| matches!(item.body, Body::Question(_)) && item.meta.retired.is_none();
        questions += items.iter().filter(|(_, item)| counts(item)).count();
        Stretch { items, questions: before }
    };
    items.chunks(STRETCH).map(stretch).collect()
}
