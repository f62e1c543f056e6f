"""The choice of tests for the installed version of a client."""

from __future__ import annotations

from importlib.metadata import version

import pytest


def leave_out_others(package: str, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests of features that the installed version of the package does not have."""
    installed = numbers(version(package))

    def applies(item: pytest.Item) -> bool:
        since, until = item.get_closest_marker("since"), item.get_closest_marker("until")
        return not (since and installed < numbers(since.args[0])) and not (until and installed > numbers(until.args[0]))

    left_out = [item for item in items if not applies(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if applies(item)]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
