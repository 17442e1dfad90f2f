//! The arguments of commands, by their signatures.

use std::ops::Range;

use super::parse::{ARGUMENT, End, Grid, Lost, NO_GRID, Parser};
use super::table::{self, Meant};
use super::tree::{Argument, List, Node, Part};
use super::{Fault, is_mark};

impl Parser<'_> {
    /// The arguments of the command at `place`.
    pub(super) fn arguments(&mut self, signature: &str, place: &Range<usize>) -> Result<Vec<Argument>, Lost> {
        signature.chars().filter(|kind| !"^/".contains(*kind)).map(|kind| self.argument(kind, place)).collect()
    }

    fn argument(&mut self, kind: char, place: &Range<usize>) -> Result<Argument, Lost> {
        Ok(match kind {
            '*' => {
                let star = self.rest().starts_with('*');
                self.at += usize::from(star);
                if star { Argument::Star } else { Argument::None }
            }
            'o' => {
                if self.opens('[') {
                    Argument::Math(self.list(End::Bracket)?)
                } else {
                    Argument::None
                }
            }
            'p' => {
                if self.opens('[') {
                    Argument::Raw(self.raw(']', place)?)
                } else {
                    Argument::None
                }
            }
            'm' => Argument::Math(self.formula_argument(place)?),
            'x' => {
                if !self.opens('{') {
                    return self.missing(place);
                }
                Argument::Rows(self.rows(End::Brace, Grid { rows: true, columns: true, ..NO_GRID })?)
            }
            't' => Argument::Words(self.words_argument(place)?),
            'l' => Argument::Raw(self.length(place)?),
            'd' => Argument::Raw(self.delimiter(place)?),
            'u' => {
                let end = if self.text[place.clone()].ends_with("root") { "of" } else { "over" };
                Argument::Math(self.list(End::Named(end))?)
            }
            '$' => {
                if self.opens('$') {
                    Argument::Raw(self.raw('$', place)?)
                } else {
                    return self.missing(place);
                }
            }
            'v' => Argument::Raw(self.verbatim(place)?),
            'D' => Argument::Raw(self.side(place)?),
            // `r`, and `c`, whose braces are all that matters here.
            _ => Argument::Raw(self.raw_argument(place)?),
        })
    }

    /// A hidden part that is a whole argument. Braces go around its edges, so that
    /// whatever replaces it is the argument too.
    pub(super) fn hidden_argument(&mut self) -> Result<Option<List>, Lost> {
        let start = self.at + self.rest().len() - self.rest().trim_start().len();
        let Some(edge) = self.text[start..].chars().next().filter(|c| is_mark(*c)) else {
            self.skip_space();
            return Ok(None);
        };
        self.at = start + edge.len_utf8();
        self.insert(start, "{", true);
        let list = self.list(End::Mark)?;
        self.insert(self.at, "}", false);
        Ok(Some(list))
    }

    /// Consumes `c` if it comes next.
    fn opens(&mut self, c: char) -> bool {
        let before = self.at;
        self.skip_space();
        if self.peek() == Some(c) && self.text[before..self.at].contains(is_mark) {
            let fault = Fault::error(before..self.at, "a cloze starts between a command and its argument");
            self.reading.faults.push(fault.help("include the command in the cloze, or only what is inside the braces"));
        }
        let opens = self.peek() == Some(c);
        self.at = if opens { self.at + c.len_utf8() } else { before };
        opens
    }

    pub(super) fn missing<T>(&mut self, place: &Range<usize>) -> Result<T, Lost> {
        let name = self.text[place.clone()].to_owned();
        self.lost(Fault::error(place.clone(), format!("`{name}` is missing an argument")))
    }

    /// A formula in braces, or a single token. A command that takes arguments itself gets braces:
    /// MathJax would not look for its arguments.
    fn formula_argument(&mut self, place: &Range<usize>) -> Result<List, Lost> {
        if let Some(hidden) = self.hidden_argument()? {
            return Ok(hidden);
        }
        let start = self.at;
        let Some(c) = self.peek() else { return self.missing(place) };
        match c {
            '{' => {
                self.at += 1;
                return self.list(End::Brace);
            }
            '}' | '&' | '^' | '_' => return self.missing(place),
            '\\' => {}
            _ => {
                self.at += c.len_utf8();
                return Ok(vec![Node::Char(c)]);
            }
        }
        self.at += 1;
        let name = self.name();
        if matches!(name, "left" | "begin" | "right" | "end" | "\\" | "cr") {
            let outer = self.text[place.clone()].to_owned();
            let fault = Fault::error(start..self.at, format!("`{outer}` needs braces around this"));
            return self.lost(fault.help(format!("write `{outer}{{…}}`")));
        }
        self.at = start;
        let mut inner = super::cells::Table::new();
        self.at += 1;
        self.command_at(start, ARGUMENT, &mut inner)?;
        let plain = self.at == start + 1 + name.len();
        let set = table::meant(name).is_none();
        if !plain || !set {
            self.insert(start, "{", true);
            self.insert(self.at, "}", false);
        }
        Ok(inner.finish().into_iter().flatten().flatten().collect())
    }

    /// The contents of braces, or a single token, verbatim.
    pub(super) fn raw_argument(&mut self, place: &Range<usize>) -> Result<String, Lost> {
        if self.opens('{') {
            return self.raw('}', place);
        }
        self.skip_space();
        let start = self.at;
        match self.peek() {
            None | Some('}') => return self.missing(place),
            Some('\\') => {
                self.at += 1;
                self.name();
            }
            Some(c) => self.at += c.len_utf8(),
        }
        Ok(self.text[start..self.at].to_owned())
    }

    /// Everything up to the first `end` outside braces; `end` itself is consumed.
    fn raw(&mut self, end: char, place: &Range<usize>) -> Result<String, Lost> {
        let (start, mut depth) = (self.at, 0_usize);
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                _ if c == end && depth == 0 => {
                    let raw = &self.text[start..self.at - end.len_utf8()];
                    return Ok(raw.chars().filter(|c| !is_mark(*c)).collect());
                }
                '\\' => self.at += self.peek().map_or(0, char::len_utf8),
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ => {}
            }
        }
        let name = self.text[place.clone()].to_owned();
        self.lost(Fault::error(place.start..start, format!("the argument of `{name}` is never closed")))
    }

    fn verbatim(&mut self, place: &Range<usize>) -> Result<String, Lost> {
        let start = self.at;
        let edge = self.peek().unwrap_or(' ');
        let body = self.text.get(start + edge.len_utf8()..).unwrap_or("");
        let Some(length) = body.find(edge) else {
            return self.lost(Fault::error(place.clone(), "`\\verb` is never closed"));
        };
        self.at = start + 2 * edge.len_utf8() + length;
        Ok(body[..length].to_owned())
    }

    fn words_argument(&mut self, place: &Range<usize>) -> Result<Vec<Part>, Lost> {
        if self.opens('{') {
            return self.words(Some(place));
        }
        self.skip_space();
        let start = self.at;
        match self.peek() {
            None | Some('}' | '&') => self.missing(place),
            Some('\\') => {
                // MathJax would print the command's name.
                let inner = self.formula_argument(place)?;
                self.insert(start, "{$", true);
                self.insert(self.at, "$}", false);
                Ok(vec![Part::Math(inner)])
            }
            Some(c) => {
                self.at += c.len_utf8();
                Ok(vec![Part::Words(c.to_string())])
            }
        }
    }

    /// A length such as `1.5em`, in braces or not.
    pub(super) fn length(&mut self, place: &Range<usize>) -> Result<String, Lost> {
        self.skip_space();
        let start = self.at;
        let rest = self.rest();
        let braced = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        if let Some((inside, _)) = braced {
            self.at += inside.len() + 2;
            if dimension(inside.trim()) == Some(inside.trim().len()) {
                return Ok(inside.trim().to_owned());
            }
        } else if let Some(length) = dimension(rest) {
            self.at += length;
            return Ok(rest[..length].to_owned());
        }
        let name = self.text[place.clone()].to_owned();
        let end = self.at.max(start + rest.chars().next().map_or(0, char::len_utf8));
        let fault = Fault::error(start..end, format!("`{name}` takes a length"));
        self.lost(fault.help("write a number and its unit, such as `1em`, `3mu` or `2pt`"))
    }

    /// What may follow `\left`, as MathJax knows it.
    pub(super) fn delimiter(&mut self, place: &Range<usize>) -> Result<String, Lost> {
        self.skip_space();
        let start = self.at;
        let name = self.text[place.clone()].to_owned();
        let braces = !matches!(name.as_str(), "\\left" | "\\right" | "\\middle") && self.opens('{');
        self.skip_space();
        let from = self.at;
        match self.peek() {
            None => return self.missing(place),
            Some('\\') => {
                self.at += 1;
                self.name();
            }
            Some(c) => self.at += c.len_utf8(),
        }
        let mut token = self.text[from..self.at].to_owned();
        if let Some(known) = named_delimiter(&token) {
            self.replace(from..self.at, known);
            known.clone_into(&mut token);
        } else if let Some(meant) = token.strip_prefix('\\').and_then(table::meant)
            && let table::Remedy::Write(form) = meant.remedy
            && table::is_delimiter(form)
        {
            self.replace(from..self.at, form);
            form.clone_into(&mut token);
        }
        if !table::is_delimiter(&token) {
            let fault = Fault::error(start..self.at, format!("`{token}` is not a delimiter"));
            return self.lost(
                fault.help(format!("write one of `( ) [ ] \\{{ \\}} | \\| / \\langle \\rangle .` after `{name}`")),
            );
        }
        if braces && !self.opens('}') {
            return self.missing(place);
        }
        Ok(token)
    }

    /// The delimiter on one side, in braces, or nothing.
    fn side(&mut self, place: &Range<usize>) -> Result<String, Lost> {
        let start = self.at;
        let token = self.raw_argument(place)?.trim().to_owned();
        if !token.is_empty() && !table::is_delimiter(&token) {
            self.error(start..self.at, format!("`{token}` is not a delimiter"));
        }
        Ok(token)
    }

    /// Writes an equivalent of the command at `place`, which MathJax lacks.
    pub(super) fn write_instead(&mut self, meant: &Meant, form: &str, place: &Range<usize>) -> Result<(), Lost> {
        let form = form.replace('@', meant.name);
        let mut pieces = form.split('#').enumerate().map(|(index, piece)| piece.get(index.min(1)..).unwrap_or(""));
        if meant.signature.is_empty() {
            self.replace(place.clone(), form.clone());
            return Ok(());
        }
        let mut before = pieces.next().unwrap_or_default();
        self.replace(place.clone(), before);
        for kind in meant.signature.chars() {
            self.skip_space();
            let start = self.at;
            self.argument(kind, place)?;
            // Some tokens are valid arguments but not valid scripts.
            if before.ends_with(['^', '_']) && self.text[start..].starts_with(['\'', '’', '\\']) {
                self.insert(start, "{", true);
                self.insert(self.at, "}", false);
            }
            before = pieces.next().unwrap_or_default();
            self.insert(self.at, before, false);
        }
        Ok(())
    }
}

/// The length of the dimension at the start of `text`.
pub(super) fn dimension(text: &str) -> Option<usize> {
    const UNITS: [&str; 9] = ["em", "ex", "pt", "mu", "px", "in", "cm", "mm", "pc"];
    let signless = text.trim_start_matches(['+', '-']);
    let number = signless.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    let digits = &signless[..signless.len() - number.len()];
    let unit = number.trim_start();
    let known = UNITS.iter().any(|known| unit.starts_with(known));
    (known && digits.bytes().any(|byte| byte.is_ascii_digit())).then(|| text.len() - unit.len() + 2)
}

/// The command for a delimiter that MathJax knows only by its command.
fn named_delimiter(token: &str) -> Option<&'static str> {
    Some(match token {
        "⟨" | "〈" => "\\langle",
        "⟩" | "〉" => "\\rangle",
        "⌊" => "\\lfloor",
        "⌋" => "\\rfloor",
        "⌈" => "\\lceil",
        "⌉" => "\\rceil",
        "‖" | "∥" => "\\|",
        "∣" => "|",
        "↑" => "\\uparrow",
        "↓" => "\\downarrow",
        _ => return None,
    })
}
