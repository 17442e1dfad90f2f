//! Releases: the ledger as the last one left it, as the next one will leave it, and what git knows
//! of a release that the file has lost.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{AcceptedLine, Held, Lock, Next, NoteLine, NoteTypeLine};
use crate::version;

impl Lock {
    /// The version of the last release; `None` before the first.
    #[must_use]
    pub fn last_release(&self) -> Option<&str> {
        latest(self.releases.keys().map(String::as_str))
    }

    /// What learners have: the ledger as the last release left it.
    #[must_use]
    pub fn released(&self) -> Cow<'_, Lock> {
        if self.is_released() {
            return Cow::Borrowed(self);
        }
        let notes = self.notes.values().filter_map(NoteLine::released);
        let note_types = self.note_types.values().filter_map(NoteTypeLine::released);
        Cow::Owned(Lock {
            project: self.project.clone(),
            releases: self.releases.clone(),
            next: self.next.clone(),
            notes: notes.map(|line| (line.note.clone(), line)).collect(),
            note_types: note_types.map(|line| (line.note_type.clone(), line)).collect(),
            decks: released(&self.decks),
            media: released(&self.media),
            accepted: self.accepted.iter().filter(|line| line.release.is_some()).cloned().collect(),
            doubled: BTreeSet::new(),
            span: self.span,
        })
    }

    /// Whether nothing changed since the last release.
    #[must_use]
    pub fn is_released(&self) -> bool {
        let held = |since: &Option<String>, leaves: bool| since.is_some() && !leaves;
        self.notes.values().all(|line| line.since.is_some() && line.was.is_none() && line.next.is_none())
            && self.note_types.values().all(|line| line.since.is_some() && line.was.is_none())
            && self.decks.values().all(|deck| held(&deck.since, deck.leaves))
            && self.media.values().all(|file| held(&file.since, file.leaves))
            && self.accepted.iter().all(|line| line.release.is_some())
    }

    /// Marks everything as released in `version`, dated `date`.
    pub fn release(&mut self, version: &str, date: Option<&str>) {
        let since = |since: &mut Option<String>| {
            since.get_or_insert_with(|| version.to_owned());
        };
        for line in self.notes.values_mut() {
            since(&mut line.since);
            line.was = None;
            match line.next.take() {
                Some(Next::Leaves) => line.gone = Some(version.to_owned()),
                Some(Next::Returns) => line.gone = None,
                None => {}
            }
        }
        for line in self.note_types.values_mut() {
            since(&mut line.since);
            line.was = None;
        }
        self.decks.retain(|_, deck| !deck.leaves);
        self.media.retain(|_, file| !file.leaves);
        self.decks.values_mut().for_each(|deck| since(&mut deck.since));
        self.media.values_mut().for_each(|file| since(&mut file.since));
        let accepted = std::mem::take(&mut self.accepted).into_iter();
        let named = |line: AcceptedLine| AcceptedLine {
            release: line.release.or_else(|| Some(version.to_owned())),
            ..line
        };
        self.accepted = accepted.map(named).collect();
        self.releases.insert(version.to_owned(), date.map(str::to_owned));
    }

    /// This ledger, plus what `published` says that learners have: version control may have
    /// reverted this file, but not learners' collections.
    #[must_use]
    pub fn with_published(mut self, published: &Lock) -> Lock {
        let published = published.released();
        self.releases.extend(published.releases.iter().map(|(version, date)| (version.clone(), date.clone())));
        self.accepted.extend(published.accepted.iter().cloned());
        let by_guid: BTreeMap<&str, &NoteLine> =
            published.notes.values().map(|line| (line.guid.as_str(), line)).collect();
        let mut known = BTreeSet::new();
        for line in self.notes.values_mut() {
            if let Some(theirs) = by_guid.get(line.guid.as_str()) {
                line.publish(theirs);
                known.insert(theirs.guid.as_str());
            }
        }
        // A different note may have the key now. That note was never released, because two notes in
        // a release never share a key.
        let missing = published.notes.values().filter(|theirs| !known.contains(theirs.guid.as_str()));
        self.notes.extend(missing.map(|theirs| (theirs.note.clone(), theirs.clone())));
        for theirs in published.note_types.values() {
            match self.note_types.get_mut(&theirs.note_type) {
                Some(line) => line.publish(theirs),
                None => {
                    self.note_types.insert(theirs.note_type.clone(), theirs.clone());
                }
            }
        }
        publish(&mut self.decks, &published.decks);
        publish(&mut self.media, &published.media);
        self
    }
}

/// If a note has lines under several ids, gives each of them what all of them know.
pub(super) fn join_doubled(lock: &mut Lock) {
    let mut joined: BTreeMap<String, NoteLine> = BTreeMap::new();
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for line in lock.notes.values().filter(|line| lock.doubled.contains(&line.guid)) {
        *lines.entry(&line.guid).or_default() += 1;
        let known = joined.remove(&line.guid);
        let whole = known.map_or_else(|| line.clone(), |known| known.merged(line.clone()));
        joined.insert(line.guid.clone(), whole);
    }
    // By now two lines under one id have become one, and a later line for a different note may have
    // replaced one.
    lock.doubled.retain(|guid| lines.get(guid.as_str()).is_some_and(|number| *number > 1));
    joined.retain(|guid, _| lock.doubled.contains(guid));
    for (key, line) in &mut lock.notes {
        let Some(whole) = joined.get(&line.guid) else { continue };
        let own = NoteLine {
            note: key.clone(),
            shown: Some(whole.shown()).filter(|shown| shown != key).map(str::to_owned),
            span: line.span,
            ..whole.clone()
        };
        *line = own.after(whole.released());
    }
}

/// The difference between a build and the last release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// The version in the manifest.
    pub version: String,
    /// The version of the last release; `None` before the first.
    pub since: Option<String>,
    /// How many notes aren't in any release yet, or have come back.
    pub new: usize,
    /// How many of the notes that learners have are different now.
    pub changed: usize,
    /// How many notes the next release retires.
    pub retired: usize,
    /// How many notes learners have that the build doesn't.
    pub left: usize,
    /// Whether nothing at all has changed, including note types, decks and media.
    pub is_released: bool,
}

impl Standing {
    pub(crate) fn of(lock: &Lock, version: &str) -> Self {
        let mut standing = Self {
            version: version.to_owned(),
            is_released: lock.is_released(),
            since: lock.last_release().map(str::to_owned),
            ..Self::default()
        };
        for line in lock.notes.values() {
            let retired = |was: &NoteLine| line.retired.is_some() && line.retired != was.retired;
            match (line.next, &line.was) {
                (Some(Next::Leaves), _) => standing.left += 1,
                (Some(Next::Returns), _) => standing.new += 1,
                (None, _) if line.since.is_none() => standing.new += 1,
                (None, Some(was)) if retired(was) => standing.retired += 1,
                (None, Some(_)) => standing.changed += 1,
                (None, None) => {}
            }
        }
        standing
    }
}

/// The latest of `versions`; compares those that aren't valid versions as text.
fn latest<'v>(versions: impl Iterator<Item = &'v str>) -> Option<&'v str> {
    versions.max_by(|one, other| version::compare(one, other).unwrap_or_else(|| one.cmp(other)))
}

fn released<T: Clone>(held: &BTreeMap<String, Held<T>>) -> BTreeMap<String, Held<T>> {
    let of_release = held.iter().filter(|(_, held)| held.since.is_some());
    of_release.map(|(name, held)| (name.clone(), Held { leaves: false, ..held.clone() })).collect()
}

/// Copies from `published` since which release learners have each deck or file.
fn publish<T: Clone>(own: &mut BTreeMap<String, Held<T>>, published: &BTreeMap<String, Held<T>>) {
    for (name, theirs) in published {
        match own.get_mut(name) {
            Some(held) => held.since.clone_from(&theirs.since),
            None => {
                own.insert(name.clone(), theirs.clone());
            }
        }
    }
}

impl NoteLine {
    /// The line as the last release left it; `None` if no release had the note.
    #[must_use]
    pub fn released(&self) -> Option<NoteLine> {
        self.since.as_ref()?;
        Some(NoteLine {
            since: self.since.clone(),
            gone: self.gone.clone(),
            next: None,
            was: None,
            span: self.span,
            ..self.was.as_deref().unwrap_or(self).clone()
        })
    }

    /// Whether Anki stores the same for both, and the author uses the same id.
    #[must_use]
    pub fn is_same(&self, other: &NoteLine) -> bool {
        let key = |line: &NoteLine| (line.r#mod, line.hash);
        key(self) == key(other)
            && (&self.note, &self.note_type, &self.deck) == (&other.note, &other.note_type, &other.deck)
            && self.shown == other.shown
            && (&self.cards, &self.cloze, &self.fields) == (&other.cards, &other.cloze, &other.fields)
            && self.retired == other.retired
    }

    /// Whether the line says the same as `other`, wherever the two are in the file.
    #[must_use]
    pub fn says(&self, other: &NoteLine) -> bool {
        let was = match (&self.was, &other.was) {
            (None, None) => true,
            (Some(one), Some(other)) => one.is_same(other),
            _ => false,
        };
        was && self.is_same(other)
            && (&self.guid, self.id) == (&other.guid, other.id)
            && (&self.since, &self.gone, self.next) == (&other.since, &other.gone, other.next)
    }

    /// Records that learners have `before`, if the line differs from it.
    pub(super) fn after(mut self, before: Option<NoteLine>) -> NoteLine {
        self.was = before
            .filter(|before| !self.is_same(before))
            .map(|before| Box::new(NoteLine { since: None, gone: None, span: None, ..before }));
        self
    }

    /// Takes over what learners have from a release's line.
    fn publish(&mut self, theirs: &NoteLine) {
        let older = |own: &NoteLine| own.since.is_none() || own.released().is_none_or(|own| own.r#mod <= theirs.r#mod);
        if !older(self) {
            return;
        }
        let live = self.is_live();
        let own = std::mem::replace(self, theirs.clone());
        *self = NoteLine {
            since: theirs.since.clone(),
            gone: theirs.gone.clone(),
            next: match (live, theirs.gone.is_some()) {
                (true, true) => Some(Next::Returns),
                (false, false) => Some(Next::Leaves),
                _ => None,
            },
            ..own
        }
        .after(Some(theirs.clone()));
    }

    /// Merges two lines that version control left for one note: takes the later build, and the
    /// later of what learners have.
    #[must_use]
    pub fn merged(self, other: NoteLine) -> NoteLine {
        let (first, second) = if other.r#mod > self.r#mod { (other, self) } else { (self, other) };
        let released = [first.released(), second.released()].into_iter().flatten();
        let age = |line: &NoteLine| (line.r#mod, line.gone.is_some());
        let released = released.reduce(|one, other| if age(&other) > age(&one) { other } else { one });
        let since = earliest(first.since.clone(), second.since.clone());
        let gone = released.as_ref().and_then(|line| line.gone.clone());
        let next = first.next.filter(|next| (*next == Next::Leaves) == gone.is_none());
        NoteLine { since, gone, next, ..first }.after(released)
    }
}

/// The earlier of two releases.
fn earliest(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) if version::compare(&other, &one) == Some(Ordering::Less) => Some(other),
        (one, other) => one.or(other),
    }
}

impl NoteTypeLine {
    /// The line as the last release left it; `None` if no release had the note type.
    #[must_use]
    pub fn released(&self) -> Option<NoteTypeLine> {
        self.since.as_ref()?;
        Some(NoteTypeLine {
            since: self.since.clone(),
            was: None,
            span: self.span,
            ..self.was.as_deref().unwrap_or(self).clone()
        })
    }

    fn is_same(&self, other: &NoteTypeLine) -> bool {
        (self.id, self.r#mod, self.hash) == (other.id, other.r#mod, other.hash)
    }

    /// Records that learners have `before`, if the line differs from it.
    pub(super) fn after(mut self, before: Option<NoteTypeLine>) -> NoteTypeLine {
        self.was = before
            .filter(|before| !self.is_same(before))
            .map(|before| Box::new(NoteTypeLine { since: None, span: None, ..before }));
        self
    }

    /// Takes over what learners have from a release's line.
    fn publish(&mut self, theirs: &NoteTypeLine) {
        if self.released().is_some_and(|own| own.r#mod > theirs.r#mod) {
            return;
        }
        let own = std::mem::replace(self, theirs.clone());
        *self = NoteTypeLine { since: theirs.since.clone(), ..own }.after(Some(theirs.clone()));
    }

    /// Merges two lines that version control left for one note type.
    #[must_use]
    pub fn merged(self, other: NoteTypeLine) -> NoteTypeLine {
        let (first, second) = if other.r#mod > self.r#mod { (other, self) } else { (self, other) };
        let released = [first.released(), second.released()].into_iter().flatten();
        let released = released.reduce(|one, other| if other.r#mod > one.r#mod { other } else { one });
        let since = earliest(first.since.clone(), second.since.clone());
        NoteTypeLine { since, ..first }.after(released)
    }
}
