"""`foilmock check`: what its exit code says."""

import json
from pathlib import Path

import pytest

from helpers.server import command

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


def test_nothing_to_find() -> None:
    result = command("check", "--strict")
    assert (result.returncode, result.stdout) == (0, "0 errors, 0 warnings\n")
