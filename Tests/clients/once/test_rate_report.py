"""The rehearsal of rate limits: what the server reports of requests that came on a bare socket."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from helpers.bare import KeptConnection, message_bytes
from helpers.server import Server
from helpers.wire import Wire, answer

TOKEN = "rehearsal-token"
COLUMNS = ["second", "key", "messages_admitted", "messages_refused", "other_admitted", "other_refused"]
FROZEN = {"mode": "frozen", "at": "2026-03-10T12:00:00Z", "retry_after_scale": 0}


@pytest.fixture
def rehearsed(launch: Callable[..., Server]) -> Server:
    return launch("rehearsed", "--control-token", TOKEN)


@pytest.fixture
def limits(rehearsed: Server, key: str) -> Iterator[httpx.Client]:
    """Calls about the limits of the key's sandbox, whose clock stands still."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"{rehearsed.url}/_foilmock/v1/sandboxes/{key}", headers=headers) as client:
        answer(client.put("clock", json=FROZEN))
        answer(client.put("limits", json={"messages_per_minute": 3, "other_per_minute": 9, "scope": "account"}))
        yield client


def burst(server: Server, key: str, barista: str, count: int) -> list[int]:
    """So many messages in one go, on one connection, before any of them is answered."""
    connection = KeptConnection(server.address)
    try:
        statuses = []
        for _ in range(count):
            connection.send(message_bytes(key, barista, "Hello"))
            statuses.append(connection.answer().status)
        return statuses
    finally:
        connection.close()


def row(report: dict[str, Any], key: str) -> dict[str, Any]:
    (found,) = (one for one in report["keys"] if one["key"] == key)
    return dict(found)


def test_a_burst_under_a_clock_that_stands_still(
    rehearsed: Server, dial: Callable[..., Wire], limits: httpx.Client, key: str, barista: str
) -> None:
    answer(dial(rehearsed, key).begin(barista))
    # The refused one is told to wait 60 s of a clock that then makes up for it, so every fourth is refused.
    assert burst(rehearsed, key, barista, 8) == [200, 200, 200, 429] * 2

    report = answer(limits.get("limits/report", params={"messages_per_minute": 8, "window": "token_bucket"}))
    assert (report["since"], report["complete"]) == ("2026-03-10T12:00:00Z", True)
    messages = row(report, key)["messages"]
    assert (messages["admitted"], messages["refused"]) == (6, 2)
    # The first refusal was followed up, sooner or later than the millisecond that it was told.
    assert messages["retries"]["count"] == 1
    assert messages["retries"]["earliest_seconds"] <= 0.001
    assert row(report, key)["other"] | {"retries": None} == {"admitted": 1, "refused": 0, "retries": None}
    assert row(report["what_if"], key)["messages"] == {"admitted": 8, "refused": 0}
    assert report["what_if"]["note"].startswith("open loop: ")

    table = limits.get("limits/report.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.content.count(b"\r\n") == table.content.count(b"\n") == 3
    rows = list(csv.DictReader(io.StringIO(table.text, newline="")))
    assert [list(one) for one in rows] == [COLUMNS] * 2
    assert [list(one.values()) for one in rows] == [
        ["2026-03-10T12:00:00Z", key, "3", "1", "1", "0"],
        ["2026-03-10T12:01:00Z", key, "3", "1", "0", "0"],
    ]


def test_retries_too_early(
    rehearsed: Server, dial: Callable[..., Wire], limits: httpx.Client, key: str, barista: str
) -> None:
    """In the real time, in which nothing makes up for a wait of a minute."""
    answer(limits.put("clock", json={"mode": "real"}))
    answer(dial(rehearsed, key).begin(barista))
    assert burst(rehearsed, key, barista, 5) == [200, 200, 200, 429, 429]
    retries = row(answer(limits.get("limits/report")), key)["messages"]["retries"]
    assert (retries["count"], retries["early"]) == (1, 1)
    assert 0 < retries["earliest_seconds"] <= 60


def test_a_secret_key_is_not_told(rehearsed: Server, dial: Callable[..., Wire], limits: httpx.Client, key: str) -> None:
    wire = dial(rehearsed, "pk_live_demo")
    answer(wire.http.get(f"/@{key}/api/v1/sdk/personas"))
    for path in ("report", "report.csv"):
        text = limits.get(f"limits/{path}").text
        assert "pk_live_#" in text
        assert "pk_live_demo" not in text
