"""A root folder with nothing in it but the program and what a container always has: /proc and /tmp."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from helpers.server import TIMEOUT, environment, program

OWN_PLACE = ["unshare", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"]
# Mounts /proc, makes the folders of $2 read-only, and becomes the program.
SCRIPT = """
set -e
root=$1 closed=$2; shift 2
mount -t proc proc "$root/proc"
for folder in $closed; do mount --bind "$root$folder" "$root$folder"; mount -o remount,bind,ro "$root$folder"; done
exec chroot "$root" /foilmock "$@"
"""


class EmptyRoot:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("proc", "tmp", "state"):
            (folder / name).mkdir(parents=True)
        shutil.copy(program(), folder / "foilmock")

    @staticmethod
    def is_possible(folder: Path) -> bool:
        place = folder / "possible"
        place.mkdir()
        mount = [*OWN_PLACE, "mount", "-t", "proc", "proc", str(place)]
        return bool(shutil.which("unshare")) and subprocess.run(mount, capture_output=True).returncode == 0

    def command(self, *arguments: str, read_only: tuple[str, ...] = ()) -> list[str]:
        return [*OWN_PLACE, "sh", "-c", SCRIPT, "sh", str(self.folder), " ".join(read_only), *arguments]

    def run(self, *arguments: str, read_only: tuple[str, ...] = (), **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs the program with arguments that make it end by itself."""
        command = self.command(*arguments, read_only=read_only)
        return subprocess.run(command, env=environment() | variables, capture_output=True, text=True, timeout=TIMEOUT)


class Serving:
    """`foilmock serve` in an empty root, until the block ends."""

    def __init__(self, root: EmptyRoot, *options: str, read_only: tuple[str, ...] = (), **variables: str) -> None:
        self._ready = root.folder / "ready.json"
        self._log = root.folder / "tmp" / "log"
        arguments = ["serve", "--port", "0", "--rate-limits", "off", "--ready-file", "/ready.json", *options]
        self._command = root.command(*arguments, read_only=read_only)
        self._variables = environment() | variables
        self.about: dict[str, Any] = {}

    def __enter__(self) -> Serving:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, env=self._variables, stdout=subprocess.DEVNULL, stderr=log)
        deadline = time.monotonic() + TIMEOUT
        while not self._ready.exists():
            assert self._process.poll() is None and time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.01)
        self.about = json.loads(self._ready.read_text())
        return self

    @property
    def url(self) -> str:
        return self.about["url"]

    @property
    def process_id(self) -> int:
        """The program's own number: unshare is its parent."""
        return int(Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text())

    def __exit__(self, *_: object) -> None:
        # The program ends with it.
        self._process.kill()
        self._process.wait(TIMEOUT)
        self._ready.unlink()
