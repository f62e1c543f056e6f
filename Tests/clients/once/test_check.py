"""`foilmock check`: its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.server import Server, command

VECTORS = Path(__file__).parents[2] / "vectors" / "check"


@pytest.mark.parametrize(
    ("folder", "options", "code"),
    [("doubtful", [], 0), ("doubtful", ["--strict"], 2), ("broken", [], 1), ("broken", ["--strict"], 1)],
)
def test_exit_code(folder: str, options: list[str], code: int) -> None:
    assert command("check", str(VECTORS / folder), *options).returncode == code


def test_formats_for_programs() -> None:
    findings = json.loads(command("check", str(VECTORS / "broken"), "--format", "json").stdout)
    sarif = json.loads(command("check", str(VECTORS / "broken"), "--format", "sarif").stdout)
    assert [finding["message"] for finding in findings] == [
        result["message"]["text"] for result in sarif["runs"][0]["results"]
    ]


def test_serving_tells_how_many_warnings_there_are(launch: Callable[..., Server]) -> None:
    folder = str(VECTORS / "doubtful")
    found = len(json.loads(command("check", folder, "--format", "json").stdout))
    told = complaints(launch("doubtful", "--fixtures", folder, "--log", "errors"))
    assert told.splitlines()[0].endswith(f" warning: the fixtures have {found} warnings; see 'foilmock check {folder}'")
    assert len(told.splitlines()) == 1
    assert complaints(launch("built-in", "--log", "errors")) == ""


def complaints(server: Server) -> str:
    """Stops the server first: the log has its own writer, and is complete only after the stop."""
    assert server.stop() == 0
    return server.errors.read_text()


def test_nothing_to_find() -> None:
    result = command("check", "--strict")
    assert (result.returncode, result.stdout.splitlines()[0]) == (0, "0 errors, 0 warnings")
    assert result.stdout.splitlines()[1] == (
        "the built-in fixtures: 5 personas, 10 machines, 31 stories. For others: foilmock check DIR"
    )
