//! Finds the largest type with which everything fits on the fewest pages.
//!
//! Every length of the template is relative to the type, so a box in a column
//! of width `w` at size `s` is a box in a column of width `w / s` at size 1,
//! enlarged. Heights are therefore measured as a function of that one ratio,
//! which all numbers of columns share; between two measures they are
//! interpolated, and what the search chooses is measured before it is believed.

use std::ops::{Range, RangeInclusive};

use super::pack::{self, Kind, Piece, Room};

/// Points of type below which nobody can read a sheet.
pub(super) const FLOOR: f64 = 5.5;
/// Points of type above which a sheet looks like a poster.
pub(super) const CEILING: f64 = 12.0;
/// Points a millimetre.
pub(super) const MM: f64 = 72.0 / 25.4;

/// Height in ems of the title above a box that goes on in another column, with the edge
/// above it.
pub(super) const REPEATED_TITLE: f64 = 2.2;
/// Height in ems of the edge below a box.
const EDGE: f64 = 0.64;
/// The least distance between two boxes, in ems.
const GAP: f64 = 0.45;

/// Lines of so many ems are neither torn nor tiring.
const READABLE: RangeInclusive<f64> = 17.0..=46.0;
/// Lines of so many ems read best.
const BEST: RangeInclusive<f64> = 21.0..=38.0;

/// A page, in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Its width.
    pub(super) width: f64,
    /// Its height.
    pub(super) height: f64,
    /// Room at its edges.
    pub(super) margin: f64,
    /// Room at the edge with the holes.
    pub(super) inner: f64,
    /// Between two columns.
    pub(super) gutter: f64,
    /// Above the columns.
    pub(super) header: f64,
    /// Below the columns.
    pub(super) footer: f64,
}

impl Page {
    #[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
    pub(super) fn column_width(self, columns: usize) -> f64 {
        let count = columns as f64;
        (self.width - self.inner - self.margin - self.gutter * (count - 1.0)) / count
    }

    /// In points.
    pub(super) fn column_height(self) -> f64 {
        (self.height - 2.0 * self.margin - self.header - self.footer) * MM
    }
}

/// What to fill.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// The paper.
    pub(super) page: Page,
    /// Points of every column that stay empty.
    pub(super) spare: f64,
    /// How many pages it may take: the first that has room for everything.
    pub(super) pages: RangeInclusive<usize>,
    /// Numbers of columns to choose from.
    pub(super) columns: Vec<usize>,
    /// Whether the author names the number of columns.
    pub(super) fixed: bool,
    /// The smallest type that is allowed, in points.
    pub(super) floor: f64,
    /// Whether topics may change their places.
    pub(super) reorder: bool,
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
    /// Millimetres between two columns.
    pub(super) gutter: f64,
    /// The pieces in their order.
    order: Vec<usize>,
    /// The columns of each page.
    pub(super) pages: Vec<Vec<Column>>,
}

/// What stands in a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// Its pieces, each with the distance above it.
    pub(super) placed: Vec<(usize, f64)>,
    /// How much of the page's height it fills with boxes at their least distance, from 0 to 1.
    pub(super) filled: f64,
    /// Where it ends, from 0 to 1.
    pub(super) end: f64,
}

/// Why there is no layout.
#[derive(Debug, Clone)]
pub(super) enum Misfit {
    /// Measuring failed; the reason has been reported.
    Unmeasured,
    /// These pieces are taller than a column, whatever the number of columns.
    Tall(Vec<usize>),
    /// It takes this many pages at the floor, and these pieces are the tallest.
    Pages(usize, Vec<usize>),
}

/// All pieces at size 1 in a column of some width.
#[derive(Debug, Clone, Default)]
pub(super) struct Measures {
    /// The height of each.
    pub(super) heights: Vec<f64>,
    /// The height of what is repeated above each where it opens a column.
    pub(super) opens: Vec<f64>,
}

/// Measures by column width for type of size 1.
#[derive(Debug, Clone, Default)]
struct Curves {
    points: Vec<(f64, Measures)>,
}

impl Curves {
    /// Measures at `ratio` unless that is known; whether it was not.
    fn add_new(&mut self, ratio: f64, measure: &mut impl FnMut(f64) -> Option<Measures>) -> Result<bool, Misfit> {
        let is_new = self.points.iter().all(|(known, _)| (known - ratio).abs() > 1e-9);
        if is_new {
            self.add(ratio, measure(ratio).ok_or(Misfit::Unmeasured)?);
        }
        Ok(is_new)
    }

    fn add(&mut self, ratio: f64, measures: Measures) {
        let at = self.points.partition_point(|(known, _)| *known < ratio);
        self.points.insert(at, (ratio, measures));
    }

    /// What stays as high in a column of any width: edges, titles, gaps.
    const FIXED: f64 = 1.6;

    /// Text takes as much more height as it has less width: heights run straight over the
    /// inverse of the width.
    fn at(&self, ratio: f64) -> Measures {
        let after = self.points.partition_point(|(known, _)| *known < ratio);
        let (low, high) = (self.points.get(after.wrapping_sub(1)), self.points.get(after));
        match (low, high) {
            (Some(low), Some(high)) => {
                let share = (1.0 / low.0 - 1.0 / ratio) / (1.0 / low.0 - 1.0 / high.0);
                mixed(&low.1, &high.1, |low, high| low + (high - low) * share)
            }
            (Some((known, only)), None) | (None, Some((known, only))) => {
                let stretched = |height: f64| height.min(Self::FIXED) + (height - Self::FIXED).max(0.0) * known / ratio;
                Measures {
                    heights: only.heights.iter().copied().map(stretched).collect(),
                    opens: only.opens.clone(),
                }
            }
            (None, None) => Measures::default(),
        }
    }
}

fn mixed(low: &Measures, high: &Measures, mix: impl Fn(f64, f64) -> f64) -> Measures {
    let all = |low: &[f64], high: &[f64]| low.iter().zip(high).map(|(low, high)| mix(*low, *high)).collect();
    Measures {
        heights: all(&low.heights, &high.heights),
        opens: all(&low.opens, &high.opens),
    }
}

/// The best layout of `task`; `measure` gives all pieces at size 1 for a column of the
/// width it is given, in millimetres.
///
/// # Errors
/// If there is none between the floor and [`CEILING`].
pub(super) fn search(task: &Task, mut measure: impl FnMut(f64) -> Option<Measures>) -> Result<Fit, Misfit> {
    let mut curves = Curves::default();
    let first = first_ratio(task);
    curves.add(first, measure(first).ok_or(Misfit::Unmeasured)?);
    let order: Vec<usize> = (0..task.kinds.len()).collect();
    for pages in task.pages.clone() {
        let Some((mut size, mut columns)) = best(task, &curves, &order, pages) else { continue };
        // Near the floor a guess is not enough to say on how many pages everything fits.
        if size < task.floor * CLOSE {
            let ratio = task.page.column_width(columns) / task.floor;
            if curves.add_new(ratio, &mut measure)? {
                let Some(again) = best(task, &curves, &order, pages) else { continue };
                (size, columns) = again;
            }
            if size < task.floor {
                continue;
            }
        }
        let Some(fit) = refine(task, &mut curves, &order, (pages, columns), size, &mut measure)? else { continue };
        if task.reorder
            && let Some(order) = reordered(task, &curves, &order, &fit)
            && let Some(better) = refine(task, &mut curves, &order, (pages, columns), fit.size, &mut measure)?
            && better.size >= fit.size + WORTH_REORDERING
        {
            return Ok(levelled(task, &curves, better));
        }
        return Ok(levelled(task, &curves, fit));
    }
    Err(misfit(task, &curves))
}

/// Points of type for which the author's order of topics may be changed.
const WORTH_REORDERING: f64 = 0.15;
/// So near to the floor, what is predicted must be measured.
const CLOSE: f64 = 1.1;
/// A prediction is seldom off by more; what is measured decides.
const DOUBT: f64 = 0.96;

/// Each measure takes longer than this is worth in size.
const CAUTION: f64 = 0.988;

/// A column of thirty ems, or the author's at a usual size.
fn first_ratio(task: &Task) -> f64 {
    match task.columns[..] {
        [only] => task.page.column_width(only) / 7.5,
        _ => 28.0 / MM,
    }
}

/// The sizes at which lines of a column have a readable length.
fn sizes(task: &Task, columns: usize) -> RangeInclusive<f64> {
    let width = task.page.column_width(columns) * MM;
    let floor = task.floor * DOUBT;
    if task.fixed {
        return floor..=CEILING;
    }
    floor.max(width / READABLE.end())..=CEILING.min(width / READABLE.start())
}

/// The size and the number of columns that promise most.
fn best(task: &Task, curves: &Curves, order: &[usize], pages: usize) -> Option<(f64, usize)> {
    let worth = |columns: &usize| {
        let size = largest(task, curves, order, (pages, *columns))?;
        let line = task.page.column_width(*columns) * MM / size;
        let comfort = if BEST.contains(&line) { 1.0 } else { 0.93 };
        // Of several pages the last is one among others.
        let mut uneven = 0.0;
        if pages == 1 {
            let fit = arranged(task, curves, order, (pages, *columns), size)?;
            let ends = fit.pages.last()?.iter().map(|column| column.end);
            let (low, high) = ends.fold((1.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
            uneven = high - low;
        }
        Some((size * comfort * (1.0 - 0.3 * uneven), size, *columns))
    };
    // Of equals the last wins: few columns rather than many.
    let found = task.columns.iter().rev().filter_map(worth).max_by(|one, other| one.0.total_cmp(&other.0));
    found.map(|(_, size, columns)| (size, columns))
}

/// The largest size at which the pieces fit if the curves are right.
fn largest(task: &Task, curves: &Curves, order: &[usize], (pages, columns): (usize, usize)) -> Option<f64> {
    let (mut low, mut high) = sizes(task, columns).into_inner();
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

/// The pieces in their order at `size`, and the room that they go into.
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

/// A last page less full than this is set by itself, lower than the others.
const FULL: f64 = 0.86;

/// The pieces at `size` in columns that end where their neighbours do.
fn arranged(task: &Task, curves: &Curves, order: &[usize], count: (usize, usize), size: f64) -> Option<Fit> {
    let measures = curves.at(task.page.column_width(count.1) / size);
    set(task, &measures, order, count, size)
}

/// The same with what is measured.
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
            let placed = order[range.clone()][column].iter().copied().zip(gaps).collect();
            page.push(Column {
                placed,
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
        order: order.to_vec(),
        pages: filled_pages,
    })
}

/// Measures at the predicted size, predicts again with what that taught, and
/// stops where the next prediction would gain nothing visible.
fn refine(
    task: &Task,
    curves: &mut Curves,
    order: &[usize],
    count: (usize, usize),
    predicted: f64,
    measure: &mut impl FnMut(f64) -> Option<Measures>,
) -> Result<Option<Fit>, Misfit> {
    const TRIES: usize = 4;
    const VISIBLE: f64 = 1.025;
    let mut found: Option<Fit> = None;
    let mut size = (predicted * CAUTION).max(task.floor);
    for _ in 0..TRIES {
        let ratio = task.page.column_width(count.1) / size;
        curves.add_new(ratio, measure)?;
        let fit = arranged(task, curves, order, count, size);
        let is_fit = fit.is_some();
        found = fit.or(found);
        let least = found.as_ref().map_or(0.0, |fit| fit.size * VISIBLE);
        match largest(task, curves, order, count) {
            Some(next) if is_fit && next >= least => size = next,
            Some(next) if !is_fit && next >= least.max(task.floor) => size = next.min(size) * CAUTION,
            // What just misses the floor may still reach it.
            Some(_) if found.is_none() && size > task.floor => size = task.floor,
            Some(_) | None => break,
        }
    }
    Ok(found)
}

/// Another order of the topics that promises larger type: one topic at a time
/// is moved to where it helps most. The last one, where a course ends, stays.
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
                // Most orders do not even reach what is known; one packing tells.
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

/// The same columns a little smaller, with wider gutters, where that makes them end more
/// alike. What was measured stays right: size and width change together.
fn levelled(task: &Task, curves: &Curves, fit: Fit) -> Fit {
    /// In hundredths of the size.
    const MOST: u8 = 8;
    let (pages, columns) = (fit.pages.len(), fit.columns);
    if columns < 2 || pages == 1 && worn(&fit) <= 0.0 {
        return fit;
    }
    let measures = curves.at(task.page.column_width(columns) / fit.size);
    #[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
    let (count, gaps) = (columns as f64, (columns - 1) as f64);
    let width = task.page.column_width(columns);
    let smaller = (1..=MOST).filter_map(|step| {
        let share = f64::from(step) / 100.0;
        let size = fit.size * (1.0 - share);
        let set = set(task, &measures, &fit.order, (pages, columns), size).filter(|_| size >= task.floor)?;
        Some(Fit {
            gutter: task.page.gutter + width * share * count / gaps,
            ..set
        })
    });
    let worth = |fit: &Fit| fit.size * (1.0 - worn(fit));
    let others: Vec<Fit> = smaller.collect();
    others.into_iter().fold(fit, |best, other| if worth(&other) > worth(&best) { other } else { best })
}

/// How far pages are from what they should be: level, and all but the last one full.
fn worn(fit: &Fit) -> f64 {
    const LEVEL: f64 = 0.06;
    const FULL: f64 = 0.9;
    let page = |(index, columns): (usize, &Vec<Column>)| {
        let ends = columns.iter().map(|column| column.end);
        let (low, high) = ends.fold((1.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
        #[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
        let filled = columns.iter().map(|column| column.filled).sum::<f64>() / columns.len() as f64;
        let empty = if index + 1 == fit.pages.len() { 0.0 } else { (FULL - filled).max(0.0) };
        (high - low - LEVEL).max(0.0) + empty
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

/// Why nothing fits at the floor with the columns that promise most.
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

/// Whether a piece fits no column, with the bar that stands above it.
fn is_tall(pieces: &[Piece], index: usize, room: Room) -> bool {
    let bar = index.checked_sub(1).filter(|before| pieces[*before].kind == Kind::Bar);
    let column: Range<usize> = bar.unwrap_or(index)..index + 1;
    pack::height(pieces, &column, room) > room.height
}
