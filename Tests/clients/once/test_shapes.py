"""Every reply has all its keys, no other, in order, and each value its type: the clients fail on any difference."""

from collections.abc import Callable

import pytest

from helpers import shapes
from helpers import town as fixtures
from helpers.server import Server
from helpers.wire import SDK, Wire, answer, refusal

CLERK, COURT = fixtures.CLERK, fixtures.COURT


@pytest.fixture
def wire(dial: Callable[..., Wire], town: Server, key: str) -> Wire:
    return dial(town, key)


def test_personas(wire: Wire) -> None:
    personas = answer(wire.personas())
    assert personas
    assert shapes.rows(shapes.PERSONA)(personas)


def test_init(wire: Wire) -> None:
    assert shapes.fits(answer(wire.begin(CLERK)), shapes.INIT)


@pytest.mark.parametrize("lines", [["hm"], ["form"], ["form", "stamp"], ["lie"], ["thief"]], ids="-".join)
def test_reply_session_machines_and_history(wire: Wire, lines: list[str]) -> None:
    answer(wire.begin(CLERK))
    for line in lines:
        assert shapes.fits(answer(wire.say(CLERK, line)), shapes.REPLY)
    assert shapes.fits(answer(wire.get(CLERK, "session")), shapes.SESSION)
    assert shapes.rows(shapes.MACHINE)(answer(wire.get(CLERK, "machines")))
    history = answer(wire.get(CLERK, "history"))
    assert shapes.fits(history, shapes.HISTORY)
    assert len(history["messages"]) == 1 + 2 * len(lines)


def test_an_unlocking_reply_lists_objects(wire: Wire) -> None:
    answer(wire.begin(CLERK))
    answer(wire.say(CLERK, "form"))
    reply = answer(wire.say(CLERK, "stamp"))
    assert [list(machine) for machine in reply["unlocked_machines"]] == [list(shapes.UNLOCKED)]


def test_reset_with_an_empty_body(wire: Wire) -> None:
    answer(wire.begin(CLERK))
    response = wire.http.post(
        f"{SDK}/chat/{CLERK}/reset?user_session_id=player-001",
        headers={"Content-Type": "application/json", "Content-Length": "0"},
    )
    assert shapes.fits(answer(response), shapes.RESET)


def test_scores_are_whole_numbers_on_the_wire(wire: Wire) -> None:
    answer(wire.begin(CLERK))
    assert '"score":2,' in wire.say(CLERK, "form").text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/api/v1/sdk/nothing", 404),
        ("GET", "/api/v1/sdk/personas/", 404),
        ("POST", f"/api/v1/sdk/chat/{CLERK}/message/", 404),
        ("GET", f"/api/v1/sdk/chat/{CLERK}/message", 405),
        ("POST", "/api/v1/sdk/personas", 405),
        ("DELETE", f"/api/v1/sdk/chat/{CLERK}/session", 405),
    ],
)
def test_wrong_paths_and_methods_are_worded_alike(wire: Wire, method: str, path: str, status: int) -> None:
    assert refusal(wire.http.request(method, path), status)


def test_a_body_that_is_too_large_is_worded_alike(wire: Wire) -> None:
    body = b'{"message":"' + b"x" * (2 << 20) + b'"}'
    assert refusal(wire.http.post(f"{SDK}/chat/{CLERK}/message", content=body), 413)
