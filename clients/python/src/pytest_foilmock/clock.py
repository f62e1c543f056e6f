"""The clock of a sandbox."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from .control import Control

# What a reader of a failed test wants to see is the call, not what is beneath.
__tracebackhide__ = True

#: What a frozen clock shows when nobody says otherwise.
NOON = "2026-03-10T12:00:00Z"

#: A client that gets a 429 then sleeps for 0.6 s in place of a minute. The server's own default, 1 s, is for clients that
#: read no fraction; Python's do.
SCALE = 0.01


class Clock:
    """Frozen it stands until somebody advances it; with an offset it runs on from another time.

    In a clock that is not real nobody waits: delays and pacing put it on, and so does the time of a `Retry-After`."""

    def __init__(self, control: Control, sandbox: str) -> None:
        self._control = control
        self._path = f"/sandboxes/{sandbox}/clock"

    @property
    def now(self) -> datetime:
        """What it shows, in whole seconds."""
        return _datetime(self._control.read("now", "GET", self._path)["now"])

    def freeze(
        self,
        at: str | datetime = NOON,
        *,
        auto_advance: float | timedelta = 0,
        retry_after_scale: float | None = SCALE,
        **more: Any,
    ) -> None:
        """Stops at that time; each request advances it by `auto_advance`.

        `Retry-After` is the wait times `retry_after_scale`; None: one second."""
        self._put(
            mode="frozen",
            at=_text(at),
            auto_advance_seconds=seconds(auto_advance),
            **_scale(retry_after_scale),
            **more,
        )

    def offset(
        self,
        at: str | datetime,
        *,
        auto_advance: float | timedelta = 0,
        retry_after_scale: float | None = SCALE,
        **more: Any,
    ) -> None:
        """Shows that time now, and runs on. `retry_after_scale` is as for `freeze`."""
        self._put(
            mode="offset",
            at=_text(at),
            auto_advance_seconds=seconds(auto_advance),
            **_scale(retry_after_scale),
            **more,
        )

    def real(self, **more: Any) -> None:
        """The time that it is."""
        self._put(mode="real", **more)

    def advance(self, time: float | timedelta) -> datetime:
        """Puts it on by so many seconds, and tells what it shows then."""
        return _datetime(self._control.read("now", "POST", f"{self._path}/advance", {"seconds": seconds(time)})["now"])

    def _put(self, **clock: Any) -> None:
        self._control.call("PUT", self._path, clock)


def seconds(time: float | timedelta) -> float:
    return time.total_seconds() if isinstance(time, timedelta) else time


def _scale(scale: float | None) -> dict[str, float]:
    return {} if scale is None else {"retry_after_scale": scale}


def _text(time: str | datetime) -> str:
    if isinstance(time, str):
        return time
    if time.tzinfo is None:
        raise ValueError(f"{time!r} may be any of 24 times: give it a time zone, such as tzinfo=timezone.utc")
    return time.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _datetime(text: str) -> datetime:
    # Python reads the Z itself only since 3.11.
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
