"""Which session a call uses, and how sessions end and begin again."""

from collections.abc import Callable

import pytest
from foilengine import NotFoundError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

CLERK, COURT, DESK = fixtures.CLERK, fixtures.COURT, fixtures.DESK
PLAYER = "player-001"


@pytest.fixture
def sdk(connect: Callable[..., Sdk], town: Server, key: str) -> Sdk:
    return connect(town, key)


def test_init_without_machine_begins_the_default_one(sdk: Sdk) -> None:
    assert sdk.begin(CLERK, PLAYER).machine_id == DESK


def test_calls_without_machine_follow_the_one_begun_last(sdk: Sdk) -> None:
    sdk.begin(CLERK, PLAYER)
    court = sdk.begin(CLERK, PLAYER, COURT)
    assert sdk.session(CLERK, PLAYER).machine_id == COURT
    assert sdk.say(CLERK, "Hello", PLAYER).session_id == court.session_id
    assert sdk.history(CLERK, PLAYER).session_id == court.session_id


def test_calls_without_machine_follow_the_one_spoken_to_last(sdk: Sdk) -> None:
    desk = sdk.begin(CLERK, PLAYER)
    sdk.begin(CLERK, PLAYER, COURT)
    sdk.say(CLERK, "Hello", PLAYER, DESK)
    assert sdk.session(CLERK, PLAYER).session_id == desk.session_id
    assert sdk.say(CLERK, "Hello", PLAYER).session_id == desk.session_id


def test_looking_does_not_make_a_session_the_last_one(sdk: Sdk) -> None:
    sdk.begin(CLERK, PLAYER)
    sdk.begin(CLERK, PLAYER, COURT)
    sdk.session(CLERK, PLAYER, DESK)
    sdk.history(CLERK, PLAYER, DESK)
    assert sdk.session(CLERK, PLAYER).machine_id == COURT


def test_machines_have_sessions_and_histories_of_their_own(sdk: Sdk) -> None:
    sdk.begin(CLERK, PLAYER)
    sdk.begin(CLERK, PLAYER, COURT)
    sdk.say(CLERK, "At the desk", PLAYER, DESK)
    sdk.say(CLERK, "In court", PLAYER, COURT)
    assert lines(sdk, DESK) == ["At the desk"]
    assert lines(sdk, COURT) == ["In court"]


def test_init_replaces_the_session_of_its_machine_alone(sdk: Sdk) -> None:
    court = sdk.begin(CLERK, PLAYER, COURT)
    first = sdk.begin(CLERK, PLAYER)
    sdk.say(CLERK, "form", PLAYER)
    second = sdk.begin(CLERK, PLAYER, name="Kim", gender="male")

    assert second.session_id != first.session_id
    status = sdk.session(CLERK, PLAYER)
    assert (status.session_id, status.current_state, status.score) == (second.session_id, "open", 0)
    assert (status.player_name, status.player_gender) == ("Kim", "male")
    assert [message.content for message in sdk.history(CLERK, PLAYER).messages] == ["Next, Kim."]
    assert sdk.session(CLERK, PLAYER, COURT).session_id == court.session_id


def test_reset_of_a_machine_leaves_the_others(sdk: Sdk) -> None:
    sdk.begin(CLERK, PLAYER)
    court = sdk.begin(CLERK, PLAYER, COURT)
    result = sdk.reset(CLERK, PLAYER, DESK)
    assert (result.session_id, result.message) == (PLAYER, "Conversation reset successfully")
    with pytest.raises(NotFoundError):
        sdk.session(CLERK, PLAYER, DESK)
    with pytest.raises(NotFoundError):
        sdk.history(CLERK, PLAYER, DESK)
    assert sdk.session(CLERK, PLAYER, COURT).session_id == court.session_id


def test_reset_without_machine_takes_all(sdk: Sdk) -> None:
    sdk.begin(CLERK, PLAYER)
    sdk.begin(CLERK, PLAYER, COURT)
    sdk.begin(CLERK, "player-002")
    sdk.reset(CLERK, PLAYER)
    for machine in (None, DESK, COURT):
        with pytest.raises(NotFoundError):
            sdk.session(CLERK, PLAYER, machine)
    assert not any(machine.has_session for machine in sdk.machines(CLERK, PLAYER))
    assert sdk.session(CLERK, "player-002").player_name == "Alex"


def test_reset_of_nothing_is_not_found(sdk: Sdk) -> None:
    sdk.begin(CLERK, PLAYER)
    sdk.reset(CLERK, PLAYER)
    with pytest.raises(NotFoundError):
        sdk.reset(CLERK, PLAYER)


def test_a_full_reset_begins_everything_anew(sdk: Sdk) -> None:
    first = sdk.begin(CLERK, PLAYER)
    assert sdk.begin(CLERK, PLAYER).session_id != first.session_id
    sdk.reset(CLERK, PLAYER)
    assert sdk.begin(CLERK, PLAYER) == first


def test_players_do_not_meet(sdk: Sdk) -> None:
    sdk.begin(CLERK, "player-001")
    sdk.begin(CLERK, "player-002")
    sdk.say(CLERK, "form", "player-001")
    assert sdk.session(CLERK, "player-002").current_state == "open"
    assert len(sdk.history(CLERK, "player-002").messages) == 1


def lines(sdk: Sdk, machine: str) -> list[str]:
    """The player's lines."""
    return [message.content for message in sdk.history(CLERK, PLAYER, machine).messages if message.role == "user"]
