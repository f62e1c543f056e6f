"""Processes that the tests did not start themselves."""

from __future__ import annotations

import os
import select

TIMEOUT = 20.0


class Watched:
    """A process, by a descriptor that stays with it even if its number is given to another process."""

    def __init__(self, number: int) -> None:
        self._descriptor = os.pidfd_open(number)

    def ends(self) -> bool:
        """Whether the process ends before the timeout."""
        try:
            return bool(select.select([self._descriptor], [], [], TIMEOUT)[0])
        finally:
            os.close(self._descriptor)


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # A zombie has ended too: only its exit code has not been read yet.
    with open(f"/proc/{number}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
