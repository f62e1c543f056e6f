"""Rate limits as the clients meet them."""

from collections.abc import Callable

import pytest
from foilengine import RateLimitError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server
from helpers.wire import Wire, answer, refusal

PLAYER = "player-001"


def test_refusal_says_when_to_retry(connect: Callable[..., Sdk], strict: Server, key: str) -> None:
    sdk = connect(strict, key, max_retries=0)
    sdk.begin(fixtures.CLERK, PLAYER)
    for _ in range(2):
        sdk.say(fixtures.CLERK, "Hello", PLAYER)
    with pytest.raises(RateLimitError) as raised:
        sdk.say(fixtures.CLERK, "Hello", PLAYER)
    assert raised.value.status_code == 429
    assert raised.value.message
    assert 1 <= raised.value.retry_after <= 60

    # The refused message has left nothing behind, and other requests are counted apart.
    assert len(sdk.history(fixtures.CLERK, PLAYER).messages) == 5
    sdk.session(fixtures.CLERK, PLAYER)
    with pytest.raises(RateLimitError):
        sdk.session(fixtures.CLERK, PLAYER)


def test_limits_are_of_a_key(connect: Callable[..., Sdk], strict: Server, key: str) -> None:
    spent = connect(strict, key, max_retries=0)
    for _ in range(3):
        spent.machines(fixtures.CLERK, PLAYER)
    with pytest.raises(RateLimitError):
        spent.machines(fixtures.CLERK, PLAYER)
    assert connect(strict, key + "b", max_retries=0).machines(fixtures.CLERK, PLAYER)


def test_client_retries_until_there_is_room(
    connect: Callable[..., Sdk], dial: Callable[..., Wire], town: Server, kind: str
) -> None:
    key = fixtures.HASTY[kind]
    wire, sdk = dial(town, key), connect(town, key, max_retries=3)
    answer(wire.begin(fixtures.CLERK))
    # A token comes back each second, so on a slow machine the client may find one and not be refused: once more then.
    for _ in range(10):
        drain(wire)
        before = refusals(town)
        reply = sdk.say(fixtures.CLERK, "Hello", PLAYER)
        assert reply.message
        if refusals(town) > before:
            return
    raise AssertionError("the client was never refused")


def drain(wire: Wire) -> None:
    for _ in range(1000):
        response = wire.say(fixtures.CLERK, "Hello")
        if response.status_code == 429:
            assert refusal(response, 429)
            assert response.headers["retry-after"] == "1"
            return
        answer(response)
    raise AssertionError("1000 messages and no limit")


def refusals(server: Server) -> int:
    """How many requests the server has refused so far."""
    return server.errors.read_text().count(" 429\n")
