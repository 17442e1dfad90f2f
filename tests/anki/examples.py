#!/usr/bin/env python3
"""Every project in `examples`, from its first release to the second, in the real Anki.

    examples.py --cardpress BINARY

For each example: release 1.0.0, a learner imports it, Anki shows every card, and the
learner reviews all of them; then edit one text, run diff and release patch, and the
learner imports again. Exactly that note must be updated, and no review may be lost. It prints
what Anki has. Exit 1 on a failure.
"""

import argparse
import functools
import html
import re
import shutil
import sys
import tempfile
from pathlib import Path

from author import command, guid, read_package, tell
from learner import Learner, costs

from anki.sound import SoundOrVideoTag, TTSTag  # after `learner`, because Anki's modules have circular imports

START = 1_420_070_400  # 2015-01-01: before any machine's clock, because a release must be older than its import
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
# For each example: an item with as many cards as any other, its topic, and a text of it to edit.
EDITS = {
    "geography": ("france", "10-western-europe.yaml", "between [[belgium]] and Spain.", "from [[belgium]] to Spain."),
    "lecture": ("grenzwert", "10-konvergenz.yaml", "wähle ein $N >", "wähle irgendein $N >"),
    "vocabulary": ("hashi", "10-meals.yaml", "I eat the fish with chopsticks.", "I use chopsticks to eat the fish."),
}
# Longer texts are cut: we only need to see what is on a card, not all of it.
WIDTH = 100


def main():
    """Plays every example; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cardpress", type=Path, required=True, help="the compiler")
    arguments = parser.parse_args()
    cardpress = arguments.cardpress.resolve()
    examples = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
    failed = [tell(example, functools.partial(play, cardpress, example)) for example in examples]
    return 1 if any(failed) else 0


def play(cardpress, example, lines):
    """From the first release to the second import; returns what went wrong."""
    with tempfile.TemporaryDirectory() as folder, Learner(START) as learner:
        project = Path(folder) / example
        shutil.copytree(EXAMPLES / example, project, ignore=shutil.ignore_patterns("dist", "cardpress.lock"))
        manifest = (project / "cardpress.yaml").read_text(encoding="utf-8")
        namespace = re.search(r"^id: (\S+)", manifest, re.MULTILINE)[1]
        package = project / "dist" / f"{namespace}.apkg"
        run = functools.partial(command, cardpress, project, learner, lines)
        item, topic, old, new = EDITS[example]
        try:
            run("release", "1.0.0")
            problems = first_import(learner, package, lines)
            edit(project / "topics" / topic, old, new)
            run("diff")
            run("release", "patch")
            return problems + second_import(learner, package, lines, guid(namespace, item))
        except RuntimeError as error:
            return [str(error)]


def edit(path, old, new):
    """Replaces a text that appears exactly once in the topic."""
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise RuntimeError(f"{path.name} has to say once: {old}")
    path.write_text(text.replace(old, new), encoding="utf-8")


def first_import(learner, package, lines):
    """Imports everything, looks at each card and reviews it once."""
    notes = read_package(package).notes
    log = learner.import_package(package)
    lines.append(f"Anki: {len(log.new)} new")
    problems = [] if set(log.new) == notes.keys() else [f"{len(log.new)} of {len(notes)} notes come in"]
    collection = learner.collection
    lines.append("decks:")
    for deck in sorted(collection.decks.all_names_and_ids(), key=lambda deck: deck.name):
        if cards := collection.decks.cids(deck.id):
            notes_there = {collection.get_card(card).nid for card in cards}
            lines.append(f"  {deck.name}: {len(notes_there)} notes, {len(cards)} cards")
    for note_type in sorted(learner.state().note_types):
        problems += show_note_type(collection, collection.models.get(note_type), lines)
    problems += [f"empty card: {each.note_id}" for each in collection._backend.get_empty_cards().notes]
    problems += [f"missing file: {name}" for name in learner.missing_media()]
    for each in notes:
        learner.review(each)
    return problems


def show_note_type(collection, note_type, lines):
    """Prints a note type with the first card of each template, and checks all of its cards."""
    problems = []
    lines.append(f"note type {note_type['name']}: {collection.models.use_count(note_type)} notes")
    lines.append(f"  fields: {', '.join(field['name'] for field in note_type['flds'])}")
    for template in note_type["tmpls"]:
        cards = cards_of(collection, note_type, template)
        sides = [
            (
                text_of(card.question(), card.question_av_tags()),
                text_of(own_side(card.answer()), card.answer_av_tags()),
            )
            for card in cards
        ]
        marks = [
            (len(cards), "card"),
            (sum("[[type:" in card.question() for card in cards), "to type"),
            (sum(len(card.question_av_tags()) for card in cards), "played on the front"),
            (sum(isinstance(tag, TTSTag) for card in cards for tag in card.answer_av_tags()), "spoken on the back"),
        ]
        told = ", ".join(f"{count} {mark}{'s' * (mark == 'card')}" for count, mark in marks if count)
        lines.append(f"  {template['name']}: {told or 'no card'}")
        for front, back in sides[:1]:
            lines.extend(f"    {mark} {cut(side)}" for mark, side in (("?", front), ("!", back)))
        for card, (front, back) in zip(cards, sides):
            where = f"{template['name']} of {card.note().fields[0]}"
            # If a card's template is wrong, Anki shows a page with this link instead.
            if "docs.ankiweb.net/templates/errors" in card.question() + card.answer():
                problems.append(f"{where} shows a template error")
            if "[[type:" in card.question() and "[[type:" not in card.answer():
                problems.append(f"{where} never compares what is typed")
            if "" in (front, back) or front == back:
                problems.append(f"{where} has an empty side")
        fronts = [front for front, _ in sides]
        problems += [f"{template['name']} asks twice: {front}" for front in set(fronts) if fronts.count(front) > 1]
    return problems


def cards_of(collection, note_type, template):
    """The cards of a template in the order of their introduction; for clozes, those of all numbers."""
    numbered = "" if note_type["type"] else f" and ord = {template['ord']}"
    query = f"select cards.id from cards join notes on nid = notes.id where mid = ?{numbered} order by due, ord"
    return [collection.get_card(card) for card in collection.db.list(query, note_type["id"])]


def own_side(answer):
    """The back without the front above it; a cloze repeats its front, filled in."""
    return answer.rpartition('<hr id=answer>')[2]


def text_of(side, sounds):
    """The text and sounds of a side, without the style and the deck's name."""
    side = re.sub(r"<style>.*?</style>|<div class=\"cp-deck\">.*?</div>", "", side, flags=re.DOTALL)
    side = re.sub(r'<img [^>]*alt="([^"]*)"[^>]*>', r" [\1] ", side)
    side = re.sub(r"<rt>(.*?)</rt>", r"(\1)", side)
    # The file's name without the hash of its content.
    played = [tag.filename.rpartition("-")[0] if isinstance(tag, SoundOrVideoTag) else "speech" for tag in sounds]
    side = re.sub(r"\[anki:play:\w:(\d+)\]", lambda found: f" [{played[int(found[1])]}] ", side)
    side = re.sub(r"</?(?:ruby|span|a|b|strong|em)\b[^>]*>", "", side)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", side)).split())


def cut(text):
    """The beginning of a long text."""
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"


def second_import(learner, package, lines, edited):
    """Imports the second release, in which one note has changed."""
    before, reviews = learner.state(), reviews_by_card(learner.collection)
    log = learner.import_package(package)
    lines.append(f"Anki: {len(log.updated)} updated, {len(log.duplicate)} as they were, {len(log.new)} new")
    problems = [f"{kind}: {hit}" for kind, hit in costs(before, learner.state(), log, read_package(package).note_types)]
    if log.updated != [edited] or log.new:
        problems.append(f"updated {log.updated}, new {log.new}")
    after = reviews_by_card(learner.collection)
    lines.append("reviews kept:")
    for name, count in reviews.items():
        lines.append(f"  {name}: {after.get(name, 0)} of {count}")
    if after != reviews:
        problems.append("reviews went to other cards")
    return problems + [f"Check Database mends: {line}" for line in learner.unsound()]


def reviews_by_card(collection):
    """How many reviews the cards of each template have."""
    found = {}
    query = "select cards.id from revlog join cards on cid = cards.id join notes on nid = notes.id order by mid, ord"
    for card in map(collection.get_card, collection.db.list(query)):
        name = f"{card.note_type()['name']}, {card.template()['name']}"
        found[name] = found.get(name, 0) + 1
    return found


if __name__ == "__main__":
    sys.exit(main())
