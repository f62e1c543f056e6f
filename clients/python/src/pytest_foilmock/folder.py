"""The folder of a run, among temporary files.

The head of the run holds a lock on it. The kernel lets go of the lock when the head ends, whichever way. So a folder whose
lock is free is in nobody's use, and the next run removes it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path

PREFIX = "foilmock-pytest-"
#: What is in the folder of a run. Nothing else is removed from it: it may have become another's.
NAMES = ("life", "lock", "server.json", "server.log")


def make() -> tuple[Path, int]:
    """Makes a folder, and removes what killed runs left. Returns it with the descriptor that holds its lock."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            _sweep(left)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        # Another run may sweep the folder before it is locked.
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            return folder, _lock(folder)


def remove(folder: Path) -> None:
    """Removes the folder, unless it holds what no run made."""
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _sweep(folder: Path) -> None:
    """Removes the folder if it is of a run of this user that has ended."""
    lock = _lock(folder)
    try:
        if os.fstat(lock).st_uid == os.getuid() and set(os.listdir(lock)) <= set(NAMES):
            remove(folder)
    finally:
        os.close(lock)


def _lock(folder: Path) -> int:
    """Locks the folder. Raises BlockingIOError if another process has locked it, FileNotFoundError if it is gone."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # It may have been removed between the two calls.
        folder.stat()
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
