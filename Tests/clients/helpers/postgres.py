"""A PostgreSQL server of a test's own, and foilmock's program for it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "postgres-server"
TIMEOUT = 60.0


def program() -> str:
    return os.environ["FOILMOCK_POSTGRES"]


class Postgres:
    """An empty database. The server ends with `close`, and with this process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        port = self._process.stdout.readline().strip()
        assert port, "scripts/postgres-server started no server; standard error says why"
        self.port = int(port)

    def address(self, user: str = "foilmock") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/postgres"

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(TIMEOUT)
