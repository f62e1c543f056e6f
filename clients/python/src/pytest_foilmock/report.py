"""What a failed test leaves behind: its sandbox, to look at and to go through again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from .control import ControlError
from .sandbox import Sandbox

# Names of files may be 255 bytes long; the endings and a temporary name take some.
LONGEST = 150


class Artifacts:
    """A folder of files of failed tests."""

    def __init__(self, folder: Path, seen_from: Path, fixtures: Path | None) -> None:
        """The report names files as seen from a folder. `fixtures` is the folder of the server's, if it is known; a
        journal is replayed with the same ones."""
        self._folder = folder
        self._seen_from = seen_from
        self._fixtures = fixtures

    def save(self, test: str, sandbox: Sandbox) -> str:
        """Writes `<test>.snapshot.json` and `<test>.journal.jsonl`; returns what to tell of them.

        Raises nothing: the failure of the test matters more."""
        snapshot = self._write(f"{file_name(test)}.snapshot.json", sandbox.snapshot_text)
        journal = self._write(f"{file_name(test)}.journal.jsonl", sandbox.journal_text)
        lines = [f"sandbox   {sandbox.name}", f"snapshot  {snapshot}", f"journal   {journal}"]
        if isinstance(journal, Path):
            fixtures = ["--fixtures", self._shown(self._fixtures)] if self._fixtures else []
            lines.append(f"again     {shlex.join(['foilmock', 'replay', *fixtures, str(journal)])}")
        return "\n".join(lines)

    def _write(self, name: str, content: Callable[[], str]) -> Path | str:
        """The file as its reader would name it, or why there is none: a server may be older than this, or gone."""
        file = self._folder / name
        try:
            text = content()
            self._make_folder()
            file.write_text(text, encoding="utf-8")
        except (ControlError, OSError) as error:
            return f"none: {error}"
        return Path(self._shown(file))

    def _make_folder(self) -> None:
        """A new folder is ignored by Git. One that was there is its owner's, with its `.gitignore` or without."""
        with contextlib.suppress(FileExistsError):
            self._folder.mkdir(parents=True)
            (self._folder / ".gitignore").write_text("# What foilmock kept of failed tests.\n*\n")

    def _shown(self, file: Path) -> str:
        return os.path.relpath(file, self._seen_from)


def file_name(test: str) -> str:
    """Of a test's id: readable, and no other test's."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", test).strip("-.")
    if readable == test and len(readable) <= LONGEST:
        return readable
    return f"{readable[-LONGEST:].strip('-.')}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"


def tell(report: pytest.TestReport, text: str) -> None:
    report.sections.append(("foilmock", text))
