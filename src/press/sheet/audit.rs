//! Walks the frames of a sheet to find what is printed over something else, or outside its box or its column.

use std::collections::BTreeSet;

use typst::WorldExt as _;
use typst::layout::{Abs, Frame, FrameItem, Point, Rect, Transform};
use typst::syntax::DiagSpan;
use typst::text::TextItem;
use typst_layout::PagedDocument;

use super::task::{MM, Page};
use crate::markup::typst::Writer;
use crate::press::world::{CONTENT, Files};
use crate::source::Span;

/// Something that is printed where it shouldn't be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where it was written; `None` for Cardpress's own text.
    pub span: Option<Span>,
    /// The page, from 1.
    pub page: usize,
    /// The text.
    pub text: String,
    /// What it runs over.
    pub over: Over,
}

/// What a text is printed over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// Another text.
    Text(String),
    /// The edge of the box that it is in: a box with a background, as code has, or with a frame.
    Box,
    /// The edge of its column, or of the page.
    Column,
}

/// What a walk found.
pub(super) struct Audit {
    /// Each fault once.
    pub(super) faults: Vec<Fault>,
    /// How many texts were checked.
    pub(super) compared: usize,
}

/// A run of glyphs, reduced to where there is certainly ink.
struct Run {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    text: String,
    is_math: bool,
    span: Option<Span>,
    /// The box that it is in.
    inside: Option<Area>,
}

impl Run {
    fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

/// A part of a page, in points from its top left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Area {
    /// Where a rectangle at `place` is drawn.
    fn of(rect: Rect, place: Transform) -> Self {
        let (start, end) = (rect.min.transform(place), rect.max.transform(place));
        Self {
            left: start.x.to_pt().min(end.x.to_pt()),
            right: start.x.to_pt().max(end.x.to_pt()),
            top: start.y.to_pt().min(end.y.to_pt()),
            bottom: start.y.to_pt().max(end.y.to_pt()),
        }
    }

    fn within(self, other: Option<Self>) -> Self {
        other.map_or(self, |other| Self {
            left: self.left.max(other.left),
            right: self.right.min(other.right),
            top: self.top.max(other.top),
            bottom: self.bottom.min(other.bottom),
        })
    }
}

/// What contains a text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds {
    /// The box that it is in.
    ground: Option<Area>,
    /// The area that it is clipped to.
    clip: Option<Area>,
}

/// Checks every text on the pages.
pub(super) fn walk(document: &PagedDocument, page: &Page, columns: usize, files: &Files, writer: &Writer) -> Audit {
    let mut faults = BTreeSet::new();
    let mut compared = 0;
    for (number, set) in (1..).zip(document.pages()) {
        let mut runs = Vec::new();
        texts(&set.frame, &mut |text, at, bounds| {
            compared += 1;
            runs.extend(run(text, at, bounds, files, writer));
        });
        let mut add = |run: &Run, over: Over| {
            faults.insert(Fault {
                span: run.span,
                page: number,
                text: run.text.clone(),
                over,
            });
        };
        for run in runs.iter().filter(|run| leaves(run, page, columns)) {
            add(run, Over::Column);
        }
        for run in runs.iter().filter(|run| bursts(run)) {
            add(run, Over::Box);
        }
        runs.sort_by(|one, other| one.top.total_cmp(&other.top));
        for (index, run) in runs.iter().enumerate() {
            let near = runs[index + 1..].iter().take_while(|other| other.top < run.bottom);
            for other in near.filter(|other| overlap(run, other)) {
                add(run, Over::Text(other.text.clone()));
            }
        }
    }
    Audit { faults: faults.into_iter().collect(), compared }
}

/// Passes each run of text on a page to `found`, with its position and what contains it.
pub(super) fn texts(frame: &Frame, found: &mut impl FnMut(&TextItem, Transform, Bounds)) {
    texts_at(frame, Transform::identity(), Bounds::default(), found);
}

fn texts_at(frame: &Frame, place: Transform, around: Bounds, found: &mut impl FnMut(&TextItem, Transform, Bounds)) {
    let bounds = Bounds {
        ground: ground(frame, place).or(around.ground),
        ..around
    };
    for (point, item) in frame.items() {
        let here = place.pre_concat(Transform::translate(point.x, point.y));
        match item {
            FrameItem::Group(group) => {
                let here = here.pre_concat(group.transform);
                let cut = group.clip.as_ref().map(|curve| Area::of(curve.bbox(None), here).within(bounds.clip));
                let bounds = Bounds { clip: cut.or(bounds.clip), ..bounds };
                texts_at(&group.frame, here, bounds, found);
            }
            FrameItem::Text(text) => found(text, here, bounds),
            FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
        }
    }
}

/// The area of a frame, if it is a box: something of its size is drawn behind it or around it.
fn ground(frame: &Frame, place: Transform) -> Option<Area> {
    const NEAR: f64 = 1.0;
    let size = frame.size();
    let as_large = |(point, item): &(Point, FrameItem)| {
        let FrameItem::Shape(shape, _) = item else { return false };
        let drawn = shape.geometry.bbox(None).size();
        let near = |one: Abs, other: Abs| (one - other).to_pt().abs() < NEAR;
        point.x.to_pt().abs() < NEAR && point.y.to_pt().abs() < NEAR && near(drawn.x, size.x) && near(drawn.y, size.y)
    };
    frame.items().any(as_large).then(|| Area::of(Rect::from_pos_size(Point::zero(), size), place))
}

/// A text as it is printed; `None` if all of it is clipped.
fn run(text: &TextItem, place: Transform, bounds: Bounds, files: &Files, writer: &Writer) -> Option<Run> {
    // From the x-height down to the baseline: every letter has ink there.
    let (top, bottom) = (text.size * -0.46, text.size * -0.04);
    let ink = Rect::new(Point::new(Abs::zero(), top), Point::new(text.width(), bottom));
    let Area { left, right, top, bottom } = Area::of(ink, place).within(bounds.clip);
    (left < right && top < bottom).then(|| Run {
        left,
        right,
        top,
        bottom,
        text: text.text.to_string(),
        is_math: text.font.info().family.contains("Math"),
        span: text.glyphs.iter().find_map(|glyph| origin(glyph.span.0.into(), files, writer)),
        inside: bounds.ground,
    })
}

/// Whether the ink of the two overlaps. Signs in a formula may overlap, such as accents and strokes.
fn overlap(one: &Run, other: &Run) -> bool {
    // An accent or a brace doesn't say where it was written.
    let placed = |run: &Run| run.span.is_some() || !run.is_math;
    let same = one.span == other.span || !placed(one) || !placed(other);
    let of_one_formula = same && (one.is_math || other.is_math);
    let across = one.right.min(other.right) - one.left.max(other.left);
    let down = one.bottom.min(other.bottom) - one.top.max(other.top);
    let smaller = (one.bottom - one.top).min(other.bottom - other.top);
    across > 0.6 && down > 0.3 * smaller && !of_one_formula && !one.is_blank() && !other.is_blank()
}

/// Whether a text extends beyond its box.
fn bursts(run: &Run) -> bool {
    const TOLERANCE: f64 = 0.5;
    run.inside.is_some_and(|area| {
        let across = run.left < area.left - TOLERANCE || run.right > area.right + TOLERANCE;
        let down = run.top < area.top - TOLERANCE || run.bottom > area.bottom + TOLERANCE;
        (across || down) && !run.is_blank()
    })
}

/// Whether a text extends beyond the column that it begins in, or off the page.
#[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
fn leaves(run: &Run, page: &Page, columns: usize) -> bool {
    const TOLERANCE: f64 = 0.5;
    let (top, bottom) = ((page.margin + page.header) * MM, (page.height - page.margin - page.footer) * MM);
    let (width, height) = (page.width * MM, page.height * MM);
    if run.left < 0.0 || run.right > width || run.top < 0.0 || run.bottom > height {
        return true;
    }
    let inside = run.top >= top - TOLERANCE && run.bottom <= bottom + TOLERANCE;
    let (column, gutter) = (page.column_width(columns) * MM, page.gutter * MM);
    // The header and the footer take the whole width.
    if !inside {
        return run.left < page.margin * MM - TOLERANCE || run.right > width - page.margin * MM + TOLERANCE;
    }
    let fits = |left: f64| {
        (0..columns).any(|index| {
            let start = left + index as f64 * (column + gutter);
            run.left >= start - TOLERANCE && run.right <= start + column + TOLERANCE
        })
    };
    // The margin for punch holes changes sides.
    !fits(page.margin * MM) && !fits(page.inner * MM)
}

/// Where the author wrote what the typeset span was made from.
pub(super) fn origin(span: DiagSpan, files: &Files, writer: &Writer) -> Option<Span> {
    let id = span.id()?;
    if id.get().vpath().get_with_slash() != CONTENT {
        return None;
    }
    writer.origin(&files.range(span)?)
}
