"""The JSON Schemas say what the decoders accept: both judge the same files, changed at every place."""

import json
import os
import re
import shutil
import uuid
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from helpers import samples, town
from helpers.mutations import FORMS, STRANGE_KEY, STRANGE_WORD, Mutant, mutants
from helpers.schema import KINDS, NOTES, Place, Schema
from helpers.server import command

ROOT = Path(__file__).parents[3]
INITIAL = {"states": [samples.INITIAL]}
TALKING = {"entries": {"events": {"story": {"to_state_key": "s0", "says": "Seen."}}}}
# Those of the samples, and those that helpers/mutations.py puts in their place.
PHOTOS = ["media/beach.jpg", "media/a/b.jpg", "media/x", "media/x../b..c", "media/é x.jpg"]


class Verdict(NamedTuple):
    mutant: Mutant
    accepts: bool
    errors: list[str]


@pytest.fixture(scope="module")
def schemas() -> dict[str, Schema]:
    return {kind: Schema(kind) for kind in KINDS}


@pytest.fixture(scope="module")
def verdicts(schemas: dict[str, Schema], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Verdict]]:
    """The verdicts of schema and decoder on every changed file, by kind."""
    folder = tmp_path_factory.mktemp("mutants")
    made = {kind: distinct(schemas[kind]) for kind in KINDS}
    errors = {kind: decoded(folder / kind, kind, [one.content for one in made[kind]]) for kind in KINDS}
    return {
        kind: [
            Verdict(one, schemas[kind].accepts(one.content), found)
            for one, found in zip(made[kind], errors[kind], strict=True)
        ]
        for kind in KINDS
    }


def distinct(schema: Schema) -> list[Mutant]:
    """Every changed file once; two samples may become the same."""
    made = (mutant for sample in samples.ALL[schema.kind] for mutant in mutants(schema, sample))
    return list({json.dumps(mutant.content): mutant for mutant in made}.values())


def decoded(folder: Path, kind: str, files: list[Any]) -> list[list[str]]:
    """The errors that `foilmock check` finds in each file."""
    if kind == "accounts":
        town.add_persona(folder, "p", {"name": "P"}, {"sample": INITIAL})
        return [errors_of_accounts(folder, content) for content in files]
    if kind == "story":
        town.add_persona(folder, "p", {"name": "P"}, {"sample": INITIAL | TALKING, "talker": INITIAL | TALKING})
        return errors_by_file(folder, add_stories(folder, files))
    # Hidden, so no fixtures themselves, and in the folder, because links out of it are refused.
    neighbours = folder / ".neighbours"
    town.add_persona(neighbours, "p", {"name": "P"}, {"sample": INITIAL, "other": INITIAL})
    for photo in PHOTOS:
        (neighbours / "personas/p" / photo).parent.mkdir(parents=True, exist_ok=True)
        (neighbours / "personas/p" / photo).touch()
    place = add_machines if kind == "machine" else add_personas
    return errors_by_file(folder, place(folder, neighbours / "personas/p", files))


def errors_by_file(folder: Path, files: list[Path]) -> list[list[str]]:
    numbers = {str(file): number for number, file in enumerate(files)}
    errors: list[list[str]] = [[] for _ in files]
    for path, message in check(folder):
        errors[numbers[path]].append(message)
    return errors


def add_stories(folder: Path, contents: list[Any]) -> list[Path]:
    files = [folder / "stories" / f"s{number}.story.json" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        town.write(file, content)
    return files


def add_machines(folder: Path, neighbours: Path, contents: list[Any]) -> list[Path]:
    """Writes machines of one persona; returns their files."""
    persona = folder / "personas" / "p"
    shutil.copytree(neighbours, persona)
    files = [persona / "machines" / f"m{number}.json" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        town.write(file, own(content, file.stem))
    return files


def add_personas(folder: Path, neighbours: Path, contents: list[Any]) -> list[Path]:
    """Writes personas with the same machines and photos; returns their files."""
    files = [folder / "personas" / f"p{number}" / "persona.json" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        town.write(file, own(content, file.parent.name))
        for name in ("machines", "media"):
            (file.parent / name).symlink_to(os.path.relpath(neighbours / name, file.parent))
    return files


def errors_of_accounts(folder: Path, content: Any) -> list[str]:
    town.write(folder / "accounts.json", content)
    return [message for _, message in check(folder)]


def own(content: Any, name: str) -> Any:
    """The content with the id and the key that a file of that name alone may have, where it has the sample's."""
    names = {"id": (samples.ID, str(uuid.uuid4())), "machine_key": ("sample", name)}
    if not isinstance(content, dict):
        return content
    return content | {key: new for key, (old, new) in names.items() if content.get(key) == old}


def check(folder: Path) -> list[tuple[str, str]]:
    """File and message of each error in a folder."""
    findings = json.loads(command("check", str(folder), "--format", "json").stdout)
    return [(found["file"], found["message"]) for found in findings if found["severity"] == "error"]


# MARK: Both judge alike


@pytest.mark.parametrize("folder", ["fixtures", "Tests/vectors/check/doubtful"])
def test_shipped_fixtures_are_valid(schemas: dict[str, Schema], folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.json"))
    kinds = {file: kind_of(file) for file in files}
    assert set(kinds.values()) >= {"persona", "machine"}
    refused = [file for file in files if not schemas[kinds[file]].accepts(json.loads(file.read_text()))]
    assert (refused, check(ROOT / folder)) == ([], [])


def kind_of(file: Path) -> str:
    if file.name.endswith(".story.json"):
        return "story"
    return "persona" if file.name == "persona.json" else "machine"


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_valid(schemas: dict[str, Schema], kind: str, tmp_path: Path) -> None:
    assert [sample for sample in samples.ALL[kind] if not schemas[kind].accepts(sample)] == []
    assert decoded(tmp_path, kind, samples.ALL[kind]) == [[] for _ in samples.ALL[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_file_is_valid_to_both_or_to_neither(verdicts: dict[str, list[Verdict]], kind: str) -> None:
    differing = [
        f"{mutant}: the schema {'accepts' if accepts else 'refuses'} it, the decoder says {errors or 'nothing'}"
        for mutant, accepts, errors in verdicts[kind]
        if accepts == bool(errors)
    ]
    assert not differing, "\n".join(differing[:20])
    # Both happened, so both were tried.
    assert {verdict.accepts for verdict in verdicts[kind]} == {True, False}


# MARK: Both know the same keys and words


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_use_every_key(schemas: dict[str, Schema], kind: str) -> None:
    schema = schemas[kind]
    used = {
        (id(part), key)
        for sample in samples.ALL[kind]
        for place in schema.places(sample)
        if isinstance(place.value, dict)
        for part in place.parts
        for key in place.value
    }
    unused = [
        f"{part.get('description')}: {key}"
        for part in schema.closed
        for key in set(part["properties"]) - NOTES
        if (id(part), key) not in used
    ]
    assert unused == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_decoder_knows_the_same_keys(
    schemas: dict[str, Schema], verdicts: dict[str, list[Verdict]], kind: str
) -> None:
    known: dict[int, set[str]] = {id(part): set() for part in schemas[kind].closed}
    for mutant, _, errors in verdicts[kind]:
        for match in (re.fullmatch(rf'unknown key "{STRANGE_KEY}" in .*; known are (.*)', error) for error in errors):
            if match:
                known[id(closed_part(mutant.place))].update(match[1].split(", "))
    for part in schemas[kind].closed:
        assert known[id(part)] == set(part["properties"]) - NOTES, part["description"]


def closed_part(place: Place) -> dict[str, Any]:
    (part,) = (part for part in place.parts if part.get("additionalProperties") is False)
    return part


@pytest.mark.parametrize("kind", KINDS)
def test_the_decoder_knows_the_same_words(verdicts: dict[str, list[Verdict]], kind: str) -> None:
    compared = 0
    for mutant, _, errors in verdicts[kind]:
        if isinstance(mutant.place.value, list):
            # The schema has the words of a list at its items, which are places of their own.
            continue
        for match in (re.fullmatch(rf'.* must be one of (.*), not "{STRANGE_WORD}"', error) for error in errors):
            # Where a number or null may be too, the words are those of a text.
            if match and isinstance(mutant.place.value, str):
                # The decoder has a message of its own for this key.
                refused = {"redirect"} if mutant.place.key == "on_redirect_limit" else set()
                (words,) = mutant.place.said("enum")
                assert set(match[1].split(", ")) == set(words) | refused, str(mutant)
                compared += 1
    assert compared > 0


# MARK: What a schema must say for an editor and for these tests


@pytest.mark.parametrize("kind", KINDS)
def test_each_object_is_closed_and_each_key_described(schemas: dict[str, Schema], kind: str) -> None:
    schema = schemas[kind]
    objects = [part for part in schema.parts if "object" in part.get("type", []) and "properties" in part]
    assert objects == schema.closed
    for part in objects:
        assert all(part["properties"][key] is True for key in NOTES)
        for key in set(part["properties"]) - NOTES:
            member = part["properties"][key]
            target = schema.root["$defs"][member["$ref"].rsplit("/", 1)[-1]] if "$ref" in member else {}
            assert member.get("description") or target.get("description"), key


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_are_bounded_and_defaults_valid(schemas: dict[str, Schema], kind: str) -> None:
    schema = schemas[kind]
    for part in schema.parts:
        if part.get("type") == "integer":
            assert {"minimum", "maximum"} <= set(part)
        if "default" in part:
            assert schema.accepts_default(part), part


@pytest.mark.parametrize("kind", KINDS)
def test_each_form_of_text_is_tried(schemas: dict[str, Schema], kind: str) -> None:
    tried = {
        pattern
        for sample in samples.ALL[kind]
        for place in schemas[kind].places(sample)
        if place.key in FORMS
        for pattern in place.said("pattern")
    }
    there = {part["pattern"] for part in schemas[kind].parts if "pattern" in part}
    assert there - tried <= {"\\S"}


def test_shared_definitions_are_the_same(schemas: dict[str, Schema]) -> None:
    persona, machine = (schemas[kind].root["$defs"] for kind in ("persona", "machine"))
    shared = set(persona) & set(machine)
    assert {"line", "matcher", "says_on"} <= shared
    assert [name for name in sorted(shared) if persona[name] != machine[name]] == []
