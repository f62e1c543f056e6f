"""The report on rate limits, for requests on a bare socket."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from helpers.bare import KeptConnection, message_bytes
from helpers.control import SandboxControl
from helpers.server import Server
from helpers.wire import Wire, answer

COLUMNS = ["second", "key", "messages_admitted", "messages_refused", "other_admitted", "other_refused"]


@pytest.fixture
def sandbox(server: Server, key: str) -> SandboxControl:
    """The key's sandbox, with three messages a minute of a frozen clock; a refusal has a Retry-After of 1 ms."""
    sandbox = server.control.sandbox(key)
    sandbox.freeze(retry_after_scale=0)
    sandbox.limit(3, 9)
    return sandbox


def burst(server: Server, key: str, persona: str, count: int) -> list[int]:
    """Messages on one connection, each as soon as the one before is answered, whatever the answer."""
    connection = KeptConnection(server.address)
    try:
        statuses = []
        for _ in range(count):
            connection.send(message_bytes(key, persona, "Hello"))
            statuses.append(connection.answer().status)
        return statuses
    finally:
        connection.close()


def row(report: dict[str, Any], key: str) -> dict[str, Any]:
    (found,) = (one for one in report["keys"] if one["key"] == key)
    return dict(found)


def table(sandbox: SandboxControl) -> str:
    response = sandbox.control.http.get(f"{sandbox.path}/limits/report.csv")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/csv")
    return response.content.decode()


def test_a_burst_under_a_clock_that_stands_still(
    server: Server, wire: Wire, sandbox: SandboxControl, key: str, barista: str
) -> None:
    answer(wire.begin(barista))
    # A retry moves the frozen clock by the wait of a minute, so every fourth message is refused.
    assert burst(server, key, barista, 8) == [200, 200, 200, 429] * 2

    report = sandbox.get("/limits/report", messages_per_minute=8, window="token_bucket")
    assert (report["since"], report["complete"]) == ("2026-03-10T12:00:00Z", True)
    messages = row(report, key)["messages"]
    assert (messages["admitted"], messages["refused"]) == (6, 2)
    # The first refusal was followed by a retry, before or after its Retry-After of a millisecond.
    assert messages["retries"]["count"] == 1
    assert messages["retries"]["earliest_seconds"] <= 0.001
    assert row(report, key)["other"]["admitted"] == 1
    assert row(report["what_if"], key)["messages"] == {"admitted": 8, "refused": 0}
    assert report["what_if"]["note"].startswith("open loop: ")

    text = table(sandbox)
    assert text.count("\r\n") == text.count("\n") == 3
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [list(one) for one in rows] == [COLUMNS] * 2
    assert [list(one.values()) for one in rows] == [
        ["2026-03-10T12:00:00Z", key, "3", "1", "1", "0"],
        ["2026-03-10T12:01:00Z", key, "3", "1", "0", "0"],
    ]


def test_a_retry_too_early(server: Server, wire: Wire, sandbox: SandboxControl, key: str, barista: str) -> None:
    """With a real clock, which does not move on for a wait of a minute."""
    sandbox.put("/clock", {"mode": "real"})
    answer(wire.begin(barista))
    assert burst(server, key, barista, 5) == [200, 200, 200, 429, 429]
    retries = row(sandbox.get("/limits/report"), key)["messages"]["retries"]
    assert (retries["count"], retries["early"]) == (1, 1)
    assert 0 < retries["earliest_seconds"] <= 60


def test_a_secret_key_is_not_told(
    server: Server, dial: Callable[..., Wire], sandbox: SandboxControl, key: str
) -> None:
    answer(dial(server, "pk_live_demo").http.get(f"/@{key}/api/v1/sdk/personas"))
    (row,) = sandbox.get("/limits/report")["keys"]
    assert row["key"].startswith("pk_live_…")
    assert row["key"] in table(sandbox)
    assert "pk_live_demo" not in table(sandbox)
