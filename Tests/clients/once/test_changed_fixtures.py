"""Conversations after a start with changed fixtures."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import town as fixtures
from helpers.server import Server
from helpers.wire import Wire, answer, refusal

CLERK, COURT, DESK = fixtures.CLERK, fixtures.COURT, fixtures.DESK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fixtures.build(tmp_path / "fixtures")


@pytest.fixture
def server(launch: Callable[..., Server], folder: Path) -> Server:
    return launch("foilmock", "--fixtures", str(folder))


def test_a_session_whose_state_is_gone_is_no_session(
    server: Server, folder: Path, dial: Callable[..., Wire], key: str
) -> None:
    wire = dial(server, key)
    answer(wire.begin(CLERK))
    answer(wire.say(CLERK, "form"))
    answer(wire.begin(CLERK, COURT, user_session_id="player-002"))
    server.stop()

    desk = copy.deepcopy(fixtures.DESK_MACHINE)
    desk["states"] = [state for state in desk["states"] if state["state_key"] != "counter"]
    desk["transitions"] = []
    fixtures.write(folder / "personas" / "clerk" / "machines" / "desk.json", desk)
    wire = dial(server.start(), key)
    for response in [wire.get(CLERK, "session"), wire.get(CLERK, "history"), wire.say(CLERK, "Hello")]:
        assert refusal(response, 404) == "No active session found"
    # The documents advise a new session then.
    answer(wire.begin(CLERK))
    assert answer(wire.get(CLERK, "session"))["current_state"] == "open"
    # Other sessions go on.
    assert answer(wire.get(CLERK, "session", "player-002"))["machine_id"] == COURT


def test_changed_words_are_spoken_in_a_running_session(
    server: Server, folder: Path, dial: Callable[..., Wire], key: str
) -> None:
    wire = dial(server, key)
    answer(wire.begin(CLERK))
    server.stop()

    desk = copy.deepcopy(fixtures.DESK_MACHINE)
    desk["states"][1]["says"] = ["Stamp, please."]
    fixtures.write(folder / "personas" / "clerk" / "machines" / "desk.json", desk)
    wire = dial(server.start(), key)
    assert answer(wire.say(CLERK, "form"))["message"] == "Stamp, please."
    assert answer(wire.get(CLERK, "history"))["messages"][0]["content"] == "Next, Alex."


def test_mistakes_leave_the_database_alone(server: Server, folder: Path, dial: Callable[..., Wire], key: str) -> None:
    session = answer(dial(server, key).begin(CLERK))["session_id"]
    server.stop()
    desk = folder / "personas" / "clerk" / "machines" / "desk.json"
    whole = desk.read_text()
    desk.write_text(whole[:-10])
    with pytest.raises(AssertionError, match="not ready"):
        server.start()
    desk.write_text(whole)
    assert answer(dial(server.start(), key).get(CLERK, "session"))["session_id"] == session
