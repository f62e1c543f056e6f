"""A sandbox: an account's sessions, clock, limits, faults, scripts and journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .clock import Clock
from .control import Control

JSON = dict[str, Any]

# What a reader of a failed test wants to see is the call, not what is beneath.
__tracebackhide__ = True


class Sandbox:
    """Thin calls over the control API. docs/control.md tells what they take; what it refuses is a ControlError.

    A match is keywords: `route="POST /api/v1/sdk/chat/{persona_id}/message"`, `player="sam"`, `status=429`."""

    def __init__(self, control: Control, name: str, base_url: str) -> None:
        self._control = control
        #: An open account's is its key.
        self.name = name
        #: What clients take, with the key of the sandbox's account.
        self.base_url = base_url
        self.clock = Clock(control, name)

    @property
    def key(self) -> str:
        """What clients take as their key."""
        if not self.name.startswith("pk_test_"):
            raise AttributeError(f"sandbox {self.name!r} has no key of its own: use one of its account's, or own_url")
        return self.name

    @property
    def own_url(self) -> str:
        """A base URL under which calls with any key act in this sandbox."""
        return f"{self.base_url}/@{self.name}"

    def call(self, method: str, path: str = "", body: object = ..., **query: str | int | float) -> JSON:
        """Any control route of a sandbox: `call("GET", "/sessions")`."""
        answer: JSON = self._control.call(method, f"/sandboxes/{self.name}{path}", body, query)
        return answer

    def _read(self, member: str, method: str, path: str, body: object = ..., **query: str | int | float) -> Any:
        """The answer of a call, which must have this member."""
        return self._control.read(member, method, f"/sandboxes/{self.name}{path}", body, query)

    # MARK: Its state

    def reset(self) -> JSON:
        """Everything of it goes."""
        return self.call("POST", "/reset")

    def delete(self) -> None:
        self.call("DELETE")

    def limits(self, limits: Mapping[str, Any] | None) -> None:
        """`{"messages_per_minute": 30, "other_per_minute": 60}`, or None for no limits."""
        self.call("PUT", "/limits", None if limits is None else dict(limits))

    def sessions(self) -> list[JSON]:
        return list(self._read("sessions", "GET", "/sessions")["sessions"])

    def snapshot(self) -> JSON:
        """The whole sandbox as one document, for `restore`."""
        return self.call("GET", "/snapshot")

    def snapshot_text(self) -> str:
        """The same, as the server wrote it."""
        return self._control.text("GET", f"/sandboxes/{self.name}/snapshot")

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        self.call("PUT", "/snapshot", dict(snapshot))

    # MARK: What it does otherwise

    def fault(self, kind: str, *, match: Mapping[str, Any] | None = None, **how: Any) -> str:
        """Has requests fail: `fault("status", status=503, nth=3, match={"player": "sam"})`. Returns the fault's id."""
        fault = {"kind": kind, **({"match": dict(match)} if match else {}), **how}
        return str(self._read("id", "POST", "/faults", fault)["id"])

    def faults(self) -> list[JSON]:
        """With how often each has `struck`."""
        return list(self._read("faults", "GET", "/faults")["faults"])

    def remove_fault(self, fault: str) -> None:
        self.call("DELETE", f"/faults/{fault}")

    def remove_faults(self) -> None:
        self.call("DELETE", "/faults")

    def script(self, **script: Any) -> JSON:
        """What becomes of a player's next messages: `script(player="sam", steps=[{"decision": "pass"}])`."""
        return self.call("POST", "/scripts", script)

    # MARK: What went on

    def journal(self, **match: Any) -> list[JSON]:
        """The requests and their answers, the oldest first. `status` may be bounds: `{"gte": 400, "lte": 499}`."""
        query = {name: _parameter(value) for name, value in match.items()}
        return list(self._read("entries", "GET", "/journal", **query)["entries"])

    def journal_text(self) -> str:
        """All of it as JSON lines, for `foilmock replay`."""
        return self._control.text("GET", f"/sandboxes/{self.name}/journal", query={"format": "jsonl"})

    def verify(self, count: int | Mapping[str, int] = 1, **match: Any) -> int:
        """How many requests there were.

        Raises an AssertionError that names the nearest ones when they are not `count`: a number, or bounds such as
        `{"gte": 1, "lte": 3}`."""
        wanted = count if isinstance(count, int) else dict(count)
        verdict = self._read("ok", "POST", "/verify", {"match": match, "count": wanted})
        if not verdict["ok"]:
            raise AssertionError(verdict["explanation"])
        return int(verdict["count"])

    def explain(self, session: str, turn: int) -> JSON:
        """Why a turn went as it did."""
        return self.call("GET", f"/sessions/{session}/turns/{turn}")

    def __repr__(self) -> str:
        return f"Sandbox({self.name!r})"


def _parameter(value: Any) -> str:
    """A match's member as queries have it."""
    if isinstance(value, Mapping):
        return f"{value['gte']}-{value['lte']}"
    return str(value).lower() if isinstance(value, bool) else str(value)
