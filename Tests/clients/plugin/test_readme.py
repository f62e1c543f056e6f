"""The README's test file, run unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from helpers.readme import README, ROOT, block


def test_by_itself(run: Callable[..., pytest.RunResult]) -> None:
    run(block("python", "foilmock_client")).assert_outcomes(passed=1)


def test_its_options_are_written_with_an_equals_sign() -> None:
    """After a space pytest takes a value for a path to tests."""
    written = re.findall(r"--foilmock[a-z-]*.", (ROOT / "clients/python/README.md").read_text())
    assert len(written) == 2 and all(option.endswith("=") for option in written), written


def test_under_exec(under_exec: Callable[[str], str], suite: pytest.Pytester) -> None:
    suite.makepyfile(test_it=block("python", "foilmock_client"))
    line = re.search(r"^foilmock exec -- (pytest -n \d)$", README, re.M)
    assert line is not None
    assert "1 passed" in under_exec(line[1])
