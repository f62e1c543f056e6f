"""A request that is wrong in two ways gets the error of the earlier check: key, rate, persona's id, persona, owner,
published, machine's id, machine, lock, body, session."""

from collections.abc import Callable

import pytest

from helpers import town as fixtures
from helpers.server import Server
from helpers.wire import Wire, answer, refusal

CLERK, VAULT, NOWHERE = fixtures.CLERK, fixtures.VAULT, fixtures.NOWHERE
NO_UUID = "nonsense"
BAD = {"user_session_id": 1}

# The persona and the machine of the request, and the error.
PERSONA_BEFORE_THE_REST = [
    (NO_UUID, 400, "persona ID"),
    (NOWHERE, 404, "Persona not found"),
    (fixtures.ALICES, 403, "access"),
    (fixtures.UNPUBLISHED, 403, "not published"),
    (fixtures.ALICES_UNPUBLISHED, 403, "access"),
]
MACHINE_BEFORE_THE_BODY = [(NO_UUID, 400, "machine_id"), (NOWHERE, 404, "Machine not found")]


@pytest.fixture
def wire(dial: Callable[..., Wire], town: Server) -> Wire:
    return dial(town, fixtures.BOB)


@pytest.mark.parametrize("key", [None, "pk_live_nobodys"])
@pytest.mark.parametrize("persona", [NO_UUID, NOWHERE, fixtures.ALICES, fixtures.UNPUBLISHED, CLERK])
def test_key_before_all(dial: Callable[..., Wire], town: Server, key: str | None, persona: str) -> None:
    wire = dial(town, key)
    assert "API key" in refusal(wire.post(persona, "message", NO_UUID, BAD), 401)
    assert "API key" in refusal(wire.get(persona, "session", None, NO_UUID), 401)


@pytest.mark.parametrize("persona", [NO_UUID, NOWHERE, fixtures.ALICES, fixtures.UNPUBLISHED, CLERK])
def test_rate_before_persona_and_body(dial: Callable[..., Wire], strict: Server, key: str, persona: str) -> None:
    wire = dial(strict, key)
    for _ in range(2):
        # Requests that are refused for other reasons count too.
        refusal(wire.post(CLERK, "message", None, BAD), 400)
    for _ in range(3):
        refusal(wire.get(CLERK, "session"), 404)
    for response in [wire.post(persona, "message", NO_UUID, BAD), wire.get(persona, "session", None, NO_UUID)]:
        assert refusal(response, 429)
        assert 1 <= int(response.headers["retry-after"]) <= 60


@pytest.mark.parametrize(("persona", "status", "word"), PERSONA_BEFORE_THE_REST)
@pytest.mark.parametrize("machine", [None, NO_UUID, NOWHERE])
def test_persona_before_machine_and_body(wire: Wire, persona: str, status: int, word: str, machine: str | None) -> None:
    assert word in refusal(wire.post(persona, "init-session", machine, BAD), status)
    assert word in refusal(wire.post(persona, "message", machine, BAD), status)
    for verb in ["session", "history", "machines"]:
        assert word in refusal(wire.get(persona, verb, None, machine), status)
    assert word in refusal(wire.reset(persona, None, machine), status)


@pytest.mark.parametrize(("machine", "status", "word"), MACHINE_BEFORE_THE_BODY)
def test_machine_before_body_and_session(wire: Wire, machine: str, status: int, word: str) -> None:
    assert word in refusal(wire.post(CLERK, "init-session", machine, BAD), status)
    assert word in refusal(wire.post(CLERK, "message", machine, BAD), status)
    for verb in ["session", "history"]:
        assert word in refusal(wire.get(CLERK, verb, None, machine), status)
    assert word in refusal(wire.reset(CLERK, None, machine), status)


def test_lock_before_the_rest_of_the_body_and_the_session(wire: Wire) -> None:
    assert "locked" in refusal(wire.begin(CLERK, VAULT, player_gender="none"), 403)
    assert "locked" in refusal(wire.begin(CLERK, VAULT, player_name=""), 403)
    assert "locked" in refusal(wire.say(CLERK, "", VAULT), 403)
    assert "locked" in refusal(wire.say(CLERK, "Hello", VAULT), 403)
    assert "locked" in refusal(wire.get(CLERK, "session", machine_id=VAULT), 403)
    assert "locked" in refusal(wire.reset(CLERK, machine_id=VAULT), 403)


def test_body_before_session(wire: Wire) -> None:
    assert "message" in refusal(wire.say(CLERK, "", player="nobody"), 400)
    assert "user_session_id" in refusal(wire.get(CLERK, "session", ""), 400)
    assert "user_session_id" in refusal(wire.reset(CLERK, None), 400)


def test_body_before_the_end_of_the_session(wire: Wire, key: str) -> None:
    answer(wire.begin(CLERK, user_session_id=key))
    answer(wire.say(CLERK, "lie", player=key))
    assert "message" in refusal(wire.say(CLERK, "", player=key), 400)
    assert "ended" in refusal(wire.say(CLERK, "Hello", player=key), 400)
