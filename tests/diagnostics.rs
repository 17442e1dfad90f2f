//! What the compiler reports, compared with what the documentation says about it: every code
//! has a page, every page is correct, and every code has a case that shows it.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs and read files; the harness decides their signatures"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use cardpress::deck::MediaSource;
use cardpress::diag::{Code, Diagnostic, STAGES, Severity};
use cardpress::explain;
use cardpress::lint::RULES;
use cardpress::stub::{self, KINDS, Place};
use cardpress::{Compiled, Lint};

use support::bounded;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with a name that ends with `ending`.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file is text")
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("files have names").to_string_lossy().into_owned()
}

/// The codes that the source code uses. A code that is not in the table does not compile.
fn codes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in files("src", ".rs") {
        let text = read(&path);
        let text = text.split("#[cfg(test)]").next().unwrap_or("");
        let of_ours = |(at, _): &(usize, &str)| !text[..*at].ends_with(char::is_alphanumeric);
        for rest in text.match_indices("Code::").filter(of_ours).map(|(at, mark)| &text[at + mark.len()..]) {
            let name: String = rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_' || *c == '8').collect();
            found.insert(name.to_lowercase().replace('_', "-"));
        }
    }
    found.remove("");
    found
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let explained: BTreeSet<String> = Code::all().map(|code| code.name().to_owned()).collect();
    let written: BTreeSet<String> =
        files("docs/codes", ".md").iter().map(|path| stem(path)).filter(|stem| stem != "README").collect();
    assert_eq!(codes(), explained, "the sources and `diag::STAGES` differ");
    assert_eq!(written, explained, "`docs/codes` and `diag::STAGES` differ");
    assert_eq!(Code::all().count(), explained.len(), "a code is listed twice");
    for stage in STAGES {
        assert!(stage.codes.is_sorted(), "{} is in no order", stage.name);
    }
}

/// `INSTA_UPDATE=always`, which `just review` sets, rewrites it.
#[test]
fn the_index_of_codes_lists_them_all() {
    let path = root().join("docs/codes/README.md");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        std::fs::write(&path, explain::index()).expect("the index is written");
    }
    assert!(read(&path) == explain::index(), "docs/codes/README.md is out of step: run `just review`");
}

/// Codes that a case cannot show, and why.
const WITHOUT_CASE: [(&str, &str); 10] = [
    ("apkg-failed", "needs media that goes while it is compiled; a test below takes it"),
    ("csv-failed", "needs a machine without memory"),
    ("file-too-large", "needs 256 MiB"),
    ("fix-failed", "needs a bug in Cardpress; unit tests of `fix` make some"),
    ("media", "needs a file that goes while it is compiled"),
    ("no-sheet", "needs hundreds of questions; a test below makes them"),
    ("not-utf8", "cases are text; a test below shows it"),
    ("sheet-overlap", "needs a fault of ours"),
    ("too-many", "needs a thousand mistakes; a test below makes them"),
    ("typst", "needs a fault of ours"),
];

/// Codes that are only ever warnings, and that `tests/mistakes` shows.
const WARNINGS: [&str; 10] = [
    "ambiguous-cloze",
    "cloze-hint",
    "doubled-reference",
    "folded-text",
    "line-ends",
    "link-title",
    "plain-code",
    "unknown-footnote",
    "unknown-language",
    "unread-file",
];

#[test]
fn every_code_has_a_case() {
    let shown: BTreeSet<String> = files("tests/cases/err", ".yaml").iter().map(|path| stem(path)).collect();
    let warned: String = files("snapshots/warnings", ".snap").iter().map(|path| read(path)).collect();
    let linted: BTreeSet<String> = files("tests/cases/lint", ".yaml").iter().map(|path| stem(path)).collect();
    let marked: String = files("tests/mistakes", ".yaml").iter().map(|path| read(path)).collect();
    for code in codes() {
        let has_case = shown.contains(&code) || linted.contains(&code) || warned.contains(&format!("warning[{code}]"));
        // A text with a warning still makes outputs, so a mistake shows it as well as a case does.
        let has_case = has_case || WARNINGS.contains(&code.as_str()) && marked.contains(&format!(" ^ {code}"));
        let excused = WITHOUT_CASE.iter().any(|(known, _)| *known == code);
        assert!(has_case || excused, "no case shows `{code}`: put one into tests/cases/err");
        assert!(!(has_case && excused), "`{code}` has a case and needs no excuse");
    }
    for (code, _) in WITHOUT_CASE {
        assert!(codes().contains(code), "there is no code `{code}`");
    }
}

/// Pages that do not have a project that shows their code, and why: the codes above, and these.
const WITHOUT_EXAMPLE: [(&str, &str); 7] = [
    ("changed-fields", "only another version of Cardpress makes it"),
    ("changed-sort-field", "only another version of Cardpress makes it"),
    ("changed-templates", "only another version of Cardpress makes it"),
    ("control-character", "Markdown would not show the character"),
    ("line-ends", "Markdown would not show them"),
    ("sheet-overflow", "needs more text than a page has room for"),
    ("sheet-overlap", "needs a fault of ours"),
];

/// Pages with codes that exist only in a Cardpress with the sheet.
const OF_THE_SHEET: [&str; 3] = ["formula-as-source", "missing-glyph", "missing-script"];

/// The page whose project is built with `--locked`.
const LOCKED: &str = "stale-lock";

/// Readers see a project as an author has it: one block per file, without markers for tests.
#[test]
fn no_page_shows_marks_for_tests() {
    for (code, page) in Code::all().map(|code| (code.name(), code.page())) {
        let marks = ["\n#- ", "\n# needs ", "\n# --", "⟨"];
        let found = marks.into_iter().find(|mark| page.contains(mark));
        assert_eq!(found, None, "{code}.md");
    }
}

#[test]
fn every_page_shows_its_code_and_the_way_out() {
    for (code, page) in Code::all().map(|code| (code.name(), code.page())) {
        let parts = ["# `", "\n\n**What.** ", "\n\n**Why.** ", "\n\n**Before**\n\n", "\n\n**After**\n\n"];
        let mut rest = page;
        for part in parts.into_iter().chain(["\n\n**What to do.** "]) {
            rest = rest.split_once(part).unwrap_or_else(|| panic!("{code}.md has no {part:?}, or in another place")).1;
        }
        assert!(page.starts_with(&format!("# `{code}`: ")), "{code}.md has another title");
        let excused = WITHOUT_CASE.iter().chain(&WITHOUT_EXAMPLE).any(|(known, _)| *known == code);
        let before = support::project_of_page(page, "Before");
        assert!(before.is_some() != excused, "{code}.md: an example, or an excuse for none");
        let Some(before) = before else { continue };
        if !cfg!(feature = "pdf") && OF_THE_SHEET.contains(&code) {
            continue;
        }
        let after = support::project_of_page(page, "After");
        if is_lint(code) {
            assert!(lint(&before).contains(&code), "{code}.md: `Before` does not break the rule: {:?}", lint(&before));
            let after = after.expect("every rule can be kept");
            assert!(!lint(&after).contains(&code), "{code}.md: `After` breaks the rule still");
            continue;
        }
        let found = support::compile_with(&support::world(&before).0, code == LOCKED).diagnostics;
        assert!(!found.is_empty(), "{code}.md: nothing is wrong with `Before`");
        for diagnostic in found {
            assert_eq!(diagnostic.code.name(), code, "{code}.md: `Before` has another fault: {}", diagnostic.message);
        }
        if let Some(after) = after {
            let left: Vec<String> = diagnose(&after).into_iter().map(|diagnostic| diagnostic.message).collect();
            assert!(left.is_empty(), "{code}.md: `After` has a fault: {left:?}");
        } else {
            assert_eq!(code, LOCKED, "{code}.md has no `After`: only a build helps against a stale ledger");
        }
    }
}

/// Whether a code belongs to the lint, which looks only at projects without mistakes.
fn is_lint(code: &str) -> bool {
    RULES.iter().any(|rule| rule.name.name() == code) || ["unknown-rule", "unused-allow"].contains(&code)
}

fn lint(case: &str) -> Vec<&'static str> {
    let (world, _) = support::world(case);
    let checked = cardpress::check(&world, &[], &Lint::default()).compiled;
    assert!(compiles(&checked), "the page's project has a mistake: {:?}", checked.diagnostics);
    checked.diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect()
}

#[test]
fn a_stub_is_a_draft_and_gives_one_finding_once_it_is_none() {
    let base = "topic: T\nfacts:\n  - {id: bern, text: 'Bern is the {{capital}} of Switzerland.'}\n";
    let mut all = support::world(base).0;
    for kind in &KINDS {
        let id = kind.names[0].replace('_', "-");
        let add =
            |world: &cardpress::world::World| stub::add(world, kind, &id, &Place::Topic("T")).expect("the stub fits");
        let stub = add(&support::world(base).0).text;
        assert!(lint(&stub).is_empty(), "{id}: nothing is expected of a draft");
        let draft = "    draft: true # TODO delete this line when the item is ready\n";
        assert_eq!(lint(&stub.replace(draft, "")), ["unfinished-item"], "{id}");
        let mut added = add(&all);
        added.text = added.text.replace(draft, "");
        all.files.iter_mut().find(|file| file.path == added.path).expect("the file is there").bytes =
            added.text.into_bytes();
    }
    let checked = cardpress::check(&all, &[], &Lint::default());
    let told: Vec<&str> = checked.compiled.diagnostics.iter().map(|found| found.message.as_str()).collect();
    assert_eq!((told.len(), checked.findings.len()), (1, KINDS.len()), "{told:?}");
    assert!(told[0].starts_with("13 items in this file still have TODOs: `"), "{told:?}");
}

#[test]
fn what_is_told_once_a_project_is_known_by_item() {
    let question = |id: &str, more: &str| format!("  - id: {id}\n    ask: What is {id}?\n    answer: So.\n{more}");
    let allow = "    allow: [{rule: no-source, reason: It is plain}]\n";
    let files = [question("a", "") + &question("b", allow), question("c", "") + &question("d", "")];
    let text = format!("topic: T\nquestions:\n{}#- b.yaml\ntopic: U\nquestions:\n{}", files[0], files[1]);
    let check = |deny: &[&str], baseline: &[&str]| {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let lint = Lint {
            deny: own(deny),
            baseline: own(baseline).into_iter().collect(),
            ..Lint::default()
        };
        let checked = cardpress::check(&support::world(&text).0, &[], &lint);
        let told = checked.compiled.diagnostics.into_iter().map(|found| (found.severity, found.message));
        (told.collect::<Vec<_>>(), checked.findings.into_iter().collect::<Vec<_>>())
    };
    let all = ["no-source a", "no-source c", "no-source d"];
    let (told, known) = check(&[], &[]);
    assert_eq!(told, [(Severity::Warning, "3 of 4 questions name no source: `c`, `d`, `a`".to_owned())]);
    assert_eq!(known, all);
    let (told, known) = check(&["no-source"], &all[1..]);
    assert_eq!(told, [(Severity::Error, "`a` names no source".to_owned())]);
    assert_eq!(known, all);
    assert_eq!(check(&["warnings"], &all).0, []);
}

fn compiles(checked: &Compiled) -> bool {
    let errors = checked.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.filter(|found| !is_lint(found.code.name())).count() == 0
}

fn diagnose(case: &str) -> Vec<Diagnostic> {
    support::compile(&support::world(case).0).diagnostics
}

#[test]
fn bytes_that_are_no_text_are_reported_where_they_stand() {
    let (mut world, _) =
        support::world("topic: Theory\nquestions:\n  - id: a\n    ask: Gr\u{f6}\u{df}e?\n    answer: One.\n");
    let text = String::from_utf8(world.files[0].bytes.clone()).expect("cases are text");
    world.files[0].bytes = text.chars().map(|c| u8::try_from(u32::from(c)).expect("the case is Latin-1")).collect();
    let found = support::compile(&world);
    let codes: BTreeMap<&str, usize> = found.diagnostics.iter().fold(BTreeMap::new(), |mut codes, diagnostic| {
        *codes.entry(diagnostic.code.name()).or_default() += 1;
        codes
    });
    assert_eq!(codes, BTreeMap::from([("not-utf8", 1)]));
    let place = found.diagnostics[0].span.map(|span| found.sources.get(span.file).position(span.start).column);
    assert_eq!(place, Some(12));
}

/// Media that is gone when we try to read it.
struct Gone;

impl MediaSource for Gone {
    fn open(&self, _: &str) -> std::io::Result<Box<dyn std::io::Read>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

#[test]
fn a_check_makes_no_package_and_tells_why_there_would_be_none() {
    let case = "topic: Theory\nquestions:\n  - id: a\n    ask: A?\n    answer: '![It](media/a.svg)'\n\
                #- media/a.svg\n<svg xmlns='http://www.w3.org/2000/svg'/>\n\
                #- cardpress.yaml\nformat: 1\nid: deck\ntitle: Deck\nversion: 1.0.0\ncontent: ['*.yaml']\n";
    for (format, want) in [("legacy1", vec![]), ("modern", vec!["apkg-failed"])] {
        let (mut world, _) = support::world(&format!("{case}outputs: {{apkg: {{format: {format}}}, sheet: none}}\n"));
        world.media_source = Box::new(Gone);
        let errors = |found: &[Diagnostic]| -> Vec<&str> {
            found.iter().filter(|found| found.severity == Severity::Error).map(|found| found.code.name()).collect()
        };
        let checked = cardpress::check(&world, &[], &Lint::default());
        assert_eq!(errors(&checked.compiled.diagnostics), want);
        assert_eq!(errors(&support::compile(&world).diagnostics), want);
    }
}

/// A check highlights only the code by which the ledger identifies a renamed note.
#[test]
fn a_check_knows_a_renamed_note_by_its_code() {
    let case = "topic: Theory\nquestions:\n  - id: first\n    ask: |\n      What does it print?\n\n      ```python\n      \
                for x in range(3): print(x)\n      ```\n    answer: It.\n  - {id: other, ask: What?, answer: It.}\n\
                #- cardpress.yaml\nformat: 1\nid: deck\ntitle: Deck\nversion: 1.0.0\ncontent: ['*.yaml']\n";
    let published = support::release(&support::world(case).0).lock.expect("a ledger");
    let (mut world, _) = support::world(&case.replace("id: first", "id: renamed"));
    world.lock = Some(support::lock(&published));
    let checked = cardpress::check(&world, &[], &Lint::default());
    let (checked, built) = (checked.compiled.diagnostics, support::compile(&world).diagnostics);
    let likely = |found: &&Diagnostic| found.labels.iter().any(|label| label.text.contains("very similar"));
    let likely = built.iter().find(likely).expect("the new id is told");
    assert!(checked.contains(likely), "{checked:?}");
}

/// A project with this many questions, each with key points, and with `outputs` at the end of
/// its manifest.
#[cfg(feature = "pdf")]
fn full(questions: usize, outputs: &str) -> String {
    let points = "[One point of some length, Another point of some length, A third point of some length]";
    let question =
        |number| format!("  - id: q-{number}\n    ask: What is {number}?\n    answer: It.\n    key_points: {points}\n");
    let questions: String = (0..questions).map(question).collect();
    let manifest = "format: 1\nid: full\ntitle: Full\nversion: 1.0.0\ncontent: ['*.yaml']\n";
    format!("topic: Theory\nquestions:\n{questions}#- cardpress.yaml\n{manifest}{outputs}")
}

#[cfg(feature = "pdf")]
#[test]
fn a_sheet_that_is_full_is_told_without_failing_the_deck() {
    let codes = |case: &str| -> Vec<&str> { diagnose(case).iter().map(|diagnostic| diagnostic.code.name()).collect() };
    assert!(codes(&full(60, "outputs:\n  sheet: {pages: 1}\n")).is_empty());
    assert_eq!(codes(&full(120, "outputs:\n  sheet: {pages: 1}\n")), ["sheet-overflow"]);
    assert!(codes(&full(120, "outputs:\n  sheet: {pages: 1, paper: a3, floor: 5.5}\n")).is_empty());
    assert_eq!(codes(&full(2500, "")), ["no-sheet"]);
}

/// A project in `folder/deck` with questions that have `tags` tags with spaces.
fn project(folder: &Path, tags: usize) {
    let deck = folder.join("deck");
    std::fs::create_dir_all(&deck).expect("the folder is made");
    let question =
        |number: usize| format!("  - id: q-{number}\n    ask: What is {number}?\n    answer: It.\n    tags: [a tag]\n");
    let questions: String = (0..tags).map(question).collect();
    let manifest = "format: 1\nid: deck\ntitle: Deck\nversion: 1.0.0\ncontent: ['*.yaml']\naccept: [vanished-id=x]\n";
    std::fs::write(deck.join("cardpress.yaml"), manifest).expect("the manifest is written");
    std::fs::write(deck.join("a.yaml"), format!("topic: A\nquestions:\n{questions}")).expect("the topic is written");
}

/// What `cardpress check deck` prints in `folder` with `arguments`: stdout and stderr.
fn check(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
    command.current_dir(folder).args(["check", "deck"]).args(arguments);
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(environment.iter().copied());
    let output = bounded::output(&mut command).expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("messages are text");
    (text(output.stdout), text(output.stderr))
}

#[test]
fn people_see_what_repeats_itself_counted_and_programs_see_all() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    project(folder.path(), 30);
    let (data, messages) = check(folder.path(), &[], &[]);
    assert_eq!((data.as_str(), messages.matches("error[bad-tag]").count()), ("", 20));
    let end = "… and 10 more of `bad-tag`; `--limit 0` shows all\n\n30 errors\nfor more: cardpress explain bad-tag\n";
    assert!(messages.ends_with(end), "{messages}");
    let (_, all) = check(folder.path(), &["--limit", "0"], &[]);
    assert_eq!(all.matches("error[bad-tag]").count(), 30);
    let (_, quiet) = check(folder.path(), &["-q"], &[]);
    assert!(quiet.ends_with("… and 10 more of `bad-tag`; `--limit 0` shows all\n\n"), "{quiet}");

    let (json, messages) = check(folder.path(), &["--format", "json"], &[]);
    assert_eq!((json.matches("\"code\": \"bad-tag\"").count(), messages.as_str()), (30, ""));
    let (sarif, _) = check(folder.path(), &["--format", "sarif"], &[]);
    assert_eq!(sarif.matches("\"ruleId\": \"bad-tag\"").count(), 30);
    assert!(sarif.contains("\"uri\": \"deck/a.yaml\""), "{sarif}");
    let (github, _) = check(folder.path(), &["--format", "github"], &[]);
    assert_eq!(github.lines().count(), 30);
    let first = "::error file=deck/a.yaml,line=6,col=12,endLine=6,endColumn=17,title=bad-tag::the tag `a tag` contains";
    assert!(github.starts_with(first), "{github}");
}

#[test]
fn quiet_says_nothing_of_what_is_well_and_verbose_says_how_long_it_took() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    project(folder.path(), 0);
    std::fs::write(
        folder.path().join("deck/a.yaml"),
        "topic: A\nquestions:\n  - {id: a, ask: B?, answer: C., references: [{title: D}]}\n",
    )
    .expect("the topic is written");
    let (_, messages) = check(folder.path(), &[], &[]);
    assert!(messages.starts_with("warning[nothing-to-accept]: "), "{messages}");
    assert!(messages.ends_with("\n1 warning\ncardpress: no errors (1 note, 1 topic)\n"), "{messages}");
    assert_eq!(check(folder.path(), &["--quiet"], &[]), (String::new(), String::new()));
    let (_, messages) = check(folder.path(), &["--verbose"], &[]);
    let stages: Vec<&str> = messages.lines().filter(|line| line.ends_with(" ms")).collect();
    assert!(stages[0].starts_with("cardpress: read 2 sources, 0 media files: "), "{messages}");
    assert!(stages[1].starts_with("cardpress: compiled 1 note, 1 topic: "), "{messages}");
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    project(folder.path(), 1);
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        check(folder.path(), arguments, environment).1.contains('\u{1b}')
    };
    let (force, refuse) = (("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1"));
    assert!(!colored(&[], &[]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(colored(&[], &[force]));
    assert!(!colored(&[], &[force, refuse]));
    assert!(colored(&[], &[force, ("NO_COLOR", "")]));
    assert!(colored(&["--color", "always"], &[refuse]));
    assert!(!colored(&["--color", "never"], &[force]));
}

#[test]
fn what_is_certain_is_fixed_and_no_other_byte_changes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    project(folder.path(), 0);
    let deck = folder.path().join("deck");
    let before = "\u{feff}topic: A\r\nquestions:\r\n  # Über  \r\n  - id: Recall\r\n    ask: Recall: what is it?\r\n\
                  \x20   anwser: See [[old-name]].  \r\n    tags: one\r\n    reviewed: 2026/1/5\r\n\tdificulty: Esay\r\n\
                  \x20 - id: new-name\r\n    formerly: [old-name]\r\n    ask: B?\r\n    akkk: x\r\n    answer: 2015";
    let after = "\u{feff}topic: A\r\nquestions:\r\n  # Über  \r\n  - id: recall\r\n    ask: \"Recall: what is it?\"\r\n\
                 \x20   answer: See [[new-name]].  \r\n    tags: [one]\r\n    reviewed: 2026-01-05\r\n    difficulty: easy\r\n\
                 \x20 - id: new-name\r\n    formerly: [old-name]\r\n    ask: B?\r\n    akkk: x\r\n    answer: \"2015\"";
    let (path, latin) = (deck.join("a.yaml"), deck.join("b.yaml"));
    std::fs::write(&path, before).expect("the topic is written");
    let foreign: &[u8] = b"topic: B\nquestions:\n  - id: b\n    ask: \xe4?\n    answer: 3\n";
    std::fs::write(&latin, foreign).expect("the topic is written");
    #[cfg(unix)]
    set_mode(&path, 0o640);
    let (_, messages) = check(folder.path(), &["--fix"], &[]);
    let fixed = "cardpress: fixed in a.yaml: ";
    assert!(messages.starts_with(fixed), "{messages}");
    assert_eq!(std::fs::read_to_string(&path).expect("the topic is text"), after, "{messages}");
    assert_eq!(std::fs::read(&latin).expect("the topic is there"), foreign);
    assert!(messages.contains("error[not-utf8]") && messages.contains("error[unknown-key]: unknown key `akkk`"));
    #[cfg(unix)]
    assert_eq!(mode(&path), 0o640);
    let names: Vec<_> = std::fs::read_dir(&deck).expect("the folder is there").collect();
    assert_eq!(names.len(), 3, "something was left behind");
    let (_, again) = check(folder.path(), &["--fix"], &[]);
    assert!(!again.contains("fixed in"), "{again}");

    // If a key is given twice, both values may be wrong.
    let twice = "topic: A\nquestions:\n  - {id: A, id: B, ask: C?, answer: D.}\n";
    std::fs::write(&path, twice).expect("the topic is written");
    check(folder.path(), &["--fix"], &[]);
    let (_, again) = check(folder.path(), &["--fix"], &[]);
    assert!(again.contains("error[duplicate-key]") && !again.contains("fixed in"), "{again}");
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("the mode is set");
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("the file is there").permissions().mode() & 0o777
}

/// A project with `files` files of `each` questions. Each question has a broken link and ends
/// with `more`.
fn hopeless(files: usize, each: usize, more: &str) -> Vec<Diagnostic> {
    diagnose(&without_hope(files, each, more))
}

fn without_hope(files: usize, each: usize, more: &str) -> String {
    let question = |file: usize, number: usize| {
        format!("  - id: q-{file}-{number}\n    ask: What is it?\n    answer: See [[nowhere-at-all]].\n{more}")
    };
    let topic = |file: usize| {
        let questions: String = (0..each).map(|number| question(file, number)).collect();
        format!("#- {file}.yaml\ntopic: T{file}\nquestions:\n{questions}")
    };
    (0..files).map(topic).collect()
}

#[test]
fn what_is_found_does_not_tell_how_many_looked() {
    let many = format!("    short: {}\n", "[[nothing]] ".repeat(300));
    // More mistakes than we list, and more than we search suggestions for; in few files and in many.
    for text in [without_hope(2, 20, &many), without_hope(100, 12, ""), without_hope(40, 12, "    tags: [a tag]\n")] {
        let (world, media) = support::world(&text);
        support::assert_alike_on_all_threads(&world, &media);
    }
}

#[test]
fn what_is_made_does_not_tell_how_many_made_it() {
    let kinds = ["question", "fact", "pattern", "tip", "choice", "prompt", "table"];
    let item = |number: usize| match kinds[number % kinds.len()] {
        "question" => (
            "questions",
            format!(
                "ask: What is {number}?\n    answer: It is **{number}**, as [[i-{}]].\n    see_also: [i-{}]",
                number / 2,
                number / 3
            ),
        ),
        "fact" => ("facts", format!("text: 'The number is {{{{{number}}}}}.'")),
        "pattern" => ("patterns", format!("name: Pattern {number}\n    lang: python\n    code: print({number})")),
        "tip" => (
            "tips",
            format!(
                "title: Tip {number}\n    ask: What to do at {number}?\n    do: Go on to {number}.\n    why: It is next."
            ),
        ),
        "choice" => {
            ("choices", format!("ask: Which of {number}?\n    options: [{{right: this {number}}}, {{wrong: that}}]"))
        }
        "prompt" => ("prompts", format!("ask: Tell me of {number}.\n    angle: [Say {number}.]")),
        _ => (
            "tables",
            format!(
                "title: Table {number}\n    columns: [A, B]\n    cards: row\n    rows: [{{r-{number}: [a {number}, b]}}]"
            ),
        ),
    };
    let mut text = String::new();
    for file in 0..9 {
        let _ = write!(text, "#- {file}.yaml\ntopic: T{}\ndefaults: {{tags: [of-{file}]}}\n", file % 5);
        let mut sections = BTreeMap::<&str, String>::new();
        for number in (0..70).map(|number| file * 70 + number) {
            let (section, body) = item(number);
            let retired = if number % 31 == 7 { "    retired: 1.0.0\n" } else { "" };
            let _ = write!(sections.entry(section).or_default(), "  - id: i-{number}\n    {body}\n{retired}");
        }
        for (section, items) in sections {
            let _ = write!(text, "{section}:\n{items}");
        }
    }
    let (world, media) = support::world(&text);
    let alone = support::outcome(&world, &media, 1);
    assert!(alone.3.len() > 3 && alone.2.is_some(), "{}", alone.0);
    support::assert_alike_on_all_threads(&world, &media);
}

#[test]
fn what_is_too_much_to_list_is_counted() {
    let found = hopeless(3, 4_000, "");
    assert_eq!(found.len(), 10_001);
    let last = found.last().expect("something was found");
    assert_eq!((last.code.name(), last.message.as_str()), ("too-many", "2000 more were found but not listed"));
    // A file with a wrong structure is abandoned part of the way through.
    let found = hopeless(12, 2_000, "    tags: [a tag]\n");
    let count = |code: &str| found.iter().filter(|diagnostic| diagnostic.code.name() == code).count();
    assert_eq!((count("bad-tag"), count("too-many"), found.len()), (9_991, 10, 10_001));
    assert_eq!(found.last().map(|last| last.message.as_str()), Some("14012 more were found but not listed"));
}

#[test]
fn a_deck_whose_ids_are_all_new_is_told_with_what_each_may_have_become() {
    const NOTES: usize = 3_000;
    let deck = |name: &str, ask: &str| {
        let question = |number| format!("  - id: {name}-{number}\n    ask: {ask} {number}?\n    answer: So.\n");
        format!("topic: T\nquestions:\n{}", (0..NOTES).map(question).collect::<String>())
    };
    let (old, _) = support::world(&deck("old", "What is"));
    let lock = support::release(&old).lock.expect("a release leaves a ledger");
    let proposed = |text: &str| {
        let (mut world, _) = support::world(text);
        world.lock = Some(support::lock(&lock));
        let found = support::compile(&world).diagnostics;
        let vanished: Vec<_> = found.iter().filter(|diagnostic| diagnostic.code.name() == "vanished-id").collect();
        assert_eq!(vanished.len(), NOTES);
        assert!(vanished.iter().all(|diagnostic| !diagnostic.help.is_empty()));
        vanished.iter().filter(|diagnostic| !diagnostic.labels.is_empty()).count()
    };
    // An item with the same question counts as the same item; similar ids are suggested until
    // there are too many to be typos.
    assert_eq!(proposed(&deck("item", "What is")), NOTES);
    // Six digits of a hash are similar by chance now and then.
    assert!((200..210).contains(&proposed(&deck("olt", "Why is"))));
}

#[test]
fn a_note_type_whose_number_another_has_gets_one_of_its_own() {
    let text = "topic: T\nquestions:\n  - {id: a, ask: A?, answer: B.}\n";
    let (mut world, _) = support::world(text);
    let built = |world: &cardpress::world::World| {
        let compiled = support::compile(world);
        let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(errors.map(|error| &error.message).collect::<Vec<_>>(), Vec::<&String>::new());
        compiled.lock
    };
    let lock = built(&world).expect("a first build leaves a ledger");
    world.lock = Some(support::lock(&lock.replace("{\"note_type\":\"question\"", "{\"note_type\":\"tip\"")));
    let lock = built(&world).expect("the note type has no line");
    world.lock = Some(support::lock(&lock));
    assert_eq!(built(&world), None);
}
