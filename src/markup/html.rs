//! AST → HTML for Anki: MathJax delimiters, highlighted code, no scripts, and all
//! of the author's characters escaped.

use std::fmt::Write as _;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::ast::{Alert, Align, Block, Cloze, CodeBlock, Document, Hidden, Image, Inline, List, Math, Night, Table};
use super::{alert, has_byte, highlight};

/// Writes a document.
#[must_use]
pub fn document(document: &Document) -> String {
    let mut out = String::new();
    blocks(&document.blocks, &mut out);
    out
}

/// Writes a document that is a single paragraph without the paragraph's tags.
#[must_use]
pub fn compact(document: &Document) -> String {
    if document.is_empty() {
        return String::new();
    }
    // Enough for most fields without growing. A deck keeps many of them, so the rest is freed.
    let mut out = String::with_capacity(1024);
    match document.as_inlines() {
        Some(content) => inlines(content, &mut out),
        None => blocks(&document.blocks, &mut out),
    }
    out.shrink_to_fit();
    out
}

/// Writes a document as Anki stores a field: [`compact`], in NFC and without control characters.
/// Anki does the same on import; doing it here makes our checksums match the text it keeps. A
/// single U+001F in a field, which a formula may contain, would make Anki reject the whole package.
#[must_use]
pub fn stored(document: &Document) -> String {
    let text = compact(document);
    let is_other = |byte: u8| !(b' '..=b'~').contains(&byte) && byte != b'\n' && byte != b'\t';
    if !has_byte(&text, is_other) {
        return text;
    }
    let unwanted = |c: char| c.is_ascii_control() && c != '\n' && c != '\t';
    let text = if text.contains(unwanted) { text.replace(unwanted, "") } else { text };
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}

/// Writes running text.
#[must_use]
pub fn inline(content: &[Inline]) -> String {
    let mut out = String::new();
    inlines(content, &mut out);
    out
}

fn blocks(all: &[Block], out: &mut String) {
    for block in all {
        self::block(block, out);
    }
}

fn block(block: &Block, out: &mut String) {
    match block {
        Block::Paragraph(content) => wrapped("p", content, out),
        Block::Heading { level, content } => {
            // The template around the field uses two levels itself.
            let level = (level + 2).min(6);
            wrapped(&format!("h{level}"), content, out);
        }
        Block::Quote(content) => {
            out.push_str("<blockquote>");
            blocks(content, out);
            out.push_str("</blockquote>");
        }
        Block::Alert(alert) => self::alert(alert, out),
        Block::List(list) => self::list(list, out),
        Block::Code(code) => self::code(code, out),
        Block::Math(math) => {
            out.push_str("<p>");
            formula(math, ("\\[", "\\]"), out);
            out.push_str("</p>");
        }
        Block::Table(table) => self::table(table, out),
        Block::Rule => out.push_str("<hr>"),
        Block::Footnotes(notes) => footnotes(notes, out),
    }
}

fn alert(alert: &Alert, out: &mut String) {
    let _ = write!(out, "<blockquote class=\"alert {}\"><p class=\"alert-title\">", alert::class(alert.kind));
    inlines(&alert.title, out);
    out.push_str("</p>");
    blocks(&alert.blocks, out);
    out.push_str("</blockquote>");
}

fn footnotes(notes: &[Vec<Block>], out: &mut String) {
    out.push_str("<ol class=\"footnotes\">");
    for note in notes {
        out.push_str("<li>");
        match note.as_slice() {
            [Block::Paragraph(content)] => inlines(content, out),
            all => blocks(all, out),
        }
        out.push_str("</li>");
    }
    out.push_str("</ol>");
}

fn list(list: &List, out: &mut String) {
    let tag = if list.start.is_some() { "ol" } else { "ul" };
    match list.start {
        Some(start) if start != 1 => {
            let _ = write!(out, "<ol start=\"{start}\">");
        }
        _ => {
            let _ = write!(out, "<{tag}>");
        }
    }
    for item in &list.items {
        out.push_str("<li>");
        match item.task {
            Some(true) => out.push_str("☑ "),
            Some(false) => out.push_str("☐ "),
            None => {}
        }
        match item.blocks.as_slice() {
            [Block::Paragraph(content), rest @ ..] if list.tight => {
                inlines(content, out);
                blocks(rest, out);
            }
            all => blocks(all, out),
        }
        out.push_str("</li>");
    }
    let _ = write!(out, "</{tag}>");
}

fn code(code: &CodeBlock, out: &mut String) {
    out.push_str("<pre><code>");
    let lines = highlight::lines(&code.lang, &code.text);
    let mut at = 0;
    for part in &code.hidden {
        coloured(&lines, at..part.range.start, out);
        let mut answer = String::new();
        coloured(&lines, part.range.clone(), &mut answer);
        hidden(part, &answer, out);
        at = part.range.end;
    }
    coloured(&lines, at..usize::MAX, out);
    out.push_str("</code></pre>");
}

/// Writes the bytes `range` of the code in `lines`, highlighted.
fn coloured(lines: &[Vec<highlight::Run<'_>>], range: std::ops::Range<usize>, out: &mut String) {
    let mut at = 0;
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            if range.contains(&at) {
                out.push('\n');
            }
            at += 1;
        }
        for run in line {
            let place = at..at + run.text.len();
            at = place.end;
            let (start, end) = (range.start.max(place.start), range.end.min(place.end));
            if start >= end {
                continue;
            }
            let text = run.text.get(start - place.start..end - place.start).unwrap_or("");
            match run.class {
                Some(class) => {
                    let _ = write!(out, "<span class=\"{}\">", class.name());
                    escape(text, out);
                    out.push_str("</span>");
                }
                None => escape(text, out),
            }
        }
    }
}

fn table(table: &Table, out: &mut String) {
    out.push_str("<table>");
    if table.head.iter().any(|cell| !cell.is_empty()) {
        out.push_str("<thead>");
        row("th", &table.align, &table.head, out);
        out.push_str("</thead>");
    }
    out.push_str("<tbody>");
    for cells in &table.rows {
        row("td", &table.align, cells, out);
    }
    out.push_str("</tbody></table>");
}

fn row(tag: &str, align: &[Align], cells: &[Vec<Inline>], out: &mut String) {
    out.push_str("<tr>");
    for (cell, align) in cells.iter().zip(align) {
        let style = match align {
            Align::None => "",
            Align::Left => " style=\"text-align:left\"",
            Align::Center => " style=\"text-align:center\"",
            Align::Right => " style=\"text-align:right\"",
        };
        let _ = write!(out, "<{tag}{style}>");
        inlines(cell, out);
        let _ = write!(out, "</{tag}>");
    }
    out.push_str("</tr>");
}

fn inlines(content: &[Inline], out: &mut String) {
    for node in content {
        match node {
            Inline::Text { text, .. } => escape(text, out),
            Inline::Code { text, .. } => {
                out.push_str("<code>");
                escape(text, out);
                out.push_str("</code>");
            }
            Inline::Math(math) => formula(math, ("\\(", "\\)"), out),
            Inline::DisplayMath(math) => formula(math, ("\\[", "\\]"), out),
            Inline::SoftBreak => out.push('\n'),
            Inline::HardBreak => out.push_str("<br>"),
            Inline::Strong(content) => wrapped("strong", content, out),
            Inline::Emphasis(content) => wrapped("em", content, out),
            Inline::Strikethrough(content) => wrapped("del", content, out),
            Inline::Superscript(content) => wrapped("sup", content, out),
            Inline::Subscript(content) => wrapped("sub", content, out),
            Inline::Highlight(content) => wrapped("mark", content, out),
            Inline::Ruby { base, reading, .. } => {
                out.push_str("<ruby>");
                escape(base, out);
                out.push_str("<rt>");
                escape(reading, out);
                out.push_str("</rt></ruby>");
            }
            Inline::Footnote { number, .. } => {
                let _ = write!(out, "<sup class=\"footnote\">{number}</sup>");
            }
            Inline::Link { url, content } => {
                out.push_str("<a href=\"");
                attribute(url, out);
                out.push_str("\">");
                inlines(content, out);
                out.push_str("</a>");
            }
            // Anki cannot link from note to note.
            Inline::Reference { content, .. } => {
                out.push_str("<span class=\"ref\">");
                inlines(content, out);
                out.push_str("</span>");
            }
            Inline::Image(image) => self::image(image, out),
            // Anki plays it, and shows a button on the side of the card that it is on.
            Inline::Recording(recording) => {
                let _ = write!(out, "[sound:{}]", recording.name);
            }
            Inline::Cloze(cloze) => self::cloze(cloze, out),
        }
    }
}

fn wrapped(tag: &str, content: &[Inline], out: &mut String) {
    out.extend(["<", tag, ">"]);
    inlines(content, out);
    out.extend(["</", tag, ">"]);
}

fn formula(math: &Math, (open, close): (&str, &str), out: &mut String) {
    out.push_str(open);
    let mut at = 0;
    for part in &math.hidden {
        tex(&math.tex[at..part.range.start], out);
        let mut answer = String::new();
        tex(&math.tex[part.range.clone()], &mut answer);
        hidden(part, &answer, out);
        at = part.range.end;
    }
    tex(&math.tex[at..], out);
    out.push_str(close);
}

/// Escapes what a browser or Anki would interpret in a formula.
fn tex(text: &str, out: &mut String) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('<', _) => out.push_str("&lt;"),
            ('>', _) => out.push_str("&gt;"),
            ('&', _) => out.push_str("&amp;"),
            // `{{c1::` in a formula would make a card.
            ('{', Some('{')) => out.push_str("&#123;"),
            ('[', Some('s' | 'a' | 'l' | '$' | '/')) => out.push_str("&#91;"),
            (c, _) if c.is_control() && c != '\n' => {}
            (c, _) => out.push(c),
        }
    }
}

/// A picture. Names are decoded, never percent-encoded: Anki looks the file up by these characters. Only our own style
/// shows the one for dark pages.
fn image(image: &Image, out: &mut String) {
    let one = |class: &str, name: &str, out: &mut String| {
        let _ = write!(out, "<img{class} src=\"{name}\" alt=\"");
        attribute(&image.alt, out);
        out.push_str("\">");
    };
    match image.night.as_deref() {
        None => one("", &image.name, out),
        Some(Night::Inverted) => one(" class=\"inverted\"", &image.name, out),
        Some(Night::Other(name)) => {
            one(" class=\"day\"", &image.name, out);
            one(" class=\"night\" hidden", name, out);
        }
    }
}

fn cloze(cloze: &Cloze, out: &mut String) {
    deletion(cloze.number, &inline(&cloze.answer), &inline(&cloze.hint), out);
}

/// A hidden part of a formula or of code, whose HTML is `answer`.
fn hidden(part: &Hidden, answer: &str, out: &mut String) {
    let mut hint = String::new();
    escape(&part.hint, &mut hint);
    deletion(part.number, answer, &hint, out);
}

/// Anki ends a cloze at the first `}}` and takes `::` for the start of the hint, wherever they are;
/// neither `} }` nor an entity changes what the learner sees.
fn deletion(number: u16, answer: &str, hint: &str, out: &mut String) {
    let safe = |html: &str| {
        let mut html = html.to_owned();
        while html.contains("}}") {
            html = html.replace("}}", "} }");
        }
        if html.ends_with('}') {
            html.push(' ');
        }
        html.replace("::", "&#58;&#58;")
    };
    let _ = write!(out, "{{{{c{number}::{}", safe(answer));
    if !hint.is_empty() {
        let _ = write!(out, "::{}", safe(hint));
    }
    out.push_str("}}");
}

/// Escapes HTML, and what Anki and MathJax would interpret in plain text: `\(`, `[sound:`,
/// `[latex]`, `{{`. Where other text may follow, the worst is assumed.
fn escape(text: &str, out: &mut String) {
    let is_mark = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'{' | b'[' | b'\\');
    let is_control = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r');
    if !has_byte(text, |byte| is_mark(byte) || is_control(byte.into())) {
        out.push_str(text);
        return;
    }
    let mut rest = text.chars().filter(|c| !is_control(*c)).peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('&', _) => out.push_str("&amp;"),
            ('<', _) => out.push_str("&lt;"),
            ('>', _) => out.push_str("&gt;"),
            ('"', _) => out.push_str("&quot;"),
            ('{', Some('{') | None) => out.push_str("&#123;"),
            ('[', Some('s' | 'a' | 'l' | '$' | '/') | None) => out.push_str("&#91;"),
            ('\\', Some('(' | ')' | '[' | ']') | None) => out.push_str("\\<span></span>"),
            (c, _) => out.push(c),
        }
    }
}

/// Escapes an attribute's value, in which tags don't work. A template may hold it: no field of Anki's is left in it.
pub fn attribute(text: &str, out: &mut String) {
    let mut value = String::new();
    escape(text, &mut value);
    out.push_str(&value.replace("<span></span>", ""));
}

#[cfg(test)]
mod tests {
    use super::{Inline, Math, escape, inline};
    use crate::source::{FileId, Span};

    #[test]
    fn nothing_in_plain_text_is_markup_to_a_browser_anki_or_mathjax() {
        let mut out = String::new();
        escape("<b> & \"q\" \\(x\\) {{c1::y}} [\u{1}sound:a.mp3]", &mut out);
        let want = r"&lt;b&gt; &amp; &quot;q&quot; \<span></span>(x\<span></span>) &#123;{c1::y}} &#91;sound:a.mp3]";
        assert_eq!(out, want);
        let math = Math::new("a_{{c1::b}}", "", Span::new(FileId::new(0), 0, 0));
        assert_eq!(inline(&[Inline::Math(Box::new(math))]), r"\(a_&#123;{c1::b}}\)");
        let content = vec![Inline::text("x", Span::new(FileId::new(0), 0, 0))];
        let link = Inline::Link { url: r#"https://a.b/\("\"#.to_owned(), content };
        assert_eq!(inline(&[link]), r#"<a href="https://a.b/\(&quot;\">x</a>"#);
    }
}
