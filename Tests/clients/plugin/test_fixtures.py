"""The fixtures, each in a run of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest


Run = Callable[..., pytest.RunResult]

BEGIN = """
import pytest
BARISTA = "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4"
def begin(client, player="player-001"):
    return client.chat.init_session(BARISTA, user_session_id=player, player_name="Alex", player_gender="non-binary")
"""


def test_a_sandbox_is_the_test_s_alone(run: Run) -> None:
    run(
        """
        def test_one(foilmock_sandbox, foilmock_server):
            assert foilmock_sandbox.name == foilmock_sandbox.key == "%s"
            assert foilmock_sandbox.base_url == foilmock_server.base_url
            looked_at = foilmock_sandbox.call("GET")
            assert (looked_at["kind"], looked_at["sessions"], looked_at["limits"]) == ("open", 0, None)
            assert looked_at["clock"]["mode"] == "real"

        def test_another(foilmock_sandbox):
            assert foilmock_sandbox.key != "%s"
        """
        % (own_key("test_one"), own_key("test_one"))
    ).assert_outcomes(passed=2)


def test_the_client_is_the_official_one(run: Run) -> None:
    run(
        BEGIN
        + """
from foilengine import FoilEngineClient
closed, close = [], FoilEngineClient.close
def test_it(foilmock_client, foilmock_sandbox):
    FoilEngineClient.close = lambda client: (closed.append(client), close(client))
    assert type(foilmock_client) is FoilEngineClient
    assert "traveler" in begin(foilmock_client).message
    assert foilmock_sandbox.call("GET")["sessions"] == 1
def test_it_is_closed():
    assert len(closed) == 1
"""
    ).assert_outcomes(passed=2)


def test_without_the_client_it_is_told(run: Run, suite: pytest.Pytester) -> None:
    suite.makeconftest("import sys\nsys.modules['foilengine'] = None")
    result = run("def test_it(foilmock_client): ...")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*the official client, which is not installed: pip install foilengine")


def test_a_frozen_clock_moves_when_it_is_told(run: Run) -> None:
    run(
        """
        import datetime, pytest
        NOON = datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.timezone.utc)
        def test_noon(frozen_clock):
            assert frozen_clock.now == NOON
            assert frozen_clock.advance(1.25) == NOON + datetime.timedelta(seconds=1)
            frozen_clock.advance(datetime.timedelta(days=1, seconds=0.75))
            assert frozen_clock.now == NOON + datetime.timedelta(days=1, seconds=2)
        @pytest.mark.foilmock(at="2030-01-01T00:00:00Z")
        def test_marked(frozen_clock, foilmock_sandbox):
            assert foilmock_sandbox.clock.now.year == 2030
        @pytest.mark.foilmock(at=NOON.replace(year=2031))
        def test_marked_without_the_fixture(foilmock_sandbox):
            assert foilmock_sandbox.clock.now == NOON.replace(year=2031)
        def test_others(foilmock_sandbox):
            clock = foilmock_sandbox.clock
            before = clock.now
            clock.offset(NOON)
            assert clock.now - NOON < datetime.timedelta(minutes=1)
            clock.real()
            assert clock.now >= before
        """
    ).assert_outcomes(passed=4)


def test_marks_say_the_limits_and_the_nearest_counts(run: Run) -> None:
    run(
        BEGIN
        + """
pytestmark = pytest.mark.foilmock(limits={"other_per_minute": 2}, at="2030-01-01T00:00:00Z")
from foilengine import RateLimitError
def refused(sandbox):
    from foilengine import FoilEngineClient
    client = FoilEngineClient(api_key=sandbox.key, base_url=sandbox.base_url, max_retries=0)
    try:
        for n in range(3):
            begin(client, f"player-{n}")
    except RateLimitError:
        return True
    finally:
        client.close()
    return False
def test_the_file_s(foilmock_sandbox):
    assert refused(foilmock_sandbox)
@pytest.mark.foilmock(limits=None)
def test_its_own(foilmock_sandbox):
    assert not refused(foilmock_sandbox)
    assert foilmock_sandbox.clock.now.year == 2030
"""
    ).assert_outcomes(passed=2)


def test_a_mark_that_is_misspelt_is_told(run: Run) -> None:
    result = run("import pytest\n@pytest.mark.foilmock(limit=None)\ndef test_it(foilmock_sandbox): ...")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*the mark foilmock takes at=... and limits=..., and nothing else*")


def own_key(test: str) -> str:
    return f"pk_test_{hashlib.sha256(f'test_it.py::{test}'.encode()).hexdigest()[:24]}"
