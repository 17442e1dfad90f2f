//! The commands as authors meet them: each run end to end with the built binary.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests run programs, watch the clock and read files"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

#[path = "support/bounded.rs"]
mod bounded;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

/// The command `line` in `folder`, as a script would run it: without a terminal and with no input.
fn cardpress(folder: &Path, line: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
    command.current_dir(folder).args(line).env_remove("COLUMNS").env("SOURCE_DATE_EPOCH", "1780000000");
    command
}

/// The exit code, stdout and stderr.
fn run(folder: &Path, line: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = bounded::output(&mut cardpress(folder, line)).expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("outputs are UTF-8");
    (status.code().expect("no signal ended it"), text(stdout), text(stderr))
}

/// Runs a command that must succeed, and returns its stdout.
fn succeed(folder: &Path, line: &[&str]) -> String {
    let (code, stdout, stderr) = run(folder, line);
    assert_eq!(code, 0, "{line:?}\n{stdout}\n{stderr}");
    stdout
}

/// Runs a command that must fail with a single line containing `words`.
fn refuse(folder: &Path, line: &[&str], words: &str) {
    let (code, stdout, stderr) = run(folder, line);
    assert_eq!((code, stdout.as_str()), (2, ""), "{line:?}\n{stderr}");
    assert!(stderr.contains(words), "{line:?} does not say {words}\n{stderr}");
    let lines = stderr.lines().filter(|line| !line.starts_with("see `")).count();
    assert_eq!(lines, 1, "{line:?}\n{stderr}");
}

/// Every file below `folder`, as relative path and bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it lies below").to_string_lossy().replace('\\', "/");
            found.insert(name, fs::read(&path).expect("the file is readable"));
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_keys().collect()
}

/// Writes `text` to `path`, and creates the folders.
fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("the folder is made");
    fs::write(path, text).expect("the file is written");
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).expect("the file is there")
}

/// A temporary folder that contains a project made by `init`.
fn project() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    succeed(folder.path(), &["init", "--id", "demo", "--title", "Demo"]);
    folder
}

/// Without the cheatsheet, which would take longer than everything else together.
const QUICK: [&str; 3] = ["build", "--only", "apkg,csv,handout"];

// init

#[test]
fn a_new_project_builds_and_shows_every_kind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, stdout, stderr) = run(folder.path(), &["init", "How_memory works"]);
    assert_eq!((code, stdout.as_str()), (0, ""), "{stderr}");
    let project = folder.path().join("How_memory works");
    assert_eq!(names(folder.path()).len(), names(&project).len(), "something else was left");
    let manifest = read(&project, "cardpress.yaml");
    assert!(manifest.contains("\nid: how-memory-works\n") && manifest.contains("\ntitle: How memory works\n"));

    let (code, stdout, stderr) = run(&project, &["check", "--format", "json"]);
    assert_eq!(code, 0, "{stdout}\n{stderr}");
    let report: serde_json::Value = serde_json::from_str(&stdout).expect("it is JSON");
    assert_eq!(report["diagnostics"], serde_json::json!([]), "a new project has nothing to complain of");
    let topics =
        ["10-memory", "20-practice", "30-interviews"].map(|name| read(&project, &format!("topics/{name}.yaml")));
    // Notes need one of the project's own note types.
    for section in cardpress::content::SECTIONS.into_iter().filter(|section| *section != "notes") {
        assert!(topics.iter().any(|text| text.contains(&format!("\n{section}:\n"))), "no {section}");
    }
    assert!(topics.iter().any(|text| text.contains("](media/forgetting.svg)")), "no picture");
    for text in topics.iter().chain([&manifest]) {
        let schema = text.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
        let schema = schema.expect("the first line names the schema").trim_start_matches("../");
        assert!(project.join(schema).is_file(), "{schema} is not there");
    }
    assert_eq!(read(&project, "schemas/content.schema.json"), cardpress::schema::content_schema());
    assert_eq!(read(&project, "schemas/project.schema.json"), cardpress::schema::project_schema());

    // The workflow does this once the ledger is committed.
    succeed(&project, &QUICK);
    assert!(project.join("dist/how-memory-works.apkg").is_file());
    let workflow = read(&project, ".github/workflows/cardpress.yml");
    let steps = workflow.lines().filter_map(|line| line.trim_start().strip_prefix("- run: cardpress "));
    let steps: Vec<Vec<&str>> = steps.map(|step| step.split(' ').collect()).collect();
    assert_eq!(steps, [vec!["check", "--format", "github"], vec!["build", "--locked"]]);
    for step in steps {
        assert_eq!(succeed(&project, &step), "");
    }
}

/// How many notes a package has.
fn notes(package: &Path) -> i64 {
    let file = fs::File::open(package).expect("the package is there");
    let mut archive = zip::ZipArchive::new(file).expect("it is an archive");
    let mut database = tempfile::NamedTempFile::new().expect("a temporary file");
    let mut entry = archive.by_name("collection.anki2").expect("it has a collection");
    std::io::copy(&mut entry, &mut database).expect("the collection is copied");
    let database = rusqlite::Connection::open(database.path()).expect("it is a database");
    database.query_row("select count(*) from notes", [], |row| row.get(0)).expect("it has notes")
}

#[test]
fn the_first_three_minutes_of_every_template_end_in_a_deck() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    let mut shown = String::new();
    for template in ["interview", "lecture", "medicine", "language", "blank"] {
        for language in ["en", "de"] {
            let name = format!("{template}-{language}");
            succeed(here, &["init", &name, "--template", template, "--language", language, "--no-ci"]);
            let project = here.join(&name);
            let made = names(&project);
            let manifest = read(&project, "cardpress.yaml");
            assert!(manifest.contains(&format!("\nlanguage: {language}\n")), "{manifest}");
            let report = succeed(&project, &["check", "--format", "json"]);
            let report: serde_json::Value = serde_json::from_str(&report).expect("it is JSON");
            assert_eq!(report["diagnostics"], serde_json::json!([]), "{name}");
            succeed(&project, &QUICK);
            let package = format!("dist/{name}.apkg");
            let _ = writeln!(shown, "{name}: {} notes\n  {}", notes(&project.join(&package)), made.join("\n  "));

            let readme = read(&project, "README.md");
            let (_, rest) = readme.split_once("```sh\n").expect("it has commands");
            let (commands, rest) = rest.split_once("```\n").expect("they end");
            for command in commands.lines() {
                let words = command.split('#').next().unwrap_or_default().split_whitespace().skip(1);
                let line: Vec<&str> = words.collect();
                match line.first() {
                    Some(&"watch") => {}
                    Some(&"build") => drop(succeed(&project, &QUICK)),
                    _ => drop(succeed(&project, &line)),
                }
            }
            for path in rest.split('`').filter(|path| path.starts_with("dist/") && *path != "dist/") {
                let is_made = project.join(path).is_file();
                assert!(is_made || path == "dist/cheatsheet.pdf" && !cfg!(feature = "pdf"), "{name}: no {path}");
            }
            assert!(rest.contains(&format!("`{package}`")), "{readme}");
        }
    }
    snapshot("templates", &shown);
}

#[test]
fn a_sample_in_a_different_language_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for template in ["lecture", "language", "blank"] {
        let (code, _, stderr) = run(folder.path(), &["init", template, "--template", template, "--language", "fr"]);
        assert!(code == 0 && stderr.contains("no sample in `fr`"), "{stderr}");
        let project = folder.path().join(template);
        assert!(read(&project, "cardpress.yaml").contains("\nlanguage: fr\n"));
        for (path, bytes) in files(&project.join("topics")) {
            let text = String::from_utf8(bytes).expect("topics are text");
            assert!(text.contains("\nlang: en\n"), "{path}");
        }
        let (code, stdout, stderr) = run(&project, &["check", "--format", "json"]);
        assert_eq!(code, 0, "{stdout}\n{stderr}");
        assert!(stdout.contains("\"diagnostics\": []") || stdout.contains("\"diagnostics\":[]"), "{stdout}");
    }
}

/// The text at the end of `keys` in a YAML file, or all texts of the list there.
fn yaml_at(text: &str, keys: &[&str]) -> Vec<String> {
    let mut wrong = cardpress::diag::Sink::new();
    let tree = cardpress::yaml::parse(cardpress::source::FileId::new(0), text, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:?}");
    let root = tree.root().expect("it is not empty");
    let node = keys.iter().fold(root, |node, key| tree.get(node, key).unwrap_or_else(|| panic!("no {key}")));
    let items = tree.items(node).iter().map(|item| tree.get(*item, "run").or_else(|| tree.get(*item, "uses")));
    let texts = items.flatten().chain([node]).filter_map(|node| tree.text(node));
    texts.map(ToOwned::to_owned).collect()
}

#[test]
fn the_workflow_is_pinned_bounded_and_says_where_cardpress_comes_from() {
    let folder = project();
    let workflow = read(folder.path(), ".github/workflows/cardpress.yml");
    for job in ["configured", "build"] {
        assert!(yaml_at(&workflow, &["jobs", job, "timeout-minutes"])[0].parse::<u8>().is_ok());
    }
    assert_eq!(yaml_at(&workflow, &["env", "CARDPRESS_REPOSITORY"]), [""]);
    let steps = yaml_at(&workflow, &["jobs", "build", "steps"]);
    for step in &steps {
        assert!(!step.contains("cargo install") || step.contains("--git") && step.contains("--rev"), "{step}");
    }
    let actions: Vec<&String> = steps.iter().filter(|step| step.starts_with("actions/")).collect();
    assert_eq!(actions.len(), 4);
    for action in actions {
        let hash = action.rsplit_once('@').expect("it has a version").1;
        assert!(hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
        assert!(workflow.contains(&format!("{action} # v")), "{action} does not say its version");
    }
    assert!(workflow.contains("cardpress release --check \"$GITHUB_REF_NAME\""));

    let bare = tempfile::tempdir().expect("a temporary folder");
    succeed(bare.path(), &["init", "--id", "demo", "--no-ci"]);
    assert!(!bare.path().join(".github").exists());
}

#[cfg(unix)]
#[test]
fn the_workflow_does_nothing_until_it_knows_where_cardpress_is() {
    let folder = project();
    let workflow = read(folder.path(), ".github/workflows/cardpress.yml");
    let script = &yaml_at(&workflow, &["jobs", "configured", "steps"])[0];
    let hash = "0123456789abcdef0123456789abcdef01234567";
    for (revision, code, word, ready) in [
        ("", 0, "::notice title=Cardpress did not run::", ""),
        ("v0.1.0", 1, "::error title=CARDPRESS_REVISION::", ""),
        (hash, 0, "", "ready=true\n"),
    ] {
        put(folder.path(), "outputs", "");
        let mut bash = Command::new("bash");
        bash.args(["-eo", "pipefail", "-c", script]).env("GITHUB_OUTPUT", folder.path().join("outputs"));
        bash.env("CARDPRESS_REPOSITORY", "https://example.org/cardpress").env("CARDPRESS_REVISION", revision);
        let Output { status, stdout, .. } = bounded::output(&mut bash).expect("bash starts");
        let said = String::from_utf8_lossy(&stdout);
        assert!(
            status.code() == Some(code) && said.starts_with(word) && (said.is_empty() == word.is_empty()),
            "{said}"
        );
        assert_eq!(read(folder.path(), "outputs"), ready);
    }
}

/// Runs git in `folder`, isolated from the settings of whoever runs the tests.
fn git(folder: &Path, line: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    git.args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]).args(line);
    let Output { status, stderr, .. } = bounded::output(&mut git).expect("git starts");
    assert!(status.success(), "{line:?}\n{}", String::from_utf8_lossy(&stderr));
}

#[test]
fn a_checkout_that_converts_line_ends_gives_the_same_outputs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    succeed(here, &["init", "course", "--template", "lecture"]);
    let course = here.join("course");
    succeed(&course, &QUICK);
    git(&course, &["init", "--quiet"]);
    git(&course, &["add", "--all"]);
    git(&course, &["commit", "--quiet", "--message", "A course"]);
    git(here, &["clone", "--quiet", "--config", "core.autocrlf=true", "course", "windows"]);
    let windows = here.join("windows");
    for (path, bytes) in files(&course) {
        let matters = ["media/", "topics/", "schemas/", "cardpress."].iter().any(|start| path.starts_with(start));
        assert!(!matters || fs::read(windows.join(&path)).ok() == Some(bytes), "{path} differs");
    }
    succeed(&windows, &["check"]);
    succeed(&windows, &["build", "--locked", "--only", "apkg"]);
    let package = |folder: &Path| fs::read(folder.join("dist/course.apkg")).expect("the package is there");
    assert!(package(&course) == package(&windows), "the packages differ");

    // Without the attributes, `check` says what is wrong and how to fix it.
    git(&course, &["rm", "--quiet", ".gitattributes"]);
    git(&course, &["commit", "--quiet", "--message", "Left to Git"]);
    git(here, &["clone", "--quiet", "--config", "core.autocrlf=true", "course", "converted"]);
    let (_, _, stderr) = run(&here.join("converted"), &["check"]);
    assert!(stderr.contains("warning[line-ends]: the lines of `media/eigenvector.svg` end with CRLF"), "{stderr}");
    assert!(stderr.contains("/media/** -text"), "{stderr}");
}

#[test]
fn init_takes_an_empty_folder_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    put(here, "repository/.git/HEAD", "ref: refs/heads/main\n");
    succeed(here, &["init", "repository"]);
    assert_eq!(read(here, "repository/.git/HEAD"), "ref: refs/heads/main\n");

    put(here, "full/notes.txt", "mine");
    put(here, "file", "mine");
    refuse(here, &["init", "full"], "full is not empty: it has notes.txt");
    refuse(here, &["init", "repository"], "is not empty");
    refuse(here, &["init", "file"], "file is a file");
    refuse(here, &["init", "x", "--id", "My Course"], "try `my-course`");
    refuse(here, &["init", "…"], "give one with --id");
    refuse(here, &["init", "x", "--title", " "], "give one with --title");
    refuse(here, &["init", "x", "--language", "German"], "write `de`");
    refuse(here, &["init", "x", "--language", "pt_BR"], "write `pt-BR`");
    refuse(here, &["init", "x", "--language", "x"], "`x` is not a BCP 47 tag");
    assert_eq!(names(&here.join("full")), ["notes.txt"]);
    assert!(!here.join("x").exists() && !here.join("…").exists());

    let (code, _, stderr) = run(&here.join("repository"), &["init", "inner"]);
    assert!(code == 0 && stderr.contains("within another project"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn init_writes_all_or_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("the folder is made");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("the folder is closed");
    if fs::write(closed.join("x"), "").is_ok() {
        // A user who may write anywhere, such as root, has no closed folders.
        return;
    }
    refuse(folder.path(), &["init", "closed"], "cannot write to closed");
    refuse(folder.path(), &["init", "closed/inner"], "cannot write to closed/inner");
    assert!(names(&closed).is_empty());
}

// new

#[test]
fn every_kind_can_be_begun_and_then_builds() {
    let folder = project();
    let here = folder.path();
    for kind in &cardpress::stub::KINDS {
        for name in kind.names.iter().chain([&kind.section]) {
            let id = format!("new-{}", name.replace('_', "-"));
            let place = run(here, &["new", name, &id, "--topic", "practice"]);
            if place.0 == 2 {
                // Its singular and plural are the same word, so this id exists already.
                assert!(place.2.contains("is already taken"), "{}", place.2);
                continue;
            }
            let (path, line) = place.1.trim_end().rsplit_once(':').expect("it says where");
            let line: usize = line.parse().expect("a number");
            assert_eq!(path, "topics/20-practice.yaml");
            assert_eq!(read(here, path).lines().nth(line - 1), Some(format!("  - id: {id}").as_str()));
        }
    }
    succeed(here, &["check"]);
    succeed(here, &QUICK);
}

#[test]
fn a_new_item_finds_its_file() {
    let folder = project();
    let here = folder.path();
    let path = |line: &[&str]| {
        let place = succeed(here, line);
        place.rsplit_once(':').expect("it says where").0.to_owned()
    };
    assert_eq!(path(&["new", "fact", "a"]), "topics/10-memory.yaml");
    assert_eq!(path(&["new", "fact", "b", "--topic", "INTERVIEWS"]), "topics/30-interviews.yaml");
    assert_eq!(path(&["new", "fact", "c", "--topic", "The brain: a tour"]), "topics/the-brain-a-tour.yaml");
    assert_eq!(path(&["new", "fact", "d", "--file", "topics/15-more_facts.yaml"]), "topics/15-more_facts.yaml");
    assert!(read(here, "topics/the-brain-a-tour.yaml").starts_with(
        "# yaml-language-server: $schema=../schemas/content.schema.json\ntopic: \"The brain: a tour\"\nfacts:\n  - id: c\n"
    ));
    assert!(read(here, "topics/15-more_facts.yaml").contains("\ntopic: More facts\n"));
    fs::remove_file(here.join("topics/20-practice.yaml")).expect("the file is there");
    // A link to the removed item was broken already, so `new` does not report it.
    assert_eq!(path(&["new", "tip", "e"]), "topics/tips.yaml");
    // From a folder inside the project.
    let place = succeed(&here.join("topics"), &["new", "choice", "f", "--file", "10-memory.yaml"]);
    assert!(place.starts_with("10-memory.yaml:") || place.contains("/topics/10-memory.yaml:"), "{place}");
    succeed(here, &["check"]);
}

#[test]
fn a_new_item_changes_no_other_byte() {
    let folder = project();
    let here = folder.path();
    let text = "# head\r\ntopic: T  # of the topic\r\n\r\nfacts:\r\n-   id: a\r\n    text: '{{a}}'   \r\n    # of a\r\n\r\n# tail";
    put(here, "topics/40-mine.yaml", text);
    succeed(here, &["new", "facts", "b", "--topic", "T"]);
    let added = "-   id: b\r\n    draft: true # TODO delete this line when the item is ready\r\n    text: TODO a sentence with a {{cloze answer::a hint}}.\r\n    extra: TODO what else the back should say.\r\n";
    let new = read(here, "topics/40-mine.yaml");
    assert_eq!(new.replacen(added, "", 1), text, "{new}");
    assert!(new.contains(&format!("    # of a\r\n{added}")), "{new}");
    succeed(here, &["check"]);
}

#[test]
fn what_cannot_be_added_changes_nothing() {
    let folder = project();
    let here = folder.path();
    put(here, "topics/40-brackets.yaml", "topic: Brackets\nfacts: [{id: a, text: '{{a}}', formerly: [old]}]\n");
    put(here, "topics/50-broken.yaml", "topic: Broken\nfacts:\n  - id: b\n    text: \"{{b}}\n");
    let before = files(here);
    refuse(
        here,
        &["new", "question", "spacing-effect"],
        "the id `spacing-effect` is already taken: topics/10-memory.yaml:11",
    );
    refuse(here, &["new", "question", "old"], "the id `old` is already taken: topics/40-brackets.yaml:2");
    refuse(here, &["new", "question", "Two Words"], "try `two-words`");
    refuse(here, &["new", "qestion", "x"], "did you mean `question`?");
    refuse(here, &["new", "question", "x", "--topic", "Practise"], "did you mean `Practice`?");
    refuse(here, &["new", "question", "x", "--file", "notes.yaml"], "no `content` pattern in cardpress.yaml matches");
    refuse(here, &["new", "question", "x", "--file", "../x.yaml"], "is not in the project");
    refuse(here, &["new", "question", "x", "--file", "topics/no/../../../x.yaml"], "is not in the project");
    refuse(here, &["new", "fact", "x", "--topic", "Brackets"], "not a list with each item on its own `- ` line");
    refuse(here, &["new", "fact", "x", "--file", "topics/50-broken.yaml"], "; fix that first");
    assert!(files(here) == before, "something was changed");
}

// clean

#[test]
fn clean_removes_what_build_made_and_nothing_else() {
    let folder = project();
    let here = folder.path();
    let before = files(here);
    succeed(here, &QUICK);
    let built = files(&here.join("dist"));
    put(here, "dist/mine.txt", "mine");
    put(here, "dist/handout/mine.md", "mine");

    let dry: Vec<String> = succeed(here, &["clean", "--dry-run"]).lines().map(str::to_owned).collect();
    let mut expected: Vec<String> = built.keys().map(|path| format!("dist/{path}")).collect();
    let mut said = dry;
    said.sort();
    expected.sort();
    assert_eq!(said, expected);
    assert_eq!(files(&here.join("dist")).len(), built.len() + 2, "a dry run removed something");

    succeed(here, &["clean"]);
    assert_eq!(names(&here.join("dist")), ["handout/mine.md", "mine.txt"]);
    assert!(!here.join("dist/handout/media").exists(), "an empty folder was left");
    fs::remove_dir_all(here.join("dist")).expect("the folder is there");

    succeed(here, &QUICK);
    succeed(here, &["clean"]);
    assert!(!here.join("dist").exists(), "the empty folder was left");
    let mut after = files(here);
    assert!(after.remove("cardpress.lock").is_some(), "the ledger is not an output");
    assert!(after == before, "a source was changed");
    succeed(here, &["clean"]);
}

#[test]
fn clean_leaves_what_someone_changed() {
    let folder = project();
    let here = folder.path();
    succeed(here, &QUICK);
    put(here, "dist/handout/index.md", "my own notes");
    let (code, _, stderr) = run(here, &["clean"]);
    assert!(code == 0 && stderr.contains("index.md, which was changed since it was built"), "{stderr}");
    assert_eq!(names(&here.join("dist")), ["handout/index.md", "manifest.json"]);
    succeed(here, &["clean"]);
    assert_eq!(read(here, "dist/handout/index.md"), "my own notes");
    succeed(here, &["clean", "--force"]);
    assert!(!here.join("dist").exists());
}

#[test]
fn clean_trusts_no_foreign_manifest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    put(here, "web/manifest.json", "{\"name\": \"an app\"}");
    refuse(here, &["clean", "web"], "Cardpress did not write web");
    put(here, "mine.txt", "mine");
    let entry = |path: &str| format!("{{\"path\": {path:?}, \"backend\": \"csv\", \"bytes\": 4, \"sha256\": \"\"}}");
    let entries = ["../mine.txt", "/etc/hostname", "linked/mine.txt", "a/../../mine.txt"].map(entry).join(", ");
    put(here, "out/manifest.json", &format!("{{\"version\": 1, \"artifacts\": [{entries}]}}"));
    #[cfg(unix)]
    std::os::unix::fs::symlink(here, here.join("out/linked")).expect("the link is made");
    succeed(here, &["clean", "out", "--force"]);
    assert_eq!(read(here, "mine.txt"), "mine");
    assert!(!here.join("out/manifest.json").exists());
}

// completions and man

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = succeed(here, &["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} does not know {command}");
        }
        let words = ["vanished-id", "interview-type"].iter().filter(|word| script.contains(*word)).count();
        assert!(words == 2 || ["powershell", "elvish"].contains(&shell), "{shell} does not know codes and kinds");
    }
    assert!(succeed(here, &["man"]).contains(".TH cardpress 1"));
    succeed(here, &["man", "--out", "pages"]);
    let mut pages: Vec<String> = COMMANDS.iter().map(|command| format!("cardpress-{command}.1")).collect();
    pages.push("cardpress.1".to_owned());
    pages.sort();
    assert_eq!(names(&here.join("pages")), pages);
    assert!(read(here, "pages/cardpress-build.1").contains("cardpress build content"), "the page has no examples");
}

// watch

/// A running `watch` and the lines that it prints.
struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    /// Starts one, and returns when its first build is done.
    fn start(folder: &Path, more: &[&str]) -> Self {
        Self::start_by(&[], folder, more)
    }

    /// Starts one through a different program: `by` is what comes before the command.
    fn start_by(by: &[&str], folder: &Path, more: &[&str]) -> Self {
        let watch = cardpress(folder, &[&["watch", "--only", "apkg,csv,handout"], more].concat());
        let mut words = by.iter().map(OsStr::new).chain([watch.get_program()]).chain(watch.get_args());
        let mut command = Command::new(words.next().expect("a program"));
        command.current_dir(folder).args(words);
        command.env_remove("COLUMNS").env("SOURCE_DATE_EPOCH", "1780000000");
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        let output = BufReader::new(child.stderr.take().expect("its messages are caught"));
        let (sender, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let watch = Self { child, lines };
        assert!(watch.next().contains("run `cardpress build` before you publish"));
        let first = watch.next();
        assert!(first.contains(" files in "), "{first}");
        watch
    }

    /// The next line. A machine may be slow, but not that slow.
    fn next(&self) -> String {
        self.lines.recv_timeout(Duration::from_mins(2)).expect("it builds in time")
    }

    /// Reads lines until one contains `words`; a burst of saves may need several builds.
    fn until(&self, words: &str) -> String {
        let mut seen = Vec::new();
        loop {
            seen.push(self.lines.recv_timeout(Duration::from_mins(2)).unwrap_or_else(|_| panic!("{seen:?}")));
            if let Some(line) = seen.pop_if(|line| line.contains(words)) {
                return line;
            }
        }
    }

    /// Checks that nothing more is built. On a slow machine this proves less, but it never fails.
    fn rests(&self) {
        if let Ok(line) = self.lines.recv_timeout(Duration::from_millis(1500)) {
            panic!("a build without a reason: {line}");
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        bounded::ended(&mut self.child);
    }
}

/// A topic with one question that says `text`.
fn topic(name: &str, text: &str) -> String {
    format!("topic: {name}\nquestions:\n  - id: {name}\n    ask: What?\n    answer: {text}\n")
}

/// A project whose only topic is `alpha`.
fn small_project() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manifest = "format: 1\nid: demo\ntitle: Demo\nversion: 1.0.0\ncontent: ['topics/**/*.yaml']\n";
    put(folder.path(), "cardpress.yaml", manifest);
    put(folder.path(), "topics/alpha.yaml", &topic("alpha", "first"));
    folder
}

/// Writes a temporary file, then renames it over the target, as editors do.
fn rename_over(folder: &Path, path: &str, text: &str) {
    let temporary = format!("{path}.tmp");
    put(folder, &temporary, text);
    fs::rename(folder.join(&temporary), folder.join(path)).expect("the file is renamed");
}

#[test]
fn watch_builds_after_each_way_of_saving() {
    let folder = small_project();
    let here = folder.path();
    let watch = Watch::start(here, &[]);
    let table = || read(here, "dist/demo.table.csv");
    assert!(table().contains("first"));
    watch.rests();

    put(here, "topics/alpha.yaml", &topic("alpha", "second"));
    watch.until("topics/alpha.yaml → ");
    assert!(table().contains("second"));

    rename_over(here, "topics/alpha.yaml", &topic("alpha", "third"));
    watch.until("topics/alpha.yaml → ");
    assert!(table().contains("third"));

    put(here, "topics/deep/er/beta.yaml", &topic("beta", "fourth"));
    watch.until("topics/deep/er/beta.yaml → ");
    assert!(table().contains("fourth"));
    put(here, "topics/deep/er/beta.yaml", &topic("beta", "fifth"));
    watch.until("topics/deep/er/beta.yaml → ");
    assert!(table().contains("fifth"));

    fs::remove_file(here.join("topics/deep/er/beta.yaml")).expect("the file is there");
    watch.until("topics/deep/er/beta.yaml → ");
    assert!(!table().contains("fifth"));

    // A folder that disappears and comes back is a different folder.
    fs::remove_dir_all(here.join("topics/deep")).expect("the folder is there");
    watch.rests();
    put(here, "topics/deep/er/beta.yaml", &topic("beta", "sixth"));
    watch.until("topics/deep/er/beta.yaml → ");
    put(here, "topics/deep/er/beta.yaml", &topic("beta", "seventh"));
    watch.until("topics/deep/er/beta.yaml → ");
    assert!(table().contains("seventh"));

    put(here, "cardpress.yaml", &read(here, "cardpress.yaml").replace("title: Demo", "title: Renamed"));
    watch.until("cardpress.yaml → ");
    watch.rests();
    assert!(!here.join("cardpress.lock").exists(), "the ledger was written");
}

#[test]
fn watch_builds_after_a_change_of_the_style() {
    let folder = small_project();
    let here = folder.path();
    put(here, "cardpress.yaml", &(read(here, "cardpress.yaml") + "style: css/cards.css\n"));
    put(here, "css/cards.css", ".cp { margin: 0; }");
    put(here, "site/page.css", ".page { margin: 0; }");
    let watch = Watch::start(here, &[]);
    watch.rests();
    put(here, "css/cards.css", ".cp { margin: 1em; }");
    watch.until("css/cards.css → ");
    put(here, "site/page.css", ".page { margin: 1em; }");
    watch.rests();
}

#[test]
fn watch_never_builds_without_a_reason() {
    // Outputs inside the project, among its sources, and outside.
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let outside = elsewhere.path().join("out").to_string_lossy().into_owned();
    for out in ["dist", "topics/out", outside.as_str()] {
        let folder = small_project();
        let here = folder.path();
        put(here, "media/a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        let watch = Watch::start(here, &["-o", out]);
        watch.rests();
        for number in 0..30 {
            put(here, "topics/alpha.yaml", &topic("alpha", &format!("text-{number}-end")));
            std::thread::sleep(Duration::from_millis(10));
        }
        let table = here.join(out).join("demo.table.csv");
        let mut builds = 0;
        while !fs::read_to_string(&table).is_ok_and(|text| text.contains("text-29-end")) {
            watch.until("topics/alpha.yaml → ");
            builds += 1;
        }
        assert!(builds <= 30, "{builds} builds of 30 saves");
        watch.rests();
        // What must not trigger a build: the same text again, hidden and foreign files, the ledger.
        put(here, "topics/alpha.yaml", &read(here, "topics/alpha.yaml"));
        put(here, "topics/.alpha.yaml.swp", "x");
        put(here, "topics/alpha.yaml~", "x");
        put(here, "notes.txt", "x");
        put(here, ".git/index", "x");
        succeed(here, &QUICK);
        watch.rests();
    }
}

#[test]
fn watch_outlives_errors() {
    let folder = small_project();
    let here = folder.path();
    let watch = Watch::start(here, &[]);
    let before = files(&here.join("dist"));
    put(here, "topics/alpha.yaml", &topic("alpha", "\"unclosed"));
    watch.until("error[unclosed-quote]");
    watch.until("--> topics/alpha.yaml:");
    let line = watch.until("; outputs not updated");
    assert!(line.contains("1 error"), "{line}");
    assert!(files(&here.join("dist")) == before, "an output changed");

    fs::rename(here.join("cardpress.yaml"), here.join("away")).expect("the manifest is there");
    watch.until("cannot build: ");
    fs::rename(here.join("away"), here.join("cardpress.yaml")).expect("the manifest is away");
    watch.until("1 error");
    put(here, "topics/alpha.yaml", &topic("alpha", "mended"));
    watch.until("files in dist");
    assert!(read(here, "dist/demo.table.csv").contains("mended"));
    watch.rests();
}

/// A project that disappears and comes back under its name, as when someone clones it again.
#[test]
fn watch_follows_a_project_that_is_made_anew() {
    let folder = small_project();
    let here = folder.path().join("deck");
    let away = folder.path().join("away");
    fs::create_dir_all(&away).expect("the folder is made");
    let all: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    fs::create_dir_all(&here).expect("the folder is made");
    for path in all.iter().filter(|path| **path != away) {
        fs::rename(path, here.join(path.file_name().expect("a name"))).expect("it moves");
    }
    let watch = Watch::start(&here, &[]);
    for round in 0..2 {
        fs::remove_dir_all(&away).expect("nothing is there any more");
        fs::rename(&here, &away).expect("the project is there");
        if round == 0 {
            watch.until("cannot build: ");
        }
        fs::create_dir_all(&here).expect("the folder is made");
        for path in ["cardpress.yaml", "topics/beta.yaml"] {
            if away.join(path).exists() {
                put(&here, path, &read(&away, path));
            }
        }
        put(&here, "topics/alpha.yaml", &topic("alpha", &format!("made-anew-{round}")));
        let table = here.join("dist/demo.table.csv");
        while !fs::read_to_string(&table).is_ok_and(|text| text.contains(&format!("made-anew-{round}"))) {
            watch.until("");
        }
    }
    put(&here, "topics/alpha.yaml", &topic("alpha", "watched-again"));
    watch.until("topics/alpha.yaml → ");
}

/// `watch` may be started with signals ignored: a script ignores SIGINT in its background
/// processes, and `nohup` ignores SIGHUP.
#[cfg(unix)]
#[test]
fn watch_ends_when_it_is_told_to_however_it_was_started() {
    use std::os::unix::process::ExitStatusExt;

    let folder = small_project();
    for shell in ["exec \"$@\"", "trap '' INT; exec \"$@\"", "trap '' INT TERM QUIT HUP; exec \"$@\""] {
        for (name, number) in [("INT", 2), ("TERM", 15)] {
            let mut watch = Watch::start_by(&["sh", "-c", shell, "sh"], folder.path(), &[]);
            let mut kill = Command::new("kill");
            let kill = bounded::output(kill.args(["-s", name, &watch.child.id().to_string()])).expect("kill starts");
            assert!(kill.status.success());
            // The status is that of any process ended by a signal: a shell turns it into 130 or 143.
            let status = bounded::ended_within(Duration::from_mins(1), &mut watch.child);
            assert_eq!(status.signal(), Some(number), "{name}, started by {shell}");
        }
    }
}

// help

/// Outputs go next to the manifest, and a single file can be checked, whatever the current folder is.
#[test]
fn commands_find_the_project_and_its_outputs() {
    let folder = small_project();
    let here = folder.path();
    let below = here.join("topics");
    succeed(&below, &["build", "--only", "csv"]);
    assert!(here.join("dist/manifest.json").is_file() && !below.join("dist").exists());
    assert!(succeed(&below, &["clean", "--dry-run"]).contains("demo.table.csv"));
    succeed(&below, &["clean"]);
    assert!(!here.join("dist").exists());
    // From the top of a repository that has one project.
    let top = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(top.path().join(".git")).expect("a folder");
    fs::create_dir_all(top.path().join("decks/topics")).expect("a folder");
    for file in ["cardpress.yaml", "topics/alpha.yaml"] {
        fs::copy(here.join(file), top.path().join("decks").join(file)).expect("the file is there");
    }
    succeed(top.path(), &["check"]);
    put(top.path(), "decks/topics/wrong.yaml", "topic: Wrong\nquestions:\n  - id: x\n");
    let (code, _, stderr) = run(top.path(), &["check", "decks/topics/alpha.yaml"]);
    assert!(code == 0 && stderr.contains("errors in other files"), "{code} {stderr}");
    let (code, _, stderr) = run(top.path(), &["check", "decks/topics/wrong.yaml"]);
    assert!(
        code == 1 && stderr.contains("decks/topics/wrong.yaml") || stderr.contains("topics/wrong.yaml:"),
        "{stderr}"
    );
    let (code, stdout, _) = run(&top.path().join("decks"), &["check", "--format", "github"]);
    assert!(code == 1 && stdout.contains("file=decks/topics/wrong.yaml"), "{stdout}");
    fs::create_dir_all(top.path().join("more")).expect("a folder");
    fs::copy(here.join("cardpress.yaml"), top.path().join("more/cardpress.yaml")).expect("the file is there");
    refuse(top.path(), &["check"], "several projects");
    assert!(succeed(here, &["check", "--only", "csv"]).is_empty());
}

const COMMANDS: [&str; 13] = [
    "init",
    "new",
    "check",
    "build",
    "watch",
    "diff",
    "release",
    "explain",
    "lock",
    "clean",
    "schema",
    "completions",
    "man",
];

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots/cli",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

#[test]
fn help_is_what_its_snapshots_say() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Only some builds of Cardpress have the cheatsheet.
    let common = |help: String| -> String {
        let lines = help.lines().filter(|line| !line.trim_start().starts_with("- sheet:"));
        lines.map(|line| format!("{line}\n")).collect()
    };
    snapshot("cardpress", &common(succeed(here, &["--help"])));
    for command in COMMANDS {
        let help = common(succeed(here, &[command, "--help"]));
        assert!(help.contains("Example"), "{command} shows no example");
        snapshot(command, &help);
    }
}

#[test]
fn a_new_note_has_the_fields_of_its_type() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    succeed(folder.path(), &["init", "p", "--template", "geography", "--no-ci"]);
    let project = folder.path().join("p");
    succeed(&project, &["new", "note", "poland", "--topic", "Europe"]);
    let topic = read(&project, "topics/10-europe.yaml");
    let stub = "  - id: poland\n    draft: true # TODO delete this line when the item is ready\n    type: country\n    fields:\n      country: TODO Country\n      capital: TODO Capital\n";
    assert!(topic.ends_with(stub), "{topic}");
    succeed(&project, &["build"]);
    let schema = read(&project, "schemas/content.schema.json");
    assert!(schema.contains("\"const\": \"country\""), "the schema knows the note types of the project");
}

/// An instance can be built alone by its name, which leaves other instances of that output as they are.
#[test]
fn one_of_several_outputs_is_made_by_its_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = folder.path();
    let manifest = "format: 1\nid: p\ntitle: P\nversion: 1.0.0\ncontent: ['*.yaml']\noutputs:\n  handout:\n    - {name: all}\n    - {name: core, core: true}\n  sheet: none\n";
    let topic = "topic: T\nquestions:\n  - {id: a, ask: A?, answer: B., core: true}\n";
    std::fs::write(project.join("cardpress.yaml"), manifest).expect("a file");
    std::fs::write(project.join("a.yaml"), topic).expect("a file");
    let names = || files(&project.join("dist")).into_keys().collect::<Vec<_>>();
    succeed(project, &["build", "--only", "core"]);
    assert_eq!(names(), ["core/index.md", "core/t.md", "manifest.json"]);
    succeed(project, &["build", "--only", "csv,all"]);
    let all = ["all/index.md", "all/t.md", "core/index.md", "core/t.md", "manifest.json", "p.basic.csv", "p.table.csv"];
    assert_eq!(names(), all);
    // When built as a whole, an output has only the files that the manifest lists.
    std::fs::write(project.join("cardpress.yaml"), manifest.replace("    - {name: core, core: true}\n", ""))
        .expect("a file");
    succeed(project, &["build", "--only", "handout"]);
    assert_eq!(names(), ["all/index.md", "all/t.md", "manifest.json", "p.basic.csv", "p.table.csv"]);
}

#[test]
fn a_wrong_word_is_answered_with_the_nearest_right_one() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lines: [&[&str]; 12] = [
        &["biuld"],
        &["--versoin"],
        &["build", "--onyl", "csv"],
        &["init", "x", "--template", "medecine"],
        &["init", "x", "--template", "history"],
        &["build", "a", "b"],
        &["check", "--format", "jsno"],
        &["new", "qestion", "x"],
        &["new", "question"],
        &["new", "question", "x", "--topic", "A", "--file", "b"],
        &["diff", "--against"],
        &["completions", "bsh"],
    ];
    let mut shown = String::new();
    for line in lines {
        refuse(here, line, "see `cardpress");
        let _ = writeln!(shown, "$ cardpress {}\n{}", line.join(" "), run(here, line).2);
    }
    snapshot("wrong-words", &shown);
    refuse(here, &["build", "content", "--only", "apgk"], "no output is called `apgk`; did you mean `apkg`?");
    refuse(
        here,
        &["check", "content", "--only", "slides"],
        "no output is called `slides`; there are apkg, csv, handout",
    );
    // For an argument that isn't text there is nothing to suggest.
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;

        let word = std::ffi::OsStr::from_bytes(b"\xff");
        let output = bounded::output(cardpress(here, &[]).arg(word)).expect("the command starts");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    let (code, stdout, stderr) = run(here, &[]);
    assert!(code == 2 && stdout.is_empty() && stderr.contains("cardpress init"), "{stderr}");
}

// media and outputs

/// A project with one question, and with `more` at the end of its manifest.
fn small(more: &str, question: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let manifest = format!("format: 1\nid: small\ntitle: Small\nversion: 1.0.0\ncontent: ['*.yaml']\n{more}");
    std::fs::write(folder.path().join("cardpress.yaml"), manifest).expect("the manifest is written");
    let topic = format!("topic: A\nquestions:\n  - id: a\n{question}");
    std::fs::write(folder.path().join("a.yaml"), topic).expect("the topic is written");
    std::fs::create_dir(folder.path().join("media")).expect("the folder is made");
    folder
}

#[test]
fn a_file_on_disk_is_what_its_content_says() {
    let picture = "    ask: What is shown?\n    answer: \"![A thing](media/a.png)\"\n";
    let folder = small("", picture);
    let project = folder.path();
    let put = |bytes: &[u8]| std::fs::write(project.join("media/a.png"), bytes).expect("the file is written");
    for (bytes, code, word) in [
        (&b"not a png"[..], 1, "error[bad-media]: `media/a.png` is a text file"),
        (b"", 1, "error[bad-media]: `media/a.png` is empty"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", 1, "error[bad-media]: `media/a.png` is a HEIC picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", 0, "warning[media-extension]: `media/a.png` is a JPEG picture"),
        (b"\x89PNG\r\n\x1a\n", 0, "4 files in dist"),
    ] {
        put(bytes);
        let (found, _, stderr) = run(project, &["build", "--only", "apkg,handout"]);
        assert_eq!(found, code, "{stderr}");
        assert!(stderr.contains(word), "{stderr}");
        assert!(!stderr.contains("report it"), "{stderr}");
    }
    // Before its root element, an SVG may have a long comment.
    let comment = format!("<!-- {} --><svg xmlns='http://www.w3.org/2000/svg'/>", "x".repeat(60_000));
    put(comment.as_bytes());
    assert!(run(project, &["check"]).2.contains("is an SVG picture"));
}

#[cfg(feature = "pdf")]
#[test]
fn a_sheet_that_nobody_asked_for_fails_no_build() {
    let question = "    ask: 何ですか？\n    short: 本です。\n    answer: 本です。\n";
    let sheet = "error[missing-script]: the cheatsheet's fonts lack Han";
    let folder = small("", question);
    let (code, _, stderr) = run(folder.path(), &["build"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("warning[missing-script]") && stderr.contains("outputs: {sheet: none}"), "{stderr}");
    assert!(folder.path().join("dist/small.apkg").is_file());
    assert_eq!(run(folder.path(), &["check"]).0, 0);
    let (code, _, stderr) = run(folder.path(), &["build", "--only", "sheet"]);
    assert!(code == 1 && stderr.contains(sheet), "{stderr}");

    let folder = small("outputs: {sheet: {pages: 1}}\n", question);
    for command in ["build", "check"] {
        let (code, _, stderr) = run(folder.path(), &[command]);
        assert!(code == 1 && stderr.contains(sheet), "{stderr}");
    }

    let folder = small("outputs: {sheet: none, csv: none}\n", question);
    let (code, _, stderr) = run(folder.path(), &["build"]);
    assert!(code == 0 && !stderr.contains("missing-script"), "{stderr}");
    assert!(!folder.path().join("dist/small.table.csv").is_file());
    // An author who names an output wants it.
    assert_eq!(run(folder.path(), &["build", "--only", "csv"]).0, 0);
    assert!(folder.path().join("dist/small.table.csv").is_file());
    let (code, _, stderr) = run(folder.path(), &["build", "--only", "sheet"]);
    assert!(code == 1 && stderr.contains(sheet), "{stderr}");
}

#[cfg(feature = "pdf")]
#[test]
fn a_font_on_disk_sets_a_sheet() {
    let question = "    ask: भाषा क्या है?\n    short: शब्द।\n    answer: शब्द।\n";
    let folder = small("language: hi\nfonts: [fonts/hindi.ttf]\noutputs: {sheet: {pages: 1}}\n", question);
    let project = folder.path();
    let (code, _, stderr) = run(project, &["build"]);
    assert!(code == 1 && stderr.contains("error[bad-font]"), "{stderr}");
    std::fs::create_dir(project.join("fonts")).expect("the folder is made");
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fonts/NotoSansDevanagari-subset.ttf");
    std::fs::copy(font, project.join("fonts/hindi.ttf")).expect("the font is copied");
    let (code, _, stderr) = run(project, &["build"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(project.join("dist/cheatsheet.pdf").is_file());
}
