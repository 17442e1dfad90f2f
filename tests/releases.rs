//! Releases, as they happen in git: what was published is never lost or reverted, whatever
//! someone merges, rebases or reverts; a release that is killed is either made or not made.

#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests run programs and read files")]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::Instant;

use cardpress::anki;
use support::bounded;
use support::random::Random;
use tempfile::TempDir;

/// 2015, which is before any machine's clock.
const START: i64 = 1_420_070_400;

/// A project with its own git repository.
struct Project {
    folder: TempDir,
    clock: i64,
}

impl Project {
    fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            clock: START,
        };
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        for (name, value) in [("user.name", "A"), ("user.email", "a@example.org"), ("commit.gpgsign", "false")] {
            project.git(&["config", name, value]);
        }
        project.put(".gitignore", "dist/\n");
        project.put(
            "cardpress.yaml",
            "format: 1\nid: small\ntitle: Small\nversion: 0.1.0 # the release\nlanguage: de\ncontent: ['*.yaml']\n\
             outputs: {sheet: none}\n",
        );
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the file is written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is there")
    }

    fn try_git(&self, arguments: &[&str]) -> Output {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.folder.path()).args(arguments).env("GIT_EDITOR", "true");
        bounded::output(&mut git).expect("git starts")
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn commit(&self, subject: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", subject]);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cardpress"));
        command.current_dir(self.folder.path()).args(arguments).env("SOURCE_DATE_EPOCH", self.clock.to_string());
        command
    }

    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let output = bounded::output(&mut self.command(arguments)).expect("the command starts");
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), said(&output.stdout) + &said(&output.stderr))
    }

    /// Runs a command that must succeed, an hour later, and returns what it prints.
    fn good(&mut self, arguments: &[&str]) -> String {
        self.clock += 3600;
        let (good, said) = self.run(arguments);
        assert!(good, "cardpress {arguments:?}: {said}");
        said
    }

    fn bad(&mut self, arguments: &[&str]) -> String {
        self.clock += 3600;
        let (good, said) = self.run(arguments);
        assert!(!good, "cardpress {arguments:?}: {said}");
        said
    }

    /// Releases, then commits and tags as the command suggests.
    fn release(&mut self, version: &str) -> String {
        let said = self.good(&["release", version]);
        let number = self.version();
        self.commit(&format!("Release {number}"));
        self.git(&["tag", &format!("v{number}")]);
        said
    }

    fn version(&self) -> String {
        let manifest = self.read("cardpress.yaml");
        let line = manifest.lines().find_map(|line| line.strip_prefix("version: ")).expect("it has a version");
        line.split(' ').next().unwrap_or_default().to_owned()
    }

    /// The notes of the last package that was built, by GUID: when each changed, and its first field.
    fn notes(&self) -> BTreeMap<String, (i64, String, String)> {
        let file = fs::File::open(self.path("dist/small.apkg")).expect("a package was built");
        let package = anki::read::package(file).expect("the package is sound");
        let note = |note: &anki::Note| {
            let fields: Vec<&str> = note.fields().collect();
            (note.guid.as_str().to_owned(), (note.modified, fields[0].to_owned(), fields.join("|")))
        };
        package.notes.iter().map(note).collect()
    }
}

/// Questions with these ids and answers.
fn questions(items: &[(&str, &str)]) -> String {
    let mut text = "topic: Knochen\nquestions:\n".to_owned();
    for (id, answer) in items {
        let _ = writeln!(text, "  - id: {id}\n    ask: Was ist {id}?\n    answer: {answer}\n    difficulty: easy\n");
    }
    text
}

#[test]
fn only_what_was_released_is_protected() {
    let mut project = Project::new();
    project.put("a.yaml", &questions(&[("stirn", "Os frontale."), ("scheitel", "Os parietale.")]));
    assert!(project.good(&["build"]).ends_with("cardpress: not released yet\n"));
    // Nobody has the sample content, so we can replace it.
    project.put(
        "a.yaml",
        &questions(&[("schläfe", "Os temporale."), ("keilbein", "Os sphenoidale.")]).replace("schläfe", "schlaefe"),
    );
    project.good(&["check"]);
    project.put("cardpress.yaml", &project.read("cardpress.yaml").replace("id: small", "id: small-one"));
    project.good(&["check"]);
    project.put("cardpress.yaml", &project.read("cardpress.yaml").replace("id: small-one", "id: small"));
    assert!(project.bad(&["release", "minor"]).contains("give the first version"));
    project.release("1.0.0");
    assert_eq!(project.read("cardpress.yaml").lines().nth(3), Some("version: 1.0.0 # the release"));
    assert!(project.read("dist/upgrade-notes.md").starts_with("# Small 1.0.0\n"));
    assert!(project.good(&["build"]).ends_with("since 1.0.0: 0 changed, 0 new, 0 retired\n"));
    assert!(project.git(&["status", "--porcelain"]).is_empty(), "a build of a release changes nothing");
    project.good(&["release", "--check"]);
    project.good(&["release", "--check", "v1.0.0"]);
    assert!(project.bad(&["release", "--check", "v1.1.0"]).contains("doesn't match 1.0.0"));
    // Add a question, then take it out again.
    let released = project.read("a.yaml");
    project.put("a.yaml", &(released.clone() + "  - {id: neu, ask: Was ist neu?, answer: Das.}\n"));
    assert!(project.good(&["build"]).ends_with("since 1.0.0: 0 changed, 1 new, 0 retired\n"));
    project.put("a.yaml", &released);
    assert!(project.good(&["build"]).ends_with("since 1.0.0: 0 changed, 0 new, 0 retired\n"));
    assert!(project.git(&["status", "--porcelain"]).is_empty());
    // Learners have the question that this removes.
    project.put("a.yaml", &questions(&[("keilbein", "Os sphenoidale.")]));
    let refused = project.bad(&["release", "minor"]);
    assert!(refused.contains("error[vanished-id]: `schlaefe` is gone"), "{refused}");
    assert!(refused.contains("retired: \"1.1.0\""), "{refused}");
    assert_eq!(project.git(&["status", "--porcelain"]), "M a.yaml", "a refused release changes nothing");
    project.put("a.yaml", &released.replace("id: schlaefe\n", "id: schlaefe\n    retired: 1.1.0\n"));
    let shown = project.good(&["release", "minor", "--dry-run"]);
    assert!(shown.contains("Small: 1.0.0 → 1.1.0") && shown.contains("- schlaefe: is retired"), "{shown}");
    assert_eq!(project.git(&["status", "--porcelain"]), "M a.yaml", "a dry run changes nothing");
    let said = project.release("minor");
    assert!(said.contains("released 1.1.0") && said.contains("git tag v1.1.0"), "{said}");
    assert!(project.read("dist/upgrade-notes.md").contains("small::retired::1.1.0"));
    project.put("a.yaml", &questions(&[("keilbein", "Os sphenoidale.")]));
    assert!(project.good(&["build"]).ends_with("since 1.1.0: 0 changed, 0 new, 0 retired, 1 removed\n"));
    assert!(project.bad(&["release", "1.1.0"]).contains("isn't later than 1.1.0"));
    assert!(project.release("2.0").contains("git tag v2.0"));
    // In a repository with several decks, tags start with the deck's name.
    project.good(&["release", "2.1"]);
    project.commit("Release 2.1");
    project.git(&["tag", "small-v2.1"]);
    assert!(project.good(&["release", "minor"]).contains("git tag small-v2.2 "));
}

#[test]
fn a_reverted_release_reaches_learners_all_the_same() {
    let mut project = Project::new();
    project.put("a.yaml", &questions(&[("stirn", "Os frontale."), ("scheitel", "Os parietale.")]));
    project.release("1.0.0");
    project.put(
        "a.yaml",
        &questions(&[("stirn", "Os frontal."), ("scheitel", "Os parietale."), ("keil", "Os sphenoidale.")]),
    );
    project.good(&["build"]);
    project.commit("An edit with a slip, and a new question");
    let edit = project.git(&["rev-parse", "HEAD"]);
    project.release("minor");
    let published = project.notes();
    // The ledger is reverted together with the sources.
    let reverted = project.try_git(&["revert", "--no-edit", &edit]);
    assert!(!reverted.status.success(), "the release changed the same lines");
    project.git(&["checkout", &format!("{edit}~1"), "--", "cardpress.lock", "a.yaml"]);
    project.commit("Back to what it was");
    let told = project.good(&["diff"]);
    assert!(told.contains("~ stirn: changed (Answer), but does not reach learners"), "{told}");
    assert!(told.contains("- keil: vanishes") && told.contains("! vanished-id"), "{told}");
    assert!(project.bad(&["release", "patch"]).contains("error[vanished-id]: `keil` is gone"));
    project.put(
        "a.yaml",
        &questions(&[("stirn", "Os frontale."), ("scheitel", "Os parietale."), ("keil", "Os sphenoidale.")]),
    );
    project.release("patch");
    let now = project.notes();
    for (guid, (modified, first, text)) in &published {
        let (later, _, new) = &now[guid];
        assert!(text == new || later > modified, "{first} does not reach learners");
    }
    assert_eq!(now.len(), published.len());
}

/// A release that is killed at any point is either made or not made, and the next command knows which.
#[test]
fn a_release_that_is_killed_is_made_or_not_made() {
    let mut project = Project::new();
    let items: Vec<(String, String)> = (0..400).map(|at| (format!("frage-{at}"), "Ja. ".repeat(50))).collect();
    let items: Vec<(&str, &str)> = items.iter().map(|(id, answer)| (id.as_str(), answer.as_str())).collect();
    project.put("a.yaml", &questions(&items));
    let begun = Instant::now();
    project.release("1.0.0");
    let whole = begun.elapsed();
    let (mut made, mut not_made) = (0, 0);
    for moment in 0..60_u32 {
        if made > 1 && moment > 12 {
            break;
        }
        project.put("a.yaml", &questions(&items).replace("Ja.", &format!("Nein, {moment}.")));
        let before = project.version();
        project.clock += 3600;
        let mut release = project.command(&["release", "patch", "--force"]).spawn().expect("it starts");
        std::thread::sleep(whole * moment / 12);
        let _ = release.kill();
        bounded::ended(&mut release);
        project.good(&["check"]);
        let (version, ledger) = (project.version(), project.read("cardpress.lock"));
        let listed = ledger.contains(&format!("{{\"release\":\"{version}\""));
        assert!(listed, "the manifest says {version}, the ledger does not");
        assert!(!project.path("cardpress.release.json").exists(), "what was begun was finished");
        if version == before {
            not_made += 1;
        } else {
            made += 1;
        }
        let last = ledger.lines().filter(|line| line.starts_with("{\"release\":")).count();
        assert_eq!(last, made + 1);
    }
    // The release is killed after it was decided on, but before the last file was in place.
    let (manifest, ledger) = (project.read("cardpress.yaml"), project.read("cardpress.lock"));
    let before = BTreeMap::from([("manifest", &manifest), ("ledger", &ledger)]);
    project.put("cardpress.release.json", &serde_json::to_string(&before).expect("it is text"));
    project.put("cardpress.yaml", &manifest.replace("version: 1", "version: 0"));
    fs::remove_file(project.path("cardpress.lock")).expect("the ledger was there");
    project.good(&["check"]);
    assert_eq!((project.read("cardpress.yaml"), project.read("cardpress.lock")), (manifest, ledger));
    assert!(!project.path("cardpress.release.json").exists());
    assert!(made > 0 && not_made > 0, "{made} made, {not_made} not made");
}

#[test]
fn a_journal_of_a_strangers_project_leads_nowhere() {
    let mut project = Project::new();
    project.put("a.yaml", &questions(&[("stirn", "Os frontale.")]));
    let outside = tempfile::NamedTempFile::new().expect("a temporary file");
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path(), project.path("cardpress.lock")).expect("a link");
    let manifest = serde_json::to_string(&project.read("cardpress.yaml")).expect("it is text");
    project.put("cardpress.release.json", &format!("{{\"manifest\":{manifest},\"ledger\":\"x\"}}"));
    project.bad(&["check"]);
    assert_eq!(fs::read(outside.path()).expect("it is there"), b"");
    project.put("cardpress.release.json", "{}");
    assert!(project.bad(&["check"]).contains("is not left over from an interrupted release"));
}

/// An item of a random project.
#[derive(Clone)]
struct Item {
    /// Never changes, and is part of the question.
    key: String,
    id: String,
    formerly: Vec<String>,
    answer: u64,
}

fn sources(items: &[Item]) -> String {
    let mut text = "topic: Zufall\nquestions:\n".to_owned();
    for item in items {
        let Item { key, id, formerly, answer } = item;
        let _ = writeln!(
            text,
            "  - id: {id}\n    formerly: [{}]\n    ask: Was ist {key}?\n    tags: [t]",
            formerly.join(", ")
        );
        let _ = writeln!(text, "    answer: Das ist {answer}.\n    # {key}\n");
    }
    text
}

/// Edits some of the items with a number that is `parity` modulo two, and builds and commits each edit.
fn work(project: &mut Project, items: &mut Vec<Item>, parity: usize, random: &mut Random) {
    for step in 0..=random.below(3) {
        for _ in 0..=random.below(5) {
            let own: Vec<usize> = (0..items.len()).filter(|at| at % 2 == parity).collect();
            let at = own[random.below(own.len())];
            match random.below(6) {
                0 => {
                    let key = format!("k{parity}{}", random.below(1_000_000));
                    // Far from where the other branch adds items.
                    let place = if parity == 0 { 0 } else { items.len() };
                    items.insert(
                        place,
                        Item {
                            id: key.clone(),
                            key,
                            formerly: Vec::new(),
                            answer: 0,
                        },
                    );
                    if parity == 0 {
                        let key = format!("l{}", random.below(1_000_000));
                        items.insert(
                            0,
                            Item {
                                id: key.clone(),
                                key,
                                formerly: Vec::new(),
                                answer: 0,
                            },
                        );
                    }
                }
                1 => {
                    let id = format!("n{parity}{}", random.below(1_000_000));
                    let old = std::mem::replace(&mut items[at].id, id);
                    items[at].formerly.push(old);
                }
                _ => items[at].answer = random.below(1_000_000) as u64,
            }
        }
        project.put("a.yaml", &sources(items));
        project.good(&["build", "--only", "apkg"]);
        project.commit(&format!("Step {step} of {parity}"));
    }
}

/// Finishes a merge with a conflict in the ledger as the documentation says: keep the lines of
/// both sides.
fn settle(project: &Project, output: &Output, ending: &[&str]) -> bool {
    if output.status.success() {
        return true;
    }
    let conflicts = project.git(&["diff", "--name-only", "--diff-filter=U"]);
    if conflicts != "cardpress.lock" {
        return false;
    }
    let marker =
        |line: &&str| ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker));
    let ledger = project.read("cardpress.lock");
    let lines: Vec<&str> = ledger.lines().filter(|line| !marker(line)).collect();
    project.put("cardpress.lock", &(lines.join("\n") + "\n"));
    project.git(&["add", "--all"]);
    settle(project, &project.try_git(ending), ending)
}

/// What learners have is in the new package, under its GUID, and with a later time if it changed.
fn assert_kept(
    before: &BTreeMap<String, (i64, String, String)>,
    after: &BTreeMap<String, (i64, String, String)>,
    seed: u64,
) {
    for (guid, (modified, first, text)) in before {
        let Some((later, now, new)) = after.get(guid) else { panic!("seed {seed}: {first} lost its history") };
        assert_eq!(first, now, "seed {seed}: a note became a different one");
        assert!(
            text == new || later > modified,
            "seed {seed}: the change of {first} does not reach learners: {text} {modified}, {new} {later}"
        );
    }
}

/// Without git attributes, as on a server that does not know any.
#[test]
fn branches_that_change_neighbours_merge_without_a_conflict() {
    let mut project = Project::new();
    let item = |at| Item {
        key: format!("a{at}"),
        id: format!("a{at}"),
        formerly: Vec::new(),
        answer: 0,
    };
    let mut items: Vec<Item> = (0..12).map(item).collect();
    project.put("a.yaml", &sources(&items));
    project.release("1.0.0");
    for parity in [0, 1] {
        project.git(&["checkout", "--quiet", "-b", &format!("branch-{parity}"), "main"]);
        let mut own = items.clone();
        own.iter_mut().skip(parity).step_by(2).for_each(|item| item.answer = 1);
        project.put("a.yaml", &sources(&own));
        project.good(&["build", "--only", "apkg"]);
        project.commit("Every second one");
    }
    project.git(&["merge", "--no-edit", "branch-0"]);
    assert!(
        project.good(&["build", "--locked", "--only", "apkg"]).ends_with("since 1.0.0: 12 changed, 0 new, 0 retired\n")
    );
    for item in &mut items {
        item.answer = 1;
    }
    assert_eq!(project.read("a.yaml"), sources(&items));
}

/// `CARDPRESS_MERGES=1000` tries more of them.
#[test]
fn random_merges_rebases_and_reverts_cost_no_learner_anything() {
    let count = std::env::var("CARDPRESS_MERGES").ok().and_then(|count| count.parse().ok()).unwrap_or(24_u64);
    let (mut clean, mut conflicts, mut reverts) = (0, 0, 0);
    for seed in 0..count {
        let mut random = Random((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut project = Project::new();
        if random.below(2) == 0 {
            project.put(".gitattributes", "cardpress.lock text eol=lf merge=union\n");
        }
        let item = |at| Item {
            key: format!("a{at}"),
            id: format!("a{at}"),
            formerly: Vec::new(),
            answer: 0,
        };
        let mut ours: Vec<Item> = (0..12).map(item).collect();
        let mut theirs = ours.clone();
        project.put("a.yaml", &sources(&ours));
        project.release("1.0.0");
        let mut published = project.notes();
        project.git(&["checkout", "--quiet", "-b", "theirs"]);
        work(&mut project, &mut theirs, 1, &mut random);
        project.git(&["checkout", "--quiet", "main"]);
        work(&mut project, &mut ours, 0, &mut random);
        if random.below(3) == 0 {
            project.release("minor");
            published = project.notes();
        }
        let edit = project.git(&["rev-parse", "HEAD"]);
        let rebased = random.below(2) == 0;
        let (output, ending): (Output, &[&str]) = if rebased {
            project.git(&["checkout", "--quiet", "theirs"]);
            (project.try_git(&["rebase", "main"]), &["rebase", "--continue"])
        } else {
            (project.try_git(&["merge", "--no-edit", "theirs"]), &["commit", "--no-edit", "--quiet"])
        };
        let at_once = output.status.success();
        if !settle(&project, &output, ending) {
            continue;
        }
        if at_once {
            clean += 1;
        } else {
            conflicts += 1;
        }
        // The ledgers that the branches built match the merged sources.
        let (green, said) = project.run(&["build", "--locked", "--only", "apkg"]);
        assert!(green, "seed {seed}, rebased {rebased}: {said}");
        project.good(&["build", "--only", "apkg"]);
        project.commit("Merged");
        project.release("minor");
        assert_kept(&published, &project.notes(), seed);
        published = project.notes();
        assert_eq!(published.values().map(|(_, first, _)| first).collect::<BTreeSet<_>>().len(), published.len());
        // Revert a commit from before the release; then what it renamed or added may be missing.
        let output = project.try_git(&["revert", "--no-edit", &edit]);
        if settle(&project, &output, &["revert", "--continue"]) {
            reverts += 1;
            let (green, said) = project.run(&["release", "patch"]);
            if green {
                assert_kept(&published, &project.notes(), seed);
            } else {
                assert!(said.contains("error[vanished-id]"), "seed {seed}: {said}");
            }
        }
    }
    assert!(clean > 0 && reverts > 0, "{clean} merges without a conflict, {conflicts} with one, {reverts} reverts");
    let told = format!("{clean} merges without a conflict, {conflicts} with one in the ledger, {reverts} reverts\n");
    std::io::stderr().write_all(told.as_bytes()).expect("stderr is open");
}
