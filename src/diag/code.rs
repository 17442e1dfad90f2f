//! Every code that a diagnostic can have: the table of the pages in `docs/codes`.

use std::fmt;

/// The name of a kind of problem, such as `duplicate-id`; names never change. Each has a page that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(&'static str);

impl Code {
    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// A code without a page.
    #[cfg(test)]
    pub(crate) const fn invented(name: &'static str) -> Self {
        Self(name)
    }

    /// Every code, in the order in which a build reaches them.
    pub fn all() -> impl Iterator<Item = Self> + Clone {
        STAGES.iter().flat_map(|stage| stage.codes.iter().map(|(code, _)| *code))
    }

    /// The code with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|code| code.0 == name)
    }

    /// What it means, with an example and a way out, as Markdown.
    #[must_use]
    pub fn page(self) -> &'static str {
        let mut pages = STAGES.iter().flat_map(|stage| stage.codes);
        pages.find(|(code, _)| *code == self).map_or("", |(_, page)| page)
    }

    /// What the page's first line says after the name.
    #[must_use]
    pub fn title(self) -> &'static str {
        let line = self.page().lines().next().unwrap_or("");
        line.split_once("`: ").map_or(line, |(_, title)| title)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

/// The codes of one stage of a build.
pub struct Stage {
    /// What the stage looks at.
    pub name: &'static str,
    /// Its codes in alphabetical order, each with its page.
    pub codes: &'static [(Code, &'static str)],
}

macro_rules! codes {
    ($($stage:literal { $($constant:ident $name:literal)* })*) => {
        #[expect(missing_docs, reason = "each has a page of its own")]
        impl Code {
            $($(pub const $constant: Self = Self($name);)*)*
        }

        /// The stages of a build, in order.
        pub const STAGES: &[Stage] = &[$(Stage {
            name: $stage,
            codes: &[$((Code::$constant, include_str!(concat!("../../docs/codes/", $name, ".md")))),*],
        }),*];
    };
}

codes! {
    "Files" {
        BAD_PATTERN "bad-pattern"
        EMPTY_FILE "empty-file"
        FILE_TOO_LARGE "file-too-large"
        FIX_FAILED "fix-failed"
        NO_CONTENT "no-content"
        NOT_UTF8 "not-utf8"
        TOO_MANY "too-many"
        UNREAD_FILE "unread-file"
    }
    "YAML" {
        BAD_ESCAPE "bad-escape"
        BAD_KEY "bad-key"
        CONTROL_CHARACTER "control-character"
        CURLY_QUOTE "curly-quote"
        DUPLICATE_KEY "duplicate-key"
        INDENTATION "indentation"
        LEADING_BRACKET "leading-bracket"
        MISSING_COLON "missing-colon"
        MISSING_SPACE "missing-space"
        NESTING "nesting"
        RESERVED_CHARACTER "reserved-character"
        SECOND_COLON "second-colon"
        SECOND_DOCUMENT "second-document"
        TAB_INDENTATION "tab-indentation"
        TEXT_AFTER_HASH "text-after-hash"
        TEXT_AFTER_QUOTE "text-after-quote"
        UNCLOSED_BRACKET "unclosed-bracket"
        UNCLOSED_QUOTE "unclosed-quote"
        YAML "yaml"
        YAML_ALIAS "yaml-alias"
        YAML_ANCHOR "yaml-anchor"
        YAML_TAG "yaml-tag"
    }
    "Shape" {
        BAD_DATE "bad-date"
        BAD_ID "bad-id"
        BAD_OPTION "bad-option"
        BAD_TAG "bad-tag"
        BAD_VALUE "bad-value"
        BAD_WORD "bad-word"
        MISSING_KEY "missing-key"
        TOO_FEW "too-few"
        TOO_MANY_KEYS "too-many-keys"
        UNKNOWN_KEY "unknown-key"
        WRONG_TYPE "wrong-type"
    }
    "Items, ids and references" {
        BAD_CHOICE_OPTION "bad-choice-option"
        BAD_TIP "bad-tip"
        DOUBLED_REFERENCE "doubled-reference"
        DRAFT_REFERENCE "draft-reference"
        DUPLICATE_ID "duplicate-id"
        DUPLICATE_OPTION "duplicate-option"
        DUPLICATE_WEEK "duplicate-week"
        ITEM_WITHOUT_ID "item-without-id"
        MISSING_DAY "missing-day"
        NO_RIGHT_OPTION "no-right-option"
        NOT_A_PROMPT "not-a-prompt"
        ROW_LENGTH "row-length"
        ROW_WITHOUT_ID "row-without-id"
        TOPIC_SPELLING "topic-spelling"
        UNKNOWN_REFERENCE "unknown-reference"
        UNKNOWN_ROW "unknown-row"
    }
    "Note types" {
        BAD_FIELD "bad-field"
        BAD_TEMPLATE "bad-template"
        BLANK_FRONT "blank-front"
        MISSING_FIELD "missing-field"
        MISSING_TEMPLATE "missing-template"
        NO_CARD "no-card"
        UNKNOWN_FIELD "unknown-field"
        UNKNOWN_NOTE_TYPE "unknown-note-type"
    }
    "Text" {
        AMBIGUOUS_CLOZE "ambiguous-cloze"
        BAD_CLOZE "bad-cloze"
        BAD_FORMULA "bad-formula"
        BAD_HEADING "bad-heading"
        BAD_LINK "bad-link"
        BAD_MACRO "bad-macro"
        BAD_MEDIA "bad-media"
        CLOZE_HINT "cloze-hint"
        EMPTY_TEXT "empty-text"
        FOLDED_TEXT "folded-text"
        LINE_ENDS "line-ends"
        LINK_TITLE "link-title"
        LOST_IN_FORMULA "lost-in-formula"
        MATH_DELIMITERS "math-delimiters"
        MEDIA_EXTENSION "media-extension"
        MISSING_MEDIA "missing-media"
        NO_CLOZE "no-cloze"
        ONE_LINE "one-line"
        PLAIN_CODE "plain-code"
        RAW_HTML "raw-html"
        UNCLOSED_CLOZE "unclosed-cloze"
        UNCLOSED_FENCE "unclosed-fence"
        UNCLOSED_MATH "unclosed-math"
        UNKNOWN_FOOTNOTE "unknown-footnote"
        UNKNOWN_LANGUAGE "unknown-language"
        UNUSED_DEFINITION "unused-definition"
    }
    "Outputs" {
        APKG_FAILED "apkg-failed"
        BAD_FONT "bad-font"
        CSV_FAILED "csv-failed"
        EMPTY_OUTPUT "empty-output"
        FORMULA_AS_SOURCE "formula-as-source"
        MEDIA "media"
        MISSING_GLYPH "missing-glyph"
        MISSING_SCRIPT "missing-script"
        NO_SHEET "no-sheet"
        NO_WORDS "no-words"
        SHEET_OVERFLOW "sheet-overflow"
        SHEET_OVERLAP "sheet-overlap"
        TYPST "typst"
    }
    "Lint" {
        ANSWER_IN_QUESTION "answer-in-question"
        DUPLICATE_QUESTION "duplicate-question"
        EITHER_OR_QUESTION "either-or-question"
        INTERFERENCE "interference"
        LONG_ANSWER "long-answer"
        LONG_CODE_LINE "long-code-line"
        LONG_LIST "long-list"
        MANY_CLOZES "many-clozes"
        NEAR_DUPLICATE "near-duplicate"
        NO_ALT_TEXT "no-alt-text"
        NO_DIFFICULTY "no-difficulty"
        NO_QUESTION "no-question"
        NO_SOURCE "no-source"
        ORPHAN_TOPIC "orphan-topic"
        SINGLE_TAG "single-tag"
        STALE_REVIEW "stale-review"
        UNFINISHED_ITEM "unfinished-item"
        UNKNOWN_RULE "unknown-rule"
        UNMEASURED_RESULT "unmeasured-result"
        UNPLANNED_ITEM "unplanned-item"
        UNUSED_ALLOW "unused-allow"
        UNUSED_MEDIA "unused-media"
        VAGUE_OPENER "vague-opener"
        WHOLE_SENTENCE "whole-sentence"
        YES_NO_QUESTION "yes-no-question"
    }
    "Ledger" {
        BAD_ACCEPT "bad-accept"
        CHANGED_FIELDS "changed-fields"
        CHANGED_KIND "changed-kind"
        CHANGED_SORT_FIELD "changed-sort-field"
        CHANGED_TEMPLATES "changed-templates"
        DAMAGED_LOCK "damaged-lock"
        DUPLICATE_GUID "duplicate-guid"
        FOREIGN_LOCK "foreign-lock"
        LOCK_CONFLICT "lock-conflict"
        NEWER_LOCK "newer-lock"
        NOTHING_TO_ACCEPT "nothing-to-accept"
        RENAMED_DECK "renamed-deck"
        RENUMBERED_CLOZE "renumbered-cloze"
        STALE_LOCK "stale-lock"
        VANISHED_CARD "vanished-card"
        VANISHED_ID "vanished-id"
    }
}
