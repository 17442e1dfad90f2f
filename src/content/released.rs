//! A manifest with a release's version and date, and every other byte unchanged.

use crate::diag::Sink;
use crate::source::{FileId, ScalarStyle};
use crate::yaml::{self, NodeId, Tree};

/// The text of the manifest `text` with the release `version`, made on `date`, `YYYY-MM-DD`.
/// `None` if the manifest has no version that can be replaced.
#[must_use]
pub fn manifest(text: &str, version: &str, date: &str) -> Option<String> {
    let tree = yaml::parse(FileId::new(0), text, &mut Sink::new());
    let root = tree.root()?;
    let (_, old_version) = tree.entry(root, "version")?;
    tree.text(old_version)?;
    let (start, end) = place(&tree, old_version);
    let mut changes = vec![(start, end, written(&tree, old_version, version))];
    match tree.entry(root, "date") {
        Some((key, old)) => {
            // For a key without a value, the place can be anywhere after the key.
            let empty = place(&tree, old).0 == place(&tree, old).1;
            let (start, end) =
                if empty { (place(&tree, key).1 + 1, place(&tree, key).1 + 1) } else { place(&tree, old) };
            let space = if empty { " " } else { "" };
            changes.push((start, end, space.to_owned() + &written(&tree, old, date)));
        }
        // Insert it after the version: on the same line if the mapping has braces.
        None if text[place(&tree, root).0..].starts_with('{') => changes.push((end, end, format!(", date: {date}"))),
        None => {
            let rest = &text[end..];
            let line = rest.find('\n').map_or(text.len(), |length| end + length);
            let own = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let indent: String = text[own..].chars().take_while(|c| *c == ' ').collect();
            let line = if text[..line].ends_with('\r') { line - 1 } else { line };
            let ending = if text[line..].starts_with('\r') { "\r\n" } else { "\n" };
            changes.push((line, line, format!("{ending}{indent}date: {date}")));
        }
    }
    changes.sort_by_key(|(start, ..)| std::cmp::Reverse(*start));
    let mut new = text.to_owned();
    for (start, end, value) in changes {
        new.replace_range(start..end, &value);
    }
    says(&new, version, date).then_some(new)
}

fn place(tree: &Tree<'_>, node: NodeId) -> (usize, usize) {
    let span = tree.span(node);
    (span.start as usize, span.end as usize)
}

/// `value`, in the same quotes that the author used.
fn written(tree: &Tree<'_>, node: NodeId, value: &str) -> String {
    match tree.style(node) {
        ScalarStyle::DoubleQuoted => format!("\"{value}\""),
        ScalarStyle::SingleQuoted => format!("'{value}'"),
        // YAML reads a version with a single dot as a number.
        _ if value.parse::<f64>().is_ok() => format!("\"{value}\""),
        _ => value.to_owned(),
    }
}

/// Whether the manifest `text` now has this version and date: the old value may have had a form
/// that cannot be replaced, such as a block.
fn says(text: &str, version: &str, date: &str) -> bool {
    let mut faults = Sink::new();
    let tree = yaml::parse(FileId::new(0), text, &mut faults);
    let value = |key: &str| tree.root().and_then(|root| tree.get(root, key)).and_then(|node| tree.text(node));
    faults.is_empty() && value("version") == Some(version) && value("date") == Some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_version_and_date_changes() {
        let cases = [
            ("id: a\nversion: 0.1.0\nlanguage: en\n", "id: a\nversion: 1.0.0\ndate: 2026-11-29\nlanguage: en\n"),
            ("version: '0.1.0' # ours\r\nid: a\r\n", "version: '1.0.0' # ours\r\ndate: 2026-11-29\r\nid: a\r\n"),
            ("date: 2020-01-01\nversion: \"0.1\"", "date: 2026-11-29\nversion: \"1.0.0\""),
            ("date:\nversion: 0.1.0", "date: 2026-11-29\nversion: 1.0.0"),
            ("version: 0.1.0", "version: 1.0.0\ndate: 2026-11-29"),
            ("{id: a, version: 0.1.0, x: y}", "{id: a, version: 1.0.0, date: 2026-11-29, x: y}"),
            ("\u{feff}# é\nversion: 0.1.0   # x: y\n", "\u{feff}# é\nversion: 1.0.0   # x: y\ndate: 2026-11-29\n"),
        ];
        for (before, after) in cases {
            assert_eq!(manifest(before, "1.0.0", "2026-11-29").as_deref(), Some(after));
        }
        assert_eq!(
            manifest("version: 0.1.0\n", "1.10", "2026-11-29").as_deref(),
            Some("version: \"1.10\"\ndate: 2026-11-29\n")
        );
        for text in ["", "id: a", "version: [1]", "version: |\n  1\n", "version: 1\nversion: 2\n"] {
            assert_eq!(manifest(text, "1.0.0", "2026-11-29"), None, "{text}");
        }
    }
}
