//! Markdown (CommonMark, tables, strikethrough, task lists), LaTeX math, links
//! to items and cloze deletions → AST, by pulldown-cmark. Raw HTML, unknown
//! links and formulas that cannot be set are diagnostics at the author's line.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::ast::{Align, Block, CodeBlock, Document, Image, Inline, List, ListItem, Math, Table};
use super::{cloze, highlight, mathml};
use crate::diag::Diagnostic;
use crate::source::{Span, TextMap};

/// Knows what a text may refer to.
pub trait Resolver {
    /// The title of the item `id`, if there is one.
    fn title(&self, id: &str) -> Option<Vec<Inline>>;
    /// The present id of an item that once had the id `id`.
    fn renamed(&self, id: &str) -> Option<String>;
    /// Whether `id` is the id of a draft, which no output has.
    fn is_draft(&self, id: &str) -> bool;
    /// An existing id that `id` may have been meant for.
    fn similar(&self, id: &str) -> Option<String>;
    /// The name in the outputs of the media file at `path`, if it exists. The
    /// resolver takes note that it is used at `span`.
    fn media(&self, path: &str, span: Span) -> Option<String>;
    /// An existing media path that `path` may have been meant for.
    fn similar_media(&self, path: &str) -> Option<String>;
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// `{{` is only text.
    Plain,
    /// `{{…}}` hides a part.
    Cloze,
}

/// Parses `text`; `map` leads back to the author's characters.
pub fn document(
    text: &str,
    syntax: Syntax,
    map: &TextMap,
    resolver: &dyn Resolver,
    diagnostics: &mut Vec<Diagnostic>,
) -> Document {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_WIKILINKS;
    if let Some(range) = too_deep(text, options) {
        let place = map.span(range.start..range.start + 1);
        let diagnostic = Diagnostic::error("nesting", place, format!("nested more than {MAX_DEPTH} levels deep"))
            .label("in this text")
            .help("lists, quotes and emphasis within each other need a few levels at most");
        diagnostics.push(diagnostic);
        return Document::default();
    }
    let mut reader = Reader {
        events: Parser::new_ext(text, options).into_offset_iter(),
        text,
        map,
        resolver,
        diagnostics,
        in_table: false,
        dollars_seen: 0,
        tags_open: 0,
    };
    let mut blocks = reader.blocks();
    if syntax == Syntax::Cloze {
        cloze::fold(&mut blocks, reader.diagnostics);
    }
    Document { blocks }
}

/// Text that nests deeper is refused: each level is a call within another.
const MAX_DEPTH: usize = 64;

/// The first element of `text` that lies too deep.
fn too_deep(text: &str, options: Options) -> Option<Range<usize>> {
    if text.len() <= MAX_DEPTH {
        return None;
    }
    let mut depth = 0_usize;
    let mut events = Parser::new_ext(text, options).into_offset_iter();
    let (_, range) = events.find(|(event, _)| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > MAX_DEPTH
    })?;
    Some(range)
}

struct Reader<'t, 'd> {
    events: OffsetIter<'t>,
    text: &'t str,
    map: &'d TextMap,
    resolver: &'d dyn Resolver,
    diagnostics: &'d mut Vec<Diagnostic>,
    in_table: bool,
    /// Dollar signs before this byte were reported.
    dollars_seen: usize,
    /// Tags in running text that were reported: their closing ones are no second fault.
    tags_open: usize,
}

impl<'t> Reader<'t, '_> {
    /// Blocks up to the end of the element that contains them. Running text
    /// between them, as in a tight list, becomes a paragraph.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut loose = Vec::new();
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::End(_) => break,
                Event::Start(tag) if is_block(&tag) => {
                    flush(&mut loose, &mut blocks);
                    blocks.extend(self.block(tag, range));
                }
                Event::Rule => {
                    flush(&mut loose, &mut blocks);
                    blocks.push(Block::Rule);
                }
                other => self.inline(other, range, &mut loose),
            }
        }
        flush(&mut loose, &mut blocks);
        blocks
    }

    fn block(&mut self, tag: Tag<'t>, range: Range<usize>) -> Option<Block> {
        match tag {
            Tag::Paragraph => {
                self.lost_heading(&range);
                paragraph(self.inlines())
            }
            Tag::Heading { level, .. } => {
                let content = self.inlines();
                let level = level as u8;
                Some(Block::Heading { level, content })
            }
            Tag::BlockQuote(_) => Some(Block::Quote(self.blocks())),
            Tag::CodeBlock(kind) => Some(Block::Code(self.code(&kind, range))),
            Tag::List(start) => Some(Block::List(self.list(start))),
            Tag::Table(align) => {
                self.in_table = true;
                let table = self.table(&align);
                self.in_table = false;
                Some(Block::Table(table))
            }
            Tag::HtmlBlock => {
                self.raw_html(range);
                self.skip();
                None
            }
            _ => {
                self.skip();
                None
            }
        }
    }

    fn code(&mut self, kind: &CodeBlockKind<'t>, range: Range<usize>) -> CodeBlock {
        let mut text = String::new();
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::End(_) => break,
                _ => {}
            }
        }
        let lang = match kind {
            CodeBlockKind::Fenced(info) => {
                let lang = info.split([' ', ',']).next().unwrap_or("").to_owned();
                self.fence(&lang, &range);
                lang
            }
            CodeBlockKind::Indented => String::new(),
        };
        text.truncate(text.trim_end_matches('\n').len());
        let span = self.map.span(range);
        CodeBlock { lang, text, span }
    }

    /// Looks at the edges of a code block in `range`.
    fn fence(&mut self, lang: &str, range: &Range<usize>) {
        let Some(raw) = self.text.get(range.clone()) else { return };
        let start = range.start + raw.len() - raw.trim_start().len();
        let mark = if raw.trim_start().starts_with('~') { '~' } else { '`' };
        let length = raw.trim_start().chars().take_while(|c| *c == mark).count();
        let last = raw.trim_end().lines().skip(1).last().unwrap_or("");
        let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
        if last.len() < length || last.contains(|c| c != mark) {
            let place = self.map.span(start..start + length);
            let diagnostic = Diagnostic::error("unclosed-fence", place, "a code block is never closed")
                .label("opened here: all that follows is code")
                .help(format!("close it with `{}` on a line of its own", mark.to_string().repeat(length)));
            self.diagnostics.push(diagnostic);
        }
        if let Some(meant) = highlight::meant(lang) {
            let at = start + length + self.text[start + length..].find(lang).unwrap_or(0);
            let place = self.map.span(at..at + lang.len());
            let diagnostic = Diagnostic::warning("unknown-language", place, format!("there is no language `{lang}`"))
                .label(format!("did you mean `{meant}`?"))
                .help("the code stays without colours")
                .suggest(place, meant);
            self.diagnostics.push(diagnostic);
        }
    }

    /// `##Title` and `####### Title` are text to Markdown.
    fn lost_heading(&mut self, range: &Range<usize>) {
        let line = self.text.get(range.clone()).and_then(|text| text.lines().next()).unwrap_or("");
        let level = line.len() - line.trim_start_matches('#').len();
        let (rest, marks) = (&line[level..], range.start..range.start + level);
        let place = self.map.span(marks);
        let diagnostic = |message: &str| Diagnostic::error("bad-heading", place, message);
        if level > 6 && rest.starts_with(' ') {
            let diagnostic = diagnostic("headings go six levels deep")
                .label(format!("{level} levels"))
                .help("use a higher level, or write `\\#` for the character");
            self.diagnostics.push(diagnostic);
        } else if level > 1 && rest.starts_with(char::is_alphabetic) {
            let diagnostic = diagnostic("a space is missing after the marks of a heading")
                .label("read as text")
                .help("write a space before the title, or `\\#` for the character")
                .suggest(place, format!("{} ", &line[..level]));
            self.diagnostics.push(diagnostic);
        }
    }

    fn list(&mut self, start: Option<u64>) -> List {
        let mut items = Vec::new();
        let mut tight = true;
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::Item) => {
                    let (item, loose) = self.item();
                    tight &= !loose;
                    items.push(item);
                }
                Event::End(TagEnd::List(_)) => break,
                _ => {}
            }
        }
        List { start, tight, items }
    }

    /// An item, and whether its text is set in paragraphs of its own.
    fn item(&mut self) -> (ListItem, bool) {
        let (mut blocks, mut loose, mut task, mut spaced) = (Vec::new(), Vec::new(), None, false);
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::End(_) => break,
                Event::TaskListMarker(ticked) => task = Some(ticked),
                Event::Start(tag) if is_block(&tag) => {
                    flush(&mut loose, &mut blocks);
                    spaced |= matches!(tag, Tag::Paragraph);
                    blocks.extend(self.block(tag, range));
                }
                other => self.inline(other, range, &mut loose),
            }
        }
        flush(&mut loose, &mut blocks);
        (ListItem { task, blocks }, spaced)
    }

    fn table(&mut self, align: &[Alignment]) -> Table {
        let mut table = Table {
            align: align.iter().map(|align| convert(*align)).collect(),
            head: Vec::new(),
            rows: Vec::new(),
        };
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead) => table.head = self.cells(),
                Event::Start(Tag::TableRow) => {
                    let cells = self.cells();
                    table.rows.push(cells);
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        table
    }

    fn cells(&mut self) -> Vec<Vec<Inline>> {
        let mut cells = Vec::new();
        while let Some((event, _)) = self.events.next() {
            match event {
                Event::Start(Tag::TableCell) => cells.push(self.inlines()),
                Event::End(_) => break,
                _ => {}
            }
        }
        cells
    }

    /// Running text up to the end of the element that contains it.
    fn inlines(&mut self) -> Vec<Inline> {
        let mut content = Vec::new();
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::End(_) => break,
                other => self.inline(other, range, &mut content),
            }
        }
        content
    }

    fn inline(&mut self, event: Event<'t>, range: Range<usize>, out: &mut Vec<Inline>) {
        match event {
            Event::Text(text) => self.plain(&text, range, out),
            Event::Code(text) => out.push(Inline::Code {
                text: text.into_string(),
                span: self.map.span(range),
            }),
            Event::InlineMath(tex) => {
                let math = self.math(&tex, false, range);
                out.push(Inline::Math(math));
            }
            Event::DisplayMath(tex) => {
                let math = self.math(&tex, true, range);
                out.push(Inline::DisplayMath(math));
            }
            Event::SoftBreak => out.push(Inline::SoftBreak),
            Event::HardBreak => out.push(Inline::HardBreak),
            Event::Html(_) | Event::InlineHtml(_) => self.tag(range),
            Event::Start(tag) => self.span(tag, range, out),
            Event::End(_) | Event::FootnoteReference(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn span(&mut self, tag: Tag<'t>, range: Range<usize>, out: &mut Vec<Inline>) {
        match tag {
            Tag::Strong => out.push(Inline::Strong(self.inlines())),
            Tag::Emphasis => out.push(Inline::Emphasis(self.inlines())),
            Tag::Strikethrough => out.push(Inline::Strikethrough(self.inlines())),
            Tag::Link {
                link_type: LinkType::WikiLink { has_pothole },
                dest_url,
                ..
            } => {
                let content = self.inlines();
                self.reference(&dest_url, has_pothole.then_some(content), range, out);
            }
            Tag::Link { dest_url, .. } => {
                let content = self.inlines();
                self.link(&dest_url, content, range, out);
            }
            Tag::Image { dest_url, .. } => {
                let content = self.inlines();
                self.image(&dest_url, &content, range, out);
            }
            _ => out.extend(self.inlines()),
        }
    }

    /// Joins neighbours, which pulldown-cmark splits at every special character.
    fn plain(&mut self, text: &str, range: Range<usize>, out: &mut Vec<Inline>) {
        self.look_for_lone_dollar(text, &range);
        let span = self.map.span(range);
        match out.last_mut() {
            // A doubled brace must stay one text to be seen as a cloze's edge,
            // and an escaped one must not become part of it.
            Some(Inline::Text { text: before, span: place }) if place.end == span.start => {
                before.push_str(text);
                place.end = span.end;
            }
            _ => out.push(Inline::text(text, span)),
        }
    }

    /// `$5` and `5 $` are money; `$x` without its partner is a slip.
    fn look_for_lone_dollar(&mut self, text: &str, range: &Range<usize>) {
        for (at, _) in text.match_indices('$') {
            let start = range.start + at;
            let (Some(before), Some(after)) = (self.text.get(..start), self.text.get(start + 1..)) else { return };
            let opens = after.starts_with(|c: char| c.is_alphabetic() || c == '\\');
            if before.ends_with('\\') || !opens || start < self.dollars_seen {
                continue;
            }
            self.unclosed_math(start, after);
        }
    }

    /// A `$` that pulldown-cmark left alone: its formula has no end, or its
    /// braces do not match, and then the reader of formulas knows where.
    fn unclosed_math(&mut self, start: usize, after: &str) {
        let paragraph = after.find("\n\n").unwrap_or(after.len());
        if let Some(end) = after[..paragraph].find('$')
            && mathml::convert(&after[..end], false).is_err()
        {
            self.dollars_seen = start + end + 2;
            self.math(&after[..end], false, start..start + end + 2);
            return;
        }
        let place = self.map.span(start..start + 1);
        let mut diagnostic = Diagnostic::error("unclosed-math", place, "a `$` opens a formula that nothing closes")
            .label("opened here")
            .help("close it with `$` right after the formula, or write `\\$` for a dollar sign");
        if self.in_table {
            diagnostic = diagnostic.help("a `|` in a table ends the cell: write `\\lvert` or `\\mid` in the formula");
        }
        self.diagnostics.push(diagnostic);
    }

    fn math(&mut self, tex: &str, display: bool, range: Range<usize>) -> Math {
        let edge = if display { 2 } else { 1 };
        let inner = range.start + edge..range.end.saturating_sub(edge).max(range.start + edge);
        let span = self.map.span(inner.clone());
        let locate = |error: Range<usize>| self.map.span(inner.start + error.start..inner.start + error.end);
        let mathml = formula(tex, display, span, locate, self.diagnostics);
        let tex = tex.to_owned();
        Math { tex, mathml, span }
    }

    fn reference(&mut self, id: &str, words: Option<Vec<Inline>>, range: Range<usize>, out: &mut Vec<Inline>) {
        let Some(title) = self.resolver.title(id) else {
            let inner = self.within(&range, id);
            self.diagnostics.push(dangling(id, self.map.span(range), inner, self.resolver));
            return;
        };
        let content = words.unwrap_or(title);
        let id = id.to_owned();
        out.push(Inline::Reference { id, content });
    }

    fn link(&mut self, url: &str, content: Vec<Inline>, range: Range<usize>, out: &mut Vec<Inline>) {
        let known = ["https://", "http://", "mailto:"];
        let lower = url.to_ascii_lowercase();
        if known.iter().any(|scheme| lower.starts_with(scheme)) {
            let url = url.to_owned();
            out.push(Inline::Link { url, content });
            return;
        }
        let span = self.map.span(range);
        let diagnostic = Diagnostic::error("bad-link", span, format!("the link leads to `{url}`"))
            .label("neither https, http nor mailto")
            .help("link to another item with `[[id]]` or `[[id|text]]`, to the web with its whole address");
        self.diagnostics.push(diagnostic);
    }

    fn image(&mut self, path: &str, alt: &[Inline], range: Range<usize>, out: &mut Vec<Inline>) {
        let span = self.map.span(range.clone());
        if let Some(name) = self.resolver.media(path, span) {
            let alt = super::plain::inline(alt);
            out.push(Inline::Image(Image { name, alt, span }));
            return;
        }
        let mut diagnostic =
            Diagnostic::error("missing-media", span, format!("there is no file `{path}` in the project"));
        diagnostic = match self.resolver.similar_media(path) {
            Some(similar) => {
                let same = |whole: &str| whole.eq_ignore_ascii_case(&similar);
                let certain = same(path) || same(&format!("media/{path}"));
                let diagnostic = diagnostic.label(format!("did you mean `{similar}`?"));
                match self.within(&range, path) {
                    Some(inner) if !similar.contains([' ', '(', ')']) => diagnostic.edit(inner, similar, certain),
                    _ => diagnostic,
                }
            }
            None if path.contains("://") => diagnostic
                .label("on the web")
                .help("save the picture under `media/`: cards must work without a network"),
            None => diagnostic.label("not found"),
        };
        let help = "paths start at the folder of `cardpress.yaml`, as in `media/plot.svg`";
        self.diagnostics.push(diagnostic.help(help));
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

    fn raw_html(&mut self, range: Range<usize>) {
        let slice = self.text.get(range.clone()).unwrap_or("");
        let first = slice.trim_end().lines().next().unwrap_or("").len();
        let place = self.map.span(range.start..range.start + first);
        let diagnostic = Diagnostic::error("raw-html", place, "raw HTML is not part of the format")
            .label("this would be passed to a browser")
            .help("use Markdown, or write `\\<` or `&lt;` for a less-than sign");
        self.diagnostics.push(diagnostic);
    }

    /// The place of `word`, the last of its like in `range`, if it stands there
    /// letter by letter.
    fn within(&self, range: &Range<usize>, word: &str) -> Option<Span> {
        let at = range.start + self.text.get(range.clone())?.rfind(word)?;
        Some(self.map.span(at..at + word.len()))
    }

    /// Passes over the rest of the current element.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        for (event, _) in self.events.by_ref() {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => break,
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
    }
}

/// Converts a formula; what is wrong with it is reported at `locate(range)`.
pub fn formula(
    tex: &str,
    display: bool,
    whole: Span,
    locate: impl Fn(Range<usize>) -> Span,
    diagnostics: &mut Vec<Diagnostic>,
) -> String {
    match mathml::convert(tex, display) {
        Ok(mathml) => mathml,
        Err(error) => {
            let place = if error.range.is_empty() { whole } else { locate(error.range) };
            let diagnostic = Diagnostic::error("bad-formula", place, "this formula cannot be set")
                .label(error.message)
                .help("formulas are LaTeX as MathJax knows it, without `\\newcommand`, `\\tag` and `\\substack`");
            diagnostics.push(diagnostic);
            String::new()
        }
    }
}

/// A link at `span` to an item that does not exist; `inner` is the place of the
/// id in it.
pub fn dangling(id: &str, span: Span, inner: Option<Span>, resolver: &dyn Resolver) -> Diagnostic {
    if resolver.is_draft(id) {
        return Diagnostic::error("draft-reference", span, format!("`{id}` is a draft"))
            .label("in no output")
            .help("finish it and delete its `draft`, or link to it only then");
    }
    let diagnostic = Diagnostic::error("unknown-reference", span, format!("no item has the id `{id}`"));
    let help = "an item that was renamed keeps its old id under `formerly`; links use the new one";
    let (diagnostic, meant, certain) = match (resolver.renamed(id), resolver.similar(id)) {
        (Some(now), _) => (diagnostic.label(format!("it is called `{now}` now")), now, true),
        (None, Some(near)) => (diagnostic.label(format!("did you mean `{near}`?")), near, false),
        (None, None) => {
            return diagnostic.label("not found").help("give the item this id, or link to one that exists");
        }
    };
    let diagnostic = diagnostic.help(help);
    match inner {
        Some(inner) => diagnostic.edit(inner, meant, certain),
        None => diagnostic,
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(tag, Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
}

fn flush(loose: &mut Vec<Inline>, blocks: &mut Vec<Block>) {
    blocks.extend(paragraph(std::mem::take(loose)));
}

/// A paragraph that is one displayed formula is that formula.
fn paragraph(mut content: Vec<Inline>) -> Option<Block> {
    match content.pop()? {
        Inline::DisplayMath(math) if content.is_empty() => Some(Block::Math(math)),
        last => {
            content.push(last);
            Some(Block::Paragraph(content))
        }
    }
}

fn convert(align: Alignment) -> Align {
    match align {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}
