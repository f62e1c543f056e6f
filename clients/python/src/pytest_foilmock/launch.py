"""One server a run, whatever process of it asks first, and for no longer than the run.

The run's head, the process that was started as pytest, holds a named pipe open; under xdist it tells its workers the
folder that the pipe is in. Whoever needs a server first starts it under a file lock, as `foilmock exec` with a command
that reads the pipe. The command ends when nobody holds the pipe any longer, and the server with its command. So the
kernel ends the server, whichever way the head ends, by SIGKILL too, and no worker needs to know whether it is the last.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import folder as run_folder
from .server import FIXTURES, Server, ServerError

# The command of `exec` tells where the server is, and which process, and holds on as long as its input is open. Then it
# clears up for a head that was killed. If it was killed too, the next run does.
TELL_AND_HOLD = f"""printf '%s\\n' \
"$FOILENGINE_BASE_URL" "$FOILENGINE_API_KEY" "$FOILMOCK_CONTROL_URL" "$FOILMOCK_CONTROL_TOKEN" "$PPID" "${FIXTURES}"
cat >/dev/null
cd "$0" && rm -f {" ".join(run_folder.NAMES)} && rmdir "$0"
"""

# Makes the server nobody's child: it belongs to the run, and not to the worker that came first. A shell gives what it
# does not wait for an empty input, unless told otherwise by another number.
DETACHED = 'exec 3<&0; "$@" <&3 3<&- &'

OPTIONS = ("--host", "127.0.0.1", "--port", "0", "--db", ":memory:", "--log", "errors", "--drain", "1s")
#: Seconds for a server to end in good order.
PATIENCE = 5.0
#: Seconds until a server takes requests; large fixtures take some. Other workers wait for the lock meanwhile.
START = 30.0


class Run:
    """Held by the head of a run, from before the first server until the last test."""

    def __init__(self) -> None:
        self.folder, self._lock = run_folder.make()
        pipe = self.folder / "life"
        os.mkfifo(pipe, 0o600)
        # Both ends, because opening one alone waits for somebody at the other.
        self._life = os.open(pipe, os.O_RDWR)

    def end(self) -> None:
        """Ends the server, if there is one, and waits until it is gone."""
        server = _known(self.folder)
        with _watching(server) as gone:
            os.close(self._life)
            if gone is not None and not select.select([gone], [], [], PATIENCE)[0]:
                signal.pidfd_send_signal(gone, signal.SIGKILL)
        # The server's command does the same, for a head that was killed.
        run_folder.remove(self.folder)
        os.close(self._lock)


def server(folder: Path, program: str, options: Sequence[str], place: Path, limit: float = START) -> Server:
    """The server of the run that has this folder; started if there is none yet.

    Paths among the options are as seen from `place`."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if known := _known(folder):
            return known
        command = ["sh", "-c", TELL_AND_HOLD, str(folder)]
        started = _start(folder, [program, "exec", *OPTIONS, *options, "--", *command], place, limit)
        _state(folder).write_text(json.dumps(dataclasses.asdict(started)))
        return started


def _start(folder: Path, command: Sequence[str], place: Path, limit: float) -> Server:
    log = folder / "server.log"
    with (folder / "life").open("rb", buffering=0) as life, log.open("wb") as errors:
        # In a session of its own: Ctrl-C is for pytest, which then needs the server to tell of the test that it ended.
        process = subprocess.Popen(
            ["sh", "-c", DETACHED, "sh", *command],
            cwd=place, stdin=life, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
        )  # fmt: skip
    with process:
        assert process.stdout is not None
        lines = _lines(process.stdout.fileno(), 6, limit)
        if lines is None:
            # All that it started is in the group that it leads.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    said = log.read_text(errors="replace").strip() or "it says nothing"
    if lines is None:
        raise ServerError(f"{' '.join(command[:2])} was not ready within {limit:g} seconds: {said}")
    url, key, control, token, number, fixtures = lines
    if not number:
        raise ServerError(f"{' '.join(command[:2])} did not start: {said}")
    return Server(url, key, control, token, process_id=int(number), fixtures=fixtures)


def _lines(source: int, count: int, limit: float) -> list[str] | None:
    """So many lines, of which the last are empty where the source ends before; None if they take too long."""
    end = time.monotonic() + limit
    text = b""
    while text.count(b"\n") < count:
        if not select.select([source], [], [], max(0, end - time.monotonic()))[0]:
            return None
        part = os.read(source, 65536)
        if not part:
            break
        text += part
    lines = os.fsdecode(text).split("\n")
    return [*lines, *[""] * count][:count]


def _state(folder: Path) -> Path:
    return folder / "server.json"


def _known(folder: Path) -> Server | None:
    state = _state(folder)
    return Server(**json.loads(state.read_text())) if state.exists() else None


@contextlib.contextmanager
def _watching(server: Server | None) -> Iterator[int | None]:
    """A descriptor that is readable when the server's process has ended; None where there is none to be had."""
    gone = None
    if server is not None and server.process_id is not None:
        with contextlib.suppress(OSError):
            gone = os.pidfd_open(server.process_id)
    try:
        yield gone
    finally:
        if gone is not None:
            os.close(gone)
