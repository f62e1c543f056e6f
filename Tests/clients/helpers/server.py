"""The server under test, as its users run it: a process with a database file."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

from helpers.control import TOKEN, Control

TIMEOUT = 20.0


def program() -> str:
    return os.environ["FOILMOCK_SERVER"]


def environment() -> dict[str, str]:
    """The environment without the FOILMOCK_ settings that the user may have made for another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FOILMOCK_")}


def command(*arguments: str, binary: str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the program with arguments that make it end by itself."""
    return subprocess.run(
        [binary or program(), *arguments], env=environment(), capture_output=True, text=True, timeout=TIMEOUT
    )


def wait_until_refused(address: tuple[str, int]) -> None:
    """Returns when new connections are refused."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        try:
            socket.create_connection(address, 5).close()
        except ConnectionRefusedError:
            return
        except ConnectionResetError:
            pass  # The port closed while this connection was being made.
        time.sleep(0.01)
    raise AssertionError("the server still takes connections")


class Server:
    """`foilmock serve` on a port that the system chooses, unless a start names one. Its standard error goes to `errors`."""

    def __init__(
        self, database: Path, *options: str, token: str | None = TOKEN, binary: str | None = None, address: str = ""
    ) -> None:
        """With an address, the database is there, and the file only gives its name to others beside it."""
        self.database = database
        self.binary = binary or program()
        self.address_of_database = address
        # Without a token the server makes one.
        self.options = options
        self._token = token
        self._secrets = {"FOILMOCK_CONTROL_TOKEN": token} if token else {}
        self.errors = database.with_suffix(".stderr")
        self.url = ""
        # What the server has printed of itself.
        self.block = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._control: Control | None = None

    def start(self, port: int = 0) -> Server:
        arguments = [self.binary, "serve", "--port", str(port), "--db", self.address_of_database or str(self.database), "--log", "off", *self.options]
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                arguments, env=environment() | self._secrets, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            )
        self.url = self._ready_url()
        return self

    @property
    def address(self) -> tuple[str, int]:
        host, port = self.url.removeprefix("http://").rsplit(":", 1)
        return host, int(port)

    @property
    def control(self) -> Control:
        """Calls of the control API, at the port of the latest start."""
        assert self._token is not None and self.is_running
        if self._control is None:
            self._control = Control(self.url, self._token)
        return self._control

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self) -> int:
        """The exit code, once it has ended."""
        assert self._process is not None
        if self._control:
            self._control.close()
            self._control = None
        try:
            return self._process.wait(TIMEOUT)
        finally:
            if self._process.returncode is None:
                self._process.kill()
                self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()

    def stop(self) -> int:
        """Asks the server to finish and end."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> int:
        """Kills the server at once."""
        self.signal(signal.SIGKILL)
        return self.wait()

    def close(self) -> None:
        if self.is_running:
            self.kill()

    def _ready_url(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        deadline = time.monotonic() + TIMEOUT
        text = ""
        while (remaining := deadline - time.monotonic()) > 0:
            if not select.select([descriptor], [], [], remaining)[0]:
                break
            piece = os.read(descriptor, 4096)
            if not piece:
                break
            text += piece.decode()
            if found := re.search(r"^  base URL  (http://\S+)\n", text, re.MULTILINE):
                self.block = text
                return found[1]
        self.kill()
        raise AssertionError(f"the server is not ready: {text!r} {self.errors.read_text()!r}")
