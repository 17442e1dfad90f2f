//! What `check --fix` may do with any input: it changes only the places that it names, it fixes
//! what it says it fixes, and nothing that was right before is wrong afterwards.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests read files and watch the clock; the harness decides their signatures"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "each test binary uses its part of `support`")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cardpress::diag::{Code, Diagnostic, Fix, STAGES};
use cardpress::fix::{self, Fixed};
use cardpress::world::World;
use cardpress::{Compiled, Options};
use support::random::Random;

fn compile(world: &World) -> Compiled {
    let options = Options::default();
    cardpress::compile(world, &options)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn paths(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(folder)).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the entry is readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    paths
}

/// Every available input, by name.
fn inputs() -> Vec<(String, String)> {
    let folders = ["tests/cases/ok", "tests/cases/err", "tests/cases/lint", "tests/mistakes", "content/topics"];
    let mut found: Vec<(String, String)> = Vec::new();
    for path in folders.into_iter().flat_map(paths) {
        let text = std::fs::read_to_string(&path).expect("cases are text");
        let marks = |line: &&str| !line.starts_with("#~");
        found.push((path.display().to_string(), text.split_inclusive('\n').filter(marks).collect()));
    }
    for (code, page) in Code::all().map(|code| (code.name(), code.page())) {
        let projects = ["Before", "After"].into_iter().filter_map(|heading| support::project_of_page(page, heading));
        found.extend(projects.map(|project| (format!("{code}.md"), project)));
    }
    found
}

/// Fixes the project in `text`, compares the outcome with what we promise, and returns the
/// broken promises.
fn broken_promises(text: &str) -> Vec<String> {
    let (mut world, _) = support::world(text);
    let before = compile(&world);
    let outcome = fix::all(&mut world);
    let mut wrong: Vec<String> = outcome.failed.iter().map(|failed| failed.message.clone()).collect();
    // Once the manifest is fixed, other files may be read.
    let manifest = outcome.fixed.iter().any(|fixed| fixed.path == "cardpress.yaml");
    let proposed: Vec<&Fix> = before.diagnostics.iter().filter_map(Diagnostic::certain_fix).collect();
    for fixed in &outcome.fixed {
        let asked =
            manifest || fixed.passes.first().is_some_and(|edits| edits.iter().all(|edit| proposed.contains(&edit)));
        wrong.extend((!asked).then(|| format!("{}: an edit that nobody proposed", fixed.path)));
        wrong.extend(other_bytes(fixed));
    }
    if !manifest {
        wrong.extend(new_faults(&outcome.fixed, &before, &compile(&world)));
    }
    let again = fix::all(&mut world);
    wrong.extend(again.fixed.iter().map(|fixed| format!("{} is mended again: {:?}", fixed.path, fixed.codes)));
    wrong
}

/// Checks that the edits, made one by one, are the only difference.
fn other_bytes(fixed: &Fixed) -> Option<String> {
    let mut bytes = fixed.before.clone();
    for pass in &fixed.passes {
        let mut end = usize::MAX;
        for edit in pass.iter().rev() {
            let place = edit.span.start as usize..edit.span.end as usize;
            if place.end > end || place.end > bytes.len() {
                return Some(format!("two edits of {} touch", fixed.path));
            }
            end = place.start;
            bytes.splice(place, edit.text.bytes());
        }
    }
    (bytes != fixed.after).then(|| format!("{}: other bytes changed", fixed.path))
}

/// What is wrong afterwards but was not before, unless a fixed mistake had hidden it.
fn new_faults(fixed: &[Fixed], before: &Compiled, after: &Compiled) -> Vec<String> {
    let stage = |code: &str| {
        STAGES.iter().position(|stage| stage.codes.iter().any(|(known, _)| known.name() == code)).unwrap_or(0)
    };
    // Mistakes in Files, YAML and Shape hide those of later stages, and YAML mistakes hide each other.
    let mended = fixed.iter().flat_map(|file| file.codes.keys()).map(|code| stage(code.name())).min();
    let is_broken = before.diagnostics.iter().any(|diagnostic| stage(diagnostic.code.name()) == 1);
    let mends = |code: &str| fixed.iter().any(|file| file.codes.keys().any(|known| known.name() == code));
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for diagnostic in &before.diagnostics {
        *known.entry((diagnostic.code.name(), &diagnostic.message)).or_default() += 1;
    }
    let mut wrong = Vec::new();
    for diagnostic in &after.diagnostics {
        match known.get_mut(&(diagnostic.code.name(), &*diagnostic.message)).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            // After a syntax error, each section is read by itself, so none counts as a duplicate.
            None if diagnostic.code.name() == "duplicate-key" => {}
            // Nobody looked inside text that wasn't a formula yet, or at a file under a different name.
            None if ["bad-formula", "unclosed-math"].contains(&diagnostic.code.name()) && mends("math-delimiters") => {}
            None if diagnostic.code.name() == "bad-media" && mends("missing-media") => {}
            // Which mistake of a broken item is reported depends on its keys.
            None if diagnostic.code.name() == "indentation" && mends("unknown-key") && is_broken => {}
            None if mends("folded-text") && stage(diagnostic.code.name()) >= 4 => {}
            None if diagnostic.code.name() == "unknown-key" || mended.is_some_and(|mended| mended < 3) => {
                let hidden = mended.is_some_and(|mended| mended < 2 || stage(diagnostic.code.name()) >= 2);
                wrong.extend((!hidden).then(|| format!("new: {}: {}", diagnostic.code.name(), diagnostic.message)));
            }
            None => wrong.push(format!("new: {}: {}", diagnostic.code.name(), diagnostic.message)),
        }
    }
    wrong
}

#[test]
fn fixes_keep_their_promises_on_every_input_at_hand() {
    let mut wrong = String::new();
    for (name, text) in inputs() {
        for promise in broken_promises(&text) {
            writeln!(wrong, "{name}: {promise}").expect("memory is written");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Texts that once crashed the compiler, or for which a fix broke its promise.
const ONCE_WRONG: [&str; 4] = [
    "topic: A\nprose:\n  - id: a\n    title: A\n    text: \"b\n      c\"d:    \n",
    "topic: A\ntables:\n  - id: a\n    title: A\n    columns: [B, C]\n    rows::\n      [D, 12]\n",
    "topic: A\nquestions:\n  - id: a\n    ask: B?\n    answer: 1.\n",
    "topic: A\nquestions:\n  - id: a\n    shjrt: b\n    answer: |\nn - id: c\n    short: d\n",
];

#[test]
fn fixes_keep_their_promises_where_they_once_did_not() {
    for text in ONCE_WRONG {
        assert_eq!(broken_promises(text), Vec::<String>::new(), "{text}");
    }
}

/// Common typos of authors, and characters that confuse parsers.
const SLIPS: [&str; 40] = [
    "", " ", "  ", "\t", "\n", ":", ": ", "：", "=", "-", "- ", "#", " #", "'", "\"", "“", "”", "|", ">", "[", "]",
    "{", "}", "{{", "}}", "[[", "]]", "$", "$$", "`", "*", "&", "!", "%", "\\", "ü", "\u{a0}", "3", "true", "\r",
];

/// `text` with a few slips: characters inserted, deleted or replaced, and lines that are
/// indented differently or repeated.
fn slipped(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let at = boundary(random.below(text.len() + 1));
        let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        match random.below(6) {
            0 | 1 => text.insert_str(at, SLIPS[random.below(SLIPS.len())]),
            2 => {
                let to = boundary((at + 1 + random.below(3)).min(text.len()));
                text.replace_range(at..to.max(at), "");
            }
            3 => text.insert_str(line, ["  ", "    ", "\t", " "][random.below(4)]),
            4 => {
                let spaces = text[line..end].len() - text[line..end].trim_start_matches(' ').len();
                text.replace_range(line..line + spaces.min(1 + random.below(4)), "");
            }
            _ => {
                let copy = format!("{}\n", &text[line..end]);
                text.insert_str(line, &copy);
            }
        }
    }
    text
}

/// `CARDPRESS_SLIPS=100000` tries more than the second or two of a normal run allows.
#[test]
fn fixes_keep_their_promises_whatever_an_author_slips_on() {
    let inputs: Vec<(String, String)> = inputs().into_iter().filter(|(_, text)| text.len() < 4000).collect();
    let wanted = std::env::var("CARDPRESS_SLIPS").ok().and_then(|number| number.parse().ok());
    let (number, time) = wanted.map_or((6000, 20), |number| (number, 36_000));
    let begun = Instant::now();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut wrong, mut tried) = (String::new(), 0);
    for round in 0..number {
        // A slow machine tries fewer of them, in the same order.
        if begun.elapsed() > Duration::from_secs(time) || wrong.len() > 20_000 {
            break;
        }
        let (name, text) = &inputs[round % inputs.len()];
        let slip = slipped(text, &mut random);
        tried += 1;
        for promise in broken_promises(&slip) {
            writeln!(wrong, "== {name}, round {round}: {promise}\n{slip}").expect("memory is written");
        }
    }
    assert!(wrong.is_empty(), "{tried} tried\n{wrong}");
}
