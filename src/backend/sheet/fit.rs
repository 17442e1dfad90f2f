//! Finds the largest type with which everything fits.
//!
//! Every length of the template is relative to the type, so a box in a column
//! of width `w` at size `s` is a box in a column of width `w / s` at size 1,
//! enlarged. Heights are therefore measured as a function of that one ratio,
//! which all numbers of columns share; between two measures they are
//! interpolated, and what the search chooses is measured before it is believed.

use std::ops::Range;

use super::pack::{self, Kind, Piece, Room};

/// Points of type below which nobody can read a sheet.
pub(super) const FLOOR: f64 = 5.5;
/// Points of type above which a sheet looks like a poster.
pub(super) const CEILING: f64 = 9.5;
/// Points a millimetre.
pub(super) const MM: f64 = 72.0 / 25.4;

/// Height in ems of the title above a box that goes on in another column.
pub(super) const REPEATED_TITLE: f64 = 2.2;

/// A page, in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Its width.
    pub(super) width: f64,
    /// Its height.
    pub(super) height: f64,
}

impl Page {
    /// Room at every edge.
    pub(super) const MARGIN: f64 = 6.5;
    /// Between two columns.
    pub(super) const GUTTER: f64 = 3.2;
    /// Above the columns.
    pub(super) const HEADER: f64 = 12.2;
    /// Below the columns.
    pub(super) const FOOTER: f64 = 3.6;

    #[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
    fn column_width(self, columns: usize) -> f64 {
        let count = columns as f64;
        (self.width - 2.0 * Self::MARGIN - Self::GUTTER * (count - 1.0)) / count
    }

    /// In points.
    fn column_height(self) -> f64 {
        (self.height - 2.0 * Self::MARGIN - Self::HEADER - Self::FOOTER) * MM
    }
}

/// What to fill.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// The paper.
    pub(super) page: Page,
    /// Points of every column that stay empty.
    pub(super) spare: f64,
    /// How many pages.
    pub(super) pages: usize,
    /// Numbers of columns to choose from.
    pub(super) columns: Vec<usize>,
    /// The pieces in the author's order.
    pub(super) kinds: Vec<Kind>,
}

/// A layout that was measured.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// Points of type.
    pub(super) size: f64,
    /// Columns a page.
    pub(super) columns: usize,
    /// The pieces of each column, each with the distance above it.
    pub(super) placed: Vec<Vec<(usize, f64)>>,
}

/// Why there is no layout.
#[derive(Debug, Clone)]
pub(super) enum Misfit {
    /// Measuring failed; the reason has been reported.
    Unmeasured,
    /// These pieces are taller than a column, whatever the number of columns.
    Tall(Vec<usize>),
    /// It takes this many pages at the floor.
    Pages(usize),
}

/// Heights of all pieces for type of size 1, by column width for that size.
#[derive(Debug, Clone, Default)]
struct Curves {
    points: Vec<(f64, Vec<f64>)>,
}

impl Curves {
    fn add(&mut self, ratio: f64, heights: Vec<f64>) {
        let at = self.points.partition_point(|(known, _)| *known < ratio);
        self.points.insert(at, (ratio, heights));
    }

    fn at(&self, ratio: f64) -> Vec<f64> {
        let after = self.points.partition_point(|(known, _)| *known < ratio);
        let (Some(low), Some(high)) = (self.points.get(after.saturating_sub(1)), self.points.get(after)) else {
            return self.points.last().map(|(_, heights)| heights.clone()).unwrap_or_default();
        };
        let share = if high.0 > low.0 { ((ratio - low.0) / (high.0 - low.0)).clamp(0.0, 1.0) } else { 0.0 };
        let pairs = low.1.iter().zip(&high.1);
        pairs.map(|(low, high)| low + (high - low) * share).collect()
    }
}

/// The largest layout of `task`; `measure` gives the heights of all pieces at
/// size 1 for a column of the width it is given.
///
/// # Errors
/// If there is none between [`FLOOR`] and [`CEILING`].
pub(super) fn search(task: &Task, mut measure: impl FnMut(f64) -> Option<Vec<f64>>) -> Result<Fit, Misfit> {
    let mut curves = Curves::default();
    for ratio in first_ratios(task) {
        curves.add(ratio, measure(ratio).ok_or(Misfit::Unmeasured)?);
    }
    let order: Vec<usize> = (0..task.kinds.len()).collect();
    let predicted = |columns: &usize| largest(task, &curves, &order, *columns).map(|size| (size, *columns));
    // Of equals the last wins: few columns rather than many.
    let best = task.columns.iter().rev().filter_map(predicted).max_by(|one, other| one.0.total_cmp(&other.0));
    let Some((_, columns)) = best else {
        return Err(misfit(task, &curves));
    };
    let fit = refine(task, &mut curves, &order, columns, &mut measure)?;
    if let Some(order) = reordered(task, &curves, &order, fit.columns, fit.size)
        && let Ok(better) = refine(task, &mut curves, &order, columns, &mut measure)
        && better.size >= fit.size + WORTH_REORDERING
    {
        return Ok(better);
    }
    Ok(fit)
}

/// Points of type for which the author's order of topics may be changed.
const WORTH_REORDERING: f64 = 0.15;

/// The narrowest and the widest column that may be asked for, and one between.
fn first_ratios(task: &Task) -> Vec<f64> {
    let widths = task.columns.iter().map(|columns| task.page.column_width(*columns));
    let narrow = widths.clone().fold(f64::INFINITY, f64::min) / CEILING;
    let wide = widths.fold(0.0, f64::max) / FLOOR;
    vec![narrow, (narrow * wide).sqrt(), wide]
}

/// The largest size at which the pieces fit if the curves are right.
fn largest(task: &Task, curves: &Curves, order: &[usize], columns: usize) -> Option<f64> {
    let fits = |size: f64| placed(task, curves, order, columns, size).is_some();
    if fits(CEILING) {
        return Some(CEILING);
    }
    if !fits(FLOOR) {
        return None;
    }
    let (mut low, mut high) = (FLOOR, CEILING);
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

/// The pieces in their order at `size`, and the room that they go into.
fn sized(task: &Task, curves: &Curves, order: &[usize], columns: usize, size: f64) -> (Vec<Piece>, Room) {
    let heights = curves.at(task.page.column_width(columns) / size);
    let piece = |index: &usize| Piece {
        height: heights.get(*index).copied().unwrap_or_default() * size,
        kind: task.kinds[*index],
    };
    let room = Room {
        columns: columns * task.pages,
        height: task.page.column_height() - task.spare,
        gap: size * 0.45,
        repeated: size * REPEATED_TITLE,
    };
    (order.iter().map(piece).collect(), room)
}

fn placed(task: &Task, curves: &Curves, order: &[usize], columns: usize, size: f64) -> Option<Vec<Vec<(usize, f64)>>> {
    let (pieces, room) = sized(task, curves, order, columns, size);
    let place = |range: Range<usize>| {
        let gaps = pack::gaps(&pieces[range.clone()], room);
        order[range].iter().copied().zip(gaps).collect()
    };
    Some(pack::pack(&pieces, room)?.into_iter().map(place).collect())
}

/// Measures at the predicted size, predicts again with what that taught, and
/// stops where the next prediction would gain nothing visible.
fn refine(
    task: &Task,
    curves: &mut Curves,
    order: &[usize],
    columns: usize,
    measure: &mut impl FnMut(f64) -> Option<Vec<f64>>,
) -> Result<Fit, Misfit> {
    const TRIES: usize = 6;
    const VISIBLE: f64 = 0.06;
    let mut found: Option<Fit> = None;
    for _ in 0..TRIES {
        let Some(size) = largest(task, curves, order, columns) else { break };
        if found.as_ref().is_some_and(|fit| size < fit.size + VISIBLE) {
            break;
        }
        let ratio = task.page.column_width(columns) / size;
        curves.add(ratio, measure(ratio).ok_or(Misfit::Unmeasured)?);
        if let Some(placed) = placed(task, curves, order, columns, size) {
            found = Some(Fit { size, columns, placed });
        }
    }
    found.ok_or_else(|| misfit(task, curves))
}

/// Another order of the topics that promises larger type: one topic at a time
/// is moved to where it helps most. The last one, where a course ends, stays.
fn reordered(task: &Task, curves: &Curves, order: &[usize], columns: usize, size: f64) -> Option<Vec<usize>> {
    let mut best = groups(task, order);
    let mut least = size + WORTH_REORDERING;
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
                // Most orders do not even reach what is known; one packing tells.
                if placed(task, curves, &order, columns, least).is_some()
                    && let Some(size) = largest(task, curves, &order, columns)
                {
                    (best, least, improved) = (candidate, size + 0.02, true);
                }
            }
        }
    }
    improved.then(|| best.concat())
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

/// Why nothing fits at the floor with the columns that promise most.
fn misfit(task: &Task, curves: &Curves) -> Misfit {
    let order: Vec<usize> = (0..task.kinds.len()).collect();
    let at_floor = task.columns.iter().map(|columns| sized(task, curves, &order, *columns, FLOOR));
    let mut least: Option<(Vec<usize>, usize)> = None;
    for (pieces, room) in at_floor {
        let above = |index: usize| {
            if index > 0 && pieces[index - 1].kind == Kind::Bar { pieces[index - 1].height + room.gap } else { 0.0 }
        };
        let is_tall = |index: &usize| pieces[*index].height + above(*index) > room.height;
        let tall: Vec<usize> = order.iter().copied().filter(is_tall).collect();
        let height: f64 = pieces.iter().map(|piece| piece.height + room.gap).sum();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of columns")]
        let columns = (height / room.height).ceil() as usize;
        let pages = columns.div_ceil((room.columns / task.pages.max(1)).max(1));
        let candidate = (tall, pages.max(task.pages + 1));
        if least.as_ref().is_none_or(|known| (candidate.0.len(), candidate.1) < (known.0.len(), known.1)) {
            least = Some(candidate);
        }
    }
    match least {
        Some((tall, _)) if !tall.is_empty() => Misfit::Tall(tall),
        Some((_, pages)) => Misfit::Pages(pages),
        None => Misfit::Pages(task.pages + 1),
    }
}
