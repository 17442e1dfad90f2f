//! `check` on 100,000 questions against reading the file and parsing its YAML alone:
//! CPU time and peak memory, each stage in processes of its own, in one run.
//!
//! `cargo bench --bench check [-- NUMBER]`. Linux only: `/proc` tells both figures.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark runs programs, reads files and prints figures"
)]
#![allow(missing_docs, reason = "a benchmark has no readers but its own")]

#[path = "support/random.rs"]
mod random;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use cardpress::deck::MediaSource;
use cardpress::source::{Source, Sources};
use cardpress::threads::Threads;
use cardpress::world::{File, World};
use cardpress::{Lint, Options, yaml};
use random::Random;

/// The stages, from the floor up; each does what those before it do.
const STAGES: [(&str, Stage); 3] = [("parse", parse), ("compile", compile), ("check", check)];
const RUNS: usize = 5;

/// Gets the bytes of a file.
type Stage = fn(Vec<u8>);

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.as_slice() {
        [stage, path] => run(stage, path),
        [number] => compare(number.parse().expect("how many questions")),
        _ => compare(100_000),
    }
}

/// What a process of one stage does; it prints its CPU time in ticks and its peak in KiB.
fn run(stage: &str, path: &str) {
    let (_, work) = STAGES.iter().find(|(name, _)| *name == stage).expect("a stage");
    work(fs::read(path).expect("the file is readable"));
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    let ticks: u64 = [11, 12].iter().map(|at| fields[*at].parse::<u64>().expect("a number")).sum();
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    println!("{ticks} {}", peak.trim().trim_end_matches(" kB"));
}

fn parse(bytes: Vec<u8>) {
    let text = String::from_utf8(bytes).expect("the file is text");
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.yaml", ""));
    assert!(yaml::parse(file, &text, &mut Vec::new()).root().is_some());
}

fn compile(bytes: Vec<u8>) {
    let options = Options {
        backends: Vec::new(),
        named: false,
        accept: Vec::new(),
        locked: false,
        threads: Threads::ONE,
    };
    let compiled = cardpress::compile(&world(bytes), &options);
    assert!(compiled.diagnostics.is_empty() && compiled.notes > 0);
}

fn check(bytes: Vec<u8>) {
    let checked = cardpress::check(&world(bytes), &[], &Lint::default());
    assert!(checked.findings.iter().any(|finding| finding.starts_with("interference")));
}

fn world(bytes: Vec<u8>) -> World {
    let file = |path: &str, bytes: Vec<u8>| File { path: path.to_owned(), bytes };
    let manifest = "format: 1\nid: bench\ntitle: Bench\nversion: 1.0.0\ncontent: ['*.yaml']\n";
    World {
        manifest: file("cardpress.yaml", manifest.into()),
        files: vec![file("a.yaml", bytes)],
        strays: Vec::new(),
        closed: Vec::new(),
        media: Vec::new(),
        fonts: Vec::new(),
        lock: None,
        now: 1_767_355_200,
        media_source: Box::new(Nowhere),
    }
}

struct Nowhere;

impl MediaSource for Nowhere {
    fn open(&self, _: &str) -> io::Result<Box<dyn io::Read>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn compare(number: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.yaml");
    let text = deck(number);
    fs::write(&path, &text).expect("the file is written");
    println!("{number} questions, {:.1} MB; medians of {RUNS} processes", text.len() as f64 / 1e6);
    let measured: Vec<(f64, f64)> = STAGES.iter().map(|(stage, _)| median(stage, &path)).collect();
    for ((stage, _), (seconds, mib)) in STAGES.iter().zip(&measured) {
        let (time, memory) = (seconds / measured[0].0, mib / measured[0].1);
        println!("{stage:8} {seconds:7.2} s  {time:6.2} ×   {mib:7.0} MiB  {memory:6.2} ×");
    }
}

/// CPU seconds and peak MiB of a stage.
fn median(stage: &str, path: &Path) -> (f64, f64) {
    let this = env::current_exe().expect("a program");
    let measure = |_| {
        let output = Command::new(&this).arg(stage).arg(path).output().expect("the stage runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (ticks, peak) = text.trim().split_once(' ').expect("two figures");
        // The kernel's unit of CPU time for programs has long been a hundredth of a second.
        (ticks.parse::<f64>().expect("a number") / 100.0, peak.parse::<f64>().expect("a number") / 1024.0)
    };
    let mut runs: Vec<(f64, f64)> = (0..RUNS).map(measure).collect();
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    runs[RUNS / 2]
}

/// Questions of some 20 words with answers of some 60, every hundredth of them much
/// like an earlier one.
fn deck(number: usize) -> String {
    let mut random = Random(1);
    let mut text = "topic: Theory\nquestions:\n".to_owned();
    let mut asked = Vec::new();
    for at in 0..number {
        let ask = if at % 100 == 99 { format!("Now {}", asked[random.below(asked.len())]) } else { random.words(20) };
        let (first, second) = (random.words(30), random.words(30));
        let _ = write!(
            text,
            "  - id: q-{at}\n    ask: What is {ask}?\n    answer: |\n      It is **{first}**, $x_{{{at}}}^2$.\n\n      \
             And {second}.\n    tags: [t{}]\n    references: [{{title: A book, year: 2020}}]\n",
            at % 50
        );
        asked.push(ask);
    }
    text
}
