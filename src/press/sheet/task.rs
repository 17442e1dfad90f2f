//! What is to be fitted onto the pages of a sheet, and what comes out.

use std::ops::RangeInclusive;

use super::pack::Kind;

/// The type size in points below which nobody can read a sheet.
pub(super) const FLOOR: f64 = 5.5;

/// The type size in points above which a sheet looks like a poster.
pub(super) const CEILING: f64 = 12.0;

/// Points per millimetre.
pub(super) const MM: f64 = 72.0 / 25.4;

/// Line lengths in ems that are neither choppy nor tiring.
const READABLE: RangeInclusive<f64> = 17.0..=46.0;

/// A page, in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// Its width.
    pub(super) width: f64,
    /// Its height.
    pub(super) height: f64,
    /// The margin at its edges.
    pub(super) margin: f64,
    /// The margin at the edge with the punch holes.
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

    /// The height of a column in points.
    pub(super) fn column_height(self) -> f64 {
        (self.height - 2.0 * self.margin - self.header - self.footer) * MM
    }
}

/// What to fill.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// The paper.
    pub(super) page: Page,
    /// How many points of every column stay empty.
    pub(super) spare: f64,
    /// How many pages it may take: the smallest number that has room for everything wins.
    pub(super) pages: RangeInclusive<usize>,
    /// Numbers of columns to choose from.
    pub(super) columns: Vec<usize>,
    /// Whether the author sets the number of columns.
    pub(super) fixed: bool,
    /// The smallest type size allowed, in points.
    pub(super) floor: f64,
    /// Whether topics may be reordered.
    pub(super) reorder: bool,
    /// The pieces in the author's order.
    pub(super) kinds: Vec<Kind>,
}

/// A measured layout.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    /// Type size in points.
    pub(super) size: f64,
    /// Columns per page.
    pub(super) columns: usize,
    /// Millimetres between two columns.
    pub(super) gutter: f64,
    /// The columns of each page.
    pub(super) pages: Vec<Vec<Column>>,
}

/// What is in a column.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// Its pieces, each with the distance above it.
    pub(super) placed: Vec<(usize, f64)>,
    /// Extra points between the parts of its boxes.
    pub(super) loose: f64,
    /// How much of the page's height it fills with boxes at their smallest distance, from 0 to 1.
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

/// How far off the known heights may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doubt {
    /// Nothing has been measured yet.
    Estimated,
    /// Something nearby has been measured.
    Measured,
}

impl Doubt {
    /// The share of the floor that a prediction must reach for the floor to be possible after all.
    pub(super) fn share(self) -> f64 {
        match self {
            Self::Estimated => 0.88,
            Self::Measured => 0.97,
        }
    }
}

/// The sizes at which a column's lines have a readable length.
pub(super) fn sizes(task: &Task, columns: usize, doubt: Doubt) -> RangeInclusive<f64> {
    let width = task.page.column_width(columns) * MM;
    let floor = task.floor * doubt.share();
    if task.fixed {
        return floor..=CEILING;
    }
    floor.max(width / READABLE.end())..=CEILING.min(width / READABLE.start())
}
