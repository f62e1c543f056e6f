"""A start that fails prints one line, and its exit code says whether it is a usage error."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.server import Server, command
from helpers.wire import Wire, answer

MEMORY = ["--db", ":memory:", "--port", "0"]


def failure(*arguments: str) -> str:
    """The one line of a start that failed."""
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    return only_line(done.stderr)


def only_line(text: str) -> str:
    assert text.endswith("\n")
    lines = text.splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("Error: ")
    return lines[0]


def test_a_database_serves_one_process(launch: Callable[..., Server], dial: Callable[..., Wire], key: str) -> None:
    first = launch()
    line = failure("serve", "--port", "0", "--db", str(first.database))
    assert str(first.database) in line
    assert "--db" in line
    # The first server still answers.
    assert answer(dial(first, key).personas())

    first.stop()
    assert answer(dial(first.start(), key).personas())


def test_a_port_serves_one_process(server: Server) -> None:
    port = str(server.address[1])
    line = failure("serve", "--port", port, "--db", ":memory:")
    assert port in line
    assert "--port" in line


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_a_host_that_is_not_ours(host: str) -> None:
    assert host in failure("serve", *MEMORY, "--host", host)


def test_fixtures_that_are_not_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    assert missing in failure("serve", *MEMORY, "--fixtures", missing)


def test_fixtures_that_are_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "fixtures"
    file.write_text("{}")
    assert str(file) in failure("serve", *MEMORY, "--fixtures", str(file))


def test_a_fixture_that_leads_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "personas"
    os.symlink(tmp_path / "nowhere", link)
    assert str(link) in failure("serve", *MEMORY, "--fixtures", str(tmp_path))


def test_a_database_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Not a database, but somebody's notes. " * 100)
    before = file.read_bytes()
    assert str(file) in failure("serve", "--port", "0", "--db", str(file))
    assert file.read_bytes() == before


def test_a_database_that_is_a_folder(tmp_path: Path) -> None:
    assert str(tmp_path) in failure("serve", "--port", "0", "--db", str(tmp_path))


def test_a_configuration_file_that_is_not_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "foilmock.json")
    assert missing in failure("serve", "--config", missing)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["fly"], "fly"),
        (["serve", "here"], "here"),
        (["--prot", "1"], "--prot"),
        (["serve", "--port"], "--port"),
        (["serve", "--port", "many"], "--port"),
        (["serve", "--port", "70000"], "--port"),
        (["serve", "--rate-limits", "30"], "--rate-limits"),
        (["serve", "--rate-limits", "0/0"], "--rate-limits"),
        (["serve", "--log=loud"], "--log"),
        (["serve", "--drain", "10"], "--drain"),
        (["serve", "--db="], "--db"),
        (["schema"], "persona|machine|accounts"),
        (["schema", "personas"], "persona, machine, accounts or story"),
        (["new", "character", "Mira"], "new persona"),
        (["health", "one", "two"], "health"),
        (["health", "127.0.0.1:8000"], "http://"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_arguments(arguments: list[str], word: str) -> None:
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (64, "")
    first, *hint = done.stderr.splitlines()
    assert first.startswith("Error: ")
    assert word in first
    name = arguments[0] if arguments[0] in ("serve", "schema", "new", "health") else "serve"
    assert hint == ["See 'foilmock --help'." if arguments == ["fly"] else f"See 'foilmock {name} --help'."]


@pytest.mark.parametrize(
    ("content", "place"), [('{"port": "x"}', "1:"), ('{\n "prot": 1}', "2:2"), ("{", "1:2"), ("[]", "")]
)
def test_wrong_settings_in_a_file(tmp_path: Path, content: str, place: str) -> None:
    file = tmp_path / "foilmock.json"
    file.write_text(content)
    done = command("serve", "--config", str(file))
    assert (done.returncode, done.stdout) == (64, "")
    assert f"{file}:{place}" in done.stderr.splitlines()[0]
    assert len(done.stderr.splitlines()) <= 2


def test_help_and_version() -> None:
    assert command("--help").stdout.startswith("foilmock ")
    assert command("--version").stdout.startswith("foilmock ")
    assert command("--help").returncode == command("--version").returncode == 0


@pytest.mark.parametrize("text", ["{}\n", "SQLite format 3", '{"foilmoc"'])
def test_a_journal_does_not_replace_what_is_no_journal(tmp_path: Path, text: str) -> None:
    file = tmp_path / "accounts.json"
    file.write_text(text)
    line = failure("serve", *MEMORY, "--journal", str(file))
    assert line == (
        f"Error: {file} holds something else than a journal: remove it, or name another file with --journal FILE"
    )
    assert file.read_text() == text


@pytest.mark.parametrize("text", ["", '{"foilm', '{"foilmock":"0.1.0","format":1}\n'])
def test_a_journal_replaces_a_journal(launch: Callable[..., Server], tmp_path: Path, text: str) -> None:
    """Be it empty or torn."""
    file = tmp_path / "journal.jsonl"
    file.write_text(text)
    # The journal has its own writer: only a server that has stopped has written all of it.
    assert launch("again", "--journal", str(file)).stop() == 0
    assert '"fixtures":' in file.read_text()
