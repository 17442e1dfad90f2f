//! Every Python and SQL snippet of the course has an example, and gives the result that the
//! source states for its small data set: SQL in `SQLite`, Python with the usual libraries of
//! data scientists.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run programs and read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cardpress::content::{self, Body, Example, Lang};
use cardpress::diag::Sink;
use cardpress::source::{Source, Sources};
use cardpress::yaml;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// A piece of code in the course.
struct Snippet {
    /// Its item's id.
    id: String,
    lang: Lang,
    code: String,
    example: Option<Example>,
}

impl Snippet {
    fn setup(&self) -> &str {
        self.example.as_ref().and_then(|example| example.setup.as_ref()).map_or("", |setup| &setup.value.0)
    }

    fn show(&self) -> &str {
        self.example.as_ref().and_then(|example| example.show.as_ref()).map_or("", |show| &show.value.0)
    }
}

#[test]
fn every_snippet_gives_what_it_says() {
    let snippets = snippets();
    let sql = snippets.iter().filter(|snippet| snippet.lang.value.0 == "sql").map(|snippet| (snippet, select(snippet)));
    let mut results: Vec<(&Snippet, Result<String, String>)> = sql.collect();
    let python: Vec<&Snippet> = snippets.iter().filter(|snippet| snippet.lang.value.0 == "python").collect();
    results.extend(python.iter().copied().zip(run(&python)));
    assert!(python.len() >= 15 && results.len() - python.len() >= 10, "the course has lost its code");

    let mut wrong = String::new();
    for (snippet, result) in &results {
        let Some(example) = &snippet.example else {
            let _ = writeln!(wrong, "{}: its code has no example", snippet.id);
            continue;
        };
        let said = lines(&example.output.value.0);
        match result {
            Ok(output) if lines(output) == said => {}
            Ok(output) => {
                let _ = writeln!(wrong, "{}: the source says\n{said}\nand it gives\n{}", snippet.id, lines(output));
            }
            Err(error) => {
                let _ = writeln!(wrong, "{}: {error}", snippet.id);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Without trailing white space on lines.
fn lines(text: &str) -> String {
    text.trim_end().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The code of patterns and questions.
fn snippets() -> Vec<Snippet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/topics");
    let entries = std::fs::read_dir(folder).expect("the course is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the entry is readable").path()).collect();
    paths.sort();
    let (mut sources, mut snippets) = (Sources::default(), Vec::new());
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("topics are text");
        let file = sources.add(Source::new(path.to_string_lossy(), text.as_str()));
        let tree = yaml::parse(file, &text, &mut Sink::new());
        for item in content::read(&tree, |_| false).expect("a topic").items {
            match item.body {
                Body::Pattern(pattern) => snippets.push(Snippet {
                    id: item.meta.id.value.0,
                    lang: pattern.lang,
                    code: pattern.code.value.0,
                    example: pattern.example,
                }),
                Body::Question(question) => snippets.extend(question.code.into_iter().map(|code| Snippet {
                    id: item.meta.id.value.0.clone(),
                    lang: code.lang,
                    code: code.source.value.0,
                    example: code.example,
                })),
                _ => {}
            }
        }
    }
    snippets
}

/// The column names and the rows of the last statement, with ` | ` between cells.
fn select(snippet: &Snippet) -> Result<String, String> {
    let wrong = |error: rusqlite::Error| error.to_string();
    let connection = Connection::open_in_memory().map_err(wrong)?;
    connection.execute_batch(snippet.setup()).map_err(wrong)?;
    let mut statement = connection.prepare(&snippet.code).map_err(wrong)?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let count = names.len();
    let mut text = format!("{}\n", names.join(" | "));
    let mut rows = statement.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        let cells: Result<Vec<String>, _> = (0..count).map(|at| row.get_ref(at).map(cell)).collect();
        let _ = writeln!(text, "{}", cells.map_err(wrong)?.join(" | "));
    }
    Ok(text)
}

fn cell(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(value) => value.to_string(),
        // As in SQLite's shell: a real number is recognisable as one.
        ValueRef::Real(value) => format!("{value:?}"),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The result of each, from a single run of Python.
fn run(snippets: &[&Snippet]) -> Vec<Result<String, String>> {
    let python = support::python::environment("snippets", "snippets/requirements.txt").expect("the libraries install");
    let example = |snippet: &&Snippet| serde_json::json!({ "setup": snippet.setup(), "code": snippet.code, "show": snippet.show() });
    let asked = serde_json::Value::Array(snippets.iter().map(example).collect()).to_string();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snippets/run.py");
    let mut child = Command::new(python)
        .arg("-B")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    child.stdin.take().expect("a pipe").write_all(asked.as_bytes()).expect("Python reads");
    let output = support::bounded::rest(child);
    let results: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).expect("a list of results");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let result = |found: &serde_json::Value| match found.get("output") {
        Some(output) => Ok(text(output)),
        None => Err(text(&found["error"])),
    };
    results.iter().map(result).collect()
}
