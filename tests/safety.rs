//! Builds that are killed, run out of space, lack permissions or race each other: afterwards
//! each file is either the old one or the new one, and the next build fixes everything. Files
//! that no build made stay, and a build stops if its sources change while it runs.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "tests run programs, watch the clock and read files; what a test could not do here, it says"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

#[path = "support/bounded.rs"]
mod bounded;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_cardpress");
const LEDGER: &str = "cardpress.lock";
const MANIFEST: &str = "manifest.json";
/// Without the cheatsheet, which would make every build ten times as long.
const ONLY: [&str; 2] = ["--only", "apkg,csv,handout"];

/// The time of all builds; otherwise two builds of the same sources would differ.
const NOW: u32 = 1_780_000_000;

/// Files with their bytes, by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Everything that a build reads and writes.
#[derive(Clone, PartialEq)]
struct State {
    project: Files,
    out: Files,
}

/// A project with its first edition built, including the ledger, and its second edition written since.
static BEFORE: LazyLock<State> = LazyLock::new(|| {
    let place = Place::new();
    put(&place.project(), &sources(1));
    succeed(&mut place.build());
    put(&place.project(), &sources(2));
    place.state()
});

/// The same, after the second edition is built.
static AFTER: LazyLock<State> = LazyLock::new(|| {
    let place = Place::with(&BEFORE);
    succeed(&mut place.build());
    let after = place.state();
    let gone = BEFORE.out.keys().filter(|path| !after.out.contains_key(*path)).count();
    let new = after.out.keys().filter(|path| !BEFORE.out.contains_key(*path)).count();
    let changed =
        after.out.iter().filter(|(path, bytes)| BEFORE.out.get(*path).is_some_and(|old| old != *bytes)).count();
    assert!(BEFORE.project[LEDGER] != after.project[LEDGER], "the ledger did not change");
    assert!(gone > 0 && new > 1 && changed > 5, "the editions differ too little: -{gone} +{new} ~{changed}");
    after
});

/// One edition of a project that is large enough for a build to take a while. No item
/// disappears and no name changes between editions; texts, a picture and a topic do.
fn sources(edition: u32) -> Files {
    let mut files = Files::new();
    let mut add = |path: &str, text: String| files.insert(path.to_owned(), text.into_bytes());
    add(
        "cardpress.yaml",
        format!(
            "format: 1\nid: safety\ntitle: Safety\nversion: {edition}.0.0\ndate: 2026-01-0{edition}\n\
             license: CC0-1.0\nauthors: [An author]\ncontent: ['topics/*.yaml']\n"
        ),
    );
    let picture = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"{edition}\"></svg>\n");
    add("media/picture.svg", picture);
    for topic in 0..4 + edition {
        let mut text = format!("topic: Topic {topic}\nquestions:\n");
        for item in 0..40 {
            let words = format!("Edition {edition} says $x^{item}$ and more. ").repeat(20);
            let _ = write!(
                text,
                "  - id: item-{topic}-{item}\n    ask: What is {item}?\n    answer: |\n      {words}\n\n      \
                 ![a picture](media/picture.svg)\n\n      ```python\n      print({item})\n      ```\n"
            );
        }
        add(&format!("topics/{topic}.yaml"), text);
    }
    files
}

/// A temporary folder with a project and its outputs.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn with(state: &State) -> Self {
        let place = Self::new();
        put(&place.project(), &state.project);
        put(&place.out(), &state.out);
        place
    }

    fn project(&self) -> PathBuf {
        self.0.path().join("project")
    }

    fn out(&self) -> PathBuf {
        self.0.path().join("out")
    }

    fn build(&self) -> Command {
        build(BINARY, &self.project(), &self.out())
    }

    fn state(&self) -> State {
        State {
            project: files(&self.project()),
            out: files(&self.out()),
        }
    }
}

fn build(binary: impl AsRef<Path>, project: &Path, out: &Path) -> Command {
    let mut command = Command::new(binary.as_ref());
    command.arg("build").arg(project).arg("-o").arg(out).args(ONLY).env("SOURCE_DATE_EPOCH", NOW.to_string());
    command
}

/// Runs a command that must succeed.
fn succeed(command: &mut Command) {
    let Output { status, stderr, .. } = bounded::output(command).expect("the command starts");
    assert!(status.success(), "{command:?}\n{}", String::from_utf8_lossy(&stderr));
}

/// Runs a build that must fail because of the disk, and returns what it prints.
fn fail(command: &mut Command) -> String {
    let output = bounded::output(command).expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{command:?}\n{said}");
    assert_eq!(said.lines().count(), 1, "one line, not {said}");
    said
}

fn put(folder: &Path, files: &Files) {
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder is made");
        fs::write(path, bytes).expect("the file is written");
    }
}

/// Every file below `folder`.
fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it lies below").to_str().expect("names are UTF-8").to_owned();
            found.insert(name, fs::read(&path).expect("the file is readable"));
        }
    }
    found
}

/// How far a build got.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Nothing,
    /// There are temporary files, but all names are old.
    Staged,
    /// Some names are new.
    Between,
    /// Nothing is left to do, except perhaps to remove temporary files.
    Everything,
}

/// Checks what an interrupted build left behind, and that another build fixes it.
fn old_or_new_then_mended(place: &Place) -> Progress {
    let mut now = place.state();
    let mut temporary = 0;
    for files in [&mut now.project, &mut now.out] {
        let all = files.len();
        files.retain(|path, _| !path.starts_with(".cardpress-"));
        temporary += all - files.len();
    }
    for (now, before, after) in [(&now.project, &BEFORE.project, &AFTER.project), (&now.out, &BEFORE.out, &AFTER.out)] {
        let paths: BTreeSet<&String> = now.keys().chain(before.keys()).chain(after.keys()).collect();
        for path in paths.into_iter().filter(|path| *path != MANIFEST) {
            let bytes = now.get(path);
            assert!(bytes == before.get(path) || bytes == after.get(path), "{path} is neither old nor new");
        }
    }
    // The file that comes last vouches for the rest.
    if now.project.get(LEDGER) != BEFORE.project.get(LEDGER) {
        assert!(now.out == AFTER.out, "the ledger is new, the outputs are not");
    }
    if now.out[MANIFEST] == AFTER.out[MANIFEST] {
        assert!(now.out == AFTER.out, "{MANIFEST} is new, the outputs are not");
    } else if now.out[MANIFEST] != BEFORE.out[MANIFEST] {
        assert_known(&now.out);
    }
    let progress = if now == *AFTER {
        Progress::Everything
    } else if now != *BEFORE {
        Progress::Between
    } else if temporary > 0 {
        Progress::Staged
    } else {
        Progress::Nothing
    };
    succeed(&mut place.build());
    assert!(place.state() == *AFTER, "the next build does not mend it");
    progress
}

/// Between the editions, `manifest.json` lists both states, so that every file is known as a build's.
fn assert_known(out: &Files) {
    let manifest = manifest_of(out);
    let states = [&manifest["artifacts"], &manifest["replaced"]];
    let entries: Vec<_> = states.iter().flat_map(|state| state.as_array().expect("a list")).collect();
    for (path, bytes) in out.iter().filter(|(path, _)| *path != MANIFEST) {
        let digest = hash(bytes);
        let known = entries.iter().any(|entry| entry["path"] == path.as_str() && entry["sha256"] == digest.as_str());
        assert!(known, "{path} is in no state of the manifest");
    }
}

fn manifest_of(out: &Files) -> serde_json::Value {
    serde_json::from_slice(&out[MANIFEST]).expect("the manifest is JSON")
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file that `manifest.json` lists exists as listed, and there are no others.
fn assert_complete(out: &Files) {
    let manifest = manifest_of(out);
    assert!(manifest.get("replaced").is_none(), "a state that is over is still listed");
    let entries = manifest["artifacts"].as_array().expect("it lists the outputs");
    let mut listed = BTreeSet::from([MANIFEST]);
    for entry in entries {
        let path = entry["path"].as_str().expect("a path");
        assert_eq!(entry["sha256"], hash(&out[path]).as_str(), "{path}");
        assert_eq!(entry["bytes"], out[path].len(), "{path}");
        listed.insert(path);
    }
    assert_eq!(out.keys().map(String::as_str).collect::<BTreeSet<_>>(), listed);
}

/// Starts a build of the second edition, sends `signal` after `moment`, and waits for the build to end.
fn interrupt(place: &Place, signal: Signal, moment: impl FnOnce(&mut Child)) -> ExitStatus {
    let mut child = place.build().stderr(Stdio::null()).spawn().expect("the command starts");
    moment(&mut child);
    signal.send(&mut child);
    bounded::ended(&mut child)
}

#[derive(Clone, Copy)]
enum Signal {
    Kill,
    /// Ctrl-C.
    Interrupt,
    /// Ends a process that ignores Ctrl-C, such as one in the background of a script.
    Terminate,
}

impl Signal {
    fn ctrl_c() -> Self {
        let probe = bounded::output(Command::new("sh").args(["-c", "kill -s INT $$"])).expect("a shell");
        if probe.status.signal().is_some() { Self::Interrupt } else { Self::Terminate }
    }

    fn number(self) -> i32 {
        match self {
            Self::Kill => 9,
            Self::Interrupt => 2,
            Self::Terminate => 15,
        }
    }

    fn send(self, child: &mut Child) {
        let _ = match self {
            Self::Kill => child.kill(),
            Self::Interrupt | Self::Terminate => {
                let script = format!("kill -{} {}", self.number(), child.id());
                bounded::output(Command::new("sh").args(["-c", &script])).map(drop)
            }
        };
    }
}

/// How long a build of the second edition takes.
fn duration() -> Duration {
    let mut times: Vec<Duration> = (0..3)
        .map(|_| {
            let place = Place::with(&BEFORE);
            let start = Instant::now();
            succeed(&mut place.build());
            start.elapsed()
        })
        .collect();
    times.sort();
    times[1]
}

/// Interrupts builds at points spread over their whole duration and a little beyond.
fn interrupt_all_along(signal: Signal, points: u32) {
    let duration = duration();
    let mut came: BTreeMap<Progress, u32> = BTreeMap::new();
    let mut hit = 0;
    for point in 0..points {
        let place = Place::with(&BEFORE);
        let status = interrupt(&place, signal, |_| std::thread::sleep(duration * point * 5 / (points * 4)));
        assert!(status.success() || status.signal() == Some(signal.number()), "{status}");
        hit += u32::from(!status.success());
        *came.entry(old_or_new_then_mended(&place)).or_default() += 1;
    }
    println!("{points} builds of {duration:?}, {hit} interrupted: {came:?}");
    assert!(hit > 0, "every build was done before its signal came");
}

#[test]
fn a_build_killed_at_any_point_leaves_old_or_new_files() {
    interrupt_all_along(Signal::Kill, 56);
}

#[test]
fn a_build_killed_among_its_renames_leaves_old_or_new_files() {
    let mut came: BTreeMap<Progress, u32> = BTreeMap::new();
    let all = AFTER.out.keys().map(|path| ("out", path)).chain(AFTER.project.keys().map(|path| ("project", path)));
    for (folder, path) in all {
        let (before, after) = match folder {
            "out" => (BEFORE.out.get(path), &AFTER.out[path]),
            _ => (BEFORE.project.get(path), &AFTER.project[path]),
        };
        if before == Some(after) {
            continue;
        }
        let place = Place::with(&BEFORE);
        let disk = place.0.path().join(folder).join(path);
        let inode = || fs::metadata(&disk).ok().map(|metadata| metadata.ino());
        let old = inode();
        interrupt(&place, Signal::Kill, |child| {
            let end = Instant::now() + bounded::LIMIT;
            while inode() == old && child.try_wait().expect("the build can be asked").is_none() {
                assert!(Instant::now() < end, "{} stays old, and the build does not end", disk.display());
            }
        });
        *came.entry(old_or_new_then_mended(&place)).or_default() += 1;
    }
    println!("killed once a name was new: {came:?}");
    assert!(!came.contains_key(&Progress::Nothing) && !came.contains_key(&Progress::Staged), "{came:?}");
}

#[test]
fn ctrl_c_leaves_old_or_new_files() {
    interrupt_all_along(Signal::ctrl_c(), 16);
}

#[test]
fn ctrl_c_ends_a_build_that_waits() {
    let place = Place::with(&BEFORE);
    for (held, expected) in [
        (place.project(), "cardpress: waiting for another build of this project to finish\n".to_owned()),
        (place.out(), format!("cardpress: waiting for another build into {} to finish\n", place.out().display())),
    ] {
        let other = File::open(held).expect("the folder is there");
        other.lock().expect("folders can be locked");
        let signal = Signal::ctrl_c();
        let (mut child, said) = waiting(&place);
        assert_eq!(said, expected);
        signal.send(&mut child);
        assert_eq!(bounded::ended(&mut child).signal(), Some(signal.number()));
        assert!(place.state() == *BEFORE, "something changed");

        let (mut child, _) = waiting(&place);
        drop(other);
        assert!(bounded::ended(&mut child).success());
        assert!(place.state() == *AFTER, "the build that waited is not like another");
        fs::remove_dir_all(place.out()).expect("the outputs go");
        put(&place.project(), &BEFORE.project);
        put(&place.out(), &BEFORE.out);
    }
}

/// Starts a build and reads its first line.
fn waiting(place: &Place) -> (Child, String) {
    let mut child = place.build().stderr(Stdio::piped()).spawn().expect("the command starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("it is a pipe"));
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        stderr.read_line(&mut line).expect("the line is text");
        sender.send(line).expect("the test waits for it");
        // Keep the pipe open, or the next line that is written would fail.
        stderr.read_to_end(&mut Vec::new())
    });
    (child, lines.recv_timeout(bounded::LIMIT).expect("it says that it waits"))
}

#[test]
fn a_file_too_large_leaves_the_old_outputs() {
    let largest = AFTER.out.values().map(Vec::len).max().expect("there are outputs");
    for blocks in [0, 1, 8, 32, largest / 2048] {
        let place = Place::with(&BEFORE);
        let build = place.build();
        // A signal would end the build; if ignored, it becomes a write error.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let said = fail(Command::new("sh").args(["-c", &script, "sh", BINARY]).args(build.get_args()));
        assert_names_an_output(&said, &place.out());
        assert!(place.state() == *BEFORE, "something changed");
    }
}

/// Pipes that nobody writes to, and devices that never end, in place of files.
#[test]
fn what_is_no_ordinary_file_is_not_read() {
    const PIPE: &str = "mkfifo";
    const DEVICE: &str = "ln -s /dev/zero";
    // Where it is, the command, its exit code, and what it prints.
    let cases = [
        ("project/notes/manifest.json", "check project -q", 0, ""),
        ("project/topics/manifest.json", "build project -o out -q", 0, ""),
        ("out/manifest.json", "build project -o out -q", 2, "cannot read out/manifest.json: it is not a regular file"),
        ("out/manifest.json", "clean -o out", 0, "nothing to remove: out/manifest.json does not exist"),
        ("old.apkg", "lock project --force --from old.apkg", 2, "cannot read old.apkg: it is not a regular file"),
        ("known.txt", "check project --baseline known.txt", 2, "cannot read known.txt: it is not a regular file"),
        ("project/cardpress.lock", "build project -o out", 2, "project/cardpress.lock is not a regular file"),
    ];
    for make in [PIPE, DEVICE] {
        for (path, command, code, want) in cases {
            let place = Place::with(&BEFORE);
            let at = place.0.path().join(path);
            std::fs::create_dir_all(at.parent().expect("a folder")).expect("the folder is made");
            let _ = std::fs::remove_file(&at);
            let mut words = make.split(' ');
            let mut maker = Command::new(words.next().expect("a program"));
            succeed(maker.args(words).arg(&at));
            let mut run = Command::new(BINARY);
            run.args(command.split(' ')).current_dir(place.0.path()).env("SOURCE_DATE_EPOCH", NOW.to_string());
            let output = bounded::output_within(Duration::from_mins(1), &mut run).expect("the command starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.code() == Some(code) && said.contains(want), "{make} {path}: {command}\n{said}");
        }
    }
}

fn assert_names_an_output(said: &str, out: &Path) {
    let out = out.display();
    let named = AFTER.out.keys().any(|path| said.starts_with(&format!("cardpress: cannot write {out}/{path}: ")));
    assert!(named, "names no output: {said}");
    assert!(said.ends_with("; nothing was changed\n"), "{said}");
}

/// Mounts a small disk on `$1` with the files of `$2` in it, leaves `$3` bytes free, and runs
/// the rest; then compares with `$2` again.
const SMALL_DISK: &str = r#"
disk=$1 files=$2 free=$3; shift 3
mount -t tmpfs -o size=8m tmpfs "$disk" || exit 99
cp -r "$files/." "$disk" && head -c "$free" /dev/zero > "$disk/.free" || exit 98
cat /dev/zero > "$disk/.full" 2> /dev/null
rm "$disk/.free"
"$@"; code=$?
rm "$disk/.full"
diff -r "$files" "$disk" >&2 || exit 97
exit $code
"#;

#[test]
fn a_full_disk_leaves_the_old_outputs() {
    let place = Place::with(&BEFORE);
    let disk = place.0.path().join("disk");
    fs::create_dir(&disk).expect("the folder is made");
    let on_a_small_disk = |files: &Path, free: &str, build: &Command| {
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", SMALL_DISK, "sh"]).arg(&disk).arg(files).args([free, BINARY]);
        command.args(build.get_args());
        command
    };
    let probe = bounded::output(&mut on_a_small_disk(&place.out(), "0", &Command::new(BINARY)));
    if !probe.is_ok_and(|probe| probe.status.code() == Some(2)) {
        println!("skipped: no small disk can be mounted here");
        return;
    }
    for free in ["0", "9000", "70000", "200000"] {
        let said = fail(&mut on_a_small_disk(&place.out(), free, &build(BINARY, &place.project(), &disk)));
        assert_names_an_output(&said, &disk);
    }
    let said = fail(&mut on_a_small_disk(&place.project(), "0", &build(BINARY, &disk, &place.out())));
    let expected = format!("cardpress: cannot write {}: ", disk.join(LEDGER).display());
    assert!(said.starts_with(&expected) && said.ends_with("; nothing was changed\n"), "{said}");
    assert!(place.state() == *BEFORE, "something changed");
}

const READ_ONLY: u32 = 0o555;
const WRITABLE: u32 = 0o777;

/// Gives every folder below `folder` these permissions, and every file the same, except for execution.
fn chmod(folder: &Path, mode: u32) {
    for path in files(folder).keys() {
        let path = folder.join(path);
        fs::set_permissions(&path, Permissions::from_mode(mode & 0o666)).expect("the file is ours");
        for folder in path.ancestors().skip(1).take_while(|path| path.starts_with(folder)) {
            fs::set_permissions(folder, Permissions::from_mode(mode)).expect("the folder is ours");
        }
    }
}

/// A build that permissions apply to. They do not apply to root, so if we are root, it runs as
/// nobody. `None` if that is impossible.
fn bound(place: &Place) -> Option<Command> {
    const NOBODY: u32 = 65534;
    fs::set_permissions(&place.0, Permissions::from_mode(0o755)).expect("the folder is ours");
    let binary = place.0.path().join("cardpress");
    if !binary.exists() {
        fs::copy(BINARY, &binary).expect("the binary is copied");
        fs::set_permissions(&binary, Permissions::from_mode(0o755)).expect("the copy is ours");
    }
    let as_nobody = |mut command: Command| {
        if fs::metadata(&binary).expect("it is there").uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    };
    let mut probe = Command::new(&binary);
    probe.arg("--version");
    match bounded::output(&mut as_nobody(probe)) {
        Ok(_) => Some(as_nobody(build(&binary, &place.project(), &place.out()))),
        // We may not become a different user, or that user cannot get here.
        Err(error) => {
            println!("skipped: nobody cannot run a build here: {error}");
            None
        }
    }
}

#[test]
fn a_read_only_output_folder_stays_as_it_is() {
    let place = Place::with(&BEFORE);
    chmod(&place.project(), WRITABLE);
    chmod(&place.out(), READ_ONLY);
    if let Some(mut build) = bound(&place) {
        assert_names_an_output(&fail(&mut build), &place.out());
        assert!(place.state() == *BEFORE, "something changed");

        // Only a folder inside it.
        chmod(&place.out(), WRITABLE);
        chmod(&place.out().join("handout"), READ_ONLY);
        let said = fail(&mut build);
        let expected = format!("cardpress: cannot write in the folder {}", place.out().join("handout").display());
        assert!(said.starts_with(&expected) && said.ends_with("; nothing was changed\n"), "{said}");
        assert!(place.state() == *BEFORE, "something changed");
    }
    chmod(&place.out(), WRITABLE);
}

#[test]
fn a_read_only_project_is_built_unless_its_ledger_must_change() {
    let current = Place::with(&AFTER);
    chmod(&current.project(), READ_ONLY);
    chmod(&current.out(), WRITABLE);
    if let Some(mut build) = bound(&current) {
        fs::remove_file(current.out().join(MANIFEST)).expect("the manifest goes");
        succeed(&mut build);
        assert!(current.state() == *AFTER, "the outputs differ");
    }
    chmod(&current.project(), WRITABLE);

    let edited = Place::with(&BEFORE);
    chmod(&edited.project(), READ_ONLY);
    chmod(&edited.out(), WRITABLE);
    if let Some(mut build) = bound(&edited) {
        let said = fail(&mut build);
        let expected = format!("cardpress: cannot write {}: ", edited.project().join(LEDGER).display());
        assert!(said.starts_with(&expected) && said.ends_with("; nothing was changed\n"), "{said}");
        assert!(edited.state() == *BEFORE, "something changed");
    }
    chmod(&edited.project(), WRITABLE);
}

/// A different program's unreadable folder among the sources does not matter, but one that a
/// pattern reaches into is reported.
#[test]
fn a_folder_that_cannot_be_read_is_told_only_where_it_is_meant() {
    let place = Place::with(&BEFORE);
    for folder in ["database", "topics/closed"] {
        fs::create_dir_all(place.project().join(folder)).expect("the folder is made");
    }
    chmod(&place.project(), WRITABLE);
    chmod(&place.out(), WRITABLE);
    let closed = |path: &str, mode: u32| {
        let mode = Permissions::from_mode(mode);
        fs::set_permissions(place.project().join(path), mode).expect("the folder is ours");
    };
    closed("database", 0o000);
    if let Some(mut build) = bound(&place) {
        let output = bounded::output(&mut build).expect("the command starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !said.contains("unread-file"), "{said}");
        closed("topics/closed", 0o000);
        let output = bounded::output(&mut build).expect("the command starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.contains("cannot read the folder `topics/closed`: "), "{said}");
        closed("topics/closed", WRITABLE);
    }
    closed("database", WRITABLE);
}

/// A path that is too long for any program to open, deep among the sources, does not stop the build.
#[test]
fn a_path_may_be_longer_than_the_system_takes() {
    let place = Place::with(&BEFORE);
    let script = "cd \"$1\" && for i in $(seq 30); do mkdir $2 && cd -P $2 || exit 1; done";
    let name = "d".repeat(200);
    succeed(Command::new("sh").args(["-c", script, "sh"]).arg(place.project().join("topics")).arg(&name));
    let output = bounded::output(&mut place.build()).expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("File name too long"), "{said}");
    succeed(Command::new("rm").arg("-rf").arg(place.project().join("topics")));
}

/// Runs builds at the same time; all must succeed.
fn race(builds: impl Iterator<Item = Command>) {
    let children: Vec<Child> =
        builds.map(|mut build| build.stderr(Stdio::piped()).spawn().expect("the command starts")).collect();
    for child in children {
        let output = bounded::rest(child);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn builds_of_one_project_at_once_end_as_one_alone() {
    let dated = |place: &Place, day: u32| {
        let mut build = place.build();
        build.env("SOURCE_DATE_EPOCH", (NOW + day * 86_400).to_string());
        build
    };
    let alone: Vec<State> = (0..8)
        .map(|day| {
            let place = Place::with(&BEFORE);
            succeed(&mut dated(&place, day));
            place.state()
        })
        .collect();
    assert!(alone[0] != alone[1], "the builds cannot be told apart");
    for _ in 0..3 {
        let place = Place::with(&BEFORE);
        race((0..8).map(|day| dated(&place, day)));
        let state = place.state();
        assert_complete(&state.out);
        assert!(alone.contains(&state), "the outputs are those of no single build");
    }
}

#[test]
fn builds_of_two_projects_into_one_folder_end_as_one_alone() {
    let (one, two) = (Place::with(&BEFORE), Place::with(&AFTER));
    put(&one.project(), &sources(1));
    fs::remove_file(one.project().join("topics/5.yaml")).expect("the second edition's topic goes");
    for _ in 0..3 {
        race((0..8).map(|turn| {
            let project = if turn % 2 == 0 { one.project() } else { two.project() };
            build(BINARY, &project, &one.out())
        }));
        let out = files(&one.out());
        assert_complete(&out);
        assert!(out == BEFORE.out || out == AFTER.out, "the outputs are those of no single project");
    }
}

/// Runs a build of the second edition that must be rejected without changing anything.
#[track_caller]
fn refused(place: &Place, mut build: Command, want: &str) {
    let before = place.state();
    let said = fail(&mut build);
    assert!(said.contains(want), "{said}");
    assert!(place.state() == before, "something changed");
}

#[test]
fn what_no_build_made_is_not_replaced() {
    let place = Place::with(&BEFORE);
    let out = place.out();
    let put = |path: &str| fs::write(out.join(path), "mine").expect("the file is written");
    // An output that someone edited, a file where the second edition adds one, and a link.
    put("handout/topic-1.md");
    put("handout/topic-5.md");
    fs::remove_file(out.join("safety.table.csv")).expect("the table is there");
    std::os::unix::fs::symlink("elsewhere", out.join("safety.table.csv")).expect("the link is made");
    let link = fs::read_link(out.join("safety.table.csv")).expect("a link");
    fs::write(out.join("elsewhere"), "mine").expect("the file is written");
    let named = ["handout/topic-1.md", "handout/topic-5.md", "safety.table.csv"];
    let said = fail(&mut place.build());
    for path in named {
        assert!(said.contains(&out.join(path).display().to_string()), "{path}: {said}");
    }
    refused(&place, place.build(), "or they were changed since: move them away, choose another folder with --out, or");
    assert_eq!(fs::read_link(out.join("safety.table.csv")).expect("a link"), link);

    let mut build = place.build();
    succeed(build.arg("--force"));
    fs::remove_file(out.join("elsewhere")).expect("what the link led to is as it was");
    assert!(place.state() == *AFTER, "the outputs are not those of the second edition");

    // If the bytes are the same, nothing is lost, even without a manifest.
    fs::remove_file(out.join(MANIFEST)).expect("the manifest is there");
    succeed(&mut place.build());
    assert!(place.state() == *AFTER, "the outputs changed");
}

/// Two projects that are built into the same folder do not remove each other's outputs.
#[test]
fn another_projects_outputs_stay() {
    let place = Place::with(&BEFORE);
    let manifest = place.project().join("cardpress.yaml");
    let text = fs::read_to_string(&manifest).expect("the manifest is text");
    fs::write(&manifest, text.replace("id: safety", "id: other")).expect("the manifest is written");
    fs::remove_file(place.project().join(LEDGER)).expect("the ledger is there");
    refused(
        &place,
        place.build(),
        "holds the outputs of a different project, \"safety\": choose another folder with --out, or",
    );
    succeed(place.build().arg("--force"));
    succeed(&mut place.build());
    // If none of the outputs is left, any project may use the folder.
    succeed(Command::new(BINARY).arg("clean").arg(place.out()));
    fs::write(&manifest, text).expect("the manifest is written");
    fs::remove_file(place.project().join(LEDGER)).expect("the ledger is there");
    succeed(&mut place.build());
}

/// An output that nothing makes any longer is removed, unless someone has edited it.
#[test]
fn an_edited_output_stays_when_its_source_goes() {
    let place = Place::with(&AFTER);
    let (topic, page) = (place.project().join("topics/5.yaml"), place.out().join("handout/topic-5.md"));
    fs::remove_file(topic).expect("the topic is there");
    fs::remove_file(place.project().join(LEDGER)).expect("the ledger is there");
    fs::write(&page, "mine").expect("the file is written");
    for _ in 0..2 {
        let output = bounded::output(&mut place.build()).expect("the command starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.contains("handout/topic-5.md, which was changed since it was built"),
            "{said}"
        );
        assert_eq!(fs::read_to_string(&page).expect("it stays"), "mine");
    }
    succeed(place.build().arg("--force"));
    assert!(!page.exists(), "--force removes it");
}

#[test]
fn sources_are_no_outputs() {
    let place = Place::with(&BEFORE);
    let project = place.project();
    std::os::unix::fs::symlink("topics", project.join("elsewhere")).expect("the link is made");
    for (folder, name) in [("css", "cards.css"), ("site", "page.css")] {
        fs::create_dir(project.join(folder)).expect("the folder is made");
        fs::write(project.join(folder).join(name), ".cp { margin: 0; }").expect("the style is written");
    }
    let manifest = fs::read_to_string(project.join("cardpress.yaml")).expect("the manifest is there");
    fs::write(project.join("cardpress.yaml"), manifest + "style: css/cards.css\n").expect("the manifest is written");
    let holds =
        |path: &str| format!("contains {path}, which belongs to the project itself; choose another folder with --out");
    for (out, want) in [
        ("", holds("cardpress.yaml")),
        ("..", holds("cardpress.yaml")),
        ("topics", holds("topics/0.yaml")),
        ("topics/../elsewhere", holds("topics/0.yaml")),
        ("css", holds("css/cards.css")),
        ("media", "is inside the project's media".to_owned()),
        ("media/new", "is inside the project's media".to_owned()),
    ] {
        refused(&place, build(BINARY, &project, &project.join(out)), &want);
    }
    succeed(&mut build(BINARY, &project, &project.join("topics/new")));
    succeed(&mut build(BINARY, &project, &project.join("site")));
}

#[test]
fn the_ledger_keeps_its_place_and_its_mode() {
    let place = Place::with(&BEFORE);
    let (ledger, real) = (place.project().join(LEDGER), place.0.path().join("real.lock"));
    fs::rename(&ledger, &real).expect("the ledger is there");
    std::os::unix::fs::symlink("../real.lock", &ledger).expect("the link is made");
    fs::set_permissions(&real, Permissions::from_mode(0o640)).expect("the mode is set");
    succeed(&mut place.build());
    assert_eq!(fs::read_link(&ledger).expect("still a link"), Path::new("../real.lock"));
    assert!(fs::read(&real).expect("it is there") == AFTER.project[LEDGER], "the ledger is not the new one");
    assert_eq!(fs::metadata(&real).expect("it is there").mode() & 0o777, 0o640);

    // A new ledger in its place would not know what learners have.
    fs::remove_file(&real).expect("it is there");
    let said = fail(&mut place.build());
    assert!(said.contains("is a broken link"), "{said}");
}

/// Fails unless the handout and the package contain the same one of `contents`, under its name.
fn assert_one_content(out: &Files, contents: &[Vec<u8>]) {
    let pictures: Vec<_> = out.iter().filter(|(path, _)| path.starts_with("handout/media/large-")).collect();
    let [(path, bytes)] = pictures[..] else { panic!("{} pictures", pictures.len()) };
    assert!(contents.contains(bytes), "{path} is neither content");
    assert!(path.contains(&hash(bytes)[..10]), "{path} has the name of another content");
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(&out["safety.apkg"])).expect("a package");
    let mut packed = Vec::new();
    for index in 0..package.len() {
        let mut entry = package.by_index(index).expect("an entry");
        if entry.size() == bytes.len() as u64 {
            entry.read_to_end(&mut packed).expect("it is whole");
        }
    }
    assert!(packed == *bytes, "the package holds another content");
}

/// Media that changes while a build reads it: either the build says so and changes nothing, or
/// all of its outputs contain the same version. `CARDPRESS_MOMENTS` tries more of them.
#[test]
fn media_that_changes_during_a_build_stops_it() {
    let moments = std::env::var("CARDPRESS_MOMENTS").ok().and_then(|moments| moments.parse().ok()).unwrap_or(8);
    let place = Place::with(&AFTER);
    let picture = |fill: u8| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.resize(4 << 20, fill);
        bytes
    };
    let contents = [picture(1), picture(2)];
    let shown = place.project().join("media/large.png");
    fs::write(&shown, &contents[0]).expect("the picture is written");
    let topic = "topic: More\nquestions:\n  - id: large\n    ask: What is it?\n    answer: '![It](media/large.png)'\n";
    fs::write(place.project().join("topics/more.yaml"), topic).expect("the topic is written");
    let begun = Instant::now();
    succeed(&mut place.build());
    let whole = begun.elapsed();
    let (mut stopped, mut built) = (0, 0);
    for moment in 0..moments {
        let before = place.state().out;
        let child = place.build().stderr(Stdio::piped()).spawn().expect("the command starts");
        std::thread::sleep(whole * moment / moments);
        // Write in place, so that a reader gets parts of both versions.
        let file = File::options().write(true).open(&shown).expect("the picture is there");
        std::os::unix::fs::FileExt::write_all_at(&file, &contents[usize::from(moment % 2 == 0)], 0)
            .expect("it is written");
        let output = bounded::rest(child);
        let said = String::from_utf8_lossy(&output.stderr);
        let out = place.state().out;
        if output.status.success() {
            built += 1;
            assert_complete(&out);
            assert_one_content(&out, &contents);
        } else {
            stopped += 1;
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(
                said.contains("media/large.png changed during the build") && said.ends_with("; nothing was changed\n"),
                "{said}"
            );
            assert!(out == before, "something changed");
        }
    }
    println!("of {moments} builds {stopped} were stopped, {built} came to their end");
}
