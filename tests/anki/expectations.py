"""What a scenario can expect of the learner's collection.

Each expectation is a function of the story, the learner's state and the scenario's
values; its docstring shows the syntax. It yields problems.
"""


def fields(story, state, told):
    """`{bias: {Answer: text}}`: the field exists and contains the text."""
    for key, texts in told.items():
        values = named_fields(story, state, key)
        for name, text in texts.items():
            if name not in values:
                yield f"{key} has no field {name}"
            elif text not in values[name]:
                yield f"{key}, {name}: is {values[name]!r}, without {text!r}"


def without(story, state, told):
    """`{bias: {Answer: text}}`: the field does not contain the text."""
    for key, texts in told.items():
        values = named_fields(story, state, key)
        for name, text in texts.items():
            if text in values.get(name, ""):
                yield f"{key}, {name}: is {values[name]!r}, with {text!r}"


def named_fields(story, state, key):
    """A note's field values, by field name."""
    note = state.notes[story.guid(key)]
    return dict(zip(state.note_types[note.type].fields, note.fields))


def tags(story, state, told):
    """`{bias: [basics]}`: exactly these tags."""
    for key, names in told.items():
        yield from differ(f"tags of {key}", list(state.notes[story.guid(key)].tags), sorted(names))


def note_type(story, state, told):
    """`{bias: name}`: the name of the note's type."""
    for key, name in told.items():
        yield from differ(f"note type of {key}", state.note_types[state.notes[story.guid(key)].type].name, name)


def css(story, state, told):
    """`{bias: text}`: the style of the note's type contains the text."""
    for key, text in told.items():
        style = state.note_types[state.notes[story.guid(key)].type].css
        if text not in style:
            yield f"style of {key}: is {style[:80]!r}…, without {text!r}"


def templates(story, state, told):
    """`{bias: [Question, Reverse]}`: the names of its type's templates."""
    for key, names in told.items():
        yield from differ(f"templates of {key}", state.note_types[state.notes[story.guid(key)].type].templates, names)


def front(story, state, told):
    """`{bias: text}`: the front of its type's first template."""
    for key, text in told.items():
        name = state.note_types[state.notes[story.guid(key)].type].name
        yield from differ(f"front of {key}", story.learner.note_type(name)["tmpls"][0]["qfmt"], text)


def cards(story, state, told):
    """`{recall: 2}`: the number of its cards."""
    for key, number in told.items():
        found = [note for note, _ in state.cards if note == story.guid(key)]
        yield from differ(f"cards of {key}", len(found), number)


def order(story, state, told):
    """`[bias, recall]`: the order in which the new cards of these notes come up."""
    place = {note: card.due for (note, _), card in sorted(state.cards.items(), reverse=True)}
    yield from differ("order", sorted(told, key=lambda key: place[story.guid(key)]), told)


def decks(story, state, told):
    """`{bias: name}`: all its cards are in this deck."""
    for key, name in told.items():
        yield from differ(f"decks of {key}", {card.deck for card in cards_of(story, state, key)}, {name})


def reviewed(story, state, told):
    """`[bias]`: each of its cards has been answered, and the answers are recorded."""
    for key in told:
        if any(card.reps == 0 for card in cards_of(story, state, key)):
            yield f"{key} has a card that was never answered"


def new(story, state, told):
    """`[bias]`: each of its cards is still new."""
    for key in told:
        if any(card.type or card.queue for card in cards_of(story, state, key)):
            yield f"{key} has a card that is not new"


def cards_of(story, state, key):
    """The cards of a note; there must be at least one."""
    found = [card for (note, _), card in state.cards.items() if note == story.guid(key)]
    if not found:
        raise KeyError(f"the learner has no card of {key}")
    return found


def gone(story, state, told):
    """`[bias]`: the learner does not have it."""
    for key in told:
        if story.guid(key) in state.notes:
            yield f"{key} is there"


def all_decks(_, state, told):
    """Exactly these decks, apart from the default one."""
    yield from differ("decks", sorted(state.decks - {"Default"}), sorted(told))


def description(story, _, told):
    """`{Small course: text}`: the deck's description contains the text."""
    for deck, text in told.items():
        if text not in story.learner.description(deck):
            yield f"{deck} says {story.learner.description(deck)!r}, without {text!r}"


def media(_, state, told):
    """`{curve: 2}`: the number of files whose names begin like this."""
    for stem, number in told.items():
        yield from differ(f"files {stem}…", sum(name.startswith(stem) for name in state.media), number)


def media_bytes(story, _, told):
    """`{curve: text}`: the files whose names begin like this contain the text."""
    for stem, text in told.items():
        for file in story.learner.media_files(stem):
            if text not in file.read_text():
                yield f"{file.name} is without {text!r}"


def presets(story, _, told):
    """Exactly these presets of deck options."""
    yield from differ("presets", sorted(story.learner.presets()), sorted(told))


def finds(story, _, told):
    """`{"Id:bias": [bias]}`: a search in Anki's browser finds exactly these notes."""
    collection = story.learner.collection
    for search, keys in told.items():
        found = sorted(collection.get_note(note).guid for note in collection.find_notes(search))
        yield from differ(f"what {search} finds", found, sorted(map(story.guid, keys)))


def differ(what, found, expected):
    """A problem, unless the two are equal."""
    return [] if found == expected else [f"{what}: is {found}, expected {expected}"]


EXPECTATIONS = {
    "fields": fields,
    "without": without,
    "tags": tags,
    "note_type": note_type,
    "css": css,
    "templates": templates,
    "front": front,
    "cards": cards,
    "decks": decks,
    "reviewed": reviewed,
    "new_cards": new,
    "gone": gone,
    "all_decks": all_decks,
    "description": description,
    "media": media,
    "media_bytes": media_bytes,
    "order": order,
    "presets": presets,
    "finds": finds,
}
