"""Machines that other machines unlock."""

from collections.abc import Callable
from dataclasses import asdict

import pytest
from foilengine import ForbiddenError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

CLERK, DESK, VAULT = fixtures.CLERK, fixtures.DESK, fixtures.VAULT
PLAYER = "player-001"
VAULT_UNLOCK = {"machine_id": VAULT, "machine_key": "vault", "name": "Vault", "is_auto_advance": True}


@pytest.fixture
def sdk(connect: Callable[..., Sdk], town: Server, key: str) -> Sdk:
    return connect(town, key)


def finish_desk(sdk: Sdk, *lines: str) -> list[dict]:
    """Plays the desk to its end, and returns the machines that the last reply has unlocked."""
    sdk.begin(CLERK, PLAYER)
    for line in lines or ("form", "stamp"):
        reply = sdk.say(CLERK, line, PLAYER)
    assert reply.machine_completed
    return [asdict(machine) for machine in reply.unlocked_machines]


def available(sdk: Sdk) -> list[str]:
    return [machine.machine_key for machine in sdk.machines(CLERK, PLAYER)]


def test_completing_a_machine_unlocks_the_next(sdk: Sdk) -> None:
    assert available(sdk) == ["desk", "court"]
    assert finish_desk(sdk) == [VAULT_UNLOCK]
    assert available(sdk) == ["desk", "vault", "court"]
    assert sdk.begin(CLERK, PLAYER, VAULT).machine_id == VAULT


@pytest.mark.parametrize("lines", [["please", "stamp"], ["lie"], ["thief"]], ids=["short", "lie", "thief"])
def test_another_outcome_unlocks_nothing(sdk: Sdk, lines: list[str]) -> None:
    assert finish_desk(sdk, *lines) == []
    assert available(sdk) == ["desk", "court"]


def test_an_unlock_is_told_once(sdk: Sdk) -> None:
    assert finish_desk(sdk) == [VAULT_UNLOCK]
    assert finish_desk(sdk) == []
    assert "vault" in available(sdk)


def test_an_unlock_outlives_the_session_that_brought_it(sdk: Sdk) -> None:
    finish_desk(sdk)
    sdk.begin(CLERK, PLAYER)
    sdk.reset(CLERK, PLAYER, DESK)
    assert "vault" in available(sdk)


def test_a_full_reset_locks_again(sdk: Sdk) -> None:
    finish_desk(sdk)
    sdk.begin(CLERK, PLAYER, VAULT)
    sdk.reset(CLERK, PLAYER)
    assert available(sdk) == ["desk", "court"]
    with pytest.raises(ForbiddenError):
        sdk.begin(CLERK, PLAYER, VAULT)
    assert finish_desk(sdk) == [VAULT_UNLOCK]


def test_an_unlock_is_the_players_own(sdk: Sdk) -> None:
    finish_desk(sdk)
    with pytest.raises(ForbiddenError):
        sdk.begin(CLERK, "player-002", VAULT)
