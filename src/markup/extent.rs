//! How wide a text is, in ems of its type, as closely as possible without typesetting it. Tables
//! divide their width among columns by this.

use super::ast::{Block, Document, Inline, List};

/// Widths in ems.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Extent {
    /// On one line, or on its longest line.
    pub natural: f64,
    /// Of the widest part that cannot be divided.
    pub least: f64,
    /// Of everything, one after another.
    pub whole: f64,
}

impl Extent {
    const fn solid(width: f64) -> Self {
        Self { natural: width, least: width, whole: width }
    }

    /// Puts `other` below `self`.
    fn below(self, other: Self) -> Self {
        Self {
            natural: self.natural.max(other.natural),
            least: self.least.max(other.least),
            whole: self.whole + other.whole,
        }
    }

    fn beside(self, other: Self) -> Self {
        Self {
            natural: self.natural + other.natural,
            ..self.below(other)
        }
    }

    fn indented(self, by: f64) -> Self {
        Self {
            natural: self.natural + by,
            least: self.least + by,
            whole: self.whole + by,
        }
    }
}

/// A word longer than this many characters may break where a language has no rule for it.
pub(crate) const LONG_WORD: usize = 14;
/// A picture in a cell is at least this wide.
const PICTURE: Extent = Extent { natural: 12.0, least: 5.0, whole: 24.0 };
/// The width of the marker before a list item.
const MARKER: f64 = 1.2;

/// A document, with its blocks one below the other.
#[must_use]
pub fn document(document: &Document) -> Extent {
    blocks(&document.blocks)
}

/// Running text.
#[must_use]
pub fn inline(content: &[Inline]) -> Extent {
    let mut lines = content.split(|node| matches!(node, Inline::HardBreak));
    let line = |line: &[Inline]| line.iter().map(node).fold(Extent::default(), Extent::beside);
    let first = lines.next().map(line).unwrap_or_default();
    lines.map(line).fold(first, Extent::below)
}

/// The columns of a table: how wide each is at its widest and at its narrowest, and how
/// wide all its cells are on one line.
pub fn columns<Head, Cell>(
    columns: usize,
    head: &[Head],
    rows: &[Vec<Cell>],
    of: impl Fn(&Cell) -> Extent,
) -> Vec<Extent>
where
    Head: AsRef<[Inline]>,
{
    let column = |index: usize| {
        let head = head.get(index).map(|head| inline(head.as_ref())).unwrap_or_default();
        let cells = rows.iter().filter_map(|row| row.get(index)).map(&of);
        cells.fold(head, Extent::below)
    };
    (0..columns).map(column).collect()
}

/// Characters without markup, on one line.
#[must_use]
pub fn text(text: &str) -> f64 {
    plain(text)
}

/// A line of code.
#[must_use]
pub fn code(line: &str) -> f64 {
    mono(line)
}

/// How high a formula is.
#[must_use]
pub fn height(mathml: &str) -> f64 {
    roxmltree::Document::parse(mathml).map_or(LINE, |tree| high(tree.root_element()))
}

/// A formula within text.
#[must_use]
pub fn formula(mathml: &str) -> Extent {
    let all = math(mathml);
    if is_high(mathml) { Extent::solid(all.natural) } else { all }
}

/// Whether a formula is higher than a line, in which case it isn't broken.
#[must_use]
pub fn is_high(mathml: &str) -> bool {
    ["<mfrac", "<mtable", "<munder", "<mover", "<msqrt", "<mroot", "∑", "∏", "∫"]
        .iter()
        .any(|sign| mathml.contains(sign))
}

fn blocks(all: &[Block]) -> Extent {
    all.iter().map(block).fold(Extent::default(), Extent::below)
}

fn block(block: &Block) -> Extent {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => inline(content),
        Block::Quote(content) => blocks(content).indented(2.0),
        Block::Alert(alert) => inline(&alert.title).below(blocks(&alert.blocks)).indented(1.0),
        Block::List(List { items, .. }) => {
            let items = items.iter().map(|item| blocks(&item.blocks).indented(MARKER));
            items.fold(Extent::default(), Extent::below)
        }
        // Code and formulas shrink to fit, within reason.
        Block::Code(code) => {
            let longest = code.text.lines().map(mono).fold(0.0, f64::max);
            Extent {
                natural: longest + 1.0,
                least: (0.62 * longest).min(10.0),
                whole: 2.0 * longest,
            }
        }
        Block::Math(math) => shrinking(&math.mathml),
        Block::Table(table) => {
            let rows = std::iter::once(&table.head).chain(&table.rows);
            let row =
                |row: &Vec<Vec<Inline>>| row.iter().map(|cell| inline(cell)).fold(Extent::default(), Extent::beside);
            let all = rows.map(row).fold(Extent::default(), Extent::below);
            Extent { least: all.least.max(10.0), ..all }
        }
        Block::Rule => Extent::default(),
        Block::Footnotes(notes) => notes.iter().map(|note| blocks(note)).fold(Extent::default(), Extent::below),
    }
}

fn node(node: &Inline) -> Extent {
    match node {
        Inline::Text { text, .. } => words(text),
        Inline::Code { text, .. } => {
            let longest = text.split(breaks_code).map(|part| mono(part) + 0.6).fold(0.0, f64::max);
            Extent {
                natural: mono(text) + 0.4,
                least: longest.min(9.0),
                whole: mono(text),
            }
        }
        Inline::Math(math) => formula(&math.mathml),
        Inline::DisplayMath(math) => shrinking(&math.mathml),
        Inline::SoftBreak => Extent { natural: 0.25, least: 0.0, whole: 0.25 },
        Inline::HardBreak => Extent::default(),
        Inline::Ruby { base, reading, .. } => Extent::solid(plain(base).max(0.5 * plain(reading))),
        Inline::Footnote { .. } => Extent::solid(0.4),
        Inline::Image(_) => PICTURE,
        Inline::Recording(recording) => words(&recording.label).indented(0.8),
        other => other.content().map(inline).unwrap_or_default(),
    }
}

/// Text breaks between words, and within long words.
fn words(text: &str) -> Extent {
    let word = |word: &str| {
        if word.chars().count() <= LONG_WORD {
            return plain(word).min(8.0);
        }
        let parts = word.split_inclusive(ends_part).map(|part| {
            // A long run of letters is hyphenated.
            let kept = if part.chars().count() > LONG_WORD { 0.55 } else { 1.0 };
            plain(part) * kept
        });
        parts.fold(0.0, f64::max).min(8.0)
    };
    let natural = plain(text);
    Extent {
        natural,
        least: text.split_whitespace().map(word).fold(0.0, f64::max),
        whole: natural,
    }
}

/// Whether a long word may break after `c`.
pub(crate) fn ends_part(c: char) -> bool {
    "/\\.,:;_-–=+&?#%@|~)]}>".contains(c)
}

fn shrinking(mathml: &str) -> Extent {
    let Extent { natural, .. } = math(mathml);
    Extent {
        natural,
        least: 0.5 * natural,
        whole: 2.5 * natural,
    }
}

fn breaks_code(c: char) -> bool {
    c.is_whitespace() || ends_part(c)
}

fn mono(text: &str) -> f64 {
    text.chars().map(|c| if is_wide(c) { 1.0 } else { 0.61 }).sum()
}

/// The width of running text in the sheet's condensed sans, a little heavier than regular.
fn plain(text: &str) -> f64 {
    text.chars().map(advance).sum()
}

fn advance(c: char) -> f64 {
    match c {
        ' '..='~' => f64::from(ADVANCES[c as usize - ' ' as usize]) / 1000.0,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{ad}' => 0.0,
        '’' | '‘' | '·' => 0.27,
        '“' | '”' => 0.43,
        '—' | '…' | '→' => 0.73,
        c if is_wide(c) => 1.0,
        c if c.is_uppercase() => 0.62,
        c if c.is_lowercase() => 0.52,
        _ => 0.55,
    }
}

/// Widths of the characters from space to tilde in IBM Plex Sans Condensed, in thousandths of an em.
const ADVANCES: [u16; 95] = [
    212, 258, 382, 637, 538, 837, 626, 220, 302, 302, 414, 540, 248, 360, 248, 349, 540, 540, 540, 540, 540, 540, 540,
    540, 540, 540, 258, 258, 540, 540, 540, 431, 803, 579, 589, 561, 607, 526, 505, 627, 637, 362, 462, 574, 453, 730,
    637, 638, 548, 638, 578, 525, 516, 611, 549, 808, 555, 534, 524, 286, 349, 286, 540, 508, 540, 483, 524, 454, 524,
    495, 294, 477, 513, 228, 228, 477, 247, 787, 513, 504, 524, 524, 332, 439, 318, 513, 445, 698, 459, 451, 421, 310,
    288, 310, 540,
];

/// Characters as wide as they are high: Han, kana, hangul, emoji.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f000}'..='\u{3ffff}')
}

/// A formula: rows side by side, fractions one above the other; it breaks at relations.
fn math(mathml: &str) -> Extent {
    let Ok(tree) = roxmltree::Document::parse(mathml) else { return Extent::solid(mono(mathml)) };
    let mut parts = vec![0.0];
    let mut row = tree.root_element();
    while let Some(only) = row.first_element_child().filter(|child| child.next_sibling_element().is_none()) {
        if !matches!(only.tag_name().name(), "mrow" | "mstyle" | "semantics") {
            break;
        }
        row = only;
    }
    let mut whole = 0.0;
    for child in row.children().filter(roxmltree::Node::is_element) {
        let width = self::width(child);
        whole += width;
        if let Some(last) = parts.last_mut() {
            *last += width;
        }
        if child.tag_name().name() == "mo" && child.text().is_some_and(breaks_formula) {
            parts.push(0.0);
        }
    }
    Extent {
        natural: whole,
        least: parts.into_iter().fold(0.0, f64::max),
        whole,
    }
}

/// Whether a line of a formula may break after this sign: a relation or an operation.
fn breaks_formula(sign: &str) -> bool {
    const SIGNS: &str = "=<>≤≥≈≡≠∼≃≅∝→←↔⇒⇐⇔∈∉⊂⊆∣∥+-−±∓×·⋅∘⊙⊗⊕∧∨∪∩";
    sign.trim().chars().all(|c| SIGNS.contains(c)) && !sign.trim().is_empty()
}

/// Formulas are wider by this factor, because their font isn't condensed.
const WIDER: f64 = 1.3;

fn width(node: roxmltree::Node<'_, '_>) -> f64 {
    let children = || node.children().filter(roxmltree::Node::is_element);
    let sum = || children().map(width).sum::<f64>();
    let widest = || children().map(width).fold(0.0, f64::max);
    match node.tag_name().name() {
        "mo" => {
            let text = node.text().unwrap_or("");
            let spaced = text.chars().next().is_some_and(|c| !c.is_alphabetic() && !"()[]{}|,.!′".contains(c));
            WIDER * plain(text) + if spaced { 0.6 } else { 0.15 }
        }
        "mi" | "mn" | "mtext" | "ms" => WIDER * plain(node.text().unwrap_or("")),
        "mspace" => 0.5,
        "mfrac" | "munder" | "mover" | "munderover" => widest() + 0.2,
        "msub" | "msup" | "msubsup" => {
            let mut widths = children().map(width);
            widths.next().unwrap_or(0.0) + 0.72 * widths.fold(0.0, f64::max)
        }
        "msqrt" | "mroot" => sum() + 0.9,
        "mtable" => children()
            .map(|row| row.children().filter(roxmltree::Node::is_element).map(|cell| width(cell) + 0.9).sum::<f64>())
            .fold(0.0, f64::max),
        "annotation" => 0.0,
        _ => sum(),
    }
}

/// The height of a line of a formula.
const LINE: f64 = 0.9;

fn high(node: roxmltree::Node<'_, '_>) -> f64 {
    let children = || node.children().filter(roxmltree::Node::is_element);
    let highest = || children().map(high).fold(LINE, f64::max);
    match node.tag_name().name() {
        "mfrac" => children().map(high).sum::<f64>() + 0.35,
        "msqrt" | "mroot" => highest() + 0.25,
        "munder" | "mover" => highest() + 0.55,
        "munderover" => highest() + 1.1,
        "msub" | "msup" => highest() + 0.2,
        "msubsup" => highest() + 0.4,
        "mtable" => children().map(|row| high(row) + 0.35).sum(),
        "mo" if node.text().is_some_and(|sign| "∑∏∫⋃⋂".contains(sign.trim())) => 1.4,
        "annotation" => 0.0,
        _ => highest(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn of(text: &str) -> Extent {
        inline(&[Inline::text(text, Span::new(FileId::new(0), 0, 0))])
    }

    #[test]
    fn a_text_is_as_wide_as_its_line_and_as_narrow_as_its_longest_word() {
        let words = of("a short line of words");
        assert!(words.least < 0.4 * words.natural, "{words:?}");
        let word = of("Rindfleischetikettierung");
        assert!(word.least < word.natural, "{word:?}");
        assert!(of("東京都").natural > of("abc").natural);
        assert!(of("2025-06-27T10-53-25Z_bd237f0f").least < 5.0);
    }

    #[test]
    fn a_formula_breaks_at_relations_only() {
        let sum = math("<math><mi>a</mi><mo>=</mo><mi>b</mi><mo>+</mo><mi>c</mi></math>");
        assert!(sum.least < sum.natural, "{sum:?}");
        let fraction = math("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac></math>");
        assert!((fraction.least - fraction.natural).abs() < 1e-9, "{fraction:?}");
    }
}
