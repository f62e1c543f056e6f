"""A PostgreSQL server of a test's own, and foilmock's program for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "postgres-server"
TIMEOUT = 60.0


def program() -> str:
    return os.environ["FOILMOCK_POSTGRES"]


class Postgres:
    """An empty database, by scripts/postgres-server with these arguments. The server ends with `close`, and with this process."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen([SCRIPT, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        port = self._answer()
        assert port, "scripts/postgres-server started no server; standard error says why"
        self.port = int(port)

    def address(self, user: str = "foilmock", database: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def new_database(self, name: str) -> str:
        """The address of one more database."""
        subprocess.run(
            ["createdb", "--host", "127.0.0.1", "--port", str(self.port), "--username", "foilmock", name],
            check=True,
            timeout=TIMEOUT,
        )
        return self.address(database=name)

    @property
    def process_id(self) -> int:
        return int(self._order("pid"))

    def kill(self) -> None:
        """Kills all processes of the server at once."""
        assert self._order("kill") == "done"

    def start(self) -> None:
        """Starts the server that was killed, at the port that it had."""
        assert self._order("start") == "done", "PostgreSQL did not start again; standard error says why"

    def promote(self) -> None:
        """Makes a standby take writes."""
        assert self._order("promote") == "done", "the standby was not promoted; standard error says why"

    @contextmanager
    def session(self) -> Iterator[Session]:
        session = Session(self.address())
        try:
            yield session
        finally:
            session.close()

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(TIMEOUT)

    def _order(self, order: str) -> str:
        assert self._process.stdin
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


class Session:
    """A session of its own, by psql, for transactions that a test leaves open."""

    def __init__(self, address: str) -> None:
        self._process = subprocess.Popen(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", address],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )

    def ask(self, sql: str) -> str:
        """The lines that a statement gives."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{sql};\n\\echo done\n")
        self._process.stdin.flush()
        return "".join(iter(self._process.stdout.readline, "done\n")).strip()

    def close(self) -> None:
        self._process.communicate(timeout=TIMEOUT)
