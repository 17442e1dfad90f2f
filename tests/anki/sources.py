"""The sources of a random course: what each step of an author changes, and what a release should contain.

This reads neither the project's files nor a ledger: what `Sources.notes` predicts
follows from the steps alone.
"""

import copy
import hashlib
import random
from collections import namedtuple
from dataclasses import dataclass, field

import yaml

PROJECT = "history"
TOPICS = ("Alpha", "Beta", "Gamma")
LINKED = ("question", "picture", "tip", "pattern", "table", "word")
NOTE_TYPES = {"picture": "question", "table": "table row", "task": "checklist item", "word": "Word"}


@dataclass
class Item:
    """An item of the sources; `key` is its oldest id, `text` a word that the next edit replaces."""

    key: str
    kind: str
    topic: str
    text: str
    id: str = ""
    formerly: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    picture: str = ""
    links: list = field(default_factory=list)
    hidden: int = 2
    rows: dict = field(default_factory=dict)
    retired: str = ""


@dataclass
class Row:
    """A row of a table, identified by its oldest id."""

    id: str
    text: str
    formerly: str = ""
    retired: str = ""


# A note as a release should contain it: everything that Anki shows of it, and where its cards go.
Expected = namedtuple("Expected", "type words tags cards deck media")


class Sources:
    """The project after the steps so far, and what its package should contain."""

    def __init__(self):
        self.title = "History"
        self.remark = "v"
        # Each topic keeps an item, so that decks never vanish.
        self.items = [Item(f"stay-{topic.lower()}", "tip", topic, "v", f"stay-{topic.lower()}") for topic in TOPICS]
        self.releases = []
        self.known = []
        self.accept = []

    @property
    def version(self):
        """The version of the coming release."""
        return f"1.{len(self.releases)}.0"

    @property
    def last_version(self):
        """The version of the last release."""
        return f"1.{len(self.releases) - 1}.0"

    def change(self, step):
        """Applies a step of the author; does nothing if there is nothing to act on."""
        if step.verb == "add":
            kind, topic, text = step.value
            item = Item(step.key, kind, topic, text, step.key)
            item.rows = {id_: Row(id_, text) for id_ in ("one", "two")} if kind == "table" else {}
            item.picture = text if kind == "picture" else ""
            self.items.append(item)
            return
        item = next((item for item in self.items if item.key == step.key), None)
        # Nobody works on retired items, except to remove them.
        if item and (not item.retired or step.verb == "drop"):
            getattr(self, step.verb)(item, *step.value)

    def published(self):
        """Learners now have the items as they are."""
        self.known = copy.deepcopy(self.items)

    def edit(self, item, text, *_):
        """Changes the text."""
        item.text = text
        if item.rows:
            item.rows["one"].text = text

    def revert(self, item, *_):
        """Reverts the item to what it was two releases ago."""
        earlier = self.releases[-2:-1] or self.releases[:1]
        for old in (old for items in earlier for old in items if old.key == item.key):
            item.text, item.tags, item.picture = old.text, old.tags, old.picture
            for key in item.rows.keys() & old.rows.keys():
                item.rows[key].text = old.rows[key].text

    def released(self, item):
        """The item as learners have it, if they do."""
        return [old for old in self.known if old.key == item.key]

    def remove(self, item, *_):
        """Removes the item, and puts it on the accept list."""
        self.items.remove(item)
        for old in self.released(item):
            rows = [row for key in old.rows for row in self.released_row(item, key)]
            self.accept += [f"vanished-id={name}" for name in rows or ([] if old.rows else [old.id])]

    def retire(self, item, *_):
        """Retires the item with the coming release, if it was ever released; otherwise nobody could miss it."""
        if self.released(item):
            item.retired = self.version

    def drop(self, item, *_):
        """Removes an item that was retired in an earlier release."""
        if item.retired and item.retired != self.version:
            self.items.remove(item)

    def rename(self, item, text, __, ___, name):
        """Gives the item a new id; an author may forget all earlier ones except the last that learners have.

        This does not apply to a choice, whose options are shuffled by the oldest id in the sources, or to a
        table, whose new rows get their GUIDs from it.
        """
        released = [old.id for old in self.released(item)]
        forgetful = released and item.kind not in ("choice", "table") and coin(text)
        item.formerly = released if forgetful else [*item.formerly, item.id]
        item.id = name

    def rename_back(self, item, *_):
        """Restores the previous id, unless a different item has it now; the newer one was never released.

        A choice's options are shuffled by the oldest id, which stays.
        """
        released = [old.id for old in self.released(item)]
        taken = {other.id for other in self.items} | {id_ for other in self.items for id_ in other.formerly if other is not item}
        if item.formerly and item.id not in released and item.formerly[-1] not in taken:
            *item.formerly, item.id = item.formerly

    def add_row(self, item, text, *_):
        """Adds a row."""
        item.rows[f"row-{text}"] = Row(f"row-{text}", text)

    def edit_row(self, item, text, *_):
        """Changes the text of a row."""
        if row := self.some_row(item, text):
            row[1].text = text

    def rename_row(self, item, text, *_):
        """Gives a row that learners have a new id; at most one rename per release."""
        row = self.some_row(item, text)
        if row and [name.split("/")[1] for name in self.released_row(item, row[0])] == [row[1].id]:
            row[1].formerly, row[1].id = row[1].id, f"row-{text}"

    def retire_row(self, item, text, *_):
        """Retires a row with the coming release."""
        row = self.some_row(item, text)
        if row and self.released_row(item, row[0]):
            row[1].retired = self.version

    def remove_row(self, item, text, *_):
        """Removes a row, and puts it on the accept list."""
        if row := self.some_row(item, text):
            del item.rows[row[0]]
            self.accept += [f"vanished-id={name}" for name in self.released_row(item, row[0])]

    def drop_row(self, item, *_):
        """Removes rows that were retired in an earlier release."""
        item.rows = {key: row for key, row in item.rows.items() if row.retired in ("", self.version)}

    def some_row(self, item, text):
        """Any row except the first, which stays, and except retired ones."""
        rows = [(key, row) for key, row in item.rows.items() if key != "one" and not row.retired]
        return random.Random(text).choice(rows) if rows else None

    def released_row(self, item, key):
        """The name of the row for learners, if the last release had it."""
        rows = ((old, old.rows[key]) for old in self.released(item) if key in old.rows)
        return [f"{old.id}/{row.id}" for old, row in rows if row.retired in ("", self.last_version, self.version)]

    def retag(self, item, _, __, tags, *___):
        """Changes the tags."""
        item.tags = tags

    def move(self, item, _, topic, *__):
        """Changes the topic."""
        item.topic = topic

    def retitle(self, _, text, *__):
        """Changes the title of the course, and with it the names of its note types."""
        self.title = f"History {text}"

    def picture(self, item, text, *_):
        """Adds a picture, or replaces it."""
        item.picture = text

    def link(self, item, text, *_):
        """Adds a link to a different item, which the card shows by its title."""
        others = [other.key for other in self.items if other.kind in LINKED and other is not item and not other.retired]
        item.links = sorted({*item.links, random.Random(text).choice(others)})

    def linked(self, item):
        """The linked items that are still in the sources: authors fix broken links."""
        return sorted((other for other in self.items if other.key in item.links), key=lambda other: other.key)

    def hide(self, item, *_):
        """Adds a cloze, or an optional card of a word."""
        item.hidden += 1

    def shuffle(self, _, text, *__):
        """Shuffles the items."""
        random.Random(text).shuffle(self.items)

    def comment(self, _, text, *__):
        """Changes a comment that only authors read."""
        self.remark = text

    def files(self):
        """The project's files."""
        manifest = {
            "format": 1,
            "id": PROJECT,
            "title": self.title,
            "version": self.version,
            "deck": "History",
            "license": "CC0-1.0",
            "content": ["topics/*.yaml"],
            # A page of paper takes as long as a hundred packages.
            "outputs": {"sheet": "none", "handout": "none", "csv": "none"},
        }
        files = {"cardpress.yaml": yaml.safe_dump(manifest, sort_keys=False)}
        for topic in TOPICS:
            sections = {"topic": topic}
            for item in self.items:
                if item.topic == topic:
                    section, entry = SOURCES[item.kind](item)
                    links = {"see_also": [other.id for other in self.linked(item)]} if self.linked(item) else {}
                    sections.setdefault(section, []).append({**common(item), **entry, **links})
            if tasks := sections.pop("tasks", None):
                head = {"id": f"list-{topic.lower()}", "title": "To do", "cards": "item"}
                sections["checklists"] = [{**head, "items": tasks}]
            text = yaml.safe_dump(sections, sort_keys=False)
            files[f"topics/{topic.lower()}.yaml"] = f"# {self.remark}\n{text}"
        files.update({picture_path(item): picture_bytes(item) for item in self.items if item.picture})
        files.update(WORD)
        return files

    def notes(self):
        """What the release should contain, by key."""
        found = {}
        for item in self.items:
            if item.retired not in ("", self.version):
                continue
            own = [] if item.kind == "task" else item.tags
            media = (picture_name(item),) if item.picture else ()
            cards = {"fact": item.hidden, "word": min(item.hidden - 1, 3)}.get(item.kind, 1)
            note = Expected(
                NOTE_TYPES.get(item.kind, item.kind),
                (item.text, *media, *(other.key for other in self.linked(item))),
                tagged(own, item.retired),
                tuple(range(cards)),
                f"History::{item.topic}",
                media,
            )
            if not item.rows:
                found[item.key] = note
            for key, row in item.rows.items():
                if row.retired in ("", self.version):
                    tags = tagged(own, item.retired or row.retired)
                    found[f"{item.key}/{key}"] = note._replace(words=(row.text,), tags=tags)
        return found


def tagged(tags, retired):
    """Tags as Anki has them, including the one that marks a retired note."""
    own = [f"{PROJECT}::{tag}" for tag in tags]
    return tuple(sorted(own + ([f"{PROJECT}::retired::{retired}"] if retired else [])))


def coin(text):
    """A coin toss that always gives the same result for a text."""
    return random.Random(text).random() < 0.5


def common(item):
    """The keys that every item can have; a task has no tags of its own."""
    keys = ("formerly", "retired") if item.kind == "task" else ("formerly", "tags", "retired")
    return {"id": item.id, **{key: getattr(item, key) for key in keys if getattr(item, key)}}


def question(item):
    """A question, with or without a picture."""
    picture = f"\n\n![A line]({picture_path(item)})" if item.picture else ""
    return "questions", {"ask": f"What is a {item.key}?", "answer": f"It is {item.text}.{picture}"}


def fact(item):
    """A sentence with clozes."""
    hidden = ", ".join(f"{{{{part {number}}}}}" for number in range(1, item.hidden + 1))
    return "facts", {"text": f"A {item.key} has {hidden}.", "extra": f"Say {item.text}."}


def tip(item):
    """A tip."""
    advice = {"title": item.key, "ask": f"A {item.key} comes. What do you do?", "do": f"Say {item.text}."}
    return "tips", {**advice, "why": "It helps."}


def choice(item):
    """A multiple choice."""
    options = [{"right": f"The {item.text}"}, {"wrong": "Nothing"}, {"wrong": "All of it"}]
    return "choices", {"ask": f"What does a {item.key} want?", "options": options}


def pattern(item):
    """A code pattern."""
    return "patterns", {"name": item.key, "lang": "text", "code": f"call {item.text}\n"}


def table(item):
    """A table with cards for its rows."""
    entry = {
        "title": f"On {item.key}",
        "columns": ["Part", "Word"],
        "rows": [{row.id: [f"Part {key}", row.text]} for key, row in item.rows.items()],
        "cards": "row",
        "renamed_rows": {row.id: row.formerly for row in item.rows.values() if row.formerly},
        "retired_rows": {row.id: row.retired for row in item.rows.values() if row.retired},
    }
    return "tables", {key: value for key, value in entry.items() if value}


def task(item):
    """An item in its topic's checklist."""
    return "tasks", {"text": f"Find a {item.key}.", "how": f"Say {item.text}."}


def word(item):
    """A note of the project's own note type, with as many optional cards as are wanted."""
    entry = {"type": "word", "fields": {"word": item.key, "meaning": f"It is {item.text}."}}
    optional = {"cards": ["reverse"]} if item.hidden > 2 else {}
    typed = {"typed": item.key} if item.hidden > 3 else {}
    return "notes", {**entry, **optional, **typed}


# A note type with a card that every note has, and two that are optional.
WORD = {
    "note-types/word/note-type.yaml": """\
name: Word
fields:
  - {id: word, name: Word, required: true}
  - {id: meaning, name: Meaning, required: true}
  - {id: see-also, name: See also}
  - {id: sources, name: Sources}
cards:
  - {name: Meaning, front: word.html, back: meaning.html}
  - {name: Word, front: meaning.html, back: word.html, optional: reverse}
  - {name: Typed, front: typed.html, back: word.html, optional: typed}
""",
    "note-types/word/word.html": "{{Word}}\n",
    "note-types/word/meaning.html": "{{Meaning}} {{See also}}\n",
    "note-types/word/typed.html": "{{Meaning}} {{type:typed}}\n",
}

SOURCES = {
    "question": question,
    "picture": question,
    "fact": fact,
    "tip": tip,
    "choice": choice,
    "pattern": pattern,
    "table": table,
    "task": task,
    "word": word,
}


def picture_path(item):
    """The path where the author keeps it."""
    return f"media/{item.key}.svg"


def picture_bytes(item):
    """A line, and the word that tells pictures apart."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>{item.picture}</title></svg>'.encode()


def picture_name(item):
    """Its name in a package, which depends on its content, so that a changed picture is a different file."""
    return f"{item.key}-{hashlib.sha256(picture_bytes(item)).hexdigest()[:10]}.svg"
