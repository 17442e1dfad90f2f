//! Checks the pages of a database before SQLite follows them. In a sound file each page belongs to
//! one tree or one chain. If two pages refer to the same one, a small file can have endless rows,
//! and SQLite doesn't see that as an error.
//!
//! It checks only the structure, as SQLite's file format documentation describes it;
//! [`super::database`] checks what the rows say.

use std::mem;

use super::{Failure, Limit};

/// Tables, their indexes and whatever else has a definition; Anki has 25.
const TABLES_MOST: usize = 1000;
const DEFINITIONS_MOST: usize = 1 << 20;

/// Fails unless each page is used at most once, and the cells of a page fit in it. Then no table
/// has more rows, and no row more bytes, than the file has room for.
pub(super) fn check(database: &[u8]) -> Result<(), Failure> {
    let mut pages = Pages::of(database).ok_or(Failure::Pages)?;
    let mut tables = Limit::new("tables", TABLES_MOST);
    let mut bytes = Limit::new("bytes of table definitions", DEFINITIONS_MOST);
    let mut roots = Vec::new();
    pages.tree(1, |parts| {
        tables.count(1)?;
        bytes.count(parts.iter().map(|part| part.len()).sum())?;
        roots.push(root(&parts.concat()).ok_or(Failure::Pages)?);
        Ok(())
    })?;
    // Anything without pages, such as a view, has this number.
    roots.retain(|root| *root != 0);
    roots.into_iter().try_for_each(|root| pages.tree(root, |_| Ok(())))
}

struct Pages<'a> {
    bytes: &'a [u8],
    size: usize,
    /// A page's size without the reserved bytes at its end.
    usable: usize,
    seen: Vec<bool>,
}

/// The parts of a row: one in its tree, and the rest in a chain.
type Row<'a> = Vec<&'a [u8]>;

/// The first byte of each kind of tree page.
const INDEX_INNER: u8 = 2;
const TABLE_INNER: u8 = 5;
const INDEX_LEAF: u8 = 10;
const TABLE_LEAF: u8 = 13;

impl<'a> Pages<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        // The largest size does not fit in its two bytes.
        let size = match number(bytes, 16, 2)? {
            1 => 1 << 16,
            size => size as usize,
        };
        let usable = size.checked_sub(usize::from(*bytes.get(20)?))?;
        let sound = bytes.starts_with(b"SQLite format 3\0") && size.is_power_of_two() && size >= 512 && usable >= 480;
        sound.then(|| Self {
            bytes,
            size,
            usable,
            seen: vec![false; bytes.len() / size],
        })
    }

    /// Claims the page, if it exists and nothing else has claimed it.
    fn claim(&mut self, page: u32) -> Option<u32> {
        let seen = self.seen.get_mut((page as usize).checked_sub(1)?)?;
        (!mem::replace(seen, true)).then_some(page)
    }

    fn page(&self, page: u32) -> Option<&'a [u8]> {
        let start = (page as usize).checked_sub(1)?.checked_mul(self.size)?;
        self.bytes.get(start..)?.get(..self.usable)
    }

    /// Claims the pages of the tree at `root`; `each` gets the parts of every row.
    fn tree(&mut self, root: u32, mut each: impl FnMut(&Row<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut open = vec![self.claim(root).ok_or(Failure::Pages)?];
        while let Some(number) = open.pop() {
            let cells = self.cells(number, &mut open).ok_or(Failure::Pages)?;
            cells.iter().try_for_each(&mut each)?;
        }
        Ok(())
    }

    /// The rows in a page of a tree. Claims the pages below it and adds them to `open`.
    fn cells(&mut self, number: u32, open: &mut Vec<u32>) -> Option<Vec<Row<'a>>> {
        let page = self.page(number)?;
        // On the first page, the file's header comes before the page's.
        let head = if number == 1 { 100 } else { 0 };
        let kind = *page.get(head)?;
        let is_inner = match kind {
            INDEX_INNER | TABLE_INNER => true,
            INDEX_LEAF | TABLE_LEAF => false,
            _ => return None,
        };
        let mut places = head + 8;
        if is_inner {
            open.push(self.claim(self::number(page, places, 4)?)?);
            places += 4;
        }
        let mut room = self.usable;
        let mut rows = Vec::new();
        for at in 0..self::number(page, head + 3, 2)? as usize {
            let start = self::number(page, places + 2 * at, 2)? as usize;
            let mut end = start;
            if is_inner {
                open.push(self.claim(self::number(page, start, 4)?)?);
                end += 4;
            }
            if kind == TABLE_INNER {
                end = varint(page, end)?.1;
            } else {
                let (row, after) = self.row(page, kind, end)?;
                rows.push(row);
                end = after;
            }
            room = room.checked_sub(end - start)?;
        }
        Some(rows)
    }

    /// The parts of the row at `at`, and where in the page it ends.
    fn row(&mut self, page: &'a [u8], kind: u8, at: usize) -> Option<(Row<'a>, usize)> {
        let (length, mut start) = varint(page, at)?;
        // SQLite reads 32 bits, and never writes more bytes than those need.
        let length = u32::try_from(length).ok().filter(|_| start - at <= 5)? as usize;
        if kind == TABLE_LEAF {
            start = varint(page, start)?.1;
        }
        let here = self.here(kind, length);
        let mut end = start.checked_add(here)?;
        let mut parts = vec![page.get(start..end)?];
        if here < length {
            let mut next = self::number(page, end, 4)?;
            end += 4;
            let mut left = length - here;
            while left > 0 {
                let chained = self.claim(next).and_then(|next| self.page(next))?;
                let part = chained.get(4..)?;
                parts.push(&part[..part.len().min(left)]);
                left = left.saturating_sub(part.len());
                next = self::number(chained, 0, 4)?;
            }
        }
        Some((parts, end))
    }

    /// How many of a row's `length` bytes are in its tree; the rest are in a chain of pages.
    fn here(&self, kind: u8, length: usize) -> usize {
        let least = (self.usable - 12) * 32 / 255 - 23;
        let most = if kind == TABLE_LEAF { self.usable - 35 } else { (self.usable - 12) * 64 / 255 - 23 };
        if length <= most {
            return length;
        }
        let even = least + (length - least) % (self.usable - 4);
        if even <= most { even } else { least }
    }
}

/// The page at which the tree of a definition begins: its fourth column.
fn root(record: &[u8]) -> Option<u32> {
    let (head, mut at) = varint(record, 0)?;
    let mut start = usize::try_from(head).ok()?;
    let end = start;
    let mut kind = 0;
    for column in 0..4 {
        if column > 0 {
            start = start.checked_add(width(kind)?)?;
        }
        (kind, at) = varint(record, at).filter(|(_, after)| *after <= end)?;
    }
    match kind {
        0 | 8 => Some(0),
        9 => Some(1),
        1..=4 => number(record, start, width(kind)?),
        _ => None,
    }
}

/// How many bytes a column of this kind takes.
fn width(kind: u64) -> Option<usize> {
    match kind {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(kind).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        _ => usize::try_from((kind - 12) / 2).ok(),
    }
}

/// The big-endian number of `length` bytes at `at`.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// The number at `at` in SQLite's variable-length encoding, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut number = 0;
    for (count, byte) in bytes.get(at..)?.iter().take(9).enumerate() {
        if count == 8 {
            return Some((number << 8 | u64::from(*byte), at + 9));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, at + count + 1));
        }
    }
    None
}
