#!/usr/bin/env python3
"""Every template of `cardpress init`, from its first release to the second, in the real Anki.

    templates.py --cardpress BINARY

For each template and language: init, release 1.0.0, a learner imports everything and
reviews it; then edit one text, run diff and release patch, and the learner imports again.
Exactly that note must be updated, and no review may be lost. It prints what an author sees on
the way. Exit 1 on a failure.
"""

import argparse
import functools
import re
import sys
import tempfile
from pathlib import Path

from author import command, read_package, tell
from learner import Learner, costs

START = 1_420_070_400  # 2015-01-01: before any machine's clock, because a release must be older than its import
TEMPLATES = ("interview", "lecture", "medicine", "language", "geography", "blank")
# A text on a card: on the line of its key, perhaps in quotes, or the first line of a block below it.
KEY = r"^\s+(?:- )?(?:answer|text|explain|why|short|extra|capital|hauptstadt): "
TEXTS = (
    re.compile(KEY + r"(?P<text>[^\W\d_][^\n]*[^\n\"'])$", re.MULTILINE),
    re.compile(KEY + r"[\"'](?P<text>[^\n\"']+)[\"']$", re.MULTILINE),
    re.compile(KEY + r"\|\n\s+(?P<text>[^\W\d_][^\n]*)$", re.MULTILINE),
)
ON_CARDS = ("questions:", "facts:", "tips:", "patterns:", "choices:", "notes:")


def main():
    """Plays every template; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cardpress", type=Path, required=True, help="the compiler")
    arguments = parser.parse_args()
    cardpress = arguments.cardpress.resolve()
    failed = [
        tell(f"{template}, {language}", functools.partial(play, cardpress, template, language))
        for template in TEMPLATES
        for language in ("en", "de")
    ]
    return 1 if any(failed) else 0


def play(cardpress, template, language, lines):
    """From init to the second import; returns what went wrong."""
    with tempfile.TemporaryDirectory() as folder, Learner(START) as learner:
        project = Path(folder) / "deck"

        run = functools.partial(command, cardpress, project, learner, lines)
        try:
            init = ("init", "deck", "--template", template, "--language", language, "--no-ci")
            command(cardpress, Path(folder), learner, lines, *init)
            run("release", "1.0.0")
            package = project / "dist" / "deck.apkg"
            contents = read_package(package)
            log = learner.import_package(package)
            if set(log.new) != contents.notes.keys():
                return [f"{len(log.new)} of {len(contents.notes)} notes come in"]
            for guid in contents.notes:
                learner.review(guid)
            edit(project)
            run("diff")
            run("release", "patch")
            before = learner.state()
            log = learner.import_package(package)
            after = learner.state()
        except RuntimeError as error:
            return [str(error)]
        lines.append(f"Anki: {len(log.updated)} updated, {len(log.duplicate)} as they were, {len(log.new)} new")
        problems = [f"{kind}: {hit}" for kind, hit in costs(before, after, log, read_package(package).note_types)]
        if len(log.updated) != 1 or log.new:
            problems.append(f"updated {log.updated}, new {log.new}")
        return problems + [f"Check Database mends: {line}" for line in learner.unsound()]


def edit(project):
    """Changes one text of the first topic that has one."""
    for topic in sorted((project / "topics").glob("*.yaml")):
        text = topic.read_text(encoding="utf-8")
        for found in (found for pattern in TEXTS for found in pattern.finditer(text)):
            head = text[: found.start()]
            section = [line for line in head.splitlines() if line and not line.startswith((" ", "#", "-"))][-1]
            if section.startswith(ON_CARDS):
                end = found.end("text")
                topic.write_text(text[:end] + " ✓" + text[end:], encoding="utf-8")
                return
    raise RuntimeError("no text to edit")


if __name__ == "__main__":
    sys.exit(main())
