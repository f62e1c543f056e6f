"""The files and the report that a failed test leaves."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from helpers import town
from helpers.server import TIMEOUT, program
from helpers.stub import Stub

Run = Callable[..., pytest.RunResult]

FAILS = """
import pytest
def test_fails(foilmock_sandbox): assert False
def test_passes(foilmock_sandbox): ...
def test_without_one(): assert False
"""


def kept(suite: pytest.Pytester, folder: str = ".foilmock") -> list[str]:
    return sorted(file.name for file in (suite.path / folder).glob("test_*"))


def test_its_snapshot_and_journal_are_saved_and_told(run: Run, suite: pytest.Pytester, stub: Stub) -> None:
    stub.answers = {"snapshot": (200, {"sessions": []}), "journal": (200, '{"method":"GET"}\n')}
    result = run(FAILS, "-n", "2")
    result.assert_outcomes(passed=1, failed=2)
    journal, snapshot = kept(suite)
    assert (suite.path / ".foilmock" / journal).read_text() == '{"method":"GET"}\n'
    assert json.loads((suite.path / ".foilmock" / snapshot).read_text()) == {"sessions": []}
    assert fnmatch(snapshot, "test_it.py-test_fails-*.snapshot.json")
    result.stdout.fnmatch_lines(
        [
            "*- foilmock -*",
            "sandbox   pk_test_*",
            f"snapshot  .foilmock/{snapshot}",
            f"journal   .foilmock/{journal}",
            f"again     foilmock replay .foilmock/{journal}",
        ]
    )


def test_the_sandbox_of_a_failed_test_stays(run: Run, stub: Stub) -> None:
    run(FAILS)
    deleted = [path for method, path, _ in stub.requests if method == "DELETE"]
    reset = [path for method, path, _ in stub.requests if path.endswith("/reset")]
    assert len(deleted) == 1 and len(reset) == 2
    assert f"{deleted[0]}/reset" == reset[1]


@pytest.mark.parametrize("place", ["setup", "teardown"])
def test_a_fixture_that_fails_counts(run: Run, suite: pytest.Pytester, stub: Stub, place: str) -> None:
    before, after = ("assert False", "") if place == "setup" else ("", "assert False")
    run(
        f"""
import pytest
@pytest.fixture
def fails(foilmock_sandbox):
    {before}
    yield
    {after}
def test_it(fails): ...
"""
    ).assert_outcomes(errors=1, passed=int(place == "teardown"))
    assert len(kept(suite)) == 2


def test_the_folder_can_be_chosen(run: Run, suite: pytest.Pytester, stub: Stub) -> None:
    run(FAILS, "--foilmock-artifacts=build/failed")
    assert len(kept(suite, "build/failed")) == 2
    assert "*" in (suite.path / "build/failed/.gitignore").read_text().splitlines()


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "workers"])
@pytest.mark.parametrize("folder", [None, "failed"])
def test_the_folder_is_seen_from_where_pytest_was_started(
    run: Run, suite: pytest.Pytester, stub: Stub, monkeypatch: pytest.MonkeyPatch, folder: str | None, workers: list[str]
) -> None:
    suite.makeini("[pytest]")
    monkeypatch.chdir(suite.mkdir("below"))
    result = run(FAILS, *workers, *([f"--foilmock-artifacts={folder}"] if folder else []), "..")
    folder = folder or ".foilmock"
    journal, _ = kept(suite, f"below/{folder}")
    result.stdout.fnmatch_lines(f"journal   {folder}/{journal}")


@pytest.mark.parametrize("ignored", [None, "build/\n"], ids=["without", "with"])
def test_a_folder_that_was_there_keeps_its_gitignore(
    run: Run, suite: pytest.Pytester, stub: Stub, ignored: str | None
) -> None:
    """It may be the project's own."""
    file = suite.path / ".gitignore"
    if ignored:
        file.write_text(ignored)
    run(FAILS, "--foilmock-artifacts=.")
    assert any(name.endswith(".snapshot.json") for name in kept(suite, "."))
    assert (file.read_text() if file.exists() else None) == ignored


def test_a_server_that_has_none_is_told(run: Run, suite: pytest.Pytester, stub: Stub) -> None:
    stub.answers = {"snapshot": (404, {"error": {"message": "No such route"}}), "journal": (404, "what?")}
    result = run(FAILS)
    result.assert_outcomes(passed=1, failed=2)
    assert kept(suite) == []
    result.stdout.fnmatch_lines(["snapshot  none: *404: No such route", "journal   none: *404: what[?]"])


TALKS_AND_FAILS = """
def test_fails(foilmock_client, frozen_clock, foilmock_sandbox):
    chat = foilmock_client.chat
    frozen_clock.advance(60)
    persona = foilmock_client.personas.list()[0].id
    chat.init_session(persona, user_session_id="sam", player_name="Sam", player_gender="non-binary")
    chat.send_message(persona, message="hello", user_session_id="sam")
    methods = [entry["request"]["method"] for entry in foilmock_sandbox.journal(status=200)]
    assert methods == ["GET", "POST", "POST"]
    assert foilmock_sandbox.journal(player="kim") == []
    assert False, "on purpose"
"""


@pytest.mark.parametrize(
    "options", ["--fixtures characters", "--fixtures=characters", "--config settings.json", "--seed 7"]
)
def test_the_line_of_the_report_replays_what_the_test_asked(run: Run, suite: pytest.Pytester, options: str) -> None:
    """With the fixtures of the run, however they were named."""
    suite.makeini(f"[pytest]\nfoilmock_options = {options}")
    town.build(suite.path / "characters")
    suite.makefile(".json", settings='{"fixtures": "characters"}')
    result = run(TALKS_AND_FAILS)
    result.stdout.fnmatch_lines("E * on purpose*")
    replay(result.outlines, suite.path)


def test_under_exec_the_line_of_the_report_names_the_fixtures_too(suite: pytest.Pytester) -> None:
    town.build(suite.path / "characters")
    suite.makepyfile(test_it=TALKS_AND_FAILS)
    pytest_here = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    command = [program(), "exec", "--fixtures", "characters", "--", *pytest_here]
    done = subprocess.run(command, cwd=suite.path, capture_output=True, text=True, timeout=TIMEOUT)
    assert "--fixtures characters" in replay(done.stdout.splitlines(), suite.path)


def replay(report: list[str], place: Path) -> str:
    """Runs the line of a report, which must find the same answers; returns the line."""
    again = next(line for line in report if line.startswith("again "))
    command = shlex.split(again.removeprefix("again "))
    assert command[0] == "foilmock"
    done = subprocess.run([program(), *command[1:]], cwd=place, capture_output=True, text=True, timeout=TIMEOUT)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return again


def test_a_test_that_did_not_ask_as_expected_fails(run: Run) -> None:
    result = run(
        """
        def test_as_expected(foilmock_client, expect_requests):
            expect_requests(route="GET /api/v1/sdk/personas", status=200)
            expect_requests(0, method="POST")
            foilmock_client.personas.list()
        def test_too_few(foilmock_client, expect_requests):
            expect_requests({"gte": 2}, route="GET /api/v1/sdk/personas")
            expect_requests(path="/api/v1/sdk/personas", status=429)
            foilmock_client.personas.list()
        def test_another_reason(expect_requests):
            expect_requests(2)
            assert 1 == 2
        def test_a_match_that_is_misspelt(expect_requests):
            expect_requests(rute="GET /api/v1/sdk/personas")
        """
    )
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines(
        [
            "expect_requests({'gte': 2}, route='GET /api/v1/sdk/personas'): 1 request matches, not at least 2*",
            "expect_requests(1, path='/api/v1/sdk/personas', status=429): 0 requests match, not 1; nearest is #*",
            "E * assert 1 == 2",
            "expect_requests(1, rute='GET /api/v1/sdk/personas'): *400: $.match.rute: *did you mean \"route\"[?]",
        ]
    )
    assert "expect_requests(2):" not in result.stdout.str()
