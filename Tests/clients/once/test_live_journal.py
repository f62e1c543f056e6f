"""Journals that are followed live, on bare sockets: what a reader gets, whatever it and the others do."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from helpers.bare import TIMEOUT
from helpers.control import TOKEN
from helpers.server import Server
from helpers.wire import SDK

MOST = 64


class Feed:
    """A reader of a feed, event by event."""

    def __init__(self, server: Server, path: str, *fields: str, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(server.address)
        head = [f"GET /_foilmock/v1{path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {TOKEN}", *fields]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode())
        self.buffer = b""
        # What is not a whole event yet.
        self.text = ""
        self.last_id = ""
        self.status = int(self._until(b"\r\n\r\n").split(b" ")[1])

    def events(self) -> Iterator[tuple[str, Any]]:
        """The events that come, each with its data, up to the end of the body."""
        while True:
            while "\n\n" in self.text:
                block, self.text = self.text.split("\n\n", 1)
                fields = dict(line.split(": ", 1) for line in block.split("\n"))
                self.last_id = fields.get("id", self.last_id)
                if "data" in fields:
                    yield fields["event"], json.loads(fields["data"])
            size = int(self._until(b"\r\n"), 16)
            # The entries of these tests are ASCII, so a chunk is text.
            self.text += self._take(size).decode()
            self._take(2)
            if size == 0:
                assert self.text == ""
                return

    def names(self, count: int) -> list[str]:
        """The names of the requests that the next entries are about."""
        return [data["request"]["query"].split("&")[0] for _, data in islice(self.events(), count)]

    def close(self) -> None:
        self.socket.close()

    def _until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            self._receive()
        found, self.buffer = self.buffer.split(end, 1)
        return found

    def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self._receive()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _receive(self) -> None:
        piece = self.socket.recv(65536)
        assert piece, "the server closed"
        self.buffer += piece


@pytest.fixture
def follow(server: Server) -> Iterator[Callable[..., Feed]]:
    feeds: list[Feed] = []

    def open_feed(path: str, *fields: str, **options: Any) -> Feed:
        feeds.append(Feed(server, path, *fields, **options))
        return feeds[-1]

    yield open_feed
    for feed in feeds:
        feed.close()


@pytest.fixture
def server(launch: Callable[..., Server]) -> Server:
    return launch("live", "--journal-entries", "200")


@pytest.fixture
def ask(server: Server, key: str) -> Iterator[Callable[..., None]]:
    """Sends requests with these names, all at once. Each is a query, which is padded to this length."""
    with socket.create_connection(server.address, TIMEOUT) as connection:

        def send(*names: str, padding: int = 0) -> None:
            targets = (f"{SDK}/personas?{name}&{'x' * padding}" for name in names)
            heads = (f"GET {target} HTTP/1.1\r\nHost: foilmock\r\nX-API-Key: {key}\r\n\r\n" for target in targets)
            connection.sendall("".join(heads).encode())
            answers = b""
            while answers.count(b"HTTP/1.1 200 ") < len(names):
                answers += connection.recv(65536)

        yield send


def test_readers_get_each_entry_when_it_comes(
    follow: Callable[..., Feed], ask: Callable[..., None], key: str
) -> None:
    ask("before")
    one, every = follow(f"/sandboxes/{key}/journal/live"), follow("/journal/live")
    for number in range(3):
        ask(f"n{number}")
        assert one.names(1) == every.names(1) == [f"n{number}"]


def test_a_feed_that_ends_leaves_its_connection_for_the_next(
    follow: Callable[..., Feed], server: Server, ask: Callable[..., None], key: str
) -> None:
    ask("one")
    feed = follow(f"/sandboxes/{key}/journal/live?since=start&limit=1")
    assert [event for event, _ in feed.events()] == ["entry", "end"]
    feed.socket.sendall(b"GET /_foilmock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert feed.socket.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_many_readers_see_all_and_one_more_is_refused(
    follow: Callable[..., Feed], ask: Callable[..., None], key: str
) -> None:
    ask("before")
    paths = ("/journal/live", f"/sandboxes/{key}/journal/live")
    feeds = [follow(paths[number % 2]) for number in range(MOST)]
    assert follow("/journal/live").status == 503
    ask(*(f"n{number}" for number in range(10)))
    for feed in feeds:
        assert feed.names(10) == [f"n{number}" for number in range(10)]


def test_a_reader_that_dies_in_an_event_disturbs_no_other(
    follow: Callable[..., Feed], server: Server, ask: Callable[..., None], key: str
) -> None:
    ask("before")
    dying = [follow(f"/sandboxes/{key}/journal/live", receive_buffer=4096) for _ in range(MOST - 1)]
    other = follow("/journal/live")
    ask(*(f"n{number}" for number in range(5)), padding=3000)
    for feed in dying:
        assert feed.socket.recv(1000)
        # Unread bytes make it a reset.
        feed.close()
    ask("last")
    assert other.names(6)[-1] == "last"
    assert follow("/journal/live?wait_seconds=0").status == 200


def test_a_reader_that_stalls_costs_one_part_and_learns_what_it_lost(
    follow: Callable[..., Feed], server: Server, ask: Callable[..., None], key: str
) -> None:
    ask("before")
    stalled = follow(f"/sandboxes/{key}/journal/live", receive_buffer=4096)
    total = 50 * 40
    for _ in range(40):
        ask(*["n"] * 50, padding=3000)
    seen = lost = 0
    for event, data in stalled.events():
        seen, lost = (seen + 1, lost) if event == "entry" else (seen, lost + data["entries"])
        if seen + lost == total:
            break
    # The system's buffers take a few megabytes, and the journal has 200.
    assert lost > 0
    assert seen > 200


def test_a_reader_goes_on_where_it_was(
    follow: Callable[..., Feed], server: Server, ask: Callable[..., None], key: str
) -> None:
    ask("one")
    path = f"/sandboxes/{key}/journal/live"
    feed = follow(f"{path}?since=start")
    assert feed.names(1) == ["one"]
    feed.close()
    ask("two")
    again = follow(path, f"Last-Event-ID: {feed.last_id}")
    assert again.names(1) == ["two"]
    listed = server.control.sandbox(key).get("/journal")
    assert listed["last_event_id"] == again.last_id
    again.close()

    server.stop()
    server.start()
    other = Feed(server, path, f"Last-Event-ID: {feed.last_id}")
    assert next(other.events()) == ("lost", {"entries": None})
    other.close()


@pytest.mark.parametrize("path", ["/journal/live", "/sandboxes/pk_test_drained/journal/live"])
def test_feeds_end_with_the_server(follow: Callable[..., Feed], server: Server, path: str) -> None:
    server.control.sandbox("pk_test_drained").reset()
    feed = follow(path)
    server.signal(signal.SIGTERM)
    assert list(feed.events()) == [("end", {"reason": "drain"})]
    feed.close()
    assert server.wait() == 0


def test_a_feed_ends_when_its_sandbox_is_removed(
    follow: Callable[..., Feed], server: Server, ask: Callable[..., None], key: str
) -> None:
    ask("one")
    feed = follow(f"/sandboxes/{key}/journal/live")
    ask("two")
    server.control.sandbox(key).delete()
    assert [event for event, _ in feed.events()] == ["entry", "end"]
