"""How a conversation goes and ends: decisions, scores, outcomes."""

from collections.abc import Callable

import pytest

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

CLERK, COURT, DESK = fixtures.CLERK, fixtures.COURT, fixtures.DESK
PLAYER = "player-001"


@pytest.fixture
def sdk(connect: Callable[..., Sdk], town: Server, key: str) -> Sdk:
    return connect(town, key)


@pytest.mark.parametrize(
    ("machine", "lines", "decision", "state", "score", "outcome"),
    [
        (DESK, ["form"], "pass", "counter", 2, None),
        (DESK, ["form", "stamp"], "pass", "done", 3, "ACCEPT"),
        (DESK, ["please", "stamp"], "pass", "done", 1, "REJECT"),
        (DESK, ["hm"], "redirect", "open", 0, None),
        (DESK, ["mistake"], "reject", "counter", -1, None),
        (DESK, ["lie"], "reject", "open", -3, "REJECT"),
        (DESK, ["form", "thief"], "kick_out", "counter", 2, "KICK_OUT"),
        (COURT, ["hm"], "redirect", "hearing", 0, None),
        (COURT, ["truth"], "pass", "free", 0, "ACCEPT"),
        (COURT, ["nothing"], "reject", "guilty", 0, "REJECT"),
        (COURT, ["thief"], "kick_out", "hearing", 0, "KICK_OUT"),
    ],
)
def test_last_reply_and_session_tell_the_same(
    sdk: Sdk, machine: str, lines: list[str], decision: str, state: str, score: int, outcome: str | None
) -> None:
    sdk.begin(CLERK, PLAYER, machine)
    for line in lines:
        reply = sdk.say(CLERK, line, PLAYER)

    assert (reply.decision, reply.current_state, reply.score, reply.outcome) == (decision, state, score, outcome)
    assert reply.machine_completed is (outcome is not None)
    assert reply.scoring_mode == ("pass_fail" if machine == COURT else "scoring")
    assert type(reply.score) is int
    assert reply.message

    status = sdk.session(CLERK, PLAYER)
    assert (status.current_state, status.score, status.outcome) == (state, score, outcome)
    listed = next(entry for entry in sdk.machines(CLERK, PLAYER) if entry.machine_id == machine)
    assert (listed.has_session, listed.session_outcome) == (outcome is None, outcome)


def test_redirects_count_until_the_next_move(sdk: Sdk) -> None:
    sdk.begin(CLERK, PLAYER)
    replies = [sdk.say(CLERK, line, PLAYER) for line in ["hm", "hm", "form", "hm"]]
    assert [reply.redirect_count for reply in replies] == [1, 2, 0, 1]
