"""The same fixtures, seed and requests give the same bytes, on any server."""

import re
from collections.abc import Callable
from pathlib import Path

from helpers.server import Server
from helpers.wire import Wire, answer

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
LINES = ["What do you recommend?", "I heard you have something rare for sale.", "I can pay in gold.", "Hello?"]
NOW = re.compile(r'("(?:started_at|last_message_at|created_at)":)"[^"]*"')


def play(server: Server, dial: Callable[..., Wire], key: str = "pk_test_a") -> list[str]:
    """All answers of a conversation, without the times, which come from the clock."""
    wire = dial(server, key)
    listed = wire.personas()
    texts = [listed.text]
    persona = answer(listed)[0]["id"]
    for machine in answer(wire.get(persona, "machines")):
        responses = [wire.begin(persona, machine["machine_id"]), *(wire.say(persona, line) for line in LINES)]
        responses += [wire.get(persona, "session"), wire.get(persona, "history"), wire.get(persona, "machines")]
        texts += [NOW.sub(r"\1now", response.text) for response in responses]
    return texts


def test_two_servers_answer_the_same(launch: Callable[..., Server], dial: Callable[..., Wire]) -> None:
    assert play(launch("first"), dial) == play(launch("second"), dial)


def test_another_account_beside_changes_nothing(launch: Callable[..., Server], dial: Callable[..., Wire]) -> None:
    crowded = launch("crowded")
    play(crowded, dial, "pk_test_b")
    assert play(crowded, dial) == play(launch("quiet"), dial)


def test_the_folder_and_the_built_in_fixtures_are_the_same(
    launch: Callable[..., Server], dial: Callable[..., Wire]
) -> None:
    assert play(launch("folder", "--fixtures", str(FIXTURES)), dial) == play(launch("built-in"), dial)


def test_the_seed_changes_the_ids_of_sessions_alone(launch: Callable[..., Server], dial: Callable[..., Wire]) -> None:
    first, second = (dial(launch(f"seed{seed}", "--seed", str(seed)), "pk_test_a") for seed in (1, 2))
    assert first.personas().text == second.personas().text
    persona = answer(first.personas())[0]["id"]
    assert first.get(persona, "machines").text == second.get(persona, "machines").text
    ours, theirs = answer(first.begin(persona)), answer(second.begin(persona))
    assert ours.pop("session_id") != theirs.pop("session_id")
    assert ours == theirs
