//! Text within a formula. The only LaTeX that Anki's MathJax reads there is formulas: it prints
//! every command verbatim, and braces and `~` too.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;

use super::parse::{End, Lost, Parser};
use super::table;
use super::tree::{Argument, Node, Part};
use super::{Fault, is_mark};

impl Parser<'_> {
    /// The text of a cell, up to what ends it, as nodes.
    pub(super) fn words_cell(&mut self) -> Result<Option<Node>, Lost> {
        let (whole, start) = (self.text, self.at);
        let end = start + cell_length(&whole[start..]);
        if whole[start..end].trim().is_empty() {
            return Ok(None);
        }
        self.text = &whole[..end];
        let words = self.words(None);
        self.text = whole;
        let text = table::command("text");
        words.map(|words| text.map(|text| Node::Command(text, vec![Argument::Words(words)])))
    }

    /// The text up to the closing brace, which is consumed, or up to the end if it
    /// doesn't belong to a command at a `place`.
    pub(super) fn words(&mut self, place: Option<&Range<usize>>) -> Result<Vec<Part>, Lost> {
        let (mut parts, mut open) = (Vec::new(), Vec::new());
        loop {
            let start = self.at;
            let Some(c) = self.peek() else {
                let Some(place) = place else { return Ok(parts) };
                let name = self.text[place.clone()].to_owned();
                return self.lost(Fault::error(place.clone(), format!("the text of `{name}` is never closed")));
            };
            self.at += c.len_utf8();
            match c {
                '}' => match open.pop() {
                    Some(brace) => {
                        self.replace(brace..brace + 1, "");
                        self.replace(start..self.at, "");
                    }
                    None if place.is_some() => return Ok(parts),
                    None => {
                        return self.lost(
                            Fault::error(start..self.at, "this `}` has no matching `{`")
                                .help("write `\\}` for a literal `}`"),
                        );
                    }
                },
                '{' => open.push(start),
                '$' => parts.push(Part::Math(self.list(End::Dollar)?)),
                '~' => {
                    self.replace(start..self.at, "\u{a0}");
                    add(&mut parts, "\u{a0}");
                }
                '\\' => match self.command_in_words(start)? {
                    Some(Part::Words(words)) => add(&mut parts, &words),
                    part => parts.extend(part),
                },
                c if is_mark(c) => {}
                c => add(&mut parts, c.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// A command within text: what it stands for, if that is a character.
    fn command_in_words(&mut self, start: usize) -> Result<Option<Part>, Lost> {
        let words = |words: &str| Ok(Some(Part::Words(words.to_owned())));
        let name = self.name();
        let place = start..self.at;
        match name {
            "(" => {
                // Without dollars, its end could be taken for the end of the whole formula.
                self.replace(start..self.at, "$");
                let list = self.list(End::Parenthesis)?;
                self.replace(self.at - 2..self.at, "$");
                return Ok(Some(Part::Math(list)));
            }
            // MathJax reads these.
            "$" | "{" | "}" => return words(name),
            "%" | "&" | "_" | "#" => {
                self.replace(start..start + 1, "");
                return words(name);
            }
            " " | "\n" => {
                self.replace(place, " ");
                return words(" ");
            }
            "\\" => {
                self.replace(place.clone(), " ");
                let fault = Fault::error(place, "text in a formula cannot have line breaks");
                self.remark(fault.help("use an environment with one `\\text{…}` per row"));
                return words(" ");
            }
            _ => {}
        }
        if let Some(letter) = self.letter(name) {
            self.replace(start..self.at, letter.as_str());
            return words(&letter);
        }
        if table::command(name).is_none() && table::meant(name).is_none() {
            let fault = Fault::error(place, format!("Anki's MathJax prints `\\{name}` literally inside text"));
            self.reading.faults.push(fault.help("end the text before it, or type the character itself"));
            return Ok(None);
        }
        // Between dollars it is a formula, which MathJax reads.
        self.insert(start, "$", true);
        let mut inner = super::cells::Table::new();
        self.at = start + 1;
        self.command_at(start, super::parse::ARGUMENT, &mut inner)?;
        self.insert(self.at, "$", false);
        Ok(Some(Part::Math(inner.finish().into_iter().flatten().flatten().collect())))
    }

    /// The letter that an accent or the command `name` produces.
    fn letter(&mut self, name: &str) -> Option<String> {
        let letter = match name {
            "ss" => "ß",
            "ae" => "æ",
            "AE" => "Æ",
            "oe" => "œ",
            "OE" => "Œ",
            "aa" => "å",
            "AA" => "Å",
            "o" => "ø",
            "O" => "Ø",
            "l" => "ł",
            "L" => "Ł",
            "i" => "ı",
            "j" => "ȷ",
            _ => return self.accented(name),
        };
        let rest = self.rest();
        let empty = rest.len() - rest.strip_prefix("{}").unwrap_or(rest).len();
        // As in TeX, white space only ends the name.
        let white = if empty == 0 { rest.len() - rest.trim_start_matches(' ').len() } else { empty };
        self.at += white;
        Some(letter.to_owned())
    }

    fn accented(&mut self, name: &str) -> Option<String> {
        let accent = match name {
            "\"" => '\u{308}',
            "'" => '\u{301}',
            "`" => '\u{300}',
            "^" => '\u{302}',
            "~" => '\u{303}',
            "=" => '\u{304}',
            "." => '\u{307}',
            "c" => '\u{327}',
            "v" => '\u{30c}',
            "u" => '\u{306}',
            "H" => '\u{30b}',
            "r" => '\u{30a}',
            "k" => '\u{328}',
            _ => return None,
        };
        let rest = self.rest().trim_start_matches(' ');
        let spaces = self.rest().len() - rest.len();
        let braced = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(inside, _)| inside);
        let (base, length) = if let Some(inside) = braced {
            (inside, inside.len() + 2)
        } else {
            let length = rest.chars().next().map_or(0, char::len_utf8);
            (&rest[..length], length)
        };
        let base = match base {
            "\\i" => "i",
            "\\j" => "j",
            base => base,
        };
        let mut letters = base.chars();
        let first = letters.next().filter(|c| c.is_alphabetic() && letters.next().is_none())?;
        self.at += spaces + length;
        Some([first, accent].into_iter().nfc().collect())
    }
}

/// How much of `text` is before the next `&`, `\\\\` or `\\end`.
fn cell_length(text: &str) -> usize {
    let (mut depth, mut dollars, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        let free = depth == 0 && !dollars;
        match c {
            '\\' if !escaped => {
                let rest = &text[at + 1..];
                let ends = rest.starts_with('\\') || rest.starts_with("end{") || rest.starts_with("cr ");
                if ends && free {
                    return at;
                }
                escaped = true;
                continue;
            }
            '&' if free && !escaped => return at,
            '{' if !escaped => depth += 1,
            '}' if !escaped => depth = depth.saturating_sub(1),
            '$' if !escaped => dollars = !dollars,
            _ => {}
        }
        escaped = false;
    }
    text.len()
}

fn add(parts: &mut Vec<Part>, words: &str) {
    match parts.last_mut() {
        Some(Part::Words(before)) => before.push_str(words),
        Some(Part::Math(_)) | None => parts.push(Part::Words(words.to_owned())),
    }
}
