//! Running text: characters, code, formulas, emphasis.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use super::{MOST_SLIPS, Reader, marks};
use crate::diag::{Code, Diagnostic};
use crate::markup::ast::Inline;
use crate::markup::{has_byte, script};

impl<'t> Reader<'t, '_> {
    pub(super) fn inline(&mut self, event: Event<'t>, range: Range<usize>, out: &mut Vec<Inline>) {
        self.seen.loose(&range);
        match event {
            Event::Text(text) => self.plain(&text, &range, out),
            Event::Code(text) => out.push(Inline::Code {
                text: self.original(&text, &range).into_owned(),
                span: self.map.span(range),
            }),
            Event::InlineMath(tex) => {
                out.extend(self.math(&tex, false, range).map(|math| Inline::Math(Box::new(math))));
            }
            Event::DisplayMath(tex) => {
                out.extend(self.math(&tex, true, range).map(|math| Inline::DisplayMath(Box::new(math))));
            }
            Event::SoftBreak => out.push(Inline::SoftBreak),
            Event::HardBreak => out.push(Inline::HardBreak),
            Event::Html(_) | Event::InlineHtml(_) => self.tag(range),
            Event::Start(tag) => self.span(tag, range, out),
            Event::FootnoteReference(label) => {
                let number = self.seen.footnote(&label);
                out.push(Inline::Footnote { number, span: self.map.span(range) });
            }
            Event::End(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn span(&mut self, tag: Tag<'t>, range: Range<usize>, out: &mut Vec<Inline>) {
        match tag {
            Tag::Strong => out.push(Inline::Strong(self.inlines())),
            Tag::Emphasis => out.push(Inline::Emphasis(self.inlines())),
            Tag::Link {
                link_type: LinkType::WikiLink { has_pothole },
                dest_url,
                ..
            } => {
                let content = self.inlines();
                self.reference(&dest_url, has_pothole.then_some(content), range, out);
            }
            Tag::Link { dest_url, title, id, .. } => {
                let content = self.inlines();
                self.seen.label(&id);
                self.title(&title, &range);
                self.link(&dest_url, content, range, out);
            }
            Tag::Image { dest_url, title, id, .. } => {
                let content = self.inlines();
                self.seen.label(&id);
                self.title(&title, &range);
                self.image(&dest_url, &content, range, out);
            }
            _ => out.extend(self.inlines()),
        }
    }

    /// The author's characters for a text that pulldown-cmark took from `range` of its input.
    pub(super) fn original<'a>(&'a self, text: &'a str, range: &Range<usize>) -> Cow<'a, str> {
        let (Some(given), Some(meant)) = (self.prepared.get(range.clone()), self.text.get(range.clone())) else {
            return Cow::Borrowed(text);
        };
        if given == meant {
            return Cow::Borrowed(text);
        }
        let at = given.find(text);
        Cow::Borrowed(at.and_then(|at| meant.get(at..at + text.len())).unwrap_or(text))
    }

    /// Joins adjacent text, which pulldown-cmark splits at every special character.
    fn plain(&mut self, text: &str, range: &Range<usize>, out: &mut Vec<Inline>) {
        // Text that isn't there letter by letter was written as an entity, and stands for itself.
        let verbatim = self.prepared.get(range.clone()) == Some(text);
        if !verbatim {
            let mut text = text.to_owned();
            text.retain(|c| !c.is_control() || matches!(c, '\n' | '\t'));
            return self.push(&text, self.apart(range), out);
        }
        // With this many slips in one text, the author will fix some of them first.
        if self.diagnostics.len() < MOST_SLIPS {
            self.look_for_lone_dollar(range);
            self.look_for_tex_delimiter(range);
            self.look_for_lost_footnote(range);
        }
        let mut from = range.start;
        for at in self.folded_spaces(range) {
            self.marked(from..at, out);
            out.push(Inline::SoftBreak);
            from = at + 1;
        }
        self.marked(from..range.end, out);
    }

    /// The spaces in `range` that were line breaks next to a script without spaces.
    fn folded_spaces(&self, range: &Range<usize>) -> Vec<usize> {
        let slice = &self.text[range.clone()];
        if slice.is_ascii() {
            return Vec::new();
        }
        let near = |c: Option<char>| c.is_some_and(script::joins_lines);
        let breaks = slice.match_indices(' ').map(|(at, _)| (at, range.start + at)).filter(|(at, place)| {
            let (before, after) = (slice[..*at].chars().next_back(), slice[at + 1..].chars().next());
            self.map.is_folded(*place) && (near(before) || near(after))
        });
        breaks.map(|(_, place)| place).collect()
    }

    /// Adds the author's characters at `range`, with delimiters as [`marks`] wants them.
    fn marked(&self, range: Range<usize>, out: &mut Vec<Inline>) {
        let slice = &self.text[range.clone()];
        // Control characters above U+007F begin with 0xC2.
        if !has_byte(slice, |byte| matches!(byte, b'^' | b'~' | b'=' | b'{'..=b'}' | 0xc2 | 0x7f | ..b' ')) {
            return self.push(slice, range, out);
        }
        let text = slice.char_indices().map(|(at, c)| {
            let place = range.start + at;
            match marks::delimiter(c) {
                Some(_) if marks::plain(c).is_some() => '\u{fffd}',
                Some(_) if c == '=' && !self.is_doubled(place) => c,
                Some(_) if self.is_escaped(place) && !(c == '|' && self.in_table) => c,
                Some(mark) => mark,
                None if marks::plain(c).is_some() => ' ',
                None => c,
            }
        });
        let text: String = text.collect();
        self.push(&text, range, out);
    }

    fn push(&self, text: &str, range: Range<usize>, out: &mut Vec<Inline>) {
        if text.is_empty() {
            return;
        }
        let span = self.map.span(range);
        match out.last_mut() {
            // A doubled brace must stay in one text to be recognised as the edge of a cloze, and an
            // escaped one must not become part of it.
            Some(Inline::Text { text: before, span: place }) if place.end == span.start => {
                before.push_str(text);
                place.end = span.end;
            }
            _ => out.push(Inline::text(text, span)),
        }
    }

    /// The place of an entity without its `&` and `;`. That way it touches no other text, so its
    /// character never becomes part of a delimiter.
    fn apart(&self, range: &Range<usize>) -> Range<usize> {
        let is_entity = self.text[range.clone()].starts_with('&') && self.text[..range.end].ends_with(';');
        if is_entity { range.start + 1..range.end - 1 } else { range.clone() }
    }

    fn is_doubled(&self, at: usize) -> bool {
        let all = self.text.as_bytes();
        all.get(at + 1) == Some(&b'=') || at.checked_sub(1).is_some_and(|before| all[before] == b'=')
    }

    /// Whether the character at `at` follows a backslash that isn't itself escaped.
    pub(super) fn is_escaped(&self, at: usize) -> bool {
        let before = self.text.as_bytes()[..at].iter().rev();
        before.take_while(|c| **c == b'\\').count() % 2 == 1
    }

    fn tag(&mut self, range: Range<usize>) {
        let closes = self.text.get(range.clone()).is_some_and(|tag| tag.starts_with("</"));
        if closes && self.tags_open > 0 {
            self.tags_open -= 1;
        } else {
            self.tags_open += usize::from(!closes);
            self.raw_html(range);
        }
    }

    pub(super) fn raw_html(&mut self, range: Range<usize>) {
        let slice = self.text.get(range.clone()).unwrap_or("");
        let first = slice.trim_end().lines().next().unwrap_or("").len();
        let place = self.map.span(range.start..range.start + first);
        let diagnostic = Diagnostic::error(Code::RAW_HTML, place, "raw HTML is not allowed")
            .label("a browser would interpret this")
            .help("use Markdown, or write `\\<` or `&lt;` for a less-than sign");
        self.diagnostics.push(diagnostic);
    }
}
