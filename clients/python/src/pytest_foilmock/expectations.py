"""Requests that a test expects, counted when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .control import ControlError
from .sandbox import Sandbox


class Expectations:
    """Called once for each expectation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._expected: list[tuple[int | Mapping[str, int], dict[str, Any]]] = []

    def __call__(self, count: int | Mapping[str, int] = 1, **match: Any) -> None:
        """So many requests like this, no more and no fewer; or bounds such as `{"gte": 1}`."""
        self._expected.append((count, match))

    def missed(self) -> list[str]:
        """What did not come as expected, or cannot be told."""
        return [told for count, match in self._expected if (told := self._missed(count, match))]

    def _missed(self, count: int | Mapping[str, int], match: Mapping[str, Any]) -> str | None:
        try:
            self._sandbox.verify(count, **match)
        except (AssertionError, ControlError) as error:
            matches = "".join(f", {name}={value!r}" for name, value in match.items())
            return f"expect_requests({count}{matches}): {error}"
        return None
