"""The tables of docs/faults.md: faults, and the results that clients get from a call that a fault has struck."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs/faults.md"


@dataclass(frozen=True)
class Row:
    """A fault, and the result of a call if it strikes `the first try` or `each try`."""

    fault: dict[str, Any]
    cells: dict[str, str]

    def __str__(self) -> str:
        return json.dumps(self.fault)


def table(heading: str) -> list[Row]:
    """The rows of the table under a heading of the page."""
    section = PAGE.read_text().split(f"\n### {heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("|")]
    strikes = [cell.strip() for cell in lines[0][1:]]
    rows = []
    for cells in lines[2:]:
        fault, *told = (cell.strip() for cell in cells)
        rows.append(Row(json.loads(fault.strip("`")), dict(zip(strikes, told, strict=True))))
    assert rows
    return rows


def examples() -> list[dict[str, Any]]:
    """The faults that the page has as examples, each on a line of its own."""
    return [json.loads(text) for text in re.findall(r"^    (\{\"kind\".*\})$", PAGE.read_text(), re.MULTILINE)]


def told(outcome: str, tries: int, turns: int) -> str:
    """The result of a call, as the page writes it: `` `RateLimitError`; 2 tries, no turns ``."""
    return f"{outcome}; {_some(tries, 'try', 'tries')}, {_some(turns, 'turn', 'turns')}"


def name(error: Exception) -> str:
    """An exception as a client's user writes it; those of the clients are written without their module."""
    module = type(error).__module__.split(".")[0]
    prefix = "" if module in ("foilengine", "fluidtalk", "builtins") else f"{module}."
    return f"`{prefix}{type(error).__name__}`"


def _some(count: int, one: str, more: str) -> str:
    return f"{count or 'no'} {one if count == 1 else more}"
