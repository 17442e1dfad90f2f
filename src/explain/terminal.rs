//! A page for a terminal or a pipe: Markdown as text that reads well without being rendered.

/// How wide a table's line may be before its rows become paragraphs.
const WIDTH: usize = 100;

/// A page as text: code indented without its fences, links as their words, tables in columns, and
/// headings and labels in bold type if `bold` is set.
#[must_use]
pub fn text(page: &str, bold: bool) -> String {
    let strong = |text: &str| if bold { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let mut out = String::new();
    let mut code = false;
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            code = !code;
            continue;
        }
        if !code && (line.starts_with("<!--") || line.starts_with("![")) {
            // A picture or a marker for tests, and the empty line after it.
            lines.next_if(|next| next.is_empty());
            continue;
        }
        if !code && line.starts_with('|') {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|row| row.starts_with('|')) {
                rows.push(row);
            }
            out.push_str(&table(&rows, &strong));
            continue;
        }
        let shown = if code && !line.is_empty() {
            format!("    {line}")
        } else if code {
            String::new()
        } else if let Some(title) = line.strip_prefix('#') {
            strong(&title.trim_start_matches(['#', ' ']).replacen('`', "", 2))
        } else if let Some((label, rest)) = line.strip_prefix("**").and_then(|line| line.split_once("**")) {
            format!("{}{}", strong(label), words(rest))
        } else {
            words(line)
        };
        out.push_str(&shown);
        out.push('\n');
    }
    out
}

/// A table in columns, or a paragraph for each row if a line would be too long.
fn table(rows: &[&str], strong: &dyn Fn(&str) -> String) -> String {
    let rule = |row: &&&str| !row.trim_matches(['|', ' ']).chars().all(|c| matches!(c, '-' | ':' | '|' | ' '));
    let rows: Vec<Vec<String>> = rows.iter().filter(rule).map(|row| cells(row)).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    if widths.iter().map(|width| width + 2).sum::<usize>() <= WIDTH {
        for (number, row) in rows.iter().enumerate() {
            let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            let line = padded.collect::<Vec<_>>().join("  ");
            let line = line.trim_end();
            out.push_str("  ");
            out.push_str(&if number == 0 { strong(line) } else { line.to_owned() });
            out.push('\n');
        }
        return out;
    }
    for row in rows.iter().skip(1) {
        let Some((last, first)) = row.split_last() else { continue };
        let first: Vec<&str> = first.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        out.push_str("  ");
        out.push_str(&strong(&first.join(" · ")));
        out.push('\n');
        out.push_str(&wrapped(last, 6));
    }
    out
}

/// The cells of a row, without their markup.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim().trim_start_matches('|');
    let row = row.strip_suffix('|').unwrap_or(row).replace("\\|", "\u{0}");
    row.split('|').map(|cell| words(cell.trim()).replace('\u{0}', "|")).collect()
}

/// Words wrapped into lines, indented by `margin`.
fn wrapped(text: &str, margin: usize) -> String {
    let (mut out, mut length) = (String::new(), 0);
    for word in text.split_whitespace() {
        let room = length + 1 + word.chars().count() <= WIDTH - margin;
        if length > 0 && room {
            out.push(' ');
            length += 1;
        } else {
            if length > 0 {
                out.push('\n');
            }
            out.push_str(&" ".repeat(margin));
            length = 0;
        }
        out.push_str(word);
        length += word.chars().count();
    }
    if length > 0 {
        out.push('\n');
    }
    out
}

/// Links as their words; code stays as it is.
fn words(text: &str) -> String {
    let mut out = String::new();
    for (number, part) in text.split('`').enumerate() {
        if number > 0 {
            out.push('`');
        }
        if number % 2 == 0 {
            out.push_str(part);
        } else {
            // Brackets in code aren't links.
            out.push_str(&part.replace("](", "]\u{1}("));
        }
    }
    while let Some(at) = out.find("](") {
        let (Some(open), Some(close)) = (out[..at].rfind('['), out[at..].find(')')) else { break };
        let linked = out[open + 1..at].to_owned();
        out.replace_range(open..=at + close, &linked);
    }
    out.replace('\u{1}', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_without_its_markup() {
        let page = "# `bad-tag`: a tag\n\n**What.** A `tag`.\n\n**Before**\n\n```yaml\na: **b**\n\n# c\n```\n";
        let plain = "bad-tag: a tag\n\nWhat. A `tag`.\n\nBefore\n\n    a: **b**\n\n    # c\n";
        assert_eq!(text(page, false), plain);
        assert!(text(page, true).starts_with("\u{1b}[1mbad-tag: a tag\u{1b}[0m\n"));
    }

    #[test]
    fn links_marks_and_tables_are_read_as_text() {
        let page = "<!-- keys: A -->\n\nSee [`b`](b.md#b) and `[c](d)`.\n\n| A | B |\n| --- | --- |\n| `x\\|y` | [z](z.md) |\n";
        assert_eq!(text(page, false), "See `b` and `[c](d)`.\n\n  A      B\n  `x|y`  z\n");
        let long = format!("| A | B | C |\n| --- | --- | --- |\n| a | | {} |\n", "word ".repeat(30).trim());
        let lines: Vec<String> = text(&long, false).lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "  a");
        assert!(lines.len() == 3 && lines.iter().all(|line| line.len() <= WIDTH), "{lines:?}");
    }
}
