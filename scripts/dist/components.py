"""What of others is in the program: libraries, read from the linker's map, so that the list is never out of date; and what
the page for browsers takes."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# The licences of the code that is linked in, by Debian's source package; SPDX's identifiers. The name of gcc's source
# package ends with its version.
LICENCES = {
    "gcc": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "glibc": "LGPL-2.1-or-later",
    # Of what libedit calls of it, vis and unvis.
    "libbsd": "BSD-3-Clause AND BSD-2-Clause",
    "libedit": "BSD-3-Clause",
    "libevent": "BSD-3-Clause AND ISC",
    "libzstd": "BSD-3-Clause",
    "ncurses": "X11-distribute-modifications-variant AND BSD-3-Clause",
    "node-dagre-layout": "MIT",
    "node-graphlibrary": "MIT",
    "node-lodash": "MIT",
    "openssl": "Apache-2.0",
    "pcre2": "BSD-3-Clause AND BSD-2-Clause",
    "sqlite3": "blessing",
    "utf8proc": "MIT AND Unicode-DFS-2015",
    "zlib": "Zlib",
}
# The packages whose code is in dagre.min.js.
PAGE = ["node-dagre-layout", "node-graphlibrary", "node-lodash"]
SWIFT_LICENCE = "Apache-2.0 WITH Swift-exception"
LINKED = re.compile(r"(/[^\s()]+\.(?:a|o))(?:\(|:)")


class DistError(Exception):
    """Why nothing can be made; the text says what to do."""


@dataclass(frozen=True)
class Component:
    """Code of others in the program."""

    name: str
    version: str
    licence: str
    homepage: str
    copyright: Path
    # As Debian names it; empty for what is not from Debian.
    debian_source: str = ""


def linked(map_file: Path, own: Path) -> list[Component]:
    """The components of the files that the linker took; `own` is the folder of our own."""
    files = {Path(file) for file in LINKED.findall(map_file.read_text(encoding="utf-8", errors="replace"))}
    others = sorted(file.resolve() for file in files if own not in file.parents)
    if not others:
        raise DistError(f"{map_file} names no library: build with 'make dist'")
    toolchain = Path(output("swift", "-print-target-info").split('"runtimeResourcePath": "')[1].split('"')[0]).parents[1]
    found = {component_of(file, toolchain.resolve()) for file in others}
    found |= {of_package(package, package) for package in PAGE}
    return sorted(found, key=lambda component: component.name)


def component_of(file: Path, toolchain: Path) -> Component:
    if toolchain in file.parents:
        version = re.search(r"Swift version (\S+)", output("swift", "--version"))
        assert version is not None
        licence = toolchain / "share/swift/LICENSE.txt"
        return Component("swift", version[1], SWIFT_LICENCE, "https://www.swift.org", licence)
    try:
        package = output("dpkg-query", "--search", str(file)).split(":")[0]
    except subprocess.CalledProcessError:
        raise DistError(f"{file} is linked in, and no Debian package has it: its licence is not known") from None
    return of_package(package, f"{file} of {package}")


def of_package(package: str, what: str) -> Component:
    form = r"${source:Package}\t${source:Version}\t${source:Upstream-Version}\t${Homepage}"
    source, version, upstream, homepage = output("dpkg-query", "--show", f"--showformat={form}", package).split("\t")
    licence = LICENCES.get(re.sub(r"-\d+$", "", source))
    if licence is None:
        raise DistError(f"{what} is in the program: add its licence, by its source {source}, to LICENCES in {__file__}")
    copyright = Path(f"/usr/share/doc/{package}/copyright").resolve()
    return Component(source, upstream, licence, homepage, copyright, f"{source} (= {version})")


def output(*command: str | Path) -> str:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
