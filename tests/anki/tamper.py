"""Packages that the compiler would never make: a good one, changed without its knowledge.

A change is a mapping. It has either `sql`, a statement to run on the package's
database; or `media`, the beginning of a file's name, and its `bytes`, which adds
the file if there isn't one; or `format`, to have Anki write the package again in
that format; or `note_type`, the end of a note type's name, with what happens to it:

    later: 60               its time of change, moved by this many seconds
    css: .card {}           its style
    kind: cloze             cards from clozes instead of templates
    sort_field: 1           which field sorts
    rename_field: [A, B]    the field's id stays
    add_field: A            empty in every note
    remove_field: A
    swap_fields: [A, B]     values move along
    front: text             the front of its first card
    add_template: A         no note has a card of it
    rename_template: A      the first one; its id stays
    without_ids: true       removes the ids of fields and templates
    other_ids: true         replaces them
"""

import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path

DATABASE = "collection.anki2"


def tamper(path, changes, target):
    """Writes a changed copy of the package to `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(path.read_bytes())
    formats = [change["format"] for change in changes if "format" in change]
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(path) as package:
            entries = {name: package.read(name) for name in package.namelist()}
        database = Path(folder) / DATABASE
        database.write_bytes(entries[DATABASE])
        connection = sqlite3.connect(database)
        for change in changes:
            if "sql" in change:
                connection.execute(change["sql"])
            if "note_type" in change:
                change_note_type(connection, change)
        connection.commit()
        connection.close()
        entries[DATABASE] = database.read_bytes()
        for change in changes:
            if "media" in change:
                change_media(entries, change["media"], change["bytes"].encode())
        with zipfile.ZipFile(target, "w") as package:
            for name, content in entries.items():
                package.writestr(name, content)
    for name in formats:
        rewrite(target, name)


def change_media(entries, beginning, content):
    """Replaces a file's bytes, or adds a file."""
    names = json.loads(entries["media"])
    number = next((number for number, name in names.items() if name.startswith(beginning)), str(len(names)))
    names.setdefault(number, beginning)
    entries["media"] = json.dumps(names).encode()
    entries[number] = content


def change_note_type(connection, change):
    """Applies a change to a note type and to its notes."""
    models = json.loads(connection.execute("select models from col").fetchone()[0])
    ending = f": {change['note_type']}"
    model = next(model for model in models.values() if model["name"].endswith(ending))
    for name, argument in change.items():
        if name != "note_type":
            CHANGES[name](connection, model, argument)
    for parts in (model["flds"], model["tmpls"]):
        for ord_, part in enumerate(parts):
            part["ord"] = ord_
    connection.execute("update col set models = ?", (json.dumps(models),))


def later(_, model, seconds):
    """Moves the note type's time of change."""
    model["mod"] += seconds


def css(_, model, text):
    """Replaces the note type's style."""
    model["css"] = text


def kind(_, model, __):
    """Turns it into a note type with clozes."""
    model["type"] = 1


def sort_field(_, model, number):
    """Sorts by a different field."""
    model["sortf"] = number


def rename_field(_, model, names):
    """Renames a field that no template shows."""
    model["flds"][place(model, names[0])]["name"] = names[1]


def add_field(connection, model, name):
    """Adds a field at the end."""
    model["flds"].append({**model["flds"][-1], "name": name, "id": model["flds"][-1]["id"] + 1})
    change_notes(connection, model, lambda fields: [*fields, ""])


def remove_field(connection, model, name):
    """Removes a field that no template shows."""
    at = place(model, name)
    del model["flds"][at]
    change_notes(connection, model, lambda fields: fields[:at] + fields[at + 1 :])


def swap_fields(connection, model, names):
    """Swaps two fields."""
    one, two = (place(model, name) for name in names)

    def swap(values):
        values = list(values)
        values[one], values[two] = values[two], values[one]
        return values

    model["flds"] = swap(model["flds"])
    change_notes(connection, model, swap)


def front(_, model, text):
    """Replaces the front of the first card."""
    model["tmpls"][0]["qfmt"] = text


def rename_template(_, model, name):
    """Renames the first template."""
    model["tmpls"][0]["name"] = name


def add_template(_, model, name):
    """Adds a template at the end."""
    model["tmpls"].append({**model["tmpls"][-1], "name": name, "id": model["tmpls"][-1]["id"] + 1})


def without_ids(_, model, __):
    """Removes the ids of fields and templates."""
    for part in model["flds"] + model["tmpls"]:
        part.pop("id", None)


def other_ids(_, model, __):
    """Replaces the ids of fields and templates."""
    for number, part in enumerate(model["flds"] + model["tmpls"]):
        part["id"] = 77_000 + number


def place(model, name):
    """The index of a field."""
    return [field["name"] for field in model["flds"]].index(name)


def change_notes(connection, model, change):
    """Changes the fields of every note of the type."""
    for note, fields in connection.execute("select id, flds from notes where mid = ?", (model["id"],)).fetchall():
        connection.execute("update notes set flds = ? where id = ?", ("\x1f".join(change(fields.split("\x1f"))), note))


def rewrite(path, name):
    """Has Anki write the package in the `latest` or `legacy` format, as if a learner shared it."""
    from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ExportAnkiPackageOptions(with_media=True, legacy=name == "legacy")
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder) / DATABASE))
        request = ImportAnkiPackageRequest(package_path=str(path), options=ImportAnkiPackageOptions())
        collection.import_anki_package(request)
        collection.export_anki_package(out_path=str(path), options=options, limit=None)
        collection.close()


CHANGES = {
    "later": later,
    "css": css,
    "kind": kind,
    "sort_field": sort_field,
    "rename_field": rename_field,
    "add_field": add_field,
    "remove_field": remove_field,
    "swap_fields": swap_fields,
    "front": front,
    "add_template": add_template,
    "rename_template": rename_template,
    "without_ids": without_ids,
    "other_ids": other_ids,
}
