//! Conservation of text: what an author writes against what the writers make of it,
//! as letters and digits in their order. The source is read by hand, without the
//! compiler's parser: what might be syntax is left out of the least that must appear,
//! and everything is in the most that may.
//!
//! The fuzz targets include this file, so it knows neither tests nor fuzzers.

use std::collections::BTreeSet;

use cardpress::diag::Diagnostic;
use cardpress::markup::parse::{self, Form, Media, MediaKind, Resolver, Syntax};
use cardpress::markup::tex::Macros;
use cardpress::markup::{Document, Inline, html, markdown, plain, typst};
use cardpress::source::{ScalarStyle, Source, Sources, Span, TextMap};
use unicode_normalization::UnicodeNormalization as _;

/// Every item and every picture exists, and a title has no letters.
struct Everything;

impl Resolver for Everything {
    fn title(&self, _: &str) -> Option<Vec<Inline>> {
        let nowhere = Span::new(Sources::default().add(Source::new("", "")), 0, 0);
        Some(vec![Inline::text("★", nowhere)])
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

    fn media(&self, path: &str, _: Span) -> Option<Media> {
        let name = "a-0123.png".to_owned();
        (!path.is_empty()).then_some(Media { name, kind: MediaKind::Picture })
    }

    fn similar_media(&self, _: &str) -> Option<String> {
        None
    }

    fn language(&self) -> &'static str {
        "en"
    }

    fn macros(&self) -> &Macros {
        static NONE: std::sync::LazyLock<Macros> = std::sync::LazyLock::new(Macros::default);
        &NONE
    }
}

/// Parses `text` as the value of a file of its own.
pub fn parsed(text: &str, syntax: Syntax) -> (Document, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("case.yaml", text));
    let end = u32::try_from(text.len()).expect("texts are short");
    let map = TextMap::new(&sources, Span::new(file, 0, end), ScalarStyle::Literal, text);
    let mut diagnostics = Vec::new();
    let document = parse::document(text, (Form::Blocks, syntax), &map, &Everything, &mut diagnostics);
    (document, diagnostics)
}

/// What is wrong with what the writers make of `text`; nothing if a diagnostic was
/// reported, which speaks for whatever is not shown.
pub fn lost(text: &str, syntax: Syntax) -> Option<String> {
    let (document, diagnostics) = parsed(text, syntax);
    if !diagnostics.is_empty() || defines(text) || text.contains(is_refused) {
        return None;
    }
    let options = markdown::Options { links: &|_| None, level: 1 };
    let (markdown, plain) = (markdown::document(&document, &options), plain::document(&document));
    // The compiler's parser puts such characters in the place of the author's; entities make them, too.
    let own = [&markdown, &plain].into_iter().find(|output| output.contains(is_refused));
    if let Some(own) = own.filter(|_| !text.contains("&#")) {
        return Some(format!("a character that nobody wrote: {own:?}\nof the text {text:?}"));
    }
    let mut writer = typst::Writer::new(BTreeSet::new());
    writer.document(&document);
    let outputs = [
        ("HTML", of_html(&html::document(&document))),
        ("Markdown", of_markdown(&markdown)),
        ("plain text", of_plain(&plain)),
        ("Typst", of_typst(writer.as_code())),
    ];
    let (all, told, most) = (least(text, syntax), told(text, syntax), letters(text));
    // Footnotes and readings of single characters move, entities become characters.
    let moves = text.contains("[^") || text.contains('&') || text.matches('|').count() > 1 && text.contains('{');
    let wrong = outputs.iter().find_map(|(output, shown)| {
        let least = if *output == "HTML" { &all } else { &told };
        if moves {
            return (!holds_all(shown, least)).then(|| format!("{output} lacks some of {least:?}: {shown:?}"));
        }
        if !is_within(least, shown) {
            return Some(format!("{output} lacks some of {least:?}: {shown:?}"));
        }
        (!is_within(shown, &most)).then(|| format!("{output} has more than {most:?}: {shown:?}"))
    });
    wrong.map(|wrong| format!("{wrong}\nof the text {text:?}"))
}

/// No file may have these characters, as they are or as escapes.
fn is_refused(c: char) -> bool {
    c.is_control() && !['\n', '\t'].contains(&c)
}

/// Letters and digits in lower case, without accents, which LaTeX writes in its own way;
/// raised and lowered figures are figures.
pub fn letters(text: &str) -> String {
    let figures = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ⁿⁱ".chars().zip("01234567890123456789ni".chars());
    let figure = |c: char| figures.clone().find(|(raised, _)| *raised == c).map_or(c, |(_, plain)| plain);
    text.nfd().map(figure).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `text` without LaTeX commands, which are written in several ways, and without labels
/// and environments, which no output needs or some output adds.
fn without_commands(text: &str) -> String {
    past_commands(text, |after| after)
}

/// `text` without all these, read on from where `skip` says.
fn past_commands(text: &str, skip: impl Fn(&str) -> &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        out.push('\\');
        rest = after.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        if ["label{", "begin{", "end{"].iter().any(|command| after.starts_with(command)) {
            rest = past_braces(rest);
        }
        rest = skip(rest);
    }
    out + rest
}

/// What follows the `{…}` that `text` begins with, if it does.
fn past_braces(text: &str) -> &str {
    text.strip_prefix('{').and_then(|inner| inner.split_once('}')).map_or(text, |(_, after)| after)
}

/// Whether formulas of `text` define commands, which appear where they are used.
fn defines(text: &str) -> bool {
    ["\\def", "\\let", "\\newcommand", "\\renewcommand", "\\DeclareMathOperator", "\\newenvironment"]
        .iter()
        .any(|command| text.contains(command))
}

/// The letters of `text` that no reading takes for syntax.
pub fn least(text: &str, syntax: Syntax) -> String {
    certain(&without_syntax(text), syntax)
}

/// The same of what every output shows: only cards show hints.
pub fn told(text: &str, syntax: Syntax) -> String {
    // Where braces may be characters, the farthest ones are the safest.
    let doubtful = text.contains(['`', '$', '|', '\\', '[', '<', '&']);
    match syntax {
        Syntax::Plain => least(text, syntax),
        Syntax::Cloze => certain(&without_hints(&without_syntax(text), doubtful), syntax),
    }
}

fn certain(text: &str, syntax: Syntax) -> String {
    let text = if syntax == Syntax::Cloze { without_numbers(text) } else { text.to_owned() };
    letters(&without_cut_commands(&text))
}

fn without_syntax(text: &str) -> String {
    let seen = without_pictures(text);
    let lines: Vec<&str> = seen.split('\n').map(|line| least_of_line(line, text)).collect();
    let pairs = [("[[", "]]"), ("](", ")"), ("][", "]"), ("[^", "]"), ("[!", "]"), ("<", ">"), ("&", ";")];
    pairs.iter().fold(lines.join("\n"), |text, (open, close)| without(&text, open, close))
}

/// `text` without commands, and without the words that follow one and a delimiter: an
/// output that does not show the delimiter shows one longer command.
fn without_cut_commands(text: &str) -> String {
    past_commands(text, |mut rest| {
        loop {
            let marks = past_edge_of_code(text, rest);
            let marks = marks.trim_start_matches(['*', '_', '~', '=', '^', '[', ']', '|', '$']);
            // A colon is what is left of a hint.
            let marks = marks.trim_start_matches("{{").trim_start_matches(":}}").trim_start_matches("}}");
            if marks.len() == rest.len() {
                return rest;
            }
            rest = past_braces(marks.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
        }
    })
}

/// What follows the edge of code that `rest`, the end of `text`, begins with, if it does:
/// Markdown takes a space from each end of code.
fn past_edge_of_code<'t>(text: &str, rest: &'t str) -> &'t str {
    let before = &text[..text.len() - rest.len()];
    let edges = before.match_indices('`').filter(|(at, _)| !before[..*at].ends_with('`')).count();
    let inner = |text: &'t str| text.strip_prefix([' ', '\n']).unwrap_or(text);
    let edge = if edges % 2 == 1 { inner(rest) } else { rest };
    let after = edge.trim_start_matches('`');
    match edges % 2 {
        _ if after.len() == edge.len() => rest,
        0 => inner(after),
        _ => after,
    }
}

fn least_of_line<'l>(line: &'l str, text: &str) -> &'l str {
    let mut body = line;
    loop {
        let shorter = body.trim_start_matches([' ', '\t', '>', '-', '*', '+', '|', ':']);
        // An escaped mark is one in plain text.
        let escaped = shorter.strip_prefix('\\').filter(|rest| rest.starts_with(['-', '*', '+', '>', '|', ':']));
        let shorter = escaped.unwrap_or(shorter);
        let digits = shorter.trim_start_matches(|c: char| c.is_ascii_digit());
        // A number at the start of a line may be a list's in some output.
        let shorter = digits.strip_prefix(['.', ')']).unwrap_or(digits);
        let shorter = shorter.strip_prefix("[x]").or_else(|| shorter.strip_prefix("[X]")).unwrap_or(shorter);
        if shorter.len() == body.len() {
            break;
        }
        body = shorter;
    }
    if body.starts_with("```") || body.starts_with("~~~") {
        return "";
    }
    if body.starts_with('[')
        && let Some((label, _)) = body.split_once("]:")
        && folded(text).matches(&format!("{}]", folded(label))).count() > 1
    {
        return "";
    }
    // Colons may begin a hint.
    if let Some(mark) = line[..line.len() - body.len()].rfind("::") {
        return &line[mark..];
    }
    // A line of nothing but figures does not end its paragraph.
    let goes_on = body.is_empty() && line.contains(char::is_alphanumeric) && !begins_block(line);
    if goes_on { " " } else { body }
}

/// Whether `line` is a quotation's or the first of a list's item.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let marks: &[char] = if digits.len() < line.len() { &['.', ')'] } else { &['-', '*', '+'] };
    let item = digits.strip_prefix(marks).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    item || line.starts_with('>')
}

/// Labels are compared without case, and white space in them is one space.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// `text` without what stands between `open` and the `close` that may belong to it.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        let line = after.split('\n').next().unwrap_or("");
        let end = if open == "&" { line.find(close) } else { end(after, close) };
        let Some(end) = end else {
            out.push_str(open);
            rest = after;
            continue;
        };
        out.push_str(&braces(&after[..end], close));
        rest = &after[end + close.len()..];
    }
    out + rest
}

/// The braces and brackets of `text`, which may hide something around it; behind the first
/// `close`, where `text` may be over, also the colons that may begin a hint.
fn braces(text: &str, close: &str) -> String {
    let over = text.find(close).unwrap_or(text.len());
    let mut braces = String::new();
    for (at, c) in text.char_indices() {
        match c {
            '{' | '}' | '[' | ']' => braces.push(c),
            ':' if at > over && text[at..].starts_with("::") && !is_numbered(&text[..at]) => braces.push_str("::"),
            _ => {}
        }
    }
    format!(" {braces} ")
}

/// Whether `text` ends with the `{{c1` of a cloze.
fn is_numbered(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("{{c")
}

/// The last `close` in the first line of `text`, as brackets may stand within brackets,
/// or else the first of its paragraph.
fn end(text: &str, close: &str) -> Option<usize> {
    let line = text.split('\n').next()?.rfind(close);
    line.or_else(|| text.split("\n\n").next()?.find(close))
}

/// A picture's words are for those who cannot see it.
fn without_pictures(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("![") {
        out.push_str(before);
        let Some(mut end) = end_of_picture(after) else {
            // `![[a]]` is left to what reads `[[a]]`.
            out.push_str("![");
            rest = after;
            continue;
        };
        let mut at = 0;
        while let Some(found) = after[at..end].find("![") {
            at += found + 2;
            end = end.max(end_of_picture(&after[at..]).map_or(0, |end| at + end));
        }
        out.push_str(&braces(&after[..end], ")"));
        rest = &after[end..];
    }
    out + rest
}

/// The end of the picture whose words `text` begins with: behind the first path, or that
/// of its own if its words hold other pictures.
fn end_of_picture(text: &str) -> Option<usize> {
    let paths = [text.find("]("), closing_bracket(text).filter(|at| text[*at..].starts_with("]("))];
    let paths = paths.into_iter().flatten().filter(|at| !text[..*at].contains("\n\n"));
    paths.filter_map(|path| Some(path + end(&text[path..], ")")? + 1)).max()
}

/// The bracket that closes the one before `text`.
fn closing_bracket(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (1_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' if depth == 1 => return Some(at),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A cloze's number is syntax.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        out.push_str("{{");
        let after = after.trim_start_matches('{');
        let digits = after.strip_prefix('c').unwrap_or(after);
        let number = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_numbered = number.starts_with(':') && (digits.len() < after.len() || !number.starts_with("::"));
        rest = if is_numbered { number } else { after };
    }
    out + rest
}

/// `text` without what may be a hint.
fn without_hints(text: &str, doubtful: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("::") {
        out.push_str(before);
        out.push(':');
        let open = |text: &str| text.rfind("{{").is_some_and(|open| text.rfind("}}").is_none_or(|close| close < open));
        // `{{c2::` begins an answer, but not within another.
        let numbered = before.rsplit_once("{{c").is_some_and(|(outer, number)| {
            let outer = &out[..out.len() - 1 - before.len() + outer.len()];
            !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()) && !open(outer)
        });
        let within = if doubtful { out.contains("{{") } else { open(&out) };
        let end = if doubtful { after.rfind("}}") } else { after.find("}}") };
        rest = if numbered || !within { after } else { &after[end.unwrap_or(after.len())..] };
    }
    out + rest
}

/// What a reader sees of HTML.
pub fn of_html(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{{c") {
        shown.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    shown.push_str(rest);
    letters(&without_commands(&decoded(&shown)))
}

fn decoded(text: &str) -> String {
    let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#123;", "{"), ("&#91;", "["), ("&#58;", ":")];
    let text = names.iter().fold(text.to_owned(), |text, (name, c)| text.replace(name, c));
    text.replace("&amp;", "&")
}

/// What a reader sees of Markdown.
pub fn of_markdown(markdown: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let (mut text, mut pictures) = (String::new(), 0);
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures -= 1,
            Event::Text(part) | Event::Code(part) if pictures == 0 => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) | Event::Start(_) | Event::End(_) => {
                text.push(' ');
            }
            _ => {}
        }
    }
    letters(&without_commands(&text))
}

fn of_plain(plain: &str) -> String {
    let lines = plain.lines().map(|line| {
        let body = line.trim_start_matches([' ', '-']);
        let digits = body.trim_start_matches(|c: char| c.is_ascii_digit());
        match digits.strip_prefix('.') {
            Some(rest) if digits.len() < body.len() && (rest.is_empty() || rest.starts_with(' ')) => rest,
            _ => body.strip_prefix("[x] ").unwrap_or(body),
        }
    });
    letters(&without_commands(&lines.collect::<Vec<_>>().join("\n")))
}

/// The string literals of Typst code that are set as text.
fn of_typst(code: &str) -> String {
    let (mut text, mut before, mut chars) = (String::new(), String::new(), code.chars());
    let mut in_formula = false;
    while let Some(c) = chars.next() {
        in_formula ^= c == '$';
        if c != '"' {
            before.push(c);
            continue;
        }
        let literal = literal(&mut chars);
        let call = ["text(", "raw(", "ruby("].iter().any(|call| before.ends_with(call));
        let formula = before.ends_with("alt: ") && before.contains("math.equation");
        if !in_formula && (call || formula || before == ", ") {
            text.push_str(&literal);
            text.push(' ');
        }
        before.clear();
    }
    letters(&without_commands(&text.replace("☑", "").replace("☐", "")))
}

fn literal(chars: &mut std::str::Chars<'_>) -> String {
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some('u') => chars.by_ref().take_while(|c| *c != '}').for_each(drop),
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

/// Whether the characters of `few` stand in `many`, in their order.
pub fn is_within(few: &str, many: &str) -> bool {
    let mut rest = many.chars();
    few.chars().all(|c| rest.any(|other| other == c))
}

/// Whether `many` has each character as often as `few`.
fn holds_all(many: &str, few: &str) -> bool {
    let mut counts = std::collections::BTreeMap::<char, isize>::new();
    many.chars().for_each(|c| *counts.entry(c).or_default() += 1);
    few.chars().for_each(|c| *counts.entry(c).or_default() -= 1);
    counts.values().all(|count| *count >= 0)
}
