//! Blocks: paragraphs, headings, quotations, alerts, lists, code, tables.

use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Tag, TagEnd};

use super::{Reader, flush, is_block, marks, paragraph};
use crate::diag::{Code, Diagnostic};
use crate::markup::ast::{Alert, Align, Block, CodeBlock, Inline, List, ListItem, Table};
use crate::markup::highlight::Plain;
use crate::markup::{alert, highlight};
use crate::source::Span;

impl<'t> Reader<'t, '_> {
    /// Blocks up to the end of the element that contains them.
    pub(super) fn blocks(&mut self) -> Vec<Block> {
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
        blocks.shrink_to_fit();
        blocks
    }

    fn block(&mut self, tag: Tag<'t>, range: Range<usize>) -> Option<Block> {
        self.seen.leaf(&tag, &range);
        match tag {
            Tag::Paragraph => {
                self.lost_heading(&range);
                self.unclosed_display(&range);
                paragraph(self.inlines())
            }
            Tag::Heading { level, .. } => {
                let content = self.inlines();
                let level = level as u8;
                Some(Block::Heading { level, content })
            }
            Tag::BlockQuote(_) => Some(self.quote(&range)),
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
            Tag::FootnoteDefinition(label) => {
                let blocks = self.blocks();
                self.define_footnote(&label, blocks, &range);
                None
            }
            _ => {
                self.skip();
                None
            }
        }
    }

    /// A quotation, or an alert if its first line is `[!NOTE]` or the like.
    fn quote(&mut self, range: &Range<usize>) -> Block {
        let mut blocks = self.blocks();
        let source = self.text.get(range.clone()).unwrap_or("").trim_start_matches(['>', ' ', '\t', '\n']);
        let Some((kind, length)) = alert::kind(source) else { return Block::Quote(blocks) };
        let Some(Block::Paragraph(content)) = blocks.first_mut() else { return Block::Quote(blocks) };
        let Some(Inline::Text { text, span }) = content.first_mut() else { return Block::Quote(blocks) };
        if text.len() < length || !text.is_char_boundary(length) {
            return Block::Quote(blocks);
        }
        let place = *span;
        *text = text[length..].trim_start().to_owned();
        let breaks = content.iter().position(|node| matches!(node, Inline::SoftBreak | Inline::HardBreak));
        let mut title: Vec<Inline> = content.drain(..breaks.unwrap_or(content.len())).collect();
        title.retain(|node| !matches!(node, Inline::Text { text, .. } if text.is_empty()));
        content.drain(..content.len().min(1));
        if content.is_empty() {
            blocks.remove(0);
        }
        let titled = !title.is_empty();
        if !titled {
            title.push(Inline::text(alert::name(kind, self.resolver.language()), place));
        }
        Block::Alert(Alert { kind, title, titled, blocks })
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
            CodeBlockKind::Fenced(info) => self.fence(info, &range),
            CodeBlockKind::Indented => String::new(),
        };
        text.truncate(text.trim_end_matches('\n').len());
        let span = self.map.span(range.clone());
        let source = self.text.get(range.clone()).unwrap_or("");
        let locate = |line: Range<usize>| self.map.span(range.start + line.start..range.start + line.end);
        self.diagnostics.extend(plain_code(&lang, &text, source, span, locate));
        CodeBlock { lang, text, span, hidden: Vec::new() }
    }

    /// Checks the edges of a code block in `range`, and returns its language.
    fn fence(&mut self, info: &str, range: &Range<usize>) -> String {
        let lang = highlight::language_of(info);
        let Some(raw) = self.text.get(range.clone()) else { return lang.to_owned() };
        let start = range.start + raw.len() - raw.trim_start().len();
        let mark = if raw.trim_start().starts_with('~') { '~' } else { '`' };
        let length = raw.trim_start().chars().take_while(|c| *c == mark).count();
        let last = raw.trim_end().lines().skip(1).last().unwrap_or("");
        let last = last.trim_start_matches([' ', '\t', '>']).trim_end();
        if last.len() < length || last.contains(|c| c != mark) {
            let place = self.map.span(start..start + length);
            let diagnostic = Diagnostic::error(Code::UNCLOSED_FENCE, place, "this code block is never closed")
                .label("opened here; everything after it is code")
                .help(format!("close it with `{}` on a line of its own", mark.to_string().repeat(length)));
            self.diagnostics.push(diagnostic);
        }
        if let Some(meant) = highlight::meant(lang) {
            let at = start + length + self.text[start + length..].find(lang).unwrap_or(0);
            let place = self.map.span(at..at + lang.len());
            let diagnostic = Diagnostic::warning(Code::UNKNOWN_LANGUAGE, place, format!("unknown language `{lang}`"))
                .label(format!("did you mean `{meant}`?"))
                .help("the code won't be highlighted");
            let edit = self.map.edit(at..at + lang.len(), meant);
            self.diagnostics.push(match edit {
                Some((span, meant)) => diagnostic.suggest(span, meant),
                None => diagnostic,
            });
        }
        lang.to_owned()
    }

    /// `##Title` and `####### Title` are text to Markdown.
    fn lost_heading(&mut self, range: &Range<usize>) {
        let line = self.text.get(range.clone()).and_then(|text| text.lines().next()).unwrap_or("");
        let level = line.len() - line.trim_start_matches('#').len();
        let (rest, marks) = (&line[level..], range.start..range.start + level);
        let place = self.map.span(marks.clone());
        let diagnostic = |message: &str| Diagnostic::error(Code::BAD_HEADING, place, message);
        if level > 6 && rest.starts_with(' ') {
            let diagnostic = diagnostic("headings go six levels deep")
                .label(format!("{level} levels"))
                .help("use a higher level, or write `\\#` for a literal `#`");
            self.diagnostics.push(diagnostic);
        } else if level > 1 && rest.starts_with(char::is_alphabetic) {
            let diagnostic = diagnostic("a space is missing after the `#` of a heading")
                .label("read as text")
                .help("put a space before the title, or write `\\#` for a literal `#`");
            let edit = self.map.edit(marks, &format!("{} ", &line[..level]));
            self.diagnostics.push(match edit {
                Some((span, text)) => diagnostic.suggest(span, text),
                None => diagnostic,
            });
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

    /// An item, and whether its text is in paragraphs of its own.
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
                Event::Rule => {
                    flush(&mut loose, &mut blocks);
                    blocks.push(Block::Rule);
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
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead) => table.head = self.cells(),
                Event::Start(Tag::TableRow) => {
                    let cells = self.cells();
                    self.surplus_cells(&range, align.len());
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
    pub(super) fn inlines(&mut self) -> Vec<Inline> {
        let mut content = Vec::new();
        while let Some((event, range)) = self.events.next() {
            match event {
                Event::End(_) => break,
                other => self.inline(other, range, &mut content),
            }
        }
        marks::resolve(content)
    }

    /// Skips the rest of the current element.
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

fn convert(align: Alignment) -> Align {
    match align {
        Alignment::None => Align::None,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

/// Reports code that is too long to be highlighted, or to be highlighted in full. It is at `span`,
/// with its lines in `source`, and `locate` gives the span of a byte range of `source`.
pub fn plain_code(
    lang: &str,
    code: &str,
    source: &str,
    span: Span,
    locate: impl Fn(Range<usize>) -> Span,
) -> Option<Diagnostic> {
    let diagnostic = match highlight::plain(lang, code)? {
        Plain::Large => {
            let message = format!("Cardpress doesn't highlight code longer than {} bytes", highlight::MOST);
            Diagnostic::warning(Code::PLAIN_CODE, span, message)
                .label(format!("{} bytes", code.len()))
                .help("show only the lines that matter, or set its language to `text`")
        }
        Plain::Line => {
            let mut start = 0;
            let long = source.split_inclusive('\n').find(|line| {
                start += line.len();
                line.trim_end().len() > highlight::LONGEST_LINE
            });
            let start = start - long.map_or(0, str::len);
            let span = long.map_or(span, |line| locate(start..start + line.trim_end().len()));
            let message =
                format!("Cardpress doesn't highlight a line of code longer than {} bytes", highlight::LONGEST_LINE);
            Diagnostic::warning(Code::PLAIN_CODE, span, message)
                .label("too long for the highlighter")
                .help("break the line, or set the language to `text`")
        }
    };
    Some(diagnostic)
}
