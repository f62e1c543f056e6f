"""How the server ends: the first signal lets running requests finish, the second does not wait."""

import signal
import socket
from collections.abc import Callable, Iterator

import pytest

from helpers.bare import HalfwayRequest
from helpers.server import TIMEOUT, Server, wait_until_refused
from helpers.wire import Wire, answer

LINE = "Hello from before the end"


@pytest.fixture
def server(launch: Callable[..., Server]) -> Server:
    return launch("foilmock", "--drain", "10s")


@pytest.fixture
def persona(server: Server, dial: Callable[..., Wire], key: str) -> str:
    """The id of a persona on which the player has begun a session."""
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    return persona


@pytest.fixture
def halfway(server: Server, persona: str, key: str) -> Iterator[HalfwayRequest]:
    request = HalfwayRequest(server.address, key, persona, LINE)
    yield request
    request.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_request_under_way_is_answered(
    server: Server, halfway: HalfwayRequest, persona: str, dial: Callable[..., Wire], key: str, number: signal.Signals
) -> None:
    server.signal(number)
    wait_until_refused(server.address)
    assert server.is_running

    head, _, body = halfway.finish().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in head.lower()
    assert b'"message"' in body
    assert server.wait() == 0

    server.start()
    assert answer(dial(server, key).get(persona, "history"))["messages"][1]["content"] == LINE


def test_connections_at_rest_are_closed(server: Server, persona: str, halfway: HalfwayRequest) -> None:
    with socket.create_connection(server.address, TIMEOUT) as idle:
        idle.sendall(b"GET /_foilmock/health HTTP/1.1\r\nHost: foilmock\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 200 ")
        server.signal(signal.SIGTERM)
        assert idle.recv(4096) == b""
    assert halfway.finish().startswith(b"HTTP/1.1 200 ")
    assert server.wait() == 0


def test_a_second_signal_ends_it_at_once(server: Server, halfway: HalfwayRequest) -> None:
    server.signal(signal.SIGTERM)
    wait_until_refused(server.address)
    server.signal(signal.SIGTERM)
    assert server.wait() == 130


def test_a_stop_does_not_wait_longer_than_it_is_told(
    launch: Callable[..., Server], dial: Callable[..., Wire], key: str
) -> None:
    server = launch("hurried", "--drain", "100ms")
    wire = dial(server, key)
    persona = answer(wire.personas())[0]["id"]
    answer(wire.begin(persona))
    request = HalfwayRequest(server.address, key, persona, LINE)
    assert server.stop() == 0
    request.close()


def test_an_idle_server_stops(launch: Callable[..., Server]) -> None:
    assert launch("idle").stop() == 0
