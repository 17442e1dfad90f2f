//! Expands macros, on a stack of characters that each know which of the
//! author's characters they stand for.

use std::borrow::Cow;
use std::ops::Range;

use super::input::{Input, Item, place_of};
use super::macros::Macros;
use super::{Fault, define, name_of};

/// A formula without macros, with a map back to the author's characters.
#[derive(Debug)]
pub(super) struct Expanded<'t> {
    pub(super) text: Cow<'t, str>,
    /// Where each character of `text` begins and what it stands for; empty if nothing was expanded.
    origins: Vec<(usize, Range<usize>)>,
}

impl Expanded<'_> {
    /// What the author wrote for `range`.
    pub(super) fn origin(&self, range: &Range<usize>) -> Range<usize> {
        if self.origins.is_empty() {
            return range.clone();
        }
        let at = |byte: usize| {
            let after = self.origins.partition_point(|(start, _)| *start <= byte);
            self.origins[after.saturating_sub(1)].1.clone()
        };
        let (first, last) = (at(range.start), at(range.end.max(range.start + 1) - 1));
        first.start..last.end.max(first.end)
    }
}

pub(super) fn all<'t>(tex: &'t str, macros: &mut Macros) -> Result<Expanded<'t>, Fault> {
    if !may_change(tex, macros) {
        return Ok(Expanded { text: Cow::Borrowed(tex), origins: Vec::new() });
    }
    let mut input = Input::new(tex, macros);
    let mut out: Vec<Item> = Vec::with_capacity(input.len());
    let mut changed = false;
    while let Some(item) = input.next() {
        match item.c {
            '\\' => {
                let (name, place) = input.name(&item);
                if replace(&mut input, &name, &place)? {
                    changed = true;
                    input.part(&out);
                    continue;
                }
                out.push(item);
                out.extend(place_of(&name, &place));
                if name == "verb" {
                    input.verbatim(&mut out);
                }
            }
            '%' => {
                out.push(item);
                while let Some(next) = input.next() {
                    let ends = next.c == '\n';
                    out.push(next);
                    if ends {
                        break;
                    }
                }
            }
            _ => out.push(item),
        }
    }
    let text = Cow::Owned(out.iter().map(|item| item.c).collect());
    let starts = out.iter().scan(0, |at, item| {
        let start = *at;
        *at += item.c.len_utf8();
        Some((start, item.origin.clone()))
    });
    Ok(Expanded {
        text,
        origins: if changed { starts.collect() } else { Vec::new() },
    })
}

/// Whether `tex` may use or define a macro. It treats every backslash as the start of a command,
/// even in comments and `\verb`.
fn may_change(tex: &str, macros: &Macros) -> bool {
    tex.match_indices('\\').any(|(slash, _)| {
        let name = name_of(&tex[slash + 1..]);
        define::defines(name) || macros.stands_for(name)
    })
}

/// Replaces the command `name`, which was just read, or handles what
/// it defines; returns whether it did.
fn replace(input: &mut Input<'_>, name: &str, place: &Range<usize>) -> Result<bool, Fault> {
    if define::command(input, name, place)? {
        return Ok(true);
    }
    if name == "begin" || name == "end" {
        return input.environment(name == "begin", place);
    }
    let Some(definition) = input.macros.commands.get(name).cloned() else { return Ok(false) };
    input.call(&definition, &format!("\\{name}"), place)?;
    Ok(true)
}
