#!/usr/bin/env python3
"""An Anki package as readable text, by Python's own library and nothing of ours.

    read_apkg.py PKG...
"""

import hashlib
import json
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

METHODS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}


def main():
    """Prints every package named on the command line."""
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    for path in map(Path, sys.argv[1:]):
        with zipfile.ZipFile(path) as package, tempfile.TemporaryDirectory() as folder:
            print(f"package {path.name}")
            print_listing(package)
            connection = sqlite3.connect(package.extract("collection.anki2", folder))
            connection.row_factory = sqlite3.Row
            decks = print_collection(connection)
            print_notes(connection, decks)
            connection.close()
            print_media(package)


def print_listing(package):
    """Names, sizes, dates and methods of the files."""
    print("files:")
    for entry in package.infolist():
        date = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*entry.date_time)
        mode = entry.external_attr >> 16
        # A database's size depends on SQLite's release, so it is left out.
        size = "" if entry.filename == "collection.anki2" else f"{entry.file_size} bytes, "
        print(f"  {entry.filename}: {size}{date}, {METHODS[entry.compress_type]}, mode {mode:o}")


def print_collection(connection):
    """The single row of `col`; returns deck names by id."""
    row = connection.execute("select * from col").fetchone()
    columns = ("crt", "mod", "scm", "ver", "dty", "usn", "ls", "conf", "tags")
    print("collection: " + ", ".join(f"{column} {row[column]}" for column in columns))
    tables = connection.execute("select name from sqlite_master where name not like 'sqlite_%' order by name")
    print("tables and indexes: " + ", ".join(name for (name,) in tables))
    print(f"integrity: {connection.execute('pragma integrity_check').fetchone()[0]}")
    decks = json.loads(row["decks"])
    print("decks:")
    for deck in sorted(decks.values(), key=lambda deck: deck["name"]):
        print(f"  {deck['name']}: id {deck['id']}, mod {deck['mod']}, preset {deck['conf']}")
        if deck["desc"]:
            print(f"    {deck['desc']}")
    presets = json.loads(row["dconf"])
    print("presets: " + ", ".join(preset["name"] for preset in presets.values()))
    for model in json.loads(row["models"]).values():
        print_note_type(model)
    return {deck["id"]: deck["name"] for deck in decks.values()}


def print_note_type(model):
    """A note type with its fields, templates and style."""
    sort = "cloze" if model["type"] else "normal"
    print(f"note type {model['name']}: id {model['id']}, {sort}, mod {model['mod']}, sort field {model['sortf']}")
    for field in model["flds"]:
        print(f"  field {field['ord']} {field['name']}: id {field['id']}")
    for template in model["tmpls"]:
        print(f"  template {template['ord']} {template['name']}: id {template['id']}")
        print_block("    question", template["qfmt"])
        print_block("    answer", template["afmt"])
    style = model["css"].encode()
    print(f"  style: {len(style)} bytes, sha256 {hashlib.sha256(style).hexdigest()[:16]}")


def print_notes(connection, decks):
    """Every note in the order in which a learner meets it, with its cards."""
    models = json.loads(connection.execute("select models from col").fetchone()[0])
    order = "select notes.*, (select min(due) from cards where nid = notes.id) as place from notes order by place, id"
    for note in connection.execute(order).fetchall():
        model = models[str(note["mid"])]
        values = note["flds"].split("\x1f")
        print(f"note {note['guid']}: id {note['id']}, {model['name']}, mod {note['mod']}, tags {note['tags']!r}")
        print(f"  sort field {note['sfld']!r}, checksum {note['csum']:08x}")
        if len(values) != len(model["flds"]):
            print(f"  WRONG: {len(values)} values for {len(model['flds'])} fields")
        for field, value in zip(model["flds"], values):
            if value:
                print_block(f"  {field['name']}", value)
        cards = connection.execute("select * from cards where nid = ? order by ord", (note["id"],))
        for card in cards.fetchall():
            state = "new" if (card["type"], card["queue"], card["reps"]) == (0, 0, 0) else "NOT NEW"
            deck = decks.get(card["did"], "NO DECK")
            print(f"  card {card['ord']}: id {card['id']}, {deck}, due {card['due']}, {state}")


def print_block(name, text):
    """A text on its name's line, or below it if it has several lines."""
    lines = text.splitlines()
    if len(lines) <= 1:
        print(f"{name}: {text}".rstrip())
        return
    print(f"{name}:")
    indent = " " * (len(name) - len(name.lstrip()) + 2)
    for line in lines:
        print(f"{indent}{line}".rstrip())


def print_media(package):
    """The media map, with the hash of each file's bytes."""
    print("media:")
    names = json.loads(package.read("media"))
    for number, name in names.items():
        content = package.read(number)
        print(f"  {number} {name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    extra = set(package.namelist()) - set(names) - {"collection.anki2", "media"}
    if extra:
        print("files that the map does not name: " + ", ".join(sorted(extra)))


if __name__ == "__main__":
    main()
