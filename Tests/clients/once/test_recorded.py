"""This version reads the files of an earlier one: `Tests/vectors/recorded` has a journal of calls of every API, a
snapshot of their sandbox, and their fixtures, as version 0.1.0 wrote them at commit cd57910.

Two lines were changed by hand since, where the API changed on purpose: a clock that sets no `retry_after_scale` shows null
and not 0.01, and the call that sets a clock names the scale that was the default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from helpers.server import Server, command

RECORDED = Path(__file__).parents[2] / "vectors" / "recorded"
FIXTURES = str(RECORDED / "fixtures")


def test_its_journal_is_answered_the_same_again() -> None:
    result = command("replay", str(RECORDED / "journal.jsonl"), "--fixtures", FIXTURES)
    assert (result.returncode, result.stdout) == (0, "237 requests sent again, 0 answered otherwise\n"), result.stderr


def test_its_snapshot_is_put_back_to_the_byte(launch: Callable[..., Server]) -> None:
    snapshot = (RECORDED / "snapshot.json").read_bytes()
    http = launch("recorded", "--fixtures", FIXTURES).control.http
    path = "/sandboxes/pk_test_replay/snapshot"
    assert http.put(path, content=snapshot).status_code == 200
    assert http.get(path).content == snapshot
