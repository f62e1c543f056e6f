"""A test controls the conversations of unmodified clients: by scripts, moved sessions, forks, personas for one sandbox,
and snapshots."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from foilengine import FoilEngineError

from helpers.sdk import Sdk
from helpers.server import Server

PLAYER = "player-001"

DOORMAN: dict[str, Any] = {
    "persona": {"name": "Doorman", "description": "Opens to those who ask"},
    "machines": [
        {
            "machine_key": "opening_scene",
            "is_entry": True,
            "states": [
                {"state_key": "closed", "is_initial_state": True, "says": "Yes, {player_name}?"},
                {"state_key": "open", "is_terminal_state": True, "outcome": "ACCEPT", "says": "Come in."},
            ],
            "transitions": [
                {"from_state_key": "closed", "to_state_key": "open", "decision_type": "pass", "when": {"any": ["please"]}},
                {"from_state_key": "closed", "decision_type": "redirect", "when": {"otherwise": True},
                 "says": ["What is the word?", "The word?", "Well?"]},
            ],
        }
    ],
}  # fmt: skip


def test_a_script_answers_the_next_messages(
    connect: Callable[..., Sdk], server: Server, key: str, barista: str
) -> None:
    sandbox = server.control.sandbox(key)
    sdk = connect(server, key, max_retries=0)
    sdk.begin(barista, PLAYER)
    steps = [{"decision": "pass"}, {"error": 503, "message": "Back soon"}, {"decision": "kick_out", "reply": "Out!"}]
    sandbox.post("/scripts", {"player": PLAYER, "steps": steps})
    assert sdk.say(barista, "Lovely weather", PLAYER).decision == "pass"
    with pytest.raises(FoilEngineError) as raised:
        sdk.say(barista, "Lovely weather", PLAYER)
    assert "Back soon" in str(raised.value)
    last = sdk.say(barista, "Lovely weather", PLAYER)
    assert (last.message, last.outcome) == ("Out!", "KICK_OUT")
    assert sandbox.get("/scripts/s1")["left"] == 0


def test_a_client_retries_past_an_error_of_a_script(sdk: Sdk, server: Server, key: str, barista: str) -> None:
    server.control.sandbox(key).post("/scripts", {"steps": [{"error": 503}, {"reply": "Here I am."}]})
    sdk.begin(barista, PLAYER)
    assert sdk.say(barista, "Hello", PLAYER).message == "Here I am."


def test_a_session_is_put_elsewhere(sdk: Sdk, server: Server, key: str, barista: str) -> None:
    sandbox = server.control.sandbox(key)
    begun = sdk.begin(barista, PLAYER)
    path = f"/sessions/{begun.session_id}"
    sandbox.patch(path, {"state_key": "negotiation", "score": 40})
    session = sdk.session(barista, PLAYER)
    assert (session.current_state, session.score) == ("negotiation", 40)
    assert sandbox.patch(path, {"state_key": "sale"})["outcome"] == "ACCEPT"
    keys = [machine.machine_key for machine in sdk.machines(barista, PLAYER)]
    assert sdk.session(barista, PLAYER).outcome == "ACCEPT"
    assert "opening_scene" in keys


def test_a_fork_goes_on_beside_the_first(sdk: Sdk, server: Server, key: str, barista: str) -> None:
    sandbox = server.control.sandbox(key)
    begun = sdk.begin(barista, PLAYER)
    sdk.say(barista, "Something rare?", PLAYER)
    sdk.say(barista, "You idiot", PLAYER)
    fork = sandbox.post(f"/sessions/{begun.session_id}/fork", {"turn": 1, "player": "player-002"})
    assert fork["exact"]
    assert sdk.session(barista, PLAYER).outcome == "KICK_OUT"
    assert sdk.session(barista, "player-002").current_state == "negotiation"
    assert sdk.say(barista, "Here is gold", "player-002").outcome != "KICK_OUT"
    assert [message.content for message in sdk.history(barista, "player-002").messages][:3] == [
        message.content for message in sdk.history(barista, PLAYER).messages
    ][:3]


def test_a_persona_for_one_sandbox(sdk: Sdk, connect: Callable[..., Sdk], server: Server, key: str, barista: str) -> None:
    sandbox = server.control.sandbox(key)
    assert sandbox.put("/personas/grumpy-barista", DOORMAN)["persona"]["id"] == barista
    other = connect(server, f"{key}_2")
    assert "Doorman" in [persona.name for persona in sdk.personas()]
    assert "Doorman" not in [persona.name for persona in other.personas()]
    assert sdk.begin(barista, PLAYER, name="Ann").message == "Yes, Ann?"
    assert other.begin(barista, PLAYER, name="Ann").message != "Yes, Ann?"
    assert [sdk.say(barista, "Hello", PLAYER).message for _ in range(2)] == ["What is the word?", "The word?"]
    assert sdk.say(barista, "Please", PLAYER).outcome == "ACCEPT"
    sandbox.delete("/personas/grumpy-barista")
    # Newer clients remember the list.
    assert "Grumpy Barista" in [persona.name for persona in connect(server, key).personas()]


def test_a_snapshot_in_a_fresh_process(
    connect: Callable[..., Sdk], launch: Callable[..., Server], key: str, tmp_path: Path
) -> None:
    first = launch("first")
    sdk = connect(first, key)
    first.control.sandbox(key).put("/personas/doorman", DOORMAN)
    doorman = next(persona.id for persona in sdk.personas() if persona.name == "Doorman")
    sdk.begin(doorman, PLAYER)
    sdk.say(doorman, "Hello", PLAYER)
    snapshot = first.control.http.get(f"/sandboxes/{key}/snapshot").content
    history = [message.content for message in sdk.history(doorman, PLAYER).messages]

    file = tmp_path / "snapshot.json"
    file.write_bytes(snapshot)
    second = launch("second", "--snapshot", str(file))
    assert second.control.http.get(f"/sandboxes/{key}/snapshot").content == snapshot
    again = connect(second, key)
    assert [message.content for message in again.history(doorman, PLAYER).messages] == history
    assert again.say(doorman, "Hello", PLAYER).message == "The word?"
    assert again.say(doorman, "Please", PLAYER).outcome == "ACCEPT"

    third = launch("third")
    assert third.control.sandbox(key).put("/snapshot", json.loads(snapshot)) == json.loads(snapshot)
    assert third.control.http.get(f"/sandboxes/{key}/snapshot").content == snapshot
