#!/usr/bin/env python3
"""Stories of releases and a learner, played in the real Anki.

    scenarios.py --cardpress BINARY [--core] [NAME...]

Each file in `scenarios/` is a story: `about` names the rule, and `steps` happen one
hour apart. A step is one of

    release: 1.1.0          the author changes files and releases; see `release`
    merge: [ … ]            branches from the last release, each built separately; see `merge`
    import: 1.1.0           the learner imports that release, or the `latest`; see `import_`
    review: [bias]          these or `all`; `ratings` gives the answers
    edit: bias              `append` texts to fields, add a `tag`
    style: bias             new `css` for the note type
    add_field: bias         a new field, `name`, for the note type
    move: [bias]            to one of the learner's own decks, `to`
    rename_deck: name       gives the deck the name `to`
    describe: name          changes the deck's description to `as`
    cram: basics            makes a filtered deck of this tag
    delete, suspend, flag   does this to these notes
    expect: …               what must be true now; see `expectations.py`

Notes are named by the id that the author first gave them, and rows by `table/row`.
An import must not cost the learner anything except what the story lists under
`costs`, and only the notes that it names may be new, updated or conflicting; at
the end, Check Database must find nothing to fix. Exit 1 if a story does not end
as described.
"""

import argparse
import contextlib
import sys
import tempfile
import zipfile
from pathlib import Path

import yaml

from author import LOCK, Author, Package, guid, read_package, union
from expectations import EXPECTATIONS, differ
from learner import Learner, costs
from tamper import tamper

HERE = Path(__file__).parent
COURSE = HERE / "course"
PROJECT = "small-course"
NOTES = "bias variance recall penalties/lasso penalties/ridge latest sparse aloud sleep".split()
START = 1_420_070_400  # 2015-01-01: before any machine's clock, because a release must be older than its import
UNITS = {"second": 1, "hour": 3600, "day": 86400}
HOUR = UNITS["hour"]


def main():
    """Runs the stories; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cardpress", type=Path, required=True, help="the compiler")
    parser.add_argument("--core", action="store_true", help="only those that hold in every Anki")
    parser.add_argument("names", nargs="*", help="only these stories")
    arguments = parser.parse_args()
    failed = 0
    for path in sorted((HERE / "scenarios").glob("*.yaml")):
        script = yaml.safe_load(path.read_text())
        left_out = arguments.core and script.get("wheels") != "core"
        if left_out or (arguments.names and path.stem not in arguments.names):
            continue
        with contextlib.redirect_stdout(sys.stderr):  # Anki prints its slow calls there.
            problems = run(script, arguments.cardpress.resolve())
        print(f"{'FAILED' if problems else 'ok'} {path.stem}: {' '.join(script['about'].split())}")
        for problem in problems:
            print(f"    {problem}")
        failed += bool(problems)
    return 1 if failed else 0


def run(script, cardpress):
    """The problems of the first step that does not end as described."""
    with tempfile.TemporaryDirectory() as folder, Learner(START) as learner:
        story = Story(Author(cardpress, folder), learner)
        for number, step in enumerate(script["steps"], 1):
            action = next(iter(step))
            try:
                problems = STEPS[action](story, step)
            except Exception as error:  # Anki's errors have no common base class.
                problems = [f"{type(error).__name__}: {error}"]
            if problems:
                return [f"step {number}, {action} {step[action]}: {problem}" for problem in problems]
            learner.clock += HOUR
        return [f"Check Database mends: {line}" for line in learner.unsound()]


class Story:
    """The author, the learner, and the packages between them."""

    def __init__(self, author, learner):
        self.author = author
        self.learner = learner
        self.packages = {}
        self.keys = {guid(PROJECT, key): key for key in NOTES}
        for path in COURSE.rglob("*"):
            if path.is_file():
                author.write(path.relative_to(COURSE), path.read_bytes())

    def keys_of(self, guids):
        """The story's names for the notes, sorted."""
        return sorted(self.keys.get(guid, guid) for guid in guids)

    def guid(self, key):
        """The GUID of the note that the story calls `key`."""
        self.keys[guid(PROJECT, key)] = key
        return guid(PROJECT, key)


def release(story, step):
    """The author changes files and releases them; an existing release is built again.

    `after`: how long after the last step, by default a day; negative if the builder's
    clock is behind. `change`: texts in a file, each of which appears there once.
    `append`: to the end of files. `write`, `delete`: whole files. `refused`: the
    errors of the build without `accept`, or, if there is no `accept`, of the build
    itself. `locked`: the ledger must not change. `same_bytes_as`: an earlier release.
    `tamper`: see `tamper.py`.
    """
    version = step["release"]
    clock = story.learner.clock + seconds(step.get("after", "1 day"))
    story.learner.clock = max(clock, story.learner.clock)
    change_files(story.author, step)
    before = story.author.lock()
    if "refused" in step:
        build = publish(story.author, step, clock)
        problems = differ("errors", sorted({error.code for error in build.errors}), sorted(step["refused"]))
        problems += differ("exit code", build.exit_code, 1)
        problems += differ("package", build.package, None)
        problems += differ(f"{LOCK} untouched", story.author.lock() == before, True)
        if problems or "accept" not in step:
            return problems
    build = publish(story.author, step, clock, step.get("accept", ()))
    if build.exit_code:
        return [f"the build fails with {build.exit_code}: {error.code}: {error.message}" for error in build.errors]
    package = build.package
    contents = contents_of(package)
    problems = []
    if "same_bytes_as" in step:
        earlier, _ = story.packages[step["same_bytes_as"]]
        problems += differ("the same bytes", package.read_bytes() == earlier.read_bytes(), True)
        problems += differ(f"{LOCK} untouched", story.author.lock() == before, True)
    if "tamper" in step:
        tampered = package.parent / "tampered" / package.name
        tamper(package, step["tamper"], tampered)
        package = tampered
    story.packages[version] = story.packages["latest"] = package, contents
    return problems


def publish(author, step, clock, accept=()):
    """Releases what a step describes, or builds it if that must not change anything."""
    if step.get("locked") or step["release"] in author.released():
        return author.build(clock, accept, step.get("locked", False))
    return author.release(step["release"], clock, accept)


def contents_of(package):
    """A package's notes and note types; only Anki can unpack one in the modern format."""
    with zipfile.ZipFile(package) as archive:
        if "collection.anki21b" not in archive.namelist():
            return read_package(package)
    with Learner(START) as reader:
        reader.import_package(package)
        state = reader.state()
        return Package(state.notes, {id_: note_type.name for id_, note_type in state.note_types.items()})


def merge(story, step):
    """The work of several branches is merged, with their ledgers combined by Git's union of lines.

    Each branch has changes like those of a release, `after` some time from now. Its build
    is called `branch 1` and so on; the next release builds the merged sources.
    """
    author, now = story.author, story.learner.clock
    base = author.files()
    ledgers = []
    for number, branch in enumerate(step["merge"], 1):
        author.restore(base)
        change_files(author, branch)
        build = author.build(now + seconds(branch["after"]))
        if build.exit_code:
            return [f"the build fails with {build.exit_code}: {error.code}: {error.message}" for error in build.errors]
        ledgers.append(author.lock())
        story.packages[f"branch {number}"] = build.package, contents_of(build.package)
        story.learner.clock = max(story.learner.clock, now + seconds(branch["after"]))
    author.restore(base)
    for branch in step["merge"]:
        change_files(author, branch)
    merged = ledgers[0]
    for ledger in ledgers[1:]:
        merged = union(merged, base[LOCK], ledger)
    author.write(LOCK, merged)
    return []


def change_files(author, step):
    """Applies a release's changes to the project, and sets the version to the release's."""
    for path in step.get("delete", ()):
        author.write(path, None)
    for path, content in step.get("write", {}).items():
        author.write(path, content)
    for path, text in step.get("append", {}).items():
        author.write(path, (author.project / path).read_text() + text)
    for path, changes in step.get("change", {}).items():
        text = (author.project / path).read_text()
        for old, new in changes.items():
            if text.count(old) != 1:
                raise ValueError(f"{path} has {old!r} {text.count(old)} times")
            text = text.replace(old, new)
        author.write(path, text)
    if "release" not in step:
        return
    manifest = (author.project / "cardpress.yaml").read_text().splitlines(keepends=True)
    lines = (f"version: {step['release']}\n" if line.startswith("version:") else line for line in manifest)
    author.write("cardpress.yaml", "".join(lines))


def seconds(text):
    """`30 days` in seconds."""
    number, unit = text.split()
    return int(number) * UNITS[unit.rstrip("s")]


def import_(story, step):
    """The learner imports a release, with `options` or Anki's defaults.

    `expect`: which notes are `new`, `updated` and `conflicting` (by default none);
    how many are `duplicate` (by default all others); what it `costs`, by kind; and
    anything from `expectations.py`.
    """
    package, contents = story.packages[step["import"]]
    wanted = dict(step.get("expect", {}))
    before = story.learner.state()
    log = story.learner.import_package(package, **step.get("options", {}))
    after = story.learner.state()
    problems = []
    others = len(contents.notes)
    for outcome in ("new", "updated", "conflicting"):
        guids = getattr(log, outcome)
        others -= len(guids)
        told = wanted.pop(outcome, [])
        expected = story.keys_of(contents.notes) if told == "all" else sorted(told)
        for key in expected:
            story.guid(key)
        problems += differ(outcome, story.keys_of(guids), expected)
    problems += differ("duplicate", len(log.duplicate), wanted.pop("duplicate", others))
    found = {}
    for kind, hit in costs(before, after, log, contents.note_types):
        found.setdefault(kind, []).append(name_of(story, hit))
    for missing in story.learner.missing_media():
        found.setdefault("missing media", []).append(missing)
    found = {kind: sorted(set(hits)) for kind, hits in found.items()}
    problems += differ("costs", found, {kind: sorted(hits) for kind, hits in wanted.pop("costs", {}).items()})
    return problems + check(story, wanted)


def name_of(story, hit):
    """What a cost affected, in the story's names."""
    if isinstance(hit, tuple):
        return f"{story.keys.get(hit[0], hit[0])} card {hit[1] + 1}"
    return story.keys.get(hit, hit)


def expect(story, step):
    """Something must be true now."""
    return check(story, step["expect"])


def check(story, wanted):
    """Compares the actual state with the expected one."""
    state = story.learner.state()
    return [problem for name, told in wanted.items() for problem in EXPECTATIONS[name](story, state, told)]


def rename_deck(story, step):
    """The learner renames a deck."""
    story.learner.rename_deck(step["rename_deck"], step["to"])
    return []


def describe(story, step):
    """The learner changes a deck's description."""
    story.learner.describe(step["describe"], step["as"])
    return []


def cram(story, step):
    """The learner collects the cards of a tag in a filtered deck."""
    story.learner.cram(step["cram"])
    return []


def each(act):
    """A step that does something to each of its notes."""

    def step_of(story, step):
        told = next(iter(step.values()))
        guids = story.learner.state().notes if told == "all" else map(story.guid, told)
        for guid in guids:
            act(story.learner, guid, step)
        return []

    return step_of


def one(act):
    """A step that does something to one note, or to its type."""

    def step_of(story, step):
        guid = story.guid(next(iter(step.values())))
        act(story.learner, guid, step)
        return []

    return step_of


def type_name(learner, guid):
    """The name of a note's type."""
    state = learner.state()
    return state.note_types[state.notes[guid].type].name


STEPS = {
    "release": release,
    "merge": merge,
    "import": import_,
    "expect": expect,
    "review": each(lambda learner, guid, step: learner.review(guid, step.get("ratings", ("again", "good", "easy")))),
    "rename_deck": rename_deck,
    "describe": describe,
    "cram": cram,
    "move": each(lambda learner, guid, step: learner.move(guid, step["to"])),
    "delete": each(lambda learner, guid, _: learner.delete(guid)),
    "suspend": each(lambda learner, guid, _: learner.suspend(guid)),
    "flag": each(lambda learner, guid, _: learner.flag(guid)),
    "edit": one(lambda learner, guid, step: learner.edit(guid, step.get("append"), step.get("tag"))),
    "style": one(lambda learner, guid, step: learner.style(type_name(learner, guid), step["css"])),
    "add_field": one(lambda learner, guid, step: learner.add_field(type_name(learner, guid), step["name"])),
}


if __name__ == "__main__":
    sys.exit(main())
