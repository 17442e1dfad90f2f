//! What each diagnostic code means, what the reference says about a kind, a key or a command, and
//! the guide: the pages of `docs`, which are compiled into this module. Pages are Markdown; a
//! terminal gets them as text.

mod reference;
mod terminal;

pub use terminal::text;

use crate::similar;

/// The pages on the codes of one stage.
pub struct Stage {
    /// What the stage looks at.
    pub name: &'static str,
    /// Each code with its page, in alphabetical order.
    pub pages: &'static [(&'static str, &'static str)],
}

macro_rules! pages {
    ($($code:literal)*) => {
        &[$(($code, include_str!(concat!("../docs/codes/", $code, ".md")))),*]
    };
}

/// Every code, in the order in which a build reaches them.
pub const STAGES: [Stage; 9] = [
    Stage {
        name: "Files",
        pages: pages![
            "bad-pattern" "empty-file" "file-too-large" "fix-failed" "no-content" "not-utf8" "too-many"
            "unread-file"
        ],
    },
    Stage {
        name: "YAML",
        pages: pages![
            "bad-escape" "bad-key" "control-character" "curly-quote" "duplicate-key" "indentation" "leading-bracket" "missing-colon"
            "missing-space" "nesting"
            "reserved-character" "second-colon" "second-document" "tab-indentation" "text-after-hash"
            "text-after-quote" "unclosed-bracket" "unclosed-quote" "yaml" "yaml-alias" "yaml-anchor" "yaml-tag"
        ],
    },
    Stage {
        name: "Shape",
        pages: pages![
            "bad-date" "bad-id" "bad-option" "bad-tag" "bad-value" "bad-word" "missing-key" "too-few"
            "too-many-keys" "unknown-key" "wrong-type"
        ],
    },
    Stage {
        name: "Items, ids and references",
        pages: pages![
            "bad-choice-option" "bad-tip" "doubled-reference" "draft-reference" "duplicate-id" "duplicate-option" "duplicate-week" "item-without-id" "missing-day"
            "no-right-option" "not-a-prompt"
            "row-length" "row-without-id" "topic-spelling" "unknown-reference" "unknown-row"
        ],
    },
    Stage {
        name: "Note types",
        pages: pages![
            "bad-field" "bad-template" "blank-front" "missing-field" "missing-template" "no-card" "unknown-field"
            "unknown-note-type"
        ],
    },
    Stage {
        name: "Text",
        pages: pages![
            "ambiguous-cloze" "bad-cloze" "bad-formula" "bad-heading" "bad-link" "bad-macro" "bad-media" "cloze-hint"
            "empty-text" "folded-text" "line-ends" "link-title" "lost-in-formula" "math-delimiters" "media-extension" "missing-media"
            "no-cloze" "one-line" "plain-code" "raw-html" "unclosed-cloze" "unclosed-fence" "unclosed-math"
            "unknown-footnote" "unknown-language" "unused-definition"
        ],
    },
    Stage {
        name: "Outputs",
        pages: pages![
            "apkg-failed" "bad-font" "csv-failed" "empty-output" "formula-as-source" "media" "missing-glyph" "missing-script" "no-sheet"
            "no-words"
            "sheet-overflow" "sheet-overlap" "typst"
        ],
    },
    Stage {
        name: "Lint",
        pages: pages![
            "answer-in-question" "duplicate-question" "either-or-question" "interference" "long-answer"
            "long-code-line" "long-list" "many-clozes" "near-duplicate" "no-alt-text" "no-source" "orphan-topic"
            "single-tag" "stale-review" "unfinished-item" "unknown-rule" "unmeasured-result" "unplanned-item"
            "unused-allow" "unused-media" "vague-opener" "whole-sentence" "yes-no-question"
        ],
    },
    Stage {
        name: "Ledger",
        pages: pages![
            "bad-accept" "changed-fields" "changed-kind" "changed-sort-field" "changed-templates" "damaged-lock"
            "duplicate-guid" "foreign-lock" "lock-conflict" "newer-lock" "nothing-to-accept" "renamed-deck"
            "renumbered-cloze" "stale-lock" "vanished-card" "vanished-id"
        ],
    },
];

/// Every code with its page.
pub fn pages() -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    STAGES.iter().flat_map(|stage| stage.pages.iter().copied())
}

/// The page on `code`.
#[must_use]
pub fn page(code: &str) -> Option<&'static str> {
    pages().find(|(known, _)| *known == code).map(|(_, page)| page)
}

/// What `word` means, as Markdown: a code, a kind of item, a key, a command or a page of the docs.
#[must_use]
pub fn find(word: &str) -> Option<String> {
    page(word).map(str::to_owned).or_else(|| reference::find(word))
}

/// What `word` may have been meant to be.
#[must_use]
pub fn similar(word: &str) -> Option<String> {
    let names = reference::names();
    let known = pages().map(|(code, _)| code).chain(names.iter().map(String::as_str));
    similar::name(word, known).map(str::to_owned)
}

/// What a page's first line says after the code.
#[must_use]
pub fn title(page: &str) -> &str {
    let line = page.lines().next().unwrap_or("");
    line.split_once("`: ").map_or(line, |(_, title)| title)
}

/// All codes with their titles, by stage, and what the reference and the guide have.
#[must_use]
pub fn list() -> String {
    let width = pages().map(|(code, _)| code.len()).max().unwrap_or(0);
    let line = |(code, page): &(&str, &str)| format!("  {code:width$}  {}\n", title(page));
    let stage = |stage: &Stage| format!("{}\n{}", stage.name, stage.pages.iter().map(line).collect::<String>());
    let stages = STAGES.iter().map(stage).collect::<Vec<_>>().join("\n");
    let of = |(name, sections): (&str, Vec<String>)| format!("  {name:width$}  {}\n", sections.join(", "));
    let reference: String = reference::pages().map(of).collect();
    let guide: String = reference::guide().map(|(name, title)| format!("  {name:width$}  {title}\n")).collect();
    format!("{stages}\nReference: any of these names, or any key of a file\n{reference}\nGuide\n{guide}")
}

/// The text of `docs/codes/README.md`.
#[must_use]
pub fn index() -> String {
    let line = |(code, page): &(&str, &str)| format!("- [`{code}`]({code}.md): {}\n", title(page));
    let stage = |stage: &Stage| format!("\n## {}\n\n{}", stage.name, stage.pages.iter().map(line).collect::<String>());
    let stages: String = STAGES.iter().map(stage).collect();
    format!(
        "# Diagnostics\n\nEvery error and warning has a code. `cardpress explain CODE` prints these pages; without a \
         code it\nlists them.\n{stages}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_comes_before_a_name_of_the_reference() {
        assert!(find("media").is_some_and(|page| page.starts_with("# `media`: ")));
        assert!(find("question").is_some_and(|page| page.starts_with("## Question")));
        assert_eq!(similar("qestion").as_deref(), Some("question"));
        assert_eq!(similar("bad-tga").as_deref(), Some("bad-tag"));
        assert_eq!(title("# `bad-tag`: a tag\n"), "a tag");
    }
}
