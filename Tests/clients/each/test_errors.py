"""Each call raises the error that its cause has in the documents."""

from collections.abc import Callable
from typing import Any

import pytest
from foilengine import AuthenticationError, BadRequestError, FoilEngineError, ForbiddenError, NotFoundError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

PLAYER = "player-001"
Call = Callable[..., Any]
CALLS: dict[str, Call] = {
    "machines": lambda sdk, persona: sdk.machines(persona, PLAYER),
    "begin": lambda sdk, persona, machine=None: sdk.begin(persona, PLAYER, machine),
    "say": lambda sdk, persona, machine=None: sdk.say(persona, "Hello", PLAYER, machine),
    "session": lambda sdk, persona, machine=None: sdk.session(persona, PLAYER, machine),
    "history": lambda sdk, persona, machine=None: sdk.history(persona, PLAYER, machine),
    "reset": lambda sdk, persona, machine=None: sdk.reset(persona, PLAYER, machine),
}
MACHINE_CALLS = {name: call for name, call in CALLS.items() if name != "machines"}
# The calls that need a session.
SESSION_CALLS = {name: call for name, call in MACHINE_CALLS.items() if name != "begin"}

every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
every_machine_call = pytest.mark.parametrize("call", MACHINE_CALLS.values(), ids=MACHINE_CALLS)
every_session_call = pytest.mark.parametrize("call", SESSION_CALLS.values(), ids=SESSION_CALLS)


def error_of(kind: type[FoilEngineError], status: int, call: Call, *arguments: Any) -> str:
    with pytest.raises(FoilEngineError) as raised:
        call(*arguments)
    assert type(raised.value) is kind
    assert raised.value.status_code == status
    assert raised.value.message
    return raised.value.message


@pytest.mark.parametrize("key", ["", "pk_live_nobodys", "pk_test_", "pk_test_a b", "sk_something"])
@every_call
def test_missing_or_unknown_key(
    connect: Callable[..., Sdk], server: Server, barista: str, key: str, call: Call
) -> None:
    error_of(AuthenticationError, 401, call, connect(server, key), barista)


def test_unknown_key_lists_no_personas(connect: Callable[..., Sdk], server: Server) -> None:
    error_of(AuthenticationError, 401, connect(server, "pk_live_nobodys").personas)


@every_call
def test_persona_id_that_is_no_uuid(sdk: Sdk, call: Call) -> None:
    error_of(BadRequestError, 400, call, sdk, "persona-id")


@every_call
def test_unknown_persona(sdk: Sdk, call: Call) -> None:
    error_of(NotFoundError, 404, call, sdk, fixtures.NOWHERE)


@every_call
def test_persona_of_another_account(connect: Callable[..., Sdk], town: Server, call: Call) -> None:
    message = error_of(ForbiddenError, 403, call, connect(town, fixtures.BOB), fixtures.ALICES)
    assert "access" in message


@every_call
def test_unpublished_persona(connect: Callable[..., Sdk], town: Server, call: Call) -> None:
    message = error_of(ForbiddenError, 403, call, connect(town, fixtures.ALICE), fixtures.UNPUBLISHED)
    assert "published" in message


@every_machine_call
def test_machine_id_that_is_no_uuid(sdk: Sdk, barista: str, call: Call) -> None:
    message = error_of(BadRequestError, 400, call, sdk, barista, "opening_scene")
    assert "machine_id" in message


@every_machine_call
def test_unknown_machine(sdk: Sdk, barista: str, call: Call) -> None:
    error_of(NotFoundError, 404, call, sdk, barista, fixtures.NOWHERE)


@every_machine_call
def test_locked_machine(connect: Callable[..., Sdk], town: Server, key: str, call: Call) -> None:
    sdk = connect(town, key)
    sdk.begin(fixtures.CLERK, PLAYER)
    message = error_of(ForbiddenError, 403, call, sdk, fixtures.CLERK, fixtures.VAULT)
    assert message == "Machine is locked"


@every_session_call
def test_no_session(sdk: Sdk, barista: str, call: Call) -> None:
    assert error_of(NotFoundError, 404, call, sdk, barista) == "No active session found"


@every_session_call
def test_no_session_on_that_machine(connect: Callable[..., Sdk], town: Server, key: str, call: Call) -> None:
    sdk = connect(town, key)
    sdk.begin(fixtures.CLERK, PLAYER)
    assert error_of(NotFoundError, 404, call, sdk, fixtures.CLERK, fixtures.COURT) == "No active session found"


@pytest.mark.parametrize("gender", ["Female", "nonbinary", "other"])
def test_unknown_gender(sdk: Sdk, barista: str, gender: str) -> None:
    message = error_of(BadRequestError, 400, lambda: sdk.begin(barista, PLAYER, gender=gender))
    assert "player_gender" in message


@pytest.mark.parametrize("gender", ["female", "male", "non-binary"])
def test_documented_genders_are_taken(sdk: Sdk, barista: str, gender: str) -> None:
    assert sdk.begin(barista, PLAYER, gender=gender).player_gender == gender


@pytest.mark.parametrize("end", ["form stamp", "lie", "thief"])
def test_message_after_the_end(connect: Callable[..., Sdk], town: Server, key: str, end: str) -> None:
    sdk = connect(town, key)
    sdk.begin(fixtures.CLERK, PLAYER)
    for line in end.split():
        last = sdk.say(fixtures.CLERK, line, PLAYER)
    assert last.outcome

    before = (sdk.session(fixtures.CLERK, PLAYER), sdk.history(fixtures.CLERK, PLAYER))
    message = error_of(BadRequestError, 400, sdk.say, fixtures.CLERK, "One more thing", PLAYER)
    assert message == "Conversation has already ended"
    assert (sdk.session(fixtures.CLERK, PLAYER), sdk.history(fixtures.CLERK, PLAYER)) == before
