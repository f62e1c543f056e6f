"""Orders to the engine inside a message."""

from collections.abc import Callable

import pytest
from foilengine import BadRequestError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

CLERK = fixtures.CLERK
PLAYER = "player-001"


@pytest.mark.parametrize(
    ("line", "decision", "state", "score", "outcome"),
    [
        ("[[pass]]", "pass", "counter", 2, None),
        ("[[redirect]] form", "redirect", "open", 0, None),
        ("form [[reject]]", "reject", "counter", -1, None),
        ("[[kick_out]]", "kick_out", "open", 0, "KICK_OUT"),
    ],
)
def test_open_accounts_take_directives(
    connect: Callable[..., Sdk],
    town: Server,
    key: str,
    line: str,
    decision: str,
    state: str,
    score: int,
    outcome: str | None,
) -> None:
    sdk = connect(town, key)
    sdk.begin(CLERK, PLAYER)
    reply = sdk.say(CLERK, line, PLAYER)
    assert (reply.decision, reply.current_state, reply.score, reply.outcome) == (decision, state, score, outcome)
    assert sdk.history(CLERK, PLAYER).messages[1].content == line


def test_unknown_directive_is_named(connect: Callable[..., Sdk], town: Server, key: str) -> None:
    sdk = connect(town, key)
    sdk.begin(CLERK, PLAYER)
    with pytest.raises(BadRequestError, match="pas_s"):
        sdk.say(CLERK, "[[pas_s]]", PLAYER)
    assert len(sdk.history(CLERK, PLAYER).messages) == 1


@pytest.mark.parametrize("line", ["[[kick_out]]", "[[nonsense]]"])
def test_named_accounts_without_directives_just_talk(
    connect: Callable[..., Sdk], town: Server, key: str, line: str
) -> None:
    sdk = connect(town, fixtures.ALICE)
    # Alice's account is shared by all tests; the player is this test's own.
    sdk.begin(CLERK, key)
    reply = sdk.say(CLERK, line, key)
    assert (reply.decision, reply.outcome) == ("redirect", None)
