"""Two accounts never see each other's sessions."""

from collections.abc import Callable

import pytest
from foilengine import ForbiddenError, NotFoundError

from helpers import town as fixtures
from helpers.sdk import Sdk
from helpers.server import Server

CLERK, VAULT = fixtures.CLERK, fixtures.VAULT
PLAYER = "player-001"


@pytest.fixture
def two(connect: Callable[..., Sdk], launch: Callable[..., Server], tmp_path) -> tuple[Sdk, Sdk]:
    folder = fixtures.build(tmp_path / "fixtures")
    server = launch("foilmock", "--fixtures", str(folder))
    return connect(server, "pk_test_a"), connect(server, "pk_test_b")


def test_two_keys_hold_the_same_player_apart(two: tuple[Sdk, Sdk]) -> None:
    a, b = two
    a.begin(CLERK, PLAYER, name="Ann")
    with pytest.raises(NotFoundError):
        b.session(CLERK, PLAYER)

    b.begin(CLERK, PLAYER, name="Ben")
    a.say(CLERK, "form", PLAYER)
    assert (a.session(CLERK, PLAYER).player_name, a.session(CLERK, PLAYER).current_state) == ("Ann", "counter")
    assert (b.session(CLERK, PLAYER).player_name, b.session(CLERK, PLAYER).current_state) == ("Ben", "open")
    assert len(a.history(CLERK, PLAYER).messages) == 3
    assert len(b.history(CLERK, PLAYER).messages) == 1

    a.reset(CLERK, PLAYER)
    assert b.session(CLERK, PLAYER).player_name == "Ben"


def test_two_keys_unlock_apart(two: tuple[Sdk, Sdk]) -> None:
    a, b = two
    for sdk in two:
        sdk.begin(CLERK, PLAYER)
    a.say(CLERK, "form", PLAYER)
    assert a.say(CLERK, "stamp", PLAYER).unlocked_machines
    assert a.begin(CLERK, PLAYER, VAULT)
    with pytest.raises(ForbiddenError):
        b.begin(CLERK, PLAYER, VAULT)
    assert "vault" not in [machine.machine_key for machine in b.machines(CLERK, PLAYER)]


def test_session_ids_differ_between_keys(two: tuple[Sdk, Sdk]) -> None:
    a, b = (sdk.begin(CLERK, PLAYER) for sdk in two)
    assert a.session_id != b.session_id
    assert a.machine_id == b.machine_id


def test_only_the_owner_sees_a_persona(connect: Callable[..., Sdk], town: Server, key: str) -> None:
    def names(key: str) -> list[str]:
        return [persona.name for persona in connect(town, key).personas()]

    assert names(fixtures.ALICE) == ["Clerk", "Alice's Maid"]
    assert names(fixtures.BOB) == ["Clerk"]
    assert names(key) == ["Clerk"]
    assert connect(town, fixtures.ALICE).begin(fixtures.ALICES, key).persona_name == "Alice's Maid"
