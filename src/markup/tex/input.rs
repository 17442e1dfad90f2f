//! The characters of a formula, on a stack, each with the author's characters that it stands for.

use std::ops::Range;

use super::macros::{Definition, Macros};
use super::{Fault, MOST};

/// A character and the author's bytes that it stands for.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) c: char,
    pub(super) origin: Range<usize>,
}

/// The characters that are still to be read, last first.
pub(super) struct Input<'m> {
    rest: Vec<Item>,
    pub(super) macros: &'m mut Macros,
    pushed: usize,
}

impl<'m> Input<'m> {
    pub(super) fn new(tex: &str, macros: &'m mut Macros) -> Self {
        let items = tex.char_indices().map(|(at, c)| Item { c, origin: at..at + c.len_utf8() });
        let mut input = Self { rest: items.collect(), macros, pushed: 0 };
        input.rest.reverse();
        input
    }

    /// How many characters are left.
    pub(super) fn len(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn next(&mut self) -> Option<Item> {
        self.rest.pop()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest.last().map(|item| item.c)
    }

    pub(super) fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    /// The name after a backslash, and its place with the backslash.
    pub(super) fn name(&mut self, slash: &Item) -> (String, Range<usize>) {
        let (mut name, mut place) = (String::new(), slash.origin.clone());
        while let Some(c) = self.peek().filter(|c| name.is_empty() || c.is_ascii_alphabetic()) {
            let letter = c.is_ascii_alphabetic();
            if super::is_mark(c) {
                break;
            }
            name.push(c);
            let item = self.next();
            place.end = item.map_or(place.end, |item| item.origin.end.max(place.end));
            if !letter {
                break;
            }
        }
        (name, place)
    }

    /// Adds a space where the text before would run into a letter that follows.
    pub(super) fn part(&mut self, before: &[Item]) {
        if self.peek().is_some_and(|c| c.is_ascii_alphabetic()) && ends_in_word(before) {
            let origin = self.rest.last().map(|item| item.origin.clone()).unwrap_or_default();
            self.rest.push(Item { c: ' ', origin });
        }
    }

    pub(super) fn verbatim(&mut self, out: &mut Vec<Item>) {
        let Some(open) = self.next() else { return };
        let edge = open.c;
        out.push(open);
        while let Some(item) = self.next() {
            let ends = item.c == edge;
            out.push(item);
            if ends {
                break;
            }
        }
    }

    pub(super) fn environment(&mut self, begins: bool, place: &Range<usize>) -> Result<bool, Fault> {
        if self.macros.environments.is_empty() {
            return Ok(false);
        }
        let name = text(&self.peek_argument());
        let Some((begin, end)) = self.macros.environments.get(&name).cloned() else { return Ok(false) };
        self.argument();
        let definition = if begins { begin } else { Definition::new(0, None, end) };
        self.call(&definition, &format!("\\begin{{{name}}}"), place)?;
        Ok(true)
    }

    /// Reads the arguments of a macro and pushes what it stands for.
    pub(super) fn call(&mut self, definition: &Definition, name: &str, place: &Range<usize>) -> Result<(), Fault> {
        let mut body = &definition.body;
        if let Some(starred) = definition.starred.as_ref()
            && self.peek() == Some('*')
        {
            self.next();
            body = starred;
        }
        let mut arguments = Vec::new();
        if let Some(default) = &definition.default {
            let default = || default.chars().map(|c| Item { c, origin: place.clone() }).collect();
            arguments.push(self.bracketed().unwrap_or_else(default));
        }
        while arguments.len() < definition.arguments {
            let needed = definition.arguments;
            let missing = || Fault::error(place.clone(), format!("`{name}` takes {needed} {}", arguments_word(needed)));
            arguments.push(self.argument().ok_or_else(missing)?);
        }
        self.push(body, &arguments, place)
    }

    fn push(&mut self, body: &str, arguments: &[Vec<Item>], place: &Range<usize>) -> Result<(), Fault> {
        let mut made: Vec<Item> = Vec::new();
        let mut chars = body.chars().peekable();
        while let Some(c) = chars.next() {
            let number = chars.peek().and_then(|next| next.to_digit(10)).filter(|_| c == '#');
            if let Some(argument) = number.and_then(|number| arguments.get((number as usize).wrapping_sub(1))) {
                chars.next();
                if ends_in_word(&made) && argument.first().is_some_and(|item| item.c.is_ascii_alphabetic()) {
                    made.push(Item { c: ' ', origin: place.clone() });
                }
                made.extend(argument.iter().cloned());
            } else {
                if ends_in_word(&made) && c.is_ascii_alphabetic() && body_boundary(&made, place) {
                    made.push(Item { c: ' ', origin: place.clone() });
                }
                made.push(Item { c, origin: place.clone() });
            }
            if self.pushed + made.len() > MOST {
                let fault =
                    Fault::error(place.clone(), format!("its macros make this formula longer than {MOST} characters"));
                return Err(fault.help("a macro must not use itself"));
            }
        }
        self.pushed += made.len();
        self.part(&made);
        self.rest.extend(made.into_iter().rev());
        Ok(())
    }

    /// An argument: the contents of braces, a command or one character.
    pub(super) fn argument(&mut self) -> Option<Vec<Item>> {
        self.skip_space();
        let first = self.next()?;
        match first.c {
            '{' => self.until('}'),
            // A hidden part is an argument, including its edges.
            edge if super::is_mark(edge) => {
                let mut items = vec![first];
                loop {
                    let item = self.next()?;
                    let ends = super::is_mark(item.c);
                    items.push(item);
                    if ends {
                        return Some(items);
                    }
                }
            }
            '}' => {
                self.rest.push(first);
                None
            }
            '\\' => {
                let (name, place) = self.name(&first);
                let mut items = vec![first];
                items.extend(place_of(&name, &place));
                Some(items)
            }
            _ => Some(vec![first]),
        }
    }

    /// What [`Self::argument`] would read, if that is no longer than a name.
    pub(super) fn peek_argument(&mut self) -> Vec<Item> {
        const LONGEST: usize = 200;
        let before = self.rest.len().saturating_sub(LONGEST);
        let near = self.rest[before..].to_vec();
        let argument = self.argument().unwrap_or_default();
        self.rest.truncate(before);
        self.rest.extend(near);
        argument
    }

    /// The contents of brackets, if a bracket follows.
    pub(super) fn bracketed(&mut self) -> Option<Vec<Item>> {
        self.skip_space();
        if self.peek() != Some('[') {
            return None;
        }
        self.next();
        self.until(']')
    }

    /// Everything up to `end` outside braces, without it.
    fn until(&mut self, end: char) -> Option<Vec<Item>> {
        let (mut items, mut depth) = (Vec::new(), 0_usize);
        while let Some(item) = self.next() {
            match item.c {
                c if c == end && depth == 0 => return Some(items),
                '{' => depth += 1,
                '}' => depth = depth.checked_sub(1)?,
                '\\' => {
                    items.push(item);
                    items.extend(self.next());
                    continue;
                }
                _ => {}
            }
            items.push(item);
        }
        None
    }
}

/// The characters of `name`, all from `place`.
pub(super) fn place_of<'n>(name: &'n str, place: &'n Range<usize>) -> impl Iterator<Item = Item> + 'n {
    let escaped = place.start + 1;
    let exact = place.end - place.start == name.len() + 1;
    name.char_indices().map(move |(at, c)| {
        let start = escaped + at;
        let origin = if exact { start..start + c.len_utf8() } else { place.clone() };
        Item { c, origin }
    })
}

/// Whether `items` end in a command that a letter would lengthen.
fn ends_in_word(items: &[Item]) -> bool {
    let letters = items.iter().rev().take_while(|item| item.c.is_ascii_alphabetic()).count();
    let before = &items[..items.len() - letters];
    let slashes = before.iter().rev().take_while(|item| item.c == '\\').count();
    letters > 0 && slashes % 2 == 1
}

/// Whether the last of `made` came from an argument, so that a letter of the
/// body must not join it.
fn body_boundary(made: &[Item], place: &Range<usize>) -> bool {
    made.last().is_some_and(|item| item.origin != *place)
}

fn arguments_word(number: usize) -> &'static str {
    if number == 1 { "argument" } else { "arguments" }
}

/// The characters of `items`.
pub(super) fn text(items: &[Item]) -> String {
    items.iter().map(|item| item.c).collect()
}
