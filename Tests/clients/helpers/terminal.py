"""Programs in a pseudo terminal."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from pathlib import Path

TIMEOUT = 20.0
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A program whose three standard streams are one terminal of 80 columns."""

    def __init__(self, command: list[str], variables: dict[str, str], folder: Path | None = None) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

        def take() -> None:
            os.setsid()
            fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            command, env=variables, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=take
        )
        os.close(theirs)
        self.text = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._ours)

    def resize(self, columns: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Reads until something new fits, and forgets the text up to there."""
        deadline = time.monotonic() + TIMEOUT
        while not (found := re.search(pattern, self.text)):
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self._ours], [], [], left)[0], f"no {pattern!r} in {self.text!r}"
            assert self._read(), f"it ended without {pattern!r}: {self.text!r}"
        self.text = self.text[found.end() :]
        return found

    def finish(self) -> str:
        """Reads to the end. Returns what was not read yet."""
        while self._read():
            pass
        self.process.wait(TIMEOUT)
        return self.text

    def _read(self) -> bool:
        try:
            piece = os.read(self._ours, 65536)
        except OSError:  # Linux says so where the program has closed the terminal.
            return False
        self.text += piece.decode(errors="replace")
        return bool(piece)
