//! mhchem → LaTeX, for paper: formulas, charges, isotopes, reactions and units. It rejects what it
//! doesn't know, and paper then shows the source.

use std::fmt::Write as _;

/// The arrows of reactions, longest first, and the command for each.
const ARROWS: [(&str, &str); 8] = [
    ("<=>>", "xrightleftharpoons"),
    ("<<=>", "xrightleftharpoons"),
    ("<-->", "xrightleftharpoons"),
    ("<=>", "xrightleftharpoons"),
    ("<->", "xleftrightarrow"),
    ("->", "xrightarrow"),
    ("<-", "xleftarrow"),
    ("=", ""),
];

/// What `\ce{source}` or `\pu{source}` says, as LaTeX.
///
/// # Errors
/// If it contains something that cannot be converted.
pub(super) fn latex(name: &str, source: &str) -> Result<String, String> {
    let mut reader = Reader { rest: source, out: String::new(), depth: 0 };
    if name == "pu" {
        reader.quantity()?;
    } else {
        reader.reaction()?;
    }
    Ok(format!("{{{}}}", reader.out))
}

struct Reader<'s> {
    rest: &'s str,
    out: String,
    depth: usize,
}

type Read = Result<(), String>;

impl<'s> Reader<'s> {
    fn reaction(&mut self) -> Read {
        // Whether something that a digit, a charge or a script can belong to comes right before.
        let mut atom = false;
        let mut spaced = true;
        while let Some(c) = self.rest.chars().next() {
            if c.is_whitespace() {
                self.take(c.len_utf8());
                (atom, spaced) = (false, true);
                continue;
            }
            if self.arrow(spaced)? || self.precipitate(spaced) {
                (atom, spaced) = (false, true);
                continue;
            }
            match c {
                '0'..='9' if atom => self.subscript_number(),
                '0'..='9' => self.amount(),
                '^' | '_' => self.script(atom)?,
                '+' | '-' | '−' | '–' if atom => self.charge_or_bond(),
                '+' | '-' | '−' | '–' => {
                    self.take(c.len_utf8());
                    self.out.push_str(if c == '+' { " + " } else { " - " });
                }
                '=' => self.bond("{=}", 1),
                '#' => self.bond("{\\equiv}", 1),
                '*' | '.' if atom => self.bond("\\cdot ", 1),
                '{' => self.grouped()?,
                '$' => self.embedded()?,
                '\\' => self.command()?,
                '(' | '[' | ')' | ']' | '|' | ',' | ';' | ':' | '!' | '/' | '\'' => {
                    self.take(1);
                    self.out.push(c);
                }
                c if c.is_alphabetic() => self.letters(),
                _ => return Err(format!("`{c}` in `\\ce`")),
            }
            let amount = c.is_ascii_digit() && !atom;
            atom = !amount && !matches!(c, '(' | '[' | ',' | '=' | '#' | '*' | '.');
            spaced = false;
        }
        Ok(())
    }

    fn take(&mut self, bytes: usize) -> &'s str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'s str {
        let length = self.rest.len() - self.rest.trim_start_matches(fits).len();
        self.take(length)
    }

    /// An arrow with what goes above and below it.
    fn arrow(&mut self, spaced: bool) -> Result<bool, String> {
        let found = ARROWS.iter().find(|(sign, _)| self.rest.starts_with(sign));
        let Some((sign, command)) = found else { return Ok(false) };
        if command.is_empty() {
            let alone = spaced && self.rest[1..].starts_with(char::is_whitespace);
            if alone {
                self.take(1);
                self.out.push_str(" = ");
            }
            return Ok(alone);
        }
        self.take(sign.len());
        let (above, below) = (self.bracketed()?, self.bracketed()?);
        let above = if above.is_empty() { "\\ ".to_owned() } else { above };
        let _ = write!(self.out, "\\{command}[{below}]{{{above}}}");
        Ok(true)
    }

    /// The contents of brackets after an arrow, which are chemistry too.
    fn bracketed(&mut self) -> Result<String, String> {
        let Some(inside) = self.rest.strip_prefix('[') else { return Ok(String::new()) };
        let mut depth = 0_usize;
        let end = inside.char_indices().find(|(_, c)| {
            match c {
                '{' | '[' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                ']' if depth > 0 => depth -= 1,
                _ => {}
            }
            *c == ']' && depth == 0
        });
        let (end, _) = end.ok_or("an open bracket in `\\ce`")?;
        self.rest = &inside[end + 1..];
        self.nested(&inside[..end])
    }

    fn nested(&self, source: &str) -> Result<String, String> {
        if self.depth > 8 {
            return Err("such deep chemistry".to_owned());
        }
        let mut inner = Reader {
            rest: source,
            out: String::new(),
            depth: self.depth + 1,
        };
        inner.reaction()?;
        Ok(inner.out)
    }

    /// ` v ` and ` ^ `: a solid, a gas.
    fn precipitate(&mut self, spaced: bool) -> bool {
        let alone = |rest: &str| rest.is_empty() || rest.starts_with(char::is_whitespace);
        let sign = match self.rest.chars().next() {
            Some('v') if spaced && alone(&self.rest[1..]) => "\\downarrow ",
            Some('^') if spaced && alone(&self.rest[1..]) => "\\uparrow ",
            _ => return false,
        };
        if self.out.is_empty() {
            return false;
        }
        self.take(1);
        self.out.push_str(sign);
        true
    }

    fn subscript_number(&mut self) {
        let digits = self.take_while(|c| c.is_ascii_digit());
        let _ = write!(self.out, "_{{{digits}}}");
    }

    /// `2`, `1/2` or `0.5` before a formula.
    fn amount(&mut self) {
        let number = self.take_while(|c| c.is_ascii_digit() || c == '.');
        let below = self
            .rest
            .strip_prefix('/')
            .map(|rest| rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len());
        match below.filter(|digits| *digits > 0) {
            Some(digits) => {
                let below = &self.take(digits + 1)[1..];
                let _ = write!(self.out, "\\tfrac{{{number}}}{{{below}}}\\,");
            }
            None => {
                let _ = write!(self.out, "{number}\\,");
            }
        }
    }

    /// `^2-`, `^{2-}`, `_4`, `_{x}`; before an element, its numbers as an isotope.
    fn script(&mut self, atom: bool) -> Read {
        if !atom {
            self.out.push_str("{}");
        }
        let sign = self.take(1);
        let inside = if let Some(inside) = self.rest.strip_prefix('{') {
            let end = inside.find('}').ok_or("an open brace in `\\ce`")?;
            self.take(end + 2);
            let inside = &inside[..end];
            let letters = inside.chars().all(|c| c.is_ascii_uppercase());
            if letters { format!("\\mathrm{{{inside}}}") } else { Self::script_text(inside)? }
        } else {
            let minus = if self.rest.starts_with('-') { self.take(1) } else { "" };
            let digits = self.take_while(|c| c.is_ascii_digit());
            let first = if digits.is_empty() { self.take_while(|c| c.is_ascii_alphabetic()) } else { digits };
            let charge = if sign == "^" { self.take_while(|c| "+-−".contains(c)) } else { "" };
            let inside = format!("{minus}{first}{charge}");
            if inside.is_empty() {
                return Err(format!("`{sign}` in `\\ce`"));
            }
            Self::script_text(&inside)?
        };
        let _ = write!(self.out, "{sign}{{{inside}}}");
        Ok(())
    }

    fn script_text(inside: &str) -> Result<String, String> {
        let plain = |c: char| c.is_alphanumeric() || "+-−.,/() *".contains(c);
        match inside.strip_prefix('$').and_then(|inside| inside.strip_suffix('$')) {
            Some(math) => Ok(math.to_owned()),
            None if inside.chars().all(plain) => Ok(inside.replace('*', "\\ast ").replace(' ', "\\,")),
            None if inside.starts_with('\\') => Ok(inside.to_owned()),
            None => Err(format!("`{inside}` in `\\ce`")),
        }
    }

    /// `+` or `-` right after an atom: a charge at the end, a bond before another atom.
    fn charge_or_bond(&mut self) {
        let signs = self.take_while(|c| "+-−–".contains(c));
        let next = self.rest.chars().next();
        let bond = signs.chars().all(|c| c != '+') && next.is_some_and(|c| c.is_alphabetic() || "({[\\".contains(c));
        if bond {
            self.out.push_str("{-}");
        } else {
            let signs: String = signs.chars().map(|c| if c == '+' { '+' } else { '-' }).collect();
            let _ = write!(self.out, "^{{{signs}}}");
        }
    }

    fn bond(&mut self, sign: &str, length: usize) {
        self.take(length);
        self.out.push_str(sign);
    }

    fn letters(&mut self) {
        let word = self.take_while(char::is_alphabetic);
        let mut chars = word.chars();
        let lone = chars.next().filter(|c| c.is_lowercase() && chars.next().is_none());
        // A lone letter stands for a number.
        match lone {
            Some(letter) if !self.out.ends_with('(') => self.out.push(letter),
            Some(_) | None => {
                let _ = write!(self.out, "\\text{{{word}}}");
            }
        }
    }

    /// `{text}` verbatim.
    fn grouped(&mut self) -> Read {
        let inside = &self.rest[1..];
        let end = inside.find('}').ok_or("an open brace in `\\ce`")?;
        self.rest = &inside[end + 1..];
        if inside[..end].contains(['\\', '{', '$']) {
            return Err("braces in `\\ce`".to_owned());
        }
        let _ = write!(self.out, "\\text{{{}}}", &inside[..end]);
        Ok(())
    }

    fn embedded(&mut self) -> Read {
        let (math, rest) = self.rest[1..].split_once('$').ok_or("an open `$` in `\\ce`")?;
        self.rest = rest;
        let _ = write!(self.out, "{{{math}}}");
        Ok(())
    }

    fn command(&mut self) -> Read {
        self.take(1);
        let name = self.take_while(|c| c.is_ascii_alphabetic());
        if matches!(name, "bond" | "ca" | "mbox" | "text" | "color" | "textcolor" | "frac" | "overset" | "underset") {
            return Err(format!("`\\{name}` in `\\ce`"));
        }
        let name = if name.is_empty() { self.take(self.rest.chars().next().map_or(0, char::len_utf8)) } else { name };
        let _ = write!(self.out, "\\{name} ");
        Ok(())
    }

    /// A number with its unit.
    fn quantity(&mut self) -> Read {
        let number = self.take_while(|c| c.is_ascii_digit() || "+-.,()".contains(c));
        self.out.push_str(&number.replace(',', "{,}"));
        let exponent = self
            .rest
            .strip_prefix(['e', 'E'])
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
        if let Some(rest) = exponent.filter(|_| !number.is_empty()) {
            let sign = if self.rest.starts_with('e') { "\\cdot " } else { "\\times " };
            self.rest = rest;
            let power = self.take_while(|c| c.is_ascii_digit() || "+-".contains(c));
            let _ = write!(self.out, "{sign}10^{{{power}}}");
        }
        let unit = self.rest.trim();
        if !unit.is_empty() {
            self.out.push_str(if number.is_empty() { "" } else { "\\," });
            let written = match unit.split_once("//") {
                Some((above, below)) => format!("\\frac{{{}}}{{{}}}", units(above)?, units(below)?),
                None => units(unit)?,
            };
            self.out.push_str(&written);
        }
        Ok(())
    }
}

/// `kJ mol-1`, `m/s^2`, `%`.
fn units(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        let length = rest.len() - rest.trim_start_matches(char::is_alphabetic).len();
        if length > 0 {
            let _ = write!(out, "\\mathrm{{{}}}", &rest[..length]);
            rest = &rest[length..];
            let power = rest.trim_start_matches('^');
            let power = power.strip_prefix('{').unwrap_or(power);
            let digits = power.len() - power.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-').len();
            if digits > 0 {
                let _ = write!(out, "^{{{}}}", &power[..digits]);
                rest = power[digits..].trim_start_matches('}');
            }
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            ' ' => out.push_str("\\,"),
            '*' | '.' => out.push_str("\\cdot "),
            '/' => out.push('/'),
            '%' => out.push_str("\\%"),
            '°' | '(' | ')' => out.push(c),
            '\\' => {
                let name = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
                let _ = write!(out, "\\{} ", &rest[..name]);
                rest = &rest[name..];
            }
            _ => return Err(format!("`{c}` in `\\pu`")),
        }
    }
    Ok(out)
}
