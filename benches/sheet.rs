//! What a sheet costs compared with a single plain compile of its pages, what `check` costs,
//! and what a save costs while `watch` runs: CPU time and peak memory, with each case in its
//! own process, all in one run. The projects are the course and a deck of 800 rows.
//!
//! `cargo bench --bench sheet`. Linux only, because both figures come from `/proc`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a benchmark runs programs, reads files and prints figures"
)]
#![allow(missing_docs, reason = "a benchmark has no readers but its own")]

#[path = "support/proc.rs"]
mod proc;
#[path = "support/random.rs"]
mod random;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use cardpress::backend::{self, Backend};
use cardpress::deck::{MediaSource, MediaType};
use cardpress::diag::Sink;
use cardpress::press::sheet;
use cardpress::world::{File, MediaFile, World};
use cardpress::{Lint, Options};
use random::Random;

const RUNS: usize = 3;

/// A project, and a change to it that a save might make.
type Project = fn() -> (World, fn(&mut World));

const PROJECTS: [(&str, Project); 2] = [("course", course), ("rows", rows)];

fn main() {
    let asked = env::args().any(|argument| argument == "--bench");
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.as_slice() {
        [stage, name] => {
            let (_, project) = PROJECTS.iter().find(|(known, _)| known == name).expect("a project");
            println!("{} {}", stage_of(stage, *project), proc::peak("self").expect("a peak") / 1024);
        }
        // `cargo test --benches` runs this binary, too.
        _ if !asked => {}
        _ => compare(),
    }
}

/// Runs one stage; returns the CPU milliseconds of the part that it measures, and how many
/// compiles that took.
fn stage_of(stage: &str, project: Project) -> String {
    let (mut world, change) = project();
    match stage {
        "fit" | "plain" => {
            let (_, made, _) = cardpress::deck(&world);
            let (deck, mut found) = (made.expect("the project is sound").deck, Sink::new());
            let (mut fit, mut plain, mut compiles) = (0, 0, 0);
            for layout in &deck.project.sheets {
                let start = cpu();
                let set = sheet::layout(&deck, layout, &*world.media_source, &mut found).expect("a sheet");
                fit += cpu() - start;
                compiles += set.compiles;
                typst::comemo::evict(0);
                let start = cpu();
                assert!(sheet::again(&deck, layout, &*world.media_source, &set), "it can be set again");
                plain += cpu() - start;
                typst::comemo::evict(0);
            }
            if stage == "fit" { format!("{fit} {compiles}") } else { format!("{plain} {}", deck.project.sheets.len()) }
        }
        "check" => {
            let start = cpu();
            assert_eq!(cardpress::check(&world, &[], &Lint::default()).compiled.artifacts.len(), 0);
            format!("{} 0", cpu() - start)
        }
        // A save, and the same save without the sheet.
        "save" | "save-others" => {
            let with_sheet = |backend: &&Backend| stage == "save" || backend.name != "sheet";
            let build = |world: &World| {
                let backends: Vec<&'static Backend> = backend::ALL.iter().filter(with_sheet).collect();
                let options = Options { backends, ..Options::default() };
                let made = cardpress::compile(world, &options).artifacts.len();
                assert!(made > 0, "the project is sound");
            };
            cardpress::press::keep_layouts();
            build(&world);
            change(&mut world);
            let start = cpu();
            build(&world);
            format!("{} 0", cpu() - start)
        }
        _ => panic!("no such stage"),
    }
}

/// CPU milliseconds of this process.
fn cpu() -> u64 {
    proc::ticks()[0] * 10
}

fn compare() {
    println!("CPU, medians of {RUNS} processes");
    for (name, _) in PROJECTS {
        let [fit, plain, check, save, others] =
            ["fit", "plain", "check", "save", "save-others"].map(|stage| median(stage, name));
        #[expect(clippy::cast_precision_loss, reason = "milliseconds")]
        let ratio = fit[0] as f64 / plain[0].max(1) as f64;
        println!("{name}:");
        println!("  plain compile  {:5} ms            {:4} MiB", plain[0], plain[2]);
        println!("  fit            {:5} ms  {ratio:.2} ×  {:4} MiB  {} compiles", fit[0], fit[2], fit[1]);
        println!("  check          {:5} ms            {:4} MiB", check[0], check[2]);
        println!("  a save         {:5} ms            {:4} MiB", save[0], save[2]);
        println!("  without sheet  {:5} ms            {:4} MiB", others[0], others[2]);
    }
}

/// CPU milliseconds, compiles and peak MiB of a stage.
fn median(stage: &str, name: &str) -> [u64; 3] {
    let this = env::current_exe().expect("a program");
    let measure = |_| {
        let output = Command::new(&this).args([stage, name]).output().expect("the stage runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let figures: Vec<u64> = text.split_whitespace().map(|figure| figure.parse().expect("a number")).collect();
        [figures[0], figures[1], figures[2]]
    };
    let mut runs: Vec<[u64; 3]> = (0..RUNS).map(measure).collect();
    runs.sort_unstable();
    runs[RUNS / 2]
}

/// The course of this repository.
fn course() -> (World, fn(&mut World)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
    let read = |path: &str| File {
        path: path.to_owned(),
        bytes: fs::read(root.join(path)).expect("the file is readable"),
    };
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(root.join(folder)).expect("the folder is readable");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name().into_string();
        let mut names: Vec<String> =
            entries.map(|entry| format!("{folder}/{}", name(entry).expect("a name"))).collect();
        names.sort();
        names
    };
    // The value of the hash does not matter here.
    let picture = |path: String| MediaFile {
        size: fs::metadata(root.join(&path)).expect("the file is there").len(),
        path,
        sha256: [0; 32],
        kind: MediaType::Svg,
    };
    let files = names("topics").iter().map(|path| read(path)).collect();
    let world = World {
        media: names("media").into_iter().map(picture).collect(),
        now: 1_767_355_200,
        media_source: Box::new(Folder(root.clone())),
        ..World::of(read("cardpress.yaml"), files)
    };
    (world, |world| replace(world, "where the target comes from", "where their target values come from"))
}

/// Eight hundred rows of three cells each, in eight topics.
fn rows() -> (World, fn(&mut World)) {
    let mut random = Random(1);
    let topic = |number: usize| {
        let mut text = format!(
            "topic: Words {number}\ntables:\n  - id: words-{number}\n    title: Words {number}\n    columns: [Word, Says, Means]\n    rows:\n"
        );
        for row in 0..100 {
            let (word, says, means) = (random.words(1), random.words(1), random.words(6));
            let _ = writeln!(text, "      - w{number}-{row}: [{word}, {says}, {means}.]");
        }
        File {
            path: format!("{number}.yaml"),
            bytes: text.into_bytes(),
        }
    };
    let manifest = "format: 1\nid: rows\ntitle: Rows\nversion: 1.0.0\ncontent: ['*.yaml']\noutputs: {sheet: {pages: 4, floor: 5.5}}\n";
    let manifest = File {
        path: "cardpress.yaml".to_owned(),
        bytes: manifest.into(),
    };
    let world = World {
        now: 1_767_355_200,
        ..World::of(manifest, (0..8).map(topic).collect())
    };
    (world, |world| replace(world, "w3-50: [", "w3-50: [new"))
}

fn replace(world: &mut World, old: &str, new: &str) {
    let file = world.files.iter_mut().find(|file| String::from_utf8_lossy(&file.bytes).contains(old));
    let file = file.expect("what is to be changed is there");
    file.bytes = String::from_utf8_lossy(&file.bytes).replacen(old, new, 1).into_bytes();
}

struct Folder(std::path::PathBuf);

impl MediaSource for Folder {
    fn open(&self, path: &str) -> io::Result<Box<dyn io::Read>> {
        Ok(Box::new(fs::File::open(self.0.join(path))?))
    }
}
