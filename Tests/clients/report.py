"""The tables at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable

ABSENT = "–"


class Report:
    """Outcomes by test and column."""

    def __init__(self, columns: Iterable[str]) -> None:
        self.columns = list(columns)
        self.passed = 0
        self.failed = 0
        # By row, then column: the outcomes of a test with each of its parameters.
        self._rows: dict[str, dict[str, list[bool]]] = {}

    def add(self, column: str, outcomes: dict[str, bool]) -> None:
        for test, passed in outcomes.items():
            row = test.split("[", 1)[0]
            self._rows.setdefault(row, {}).setdefault(column, []).append(passed)
            if passed:
                self.passed += 1
            else:
                self.failed += 1

    def table(self) -> str:
        """A row for each test, which combines the outcomes of all its parameters."""
        header = ["case", *self.columns]
        body = [
            [_name(row), *(_cell(self._rows[row].get(column, [])) for column in self.columns)]
            for row in sorted(self._rows)
        ]
        widths = [max(len(line[column]) for line in [header, *body]) for column in range(len(header))]
        rule = ["-" * width for width in widths]
        lines = [header, rule, *body]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)


def _name(row: str) -> str:
    """`each/test_errors.py::test_unknown_key` as `errors: unknown key`."""
    file, _, test = row.partition("::")
    if not test:
        return row
    topic = file.rsplit("/", 1)[-1].removeprefix("test_").removesuffix(".py")
    return f"{topic}: {test.removeprefix('test_')}".replace("_", " ")


def _cell(outcomes: list[bool]) -> str:
    if not outcomes:
        return ABSENT
    failed = outcomes.count(False)
    if failed == 0:
        return "ok"
    return "FAIL" if len(outcomes) == 1 else f"FAIL {failed}/{len(outcomes)}"
