"""Writes a collection in the forms that the peers read: `prepare.py PROJECT CSV OUT`.

PROJECT is what `stages --write` wrote, CSV the folder with the CSV files that Cardpress made of it.

- `notes.txt`, for the libraries: fields as finished HTML, which is what Cardpress puts into its own
  package. A note is kind (`basic` or `cloze`), GUID, tags, front and back with U+001F between them,
  and U+001E between notes.
- `notes.yaml`, for yaml2anki: the same HTML in its YAML. It knows no clozes, and shows them as text.
- `markdown/bench.md`, for ankcompiler: the notes as Markdown with formulas, which it turns into HTML.
"""

import csv
import hashlib
import itertools
import json
import sys
from pathlib import Path


def main():
    project, made, out = map(Path, sys.argv[1:])
    notes = [note for kind in ("basic", "cloze") for note in rows(made, kind)]
    write(out / "notes.txt", "\x1e".join("\x1f".join(note) for note in notes))
    write(out / "notes.yaml", "deck_name: Bench\ncards:\n" + "".join(card(note) for note in notes))
    markdown = json.loads((project / "notes.json").read_text(encoding="utf-8"))
    write(out / "markdown" / "bench.md", "---\ndeck: Bench\n---\n" + "".join(block(note) for note in markdown))


def rows(made, kind):
    """The notes of one CSV file, as its header says they are."""
    path = made / f"bench.{kind}.csv"
    with open(path, encoding="utf-8", newline="") as file:
        lines = itertools.dropwhile(lambda line: line.startswith("#"), file)
        for guid, _, front, back, tags in csv.reader(lines):
            yield kind, guid, tags, front, back


def card(note):
    _, _, tags, front, back = note
    front, back, tags = (json.dumps(value, ensure_ascii=False) for value in (front, back, tags.split()))
    return f"- front: {front}\n  back: {back}\n  tags: {tags}\n"


def block(note):
    uid = hashlib.sha256(note["id"].encode()).hexdigest()[:10]
    body = f"{note['front']}\n\n:::\n\n{note['back']}" if note["back"] else note["front"]
    tags = "".join(f"[^tag]: {tag}\n" for tag in note["tags"])
    return f"\n---\n\n{body}\n\n---\n[^uid]: {uid}\n{tags}"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


main()
