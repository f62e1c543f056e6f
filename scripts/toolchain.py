"""A root with Debian and the Swift toolchain of this machine, like the image `swift`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import IO

import roots

# What the compiler and its package manager load, call and link with; https://www.swift.org/install/linux/ names more,
# for the debugger and for Foundation. The names are those of each Debian from 12 on.
PACKAGES = ["binutils", "g++", "git", "libcurl4", "libncurses6", "libsqlite3-0", "libxml2", "zlib1g"]


def root(suite: str, log: IO[str], *packages: str) -> roots.Root:
    """The toolchain is shown read-only, at its place on this machine."""
    place = folder()
    made = roots.debian(suite, log, *PACKAGES, *packages)
    try:
        made.bind(place, place)
    except BaseException:
        made.remove()
        raise
    return made


def variables() -> dict[str, str]:
    """The environment of a program in the root, with the toolchain on its PATH."""
    found = roots.variables()
    return {**found, "PATH": f"{folder()}/bin:{found['PATH']}"}


def folder() -> str:
    if not shutil.which("swift"):
        raise roots.RootError("there is no swift on PATH: install a toolchain of Swift 6.3, https://www.swift.org/install/linux/")
    told = subprocess.run(["swift", "-print-target-info"], capture_output=True, text=True, check=True).stdout
    # …/usr/lib/swift
    place = os.path.dirname(os.path.dirname(json.loads(told)["paths"]["runtimeResourcePath"]))
    if place == "/usr":
        raise roots.RootError("the Swift toolchain is in /usr: this needs one in a folder of its own, such as /opt/swift")
    return place
