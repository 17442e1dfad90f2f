#!/usr/bin/env python3
"""Random histories of a course and a learner: no release may cost the learner anything.

    histories.py --cardpress BINARY [--count 200] [--seed 1]
    histories.py --cardpress BINARY --only SEED
    histories.py --cardpress BINARY --sabotage bump

A history is a list of steps: the author changes the sources or releases, the
learner reviews, edits notes or imports. What an import should do is predicted
from the steps alone, by `sources.py` and `predict`: which notes are new or
updated, what is in them, where new cards go. The real Anki must agree, and
nothing may be lost. Any subset of a history is a history, so the first one that
fails is shrunk before we show it. `--sabotage` damages every package except the
first without the compiler's knowledge, and the proof must notice. Exit 1 on a failure.
"""

import argparse
import contextlib
import copy
import random
import sys
import tempfile
from collections import Counter, namedtuple
from dataclasses import dataclass
from pathlib import Path

from author import LOCK, Author, guid, read_package, union
from learner import STAMPS_UPDATES, Learner, costs
from sources import PROJECT, SOURCES, TOPICS, Sources
from tamper import tamper

START = 1_420_070_400  # 2015-01-01: before any machine's clock, because a release must be older than its import
HOUR, DAY = 3600, 86_400
KINDS = tuple(SOURCES)
TAGS = ("core", "exam", "week::1", "week::2")

# How to damage a package, by name; `{clock}` is the release's time.
SABOTAGE = {
    "bump": [{"sql": "update notes set mod = {clock}"}],
    "freeze": [{"sql": "update notes set mod = 1000"}],
    "guid": [{"sql": "update notes set guid = guid || 'x' where id = (select min(id) from notes)"}],
    "tags": [{"sql": "update notes set tags = ''"}],
    "cards": [{"sql": "delete from cards where ord > 0"}],
    "deck": [{"sql": "update cards set did = 1"}],
    "picture": [{"sql": "update notes set flds = replace(flds, '.svg', '.png')"}],
    "field": [{"note_type": "tip", "add_field": "Hint", "later": DAY}],
    "sort-field": [{"note_type": "tip", "sort_field": 1, "later": DAY}],
    "title": [{"note_type": "tip", "later": -1000 * DAY}],
}

Step = namedtuple("Step", "who verb key value", defaults=(None, None))


class Broken(Exception):
    """A promise that was broken: what kind, and how."""

    def __init__(self, kind, how):
        super().__init__(f"{kind}: {how}")
        self.kind = kind


def main():
    """Runs the histories; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cardpress", type=Path, required=True, help="the compiler")
    parser.add_argument("--count", type=int, default=200, help="how many histories")
    parser.add_argument("--seed", type=int, default=1, help="the first one's")
    parser.add_argument("--only", type=int, metavar="SEED", help="this history alone, told in full")
    parser.add_argument("--sabotage", choices=SABOTAGE, help="spoil packages in this way")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    if arguments.only is not None:
        seeds = [arguments.only]
        tell(invent(arguments.only))

    def run(steps, totals=None):
        with contextlib.redirect_stdout(sys.stderr):  # Anki prints its slow calls there.
            return play(steps, arguments.cardpress.resolve(), arguments.sabotage, totals)

    totals = Counter()
    for seed in seeds:
        steps = invent(seed)
        if broken := run(steps, totals):
            print(f"history {seed} fails: {broken}")
            short = shrink(steps, lambda part: getattr(run(part), "kind", None) == broken.kind)
            print(f"{len(short)} of its {len(steps)} steps do as well: {run(short)}")
            tell(short)
            return 1
        totals["histories"] += 1
    print(", ".join(f"{totals[name]} {name}" for name in TOTALS))
    return 0


TOTALS = (
    "histories",
    "builds",
    "releases",
    "imports",
    "notes added",
    "notes updated",
    "notes left alone",
    "own edits kept",
    "own edits replaced",
    "reviews kept",
    "schedules kept",
)


# Histories.


def invent(seed):
    """A random history."""
    chance = random.Random(seed)
    names = (f"{word}-{number}" for number in range(1000) for word in ("fox", "owl", "elm", "bee"))
    tokens = (f"v{number}v" for number in range(10_000))
    items = []
    steps = []

    def add():
        items.append((next(names), chance.choice(KINDS)))
        steps.append(Step("author", "add", items[-1][0], (items[-1][1], chance.choice(TOPICS), next(tokens))))

    for _ in range(chance.randint(4, 10)):
        add()
    for number in range(chance.randint(3, 6)):
        forked = number > 0 and chance.random() < 0.2
        if forked:
            steps.append(Step("author", "fork"))
        for _ in range(chance.choice((0, 1, 2, 3, 5, 8)) if number else 0):
            other = forked and chance.random() < 0.5
            verb = chance.choice(OTHER if other else AUTHOR)
            suited = [key for key, kind in items if kind in SUITED.get(verb, KINDS)]
            if verb == "add":
                add()
            elif suited:
                value = (next(tokens), chance.choice(TOPICS), chance.sample(TAGS, chance.randint(0, 2)), next(names))
                steps.append(Step("other author" if other else "author", verb, chance.choice(suited), value))
            if not forked and chance.random() < 0.25:
                steps.append(Step("author", "build", None, chance.choice((0, 0, 0, 2))))
        if forked:
            steps.append(Step("author", "join", None, chance.choice((-1, 1))))
        steps.append(Step("author", "release", None, chance.choice((0, 0, 0, 0, 0, 2, 40))))
        if chance.random() < 0.2:
            steps.append(Step("author", "release again"))
        if number == 0 or chance.random() < 0.85:
            steps += [*actions(chance, items, tokens, 1), Step("learner", "import")]
        steps += actions(chance, items, tokens, 6)
    return steps


AUTHOR = (
    ["edit"] * 5
    + ["add"] * 2
    + ["revert"] * 2
    + ["rename", "rename_back", "link"] * 2
    + "remove retire drop retag move retitle picture hide shuffle comment".split()
    + "add_row edit_row rename_row retire_row remove_row drop_row".split()
)
# What the other branch's authors may do.
OTHER = ["edit"] * 4 + "retag move picture link hide comment edit_row add_row".split()
SUITED = {"picture": ("question", "picture"), "link": ("question", "picture", "word"), "hide": ("fact", "word")}
SUITED.update({verb: ("table",) for verb in AUTHOR if verb.endswith("_row")})
LEARNER = ["review"] * 4 + ["edit"] * 2 + ["tag", "move", "suspend"]


def actions(chance, items, tokens, most):
    """What the learner does between two imports."""
    for _ in range(chance.randint(0, most)):
        verb = chance.choice(LEARNER)
        ratings = chance.choices(("again", "hard", "good", "easy"), k=chance.randint(1, 3))
        yield Step("learner", verb, chance.choice(items)[0], (next(tokens), ratings))


def tell(steps):
    """Prints a history."""
    for step in steps:
        value = TOLD.get((step.who, step.verb), lambda value: "")(step.value) if step.value else ""
        print(f"  {step.who}: {step.verb.replace('_', ' ')} {step.key or ''} {value}".rstrip())


# Which parts of a step's value to print.
TOLD = {
    ("author", "add"): lambda value: f"({value[0]} in {value[1]}) {value[2]}",
    ("author", "edit"): lambda value: value[0],
    ("author", "move"): lambda value: f"to {value[1]}",
    ("author", "retag"): lambda value: f"to {value[2]}",
    ("author", "rename"): lambda value: f"to {value[3]}",
    ("author", "build"): lambda value: f"by a clock {value} days behind",
    ("author", "release"): lambda value: f"by a clock {value} days behind",
    ("learner", "edit"): lambda value: value[0],
    ("learner", "review"): lambda value: ", ".join(value[1]),
}


def shrink(steps, fails):
    """A shorter history that also fails: it leaves out ever smaller parts, and has correct clocks."""
    size = len(steps) // 2
    while size:
        length, at = len(steps), 0
        while at < len(steps):
            part = steps[:at] + steps[at + size :]
            if fails(part):
                steps = part
            else:
                at += size
        # One step may become unnecessary because another one has gone: repeat the last round until it changes nothing.
        size = size // 2 if size > 1 else int(len(steps) < length)
    for at, step in enumerate(steps):
        plain = [*steps[:at], step._replace(value=0), *steps[at + 1 :]]
        if step.verb == "release" and step.value and fails(plain):
            steps = plain
    return steps


# What the learner should have.


@dataclass
class Held:
    """A learner's note: when it last changed, the words in it, and its cards."""

    mod: int
    words: list
    tags: set
    own: list
    cards: set


class World:
    """An author and a learner at work, and everything that we can predict from the steps."""

    def __init__(self, cardpress, folder, learner, sabotage, totals):
        self.author = Author(cardpress, folder)
        self.learner = learner
        self.sabotage = sabotage
        self.totals = totals
        self.sources = Sources()
        self.paths = set()
        self.package = None
        self.notes = {}
        self.changed = {}
        self.published = set()  # Keys of notes that were in a release.
        self.held = {}
        self.names = {}
        self.built = None  # The package before it was damaged.
        self.fork = None
        self.as_released = False
        self.title = ""

    def guid(self, key):
        """A note's GUID."""
        self.names[guid(PROJECT, key)] = key
        return guid(PROJECT, key)


def play(steps, cardpress, sabotage, totals):
    """Plays a history; returns what broke, or None."""
    totals = Counter() if totals is None else totals
    with tempfile.TemporaryDirectory() as folder, Learner(START) as learner:
        world = World(cardpress, folder, learner, sabotage, totals)
        try:
            for step in steps:
                learner.clock += HOUR
                act(world, step)
            if mended := learner.unsound():
                raise Broken("unsound collection", mended)
        except Broken as broken:
            return broken
    return None


def act(world, step):
    """Takes one step."""
    if step.verb == "release":
        release(world, step.value)
    elif step.verb == "build":
        build_only(world, step.value)
    elif step.verb == "release again":
        release_again(world)
    elif step.verb == "import":
        import_release(world)
    elif step.verb == "fork":
        world.fork = copy.deepcopy(world.sources), []
    elif step.verb == "join":
        join(world, step.value)
    elif step.who == "author":
        world.sources.change(step)
    elif step.who == "other author":
        work_beside(world, step)
    elif step.key:
        for key in [key for key in world.held if key.split("/")[0] == step.key]:
            learn(world, step, key)


def release(world, lag):
    """The author releases, with a clock that may be behind; a changed note still gets a later time than before."""
    world.learner.clock += DAY
    clock = world.learner.clock - lag * DAY
    build = build_sources(world, world.sources, clock, world.sources.version)
    notes = world.sources.notes()
    world.changed = later(world, notes, clock)
    world.sources.published()
    world.published |= notes.keys()
    world.notes = notes
    world.title = world.sources.title
    world.package = spoil(world, build.package) if world.sources.releases else build.package
    world.built = build.package
    world.sources.releases.append(copy.deepcopy(world.sources.items))
    world.sources.accept = []
    world.fork = None
    world.as_released = True
    world.totals["releases"] += 1


def build_only(world, lag):
    """The author builds a package that nobody gets."""
    world.learner.clock += HOUR
    clock = world.learner.clock - lag * DAY
    build_sources(world, world.sources, clock)
    world.changed = later(world, world.sources.notes(), clock)
    world.as_released = False
    world.totals["builds"] += 1


def build_sources(world, sources, clock, version=None):
    """Writes the sources and builds them, or releases them as `version`."""
    files = sources.files()
    for path in world.paths - files.keys():
        world.author.write(path, None)
    for path, content in files.items():
        world.author.write(path, content)
    world.paths = set(files)
    if version:
        build = world.author.release(version, clock, sources.accept)
    else:
        build = world.author.build(clock, sources.accept)
    if build.exit_code:
        raise Broken("refused release", "; ".join(f"{error.code}: {error.message}" for error in build.errors))
    return build


def later(world, notes, clock):
    """What each note contains and since when; a change is always later than the previous one, whatever the clock.

    Notes that were removed before they were released are forgotten.
    """
    changed = {key: told for key, told in world.changed.items() if key in notes or key in world.published}
    for key, note in notes.items():
        told = note._replace(deck="")  # The deck of a card isn't part of its note.
        before, since = changed.get(key, (None, 0))
        if before != told:
            changed[key] = told, max(clock, since + 1)
    return changed


def work_beside(world, step):
    """Someone changes the branch, if there is one."""
    if world.fork:
        sources, steps = world.fork
        sources.change(step)
        steps.append(step)


def join(world, ahead):
    """Both branches build, one an hour `ahead` of the other, and are merged, including their ledgers."""
    if not world.fork or not world.sources.releases:
        return
    (sources, steps), world.fork = world.fork, None
    world.as_released = False
    base, clock = world.author.lock(), world.learner.clock + DAY
    build_sources(world, world.sources, clock)
    ours = world.author.lock()
    world.author.write(LOCK, base)
    build_sources(world, sources, clock + ahead * HOUR)
    one = later(world, world.sources.notes(), clock)
    two = later(world, sources.notes(), clock + ahead * HOUR)
    world.author.write(LOCK, union(ours, base, world.author.lock()))
    nothing = None, 0
    latest = (max(one.get(key, nothing), two.get(key, nothing), key=lambda told: told[1]) for key in [*one, *two])
    world.changed = dict(zip([*one, *two], latest))
    for step in steps:
        world.sources.change(step)


def spoil(world, package):
    """The package, or a damaged copy of it."""
    if not world.sabotage:
        return package
    target = package.parent / "spoilt" / package.name
    changes = [
        {name: value.format(clock=world.learner.clock) if name == "sql" else value for name, value in change.items()}
        for change in SABOTAGE[world.sabotage]
    ]
    tamper(package, changes, target)
    return target


def release_again(world):
    """Builds the same sources a day later: the bytes are the same, and the ledger stays untouched."""
    if not world.as_released:
        return
    written = {path: (world.author.project / path).read_bytes() for path in world.paths}
    lock = world.author.lock()
    build = world.author.build(world.learner.clock + DAY)
    if build.exit_code:
        raise Broken("refused rebuild", "; ".join(f"{error.code}: {error.message}" for error in build.errors))
    if build.package.read_bytes() != world.built.read_bytes():
        raise Broken("other bytes", f"of the same {len(written)} files")
    if world.author.lock() != lock:
        raise Broken("touched ledger", "by a build of the same sources")


def import_release(world):
    """The learner imports the last release; Anki must do what the steps predict."""
    if world.package is None:
        return
    predicted = predict(world)
    before = world.learner.state()
    try:
        log = world.learner.import_package(world.package)
    except Exception as error:  # Anki's errors have no common base class.
        raise Broken("refused package", error) from error
    after = world.learner.state()
    contents = read_package(world.built)
    for outcome, keys in predicted.items():
        found = {world.names.get(guid, guid) for guid in getattr(log, outcome)}
        if found != keys:
            wrong = ", ".join(sorted(found ^ keys))
            raise Broken(f"wrongly {outcome}", f"{wrong}; Anki has {len(found)}, expected {len(keys)}")
    for kind, hit in costs(before, after, log, contents.note_types):
        raise Broken(kind, world.names.get(hit[0], hit) if isinstance(hit, tuple) else world.names.get(hit, hit))
    compare(world, after, predicted)
    world.totals["imports"] += 1
    world.totals["notes added"] += len(predicted["new"])
    world.totals["notes updated"] += len(predicted["updated"])
    world.totals["notes left alone"] += len(predicted["duplicate"])
    world.totals["own edits kept"] += sum(len(held.own) for held in world.held.values())
    world.totals["reviews kept"] += len(before.reviews)
    world.totals["schedules kept"] += sum(card.reps > 0 for card in before.cards.values())


def predict(world):
    """What the import does to each note, according to Anki's rule that the later change wins."""
    predicted = {"new": set(), "updated": set(), "duplicate": set(), "conflicting": set()}
    for key, note in world.notes.items():
        world.guid(key)
        mod = world.changed[key][1]
        held = world.held.get(key)
        if held and mod <= held.mod:
            predicted["duplicate"].add(key)
            held.cards |= set(note.cards)
            continue
        predicted["updated" if held else "new"].add(key)
        cards = set(note.cards) | (held.cards if held else set())
        mod = world.learner.clock if held and STAMPS_UPDATES else mod
        world.totals["own edits replaced"] += len(held.own) if held else 0
        world.held[key] = Held(mod, list(note.words), set(note.tags), [], cards)
    return predicted


def compare(world, state, predicted):
    """Compares the learner's notes and cards with what they should be."""
    cards = {}
    for card, ord_ in state.cards:
        cards.setdefault(card, set()).add(ord_)
    for key, held in world.held.items():
        note = state.notes[world.guid(key)]
        text = "\x1f".join(note.fields)
        for word in held.words + held.own:
            if word not in text:
                raise Broken("missing words", f"{key} does not say {word}")
        if set(note.tags) != held.tags:
            raise Broken("wrong tags", f"{key} has {sorted(note.tags)}, expected {sorted(held.tags)}")
        if cards.get(world.guid(key)) != held.cards:
            raise Broken("wrong cards", f"{key} has {cards.get(world.guid(key))}, expected {held.cards}")
    for key in predicted["new"]:
        decks = {card.deck for (guid, _), card in state.cards.items() if guid == world.guid(key)}
        if decks != {world.notes[key].deck}:
            raise Broken("wrong deck", f"{key} lies in {sorted(decks)}, expected {world.notes[key].deck}")
    for key, note in world.notes.items():
        if key not in predicted["duplicate"] and not set(note.media) <= state.media.keys():
            raise Broken("missing media", f"{key} shows {', '.join(note.media)}")
        name = state.note_types[state.notes[world.guid(key)].type].name
        if name != f"{world.title}: {note.type}":
            raise Broken("wrong note type", f"{key} is of {name}, expected {world.title}: {note.type}")


def learn(world, step, key):
    """The learner does something to a note."""
    token, ratings = step.value
    held, guid_ = world.held[key], world.guid(key)
    if step.verb == "review":
        world.learner.review(guid_, ratings)
    elif step.verb == "edit":
        world.learner.edit(guid_, append={"Sources": f" (own {token})"})
        held.own.append(f"(own {token})")
        held.mod = world.learner.clock
    elif step.verb == "tag":
        world.learner.edit(guid_, tag=f"own-{token}")
        held.tags.add(f"own-{token}")
        held.mod = world.learner.clock
    elif step.verb == "move":
        world.learner.move(guid_, "My own")
    elif step.verb == "suspend":
        world.learner.suspend(guid_)


if __name__ == "__main__":
    sys.exit(main())
