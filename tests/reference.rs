//! `docs/` compared with the program: the tables of keys with the schemas, the commands with
//! their help, and every example with the compiler. `just review` rewrites the generated parts.

#![allow(
    clippy::case_sensitive_file_extension_comparisons,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs and read files, whose names they choose"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use cardpress::anki::template;
use cardpress::diag::Severity;
use cardpress::diag::Sink;
use cardpress::source::FileId;
use cardpress::words::{Count, Word, Words};
use cardpress::yaml::{self, NodeId, Tree};
use serde_json::Value;

use support::bounded;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares a page with its generated text, or writes it with `INSTA_UPDATE=always`, which
/// `just review` sets.
fn hold(path: &Path, generated: &str) {
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(path, generated).expect("the page is written");
    }
    assert!(read(path) == generated, "{} is out of date: run `just review`", path.display());
}

/// The schemas with the names of their root types.
fn schemas() -> [(&'static str, Value); 3] {
    let parsed = |text: &str| serde_json::from_str(text).expect("schemas are JSON");
    [
        ("FileShape", parsed(&cardpress::schema::content_schema())),
        ("Manifest", parsed(&cardpress::schema::project_schema())),
        ("NoteType", parsed(&cardpress::schema::note_type_schema())),
    ]
}

/// Every type with keys, by name; types that appear in several schemas are the same in each.
fn types() -> BTreeMap<String, Value> {
    let mut types = BTreeMap::new();
    for (root, schema) in schemas() {
        let named = schema["$defs"].as_object().into_iter().flatten();
        let with_keys = named.filter(|(_, schema)| schema.get("properties").is_some());
        types.extend(with_keys.map(|(name, schema)| (name.clone(), schema.clone())));
        types.insert(root.to_owned(), schema);
    }
    // A sheet has the same keys by itself and in a list.
    for several in ["Sheets", "Handouts", "Csvs"] {
        types.remove(several);
    }
    types
}

/// `Sheets` → `Sheet`: a mapping has the same keys by itself and in a list.
fn one_of(name: &str) -> &str {
    if ["Sheets", "Handouts", "Csvs"].contains(&name) { name.trim_end_matches('s') } else { name }
}

const PAGES: [&str; 3] = ["reference/kinds.md", "reference/note-types.md", "reference/manifest.md"];

/// The type whose keys a section describes: `<!-- keys: Question, question, questions -->`.
fn described(line: &str) -> Option<&str> {
    let names = line.strip_prefix("<!-- keys: ")?.strip_suffix(" -->")?;
    names.split(", ").next()
}

/// Where each type is described: the page's name and the heading.
fn places() -> BTreeMap<String, (String, String)> {
    let mut places = BTreeMap::new();
    for page in PAGES {
        let mut heading = String::new();
        for line in read(&docs().join(page)).lines() {
            if line.starts_with('#') {
                line.trim_start_matches(['#', ' ']).clone_into(&mut heading);
            }
            if let Some(name) = described(line) {
                let file = page.trim_start_matches("reference/").to_owned();
                let twice = places.insert(name.to_owned(), (file, heading.clone()));
                assert!(twice.is_none(), "{name} is described twice");
            }
        }
    }
    places
}

#[test]
fn the_reference_has_every_key_as_the_schemas_say() {
    let (types, places) = (types(), places());
    assert_eq!(types.keys().collect::<Vec<_>>(), places.keys().collect::<Vec<_>>(), "types and sections differ");
    for page in PAGES {
        let path = docs().join(page);
        let mut generated = String::new();
        let (mut name, mut skipped) = ("", false);
        let text = read(&path);
        for line in text.lines() {
            name = described(line).unwrap_or(name);
            skipped &= line != END;
            if !skipped {
                let _ = writeln!(generated, "{line}");
            }
            if line == TABLE {
                let _ = writeln!(generated, "\n{}", table(&types[name], page, &places));
                skipped = true;
            }
        }
        hold(&path, &generated);
    }
}

/// The page about our words lists all of them.
#[test]
fn the_reference_has_every_word() {
    let path = docs().join("reference/words.md");
    let text = read(&path);
    let (before, _) = text.split_once(WORDS).expect("a place for them");
    let (_, after) = text.split_once(END).expect("an end");
    let english = Words::of("en");
    let mut table = "| Key | In English | Where |\n| --- | --- | --- |\n".to_owned();
    for word in Word::ALL {
        let _ = writeln!(table, "| `{}` | {} | {} |", word.key(), english.get(*word), word.about());
    }
    for count in Count::ALL {
        let (one, other) = (english.count(*count, 1), english.count(*count, 2));
        let _ = writeln!(
            table,
            "| `{}.one`, `{}.other` … | {one}, {other} | {} |",
            count.key(),
            count.key(),
            count.about()
        );
    }
    hold(&path, &format!("{before}{WORDS}\n\n{table}\n{END}{after}"));
}

const WORDS: &str = "<!-- words -->";
const TABLE: &str = "<!-- table -->";
const END: &str = "<!-- end -->";

/// The keys of a type as a Markdown table.
fn table(schema: &Value, page: &str, places: &BTreeMap<String, (String, String)>) -> String {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut table = "| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for (key, property) in schema["properties"].as_object().expect("it has keys") {
        let meaning = property["description"].as_str().unwrap_or_else(|| panic!("`{key}` has no description"));
        let usual = match (&property["default"], property["type"].as_str()) {
            _ if required.contains(&key.as_str()) => "required".to_owned(),
            (Value::String(text), _) => format!("`{text}`"),
            (_, Some("boolean")) => "`false`".to_owned(),
            _ => String::new(),
        };
        let cells = [format!("`{key}`"), value(property, page, places), usual, meaning.replace('\n', " ")];
        let _ = writeln!(table, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
    table
}

/// What may come after a key, in words.
fn value(schema: &Value, page: &str, places: &BTreeMap<String, (String, String)>) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/$defs/");
        return named(name, page, places);
    }
    if let Some(values) = schema["enum"].as_array() {
        return words(values);
    }
    if let Some(only) = schema.get("const") {
        return format!("`{only}`");
    }
    let range = match (&schema["minimum"], &schema["maximum"]) {
        (Value::Number(from), Value::Number(to)) if schema["format"].is_null() || to.as_f64() < Some(255.0) => {
            format!(", {from} to {to}")
        }
        _ => String::new(),
    };
    match schema["type"].as_str() {
        Some("array") => format!("list: {}", value(&schema["items"], page, places)),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("integer") => format!("whole number{range}"),
        Some("number") => format!("number{range}"),
        Some("object") => "mapping".to_owned(),
        _ => "text".to_owned(),
    }
}

fn named(name: &str, page: &str, places: &BTreeMap<String, (String, String)>) -> String {
    let name = one_of(name);
    if let Some((file, heading)) = places.get(name) {
        let file = if page.ends_with(file.as_str()) { "" } else { file };
        let anchor = heading.to_lowercase().replace(' ', "-").replace('`', "");
        let or_none = if ["Apkg", "Sheet"].contains(&name) { " or `none`" } else { "" };
        return format!("[{}]({file}#{anchor}){or_none}", heading.to_lowercase());
    }
    let found = schemas().into_iter().find_map(|(_, schema)| schema["$defs"].get(name).cloned());
    let schema = found.unwrap_or_else(|| panic!("no type {name}"));
    let constants = schema["oneOf"].as_array().into_iter().flatten().filter_map(|one| one.get("const").cloned());
    let values = schema["enum"].as_array().cloned().unwrap_or_else(|| constants.collect());
    if !values.is_empty() {
        return words(&values);
    }
    match name {
        "Cell" | "Markdown" => "Markdown",
        "Cards" => "list: id, or `none`",
        "Date" => "date, `YYYY-MM-DD`",
        "Id" => "id",
        "Lang" => "language of code",
        "Language" => "language tag",
        "Pairs" => "mapping to Markdown",
        "Head" => "text, or `column-id: text`",
        "MistakeOrPoint" => "Markdown, `label: Markdown`, or a [mistake](#mistake)",
        "Point" => "Markdown, or `label: Markdown`",
        "Row" => "list of cells, or `row-id: [cells]`",
        "TableCards" => "`row`, `column` or `cell`, a list of them, or `none`",
        "Tag" => "tag",
        "Title" => "one line",
        _ => panic!("say in words what {name} is"),
    }
    .to_owned()
}

fn words(values: &[Value]) -> String {
    let mut words: Vec<String> =
        values.iter().map(|value| format!("`{}`", value.to_string().trim_matches('"'))).collect();
    let last = words.pop().expect("there is a value");
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

/// The YAML examples of a page, each with its line number.
fn examples(page: &str) -> Vec<(usize, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in page.lines().enumerate() {
        match &mut open {
            Some(_) if line == "```" => examples.extend(open.take()),
            Some((_, text)) => {
                let _ = writeln!(text, "{line}");
            }
            None if line == "```yaml" => open = Some((number + 2, String::new())),
            None => {}
        }
    }
    examples
}

#[test]
fn the_reference_shows_every_key_at_work() {
    let mut shown = BTreeSet::new();
    for page in PAGES {
        for (_, example) in examples(&read(&docs().join(page))) {
            let tree = yaml::parse(FileId::new(0), &example, &mut Sink::new());
            let root = tree.root().expect("it says something");
            let [content, manifest, note_type] = schemas();
            let (name, schema) = match (tree.get(root, "format"), tree.get(root, "fields")) {
                (Some(_), _) => manifest,
                (None, Some(_)) => note_type,
                (None, None) => content,
            };
            used(&tree, root, (name, &schema), &schema, &mut shown);
        }
    }
    let mut missing = Vec::new();
    let mut count = 0;
    for (name, schema) in types() {
        for key in schema["properties"].as_object().expect("it has keys").keys() {
            count += 1;
            if !shown.contains(&(name.clone(), key.clone())) {
                missing.push(format!("{name}.{key}"));
            }
        }
    }
    assert!(count > 200, "only {count} keys were found");
    assert!(missing.is_empty(), "no example uses {}", missing.join(", "));
}

/// Collects the keys used below `node`, which has the type `name`.
fn used(
    tree: &Tree<'_>,
    node: NodeId,
    (name, schema): (&str, &Value),
    root: &Value,
    found: &mut BTreeSet<(String, String)>,
) {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.trim_start_matches("#/$defs/");
        let known = one_of(name);
        return used(tree, node, (known, &root["$defs"][name]), root, found);
    }
    if schema.get("then").is_some() {
        let branch = if tree.entries(node).count() > 1 { "then" } else { "else" };
        return used(tree, node, ("", &schema[branch]), root, found);
    }
    for (key, value) in tree.entries(node) {
        let key = tree.text(key).expect("keys are text");
        if let Some(property) = schema["properties"].get(key) {
            found.insert((name.to_owned(), key.to_owned()));
            used(tree, value, ("", property), root, found);
        }
    }
    for item in tree.items(node) {
        used(tree, *item, ("", &schema["items"]), root, found);
    }
}

/// Every page of `docs`, except those of the codes, since another test compiles their examples;
/// and the README.
fn pages() -> Vec<PathBuf> {
    let mut found = vec![docs().with_file_name("README.md")];
    let mut open = vec![docs()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() && !path.ends_with("codes") {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_example_compiles() {
    let mut count = 0;
    for page in pages() {
        for (line, example) in examples(&read(&page)) {
            let place = format!("{}:{line}", page.display());
            let Some(case) = project(&example, &place) else { continue };
            let (world, _) = support::world(&case);
            let compiled = support::compile(&world);
            let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
            let errors: Vec<&str> = errors.map(|error| error.message.as_str()).collect();
            assert!(errors.is_empty(), "{place}: {errors:?}\n{example}");
            count += 1;
        }
    }
    assert!(count > 25, "only {count} examples were found");
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut all = pages();
    let root = docs().with_file_name("");
    all.extend(["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/codes/README.md"].map(|name| root.join(name)));
    let (mut wrong, mut count) = (String::new(), 0);
    for page in &all {
        let folder = page.parent().expect("it lies in a folder");
        for link in links(&read(page)) {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() { page.clone() } else { folder.join(path) };
            let found = target.exists() && (anchor.is_empty() || anchors(&read(&target)).contains(anchor));
            count += 1;
            if !found {
                let _ = writeln!(wrong, "{}: {link}", page.display());
            }
        }
    }
    assert!(wrong.is_empty() && count > 200, "{count} links\n{wrong}");
}

/// A page's lines outside its code blocks.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let blocks = page.split("\n```").step_by(2);
    blocks.flat_map(str::lines)
}

/// The targets of a page's links within the repository.
fn links(page: &str) -> BTreeSet<String> {
    let mut links = BTreeSet::new();
    for line in prose(page) {
        let words: String = line.split('`').step_by(2).collect();
        let targets = words.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        links.extend(targets.filter(|target| !target.starts_with("http")).map(str::to_owned));
    }
    links
}

/// The anchors that GitHub generates for a page's headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = prose(page).filter_map(|line| line.strip_prefix('#'));
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let anchor = |heading: &str| heading.to_lowercase().chars().filter(plain).collect::<String>().replace(' ', "-");
    headings.map(|heading| anchor(heading.trim_start_matches('#').trim())).collect()
}

/// Files that the manifests in the examples refer to.
const COMPANION: &str = "\
#- topics/antibiotics.yaml
topic: Antibiotics
questions:
  - {id: drug-names, ask: Which drug is a macrolide?, answer: Erythromycin., short: Erythromycin., core: true, tags: [history]}
  - {id: mechanism, ask: What do penicillins inhibit?, answer: The cell wall., short: The cell wall., core: true, difficulty: hard}
";

/// The item that examples for the course link to.
const LINKED: &str = "  - {id: gradient-descent, ask: What does gradient descent do?, answer: It descends.}\n";

/// The style sheet and the fonts that examples of manifests name.
const NAMED: &str = "#- cards.css\n.cp { max-width: 40em; }\n\
     #- fonts/NotoSansJP-Regular.otf\n⟨tests/fonts/NotoSansDevanagari-subset.ttf⟩\n\
     #- fonts/NotoSansHebrew-Regular.ttf\n⟨tests/fonts/NotoSansDevanagari-subset.ttf⟩";

/// A project that contains the example; `None` for a file of a different program, which only
/// has to be valid YAML.
fn project(example: &str, place: &str) -> Option<String> {
    let mut mistakes = Sink::new();
    let tree = yaml::parse(FileId::new(0), example, &mut mistakes);
    assert!(mistakes.is_empty(), "{place}: {mistakes:?}");
    let root = tree.root().expect("it says something");
    let has = |key: &str| tree.get(root, key).is_some();
    if has("jobs") || has("repos") {
        return None;
    }
    let manifest = schemas()[1].1["properties"].clone();
    let of_manifest = tree.entries(root).any(|(key, _)| manifest.get(tree.text(key).unwrap_or("")).is_some());
    if has("fields") {
        return Some(note_type(example));
    }
    if has("topic") {
        let own = if example.contains("type: country") { COUNTRY } else { "" };
        return Some(with_media(example) + own);
    }
    if !of_manifest {
        // Items, to be put under the key that the page names.
        return Some(with_media(&format!("topic: Topic\nquestions:\n{example}{LINKED}")));
    }
    let head =
        if has("format") { "" } else { "format: 1\nid: a\ntitle: A\nversion: 1.0.0\ncontent: ['topics/*.yaml']\n" };
    Some(format!("{COMPANION}{NAMED}\n#- cardpress.yaml\n{head}{example}"))
}

/// A short form of the examples' note type.
const COUNTRY: &str = "#- note-types/country/note-type.yaml
name: Country
fields:
  - {id: country, name: Country, required: true}
  - {id: capital, name: Capital}
  - {id: own-name, name: Own name}
  - {id: code, name: Code, text: true}
cards:
  - {name: Capital, front: a.html, back: b.html}
  - {name: Country, front: b.html, back: a.html, optional: reverse}
  - {name: Type, front: c.html, back: b.html, optional: typed}
shows: {sheet: [capital]}
#- note-types/country/a.html
{{Country}}
#- note-types/country/b.html
{{Capital}}
#- note-types/country/c.html
{{Country}} {{type:typed}}
";

/// A project with a note type in which each template shows the first field.
fn note_type(example: &str) -> String {
    let name = example.split("name: ").nth(2).and_then(|rest| rest.split([',', '}']).next()).expect("a field");
    let mut case = format!("{COMPANION}#- note-types/example/note-type.yaml\n{example}");
    let words = example.split([' ', ',', '}', '\n']);
    let files: BTreeSet<&str> = words.filter(|word| word.ends_with(".html") || word.ends_with(".css")).collect();
    for file in files {
        let typed = if file.starts_with("type") { "{{type:typed}}" } else { "" };
        let text = if file.ends_with(".css") { String::new() } else { format!("{{{{{name}}}}} {file} {typed}") };
        let _ = write!(case, "#- note-types/example/{file}\n{text}\n");
    }
    case
}

/// Adds the pictures and sounds that the example shows.
fn with_media(example: &str) -> String {
    let mut case = example.to_owned();
    let paths: BTreeSet<&str> = example.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    for path in paths.into_iter().filter(|path| path.starts_with("media/")) {
        let bytes =
            if path.ends_with(".mp3") { "⟨49 44 33 04 00⟩" } else { "<svg xmlns='http://www.w3.org/2000/svg'/>" };
        let _ = write!(case, "#- {path}\n{bytes}\n");
    }
    case
}

fn help(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
    let output = bounded::output(command.args(arguments).env_remove("COLUMNS")).expect("the command starts");
    let text = String::from_utf8(output.stdout).expect("help is text");
    // A Cardpress without the sheet does not list it, but the page does.
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end).filter(|line| !line.contains("- sheet:")) {
        lines.push(line);
        if line.contains("- handout: ") {
            lines.push("          - sheet:   The cheatsheet as a PDF");
        }
    }
    lines.join("\n")
}

#[test]
fn the_commands_are_described_as_their_help_does() {
    let path = docs().join("reference/commands.md");
    let text = read(&path);
    let (head, _) = text.split_once(COMMANDS).expect("it has the mark");
    let mut generated = format!("{head}{COMMANDS}\n");
    let main = help(&["--help"]);
    let (_, list) = main.split_once("Commands:\n").expect("it lists the commands");
    let names = list.lines().take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    for name in names.filter(|name| *name != "help") {
        let text = help(&["help", name]);
        let (about, rest) = text.split_once("\n\n").expect("it says what it does");
        let about = about.replace('\n', " ");
        let _ = write!(generated, "\n## {name}\n\n{about}.\n\n```text\n{}\n```\n", rest.trim_end());
    }
    hold(&path, &generated);
}

const COMMANDS: &str = "<!-- commands -->";

/// Keys that are not printed in any output: they say whether, where and how an item appears.
const SETTINGS: [&str; 24] = [
    "renamed_columns",
    "retired_columns",
    "Note.type",
    "typed",
    "Story.short",
    "Allow.reason",
    "Allow.rule",
    "FileShape.color",
    "FileShape.deck",
    "Code.lang",
    "allow",
    "cards",
    "core",
    "draft",
    "example",
    "formerly",
    "id",
    "lang",
    "renamed_rows",
    "retired",
    "retired_rows",
    "reviewed",
    "volatile",
    "defaults",
];

/// Keys with a value that is a list of mappings.
const LISTS: [&str; 10] =
    ["answers", "code", "follow_ups", "formulas", "items", "options", "references", "schedule", "weeks", "Defaults"];

/// Keys with an id as their value: outputs show the item's title.
const LINKS: [&str; 3] = ["prompt", "see_also", "study"];

/// A project in which every text that reaches an output names the type and key that it belongs to.
const MARKED: &str = "\
topic: zqFileShapetopic
questions:
  - id: question
    ask: zqQuestionask
    short: zqQuestionshort
    answer: zqQuestionanswer
    difficulty: hard
    tags: [zqQuestiontags]
    key_points: [zqQuestionkeypoints]
    formulas:
      - {name: zqFormulaname, tex: 'x_{\\text{zqFormulatex}}', where: {x: zqFormulawhere}}
    code:
      - {lang: text, caption: zqCodecaption, source: zqCodesource, example: {setup: zqExamplesetup, show: zqExampleshow, output: zqExampleoutput}}
    mistakes: [zqQuestionmistakes, {wrong: zqMistakewrong, why: zqMistakewhy}]
    follow_ups: [{ask: zqFollowUpask, answer: zqFollowUpanswer}]
    references:
      - {title: zqReferencetitle, authors: zqReferenceauthors, year: 1871, url: 'https://zqReferenceurl.org', note: zqReferencenote}
  - {id: titled, ask: Other?, title: zqQuestiontitle, answer: Other.}
facts:
  - {id: fact, text: 'zqFacttext {{x}}', extra: zqFactextra, difficulty: medium, tags: [zqFacttags]}
choices:
  - id: choice
    ask: zqChoiceask
    options: [{right: zqChoiceOptionright, why: zqChoiceOptionwhy}, {wrong: zqChoiceOptionwrong}]
    explain: zqChoiceexplain
    difficulty: easy
    tags: [zqChoicetags]
tables:
  - id: asked
    title: Asked
    ask: zqTableask of {row}
    columns: [A, B]
    rows: [{one: [a, b]}]
    cards: row
  - id: asks
    title: Asks
    ask: {row: 'zqTableAskrow {row}', column: 'zqTableAskcolumn {column}', cell: 'zqTableAskcell {row}'}
    columns: [A, b: B]
    rows: [{one: [a, b]}]
    cards: [row, column, cell]
  - id: table
    title: zqTabletitle
    columns: [A, zqTablecolumns, C]
    cards: row
    rows: [{row: [zqTablerows, zqTablerows, c]}]
    difficulty: medium
    tags: [zqTabletags]
patterns:
  - id: pattern
    name: zqPatternname
    lang: haskell
    when: zqPatternwhen
    code: zqPatterncode
    explain: zqPatternexplain
    difficulty: medium
    tags: [zqPatterntags]
tips:
  - {id: tip, title: zqTiptitle, ask: zqTipask, do: zqTipdo, why: zqTipwhy, say: zqTipsay, difficulty: medium, tags: [zqTiptags]}
  - {id: other, title: Other, ask: Other?, dont: zqTipdont, why: So.}
prompts:
  - {id: prompt, ask: zqPromptask, angle: [zqPromptangle], difficulty: medium, tags: [zqPrompttags]}
  - {id: other-prompt, ask: Other?}
stories:
  - id: story
    title: zqStorytitle
    short: {situation: zqBeatssituation, task: zqBeatstask, action: zqBeatsaction, result: zqBeatsresult}
    situation: zqStorysituation
    task: zqStorytask
    action: zqStoryaction
    result: zqStoryresult
    metrics: [zqStorymetrics]
    answers: [{prompt: other-prompt, angle: zqStoryAnswerangle}]
    difficulty: medium
    tags: [zqStorytags]
checklists:
  - id: checklist
    title: zqChecklisttitle
    cards: item
    items: [{id: item, text: zqChecklistItemtext, how: zqChecklistItemhow}]
    difficulty: medium
    tags: [zqChecklisttags]
plans:
  - id: plan
    title: zqPlantitle
    days: 1
    weeks:
      - week: 1
        focus: zqWeekfocus
        daily: [zqWeekdaily]
        goals: [zqWeekgoals]
        schedule: [{day: 1, focus: zqDayfocus, tasks: [zqDaytasks]}]
    tags: [zqPlantags]
interview_types:
  - {id: viva, name: zqInterviewTypename, tests: zqInterviewTypetests, prepare: [zqInterviewTypeprepare], difficulty: medium, tags: [zqInterviewTypetags]}
prose:
  - {id: prose, title: zqProsetitle, text: zqProsetext, tags: [zqProsetags]}
notes:
  - {id: note, type: pair, fields: {one: zqNotefields, other: zqNotefields}, difficulty: medium, tags: [zqNotetags]}
#- note-types/pair/note-type.yaml
name: Pair
fields:
  - {id: one, name: One, required: true}
  - {id: other, name: Other}
cards:
  - {name: Pair, front: one.html, back: other.html}
shows: {sheet: [other]}
#- note-types/pair/one.html
{{One}}
#- note-types/pair/other.html
{{Other}}
#- cardpress.yaml
format: 1
id: case
title: Case
version: 1.0.0
content: ['*.yaml']
outputs:
  sheet:
    show: [short, formulas, key_points, answer, code, mistakes, follow_ups, facts, choices, patterns, tips, tables, prompts, interview_types, checklists, plans, notes]
";

/// What an output shows if the key is used.
fn mark(name: &str, key: &str) -> String {
    match (name, key) {
        ("Question", "difficulty") => "difficulty::hard".to_owned(),
        ("Choice", "difficulty") => "difficulty::easy".to_owned(),
        (_, "difficulty") => "difficulty::medium".to_owned(),
        ("Reference", "year") => "1871".to_owned(),
        ("Pattern", "lang") => "Haskell".to_owned(),
        ("Plan", "days") => "1 day".to_owned(),
        ("Week", "week") => "Week 1".to_owned(),
        ("Day", "day") => "Day 1".to_owned(),
        _ => format!("zq{name}{}", key.replace('_', "")),
    }
}

#[test]
fn the_table_of_outputs_is_true() {
    let places = places();
    let page = read(&docs().join("reference/outputs.md"));
    let (_, rows) = page.split_once("<!-- reaches -->\n").expect("it has the table");
    let (world, media) = support::world(MARKED);
    let compiled = support::compile(&world);
    let shown = |backend: &str| -> String {
        let own = compiled.artifacts.iter().filter(|(name, _)| *name == backend);
        own.map(|(_, artifact)| String::from_utf8_lossy(&support::bytes(artifact, &media)).into_owned()).collect()
    };
    let (csv, handout) = (shown("csv"), shown("handout"));
    assert!(csv.contains("zqQuestionask") && handout.contains("zqQuestionask"), "{:?}", compiled.diagnostics);
    let sides = sides(&world);
    let sheet = sheet(&world);
    let (mut name, mut listed, mut wrong) = (String::new(), BTreeSet::new(), String::new());
    for row in rows.lines().skip_while(|line| !line.starts_with("| [")).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [kind, key, card, in_csv, in_handout, in_sheet] = cells[..] else { panic!("{row}") };
        if let Some((heading, _)) = kind.trim_start_matches('[').split_once(']') {
            let known = places.iter().find(|(_, (_, known))| known == heading);
            known.unwrap_or_else(|| panic!("no section {heading}")).0.clone_into(&mut name);
        }
        let key = key.trim_matches('`');
        listed.insert((name.clone(), key.to_owned()));
        if LINKS.contains(&key) {
            continue;
        }
        let mark = mark(&name, key);
        let said = card.split(',').next().unwrap_or("");
        let made = sides.iter().filter(|(_, text)| text.contains(&mark));
        let made: BTreeSet<&str> = made.map(|(side, _)| *side).collect();
        let made =
            if made.is_empty() { "–".to_owned() } else { made.into_iter().rev().collect::<Vec<_>>().join(" and ") };
        let ordered = if made == "front and back" || made == "back and front" { "front and back" } else { &made };
        if said != ordered {
            let _ = writeln!(wrong, "{name}.{key}: the card has it on {ordered}, not {said}");
        }
        for (output, text, said) in [("CSV", &csv, in_csv), ("handout", &handout, in_handout)] {
            if text.contains(&mark) == (said == "–") {
                let _ = writeln!(wrong, "{name}.{key}: {output} is not {said}");
            }
        }
        if sheet.as_ref().is_some_and(|text| !mark.contains(' ') && text.contains(&mark) == (in_sheet == "–")) {
            let _ = writeln!(wrong, "{name}.{key}: the sheet is not {in_sheet}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let content = schemas()[0].1.clone();
    for (name, schema) in types() {
        if name != "FileShape" && content["$defs"].get(&name).is_none() {
            continue;
        }
        for key in schema["properties"].as_object().expect("it has keys").keys() {
            let full = format!("{name}.{key}");
            let excused = [SETTINGS.as_slice(), &LISTS].concat().iter().any(|known| known == key || *known == full);
            let excused = excused || cardpress::content::SECTIONS.contains(&key.as_str()) || name == "Defaults";
            let is_listed = listed.contains(&(name.clone(), key.clone()));
            assert!(is_listed || excused, "outputs.md does not tell where {full} goes");
        }
    }
}

/// What the first card of each note shows on each side, with its tags and deck.
fn sides(world: &cardpress::world::World) -> Vec<(&'static str, String)> {
    let (_, made, _) = cardpress::deck(world);
    let collection = made.expect("the project compiles").collection;
    let mut sides = Vec::new();
    for note in &collection.notes {
        let content = &collection.designs[note.note_type].sides[0].content;
        for (side, nodes) in ["front", "back"].into_iter().zip(content) {
            for (field, html) in collection.type_of(note).fields.iter().zip(note.fields()) {
                let mut is_shown = false;
                template::names(nodes, &mut |filters, name, _, is_section| {
                    let plain = filters.iter().all(|filter| filter == "cloze");
                    is_shown |= plain && !is_section && name == field.name;
                });
                sides.extend(is_shown.then(|| (side, html.to_owned())));
            }
        }
        sides.push(("tag", note.tags().collect::<Vec<_>>().join(" ")));
        sides.push(("deck", collection.deck_of(note).expect("it has a card").to_owned()));
    }
    sides
}

/// The sheet's Typst source, if this Cardpress makes sheets.
#[cfg(feature = "pdf")]
fn sheet(world: &cardpress::world::World) -> Option<String> {
    let (_, deck, _) = cardpress::deck(world);
    let deck = deck.expect("the project compiles").deck;
    let layout = deck.project.sheets.first()?;
    let layout = cardpress::press::sheet::layout(&deck, layout, &*world.media_source, &mut Sink::new())?;
    // Without the places where long words may break.
    Some(layout.typst_source.replace(['\u{ad}', '\u{200b}'], "").replace("\\u{ad}", "").replace("\\u{200b}", ""))
}

#[cfg(not(feature = "pdf"))]
fn sheet(_: &cardpress::world::World) -> Option<String> {
    None
}
