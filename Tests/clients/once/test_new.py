"""`foilmock new persona` writes a character that is valid at once and can be talked to."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.schema import KINDS, Schema
from helpers.server import Server, command, environment, program
from helpers.wire import Wire, answer

NAMES = {
    "Mira": "mira",
    'Zoë "the Fox" O\'Hara': "zoe-the-fox-o-hara",
    "🦊 Foxy 2": "foxy-2",
    "../../x": "x",
    "/etc/passwd": "etc-passwd",
    "back\\slash\nand {braces}": "back-slash-and-braces",
    "Łukasz": "lukasz",
    "さくら": "さくら",
}


def test_names(tmp_path: Path) -> None:
    """The folders are named after the characters, and nothing else is written but the schemas."""
    folder = tmp_path / "fixtures"
    for name in NAMES:
        done = command("new", "persona", name, str(folder))
        assert (done.returncode, done.stderr) == (0, "")
    assert {file.name for file in tmp_path.iterdir()} == {"fixtures"}
    assert {file.name for file in folder.iterdir()} == {".schema", "personas", "stories"}
    personas = {file.parent.name: json.loads(file.read_text())["name"] for file in folder.rglob("persona.json")}
    assert personas == {slug: name for name, slug in NAMES.items()}
    checked = command("check", str(folder), "--strict")
    count = len(NAMES)
    told = f"0 errors, 0 warnings\n{folder}/: {count} personas, {count} machines, {2 * count} stories\n"
    assert (checked.returncode, checked.stdout) == (0, told)


@pytest.mark.parametrize("name", ["", "!?…", "🦊", ".."])
def test_a_name_without_letters(name: str, tmp_path: Path) -> None:
    done = command("new", "persona", name, str(tmp_path / "fixtures"))
    assert (done.returncode, done.stdout) == (64, "")
    assert "give a name with letters" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_said_of_it(tmp_path: Path) -> None:
    """Each printed file exists, and the printed commands work."""
    folder = tmp_path / "Mira's fixtures"
    said = command("new", "persona", "Mira", str(folder)).stdout.splitlines()
    persona = folder / "personas" / "mira"
    assert [f"  {persona}/machines/first_meeting.json", f"  {persona}/persona.json"] == said[1:3]
    assert all(Path(line.strip()).is_file() for line in said[1:4])
    results = {"check": "0 errors, 0 warnings", "test": f"ok    {folder}/stories/mira.story.json: 2 stories"}
    for command_name, result in results.items():
        (line,) = (line for line in said if f"foilmock {command_name}" in line)
        shell = f'foilmock() {{ "{program()}" "$@"; }}; {line}'
        done = subprocess.run(["sh", "-c", shell], env=environment(), capture_output=True, text=True)
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, result)


def test_the_folder_is_fixtures_in_the_working_directory(tmp_path: Path) -> None:
    done = subprocess.run([program(), "new", "persona", "Mira"], cwd=tmp_path, env=environment(), capture_output=True)
    assert done.returncode == 0
    assert (tmp_path / "fixtures" / "personas" / "mira" / "persona.json").is_file()


def test_schemas_stand_where_the_files_say(tmp_path: Path) -> None:
    command("new", "persona", "Mira", str(tmp_path))
    assert {file.name for file in (tmp_path / ".schema").iterdir()} == {f"{kind}.schema.json" for kind in KINDS}
    for file, kind in (("persona.json", "persona"), ("machines/first_meeting.json", "machine")):
        path = tmp_path / "personas" / "mira" / file
        content = json.loads(path.read_text())
        assert (path.parent / content["$schema"]).read_text() == command("schema", kind).stdout
        assert Schema(kind).accepts(content)


def test_a_persona_that_is_there_stays(tmp_path: Path) -> None:
    command("new", "persona", "Mira", str(tmp_path))
    file = tmp_path / "personas" / "mira" / "persona.json"
    file.write_text('{"name": "Mine"}')
    done = command("new", "persona", "MIRA!", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert str(file.parent) in done.stderr
    assert file.read_text() == '{"name": "Mine"}'


def test_old_schemas_are_refreshed_and_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / ".schema"
    folder.mkdir()
    (folder / "machine.schema.json").write_text('{"title": "A conversation of foilmock", "old": [' + "0," * 100_000 + "0]}")
    (folder / "persona.schema.json").write_text('{"title": "Of somebody else"}')
    command("new", "persona", "Mira", str(tmp_path))
    assert (folder / "machine.schema.json").read_text() == command("schema", "machine").stdout
    assert (folder / "persona.schema.json").read_text() == '{"title": "Of somebody else"}'


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = command("new", "persona", "Mira", f"{tmp_path}/file/fixtures")
    assert (done.returncode, done.stderr) == (
        1,
        f"Error: {tmp_path}/file/fixtures cannot be written: Not a directory\n",
    )


def test_it_can_be_talked_to(launch: Callable[..., Server], tmp_path: Path, key: str) -> None:
    command("new", "persona", 'Mira "the Fox"', str(tmp_path))
    wire = Wire(launch("new", "--fixtures", str(tmp_path)).url, key)
    mira = answer(wire.personas())[0]["id"]
    assert answer(wire.begin(mira))["message"] == 'I am Mira "the Fox", of Lowmarsh. And what brings you here, Alex?'
    lines = ["Who are you?", "I am not sure.", "Nice weather.", "I need help.", "I give you my word."]
    replies = [answer(wire.say(mira, line)) for line in lines]
    assert [(reply["decision"], reply["follow_up"]) for reply in replies] == [
        ("redirect", False),
        (None, True),
        ("redirect", False),
        ("pass", False),
        ("pass", False),
    ]
    assert (replies[-1]["message"], replies[-1]["outcome"]) == ("We have a deal. Until next time, Alex.", "ACCEPT")
    wire.close()
