"""The replies that the documents' chat page shows, equal in every field but the ids."""

from dataclasses import asdict

import pytest
from foilengine import NotFoundError

from helpers.sdk import Sdk

PLAYER = "player-001"


def test_personas(sdk: Sdk) -> None:
    shown = {
        "name": "Grumpy Barista",
        "description": "A coffee shop NPC with a bad attitude",
        "created_at": "2026-03-10T12:00:00Z",
        "updated_at": "2026-03-10T12:00:00Z",
    }
    assert {"id": sdk.personas()[0].id, **shown} == asdict(sdk.personas()[0])


def test_machines(sdk: Sdk, barista: str) -> None:
    sdk.begin(barista, PLAYER)
    machines = {machine.machine_key: asdict(machine) for machine in sdk.machines(barista, PLAYER)}
    assert list(machines)[:2] == ["opening_scene", "side_quest"]
    for machine in machines.values():
        del machine["machine_id"]
    assert machines["opening_scene"] == {
        "machine_key": "opening_scene",
        "name": "Opening Scene",
        "description": "The first encounter with the barista",
        "has_session": True,
        "session_outcome": None,
        "is_linked": True,
    }
    assert machines["side_quest"] == {
        "machine_key": "side_quest",
        "name": "Side Quest",
        "description": "An optional standalone scenario",
        "has_session": False,
        "session_outcome": None,
        "is_linked": False,
    }


def test_full_conversation_flow(sdk: Sdk) -> None:
    # 1. Discover your personas
    persona = sdk.personas()[0].id

    # 2. Check for existing session
    with pytest.raises(NotFoundError):
        sdk.session(persona, PLAYER)

    # 3. Initialize
    begun = asdict(sdk.begin(persona, PLAYER, name="Alex", gender="non-binary"))
    session_id, machine_id = begun.pop("session_id"), begun.pop("machine_id")
    assert begun == {
        "user_session_id": "player-001",
        "persona_name": "Grumpy Barista",
        "persona_description": "A coffee shop NPC with a bad attitude",
        "player_name": "Alex",
        "player_gender": "non-binary",
        "message": "Well, well... another traveler. What brings you here, Alex?",
    }

    # 4. Send a message
    reply = asdict(sdk.say(persona, "I heard you have something rare for sale.", PLAYER))
    assert reply == {
        "message": "Rare? Everything here is rare, friend. But the real question is — can you afford it?",
        "current_state": "negotiation",
        "score": 15,
        "outcome": None,
        "decision": "pass",
        "follow_up": True,
        "redirect_count": 0,
        "session_id": session_id,
        "scoring_mode": "scoring",
        "machine_completed": False,
        "unlocked_machines": [],
    }

    status = asdict(sdk.session(persona, PLAYER))
    assert status.pop("started_at") <= status.pop("last_message_at")
    assert status == {
        "session_id": session_id,
        "persona_id": persona,
        "machine_id": machine_id,
        "current_state": "negotiation",
        "score": 15,
        "outcome": None,
        "player_name": "Alex",
        "player_gender": "non-binary",
    }

    # 5. Reset when done
    assert sdk.reset(persona, PLAYER).message == "Conversation reset successfully"
    with pytest.raises(NotFoundError):
        sdk.session(persona, PLAYER)


def test_history_holds_the_flow(sdk: Sdk, barista: str) -> None:
    begun = sdk.begin(barista, PLAYER)
    line = "I heard you have something rare for sale."
    reply = sdk.say(barista, line, PLAYER)

    history = sdk.history(barista, PLAYER)
    messages = [asdict(message) for message in history.messages]
    ids = [message.pop("id") for message in messages]
    times = [message.pop("created_at") for message in messages]
    assert len(set(ids)) == 3
    assert times == sorted(times)
    after = {"state_key_at_time": "negotiation", "score_at_time": 15}
    before = {"state_key_at_time": "greeting", "score_at_time": 0}
    undecided = {"decision": None, "follow_up_triggered": False}
    assert messages == [
        {"role": "assistant", "content": begun.message, **before, **undecided},
        {"role": "user", "content": line, **after, **undecided},
        {"role": "assistant", "content": reply.message, **after, "decision": "pass", "follow_up_triggered": True},
    ]
    assert (history.session_id, history.persona_id) == (begun.session_id, barista)
    assert (history.current_state, history.score, history.outcome) == ("negotiation", 15, None)
    assert (history.player_name, history.player_gender) == ("Alex", "non-binary")


def test_a_request_for_advice_gets_an_answer(sdk: Sdk, barista: str) -> None:
    sdk.begin(barista, PLAYER)
    reply = sdk.say(barista, "What do you recommend?", PLAYER)
    assert reply.message
    assert reply.outcome is None
