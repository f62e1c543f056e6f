"""What the client makes of each fault: as the tables of docs/faults.md say, to the word."""

from collections.abc import Callable
from typing import Any

import pytest

from helpers import faults
from helpers.control import SandboxControl
from helpers.faults import Row
from helpers.sdk import Sdk
from helpers.server import Server

PLAYER = "player-001"
LINE = "What do you recommend?"
ROUTE = "POST /api/v1/sdk/chat/{persona_id}/message"
STRIKES: dict[str, dict[str, Any]] = {"the first try": {"nth": 1}, "each try": {}}


@pytest.fixture
def kind() -> str:
    """The blocking client alone: retries take time, and both kinds have the same."""
    return "sync"


@pytest.fixture
def sandbox(server: Server, key: str) -> SandboxControl:
    return server.control.sandbox(key)


@pytest.mark.parametrize("strikes", STRIKES)
@pytest.mark.parametrize("row", faults.table("Messages"), ids=str)
def test_a_message(
    connect: Callable[..., Sdk], server: Server, barista: str, key: str, sandbox: SandboxControl, row: Row, strikes: str
) -> None:
    sdk = connect(server, key, timeout=1.0, max_retries=1)
    sdk.begin(barista, PLAYER)
    sandbox.post("/faults", row.fault | STRIKES[strikes] | {"match": {"route": ROUTE}})
    try:
        said = sdk.say(barista, LINE, PLAYER).message
        outcome = "the reply" if said else f"a reply without text: `{said}`"
    except Exception as error:
        outcome = faults.name(error)
    assert faults.told(outcome, tries(sandbox), turns(sdk, barista)) == row.cells[strikes]


@pytest.mark.since("0.4.0")
@pytest.mark.parametrize("row", faults.table("Event streams"), ids=str)
def test_a_stream(
    connect: Callable[..., Sdk], server: Server, barista: str, key: str, sandbox: SandboxControl, row: Row
) -> None:
    sdk = connect(server, key)
    sdk.begin(barista, PLAYER)
    sandbox.post("/faults", row.fault | {"match": {"route": f"{ROUTE}/stream"}})
    seen: list = []
    try:
        sdk.stream(barista, LINE, PLAYER, seen)
        error = None
    except Exception as raised:
        error = faults.name(raised)
    outcome = ", ".join([part for part in (events(seen), error) if part])
    assert faults.told(outcome, tries(sandbox), turns(sdk, barista)) == row.cells["the first try"]


@pytest.mark.parametrize("word", ["ratelimited", "flaky"])
def test_clients_live_with_magic_words(connect: Callable[..., Sdk], server: Server, key: str, word: str) -> None:
    sdk = connect(server, f"{key}+{word}")
    persona = sdk.personas()[0].id
    sdk.begin(persona, PLAYER)
    for _ in range(2):
        assert sdk.say(persona, LINE, PLAYER).message
    assert turns(sdk, persona) == 2


def tries(sandbox: SandboxControl) -> int:
    """How many requests the fault has met."""
    return sandbox.get("/faults/f1")["matched"]


def turns(sdk: Sdk, persona: str) -> int:
    """How many turns there are after the greeting."""
    return len(sdk.history(persona, PLAYER).messages) // 2


def events(seen: list) -> str:
    """The kinds of events in order, those that follow one another once."""
    kinds = [event.event_type for event in seen]
    return ", ".join(kind for kind, before in zip(kinds, [None, *kinds]) if kind != before or kind == "done")
