#!/usr/bin/env python3
"""A learner who imports a package with its preset, and then answers every card that Anki offers on each day of the plan.

    plan.py DAYS PACKAGE

It prints the first 40 new cards, each with the days that the plan has it on, and how many cards are met by which day.
Exit 1 if a card is still new after DAYS days.
"""

import html
import re
import sys
from pathlib import Path

from learner import Learner

START = 1_420_070_400  # see examples.py
FIRST = 40
DAY = 86_400


def main():
    """Plays the days; returns the exit code."""
    days, package = int(sys.argv[1]), Path(sys.argv[2])
    with Learner(START) as learner:
        learner.import_package(package, presets=True)
        collection = learner.collection
        [root] = [deck.id for deck in collection.decks.all_names_and_ids() if "::" not in deck.name and deck.name != "Default"]
        total = collection.card_count()
        print(f"{total} cards; the first {FIRST} new ones:")
        met = []
        for day in range(1, days + 1):
            collection.sched.deck_due_tree()  # the list of decks, where Anki brings buried cards back
            collection.decks.select(root)
            known = len(met)
            while (card := collection.sched.getCard()) is not None:
                if card.type == 0:
                    met.append(card.id)
                    if len(met) <= FIRST:
                        print(f"day {day}: {described(card)}")
                collection.sched.answerCard(card, 3)
            if day == 1 or day % 5 == 0:
                print(f"after day {day}: {len(met)} cards met, {len(met) - known} of them today")
            collection = next_day(learner)
        left = collection.find_cards("is:new")
        print(f"{len(left)} cards are still new")
        return 1 if left or len(met) != total else 0


def described(card):
    """The days of a card in the plan, its deck, and what it asks."""
    note = card.note()
    days = [tag.rpartition("::")[2] for tag in note.tags if "::plan::" in tag]
    asked = html.unescape(re.sub(r"<[^>]+>|\\[()]", "", note.fields[0]))
    deck = card.col.decks.name(card.did).rpartition("::")[2]
    return f"{', '.join(days) or 'not in the plan'} | {deck} | {' '.join(asked.split())[:50]}"


def next_day(learner):
    """Lets the collection begin a day earlier, so that it is tomorrow; returns it."""
    learner.collection.db.execute("update col set crt = crt - ?", DAY)
    learner.collection.close(downgrade=False)
    learner.collection.reopen()
    return learner.collection


if __name__ == "__main__":
    sys.exit(main())
