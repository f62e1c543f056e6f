"""Each kind of fault as bytes on a socket, and every fault in docs/faults.md."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from helpers import faults
from helpers.bare import TIMEOUT, request_bytes
from helpers.control import SandboxControl
from helpers.server import Server
from helpers.wire import Wire, answer

LINE = "What do you recommend?"
PIECE = "event: text_delta\ndata: "


@dataclass
class Received:
    """The reads of a client, each by itself, and how the connection ended."""

    reads: list[bytes] = field(default_factory=list)
    # Counted from before the request: a busy machine may read late, but nothing comes before its time.
    seconds: float = 0
    was_reset: bool = False

    @property
    def head(self) -> str:
        return b"".join(self.reads).split(b"\r\n\r\n", 1)[0].decode()

    @property
    def body(self) -> bytes:
        return b"".join(self.reads).partition(b"\r\n\r\n")[2]

    @property
    def status(self) -> int:
        return int(self.head.split(" ")[1])

    @property
    def length(self) -> int:
        """The value of `Content-Length`."""
        return int(self.head.lower().split("content-length: ")[1].split("\r\n")[0])

    @property
    def stream(self) -> bytes:
        """The chunks of the body together, as far as they have arrived."""
        found, rest = b"", self.body
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            found, rest = found + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
        return found

    @property
    def events(self) -> list[str]:
        return [line[7:] for line in self.stream.decode().splitlines() if line.startswith("event: ")]


@pytest.fixture
def sandbox(server: Server, key: str) -> SandboxControl:
    return server.control.sandbox(key)


@pytest.fixture
def say(server: Server, key: str, barista: str, wire: Wire, sandbox: SandboxControl) -> Callable[..., Received]:
    """Makes a fault for the next message or stream, and sends that."""
    answer(wire.begin(barista))

    def send(fault: dict[str, Any], stream: bool = False) -> Received:
        made = sandbox.post("/faults", fault | {"match": {"key": key}})
        verb = "message/stream" if stream else "message"
        received = exchange(server, request_bytes(key, barista, verb, LINE, "Connection: close"))
        assert sandbox.get(f"/faults/{made['id']}")["struck"] == 1
        sandbox.delete(f"/faults/{made['id']}")
        return received

    return send


def exchange(server: Server, request: bytes) -> Received:
    received = Received()
    began = time.monotonic()
    with socket.create_connection(server.address, TIMEOUT) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        try:
            while piece := connection.recv(65536):
                received.reads.append(piece)
        except ConnectionResetError:
            received.was_reset = True
    received.seconds = time.monotonic() - began
    return received


# MARK: Instead of an answer


def test_status(say: Callable[..., Received]) -> None:
    own = say({"kind": "status", "status": 503})
    assert (own.status, json.loads(own.body)) == (503, {"error": {"message": "The fault f1 asked for this error"}})
    page = say({"kind": "status", "status": 502, "text": "<html>", "headers": {"Content-Type": "text/html"}})
    assert (page.status, page.body) == (502, b"<html>")
    assert "Content-Type: text/html\r\n" in page.head
    odd = say({"kind": "status", "status": 404, "body": [1, "é"]}, stream=True)
    assert (odd.status, odd.body) == (404, '[1,"é"]'.encode())


def test_rate_limited(say: Callable[..., Received]) -> None:
    refused = say({"kind": "rate_limited", "retry_after_seconds": 7})
    assert refused.status == 429
    assert "\r\nRetry-After: 7\r\n" in refused.head


@pytest.mark.parametrize("when", ["before_turn", "after_turn"])
def test_nothing_at_all(
    say: Callable[..., Received], wire: Wire, barista: str, sandbox: SandboxControl, when: str
) -> None:
    gone = say({"kind": "reset", "when": when})
    assert (gone.reads, gone.was_reset) == ([], True)
    gone = say({"kind": "close", "when": when})
    assert (gone.reads, gone.was_reset) == ([], False)
    turns = len(answer(wire.get(barista, "history"))["messages"])
    assert turns == (5 if when == "after_turn" else 1)
    # Nobody got a status, so none is noted.
    for status, count in [({"gte": 100}, 0), (None, 2)]:
        match = {"route": "POST /api/v1/sdk/chat/{persona_id}/message"} | ({"status": status} if status else {})
        verified = sandbox.post("/verify", {"match": match, "count": count})
        assert verified["ok"], verified["explanation"]
    assert sandbox.get("/journal")["counters"]["errors"] == 0


# MARK: Within an answer


@pytest.mark.parametrize("kind", ["reset", "close"])
def test_an_end_in_the_body(say: Callable[..., Received], kind: str) -> None:
    cut = say({"kind": kind, "at": "body", "after_bytes": 20})
    assert (cut.status, len(cut.body), cut.was_reset) == (200, 20, kind == "reset")
    assert cut.length > 100
    nothing = say({"kind": kind, "at": "body", "after_bytes": 0})
    assert (nothing.status, nothing.body) == (200, b"")


@pytest.mark.parametrize("kind", ["reset", "close"])
def test_an_end_in_an_event(say: Callable[..., Received], kind: str) -> None:
    cut = say({"kind": kind, "at": "event", "after_events": 2}, stream=True)
    assert cut.was_reset == (kind == "reset")
    assert cut.stream.count(b"\n\n") == 2
    assert not cut.stream.endswith(b"\n\n")
    assert b"\r\n0\r\n\r\n" not in cut.body


def test_a_stall(say: Callable[..., Received]) -> None:
    late = say({"kind": "stall", "after_events": 2, "seconds": 0.2}, stream=True)
    assert late.seconds >= 0.2
    assert late.events[-1] == "done"
    gone = say({"kind": "stall", "after_bytes": 5, "seconds": 0.2, "then": "reset"})
    assert (len(gone.body), gone.was_reset) == (5, True)


def test_a_drip(say: Callable[..., Received]) -> None:
    slow = say({"kind": "drip", "bytes": 50, "every_seconds": 0.02})
    assert slow.seconds >= (slow.length // 50 - 1) * 0.02
    assert json.loads(slow.body)["message"]


def test_a_delay(say: Callable[..., Received], sandbox: SandboxControl) -> None:
    def seconds(fault: dict[str, Any]) -> float:
        start = time.monotonic()
        assert say(fault).status == 200
        return time.monotonic() - start

    assert seconds({"kind": "delay", "seconds": 0.3}) >= 0.3
    assert seconds({"kind": "delay", "min_seconds": 0.2, "max_seconds": 0.25}) >= 0.2
    sandbox.freeze()
    assert seconds({"kind": "delay", "seconds": 60}) < 5
    assert sandbox.get("/clock")["now"].startswith("2026-03-10T12:01:00")
    assert seconds({"kind": "delay", "seconds": 0.3, "clock": "wall"}) >= 0.3


def test_a_wrong_length(say: Callable[..., Received]) -> None:
    for delta in (-5, 5):
        wrong = say({"kind": "content_length", "delta": delta})
        assert wrong.length - len(wrong.body) == delta
        assert json.loads(wrong.body)["message"]


# MARK: The text of an answer


def test_text_that_is_no_json(say: Callable[..., Received]) -> None:
    short = say({"kind": "truncate", "bytes": 12})
    assert short.body == b'{"message":"' and short.length == 12
    half = say({"kind": "truncate", "event": "metadata"}, stream=True)
    assert half.events[0] == "metadata" and half.events[-1] == "done"
    broken = say({"kind": "malform"})
    assert broken.body.startswith(b'<"message":') and broken.length == len(broken.body)
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.body)
    event = say({"kind": "malform", "event": 2}, stream=True).stream.decode()
    assert f'{PIECE}<"text":' in event


def test_a_patch(say: Callable[..., Received]) -> None:
    reply = json.loads(say({"kind": "patch", "patch": {"more": [1], "score": None}, "nulls": ["message"]}).body)
    assert (reply["more"], reply["message"]) == ([1], None)
    assert "score" not in reply
    stream = say({"kind": "patch", "patch": {"text": "é"}, "event": 2}, stream=True).stream.decode()
    assert f'{PIECE}{{"text":"\\u00e9"}}\n\n' in stream


def test_events_more_and_less(say: Callable[..., Received]) -> None:
    assert "done" not in say({"kind": "done"}, stream=True).events
    assert say({"kind": "done", "copies": 2}, stream=True).events[-2:] == ["done", "done"]
    commented = say({"kind": "comments"}, stream=True)
    blocks = commented.stream.decode().removesuffix("\n\n").split("\n\n")
    assert blocks[::2] == [": keepalive"] * len(commented.events)


def test_characters_in_two(say: Callable[..., Received], sandbox: SandboxControl) -> None:
    sandbox.post("/faults", {"kind": "patch", "patch": {"message": "né 🔥"}})
    whole = say({"kind": "split_utf8"})
    assert json.loads(whole.body)["message"] == "né 🔥"
    stream = say({"kind": "split_utf8"}, stream=True)
    # A chunk ends within each character.
    assert '"message":"né 🔥"'.encode() in stream.stream
    for lead in ("é", "🔥"):
        assert lead.encode()[:1] + b"\r\n" in stream.body


# MARK: All of it


def test_every_fault_that_is_shown_can_be_made(server: Server, key: str) -> None:
    sandbox = server.control.sandbox(key)
    shown = faults.examples()
    for fault in shown:
        made = sandbox.post("/faults", fault)
        assert made.items() >= fault.items()
    refusal = server.control.http.post(f"{sandbox.path}/faults", json={"kind": "none"}).json()
    kinds = refusal["error"]["message"].split("one of ")[1].split(", not")[0].split(", ")
    assert sorted({fault["kind"] for fault in shown}) == sorted(kinds)


def test_connections_are_refused_for_a_while(launch: Callable[..., Server]) -> None:
    server = launch("refusing")
    assert server.control.put("/server/refusal", {"seconds": 600}) == {"seconds": 600}
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/_foilmock/health")
    # Over the open connection.
    assert server.control.put("/server/refusal", {"seconds": 0}) == {"seconds": 0}
    assert httpx.get(f"{server.url}/_foilmock/health").status_code == 200


def test_a_key_with_a_word_that_is_none(dial: Callable[..., Wire], server: Server, key: str) -> None:
    response = dial(server, f"{key}+lucky").personas()
    assert response.status_code == 401
    for word in ("ratelimited", "expired", "slow", "flaky"):
        assert word in response.json()["error"]["message"]
