"""Unmodified clients in a sandbox whose clock a test controls, and in one that their base URL names."""

import time
from collections.abc import Callable

import pytest
from foilengine import RateLimitError

from helpers.sdk import Sdk
from helpers.server import Server

PLAYER = "player-001"


def test_a_client_recovers_from_a_429_without_waiting_for_a_minute(
    connect: Callable[..., Sdk], server: Server, key: str, barista: str
) -> None:
    sandbox = server.control.sandbox(key)
    # Of a minute's wait the client sleeps 60 ms.
    sandbox.freeze(retry_after_scale=0.001)
    sandbox.limit(1, 1000)
    sdk = connect(server, key)
    sdk.begin(barista, PLAYER)
    sdk.say(barista, "Hello", PLAYER)
    began = time.monotonic()
    assert sdk.say(barista, "Hello again", PLAYER).message
    # The machine may be busy, but this is no minute.
    assert time.monotonic() - began < 10
    # The client was refused, slept, and tried again when a minute had passed on the sandbox's clock.
    assert sandbox.get("/clock")["now"] == "2026-03-10T12:01:00Z"

    impatient = connect(server, key, max_retries=0)
    with pytest.raises(RateLimitError) as raised:
        impatient.say(barista, "And again", PLAYER)
    assert raised.value.retry_after == 0.06
    assert "60 s" in raised.value.message


def test_times_are_the_sandbox_s(sdk: Sdk, server: Server, key: str, barista: str) -> None:
    sandbox = server.control.sandbox(key)
    sandbox.freeze("2030-01-02T03:04:05Z")
    sdk.begin(barista, PLAYER)
    sandbox.advance(3600)
    sdk.say(barista, "Hello", PLAYER)
    history = sdk.history(barista, PLAYER)
    times = [str(message.created_at) for message in history.messages]
    assert times == ["2030-01-02T03:04:05Z", "2030-01-02T04:04:05Z", "2030-01-02T04:04:05Z"]


def test_what_takes_its_time_takes_none(sdk: Sdk, server: Server, key: str, barista: str) -> None:
    sandbox = server.control.sandbox(key)
    sandbox.freeze()
    sdk.begin(barista, PLAYER)
    began = time.monotonic()
    assert sdk.say(barista, "[[delay 60s]] Hello", PLAYER).message
    assert time.monotonic() - began < 10
    assert sandbox.get("/clock")["now"] == "2026-03-10T12:01:00Z"


@pytest.mark.since("0.4.0")
def test_a_stream_that_takes_its_time_takes_none(sdk: Sdk, server: Server, key: str, barista: str) -> None:
    sandbox = server.control.sandbox(key)
    sandbox.freeze()
    sdk.begin(barista, PLAYER)
    began = time.monotonic()
    assert sdk.stream(barista, "[[delay 60s]] Hello", PLAYER)
    assert time.monotonic() - began < 10
    assert sandbox.get("/clock")["now"] == "2026-03-10T12:01:00Z"


def test_a_base_url_may_name_a_sandbox(kind: str, server: Server, key: str, barista: str) -> None:
    """The key decides who calls, the path decides in which sandbox."""
    cart = f"cart-{key[-24:]}"
    clients = [Sdk(kind, url, key) for url in (f"{server.url}/@{cart}", server.url)]
    placed, plain = clients
    try:
        for client, line in ((placed, "in the cart"), (plain, "at home")):
            client.begin(barista, PLAYER)
            client.say(barista, line, PLAYER)
        for client, line in ((placed, "in the cart"), (plain, "at home")):
            said = [message.content for message in client.history(barista, PLAYER).messages if message.role == "user"]
            assert said == [line]
        assert server.control.sandbox(cart).get()["sessions"] == 1
        server.control.sandbox(cart).reset()
        assert len(plain.history(barista, PLAYER).messages) == 3
    finally:
        for client in clients:
            client.close()
