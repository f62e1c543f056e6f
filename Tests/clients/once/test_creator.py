"""A persona made over HTTP, from its first save to its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from helpers import town
from helpers.server import Server
from helpers.wire import Wire, answer, refusal

TOKEN = {"Authorization": "Bearer token-of-alice"}
ID_AND_TIMES = ("id", "created_at", "updated_at")

PORTER: dict[str, Any] = {
    "persona": {"name": "Porter", "description": "Guards a door", "persona_identity_prompt": "You are old."},
    "variables": [{"key": "house", "value": "Thornfield"}],
    "machines": [
        {
            "machine_key": "door",
            "is_entry": True,
            "states": [
                {"state_key": "shut", "is_initial_state": True, "says": "Who comes to {variable.house}?"},
                {"state_key": "ajar", "says": "And what do you want?"},
                {"state_key": "open", "is_terminal_state": True, "says": "Come in."},
            ],
            "transitions": [
                {"from_state_key": "shut", "to_state_key": "ajar", "decision_type": "pass", "score_delta": 2,
                 "when": {"any": ["friend"]}},
                {"from_state_key": "ajar", "to_state_key": "open", "decision_type": "pass", "score_delta": 2,
                 "when": {"any": ["shelter"]}},
                {"from_state_key": "*", "decision_type": "redirect", "when": {"any": ["weather"]}, "says": ["It rains."]},
            ],
        },
        {
            "machine_key": "hall",
            "states": [{"state_key": "fire", "is_initial_state": True, "says": "Warm yourself."}],
        },
    ],
    "machine_links": [
        {"source_machine_key": "door", "target_machine_key": "hall", "condition_type": "outcome",
         "condition_value": "ACCEPT"}
    ],
}  # fmt: skip


def fixtures(folder: Path) -> Path:
    """The fixtures of helpers/town.py, with a user of Alice's account."""
    town.build(folder)
    accounts = json.loads(json.dumps(town.ACCOUNTS))
    accounts["accounts"][0]["users"] = [{"id": town.NOWHERE, "token": "token-of-alice"}]
    town.write(folder / "accounts.json", accounts)
    return folder


def call(server: Server, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
    return httpx.request(method, f"{server.url}/api/v1/{path}", headers=TOKEN, json=body, params=query)


def lasting(value: Any) -> Any:
    """The value without ids and times."""
    if isinstance(value, list):
        return [lasting(item) for item in value]
    if isinstance(value, dict):
        return {key: lasting(member) for key, member in value.items() if key not in ID_AND_TIMES}
    return value


def test_a_persona_from_its_first_save_to_its_end(
    launch: Callable[..., Server], dial: Callable[..., Wire], tmp_path: Path
) -> None:
    server = launch("made", "--fixtures", str(fixtures(tmp_path / "fixtures")))
    assert "s9" in refusal(call(server, "POST", "creator/save", wrong()), 400)
    saved = answer(call(server, "POST", "creator/save", PORTER))
    persona = saved["persona"]["id"]
    hall = saved["machines"][1]["id"]

    wire = dial(server, town.ALICE)
    assert persona in [listed["id"] for listed in answer(wire.personas())]
    assert answer(wire.begin(persona))["message"] == "Who comes to Thornfield?"
    assert answer(wire.say(persona, "a friend, in this weather"))["current_state"] == "ajar"
    assert refusal(dial(server, town.BOB).begin(persona), 404) == "Persona not found"

    # The session goes on where it was, after the server was killed and started again.
    server.kill()
    server.start()
    wire = dial(server, town.ALICE)
    assert answer(call(server, "GET", f"personas/{persona}/full")) == saved
    ended = answer(wire.say(persona, "shelter"))
    assert (ended["message"], ended["outcome"]) == ("Come in.", "ACCEPT")
    assert [machine["machine_id"] for machine in ended["unlocked_machines"]] == [hall]
    assert answer(wire.begin(persona, hall))["message"] == "Warm yourself."

    # A copy is another persona with the same contents.
    copy = answer(call(server, "POST", "creator/save", saved))
    assert copy["persona"]["id"] != persona and lasting(copy) == lasting(saved)

    changed = PORTER | {"persona": PORTER["persona"] | {"name": "Old Porter"}}
    answer(call(server, "POST", "creator/save", changed, persona_id=persona))
    assert answer(call(server, "GET", f"personas/{persona}"))["name"] == "Old Porter"
    assert len(answer(wire.get(persona, "history", machine_id=hall))["messages"]) == 1

    assert answer(call(server, "POST", f"personas/{persona}/unpublish"))["is_published"] is False
    assert refusal(wire.begin(persona), 403) == "Persona is not published"
    assert answer(call(server, "DELETE", f"personas/{persona}")) == {"message": "Persona deleted successfully"}
    server.stop()
    server.start()
    assert refusal(dial(server, town.ALICE).begin(persona), 404) == "Persona not found"
    mine = answer(call(server, "GET", "personas", my_personas="true", public_only="false"))
    assert copy["persona"]["id"] in [listed["id"] for listed in mine]
    assert persona not in [listed["id"] for listed in mine]


def test_a_fixture_that_was_deleted_stays_so_and_its_file_is_not_touched(
    launch: Callable[..., Server], dial: Callable[..., Wire], tmp_path: Path
) -> None:
    folder = fixtures(tmp_path / "fixtures")
    before = {file: file.read_bytes() for file in folder.rglob("*.json")}
    server = launch("own", "--fixtures", str(folder))
    answer(dial(server, town.ALICE).begin(town.ALICES))
    answer(call(server, "DELETE", f"personas/{town.ALICES}"))
    for _ in range(2):
        assert refusal(dial(server, town.ALICE).begin(town.ALICES), 404) == "Persona not found"
        server.stop()
        server.start()
    assert {file: file.read_bytes() for file in folder.rglob("*.json")} == before


def wrong() -> dict[str, Any]:
    document = json.loads(json.dumps(PORTER))
    document["machines"][0]["transitions"][0]["to_state_key"] = "s9"
    return document
