//! The repository checked against itself and the outside world: the course, the schemas, the
//! diagram of imports, the snapshots, the command line and the real Anki.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "tests run programs and read files; the harness decides their signatures"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use cardpress::backend;
use cardpress::diag::Sink;

use support::bounded;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn cardpress() -> Command {
    Command::new(env!("CARGO_BIN_EXE_cardpress"))
}

/// Runs a command that must succeed.
fn run(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = bounded::output(command).expect("the command starts");
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}\n{stdout}\n{stderr}");
    stdout.into_owned()
}

/// Every file below `folder`, as relative path and bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it lies below").to_string_lossy().replace('\\', "/");
            found.insert(name, std::fs::read(&path).expect("the file is readable"));
        }
    }
    found
}

/// The course as the command builds it, built once for all tests.
static DIST: LazyLock<PathBuf> = LazyLock::new(|| {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dist");
    let _ = std::fs::remove_dir_all(&out);
    run(cardpress().arg("build").arg(root().join("content")).arg("--locked").arg("-o").arg(&out));
    out
});

fn snapshot(folder: &str, name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => format!("../snapshots/{folder}"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text) });
}

#[test]
fn the_course_is_what_its_snapshots_say() {
    for (path, bytes) in files(&DIST) {
        if path == "manifest.json" || path.ends_with(".pdf") {
            continue;
        }
        let name = path.replace('/', "-");
        snapshot("course", &name, &support::readable(&path, &bytes));
    }
}

#[test]
fn the_same_sources_give_the_same_bytes_anywhere() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let copy = elsewhere.path().join("another name");
    run(Command::new("cp").arg("-r").arg(root().join("content")).arg(&copy));
    let out = elsewhere.path().join("out");
    let mut build = cardpress();
    build.current_dir(&copy).arg("build").arg("-o").arg(&out);
    run(build.env("TZ", "Asia/Kathmandu").env("LANG", "de_DE.UTF-8").env("LC_ALL", "C"));
    let (one, two) = (files(&DIST), files(&out));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(two[path] == *bytes, "{path} differs");
    }
}

/// A copy of the course in `folder`.
fn copy_of_the_course(folder: &Path) -> PathBuf {
    let project = folder.join("project");
    run(Command::new("cp").arg("-r").arg(root().join("content")).arg(&project));
    project
}

/// Replaces `from`, which the file must contain, with `to`.
fn edit(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).expect("the file is there");
    assert!(text.contains(from), "{} does not say {from}", path.display());
    std::fs::write(path, text.replace(from, to)).expect("the file is written");
}

/// A time well after the ledger of the course was made.
const LATER: i64 = 1_900_000_000;

#[test]
fn a_build_a_day_later_changes_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = copy_of_the_course(folder.path());
    let ledger = std::fs::read(project.join("cardpress.lock")).expect("the course has a ledger");
    for (day, out) in [(0, "one"), (1, "two")] {
        let mut build = cardpress();
        build.arg("build").arg(&project).arg("-o").arg(folder.path().join(out)).args(["--only", "apkg,csv,handout"]);
        run(build.env("SOURCE_DATE_EPOCH", (LATER + day * 86_400).to_string()));
        assert!(std::fs::read(project.join("cardpress.lock")).is_ok_and(|now| now == ledger), "the ledger changed");
    }
    assert!(files(&folder.path().join("one")) == files(&folder.path().join("two")), "an output changed");
}

/// How many notes are in the committed ledger.
fn notes_of_the_course() -> usize {
    let ledger = std::fs::read_to_string(root().join("content/cardpress.lock")).expect("the course has a ledger");
    ledger.lines().filter(|line| line.starts_with("{\"note\":")).count()
}

#[test]
fn an_edit_is_refused_where_the_ledger_is_locked_and_told_by_diff() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = copy_of_the_course(folder.path());
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C").arg(&project).args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
        run(git.args(arguments))
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "First"]);
    let topic = project.join("topics/20-theory-fundamentals.yaml");
    edit(&topic, "they differ in the shape of that price", "they differ in its shape");
    let out = folder.path().join("out");
    let build = |more: &[&str]| {
        let mut build = cardpress();
        build.arg("build").arg(&project).arg("-o").arg(&out).args(["--only", "apkg"]).args(more);
        bounded::output(build.env("SOURCE_DATE_EPOCH", LATER.to_string())).expect("the command starts")
    };
    let ledger = std::fs::read(project.join("cardpress.lock")).expect("the course has a ledger");
    let locked = build(&["--locked"]);
    assert_eq!(locked.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&locked.stderr).contains("cardpress.lock is out of date: `l1-vs-l2` changed (Answer)")
    );
    assert!(!out.exists() && std::fs::read(project.join("cardpress.lock")).is_ok_and(|now| now == ledger));
    assert!(build(&[]).status.success());
    assert!(build(&["--locked"]).status.success());
    let diff = |more: &[&str]| run(cardpress().arg("diff").arg(&project).args(more));
    // Nobody has any of it yet.
    assert!(diff(&[]).contains(&format!("notes: {} new, 0 updated", notes_of_the_course())));
    let others = notes_of_the_course() - 1;
    let told = format!("notes: 0 new, 1 updated, 0 moved, 0 renamed, 0 retired, 0 gone, {others} unchanged");
    assert!(diff(&["--against", "HEAD"]).contains(&told));
    let unknown = bounded::output(cardpress().arg("diff").arg(&project).args(["--against", "--help"]));
    assert_eq!(unknown.expect("the command starts").status.code(), Some(2));
}

#[test]
fn an_error_leaves_the_old_outputs_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = copy_of_the_course(folder.path());
    let out = folder.path().join("out");
    run(cardpress().arg("build").arg(&project).arg("-o").arg(&out).args(["--only", "csv"]));
    let before = files(&out);
    let broken = project.join("topics/99-broken.yaml");
    std::fs::write(&broken, "topic: Broken\nquestions:\n  - id: x\n").expect("the file is written");
    let output =
        bounded::output(cardpress().arg("build").arg(&project).arg("-o").arg(&out)).expect("the command starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(files(&out) == before, "an output changed");
    let usage = bounded::output(cardpress().arg("biuld")).expect("the command starts");
    assert_eq!(usage.status.code(), Some(2));
}

/// Runs the shell steps of `action.yml` in the way a runner does.
#[cfg(unix)]
#[test]
fn the_action_checks_and_builds_with_the_ledger_as_committed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = copy_of_the_course(folder.path());
    let bin = Path::new(env!("CARGO_BIN_EXE_cardpress")).parent().expect("it lies in a folder").display().to_string();
    let step_for = |name: &str, path: &str, release: &str, tag: &str| {
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step(name)]).current_dir(folder.path());
        bash.envs([("PATH", path), ("DIRECTORY", "project"), ("OUT", "out"), ("ONLY", "csv")]);
        bash.envs([("RELEASE", release), ("GITHUB_REF_TYPE", "tag"), ("GITHUB_REF_NAME", tag)]);
        bash.env("GITHUB_ACTION_PATH", root()).env("GITHUB_OUTPUT", folder.path().join("found"));
        let Output { status, stdout, .. } = bounded::output(&mut bash).expect("bash starts");
        (status.code(), String::from_utf8(stdout).expect("its output is UTF-8"))
    };
    let step = |name: &str, path: &str| step_for(name, path, "", "main");
    let found = || std::fs::read_to_string(folder.path().join("found")).expect("the step writes it");
    let cargo = Path::new(env!("CARGO")).parent().expect("it lies in a folder").display();
    assert_eq!(step("Look for Cardpress", &format!("{cargo}:/usr/bin:/bin")).0, Some(0));
    let is_sum = |sum: &str| sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(found().strip_prefix("sum=").is_some_and(|sum| is_sum(sum.trim_end())), "{}", found());
    let path = format!("{bin}:/usr/bin:/bin");
    assert_eq!(step("Look for Cardpress", &path).0, Some(0));
    assert!(found().ends_with("found=true\n"));

    assert_eq!(step("Check", &path), (Some(0), String::new()));
    assert_eq!(step("Build", &path).0, Some(0));
    assert!(folder.path().join("out/ml-interview.basic.csv").is_file());
    // The course has not been released yet: a version tag would be wrong, and any other tag
    // checks nothing.
    let release = |wanted: &str, tag: &str| step_for("Check the release", &path, wanted, tag).0;
    assert_eq!((release("", "v0.1.0"), release("0.1.0", "main")), (Some(1), Some(1)));
    assert_eq!((release("", "latest"), release("none", "v0.1.0")), (Some(0), Some(0)));
    let topic = project.join("topics/20-theory-fundamentals.yaml");
    edit(&topic, "they differ in the shape of that price", "they differ in its shape");
    assert_eq!(step("Check", &path), (Some(0), String::new()));
    assert_eq!(step("Build", &path).0, Some(1), "the ledger would change");
    edit(&topic, "topic:", "tpoic:");
    let (code, marks) = step("Check", &path);
    assert_eq!(code, Some(1));
    assert!(marks.contains("::error file=project/topics/20-theory-fundamentals.yaml,line="), "{marks}");
}

/// The action downloads a released Cardpress if it is used by a release tag, and only if the
/// binary is exactly the released one.
#[cfg(unix)]
#[test]
fn the_action_downloads_what_was_released() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a temporary folder");
    let (tools, served) = (folder.path().join("tools"), folder.path().join("served"));
    for new in [&tools, &served] {
        std::fs::create_dir(new).expect("a folder");
    }
    // Replaces the network: the last argument is an address, and the one before it a file to write.
    let curl = "#!/bin/bash\nset -e\nfile=${@: -2:1}\n[ \"${@: -1}\" = \"https://host/o/cardpress/releases/download/v0.1.0/$file\" ]\ncp \"$SERVED/$file\" \"$file\" 2>/dev/null\n";
    let program = |path: &Path, text: &str| {
        std::fs::write(path, text).expect("a file");
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).expect("it may run");
    };
    program(&tools.join("curl"), curl);
    program(&served.join("cardpress"), "#!/bin/sh\necho cardpress 0.1.0\n");
    let download = |tag: &str, machine: (&str, &str)| {
        let temporary = tempfile::tempdir_in(folder.path()).expect("a temporary folder");
        let outputs = temporary.path().join("outputs");
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &step("Download Cardpress")]);
        bash.env("PATH", format!("{}:/usr/bin:/bin", tools.display())).env("SERVED", &served);
        bash.envs([("REPOSITORY", "o/cardpress"), ("TAG", tag), ("SERVER", "https://host")]);
        bash.envs([("RUNNER_OS", machine.0), ("RUNNER_ARCH", machine.1)]);
        bash.env("RUNNER_TEMP", temporary.path()).env("GITHUB_OUTPUT", &outputs);
        let Output { status, .. } = bounded::output(&mut bash).expect("bash starts");
        let is_there = temporary.path().join("cardpress/bin/cardpress").is_file();
        let says = std::fs::read_to_string(&outputs).unwrap_or_default();
        assert_eq!(is_there, says == "done=true\n", "{tag}");
        (status.success(), is_there)
    };
    let linux = ("Linux", "X64");
    assert_eq!(download("v0.1.0", linux), (true, false), "nothing is released yet");
    let pack = "tar -czf cardpress-x86_64-unknown-linux-musl.tar.gz cardpress
        shasum -a 256 cardpress-x86_64-unknown-linux-musl.tar.gz > cardpress-x86_64-unknown-linux-musl.tar.gz.sha256";
    run(Command::new("bash").args(["-ec", pack]).current_dir(&served));
    assert_eq!(download("v0.1.0", linux), (true, true));
    assert_eq!(download("v0.1.0", ("Windows", "X64")), (true, false));
    assert_eq!(download("main", linux), (true, false));
    assert_eq!(download("v0.2.0", linux), (true, false));
    program(&served.join("cardpress"), "#!/bin/sh\necho cardpress 0.1.0 and more\n");
    run(Command::new("tar")
        .args(["-czf", "cardpress-x86_64-unknown-linux-musl.tar.gz", "cardpress"])
        .current_dir(&served));
    assert_eq!(download("v0.1.0", linux), (false, false), "the sum is that of a different archive");
}

/// The script that the step `name` of `action.yml` runs.
#[cfg(unix)]
fn step(name: &str) -> String {
    let text = std::fs::read_to_string(root().join("action.yml")).expect("the action is there");
    let tree = cardpress::yaml::parse(cardpress::source::FileId::new(0), &text, &mut Sink::new());
    let get = |node, key: &str| tree.get(node, key).unwrap_or_else(|| panic!("no {key}"));
    let steps = get(get(tree.root().expect("it is no empty file"), "runs"), "steps");
    let named = |step| tree.get(step, "name").and_then(|node| tree.text(node)) == Some(name);
    let step = tree.items(steps).iter().copied().find(|step| named(*step)).expect("there is such a step");
    tree.text(get(step, "run")).expect("it runs something").to_owned()
}

/// Runs each hook of `.pre-commit-hooks.yaml` on the course.
#[test]
fn every_hook_checks_a_project() {
    let hooks = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks are there");
    let entries: Vec<&str> = hooks.lines().filter_map(|line| line.strip_prefix("  entry: cardpress ")).collect();
    assert_eq!(entries, ["check"; 2]);
    for entry in entries {
        run(cardpress().args(entry.split(' ')).arg(root().join("content")));
    }
}

#[test]
fn the_committed_schemas_are_those_of_the_types() {
    let pairs = [
        ("schemas/content.schema.json", cardpress::schema::content_schema()),
        ("schemas/project.schema.json", cardpress::schema::project_schema()),
    ];
    for (path, schema) in pairs {
        let committed = std::fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(committed == schema, "{path} is out of step: run `cardpress schema --out schemas`");
    }
}

#[test]
fn no_test_waits_for_a_program_without_a_bound() {
    let waits = ["output", "status", "wait", "wait_with_output"].map(|name| format!(".{name}()"));
    for (path, bytes) in files(&root().join("tests")) {
        let text = String::from_utf8_lossy(&bytes);
        let found = waits.iter().find(|wait| text.contains(*wait));
        let is_rust = Path::new(&path).extension().is_some_and(|extension| extension == "rs");
        assert!(!is_rust || path == "support/bounded.rs" || found.is_none(), "{path}: use `bounded` for {found:?}");
    }
}

#[test]
fn every_content_file_names_its_schema() {
    for (path, bytes) in files(&root().join("content")) {
        if path.ends_with(".yaml") {
            let text = String::from_utf8(bytes).expect("sources are UTF-8");
            assert!(text.starts_with("# yaml-language-server: $schema="), "{path} names no schema");
        }
    }
}

/// Rooms, from the edge inwards. A room may use those in its list, itself, and those that every
/// room may use.
const ROOMS: [(&str, &[&str]); 25] = [
    ("words", &[]),
    ("lint", &["civil", "deck", "similar"]),
    ("stub", &["content", "front", "lower", "schema", "similar", "world", "yaml"]),
    ("anki", &["deck", "markup", "printable", "words"]),
    ("printable", &[]),
    ("reader", &["anki"]),
    ("backend", &["anki", "deck", "document", "markup", "press", "words"]),
    ("document", &["deck", "markup", "words"]),
    ("press", &["deck", "markup", "words"]),
    ("ledger", &["Options", "anki", "deck", "diff", "front", "lock", "world"]),
    ("version", &[]),
    ("civil", &[]),
    ("diff", &["anki", "deck", "lock", "markup", "printable"]),
    ("lock", &["anki", "deck", "markup", "similar", "version"]),
    ("front", &["anki", "content", "schema", "yaml", "lower", "deck", "world", "similar"]),
    // The index of ids reads trees, because an item that does not match its schema has an id too.
    ("lower", &["anki", "civil", "content", "deck", "markup", "world", "similar", "version", "words", "yaml"]),
    ("content", &["yaml", "deck", "words"]),
    ("schema", &["content", "yaml", "similar"]),
    ("deck", &["markup", "words"]),
    ("markup", &["similar", "words"]),
    ("yaml", &[]),
    ("report", &["explain", "printable"]),
    ("explain", &["similar"]),
    // `compile`, its options and its result are the library's interface, and do not belong to any room.
    ("fix", &["world", "Compiled", "Options", "compile", "content", "explain", "yaml"]),
    ("world", &["deck"]),
];
const EVERYWHERE: [&str; 4] = ["source", "diag", "hex", "threads"];

#[test]
fn imports_run_one_way() {
    let mut diagram = String::new();
    for (room, allowed) in ROOMS {
        let used = uses(room);
        let allowed: BTreeSet<&str> = allowed.iter().copied().chain(EVERYWHERE).chain([room]).collect();
        for name in &used {
            assert!(allowed.contains(name.as_str()), "`{room}` must not use `{name}`");
        }
        let others: Vec<&str> = used.iter().map(String::as_str).filter(|name| *name != room).collect();
        let _ = writeln!(diagram, "{room} -> {}", others.join(", "));
    }
    snapshot("repo", "imports", &diagram);
}

/// The rooms that a room's code names.
fn uses(room: &str) -> BTreeSet<String> {
    let all = files(&root().join("src"));
    let own = |path: &str| path == format!("{room}.rs") || path.starts_with(&format!("{room}/"));
    let mut found = BTreeSet::new();
    for (_, bytes) in all.iter().filter(|(path, _)| own(path)) {
        let text = String::from_utf8_lossy(bytes);
        for part in text.split("crate::").skip(1) {
            let inner = part.strip_prefix('{').map_or(part, |list| list.split('}').next().unwrap_or(""));
            let names = if part.starts_with('{') { inner.split(',').collect() } else { vec![inner] };
            let word = |name: &str| -> String {
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
            };
            found.extend(names.into_iter().map(word).filter(|name| !name.is_empty()));
        }
    }
    found
}

/// Inside a room, too, files import one way. What the files of a folder share may be in the file above
/// them, so imports of that do not count.
#[test]
fn files_of_a_room_import_one_way() {
    let all = files(&root().join("src"));
    let module = |path: &str| path.trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
    let texts: BTreeMap<String, String> =
        all.iter().map(|(path, bytes)| (module(path), String::from_utf8_lossy(bytes).into_owned())).collect();
    let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, text) in &texts {
        let of_file = imports.entry(module).or_default();
        for path in imported(module, text.split("#[cfg(test)]\nmod").next().expect("a text has a beginning")) {
            // A path ends with names of items.
            let mut ends = [path.len()].into_iter().chain(path.rmatch_indices("::").map(|(at, _)| at));
            let found = ends.find_map(|end| texts.get_key_value(&path[..end]));
            let found = found.map(|(found, _)| found.as_str());
            of_file.extend(found.filter(|found| found != module && !module.starts_with(&format!("{found}::"))));
        }
    }
    assert!(imports.values().flatten().count() > 500, "{imports:?}");
    let mut done = BTreeSet::new();
    for module in imports.keys() {
        follow(module, &imports, &mut Vec::new(), &mut done);
    }
}

/// Follows imports, and fails if they lead back.
fn follow<'m>(
    module: &'m str,
    imports: &BTreeMap<&'m str, BTreeSet<&'m str>>,
    way: &mut Vec<&'m str>,
    done: &mut BTreeSet<&'m str>,
) {
    if let Some(at) = way.iter().position(|before| *before == module) {
        panic!("these files import each other in a circle: {}", way[at..].join(", "));
    }
    if done.contains(module) {
        return;
    }
    way.push(module);
    imports[module].iter().for_each(|next| follow(next, imports, way, done));
    way.pop();
    done.insert(module);
}

/// The paths that a module's code names, from the crate's root.
fn imported(module: &str, text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let code: String = text.lines().flat_map(|line| [line.split("//").next().unwrap_or(""), "\n"]).collect();
    let mut found = Vec::new();
    for (at, start) in code.match_indices(|c: char| is_name(c)) {
        if code[..at].ends_with(is_name) {
            continue;
        }
        let end = code[at..].find(|c: char| !is_name(c)).map_or(code.len(), |length| at + length);
        let path = &code[at..end];
        let Some((first, rest)) = path.split_once("::").filter(|_| !start.starts_with(':')) else { continue };
        let within = |base: &str, rest: &str| match (base, rest.trim_end_matches(':')) {
            ("", rest) => rest.to_owned(),
            (base, rest) => format!("{base}::{rest}"),
        };
        let mut base = module;
        let up = |base: &'_ str| base.rfind("::").map_or(0, |at| at);
        let mut rest = rest;
        match first {
            "crate" => base = "",
            "self" => {}
            "super" => {
                base = &base[..up(base)];
                while let Some(more) = rest.strip_prefix("super::") {
                    (base, rest) = (&base[..up(base)], more);
                }
            }
            // A module inside this one.
            _ => rest = path,
        }
        let group = code[end..].strip_prefix('{').and_then(|group| group.split(';').next());
        let names = group.into_iter().flat_map(|group| group.split(|c: char| !is_name(c)));
        let prefix = within(base, rest);
        found.extend(names.filter(|name| !name.is_empty() && group.is_some()).map(|name| within(&prefix, name)));
        found.push(prefix);
    }
    found
}

#[test]
fn every_snapshot_has_its_case() {
    let stems = |folder: &str| -> BTreeSet<String> {
        let cases = files(&root().join("tests").join(folder));
        let stem = |path: &String| path.trim_end_matches(".yaml").trim_end_matches(".txt").to_owned();
        cases.keys().map(stem).collect()
    };
    let (ok, err, lint) = (stems("cases/ok"), stems("cases/err"), stems("cases/lint"));
    let (editor, formulas) = (stems("editor/cases"), stems("formulas"));
    for path in files(&root().join("snapshots")).keys() {
        let (folder, file) = path.split_once('/').expect("snapshots lie in folders");
        assert!(file.ends_with(".snap"), "{path} waits for a review");
        let stem = file.trim_end_matches(".snap");
        let known = match folder {
            "diagnostics" => err.contains(stem),
            "lint" => lint.contains(stem),
            "editor" => editor.contains(stem),
            "formulas" => formulas.contains(stem),
            "course" | "repo" | "anki" => true,
            // A command's help is named after the command.
            "cli" => {
                ["cardpress", "templates", "wrong-words"].contains(&stem)
                    || root().join(format!("src/cli/{stem}.rs")).is_file()
            }
            "warnings" | "sheet" | "heard" | "lock" | "diff" => ok.contains(stem),
            backend => ok.contains(stem) && backend::ALL.iter().any(|known| known.name == backend),
        };
        assert!(known, "no case makes {path}");
    }
}

/// A Python with the real Anki installed.
static PYTHON: LazyLock<PathBuf> =
    LazyLock::new(|| support::python::environment("anki", "anki/requirements.txt").expect("Anki installs"));

fn anki(script: &str, arguments: &[&str]) -> String {
    anki_in(&DIST, script, arguments)
}

/// Asks Anki about files in `folder`.
fn anki_in(folder: &Path, script: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(&*PYTHON);
    run(command.arg(root().join("tests/anki").join(script)).args(arguments).current_dir(folder))
}

const PACKAGE: &str = "ml-interview.apkg";
const BASIC: &str = "ml-interview.basic.csv";
const CLOZE: &str = "ml-interview.cloze.csv";

#[test]
fn the_real_anki_imports_the_course() {
    snapshot("anki", "package", &anki("oracle.py", &["import", PACKAGE]));
}

/// Cases with cards that the real Anki renders, each in its own collection.
const RENDERED: [&str; 4] = ["marks", "clozes", "asks", "scripts"];

#[test]
fn the_real_anki_renders_what_a_text_may_hold() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for case in RENDERED {
        let path = root().join(format!("tests/cases/ok/{case}.yaml"));
        let (world, media) = support::world(&std::fs::read_to_string(path).expect("the case is there"));
        let compiled = support::compile(&world);
        let package = compiled.artifacts.iter().find(|(name, _)| *name == "apkg");
        let (_, artifact) = package.expect("the case has a package");
        let name = format!("{case}.apkg");
        std::fs::write(folder.path().join(&name), support::bytes(artifact, &media)).expect("it is written");
        snapshot("anki", &format!("text-{case}"), &anki_in(folder.path(), "oracle.py", &["--all", "import", &name]));
    }
}

/// The course, with its package in the modern format.
static MODERN: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("modern");
    let _ = std::fs::remove_dir_all(&folder);
    run(Command::new("cp").arg("-r").arg(root().join("content")).arg(&folder));
    let manifest = folder.join("cardpress.yaml");
    let text = std::fs::read_to_string(&manifest).expect("the manifest is there");
    let modern = text.replacen("\noutputs:\n", "\noutputs:\n  apkg: {format: modern}\n", 1);
    assert_ne!(modern, text, "the manifest has no outputs");
    std::fs::write(&manifest, modern).expect("the manifest is written");
    let out = folder.join("dist");
    run(cardpress().arg("build").arg(&folder).arg("--locked").arg("-o").arg(&out).args(["--only", "apkg"]));
    out
});

#[test]
fn the_real_anki_imports_both_formats_alike() {
    let legacy = anki("oracle.py", &["import", PACKAGE]);
    let modern = anki_in(&MODERN, "oracle.py", &["import", PACKAGE]);
    assert!(legacy == modern, "as legacy1:\n{legacy}\nas modern:\n{modern}");
}

/// A right-to-left deck with sounds, in the given format.
fn scripts(format: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scripts-{format}"));
    let _ = std::fs::remove_dir_all(&folder);
    run(Command::new("cp").arg("-r").arg(root().join("tests/anki/scripts")).arg(&folder));
    let manifest = folder.join("cardpress.yaml");
    let text = std::fs::read_to_string(&manifest).expect("the manifest is there");
    let outputs = format!("outputs: {{apkg: {{format: {format}}}, sheet: none}}");
    std::fs::write(&manifest, text.replace("outputs: {sheet: none}", &outputs)).expect("the manifest is written");
    let out = folder.join("dist");
    let mut build = cardpress();
    run(build.arg("build").arg(&folder).arg("-o").arg(&out).env("SOURCE_DATE_EPOCH", "1767355200"));
    anki_in(&out, "oracle.py", &["import", "scripts.apkg"])
}

#[test]
fn the_real_anki_shows_a_deck_from_right_to_left_and_plays_its_sounds() {
    let (legacy, modern) = (scripts("legacy1"), scripts("modern"));
    assert!(legacy == modern, "as legacy1:\n{legacy}\nas modern:\n{modern}");
    snapshot("anki", "scripts", &legacy);
}

/// A copy of the course without its ledger. `build` builds it, and `lock` recovers the ledger.
struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        run(Command::new("cp").arg("-r").arg(root().join("content")).arg(folder.path().join("p")));
        std::fs::remove_file(folder.path().join("p/cardpress.lock")).expect("the course has a ledger");
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("p").join(name)
    }

    fn lock(&self, package: &Path, more: &[&str]) -> Output {
        let mut command = cardpress();
        command.arg("lock").arg("--from").arg(package).arg(self.path("")).args(more);
        bounded::output(&mut command).expect("the command starts")
    }

    /// The package that a build makes, with the clock set years ahead.
    fn build(&self) -> Vec<u8> {
        let out = self.path("dist");
        let mut build = cardpress();
        build.arg("build").arg(self.path("")).arg("-o").arg(&out).args(["--only", "apkg"]);
        run(build.env("SOURCE_DATE_EPOCH", "2000000000"));
        std::fs::read(out.join(PACKAGE)).expect("a package was built")
    }

    fn ledger(&self) -> String {
        std::fs::read_to_string(self.path("cardpress.lock")).expect("there is a ledger")
    }
}

/// A ledger, as it was before the release 0.1.0.
fn before_release(ledger: &str) -> String {
    let release = "# 0.1.0\n{\"release\":\"0.1.0\"}\n";
    assert!(ledger.contains(release), "learners have the package");
    ledger.replace(release, "").replace(",\"since\":\"0.1.0\"", "")
}

#[test]
fn a_ledger_can_be_made_of_a_published_package() {
    let course = std::fs::read_to_string(root().join("content/cardpress.lock")).expect("the course has a ledger");
    for folder in [&*DIST, &*MODERN] {
        let project = Project::new();
        let output = project.lock(&folder.join(PACKAGE), &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let recovered = project.ledger();
        assert!(before_release(&recovered) == course, "{recovered}");
        let built = project.build();
        assert!(built == std::fs::read(DIST.join(PACKAGE)).expect("the course is built"), "the package differs");
        assert!(project.ledger() == recovered, "the next build's ledger is another");
    }
}

#[test]
fn a_release_can_be_told_against_a_published_package() {
    let project = Project::new();
    let diff = |against: &Path| -> String {
        let mut command = cardpress();
        command.arg("diff").arg("--against").arg(against).arg(project.path(""));
        let output = bounded::output(&mut command).expect("the command starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("the comparison is UTF-8")
    };
    for folder in [&*DIST, &*MODERN] {
        let told = diff(&folder.join(PACKAGE));
        let all = notes_of_the_course();
        let same = format!("notes: 0 new, 0 updated, 0 moved, 0 renamed, 0 retired, 0 gone, {all} unchanged");
        assert!(told.contains(&same), "{told}");
        assert_eq!(told.lines().count(), 2, "{told}");
    }
    // After one more answer, the package matches the ledger of its build.
    let topic = project.path("topics/20-theory-fundamentals.yaml");
    let text = std::fs::read_to_string(&topic).expect("the topic is there");
    let edited = text.replacen("\n    short: \"", "\n    short: \"In a word, ", 1);
    assert_ne!(text, edited, "a question has a short answer");
    std::fs::write(&topic, edited).expect("the topic is written");
    let (by_package, by_ledger) = (diff(&DIST.join(PACKAGE)), diff(&root().join("content/cardpress.lock")));
    assert!(by_package.contains("1 updated"), "{by_package}");
    let body = |told: &str| told.split_once('\n').expect("a first line names the releases").1.to_owned();
    assert_eq!(body(&by_package), body(&by_ledger));
}

#[test]
fn a_ledger_can_be_made_of_what_anki_exported() {
    let course = std::fs::read_to_string(root().join("content/cardpress.lock")).expect("the course has a ledger");
    let lines = |ledger: &str| -> Vec<String> {
        // Anki assigns its own ids to decks.
        let kept = ledger.lines().filter(|line| !line.starts_with("{\"deck\""));
        kept.map(str::to_owned).collect()
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().to_str().expect("temporary folders have plain names");
    anki("oracle.py", &["export", PACKAGE, out]);
    for name in ["legacy.apkg", "modern.apkg", "legacy.colpkg", "modern.colpkg"] {
        let project = Project::new();
        let output = project.lock(&folder.path().join(name), &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (ours, theirs) = (lines(&course), lines(&before_release(&project.ledger())));
        assert_eq!(ours, theirs, "{name}");
    }
}

#[test]
fn a_ledger_is_made_of_a_package_only_where_that_is_safe() {
    let project = Project::new();
    let package = DIST.join(PACKAGE);
    let said = |output: &Output, code: i32, words: &str| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
    };
    // It does not overwrite an existing ledger.
    std::fs::write(project.path("cardpress.lock"), "mine").expect("the file is written");
    said(&project.lock(&package, &[]), 2, "--force");
    assert_eq!(project.ledger(), "mine");
    said(&project.lock(&package, &["--force"]), 0, &format!("{} notes", notes_of_the_course()));
    let before = project.ledger();
    // It rejects files that aren't packages, and packages of a different project.
    said(&project.lock(&project.path("cardpress.yaml"), &["--force"]), 2, "n't an Anki package");
    let manifest = std::fs::read_to_string(project.path("cardpress.yaml")).expect("the manifest is there");
    let other = manifest.replacen("id: ml-interview", "id: another", 1);
    std::fs::write(project.path("cardpress.yaml"), other).expect("the manifest is written");
    said(&project.lock(&package, &["--force"]), 2, "none of the notes");
    std::fs::write(project.path("cardpress.yaml"), manifest).expect("the manifest is written");
    // It rejects broken sources.
    let broken = project.path("topics/99-broken.yaml");
    std::fs::write(&broken, "topic: Broken\nquestions:\n  - id: x\n").expect("the file is written");
    said(&project.lock(&package, &["--force"]), 1, "error[");
    std::fs::remove_file(&broken).expect("the file is removed");
    assert_eq!(project.ledger(), before);
    // A note without an item is kept, and the next build asks about it.
    let topic = project.path("topics/20-theory-fundamentals.yaml");
    let text = std::fs::read_to_string(&topic).expect("the topic is there");
    let (_, questions) = text.split_once("\nquestions:\n").expect("it has questions");
    let first = questions.lines().find_map(|line| line.strip_prefix("  - id: ")).expect("it has an item").to_owned();
    for (name, bytes) in files(&project.path("topics")) {
        let text = String::from_utf8(bytes).expect("sources are UTF-8");
        std::fs::write(project.path("topics").join(name), text.replace(&first, "another-name")).expect("it is written");
    }
    // Three parts of it have notes as well.
    said(&project.lock(&package, &["--force"]), 0, "4 notes in the package without an item here");
    let check = bounded::output(cardpress().arg("check").arg(project.path(""))).expect("the command starts");
    said(&check, 1, "error[vanished-id]");
}

#[test]
fn the_real_anki_imports_the_text_files() {
    snapshot("anki", "csv", &anki("oracle.py", &["csv", BASIC, CLOZE]));
}

/// The order of the first new cards, and the plan's pace.
#[test]
fn a_learner_with_the_preset_meets_every_card_by_the_end_of_the_plan() {
    snapshot("anki", "plan", &anki("plan.py", &["30", PACKAGE]));
}

#[test]
fn package_and_text_files_never_double_a_note() {
    snapshot("anki", "package-then-csv", &anki("oracle.py", &["mixed", PACKAGE, BASIC, CLOZE]));
    snapshot("anki", "csv-then-package", &anki("oracle.py", &["mixed", BASIC, CLOZE, PACKAGE]));
}

#[cfg(feature = "pdf")]
#[test]
fn the_cheatsheets_say_what_their_snapshots_say() {
    for sheet in ["cheatsheet.pdf", "night-before.pdf"] {
        snapshot("course", sheet, &anki("read_pdf.py", &[sheet]));
    }
}
