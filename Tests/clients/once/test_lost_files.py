"""The files of the database are removed while the server runs: it says so, and what it can keep it keeps."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from helpers.server import TIMEOUT, Server
from helpers.wire import Wire, answer


def warning(server: Server) -> str:
    """The first line of the log, once there is one."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        if (text := server.errors.read_text()).endswith("\n"):
            return text.splitlines()[0]
        time.sleep(0.05)
    raise AssertionError("no warning")


def test_a_removed_log_is_noticed_and_a_good_end_keeps_everything(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str, barista: str
) -> None:
    server = launch("foilmock", "--log", "errors")
    wire = dial(server, key)
    answer(wire.begin(barista))
    answer(wire.say(barista, "before"))
    log = server.database.with_name(server.database.name + "-wal")
    log.unlink()
    assert f"the file {log} was removed or replaced while the server runs" in warning(server)
    answer(wire.say(barista, "after"))
    assert server.stop() == 0
    assert len(server.errors.read_text().splitlines()) == 1

    server.start()
    said = [message["content"] for message in answer(dial(server, key).get(barista, "history"))["messages"]]
    assert "before" in said and "after" in said


@pytest.mark.parametrize("replaced", [False, True])
def test_a_removed_database_is_noticed(launch: Callable[..., Server], replaced: bool) -> None:
    server = launch("foilmock", "--log", "errors")
    server.database.unlink()
    if replaced:
        server.database.touch()
    line = warning(server)
    assert f"the database {server.database} was removed or replaced while the server runs" in line
    assert "/snapshot" in line
