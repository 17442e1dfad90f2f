//! What the test binaries share: turning a case's text into a world, artifacts into bytes, and
//! outputs into readable text.

pub mod bounded;
pub mod python;
#[path = "../../src/markup/parse/random.rs"]
pub mod random;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::Command;

use cardpress::backend::{self, Artifact};
use cardpress::deck::{MediaSource, MediaType};
use cardpress::report::{self, Human};
use cardpress::threads::Threads;
use cardpress::world::{File, MediaFile, World};
use cardpress::{Compiled, Lint, Options};
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Reports what a passing test has seen; the test harness would hide `print!`.
pub fn tell(text: &str) {
    io::stderr().write_all(text.as_bytes()).expect("stderr is open");
}

/// Media in memory.
#[derive(Clone, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl MediaSource for Memory {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read>> {
        let bytes = self.0.get(path).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes)))
    }
}

const MANIFEST: &str = "\
format: 1
id: case
title: Case
version: 1.0.0
date: 2026-01-02
license: CC0-1.0
authors: [An author]
content: ['*.yaml']
";

/// Splits a case's text into files. `#- path` begins a file; the text before the first of these
/// lines is `case.yaml`.
pub fn files(text: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut name = "case.yaml".to_owned();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("#- ") {
            Some(path) => path.trim().clone_into(&mut name),
            None => files.entry(name.clone()).or_insert_with(String::new).push_str(line),
        }
    }
    files
}

/// The project under a heading of a page in `docs/codes`, as a case. Each code block is a file;
/// the line above names the file unless it is the only topic. `None` if the text there isn't a
/// project.
pub fn project_of_page(page: &str, heading: &str) -> Option<String> {
    let (_, rest) = page.split_once(&format!("**{heading}**\n\n"))?;
    let (mut case, mut name, mut is_code) = (String::new(), None, false);
    for line in rest.lines() {
        if let Some(language) = line.strip_prefix("```") {
            is_code = !is_code;
            if is_code && name.is_none() && language != "yaml" {
                return None;
            }
            if let Some(name) = name.take().filter(|_| is_code) {
                case.push_str(&["#- ", name, "\n"].concat());
            }
        } else if is_code {
            case.push_str(line);
            case.push('\n');
        } else if line.starts_with("**") {
            break;
        } else {
            name = line.strip_prefix('`').and_then(|line| line.strip_suffix("`:")).or(name);
        }
    }
    Some(case)
}

/// The world of a case.
pub fn world(text: &str) -> (World, Memory) {
    let mut files = files(text);
    let manifest = files.remove("cardpress.yaml").unwrap_or_else(|| MANIFEST.to_owned());
    let lock = files.remove("cardpress.lock");
    let is_asset = |path: &str| path.starts_with("note-types/") && path.contains("/_");
    let (media, sources): (BTreeMap<_, _>, BTreeMap<_, _>) = files
        .into_iter()
        .partition(|(path, _)| path.starts_with("media/") || path.starts_with("fonts/") || is_asset(path));
    let is_template = |path: &str| {
        let ends = |wanted: &str| Path::new(path).extension().is_some_and(|end| end == wanted);
        ends("css") || (path.starts_with("note-types/") && ends("html"))
    };
    let (templates, sources): (BTreeMap<_, _>, BTreeMap<_, _>) =
        sources.into_iter().partition(|(path, _)| is_template(path));
    let memory = Memory(media.into_iter().map(|(path, text)| (path, self::raw(&text))).collect());
    let file = |path: String, text: String| File { path, bytes: text.into_bytes() };
    let files = sources.into_iter().map(|(path, text)| file(path, text)).collect();
    let within = |folder: &str| {
        let files = memory.0.iter().filter(|(path, _)| path.starts_with(folder));
        files.map(|(path, bytes)| media_file(path, bytes)).collect()
    };
    let world = World {
        media: within("media/"),
        fonts: within("fonts/"),
        templates: templates.into_iter().map(|(path, text)| file(path, text)).collect(),
        assets: within("note-types/"),
        lock: lock.map(|text| self::lock(&text)),
        now: NOW,
        media_source: Box::new(memory.clone()),
        ..World::of(file("cardpress.yaml".to_owned(), manifest), files)
    };
    (world, memory)
}

/// A file's bytes: `⟨0D 0A⟩` stands for bytes that editors would not preserve. A text that
/// begins with `⟨tests/…⟩` stands for that file of the repository. Anything else in such
/// brackets stays as it is.
pub fn raw(text: &str) -> Vec<u8> {
    let named =
        text.strip_prefix('⟨').and_then(|rest| rest.split_once('⟩')).filter(|(path, _)| path.starts_with("tests/"));
    if let Some((path, _)) = named {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        return std::fs::read(&path).unwrap_or_default();
    }
    let mut bytes = Vec::new();
    let mut parts = text.split('⟨');
    bytes.extend(parts.next().unwrap_or("").as_bytes());
    for part in parts {
        let hex = |inner: &str| -> Option<Vec<u8>> {
            inner.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).ok()).collect()
        };
        match part.split_once('⟩').and_then(|(inner, rest)| Some((hex(inner)?, rest))) {
            Some((decoded, rest)) => {
                bytes.extend(decoded);
                bytes.extend(rest.as_bytes());
            }
            None => bytes.extend(format!("⟨{part}").as_bytes()),
        }
    }
    bytes
}

fn media_file(path: &str, bytes: &[u8]) -> MediaFile {
    MediaFile {
        path: path.to_owned(),
        size: bytes.len() as u64,
        kind: MediaType::of(bytes),
        sha256: Sha256::digest(bytes).into(),
    }
}

/// The time when cases are built: noon on 2026-01-02.
const NOW: i64 = 1_767_355_200;

/// The ledger as a file.
pub fn lock(text: &str) -> File {
    File {
        path: "cardpress.lock".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }
}

/// Compiles with every backend.
pub fn compile(world: &World) -> Compiled {
    compile_with(world, false)
}

/// Compiles with every backend. If `locked`, the ledger must not change.
pub fn compile_with(world: &World, locked: bool) -> Compiled {
    compile_for(world, backend::ALL, locked)
}

/// Compiles with `backends`. If `locked`, the ledger must not change.
pub fn compile_for(world: &World, backends: &'static [backend::Backend], locked: bool) -> Compiled {
    let options = Options {
        backends: backends.iter().collect(),
        locked,
        ..Options::default()
    };
    cardpress::compile(world, &options)
}

/// Compiles a release with every backend.
pub fn release(world: &World) -> Compiled {
    let backends = backend::ALL.iter().collect();
    cardpress::compile(world, &Options { backends, release: true, ..Options::default() })
}

/// What a world gives on this many threads: the report of a build, the report of a check, the
/// ledger, and the bytes of all outputs except sheets, which are made from the same deck.
pub fn outcome(world: &World, media: &Memory, threads: usize) -> (String, String, Option<String>, Outputs) {
    let threads = Threads::new(NonZero::new(threads).expect("some threads"));
    let options = Options {
        backends: backend::ALL.iter().filter(|backend| backend.name != "sheet").collect(),
        threads,
        ..Options::default()
    };
    let compiled = cardpress::compile(world, &options);
    let lint = Lint { threads, ..Lint::default() };
    let checked = cardpress::check(world, &[], &lint).compiled;
    let said = |compiled: &Compiled| report::human(&compiled.sources, &compiled.diagnostics, Human::default());
    let outputs = compiled.artifacts.iter().map(|(_, artifact)| (artifact.path.clone(), bytes(artifact, media)));
    let outputs = outputs.collect();
    (said(&compiled), said(&checked), compiled.lock, outputs)
}

/// Bytes by path.
pub type Outputs = BTreeMap<String, Vec<u8>>;

/// Checks that a world gives the same results on any number of threads.
pub fn assert_alike_on_all_threads(world: &World, media: &Memory) {
    let alone = outcome(world, media, 1);
    for threads in [2, 8] {
        let together = outcome(world, media, threads);
        assert_eq!(alone.0, together.0, "a build reports other things on {threads} threads");
        assert_eq!(alone.1, together.1, "a check reports other things on {threads} threads");
        assert_eq!(alone.2, together.2, "the ledger is another on {threads} threads");
        assert!(alone.3 == together.3, "outputs are others on {threads} threads");
    }
}

/// The bytes of an artifact.
pub fn bytes(artifact: &Artifact, media: &Memory) -> Vec<u8> {
    let mut sink = Cursor::new(Vec::new());
    let open = |path: &str| media.read(path).map(Cursor::new);
    artifact.content.write(&mut sink, open).expect("artifacts are written to memory");
    sink.into_inner()
}

/// An artifact as text: text files as they are; packages and PDFs through readers that share no
/// code with the writers.
pub fn readable(path: &str, bytes: &[u8]) -> String {
    match Path::new(path).extension().and_then(|extension| extension.to_str()) {
        Some("apkg") => python("read_apkg.py", &unpacked(bytes), "apkg"),
        Some("pdf") => format!("{} bytes of PDF\n", if bytes.starts_with(b"%PDF-") { "some" } else { "no" }),
        _ if path.starts_with("handout/media/") => format!("{} bytes\n", bytes.len()),
        _ => String::from_utf8(bytes.to_vec()).expect("text outputs are UTF-8"),
    }
}

/// A modern package with its Zstandard frames decompressed, which Python cannot do; other
/// packages as they are.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut package = ZipArchive::new(Cursor::new(bytes)).expect("a package is an archive");
    if package.index_for_name("collection.anki21b").is_none() {
        return bytes.to_vec();
    }
    let mut plain = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..package.len() {
        let mut entry = package.by_index(index).expect("its files are readable");
        let name = entry.name().expect("names are UTF-8").into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its files are readable");
        if name != "meta" {
            content = zstd::decode_all(&*content).expect("all but `meta` are Zstandard frames");
        }
        let options = SimpleFileOptions::default()
            .compression_method(entry.compression())
            .last_modified_time(entry.last_modified().expect("entries have a date"))
            .unix_permissions(entry.unix_mode().expect("entries have a mode") & 0o777);
        plain.start_file(name, options).expect("memory is written");
        plain.write_all(&content).expect("memory is written");
    }
    plain.finish().expect("memory is written").into_inner()
}

/// Runs a script from `tests/anki` on a file that contains `bytes`.
fn python(script: &str, bytes: &[u8], extension: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join(format!("case.{extension}"));
    std::fs::write(&file, bytes).expect("the temporary file is written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/anki").join(script);
    let mut python = Command::new("python3");
    let output = bounded::output(python.arg(script).arg(&file)).expect("python3 is installed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}
