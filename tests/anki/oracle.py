#!/usr/bin/env python3
"""What the real Anki makes of our packages and text files, as readable text.

    oracle.py import PKG...          packages into a fresh collection
    oracle.py csv FILE...            text files, whose metadata Anki detects itself
    oracle.py mixed FIRST SECOND...  either, in this order, into one collection
    oracle.py export PKG FOLDER      a package, and what Anki makes of it: packages and collections of both formats
    oracle.py --language de ...      the same in a profile of that language
    oracle.py --all import PKG...    with every card, not only the first of each note type

The report contains no paths, times or machine names, so two runs on the same files
give the same text. Exit 1 if Anki rejects a file or finds something to fix.
"""

import argparse
import functools
import re
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

import anki._backend
import anki.lang
from anki._backend import RustBackend
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ImportCsvRequest,
)

LOG = (
    "new",
    "updated",
    "duplicate",
    "conflicting",
    "first_field_match",
    "missing_notetype",
    "missing_deck",
    "empty_first_field",
)


def main():
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", default="en", help="language of the profile")
    parser.add_argument("--all", action="store_true", help="print every card")
    parser.add_argument("command", choices=("import", "csv", "mixed", "export"))
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    anki.lang.set_lang(arguments.language)
    anki._backend.print = functools.partial(print, file=sys.stderr)  # Anki prints its slow calls.
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder) / "collection.anki2"))
        if arguments.command == "export":
            import_package(collection, arguments.files[0])
            export(collection, arguments.files[1])
            return 0
        for path in arguments.files:
            import_file(collection, arguments.command, path, problems)
        if arguments.command != "mixed":
            report_collection(collection, problems, arguments.all)
        for path in arguments.files:
            if path.suffix == ".apkg":
                compare_sort_fields(collection, path, problems)
        report_totals(collection, problems)
        report_media(collection, problems if arguments.command == "import" else [])
        report_health(collection, problems)
        collection.close()
    print("problems:" if problems else "problems: none")
    for problem in problems:
        print(f"  {problem}")
    return 1 if problems else 0


def import_file(collection, command, path, problems):
    """Imports one file and prints what Anki counted."""
    text = command == "csv" or (command == "mixed" and path.suffix != ".apkg")
    try:
        log = import_text(collection, path) if text else import_package(collection, path)
    except Exception as error:  # Anki's errors have no common base class.
        problems.append(f"{path.name} is refused: {type(error).__name__}")
        return
    counts = [f"{name} {len(getattr(log, name))}" for name in LOG if len(getattr(log, name))]
    print(f"import {path.name}: found {log.found_notes}, " + ", ".join(counts))
    for name in ("missing_notetype", "missing_deck", "empty_first_field"):
        if len(getattr(log, name)):
            problems.append(f"{path.name}: {name} {len(getattr(log, name))}")


def import_package(collection, path):
    """Imports a package under Anki's default options."""
    options = ImportAnkiPackageOptions()
    request = ImportAnkiPackageRequest(package_path=str(path.resolve()), options=options)
    return collection.import_anki_package(request).log


def export(collection, folder):
    """Exports everything in Anki's old and new formats."""
    for name, legacy in (("legacy", True), ("modern", False)):
        options = ExportAnkiPackageOptions(with_media=True, legacy=legacy)
        collection.export_anki_package(out_path=str(folder / f"{name}.apkg"), options=options, limit=None)
        collection.export_collection_package(str(folder / f"{name}.colpkg"), include_media=True, legacy=legacy)
        collection.reopen()


def import_text(collection, path):
    """Imports a text file as Anki's dialogue would with its defaults, and prints the mapping."""
    metadata = collection.get_csv_metadata(str(path.resolve()), None)
    note_type = collection.models.get(metadata.global_notetype.id)
    columns = {metadata.guid_column: "guid", metadata.deck_column: "deck", metadata.tags_column: "tags"}
    for field, column in zip(note_type["flds"], metadata.global_notetype.field_columns):
        columns[column] = f"field {field['name']}"
    mapping = ", ".join(f"{column} {columns[column]}" for column in sorted(columns) if column)
    print(f"columns of {path.name}: note type {note_type['name']}; {mapping}")
    request = ImportCsvRequest(path=str(path.resolve()), metadata=metadata)
    return collection.import_csv(request).log


def report_collection(collection, problems, every_card):
    """Prints decks, note types and a rendered card of each note type."""
    print("decks:")
    for deck in sorted(collection.decks.all_names_and_ids(), key=lambda deck: deck.name):
        cards = collection.db.scalar("select count() from cards where did = ?", deck.id)
        print(f"  {deck.name}: {cards} cards")
        if description := collection.decks.get(deck.id)["desc"]:
            print(f"    {description}")
    print("note types:")
    rows = collection.db.all(
        "select mid, count(distinct notes.id), count(cards.id) from notes"
        " left join cards on nid = notes.id group by mid"
    )
    named = sorted((collection.models.get(mid)["name"], notes, cards) for mid, notes, cards in rows)
    for name, notes, cards in named:
        fields = collection.models.by_name(name)["flds"]
        direction = ", fields from right to left" if all(field["rtl"] for field in fields) else ""
        print(f"  {name}: {notes} notes, {cards} cards{direction}")
    report_cards(collection, problems, every_card)


def report_cards(collection, problems, every_card):
    """Renders every card; prints them all, or the first of each note type."""
    shown = set()
    rows = collection.db.all(
        "select cards.id, guid, ord, mid from cards join notes on nid = notes.id order by due, cards.did, guid, ord"
    )
    for card_id, guid, ord_, note_type_id in rows:
        try:
            card = collection.get_card(card_id)
            question, answer = without_style(card.question()), without_style(card.answer())
        except Exception as error:
            problems.append(f"card {ord_} of {guid} does not render: {type(error).__name__}")
            continue
        # If a card's template is wrong, Anki shows a page with this link instead.
        if "docs.ankiweb.net/templates/errors" in question + answer:
            problems.append(f"card {ord_} of {guid} shows a template error")
        if not re.sub(r"<(?!img)[^>]*>|\s", "", question):
            problems.append(f"card {ord_} of {guid} has an empty front")
        if every_card or note_type_id not in shown:
            shown.add(note_type_id)
            print(f"card {ord_} of {guid} ({collection.models.get(note_type_id)['name']}), question:")
            print_indented(question)
            print("answer:")
            print_indented(answer)
            played = [tag.filename for tag in card.question_av_tags() + card.answer_av_tags()]
            if played:
                print(f"played: {', '.join(played)}")


def report_totals(collection, problems):
    """Prints the final counts, and duplicate notes."""
    print(f"total: {collection.note_count()} notes, {collection.card_count()} cards")
    doubles = collection.db.list("select guid from notes group by guid having count() > 1 order by guid")
    report_list("doubled notes", doubles, problems)


def report_media(collection, problems):
    """Anki's own media check. Text files contain no media, so for them missing files are not a problem."""
    media = collection.media.check()
    report_list("missing media", sorted(media.missing), problems)
    report_list("unused media", sorted(media.unused), problems)


def report_health(collection, problems):
    """Anki's own checks: empty cards, templates, integrity."""
    empty = collection._backend.get_empty_cards()
    report_list("empty cards", [str(note.note_id) for note in empty.notes], problems)
    report_list("template errors", sorted(template_errors(collection)), problems)
    _, sound = collection.fix_integrity()
    print(f"integrity: {'ok' if sound else 'not ok'}")
    if not sound:
        problems.append("integrity")


def report_list(name, entries, problems):
    """Prints a list that should be empty."""
    print(f"{name}: {', '.join(entries) or 'none'}")
    if entries:
        problems.append(name)


def template_errors(collection):
    """Template errors, which Anki finds when it saves a note type."""
    used = collection.db.list("select distinct mid from notes")
    for note_type_id in used:
        note_type = collection.models.get(note_type_id)
        try:
            collection.models.update_dict(note_type)
        except Exception as error:
            yield f"{note_type['name']}: {type(error).__name__}"


def compare_sort_fields(collection, path, problems):
    """Anki recomputes the sort field and the checksum; the package's must be the same."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(unpacked(path, Path(folder)))
        ours = connection.execute("select guid, mid, mod, sfld, csum, flds from notes order by guid").fetchall()
        connection.close()
    differing = []
    for *note, sort_field, checksum, fields in ours:
        # A note with a different type or from a different release was there first, so it isn't this package's.
        theirs = collection.db.first("select sfld, csum, flds from notes where guid = ? and mid = ? and mod = ?", *note)
        if theirs and list(theirs) != [sort_field, checksum, fields]:
            differing.append(note[0])
    report_list(f"sort fields of {path.name} that Anki computes otherwise", differing, problems)


def unpacked(path, folder):
    """The database of a package. A modern one Anki itself unpacks, as it would a whole collection."""
    with zipfile.ZipFile(path) as package:
        if "collection.anki21b" not in package.namelist():
            return package.extract("collection.anki2", folder)
    database = folder / "collection.anki2"
    RustBackend().import_collection_package(
        col_path=str(database),
        backup_path=str(path.resolve()),
        media_folder=str(folder / "collection.media"),
        media_db=str(folder / "collection.media.db2"),
    )
    return database


def without_style(html):
    """A card without the style sheet in front of it."""
    return re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def print_indented(text):
    """Prints each line that is not blank, indented."""
    for line in text.splitlines():
        if line.strip():
            print(f"  {line.rstrip()}")


if __name__ == "__main__":
    sys.exit(main())
