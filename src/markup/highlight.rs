//! Highlights code at build time, once for every output: as runs of characters, each with one of a
//! few classes that a theme can give a light and a dark colour.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::similar;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxDefinition, SyntaxReference, SyntaxSet, SyntaxSetBuilder};

/// What a run of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A comment.
    Comment,
    /// A string.
    String,
    /// A number or a named constant.
    Number,
    /// A keyword.
    Keyword,
    /// An operator.
    Operator,
    /// A function's name.
    Function,
    /// A type's name.
    Type,
}

impl Class {
    /// The class's name in HTML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Comment => "hl-c",
            Self::String => "hl-s",
            Self::Number => "hl-n",
            Self::Keyword => "hl-k",
            Self::Operator => "hl-o",
            Self::Function => "hl-f",
            Self::Type => "hl-t",
        }
    }
}

/// A stretch of code of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run<'code> {
    /// Its class; `None` for ordinary code.
    pub class: Option<Class>,
    /// Its characters.
    pub text: &'code str,
}

/// Scope prefixes of the Sublime syntaxes and the class that each maps to.
static CLASSES: LazyLock<Vec<(Scope, Class)>> = LazyLock::new(|| {
    let named = [
        ("comment", Class::Comment),
        ("string", Class::String),
        ("constant.numeric", Class::Number),
        ("constant.language", Class::Number),
        ("keyword.operator.logical.python", Class::Keyword),
        ("keyword.operator", Class::Operator),
        ("keyword", Class::Keyword),
        ("storage", Class::Keyword),
        ("entity.name.function", Class::Function),
        ("support.function", Class::Function),
        ("variable.function", Class::Function),
        ("entity.name.class", Class::Type),
        ("support.type", Class::Type),
    ];
    let scope = |name: &str| Scope::new(name).ok();
    named.iter().filter_map(|(name, class)| Some((scope(name)?, *class))).collect()
});

/// The stock SQL grammar does not know `PARTITION BY` and `OVER`, and the stock
/// Python grammar takes longer to compile than the rest of a build.
static OWN: LazyLock<SyntaxSet> = LazyLock::new(|| {
    let mut builder = SyntaxSetBuilder::new();
    let sources = [include_str!("../../assets/sql.sublime-syntax"), include_str!("../../assets/python.sublime-syntax")];
    for source in sources {
        if let Ok(syntax) = SyntaxDefinition::load_from_str(source, false, None) {
            builder.add(syntax);
        }
    }
    builder.build()
});

static STOCK: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_no_newlines);

/// Whether code in `lang` is highlighted, or is meant not to be.
#[must_use]
pub fn is_known(lang: &str) -> bool {
    // The most common languages are known without loading a grammar.
    matches!(lang, "text" | "txt" | "plain" | "sql" | "py") || LANGUAGES.contains(&lang) || grammar(lang).is_some()
}

/// A language that `lang` may have been meant for.
#[must_use]
pub fn similar(lang: &str) -> Option<&'static str> {
    similar::name(lang, LANGUAGES.into_iter())
}

/// The name of a language as people write it.
#[must_use]
pub fn title(lang: &str) -> &str {
    let known = match lang {
        "bash" | "sh" | "shell" | "zsh" => "Bash",
        "text" | "txt" | "plain" => "Text",
        "py" | "python" => "Python",
        "sql" => "SQL",
        _ => "",
    };
    if !known.is_empty() {
        return known;
    }
    grammar(lang).map_or(lang, |(_, syntax)| syntax.name.split(" (").next().unwrap_or(lang))
}

/// The language that the info string of a code block names: its first word, or the
/// first class of pandoc's attributes (`{.python .numberLines}`), or the engine of an
/// R Markdown chunk (`{r, echo=FALSE}`).
#[must_use]
pub fn language_of(info: &str) -> &str {
    let first = |text: &'_ str| text.len() - text.trim_start_matches([' ', ',']).len();
    let Some(attributes) = info.trim().strip_prefix('{') else {
        return info.trim().split([' ', ',', '{', '\t']).next().unwrap_or("");
    };
    let attributes = attributes.split('}').next().unwrap_or("");
    let mut words = attributes[first(attributes)..].split([' ', ',']).filter(|word| !word.is_empty());
    let class = attributes.split([' ', ',']).find_map(|word| word.strip_prefix('.').filter(|word| !word.is_empty()));
    let engine = words.next().filter(|word| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '+' | '-' | '_')));
    class.or(engine).unwrap_or("")
}

/// The lines of `code`, each as runs that join to form the line; code in an
/// unknown language gives plain lines.
#[must_use]
pub fn lines<'code>(lang: &str, code: &'code str) -> Vec<Vec<Run<'code>>> {
    let Some(grammar) = grammar(lang).filter(|_| code.len() <= MOST) else {
        let plain = |text| vec![Run { class: None, text }];
        return code.lines().map(plain).collect();
    };
    // Cards and sheets show the same code.
    let key = (lang.to_owned(), code.to_owned());
    if let Some(lengths) = known().get(&key) {
        return joined(code, lengths);
    }
    let lengths = lengths(code, grammar);
    let lines = joined(code, &lengths);
    let mut known = known();
    if known.len() >= MOST_KNOWN {
        known.clear();
    }
    known.insert(key, lengths);
    lines
}

/// Why code is not highlighted, or not all of it: some grammars would take seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// It has more than [`MOST`] bytes.
    Large,
    /// A line has more than [`LONGEST_LINE`] bytes.
    Line,
}

/// Whether `code`, in a language with a grammar, is too long to highlight in full.
#[must_use]
pub fn plain(lang: &str, code: &str) -> Option<Plain> {
    let long = || code.lines().any(|line| line.len() > LONGEST_LINE).then_some(Plain::Line);
    let plain = if code.len() > MOST { Some(Plain::Large) } else { long() };
    plain.filter(|_| grammar(lang).is_some())
}

/// Larger code stays plain: a study card shows only a few lines.
pub const MOST: usize = 10_000;

/// A longer line stays plain: nobody reads it.
pub const LONGEST_LINE: usize = 2000;

/// The class and the length in bytes of each run, line by line.
type Lengths = Vec<Vec<(Option<Class>, usize)>>;

/// Code that was highlighted before, by language and text.
static KNOWN: Mutex<BTreeMap<(String, String), Lengths>> = Mutex::new(BTreeMap::new());

fn known() -> MutexGuard<'static, BTreeMap<(String, String), Lengths>> {
    // Its contents are complete, even if another thread panicked.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most pieces of code that are cached.
const MOST_KNOWN: usize = 1000;

fn lengths(code: &str, (set, syntax): (&SyntaxSet, &SyntaxReference)) -> Lengths {
    let (mut state, mut stack) = (ParseState::new(syntax), ScopeStack::new());
    let line = |line: &str| {
        if line.len() > LONGEST_LINE {
            return vec![(None, line.len())];
        }
        runs(line, &mut state, &mut stack, set).iter().map(|run| (run.class, run.text.len())).collect()
    };
    code.lines().map(line).collect()
}

fn joined<'code>(code: &'code str, lengths: &Lengths) -> Vec<Vec<Run<'code>>> {
    let line = |(line, lengths): (&'code str, &Vec<(Option<Class>, usize)>)| {
        let mut rest = line;
        let run = |(class, length): &(Option<Class>, usize)| {
            let (text, after) = rest.split_at(*length);
            rest = after;
            Run { class: *class, text }
        };
        lengths.iter().map(run).collect()
    };
    code.lines().zip(lengths).map(line).collect()
}

/// The languages that code blocks are usually written in.
const LANGUAGES: [&str; 24] = [
    "bash",
    "cpp",
    "csharp",
    "css",
    "haskell",
    "html",
    "java",
    "javascript",
    "json",
    "julia",
    "kotlin",
    "latex",
    "lua",
    "markdown",
    "perl",
    "python",
    "ruby",
    "rust",
    "scala",
    "shell",
    "swift",
    "toml",
    "typescript",
    "yaml",
];

/// The language that `lang`, which has no grammar, was certainly meant to be.
#[must_use]
pub fn meant(lang: &str) -> Option<&'static str> {
    let unknown = !lang.is_empty() && !is_known(lang);
    similar::only(lang, LANGUAGES.into_iter()).filter(|_| unknown)
}

fn grammar(lang: &str) -> Option<(&'static SyntaxSet, &'static SyntaxReference)> {
    match lang {
        "" | "text" | "txt" | "plain" => None,
        "sql" | "python" | "py" => Some((&OWN, OWN.find_syntax_by_token(lang)?)),
        // The grammars know these only by their file extensions.
        "csharp" => Some((&STOCK, STOCK.find_syntax_by_token("cs")?)),
        "shell" => Some((&STOCK, STOCK.find_syntax_by_token("sh")?)),
        other => Some((&STOCK, STOCK.find_syntax_by_token(other)?)),
    }
}

fn runs<'code>(line: &'code str, state: &mut ParseState, stack: &mut ScopeStack, set: &SyntaxSet) -> Vec<Run<'code>> {
    let mut runs: Vec<Run<'code>> = Vec::new();
    let mut from = 0;
    let mut push = |to: usize, stack: &ScopeStack| {
        if to <= from {
            return;
        }
        let (text, class) = (&line[from..to], class_of(stack));
        match runs.last_mut() {
            Some(last) if last.class == class => last.text = &line[to - text.len() - last.text.len()..to],
            _ => runs.push(Run { class, text }),
        }
        from = to;
    };
    // If a grammar fails, the rest of the line stays plain.
    for (at, operation) in state.parse_line(line, set).unwrap_or_default() {
        push(at, stack);
        let _ = stack.apply(&operation);
    }
    push(line.len(), stack);
    runs
}

/// The innermost scope that has a class decides.
fn class_of(stack: &ScopeStack) -> Option<Class> {
    let class = |scope: &Scope| {
        let found = CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
        found.map(|(_, class)| *class)
    };
    stack.scopes.iter().rev().find_map(class)
}

#[cfg(test)]
mod tests {
    use super::{LANGUAGES, grammar};

    #[test]
    fn languages_that_count_as_known_have_a_grammar() {
        let all = LANGUAGES.into_iter().chain(["sql", "py"]);
        let without: Vec<&str> = all.filter(|lang| grammar(lang).is_none()).collect();
        assert!(without.is_empty(), "{without:?}");
    }
}
