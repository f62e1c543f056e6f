"""A fixture folder of the tests' own: two accounts, personas that only some accounts may use, and every outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CLERK = "00000000-0000-4000-8000-0000000000c1"
ALICES = "00000000-0000-4000-8000-0000000000a1"
UNPUBLISHED = "00000000-0000-4000-8000-0000000000d1"
ALICES_UNPUBLISHED = "00000000-0000-4000-8000-0000000000d2"
DESK = "00000000-0000-4000-8000-0000000000e1"
VAULT = "00000000-0000-4000-8000-0000000000e2"
COURT = "00000000-0000-4000-8000-0000000000e3"
# An id that no persona has.
NOWHERE = "00000000-0000-4000-8000-00000000000f"

ALICE = "pk_live_alice"
BOB = "pk_live_bob"
# Their bucket gets a new token each second.
HASTY = {"sync": "pk_live_hasty_sync", "async": "pk_live_hasty_async"}

ACCOUNTS = {
    "default": "alice",
    "accounts": [
        {"name": "alice", "keys": [ALICE]},
        {"name": "bob", "keys": [BOB]},
        {
            "name": "hasty",
            "keys": list(HASTY.values()),
            "limits": {"messages_per_minute": 60, "other_per_minute": 100_000, "window": "token_bucket"},
        },
    ],
}

# Scores that make and miss the default threshold of 3, and fall to the default bound of -3.
DESK_MACHINE = {
    "id": DESK,
    "name": "Desk",
    "is_entry": True,
    "states": [
        {"state_key": "open", "is_initial_state": True, "says": ["Next, {player_name}."]},
        {"state_key": "counter", "says": ["And the stamp?"]},
        {"state_key": "done", "is_terminal_state": True, "says": ["Next."]},
    ],
    "transitions": [
        {"from_state_key": "open", "to_state_key": "counter", "decision_type": "pass", "score_delta": 2,
         "priority": 1, "when": {"any": ["form"]}},
        {"from_state_key": "open", "to_state_key": "counter", "decision_type": "pass", "score_delta": 0,
         "priority": 2, "when": {"any": ["please"]}},
        {"from_state_key": "open", "decision_type": "reject", "score_delta": -1,
         "priority": 3, "when": {"any": ["mistake"]}},
        {"from_state_key": "open", "decision_type": "reject", "score_delta": -3,
         "priority": 4, "when": {"any": ["lie"]}},
        {"from_state_key": "counter", "to_state_key": "done", "decision_type": "pass", "score_delta": 1,
         "priority": 1, "when": {"any": ["stamp"]}},
        {"from_state_key": "*", "decision_type": "kick_out", "when": {"any": ["thief"]}},
    ],
}

VAULT_MACHINE = {
    "id": VAULT,
    "name": "Vault",
    "states": [{"state_key": "dark", "is_initial_state": True, "says": ["Who let you in?"]}],
}

COURT_MACHINE = {
    "id": COURT,
    "name": "Court",
    "scoring_mode": "pass_fail",
    "states": [
        {"state_key": "hearing", "is_initial_state": True, "says": ["Speak."]},
        {"state_key": "free", "is_terminal_state": True, "says": ["Go."]},
        {"state_key": "guilty", "is_terminal_state": True, "says": ["Take them away."]},
    ],
    "transitions": [
        {"from_state_key": "hearing", "to_state_key": "free", "decision_type": "pass", "score_delta": 5,
         "priority": 1, "when": {"any": ["truth"]}},
        {"from_state_key": "hearing", "to_state_key": "guilty", "decision_type": "reject", "score_delta": -5,
         "priority": 2, "when": {"any": ["nothing"]}},
        {"from_state_key": "*", "decision_type": "kick_out", "when": {"any": ["thief"]}},
    ],
}

CLERK_PERSONA = {
    "id": CLERK,
    "name": "Clerk",
    "machines": ["desk", "vault", "court"],
    "machine_links": [
        {"source_machine_key": "desk", "target_machine_key": "vault", "condition_type": "outcome",
         "condition_value": "ACCEPT", "is_auto_advance": True}
    ],
}


def build(folder: Path) -> Path:
    """Writes the folder, and returns it."""
    write(folder / "accounts.json", ACCOUNTS)
    add_persona(folder, "clerk", CLERK_PERSONA, {"desk": DESK_MACHINE, "vault": VAULT_MACHINE, "court": COURT_MACHINE})
    only = {"room": {"states": [{"state_key": "s0", "is_initial_state": True}]}}
    add_persona(folder, "maid", {"id": ALICES, "name": "Alice's Maid", "owner": "alice"}, only)
    add_persona(folder, "draft", {"id": UNPUBLISHED, "name": "Draft", "is_published": False}, only)
    hidden = {"id": ALICES_UNPUBLISHED, "name": "Hidden", "owner": "alice", "is_published": False}
    add_persona(folder, "hidden", hidden, only)
    return folder


def add_persona(folder: Path, slug: str, persona: dict[str, Any], machines: dict[str, dict[str, Any]]) -> None:
    write(folder / "personas" / slug / "persona.json", persona)
    for key, machine in machines.items():
        write(folder / "personas" / slug / "machines" / f"{key}.json", machine)


def write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, indent=2))
