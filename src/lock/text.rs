//! The ledger as text: one JSON object per line, sorted, each below a comment with its name. So
//! changes to neighbouring notes are never on adjacent lines, and two branches that change
//! different notes merge without a conflict. If a union merge leaves two lines for one note, the
//! later change wins.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{AcceptedLine, Held, Lock, NoteLine, NoteTypeLine, release};
use crate::deck::names;
use crate::diag::{Code, Diagnostic, Sink};
use crate::source::{FileId, Span, offset};
use crate::version::Version;

/// The version of the format.
const VERSION: u32 = 1;

/// A file with this many damaged lines isn't a ledger.
const MOST: usize = 100;

const COMMENT: &str = "# What learners have, and what the next release changes: Cardpress keeps this file. \
                       Commit it with the sources; never edit it by hand.";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    cardpress_lock: u32,
    project: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReleaseLine {
    release: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeckLine {
    deck: String,
    id: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    leaves: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MediaLine {
    media: String,
    bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    leaves: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Lock {
    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{COMMENT}\n");
        let head = Head {
            cardpress_lock: VERSION,
            project: self.project.clone(),
        };
        put(&mut text, "", &head);
        for (release, date) in &self.releases {
            let line = ReleaseLine { release: release.clone(), date: date.clone() };
            put(&mut text, release, &line);
        }
        self.note_types.values().for_each(|line| put(&mut text, &line.note_type, line));
        for (name, deck) in &self.decks {
            let Held { value, since, leaves } = deck.clone();
            let line = DeckLine { deck: name.clone(), id: value, since, leaves };
            put(&mut text, name, &line);
        }
        self.notes.values().for_each(|line| put(&mut text, &line.note, line));
        for (name, file) in &self.media {
            let Held { value, since, leaves } = file.clone();
            let line = MediaLine { media: name.clone(), bytes: value, since, leaves };
            put(&mut text, name, &line);
        }
        self.accepted.iter().for_each(|line| put(&mut text, &line.accepted, line));
        text
    }
}

/// Writes a line below a comment with its name.
fn put(text: &mut String, name: &str, line: &impl Serialize) {
    if !name.is_empty() {
        text.push_str("# ");
        text.extend(name.chars().map(|c| if c.is_control() { ' ' } else { c }));
        text.push('\n');
    }
    // Structs of text and numbers always serialise.
    let _ = writeln!(text, "{}", serde_json::to_string(line).unwrap_or_default());
}

/// The versions of all releases that the ledger in `bytes` lists. Ignores everything else in it.
#[must_use]
pub fn releases(bytes: &[u8]) -> BTreeSet<String> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{\"release\":"));
    lines.filter_map(|line| serde_json::from_slice::<ReleaseLine>(line).ok()).map(|line| line.release).collect()
}

/// The latest of those releases.
#[must_use]
pub fn last_release(bytes: &[u8]) -> Option<Version> {
    releases(bytes).iter().filter_map(|release| Version::parse(release)).max()
}

/// Reads the text of `file`, and reports what it cannot read.
pub fn read(file: FileId, text: &str, diagnostics: &mut Sink) -> Lock {
    let mut reader = Reader {
        file,
        lock: Lock::default(),
        has_head: false,
        conflict: false,
        taken: BTreeMap::new(),
        diagnostics,
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        reader.line(start, line.trim_end_matches(['\n', '\r']));
        start += line.len();
    }
    release::join_doubled(&mut reader.lock);
    if !reader.has_head && !reader.conflict && !reader.diagnostics.has_errors() {
        reader.damaged(
            0,
            text.lines().next().map_or(0, str::len),
            "this ledger has no header line",
            "`cardpress_lock` is missing",
        );
    }
    reader.lock
}

struct Reader<'d> {
    file: FileId,
    lock: Lock,
    has_head: bool,
    conflict: bool,
    /// The owner of each id, by the kind of thing that has it.
    taken: BTreeMap<(&'static str, i64), String>,
    diagnostics: &'d mut Sink,
}

const CONFLICT: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

impl Reader<'_> {
    fn line(&mut self, start: usize, line: &str) {
        if line.trim().is_empty() || line.starts_with('#') {
            return;
        }
        if CONFLICT.iter().any(|marker| line.starts_with(marker)) {
            self.conflicted(start, line.len());
        } else if line.starts_with("{\"note\":") {
            self.note(start, line);
        } else if line.starts_with("{\"note_type\":") {
            self.note_type(start, line);
        } else if line.starts_with("{\"deck\":") {
            self.deck(start, line);
        } else if line.starts_with("{\"media\":") {
            if let Some(line) = self.parsed::<MediaLine>(start, line) {
                let MediaLine { media, bytes, since, leaves } = line;
                hold(&mut self.lock.media, media, Held { value: bytes, since, leaves });
            }
        } else if line.starts_with("{\"release\":") {
            let line = self.parsed::<ReleaseLine>(start, line);
            self.lock.releases.extend(line.map(|line| (line.release, line.date)));
        } else if line.starts_with("{\"accepted\":") {
            let line = self.parsed::<AcceptedLine>(start, line);
            self.lock.accepted.extend(line);
        } else if line.starts_with("{\"cardpress_lock\":") {
            self.head(start, line);
        } else {
            self.damaged(start, line.len(), "unrecognised ledger line", "Cardpress did not write this");
        }
    }

    fn head(&mut self, start: usize, line: &str) {
        let version = serde_json::from_str::<serde_json::Value>(line).ok();
        let version = version.and_then(|head| head.get("cardpress_lock")?.as_u64());
        if version.is_some_and(|version| version > u64::from(VERSION)) {
            let diagnostic = Diagnostic::error(
                Code::NEWER_LOCK,
                self.span(start, line.len()),
                "this ledger is newer than this Cardpress",
            )
            .label(format!("this Cardpress reads only version {VERSION}"))
            .help("build with the Cardpress version that wrote it, or a later one");
            self.diagnostics.push(diagnostic);
            self.has_head = true;
            return;
        }
        if let Some(head) = self.parsed::<Head>(start, line) {
            self.has_head = true;
            self.lock.span = Some(self.span(start, line.len()));
            self.lock.project = head.project;
        }
    }

    fn note(&mut self, start: usize, line: &str) {
        let Some(note) = self.parsed::<NoteLine>(start, line) else { return };
        if note.guid.is_empty() || note.note.is_empty() {
            self.damaged(start, line.len(), "this line doesn't identify a note", "its id or its GUID is missing");
            return;
        }
        let was = note.was.as_deref();
        let own = (note.id, note.r#mod);
        if !self.has_times("note", [own, was.map_or(own, |was| (was.id, was.r#mod))], start, line) {
            return;
        }
        // A merge may leave a renamed note under both of its names; the GUID stays the same.
        let again = self.taken.contains_key(&("note", note.id));
        if !self.is_own("note", note.id, &note.guid, start, line) {
            return;
        }
        // `was` must describe the same note.
        if was.is_some_and(|was| was.guid != note.guid || was.id != note.id || was.was.is_some()) {
            self.damaged(
                start,
                line.len(),
                "this note's `was` describes a different note",
                "`was` has a different `guid` or `id`",
            );
            return;
        }
        let span = Some(self.name(start, "note", &note.note));
        let note = NoteLine { span, ..note };
        if again {
            self.lock.doubled.insert(note.guid.clone());
        }
        let known = self.lock.notes.remove(&note.note);
        let note = match known {
            Some(known) if known.guid == note.guid => known.merged(note),
            Some(known) if known.r#mod >= note.r#mod => known,
            _ => note,
        };
        self.lock.notes.insert(note.note.clone(), note);
    }

    fn deck(&mut self, start: usize, text: &str) {
        let Some(line) = self.parsed::<DeckLine>(start, text) else { return };
        if !is_deck(line.id) {
            self.damaged(start, text.len(), "this deck has an impossible `id`", "its `id` is not a valid timestamp");
        // Names that are equal to Anki belong to one deck.
        } else if self.is_own("deck", line.id, &names::key(&line.deck), start, text) {
            let DeckLine { deck, id, since, leaves } = line;
            hold(&mut self.lock.decks, deck, Held { value: id, since, leaves });
        }
    }

    /// Whether each `id` and `mod` is valid: a line's own, and those that it says learners have.
    fn has_times(&mut self, kind: &str, times: [(i64, i64); 2], start: usize, text: &str) -> bool {
        let sound = times.into_iter().all(|(id, modified)| in_range(id, modified));
        if !sound {
            let message = format!("this {kind} has impossible timestamps");
            self.damaged(start, text.len(), &message, "its `id` or its `mod` is not a valid timestamp");
        }
        sound
    }

    /// Whether nothing else of this kind has the id, which is how Anki recognises it.
    fn is_own(&mut self, kind: &'static str, id: i64, name: &str, start: usize, text: &str) -> bool {
        let owner = self.taken.entry((kind, id)).or_insert_with(|| name.to_owned());
        let is_own = owner == name;
        if !is_own {
            let label = format!("`{owner}` has the `id` {id} as well");
            self.damaged(start, text.len(), &format!("two {kind}s have the same `id`"), &label);
        }
        is_own
    }

    fn note_type(&mut self, start: usize, text: &str) {
        let Some(line) = self.parsed::<NoteTypeLine>(start, text) else { return };
        let was = line.was.as_deref();
        let own = (line.id, line.r#mod);
        if !self.has_times("note type", [own, was.map_or(own, |was| (was.id, was.r#mod))], start, text) {
            return;
        }
        if !self.is_own("note type", line.id, &line.note_type, start, text) {
            return;
        }
        if was.is_some_and(|was| was.note_type != line.note_type || was.was.is_some()) {
            self.damaged(
                start,
                text.len(),
                "this note type's `was` describes a different note type",
                "`was` has a different `note_type`",
            );
            return;
        }
        let span = Some(self.name(start, "note_type", &line.note_type));
        let line = NoteTypeLine { span, ..line };
        let known = self.lock.note_types.remove(&line.note_type);
        let line = known.map_or_else(|| line.clone(), |known| known.merged(line.clone()));
        self.lock.note_types.insert(line.note_type.clone(), line);
    }

    fn parsed<T: DeserializeOwned>(&mut self, start: usize, line: &str) -> Option<T> {
        match serde_json::from_str(line) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                let at = start + line.floor_char_boundary(error.column().saturating_sub(1));
                let reason = error.to_string();
                let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
                self.damaged(at, start + line.len() - at, "this line of the ledger is damaged", reason);
                None
            }
        }
    }

    fn damaged(&mut self, start: usize, length: usize, message: &str, label: &str) {
        if self.diagnostics.len() >= MOST {
            return;
        }
        let diagnostic = Diagnostic::error(Code::DAMAGED_LOCK, self.span(start, length), message)
            .label(label)
            .help("restore the file from version control: `git checkout -- cardpress.lock`")
            .help("or delete it and recreate it from the last published package: `cardpress lock --from FILE.apkg`");
        self.diagnostics.push(diagnostic);
    }

    /// Reports only the first marker.
    fn conflicted(&mut self, start: usize, length: usize) {
        if self.conflict {
            return;
        }
        self.conflict = true;
        let diagnostic = Diagnostic::error(Code::LOCK_CONFLICT, self.span(start, length), "this ledger has a merge conflict")
            .label("git could not merge these lines")
            .help("keep the lines of both sides: delete only the lines that begin with `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>`, then build; if a note has two lines, Cardpress uses the later change")
            .help("`cardpress.lock merge=union` in .gitattributes does this for you");
        self.diagnostics.push(diagnostic);
    }

    /// The span of `"key":"value"` at the start of a line.
    fn name(&self, start: usize, key: &str, value: &str) -> Span {
        self.span(start + 1, key.len() + value.len() + 5)
    }

    fn span(&self, start: usize, length: usize) -> Span {
        Span::new(self.file, offset(start), offset(start + length))
    }
}

/// Whether `id`, a time in milliseconds, and `modified`, a time in seconds, are both before the year 10000.
pub(super) fn in_range(id: i64, modified: i64) -> bool {
    const LAST_SECOND: i64 = 253_402_300_799;
    (1..=LAST_SECOND * 1000).contains(&id) && (0..=LAST_SECOND).contains(&modified)
}

/// Whether a deck may have the id; 1 is the deck that every collection begins with.
pub(super) fn is_deck(id: i64) -> bool {
    id != 1 && in_range(id, 0)
}

/// Adds a line for a deck or a media file. If a union merge left two, whatever either branch still has stays.
fn hold<T>(all: &mut BTreeMap<String, Held<T>>, name: String, held: Held<T>) {
    let known = all.remove(&name);
    let (since, leaves) = known.map_or((None, true), |known| (known.since, known.leaves));
    let held = Held {
        value: held.value,
        since: held.since.or(since),
        leaves: held.leaves && leaves,
    };
    all.insert(name, held);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_anki_cannot_tell_apart_are_damage() {
        let head = "{\"cardpress_lock\":1,\"project\":\"case\"}\n";
        let deck = |name: &str, id: i64| format!("{{\"deck\":\"{name}\",\"id\":{id}}}\n");
        let note = |name: &str, guid: &str, id: i64| {
            format!(
                "{{\"note\":\"{name}\",\"guid\":\"{guid}\",\"id\":{id},\"mod\":1,\"hash\":\"{:032}\",\"type\":\"question\",\
                 \"deck\":\"A\",\"cards\":[0],\"fields\":[]}}\n",
                0
            )
        };
        let cases = [
            (deck("A", 5) + &deck("B", 6), None),
            // A merge may leave a line twice.
            (deck("A", 5) + &deck("A", 5), None),
            (note("a", "x", 7) + &note("b", "x", 7), None),
            (note("a", "x", 7) + &note("b", "y", 7), Some("two notes have the same `id`")),
            (deck("A", 5) + &deck("B", 5), Some("two decks have the same `id`")),
            (deck("A", 1), Some("this deck has an impossible `id`")),
            (deck("A", 0), Some("this deck has an impossible `id`")),
            (deck("A", -5), Some("this deck has an impossible `id`")),
            (deck("A", i64::MAX), Some("this deck has an impossible `id`")),
        ];
        for (lines, want) in cases {
            let mut found = Sink::new();
            read(FileId::new(0), &format!("{head}{lines}"), &mut found);
            let said: Vec<(Code, &str)> = found.iter().map(|one| (one.code, one.message.as_str())).collect();
            assert_eq!(
                said,
                want.map(|message| (Code::DAMAGED_LOCK, message)).into_iter().collect::<Vec<_>>(),
                "{lines}"
            );
        }
    }
}
