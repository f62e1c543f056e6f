"""Runs on a machine with a proxy, which cannot reach what is on the machine itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

ASKS = """
import os
def test_it(foilmock_client):
    assert foilmock_client.personas.list()
    for name in ("no_proxy", "NO_PROXY"):
        assert {"mine", "127.0.0.1", "localhost"} <= set(os.environ[name].split(","))
"""


@pytest.mark.parametrize("guard", ["true", "false"])
def test_a_client_reaches_the_server(
    run: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    # Nobody answers there.
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "mine")
    run(ASKS, "-o", f"foilmock_guard={guard}").assert_outcomes(passed=1)
