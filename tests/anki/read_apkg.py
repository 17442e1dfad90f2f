#!/usr/bin/env python3
"""An Anki package as readable text, read only with Python's standard library and none of our code.

    read_apkg.py PKG...

Python cannot decompress Zstandard frames: for a modern package, pass a copy with its
files decompressed.
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
            connection = sqlite3.connect(package.extract(database_of(package), folder))
            connection.row_factory = sqlite3.Row
            # Anki's sort order for names, which is close enough for the names in tests.
            connection.create_collation("unicase", lambda a, b: (a.casefold() > b.casefold()) - (a.casefold() < b.casefold()))
            models, decks = print_collection(connection)
            print_notes(connection, models, decks)
            connection.close()
            print_media(package)


def database_of(package):
    """The name of the database, according to `meta`."""
    if "meta" not in package.namelist():
        return "collection.anki2"
    version = message(package.read("meta"))[1]
    return {2: "collection.anki21", 3: "collection.anki21b"}[version]


def print_listing(package):
    """Names, sizes, dates and compression methods of the files."""
    print("files:")
    for entry in package.infolist():
        date = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(*entry.date_time)
        mode = entry.external_attr >> 16
        # A database's size depends on the SQLite version, so we leave it out.
        size = "" if entry.filename == database_of(package) else f"{entry.file_size} bytes, "
        print(f"  {entry.filename}: {size}{date}, {METHODS[entry.compress_type]}, mode {mode:o}")


def print_collection(connection):
    """Prints the collection except its notes; returns note types and deck names by id."""
    row = connection.execute("select * from col").fetchone()
    columns = ("crt", "mod", "scm", "ver", "dty", "usn", "ls", "conf", "tags")
    print("collection: " + ", ".join(f"{column} {row[column]}" for column in columns))
    tables = connection.execute("select name from sqlite_master where name not like 'sqlite_%' order by name")
    print("tables and indexes: " + ", ".join(name for (name,) in tables))
    print(f"integrity: {connection.execute('pragma integrity_check').fetchone()[0]}")
    decks, presets, models = schema_18(connection) if row["ver"] == 18 else schema_11(row)
    print("decks:")
    for deck in sorted(decks, key=lambda deck: deck["name"]):
        print(f"  {deck['name']}: id {deck['id']}, mod {deck['mod']}, preset {deck['conf']}")
        if deck["desc"]:
            print(f"    {deck['desc']}")
    print("presets: " + ", ".join(presets))
    for model in models:
        print_note_type(model)
    return {model["id"]: model for model in models}, {deck["id"]: deck["name"] for deck in decks}


def schema_11(row):
    """Decks, preset names and note types, which are stored as JSON."""
    decks, presets, models = (list(json.loads(row[column]).values()) for column in ("decks", "dconf", "models"))
    return decks, [preset["name"] for preset in presets], models


def schema_18(connection):
    """The same, read from tables and protobuf messages, in the form of schema 11."""
    decks = []
    for row in connection.execute("select id, name, mtime_secs, kind from decks order by id").fetchall():
        normal = message(message(row["kind"])[1])
        name = row["name"].replace("\x1f", "::")
        description = normal.get(4, b"").decode()
        decks.append({"id": row["id"], "name": name, "mod": row["mtime_secs"], "conf": normal[1], "desc": description})
    presets = [name for (name,) in connection.execute("select name from deck_config order by id")]
    models = []
    for row in connection.execute("select id, name, mtime_secs, config from notetypes order by id").fetchall():
        config = message(row["config"])
        model = {"id": row["id"], "name": row["name"], "mod": row["mtime_secs"]}
        model |= {"type": config.get(1, 0), "sortf": config.get(2, 0), "css": config[3].decode()}
        model |= {"flds": parts(connection, "fields", row["id"]), "tmpls": parts(connection, "templates", row["id"])}
        models.append(model)
    return decks, presets, models


def parts(connection, table, note_type):
    """Fields or templates of a note type."""
    found = []
    query = f"select ord, name, config from {table} where ntid = ? order by ord"
    for row in connection.execute(query, (note_type,)).fetchall():
        config = message(row["config"])
        part = {"ord": row["ord"], "name": row["name"], "id": config[9 if table == "fields" else 8]}
        if table == "templates":
            part |= {"qfmt": config[1].decode(), "afmt": config[2].decode()}
        found.append(part)
    return found


def message(data):
    """The last value of each field of a protobuf message, by its number."""
    found, rest = {}, memoryview(data)
    while rest:
        (key, rest), size = varint(rest), {1: 8, 5: 4}
        if key & 7 == 0:
            found[key >> 3], rest = varint(rest)
            continue
        length, rest = varint(rest) if key & 7 == 2 else (size[key & 7], rest)
        found[key >> 3], rest = bytes(rest[:length]), rest[length:]
    return found


def varint(data):
    """A varint, and what follows it."""
    value = 0
    for place, byte in enumerate(data):
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value, data[place + 1 :]
    raise ValueError("the message is cut off")


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


def print_notes(connection, models, decks):
    """Prints every note in the order in which a learner meets it, with its cards."""
    order = "select notes.*, (select min(due) from cards where nid = notes.id) as place from notes order by place, id"
    for note in connection.execute(order).fetchall():
        model = models[note["mid"]]
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
    """Prints a text on the same line as its name, or below it if it has several lines."""
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
    modern = database_of(package) == "collection.anki21b"
    names = dict(media_entries(package)) if modern else json.loads(package.read("media"))
    for number, name in names.items():
        content = package.read(number)
        print(f"  {number} {name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    extra = set(package.namelist()) - set(names) - {database_of(package), "media", "meta"}
    if extra:
        print("files that the map does not name: " + ", ".join(sorted(extra)))


def media_entries(package):
    """The media map of a modern package, compared with the files."""
    rest, number = package.read("media"), 0
    while rest:
        length, rest = varint(memoryview(rest)[1:])
        entry, rest = message(rest[:length]), rest[length:]
        name, content = entry[1].decode(), package.read(str(number))
        if (entry[2], entry[3]) != (len(content), hashlib.sha1(content).digest()):
            print(f"  WRONG: the map has another size or hash of {name}")
        yield str(number), name
        number += 1


if __name__ == "__main__":
    main()
