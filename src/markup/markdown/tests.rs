//! Text → Markdown → a different Markdown parser → the same text.

use pulldown_cmark::{Event, Options as Syntax, Parser};

use super::*;
use crate::markup::ast::{Cloze, Math};
use crate::source::{FileId, Span};

const NASTY: [&str; 58] = [
    "plain words, nothing else",
    "5*3 * 2 ** 4 *a* **b** a*b*c",
    "snake_case _a_ __b__ __init__ a _ b _",
    "* no bullet",
    "- no bullet",
    "+ no bullet",
    "-",
    "+",
    "1. no number",
    "2024) no number",
    "1.",
    "3.5 million",
    "# no heading",
    "#tag and C #",
    "### ###",
    "> no quote",
    "a > b < c <d> <e f </g> <!-- h --> <?i?> <3 <<j>>",
    "[x](y) [z] [a][b] ![c](d) [[e]] [f]: g",
    "[ ] no task",
    "[x] no task",
    "[f]: https://example.org",
    "[^1]: no note",
    "a ![b] !",
    "`code` ``x`` ` a",
    "```",
    "~~~",
    "~5 ms to ~10 ms, ~a~ ~~b~~ a~b~c",
    "a | b || c",
    "|",
    "| a | b |",
    "| --- | --- |",
    "--- | ---",
    ":-: | -",
    "---",
    "===",
    "= =",
    "- - -",
    "***",
    "___",
    "_ _ _",
    "costs $5 and $10",
    "US$5 and US$10, 5$ $x$ $$y$$",
    "$ $",
    "a $`b`$ c",
    "&amp; &lt; &#42; &copy; & &x AT&T; R&D",
    "\\ \\\\ \\* \\a \\| \\",
    "C:\\dir\\[x]",
    "{{c1::x}} {a}",
    "a:: b :c:",
    "x^2^ H~2~O",
    "<b>bold</b> <script>alert(1)</script>",
    "</details>",
    "\"quotes\" 'single' -- --- ...",
    "50 % of 3 000 – über 中文*字*",
    "(*a*) \"_b_\" -*c*-",
    "f(x)[i](j)]",
    "a]",
    "!",
];

/// What a reader of the Markdown sees.
fn read(markdown: &str) -> String {
    let syntax = Syntax::ENABLE_TABLES
        | Syntax::ENABLE_STRIKETHROUGH
        | Syntax::ENABLE_TASKLISTS
        | Syntax::ENABLE_FOOTNOTES
        | Syntax::ENABLE_GFM
        | Syntax::ENABLE_MATH;
    let events = Parser::new_ext(markdown, syntax).map(|event| match event {
        Event::Text(text) | Event::Code(text) => text.into_string(),
        Event::InlineHtml(tag) if tag.contains("br") => "\n".to_owned(),
        Event::SoftBreak | Event::HardBreak => "\n".to_owned(),
        Event::InlineMath(_) | Event::DisplayMath(_) => "<math>".to_owned(),
        Event::TaskListMarker(_) => "<task>".to_owned(),
        Event::Html(_) => "<html>".to_owned(),
        Event::FootnoteReference(_) => "<note>".to_owned(),
        Event::Rule => "<rule>".to_owned(),
        Event::InlineHtml(_) | Event::Start(_) | Event::End(_) => String::new(),
    });
    events.collect()
}

fn nowhere() -> Span {
    Span::new(FileId::new(0), 0, 0)
}

fn text(text: &str) -> Inline {
    Inline::text(text, nowhere())
}

fn code(text: &str) -> Inline {
    Inline::Code { text: text.to_owned(), span: nowhere() }
}

#[test]
fn the_same_text_comes_back_wherever_it_stands() {
    let options = Options { links: &|_| Some("a.md#b".to_owned()), level: 0 };
    for nasty in NASTY {
        let inner = || vec![text(nasty)];
        let link = Inline::Link {
            url: "https://example.org/a_(b)?c=1&lt=2".to_owned(),
            content: inner(),
        };
        let reference = Inline::Reference { id: "b".to_owned(), content: inner() };
        let cases = [
            ("alone", inner(), nasty.to_owned()),
            ("below", vec![text("a"), Inline::SoftBreak, text(nasty)], format!("a\n{nasty}")),
            ("above", vec![text(nasty), Inline::SoftBreak, text("a")], format!("{nasty}\na")),
            ("broken", vec![text(nasty), Inline::HardBreak, text("a")], format!("{nasty}\na")),
            ("strong", vec![Inline::Strong(inner())], nasty.to_owned()),
            ("inside", vec![text("a"), Inline::Strong(inner()), text("b")], format!("a{nasty}b")),
            ("emphasis", vec![text("a "), Inline::Emphasis(inner()), text(".")], format!("a {nasty}.")),
            ("nested", vec![Inline::Strong(vec![Inline::Emphasis(inner())])], nasty.to_owned()),
            ("struck", vec![Inline::Strikethrough(inner()), text("b")], format!("{nasty}b")),
            ("in a link", vec![text(nasty), link], format!("{nasty}{nasty}")),
            ("in a reference", vec![text("a!"), reference], format!("a!{nasty}")),
            ("before code", vec![text(nasty), code("x")], format!("{nasty}x")),
            ("after code", vec![code("`x"), text(nasty)], format!("`x{nasty}")),
            ("as code", vec![code(nasty)], nasty.to_owned()),
        ];
        for (place, content, want) in cases {
            let paragraph = Document::paragraph(content.clone());
            let markdown = document(&paragraph, &options);
            assert_eq!(read(&markdown), want, "{place}: {markdown}");
            let item = indented("- ", &markdown);
            assert_eq!(read(&item), want, "{place} in a list: {item}");

            let want = want.replace('\n', " ");
            let heading = format!("## {}", inline(&content, &options));
            assert_eq!(read(&heading).replace('\n', " "), want, "{place} in a heading: {heading}");

            let cells = vec![cell(&paragraph, &options), "end".to_owned()];
            let table = table(&[Align::None; 2], &[cells.clone(), cells]);
            let seen = read(&table).replace('\n', " ");
            assert_eq!(seen, format!("{want}end{want}end"), "{place} in a table: {table}");
        }
    }
}

#[test]
fn what_needs_no_backslash_has_none() {
    let same = [
        "costs $5 and $10, about ~5 %",
        "a < b > c, 3 * 4, snake_case, C# and F#, R&D",
        "see [1] or f(x) - y; 1. and 2.",
        "a | b, \\alpha!",
    ];
    for case in same {
        let options = Options { links: &|_| None, level: 0 };
        assert_eq!(document(&Document::paragraph(vec![text(case)]), &options), case);
    }
}

#[test]
fn formulas_are_written_as_github_sees_them() {
    let options = Options { links: &|_| None, level: 0 };
    let math = |tex: &str| Inline::Math(Box::new(Math::new(tex, "", nowhere())));
    let cases = [
        (vec![text("a "), math("x_i + x_{j}"), text(".")], "a $x_i + x_{j}$."),
        (vec![text("a "), math("x"), text("-axis")], "a $x$-axis"),
        (vec![text("("), math("x"), text(")")], "($`x`$)"),
        (vec![math("n"), text("th")], "$`n`$th"),
        (vec![math("\\{x\\}")], "$`\\{x\\}`$"),
        (vec![math("\\hat{y}_i")], "$`\\hat{y}_i`$"),
        (vec![math("w^*")], "$`w^*`$"),
        (vec![math("a<b")], "$`a<b`$"),
        (vec![math("[a](b)")], "$`[a](b)`$"),
        (vec![Inline::Strong(vec![math("x")])], "$x$"),
        (vec![math("x"), text(" for $5")], "$x$ for <span>\\$</span>5"),
    ];
    for (content, want) in cases {
        assert_eq!(document(&Document::paragraph(content), &options), want);
    }
    let cell = cell(&Document::paragraph(vec![math("|x| \\|y\\|")]), &options);
    assert_eq!(cell, "$\\vert x\\vert  \\Vert y\\Vert$");
}

#[test]
fn blocks_keep_apart() {
    let options = Options { links: &|_| None, level: 2 };
    let words = |words: &str| Block::Paragraph(vec![text(words)]);
    let item = |blocks| crate::markup::ListItem { task: None, blocks };
    let list = |start, items| Block::List(List { start, tight: true, items });
    let fenced = |code: &str| {
        Block::Code(CodeBlock {
            lang: "py".into(),
            text: code.into(),
            span: nowhere(),
            hidden: Vec::new(),
        })
    };
    let math = |tex: &str| Math::new(tex, "", nowhere());
    let hidden = Cloze {
        number: 1,
        answer: vec![text("x")],
        hint: vec![text("a hint")],
        span: nowhere(),
    };
    let nested = item(vec![words("b"), list(None, vec![item(vec![words("c")])]), fenced("x\n\ny")]);
    let document = Document {
        blocks: vec![
            Block::Heading { level: 1, content: vec![text("h")] },
            list(Some(9), vec![item(vec![words("a")]), nested]),
            list(Some(1), vec![item(vec![words("d"), list(None, vec![item(vec![words("e")])])])]),
            Block::Quote(vec![words("q"), fenced("```")]),
            Block::Paragraph(vec![text("f"), Inline::DisplayMath(Box::new(math("x^2"))), text("g")]),
            Block::Math(math("a \\\\ b")),
            Block::Paragraph(vec![
                text("a "),
                Inline::Cloze(hidden),
                text(" "),
                Inline::Math(Box::new(math("\\{|x|\\}"))),
            ]),
        ],
    };
    let want = "### h\n\n9. a\n10. b\n\n    - c\n\n    ```py\n    x\n\n    y\n    ```\n\n1) d\n   - e\n\n\
        > q\n>\n> ````py\n> ```\n> ````\n\nf\n\n$$\nx^2\n$$\n\ng\n\n```math\na \\\\ b\n```\n\n\
        a **x** $`\\{|x|\\}`$";
    assert_eq!(super::document(&document, &options), want);
    let flat = "**h**<br>9. a<br>10. b<br>&nbsp;&nbsp;• c";
    assert!(cell(&document, &options).starts_with(flat), "{}", cell(&document, &options));
}

/// Each level of emphasis tries several delimiters, and writes its content with each.
#[test]
fn stresses_within_stresses_end() {
    let mut text = vec![text("deep")];
    for level in 0..60 {
        text = vec![if level % 2 == 0 { Inline::Emphasis(text) } else { Inline::Strong(text) }];
    }
    let written = inline(&text, &Options { links: &|_| None, level: 1 });
    assert!(written.contains("deep"), "{written}");
}
