"""The chat page's curl examples: their requests byte for byte, but for key, host and persona."""

import re

from helpers.server import Server
from helpers.wire import SDK, Wire, answer, refusal

JSON = {"Content-Type": "application/json"}


def test_full_conversation_flow(wire: Wire) -> None:
    # 1. Discover your personas
    personas = answer(wire.http.get(f"{SDK}/personas"))
    assert personas[0] == {
        "id": personas[0]["id"],
        "name": "Grumpy Barista",
        "description": "A coffee shop NPC with a bad attitude",
        "created_at": "2026-03-10T12:00:00Z",
        "updated_at": "2026-03-10T12:00:00Z",
    }
    chat = f"{SDK}/chat/{personas[0]['id']}"

    # 2. Check for existing session
    assert refusal(wire.http.get(f"{chat}/session?user_session_id=player-001"), 404)

    # 3. Initialize
    body = """{
    "user_session_id": "player-001",
    "player_name": "Alex",
    "player_gender": "non-binary"
  }"""
    begun = answer(wire.http.post(f"{chat}/init-session", headers=JSON, content=body))
    assert begun == {
        "session_id": begun["session_id"],
        "user_session_id": "player-001",
        "persona_name": "Grumpy Barista",
        "persona_description": "A coffee shop NPC with a bad attitude",
        "player_name": "Alex",
        "player_gender": "non-binary",
        "message": "Well, well... another traveler. What brings you here, Alex?",
        "machine_id": begun["machine_id"],
    }

    # 4. Send a message
    body = """{
    "message": "I heard you have something rare for sale.",
    "user_session_id": "player-001"
  }"""
    reply = answer(wire.http.post(f"{chat}/message", headers=JSON, content=body))
    assert reply == {
        "message": "Rare? Everything here is rare, friend. But the real question is — can you afford it?",
        "current_state": "negotiation",
        "score": 15,
        "outcome": None,
        "decision": "pass",
        "follow_up": True,
        "redirect_count": 0,
        "session_id": begun["session_id"],
        "scoring_mode": "scoring",
        "machine_completed": False,
        "unlocked_machines": [],
    }

    # 5. Reset when done
    assert answer(wire.http.post(f"{chat}/reset?user_session_id=player-001"))
    assert refusal(wire.http.get(f"{chat}/session?user_session_id=player-001"), 404)


def test_machines(wire: Wire, barista: str) -> None:
    machines = answer(wire.http.get(f"{SDK}/chat/{barista}/machines?user_session_id=player-001"))
    assert [machine["machine_key"] for machine in machines][:2] == ["opening_scene", "side_quest"]


def test_what_the_server_prints_works(server: Server) -> None:
    """The API accepts the key of the ready block."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
    wire = Wire(server.url, "pk_live_demo")
    assert answer(wire.personas())
    wire.close()
