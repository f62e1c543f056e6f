"""foilmock-postgres keeps everything in a PostgreSQL database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.postgres import Postgres, program
from helpers.server import Server, command
from helpers.wire import Wire, answer

PASSWORD = "secret-of-the-database"


@pytest.fixture
def server(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    # PostgreSQL asks this user for no password, and takes any.
    server = Server(
        tmp_path / "foilmock.db",
        *["--rate-limits", "off", "--journal", str(tmp_path / "journal.jsonl")],
        binary=program(),
        address=postgres.address(f"foilmock:{PASSWORD}"),
    )
    yield server.start()
    server.close()


def lines(history: dict) -> list[str]:
    """The player's lines."""
    return [message["content"] for message in history["messages"] if message["role"] == "user"]


def test_a_conversation_goes_on_after_a_kill(server: Server, dial: Callable[..., Wire], key: str) -> None:
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    session = answer(wire.begin(persona))["session_id"]
    said = []
    for round in range(3):
        for number in range(20):
            said.append(f"round {round}, message {number}")
            answer(wire.say(persona, said[-1]))
        server.kill()
        wire = dial(server.start(), key)
        assert lines(answer(wire.get(persona, "history"))) == said
    assert answer(wire.get(persona, "session"))["session_id"] == session
    server.stop()
    wire = dial(server.start(), key)
    assert lines(answer(wire.get(persona, "history"))) == said
    assert answer(wire.reset(persona))


def test_a_file_is_copied_into_a_database(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    old = launch("old")
    wire = dial(old, key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    answer(wire.say(persona, "in the file"))
    old.stop()
    postgres = Postgres()
    try:
        done = command("migrate", "--from", str(old.database), "--to", postgres.address(), binary=program())
        assert done.returncode == 0, done.stderr
        assert "1 session, 2 turns" in done.stdout
        new = Server(tmp_path / "new.db", "--rate-limits", "off", binary=program(), address=postgres.address())
        wire = dial(new.start(), key)
        answer(wire.say(persona, "in the database"))
        assert lines(answer(wire.get(persona, "history"))) == ["in the file", "in the database"]
        new.close()
    finally:
        postgres.close()


def test_a_database_is_not_copied_into_itself(tmp_path: Path) -> None:
    file = str(tmp_path / "foilmock.db")
    done = command("migrate", "--from", file, "--to", file)
    assert (done.returncode, done.stdout) == (64, "")
    assert "--from and --to are the same database" in done.stderr


def test_a_password_is_shown_nowhere(
    server: Server, postgres: Postgres, dial: Callable[..., Wire], key: str, tmp_path: Path
) -> None:
    assert f"database  {postgres.address()}\n" in server.block
    assert PASSWORD not in server.block
    assert answer(dial(server, key).personas())
    server.stop()
    said = server.errors.read_text()
    assert "every user of this machine can see --db in the list of processes; set FOILMOCK_DB instead" in said
    for file in [path for path in tmp_path.rglob("*") if path.is_file()]:
        assert PASSWORD.encode() not in file.read_bytes(), file


def test_the_static_program_names_the_other_one(postgres: Postgres) -> None:
    done = command("serve", "--port", "0", "--db", postgres.address(f"foilmock:{PASSWORD}"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "start foilmock-postgres in its place, with the same options" in done.stderr
    assert PASSWORD not in done.stderr


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    done = command("serve", "--port", "0", "--db", "postgresql://127.0.0.1:1/none", binary=program())
    assert (done.returncode, done.stdout) == (1, "")
    assert "port 1 failed: Connection refused" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_version_names_libpq() -> None:
    assert ", libpq 1" in command("--version", binary=program()).stdout
    assert "libpq" not in command("--version").stdout
