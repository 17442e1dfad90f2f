//! Estimates how high a text is in a column without typesetting it: this is where the search for
//! size and columns begins, and all that is needed if there is room to spare. The lengths are those
//! of `assets/sheet.typ`, in ems.

use std::rc::Rc;

use crate::deck::NamedFormula;
use crate::markup::extent::{self, Extent};
use crate::markup::{Block, Document, Inline, List, Table};

/// Height of a capital letter: a line reaches from there to its baseline.
const CAPITAL: f64 = 0.698;
/// How much the lines of a paragraph lose at their ends.
const RAGGED: f64 = 0.9;
/// How much wider bold text is.
const BOLD: f64 = 1.05;
/// Size of text in tables.
const CELL: f64 = 0.955;
/// Space left and right of a cell's content, and above and below it.
const CELL_INSET: (f64, f64) = (0.64, 0.66);
/// Space before the items of a list.
const MARKER: f64 = 0.95;
/// Space between two blocks.
const BETWEEN: f64 = 0.62;
/// Space left and right of a box's content.
const BOX_SIDES: f64 = 1.42;
/// Space above a box's content, and below it.
const BOX_TOP: f64 = 0.62;
pub(super) const BOX_BOTTOM: f64 = 0.64;

/// Parts, one below another.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    /// Something of the same height in any column.
    Solid(f64),
    /// Running text: its width on one line, its size, and how much narrower its column is.
    Text { width: f64, size: f64, indent: f64 },
    /// Something that shrinks if a column is too narrow for it, down to a share of its size.
    Shrinking { width: f64, height: f64, least: f64 },
    /// A formula beside its name, or below it.
    Named { name: f64, width: f64, height: f64 },
    /// Cells side by side.
    Row { columns: Rc<[Extent]>, cells: Vec<Shape> },
}

/// How a sheet is typeset, as far as it affects heights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setter {
    /// Space between two lines.
    leading: f64,
}

impl Setter {
    /// Scripts with their own fonts get more room.
    pub(super) fn new(has_own_fonts: bool) -> Self {
        Self { leading: if has_own_fonts { 0.64 } else { 0.5 } }
    }

    /// The bar above a topic, with its count.
    pub(super) fn bar(title: &str, note: &str) -> Shape {
        let note = if note.is_empty() { 0.0 } else { 0.6 + 0.76 * extent::text(note) };
        let width = BOLD * extent::text(title);
        Shape(vec![Part::Solid(1.25), Part::Text { width, size: 1.08, indent: 1.52 + note }])
    }

    /// The title of a box, with the space around it.
    pub(super) fn title(mark: &str, title: &[Inline]) -> Shape {
        if title.is_empty() {
            return Shape(vec![Part::Solid(BOX_TOP)]);
        }
        let badge = if mark.is_empty() { 0.0 } else { 1.3 + 0.86 * extent::text(mark) };
        let width = BOLD * extent::inline(title).natural + badge;
        Shape(vec![Part::Solid(BOX_TOP + 0.74), Part::Text { width, size: 1.1, indent: BOX_SIDES }])
    }

    /// The space between two items of a list.
    pub(super) fn between_items(self) -> f64 {
        self.leading + 0.05
    }

    /// Blocks in a box, with the distance to what is above them.
    pub(super) fn run(self, blocks: &[Block], above: f64) -> Shape {
        let mut shape = Shape::default();
        if !blocks.is_empty() {
            shape.space(above);
            shape.push(self.inset(blocks, BOX_SIDES));
        }
        shape
    }

    /// An item of a list in a box, or of something that looks like one.
    pub(super) fn item(self, blocks: &[Block]) -> Shape {
        self.inset(blocks, BOX_SIDES + MARKER)
    }

    /// A line of text in a box.
    pub(super) fn line(content: &[Inline], size: f64) -> Shape {
        let width = BOLD * extent::inline(content).natural;
        Shape(vec![Part::Text { width, size, indent: BOX_SIDES }])
    }

    /// A formula beside its name.
    pub(super) fn named(formula: &NamedFormula) -> Shape {
        let math = &formula.math.mathml;
        Shape(vec![Part::Named {
            name: 0.9 * extent::inline(&formula.name).natural,
            width: extent::formula(math).natural,
            height: extent::height(math).max(CAPITAL),
        }])
    }

    /// The head of a table, and its rows.
    pub(super) fn rows<'d>(
        self,
        head: &[Vec<Inline>],
        columns: &Rc<[Extent]>,
        rows: impl Iterator<Item = &'d Vec<Document>>,
    ) -> (Shape, Vec<Shape>) {
        let row = |cells: Vec<Shape>| Shape(vec![Part::Row { columns: Rc::clone(columns), cells }]);
        let titled = head.iter().any(|cell| !cell.is_empty());
        let top = if titled { row(head.iter().map(|cell| Self::cell(cell)).collect()) } else { Shape::default() };
        let cells = |cells: &Vec<Document>| cells.iter().map(|cell| self.inset(&cell.blocks, 0.0)).collect();
        (top, rows.map(cells).map(row).collect())
    }

    fn cell(content: &[Inline]) -> Shape {
        let mut shape = Shape::default();
        paragraph(content, 0.0, &mut shape);
        shape
    }

    fn inset(self, blocks: &[Block], indent: f64) -> Shape {
        let mut shape = Shape::default();
        self.blocks(blocks, indent, &mut shape);
        shape
    }

    fn blocks(self, blocks: &[Block], indent: f64, shape: &mut Shape) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                let texts = |at: usize| matches!(blocks[at], Block::Paragraph(_));
                shape.0.push(Part::Solid(if texts(index - 1) && texts(index) { self.leading + 0.16 } else { BETWEEN }));
            }
            self.block(block, indent, shape);
        }
    }

    fn block(self, block: &Block, indent: f64, shape: &mut Shape) {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => paragraph(content, indent, shape),
            Block::Quote(blocks) => self.blocks(blocks, indent + 2.0, shape),
            Block::Alert(alert) => {
                shape.0.push(Part::Solid(0.3));
                paragraph(&alert.title, indent + 0.6, shape);
                if !alert.blocks.is_empty() {
                    shape.0.push(Part::Solid(self.leading));
                    self.blocks(&alert.blocks, indent + 0.6, shape);
                }
            }
            Block::List(List { items, .. }) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        shape.space(self.between_items());
                    }
                    self.blocks(&item.blocks, indent + MARKER, shape);
                }
            }
            Block::Code(code) => {
                let lines = code.text.lines().count().max(1);
                #[expect(clippy::cast_precision_loss, reason = "code has some dozen lines")]
                let height = 0.84 + 1.16 * lines as f64;
                let width = code.text.lines().map(extent::code).fold(0.0, f64::max) + 0.84 + indent;
                shape.0.push(Part::Shrinking { width, height, least: 0.62 });
            }
            Block::Math(math) => display(&math.mathml, indent, shape),
            Block::Table(table) => Self::table(table, shape),
            Block::Rule => shape.0.push(Part::Solid(0.1)),
            Block::Footnotes(notes) => {
                for note in notes {
                    self.blocks(note, indent + MARKER, shape);
                }
            }
        }
    }

    fn table(table: &Table, shape: &mut Shape) {
        let columns = extent::columns(table.align.len(), &table.head, &table.rows, |cell| extent::inline(cell));
        let columns: Rc<[Extent]> = columns.into();
        for row in std::iter::once(&table.head).chain(&table.rows) {
            let cells = row.iter().map(|cell| Self::cell(cell)).collect();
            shape.0.push(Part::Row { columns: Rc::clone(&columns), cells });
        }
    }
}

fn display(mathml: &str, indent: f64, shape: &mut Shape) {
    let (width, height) = (extent::formula(mathml).natural + indent, extent::height(mathml));
    shape.0.push(Part::Shrinking { width, height, least: 0.5 });
}

/// Adds text, and whatever in it is higher than a line.
fn paragraph(content: &[Inline], indent: f64, shape: &mut Shape) {
    for (index, line) in content.split(|node| matches!(node, Inline::HardBreak)).enumerate() {
        if index > 0 {
            shape.0.push(Part::Solid(0.5));
        }
        let width = extent::inline(line).natural;
        shape.0.push(Part::Text { width, size: 1.0, indent });
        higher(line, shape);
    }
}

/// What formulas and pictures in a text add to its lines.
fn higher(content: &[Inline], shape: &mut Shape) {
    for node in content {
        match node {
            Inline::Math(math) if extent::is_high(&math.mathml) => {
                shape.0.push(Part::Solid((extent::height(&math.mathml) + 0.6 - CAPITAL).max(0.0)));
            }
            Inline::DisplayMath(math) => shape.0.push(Part::Solid(extent::height(&math.mathml) + 1.0)),
            Inline::Image(_) => shape.0.push(Part::Solid(12.0)),
            Inline::Ruby { .. } => shape.0.push(Part::Solid(0.1)),
            other => {
                if let Some(content) = other.content() {
                    higher(content, shape);
                }
            }
        }
    }
}

impl Shape {
    /// Adds `other` below.
    pub(super) fn push(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Adds a distance.
    pub(super) fn space(&mut self, height: f64) {
        self.0.push(Part::Solid(height));
    }

    /// Its height in a column `room` ems wide.
    pub(super) fn height(&self, room: f64, setter: Setter) -> f64 {
        self.0.iter().map(|part| part.height(room, setter)).sum()
    }
}

impl Part {
    fn height(&self, room: f64, setter: Setter) -> f64 {
        match self {
            Self::Solid(height) => *height,
            Self::Text { width, size, indent } => {
                let lines = lines(*width, ((room - indent) / size).max(1.0));
                size * (lines * CAPITAL + (lines - 1.0) * setter.leading)
            }
            Self::Shrinking { width, height, least } => height * (room / width.max(0.1)).clamp(*least, 1.0),
            Self::Named { name, width, height } => {
                let room = room - BOX_SIDES;
                let shrunk = height * (room / width.max(0.1)).clamp(0.5, 1.0);
                if name + width + 1.0 <= room { 0.8 + height } else { 0.4 + 0.9 * CAPITAL + 0.5 + shrunk + 0.5 }
            }
            Self::Row { columns, cells } => CELL * row(columns, cells, (room - BOX_SIDES) / CELL, setter),
        }
    }
}

/// How many lines a text of this width takes, on average.
fn lines(width: f64, room: f64) -> f64 {
    if width <= room { 1.0 } else { (width / (room - RAGGED).max(1.0) + 0.5).max(2.0) }
}

/// The height of a table's row in `room` ems of its type.
fn row(columns: &[Extent], cells: &[Shape], room: f64, setter: Setter) -> f64 {
    let (sides, ends) = CELL_INSET;
    match widths(columns, room) {
        Some(widths) => {
            let heights = cells.iter().zip(widths).map(|(cell, width)| cell.height(width - sides, setter));
            ends + heights.fold(CAPITAL, f64::max)
        }
        // Lines with a head and a cell each.
        None => ends + cells.iter().map(|cell| cell.height(room - 0.8, setter) + 0.3).sum::<f64>(),
    }
}

/// The widths that `widths` in `assets/sheet-lib.typ` gives a table's columns.
fn widths(columns: &[Extent], room: f64) -> Option<Vec<f64>> {
    let (sides, _) = CELL_INSET;
    let natural: Vec<f64> = columns.iter().map(|column| 1.04 * column.natural + sides).collect();
    let sum: f64 = natural.iter().sum();
    if room >= sum {
        return Some(natural.iter().map(|width| width + (room - sum) * width / sum).collect());
    }
    let mut given: Vec<f64> = columns.iter().map(|column| column.least + sides).collect();
    let mut left = room - given.iter().sum::<f64>();
    if left < 0.0 {
        return None;
    }
    let weight = |column: &Extent| column.whole.max(1.0).powf(0.8);
    for _ in 0..4 {
        let wants: Vec<usize> = (0..given.len()).filter(|at| given[*at] < natural[*at]).collect();
        let sum: f64 = wants.iter().map(|at| weight(&columns[*at])).sum();
        if sum == 0.0 || left < 0.01 {
            break;
        }
        let rest = left;
        for at in wants {
            let more = (rest * weight(&columns[at]) / sum).min(natural[at] - given[at]);
            given[at] += more;
            left -= more;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a table has a handful of columns")]
    let share = left / given.len().max(1) as f64;
    Some(given.iter().map(|width| width + share).collect())
}
