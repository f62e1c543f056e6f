"""A server that was started from a terminal."""

import fcntl
import os
import signal
import subprocess
import termios
from pathlib import Path

from helpers.server import TIMEOUT, environment, program


def test_a_closed_terminal_ends_the_server(tmp_path: Path) -> None:
    """The system sends SIGHUP then, which otherwise asks for a reload."""
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
        while not process.stdout.readline().startswith(b"  try"):
            pass
        process.send_signal(signal.SIGHUP)  # The terminal is there: the server stays.
        os.close(ours)
        assert process.wait(TIMEOUT) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
