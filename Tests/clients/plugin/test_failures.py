"""What a failed test leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatch

import pytest

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
    run(FAILS, "--foilmock-artifacts", "build/failed")
    assert len(kept(suite, "build/failed")) == 2
    assert "*" in (suite.path / "build/failed/.gitignore").read_text().splitlines()


def test_a_server_that_has_none_is_told(run: Run, suite: pytest.Pytester, stub: Stub) -> None:
    stub.answers = {"snapshot": (404, {"error": {"message": "No such route"}}), "journal": (404, "what?")}
    result = run(FAILS)
    result.assert_outcomes(passed=1, failed=2)
    assert kept(suite) == []
    result.stdout.fnmatch_lines(["snapshot  none: *404: No such route", "journal   none: *404: what[?]"])


def test_a_test_that_did_not_ask_as_expected_fails(run: Run, stub: Stub) -> None:
    stub.answers = {"verify": (200, {"ok": False, "count": 1, "explanation": "1 request, not 2: sam", "near": []})}
    result = run(
        """
        def test_it(expect_requests): expect_requests(2, player="sam")
        def test_another_reason(expect_requests):
            expect_requests(2)
            assert 1 == 2
        """
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["E * expect_requests(2, player='sam'): 1 request, not 2: sam", "E * assert 1 == 2"])
    assert str(result.stdout).count("1 request, not 2") == 1
