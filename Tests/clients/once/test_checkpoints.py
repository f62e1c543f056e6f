"""The write-ahead log is copied to the database while the server runs."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

from helpers.server import Server
from helpers.wire import Wire, answer

# With it a message writes three pages or more to the log, which is copied at 1,000.
LONG = "bicycle " * 480


def log_of(server: Server) -> Path:
    return server.database.with_name(server.database.name + "-wal")


def test_the_log_stays_short(launch: Callable[..., Server], dial: Callable[..., Wire], key: str, barista: str) -> None:
    server = launch("foilmock", "--rate-limits", "off")
    wire = dial(server, key)
    answer(wire.begin(barista))
    for _ in range(1_000):
        answer(wire.say(barista, LONG))
    assert log_of(server).stat().st_size < 5_000_000
    assert server.database.stat().st_size > 4_000_000


def test_where_the_database_cannot_grow_the_log_does_and_no_turn_is_lost(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str, barista: str
) -> None:
    server = launch("foilmock", "--rate-limits", "off", "--log", "errors")
    wire = dial(server, key)
    answer(wire.begin(barista))
    said = 0

    def say() -> bool:
        nonlocal said
        response = wire.say(barista, f"{said} {LONG}")
        said += response.status_code == 200
        assert response.status_code in (200, 503), response.text
        return response.status_code == 200

    while server.database.stat().st_size < 6_000_000:
        assert say()
    _, hard = resource.prlimit(server.process_id, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process_id, resource.RLIMIT_FSIZE, (server.database.stat().st_size, hard))
    before = said
    while say():
        pass
    assert said > before + 300
    resource.prlimit(server.process_id, resource.RLIMIT_FSIZE, (hard, hard))
    while server.database.stat().st_size < 9_000_000:
        assert say()
    warnings = [line for line in server.errors.read_text().splitlines() if "write-ahead log" in line]
    assert len(warnings) == 1 and "could not be copied to the database, and grows meanwhile" in warnings[0], warnings

    server.kill()
    server.start()
    wire = dial(server, key)
    messages = answer(wire.get(barista, "history"))["messages"]
    lines = [message["content"].split()[0] for message in messages if message["role"] == "user"]
    assert lines == [str(number) for number in range(said)]
