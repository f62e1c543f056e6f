"""A run that finds a server in its environment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

ASKS = """
import os
def test_the_server_is_the_one_outside(foilmock_server):
    assert foilmock_server.base_url == os.environ["FOILENGINE_BASE_URL"]
    assert foilmock_server.api_key == os.environ["FOILENGINE_API_KEY"]
    assert foilmock_server.process_id is None
def test_it_is_empty(foilmock_sandbox):
    assert foilmock_sandbox.call("GET")["seed"] == 1
    foilmock_sandbox.call("PUT", "/seed", {"seed": 7})
    assert foilmock_sandbox.call("GET")["seed"] == 7
def test_it_fails_once(foilmock_sandbox):
    before = foilmock_sandbox.call("GET")["seed"]
    foilmock_sandbox.call("PUT", "/seed", {"seed": 7})
    assert before == 1 and os.path.exists("second-time"), before
"""


def test_exec_is_attached_to_by_each_worker(
    under_exec: Callable[[str], str], suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing is started: there is nothing to start.
    monkeypatch.setenv("FOILMOCK_PROGRAM", "/dev/null")
    suite.makepyfile(test_it=ASKS)
    under_exec("! pytest -n 2 && touch second-time && pytest")


@pytest.mark.parametrize(
    ("there", "missing"),
    [("FOILMOCK_CONTROL_URL", "FOILMOCK_CONTROL_TOKEN"), ("FOILMOCK_CONTROL_TOKEN", "FOILMOCK_CONTROL_URL")],
)
def test_one_variable_without_the_other_is_told(
    run: Callable[..., pytest.RunResult], monkeypatch: pytest.MonkeyPatch, there: str, missing: str
) -> None:
    monkeypatch.setenv(there, "http://127.0.0.1:1/_foilmock")
    result = run("def test_it(foilmock_sandbox): ...")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(f"*{there} is set and {missing} is not*")
