//! The heights of a sheet's pieces, measured at a few ratios of column width to type size, and what
//! they are in between.

use super::task::{Doubt, Misfit, Task, sizes};

/// All pieces at size 1 in a column of some width.
#[derive(Debug, Clone, Default)]
pub(super) struct Measures {
    /// The height of each.
    pub(super) heights: Vec<f64>,
    /// The height of what is repeated above each if it opens a column.
    pub(super) opens: Vec<f64>,
}

/// Heights of the pieces by the width of their column: estimates, corrected by measurements.
#[derive(Debug, Clone, Default)]
pub(super) struct Curves {
    /// At some widths, narrow ones first.
    estimates: Vec<(f64, Measures)>,
    pub(super) measured: Vec<(f64, Measures)>,
}

impl Curves {
    /// Curves from `estimate`, which takes a width in millimetres.
    pub(super) fn estimated(task: &Task, estimate: impl Fn(f64) -> Measures) -> Self {
        const STEPS: i32 = 16;
        let ratios = |columns: &usize| {
            let (width, sizes) = (task.page.column_width(*columns), sizes(task, *columns, Doubt::Estimated));
            (sizes.start() <= sizes.end()).then(|| [width / sizes.end(), width / sizes.start()])
        };
        let all = task.columns.iter().filter_map(ratios).flatten();
        let (low, high) = all.fold((f64::MAX, 1.0_f64), |(low, high), ratio| (low.min(ratio), high.max(ratio)));
        let low = low.min(high);
        let step = (high / low).max(1.01).powf(1.0 / f64::from(STEPS));
        let at = |index| low * step.powi(index);
        Self {
            estimates: (0..=STEPS).map(at).map(|ratio| (ratio, estimate(ratio))).collect(),
            measured: Vec::new(),
        }
    }

    /// How many pieces there are.
    pub(super) fn pieces(&self) -> usize {
        self.estimates.first().map_or(0, |(_, all)| all.heights.len())
    }

    /// Measures at `ratio` unless that has been done; returns whether it was new.
    pub(super) fn add_new(
        &mut self,
        ratio: f64,
        measure: &mut impl FnMut(f64) -> Option<Measures>,
    ) -> Result<bool, Misfit> {
        let is_new = self.measured.iter().all(|(known, _)| (known - ratio).abs() > 1e-9);
        if is_new {
            let measures = measure(ratio).ok_or(Misfit::Unmeasured)?;
            let at = self.measured.partition_point(|(known, _)| *known < ratio);
            self.measured.insert(at, (ratio, measures));
        }
        Ok(is_new)
    }

    pub(super) fn doubt(&self) -> Doubt {
        if self.measured.is_empty() { Doubt::Estimated } else { Doubt::Measured }
    }

    /// The estimate at `ratio`, corrected by how far off estimates were at the nearest measured widths.
    pub(super) fn at(&self, ratio: f64) -> Measures {
        let estimate = between(&self.estimates, ratio);
        let factors = |(known, measured): &(f64, Measures)| {
            let estimate = between(&self.estimates, *known);
            (*known, mixed(measured, &estimate, |measured, estimate| measured / estimate.max(1e-3)))
        };
        let after = self.measured.partition_point(|(known, _)| *known < ratio);
        let near = after.saturating_sub(1)..self.measured.len().min(after + 1);
        let factors: Vec<_> = self.measured[near].iter().map(factors).collect();
        if factors.is_empty() {
            return estimate;
        }
        mixed(&estimate, &between(&factors, ratio), |estimate, factor| estimate.max(1e-3) * factor)
    }
}

/// Text gets taller as its column gets narrower: heights are linear in the inverse of the width.
fn between(points: &[(f64, Measures)], ratio: f64) -> Measures {
    let after = points.partition_point(|(known, _)| *known < ratio);
    match (points.get(after.wrapping_sub(1)), points.get(after)) {
        (Some(low), Some(high)) => {
            let share = (1.0 / low.0 - 1.0 / ratio) / (1.0 / low.0 - 1.0 / high.0);
            mixed(&low.1, &high.1, |low, high| low + (high - low) * share)
        }
        (Some((_, only)), None) | (None, Some((_, only))) => only.clone(),
        (None, None) => Measures::default(),
    }
}

fn mixed(low: &Measures, high: &Measures, mix: impl Fn(f64, f64) -> f64) -> Measures {
    let all = |low: &[f64], high: &[f64]| low.iter().zip(high).map(|(low, high)| mix(*low, *high)).collect();
    Measures {
        heights: all(&low.heights, &high.heights),
        opens: all(&low.opens, &high.opens),
    }
}
