"""The shape of each reply: its keys in the order of the documents' tables, and the type of each value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def uuid(value: Any) -> bool:
    return isinstance(value, str) and str(UUID(value)) == value


def time(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) is not None


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def integer(value: Any) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


def one_of(*words: str) -> Check:
    return lambda value: value in words


def optional(check: Check) -> Check:
    return lambda value: value is None or check(value)


def rows(shape: dict[str, Check]) -> Check:
    return lambda value: isinstance(value, list) and all(fits(item, shape) for item in value)


def fits(value: Any, shape: dict[str, Check]) -> bool:
    """True, or an assertion with the difference."""
    assert isinstance(value, dict)
    assert list(value) == list(shape)
    for name, check in shape.items():
        assert check(value[name]), f"{name} is {value[name]!r}"
    return True


OUTCOME = optional(one_of("ACCEPT", "REJECT", "KICK_OUT"))
DECISION = optional(one_of("pass", "redirect", "reject", "kick_out"))
GENDER = one_of("female", "male", "non-binary")

PERSONA = {"id": uuid, "name": text, "description": optional(text), "created_at": time, "updated_at": time}

INIT = {
    "session_id": uuid,
    "user_session_id": text,
    "persona_name": text,
    "persona_description": optional(text),
    "player_name": text,
    "player_gender": GENDER,
    "message": text,
    "machine_id": uuid,
}

UNLOCKED = {"machine_id": uuid, "machine_key": text, "name": text, "is_auto_advance": flag}

REPLY = {
    "message": text,
    "current_state": text,
    "score": integer,
    "outcome": OUTCOME,
    "decision": DECISION,
    "follow_up": flag,
    "redirect_count": integer,
    "session_id": uuid,
    "scoring_mode": one_of("scoring", "pass_fail"),
    "machine_completed": flag,
    "unlocked_machines": rows(UNLOCKED),
}

SESSION = {
    "session_id": uuid,
    "persona_id": uuid,
    "machine_id": uuid,
    "current_state": text,
    "score": integer,
    "outcome": OUTCOME,
    "player_name": text,
    "player_gender": GENDER,
    "started_at": time,
    "last_message_at": time,
}

MACHINE = {
    "machine_id": uuid,
    "machine_key": text,
    "name": text,
    "description": optional(text),
    "has_session": flag,
    "session_outcome": OUTCOME,
    "is_linked": flag,
}

MESSAGE = {
    "id": uuid,
    "role": one_of("assistant", "user"),
    "content": text,
    "state_key_at_time": text,
    "score_at_time": integer,
    "decision": DECISION,
    "follow_up_triggered": flag,
    "created_at": time,
}

HISTORY = {
    "session_id": uuid,
    "persona_id": uuid,
    "messages": rows(MESSAGE),
    "current_state": text,
    "score": integer,
    "outcome": OUTCOME,
    "player_name": text,
    "player_gender": GENDER,
    "started_at": time,
    "last_message_at": time,
}

RESET = {"session_id": text, "message": text}
