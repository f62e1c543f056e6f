"""foilmock as the first process of a container, which is the parent of every orphan in it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.server import TIMEOUT, environment, program

OWN_PLACE = ["unshare", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"]
ORPHANS = "for i in 1 2 3 4 5 6 7 8 9 10; do (setsid sleep 0.05 &) ; done"

# Waits until none of the orphans is left, ended and forgotten.
WAIT = f"""
import os, sys, time
deadline = time.monotonic() + {TIMEOUT}
def left():
    names = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            names.append(open("/proc/" + number + "/comm").read())
        except OSError:
            pass
    return [name for name in names if name == "sleep\\n"]
while left():
    if time.monotonic() > deadline:
        sys.exit(1)
    time.sleep(0.01)
"""


@pytest.fixture(autouse=True)
def own_place() -> None:
    if not shutil.which("unshare") or subprocess.run([*OWN_PLACE, "true"], capture_output=True).returncode != 0:
        pytest.skip("needs a process namespace")


def test_exec_leaves_no_orphan() -> None:
    command = [*OWN_PLACE, program(), "exec", "--", "sh", "-c", f'{ORPHANS}; exec "$0" -c "$1"', sys.executable, WAIT]
    assert subprocess.run(command, env=environment(), capture_output=True, timeout=2 * TIMEOUT).returncode == 0


def test_exec_ends_with_its_command() -> None:
    command = [*OWN_PLACE, program(), "exec", "--", "sh", "-c", f"{ORPHANS}; exit 6"]
    assert subprocess.run(command, env=environment(), capture_output=True, timeout=TIMEOUT).returncode == 6


def test_serve_leaves_no_orphan(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [*OWN_PLACE, program(), "serve", "--port", "0", "--db", ":memory:", "--log", "off", "--ready-file", str(ready)]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + TIMEOUT
    while not ready.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    server = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().strip()
    inside = ["nsenter", "--target", server, "--user", "--pid", "--mount"]
    script = f'{ORPHANS}; exec "$0" -c "$1"'
    done = subprocess.run([*inside, "sh", "-c", script, sys.executable, WAIT], capture_output=True, timeout=2 * TIMEOUT)
    os.kill(int(server), signal.SIGTERM)
    assert process.wait(TIMEOUT) == 0
    assert done.returncode == 0, done.stderr
