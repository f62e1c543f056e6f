"""A conversation goes on after the server was stopped, or killed, and started again on its database."""

from collections.abc import Callable

import pytest

from helpers.sdk import Sdk
from helpers.server import Server

PLAYER = "player-001"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_conversation_goes_on_after_a_restart(
    connect: Callable[..., Sdk], launch: Callable[..., Server], key: str, end: str
) -> None:
    server = launch()
    before = connect(server, key)
    persona = before.personas()[0].id
    begun = before.begin(persona, PLAYER)
    before.say(persona, "I heard you have something rare for sale.", PLAYER)
    status, history = before.session(persona, PLAYER), before.history(persona, PLAYER)

    if end == "stop":
        assert server.stop() == 0
    else:
        server.kill()
    server.start()

    after = connect(server, key)
    assert after.session(persona, PLAYER) == status
    assert after.history(persona, PLAYER) == history

    reply = after.say(persona, "[[pass]]", PLAYER)
    assert reply.session_id == begun.session_id
    assert (reply.score, reply.outcome) == (20, "ACCEPT")
    assert [machine.machine_key for machine in reply.unlocked_machines] == ["back_room"]
    grown = after.history(persona, PLAYER).messages
    assert grown[:3] == history.messages
    assert [message.content for message in grown[3:]] == ["[[pass]]", reply.message]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_unlocks_and_the_count_of_sessions_outlive_a_restart(
    connect: Callable[..., Sdk], launch: Callable[..., Server], key: str, end: str
) -> None:
    server = launch()
    before = connect(server, key)
    persona = before.personas()[0].id
    first = before.begin(persona, PLAYER)
    for line in ["[[pass]]", "[[pass]]"]:
        reply = before.say(persona, line, PLAYER)
    unlocked = reply.unlocked_machines[0].machine_id

    getattr(server, end)()
    server.start()

    after = connect(server, key)
    assert after.begin(persona, PLAYER).session_id != first.session_id
    assert after.begin(persona, PLAYER, unlocked).machine_id == unlocked
