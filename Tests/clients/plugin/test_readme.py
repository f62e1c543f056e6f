"""The README's test file, run unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from helpers.readme import README, block


def test_by_itself(run: Callable[..., pytest.RunResult]) -> None:
    run(block("python", "foilmock_client")).assert_outcomes(passed=1)


def test_under_exec(under_exec: Callable[[str], str], suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it=block("python", "foilmock_client"))
    line = re.search(r"^foilmock exec -- (pytest -n \d)$", README, re.M)
    assert line is not None
    assert "1 passed" in under_exec(line[1])
