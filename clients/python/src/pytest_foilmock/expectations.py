"""Requests that a test expects, counted when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .sandbox import Sandbox


class Expectations:
    """Called once for each expectation."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._expected: list[tuple[int | Mapping[str, int], dict[str, Any]]] = []

    def __call__(self, count: int | Mapping[str, int] = 1, **match: Any) -> None:
        """So many requests like this, no more and no fewer; or bounds such as `{"gte": 1}`."""
        self._expected.append((count, match))

    def verify(self) -> None:
        """Raises one AssertionError with all that did not come as expected."""
        __tracebackhide__ = True
        missed = []
        for count, match in self._expected:
            try:
                self._sandbox.verify(count, **match)
            except AssertionError as error:
                matches = "".join(f", {name}={value!r}" for name, value in match.items())
                missed.append(f"expect_requests({count}{matches}): {error}")
        if missed:
            raise AssertionError("\n".join(missed))
