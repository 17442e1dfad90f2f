//! AST → Typst, as an expression in code mode: constructor calls and string literals only. Nothing
//! that an author writes can be read as code, because it only appears in literals.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use super::ast::{
    Alert, Align, Block, Cloze, CodeBlock, Document, Image, Inline, List, ListItem, Math, Recording, Table,
};
use super::extent::{self, Extent};
use super::typst_literal::literal;
use super::{alert, highlight, typst_math};
use crate::source::Span;

/// Generated code with a map back to the author's lines.
///
/// The code calls `formula`, `fitting`, `codeblock`, `mdtable`, `picture`, `alert`, `ruby` and
/// `recording`, which the template defines.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    code: String,
    /// Ranges of the code, ascending, and what each was made from.
    map: Vec<(Range<usize>, Span)>,
    /// Ids that a link may lead to.
    targets: BTreeSet<String>,
    images: BTreeSet<String>,
    refused: Vec<Refused>,
    soften: Option<Soften>,
    /// Whether code is not highlighted.
    uncoloured: bool,
    /// Whether all formulas are set within the line.
    in_line: bool,
    /// Whether this is a title, whose tag must hold all of it: what has a line of its own is set in a
    /// box as wide as the line.
    title: bool,
    language: String,
}

/// Adds break opportunities to the long words of a text; the second
/// argument is the subtag of its language.
pub type Soften = for<'t> fn(&'t str, &str) -> Cow<'t, str>;

/// A formula that cannot be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where the formula is in the source.
    pub span: Span,
    /// The reason.
    pub message: String,
}

/// The escape at the start of `code`: its length, and the character it stands for.
fn escaped(code: &str) -> Option<(usize, char)> {
    let after = code.strip_prefix('\\')?;
    let Some(hex) = after.strip_prefix("u{") else {
        let c = after.chars().next()?;
        return Some((1 + c.len_utf8(), c));
    };
    let (hex, _) = hex.split_once('}')?;
    Some((hex.len() + 4, char::from_u32(u32::from_str_radix(hex, 16).ok()?)?))
}

/// A formula within a line: the call, and what goes around the formula.
const IN_LINE: (&str, &str, &str) = ("math.equation(block: false", "$", "$);");

/// Any column has room for a formula whose parts are no wider than this many ems.
const WIDE_FORMULA: f64 = 4.0;

/// The columns of a table as an expression: `((natural, least, whole), …)`, in ems.
pub(crate) fn extents(columns: &[Extent]) -> String {
    let shown =
        columns.iter().map(|Extent { natural, least, whole }| format!("({natural:.1}, {least:.1}, {whole:.0}), "));
    format!("({})", shown.collect::<String>())
}

/// The label of the item `id`, as an expression.
#[must_use]
pub fn label(id: &str) -> String {
    format!("label({})", literal(&format!("item-{id}")))
}

impl Writer {
    /// A writer whose references link to `targets`; other references become plain text.
    #[must_use]
    pub fn new(targets: BTreeSet<String>) -> Self {
        Self { targets, ..Self::default() }
    }

    /// The same writer, but with breaks in long words.
    #[must_use]
    pub fn softened(self, soften: Soften) -> Self {
        Self { soften: Some(soften), ..self }
    }

    /// The same writer, but without highlighting.
    #[must_use]
    pub fn uncoloured(self) -> Self {
        Self { uncoloured: true, ..self }
    }

    /// From here on, texts are in the language with this subtag.
    pub fn speak(&mut self, language: &str) {
        language.clone_into(&mut self.language);
    }

    /// The language of the texts that come next.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// A literal with break opportunities.
    fn words(&self, text: &str) -> String {
        self.soft(text, &self.language)
    }

    fn soft(&self, text: &str, language: &str) -> String {
        match self.soften {
            Some(soften) => literal(&soften(text, language)),
            None => literal(text),
        }
    }

    /// A literal in a block of code. People who copy it don't want invisible characters in it, so
    /// only words too wide for any column get them.
    fn block_letters(&self, text: &str) -> String {
        const WIDEST: usize = 40;
        let is_wide = |word: &str| word.chars().nth(WIDEST).is_some();
        if text.split_whitespace().any(is_wide) { self.letters(text) } else { literal(text) }
    }

    /// A literal of code, which may break after any character.
    fn letters(&self, text: &str) -> String {
        self.soft(text, "")
    }

    /// Adds the caller's own code.
    pub fn code(&mut self, code: &str) {
        self.code.push_str(code);
    }

    /// Adds code and maps it to what the author wrote at `span`.
    pub fn mapped(&mut self, span: Span, code: &str) {
        let start = self.code.len();
        self.code.push_str(code);
        self.map.push((start..self.code.len(), span));
    }

    /// Adds a document as one expression.
    pub fn document(&mut self, document: &Document) {
        self.run(&document.blocks);
    }

    /// Adds blocks as one expression.
    pub fn run(&mut self, blocks: &[Block]) {
        // A block of code that does nothing is `none`, which is not content.
        if blocks.is_empty() {
            return self.code("[]");
        }
        self.code("{");
        self.blocks(blocks);
        self.code("}");
    }

    /// Adds the items of a list, each an expression followed by a comma.
    pub fn items(&mut self, items: &[ListItem]) {
        for item in items {
            self.code("{[];");
            match item.task {
                Some(true) => self.code("text(\"☑ \");"),
                Some(false) => self.code("text(\"☐ \");"),
                None => {}
            }
            self.blocks(&item.blocks);
            self.code("}, ");
        }
    }

    /// Adds running text as one expression.
    pub fn inline(&mut self, content: &[Inline]) {
        if content.is_empty() {
            return self.code("[]");
        }
        self.code("{");
        self.inlines(content);
        self.code("}");
    }

    /// Adds a title as one expression and, as an entry with the key `again`, the same with every
    /// formula within the line, if that differs.
    pub fn title_and(&mut self, again: &str, content: &[Inline]) {
        let start = self.code.len();
        self.title = true;
        self.inline(content);
        self.title = false;
        let (end, mapped, refused) = (self.code.len(), self.map.len(), self.refused.len());
        self.code(&format!(", {again}: "));
        let line = self.code.len();
        self.in_line = true;
        self.inline(content);
        self.in_line = false;
        // What cannot be set has already been reported.
        self.refused.truncate(refused);
        if self.code[line..] == self.code[start..end] {
            self.code.truncate(end);
            self.map.truncate(mapped);
        }
    }

    /// Adds a displayed formula as one expression, without what would shrink it.
    pub fn equation(&mut self, math: &Math) {
        self.math(math, ("math.equation(block: true", "$ ", " $)"));
    }

    /// The code so far.
    #[must_use]
    pub fn as_code(&self) -> &str {
        &self.code
    }

    /// The characters of the code and where each one is; `\u{…}` counts as the character it names.
    pub fn characters(&self) -> impl Iterator<Item = (Range<usize>, char)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let rest = &self.code[at..];
            let c = rest.chars().next()?;
            let (length, c) = escaped(rest).unwrap_or((c.len_utf8(), c));
            at += length;
            Some((at - length..at, c))
        })
    }

    /// Replaces each of these characters with an invisible one wherever it occurs:
    /// a formula may need something there.
    pub fn leave_out(&mut self, gone: &BTreeSet<char>) {
        const NOTHING: char = '\u{200b}';
        let mut code = String::with_capacity(self.code.len());
        // Where each one was, and where the code continues after it.
        let mut moves: Vec<(usize, usize)> = vec![(0, 0)];
        for (range, c) in self.characters() {
            if gone.contains(&c) {
                code.push(NOTHING);
                moves.push((range.end, code.len()));
            } else {
                code.push_str(&self.code[range]);
            }
        }
        let moved = |at: usize| {
            let (old, new) = moves[moves.partition_point(|(old, _)| *old <= at) - 1];
            new + (at - old)
        };
        for (made, _) in &mut self.map {
            *made = moved(made.start)..moved(made.end);
        }
        self.code = code;
    }

    /// The formulas that were left out.
    #[must_use]
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The names of the pictures that the code reads from `/media/`.
    #[must_use]
    pub fn images(&self) -> &BTreeSet<String> {
        &self.images
    }

    /// What the code at `range` was made from.
    #[must_use]
    pub fn origin(&self, range: &Range<usize>) -> Option<Span> {
        let after = self.map.partition_point(|(made, _)| made.start <= range.start);
        let before = self.map[..after].last().filter(|(made, _)| made.end > range.start);
        let within = || self.map.get(after).filter(|(made, _)| made.start < range.end);
        before.or_else(within).map(|(_, span)| *span)
    }

    fn blocks(&mut self, all: &[Block]) {
        for (index, block) in all.iter().enumerate() {
            if index > 0 {
                self.code("parbreak();");
            }
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => self.inlines(content),
            // A box already has a heading.
            Block::Heading { level: _, content } => self.wrapped("strong(", content),
            Block::Quote(content) => {
                self.code("quote(block: true, {");
                self.blocks(content);
                self.code("});");
            }
            Block::List(list) => self.list(list),
            Block::Code(code) => self.code_block(code),
            Block::Math(math) => self.formula(math),
            Block::Table(table) => self.table(table),
            Block::Alert(alert) => self.alert(alert),
            Block::Rule => self.code("line(length: 100%);"),
            Block::Footnotes(notes) => self.footnotes(notes),
        }
    }

    fn alert(&mut self, alert: &Alert) {
        self.code(&format!("alert({}, ", literal(alert::class(alert.kind))));
        self.inline(&alert.title);
        self.code(", {[];");
        self.blocks(&alert.blocks);
        self.code("});");
    }

    fn footnotes(&mut self, notes: &[Vec<Block>]) {
        for (index, note) in notes.iter().enumerate() {
            if index > 0 {
                self.code("parbreak();");
            }
            self.code(&format!("super(\"{}\");[ ];", index + 1));
            self.blocks(note);
        }
    }

    fn inlines(&mut self, all: &[Inline]) {
        for inline in all {
            self.inline_node(inline);
        }
    }

    fn inline_node(&mut self, inline: &Inline) {
        match inline {
            Inline::Text { text, span } => self.mapped(*span, &format!("text({});", self.words(text))),
            Inline::Code { text, span } => self.mapped(*span, &format!("raw({});", self.letters(text))),
            Inline::Math(math) | Inline::DisplayMath(math) if self.in_line => self.math(math, IN_LINE),
            Inline::Math(math) => {
                let Extent { least, .. } = extent::formula(&math.mathml);
                let high = extent::is_high(&math.mathml);
                if self.soften.is_some() && (high || least > WIDE_FORMULA) {
                    let call = format!("fitting({least:.1}, {high}, math.equation(block: false");
                    self.math(math, (&call, "$", "$));"));
                } else {
                    self.math(math, IN_LINE);
                }
            }
            Inline::DisplayMath(math) => self.formula(math),
            Inline::SoftBreak => self.code("[ ];"),
            Inline::HardBreak => self.code("linebreak();"),
            Inline::Strong(content) => self.wrapped("strong(", content),
            Inline::Emphasis(content) => self.wrapped("emph(", content),
            Inline::Strikethrough(content) => self.wrapped("strike(", content),
            Inline::Link { url, content } => self.wrapped(&format!("link({}, ", literal(url)), content),
            Inline::Reference { id, content } => {
                if self.targets.contains(id) {
                    self.wrapped(&format!("link({}, ", label(id)), content);
                } else {
                    self.inlines(content);
                }
            }
            Inline::Superscript(content) => self.wrapped("super(", content),
            Inline::Subscript(content) => self.wrapped("sub(", content),
            Inline::Highlight(content) => self.wrapped("highlight(", content),
            Inline::Ruby { base, reading, span } => {
                self.mapped(*span, &format!("ruby({}, {});", literal(base), literal(reading)));
            }
            Inline::Footnote { number, span } => self.mapped(*span, &format!("super(\"{number}\");")),
            Inline::Image(image) => self.image(image),
            Inline::Recording(Recording { label, span, .. }) => {
                self.mapped(*span, &format!("recording({});", literal(label)));
            }
            Inline::Cloze(Cloze { answer, .. }) => self.wrapped("strong(", answer),
        }
    }

    /// `call` with its open parenthesis, the content, and the rest.
    fn wrapped(&mut self, call: &str, content: &[Inline]) {
        self.code(call);
        self.inline(content);
        self.code(");");
    }

    fn formula(&mut self, math: &Math) {
        if self.title {
            return self.math(math, ("formula(titled: true, math.equation(block: true", "$ ", " $));"));
        }
        self.math(math, ("formula(math.equation(block: true", "$ ", " $));"));
    }

    /// A formula that cannot be set is shown as the author wrote it, and reported.
    fn math(&mut self, math: &Math, (call, open, close): (&str, &str, &str)) {
        match typst_math::convert(&math.mathml) {
            Ok(markup) => {
                let alt = literal(&math.tex);
                self.mapped(math.span, &format!("{call}, alt: {alt}, {open}{markup}{close}"));
            }
            Err(message) => {
                let span = math.span;
                self.refused.push(Refused { span, message });
                // Between other content a semicolon ends it; alone it is an argument.
                let end = if close.ends_with(';') { ";" } else { "" };
                self.mapped(span, &format!("raw({}){end}", self.letters(&math.tex)));
            }
        }
    }

    fn image(&mut self, image: &Image) {
        self.images.insert(image.name.clone());
        let path = literal(&format!("/media/{}", image.name));
        let alt = literal(&image.alt);
        let titled = if self.title { ", titled: true" } else { "" };
        self.mapped(image.span, &format!("picture({path}, {alt}{titled});"));
    }

    fn list(&mut self, list: &List) {
        let tight = list.tight;
        match list.start {
            Some(start) => self.code(&format!("enum(start: {start}, tight: {tight}, ")),
            None => self.code(&format!("list(tight: {tight}, ")),
        }
        self.items(&list.items);
        self.code(");");
    }

    fn code_block(&mut self, code: &CodeBlock) {
        let mut lines = String::new();
        let lang = if self.uncoloured { "" } else { &code.lang };
        for line in highlight::lines(lang, &code.text) {
            lines.push('(');
            for run in line {
                let class = run.class.map_or("", highlight::Class::name);
                let _ = write!(lines, "({}, {}), ", literal(class), self.block_letters(run.text));
            }
            lines.push_str("), ");
        }
        self.mapped(code.span, &format!("codeblock(({lines}));"));
    }

    fn table(&mut self, table: &Table) {
        let align = table.align.iter().map(|align| match align {
            Align::None => "start, ",
            Align::Left => "left, ",
            Align::Center => "center, ",
            Align::Right => "right, ",
        });
        let align: String = align.collect();
        self.code(&format!("mdtable(({align}), ("));
        self.cells(&table.head);
        self.code("), (");
        for row in &table.rows {
            self.cells(row);
        }
        let columns = extent::columns(table.align.len(), &table.head, &table.rows, |cell| extent::inline(cell));
        self.code(&format!("), {});", extents(&columns)));
    }

    fn cells(&mut self, cells: &[Vec<Inline>]) {
        for cell in cells {
            self.inline(cell);
            self.code(", ");
        }
    }
}
