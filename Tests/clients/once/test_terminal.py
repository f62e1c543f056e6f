"""A server that was started from a terminal."""

import fcntl
import os
import signal
import socket
import subprocess
import termios
from pathlib import Path

import pytest

from helpers.server import TIMEOUT, environment, program, wait_until_refused

REQUEST = b"GET /_foilmock/health HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_signals_that_were_ignored_at_the_start_stay_so(tmp_path: Path) -> None:
    """As nohup does for SIGHUP, and a shell without job control for SIGINT."""

    def ignore() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    command = [program(), "serve", "--port", "0", "--db", ":memory:", "--log", "off"]
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=ignore
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"foilmock ")
    status = Path(f"/proc/{process.pid}/status").read_text()
    ignored = int(next(line for line in status.splitlines() if line.startswith("SigIgn")).split()[1], 16)
    for number in (signal.SIGHUP, signal.SIGINT):
        process.send_signal(number)
        assert ignored & 1 << number - 1
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0


@pytest.mark.parametrize("signals", [0, 1, 3])
def test_a_closed_terminal_ends_the_server(tmp_path: Path, signals: int) -> None:
    """The system then sends SIGHUP, which otherwise asks for a reload. A shell sends it too, so it may come more than
    once. However often it comes, running requests are finished."""
    ours, theirs = os.openpty()

    def take_terminal() -> None:
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    command = [program(), "serve", "--port", "0", "--db", str(tmp_path / "foilmock.db"), "--log", "off"]
    process = subprocess.Popen(
        command, env=environment(), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        preexec_fn=take_terminal,
    )
    os.close(theirs)
    try:
        assert process.stdout is not None
        url = ""
        while not (line := process.stdout.readline()).startswith(b"  try"):
            url = line.split()[-1].decode() if line.startswith(b"  base URL") else url
        process.send_signal(signal.SIGHUP)  # The terminal is there: the server stays.
        host, port = url.removeprefix("http://").rsplit(":", 1)
        with socket.create_connection((host, int(port)), TIMEOUT) as halfway:
            halfway.sendall(REQUEST[:-2])
            # Another request is answered, so the first half has arrived before the end begins.
            with socket.create_connection((host, int(port)), TIMEOUT) as other:
                other.sendall(REQUEST)
                assert other.recv(100).startswith(b"HTTP/1.1 200 ")
            os.close(ours)
            for _ in range(signals):
                process.send_signal(signal.SIGHUP)
            wait_until_refused((host, int(port)))
            for _ in range(signals):
                process.send_signal(signal.SIGHUP)
            halfway.sendall(REQUEST[-2:])
            assert halfway.recv(100).startswith(b"HTTP/1.1 200 ")
        assert process.wait(TIMEOUT) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
