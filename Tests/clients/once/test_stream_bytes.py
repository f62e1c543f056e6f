"""Event streams on a bare socket, to the byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import town as fixtures
from helpers.bare import TIMEOUT, request_bytes
from helpers.server import Server
from helpers.wire import Wire, answer

ODD = "A\u2028B\u0085C\u000bé🔥"
PERSONA = "00000000-0000-4000-8000-0000000000f1"
ROOM = {
    "states": [{"state_key": "s0", "is_initial_state": True, "says": ["Hello."]}],
    "transitions": [
        {
            "from_state_key": "s0",
            "to_state_key": "s0",
            "decision_type": "pass",
            "when": {"any": ["name"]},
            "says": ["\u2028It is {player_name} 👋"],
        }
    ],
}


@pytest.fixture
def odd(launch: Callable[..., Server], tmp_path: Path) -> Server:
    folder = tmp_path / "odd"
    fixtures.add_persona(folder, "odd", {"id": PERSONA, "name": ODD}, {"room": ROOM})
    return launch("odd", "--fixtures", str(folder))


def exchange(server: Server, request: bytes) -> tuple[str, bytes]:
    """Head and body of the answer, read until the server closes."""
    received = b""
    with socket.create_connection(server.address, TIMEOUT) as connection:
        connection.sendall(request)
        while piece := connection.recv(65536):
            received += piece
    head, body = received.split(b"\r\n\r\n", 1)
    return head.decode(), body


def chunks(body: bytes) -> list[bytes]:
    """The chunks of a body, which ends with the last one (RFC 9112 section 7.1)."""
    found = []
    while True:
        size, body = body.split(b"\r\n", 1)
        chunk, body = body[: int(size, 16)], body[int(size, 16) :]
        assert body.startswith(b"\r\n")
        body = body[2:]
        if not chunk:
            assert body == b""
            return found
        found.append(chunk)


def expected(done: dict) -> list[bytes]:
    words = ["\u2028", "It ", "is ", "A\u2028", "B\u0085", "C\u000b", "é🔥 ", "👋"]
    metadata = {name: value for name, value in done.items() if name != "message"}
    events = [("metadata", metadata), *[("text_delta", {"text": word}) for word in words], ("done", done)]
    return [
        f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode("ascii") for name, data in events
    ]


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_stream_to_the_byte(odd: Server, dial: Callable[..., Wire], key: str, version: str) -> None:
    wire, twin = dial(odd, key), dial(odd, key)
    answer(wire.begin(PERSONA, player_name=ODD))
    request = request_bytes(key, PERSONA, "message/stream", "your name?", "Connection: close")
    head, body = exchange(odd, request.replace(b"HTTP/1.1", f"HTTP/{version}".encode()))
    session = answer(twin.get(PERSONA, "session"))
    done = {
        "message": f"\u2028It is {ODD} 👋", "current_state": "s0", "score": 0, "outcome": None, "decision": "pass",
        "follow_up": False, "redirect_count": 0, "session_id": session["session_id"], "scoring_mode": "scoring",
        "machine_completed": False, "unlocked_machines": [],
    }  # fmt: skip
    fields = [line.split(": ")[0] for line in head.split("\r\n")[1:]]
    if version == "1.1":
        assert fields == ["Date", "Content-Type", "Cache-Control", "X-Accel-Buffering", "X-Request-Id", "Transfer-Encoding", "Connection"]
        assert chunks(body) == expected(done)
    else:
        assert fields == ["Date", "Content-Type", "Cache-Control", "X-Accel-Buffering", "X-Request-Id", "Connection"]
        assert body == b"".join(expected(done))
    assert head.startswith("HTTP/1.1 200 OK\r\n")
    assert "Content-Type: text/event-stream; charset=utf-8" in head


def test_a_client_that_leaves_has_its_turn_once(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    server = launch("slow", "--tokens-per-second", "20")
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    with socket.create_connection(server.address, TIMEOUT) as connection:
        connection.sendall(request_bytes(key, persona, "message/stream", "something rare"))
        assert b"event: metadata" in connection.recv(4096)
    lines = [message["content"] for message in answer(wire.get(persona, "history"))["messages"]]
    assert lines[1] == "something rare" and len(lines) == 3


def test_a_delay_holds_up_its_own_answer_only(server: Server, dial: Callable[..., Wire], key: str, barista: str) -> None:
    wire = dial(server, key)
    answer(wire.begin(barista))
    with socket.create_connection(server.address, TIMEOUT) as connection:
        connection.sendall(request_bytes(key, barista, "message", "rare [[delay 400ms]]"))
        # The turn is stored while its answer waits.
        while answer(wire.get(barista, "session"))["current_state"] == "greeting":
            pass
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1)
        connection.settimeout(TIMEOUT)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")
