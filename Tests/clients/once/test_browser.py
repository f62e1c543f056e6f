"""A page of another origin in Chromium: its access to the API, and to the server's own routes."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from helpers import browser, shapes
from helpers.control import TOKEN
from helpers.server import Server
from helpers.vectors import events
from helpers.wire import Wire, answer


@pytest.fixture(scope="module")
def key() -> str:
    return f"pk_test_{hashlib.sha256(__name__.encode()).hexdigest()[:24]}"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, strict: Server, key: str) -> dict[str, Any]:
    """The page's results, and its sandbox afterwards. Its stream's text begins a second after the metadata."""
    folder = tmp_path_factory.mktemp("browser")
    server = Server(folder / "foilmock.db", "--rate-limits", "off", "--first-token-ms", "1000").start()
    try:
        wire = Wire(server.url, key)
        personas = {persona["name"]: persona["id"] for persona in answer(wire.personas())}
        wire.close()
        return browser.visit(folder, {
            "api": server.url, "strict": strict.url, "key": key,
            "trader": personas["Hollow Market Trader"], "barista": personas["Grumpy Barista"], "token": TOKEN,
        }) | {"sandbox": server.control.sandbox(key).get()}  # fmt: skip
    finally:
        server.close()


def test_a_page_plays_web_chat(found: dict[str, Any]) -> None:
    chat = found["webChat"]
    assert {verb: reply["status"] for verb, reply in chat.items()} == {
        "init": 200, "message": 200, "history": 200, "reset": 200, "after": 404,
    }  # fmt: skip
    shapes.fits(chat["init"]["body"], shapes.INIT)
    shapes.fits(chat["message"]["body"], shapes.REPLY)
    shapes.fits(chat["history"]["body"], shapes.HISTORY)
    shapes.fits(chat["reset"]["body"], shapes.RESET)
    assert "Zoë" in chat["init"]["body"]["message"]
    assert [row["role"] for row in chat["history"]["body"]["messages"]] == ["assistant", "user", "assistant"]
    assert chat["after"]["body"]["error"]["message"]


def test_a_page_reads_a_stream_as_it_comes(found: dict[str, Any]) -> None:
    stream = found["stream"]
    assert (stream["status"], stream["type"]) == (200, "text/event-stream; charset=utf-8")
    assert events("".join(stream["pieces"]).encode(), ["metadata", "done"])
    assert stream["pieces"][0].startswith("event: metadata\n")
    assert "text_delta" not in stream["pieces"][0]


def test_a_page_reads_when_to_try_again(found: dict[str, Any]) -> None:
    *admitted, refused = found["beyondTheRate"]
    assert [reply["status"] for reply in admitted] == [200, 200, 200]
    assert refused["status"] == 429
    assert 1 <= int(refused["retryAfter"]) <= 60
    assert "Rate limit" in refused["message"]


def test_a_page_cannot_read_the_servers_own_routes(found: dict[str, Any]) -> None:
    assert found["control"] == {"read": "TypeError", "unread": {"type": "opaque", "text": ""}}


def test_a_page_cannot_drive_the_server_even_if_it_knows_the_token(found: dict[str, Any]) -> None:
    assert found["drive"] == {
        "readWithToken": "TypeError", "read": "TypeError", "setWithToken": "TypeError", "set": "TypeError",
        "resetWithToken": "TypeError", "reset": "TypeError", "resetUnread": "opaque",
    }  # fmt: skip
    # Its session is still there, and the clock runs.
    assert (found["sandbox"]["sessions"], found["sandbox"]["clock"]["mode"]) == (1, "real")
