"""Makes a package with genanki: `genanki_peer.py NOTES OUT`. `prepare.py` says what the file of
notes looks like."""

import sys

import genanki


def main():
    source, out = sys.argv[1:]
    with open(source, encoding="utf-8", newline="") as file:
        text = file.read()
    deck = genanki.Deck(2059400110, "Bench")
    for note in text.split("\x1e"):
        kind, guid, tags, front, back = note.split("\x1f")
        model = genanki.CLOZE_MODEL if kind == "cloze" else genanki.BASIC_MODEL
        deck.add_note(genanki.Note(model=model, fields=[front, back], guid=guid, tags=tags.split(" ")))
    genanki.Package(deck).write_to_file(out)


main()
