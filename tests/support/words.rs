//! Conservation of text: compares what an author writes with what the writers make of it, as
//! letters and digits in order. The source is read by hand, without the compiler's parser: the
//! least that must appear excludes whatever might be syntax, and the most that may appear
//! includes everything.
//!
//! The fuzz targets include this file, so it does not depend on tests or fuzzers.

use std::collections::BTreeSet;
use std::ops::Range;

use cardpress::diag::{Diagnostic, Sink};
use cardpress::markup::parse::{self, Form, Media, MediaKind, Resolver, Syntax};
use cardpress::markup::tex::Macros;
use cardpress::markup::{Document, Inline, html, markdown, plain, typst};
use cardpress::source::{ScalarStyle, Source, Sources, Span, TextMap};
use unicode_normalization::UnicodeNormalization as _;

/// Every item and every picture exists, and titles have no letters.
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
        (!path.is_empty()).then_some(Media { name, kind: MediaKind::Picture, night: None })
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

/// Parses `text` as the value of its own file.
pub fn parsed(text: &str, syntax: Syntax) -> (Document, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("case.yaml", text));
    let end = u32::try_from(text.len()).expect("texts are short");
    let map = TextMap::new(&sources, Span::new(file, 0, end), ScalarStyle::Literal, text);
    let mut diagnostics = Sink::new();
    let document = parse::document(text, (Form::Blocks, syntax), &map, &Everything, &mut diagnostics);
    (document, diagnostics.into_report())
}

/// What is wrong with what the writers make of `text`; `None` if there was a diagnostic, which
/// accounts for whatever is not shown.
pub fn lost(text: &str, syntax: Syntax) -> Option<String> {
    let (document, diagnostics) = parsed(text, syntax);
    if !diagnostics.is_empty() || defines(text) || text.contains(is_refused) {
        return None;
    }
    let options = markdown::Options { links: &|_| None, level: 1 };
    let (markdown, plain) = (markdown::document(&document, &options), plain::document(&document));
    // The compiler's parser replaces the author's characters with these, but entities produce them too.
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
    // Footnotes and readings of single characters move, and entities become characters.
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

/// Files must not contain these characters, either literally or as escapes.
fn is_refused(c: char) -> bool {
    c.is_control() && !['\n', '\t'].contains(&c)
}

/// Letters and digits in lower case, without accents, which LaTeX writes in its own way;
/// superscript and subscript digits become digits.
pub fn letters(text: &str) -> String {
    let figures = "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ⁿⁱ".chars().zip("01234567890123456789ni".chars());
    let figure = |c: char| figures.clone().find(|(raised, _)| *raised == c).map_or(c, |(_, plain)| plain);
    text.nfd().map(figure).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// `text` without LaTeX commands, which can be written in several ways, and without labels and
/// environments, which no output needs or which an output adds.
fn without_commands(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        out.push('\\');
        rest = past_command(after);
    }
    out + rest
}

/// What comes after the command name that `text` begins with.
fn past_command(text: &str) -> &str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let name = &text[..text.len() - rest.len()];
    if ["label", "begin", "end"].contains(&name) { past_braces(rest) } else { rest }
}

/// What comes after the `{…}` that `text` begins with, if it does.
fn past_braces(text: &str) -> &str {
    let inner = text.trim_start().strip_prefix('{');
    inner.and_then(|inner| Some(&inner[balanced(inner, '{', '}')? + 1..])).unwrap_or(text)
}

/// Whether formulas in `text` define commands, which then appear where they are used.
fn defines(text: &str) -> bool {
    ["\\def", "\\let", "\\newcommand", "\\renewcommand", "\\DeclareMathOperator", "\\newenvironment"]
        .iter()
        .any(|command| text.contains(command))
}

/// The letters of `text` that are not syntax in any reading.
pub fn least(text: &str, syntax: Syntax) -> String {
    let mut reading = Reading::new(text);
    if syntax == Syntax::Cloze {
        reading.numbers();
    }
    reading.certain()
}

/// The same for what every output shows, since only cards show hints.
pub fn told(text: &str, syntax: Syntax) -> String {
    let mut reading = Reading::new(text);
    if syntax == Syntax::Cloze {
        reading.numbers();
        reading.hints();
    }
    reading.certain()
}

/// Next to these, other delimiters may be literal and a span longer than it seems.
const DOUBTFUL: [char; 4] = ['`', '$', '\\', '<'];

/// Delimiters that an output may omit if they come in pairs or surround something.
const DELIMITERS: [char; 12] = ['*', '_', '~', '^', '[', ']', '|', '$', '`', '=', '{', '}'];

/// A text, and which of its bytes may be syntax. Each rule reads the text as the author wrote
/// it, regardless of what the other rules consider to be syntax.
struct Reading<'t> {
    text: &'t str,
    syntax: Vec<bool>,
}

impl<'t> Reading<'t> {
    /// `text`, with everything hidden that may be Markdown syntax.
    fn new(text: &'t str) -> Self {
        let mut reading = Self { text, syntax: vec![false; text.len()] };
        reading.links();
        reading.pictures();
        reading.entities();
        reading.definitions();
        reading
    }

    fn hide(&mut self, range: Range<usize>) {
        self.syntax[range].fill(true);
    }

    /// What is left, as letters.
    fn certain(mut self) -> String {
        self.lines();
        self.commands();
        letters(&self.text.char_indices().filter(|(at, _)| !self.syntax[*at]).map(|(_, c)| c).collect::<String>())
    }

    /// The rest of the paragraph at `at`.
    fn paragraph(&self, at: usize) -> &'t str {
        self.text[at..].split("\n\n").next().unwrap_or("")
    }

    /// Hides paths, labels, and ids with their words.
    fn links(&mut self) {
        for open in ["](", "][", "[^", "[!", "[["] {
            for (at, _) in self.text.match_indices(open) {
                let rest = &self.paragraph(at)[open.len()..];
                let (near, far) = match open {
                    "](" => (balanced(rest, '(', ')'), rest.rfind(')')),
                    "[[" => (rest.find("]]").filter(|end| !rest[..*end].contains('[')), rest.rfind("]]")),
                    _ => (rest.find(']'), rest.rfind(']')),
                };
                let end = near.filter(|end| !rest[..*end].contains(DOUBTFUL)).or(far);
                self.hide(at..at + end.map_or(0, |end| open.len() + end + 1));
            }
        }
    }

    /// Hides a picture's description, which is for those who cannot see it.
    fn pictures(&mut self) {
        for (at, _) in self.text.match_indices("![") {
            let rest = &self.paragraph(at)[2..];
            let near = balanced(rest, '[', ']').and_then(|end| match rest[end + 1..].chars().next() {
                Some('(') => Some(end + 2 + balanced(&rest[end + 2..], '(', ')')?),
                Some('[') => Some(end + 2 + rest[end + 2..].find(']')?),
                _ => Some(end),
            });
            let certain = |end: &usize| !rest[..*end].contains(DOUBTFUL) && !rest[..*end].contains("![");
            let end = near.filter(certain).or(rest.rfind([')', ']']));
            self.hide(at..at + end.map_or(0, |end| 2 + end + 1));
        }
    }

    fn entities(&mut self) {
        for (at, _) in self.text.match_indices('&') {
            let rest = &self.text[at + 1..];
            let name = rest.trim_start_matches(|c: char| c == '#' || c.is_ascii_alphanumeric());
            if name.starts_with(';') {
                self.hide(at..at + 2 + rest.len() - name.len());
            }
        }
    }

    /// Hides definitions of labels that are used elsewhere; other definitions are reported.
    fn definitions(&mut self) {
        let whole = folded(self.text);
        for (at, _) in self.text.match_indices('[') {
            let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
            if self.text[line..at].char_indices().any(|(of, c)| c.is_alphabetic() && !self.syntax[line + of]) {
                continue;
            }
            let rest = self.paragraph(at);
            for (end, _) in rest.match_indices("]:") {
                if whole.matches(&folded(&rest[..=end])).count() < 2 {
                    continue;
                }
                // The address may be on its own line.
                let after = &rest[end + 2..];
                let address = after.len() - after.trim_start().len();
                let length = after[address..].find('\n').map_or(after.len(), |end| address + end);
                self.hide(at..at + end + 2 + length);
            }
        }
    }

    /// Hides what begins a line: numbers, ticks, and the names of languages after fences.
    fn lines(&mut self) {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            for (of, c) in line.char_indices() {
                let (at, rest) = (start + of, &line[of..]);
                if rest.starts_with("```") || rest.starts_with("~~~") {
                    self.hide(at..start + line.len());
                    break;
                }
                let is_tick = rest.starts_with("x]") || rest.starts_with("X]");
                if is_tick || self.is_number_of_list(at) {
                    self.hide(at..at + 1);
                } else if c.is_alphanumeric() && !self.syntax[at] {
                    break;
                }
            }
            start += line.len();
        }
    }

    /// Whether a list number continues at `at` in some output, which may omit the delimiters inside it.
    fn is_number_of_list(&self, at: usize) -> bool {
        let mut chars =
            self.text[at..].char_indices().filter(|(of, _)| !self.syntax[at + of]).map(|(_, c)| c).peekable();
        let is_digit = chars.next_if(char::is_ascii_digit).is_some();
        while chars
            .next_if(|c| c.is_ascii_digit() || DELIMITERS.contains(c) || c.is_whitespace() || *c == '\\')
            .is_some()
        {}
        is_digit
            && chars.next_if(|c| matches!(c, '.' | ')')).is_some()
            && !chars.peek().is_some_and(|c| c.is_alphanumeric())
    }

    /// A cloze's number is syntax, and so is the colon after it.
    fn numbers(&mut self) {
        for (at, _) in self.text.match_indices('{').filter(|(at, _)| self.text[*at..].starts_with("{{")) {
            let rest = &self.text[at + 2..];
            let digits = rest.strip_prefix('c').unwrap_or(rest);
            let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
            if after.starts_with(':') && (digits.len() < rest.len() || !after.starts_with("::")) {
                let colons = after.len() - after.trim_start_matches(':').len();
                self.hide(at..at + 2 + rest.len() - after.len() + colons);
            }
        }
    }

    /// Hides what may be hints, with their colons.
    fn hints(&mut self) {
        // Code may contain empty lines.
        let whole = ["```", "~~~", "    ", "\t"].iter().any(|code| self.text.contains(code));
        let mut start = 0;
        let parts = if whole { vec![self.text] } else { self.text.split_inclusive("\n\n").collect() };
        for part in parts {
            // If braces may be literal, the farthest ones are the safest choice.
            let doubtful = part.contains(DOUBTFUL) || part.contains(['|', '[', '&']);
            let open = |before: &str| before.rfind("{{").is_some_and(|open| doubtful || !is_closed(&before[open..]));
            for (at, _) in part.match_indices("::") {
                // `{{c2::` begins an answer, unless it is inside another one.
                let digits = part[..at].trim_end_matches(|c: char| c.is_ascii_digit());
                let outer = digits.strip_suffix("{{c").filter(|_| digits.len() < at);
                let numbered =
                    outer.is_some_and(|outer| outer.rfind("{{").is_none_or(|open| is_closed(&outer[open..])));
                let end = if doubtful { part.rfind("}}") } else { part[at..].find("}}").map(|end| at + end) };
                if open(&part[..at]) && !numbered {
                    self.hide(start + at..start + end.unwrap_or(part.len()).max(at));
                }
            }
            start += part.len();
        }
    }

    /// Hides commands, which can be written in several ways, and words that follow a command
    /// and a delimiter: an output that omits the delimiter shows one longer command.
    fn commands(&mut self) {
        // An entity may be a backslash.
        let starts = self.text.match_indices(['\\', ';']).filter(|(at, c)| *c == "\\" || self.syntax[*at]);
        let starts: Vec<usize> = starts.map(|(at, _)| at + 1).collect();
        for start in starts {
            let mut at = start;
            loop {
                let rest = past_command(&self.text[at..]);
                // What we cut off may be an argument of the longer command.
                let after = if at > start { past_braces(rest) } else { rest };
                let end = self.text.len() - after.len();
                self.hide(at..end);
                let next = self.past_marks(end);
                if next == end {
                    break;
                }
                at = next;
            }
        }
    }

    /// The end of the delimiters at `start` that some output may omit.
    fn past_marks(&self, start: usize) -> usize {
        let text = self.text;
        let is_mark = |at: usize, c: char| match c {
            '\\' => false,
            '=' | '{' | '}' => text[..at].ends_with(c) || text[at + 1..].starts_with(c),
            c => DELIMITERS.contains(&c) || self.syntax[at],
        };
        let mut end = start;
        loop {
            // Markdown removes the spaces at the edges of code, and clozes have no line breaks there.
            let space = text[end..].find(|c: char| !c.is_whitespace()).map_or(text.len(), |found| end + found);
            let breaks = text[end..space].contains('\n');
            let quote = |c: char| breaks && (c == '>' || c.is_whitespace());
            let space = text.len() - text[space..].trim_start_matches(quote).len();
            let takes = |c: char| c == '`' || breaks && matches!(c, '{' | '}' | ':');
            let edge = text[start..end].ends_with(takes) || text[space..].starts_with(takes);
            let next = if edge { space } else { end };
            match text[next..].chars().next().filter(|c| is_mark(next, *c)) {
                Some(c) => end = next + c.len_utf8(),
                None if end > start && edge => return space,
                None => return end,
            }
        }
    }
}

/// Whether the `{{` that `text` begins with is closed in every reading.
fn is_closed(text: &str) -> bool {
    let escaped = text.contains("\\{") || text.contains("\\}");
    text.contains("}}") && !escaped && text.matches('{').count() == text.matches('}').count()
}

/// The end of the bracket that is open before `text`.
fn balanced(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(at, c)| {
        depth += usize::from(c == open);
        let ends = c == close && depth == 0;
        depth -= usize::from(c == close && !ends);
        ends.then_some(at)
    })
}

/// Labels are compared without regard to case, and here by their letters only.
fn folded(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric() || *c == ']');
    kept.collect::<String>().to_uppercase().to_lowercase()
}

/// What readers see of HTML.
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

/// What readers see of Markdown.
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

/// The string literals of Typst code that are printed as text.
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

/// Whether `many` contains the characters of `few` in the same order.
pub fn is_within(few: &str, many: &str) -> bool {
    let mut rest = many.chars();
    few.chars().all(|c| rest.any(|other| other == c))
}

/// Whether `many` contains each character at least as often as `few`.
fn holds_all(many: &str, few: &str) -> bool {
    let mut counts = std::collections::BTreeMap::<char, isize>::new();
    many.chars().for_each(|c| *counts.entry(c).or_default() += 1);
    few.chars().for_each(|c| *counts.entry(c).or_default() -= 1);
    counts.values().all(|count| *count >= 0)
}
