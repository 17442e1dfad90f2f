//! The author's texts → markup, with everything that a text may refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Context, folded};
use crate::content::{Example, Id, Lang, Markdown, Pairs, Point, Reference, Spanned, Title};
pub(super) use crate::deck::led;
use crate::deck::{has_words, under};
use crate::diag::{Code, Diagnostic, Sink};
use crate::markup::parse::{self, Form, Media, Resolver, Syntax};
use crate::markup::shorten::shortened;
use crate::markup::tex::{self, Macros};
use crate::markup::{Block, CodeBlock, Document, Inline, List, ListItem, Math};
use crate::markup::{cloze, highlight, plain, walk};
use crate::source::{ScalarStyle, Span, TextMap};
use crate::words::{Part, Word, parts};

/// The text of a link to an item has at most this many characters.
const LONGEST_LINK: usize = 200;

impl Resolver for Context<'_> {
    fn title(&self, id: &str) -> Option<Vec<Inline>> {
        if let Some(title) = self.found.titles.borrow().get(id) {
            return Some(title.clone());
        }
        let title = shortened(self.words_for(id)?, LONGEST_LINK);
        self.found.titles.borrow_mut().insert(id.to_owned(), title.clone());
        Some(title)
    }

    fn renamed(&self, id: &str) -> Option<String> {
        self.shared.index.renamed(id)
    }

    fn is_draft(&self, id: &str) -> bool {
        self.shared.index.is_draft(id)
    }

    fn similar(&self, id: &str) -> Option<String> {
        self.shared.similar(id)
    }

    fn media(&self, path: &str, span: Span) -> Option<Media> {
        self.found.media.take(&self.shared.media, path, span)
    }

    fn similar_media(&self, path: &str) -> Option<String> {
        self.shared.media.similar(path)
    }

    fn language(&self) -> &str {
        self.language
    }

    fn macros(&self) -> &Macros {
        &self.shared.macros
    }
}

impl Context<'_> {
    /// The title of the item `id`, if there is one.
    fn words_for(&self, id: &str) -> Option<Vec<Inline>> {
        let title = self.shared.index.title(id)?;
        let Some(place) = title.place else {
            return Some(vec![Inline::Code {
                text: title.text.to_owned(),
                span: self.shared.project_start,
            }]);
        };
        // Mistakes in it are reported when the item itself is lowered.
        let nowhere = &mut Sink::new();
        let map = TextMap::new(self.shared.sources, place.span, place.style, title.text);
        if place.form == Form::Line {
            return Some(one_line(title.text, &map, &self.nothing(id), nowhere));
        }
        // A fact has only its text as a title, and a link must not give the clozes away.
        let as_sentence = (Form::Blocks, Syntax::Cloze);
        let document = parse::document(title.text, as_sentence, &map, &self.nothing(id), nowhere);
        Some(words_of(&cloze::blanked(&document), place.span))
    }
}

/// Links in a title are not resolved, or two titles could refer to each other for ever.
struct Nothing<'a> {
    language: &'a str,
    macros: &'a Macros,
}

impl Resolver for Nothing<'_> {
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

    fn media(&self, _: &str, _: Span) -> Option<Media> {
        None
    }

    fn similar_media(&self, _: &str) -> Option<String> {
        None
    }

    fn language(&self) -> &str {
        self.language
    }

    fn macros(&self) -> &Macros {
        self.macros
    }
}

impl Context<'_> {
    /// The resolver for the title of the item `id`.
    fn nothing(&self, id: &str) -> Nothing<'_> {
        Nothing {
            language: self.shared.language_of(id),
            macros: &self.shared.macros,
        }
    }

    /// A text of any length.
    pub(super) fn text(&self, text: &Markdown) -> Document {
        self.parse(text, Syntax::Plain)
    }

    /// A text that the author may leave out.
    pub(super) fn optional(&self, text: Option<&Markdown>) -> Document {
        text.map(|text| self.text(text)).unwrap_or_default()
    }

    /// A sentence with clozes.
    pub(super) fn cloze(&self, text: &Markdown) -> Document {
        self.parse(text, Syntax::Cloze)
    }

    fn parse(&self, text: &Markdown, syntax: Syntax) -> Document {
        let (value, span) = (text.value.0.as_str(), text.span);
        let map = TextMap::new(self.shared.sources, span, text.style, value);
        let mut found: Sink = folded::joined_lines(self.shared.sources, text).into_iter().collect();
        let document = parse::document(value, (Form::Blocks, syntax), &map, self, &mut found);
        if found.is_empty() && !value.trim().is_empty() && walk::shows_nothing(&document) {
            let diagnostic = Diagnostic::error(Code::EMPTY_TEXT, span, "this text would show nothing")
                .label("only Markdown markup")
                .help("put a backslash before characters that should appear literally");
            found.push(diagnostic);
        }
        self.report_all(found);
        document
    }

    /// A heading.
    pub(super) fn heading(&self, title: &Title) -> Vec<Inline> {
        self.line(&title.value.0, title.span, title.style)
    }

    /// A text that must fit on one line, where list and heading markers are literal text.
    pub(super) fn line(&self, text: &str, span: Span, style: ScalarStyle) -> Vec<Inline> {
        let map = TextMap::new(self.shared.sources, span, style, text);
        let mut found = Sink::new();
        let content = one_line(text, &map, self, &mut found);
        self.report_all(found);
        content
    }

    /// A point: **label**: text.
    pub(super) fn point(&self, point: &Point) -> Document {
        self.labelled(point, self.text(&point.value))
    }

    /// A point with clozes.
    pub(super) fn clozed_point(&self, point: &Point) -> Document {
        self.labelled(point, self.cloze(&point.value))
    }

    fn labelled(&self, point: &Point, document: Document) -> Document {
        let Some(label) = &point.label else { return document };
        let label_text = self.line(&label.value, label.span, label.style);
        led(self.label(vec![Inline::Strong(label_text)], label.span), document)
    }

    /// Points as a bullet list; empty if there are none.
    pub(super) fn points(&self, points: &[Point]) -> Document {
        bullets(points.iter().map(|point| self.point(point)).collect())
    }

    /// Links to items, separated by dots.
    pub(super) fn links(&self, ids: &[Id]) -> Document {
        let mut content = Vec::new();
        for id in self.single(ids) {
            if !content.is_empty() {
                content.push(Inline::text(" · ", id.span));
            }
            content.extend(self.link(id));
        }
        if content.is_empty() { Document::default() } else { Document::paragraph(content) }
    }

    /// `ids`, each once; duplicates are reported.
    pub(super) fn single<'i>(&self, ids: &'i [Id]) -> Vec<&'i Id> {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        let mut told = BTreeSet::new();
        let mut single = Vec::new();
        for id in ids {
            let name = id.value.0.as_str();
            let Some(place) = first.get(name) else {
                first.insert(name, id.span);
                single.push(id);
                continue;
            };
            if told.insert(name) {
                let diagnostic = Diagnostic::warning(
                    Code::DOUBLED_REFERENCE,
                    id.span,
                    format!("`{name}` appears twice in this list"),
                )
                .label("it is shown only once")
                .also(*place, "first one")
                .help("remove one of them");
                self.report(diagnostic);
            }
        }
        single
    }

    /// A link to an item; a link to a missing item is reported.
    pub(super) fn link(&self, id: &Id) -> Option<Inline> {
        let Some(content) = Resolver::title(self, &id.value.0) else {
            let (diagnostic, meant) = parse::dangling(&id.value.0, id.span, self);
            let map = TextMap::new(self.shared.sources, id.span, id.style, &id.value.0);
            let edit = meant.and_then(|(meant, certain)| Some((map.edit(0..id.value.0.len(), &meant)?, certain)));
            self.report(match edit {
                Some(((span, text), certain)) => diagnostic.edit(span, text, certain),
                None => diagnostic,
            });
            return None;
        };
        let id = id.value.0.clone();
        Some(Inline::Reference { id, content })
    }

    /// References as a list.
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
                let diagnostic = Diagnostic::error(
                    Code::BAD_LINK,
                    url.span,
                    format!("the address of this source is `{}`", url.value),
                )
                .label("neither https nor http")
                .help("give the full address, starting with https://, or leave it out");
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
        let Some(note) = &reference.note else { return Document::paragraph(content) };
        content.push(Inline::text(". ", span));
        led(content, self.text(note))
    }

    /// The language of code, which must be known to the highlighter.
    pub(super) fn lang<'l>(&self, lang: &'l Lang) -> &'l str {
        let name = lang.value.0.trim();
        if !highlight::is_known(name) {
            let message = format!("unknown language `{name}`");
            let diagnostic = Diagnostic::error(Code::UNKNOWN_LANGUAGE, lang.span, message);
            let help = "use a language that code fences accept, such as `python`, `sql`, `java` or `cpp`; `text` turns highlighting off";
            let diagnostic = diagnostic.help(help);
            self.report(diagnostic.meant(lang.span, highlight::similar(name), "code in it would not be highlighted"));
        }
        name
    }

    /// A code block.
    pub(super) fn code(&self, lang: &str, code: &Markdown) -> Block {
        let text = code.value.0.trim_end();
        let map = TextMap::new(self.shared.sources, code.span, code.style, &code.value.0);
        self.report_all(parse::plain_code(lang, text, text, code.span, |line| map.span(line)));
        Block::Code(CodeBlock {
            lang: lang.to_owned(),
            text: text.to_owned(),
            span: code.span,
            hidden: Vec::new(),
        })
    }

    /// An example of code: the data, then the result.
    pub(super) fn example(&self, lang: &str, example: Option<&Example>) -> Document {
        let Some(example) = example else { return Document::default() };
        let span = example.output.span;
        let mut blocks = Vec::new();
        if let Some(setup) = &example.setup {
            let given = Inline::text(self.word(Word::Given), span);
            blocks.extend([Block::Paragraph(vec![given]), self.code(lang, setup)]);
        }
        let outcome = match &example.show {
            Some(show) => {
                let part = |part| match part {
                    Part::Text(text) => Inline::text(text, span),
                    Part::Place(_) => Inline::Code { text: show.value.0.clone(), span: show.span },
                };
                parts(self.word(Word::ValueOf)).map(part).collect()
            }
            None => vec![Inline::text(self.word(Word::Gives), span)],
        };
        blocks.extend([Block::Paragraph(outcome), self.code("text", &example.output)]);
        self.under(Word::Example, Document { blocks }, span)
    }

    /// A document under a small heading; empty if the document is.
    pub(super) fn under(&self, heading: Word, document: Document, span: Span) -> Document {
        under(self.word(heading), document, span)
    }

    /// A displayed formula.
    pub(super) fn formula(&self, tex: &Markdown) -> Math {
        self.math(&tex.value.0, tex.span, tex.style, true)
    }

    fn math(&self, tex: &str, span: Span, style: ScalarStyle, display: bool) -> Math {
        let map = TextMap::new(self.shared.sources, span, style, tex);
        let mut found = Sink::new();
        let mut macros = self.shared.macros.clone();
        let locate = |range: Range<usize>| map.span(range);
        let math = parse::formula(tex, display, span, &mut macros, locate, &mut found);
        self.report_all(found);
        math.map_or_else(|| Math::new("", "", span), |math| Math { tex: tex::trimmed(&math.tex).to_owned(), ..math })
    }

    /// An explanation of the symbols in a formula.
    pub(super) fn symbols(&self, pairs: &Pairs) -> Document {
        let entry = |(symbol, meaning): &(Spanned<String>, Markdown)| {
            let math = self.math(&symbol.value, symbol.span, symbol.style, false);
            led(self.label(vec![Inline::Math(Box::new(math))], symbol.span), self.text(meaning))
        };
        bullets(pairs.0.iter().map(entry).collect())
    }
}

/// Parses a text that must fit on one line. What Markdown would read as a list or a heading is
/// taken literally.
fn one_line(text: &str, map: &TextMap<'_>, resolver: &dyn Resolver, diagnostics: &mut Sink) -> Vec<Inline> {
    let mut found = Sink::new();
    let document = parse::document(text, (Form::Blocks, Syntax::Plain), map, resolver, &mut found);
    let content = match document.blocks.as_slice() {
        [Block::Paragraph(content)] => Some(content.clone()),
        [Block::Math(math)] => Some(vec![Inline::Math(Box::new(math.clone()))]),
        _ => None,
    };
    let breaks = |content: &[Inline]| content.iter().any(|node| matches!(node, Inline::SoftBreak | Inline::HardBreak));
    let lines = text.trim().contains('\n');
    if let Some(content) = content.filter(|content| !lines || !breaks(content)) {
        diagnostics.append(found);
        return content;
    }
    if lines {
        diagnostics.append(found);
        let diagnostic = Diagnostic::error(Code::ONE_LINE, map.whole(), "this text must fit on one line")
            .label("more than one line")
            .help("shorten it, and put the rest into the item's answer or text");
        diagnostics.push(diagnostic);
        return words_of(&document, map.whole());
    }
    let line = parse::document(text, (Form::Line, Syntax::Plain), map, resolver, diagnostics);
    match line.as_inlines() {
        Some(content) => content.to_vec(),
        None => vec![Inline::text(text.trim(), map.whole())],
    }
}

/// A one-line name for a text with any blocks: its first paragraph with words in it, or else
/// all its words.
pub(super) fn words_of(document: &Document, span: Span) -> Vec<Inline> {
    let mut paragraphs = document.blocks.iter().filter_map(|block| match block {
        Block::Paragraph(content) if has_words(content) => Some(content),
        _ => None,
    });
    if let Some(content) = paragraphs.next() {
        return content.clone();
    }
    let text = plain::document(document);
    vec![Inline::text(text.split_whitespace().collect::<Vec<_>>().join(" "), span)]
}

/// A document whose first paragraph is in bold.
pub(super) fn bold(mut document: Document) -> Document {
    if let Some(Block::Paragraph(content)) = document.blocks.first_mut() {
        *content = vec![Inline::Strong(std::mem::take(content))];
    }
    document
}

/// A tight bullet list; empty if there are no items.
pub(super) fn bullets(items: Vec<Document>) -> Document {
    list(items, None)
}

/// A tight numbered list; empty if there are no items.
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
