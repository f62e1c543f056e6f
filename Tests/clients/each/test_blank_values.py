"""Blank texts: older clients send them and the server refuses them, newer ones do not send them."""

from collections.abc import Callable
from typing import Any

import pytest
from foilengine import BadRequestError

from helpers.sdk import Sdk

PLAYER = "player-001"
CALLS: dict[str, tuple[str, Callable[[Sdk, str, str], Any]]] = {
    "message": ("message", lambda sdk, persona, blank: sdk.say(persona, blank, PLAYER)),
    "player of a message": ("user_session_id", lambda sdk, persona, blank: sdk.say(persona, "Hello", blank)),
    "player of an init": ("user_session_id", lambda sdk, persona, blank: sdk.begin(persona, blank)),
    "name": ("player_name", lambda sdk, persona, blank: sdk.begin(persona, PLAYER, name=blank)),
    "gender": ("player_gender", lambda sdk, persona, blank: sdk.begin(persona, PLAYER, gender=blank)),
    "player of a session": ("user_session_id", lambda sdk, persona, blank: sdk.session(persona, blank)),
    "player of a history": ("user_session_id", lambda sdk, persona, blank: sdk.history(persona, blank)),
    "player of a reset": ("user_session_id", lambda sdk, persona, blank: sdk.reset(persona, blank)),
    "player of machines": ("user_session_id", lambda sdk, persona, blank: sdk.machines(persona, blank)),
}

each_call = pytest.mark.parametrize(("field", "call"), CALLS.values(), ids=CALLS)
each_blank = pytest.mark.parametrize("blank", ["", "  \t\n"], ids=["empty", "space"])


@pytest.mark.until("0.2.1")
@each_call
@each_blank
def test_server_refuses_blank_text(sdk: Sdk, barista: str, field: str, call: Callable, blank: str) -> None:
    sdk.begin(barista, PLAYER)
    with pytest.raises(BadRequestError) as raised:
        call(sdk, barista, blank)
    assert field in raised.value.message
    assert len(sdk.history(barista, PLAYER).messages) == 1


@pytest.mark.since("0.3.0")
@each_call
@each_blank
def test_client_refuses_blank_text(sdk: Sdk, barista: str, field: str, call: Callable, blank: str) -> None:
    sdk.begin(barista, PLAYER)
    with pytest.raises(ValueError, match=field):
        call(sdk, barista, blank)
    assert len(sdk.history(barista, PLAYER).messages) == 1
