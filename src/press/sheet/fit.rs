//! Finds the largest type size at which everything fits on the fewest pages.
//!
//! Every length in the template is relative to the type size, so a box in a column of width `w` at
//! size `s` is just an enlarged box in a column of width `w / s` at size 1. Heights are therefore a
//! function of that one ratio, whatever the number of columns: they are estimated first and
//! corrected by measurements, and what the search chooses is measured before it is used.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use super::curves::{Curves, Measures};
use super::pack::{self, Kind, Piece, Room};
use super::task::{CEILING, Column, Fit, MM, Misfit, Task, sizes};

/// Height in ems of the title above a box that continues in another column, including the edge above it.
pub(super) const REPEATED_TITLE: f64 = 2.2;
/// Height in ems of the edge below a box.
const EDGE: f64 = 0.64;
/// The smallest distance between two boxes, in ems.
const GAP: f64 = 0.45;

/// The type size in points that reads without effort; each further point is worth half as much.
const LEGIBLE: f64 = 8.0;
/// Line lengths in ems that read best; words beside formulas and in tables need rather long lines.
const BEST: RangeInclusive<f64> = 26.0..=37.0;

/// The best layout of `task`; `measure` measures all pieces at size 1 in a column of the given
/// width, in millimetres.
///
/// # Errors
/// If there is none between the floor and [`CEILING`].
pub(super) fn search(
    task: &Task,
    curves: &mut Curves,
    mut measure: impl FnMut(f64) -> Option<Measures>,
) -> Result<Fit, Misfit> {
    let order: Vec<usize> = (0..task.kinds.len()).collect();
    let fit = match fewest(task, curves, &order, &mut measure)? {
        Some(fit) => fit,
        // Estimates alone aren't enough to say that there is none.
        None if curves.measured.is_empty() => {
            let columns = task.columns.iter().copied().max_by_key(|columns| {
                let line = task.page.column_width(*columns) * MM / task.floor;
                (BEST.contains(&line), *columns)
            });
            let ratio = task.page.column_width(columns.unwrap_or(1)) / task.floor;
            curves.add_new(ratio, &mut measure)?;
            fewest(task, curves, &order, &mut measure)?.ok_or_else(|| misfit(task, curves))?
        }
        // What was measured for some columns may have misled the estimates for others.
        None => {
            let mut widths: Vec<f64> = task.columns.iter().map(|columns| task.page.column_width(*columns)).collect();
            let line = |width: &f64| width * MM / task.floor;
            widths.sort_by_key(|width| !BEST.contains(&line(width)));
            let mut widths = widths.into_iter().take(MORE);
            loop {
                let Some(width) = widths.next() else { return Err(misfit(task, curves)) };
                if curves.add_new(width / task.floor, &mut measure)?
                    && let Some(fit) = fewest(task, curves, &order, &mut measure)?
                {
                    break fit;
                }
            }
        }
    };
    if task.reorder
        && let Some(order) = reordered(task, curves, &order, &fit)
        && let Some(better) = fewest(task, curves, &order, &mut measure)?
        && better.pages.len() <= fit.pages.len()
        && better.size >= fit.size + WORTH_REORDERING
    {
        return Ok(better);
    }
    Ok(fit)
}

/// How many more column counts to measure before reporting that nothing fits.
const MORE: usize = 3;

/// Whether estimates leave no doubt that everything fits on the maximum number of pages.
pub(super) fn is_certain(task: &Task, curves: &Curves) -> bool {
    /// Estimates are off by one or two per cent of the size, and rarely by four.
    const CERTAIN: f64 = 1.05;
    let order: Vec<usize> = (0..task.kinds.len()).collect();
    let found = best(task, curves, &order, *task.pages.end(), |_| true);
    found.is_some_and(|(size, _)| size >= CERTAIN * task.floor)
}

/// How many points larger the type must become to justify changing the author's order of topics.
const WORTH_REORDERING: f64 = 0.15;

/// The layout with the fewest pages. It measures at slightly more than the predicted size. What
/// fits there only at a slightly smaller size gets that size and wider gutters: measurements stay
/// valid if size and width change together.
fn fewest(
    task: &Task,
    curves: &mut Curves,
    order: &[usize],
    measure: &mut impl FnMut(f64) -> Option<Measures>,
) -> Result<Option<Fit>, Misfit> {
    /// A size this much larger than predicted leaves room for errors in both directions.
    const AIM: f64 = 1.012;
    /// Measurements for a number of pages, and the share of the predicted size that is enough after each.
    const ENOUGH: [f64; 4] = [0.975, 0.96, 0.94, 0.0];
    let mut tries = BTreeMap::new();
    // What didn't fit when it was measured.
    let mut failed = BTreeSet::new();
    loop {
        let promised = |pages: usize| {
            best(task, curves, order, pages, |columns| !failed.contains(&(pages, columns)))
                .map(|(size, columns)| (pages, size, columns))
        };
        let Some((pages, size, columns)) = task.pages.clone().find_map(promised) else { return Ok(None) };
        let tried = tries.entry((pages, columns)).or_insert(0_usize);
        let found = at_measured(task, curves, order, (pages, columns));
        let enough = ENOUGH[(*tried).min(ENOUGH.len() - 1)];
        if let Some(fit) = found.filter(|fit| fit.size >= enough * size) {
            return Ok(Some(fit));
        }
        *tried += 1;
        let aimed = stepped(size * AIM, MEASURED).min(CEILING).max(task.floor);
        let is_new = *tried < ENOUGH.len() && curves.add_new(task.page.column_width(columns) / aimed, measure)?;
        if !is_new {
            // There is nothing more to learn.
            match at_measured(task, curves, order, (pages, columns)) {
                Some(fit) => return Ok(Some(fit)),
                None => {
                    failed.insert((pages, columns));
                }
            }
        }
    }
}

/// Steps of the sizes that are measured, and of those that are used: a small change to a text
/// should change nothing else.
const MEASURED: f64 = 0.1;
const SET: f64 = 0.05;

/// The largest multiple of `step` that isn't larger than `size`.
fn stepped(size: f64, step: f64) -> f64 {
    (size / step + 1e-6).floor() * step
}

/// The best layout at a measured width: large, level and full.
fn at_measured(task: &Task, curves: &Curves, order: &[usize], count: (usize, usize)) -> Option<Fit> {
    /// How small the type may be, as a share of what the columns allow, for the sake of level columns.
    const NARROWER: f64 = 0.92;
    let (_, columns) = count;
    let width = task.page.column_width(columns);
    #[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
    let (number, gaps) = (columns as f64, columns.saturating_sub(1) as f64);
    let mut best: Option<(f64, Fit)> = None;
    for (ratio, measures) in &curves.measured {
        let most = width / ratio;
        // A single column has no gutter to widen.
        let least = if columns == 1 { most * 0.99 } else { most * NARROWER };
        let mut size = most.min(CEILING);
        let mut tried = Vec::new();
        while size >= least.max(task.floor - 1e-9) && sizes(task, columns, curves.doubt()).contains(&size) {
            tried.push(size);
            size = stepped(size - 1e-3, SET);
        }
        for size in tried {
            if best.as_ref().is_some_and(|(worth, _)| size <= *worth) {
                break;
            }
            let Some(fit) = set(task, measures, order, count, size) else { continue };
            let worth = size * (1.0 - worn(&fit));
            if best.as_ref().is_none_or(|(most, _)| worth > *most) {
                let spare = number * (width - ratio * size);
                let gutter = task.page.gutter + if gaps > 0.0 { spare / gaps } else { 0.0 };
                best = Some((worth, Fit { gutter, ..fit }));
            }
        }
    }
    best.map(|(_, fit)| fit)
}

/// The most promising size and number of columns.
fn best(
    task: &Task,
    curves: &Curves,
    order: &[usize],
    pages: usize,
    is_open: impl Fn(usize) -> bool,
) -> Option<(f64, usize)> {
    let worth = |columns: &usize| {
        let size = largest(task, curves, order, (pages, *columns))?;
        let line = task.page.column_width(*columns) * MM / size;
        let comfort = 1.0 - 0.011 * (BEST.start() - line).max(0.0) - 0.008 * (line - BEST.end()).max(0.0);
        // With several pages, the last one is only one of many.
        let mut uneven = 0.0;
        if pages == 1 {
            let fit = arranged(task, curves, order, (pages, *columns), size)?;
            uneven = apart(fit.pages.last()?);
        }
        let legible = size.min(LEGIBLE) + 0.5 * (size - LEGIBLE).max(0.0);
        Some((legible * comfort * (1.0 - 0.3 * uneven), size, *columns))
    };
    // The last of equals wins: few columns rather than many.
    let open = task.columns.iter().rev().filter(|columns| is_open(**columns));
    // A size that certainly reaches the floor is worth more than one that may.
    let rank = |(worth, size, _): &(f64, f64, usize)| (*size >= task.floor, *worth);
    let found = open.filter_map(worth).max_by(|one, other| {
        let (one, other) = (rank(one), rank(other));
        one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
    });
    found.map(|(_, size, columns)| (size, columns))
}

/// The largest size at which the pieces fit if the curves are right.
fn largest(task: &Task, curves: &Curves, order: &[usize], (pages, columns): (usize, usize)) -> Option<f64> {
    let (mut low, mut high) = sizes(task, columns, curves.doubt()).into_inner();
    let fits = |size: f64| {
        let measures = curves.at(task.page.column_width(columns) / size);
        let (pieces, room) = sized(task, &measures, order, (pages, columns), size);
        pack::greedy(&pieces, room).is_some_and(|used| used.len() <= room.columns)
    };
    if low > high || !fits(low) {
        return None;
    }
    if fits(high) {
        return Some(high);
    }
    while high - low > 0.01 {
        let middle = f64::midpoint(low, high);
        if fits(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low)
}

/// The pieces in their order at `size`, and the room for them.
fn sized(
    task: &Task,
    measures: &Measures,
    order: &[usize],
    (pages, columns): (usize, usize),
    size: f64,
) -> (Vec<Piece>, Room) {
    let of = |all: &[f64], index: usize| all.get(index).copied().unwrap_or_default() * size;
    let piece = |index: &usize| Piece {
        height: of(&measures.heights, *index),
        open: of(&measures.opens, *index),
        kind: task.kinds[*index],
    };
    let room = Room {
        columns: columns * pages,
        height: task.page.column_height() - task.spare,
        gap: size * GAP,
        close: size * EDGE,
    };
    (order.iter().map(piece).collect(), room)
}

/// The most extra ems between two parts of a box that still look intended.
const LOOSEST: f64 = 1.9;

/// A last page less full than this is laid out on its own, lower than the others.
const FULL: f64 = 0.86;

/// The pieces at `size` in columns that end where their neighbours do.
fn arranged(task: &Task, curves: &Curves, order: &[usize], count: (usize, usize), size: f64) -> Option<Fit> {
    let measures = curves.at(task.page.column_width(count.1) / size);
    set(task, &measures, order, count, size)
}

/// The same with measurements.
fn set(task: &Task, measures: &Measures, order: &[usize], count: (usize, usize), size: f64) -> Option<Fit> {
    let (pieces, room) = sized(task, measures, order, count, size);
    let (_, columns) = count;
    let greedy = pack::greedy(&pieces, room).filter(|used| used.len() <= room.columns)?;
    let whole = pack::height(&pieces, &(0..pieces.len()), room);
    let pages = greedy.len().div_ceil(columns);
    #[expect(clippy::cast_precision_loss, reason = "a sheet has a handful of columns")]
    let share = whole / (room.height * (pages * columns) as f64);
    let mut parts = Vec::new();
    if pages == 1 || share >= FULL {
        parts.push((0..pieces.len(), pages));
    } else {
        let cut = greedy[(pages - 1) * columns].start;
        parts.extend([(0..cut, pages - 1), (cut..pieces.len(), 1)]);
    }
    let mut filled_pages = Vec::new();
    for (range, pages) in parts {
        let own = &pieces[range.clone()];
        let room = Room { columns: pages * columns, ..room };
        let (ranges, height) = pack::level(own, room)?;
        let low = Room { height, ..room };
        let mut page = Vec::new();
        for column in ranges {
            let gaps = pack::gaps(own, &column, low);
            let filled = pack::height(own, &column, room);
            let least: f64 = pack::gaps(own, &column, Room { height: 0.0, ..room }).iter().sum();
            let end = filled + gaps.iter().sum::<f64>() - least;
            // Space that cannot go between boxes goes between their parts.
            let parts = own[column.clone()].iter().skip(1).filter(|piece| piece.kind.goes_on()).count();
            #[expect(clippy::cast_precision_loss, reason = "a column holds a few dozen parts")]
            let (left, parts) = ((low.height - end).max(0.0), parts as f64);
            let loose = if parts > 0.0 { stepped((left / parts).min(LOOSEST * size), SET) } else { 0.0 };
            let end = end + parts * loose;
            let placed = order[range.clone()][column].iter().copied().zip(gaps).collect();
            page.push(Column {
                placed,
                loose,
                filled: filled / room.height,
                end: end / room.height,
            });
            if page.len() == columns {
                filled_pages.push(std::mem::take(&mut page));
            }
        }
        if !page.is_empty() {
            page.resize_with(columns, Column::default);
            filled_pages.push(page);
        }
    }
    Some(Fit {
        size,
        columns,
        gutter: task.page.gutter,
        pages: filled_pages,
    })
}

/// A different order of the topics that promises larger type: moves one topic at a time to where it
/// helps most. The last one, which ends the course, stays.
fn reordered(task: &Task, curves: &Curves, order: &[usize], fit: &Fit) -> Option<Vec<usize>> {
    let count = (fit.pages.len(), fit.columns);
    let mut best = groups(task, order);
    let mut least = fit.size + WORTH_REORDERING;
    let mut improved = false;
    for _ in 0..2 {
        let from_best = best.clone();
        let movable = from_best.len().saturating_sub(1);
        for from in 0..movable {
            for to in (0..movable).filter(|to| *to != from) {
                let mut candidate = from_best.clone();
                let group = candidate.remove(from);
                candidate.insert(to, group);
                let order = candidate.concat();
                // Most orders don't even reach the best size so far; a single packing shows that.
                if arranged(task, curves, &order, count, least).is_some()
                    && let Some(size) = largest(task, curves, &order, count)
                {
                    (best, least, improved) = (candidate, size + 0.02, true);
                }
            }
        }
    }
    improved.then(|| best.concat())
}

/// How far apart columns end.
fn apart(columns: &[Column]) -> f64 {
    let ends = columns.iter().map(|column| column.end);
    let (low, high) = ends.fold((1.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    high - low
}

/// How far pages are from the ideal: level, and all but the last one full.
fn worn(fit: &Fit) -> f64 {
    const LEVEL: f64 = 0.06;
    const FULL: f64 = 0.9;
    let page = |(index, columns): (usize, &Vec<Column>)| {
        #[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
        let filled = columns.iter().map(|column| column.filled).sum::<f64>() / columns.len() as f64;
        let empty = if index + 1 == fit.pages.len() { 0.0 } else { (FULL - filled).max(0.0) };
        (apart(columns) - LEVEL).max(0.0) + empty
    };
    fit.pages.iter().enumerate().map(page).sum()
}

/// The pieces of each topic.
fn groups(task: &Task, order: &[usize]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for index in order {
        match groups.last_mut() {
            Some(group) if task.kinds[*index] != Kind::Bar => group.push(*index),
            _ => groups.push(vec![*index]),
        }
    }
    groups
}

/// Why nothing fits at the floor with the most promising number of columns.
fn misfit(task: &Task, curves: &Curves) -> Misfit {
    const NAMED: usize = 3;
    let order: Vec<usize> = (0..task.kinds.len()).collect();
    let most = *task.pages.end();
    let mut least: Option<(Vec<usize>, usize, Vec<usize>)> = None;
    for columns in &task.columns {
        let measures = curves.at(task.page.column_width(*columns) / task.floor);
        let (pieces, room) = sized(task, &measures, &order, (most, *columns), task.floor);
        let tall: Vec<usize> = order.iter().copied().filter(|index| is_tall(&pieces, *index, room)).collect();
        let height = pack::height(&pieces, &(0..pieces.len()), room);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of columns")]
        let columns = (height / room.height).ceil() as usize;
        let pages = columns.div_ceil((room.columns / most).max(1)).max(most + 1);
        if least.as_ref().is_none_or(|known| (tall.len(), pages) < (known.0.len(), known.1)) {
            let mut longest = order.clone();
            longest.sort_by(|one, other| pieces[*other].height.total_cmp(&pieces[*one].height));
            longest.truncate(NAMED);
            least = Some((tall, pages, longest));
        }
    }
    match least {
        Some((tall, _, _)) if !tall.is_empty() => Misfit::Tall(tall),
        Some((_, pages, longest)) => Misfit::Pages(pages, longest),
        None => Misfit::Pages(most + 1, Vec::new()),
    }
}

/// Why nothing fits, if estimates leave no doubt: a piece is far taller than any column.
pub(super) fn hopeless(task: &Task, curves: &Curves) -> Option<Misfit> {
    /// Estimates are never this far off.
    const CERTAIN: f64 = 3.0;
    let order: Vec<usize> = (0..task.kinds.len()).collect();
    let tall = |columns: &usize| -> Vec<usize> {
        let measures = curves.at(task.page.column_width(*columns) / task.floor);
        let (pieces, room) = sized(task, &measures, &order, (*task.pages.end(), *columns), task.floor);
        order.iter().copied().filter(|index| pieces[*index].height > CERTAIN * room.height).collect()
    };
    let fewest = task.columns.iter().map(tall).min_by_key(Vec::len)?;
    (!fewest.is_empty()).then_some(Misfit::Tall(fewest))
}

/// Whether a piece and the bar above it don't fit in any column.
fn is_tall(pieces: &[Piece], index: usize, room: Room) -> bool {
    let bar = index.checked_sub(1).filter(|before| pieces[*before].kind == Kind::Bar);
    let column: Range<usize> = bar.unwrap_or(index)..index + 1;
    pack::height(pieces, &column, room) > room.height
}
