"""Fixture files with one change each, made from a schema and samples.

Some mistakes cannot be described by a schema. They are left out, each by its rule:

- unknown and duplicate names: a text is replaced by another one only where the schema restricts it;
- `machines: []`: the list must hold each file that there is;
- the inside of a placeholder, a pattern or a listed word: each is a language of its own;
- a duplicate key: a parsed value has it once;
- 30 February, and bounds with no number between them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from helpers.schema import Place, Schema

STRANGE_KEY = "zzzzzzzzzz"
STRANGE_WORD = "zzz"
TYPES: list[Any] = [None, True, False, 7, 7.0, 1.5, STRANGE_WORD, [], {}]

# Texts that name something, so that even an empty one would be an unknown name.
NAMES = {
    ("accounts", "default"),
    ("accounts", "machine"),
    ("accounts", "persona"),
    ("machine", "capture"),
    ("machine", "from_state_key"),
    ("machine", "machine_key"),
    ("machine", "to_state_key"),
    ("persona", "machines"),
    ("persona", "owner"),
    ("story", "event"),
    ("story", "init"),
    ("story", "machine"),
    ("story", "persona"),
    ("story", "state"),
    ("story", "unlocks"),
}

# Objects whose keys are names of something.
NAMED = {("story", "variables")}

# For keys whose text has a form: some that have it, some that do not.
MOMENTS = [
    "2024-02-29T23:59:59Z",
    "2026-13-01T00:00:00Z",
    "2026-01-32T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01 00:00:00Z",
    "2026-01-01T00:00:00",
]
UUIDS = [
    "FFFFFFFF-ffff-4fff-8fff-ffffffffffff",
    "0f8fad5b-d9cb-469f-a165-70867728950",
    "gf8fad5b-d9cb-469f-a165-70867728950e",
    "0f8fad5bd9cb469fa16570867728950e",
    "{0f8fad5b-d9cb-469f-a165-70867728950e}",
]
PHOTOS = ["media/x", "media/x../b..c", "media/é x.jpg", "media", "media/", "media//a", "/media/a", "a.jpg"]
PHOTOS += ["media/../a", "media/..", "media/./a", "media/a/.", "Media/a", "media/a\\b", "media/a\nb", "media/a\x1fb"]
FORMS = {
    "id": UUIDS,
    "created_at": MOMENTS,
    "updated_at": MOMENTS,
    "clock": MOMENTS + ["2026-01-01T00:00:00.123456789-23:59", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+24:00"],
    "photo": PHOTOS,
    "token": ["t" * 1000, "t" * 1001, "a b", "é", ""],
    "key": ["k" * 200, "k" * 201, "a b", "é", ""],
    "keys": ["k" * 200, "k" * 201, "a b", "é", "a.b"],
    "state_key": ["*"],
}


class Mutant(NamedTuple):
    kind: str
    content: Any
    place: Place
    change: str

    def __str__(self) -> str:
        return f"{self.kind} /{'/'.join(map(str, self.place.path))}: {self.change}"


def mutants(schema: Schema, sample: Any) -> Iterator[Mutant]:
    """Every file that differs from the sample at one place."""
    for place in schema.places(sample):
        for change, value in changes(schema.kind, place):
            yield Mutant(schema.kind, replaced(sample, place.path, value), place, change)


def changes(kind: str, place: Place) -> Iterator[tuple[str, Any]]:
    value = place.value
    for other in TYPES:
        is_text_for_text = isinstance(value, str) and isinstance(other, str)
        is_unlisted = (kind, place.path, other) == ("persona", ("machines",), [])
        if not is_text_for_text and not is_unlisted:
            yield f"becomes {other!r}", other
    if isinstance(value, dict) and (kind, place.key) not in NAMED:
        for key in value:
            yield f"without {key!r}", {name: member for name, member in value.items() if name != key}
        yield "with an unknown key", value | {STRANGE_KEY: None}
        yield "with notes", value | {"$comment": [1], "$schema": None}
        yield "of notes only", {"$comment": ""}
    elif isinstance(value, str):
        for text in texts(kind, place):
            yield f"becomes {text[:50]!r}", text
    for least in place.said("minimum"):
        yield "below the minimum", least - 1
        yield "the minimum", least
    for most in place.said("maximum"):
        yield "above the maximum", most + 1
        yield "the maximum", most


def texts(kind: str, place: Place) -> Iterator[str]:
    """Texts in place of one."""
    for words in place.said("enum"):
        yield from (word for word in words if isinstance(word, str))
        yield STRANGE_WORD
    for most in place.said("maxLength"):
        yield from ("x" * most, "x" * (most + 1))
    yield from FORMS.get(place.key, [])
    if (kind, place.key) not in NAMES:
        yield ""
    if place.said("pattern") or place.said("minLength"):
        yield " "


def replaced(whole: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(whole)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return changed
