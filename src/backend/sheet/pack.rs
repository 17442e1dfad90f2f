//! Puts boxes into columns: the order stays, no column overflows, and the bar
//! that names a topic never stands at a column's foot. A box of several entries
//! may go on in the next column, where its title is repeated.

use std::ops::Range;

/// Something to put into a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    /// Its height.
    pub(super) height: f64,
    /// What it is.
    pub(super) kind: Kind,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The bar that opens a topic.
    Bar,
    /// A box, or its first entry with its title.
    Box,
    /// A further entry of the box above.
    Entry,
}

/// What is to be filled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// How many columns there are.
    pub(super) columns: usize,
    /// Height of each.
    pub(super) height: f64,
    /// The least distance between two boxes.
    pub(super) gap: f64,
    /// Height of a title that is repeated.
    pub(super) repeated: f64,
}

/// A bar stands closer to the box below it.
const GAP_BELOW_BAR: f64 = 0.72;
/// What a column that begins in the middle of a topic costs: as much as 6 %
/// of a column left empty.
const SPLIT: f64 = 0.004;
/// What a column costs that begins in the middle of a box.
const SPLIT_BOX: f64 = 0.02;
/// Rounding of heights must not turn a fit away.
const TOLERANCE: f64 = 0.01;

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
        for column in 1..=room.columns {
            best[end][column] = cheapest(pieces, room, end, column, &best);
        }
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

/// The best start for the column `column` that ends before piece `end`.
fn cheapest(
    pieces: &[Piece],
    room: Room,
    end: usize,
    column: usize,
    best: &[Vec<Option<(f64, usize)>>],
) -> Option<(f64, usize)> {
    let mut found: Option<(f64, usize)> = None;
    let mut height = 0.0;
    for start in (0..end).rev() {
        height += pieces[start].height;
        if start + 1 < end {
            height += gap_between(pieces[start], pieces[start + 1], room.gap);
        }
        if height > room.height + TOLERANCE {
            break;
        }
        let (repeated, split) = match pieces[start].kind {
            Kind::Bar => (0.0, 0.0),
            Kind::Box => (0.0, SPLIT),
            Kind::Entry => (room.repeated, SPLIT_BOX),
        };
        if height + repeated > room.height + TOLERANCE {
            continue;
        }
        let Some((before, _)) = best[start][column - 1] else { continue };
        let empty = (room.height - height - repeated) / room.height;
        let cost = before + empty * empty + split;
        if found.is_none_or(|(least, _)| cost < least) {
            found = Some((cost, start));
        }
    }
    found
}

fn gap_between(above: Piece, below: Piece, gap: f64) -> f64 {
    match (above.kind, below.kind) {
        (_, Kind::Entry) => 0.0,
        (Kind::Bar, Kind::Bar | Kind::Box) => gap * GAP_BELOW_BAR,
        (Kind::Box | Kind::Entry, Kind::Bar | Kind::Box) => gap,
    }
}

/// The distance above each piece of a column, so that the column ends where
/// its neighbours do; a column with much room left ends early rather than
/// fall apart.
pub(super) fn gaps(column: &[Piece], room: Room) -> Vec<f64> {
    const WIDEST: f64 = 3.4;
    let between = column.windows(2).map(|pair| gap_between(pair[0], pair[1], room.gap));
    let least: Vec<f64> = std::iter::once(0.0).chain(between).collect();
    let repeated = if column.first().is_some_and(|piece| piece.kind == Kind::Entry) { room.repeated } else { 0.0 };
    let height: f64 = repeated + column.iter().map(|piece| piece.height).sum::<f64>() + least.iter().sum::<f64>();
    let stretches = |gap: &f64| *gap >= room.gap && *gap > 0.0;
    let stretching = least.iter().filter(|gap| stretches(gap)).count();
    #[expect(clippy::cast_precision_loss, reason = "a column holds a few dozen boxes")]
    let share = (room.height - height).max(0.0) / stretching.max(1) as f64;
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
            let room = Room { columns, height, gap: 0.0, repeated: 1.0 };
            let packed = pack(&pieces(text), room);
            let shown = packed.map(|all| all.into_iter().map(|range| &text[range]).collect::<Vec<_>>().join(" "));
            assert_eq!(shown.as_deref().unwrap_or("-"), want, "{text} in {columns} columns of {height}");
        }
    }

    #[test]
    fn the_room_left_goes_between_the_boxes() {
        let room = Room { columns: 1, height: 12.0, gap: 1.0, repeated: 1.0 };
        assert_eq!(gaps(&pieces("b333"), room), [0.0, 0.72, 1.0, 1.0]);
        assert_eq!(gaps(&pieces("323"), room), [0.0, 2.0, 2.0]);
        assert_eq!(gaps(&pieces("11"), room), [0.0, 3.4]);
        assert_eq!(gaps(&pieces("e9e"), room), [0.0, 1.0, 0.0]);
    }
}
