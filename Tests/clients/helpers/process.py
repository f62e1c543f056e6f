"""Processes that the tests did not start themselves."""

from __future__ import annotations

import os
import select

TIMEOUT = 20.0


class Watched:
    """A process, by a descriptor that its number's next owner does not take over."""

    def __init__(self, number: int) -> None:
        self._descriptor = os.pidfd_open(number)

    def ends(self) -> bool:
        """Whether it ends while we wait."""
        try:
            return bool(select.select([self._descriptor], [], [], TIMEOUT)[0])
        finally:
            os.close(self._descriptor)


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # One that nobody has asked for its exit code has ended all the same.
    with open(f"/proc/{number}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
