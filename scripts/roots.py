"""Roots: folders in which programs run by chroot, as in a container. They need root; a Debian one needs the network of apt too.

    roots.take_own_mounts()
    with roots.debian("bookworm", log, "python3-venv") as root:
        root.run(["python3", "-m", "venv", "/venv"])

Each program is process 1 of a namespace of its own, with a /proc of its own: what it leaves running ends with it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from typing import IO

HOUSE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
INSTALL = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]


class RootError(Exception):
    """A root could not be made, or a program in it failed; the text says which and ends with what it printed."""


def take_own_mounts() -> None:
    """Runs the script again in a mount namespace of its own, so that no mount outlives it. SIGTERM lets it clean up."""
    if os.geteuid() != 0:
        sys.exit(f"{os.path.basename(sys.argv[0])} needs root: chroot does")
    if os.stat("/proc/self/ns/mnt").st_ino == os.stat(f"/proc/{os.getppid()}/ns/mnt").st_ino:
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def run(command: list[str], log: IO[str], timeout: float | None = None, **options: object) -> str:
    """Runs a program of this machine to its end; returns what it printed. It and what it started end with this call."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0, **options)
    try:
        printed, _ = process.communicate(timeout=timeout)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        printed, _ = process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise RootError(f"{' '.join(command)} was not done after {timeout} s:\n{printed[-4000:]}") from None
        raise
    print("+", *command, file=log)
    print(printed, file=log, flush=True)
    if process.returncode != 0:
        raise RootError(f"{' '.join(command)} failed with {process.returncode}:\n{printed[-4000:]}")
    return printed


class Root:
    """An empty root. `with` removes it, after all that is mounted in it."""

    def __init__(self, log: IO[str]) -> None:
        self.log = log
        self.folder = tempfile.mkdtemp(prefix="foilmock-root-")
        os.chmod(self.folder, 0o755)

    def path(self, inside: str) -> str:
        return self.folder + inside

    def make_folder(self, inside: str) -> str:
        os.makedirs(self.path(inside), exist_ok=True)
        return self.path(inside)

    def bind(self, source: str, inside: str, *, read_only: bool = True) -> None:
        """Shows a folder of this machine in the root."""
        place = self.make_folder(inside)
        run(["mount", "--bind", source, place], self.log)
        if read_only:
            run(["mount", "-o", "remount,bind,ro", place], self.log)

    def mount_memory(self, inside: str) -> None:
        """An empty folder in memory that everybody may write to, as `docker run --tmpfs` makes one."""
        run(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", self.make_folder(inside)], self.log)

    def command(self, command: list[str], user: str = "0:0") -> list[str]:
        """The command of this machine that runs one in the root, as the user and group of these numbers."""
        uid, gid = user.split(":")
        self.make_folder("/proc")
        return [
            "unshare", "--pid", "--kill-child", "--mount-proc", "--root", self.folder, "--setgid", gid, "--setuid", uid, "--", *command,
        ]

    def run(self, command: list[str], **options: object) -> str:
        """Runs a program in the root to its end; returns what it printed. Options are those of `run` and Popen."""
        return run(self.command(command), self.log, **{"env": variables(), "stdin": subprocess.DEVNULL, **options})

    def start(self, command: list[str], user: str = "0:0", **options: object) -> subprocess.Popen[str]:
        """Starts a program in the root. Kill the process and the program ends; send signals to `program_of(process)`."""
        return subprocess.Popen(
            self.command(command, user), text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            **{"env": variables(), **options})

    def remove(self) -> None:
        with open("/proc/self/mounts", encoding="utf-8") as file:
            mounts = [line.split()[1] for line in file]
        for mount in reversed(mounts):
            if f"{mount}/".startswith(f"{self.folder}/"):
                run(["umount", mount], self.log)
        shutil.rmtree(self.folder)

    def __enter__(self) -> Root:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def variables() -> dict[str, str]:
    """What a program finds in its environment: the proxies of this machine, and nothing else of it."""
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return {"PATH": PATH, "HOME": "/root", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", **proxies}


def program_of(process: subprocess.Popen[str]) -> int:
    """The number, on this machine, of the program that unshare starts as its one child."""
    deadline = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < deadline:
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            if child := file.read():
                return int(child)
        time.sleep(0.01)
    raise RootError(f"{process.args[0]} started no program; it ended with {process.poll()}")


def debian(suite: str, log: IO[str], *packages: str) -> Root:
    """A root with Debian's smallest system and the packages, in their newest versions with security updates."""
    sources = apt_sources(suite)
    subprocess.run([f"{HOUSE}/scripts/install-packages", "debootstrap", "debian-archive-keyring"], check=True)
    root = Root(log)
    try:
        run(["debootstrap", "--variant=minbase", suite, root.folder, sources[0][0]], log)
        with open(root.path("/etc/apt/sources.list"), "w", encoding="utf-8") as file:
            file.writelines(f"deb {uri} {release} main\n" for uri, release in sources)
        # As containers have it: the resolver is the machine's.
        shutil.copy("/etc/resolv.conf", root.path("/etc/resolv.conf"))
        root.run(["apt-get", "update", "-qq"])
        root.run([*INSTALL, *packages])
    except BaseException:
        root.remove()
        raise
    return root


def apt_sources(suite: str) -> list[tuple[str, str]]:
    """Where this machine gets Debian from, as (URI, release) of that suite, the base first."""
    printed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)", "Created-By: Packages"],
        capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = {}
    for uri, release, component, origin in (line.split("|") for line in printed.splitlines()):
        kind = release.partition("-")[2]
        if component == "main" and origin in ("Debian", ""):
            found.setdefault(kind, uri)
    if "" not in found or "security" not in found:
        raise RootError("apt's sources on this machine do not name Debian and its security updates: run this on Debian")
    return [(found[kind], f"{suite}-{kind}".rstrip("-")) for kind in ("", "updates", "security") if kind in found]
