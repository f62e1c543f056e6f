"""A server in a process that may open few files."""

import contextlib
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from helpers.server import TIMEOUT, Server, environment, program

HEALTH = b"GET /_foilmock/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def limited(limit: int, *arguments: str) -> list[str]:
    """The command of a server that may open so many files."""
    code = "import os, resource, sys; n = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_NOFILE, (n, n)); os.execv(sys.argv[2], sys.argv[2:])"
    return [sys.executable, "-c", code, str(limit), program(), "serve", "--port", "0", "--db", ":memory:", *arguments]


def test_connections_fall_to_what_the_limit_allows() -> None:
    process = subprocess.Popen(
        limited(64), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = iter(process.stdout.readline, "")
    url = next(line.split()[-1] for line in lines if line.startswith("  base URL"))
    host, port = url.removeprefix("http://").rsplit(":", 1)
    with contextlib.ExitStack() as open_ones:
        connections = [open_ones.enter_context(socket.create_connection((host, int(port)), TIMEOUT)) for _ in range(16)]
        *accepted, one_more = connections
        assert one_more.recv(100).startswith(b"HTTP/1.1 503 ")
        for connection in accepted:
            connection.sendall(HEALTH)
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    process.send_signal(signal.SIGTERM)
    errors = process.communicate(timeout=TIMEOUT)[1]
    assert (
        "warning: the system lets this process open 64 files, so it takes 15 connections at a time, not 10000; "
        "raise the limit (ulimit -n 20200), or set --connections 15\n"
    ) in errors


def test_a_limit_that_allows_none_is_an_error() -> None:
    done = subprocess.run(limited(30), env=environment(), capture_output=True, text=True, timeout=TIMEOUT)
    assert done.returncode == 1
    assert done.stderr == (
        "Error: the system lets this process open 30 files, too few for a connection; raise the limit: ulimit -n 20200\n"
    )


def test_a_connection_that_the_system_does_not_accept_is_told_once(launch: Callable[..., Server]) -> None:
    """The limit falls while the server runs."""
    server = launch("full", "--log", "errors")
    before = resource.prlimit(server.process_id, resource.RLIMIT_NOFILE)
    resource.prlimit(server.process_id, resource.RLIMIT_NOFILE, (3, before[1]))
    with contextlib.ExitStack() as waiting:
        for _ in range(3):
            connection = waiting.enter_context(socket.create_connection(server.address, TIMEOUT))
            connection.sendall(HEALTH)
        told = r"a connection was not accepted: Too many open files\. It waits"
        deadline = time.monotonic() + TIMEOUT
        while not re.search(told, server.errors.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        resource.prlimit(server.process_id, resource.RLIMIT_NOFILE, before)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    assert server.stop() == 0
    assert len(re.findall(told, server.errors.read_text())) == 1


def test_no_file_of_the_server_takes_the_place_of_a_closed_standard_stream(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    serve = [program(), "serve", "--port", "0", "--db", ":memory:", "--ready-file", str(ready)]
    code = "import os, sys; [os.close(n) for n in range(3)]; os.execv(sys.argv[1], sys.argv[1:])"
    process = subprocess.Popen([sys.executable, "-c", code, *serve], env=environment())
    try:
        deadline = time.monotonic() + TIMEOUT
        while not ready.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        assert {os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)} == {"/dev/null"}
    finally:
        process.terminate()
        process.wait(TIMEOUT)
