"""Replies as they are made: `message/stream`."""

import time
from collections.abc import Callable

import httpx
import pytest
from foilengine import BadRequestError, NotFoundError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

pytestmark = pytest.mark.since("0.4.0")

CLERK = fixtures.CLERK
PLAYER = "player-001"


@pytest.fixture
def clerk(connect: Callable[..., Sdk], town: Server, key: str) -> Sdk:
    sdk = connect(town, key)
    sdk.begin(CLERK, PLAYER)
    return sdk


def kinds(events: list) -> list[str]:
    return [event.event_type for event in events]


def test_a_stream_has_metadata_text_and_the_whole(clerk: Sdk) -> None:
    events = clerk.stream(CLERK, "Here is the form", PLAYER)
    assert kinds(events) == ["metadata", "text_delta", "text_delta", "text_delta", "done"]
    metadata, done = events[0].data, events[-1].data
    assert (metadata.current_state, metadata.score, metadata.decision, metadata.outcome) == ("counter", 2, "pass", None)
    assert "".join(event.data["text"] for event in events[1:-1]) == done.message == "And the stamp?"
    assert vars(done).items() >= vars(metadata).items()


def test_the_turn_is_kept_once_and_goes_on_as_a_message(clerk: Sdk) -> None:
    clerk.stream(CLERK, "Here is the form", PLAYER)
    last = clerk.say(CLERK, "And a stamp", PLAYER)
    assert (last.outcome, last.score, len(last.unlocked_machines)) == ("ACCEPT", 3, 1)
    lines = [message.content for message in clerk.history(CLERK, PLAYER).messages]
    assert lines == ["Next, Alex.", "Here is the form", "And the stamp?", "And a stamp", "Next."]


def test_an_end_and_its_unlocks_stand_in_metadata_and_done(clerk: Sdk) -> None:
    clerk.say(CLERK, "form", PLAYER)
    events = clerk.stream(CLERK, "stamp", PLAYER)
    for data in (events[0].data, events[-1].data):
        assert (data.outcome, data.machine_completed) == ("ACCEPT", True)
        assert [unlocked.machine_key for unlocked in data.unlocked_machines] == ["vault"]


def test_mistakes_are_errors_of_the_usual_types(clerk: Sdk) -> None:
    with pytest.raises(NotFoundError, match="No active session found"):
        clerk.stream(CLERK, "Hello", "nobody")
    clerk.say(CLERK, "thief", PLAYER)
    with pytest.raises(BadRequestError, match="Conversation has already ended"):
        clerk.stream(CLERK, "Hello", PLAYER)


def test_an_error_event_comes_in_the_place_of_the_rest(clerk: Sdk) -> None:
    events = clerk.stream(CLERK, "form [[stream_error]]", PLAYER)
    assert kinds(events) == ["metadata", "text_delta", "error"]
    assert events[-1].data == {"error": "The message asked for this error"}
    assert clerk.session(CLERK, PLAYER).current_state == "counter"


def test_a_stream_that_breaks_off_is_a_broken_connection(clerk: Sdk) -> None:
    seen: list = []
    with pytest.raises(httpx.RemoteProtocolError):
        clerk.stream(CLERK, "form [[drop after 2]]", PLAYER, seen)
    assert kinds(seen) == ["metadata", "text_delta"]
    assert clerk.session(CLERK, PLAYER).current_state == "counter"


def test_text_comes_word_by_word_in_its_time(
    connect: Callable[..., Sdk], launch: Callable[..., Server], key: str
) -> None:
    paced = launch("paced", "--first-token-ms", "60", "--tokens-per-second", "50")
    sdk = connect(paced, key)
    persona = sdk.personas()[0].id
    sdk.begin(persona, PLAYER)
    # Counted from before the request: a client may notice an event late, but no event comes before its time.
    begun = time.monotonic()
    moments: list[float] = []
    events = sdk.stream(persona, "What do you recommend?", PLAYER, moments=moments)
    words = kinds(events).count("text_delta")
    assert words > 3
    assert moments[1] - begun >= 0.05
    assert moments[-1] - begun >= 0.05 + (words - 1) * 0.02 * 0.9
