//! What each diagnostic code means, what the reference says about a kind, a key or a command, and
//! the guide: the pages of `docs`, which are compiled into this module. Pages are Markdown; a
//! terminal gets them as text.

mod reference;
mod terminal;

pub use terminal::text;

use crate::diag::{Code, STAGES, Stage};
use crate::similar;

/// What `word` means, as Markdown: a code, a kind of item, a key, a command or a page of the docs.
#[must_use]
pub fn find(word: &str) -> Option<String> {
    Code::named(word).map(|code| code.page().to_owned()).or_else(|| reference::find(word))
}

/// What `word` may have been meant to be.
#[must_use]
pub fn similar(word: &str) -> Option<String> {
    let names = reference::names();
    let known = Code::all().map(Code::name).map(|name| -> &str { name }).chain(names.iter().map(String::as_str));
    similar::name(word, known).map(str::to_owned)
}

/// All codes with their titles, by stage, and what the reference and the guide have.
#[must_use]
pub fn list() -> String {
    let width = Code::all().map(|code| code.name().len()).max().unwrap_or(0);
    let line = |(code, _): &(Code, &str)| format!("  {code:width$}  {}\n", code.title());
    let stage = |stage: &Stage| format!("{}\n{}", stage.name, stage.codes.iter().map(line).collect::<String>());
    let stages = STAGES.iter().map(stage).collect::<Vec<_>>().join("\n");
    let of = |(name, sections): (&str, Vec<String>)| format!("  {name:width$}  {}\n", sections.join(", "));
    let reference: String = reference::pages().map(of).collect();
    let guide: String = reference::guide().map(|(name, title)| format!("  {name:width$}  {title}\n")).collect();
    format!("{stages}\nReference: any of these names, or any key of a file\n{reference}\nGuide\n{guide}")
}

/// The text of `docs/codes/README.md`.
#[must_use]
pub fn index() -> String {
    let line = |(code, _): &(Code, &str)| format!("- [`{code}`]({code}.md): {}\n", code.title());
    let stage = |stage: &Stage| format!("\n## {}\n\n{}", stage.name, stage.codes.iter().map(line).collect::<String>());
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
        assert_eq!(Code::EMPTY_FILE.title(), "a file has no content");
    }
}
