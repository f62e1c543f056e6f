"""Several processes of one run, by pytest-xdist."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from helpers.process import is_running

Run = Callable[..., pytest.RunResult]

FORTY = """
import json, os, pathlib, pytest
BARISTA = "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4"
@pytest.mark.parametrize("number", range(40))
def test_own(number, foilmock_client, foilmock_sandbox, foilmock_server, frozen_clock):
    # The same player in each test, with as many turns as the test's number.
    frozen_clock.advance(number)
    chat = foilmock_client.chat
    chat.init_session(BARISTA, user_session_id="sam", player_name="Sam", player_gender="non-binary")
    for turn in range(number % 5):
        chat.send_message(BARISTA, message="[[redirect]] hello", user_session_id="sam")
    assert foilmock_sandbox.call("GET")["sessions"] == 1
    lines = chat.get_history(BARISTA, user_session_id="sam").messages
    assert sum(line.role == "user" for line in lines) == number % 5
    assert frozen_clock.now.minute * 60 + frozen_clock.now.second == number
    told = pathlib.Path(f"told-{number}.json")
    told.write_text(json.dumps([foilmock_server.process_id, os.environ["PYTEST_XDIST_WORKER"]]))
"""


def test_they_share_a_server_and_nothing_on_it(run: Run, suite: pytest.Pytester) -> None:
    run(FORTY, "-n", "4").assert_outcomes(passed=40)
    told = [json.loads(file.read_text()) for file in suite.path.glob("told-*.json")]
    assert len(told) == 40
    servers, workers = ({entry[place] for entry in told} for place in (0, 1))
    assert len(servers) == 1 and len(workers) > 1
    assert not is_running(servers.pop())


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_run_that_needs_no_server_starts_none(
    run: Run, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FOILMOCK_PROGRAM", "/dev/null")
    run("def test_it(): ...", *workers).assert_outcomes(passed=1)
    result = run("def test_it(foilmock_sandbox): ...", *workers)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*FOILMOCK_PROGRAM names '/dev/null', which is no program that can be run")
