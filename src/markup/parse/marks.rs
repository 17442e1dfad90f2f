//! What Markdown does not have by itself: `~~struck~~`, `x^2^`, `H~2~O`,
//! `==marked==` and `{東京|とうきょう}`, by the rules of pandoc, Obsidian and the
//! Japanese publishers' Markdown; and line breaks within scripts that have no spaces.
//!
//! The reader turns each unescaped delimiter into a control character, which no author can write;
//! delimiters without a partner become text again here.

use crate::markup::ast::{Inline, part};
use crate::markup::{has_byte, script};
use crate::source::Span;

/// The delimiters, each with the control character that stands for it.
const DELIMITERS: [(char, char); 6] =
    [('^', '\u{11}'), ('~', '\u{12}'), ('=', '\u{13}'), ('{', '\u{14}'), ('|', '\u{15}'), ('}', '\u{16}')];

/// The control character for a delimiter.
pub(super) fn delimiter(c: char) -> Option<char> {
    DELIMITERS.iter().find(|(plain, _)| *plain == c).map(|(_, mark)| *mark)
}

/// The delimiter that a control character stands for.
pub(super) fn plain(c: char) -> Option<char> {
    DELIMITERS.iter().find(|(_, mark)| *mark == c).map(|(plain, _)| *plain)
}

/// Whether a text contains no delimiter.
fn is_settled(content: &[Inline]) -> bool {
    content.iter().all(|node| {
        let delimited = |text: &str| has_byte(text, |byte| plain(byte.into()).is_some());
        !matches!(node, Inline::SoftBreak) && !matches!(node, Inline::Text { text, .. } if delimited(text))
    })
}

/// Pairs the delimiters of one run of text.
pub(super) fn resolve(mut content: Vec<Inline>) -> Vec<Inline> {
    if !is_settled(&content) {
        let pieces = pieces(content);
        let mut out = Vec::new();
        Pairing { pieces: &pieces, unclosed: [false; 2] }.write(0..pieces.len(), &mut out);
        content = joined_lines(out);
    }
    // Most texts are one node, and a deck keeps many of them.
    content.shrink_to_fit();
    content
}

enum Piece {
    Text(String, Span),
    /// This many delimiters in a row.
    Mark(char, usize, Span),
    Node(Inline),
}

impl Piece {
    fn has_space(&self) -> bool {
        match self {
            Self::Text(text, _) => text.contains(char::is_whitespace),
            Self::Mark(..) => false,
            Self::Node(node) => matches!(node, Inline::SoftBreak | Inline::HardBreak | Inline::DisplayMath(_)),
        }
    }

    fn first(&self) -> char {
        match self {
            Self::Text(text, _) => text.chars().next().unwrap_or(' '),
            Self::Mark(c, ..) => *c,
            Self::Node(Inline::SoftBreak | Inline::HardBreak) => '\n',
            Self::Node(_) => '*',
        }
    }

    fn last(&self) -> char {
        match self {
            Self::Text(text, _) => text.chars().next_back().unwrap_or(' '),
            Self::Mark(..) | Self::Node(_) => self.first(),
        }
    }
}

fn pieces(content: Vec<Inline>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for node in content {
        let Inline::Text { text, span } = node else {
            pieces.push(Piece::Node(node));
            continue;
        };
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let c = rest.chars().next().unwrap_or(' ');
            let (piece, length) = if let Some(mark) = plain(c) {
                let count = rest.chars().take_while(|next| *next == c).count();
                (Piece::Mark(mark, count, part(&text, span, at..at + count)), count)
            } else {
                let length = rest.find(|c| plain(c).is_some()).unwrap_or(rest.len());
                (Piece::Text(rest[..length].to_owned(), part(&text, span, at..at + length)), length)
            };
            pieces.push(piece);
            at += length;
        }
    }
    pieces
}

struct Pairing<'p> {
    pieces: &'p [Piece],
    /// Whether nothing closes `~~` and `==` from here on.
    unclosed: [bool; 2],
}

impl Pairing<'_> {
    fn write(&mut self, range: std::ops::Range<usize>, out: &mut Vec<Inline>) {
        let mut at = range.start;
        while at < range.end {
            at = match &self.pieces[at] {
                Piece::Node(node) => {
                    out.push(node.clone());
                    at + 1
                }
                Piece::Text(text, span) => {
                    push(text, *span, out);
                    at + 1
                }
                Piece::Mark('{', count, span) => match self.ruby(at, range.end, *count, *span, out) {
                    Some(after) => after,
                    None => self.literal(at, out),
                },
                Piece::Mark(mark, count, _) => match self.closing(at, range.end, *mark, *count) {
                    Some(end) => {
                        let mut content = Vec::new();
                        self.write(at + 1..end, &mut content);
                        out.push(styled(*mark, *count, content));
                        end + 1
                    }
                    None => self.literal(at, out),
                },
            };
        }
    }

    /// Writes a delimiter as plain text.
    fn literal(&self, at: usize, out: &mut Vec<Inline>) -> usize {
        if let Piece::Mark(mark, count, span) = &self.pieces[at] {
            push(&mark.to_string().repeat(*count), *span, out);
        }
        at + 1
    }

    /// Where the delimiter at `start` is closed.
    fn closing(&mut self, start: usize, end: usize, mark: char, count: usize) -> Option<usize> {
        let pair = match (mark, count) {
            ('^' | '~', 1) => None,
            ('~', 2) => Some(0),
            ('=', 2) => Some(1),
            _ => return None,
        };
        if pair.is_some_and(|pair| self.unclosed[pair]) || !self.may_open(start, end, mark) {
            return None;
        }
        let mut braces = 0_isize;
        for at in start + 1..end {
            match &self.pieces[at] {
                piece if pair.is_none() && piece.has_space() => return None,
                Piece::Mark('{', count, _) if *count > 1 => braces += 1,
                Piece::Mark('}', count, _) if *count > 1 => braces -= 1,
                Piece::Mark(other, many, _) if *other == mark && (*many == count) && at > start + 1 => {
                    if braces == 0 && self.may_close(at, end, mark) {
                        return Some(at);
                    }
                }
                Piece::Mark(..) | Piece::Text(..) | Piece::Node(_) => {}
            }
            if braces < 0 {
                return None;
            }
        }
        if let Some(pair) = pair.filter(|_| braces == 0) {
            self.unclosed[pair] = true;
        }
        None
    }

    /// `==` within a word, as in `a==b`, is a comparison; other marks may be used there.
    fn may_open(&self, at: usize, end: usize, mark: char) -> bool {
        let before = at.checked_sub(1).map_or(' ', |before| self.pieces[before].last());
        let after = if at + 1 < end { self.pieces[at + 1].first() } else { ' ' };
        !after.is_whitespace() && (mark != '=' || !is_word(before))
    }

    fn may_close(&self, at: usize, end: usize, mark: char) -> bool {
        let before = self.pieces[at - 1].last();
        let after = if at + 1 < end { self.pieces[at + 1].first() } else { ' ' };
        !before.is_whitespace() && (mark != '=' || !is_word(after))
    }

    /// `{base|reading}` or, with a reading for each character, `{東京|とう|きょう}`. A
    /// brace before it may belong to a cloze.
    fn ruby(&self, at: usize, end: usize, count: usize, span: Span, out: &mut Vec<Inline>) -> Option<usize> {
        let Piece::Text(base, _) = self.pieces.get(at + 1).filter(|_| at + 1 < end)? else { return None };
        let mut readings = Vec::new();
        let mut next = at + 2;
        while let [Piece::Mark('|', 1, _), Piece::Text(reading, _), ..] = self.pieces.get(next..end)? {
            readings.push(reading.as_str());
            next += 2;
        }
        let Piece::Mark('}', closing, last) = self.pieces.get(next).filter(|_| next < end)? else { return None };
        let characters: Vec<String> = base.chars().map(String::from).collect();
        let bases = match readings.len() {
            0 => return None,
            1 => vec![base.clone()],
            many if many == characters.len() => characters,
            _ => return None,
        };
        if !base.chars().all(script::is_cjk) || readings.iter().any(|reading| reading.trim().is_empty()) {
            return None;
        }
        push(&"{".repeat(count - 1), part_of(span, 0..count - 1), out);
        let place = Span::new(span.file, span.end - 1, last.start + 1);
        out.extend(bases.into_iter().zip(readings).map(|(base, reading)| Inline::Ruby {
            base,
            reading: reading.trim().to_owned(),
            span: place,
        }));
        push(&"}".repeat(closing - 1), part_of(*last, 1..*closing), out);
        Some(next + 1)
    }
}

fn part_of(span: Span, range: std::ops::Range<usize>) -> Span {
    let at = |offset: usize| (span.start + crate::source::offset(offset)).min(span.end);
    Span::new(span.file, at(range.start), at(range.end))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() && !script::is_cjk(c)
}

fn styled(mark: char, count: usize, content: Vec<Inline>) -> Inline {
    match (mark, count) {
        ('^', _) => Inline::Superscript(content),
        ('~', 1) => Inline::Subscript(content),
        ('~', _) => Inline::Strikethrough(content),
        _ => Inline::Highlight(content),
    }
}

/// Adds text, joining it to the text before it if the two are adjacent.
fn push(text: &str, span: Span, out: &mut Vec<Inline>) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Inline::Text { text: before, span: place }) if place.end == span.start => {
            before.push_str(text);
            place.end = span.end;
        }
        _ => out.push(Inline::text(text, span)),
    }
}

/// Drops line breaks that have a script without spaces on both sides.
fn joined_lines(content: Vec<Inline>) -> Vec<Inline> {
    let drops = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| last_char(&content[before]));
        let after = content.get(at + 1).and_then(first_char);
        before.is_some_and(script::joins_lines) && after.is_some_and(script::joins_lines)
    };
    let kept = (0..content.len()).map(|at| !(matches!(content[at], Inline::SoftBreak) && drops(at)));
    let kept: Vec<bool> = kept.collect();
    content.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(node, _)| node).collect()
}

fn first_char(node: &Inline) -> Option<char> {
    match node {
        Inline::Text { text, .. } => text.chars().next(),
        Inline::Ruby { base, .. } => base.chars().next(),
        node => node.content()?.first().and_then(first_char),
    }
}

fn last_char(node: &Inline) -> Option<char> {
    match node {
        Inline::Text { text, .. } => text.chars().next_back(),
        Inline::Ruby { base, .. } => base.chars().next_back(),
        node => node.content()?.last().and_then(last_char),
    }
}
