"""Queries and paths as other clients write them."""

import pytest

from helpers.wire import PLAYER, SDK, Wire, answer, refusal


def test_an_empty_machine_id_is_none(wire: Wire, barista: str) -> None:
    chat = f"{SDK}/chat/{barista}"
    begun = answer(wire.http.post(f"{chat}/init-session?machine_id=", json=PLAYER))
    message = {"message": "Hello", "user_session_id": "player-001"}
    assert answer(wire.http.post(f"{chat}/message?machine_id=", json=message))["session_id"] == begun["session_id"]
    query = "user_session_id=player-001&machine_id="
    assert answer(wire.http.get(f"{chat}/session?{query}"))["session_id"] == begun["session_id"]
    assert answer(wire.http.get(f"{chat}/history?{query}"))["session_id"] == begun["session_id"]
    assert answer(wire.http.post(f"{chat}/reset?{query}"))


@pytest.mark.parametrize(
    ("player", "query"),
    [
        ("a b", "a+b"),
        ("a b", "a%20b"),
        ("a+b", "a%2Bb"),
        ("Zoë", "Zo%C3%AB"),
        ("Zoë", "Zo%c3%ab"),
        ("100%", "100%"),
        ("a=b", "a=b"),
        ("🎮", "%F0%9F%8E%AE"),
    ],
)
def test_encodings_of_a_player(wire: Wire, barista: str, player: str, query: str) -> None:
    begun = answer(wire.begin(barista, user_session_id=player))
    # Sent unchanged: the client would encode it again.
    status = wire.http.get(f"{SDK}/chat/{barista}/session?user_session_id={query}")
    assert answer(status)["session_id"] == begun["session_id"]


def test_a_persona_id_may_be_encoded_or_in_capitals(wire: Wire, barista: str) -> None:
    begun = answer(wire.begin(barista))
    encoded = "".join(f"%{ord(character):02X}" for character in barista)
    for persona in [encoded, barista.upper()]:
        status = wire.http.get(f"{SDK}/chat/{persona}/session?user_session_id=player-001")
        assert answer(status)["session_id"] == begun["session_id"]


@pytest.mark.parametrize("persona", ["%", "%zz", "%ff", "..%2F", "%00", "a b"])
def test_a_persona_id_that_is_wrongly_encoded(wire: Wire, persona: str) -> None:
    assert "persona ID" in refusal(wire.http.get(f"{SDK}/chat/{persona}/session?user_session_id=player-001"), 400)


@pytest.mark.parametrize("name", ["x-api-key", "X-API-Key", "X-Api-Key", "X-API-KEY"])
def test_the_name_of_the_key_may_be_written_in_any_case(wire: Wire, key: str, name: str) -> None:
    del wire.http.headers["X-API-Key"]
    assert answer(wire.http.get(f"{SDK}/personas", headers=[(name, key)]))
