"""A game's own id for a player is any text."""

import pytest

from helpers.sdk import Sdk

IDS = [
    "7f1c2f2e-0f5e-4d53-9b8e-3f3a8f1f0001",
    "Zoë & Łukasz",
    "a+b c%20d%2Fe",
    "x?machine_id=1&user_session_id=other#fragment",
    "/../personas",
    "\"quoted\" \\ 'text'",
    "line\nbreak\ttab",
    "プレイヤー 🎮",
    " leading and trailing ",
    "n" * 1000,
]


@pytest.mark.parametrize("player", IDS, ids=[f"{index}" for index in range(len(IDS))])
def test_any_text_names_a_player(sdk: Sdk, barista: str, player: str) -> None:
    begun = sdk.begin(barista, player, name=player)
    assert (begun.user_session_id, begun.player_name) == (player, player)
    reply = sdk.say(barista, player, player)
    assert reply.session_id == begun.session_id
    status = sdk.session(barista, player)
    assert (status.session_id, status.player_name) == (begun.session_id, player)
    assert sdk.history(barista, player).messages[1].content == player
    assert sdk.machines(barista, player)[0].has_session
    assert sdk.reset(barista, player).session_id == player


def test_ids_that_look_alike_are_two_players(sdk: Sdk, barista: str) -> None:
    alike = ["player", "Player", "player ", "pl%61yer", "playe\u0301r", "play\u00e9r"]
    begun = {sdk.begin(barista, player).session_id for player in alike}
    assert len(begun) == len(alike)
