"""A fixture folder with mistakes is refused as a whole, and each mistake is printed with its place."""

import re
from pathlib import Path

import pytest

from helpers import town as fixtures
from helpers.server import command

PERSONA = """{
  "name": "One",
  "machnes": ["a"],
  "is_published": "yes",
  "owner": "nobody"
}
"""
MACHINE = """{
  "states": [
    { "state_key": "s0", "is_initial_state": true, "says": ["Hi {player_nam}."] },
    { "state_key": "s1", "outcome": "ACCEPT" }
  ],
  "transitions": [
    { "from_state_key": "s2", "to_state_key": "s1", "decision_type": "pass" },
    { "from_state_key": "s0", "decision_type": "rejct" },
    { "from_state_key": "s0", "decision_type": "reject", "score_delta": 1.5 }
  ]
}
"""
BROKEN = '{\n  "name": "Two",\n}\n'
ACCOUNTS = '{"accounts": [\n  {"name": "a", "keys": ["pk_live_a b"], "limits": {"window": "slow"}}\n]}\n'


def place(text: str, mark: str) -> tuple[int, int]:
    """Line and column where `mark` begins, counted from 1."""
    before = text[: text.index(mark)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    files = {
        "accounts.json": ACCOUNTS,
        "personas/one/persona.json": PERSONA,
        "personas/one/machines/a.json": MACHINE,
        "personas/two/persona.json": BROKEN,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    done = command("serve", "--port", "0", "--db", ":memory:", "--fixtures", str(tmp_path))

    assert (done.returncode, done.stdout) == (1, "")
    *mistakes, summary = done.stderr.splitlines()
    found = [re.fullmatch(r"(.+?):(\d+):(\d+): error: .+", line) for line in mistakes]
    assert all(found), done.stderr
    told = {(match[1], int(match[2]), int(match[3])) for match in found if match}
    wanted = {
        ("accounts.json", '"pk_live_a b"'),
        ("accounts.json", '"slow"'),
        ("personas/one/persona.json", '"machnes"'),
        ("personas/one/persona.json", '"yes"'),
        ("personas/one/machines/a.json", '"Hi {player_nam}."'),
        ("personas/one/machines/a.json", '"ACCEPT"'),
        ("personas/one/machines/a.json", '"s2"'),
        ("personas/one/machines/a.json", '"rejct"'),
        ("personas/one/machines/a.json", "1.5"),
        ("personas/two/persona.json", "}\n"),
    }
    places = {(f"{tmp_path}/{name}", *place(files[name], mark)) for name, mark in wanted}
    assert told == places
    assert summary == f"Error: {len(mistakes)} mistakes in the fixtures; nothing is served"
    assert len(mistakes) == len(wanted)


def test_a_mistake_comes_with_what_may_be_meant(tmp_path: Path) -> None:
    folder = tmp_path / "personas" / "one"
    (folder / "machines").mkdir(parents=True)
    (folder / "persona.json").write_text('{"name": "One", "machnes": ["a"]}')
    (folder / "machines" / "a.json").write_text('{"states": [{"state_key": "s0", "is_initial_state": true}]}')
    done = command("serve", "--port", "0", "--db", ":memory:", "--fixtures", str(tmp_path))
    assert done.returncode == 1
    assert '"machines"' in done.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("transition", "mistakes"),
    [
        ({"from_state_key": "s0", "decision_type": "rejct", "score_delta": -1, "priority": 1, "says": ["No."]}, 1),
        ({"from_state_key": "s0", "score_delta": -1, "priority": 1, "says": ["No."]}, 1),
        ({"from_state_key": "s0", "decision_type": "rejct", "score_delta": 1.5}, 2),
    ],
    ids=["wrong decision", "no decision", "wrong decision and delta"],
)
def test_a_mistake_hides_and_blames_none_of_its_neighbours(tmp_path: Path, transition: dict, mistakes: int) -> None:
    states = [{"state_key": "s0", "is_initial_state": True}]
    fixtures.add_persona(tmp_path, "one", {"name": "One"}, {"a": {"states": states, "transitions": [transition]}})
    assert_mistakes(tmp_path, mistakes)


def test_a_state_without_a_key_is_one_mistake(tmp_path: Path) -> None:
    states = [
        {"state_key": "s0", "is_initial_state": True},
        {"label": "End", "is_terminal_state": True, "says": ["Bye."]},
    ]
    fixtures.add_persona(tmp_path, "one", {"name": "One"}, {"a": {"states": states}})
    assert_mistakes(tmp_path, 1)


def test_an_account_without_a_name_is_one_mistake(tmp_path: Path) -> None:
    fixtures.build(tmp_path)
    fixtures.write(tmp_path / "accounts.json", {"accounts": [{"name": "alice", "keys": ["a"]}, {"keys": ["b"]}]})
    assert_mistakes(tmp_path, 1)


def assert_mistakes(folder: Path, count: int) -> None:
    done = command("serve", "--port", "0", "--db", ":memory:", "--fixtures", str(folder))
    assert done.returncode == 1
    *mistakes, _ = done.stderr.splitlines()
    assert len(mistakes) == count, done.stderr
    assert not any("unknown key" in mistake for mistake in mistakes), done.stderr
