//! Packs boxes into columns: their order stays the same, no column overflows, and the bar that
//! names a topic is never last in a column. A box of several parts may continue in the next column,
//! where its title is repeated.

use std::ops::Range;

/// Something to put into a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    /// Its height.
    pub(super) height: f64,
    /// Height of what is repeated above it if it opens a column.
    pub(super) open: f64,
    /// What it is.
    pub(super) kind: Kind,
}

/// What can be in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The bar that opens a topic.
    Bar,
    /// A box, or its first part with its title.
    Box,
    /// A further part of the box above.
    Entry,
    /// A further item of a list in the box above; such items should stay together if possible.
    Item,
}

impl Kind {
    /// Whether it belongs to the box above.
    pub(super) fn goes_on(self) -> bool {
        matches!(self, Self::Entry | Self::Item)
    }
}

/// The space to fill.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// How many columns there are.
    pub(super) columns: usize,
    /// Height of each.
    pub(super) height: f64,
    /// The smallest distance between two boxes.
    pub(super) gap: f64,
    /// Height of the edge below a box that continues in another column.
    pub(super) close: f64,
}

/// A bar is closer to the box below it.
const GAP_BELOW_BAR: f64 = 0.72;
/// The cost of a column that begins in the middle of a topic: as much as 4 % of a column left empty.
const SPLIT: f64 = 0.002;
/// The cost of a column that begins in the middle of a box.
const SPLIT_BOX: f64 = 0.006;
/// The cost of a column that begins between the items of one list.
const SPLIT_LIST: f64 = 0.012;
/// The cost of a box's part that is alone in its column, unless it is at least as large as `SMALL`.
const TORN: f64 = 0.03;
/// As a share of a column.
const SMALL: f64 = 0.15;
/// Rounding of heights must not prevent a fit.
const TOLERANCE: f64 = 0.01;

/// The height of the pieces in `column`, with what is repeated above them and the edge below.
pub(super) fn height(pieces: &[Piece], column: &Range<usize>, room: Room) -> f64 {
    let own = &pieces[column.clone()];
    let gaps: f64 = own.windows(2).map(|pair| gap_between(pair[0], pair[1], room.gap)).sum();
    let open = own.first().map_or(0.0, opening);
    own.iter().map(|piece| piece.height).sum::<f64>() + gaps + open + closing(pieces, column.end, room)
}

fn opening(piece: &Piece) -> f64 {
    if piece.kind.goes_on() { piece.open } else { 0.0 }
}

/// The edge of a box that continues.
fn closing(pieces: &[Piece], end: usize, room: Room) -> f64 {
    if pieces.get(end).is_some_and(|piece| piece.kind.goes_on()) { room.close } else { 0.0 }
}

/// The columns needed if each is filled as far as possible; `None` if a piece is taller than a
/// column. Hardly any other packing needs fewer columns.
pub(super) fn greedy(pieces: &[Piece], room: Room) -> Option<Vec<Range<usize>>> {
    let mut columns = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let mut end = start;
        let mut height = opening(&pieces[start]);
        let mut best = None;
        while end < pieces.len() {
            if end > start {
                height += gap_between(pieces[end - 1], pieces[end], room.gap);
            }
            height += pieces[end].height;
            if height > room.height + TOLERANCE {
                break;
            }
            end += 1;
            if pieces[end - 1].kind != Kind::Bar && height + closing(pieces, end, room) <= room.height + TOLERANCE {
                best = Some(end);
            }
        }
        let end = best?;
        columns.push(start..end);
        start = end;
    }
    Some(columns)
}

/// The pieces of each column, or `None` if they do not fit.
///
/// Dynamic programming over "the first `i` pieces fill `j` columns"; the cost
/// is the sum of the squared shares left empty.
pub(super) fn pack(pieces: &[Piece], room: Room) -> Option<Vec<Range<usize>>> {
    let count = pieces.len();
    let mut best = vec![vec![None::<(f64, usize)>; room.columns + 1]; count + 1];
    best[0][0] = Some((0.0, 0));
    for end in 1..=count {
        if pieces[end - 1].kind == Kind::Bar {
            continue;
        }
        cheapest(pieces, room, end, &mut best);
    }
    let used = (1..=room.columns).rev().find(|column| best[count][*column].is_some())?;
    let mut columns = Vec::new();
    let mut end = count;
    for column in (1..=used).rev() {
        let (_, start) = best[end][column]?;
        columns.push(start..end);
        end = start;
    }
    columns.reverse();
    Some(columns)
}

/// Finds the best start of a column that ends before piece `end`, for each number of
/// columns up to it.
fn cheapest(pieces: &[Piece], room: Room, end: usize, best: &mut [Vec<Option<(f64, usize)>>]) {
    let mut height = closing(pieces, end, room);
    for start in (0..end).rev() {
        height += pieces[start].height;
        if start + 1 < end {
            height += gap_between(pieces[start], pieces[start + 1], room.gap);
        }
        if height > room.height + TOLERANCE {
            break;
        }
        let split = match pieces[start].kind {
            Kind::Bar => 0.0,
            Kind::Box => SPLIT,
            Kind::Entry => SPLIT_BOX,
            Kind::Item => SPLIT_LIST,
        };
        let height = height + opening(&pieces[start]);
        if height > room.height + TOLERANCE {
            continue;
        }
        let empty = (room.height - height) / room.height;
        let cost = empty * empty + split + torn(pieces, start..end, room);
        for column in 1..=room.columns {
            let Some((before, _)) = best[start][column - 1] else { continue };
            if best[end][column].is_none_or(|(least, _)| before + cost < least) {
                best[end][column] = Some((before + cost, start));
            }
        }
    }
}

/// The cost of leaving a small part of a box alone, at the head or at the foot.
fn torn(pieces: &[Piece], column: Range<usize>, room: Room) -> f64 {
    let goes_on = |at: usize| pieces.get(at).is_some_and(|piece| piece.kind.goes_on());
    let small = |at: usize| pieces[at].height < SMALL * room.height;
    let head = goes_on(column.start) && !goes_on(column.start + 1) && small(column.start);
    let last = column.end - 1;
    let foot = goes_on(column.end) && pieces[last].kind == Kind::Box && small(last);
    TORN * f64::from(u8::from(head) + u8::from(foot))
}

/// The lowest columns that the pieces fit into, and their height.
pub(super) fn level(pieces: &[Piece], room: Room) -> Option<(Vec<Range<usize>>, f64)> {
    let at = |height: f64| pack(pieces, Room { height, ..room });
    let mut found = (at(room.height)?, room.height);
    #[expect(clippy::cast_precision_loss, reason = "a page has a handful of columns")]
    let mut low = height(pieces, &(0..pieces.len()), room) / room.columns.max(1) as f64 * 0.98;
    let mut high = room.height;
    while high - low > 0.004 * room.height {
        let middle = f64::midpoint(low, high);
        match at(middle) {
            Some(columns) => {
                found = (columns, middle);
                high = middle;
            }
            None => low = middle,
        }
    }
    Some(found)
}

fn gap_between(above: Piece, below: Piece, gap: f64) -> f64 {
    match (above.kind, below.kind) {
        (_, Kind::Entry | Kind::Item) => 0.0,
        (Kind::Bar, Kind::Bar | Kind::Box) => gap * GAP_BELOW_BAR,
        (Kind::Box | Kind::Entry | Kind::Item, Kind::Bar | Kind::Box) => gap,
    }
}

/// The distance above each piece of a column, so that the column ends where its neighbours do. A
/// column with a lot of room left ends early rather than falling apart.
pub(super) fn gaps(pieces: &[Piece], column: &Range<usize>, room: Room) -> Vec<f64> {
    const WIDEST: f64 = 9.0;
    let own = &pieces[column.clone()];
    let between = own.windows(2).map(|pair| gap_between(pair[0], pair[1], room.gap));
    let least: Vec<f64> = std::iter::once(0.0).chain(between).collect();
    let stretches = |gap: &f64| *gap >= room.gap && *gap > 0.0;
    let stretching = least.iter().filter(|gap| stretches(gap)).count();
    #[expect(clippy::cast_precision_loss, reason = "a column holds a few dozen boxes")]
    let share = (room.height - height(pieces, column, room)).max(0.0) / stretching.max(1) as f64;
    let share = share.min(room.gap * (WIDEST - 1.0));
    least.iter().map(|gap| if stretches(gap) { gap + share } else { *gap }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `b` is a bar of height 1, a digit a box of that height, `e` an entry of
    /// height 1 that belongs to the box before.
    fn pieces(text: &str) -> Vec<Piece> {
        let piece = |c: char| Piece {
            height: c.to_digit(10).map_or(1.0, f64::from),
            open: 1.0,
            kind: match c {
                'b' => Kind::Bar,
                'e' => Kind::Entry,
                _ => Kind::Box,
            },
        };
        text.chars().map(piece).collect()
    }

    #[test]
    fn columns_are_balanced_and_bars_stay_with_their_boxes() {
        let cases = [
            // (pieces, columns, height, the columns)
            ("222", 3, 2.0, "2 2 2"),
            ("1111", 2, 4.0, "11 11"),
            ("b2b2", 2, 4.0, "b2 b2"),
            ("b3b3", 2, 5.0, "b3 b3"),
            ("12b9", 2, 10.0, "12 b9"),
            ("9b1", 1, 10.0, "-"),
            ("5", 2, 4.0, "-"),
            ("2", 3, 4.0, "2"),
            ("b", 1, 4.0, "-"),
            ("1eee", 2, 3.0, "1ee e"),
            ("1eeee", 2, 3.0, "1ee ee"),
            ("1eeeee", 2, 3.0, "-"),
        ];
        for (text, columns, height, want) in cases {
            let room = Room { columns, height, gap: 0.0, close: 0.0 };
            let packed = pack(&pieces(text), room);
            let shown = packed.map(|all| all.into_iter().map(|range| &text[range]).collect::<Vec<_>>().join(" "));
            assert_eq!(shown.as_deref().unwrap_or("-"), want, "{text} in {columns} columns of {height}");
        }
    }

    #[test]
    fn columns_are_as_low_as_they_can_be() {
        let room = Room { columns: 3, height: 20.0, gap: 0.0, close: 0.0 };
        let (columns, height) = level(&pieces("222222"), room).expect("it fits");
        assert_eq!(columns, [0..2, 2..4, 4..6]);
        assert!((3.9..4.2).contains(&height), "{height}");
    }

    #[test]
    fn a_box_that_goes_on_needs_its_edge() {
        let room = Room { columns: 2, height: 3.0, gap: 0.0, close: 0.5 };
        assert_eq!(greedy(&pieces("1eee"), room), Some(vec![0..2, 2..4]));
        assert_eq!(pack(&pieces("1eee"), room), Some(vec![0..2, 2..4]));
    }

    #[test]
    fn the_room_left_goes_between_the_boxes() {
        let room = Room { columns: 1, height: 12.0, gap: 1.0, close: 0.0 };
        let gaps = |text: &str| gaps(&pieces(text), &(0..text.len()), room);
        assert_eq!(gaps("b333"), [0.0, 0.72, 1.0, 1.0]);
        assert_eq!(gaps("323"), [0.0, 2.0, 2.0]);
        assert_eq!(gaps("11"), [0.0, 9.0]);
        assert_eq!(gaps("e9e"), [0.0, 1.0, 0.0]);
    }
}
