//! Anki's template language (Anki manual, "Card Generation" and "Field Replacements"; `template.rs`
//! in Anki's own library): fields with filters, sections and their inverse. This module finds out
//! which cards a note has, and lets outputs without templates show a card's two sides.

use std::ops::Range;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Text as it is, including HTML comments.
    Text(String),
    /// `{{filter:Field}}`.
    Field {
        /// Its filters, the outermost first.
        filters: Vec<String>,
        /// The field's name.
        name: String,
        /// Where it is in the template, in bytes, including the braces.
        at: Range<usize>,
    },
    /// `{{#Field}}…{{/Field}}`, or `{{^Field}}…{{/Field}}`.
    Section {
        /// Whether it shows if the field is empty.
        negated: bool,
        /// The field's name.
        name: String,
        /// Where its first tag is in the template, in bytes, including the braces.
        at: Range<usize>,
        /// What it shows.
        inner: Vec<Node>,
    },
}

/// Something in a template that Anki rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it is in the template, in bytes.
    pub at: Range<usize>,
    /// What it is.
    pub what: Wrong,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// `{{` without `}}`.
    OpenTag,
    /// `{{}}`.
    EmptyTag,
    /// A section of this field has no end.
    OpenSection(String),
    /// The end of a section of this field that no tag begins.
    StrayEnd(String),
    /// A section of the first field ends with the name of the second.
    WrongEnd(String, String),
}

/// Parses a template. Whatever is wrong with it is left out of the nodes.
#[must_use]
pub fn parse(text: &str) -> (Vec<Node>, Vec<Mistake>) {
    let mut reader = Reader {
        text,
        at: 0,
        comment: Next::default(),
        tag: Next::default(),
        mistakes: Vec::new(),
    };
    let mut nodes = Vec::new();
    while let Some((name, at)) = reader.nodes(&mut nodes, 0) {
        reader.mistakes.push(Mistake { at, what: Wrong::StrayEnd(name) });
    }
    (nodes, reader.mistakes)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    comment: Next,
    tag: Next,
    mistakes: Vec<Mistake>,
}

/// Where a mark occurs next, so that no part of a text is searched twice.
#[derive(Default)]
enum Next {
    #[default]
    Unknown,
    At(usize),
    Nowhere,
}

impl Next {
    fn find(&mut self, text: &str, from: usize, mark: &str) -> Option<usize> {
        if let Self::Nowhere = self {
            return None;
        }
        if let Self::At(at) = self
            && *at >= from
        {
            return Some(*at);
        }
        *self = text[from..].find(mark).map_or(Self::Nowhere, |at| Self::At(from + at));
        if let Self::At(at) = self { Some(*at) } else { None }
    }
}

/// Sections nest no deeper than this.
const DEPTH: usize = 50;

impl Reader<'_> {
    /// Reads up to the end of a section, and returns its name and place, or up to the end of the text.
    fn nodes(&mut self, nodes: &mut Vec<Node>, depth: usize) -> Option<(String, Range<usize>)> {
        loop {
            let comment = self.comment.find(self.text, self.at, "<!--");
            let tag = self.tag.find(self.text, self.at, "{{");
            match (comment, tag) {
                (Some(start), tag) if tag.is_none_or(|tag| start < tag) => {
                    let end = self.text[start..].find("-->").map_or(self.text.len(), |end| start + end + 3);
                    self.text(nodes, end);
                }
                (_, Some(start)) => {
                    self.text(nodes, start);
                    let Some(end) = self.text[start..].find("}}") else {
                        self.mistakes.push(Mistake { at: start..start + 2, what: Wrong::OpenTag });
                        self.text(nodes, self.text.len());
                        return None;
                    };
                    let inner = self.text[start + 2..start + end].trim();
                    self.at = start + end + 2;
                    if let Some(closed) = self.tag(inner, start..self.at, nodes, depth) {
                        return Some(closed);
                    }
                }
                (_, None) => {
                    self.text(nodes, self.text.len());
                    return None;
                }
            }
        }
    }

    /// Takes what stands before `end` as text.
    fn text(&mut self, nodes: &mut Vec<Node>, end: usize) {
        let text = &self.text[self.at..end];
        self.at = end;
        match nodes.last_mut() {
            _ if text.is_empty() => {}
            Some(Node::Text(before)) => before.push_str(text),
            _ => nodes.push(Node::Text(text.to_owned())),
        }
    }

    fn tag(
        &mut self,
        inner: &str,
        at: Range<usize>,
        nodes: &mut Vec<Node>,
        depth: usize,
    ) -> Option<(String, Range<usize>)> {
        let mut chars = inner.chars();
        match chars.next() {
            None => self.mistakes.push(Mistake { at, what: Wrong::EmptyTag }),
            Some('/') => return Some((chars.as_str().trim().to_owned(), at)),
            Some(mark @ ('#' | '^')) if depth < DEPTH => {
                let name = chars.as_str().trim().to_owned();
                let mut inner = Vec::new();
                match self.nodes(&mut inner, depth + 1) {
                    Some((end, place)) if end != name => {
                        self.mistakes.push(Mistake {
                            at: place,
                            what: Wrong::WrongEnd(name.clone(), end),
                        });
                    }
                    Some(_) => {}
                    None => self.mistakes.push(Mistake {
                        at: at.clone(),
                        what: Wrong::OpenSection(name.clone()),
                    }),
                }
                nodes.push(Node::Section { negated: mark == '^', name, at, inner });
            }
            Some(_) => {
                // Anki treats spaces inside as part of the name.
                let mut parts: Vec<String> = inner.split(':').map(str::to_owned).collect();
                let name = parts.pop().unwrap_or_default();
                nodes.push(Node::Field { filters: parts, name, at });
            }
        }
        None
    }
}

/// Whether a card has this front: whether it shows a field that `is_filled`. Text alone doesn't
/// make a card, and neither does what Anki itself fills in, such as the name of the deck.
pub fn asks(nodes: &[Node], is_filled: &impl Fn(&str) -> bool) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(_) => false,
        Node::Field { name, .. } => is_filled(name),
        Node::Section { negated, name, inner, .. } => is_filled(name) != *negated && asks(inner, is_filled),
    })
}

/// Fills in a template; `field` gives a field's value by name. Names that it doesn't know become
/// empty, as do fields to type or to hear; other filters are ignored. Two adjacent tags get
/// `between` between them.
pub fn fill<'a>(nodes: &[Node], between: &str, field: &impl Fn(&str) -> Option<&'a str>, out: &mut String) {
    let mut after_tag = false;
    for node in nodes {
        let is_tag = !matches!(node, Node::Text(_));
        if is_tag && after_tag {
            out.push_str(between);
        }
        after_tag = is_tag;
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Field { filters, name, .. } => {
                let is_shown = !filters.iter().any(|filter| filter == "type" || filter.starts_with("tts"));
                let value = field(name).filter(|_| is_shown).unwrap_or("");
                match filters.iter().find_map(|filter| Reading::of(filter)) {
                    Some(reading) => out.push_str(&reading.of_text(value)),
                    None => out.push_str(value),
                }
            }
            Node::Section { negated, name, inner, .. } => {
                if field(name).unwrap_or("").is_empty() != *negated {
                    continue;
                }
                let ends = |node: Option<&Node>| if matches!(node, Some(Node::Text(_)) | None) { "" } else { between };
                out.push_str(ends(inner.first()));
                fill(inner, between, field, out);
                out.push_str(ends(inner.last()));
            }
        }
    }
}

/// What Anki's filters for Japanese leave of ` 食[た]べる` (`furigana.rs` in Anki's own library).
#[derive(Clone, Copy)]
enum Reading {
    Kanji,
    Kana,
}

impl Reading {
    fn of(filter: &str) -> Option<Self> {
        match filter {
            "kanji" => Some(Self::Kanji),
            "kana" => Some(Self::Kana),
            _ => None,
        }
    }

    fn of_text(self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('[') {
            let Some((reading, tail)) = after.split_once(']') else { break };
            // The word with the reading begins after the last space or tag.
            let start = before.rfind([' ', '>']).map_or(0, |at| at + 1);
            let (lead, word) = before.split_at(start);
            rest = tail;
            if reading.starts_with("sound:") || word.is_empty() {
                out.push_str(before);
                out.push('[');
                out.push_str(reading);
                out.push(']');
                continue;
            }
            out.push_str(lead.strip_suffix(' ').unwrap_or(lead));
            out.push_str(if matches!(self, Self::Kanji) { word } else { reading });
        }
        out + rest
    }
}

/// Visits every field that a template names, with its filters and place; `true` for sections.
pub fn names<'n>(nodes: &'n [Node], visit: &mut impl FnMut(&'n [String], &'n str, &'n Range<usize>, bool)) {
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Field { filters, name, at } => visit(filters, name, at, false),
            Node::Section { name, at, inner, .. } => {
                visit(&[], name, at, true);
                names(inner, visit);
            }
        }
    }
}

/// The fields that a template shows with `{{cloze:Field}}`.
#[must_use]
pub fn clozed(nodes: &[Node]) -> Vec<&str> {
    let mut found = Vec::new();
    names(nodes, &mut |filters, name, _, _| {
        if filters.iter().any(|filter| filter == "cloze") && !found.contains(&name) {
            found.push(name);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_show_with_their_field() {
        let field = |name: &str| match name {
            "A" => Some("one"),
            "B" => Some(""),
            _ => None,
        };
        let (nodes, mistakes) = parse(
            "{{A}}|{{#A}}[{{cloze:A}}]{{/A}}|{{#B}}no{{/B}}|{{^B}}yes{{^A}}no{{/A}}{{/B}}|{{FrontSide}}<!-- {{A}} -->",
        );
        assert_eq!(mistakes, []);
        let mut out = String::new();
        fill(&nodes, "", &field, &mut out);
        assert_eq!(out, "one|[one]||yes|<!-- {{A}} -->");
    }

    #[test]
    fn a_reading_is_left_out_or_alone() {
        let text = " 毎朝[まいあさ] 早[はや]く <b>起[お]きる</b> [sound:a.mp3]";
        assert_eq!(Reading::Kanji.of_text(text), "毎朝早く <b>起きる</b> [sound:a.mp3]");
        assert_eq!(Reading::Kana.of_text(text), "まいあさはやく <b>おきる</b> [sound:a.mp3]");
        assert_eq!(Reading::Kana.of_text("a [b"), "a [b");
    }

    #[test]
    fn a_card_needs_a_field_on_its_front() {
        let asks = |front: &str, filled: &str| super::asks(&parse(front).0, &|name| filled.contains(name));
        assert!(asks("{{A}}", "A") && !asks("{{A}}", "B") && !asks("words {{Deck}}", "A"));
        assert!(asks("{{#A}}{{B}}{{/A}}", "AB") && !asks("{{#A}}{{B}}{{/A}}", "A") && !asks("{{#A}}{{B}}{{/A}}", "B"));
        assert!(asks("{{^A}}{{B}}{{/A}}", "B") && !asks("{{^A}}{{B}}{{/A}}", "AB"));
    }

    #[test]
    fn what_anki_rejects_is_told() {
        let wrong = |text: &str| parse(text).1.into_iter().map(|mistake| mistake.what).collect::<Vec<_>>();
        let named = str::to_owned;
        assert_eq!(wrong("a {{b"), [Wrong::OpenTag]);
        assert_eq!(wrong("{{ }}"), [Wrong::EmptyTag]);
        assert_eq!(wrong("{{#A}} b"), [Wrong::OpenSection(named("A"))]);
        assert_eq!(wrong("a {{/A}} b {{/C}}"), [Wrong::StrayEnd(named("A")), Wrong::StrayEnd(named("C"))]);
        assert_eq!(wrong("{{#A}} b {{/B}}"), [Wrong::WrongEnd(named("A"), named("B"))]);
        let deep = "{{#A}}".repeat(10_000);
        assert!(!wrong(&deep).is_empty());
    }
}
