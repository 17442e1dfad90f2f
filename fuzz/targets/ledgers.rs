//! A ledger whose lines are damaged, doubled and mixed up: what is read of it says the
//! same when it is written and read again, and a build with it leaves one that stays.
#![no_main]

use std::sync::LazyLock;

use cardpress::diag::{self, Sink};
use cardpress::lock::{self, Lock};
use cardpress::source::{Source, Sources};
use cardpress::threads::Threads;
use cardpress::world::{File, World};
use cardpress::{Options, Published, backend, compare, compile, diff, printable};
use cardpress_fuzz::{PROJECT, shown, world};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;

/// The ledger that the project's build leaves, and that of a release of it a while ago.
static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let built = compile(&world(PROJECT), &packages()).lock.expect("the project builds");
    let release = Options { release: true, ..packages() };
    let released = compile(&world(PROJECT), &release).lock.expect("the project is released");
    let mut lines: Vec<String> = released.lines().map(str::to_owned).collect();
    // As a merge with a branch from before the release would leave it.
    lines.extend(built.lines().step_by(3).map(str::to_owned));
    lines.extend(
        [
            r#"{"note":"old","guid":"a,b","id":1700000000000,"mod":5,"hash":"0123456789abcdef0123456789abcdef","type":"question","deck":"Fuzz","cards":[0],"fields":["012345",null],"retired":"0.9.0","since":"0.8.0"}"#,
            r#"{"note":"renamed","guid":"e","id":1700000003072,"mod":9,"hash":"0123456789abcdef0123456789abcdef","type":"question","deck":"Fuzz","cards":[0,1],"fields":[],"since":"0.8.0","was":{"note":"named","guid":"e","id":1700000003072,"mod":5,"hash":"00000000000000000000000000000000","type":"question","deck":"Fuzz","cards":[0],"fields":[]}}"#,
            r#"{"note":"back","guid":"f","id":1700000004096,"mod":9,"hash":"0123456789abcdef0123456789abcdef","type":"question","deck":"Fuzz","cards":[0],"fields":[],"since":"0.8.0","gone":"0.9.0","next":"returns"}"#,
            r#"{"note":"left","guid":"g","id":1700000005120,"mod":9,"hash":"0123456789abcdef0123456789abcdef","type":"question","deck":"Fuzz","cards":[0],"fields":[],"since":"0.8.0","next":"leaves"}"#,
            r#"{"release":"0.9.0","date":"2020-01-01"}"#,
            r#"{"note":"older","guid":"c","id":1700000001024,"mod":5,"hash":"0123456789abcdef0123456789abcdef","type":"fact","deck":"Fuzz::Old","cards":[0,3],"cloze":["x"],"fields":[],"since":"0.8.0","gone":"0.9.0"}"#,
            r#"{"note":"guid:d","guid":"d","id":1700000002048,"mod":0,"hash":"00000000000000000000000000000000","type":"Basic","deck":"Other","cards":[],"fields":[]}"#,
            r#"{"deck":"Fuzz::Old","id":1700000000001,"since":"0.8.0"}"#,
            r#"{"media":"old.png","bytes":3,"since":"0.8.0","leaves":true}"#,
            r#"{"accepted":"vanished-id=gone","release":"0.9.0"}"#,
            r#"{"accepted":"vanished-id=left"}"#,
            "<<<<<<< ours",
            "=======",
            ">>>>>>> theirs",
        ]
        .map(str::to_owned),
    );
    lines
});

/// What stands in the place of a value: edges of what numbers, lists and texts may be.
const VALUES: [&str; 26] = [
    "0",
    "1",
    "-1",
    "1e3",
    "0.5",
    "65535",
    "65536",
    "253402300799",
    "253402300800",
    "253402300799000",
    "9223372036854775807",
    "9223372036854775808",
    "null",
    "true",
    "\"\"",
    "\"guid:\"",
    "\"a::b\"",
    "\"\\u001b\\n\"",
    "[]",
    "[0,0]",
    "[[\"a\",1]]",
    "\"leaves\"",
    "\"returns\"",
    "\"0.8.0\"",
    "\"1.0.0\"",
    "{}",
];

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = ledger(&mut Unstructured::new(bytes)) else { return };
    read_and_written(&text);
    built(text);
});

/// The lines, changed as `bytes` say.
fn ledger(bytes: &mut Unstructured<'_>) -> Result<String> {
    let mut lines = LINES.clone();
    let many = lines.len() - 3;
    // Without a marker of a conflict, most of the time.
    if bytes.ratio(7, 8)? {
        lines.truncate(many);
    }
    for _ in 0..bytes.int_in_range(0..=12)? {
        if lines.is_empty() {
            break;
        }
        let (at, other) = (bytes.choose_index(lines.len())?, bytes.choose_index(lines.len())?);
        match bytes.int_in_range(0..=9)? {
            0 => drop(lines.remove(at)),
            1 => lines.swap(at, other),
            2 => lines.insert(other, lines[at].clone()),
            3 | 4 => value(&mut lines[at], *bytes.choose(&VALUES)?, bytes)?,
            5 | 6 => {
                // A value of another line: ids and GUIDs that two things share.
                let theirs = values(&lines[other]);
                let part = if theirs.is_empty() {
                    String::new()
                } else {
                    lines[other][bytes.choose(&theirs)?.clone()].to_owned()
                };
                value(&mut lines[at], &part, bytes)?;
            }
            7 => {
                let cut = bytes.choose_index(lines[at].len() + 1)?;
                let cut = lines[at].floor_char_boundary(cut);
                lines[at].truncate(cut);
            }
            8 => {
                let place = bytes.choose_index(lines[at].len() + 1)?;
                let place = lines[at].floor_char_boundary(place);
                let text: &str = bytes.arbitrary()?;
                lines[at].insert_str(place, text.get(..40).unwrap_or(text));
            }
            _ => {
                let line = std::mem::take(&mut lines[at]);
                lines[at] = line + if bytes.arbitrary()? { "\r" } else { "," };
            }
        }
    }
    Ok(lines.join("\n") + if bytes.arbitrary()? { "\n" } else { "" })
}

/// Puts `new` in the place of one of the line's values.
fn value(line: &mut String, new: &str, bytes: &mut Unstructured<'_>) -> Result<()> {
    let values = values(line);
    if !values.is_empty() {
        line.replace_range(bytes.choose(&values)?.clone(), new);
    }
    Ok(())
}

/// Where the values of a line stand, more or less: between a colon and a comma or bracket.
fn values(line: &str) -> Vec<std::ops::Range<usize>> {
    let starts = line.match_indices("\":").map(|(at, colon)| at + colon.len());
    starts.map(|start| start..line[start..].find([',', '}']).map_or(line.len(), |length| start + length)).collect()
}

/// What is read of `text`, if it is sound.
fn read(text: &str) -> Option<Lock> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("cardpress.lock", text));
    let mut diagnostics = Sink::new();
    let lock = lock::read(file, text, &mut diagnostics);
    shown(&sources, &diagnostics);
    (!diagnostics.has_errors()).then_some(lock)
}

fn read_and_written(text: &str) {
    let Some(lock) = read(text) else { return };
    let written = lock.text();
    let again = read(&written).unwrap_or_else(|| panic!("what was written cannot be read: {written}"));
    assert_eq!(again.text(), written);
    assert_eq!(bare(again), bare(lock));
}

/// Without the places, which are others in another text.
fn bare(mut lock: Lock) -> Lock {
    lock.span = None;
    lock.notes.values_mut().for_each(|line| line.span = None);
    lock.note_types.values_mut().for_each(|line| line.span = None);
    lock
}

/// With the ledger the project is built, or told why not; a second build changes nothing.
fn built(text: String) {
    let mut project = world(PROJECT);
    project.lock = Some(File {
        path: "cardpress.lock".to_owned(),
        bytes: text.into_bytes(),
    });
    compared(&project);
    let first = compile(&project, &packages());
    shown(&first.sources, &first.diagnostics);
    if diag::has_errors(&first.diagnostics) {
        return;
    }
    let Some(new) = first.lock else { return };
    read_and_written(&new);
    project.lock = Some(File {
        path: "cardpress.lock".to_owned(),
        bytes: new.into_bytes(),
    });
    let second = compile(&project, &packages());
    shown(&second.sources, &second.diagnostics);
    assert!(!diag::has_errors(&second.diagnostics), "{:?}", second.diagnostics);
    assert_eq!(second.lock, None, "the same sources change the ledger again");
}

/// What people would see is fit for their terminal.
fn compared(project: &World) {
    let ledger = project.lock.as_ref().map(Published::Ledger);
    let fresh = world(PROJECT);
    let compared = compare(&fresh, ledger.as_ref(), Threads::ONE);
    shown(&compared.sources, &compared.diagnostics);
    let Some(release) = compared.release else { return };
    for text in [diff::human(&release), diff::markdown(&release), diff::json(&release)] {
        assert_eq!(printable::lines(&text), text);
    }
}

fn packages() -> Options {
    let backends = backend::ALL.iter().filter(|backend| backend.name == "apkg").collect();
    Options { backends, ..Options::default() }
}
