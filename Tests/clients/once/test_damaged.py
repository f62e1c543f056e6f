"""A damaged database: nothing of it is served as whole, and `foilmock check --db` reports it without touching it."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from helpers.server import Server, command
from helpers.wire import Wire

KEY = "pk_test_damaged"
# The players, and how much each has said. The last one's history is sent in parts.
PLAYERS = {"ann": 5, "ben": 8, "cas": 11, "dot": 130}
SEEDS = 120
SECONDS = 5.0
OPTIONS = ("--rate-limits", "off")

History = dict[str, list[Any] | None]


def histories(server: Server, persona: str) -> History:
    """The messages of each player, as they are served; None where they are refused or cut."""
    wire = Wire(server.url, KEY)
    wire.http.timeout = httpx.Timeout(SECONDS)
    try:
        return {player: messages(wire, persona, player) for player in PLAYERS}
    finally:
        wire.close()


def messages(wire: Wire, persona: str, player: str) -> list[Any] | None:
    try:
        response = wire.get(persona, "history", player)
    except httpx.RemoteProtocolError:
        return None
    if response.status_code == 200:
        found: list[Any] = response.json()["messages"]
        return found
    assert response.status_code in (404, 503), response.text
    return None


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, barista: str) -> tuple[Path, History]:
    """A database of several pages in every table, and what is served from it."""
    server = Server(tmp_path_factory.mktemp("whole") / "foilmock.db", *OPTIONS).start()
    try:
        wire = Wire(server.url, KEY)
        for player, count in PLAYERS.items():
            assert wire.begin(barista, user_session_id=player).status_code == 200
            for number in range(count):
                assert wire.say(barista, f"{player} says {number} [[redirect]]", player=player).status_code == 200
        wire.close()
        served = histories(server, barista)
    finally:
        assert server.stop() == 0
    assert all(served.values())
    return server.database, served


def links(script: sqlite3.Connection, chance: random.Random) -> None:
    """Another turn before a turn. One of another player with the right number is not noticed (docs/decisions.md)."""
    script.execute("PRAGMA ignore_check_constraints = ON")
    rows = dict(script.execute("SELECT id, number FROM turns"))
    row = chance.choice(list(rows))
    before = chance.choice([None, 0, -5, 2**62, *rows])
    if rows.get(before) == rows[row] - 1:
        before = row
    script.execute("UPDATE turns SET previous = ? WHERE id = ?", (before, row))


def missing(script: sqlite3.Connection, chance: random.Random) -> None:
    last = script.execute("SELECT max(id) FROM turns").fetchone()[0]
    script.execute("DELETE FROM turns WHERE id = ?", (chance.randint(1, last),))


def counts(script: sqlite3.Connection, chance: random.Random) -> None:
    player = chance.choice(list(PLAYERS))
    column = chance.choice(["last_turn", "turn_rows", "turn_count"])
    value = script.execute(f"SELECT {column} FROM sessions WHERE player = ?", (player,)).fetchone()[0]
    value += chance.choice([-1, -2, -1000]) if column == "turn_count" else chance.choice([-2, -1, 1, 2, 1000])
    script.execute(f"UPDATE sessions SET {column} = ? WHERE player = ?", (value, player))


def types(script: sqlite3.Connection, chance: random.Random) -> None:
    """A value of another type in a column of a table."""
    table = chance.choice(["turns", "sessions", "progress", "accounts"])
    schema = script.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    loose = schema.replace(" NOT NULL", "").replace(") STRICT, WITHOUT", ") WITHOUT").replace(") STRICT", ")")
    columns = script.execute(f"SELECT name, type FROM pragma_table_info('{table}') WHERE pk = 0").fetchall()
    column, kind = chance.choice(columns)
    rewrite(script, table, loose)
    value = {"INTEGER": "abc", "TEXT": b"\xff", "BLOB": 7}[kind]
    count = script.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    key = "id" if table == "turns" else "player" if table != "accounts" else "name"
    which = f"(SELECT {key} FROM {table} LIMIT 1 OFFSET {chance.randrange(count)})"
    script.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = {which}", (value,))
    rewrite(script, table, schema)


def rewrite(script: sqlite3.Connection, table: str, schema: str) -> None:
    script.execute("PRAGMA writable_schema = ON")
    script.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (schema, table))
    script.execute("PRAGMA writable_schema = RESET")


def pages(data: bytearray, chance: random.Random) -> None:
    """A page of nothing, of garbage, or of another page's content."""
    size = int.from_bytes(data[16:18], "big")
    page, other = chance.sample(range(1, len(data) // size), 2)
    fill = chance.choice([bytes(size), chance.randbytes(size), bytes(data[other * size : (other + 1) * size])])
    data[page * size : (page + 1) * size] = fill


def ends(data: bytearray, chance: random.Random) -> None:
    """A file without its end, or with a garbled header of a page."""
    size = int.from_bytes(data[16:18], "big")
    page = chance.randrange(1, len(data) // size)
    if chance.random() < 0.5:
        del data[page * size :]
    else:
        data[page * size : page * size + 8] = chance.randbytes(8)


ROWS = [links, missing, counts, types]
BYTES = [pages, ends]


def damage(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    if (kind := seed % 6) < len(ROWS):
        script = sqlite3.connect(path, isolation_level=None)
        ROWS[kind](script, chance)
        script.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        script.close()
    else:
        whole = path.read_bytes()
        data = bytearray(whole)
        # Pages without rows are all the same.
        while data == whole:
            BYTES[kind - len(ROWS)](data, chance)
        path.write_bytes(data)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_damaged_is_served_as_whole(
    whole: tuple[Path, History], barista: str, tmp_path: Path, seed: int
) -> None:
    database, served = whole
    path = tmp_path / "foilmock.db"
    path.write_bytes(database.read_bytes())
    damage(path, seed)
    before = path.read_bytes()
    assert before != database.read_bytes()

    report = command("check", "--db", str(path), "--strict")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert report.returncode in (1, 2), report.stdout
    assert str(path) in report.stdout + report.stderr

    server = Server(path, *OPTIONS)
    try:
        server.start()
    except AssertionError:
        assert f"{path} is damaged" in server.errors.read_text() or "is not a database" in server.errors.read_text()
        return
    try:
        now = histories(server, barista)
        assert {player for player, found in now.items() if found not in (None, served[player])} == set()
    finally:
        server.close()


def test_a_whole_database_has_nothing_to_report(whole: tuple[Path, History]) -> None:
    report = command("check", "--db", str(whole[0]), "--strict")
    assert (report.returncode, report.stdout) == (0, "0 errors, 0 warnings\n")
