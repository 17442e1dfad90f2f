"""An author: a project in a folder, and the packages that the compiler builds from it."""

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections import namedtuple
from pathlib import Path

# Letters and digits in the order of their values in base 62.
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LOCK = "cardpress.lock"
DAY = 86_400

Note = namedtuple("Note", "type mod fields tags decks")
Package = namedtuple("Package", "notes note_types")
Build = namedtuple("Build", "exit_code errors package")
BuildError = namedtuple("BuildError", "code message")


def guid(project, key):
    """The GUID of the note `key`, computed by the rule that learners' collections rely on.

    The key is an item's oldest id, followed by `/row` for a row of a table.
    """
    number = int.from_bytes(hashlib.sha256(f"{project}\0{key}".encode()).digest()[:16], "big") >> 32
    number, first = divmod(number, 52)
    text = ALPHABET[10 + first]
    for _ in range(12):
        number, digit = divmod(number, 62)
        text += ALPHABET[digit]
    return text


class Author:
    """Writes a project's files and builds releases, each into its own folder."""

    def __init__(self, cardpress, folder):
        self.cardpress = cardpress
        self.project = Path(folder) / "project"
        self.out = Path(folder) / "releases"
        self.project.mkdir()
        self.releases = 0

    def write(self, path, content):
        """Writes a file of the project; deletes it if `content` is None."""
        file = self.project / path
        if content is None:
            file.unlink()
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def files(self):
        """The project's files, including the ledger."""
        paths = (path for path in self.project.rglob("*") if path.is_file())
        return {str(path.relative_to(self.project)): path.read_bytes() for path in paths}

    def restore(self, files):
        """Restores the project to `files`."""
        for path in self.files().keys() - files.keys():
            self.write(path, None)
        for path, content in files.items():
            self.write(path, content)

    def lock(self):
        """The ledger of releases; None if there isn't one yet."""
        path = self.project / LOCK
        return path.read_bytes() if path.exists() else None

    def build(self, clock, accept=(), locked=False):
        """Builds the package with the clock at `clock`, without publishing anything."""
        command = ["build", self.project, "--only", "apkg"]
        if locked:
            command.append("--locked")
        return self.run(command, clock, accept)

    def release(self, version, clock, accept=()):
        """Publishes the sources with the clock at `clock`."""
        return self.run(["release", version, self.project], clock, accept)

    def released(self):
        """The versions that the ledger lists."""
        lines = (self.lock() or b"").splitlines()
        return [json.loads(line)["release"] for line in lines if line.startswith(b'{"release":')]

    def run(self, command, clock, accept):
        """Runs the compiler, with a separate folder for its outputs."""
        self.releases += 1
        out = self.out / str(self.releases)
        command = [self.cardpress, *command, "-o", out, "--format", "json"]
        for each in accept:
            command += ["--accept", each]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(clock)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        packages = list(out.glob("*.apkg"))
        return Build(done.returncode, errors(done), packages[0] if packages else None)


def errors(done):
    """The errors in the machine-readable report; if there is no report, the compiler's messages."""
    try:
        diagnostics = json.loads(done.stdout)["diagnostics"]
    except (ValueError, KeyError):
        return [BuildError("no-report", (done.stdout + done.stderr).strip())]
    return [BuildError(each["code"], each.get("message", "")) for each in diagnostics if each["severity"] == "error"]


def union(ours, base, theirs):
    """What Git makes of a file with the attribute `merge=union`."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("ours", "base", "theirs")]
        for path, content in zip(paths, (ours, base, theirs)):
            path.write_bytes(content)
        return subprocess.run(["git", "merge-file", "-p", "--union", *paths], check=True, capture_output=True).stdout


def read_package(path):
    """The notes of a package in the old format, by GUID, and its note types by id."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as package:
            connection = sqlite3.connect(package.extract("collection.anki2", folder))
        models, decks = map(json.loads, connection.execute("select models, decks from col").fetchone())
        cards = {}
        for note, ord_, deck in connection.execute("select nid, ord, did from cards"):
            cards.setdefault(note, {})[ord_] = decks[str(deck)]["name"]
        notes = {
            guid: Note(type_, mod, fields.split("\x1f"), tuple(sorted(tags.split())), cards.get(note, {}))
            for note, guid, type_, mod, fields, tags in connection.execute(
                "select id, guid, mid, mod, flds, tags from notes"
            )
        }
        connection.close()
    return Package(notes, {model["id"]: model["name"] for model in models.values()})


def command(cardpress, project, learner, lines, *words):
    """What an author does a day later, and what `cardpress` says of it."""
    learner.clock += DAY
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(learner.clock)}
    done = subprocess.run([cardpress, *words], cwd=project, env=environment, capture_output=True, text=True)
    said = done.stdout + done.stderr
    if done.returncode:
        raise RuntimeError(f"cardpress {' '.join(words)}: {said}")
    lines.append(f"$ cardpress {' '.join(words)}")
    # A build without the sheet makes fewer files.
    told = (line for line in said.splitlines() if line.startswith(("cardpress: ", "notes: ", "~ ")))
    lines.extend(re.sub(r"\d+ files?", "… files", line) for line in told)


def tell(title, play):
    """Prints a story, which adds to the lines that it gets and returns what went wrong; returns whether anything did."""
    lines = []
    with contextlib.redirect_stdout(sys.stderr):  # Anki prints its slow calls there.
        problems = play(lines)
    print(title)
    for line in lines:
        print(f"  {line}")
    for problem in problems:
        print(f"  FAILED: {problem}")
    return bool(problems)
