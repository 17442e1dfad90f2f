//! What each stage of Cardpress costs on realistic collections: CPU time, wall time and peak
//! memory, compared with the floor of reading the files and parsing their YAML.
//! `docs/performance.md` contains the tables that this prints. It does not typeset any sheets,
//! so `--no-default-features` saves compiling Typst.
//!
//! ```text
//! cargo bench --bench stages                              1,000, 10,000 and 100,000 notes
//! cargo bench --bench stages -- 5000                      other numbers of notes
//! cargo bench --bench stages -- --against PATH [NOTES]    another `cardpress` and this one in turns
//! cargo bench --bench stages -- --write FOLDER NOTES [FILES]
//! ```
//!
//! Linux only, because the figures come from `/proc`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark runs programs, reads files and prints figures"
)]
#![allow(missing_docs, reason = "internal to this benchmark")]

#[path = "support/collection.rs"]
mod collection;
#[path = "support/measure.rs"]
mod measure;
#[path = "support/proc.rs"]
mod proc;
#[path = "support/random.rs"]
mod random;
#[path = "support/text.rs"]
mod text;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use cardpress::backend::{self, Backend};
use cardpress::diag::Sink;
use cardpress::source::{Source, Sources};
use cardpress::world::{File, World};
use cardpress::{Lint, Options, yaml};
use collection::Contents;
use measure::{Figures, average, median};
use serde_json::json;

/// The stages, starting with the floor. Each of the others also reads the files.
const STAGES: [(&str, Stage); 6] = [
    ("read and parse YAML: the floor", parse),
    ("compile to the deck", |world| compile(world, &[])),
    ("compile to the package", |world| compile(world, &["apkg"])),
    ("compile to CSV", |world| compile(world, &["csv"])),
    ("compile to the handout", |world| compile(world, &["handout"])),
    ("check and lint", check),
];

/// The whole program and its arguments.
const COMMANDS: [(&str, State, &[&str]); 4] = [
    ("first `build --only apkg`", State::First, &["build", "--only", "apkg"]),
    ("next `build --only apkg`", State::Next, &["build", "--only", "apkg"]),
    ("next `build`: package, CSV, handout", State::Next, &["build", "--only", "apkg,csv,handout"]),
    ("`check`", State::Next, &["check"]),
];

/// What a command finds in a project.
#[derive(Clone, Copy)]
enum State {
    /// Only the sources.
    First,
    /// Also a ledger and outputs.
    Next,
}

/// What a process of one stage does with a project.
type Stage = fn(&World);

fn main() {
    let asked = env::args().any(|argument| argument == "--bench");
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--stage", name, folder] => {
            let (_, stage) = STAGES.iter().find(|(known, _)| known == name).expect("a stage");
            stage(&world(Path::new(folder)));
        }
        ["--write", folder, notes] => write(Path::new(folder), Contents::Mixed, number(notes), 1),
        ["--write", folder, notes, files] => {
            write(Path::new(folder), Contents::Mixed, number(notes), number(files));
        }
        ["--against", other] => against(other, 10_000),
        ["--against", other, notes] => against(other, number(notes)),
        // `cargo test --benches` runs this binary, too.
        [] if !asked => {}
        [] => report(&[1_000, 10_000, 100_000]),
        numbers => report(&numbers.iter().map(|notes| number(notes)).collect::<Vec<_>>()),
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn parse(world: &World) {
    for file in &world.files {
        let text = str::from_utf8(&file.bytes).expect("the file is text");
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.yaml", ""));
        assert!(yaml::parse(file, text, &mut Sink::new()).root().is_some());
    }
}

fn compile(world: &World, names: &[&str]) {
    let wanted = |backend: &&Backend| names.contains(&backend.name);
    let options = Options {
        backends: backend::ALL.iter().filter(wanted).collect(),
        ..Options::default()
    };
    let compiled = cardpress::compile(world, &options);
    assert!(compiled.notes > 0 && compiled.artifacts.is_empty() == names.is_empty());
}

fn check(world: &World) {
    let checked = cardpress::check(world, &[], &Lint::default());
    assert!(checked.compiled.notes > 0);
}

/// The project in `folder`.
fn world(folder: &Path) -> World {
    let mut files = Vec::new();
    let mut open = vec![folder.join("topics")];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).expect("the folder is readable") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { files.push(file(folder, &path)) }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    World {
        now: 1_767_355_200,
        ..World::of(file(folder, &folder.join("cardpress.yaml")), files)
    }
}

fn file(folder: &Path, path: &Path) -> File {
    let name = path.strip_prefix(folder).expect("it lies below").to_string_lossy().into_owned();
    File {
        path: name,
        bytes: fs::read(path).expect("the file is readable"),
    }
}

/// Writes a collection to a folder as a project, and its notes as Markdown to `notes.json` in it.
fn write(folder: &Path, contents: Contents, notes: usize, files: usize) {
    let collection = collection::collection(contents, notes, files);
    for (path, text) in &collection.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }
    let note =
        |note: &collection::Note| json!({"id": note.id, "tags": note.tags, "front": note.front, "back": note.back});
    let notes: Vec<_> = collection.notes.iter().map(note).collect();
    fs::write(folder.join("notes.json"), json!(notes).to_string()).expect("the file is written");
}

/// Prints what every stage and command costs: per note for each number, and in full for the last one.
fn report(numbers: &[usize]) {
    let mut head = "| Microseconds of CPU per note |".to_owned();
    let mut rows: Vec<String> = names().map(|name| format!("| {name} |")).collect();
    for (at, &notes) in numbers.iter().enumerate() {
        for files in [1, notes.min(1_000)] {
            let folder = tempfile::tempdir().expect("a temporary folder");
            write(folder.path(), Contents::Mixed, notes, files);
            let title = format!("{}, {}", counted(notes, "note"), counted(files, "file"));
            let measured = costs(folder.path(), notes);
            let _ = write!(head, " {title} |");
            for (row, figures) in rows.iter_mut().zip(&measured) {
                let _ = write!(row, " {:.0} |", figures.cpu * 1e6 / notes as f64);
            }
            if at + 1 == numbers.len() {
                in_full(&title, folder.path(), &measured);
            }
        }
    }
    println!("{head}\n|---|{}\n{}", "--:|".repeat(2 * numbers.len()), rows.join("\n"));
}

/// The stages and commands, in the order of [`costs`].
fn names() -> impl Iterator<Item = &'static str> {
    STAGES.iter().map(|(name, _)| *name).chain(COMMANDS.iter().map(|(name, ..)| *name))
}

/// The median costs of every stage and command, each measured in separate processes.
fn costs(folder: &Path, notes: usize) -> Vec<Figures> {
    let this = env::current_exe().expect("a program");
    let program = Path::new(env!("CARGO_BIN_EXE_cardpress"));
    let mut runs = vec![Vec::new(); STAGES.len() + COMMANDS.len()];
    for _ in 0..runs_of(notes) {
        let stages = STAGES.iter().map(|(name, _)| {
            average(|| {
                let mut command = Command::new(&this);
                command.args(["--stage", name]).arg(folder);
                command
            })
        });
        let commands = COMMANDS.iter().map(|command| average(|| prepared(program, folder, command)));
        for (runs, figures) in runs.iter_mut().zip(stages.chain(commands)) {
            runs.push(figures);
        }
    }
    runs.iter().map(|runs| median(runs)).collect()
}

/// How often everything is measured.
fn runs_of(notes: usize) -> usize {
    if notes > 50_000 { 3 } else { 5 }
}

/// One of [`COMMANDS`] for the project in `folder`.
fn prepared(program: &Path, folder: &Path, (_, state, arguments): &(&str, State, &[&str])) -> Command {
    if let State::First = state {
        let _ = fs::remove_dir_all(folder.join("dist"));
        let _ = fs::remove_file(folder.join("cardpress.lock"));
    }
    let mut command = Command::new(program);
    command.args(*arguments).current_dir(folder);
    command
}

fn in_full(title: &str, folder: &Path, measured: &[Figures]) {
    let bytes: u64 = world(folder).files.iter().map(|file| file.bytes.len() as u64).sum();
    println!("{title}, {:.1} MB of YAML:\n", bytes as f64 / 1e6);
    println!("| Stage | CPU s | to the floor | wall s | peak MiB | to the floor |\n|---|--:|--:|--:|--:|--:|");
    for (name, figures) in names().zip(measured) {
        let Figures { cpu, wall, peak } = figures;
        let (time, memory) = (cpu / measured[0].cpu, peak / measured[0].peak);
        println!("| {name} | {cpu:.2} | {time:.1} × | {wall:.2} | {peak:.0} | {memory:.1} × |");
    }
    println!();
}

/// Runs a different `cardpress` and this one in turns, and prints what this one costs and its
/// ratios to the other.
fn against(other: &str, notes: usize) {
    let other = Path::new(other).canonicalize().expect("the other program is there");
    let programs = [other.as_path(), Path::new(env!("CARGO_BIN_EXE_cardpress"))];
    let folders = programs.map(|_| tempfile::tempdir().expect("a temporary folder"));
    let contents = if reads(programs[0], Contents::Mixed) { Contents::Mixed } else { Contents::Questions };
    for folder in &folders {
        write(folder.path(), contents, notes, 1);
    }
    if contents == Contents::Questions {
        println!("The other one reads questions only.");
    }
    println!("{}, 1 file; medians of {} pairs of runs\n", counted(notes, "note"), runs_of(notes));
    println!("| Command | CPU s | ratio | wall s | ratio | peak MiB | ratio |\n|---|--:|--:|--:|--:|--:|--:|");
    // The first version's `check` also typesets the sheet, which takes minutes.
    let comparable =
        |(_, _, arguments): &&(&str, State, &[&str])| contents == Contents::Mixed || arguments[0] != "check";
    for command in COMMANDS.iter().filter(comparable) {
        let pair = |_| [0, 1].map(|at| average(|| prepared(programs[at], folders[at].path(), command)));
        let pairs: Vec<[Figures; 2]> = (0..runs_of(notes)).map(pair).collect();
        let ours: Vec<Figures> = pairs.iter().map(|[_, ours]| *ours).collect();
        let ratios: Vec<Figures> = pairs.iter().map(|[theirs, ours]| ours.ratio(theirs)).collect();
        let (figures, ratio) = (median(&ours), median(&ratios));
        println!(
            "| {} | {:.2} | {:.2} × | {:.2} | {:.2} × | {:.0} | {:.2} × |",
            command.0, figures.cpu, ratio.cpu, figures.wall, ratio.wall, figures.peak, ratio.peak
        );
    }
}

/// Whether an older `cardpress` knows every key that a collection uses.
fn reads(program: &Path, contents: Contents) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), contents, 300, 1);
    let output = Command::new(program).arg("check").arg(folder.path()).output().expect("the program starts");
    output.status.success()
}

/// `1,000 notes`, `1 file`.
fn counted(number: usize, noun: &str) -> String {
    let (thousands, rest) = (number / 1_000, number % 1_000);
    let number_text = if thousands > 0 { format!("{thousands},{rest:03}") } else { rest.to_string() };
    format!("{number_text} {noun}{}", if number == 1 { "" } else { "s" })
}
