"""A server in a root, from its start to its end, and a conversation with it from outside."""

from __future__ import annotations

import http.client
import json
import os
import re
import select
import signal
import subprocess
import time

import roots

KEY = "pk_test_check"
PLAYER = {"user_session_id": "player-1"}
PATIENCE = 20


class ServedError(Exception):
    """The server did not do what makes it possible to go on."""


class Served:
    """Waits until the process, which `Root.start` has made, says that its server is ready. `with` ends it."""

    def __init__(self, process: subprocess.Popen[str], patience: float = PATIENCE) -> None:
        self.process = process
        self.block = ""
        try:
            self._wait_until_ready(time.monotonic() + patience)
            self.port = int(re.search(r"^  base URL  http://\S+:(\d+)$", self.block, re.MULTILINE)[1])
        except BaseException:
            self.end()
            raise

    def _wait_until_ready(self, deadline: float) -> None:
        while "\n  try " not in self.block:
            if not select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                raise ServedError(f"the server was not ready in time; it said: {self.block}")
            # Past Python's buffer, of which select knows nothing.
            part = os.read(self.process.stdout.fileno(), 4096)
            if not part:
                raise ServedError(f"the server ended with {self.process.wait()}; it said: {self.block}")
            self.block += part.decode()

    def call(self, method: str, path: str, body: object = None) -> tuple[int, dict]:
        headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
        return self.send(method, path, json.dumps(body).encode() if body else None, headers)

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read())
        finally:
            connection.close()

    def chat(self) -> str:
        """The path of the first persona's chat."""
        return f"/api/v1/sdk/chat/{self.call('GET', '/api/v1/sdk/personas')[1][0]['id']}"

    def begin(self) -> tuple[int, dict]:
        names = {"player_name": "Alex", "player_gender": "non-binary"}
        return self.call("POST", f"{self.chat()}/init-session", {**PLAYER, **names})

    def say(self, message: str) -> tuple[int, dict]:
        return self.call("POST", f"{self.chat()}/message", {**PLAYER, "message": message})

    def session(self) -> tuple[int, dict]:
        return self.call("GET", f"{self.chat()}/session?user_session_id={PLAYER['user_session_id']}")

    def user(self) -> str:
        with open(f"/proc/{roots.program_of(self.process)}/status", encoding="ascii") as file:
            return re.search(r"^Uid:\s+(\d+)", file.read(), re.MULTILINE)[1]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Sends the signal to the server; returns its exit code."""
        os.kill(roots.program_of(self.process), number)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise ServedError(f"the server did not stop within {PATIENCE} s") from None

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
