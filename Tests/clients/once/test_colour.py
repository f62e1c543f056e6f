"""Colour, and the line that says how far work is: on a terminal, and nowhere else."""

import os
from pathlib import Path

import pytest

from helpers.server import command, environment, program
from helpers.terminal import ESCAPE, Terminal

BROKEN = str(Path(__file__).parents[2] / "vectors" / "check" / "broken")


def shown(*arguments: str, **variables: str) -> str:
    """What a terminal gets."""
    own = {name: value for name, value in environment().items() if name != "NO_COLOR"} | {"TERM": "xterm"} | variables
    with Terminal([program(), *arguments], own) as terminal:
        return terminal.finish().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "arguments", [["check", BROKEN], ["--help"], ["check", "--help"], ["--prot", "1"], ["check", "/does/not/exist"]]
)
def test_a_terminal_gets_colour_and_the_same_text(arguments: list[str]) -> None:
    text = shown(*arguments)
    done = command(*arguments)
    assert ESCAPE.search(text)
    assert ESCAPE.sub("", text) == done.stdout + done.stderr
    assert not ESCAPE.search(done.stdout + done.stderr)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}], ids=str)
def test_a_user_who_wants_no_colour_gets_none(variables: dict[str, str]) -> None:
    assert shown("check", BROKEN, **variables) == command("check", BROKEN).stdout


def test_an_empty_variable_does_not_switch_colour_off() -> None:
    assert ESCAPE.search(shown("check", BROKEN, NO_COLOR=""))


def test_formats_for_programs_have_no_colour() -> None:
    assert shown("check", BROKEN, "--format", "json") == command("check", BROKEN, "--format", "json").stdout
    assert shown("schema", "machine") == command("schema", "machine").stdout
    assert shown("manual") == command("manual").stdout


def test_the_ready_block_has_coloured_labels() -> None:
    command_line = [program(), "serve", "--port", "0", "--db", ":memory:", "--log", "off"]
    with Terminal(command_line, environment() | {"TERM": "xterm"}) as terminal:
        terminal.wait_for(r"\x1b\[36mbase URL\x1b\[0m  http://127\.0\.0\.1:\d+\r\n")


def test_a_name_from_a_file_does_not_colour_the_terminal(tmp_path: Path) -> None:
    """Not even where foilmock writes colours itself."""
    folder = tmp_path / "personas" / "a\x1b[35mb"
    folder.mkdir(parents=True)
    (folder / "persona.json").write_text("{}")
    text = shown("check", str(tmp_path))
    assert "a\\u{1b}[35mb" in text and "\x1b[35m" not in text


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A pipe in place of a journal: work on it takes as long as the test wants."""
    place = tmp_path / "journal"
    os.mkfifo(place)
    return place


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_long_work_says_on_a_terminal_how_far_it_is(journal: Path, term: str) -> None:
    with Terminal([program(), "replay", str(journal)], environment() | {"TERM": term, "NO_COLOR": "1"}) as terminal:
        if term == "xterm":
            terminal.wait_for(r"\rreplaying, 1 s")
        journal.write_text("")
        rest = terminal.finish()
    # The line is removed before the error is written.
    *line, error = rest.replace("\r\n", "\n").split("\r")
    assert error == f"Error: {journal} is no journal: its first line is no header; write one with --journal FILE\n"
    assert (line[-1].strip() == "") if term == "xterm" else line == []


def test_short_work_says_nothing_of_itself() -> None:
    text = shown("exec", "--", "true", NO_COLOR="1")
    assert text == "foilmock: 0 requests, 0 errors, 0 duplicates, 0 unanswered\n"
