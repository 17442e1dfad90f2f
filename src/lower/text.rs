//! The author's texts → markup, with everything a text may refer to.

use super::Context;
use crate::content::{Example, Id, Markdown, Pairs, Point, Reference, Spanned, Title};
use crate::diag::Diagnostic;
use crate::markup::cloze;
use crate::markup::parse::{self, Resolver, Syntax};
use crate::markup::{Block, CodeBlock, Document, Inline, List, ListItem, Math};
use crate::source::{Span, TextMap};

impl Resolver for Context<'_> {
    fn title(&self, id: &str) -> Option<Vec<Inline>> {
        let (text, span) = self.index.title(id)?;
        let Some(span) = span else {
            return Some(vec![Inline::Code { text: text.to_owned(), span: self.project_start }]);
        };
        let map = TextMap::new(self.sources, span, text);
        // What is wrong with it is reported where the item itself is lowered.
        // A fact has no title but its text, and a link must not give the hidden parts away.
        let document = parse::document(text, Syntax::Cloze, &map, &Nothing, &mut Vec::new());
        Some(self.line(&cloze::blanked(&document), span))
    }

    fn renamed(&self, id: &str) -> Option<String> {
        self.index.renamed(id)
    }

    fn is_draft(&self, id: &str) -> bool {
        self.index.is_draft(id)
    }

    fn similar(&self, id: &str) -> Option<String> {
        self.index.similar(id)
    }

    fn media(&self, path: &str, span: Span) -> Option<String> {
        self.media.take(path, span)
    }

    fn similar_media(&self, path: &str) -> Option<String> {
        self.media.similar(path)
    }
}

/// A title leads nowhere itself, or two titles could lead to each other for ever.
struct Nothing;

impl Resolver for Nothing {
    fn title(&self, _: &str) -> Option<Vec<Inline>> {
        None
    }

    fn renamed(&self, _: &str) -> Option<String> {
        None
    }

    fn is_draft(&self, _: &str) -> bool {
        false
    }

    fn similar(&self, _: &str) -> Option<String> {
        None
    }

    fn media(&self, _: &str, _: Span) -> Option<String> {
        None
    }

    fn similar_media(&self, _: &str) -> Option<String> {
        None
    }
}

impl Context<'_> {
    /// A text of any length.
    pub(super) fn text(&self, text: &Markdown) -> Document {
        self.parse(&text.value.0, text.span, Syntax::Plain)
    }

    /// A text that may be left out.
    pub(super) fn optional(&self, text: Option<&Markdown>) -> Document {
        text.map(|text| self.text(text)).unwrap_or_default()
    }

    /// A sentence with hidden parts.
    pub(super) fn cloze(&self, text: &Markdown) -> Document {
        self.parse(&text.value.0, text.span, Syntax::Cloze)
    }

    fn parse(&self, text: &str, span: Span, syntax: Syntax) -> Document {
        let map = TextMap::new(self.sources, span, text);
        let mut found = Vec::new();
        let document = parse::document(text, syntax, &map, self, &mut found);
        self.report_all(found);
        document
    }

    /// A heading.
    pub(super) fn heading(&self, title: &Title) -> Vec<Inline> {
        let document = self.parse(&title.value.0, title.span, Syntax::Plain);
        self.line(&document, title.span)
    }

    /// The running text of a text that stands on one line.
    pub(super) fn one_line(&self, text: &Markdown) -> Vec<Inline> {
        let document = self.text(text);
        self.line(&document, text.span)
    }

    /// A line that Markdown takes for a list or a heading is the text it shows.
    fn line(&self, document: &Document, span: Span) -> Vec<Inline> {
        match document.as_inlines() {
            Some(content) => content.to_vec(),
            None => vec![Inline::text(self.sources.slice(span), span)],
        }
    }

    /// **label**: text.
    pub(super) fn point(&self, point: &Point) -> Document {
        let mut document = self.text(&point.value);
        if let Some(label) = &point.label {
            let parsed = self.parse(&label.value, label.span, Syntax::Plain);
            let label_text = self.line(&parsed, label.span);
            let mut start = vec![Inline::Strong(label_text), Inline::text(": ", label.span)];
            match document.blocks.first_mut() {
                Some(Block::Paragraph(content)) => {
                    start.append(content);
                    *content = start;
                }
                _ => document.blocks.insert(0, Block::Paragraph(start)),
            }
        }
        document
    }

    /// Points as a bullet list; nothing if there are none.
    pub(super) fn points(&self, points: &[Point]) -> Document {
        bullets(points.iter().map(|point| self.point(point)).collect())
    }

    /// Links to items, separated by dots.
    pub(super) fn links(&self, ids: &[Id]) -> Document {
        let mut content = Vec::new();
        for id in ids {
            if !content.is_empty() {
                content.push(Inline::text(" · ", id.span));
            }
            content.extend(self.link(id));
        }
        if content.is_empty() { Document::default() } else { Document::paragraph(content) }
    }

    /// A link to an item; one that does not exist is reported.
    pub(super) fn link(&self, id: &Id) -> Option<Inline> {
        let Some(content) = Resolver::title(self, &id.value.0) else {
            self.report(parse::dangling(&id.value.0, id.span, Some(id.span), self));
            return None;
        };
        let id = id.value.0.clone();
        Some(Inline::Reference { id, content })
    }

    /// Sources as a list.
    pub(super) fn references(&self, references: &[Reference]) -> Document {
        bullets(references.iter().map(|reference| self.reference(reference)).collect())
    }

    fn reference(&self, reference: &Reference) -> Document {
        let span = reference.title.span;
        let title = self.heading(&reference.title);
        let title = match &reference.url {
            Some(url) if url.value.starts_with("https://") || url.value.starts_with("http://") => {
                let (url, content) = (url.value.clone(), title);
                Inline::Link { url, content }
            }
            Some(url) => {
                let diagnostic =
                    Diagnostic::error("bad-link", url.span, format!("the source's address is `{}`", url.value))
                        .label("neither https nor http")
                        .help("give the whole address with https://, or leave it out");
                self.report(diagnostic);
                Inline::Emphasis(title)
            }
            None => Inline::Emphasis(title),
        };
        let mut content = Vec::new();
        if let Some(authors) = &reference.authors {
            content.push(Inline::text(format!("{authors}: "), span));
        }
        content.push(title);
        if let Some(year) = reference.year {
            content.push(Inline::text(format!(", {year}"), span));
        }
        if let Some(note) = &reference.note {
            content.push(Inline::text(". ", span));
            content.extend(self.one_line(note));
        }
        Document::paragraph(content)
    }

    /// Code set apart.
    pub(super) fn code(lang: &str, code: &Markdown) -> Block {
        Block::Code(CodeBlock {
            lang: lang.to_owned(),
            text: code.value.0.trim_end().to_owned(),
            span: code.span,
        })
    }

    /// Code at work: the data, then what comes of it.
    pub(super) fn example(lang: &str, example: Option<&Example>) -> Document {
        let Some(example) = example else { return Document::default() };
        let span = example.output.span;
        let words = |text: &str| Inline::text(text, span);
        let mut blocks = Vec::new();
        if let Some(setup) = &example.setup {
            blocks.extend([Block::Paragraph(vec![words("Given:")]), Self::code(lang, setup)]);
        }
        let outcome = match &example.show {
            Some(show) => {
                let shown = Inline::Code { text: show.value.0.clone(), span: show.span };
                vec![words("The value of "), shown, words(":")]
            }
            None => vec![words("It gives:")],
        };
        blocks.extend([Block::Paragraph(outcome), Self::code("text", &example.output)]);
        under("Example", Document { blocks }, span)
    }

    /// A formula set apart.
    pub(super) fn formula(&self, tex: &Markdown) -> Math {
        self.math(&tex.value.0, tex.span, true)
    }

    fn math(&self, tex: &str, span: Span, display: bool) -> Math {
        let map = TextMap::new(self.sources, span, tex);
        let mut found = Vec::new();
        let mathml = parse::formula(tex, display, span, |range| map.span(range), &mut found);
        self.report_all(found);
        let tex = tex.trim().to_owned();
        Math { tex, mathml, span }
    }

    /// What the symbols of a formula mean.
    pub(super) fn symbols(&self, pairs: &Pairs) -> Document {
        let entry = |(symbol, meaning): &(Spanned<String>, Markdown)| {
            let math = self.math(&symbol.value, symbol.span, false);
            let mut content = vec![Inline::Math(math), Inline::text(": ", symbol.span)];
            content.extend(self.one_line(meaning));
            Document::paragraph(content)
        };
        bullets(pairs.0.iter().map(entry).collect())
    }
}

/// A tight bullet list; nothing if there are no items.
pub(super) fn bullets(items: Vec<Document>) -> Document {
    list(items, None)
}

/// A tight numbered list; nothing if there are no items.
pub(super) fn numbered(items: Vec<Document>) -> Document {
    list(items, Some(1))
}

fn list(items: Vec<Document>, start: Option<u64>) -> Document {
    if items.is_empty() {
        return Document::default();
    }
    let item = |document: Document| ListItem { task: None, blocks: document.blocks };
    let items = items.into_iter().map(item).collect();
    let list = List { start, tight: true, items };
    Document { blocks: vec![Block::List(list)] }
}

/// Documents one after the other.
pub(super) fn joined(documents: impl IntoIterator<Item = Document>) -> Document {
    Document {
        blocks: documents.into_iter().flat_map(|document| document.blocks).collect(),
    }
}

/// A document under a small heading; nothing if it is empty.
pub(super) fn under(heading: &str, document: Document, span: Span) -> Document {
    if document.is_empty() {
        return document;
    }
    let title = Block::Paragraph(vec![Inline::Strong(vec![Inline::text(heading, span)])]);
    let mut blocks = vec![title];
    blocks.extend(document.blocks);
    Document { blocks }
}
