"""The fixture foilmock_fluidtalk: the client of the Handshake API in the test's own sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from helpers import town
from helpers.readme import ROOT

Run = Callable[..., pytest.RunResult]

# The example of docs/handshake.md, which has a persona of its own.
EXAMPLE = re.search(r"^```python\n(.*?own_url.*?)^```$", (ROOT / "docs/handshake.md").read_text(), re.M | re.S)


def test_it_shares_the_sandbox_with_the_other_fixtures(run: Run) -> None:
    run(
        """
        import datetime, pytest
        from fluidtalk import FluidTalkError
        BARISTA = "c4e5a41a-5edd-5d9a-be68-ede199b8f7c4"

        def test_a_journal(foilmock_client, foilmock_fluidtalk, foilmock_sandbox, expect_requests):
            expect_requests(1, route="POST /api/v1/bot/action", player="@lead")
            expect_requests(1, route="POST /api/v1/sdk/chat/{persona_id}/init-session", player="sam")
            foilmock_fluidtalk.ai_opener(target="@lead")
            foilmock_client.chat.init_session(BARISTA, user_session_id="sam", player_name="S", player_gender="non-binary")
            assert sorted(session["player"] for session in foilmock_sandbox.sessions()) == ["@lead", "sam"]

        def test_a_clock(foilmock_fluidtalk, frozen_clock):
            foilmock_fluidtalk.ai_opener(target="@lead")
            assert foilmock_fluidtalk.follow_up(target="@lead").message == "still there?"
            assert foilmock_fluidtalk.follow_up(target="@lead").ignore_reason == "followup_cooldown"
            frozen_clock.advance(datetime.timedelta(days=30))
            assert foilmock_fluidtalk.follow_up(target="@lead").ignore_reason is None

        def test_a_fault(foilmock_fluidtalk, foilmock_sandbox):
            foilmock_sandbox.fault("status", status=503, match={"player": "@lead"})
            with pytest.raises(FluidTalkError) as raised:
                foilmock_fluidtalk.ai_opener(target="@lead")
            assert raised.value.status == 503
            assert foilmock_fluidtalk.ai_opener(target="@other").message

        def test_a_script(foilmock_fluidtalk, foilmock_sandbox):
            foilmock_sandbox.script(player="@lead", steps=[{"reply": "not today"}])
            assert foilmock_fluidtalk.inbound_chat(target="@lead", message="hi").reply == "not today"

        @pytest.mark.foilmock(limits={"messages_per_minute": 1})
        def test_limits(foilmock_fluidtalk):
            foilmock_fluidtalk.inbound_chat(target="@lead", message="hi")
            with pytest.raises(FluidTalkError) as raised:
                foilmock_fluidtalk.inbound_chat(target="@lead", message="hi")
            assert raised.value.status == 429
        """
    ).assert_outcomes(passed=5)


def test_each_test_begins_anew(run: Run) -> None:
    run(
        """
        import pytest
        @pytest.mark.parametrize("number", range(3))
        def test_it(foilmock_fluidtalk, number):
            assert foilmock_fluidtalk.ai_opener(target="@lead").continued is False
        """
    ).assert_outcomes(passed=3)


def test_another_persona_is_chosen_by_a_key_of_the_fixtures(run: Run, suite: pytest.Pytester) -> None:
    assert EXAMPLE is not None
    folder = suite.path / "characters"
    machine = {"states": [{"state_key": "s0", "is_initial_state": True, "says": ["Hello, {target}."]}]}
    key = {"key": "ft_sk_studio", "persona": "guard", "machine": "dm"}
    town.add_persona(folder, "guard", {"name": "Guard"}, {"dm": machine})
    accounts = {"accounts": [{"name": "studio", "keys": [], "handshake_keys": [key]}]}
    (folder / "accounts.json").write_text(json.dumps(accounts))
    suite.makeini("[pytest]\nfoilmock_options = --fixtures characters")
    run(EXAMPLE[1]).assert_outcomes(passed=1)


def test_without_the_client_it_is_told(run: Run, suite: pytest.Pytester) -> None:
    suite.makeconftest("import sys\nsys.modules['fluidtalk'] = None")
    result = run("def test_it(foilmock_fluidtalk): ...")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*the official client, which is not installed: pip install fluidtalk")
