"""A learner: a collection in the real Anki, what a learner does with it, and what a release must not cost.

Anki stamps changes with the machine's clock, and `mod` decides whether an update
arrives. Stories that take months must run in seconds, so a learner has its own
`clock`, in seconds since 1970 and years behind the machine's, and we move whatever
Anki has just stamped to that time. This works with every Anki since 2.1.54.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections import namedtuple
from pathlib import Path

import anki.collection
import anki.lang
from anki.buildinfo import version as ANKI_VERSION
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer

RATINGS = {
    "again": CardAnswer.AGAIN,
    "hard": CardAnswer.HARD,
    "good": CardAnswer.GOOD,
    "easy": CardAnswer.EASY,
}
WHEN = {"if newer": 0, "always": 1, "never": 2}
# Until 25.02, a note updated by an import got the time of the import; since then, it gets the package's.
STAMPS_UPDATES = tuple(map(int, ANKI_VERSION.split("."))) < (25, 2)
# A stamp this close to the machine's clock comes from Anki, not from a release.
RECENT = 3600

Note = namedtuple("Note", "type mod fields tags")
Card = namedtuple("Card", "deck type queue due ivl factor reps lapses left odue home flags data")
NoteType = namedtuple("NoteType", "name mod css fields templates")
State = namedtuple("State", "notes doubled cards reviews note_types decks schema_time media")
Log = namedtuple("Log", "new updated duplicate conflicting")

anki.lang.set_lang("en")


class Learner:
    """A fresh collection in a temporary folder, for a learner whose time is `clock`."""

    def __init__(self, clock):
        self.clock = clock
        self.folder = Path(tempfile.mkdtemp())
        self.collection = Collection(str(self.folder / "collection.anki2"))
        if not getattr(self.collection, "v3_scheduler", lambda: True)():
            self.collection.set_v3_scheduler(True)
        # Schedules with a memory state have more to lose; an Anki without FSRS ignores this.
        self.collection.set_config("fsrs", True)
        self.stock = {note_type.id for note_type in self.collection.models.all_names_and_ids()}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.collection.close()
        shutil.rmtree(self.folder)

    # What a learner does.

    def import_package(self, path, **options):
        """Imports a package, with Anki's default options unless told otherwise; returns GUIDs by outcome."""
        log = self.collection.import_anki_package(import_request(path, **options)).log
        self.collection.models._clear_cache()
        self._to_own_clock()
        guids = dict(self.collection.db.all("select id, guid from notes"))
        return Log(*(sorted(guids[note.id.nid] for note in getattr(log, outcome)) for outcome in Log._fields))

    def review(self, guid, ratings=("good",)):
        """Answers every card of a note, once for each rating."""
        for card_id in self._card_ids(guid):
            for rating in ratings:
                self._answer(card_id, RATINGS[rating])

    def edit(self, guid, append=None, tag=None):
        """Appends text to fields of a note, given by name, and adds a tag."""
        note = self._note(guid)
        for name, text in (append or {}).items():
            note[name] += text
        if tag:
            note.tags.append(tag)
        self.collection.update_note(note)
        self._to_own_clock()

    def style(self, name, css):
        """Replaces a note type's CSS."""
        note_type = self.note_type(name)
        note_type["css"] = css
        self.collection.models.update_dict(note_type)
        self._to_own_clock()

    def add_field(self, name, field):
        """Adds a field to a note type; learners may do this, but it forces a full sync."""
        note_type = self.note_type(name)
        self.collection.models.add_field(note_type, self.collection.models.new_field(field))
        self.collection.models.update_dict(note_type)
        self._to_own_clock()

    def move(self, guid, deck):
        """Moves a note's cards to a deck of the learner's own."""
        self.collection.set_deck(self._card_ids(guid), self.collection.decks.id(deck))

    def rename_deck(self, name, to):
        """Renames a deck."""
        self.collection.decks.rename(self.collection.decks.id(name), to)

    def describe(self, name, text):
        """Writes a deck's description."""
        deck = self.collection.decks.by_name(name)
        deck["desc"] = text
        self.collection.decks.update_dict(deck)

    def cram(self, tag):
        """Collects the cards with a tag in a filtered deck."""
        deck = self.collection.sched.get_or_create_filtered_deck(deck_id=0)
        deck.name = "Cramming"
        deck.config.search_terms[0].search = f"tag:{tag}"
        self.collection.sched.add_or_update_filtered_deck(deck)

    def delete(self, guid):
        """Deletes a note."""
        self.collection.remove_notes([self._note(guid).id])

    def suspend(self, guid):
        """Suspends a note's cards."""
        self.collection.sched.suspend_cards(self._card_ids(guid))

    def flag(self, guid):
        """Flags a note's cards red."""
        self.collection.set_user_flag_for_cards(1, self._card_ids(guid))

    # What a learner has.

    def state(self):
        """Everything that a release could cost the learner."""
        database = self.collection.db
        notes = database.all("select id, guid, mid, mod, flds, tags from notes")
        guids = {note[0]: note[1] for note in notes}
        cards = database.all(
            "select nid, ord, did, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, data"
            " from cards"
        )
        return State(
            notes={
                guid: Note(note_type, mod, fields.split("\x1f"), tuple(sorted(tags.split())))
                for _, guid, note_type, mod, fields, tags in notes
            },
            doubled=database.list("select guid from notes group by guid having count() > 1 order by guid"),
            cards={
                (guids[note], ord_): Card(self.collection.decks.name(deck), *rest)
                for note, ord_, deck, *rest in cards
            },
            reviews={row[0]: tuple(row) for row in database.all("select * from revlog")},
            note_types=self._note_types(),
            decks={deck.name for deck in self.collection.decks.all_names_and_ids()},
            schema_time=database.scalar("select scm from col"),
            media=self._media(),
        )

    def description(self, deck):
        """A deck's description."""
        return self.collection.decks.by_name(deck)["desc"]

    def note_type(self, name):
        """The note type with this name."""
        note_type = self.collection.models.by_name(name)
        if note_type is None:
            raise KeyError(f"the learner has no note type {name}")
        return note_type

    def presets(self):
        """The names of the presets of deck options."""
        return [preset["name"] for preset in self.collection.decks.all_config()]

    def media_files(self, beginning):
        """The media files whose names begin like this."""
        return sorted(Path(self.collection.media.dir()).glob(f"{beginning}*"))

    def missing_media(self):
        """Files that a note shows but that are missing."""
        return sorted(self.collection.media.check().missing)

    def unsound(self):
        """What "Check Database" fixes. It modifies the collection, so call this last."""
        report, _ = self.collection.fix_integrity()
        # Newer Ankis fill in data of cards that they have only just written themselves.
        known = ("Database rebuilt", "last review time")
        return [line for line in report.splitlines() if line and not any(words in line for words in known)]

    # The implementation.

    def _note(self, guid):
        note_id = self.collection.db.scalar("select id from notes where guid = ?", guid)
        if note_id is None:
            raise KeyError(f"the learner has no note {guid}")
        return self.collection.get_note(note_id)

    def _card_ids(self, guid):
        return self.collection.db.list("select id from cards where nid = ? order by ord", self._note(guid).id)

    def _answer(self, card_id, rating):
        backend = self.collection._backend
        states = getattr(backend, "get_scheduling_states", None) or backend.get_next_card_states
        card = self.collection.get_card(card_id)
        card.start_timer()
        self.collection.sched.answer_card(
            self.collection.sched.build_answer(card=card, states=states(card_id), rating=rating)
        )

    def _note_types(self):
        models = (self.collection.models.get(each.id) for each in self.collection.models.all_names_and_ids())
        return {
            model["id"]: NoteType(
                model["name"],
                model["mod"],
                model["css"],
                [field["name"] for field in model["flds"]],
                [template["name"] for template in model["tmpls"]],
            )
            for model in models
            if model["id"] not in self.stock
        }

    def _media(self):
        folder = Path(self.collection.media.dir())
        return {entry.name: hashlib.sha1(Path(entry.path).read_bytes()).hexdigest() for entry in os.scandir(folder)}

    def _to_own_clock(self):
        """Changes what Anki has just stamped to the learner's clock."""
        recent = int(time.time()) - RECENT, int(time.time()) + RECENT
        self.collection.db.execute("update notes set mod = ? where mod between ? and ?", self.clock, *recent)
        for each in self.collection.models.all_names_and_ids():
            model = self.collection.models.get(each.id)
            if each.id not in self.stock and recent[0] <= model["mod"] <= recent[1]:
                model["mod"] = self.clock
                self.collection._backend.add_or_update_notetype(
                    json=json.dumps(model).encode(), preserve_usn_and_mtime=True, skip_checks=True
                )


def import_request(path, **options):
    """An import request for this version of Anki; older ones take a path and have no options."""
    if not hasattr(anki.collection, "ImportAnkiPackageRequest"):
        if options:
            raise ValueError(f"Anki {ANKI_VERSION} has no options of import")
        return str(path)
    options = anki.collection.ImportAnkiPackageOptions(
        merge_notetypes=options.get("merge", False),
        update_notes=WHEN[options.get("update_notes", "if newer")],
        update_notetypes=WHEN[options.get("update_note_types", "if newer")],
        with_deck_configs=options.get("presets", False),
        with_scheduling=options.get("scheduling", False),
    )
    return anki.collection.ImportAnkiPackageRequest(package_path=str(path), options=options)


def costs(before, after, log, note_types):
    """What an import cost the learner, as pairs of the kind of cost and what it affected.

    `note_types` are the ids of the package's note types: any other that appeared is a stray one.
    """
    found = [("conflicting note", guid) for guid in log.conflicting]
    found += [("doubled note", guid) for guid in after.doubled]
    found += [("lost note", guid) for guid in before.notes if guid not in after.notes]
    found += [
        ("note changed without being updated", guid)
        for guid, note in before.notes.items()
        if guid not in log.updated and guid in after.notes and after.notes[guid] != note
    ]
    found += [("lost review", row[1]) for key, row in before.reviews.items() if after.reviews.get(key) != row]
    found += [("lost card", card) for card in before.cards if card not in after.cards]
    found += [
        ("changed schedule", card)
        for card, schedule in before.cards.items()
        if after.cards.get(card, schedule) != schedule
    ]
    new = set(after.note_types) - set(before.note_types) - set(note_types)
    found += [("stray note type", after.note_types[note_type].name) for note_type in new]
    if after.schema_time != before.schema_time:
        found.append(("forced full sync", "collection"))
    return found
